/* The notification policy, versions 1 and 2, and the requests of senders that wait. */
#include "social/notification_policy.h"
#include "api/account_json.h"
#include "api/paging.h"
#include "api/post.h"
#include "api/post_json.h"
#include "social/scope.h"
#include "store/limits.h"

enum { REQUESTS_MOST = 40 };

static enum err write_summary(struct json *j, struct req *rq)
{
        int64_t requests, notifications;
        TRY(policy_pending(rq->cx, rq->viewer, &requests, &notifications));
        json_object(j, "summary");
        json_int(j, "pending_requests_count", requests);
        json_int(j, "pending_notifications_count", notifications);
        json_end(j);
        json_end(j);
        return OK;
}

static enum err api_policy_show(struct req *rq)
{
        struct notification_policy p;
        TRY(policy_get(rq->cx, rq->viewer, &p));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        for (int i = 0; i < POLICY_COUNT_; i++)
                json_z(j, policy_name((enum policy_about)i), fate_name(p.about[i]));
        return write_summary(j, rq);
}

static enum err api_policy_update(struct req *rq)
{
        struct notification_policy p;
        TRY(policy_get(rq->cx, rq->viewer, &p));
        for (int i = 0; i < POLICY_COUNT_; i++) {
                struct str said = req_param(rq, policy_name((enum policy_about)i));
                if (said.n && !fate_read(said, &p.about[i]))
                        return fail_field(rq->cx, policy_name((enum policy_about)i), ERR_INPUT,
                                          "Validation failed: %s is not included in the list",
                                          policy_name((enum policy_about)i));
        }
        TRY(policy_set(rq->cx, rq->viewer, &p));
        return api_policy_show(rq);
}

/* Version 1 (mastodon-android): yes or no for four of them. */
static const struct {
        const char *name;
        enum policy_about about;
} old_names[] = {
        {"filter_not_following", POLICY_NOT_FOLLOWING},
        {"filter_not_followers", POLICY_NOT_FOLLOWERS},
        {"filter_new_accounts", POLICY_NEW_ACCOUNTS},
        {"filter_private_mentions", POLICY_PRIVATE_MENTIONS},
};

static enum err api_policy_show_old(struct req *rq)
{
        struct notification_policy p;
        TRY(policy_get(rq->cx, rq->viewer, &p));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        for (size_t i = 0; i < countof(old_names); i++)
                json_bool(j, old_names[i].name, p.about[old_names[i].about] != FATE_TELL);
        return write_summary(j, rq);
}

static enum err api_policy_update_old(struct req *rq)
{
        struct notification_policy p;
        TRY(policy_get(rq->cx, rq->viewer, &p));
        for (size_t i = 0; i < countof(old_names); i++) {
                enum notification_fate *f = &p.about[old_names[i].about];
                bool on = api_flag(rq, old_names[i].name, *f != FATE_TELL);
                *f = !on ? FATE_TELL : *f == FATE_TELL ? FATE_HOLD : *f;
        }
        TRY(policy_set(rq->cx, rq->viewer, &p));
        return api_policy_show_old(rq);
}

/* ---- requests ---- */

static enum err write_requests(struct json *j, struct req *rq, const struct notification_request *v,
                               size_t n)
{
        int64_t *senders = make_n(rq->arena, n, int64_t), *posts = make_n(rq->arena, n, int64_t);
        struct str *accounts;
        struct api_posts *shown;
        for (size_t i = 0; i < n; i++) {
                senders[i] = v[i].sender;
                posts[i] = v[i].last_post;
        }
        TRY(api_account_bytes_many(rq->cx, senders, n, &accounts));
        TRY(api_posts_load(rq->cx, rq->viewer, posts, n, &shown));
        for (size_t i = 0; i < n; i++) {
                if (!accounts[i].n)
                        continue;
                json_object(j, NULL);
                json_id(j, "id", v[i].id);
                json_time(j, "created_at", v[i].created_at);
                json_time(j, "updated_at", v[i].updated_at);
                json_str(j, "notifications_count", str_int(rq->arena, v[i].notifications));
                json_raw(j, "account", accounts[i]);
                api_posts_write(j, "last_status", shown, v[i].last_post);
                json_end(j);
        }
        return OK;
}

