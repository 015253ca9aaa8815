/* Making an account: by an invitation's link, or for anybody where the server is open. All that is
 * wrong with what was typed is said at once, and only the password has to be typed again. */
#include "lib/base/die.h"
#include "social/keeper.h"
#include "social/mailing.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/sign_in.h"
#include "web/sign_in.html.h"
#include "web/web.h"

struct sign_up_input {
        struct str username, email, password, reason;
};
static const struct field sign_up_fields[] = {
        {"username", F_STR, offsetof(struct sign_up_input, username), 65536},
        {"email", F_STR, offsetof(struct sign_up_input, email), 65536},
        {"password", F_STR, offsetof(struct sign_up_input, password), 65536},
        {"reason", F_STR, offsetof(struct sign_up_input, reason), 65536},
};

/* What is fixed about the form; who invites, the rules. */
static enum err prepare(struct req *rq, struct sign_up *s)
{
        struct cx *cx = rq->cx;
        *s = (struct sign_up){.action = S("/sign-up")};
        struct str code = req_path(rq, "code");
        if (code.n) {
                struct invite *invite;
                TRY(invite_get(cx, code, &invite));
                s->invite = invite;
                s->action = str_join(rq->arena, S("/invite/"), invite->code);
                struct account *a;
                if (invite->creator && account_get(cx, invite->creator, &a) == OK)
                        s->inviter = account_name(a);
                struct keeper *k;
                s->as_keeper = keeper_of_invite(cx, invite->id, &k) == OK;
        }
        TRY(rule_list(cx, &s->rules, &s->n_rules));
        s->approval = !s->invite && cx->settings->registration_approval;
        s->username = (struct web_field){
                .name = "username",
                .label = "Name",
                .hint = "Small letters, digits and _. It becomes your address here: @name.",
                .complete = "username",
                .max = 30,
                .required = true,
                .plain = true};
        s->email = (struct web_field){
                .name = "email",
                .label = "E-mail",
                .hint = "For signing in and for news about your account. Nobody sees it.",
                .type = "email",
                .complete = "email",
                .max = 254,
                .required = true};
        s->password = (struct web_field){
                .name = "password",
                .label = "Password",
                .hint = "At least 8 characters. Four or five plain words are fine.",
                .type = "password",
                .complete = "new-password",
                .required = true};
        s->reason =
                (struct web_field){.name = "reason",
                                   .label = "Why you would like to join",
                                   .hint = "For the people who run the server. A sentence will do.",
                                   .max = 1000};
        return OK;
}

static bool open_to(const struct req *rq)
{
        return req_path(rq, "code").n || rq->cx->settings->registration == REGISTRATION_OPEN;
}

static enum err show(struct req *rq, int status, const struct sign_up *s)
{
        struct web_page p = {.title = S("Join"), .alone = true, .csrf = web_csrf(rq)};
        struct html *h = web_open_plain(rq, status, &p);
        web_sign_up_body(h, &p, s);
        return web_close(h, &p);
}

static enum err show_plain(struct req *rq, int status, const char *title,
                           void (*body)(struct html *, const struct web_page *))
{
        struct web_page p = {.title = str_of(title), .alone = true};
        struct html *h = web_open_plain(rq, status, &p);
        body(h, &p);
        return web_close(h, &p);
}

/* An invitation that was used, has ended or never was: which of these it is, nobody is told. */
static enum err gone(struct req *rq, enum err e)
{
        return e == ERR_MISSING ? show_plain(rq, 410, "This invitation is over", web_sign_up_over)
                                : e;
}

static enum err web_sign_up_form(struct req *rq)
{
        if (!open_to(rq))
                return show_plain(rq, 200, "Joining", web_sign_up_closed);
        struct sign_up s;
        enum err e = prepare(rq, &s);
        return e ? gone(rq, e) : show(rq, 200, &s);
}

static void put_fault(struct sign_up *s, const char *field, struct str text)
{
        struct web_field *fields[] = {&s->username, &s->email, &s->password, &s->reason};
        for (size_t i = 0; i < countof(fields); i++)
                if (strcmp(fields[i]->name, field) == 0) {
                        fields[i]->error = text;
                        return;
                }
        s->error = text;
}

static enum err web_sign_up_send(struct req *rq)
{
        if (!open_to(rq))
                return show_plain(rq, 200, "Joining", web_sign_up_closed);
        struct sign_up s;
        enum err e = prepare(rq, &s);
        if (e)
                return gone(rq, e);
        struct sign_up_input in = {0};
        TRY(req_read(rq, sign_up_fields, countof(sign_up_fields), &in));
        struct login_draft d = {.username = str_trim(in.username),
                                .email = str_trim(in.email),
                                .password = in.password,
                                .reason = in.reason,
                                .locale = rq->cx->settings->language,
                                .invite = s.invite ? s.invite->code : STR_NONE,
                                .address = rq->peer};
        s.username.value = d.username;
        s.email.value = d.email;
        s.reason.value = d.reason;
        struct login_fault faults[8];
        size_t n = countof(faults);
        TRY(login_check_draft(rq->cx, &d, faults, &n));
        for (size_t i = n; i-- > 0;)
                put_fault(&s, faults[i].field, str_of(faults[i].text));
        if (n)
                return show(rq, 422, &s);
        int64_t account;
        bool waits = false;
        e = login_sign_up(rq->cx, &d, &account, &waits);
        if (e == ERR_INPUT || e == ERR_LIMIT || e == ERR_DENIED) {
                put_fault(&s, rq->cx->fault_field.n ? str_z(rq->arena, rq->cx->fault_field) : "",
                          rq->cx->fault);
                return show(rq, err_status(e), &s);
        }
        TRY(e);
        if (mailing_possible(rq->cx))
                return show_plain(rq, 200, "Look at your mail", web_sign_up_mailed);
        if (waits)
                return show_plain(rq, 200, "Your account waits", web_sign_up_waits);
        TRY(web_session_start(rq, account));
        reply_redirect(rq, S("/settings/profile?done=welcome"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/sign-up", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_sign_up_form, 0, 0},
        {"POST", "/sign-up", SCOPE_PAGE_PUBLIC, LIMIT_SIGN_UP, LANE_SLOW, web_sign_up_send, 0, 0},
        {"GET", "/invite/:code", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_sign_up_form, 0, 0},
        {"POST", "/invite/:code", SCOPE_PAGE_PUBLIC, LIMIT_SIGN_UP, LANE_SLOW, web_sign_up_send, 0,
         0},
};
const struct route_list WEB_SIGN_UP_ROUTES = {DOOR_PAGE, routes, countof(routes)};
