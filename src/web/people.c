/* What a reader does about a person: follow, mute, block, report. Forms of the profile and of its
 * page for care. */
#include "lib/base/die.h"
#include "social/block.h"
#include "social/follow.h"
#include "social/letter.h"
#include "social/mute.h"
#include "social/report.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/profile.h"
#include "web/profile.html.h"
#include "web/web.h"

enum { MUTE_LONGEST_S = 400 * 24 * 3600 };

static enum err back_with(struct req *rq, const struct account *a, const char *done)
{
        reply_redirect(rq, web_done_path(rq->arena, path_of_account(rq->arena, a), done));
        return OK;
}

static enum err web_people_follow(struct req *rq)
{
        struct account *a;
        TRY(web_account_find(rq, &a));
        int64_t me = rq->viewer->account;
        if (str_eq(req_param(rq, "do"), S("unfollow"))) {
                TRY(follow_end(rq->cx, me, a->id));
                return back_with(rq, a, "unfollowed");
        }
        struct follow_options o = {0};
        TRY(follow_start(rq->cx, me, a->id, &o));
        bool followed;
        TRY(follow_exists(rq->cx, me, a->id, &followed));
        return back_with(rq, a, followed ? "followed" : "asked");
}

static enum err web_people_care(struct req *rq)
{
        struct account *a;
        TRY(web_account_find(rq, &a));
        struct relationship *r;
        TRY(relationship_get(rq->cx, rq->viewer->account, a->id, &r));
        struct profile f = {.account = a, .path = path_of_account(rq->arena, a), .relation = r};
        struct cards c = {0};
        int64_t post;
        if (str_to_i64(req_param(rq, "post"), &post))
                TRY(cards_load(rq->cx, rq->viewer, &post, 1, &c));
        if (c.n && c.v[0].author->id == a->id)
                f.reported = &c.v[0];
        int64_t id;
        struct letter *letter;
        if (str_to_i64(req_param(rq, "letter"), &id)) {
                TRY(letter_get(rq->cx, rq->viewer, id, &letter));
                if (letter->sender != a->id)
                        return ERR_MISSING;
                f.letter = letter;
        }
        struct web_page p = {.title = S("Mute, block or report")};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_profile_care(h, &p, &f);
        return web_close(h, &p);
}

static enum err mute(struct req *rq, int64_t target)
{
        int64_t seconds;
        if (!str_to_i64(req_param(rq, "for"), &seconds) || seconds < 0 || seconds > MUTE_LONGEST_S)
                seconds = 0;
        return mute_start(rq->cx, rq->viewer->account, target, true, seconds);
}

struct report_input {
        struct id_list posts;
};
static const struct field report_fields[] = {
        {"posts", F_IDS, offsetof(struct report_input, posts), REPORT_POSTS_MAX}};

static enum err report(struct req *rq, int64_t target)
{
        struct report_input in = {0};
        TRY(req_read(rq, report_fields, countof(report_fields), &in));
        struct report_draft d = {.target = target,
                                 .category = req_param(rq, "category"),
                                 .posts = in.posts,
                                 .letter = req_param_id(rq, "letter"),
                                 .comment = req_param(rq, "comment")};
        struct report made;
        return report_create(rq->cx, rq->viewer, &d, &made);
}

static enum err web_people_care_send(struct req *rq)
{
        struct account *a;
        TRY(web_account_find(rq, &a));
        struct str what = req_param(rq, "do");
        int64_t me = rq->viewer->account;
        if (a->id == me)
                return ERR_MISSING;
        if (str_eq(what, S("mute"))) {
                TRY(mute(rq, a->id));
                return back_with(rq, a, "muted");
        }
        if (str_eq(what, S("unmute"))) {
                TRY(mute_end(rq->cx, me, a->id));
                return back_with(rq, a, "unmuted");
        }
        if (str_eq(what, S("block"))) {
                TRY(block_start(rq->cx, me, a->id));
                return back_with(rq, a, "blocked");
        }
        if (str_eq(what, S("unblock"))) {
                TRY(block_end(rq->cx, me, a->id));
                return back_with(rq, a, "unblocked");
        }
        if (str_eq(what, S("report"))) {
                TRY(report(rq, a->id));
                return back_with(rq, a, "reported");
        }
        return ERR_MISSING;
}

static const struct route routes[] = {
        {"POST", "/@:name/follow", SCOPE_PAGE_SIGNED_IN, LIMIT_FOLLOW, LANE_WRITE,
         web_people_follow, 0, 0},
        {"GET", "/@:name/care", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_people_care, 0, 0},
        {"POST", "/@:name/care", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         web_people_care_send, 0, 0},
};
const struct route_list WEB_PEOPLE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
