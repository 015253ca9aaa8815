/* /settings/leave: deleting one's account. The password is asked for, because nobody can undo what
 * happens seven days later; until then one button takes it back. */
#include "lib/base/die.h"
#include "social/leave.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/settings.h"
#include "web/settings_going.html.h"
#include "web/web.h"

static enum err show(struct req *rq, int status, struct str error)
{
        struct web_page p = {0};
        struct html *h;
        int64_t at;
        struct export_page copy = {0};
        TRY(leave_when(rq->cx, rq->viewer->account, &at));
        TRY(web_export_load(rq->cx, rq->viewer->account, &copy));
        TRY(settings_open(rq, status, "leave", &p, &h));
        web_settings_leave(h, &p, &copy, at, error);
        return web_close(h, &p);
}

static enum err page(struct req *rq)
{
        return show(rq, 200, STR_NONE);
}

static enum err ask(struct cx *cx, void *account)
{
        return leave_ask(cx, *(int64_t *)account);
}

static enum err stay(struct cx *cx, void *account)
{
        return leave_stay(cx, *(int64_t *)account);
}

static enum err change(struct req *rq)
{
        int64_t me = rq->viewer->account;
        if (str_eq(req_param(rq, "stay"), S("yes"))) {
                TRY(cx_write(rq->cx, stay, &me));
                reply_redirect(rq, S("/settings/leave?done=stayed"));
                return OK;
        }
        enum err e = login_confirm_password(rq->cx, me, req_param(rq, "password"), rq->peer);
        if (e == ERR_LIMIT)
                return show(rq, 429, rq->cx->fault);
        if (e == ERR_DENIED || e == ERR_INPUT)
                return show(rq, 422, S("This is not your password. Nothing was changed."));
        TRY(e);
        e = cx_write(rq->cx, ask, &me);
        if (e == ERR_INPUT)
                return show(rq, 422, rq->cx->fault);
        TRY(e);
        reply_redirect(rq, S("/settings/leave?done=leaving"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/settings/leave", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, page, 0, 0},
        {"POST", "/settings/leave", SCOPE_PAGE_SIGNED_IN, LIMIT_SIGN_IN, LANE_SLOW, change, 0, 0},
};
const struct route_list WEB_SETTINGS_LEAVE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
