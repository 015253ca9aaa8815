/* Which route answers a path: http_open builds the tree, dispatch.c asks once a request. Segments
 * are compared by binary search, so 300 routes cost a handful of comparisons. */
#include "lib/http/router.h"
#include "lib/base/encode.h"
#include "lib/base/log.h"
#include "lib/text/unicode.h"
#include <stdlib.h>

enum { METHODS = METHOD_OPTIONS + 1, SEGMENTS = 32 };

struct end {
        const struct route *route;
        enum door door;
        struct str names[ROUTE_PARAMS];
};

struct node {
        struct str prefix,
                suffix; /* literal: prefix alone; pattern: what stands around the value */
        struct node **literals, **patterns;
        size_t n_literals, n_patterns;
        struct end *ends, *rests; /* a place a method, or NULL */
        struct end *documents;    /* likewise: for those who ask for ActivityStreams */
        unsigned doors;           /* a bit a door of all routes at and below */
        bool some_closed;         /* one of them may not be read across origins */
};

struct router {
        struct node root;
};

static const char *const method_names[METHODS] = {
        [METHOD_GET] = "GET",        [METHOD_HEAD] = "HEAD",   [METHOD_POST] = "POST",
        [METHOD_PUT] = "PUT",        [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
        [METHOD_OPTIONS] = "OPTIONS"};

const char *method_name(enum method m)
{
        return method_names[m];
}

enum err method_read(const char *name, enum method *ret)
{
        for (size_t i = 0; i < METHODS; i++)
                if (strcmp(name, method_names[i]) == 0) {
                        *ret = (enum method)i;
                        return OK;
                }
        return ERR_METHOD;
}

static struct node *add_node(struct node ***list, size_t *n, struct str prefix, struct str suffix)
{
        *list = must_realloc(*list, (*n + 1) * sizeof(struct node *));
        struct node *fresh = must_alloc(1, sizeof *fresh);
        fresh->prefix = prefix;
        fresh->suffix = suffix;
        (*list)[(*n)++] = fresh;
        return fresh;
}

static struct node *literal_child(struct node *at, struct str text)
{
        for (size_t i = 0; i < at->n_literals; i++)
                if (str_eq(at->literals[i]->prefix, text))
                        return at->literals[i];
        return add_node(&at->literals, &at->n_literals, text, STR_NONE);
}

static struct node *pattern_child(struct node *at, struct str prefix, struct str suffix)
{
        for (size_t i = 0; i < at->n_patterns; i++)
                if (str_eq(at->patterns[i]->prefix, prefix) &&
                    str_eq(at->patterns[i]->suffix, suffix))
                        return at->patterns[i];
        return add_node(&at->patterns, &at->n_patterns, prefix, suffix);
}

static bool name_char(char c)
{
        return (c >= 'a' && c <= 'z') || c == '_';
}

static void note_row(struct node *at, const struct route *row, enum door door)
{
        if (row->flags & ROUTE_DOCUMENT)
                return; /* what the path looks like says its neighbour */
        at->doors |= 1u << door;
        if (door != DOOR_API && !(row->flags & ROUTE_CORS))
                at->some_closed = true;
}

static enum err put_end(struct end **ends, const struct route *row, const struct end *e)
{
        enum method m;
        TRY(method_read(row->method, &m));
        if (!*ends)
                *ends = must_alloc(METHODS, sizeof **ends);
        if ((*ends)[m].route)
                return ERR_CONFLICT;
        (*ends)[m] = *e;
        return OK;
}

static enum err add_row(struct router *r, const struct route *row, enum door door)
{
        struct end e = {.route = row, .door = door};
        struct node *at = &r->root;
        size_t names = 0;
        struct str rest = str_of(row->path), part;
        if (!str_starts(rest, S("/")))
                return ERR_INPUT;
        rest = str_after(rest, 1);
        note_row(at, row, door);
        while (str_next(&rest, '/', &part)) {
                if (!part.n)
                        return rest.p || at != &r->root ? ERR_INPUT : put_end(&at->ends, row, &e);
                size_t colon = str_find_char(part, ':');
                if ((part.p[0] == '*' || colon < part.n) && names == ROUTE_PARAMS)
                        return ERR_INPUT;
                if (part.p[0] == '*') {
                        e.names[names] = str_after(part, 1);
                        return rest.p ? ERR_INPUT : put_end(&at->rests, row, &e);
                }
                if (colon == part.n) {
                        at = literal_child(at, part);
                } else {
                        size_t end = colon + 1;
                        while (end < part.n && name_char(part.p[end]))
                                end++;
                        e.names[names++] = str_cut(part, colon + 1, end - colon - 1);
                        at = pattern_child(at, str_cut(part, 0, colon), str_after(part, end));
                }
                note_row(at, row, door);
        }
        return put_end(row->flags & ROUTE_DOCUMENT ? &at->documents : &at->ends, row, &e);
}

static int by_literal(const void *a, const void *b)
{
        return str_cmp((*(struct node *const *)a)->prefix, (*(struct node *const *)b)->prefix);
}

static int by_length(const void *a, const void *b)
{
        const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
        size_t nx = x->prefix.n + x->suffix.n, ny = y->prefix.n + y->suffix.n;
        return (nx < ny) - (nx > ny);
}

static void sort_node(struct node *at)
{
        if (at->n_literals)
                qsort(at->literals, at->n_literals, sizeof(struct node *), by_literal);
        if (at->n_patterns)
                qsort(at->patterns, at->n_patterns, sizeof(struct node *), by_length);
        for (size_t i = 0; i < at->n_literals; i++)
                sort_node(at->literals[i]);
        for (size_t i = 0; i < at->n_patterns; i++)
                sort_node(at->patterns[i]);
}

static void free_inside(struct node *at)
{
        for (size_t i = 0; i < at->n_literals; i++) {
                free_inside(at->literals[i]);
                free(at->literals[i]);
        }
        for (size_t i = 0; i < at->n_patterns; i++) {
                free_inside(at->patterns[i]);
                free(at->patterns[i]);
        }
        free(at->literals);
        free(at->patterns);
        free(at->ends);
        free(at->documents);
        free(at->rests);
}

enum err router_open(const struct route_list *lists, size_t n, struct router **ret)
{
        struct router *r = must_alloc(1, sizeof *r);
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < lists[i].n; k++) {
                        const struct route *row = &lists[i].v[k];
                        enum err e = add_row(r, row, lists[i].door);
                        if (!e)
                                continue;
                        log_event(LOG_ERROR, "route_refused", LOG_Z("path", row->path),
                                  LOG_Z("method", row->method), LOG_Z("reason", err_name(e)));
                        router_close(&r);
                        return ERR_INPUT;
                }
        sort_node(&r->root);
        *ret = r;
        return OK;
}

