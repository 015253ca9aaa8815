/* /api/v1/admin/reports: the queue of the moderators. */
#include "api/admin.h"
#include "api/instance.h"
#include "api/paging.h"
#include "api/post_json.h"
#include "api/report.h"
#include "lib/text/json.h"
#include "social/report.h"
#include "social/rule.h"
#include "social/scope.h"
#include "store/limits.h"

/* The rules that were broken, as they stand now. */
static enum err write_rules(struct json *j, struct cx *cx, const struct report *r)
{
        struct id_list ids;
        struct rule *v;
        size_t n;
        TRY(report_ids(cx, r->rules, &ids));
        TRY(rule_list(cx, &v, &n));
        json_array(j, "rules");
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < ids.n; k++)
                        if (ids.v[k] == v[i].id) {
                                json_object(j, NULL);
                                json_id(j, "id", v[i].id);
                                json_str(j, "text", v[i].text);
                                json_str(j, "hint", v[i].hint);
                                json_end(j);
                                break;
                        }
        json_end(j);
        return OK;
}

/* Moderators see the posts that were reported, whoever else may (T137): as their author does. */
static enum err write_posts(struct json *j, struct cx *cx, const struct report *r)
{
        const struct viewer author = {.account = r->target};
        struct id_list ids;
        TRY(report_ids(cx, r->posts, &ids));
        return api_posts_json(j, "statuses", cx, &author, ids.v, ids.n);
}

static enum err write_report(struct json *j, const char *key, struct cx *cx, const struct report *r)
{
        json_object(j, key);
        json_id(j, "id", r->id);
        json_bool(j, "action_taken", r->resolved_at != 0);
        json_time(j, "action_taken_at", r->resolved_at);
        json_str(j, "category", r->category);
        json_str(j, "comment", r->comment);
        json_bool(j, "forwarded", r->forwarded);
        json_time(j, "created_at", r->created_at);
        json_time(j, "updated_at", r->updated_at);
        TRY(api_admin_account_json(j, "account", cx, r->account));
        TRY(api_admin_account_json(j, "target_account", cx, r->target));
        TRY(api_admin_account_json(j, "assigned_account", cx, r->assigned));
        TRY(api_admin_account_json(j, "action_taken_by_account", cx, r->resolved_by));
        TRY(write_posts(j, cx, r));
        TRY(write_rules(j, cx, r));
        json_end(j);
        return OK;
}

struct list_input {
        enum tri resolved;
        int64_t account, target;
};
static const struct field list_fields[] = {
        {"resolved", F_BOOL, offsetof(struct list_input, resolved), 0},
        {"account_id", F_ID, offsetof(struct list_input, account), 0},
        {"target_account_id", F_ID, offsetof(struct list_input, target), 0},
};

static enum err api_admin_report_list(struct req *rq)
{
        struct page page = api_page(rq, 100, 200);
        struct list_input in = {0};
        struct report *v;
        size_t n;
        TRY(req_read(rq, list_fields, countof(list_fields), &in));
        struct report_filter f = {.resolved = in.resolved == TRI_TRUE ? TRI_TRUE : TRI_FALSE,
                                  .account = in.account,
                                  .target = in.target};
        TRY(report_list(rq->cx, &f, &page, &v, &n));
        api_page_links(rq, &page);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                TRY(write_report(j, NULL, rq->cx, &v[i]));
        json_end(j);
        return OK;
}

static enum err answer(struct req *rq, int64_t id)
{
        struct report *r;
        TRY(report_get(rq->cx, id, &r));
        return write_report(reply_json(rq, 200), NULL, rq->cx, r);
}

static enum err api_admin_report_show(struct req *rq)
{
        return answer(rq, req_path_id(rq, "id"));
}

struct sort_input {
        struct str category;
        struct id_list rules;
};
static const struct field sort_fields[] = {
        {"category", F_STR, offsetof(struct sort_input, category), 16},
        {"rule_ids", F_IDS, offsetof(struct sort_input, rules), 100},
};

static enum err api_admin_report_sort(struct req *rq)
{
        int64_t id = req_path_id(rq, "id");
        struct sort_input in = {0};
        TRY(req_read(rq, sort_fields, countof(sort_fields), &in));
        TRY(report_sort(rq->cx, rq->viewer, id, in.category, &in.rules));
        return answer(rq, id);
}

static enum err assign(struct req *rq, bool to_me)
{
        int64_t id = req_path_id(rq, "id");
        TRY(report_assign(rq->cx, rq->viewer, id, to_me));
        return answer(rq, id);
}

static enum err api_admin_report_assign(struct req *rq)
{
        return assign(rq, true);
}

static enum err api_admin_report_unassign(struct req *rq)
{
        return assign(rq, false);
}

static enum err resolve(struct req *rq, bool resolved)
{
        int64_t id = req_path_id(rq, "id");
        TRY(report_resolve(rq->cx, rq->viewer, id, resolved));
        return answer(rq, id);
}

static enum err api_admin_report_resolve(struct req *rq)
{
        return resolve(rq, true);
}

static enum err api_admin_report_reopen(struct req *rq)
{
        return resolve(rq, false);
}

#define READ SCOPE_ADMIN_READ_REPORTS, LIMIT_READ, LANE_READ
#define WRITE SCOPE_ADMIN_WRITE_REPORTS, LIMIT_WRITE, LANE_WRITE
#define ONE "/api/v1/admin/reports/:id"
static const struct route routes[] = {
        {"GET", "/api/v1/admin/reports", READ, api_admin_report_list, 0, 0},
        {"GET", ONE, READ, api_admin_report_show, 0, 0},
        {"PUT", ONE, WRITE, api_admin_report_sort, 0, 0},
        {"POST", ONE "/assign_to_self", WRITE, api_admin_report_assign, 0, 0},
        {"POST", ONE "/unassign", WRITE, api_admin_report_unassign, 0, 0},
        {"POST", ONE "/resolve", WRITE, api_admin_report_resolve, 0, 0},
        {"POST", ONE "/reopen", WRITE, api_admin_report_reopen, 0, 0},
};
const struct route_list API_ADMIN_REPORT_ROUTES = {DOOR_API, routes, countof(routes)};