static enum err api_request_list(struct req *rq)
{
        struct page page = api_page(rq, 40, 80);
        struct notification_request *v;
        size_t n;
        TRY(request_list(rq->cx, rq->viewer, &page, &v, &n));
        api_page_links(rq, &page);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        TRY(write_requests(j, rq, v, n));
        json_end(j);
        return OK;
}

static enum err api_request_show(struct req *rq)
{
        struct notification_request *q;
        TRY(request_show(rq->cx, rq->viewer, req_path_id(rq, "id"), &q));
        return write_requests(reply_json(rq, 200), rq, q, 1);
}

struct ids_input {
        struct id_list ids;
};
static const struct field ids_fields[] = {
        {"id", F_IDS, offsetof(struct ids_input, ids), REQUESTS_MOST}};
typedef enum err verb(struct cx *cx, const struct viewer *by, int64_t id);

static enum err one(struct req *rq, verb *f)
{
        TRY(f(rq->cx, rq->viewer, req_path_id(rq, "id")));
        reply_empty_object(rq);
        return OK;
}

/* Several: all, or none when one of them is not there. */
static enum err several(struct req *rq, verb *f)
{
        struct ids_input in = {0};
        TRY(req_read(rq, ids_fields, countof(ids_fields), &in));
        for (size_t i = 0; i < in.ids.n; i++)
                TRY(f(rq->cx, rq->viewer, in.ids.v[i]));
        reply_empty_object(rq);
        return OK;
}

static enum err api_request_accept(struct req *rq)
{
        return one(rq, request_accept);
}

static enum err api_request_dismiss(struct req *rq)
{
        return one(rq, request_dismiss);
}

static enum err api_request_accept_several(struct req *rq)
{
        return several(rq, request_accept);
}

static enum err api_request_dismiss_several(struct req *rq)
{
        return several(rq, request_dismiss);
}

/* What was accepted is brought in at once, so there is never anything left to merge. */
static enum err api_request_merged(struct req *rq)
{
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_bool(j, "merged", true);
        json_end(j);
        return OK;
}

#define READ SCOPE_READ_NOTIFICATIONS, LIMIT_READ, LANE_READ
#define WRITE SCOPE_WRITE_NOTIFICATIONS, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/api/v2/notifications/policy", READ, api_policy_show, 0, 0},
        {"PATCH", "/api/v2/notifications/policy", WRITE, api_policy_update, 0, 0},
        {"PUT", "/api/v2/notifications/policy", WRITE, api_policy_update, 0, 0},
        {"GET", "/api/v1/notifications/policy", READ, api_policy_show_old, 0, 0},
        {"PATCH", "/api/v1/notifications/policy", WRITE, api_policy_update_old, 0, 0},
        {"PUT", "/api/v1/notifications/policy", WRITE, api_policy_update_old, 0, 0},
        {"GET", "/api/v1/notifications/requests", READ, api_request_list, 0, 0},
        {"GET", "/api/v1/notifications/requests/merged", READ, api_request_merged, 0, 0},
        {"POST", "/api/v1/notifications/requests/accept", WRITE, api_request_accept_several, 0, 0},
        {"POST", "/api/v1/notifications/requests/dismiss", WRITE, api_request_dismiss_several, 0,
         0},
        {"GET", "/api/v1/notifications/requests/:id", READ, api_request_show, 0, 0},
        {"POST", "/api/v1/notifications/requests/:id/accept", WRITE, api_request_accept, 0, 0},
        {"POST", "/api/v1/notifications/requests/:id/dismiss", WRITE, api_request_dismiss, 0, 0},
};
const struct route_list API_NOTIFICATION_POLICY_ROUTES = {DOOR_API, routes, countof(routes)};
