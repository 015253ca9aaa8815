/* /settings/move: accounts elsewhere that are one's own, and moving there. The other account is
 * looked up in the SLOW lane, anew each time: its server has to say that this one is its own. */
#include "lib/base/die.h"
#include "social/account_far.h"
#include "social/move.h"
#include "social/scope.h"
#include "social/search.h"
#include "store/limits.h"
#include "web/settings.h"
#include "web/settings_going.html.h"
#include "web/web.h"

enum { NAME_MAX_BYTES = 500 };

static enum err show(struct req *rq, int status, struct move_page *v)
{
        struct cx *cx = rq->cx;
        struct web_page p = {0};
        struct html *h;
        struct account *me, *there;
        TRY(account_get(cx, rq->viewer->account, &me));
        TRY(account_aliases(cx, me->id, &v->aliases));
        TRY(move_last(cx, me->id, &v->moved_at));
        if (me->moved_to && account_get(cx, me->moved_to, &there) == OK)
                v->moved_to = there;
        TRY(settings_open(rq, status, "move", &p, &h));
        web_settings_move(h, &p, v);
        return web_close(h, &p);
}

static enum err page(struct req *rq)
{
        return show(rq, 200, &(struct move_page){0});
}

/* The account a person named, as it is at this moment. */
static enum err find(struct cx *cx, struct str text, struct account **ret)
{
        int64_t id = 0, post;
        text = str_trim(text);
        if (!text.n || text.n > NAME_MAX_BYTES)
                return ERR_MISSING;
        enum err e = account_by_name(cx, str_after(text, str_starts(text, S("@"))), ret);
        if (e == ERR_MISSING)
                e = account_by_uri(cx, text, ret);
        if (e == ERR_MISSING) {
                TRY(search_far(cx, text, &id, &post));
                if (!id)
                        return ERR_MISSING;
                e = account_get(cx, id, ret);
        }
        TRY(e);
        if (account_is_local(*ret))
                return OK;
        TRY(search_far(cx, (*ret)->uri, &id, &post));
        return id ? account_get(cx, id, ret) : ERR_MISSING;
}

struct changing {
        int64_t me, other;
        struct str uri;
};

static enum err add(struct cx *cx, void *arg)
{
        const struct changing *c = arg;
        return alias_add(cx, c->me, c->other);
}

static enum err take_away(struct cx *cx, void *arg)
{
        const struct changing *c = arg;
        return alias_remove(cx, c->me, c->uri);
}

static enum err go(struct cx *cx, void *arg)
{
        const struct changing *c = arg;
        return move_out(cx, c->me, c->other);
}

static enum err come_back(struct cx *cx, void *arg)
{
        const struct changing *c = arg;
        return move_back(cx, c->me);
}

#define NOBODY_THERE                                                                               \
        S("Nobody was found under that address. Check it, and whether their server answers.")

static enum err alias_change(struct req *rq)
{
        struct move_page v = {.old = str_trim(req_param(rq, "old"))};
        struct changing c = {.me = rq->viewer->account, .uri = req_param(rq, "remove")};
        struct account *a;
        if (c.uri.n) {
                TRY(cx_write(rq->cx, take_away, &c));
                reply_redirect(rq, S("/settings/move?done=changed_names"));
                return OK;
        }
        enum err e = find(rq->cx, v.old, &a);
        if (e == ERR_MISSING) {
                v.old_error = NOBODY_THERE;
                return show(rq, 422, &v);
        }
        TRY(e);
        c.other = a->id;
        e = cx_write(rq->cx, add, &c);
        if (e == ERR_INPUT) {
                v.old_error = rq->cx->fault;
                return show(rq, 422, &v);
        }
        TRY(e);
        reply_redirect(rq, S("/settings/move?done=changed_names"));
        return OK;
}

static enum err refuse(struct req *rq, int status, struct move_page *v, struct str why)
{
        v->to_error = why;
        return show(rq, status, v);
}

static enum err move(struct req *rq)
{
        struct move_page v = {.to = str_trim(req_param(rq, "to"))};
        struct changing c = {.me = rq->viewer->account};
        struct account *a;
        if (str_eq(req_param(rq, "back"), S("yes"))) {
                TRY(cx_write(rq->cx, come_back, &c));
                reply_redirect(rq, S("/settings/move?done=back"));
                return OK;
        }
        enum err e = login_confirm_password(rq->cx, c.me, req_param(rq, "password"), rq->peer);
        if (e == ERR_LIMIT || e == ERR_DENIED || e == ERR_INPUT) {
                v.password_error = e == ERR_LIMIT
                                           ? rq->cx->fault
                                           : S("This is not your password. Nothing was changed.");
                return show(rq, e == ERR_LIMIT ? 429 : 422, &v);
        }
        TRY(e);
        e = find(rq->cx, v.to, &a);
        if (e == ERR_MISSING)
                return refuse(rq, 422, &v, NOBODY_THERE);
        TRY(e);
        c.other = a->id;
        e = cx_write(rq->cx, go, &c);
        if (e == ERR_INPUT)
                return refuse(rq, 422, &v, rq->cx->fault);
        TRY(e);
        reply_redirect(rq, S("/settings/move?done=moved"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/settings/move", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, page, 0, 0},
        {"POST", "/settings/move", SCOPE_PAGE_SIGNED_IN, LIMIT_SIGN_IN, LANE_SLOW, move, 0, 0},
        {"POST", "/settings/move/names", SCOPE_PAGE_SIGNED_IN, LIMIT_SEARCH, LANE_SLOW,
         alias_change, 0, 0},
};
const struct route_list WEB_SETTINGS_MOVE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
