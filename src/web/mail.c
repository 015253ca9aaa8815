/* Pages that links in mails lead to: is this your address, a new password, no more of these; and
 * the page that asks for such a mail, whose answer is the same whoever asks (T004).
 * Opening a link changes nothing: programs that look through mail open them, too (T025). */
#include "web/mail.h"
#include "lib/base/die.h"
#include "social/login.h"
#include "social/mailing.h"
#include "social/password.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/mail.html.h"
#include "web/web.h"

enum { NAME_MAX_BYTES = 300 };

typedef void body(struct html *h, const struct web_page *p, const struct mail_page *v);

static enum err show(struct req *rq, int status, const char *title, body *f,
                     const struct mail_page *v)
{
        struct web_page p = {.title = str_of(title), .alone = true, .csrf = web_csrf(rq)};
        struct html *h = web_open_plain(rq, status, &p);
        f(h, &p, v);
        return web_close(h, &p);
}

static enum err over(struct req *rq)
{
        return show(rq, 410, "This link is over", web_mail_over, &(struct mail_page){0});
}

/* ---- asking ---- */

static enum err forgotten_form(struct req *rq)
{
        if (!mailing_possible(rq->cx))
                return ERR_MISSING;
        return show(rq, 200, "A new password", web_mail_ask, &(struct mail_page){0});
}

static enum err forgotten_send(struct req *rq)
{
        struct str name = str_trim(req_param(rq, "name"));
        if (!mailing_possible(rq->cx))
                return ERR_MISSING;
        if (name.n && name.n <= NAME_MAX_BYTES)
                TRY(login_ask_password(rq->cx, name));
        return show(rq, 200, "Look at your mail", web_mail_asked, &(struct mail_page){0});
}

/* ---- a new password ---- */

static enum err look(struct req *rq, const char *purpose, int64_t *account, struct login **ret)
{
        struct str email;
        TRY(single_use_look(rq->cx, purpose, req_path(rq, "secret"), account, &email));
        TRY(login_get(rq->cx, *account, ret));
        return str_eq_nocase(email, (*ret)->email) ? OK : ERR_MISSING; /* changed since */
}

static enum err password_form(struct req *rq)
{
        int64_t account;
        struct login *l;
        enum err e = look(rq, "password", &account, &l);
        if (e)
                return e == ERR_MISSING ? over(rq) : e;
        struct mail_page v = {.action = rq->path, .name = l->username};
        return show(rq, 200, "A new password", web_mail_password, &v);
}

static enum err password_send(struct req *rq)
{
        struct str password = req_param(rq, "password");
        int64_t account;
        struct login *l;
        enum err e = look(rq, "password", &account, &l);
        if (e)
                return e == ERR_MISSING ? over(rq) : e;
        struct mail_page v = {.action = rq->path, .name = l->username};
        e = login_set_password_by_link(rq->cx, account, password, req_path(rq, "secret"));
        if (e == ERR_MISSING) /* used in the same moment */
                return over(rq);
        if (e == ERR_INPUT) {
                v.error = password.n < PASSWORD_MIN
                                  ? str_fmt(rq->arena, "A password has at least %d characters.",
                                            PASSWORD_MIN)
                                  : rq->cx->fault;
                return show(rq, 422, "A new password", web_mail_password, &v);
        }
        TRY(e);
        return show(rq, 200, "Your password is changed", web_mail_changed, &v);
}

/* ---- is this your address? ---- */

static enum err confirm_form(struct req *rq)
{
        int64_t account;
        struct login *l;
        enum err e = look(rq, "confirm", &account, &l);
        if (e)
                return e == ERR_MISSING ? over(rq) : e;
        struct mail_page v = {.action = rq->path, .name = l->username, .email = l->email};
        return show(rq, 200, "Is this your address?", web_mail_confirm, &v);
}

static enum err confirm_send(struct req *rq)
{
        enum err e = login_confirm(rq->cx, req_path(rq, "secret"));
        if (e)
                return e == ERR_MISSING ? over(rq) : e;
        return show(rq, 200, "Thank you", web_mail_confirmed, &(struct mail_page){0});
}

/* ---- no more of these ---- */

static enum err find_stop(struct req *rq, const struct mailing_stop **ret)
{
        return mailing_stop_look(rq->cx, req_path(rq, "kind"), req_path_id(rq, "id"),
                                 req_path(rq, "proof"), ret);
}

static enum err stop_form(struct req *rq)
{
        const struct mailing_stop *s;
        TRY(find_stop(rq, &s));
        struct mail_page v = {.action = rq->path, .words = str_of(s->words)};
        return show(rq, 200, "No more of these", web_mail_stop, &v);
}

/* Mail programs send this by themselves when their reader says so (RFC 8058); its address is the
 * proof, so no form of ours is needed. */
static enum err stop_send(struct req *rq)
{
        const struct mailing_stop *s;
        TRY(find_stop(rq, &s));
        TRY(s->stop(rq->cx, req_path_id(rq, "id")));
        struct mail_page v = {.words = str_of(s->words)};
        return show(rq, 200, "No more of these", web_mail_stopped, &v);
}

#define ROW SCOPE_PAGE_PUBLIC
static const struct route routes[] = {
        {"GET", "/forgotten", ROW, LIMIT_PAGE, LANE_READ, forgotten_form, 0, 0},
        {"POST", "/forgotten", ROW, LIMIT_MAIL, LANE_WRITE, forgotten_send, 0, 0},
        {"GET", "/password/:secret", ROW, LIMIT_PAGE, LANE_READ, password_form, ROUTE_SECRET_PATH,
         0},
        {"POST", "/password/:secret", ROW, LIMIT_SIGN_IN, LANE_SLOW, password_send,
         ROUTE_SECRET_PATH, 0},
        {"GET", "/confirm/:secret", ROW, LIMIT_PAGE, LANE_READ, confirm_form, ROUTE_SECRET_PATH, 0},
        {"POST", "/confirm/:secret", ROW, LIMIT_SIGN_IN, LANE_WRITE, confirm_send,
         ROUTE_SECRET_PATH, 0},
        {"GET", "/stop/:kind/:id/:proof", ROW, LIMIT_PAGE, LANE_READ, stop_form, ROUTE_SECRET_PATH,
         0},
        {"POST", "/stop/:kind/:id/:proof", ROW, LIMIT_MAIL, LANE_WRITE, stop_send,
         ROUTE_NO_CSRF | ROUTE_SECRET_PATH, 0},
};
const struct route_list WEB_MAIL_ROUTES = {DOOR_PAGE, routes, countof(routes)};
