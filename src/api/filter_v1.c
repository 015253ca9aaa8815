/* Filters, version 1: one keyword each, seen and changed as if it were a filter of its own.
 * Official Android still uses them. The id is the keyword's; changing context, expiry or
 * irreversible changes the filter the keyword belongs to. */
#include "api/filter.h"
#include "api/filter_json.h"
#include "api/old.h"
#include "lib/http/req.h"
#include "lib/text/json.h"
#include "social/filter.h"
#include "social/scope.h"
#include "store/limits.h"

static void write_one(struct json *j, const struct filter *f, const struct filter_keyword *k)
{
        json_object(j, NULL);
        json_id(j, "id", k->id);
        json_str(j, "phrase", k->keyword);
        api_filter_contexts(j, "context", f->contexts);
        json_time(j, "expires_at", f->expires_at);
        json_bool(j, "irreversible", f->action == FILTER_HIDE);
        json_bool(j, "whole_word", k->whole_word);
        json_end(j);
}

static enum err api_filter_v1_list(struct req *rq)
{
        struct filter *v;
        size_t n;
        api_old(rq, OLD_FILTERS);
        TRY(filter_list(rq->cx, rq->viewer->account, false, &v, &n));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < v[i].n_keywords; k++)
                        write_one(j, &v[i], &v[i].keywords[k]);
        json_end(j);
        return OK;
}

static enum err find(struct req *rq, struct filter **f, struct filter_keyword *k)
{
        TRY(filter_keyword_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), k));
        return filter_get(rq->cx, rq->viewer->account, k->filter, f);
}

static enum err api_filter_v1_show(struct req *rq)
{
        struct filter *f;
        struct filter_keyword k;
        api_old(rq, OLD_FILTERS);
        TRY(find(rq, &f, &k));
        write_one(reply_json(rq, 200), f, &k);
        return OK;
}

struct input {
        struct str phrase;
        struct str_list context;
        enum tri irreversible, whole_word;
        struct opt_int expires_in;
};
static const struct field fields[] = {
        {"phrase", F_STR, offsetof(struct input, phrase), 0},
        {"context", F_STRS, offsetof(struct input, context), 10},
        {"irreversible", F_BOOL, offsetof(struct input, irreversible), 0},
        {"whole_word", F_BOOL, offsetof(struct input, whole_word), 0},
        {"expires_in", F_INT, offsetof(struct input, expires_in), 3155760000},
};

static enum err save(struct req *rq, struct filter *f, struct filter_keyword *k)
{
        struct input in = {0};
        TRY(req_read(rq, fields, countof(fields), &in));
        if (in.phrase.p)
                f->title = k->keyword = in.phrase;
        if (in.context.n)
                f->contexts = 0;
        for (size_t i = 0; i < in.context.n; i++)
                f->contexts |= api_filter_context_read(in.context.v[i]);
        if (in.irreversible != TRI_UNSET)
                f->action = in.irreversible == TRI_TRUE ? FILTER_HIDE : FILTER_WARN;
        if (in.whole_word != TRI_UNSET)
                k->whole_word = in.whole_word == TRI_TRUE;
        if (in.expires_in.given)
                f->expires_at = cx_now(rq->cx) + in.expires_in.v * 1000;
        TRY(filter_save(rq->cx, rq->viewer->account, f));
        k->filter = f->id;
        TRY(filter_keyword_save(rq->cx, rq->viewer->account, k));
        write_one(reply_json(rq, 200), f, k);
        return OK;
}

static enum err api_filter_v1_create(struct req *rq)
{
        struct filter f = {0};
        struct filter_keyword k = {0};
        api_old(rq, OLD_FILTERS);
        return save(rq, &f, &k);
}

static enum err api_filter_v1_update(struct req *rq)
{
        struct filter *f;
        struct filter_keyword k;
        api_old(rq, OLD_FILTERS);
        TRY(find(rq, &f, &k));
        return save(rq, f, &k);
}

/* The filter goes with its last keyword. */
static enum err api_filter_v1_delete(struct req *rq)
{
        struct filter *f;
        struct filter_keyword k;
        api_old(rq, OLD_FILTERS);
        TRY(find(rq, &f, &k));
        if (f->n_keywords > 1)
                TRY(filter_keyword_drop(rq->cx, rq->viewer->account, k.id));
        else
                TRY(filter_drop(rq->cx, rq->viewer->account, f->id));
        reply_empty_object(rq);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/api/v1/filters", SCOPE_READ_FILTERS, LIMIT_READ, LANE_READ, api_filter_v1_list, 0,
         0},
        {"POST", "/api/v1/filters", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_v1_create, 0, 0},
        {"GET", "/api/v1/filters/:id", SCOPE_READ_FILTERS, LIMIT_READ, LANE_READ,
         api_filter_v1_show, 0, 0},
        {"PUT", "/api/v1/filters/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_v1_update, 0, 0},
        {"PATCH", "/api/v1/filters/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_v1_update, 0, 0},
        {"DELETE", "/api/v1/filters/:id", SCOPE_WRITE_FILTERS, LIMIT_WRITE, LANE_WRITE,
         api_filter_v1_delete, 0, 0},
};
const struct route_list API_FILTER_V1_ROUTES = {DOOR_API, routes, countof(routes)};
