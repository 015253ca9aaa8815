/* Quotes of a post: who quotes it, taking the approval of one back, and who may quote from now on.
 */
#include "api/paging.h"
#include "api/post.h"
#include "api/post_json.h"
#include "social/quoting.h"
#include "social/scope.h"
#include "store/limits.h"

enum { USUAL = 20, MOST = 40 };

/* GET /api/v1/statuses/:id/quotes */
static enum err api_quote_list(struct req *rq)
{
        struct page page = api_page(rq, USUAL, MOST);
        int64_t *ids;
        size_t n;
        TRY(quoting_list(rq->cx, rq->viewer, req_path_id(rq, "id"), &page, &ids, &n));
        api_page_links(rq, &page);
        return api_posts_json(reply_json(rq, 200), NULL, rq->cx, rq->viewer, ids, n);
}

/* POST /api/v1/statuses/:id/quotes/:quoting/revoke: the answer is the post that quoted. */
static enum err api_quote_revoke(struct req *rq)
{
        int64_t quoting = req_path_id(rq, "quoting");
        TRY(quoting_revoke(rq->cx, rq->viewer, req_path_id(rq, "id"), quoting));
        return api_post_answer(rq, quoting);
}

/* PUT /api/v1/statuses/:id/interaction_policy */
static enum err api_quote_policy(struct req *rq)
{
        enum quote_policy policy;
        int64_t id = req_path_id(rq, "id");
        if (!quoting_policy_read(req_param(rq, "quote_approval_policy"), &policy))
                return fail_field(rq->cx, "quote_approval_policy", ERR_INPUT,
                                  "Validation failed: Quote approval policy is not included in the "
                                  "list");
        TRY(quoting_policy_set(rq->cx, rq->viewer, id, policy));
        return api_post_answer(rq, id);
}

static const struct route routes[] = {
        {"GET", "/api/v1/statuses/:id/quotes", SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         api_quote_list, 0, 0},
        {"POST", "/api/v1/statuses/:id/quotes/:quoting/revoke", SCOPE_WRITE_STATUSES, LIMIT_WRITE,
         LANE_WRITE, api_quote_revoke, 0, 0},
        {"PUT", "/api/v1/statuses/:id/interaction_policy", SCOPE_WRITE_STATUSES, LIMIT_WRITE,
         LANE_WRITE, api_quote_policy, 0, 0},
};
const struct route_list API_QUOTE_ROUTES = {DOOR_API, routes, countof(routes)};
