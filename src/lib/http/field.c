/* What handlers read: headers, cookies, parameters one by one, and whole structs by a route's field
 * table. */
#include "lib/http/param.h"
#include "lib/text/date.h"
#include "lib/text/unicode.h"

struct str req_header(const struct req *rq, const char *name_lower)
{
        struct str name = str_of(name_lower), found = STR_NONE;
        for (size_t i = 0; i < rq->n_headers; i++) {
                if (!str_eq(rq->headers[i].name, name))
                        continue;
                struct str v = rq->headers[i].value;
                found = found.p ? str_fmt(rq->arena, "%.*s, %.*s", STR_ARG(found), STR_ARG(v)) : v;
        }
        return found;
}

struct str req_path(const struct req *rq, const char *name)
{
        for (size_t i = 0; i < ROUTE_PARAMS && rq->path_names[i].p; i++)
                if (str_eq(rq->path_names[i], str_of(name)))
                        return rq->path_values[i];
        return STR_NONE;
}

static bool read_id(struct str s, int64_t *ret)
{
        return s.n && s.p[0] >= '0' && s.p[0] <= '9' && str_to_i64(s, ret) && *ret > 0;
}

int64_t req_path_id(const struct req *rq, const char *name)
{
        int64_t id;
        return read_id(req_path(rq, name), &id) ? id : 0;
}

static const struct req_param *find(const struct req *rq, struct str name)
{
        for (size_t i = rq->n_params; i > 0; i--)
                if (str_eq(rq->params[i - 1].name, name))
                        return &rq->params[i - 1];
        return NULL;
}

struct str req_param(const struct req *rq, const char *name)
{
        const struct req_param *p = find(rq, str_of(name));
        return p ? p->text : STR_NONE;
}

int64_t req_param_id(const struct req *rq, const char *name)
{
        int64_t id;
        return read_id(req_param(rq, name), &id) ? id : 0;
}

struct upload *req_file(const struct req *rq, const char *name)
{
        const struct req_param *p = find(rq, str_of(name));
        return p ? p->file : NULL;
}

struct str req_cookie(const struct req *rq, const char *name)
{
        struct str pair;
        for (size_t i = 0; i < rq->n_headers; i++) {
                struct str rest = rq->headers[i].value;
                if (!str_eq(rq->headers[i].name, S("cookie")))
                        continue;
                while (str_next(&rest, ';', &pair)) {
                        size_t equals = str_find_char(pair, '=');
                        if (equals < pair.n &&
                            str_eq(str_trim(str_cut(pair, 0, equals)), str_of(name)))
                                return str_trim(str_after(pair, equals + 1));
                }
        }
        return STR_NONE;
}

size_t req_count(const struct req *rq, const char *name)
{
        struct str head = str_of(name);
        size_t count = 0;
        for (size_t i = 0; i < rq->n_params; i++) {
                struct str rest = rq->params[i].name;
                uint64_t number;
                if (!str_starts(rest, head))
                        continue;
                rest = str_after(rest, head.n);
                size_t close = str_find_char(rest, ']');
                if (rest.n && rest.p[0] == '[' && close < rest.n &&
                    str_to_u64(str_cut(rest, 1, close - 1), &number) && number < PARAM_INDEXES &&
                    number + 1 > count)
                        count = (size_t)number + 1;
        }
        return count;
}

/* A scalar field that came as a list or an object is not "absent": the person meant something by
 * it. */
static bool came_nested(const struct req *rq, struct str name)
{
        for (size_t i = 0; i < rq->n_params; i++)
                if (str_starts(rq->params[i].name, name) && rq->params[i].name.n > name.n &&
                    rq->params[i].name.p[name.n] == '[')
                        return true;
        return false;
}

static enum err wrong(struct req *rq, const struct field *f, const char *what)
{
        return req_fail(rq, ERR_INPUT, "%s %s", f->name, what);
}

static enum err read_str(struct req *rq, const struct field *f, const struct req_param *p,
                         struct str *to)
{
        if (f->max > 0 && p->text.n > (size_t)f->max && utf8_count(p->text) > (size_t)f->max)
                return req_fail(rq, ERR_INPUT, "%s is longer than %lld characters", f->name,
                                (long long)f->max);
        *to = p->text;
        return OK;
}

static enum err read_int(struct req *rq, const struct field *f, struct str text, struct opt_int *to)
{
        int64_t v;
        if (!str_to_i64(text, &v))
                return wrong(rq, f, "is not a whole number");
        if (v < 0 && f->max >= 0)
                return wrong(rq, f, "is negative");
        if (f->max > 0 && v > f->max)
                return req_fail(rq, ERR_INPUT, "%s is greater than %lld", f->name,
                                (long long)f->max);
        *to = (struct opt_int){true, v};
        return OK;
}

