/* Timelines: home, public, hashtag, list, and an account's posts. */
#include "social/timeline.h"
#include "api/paging.h"
#include "api/post.h"
#include "api/post_json.h"
#include "social/account.h"
#include "social/filter.h"
#include "social/home.h"
#include "social/scope.h"
#include "social/tag.h"
#include "store/limits.h"

static enum err show(struct req *rq, enum filter_context context, const struct page *page,
                     const int64_t *ids, size_t n)
{
        api_page_links(rq, page);
        return api_posts_json_in(reply_json(rq, 200), NULL, rq->cx, rq->viewer, context, ids, n);
}

static enum err api_timeline_home(struct req *rq)
{
        struct page page = api_page(rq, 20, 40);
        int64_t *ids;
        size_t n;
        TRY(home_list(rq->cx, rq->viewer, &page, &ids, &n));
        return show(rq, FILTER_HOME, &page, ids, n);
}

static struct timeline_options flags(const struct req *rq)
{
        return (struct timeline_options){
                .local = api_flag(rq, "local", false),
                .remote = api_flag(rq, "remote", false),
                .only_media = api_flag(rq, "only_media", false),
        };
}

/* Visitors read it only where the settings say so. */
static enum err api_timeline_public(struct req *rq)
{
        struct page page = api_page(rq, 20, 40);
        struct timeline_options o = flags(rq);
        int64_t *ids;
        size_t n;
        if (!rq->viewer->account && !rq->cx->settings->local_timeline_for_visitors)
                return fail(rq->cx, ERR_INPUT, "This method requires an authenticated user");
        TRY(timeline_public(rq->cx, rq->viewer, &o, &page, &ids, &n));
        return show(rq, FILTER_PUBLIC, &page, ids, n);
}

struct tag_input {
        struct str_list any, all, none;
};
static const struct field tag_fields[] = {
        {"any", F_STRS, offsetof(struct tag_input, any), 4},
        {"all", F_STRS, offsetof(struct tag_input, all), 4},
        {"none", F_STRS, offsetof(struct tag_input, none), 4},
};

/* Folds them; names that are no hashtags match nothing and are left as they are. */
static void fold(struct cx *cx, struct str_list *l)
{
        for (size_t i = 0; i < l->n; i++)
                if (tag_fold(cx, l->v[i], &l->v[i]))
                        l->v[i] = S("");
}

static enum err api_timeline_tag(struct req *rq)
{
        struct page page = api_page(rq, 20, 40);
        struct timeline_options o = flags(rq);
        struct tag_input in = {0};
        struct str name;
        int64_t *ids;
        size_t n;
        TRY(req_read(rq, tag_fields, countof(tag_fields), &in));
        fold(rq->cx, &in.any);
        fold(rq->cx, &in.all);
        fold(rq->cx, &in.none);
        o.any = in.any;
        o.all = in.all;
        o.none = in.none;
        TRY(tag_fold(rq->cx, req_path(rq, "hashtag"), &name));
        TRY(timeline_tag(rq->cx, rq->viewer, name, &o, &page, &ids, &n));
        return show(rq, FILTER_PUBLIC, &page, ids, n);
}

static enum err api_timeline_list(struct req *rq)
{
        struct page page = api_page(rq, 20, 40);
        int64_t *ids;
        size_t n;
        TRY(timeline_list(rq->cx, rq->viewer, req_path_id(rq, "list_id"), &page, &ids, &n));
        return show(rq, FILTER_HOME, &page, ids, n);
}

/* GET /api/v1/accounts/:id/statuses. */
static enum err api_timeline_account(struct req *rq)
{
        struct page page = api_page(rq, 20, 40);
        struct post_list_options o = {
                .only_media = api_flag(rq, "only_media", false),
                .no_replies = api_flag(rq, "exclude_replies", false),
                .no_boosts = api_flag(rq, "exclude_reblogs", false),
                .pinned = api_flag(rq, "pinned", false),
        };
        struct account *a;
        struct str tagged = req_param(rq, "tagged");
        int64_t *ids;
        size_t n;
        TRY(account_get(rq->cx, req_path_id(rq, "id"), &a));
        if (tagged.n)
                TRY(tag_fold(rq->cx, tagged, &o.tag));
        TRY(post_list(rq->cx, rq->viewer, a->id, &o, &page, &ids, &n));
        return show(rq, FILTER_ACCOUNT, &page, ids, n);
}

static const struct route routes[] = {
        {"GET", "/api/v1/timelines/home", SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         api_timeline_home, 0, 0},
        {"GET", "/api/v1/timelines/public", SCOPE_OPTIONAL | SCOPE_READ_STATUSES, LIMIT_READ,
         LANE_READ, api_timeline_public, 0, 0},
        {"GET", "/api/v1/timelines/tag/:hashtag", SCOPE_OPTIONAL | SCOPE_READ_STATUSES, LIMIT_READ,
         LANE_READ, api_timeline_tag, 0, 0},
        {"GET", "/api/v1/timelines/list/:list_id", SCOPE_READ_LISTS, LIMIT_READ, LANE_READ,
         api_timeline_list, 0, 0},
        {"GET", "/api/v1/accounts/:id/statuses", SCOPE_OPTIONAL | SCOPE_READ_STATUSES, LIMIT_READ,
         LANE_READ, api_timeline_account, 0, 0},
};
const struct route_list API_TIMELINE_ROUTES = {DOOR_API, routes, countof(routes)};
