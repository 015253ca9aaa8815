/* Filters, version 2: a filter with its keywords and posts. Also the entities. */
#include "api/filter.h"
#include "api/filter_json.h"
#include "lib/http/req.h"
#include "social/post.h"
#include "social/scope.h"
#include "store/limits.h"

static const struct {
        const char *name;
        enum filter_context bit;
} contexts[] = {
        {"home", FILTER_HOME},       {"notifications", FILTER_NOTIFICATIONS},
        {"public", FILTER_PUBLIC},   {"thread", FILTER_THREAD},
        {"account", FILTER_ACCOUNT},
};
static const char *const actions[] = {"warn", "hide", "blur"};

void api_filter_contexts(struct json *j, const char *key, unsigned bits)
{
        json_array(j, key);
        for (size_t i = 0; i < countof(contexts); i++)
                if (bits & contexts[i].bit)
                        json_z(j, NULL, contexts[i].name);
        json_end(j);
}

unsigned api_filter_context_read(struct str name)
{
        for (size_t i = 0; i < countof(contexts); i++)
                if (str_eq(name, str_of(contexts[i].name)))
                        return contexts[i].bit;
        return 0;
}

static void write_keyword(struct json *j, const char *key, const struct filter_keyword *k)
{
        json_object(j, key);
        json_id(j, "id", k->id);
        json_str(j, "keyword", k->keyword);
        json_bool(j, "whole_word", k->whole_word);
        json_end(j);
}

static void write_status(struct json *j, const char *key, const struct filter_status *s)
{
        json_object(j, key);
        json_id(j, "id", s->id);
        json_id(j, "status_id", s->post);
        json_end(j);
}

static void write_head(struct json *j, const struct filter *f)
{
        json_id(j, "id", f->id);
        json_str(j, "title", f->title);
        api_filter_contexts(j, "context", f->contexts);
        json_time(j, "expires_at", f->expires_at);
        json_z(j, "filter_action", actions[f->action]);
}

static void write_filter(struct json *j, const char *key, const struct filter *f)
{
        json_object(j, key);
        write_head(j, f);
        json_array(j, "keywords");
        for (size_t i = 0; i < f->n_keywords; i++)
                write_keyword(j, NULL, &f->keywords[i]);
        json_end(j);
        json_array(j, "statuses");
        for (size_t i = 0; i < f->n_statuses; i++)
                write_status(j, NULL, &f->statuses[i]);
        json_end(j);
        json_end(j);
}

void api_filter_results(struct json *j, const char *key, const struct filter_match *v, size_t n)
{
        json_array(j, key);
        for (size_t i = 0; i < n; i++) {
                json_object(j, NULL);
                json_object(j, "filter");
                write_head(j, v[i].filter);
                json_end(j);
                json_array(j, "keyword_matches");
                for (size_t k = 0; k < v[i].keywords.n; k++)
                        json_str(j, NULL, v[i].keywords.v[k]);
                json_end(j);
                json_array(j, "status_matches");
                if (v[i].post)
                        json_id(j, NULL, v[i].post);
                json_end(j);
                json_end(j);
        }
        json_end(j);
}

static enum err api_filter_list(struct req *rq)
{
        struct filter *v;
        size_t n;
        TRY(filter_list(rq->cx, rq->viewer->account, false, &v, &n));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                write_filter(j, NULL, &v[i]);
        json_end(j);
        return OK;
}

static enum err show(struct req *rq, int64_t id)
{
        struct filter *f;
        TRY(filter_get(rq->cx, rq->viewer->account, id, &f));
        write_filter(reply_json(rq, 200), NULL, f);
        return OK;
}

static enum err api_filter_show(struct req *rq)
{
        return show(rq, req_path_id(rq, "id"));
}

struct filter_input {
        struct str title, action;
        struct str_list context;
        struct opt_int expires_in;
};
static const struct field filter_fields[] = {
        {"title", F_STR, offsetof(struct filter_input, title), 0},
        {"filter_action", F_STR, offsetof(struct filter_input, action), 16},
        {"context", F_STRS, offsetof(struct filter_input, context), 10},
        {"expires_in", F_INT, offsetof(struct filter_input, expires_in), 3155760000},
};

