/* Reporting somebody, with the posts it is about. */
#include "api/report.h"
#include "api/account_json.h"
#include "social/report.h"
#include "social/scope.h"
#include "store/limits.h"

static const struct field fields[] = {
        {"account_id", F_ID, offsetof(struct report_draft, target), 0},
        {"category", F_STR, offsetof(struct report_draft, category), 16},
        {"comment", F_STR, offsetof(struct report_draft, comment), 0},
        {"forward", F_BOOL, offsetof(struct report_draft, forward), 0},
        {"status_ids", F_IDS, offsetof(struct report_draft, posts), 1000},
        {"rule_ids", F_IDS, offsetof(struct report_draft, rules), 100},
};

enum err api_report_json(struct json *j, const char *key, struct cx *cx, const struct report *r)
{
        json_object(j, key);
        json_id(j, "id", r->id);
        json_bool(j, "action_taken", r->resolved_at != 0);
        json_time(j, "action_taken_at", r->resolved_at);
        json_str(j, "category", r->category);
        json_str(j, "comment", r->comment);
        json_bool(j, "forwarded", r->forwarded);
        json_time(j, "created_at", r->created_at);
        json_raw(j, "status_ids", r->posts);
        json_raw(j, "rule_ids", r->rules);
        TRY(api_account_put(j, "target_account", cx, r->target));
        json_end(j);
        return OK;
}

static enum err api_report_create(struct req *rq)
{
        struct report_draft d = {0};
        struct report r;
        TRY(req_read(rq, fields, countof(fields), &d));
        TRY(report_create(rq->cx, rq->viewer, &d, &r));
        return api_report_json(reply_json(rq, 200), NULL, rq->cx, &r);
}

static const struct route routes[] = {
        {"POST", "/api/v1/reports", SCOPE_WRITE_REPORTS, LIMIT_WRITE, LANE_WRITE, api_report_create,
         0, 0},
};
const struct route_list API_REPORT_ROUTES = {DOOR_API, routes, countof(routes)};
