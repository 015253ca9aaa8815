/* Notifications, version 2: grouped, with each account and post named once. */
#include "social/notification_group.h"
#include "api/account_json.h"
#include "api/notification_json.h"
#include "api/paging.h"
#include "api/post.h"
#include "social/filter.h"
#include "social/ids.h"
#include "social/scope.h"
#include "store/limits.h"

static enum err write_group(struct json *j, struct cx *cx, const struct notification_group *g,
                            bool paged)
{
        json_object(j, NULL);
        json_str(j, "group_key", g->key);
        json_int(j, "notifications_count", g->count);
        json_str(j, "type", notification_name(g->newest.kind));
        json_int(j, "most_recent_notification_id", g->newest.id); /* a number: IceCubes */
        if (paged) {
                json_id(j, "page_min_id", g->page_min_id);
                json_id(j, "page_max_id", g->page_max_id);
        }
        json_time(j, "latest_page_notification_at", g->newest.created_at);
        json_array(j, "sample_account_ids");
        for (size_t i = 0; i < g->n_sample; i++)
                json_id(j, NULL, g->sample[i]);
        json_end(j);
        if (g->newest.post)
                json_id(j, "status_id", g->newest.post);
        TRY(api_notification_about(j, cx, &g->newest));
        json_end(j);
        return OK;
}

/* Accounts and posts of the groups, each once. */
static enum err write_people(struct json *j, struct req *rq, const struct notification_group *v,
                             size_t n)
{
        int64_t *ids = make_n(rq->arena, n * GROUP_SAMPLE, int64_t);
        size_t k = 0;
        for (size_t i = 0; i < n; i++)
                for (size_t s = 0; s < v[i].n_sample; s++)
                        ids[k++] = v[i].sample[s];
        k = ids_unique(ids, k);
        return api_account_list(j, "accounts", rq->cx, ids, k);
}

static enum err load_posts(struct req *rq, const struct notification_group *v, size_t n,
                           int64_t **ids, size_t *k, struct api_posts **ret)
{
        *ids = make_n(rq->arena, n, int64_t);
        *k = 0;
        for (size_t i = 0; i < n; i++)
                if (v[i].newest.post)
                        (*ids)[(*k)++] = v[i].newest.post;
        *k = ids_unique(*ids, *k);
        return api_posts_load(rq->cx, rq->viewer, *ids, *k, ret);
}

static bool shows(const struct notification_group *g, const struct api_posts *posts)
{
        return !g->newest.post || (api_posts_has(posts, g->newest.post) &&
                                   !api_posts_hidden(posts, g->newest.post, FILTER_NOTIFICATIONS));
}

static enum err write_groups(struct req *rq, const struct notification_group *v, size_t n,
                             bool paged)
{
        struct api_posts *posts;
        int64_t *ids;
        size_t k;
        TRY(load_posts(rq, v, n, &ids, &k, &posts));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        TRY(write_people(j, rq, v, n));
        json_array(j, "statuses");
        for (size_t i = 0; i < k; i++)
                if (api_posts_has(posts, ids[i]) &&
                    !api_posts_hidden(posts, ids[i], FILTER_NOTIFICATIONS))
                        api_posts_write(j, NULL, posts, ids[i]);
        json_end(j);
        json_array(j, "notification_groups");
        for (size_t i = 0; i < n; i++)
                if (shows(&v[i], posts))
                        TRY(write_group(j, rq->cx, &v[i], paged));
        json_end(j);
        json_end(j);
        return OK;
}

struct grouped_input {
        struct str_list types;
};
static const struct field grouped_fields[] = {
        {"grouped_types", F_STRS, offsetof(struct grouped_input, types), 40}};

/* Kinds the app can show grouped; not given: the usual ones. A bit that is no kind stands for "none
 * of them". */
static enum err read_grouped(struct req *rq, uint32_t *ret)
{
        struct grouped_input in = {0};
        TRY(req_read(rq, grouped_fields, countof(grouped_fields), &in));
        *ret = in.types.n ? UINT32_C(1) << 31 : 0;
        for (size_t i = 0; i < in.types.n; i++) {
                enum notification_kind k;
                if (notification_read_name(in.types.v[i], &k))
                        *ret |= UINT32_C(1) << k;
        }
        return OK;
}

static enum err api_notification_groups(struct req *rq)
{
        struct page page = api_page(rq, 40, 80);
        struct notification_filter f;
        struct notification_group *v = NULL;
        uint32_t grouped;
        size_t n = 0;
        bool none;
        TRY(api_notification_filter(rq, &f, &none));
        TRY(read_grouped(rq, &grouped));
        if (!none)
                TRY(notification_groups(rq->cx, rq->viewer, &f, grouped, &page, &v, &n));
        api_page_links(rq, &page);
        return write_groups(rq, v, n, true);
}

static enum err api_notification_group_show(struct req *rq)
{
        struct notification_group *g;
        TRY(notification_group_get(rq->cx, rq->viewer, req_path(rq, "group_key"), &g));
        return write_groups(rq, g, 1, false);
}

static enum err api_notification_group_accounts(struct req *rq)
{
        struct page page = api_page(rq, 40, 80);
        int64_t *ids;
        size_t n;
        TRY(notification_group_senders(rq->cx, rq->viewer, req_path(rq, "group_key"), &page, &ids,
                                       &n));
        api_page_links(rq, &page);
        return api_account_list(reply_json(rq, 200), NULL, rq->cx, ids, n);
}

static enum err api_notification_group_dismiss(struct req *rq)
{
        TRY(notification_group_dismiss(rq->cx, rq->viewer, req_path(rq, "group_key")));
        reply_empty_object(rq);
        return OK;
}

/* How many groups are newer than the marker, counted up to the limit. */
static enum err api_notification_group_unread(struct req *rq)
{
        struct notification_filter f;
        struct notification_group *v;
        struct page page = {.limit = api_limit(rq, 100, 1000)};
        uint32_t grouped;
        size_t n = 0;
        bool none;
        TRY(api_notification_filter(rq, &f, &none));
        TRY(read_grouped(rq, &grouped));
        TRY(notification_read_until(rq->cx, rq->viewer, &page.since_id));
        if (!none)
                TRY(notification_groups(rq->cx, rq->viewer, &f, grouped, &page, &v, &n));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_int(j, "count", (int64_t)n);
        json_end(j);
        return OK;
}

#define READ SCOPE_READ_NOTIFICATIONS, LIMIT_READ, LANE_READ
#define WRITE SCOPE_WRITE_NOTIFICATIONS, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/api/v2/notifications", READ, api_notification_groups, 0, 0},
        {"GET", "/api/v2/notifications/unread_count", READ, api_notification_group_unread, 0, 0},
        {"GET", "/api/v2/notifications/:group_key", READ, api_notification_group_show, 0, 0},
        {"GET", "/api/v2/notifications/:group_key/accounts", READ, api_notification_group_accounts,
         0, 0},
        {"POST", "/api/v2/notifications/:group_key/dismiss", WRITE, api_notification_group_dismiss,
         0, 0},
};
const struct route_list API_NOTIFICATION_GROUP_ROUTES = {DOOR_API, routes, countof(routes)};
