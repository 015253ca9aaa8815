/* Settings about who gets in: the password, sessions and apps with "End now", invites. */
#include "lib/base/die.h"
#include "social/password.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/settings.h"
#include "web/settings.html.h"
#include "web/web.h"

struct str agent_words(struct arena *a, struct str agent)
{
        static const char *const browsers[] = {"Firefox", "Edg", "OPR", "Chrome", "Safari", "curl"};
        static const char *const browser_words[] = {"Firefox", "Edge",   "Opera",
                                                    "Chrome",  "Safari", "A program"};
        static const char *const systems[] = {"Android", "iPhone", "iPad",
                                              "Windows", "Mac OS", "Linux"};
        const char *browser = "A browser", *system = NULL;
        for (size_t i = countof(browsers); i-- > 0;)
                if (str_has(agent, str_of(browsers[i])))
                        browser = browser_words[i];
        for (size_t i = countof(systems); i-- > 0;)
                if (str_has(agent, str_of(systems[i])))
                        system = systems[i];
        return system ? str_fmt(a, "%s on %s", browser, system) : str_of(browser);
}

static enum err password_show(struct req *rq, int status, struct str now_error,
                              struct str new_error)
{
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, status, "password", &p, &h));
        web_settings_password(h, &p, now_error, new_error);
        return web_close(h, &p);
}

static enum err password_page(struct req *rq)
{
        return password_show(rq, 200, STR_NONE, STR_NONE);
}

static enum err password_save(struct req *rq)
{
        struct str now = req_param(rq, "now"), new = req_param(rq, "password");
        int64_t me = rq->viewer->account;
        enum err e = login_confirm_password(rq->cx, me, now, rq->peer);
        if (e == ERR_LIMIT)
                return password_show(rq, 429, rq->cx->fault, STR_NONE);
        if (e == ERR_DENIED || e == ERR_INPUT)
                return password_show(rq, 422, S("This is not your password. Nothing was changed."),
                                     STR_NONE);
        TRY(e);
        e = login_set_password(rq->cx, me, new, rq->viewer->session);
        if (e == ERR_INPUT) {
                struct str fault = rq->cx->fault;
                if (new.n < PASSWORD_MIN)
                        fault = str_fmt(rq->arena, "A password has at least %d characters.",
                                        PASSWORD_MIN);
                return password_show(rq, 422, STR_NONE, fault);
        }
        TRY(e);
        reply_redirect(rq, S("/settings/password?done=password"));
        return OK;
}

static enum err sessions_page(struct req *rq)
{
        struct access_page v = {.current = rq->viewer->session};
        struct session *sessions;
        struct token *tokens;
        TRY(session_list(rq->cx, rq->viewer->account, &sessions, &v.n_sessions));
        TRY(token_list(rq->cx, rq->viewer->account, &tokens, &v.n_tokens));
        v.sessions = sessions;
        v.tokens = tokens;
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, 200, "sessions", &p, &h));
        web_settings_sessions(h, &p, &v);
        return web_close(h, &p);
}

static enum err sessions_end(struct req *rq)
{
        int64_t id, me = rq->viewer->account;
        if (str_to_i64(req_param(rq, "session"), &id))
                TRY(session_end(rq->cx, me, id));
        else if (str_to_i64(req_param(rq, "token"), &id))
                TRY(token_end(rq->cx, me, id));
        else if (str_eq(req_param(rq, "others"), S("yes")))
                TRY(session_end_others(rq->cx, me, rq->viewer->session));
        reply_redirect(rq, S("/settings/sessions?done=ended"));
        return OK;
}

static bool may_invite(const struct req *rq)
{
        return rq->cx->settings->registration != REGISTRATION_CLOSED ||
               rq->viewer->role == ROLE_OWNER;
}

static enum err invites_page(struct req *rq)
{
        struct invites_page v = {.may = may_invite(rq)};
        struct invite *invites;
        TRY(invite_list(rq->cx, rq->viewer->account, &invites, &v.n));
        v.v = invites;
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, 200, "invites", &p, &h));
        web_settings_invites(h, &p, &v);
        return web_close(h, &p);
}

struct invite_input {
        struct opt_int uses, days;
        enum tri autofollow;
        int64_t end;
};
static const struct field invite_fields[] = {
        {"uses", F_INT, offsetof(struct invite_input, uses), 100},
        {"days", F_INT, offsetof(struct invite_input, days), 365},
        {"autofollow", F_BOOL, offsetof(struct invite_input, autofollow), 0},
        {"end", F_ID, offsetof(struct invite_input, end), 1},
};

static enum err invites_change(struct req *rq)
{
        struct invite_input in = {0};
        TRY(req_read(rq, invite_fields, countof(invite_fields), &in));
        if (in.end) {
                TRY(invite_end(rq->cx, rq->viewer->account, in.end));
                reply_redirect(rq, S("/settings/invites?done=ended"));
                return OK;
        }
        if (!may_invite(rq))
                return ERR_DENIED;
        struct invite_draft d = {.creator = rq->viewer->account,
                                 .uses_max = in.uses.given && in.uses.v > 0 ? in.uses.v : 1,
                                 .days = in.days.given && in.days.v > 0 ? in.days.v : 7,
                                 .role = ROLE_MEMBER,
                                 .autofollow = in.autofollow == TRI_TRUE};
        struct invite *made;
        TRY(invite_create(rq->cx, &d, &made));
        reply_redirect(rq, S("/settings/invites?done=made"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/settings/password", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, password_page, 0,
         0},
        {"POST", "/settings/password", SCOPE_PAGE_SIGNED_IN, LIMIT_SIGN_IN, LANE_SLOW,
         password_save, 0, 0},
        {"GET", "/settings/sessions", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, sessions_page, 0,
         0},
        {"POST", "/settings/sessions", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, sessions_end,
         0, 0},
        {"GET", "/settings/invites", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, invites_page, 0,
         0},
        {"POST", "/settings/invites", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, invites_change,
         0, 0},
};
const struct route_list WEB_SETTINGS_ACCESS_ROUTES = {DOOR_PAGE, routes, countof(routes)};
