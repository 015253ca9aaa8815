/* Routes are tables: a row says method, path, scope, rate limit, lane and handler. dispatch.c matches, admits,
 * limits, reads the body, then runs the handler in its lane; no handler looks at a token. */
#pragma once
#include "lib/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct req;

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS };

/* Where a handler runs: on the loop with its read snapshot; on the writer, in a savepoint, answered after the commit;
 * in the pool, where blocking is fine. HEAD runs GET's handler and sends no body. LANE_HELD is no place to run: see req_hold. */
enum lane { LANE_READ, LANE_WRITE, LANE_SLOW, LANE_HELD };

/* Which side answers: decides CORS, cookies, how errors look. Set for a whole list. */
enum door { DOOR_API, DOOR_PAGE, DOOR_FILE, DOOR_FEDI };

enum {
        BODY_FORM = 0,        /* query, form, multipart without files, or JSON become parameters */
        BODY_UPLOAD = 1,      /* multipart with files, streamed to temporary files */
        BODY_RAW = 2,         /* rq->body as it came (an inbox) */
        ROUTE_STREAM = 4,     /* the connection may turn into a stream */
        ROUTE_CORS = 8,       /* cross-origin readable (all of DOOR_API is) */
        ROUTE_NO_CSRF = 16,   /* a page's POST that carries its own proof */
        ROUTE_SECRET_PATH = 32, /* the path holds a secret (a reset link): the log shows the pattern */
        ROUTE_DOCUMENT = 128, /* beside another row of the same method and path, with the same names: answers those
                               whose Accept asks for ActivityStreams */
        ROUTE_ANY_HOST = 64,    /* answers under any Host: says nothing that depends on it (a health check by address) */
};

struct route {
        const char *method;   /* "GET", "POST"...; a row of its own for each */
        const char *path;     /* "/api/v1/statuses/:id"; "/@:name", "/tags/:name.rss"; a last part "*rest" takes
                               the rest of the path */
        uint64_t scope;       /* bits the application gives meaning to */
        int limit;            /* row of the limits table */
        enum lane lane;
        enum err (*handler)(struct req *rq);
        unsigned flags;
        size_t body_max;      /* bytes; 0: 256 KiB */
};

struct route_list {
        enum door door;
        const struct route *v;
        size_t n;
};

/* A rate limit: `count` requests in `seconds`, counted by rq->limit_key (an account or an address, as admit says). */
struct limit {
        const char *name;
        int count, seconds;
};