void router_close(struct router **r)
{
        if (!*r)
                return;
        free_inside(&(*r)->root);
        free(*r);
        *r = NULL;
}

/* Refuses what could mean another path to a file system, a proxy or a reader of logs. */
static bool segment_ok(struct str s)
{
        for (size_t i = 0; i < s.n; i++)
                if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f || s.p[i] == '\\' ||
                    s.p[i] == '/')
                        return false;
        return !str_eq(s, S(".")) && !str_eq(s, S("..")) && utf8_valid(s);
}

enum err router_path(struct arena *a, struct str raw, struct str *ret)
{
        if (!str_starts(raw, S("/")))
                return ERR_MALFORMED;
        char *z = make_n(a, raw.n + 1, char), *to = z;
        struct str rest = str_after(raw, 1), part;
        while (str_next(&rest, '/', &part)) {
                if (str_has_char(part, '%') && !percent_decode(a, part, false, &part))
                        return ERR_MALFORMED;
                if (!segment_ok(part))
                        return ERR_MALFORMED;
                *to++ = '/';
                if (part.n)
                        memcpy(to, part.p, part.n);
                to += part.n;
        }
        size_t n = (size_t)(to - z);
        if (n > 1 && z[n - 1] == '/')
                n--;
        *ret = (struct str){z, n};
        return OK;
}