/* Changes what was given. An expires_in that is sent empty or null means never. */
static enum err apply(struct req *rq, const struct filter_input *in, struct filter *f)
{
        if (in->title.p)
                f->title = in->title;
        if (in->context.n)
                f->contexts = 0;
        for (size_t i = 0; i < in->context.n; i++) {
                unsigned bit = api_filter_context_read(in->context.v[i]);
                if (!bit)
                        return fail_field(
                                rq->cx, "context", ERR_INPUT,
                                "Validation failed: Context None or invalid context supplied");
                f->contexts |= bit;
        }
        for (size_t i = 0; i < countof(actions); i++)
                if (str_eq(in->action, str_of(actions[i])))
                        f->action = (enum filter_action)i;
        if (in->expires_in.given)
                f->expires_at = cx_now(rq->cx) + in->expires_in.v * 1000;
        else if (req_param(rq, "expires_in").p)
                f->expires_at = 0;
        return OK;
}

/* keywords_attributes[0][keyword], [whole_word], [id], [_destroy]. */
static enum err apply_keywords(struct req *rq, int64_t filter)
{
        size_t n = req_count(rq, "keywords_attributes");
        if (n > FILTER_KEYWORDS_MAX)
                return fail(rq->cx, ERR_INPUT, "There can be at most %d keywords in a filter.",
                            FILTER_KEYWORDS_MAX);
        for (size_t i = 0; i < n; i++) {
                const char *names[] = {"id", "keyword", "whole_word", "_destroy"};
                struct str v[countof(names)];
                struct filter_keyword k = {.filter = filter, .whole_word = true};
                for (size_t x = 0; x < countof(names); x++)
                        v[x] = req_param(
                                rq,
                                str_fmt(rq->arena, "keywords_attributes[%zu][%s]", i, names[x]).p);
                int64_t account = rq->viewer->account, id = 0;
                if (v[0].n && str_to_i64(v[0], &id))
                        TRY(filter_keyword_get(rq->cx, account, id, &k));
                if (str_eq(v[3], S("true")) || str_eq(v[3], S("1"))) {
                        TRY(filter_keyword_drop(rq->cx, account, k.id));
                        continue;
                }
                if (v[1].p)
                        k.keyword = v[1];
                if (v[2].n)
                        k.whole_word = str_eq(v[2], S("true")) || str_eq(v[2], S("1")) ||
                                       str_eq(v[2], S("on"));
                TRY(filter_keyword_save(rq->cx, account, &k));
        }
        return OK;
}

static enum err save(struct req *rq, struct filter *f)
{
        struct filter_input in = {0};
        TRY(req_read(rq, filter_fields, countof(filter_fields), &in));
        TRY(apply(rq, &in, f));
        TRY(filter_save(rq->cx, rq->viewer->account, f));
        TRY(apply_keywords(rq, f->id));
        return show(rq, f->id);
}

static enum err api_filter_create(struct req *rq)
{
        struct filter f = {0};
        return save(rq, &f);
}

static enum err api_filter_update(struct req *rq)
{
        struct filter *f;
        TRY(filter_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &f));
        return save(rq, f);
}

static enum err api_filter_delete(struct req *rq)
{
        TRY(filter_drop(rq->cx, rq->viewer->account, req_path_id(rq, "id")));
        reply_empty_object(rq);
        return OK;
}

static enum err api_filter_keywords(struct req *rq)
{
        struct filter *f;
        TRY(filter_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &f));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < f->n_keywords; i++)
                write_keyword(j, NULL, &f->keywords[i]);
        json_end(j);
        return OK;
}

struct keyword_input {
        struct str keyword;
        enum tri whole_word;
};
static const struct field keyword_fields[] = {
        {"keyword", F_STR, offsetof(struct keyword_input, keyword), 0},
        {"whole_word", F_BOOL, offsetof(struct keyword_input, whole_word), 0},
};

static enum err save_keyword(struct req *rq, struct filter_keyword *k)
{
        struct keyword_input in = {0};
        TRY(req_read(rq, keyword_fields, countof(keyword_fields), &in));
        if (in.keyword.p)
                k->keyword = in.keyword;
        if (in.whole_word != TRI_UNSET)
                k->whole_word = in.whole_word == TRI_TRUE;
        TRY(filter_keyword_save(rq->cx, rq->viewer->account, k));
        write_keyword(reply_json(rq, 200), NULL, k);
        return OK;
}

