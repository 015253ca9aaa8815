/* Polls: showing one and voting. */
#include "social/poll.h"
#include "api/post.h"
#include "api/post_json.h"
#include "social/scope.h"
#include "store/limits.h"

static enum err api_poll_show(struct req *rq)
{
        struct poll *p;
        TRY(poll_get(rq->cx, rq->viewer, req_path_id(rq, "id"), &p));
        return api_poll_json(reply_json(rq, 200), NULL, rq->cx, p, rq->viewer->account != 0);
}

struct vote_input {
        struct str_list choices;
};
static const struct field vote_fields[] = {
        {"choices", F_STRS, offsetof(struct vote_input, choices), POLL_OPTIONS_READ},
};

static enum err api_poll_vote(struct req *rq)
{
        struct vote_input in = {0};
        struct poll *p;
        int64_t choices[POLL_OPTIONS_READ];
        TRY(req_read(rq, vote_fields, countof(vote_fields), &in));
        for (size_t i = 0; i < in.choices.n; i++)
                if (!str_to_i64(str_trim(in.choices.v[i]), &choices[i]))
                        choices[i] =
                                -1; /* refused as no choice, once the poll is known to be visible */
        TRY(poll_vote(rq->cx, rq->viewer, req_path_id(rq, "id"), choices, in.choices.n, &p));
        return api_poll_json(reply_json(rq, 200), NULL, rq->cx, p, true);
}

static const struct route routes[] = {
        {"GET", "/api/v1/polls/:id", SCOPE_OPTIONAL | SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         api_poll_show, 0, 0},
        {"POST", "/api/v1/polls/:id/votes", SCOPE_WRITE_STATUSES, LIMIT_WRITE, LANE_WRITE,
         api_poll_vote, 0, 0},
};
const struct route_list API_POLL_ROUTES = {DOOR_API, routes, countof(routes)};
