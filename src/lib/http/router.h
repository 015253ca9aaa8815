/* The routes as a tree of path segments, built once. A literal beats a ":name", a longer pattern a shorter one, both
 * beat "*rest"; a row that lacks the method does not hide a wider one that has it. */
#pragma once
#include "lib/base/arena.h"
#include "lib/http/req.h"

struct router;

struct router_match {
        const struct route *route; /* NULL: none */
        const struct route *document; /* its ROUTE_DOCUMENT neighbour, of DOOR_FEDI; NULL: none */
        enum door door;            /* of the route; else of the neighbourhood: /api/nothing is an API's 404 */
        bool cors;                 /* cross-origin readable, likewise */
        unsigned allow;            /* a bit a method, of all rows that match the path */
        struct str names[ROUTE_PARAMS], values[ROUTE_PARAMS];
};

/* ERR_INPUT with a log line when a path is no path, has too many names, or two rows clash. */
MUST_USE enum err router_open(const struct route_list *lists, size_t n, struct router **ret);
void router_close(struct router **r);
/* Decodes a raw path: ERR_MALFORMED for bad escapes, encoded slashes, backslashes, control bytes, bad UTF-8 and dot
 * segments. One trailing slash is dropped. */
MUST_USE enum err router_path(struct arena *a, struct str raw, struct str *ret);
void router_find(const struct router *r, enum method method, struct str path, struct router_match *ret);
enum err method_read(const char *name, enum method *ret); /* "GET"; ERR_METHOD */
const char *method_name(enum method m);