static enum err api_filter_keyword_create(struct req *rq)
{
        struct filter_keyword k = {.filter = req_path_id(rq, "id"), .whole_word = true};
        return save_keyword(rq, &k);
}

static enum err api_filter_keyword_update(struct req *rq)
{
        struct filter_keyword k;
        TRY(filter_keyword_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &k));
        return save_keyword(rq, &k);
}

static enum err api_filter_keyword_show(struct req *rq)
{
        struct filter_keyword k;
        TRY(filter_keyword_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &k));
        write_keyword(reply_json(rq, 200), NULL, &k);
        return OK;
}

static enum err api_filter_keyword_delete(struct req *rq)
{
        TRY(filter_keyword_drop(rq->cx, rq->viewer->account, req_path_id(rq, "id")));
        reply_empty_object(rq);
        return OK;
}

static enum err api_filter_statuses(struct req *rq)
{
        struct filter *f;
        TRY(filter_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &f));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < f->n_statuses; i++)
                write_status(j, NULL, &f->statuses[i]);
        json_end(j);
        return OK;
}

struct status_input {
        int64_t status;
};
static const struct field status_fields[] = {
        {"status_id", F_ID, offsetof(struct status_input, status), 0},
};

static enum err api_filter_status_create(struct req *rq)
{
        struct status_input in = {0};
        struct filter_status s;
        struct post *p;
        TRY(req_read(rq, status_fields, countof(status_fields), &in));
        TRY(post_get(rq->cx, rq->viewer, in.status, &p));
        TRY(filter_status_add(rq->cx, rq->viewer->account, req_path_id(rq, "id"), p->id, &s));
        write_status(reply_json(rq, 200), NULL, &s);
        return OK;
}

static enum err api_filter_status_show(struct req *rq)
{
        struct filter_status s;
        TRY(filter_status_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &s));
        write_status(reply_json(rq, 200), NULL, &s);
        return OK;
}

static enum err api_filter_status_delete(struct req *rq)
{
        struct filter_status s;
        TRY(filter_status_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &s));
        TRY(filter_status_drop(rq->cx, rq->viewer->account, s.id));
        write_status(reply_json(rq, 200), NULL, &s);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/api/v2/filters", SCOPE_READ_FILTERS, LIMIT_READ, LANE_READ, api_filter_list, 0,
         0},
        {"POST", "/api/v2/filters", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE, api_filter_create,
         0, 0},
        {"GET", "/api/v2/filters/:id", SCOPE_READ_FILTERS, LIMIT_READ, LANE_READ, api_filter_show,
         0, 0},
        {"PUT", "/api/v2/filters/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_update, 0, 0},
        {"PATCH", "/api/v2/filters/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_update, 0, 0},
        {"DELETE", "/api/v2/filters/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_delete, 0, 0},
        {"GET", "/api/v2/filters/:id/keywords", SCOPE_READ_FILTERS, LIMIT_READ, LANE_READ,
         api_filter_keywords, 0, 0},
        {"POST", "/api/v2/filters/:id/keywords", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_keyword_create, 0, 0},
        {"GET", "/api/v2/filters/:id/statuses", SCOPE_READ_FILTERS, LIMIT_READ, LANE_READ,
         api_filter_statuses, 0, 0},
        {"POST", "/api/v2/filters/:id/statuses", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_status_create, 0, 0},
        {"GET", "/api/v2/filters/keywords/:id", SCOPE_READ_FILTERS, LIMIT_READ, LANE_READ,
         api_filter_keyword_show, 0, 0},
        {"PUT", "/api/v2/filters/keywords/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_keyword_update, 0, 0},
        {"PATCH", "/api/v2/filters/keywords/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_keyword_update, 0, 0},
        {"DELETE", "/api/v2/filters/keywords/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_keyword_delete, 0, 0},
        {"GET", "/api/v2/filters/statuses/:id", SCOPE_READ_FILTERS, LIMIT_READ, LANE_READ,
         api_filter_status_show, 0, 0},
        {"DELETE", "/api/v2/filters/statuses/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_status_delete, 0, 0},
};
const struct route_list API_FILTER_ROUTES = {DOOR_API, routes, countof(routes)};
