/* Hashtags on a profile: listing, adding, removing, suggesting. */
#include "social/tag_feature.h"
#include "api/account.h"
#include "api/tag_json.h"
#include "lib/base/encode.h"
#include "lib/base/id.h"
#include "lib/text/json.h"
#include "social/account.h"
#include "social/scope.h"
#include "store/limits.h"

static void write_feature(struct json *j, struct cx *cx, const struct account *a,
                          const struct tag_feature *f)
{
        json_object(j, NULL);
        json_id(j, "id", f->id);
        json_str(j, "name", f->display);
        json_str(j, "url",
                 str_fmt(cx->arena, "%.*s/tagged/%.*s", STR_ARG(a->url),
                         STR_ARG(percent_encode(cx->arena, f->name))));
        json_str(j, "statuses_count", str_int(cx->arena, f->posts)); /* a string, as ever */
        json_date(j, "last_status_at", f->last_post ? id_ms(f->last_post) : 0);
        json_end(j);
}

static enum err list(struct req *rq, int64_t account)
{
        struct account *a;
        struct tag_feature *v;
        size_t n = 0;
        TRY(account_get(rq->cx, account, &a));
        if (!a->suspended)
                TRY(tag_feature_list(rq->cx, account, &v, &n));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                write_feature(j, rq->cx, a, &v[i]);
        json_end(j);
        return OK;
}

static enum err api_tag_feature_of(struct req *rq)
{
        return list(rq, api_account_of_path(rq));
}

static enum err api_tag_feature_own(struct req *rq)
{
        return list(rq, rq->viewer->account);
}

static enum err api_tag_feature_create(struct req *rq)
{
        struct account *a;
        struct tag_feature *f;
        TRY(account_get(rq->cx, rq->viewer->account, &a));
        TRY(tag_feature_add(rq->cx, a->id, str_trim(req_param(rq, "name")), &f));
        write_feature(reply_json(rq, 200), rq->cx, a, f);
        return OK;
}

static enum err api_tag_feature_delete(struct req *rq)
{
        TRY(tag_feature_remove(rq->cx, rq->viewer->account, req_path_id(rq, "id")));
        reply_empty_object(rq);
        return OK;
}

static enum err api_tag_feature_suggestions(struct req *rq)
{
        struct str_list l;
        TRY(tag_feature_suggest(rq->cx, rq->viewer->account, &l));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < l.n; i++) {
                struct tag *t;
                TRY(tag_get(rq->cx, rq->viewer, l.v[i], &t));
                TRY(api_tag_json(j, NULL, rq->cx, t, true));
        }
        json_end(j);
        return OK;
}

static enum err answer_tag(struct req *rq)
{
        struct tag *t;
        TRY(tag_get(rq->cx, rq->viewer, req_path(rq, "name"), &t));
        TRY(api_tag_json(reply_json(rq, 200), NULL, rq->cx, t, true));
        return OK;
}

static enum err api_tag_feature_on(struct req *rq)
{
        struct tag_feature *f;
        TRY(tag_feature_add(rq->cx, rq->viewer->account, req_path(rq, "name"), &f));
        return answer_tag(rq);
}

static enum err api_tag_feature_off(struct req *rq)
{
        TRY(tag_feature_remove_name(rq->cx, rq->viewer->account, req_path(rq, "name")));
        return answer_tag(rq);
}

#define WRITES SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/api/v1/accounts/:id/featured_tags", SCOPE_OPTIONAL, LIMIT_READ, LANE_READ,
         api_tag_feature_of, 0, 0},
        {"GET", "/api/v1/featured_tags", SCOPE_READ_ACCOUNTS, LIMIT_READ, LANE_READ,
         api_tag_feature_own, 0, 0},
        {"POST", "/api/v1/featured_tags", WRITES, api_tag_feature_create, 0, 0},
        {"DELETE", "/api/v1/featured_tags/:id", WRITES, api_tag_feature_delete, 0, 0},
        {"GET", "/api/v1/featured_tags/suggestions", SCOPE_READ_ACCOUNTS, LIMIT_READ, LANE_READ,
         api_tag_feature_suggestions, 0, 0},
        {"POST", "/api/v1/tags/:name/feature", WRITES, api_tag_feature_on, 0, 0},
        {"POST", "/api/v1/tags/:name/unfeature", WRITES, api_tag_feature_off, 0, 0},
};
const struct route_list API_TAG_FEATURE_ROUTES = {DOOR_API, routes, countof(routes)};
