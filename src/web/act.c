/* What a reader does with a post: one form under each, one button an act. The way back leads to the
 * same place. */
#include "lib/base/die.h"
#include "social/comment.h"
#include "social/mark.h"
#include "social/not_now.h"
#include "social/poll.h"
#include "social/quoting.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/page.h"
#include "web/web.h"

static const struct {
        const char *name;
        enum mark mark;
} acts[] = {
        {"favourite", MARK_FAVOURITE}, {"boost", MARK_BOOST},
        {"bookmark", MARK_BOOKMARK},   {"pin", MARK_PIN},
        {"quiet", MARK_THREAD_MUTE},
};

static enum err set_mark(struct req *rq, int64_t post, enum mark mark, bool on)
{
        int64_t id;
        if (mark != MARK_BOOST)
                return mark_set(rq->cx, rq->viewer, post, mark, on);
        if (on)
                return mark_boost(rq->cx, rq->viewer, post, STR_NONE, &id);
        return mark_unboost(rq->cx, rq->viewer, post, &id);
}

/* For this reader alone. */
static enum err put_away(struct req *rq, int64_t post, enum put_away kind, bool on)
{
        if (on)
                TRY(not_now_put(rq->cx, rq->viewer, post, kind));
        else
                TRY(not_now_end(rq->cx, rq->viewer->account, post, kind));
        const char *done = !on ? "undone" : kind == AWAY_NOT_NOW ? "notnow" : "noboosts";
        reply_redirect(rq, web_done_path(rq->arena, web_back(rq), done));
        return OK;
}

/* One's own post out of what quotes it. */
static enum err take_out(struct req *rq, int64_t quote)
{
        struct post *p;
        TRY(post_get(rq->cx, rq->viewer, quote, &p));
        if (!p->quote_of)
                return ERR_MISSING;
        TRY(quoting_revoke(rq->cx, rq->viewer, p->quote_of, quote));
        reply_redirect(rq, web_done_path(rq->arena, web_back(rq), "unquoted"));
        return OK;
}

/* POST /posts/ID: do=favourite, do=unfavourite, ... */
static enum err web_act(struct req *rq)
{
        struct str what = req_param(rq, "do");
        bool on = !str_starts(what, S("un"));
        struct str name = on ? what : str_after(what, 2);
        int64_t id = req_path_id(rq, "id"), batch;
        if (str_eq(what, S("hide"))) {
                TRY(comment_sort(rq->cx, rq->viewer, id, COMMENT_HIDE, COMMENT_SHOWN, &batch));
                reply_redirect(rq, web_done_path(rq->arena, web_back(rq), "hidden"));
                return OK;
        }
        if (str_eq(what, S("unquote")))
                return take_out(rq, id);
        if (str_eq(name, S("noprint"))) {
                TRY(comment_print(rq->cx, rq->viewer, id, on));
                reply_redirect(rq,
                               web_done_path(rq->arena, web_back(rq), on ? "noprint" : "undone"));
                return OK;
        }
        if (str_eq(name, S("notnow")) || str_eq(name, S("noboosts")))
                return put_away(rq, id, str_eq(name, S("notnow")) ? AWAY_NOT_NOW : AWAY_BOOSTS, on);
        for (size_t i = 0; id && i < countof(acts); i++) {
                if (!str_eq(name, str_of(acts[i].name)))
                        continue;
                TRY(set_mark(rq, id, acts[i].mark, on));
                reply_redirect(rq, web_back(rq));
                return OK;
        }
        return ERR_MISSING;
}

struct vote {
        struct str_list choices; /* places of answers, from 0 */
};
static const struct field vote_fields[] = {
        {"choices", F_STRS, offsetof(struct vote, choices), POLL_OPTIONS_MAX}};

static enum err web_vote(struct req *rq)
{
        struct vote v = {0};
        TRY(req_read(rq, vote_fields, countof(vote_fields), &v));
        if (!v.choices.n)
                return req_fail(rq, ERR_INPUT, "No answer was chosen. Go back and choose one.");
        int64_t choices[POLL_OPTIONS_MAX];
        for (size_t i = 0; i < v.choices.n; i++)
                if (!str_to_i64(v.choices.v[i], &choices[i]))
                        return req_fail(rq, ERR_INPUT, "There is no such answer.");
        struct poll *poll;
        TRY(poll_vote(rq->cx, rq->viewer, req_path_id(rq, "id"), choices, v.choices.n, &poll));
        reply_redirect(rq, web_back(rq));
        return OK;
}

static const struct route routes[] = {
        {"POST", "/posts/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, web_act, 0, 0},
        {"POST", "/polls/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, web_vote, 0, 0},
};
const struct route_list WEB_ACT_ROUTES = {DOOR_PAGE, routes, countof(routes)};
