/* Apps ask for these at start-up and break on a 404, so the truth is said in their own form: an
 * empty list, or a sentence where something was to be done. */
#include "api/absent.h"
#include "api/old.h"
#include "lib/http/req.h"
#include "lib/text/json.h"
#include "social/scope.h"
#include "store/cx.h"
#include "store/limits.h"

static enum err empty_list(struct req *rq)
{
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        json_end(j);
        return OK;
}

static enum err old_trends(struct req *rq)
{
        api_old(rq, OLD_TRENDS);
        return empty_list(rq);
}

static enum err old_suggestions(struct req *rq)
{
        api_old(rq, OLD_SUGGESTIONS);
        return empty_list(rq);
}

static enum err empty_object(struct req *rq)
{
        reply_empty_object(rq);
        return OK;
}

static enum err no_translation(struct req *rq)
{
        return fail(rq->cx, ERR_BUSY, "Translation is not set up on this server.");
}

static enum err no_reports(struct req *rq)
{
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_array(j, "annual_reports");
        json_end(j);
        json_array(j, "accounts");
        json_end(j);
        json_array(j, "statuses");
        json_end(j);
        json_end(j);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/api/v1/trends", SCOPE_OPTIONAL, LIMIT_READ, LANE_READ, old_trends, 0, 0},
        {"GET", "/api/v1/trends/tags", SCOPE_OPTIONAL, LIMIT_READ, LANE_READ, empty_list, 0, 0},
        {"GET", "/api/v1/trends/links", SCOPE_OPTIONAL, LIMIT_READ, LANE_READ, empty_list, 0, 0},
        {"GET", "/api/v1/trends/statuses", SCOPE_OPTIONAL, LIMIT_READ, LANE_READ, empty_list, 0, 0},
        /* There is no trending list (nobody is ranked), so moderators have none to look through. */
        {"GET", "/api/v1/admin/trends/tags", SCOPE_ADMIN_READ, LIMIT_READ, LANE_READ, empty_list, 0,
         0},
        {"GET", "/api/v1/admin/trends/statuses", SCOPE_ADMIN_READ, LIMIT_READ, LANE_READ,
         empty_list, 0, 0},
        {"GET", "/api/v1/admin/trends/links", SCOPE_ADMIN_READ, LIMIT_READ, LANE_READ, empty_list,
         0, 0},
        {"GET", "/api/v1/timelines/link", SCOPE_OPTIONAL, LIMIT_READ, LANE_READ, empty_list, 0, 0},
        {"GET", "/api/v1/suggestions", SCOPE_READ_ACCOUNTS, LIMIT_READ, LANE_READ, old_suggestions,
         0, 0},
        {"GET", "/api/v2/suggestions", SCOPE_READ_ACCOUNTS, LIMIT_READ, LANE_READ, empty_list, 0,
         0},
        {"DELETE", "/api/v1/suggestions/:id", SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, LANE_READ,
         empty_object, 0, 0},
        {"GET", "/api/v1/annual_reports", SCOPE_READ_ACCOUNTS, LIMIT_READ, LANE_READ, no_reports, 0,
         0},
        {"GET", "/api/v1/accounts/:id/identity_proofs", SCOPE_USER, LIMIT_READ, LANE_READ,
         old_trends, 0, 0},
        {"GET", "/api/v1/accounts/:id/collections", SCOPE_OPTIONAL, LIMIT_READ, LANE_READ,
         empty_object, 0, 0},
        {"POST", "/api/v1/statuses/:id/translate", SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         no_translation, 0, 0},
};
const struct route_list API_ABSENT_ROUTES = {DOOR_API, routes, countof(routes)};
