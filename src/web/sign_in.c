/* Signing in and out. A password is checked in the SLOW lane; the session that follows is one small
 * write. Where the reader wanted to go comes along as "next" and is only ever a path of ours. */
#include "web/sign_in.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "social/session.h"
#include "store/limits.h"
#include "web/sign_in.html.h"
#include "web/web.h"

struct new_session {
        int64_t account;
        struct str agent, address, cookie;
};

static enum err write_session(struct cx *cx, void *arg)
{
        struct new_session *s = arg;
        return session_create(cx, s->account, s->agent, s->address, &s->cookie);
}

enum err web_session_start(struct req *rq, int64_t account)
{
        struct new_session s = {account, req_header(rq, "user-agent"), rq->peer, STR_NONE};
        TRY(cx_write(rq->cx, write_session, &s));
        reply_cookie(rq, "session", s.cookie, (int64_t)SESSION_DAYS * 24 * 3600);
        return OK;
}

static enum err show(struct req *rq, int status, struct sign_in *s)
{
        struct web_page p = {.title = S("Sign in"), .alone = true, .csrf = web_csrf(rq)};
        s->for_app = str_starts(s->next, S("/oauth/authorize"));
        struct html *h = web_open_plain(rq, status, &p);
        web_sign_in_body(h, &p, s);
        return web_close(h, &p);
}

static enum err web_sign_in_form(struct req *rq)
{
        struct sign_in s = {.next = web_own_path(req_param(rq, "next"), S("/"))};
        if (rq->viewer->account) {
                reply_redirect(rq, s.next);
                return OK;
        }
        return show(rq, 200, &s);
}

struct sign_in_input {
        struct str name, password, next;
};
static const struct field sign_in_fields[] = {
        {"name", F_STR, offsetof(struct sign_in_input, name), 65536},
        {"password", F_STR, offsetof(struct sign_in_input, password), 65536},
        {"next", F_STR, offsetof(struct sign_in_input, next), 4096},
};

/* POST /sign-in: with an error the form comes back with the name still in it. */
static enum err web_sign_in_send(struct req *rq)
{
        struct sign_in_input in = {0};
        TRY(req_read(rq, sign_in_fields, countof(sign_in_fields), &in));
        struct sign_in s = {.name = str_trim(in.name), .next = web_own_path(in.next, S("/"))};
        int64_t account;
        bool closed;
        enum err e = login_check_password_also_closed(rq->cx, s.name, in.password, rq->peer,
                                                      &account, &closed);
        if (e == ERR_DENIED || e == ERR_LIMIT || e == ERR_INPUT || e == ERR_MISSING) {
                s.error = rq->cx->fault.n ? rq->cx->fault
                                          : S("This password does not fit. You can try again.");
                return show(rq, e == ERR_LIMIT ? 429 : 422, &s);
        }
        TRY(e);
        TRY(web_session_start(rq, account));
        reply_redirect(rq, closed ? S("/settings/export") : s.next);
        return OK;
}

/* POST /sign-out: the session is gone from the database, so the cookie is worth nothing even where
 * it stays. */
static enum err web_sign_out(struct req *rq)
{
        if (rq->viewer->session) {
                enum err e = session_end(rq->cx, rq->viewer->account, rq->viewer->session);
                if (e && e != ERR_MISSING)
                        return e;
        }
        reply_cookie(rq, "session", S(""), 0);
        reply_header(rq, "Clear-Site-Data", S("\"cache\""));
        reply_redirect(rq, web_back(rq));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/sign-in", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_sign_in_form, 0, 0},
        {"POST", "/sign-in", SCOPE_PAGE_PUBLIC, LIMIT_SIGN_IN, LANE_SLOW, web_sign_in_send, 0, 0},
        {"POST", "/sign-out", SCOPE_PAGE_SIGNED_IN | SCOPE_ANY_STATE, LIMIT_WRITE, LANE_WRITE,
         web_sign_out, 0, 0},
};
const struct route_list WEB_SIGN_IN_ROUTES = {DOOR_PAGE, routes, countof(routes)};