static enum err read_bool(struct req *rq, const struct field *f, struct str text, enum tri *to)
{
        static const struct {
                struct str text;
                enum tri value;
        } forms[] = {
                {S_ROW("true"), TRI_TRUE}, {S_ROW("1"), TRI_TRUE},    {S_ROW("on"), TRI_TRUE},
                {S_ROW("t"), TRI_TRUE},    {S_ROW("yes"), TRI_TRUE},  {S_ROW("false"), TRI_FALSE},
                {S_ROW("0"), TRI_FALSE},   {S_ROW("off"), TRI_FALSE}, {S_ROW("f"), TRI_FALSE},
                {S_ROW("no"), TRI_FALSE},
        };
        for (size_t i = 0; i < countof(forms); i++)
                if (str_eq_nocase(text, forms[i].text)) {
                        *to = forms[i].value;
                        return OK;
                }
        return wrong(rq, f, "is neither true nor false");
}

static enum err read_one(struct req *rq, const struct field *f, const struct req_param *p, void *to)
{
        struct str text = str_trim(p->text);
        if (p->type == PARAM_FILE && f->type != F_FILE)
                return wrong(rq, f, "is a file");
        if (f->type == F_STR)
                return read_str(rq, f, p, to);
        if (f->type == F_FILE) {
                *(struct upload **)to = p->file;
                return p->file || !text.n ? OK : wrong(rq, f, "is not a file");
        }
        if (!text.n)
                return OK;
        switch (f->type) {
        case F_ID: /* since_id=0 is how some clients say "from the start" */
                if (str_eq(text, S("0")))
                        return OK;
                return read_id(text, to) ? OK : wrong(rq, f, "is not an id");
        case F_INT:
                return read_int(rq, f, text, to);
        case F_BOOL:
                return read_bool(rq, f, text, to);
        case F_TIME: {
                struct opt_int *time = to;
                time->given = date_read_iso(text, &time->v);
                return time->given ? OK : wrong(rq, f, "is not a time (ISO 8601)");
        }
        default:
                return ERR_FAULT;
        }
}

/* Whether a parameter belongs to the list field: name or name[]. Body values replace those of the
 * query. */
static bool in_list(const struct req_param *p, struct str name, bool from_body)
{
        if (p->from_body != from_body || !str_starts(p->name, name))
                return false;
        struct str rest = str_after(p->name, name.n);
        return !rest.n || str_eq(rest, S("[]"));
}

static bool list_side(const struct req *rq, struct str name)
{
        for (size_t i = rq->n_params; i > 0; i--)
                if (in_list(&rq->params[i - 1], name, true))
                        return true;
        return false;
}

static enum err read_list(struct req *rq, const struct field *f, void *to)
{
        struct str name = str_of(f->name);
        bool body = list_side(rq, name), given = false;
        size_t n = 0;
        for (size_t i = 0; i < rq->n_params; i++)
                n += in_list(&rq->params[i], name, body);
        struct str_list texts = {.v = make_n(rq->arena, n + 1, struct str)};
        struct id_list ids = {.v = make_n(rq->arena, n + 1, int64_t)};
        for (size_t i = 0; i < rq->n_params; i++) {
                const struct req_param *p = &rq->params[i];
                if (!in_list(p, name, body))
                        continue;
                if (p->type == PARAM_FILE)
                        return wrong(rq, f, "is a file");
                struct str text = str_trim(p->text);
                given |= p->type == PARAM_EMPTY_LIST || text.n;
                if (!text.n)
                        continue;
                if (f->max > 0 && texts.n == (size_t)f->max)
                        return req_fail(rq, ERR_INPUT, "%s has more than %lld entries", f->name,
                                        (long long)f->max);
                if (f->type == F_IDS && !read_id(text, &ids.v[ids.n++]))
                        return wrong(rq, f, "holds something that is not an id");
                texts.v[texts.n++] = p->text;
        }
        if (!given && came_nested(rq, name) && !n)
                return wrong(rq, f, "is not a list");
        ids.given = given;
        if (f->type == F_IDS)
                *(struct id_list *)to = ids;
        else
                *(struct str_list *)to = given ? texts : (struct str_list){0};
        return OK;
}

enum err req_read(struct req *rq, const struct field *fields, size_t n, void *into)
{
        for (size_t i = 0; i < n; i++) {
                const struct field *f = &fields[i];
                void *to = (char *)into + f->at;
                if (f->type == F_STRS || f->type == F_IDS) {
                        TRY(read_list(rq, f, to));
                        continue;
                }
                const struct req_param *p = find(rq, str_of(f->name));
                if (!p && came_nested(rq, str_of(f->name)))
                        return wrong(rq, f, "is not a single value");
                if (p && p->type != PARAM_NULL)
                        TRY(read_one(rq, f, p, to));
        }
        return OK;
}
