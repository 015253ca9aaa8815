/* Notifications, version 1: listing, showing, putting away. */
#include "social/notification.h"
#include "api/account_json.h"
#include "api/notification_json.h"
#include "api/paging.h"
#include "api/post.h"
#include "social/filter.h"
#include "social/scope.h"
#include "store/limits.h"

enum { KINDS_MOST = 40, DESTROY_MOST = 80 };

struct filter_input {
        struct str_list types, exclude;
        int64_t account;
};
static const struct field filter_fields[] = {
        {"types", F_STRS, offsetof(struct filter_input, types), KINDS_MOST},
        {"exclude_types", F_STRS, offsetof(struct filter_input, exclude), KINDS_MOST},
        {"account_id", F_ID, offsetof(struct filter_input, account), 0},
};

static uint32_t bits(const struct str_list *names)
{
        uint32_t v = 0;
        enum notification_kind k;
        for (size_t i = 0; i < names->n; i++)
                if (notification_read_name(names->v[i], &k))
                        v |= UINT32_C(1) << k;
        return v;
}

enum err api_notification_filter(struct req *rq, struct notification_filter *f, bool *none)
{
        const uint32_t all = (UINT32_C(1) << NOTIFICATION_KINDS_) - 1;
        struct filter_input in = {0};
        TRY(req_read(rq, filter_fields, countof(filter_fields), &in));
        f->kinds = (in.types.n ? bits(&in.types) : all) & ~bits(&in.exclude);
        f->sender = in.account;
        f->include_filtered = api_flag(rq, "include_filtered", false);
        *none = !f->kinds;
        return OK;
}

enum err api_notification_fetch(struct cx *cx, const struct viewer *by,
                                const struct notification *v, size_t n,
                                struct notification_things *ret)
{
        int64_t *senders = make_n(cx->arena, n, int64_t), *posts = make_n(cx->arena, n, int64_t);
        size_t k = 0;
        for (size_t i = 0; i < n; i++) {
                senders[i] = v[i].sender;
                if (v[i].post)
                        posts[k++] = v[i].post;
        }
        TRY(api_account_bytes_many(cx, senders, n, &ret->accounts));
        return api_posts_load(cx, by, posts, k, &ret->posts);
}

bool api_notification_put(struct json *j, const char *key, struct cx *cx,
                          const struct notification *n, size_t i,
                          const struct notification_things *t)
{
        if (!t->accounts[i].n ||
            (n->post && (!api_posts_has(t->posts, n->post) ||
                         api_posts_hidden(t->posts, n->post, FILTER_NOTIFICATIONS))))
                return false; /* without its post or sender it would say nothing */
        json_object(j, key);
        json_id(j, "id", n->id);
        json_str(j, "type", notification_name(n->kind));
        json_time(j, "created_at", n->created_at);
        json_str(j, "group_key",
                 str_starts(n->group_key, S("ungrouped"))
                         ? str_fmt(cx->arena, "ungrouped-%lld", (long long)n->id)
                         : n->group_key);
        json_raw(j, "account", t->accounts[i]);
        if (n->post)
                api_posts_write(j, "status", t->posts, n->post);
        if (n->filtered)
                json_bool(j, "filtered", true);
        enum err e = api_notification_about(j, cx, n);
        json_end(j);
        return e == OK;
}

static enum err api_notification_list(struct req *rq)
{
        struct page page = api_page(rq, 40, 80);
        struct notification_filter f = {0};
        struct notification *v = NULL;
        struct notification_things t;
        size_t n = 0;
        bool none;
        TRY(api_notification_filter(rq, &f, &none));
        if (!none)
                TRY(notification_list(rq->cx, rq->viewer, &f, &page, &v, &n));
        TRY(api_notification_fetch(rq->cx, rq->viewer, v, n, &t));
        api_page_links(rq, &page);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                api_notification_put(j, NULL, rq->cx, &v[i], i, &t);
        json_end(j);
        return OK;
}

static enum err api_notification_show(struct req *rq)
{
        struct notification *n;
        struct notification_things t;
        TRY(notification_get(rq->cx, rq->viewer, req_path_id(rq, "id"), &n));
        TRY(api_notification_fetch(rq->cx, rq->viewer, n, 1, &t));
        return api_notification_put(reply_json(rq, 200), NULL, rq->cx, n, 0, &t) ? OK : ERR_MISSING;
}

static enum err dismiss(struct req *rq, int64_t id)
{
        TRY(notification_dismiss(rq->cx, rq->viewer, id));
        reply_empty_object(rq);
        return OK;
}

static enum err api_notification_dismiss(struct req *rq)
{
        return dismiss(rq, req_path_id(rq, "id"));
}

/* The old form: POST /api/v1/notifications/dismiss?id=. */
static enum err api_notification_dismiss_param(struct req *rq)
{
        int64_t id = 0;
        str_to_i64(req_param(rq, "id"), &id);
        return dismiss(rq, id);
}

struct ids_input {
        struct id_list ids;
};
static const struct field ids_fields[] = {
        {"ids", F_IDS, offsetof(struct ids_input, ids), DESTROY_MOST}};

static enum err api_notification_destroy(struct req *rq)
{
        struct ids_input in = {0};
        TRY(req_read(rq, ids_fields, countof(ids_fields), &in));
        for (size_t i = 0; i < in.ids.n; i++) {
                enum err e = notification_dismiss(rq->cx, rq->viewer, in.ids.v[i]);
                if (e && e != ERR_MISSING)
                        return e;
        }
        reply_empty_object(rq);
        return OK;
}

static enum err api_notification_clear(struct req *rq)
{
        TRY(notification_clear(rq->cx, rq->viewer));
        reply_empty_object(rq);
        return OK;
}

static enum err api_notification_unread(struct req *rq)
{
        struct notification_filter f = {0};
        int64_t n = 0;
        bool none;
        TRY(api_notification_filter(rq, &f, &none));
        if (!none)
                TRY(notification_unread(rq->cx, rq->viewer, &f, (int)api_limit(rq, 100, 1000), &n));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_int(j, "count", n);
        json_end(j);
        return OK;
}

#define READ SCOPE_READ_NOTIFICATIONS, LIMIT_READ, LANE_READ
#define WRITE SCOPE_WRITE_NOTIFICATIONS, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/api/v1/notifications", READ, api_notification_list, 0, 0},
        {"GET", "/api/v1/notifications/unread_count", READ, api_notification_unread, 0, 0},
        {"GET", "/api/v1/notifications/:id", READ, api_notification_show, 0, 0},
        {"POST", "/api/v1/notifications/clear", WRITE, api_notification_clear, 0, 0},
        {"POST", "/api/v2/notifications/clear", WRITE, api_notification_clear, 0, 0},
        {"POST", "/api/v1/notifications/dismiss", WRITE, api_notification_dismiss_param, 0, 0},
        {"DELETE", "/api/v1/notifications/destroy_multiple", WRITE, api_notification_destroy, 0, 0},
        {"POST", "/api/v1/notifications/:id/dismiss", WRITE, api_notification_dismiss, 0, 0},
};
const struct route_list API_NOTIFICATION_ROUTES = {DOOR_API, routes, countof(routes)};