struct search {
        enum method method;
        struct str parts[SEGMENTS];
        size_t n;
        struct str path;
        struct str values[ROUTE_PARAMS];
        struct router_match *match;
        bool near; /* door and cors are taken from a row with this path already */
};

static bool try_ends(struct search *s, const struct end *ends)
{
        struct router_match *m = s->match;
        if (!ends)
                return false;
        for (unsigned i = 0; i < METHODS; i++) {
                if (!ends[i].route)
                        continue;
                m->allow |= 1u << i;
                m->door = ends[i].door;
                m->cors = (s->near && m->cors) || m->door == DOOR_API ||
                          (ends[i].route->flags & ROUTE_CORS);
                s->near = true;
        }
        const struct end *e = &ends[s->method];
        if (!e->route && s->method == METHOD_HEAD)
                e = &ends[METHOD_GET];
        if (!e->route)
                return false;
        m->route = e->route;
        m->door = e->door;
        m->cors = e->door == DOOR_API || (e->route->flags & ROUTE_CORS);
        memcpy(m->names, e->names, sizeof m->names);
        memcpy(m->values, s->values, sizeof m->values);
        return true;
}

static const struct node *find_literal(const struct node *at, struct str text)
{
        size_t low = 0, high = at->n_literals;
        while (low < high) {
                size_t middle = (low + high) / 2;
                int c = str_cmp(at->literals[middle]->prefix, text);
                if (c == 0)
                        return at->literals[middle];
                if (c < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return NULL;
}

/* Depth is bounded by the routes' own, so is the number of ways tried. */
static bool walk(struct search *s, const struct node *at, size_t part, size_t value)
{
        if (part == s->n) {
                bool found = try_ends(s, at->ends);
                enum method m = s->method == METHOD_HEAD ? METHOD_GET : s->method;
                s->match->document = found && at->documents ? at->documents[m].route : NULL;
                return found;
        }
        struct str text = s->parts[part];
        const struct node *child = find_literal(at, text);
        if (child && walk(s, child, part + 1, value))
                return true;
        for (size_t i = 0; i < at->n_patterns; i++) {
                child = at->patterns[i];
                size_t around = child->prefix.n + child->suffix.n;
                if (text.n <= around || !str_starts(text, child->prefix) ||
                    !str_ends(text, child->suffix))
                        continue;
                s->values[value] = str_cut(text, child->prefix.n, text.n - around);
                if (walk(s, child, part + 1, value + 1))
                        return true;
        }
        if (at->rests && text.n) {
                s->values[value] = str_after(s->path, (size_t)(text.p - s->path.p));
                return try_ends(s, at->rests);
        }
        return false;
}

/* The door of the deepest literal part of the path whose routes all belong to one. */
static void guess_door(const struct router *r, struct search *s)
{
        const struct node *at = &r->root, *next;
        for (size_t i = 0; i < s->n && (next = find_literal(at, s->parts[i])); i++)
                at = next;
        s->match->door = DOOR_PAGE;
        for (unsigned door = DOOR_API; door <= DOOR_FEDI; door++)
                if (at->doors == 1u << door) {
                        s->match->door = (enum door)door;
                        s->match->cors = !at->some_closed;
                }
}

void router_find(const struct router *r, enum method method, struct str path,
                 struct router_match *ret)
{
        struct search s = {.method = method, .path = path, .match = ret};
        *ret = (struct router_match){.door = DOOR_PAGE};
        struct str rest = str_after(path, 1);
        while (s.n < SEGMENTS && str_next(&rest, '/', &s.parts[s.n]))
                s.n++;
        if (s.n == 1 && !s.parts[0].n)
                s.n = 0;      /* "/" */
        bool whole = !rest.p; /* more parts than any route has */
        if ((whole && walk(&s, &r->root, 0, 0)) || s.near)
                return;
        guess_door(r, &s);
}
