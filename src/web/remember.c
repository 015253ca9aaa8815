/* /settings/days: the days somebody asked to be reminded of; /@name/days, where followers ask for
 * the mails about them; /days/SECRET/stop, where those mails are stopped. */
#include "web/remember.h"
#include "lib/base/die.h"
#include "social/follow.h"
#include "social/mailing.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/journal.h"
#include "web/remember.html.h"
#include "web/settings.h"
#include "web/web.h"

static bool ticked(struct req *rq, const char *name, const char *value)
{
        return str_eq(req_param(rq, name), str_of(value));
}

enum err days_shown_load(struct req *rq, int64_t subject, struct days_shown *s)
{
        struct remembered_day *v;
        size_t k = 0;
        *s = (struct days_shown){0};
        TRY(remember_shown(rq->cx, subject, &v, &s->n));
        s->v = v;
        if (!s->n)
                return OK;
        int64_t *ids = make_n(rq->arena, s->n, int64_t);
        for (size_t i = 0; i < s->n; i++)
                if (v[i].post)
                        ids[k++] = v[i].post;
        return cards_load(rq->cx, rq->viewer, ids, k, &s->posts);
}

/* ---- the list ---- */

static enum err list_page(struct req *rq)
{
        struct remembered_day *d;
        struct days_page v = {0};
        TRY(remember_list(rq->cx, rq->viewer->account, &d, &v.n));
        struct day_row *rows = make_n(rq->arena, v.n + 1, struct day_row);
        for (size_t i = 0; i < v.n; i++) {
                int64_t until;
                struct account *a;
                rows[i] = (struct day_row){.d = &d[i], .when = day_words(rq->arena, &d[i])};
                TRY(remember_next(rq->cx, &d[i], &rows[i].from, &until));
                rows[i].there = rows[i].from <= cx_now(rq->cx);
                if (d[i].subject != d[i].account && account_get(rq->cx, d[i].subject, &a) == OK)
                        rows[i].subject = a;
        }
        v.v = rows;
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, 200, "days", &p, &h));
        web_days_body(h, &p, &v);
        return web_close(h, &p);
}

/* ---- the form ---- */

/* What the form is about: a journal of theirs, a post of theirs. Others are as if they were not. */
static enum err describe(struct req *rq, struct day_form *f)
{
        struct account *a;
        struct cards c;
        f->mails = mailing_possible(rq->cx);
        if (f->d.subject == rq->viewer->account)
                f->d.subject = 0;
        if (f->d.subject) {
                TRY(journal_must_own(rq->cx, f->d.subject, rq->viewer->account));
                TRY(account_get(rq->cx, f->d.subject, &a));
                f->subject = account_name(a);
        }
        if (!f->d.post)
                return OK;
        TRY(cards_load(rq->cx, rq->viewer, &f->d.post, 1, &c));
        if (!c.n)
                f->d.post = 0;
        else
                f->excerpt = card_excerpt(rq->arena, &c.v[0]);
        return OK;
}

static enum err show_form(struct req *rq, int status, struct day_form *f)
{
        TRY(describe(rq, f));
        struct web_page p = {.title = S("Remember a day"), .here = HERE_SETTINGS};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_day_form(h, &p, f);
        return web_close(h, &p);
}

/* A post of a journal brings its journal along. */
static enum err new_page(struct req *rq)
{
        struct day_form f = {.d = {.month = 1, .note = true}};
        struct post *post;
        bool owns;
        if (!str_to_i64(req_param(rq, "journal"), &f.d.subject))
                f.d.subject = 0;
        if (str_to_i64(req_param(rq, "post"), &f.d.post)) {
                TRY(post_get(rq->cx, rq->viewer, f.d.post, &post));
                if (post->account != rq->viewer->account) {
                        TRY(journal_owns(rq->cx, post->account, rq->viewer->account, &owns));
                        if (!owns)
                                return ERR_MISSING;
                        f.d.subject = post->account;
                }
        }
        return show_form(rq, 200, &f);
}

static enum err one_page(struct req *rq)
{
        struct day_form f = {0};
        TRY(remember_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &f.d));
        return show_form(rq, 200, &f);
}

static int number(struct str s)
{
        int64_t v;
        return str_to_i64(str_trim(s), &v) && v > 0 && v < 100 ? (int)v : 0;
}

static void read_form(struct req *rq, struct day_form *f)
{
        struct remembered_day *d = &f->d;
        struct str season = req_param(rq, "season");
        *d = (struct remembered_day){.id = d->id,
                                     .name = req_param(rq, "name"),
                                     .words = req_param(rq, "words"),
                                     .month = number(req_param(rq, "month")),
                                     .day = number(req_param(rq, "day")),
                                     .length = ticked(rq, "length", "season")  ? LENGTH_SEASON
                                               : ticked(rq, "length", "month") ? LENGTH_MONTH
                                                                               : LENGTH_DAY,
                                     .note = ticked(rq, "note", "yes"),
                                     .pinned = ticked(rq, "pinned", "yes"),
                                     .mail = ticked(rq, "mail", "yes")};
        if (!str_to_i64(req_param(rq, "journal"), &d->subject))
                d->subject = 0;
        if (!str_to_i64(req_param(rq, "post"), &d->post))
                d->post = 0;
        if (d->length != LENGTH_SEASON)
                return;
        d->south = str_ends(season, S("s"));
        d->month = number(d->south ? str_cut(season, 0, season.n - 1) : season);
}

static enum err save(struct req *rq, int64_t id)
{
        struct day_form f = {.d.id = id};
        read_form(rq, &f);
        enum err e = remember_put(rq->cx, rq->viewer, &f.d, &id);
        if (e == ERR_INPUT) {
                f.error = rq->cx->fault;
                f.wrong = rq->cx->fault_field;
                return show_form(rq, 422, &f);
        }
        TRY(e);
        reply_redirect(rq, S("/settings/days?done=saved"));
        return OK;
}

static enum err new_send(struct req *rq)
{
        return save(rq, 0);
}

static enum err one_send(struct req *rq)
{
        return save(rq, req_path_id(rq, "id"));
}

/* One tap, from the list and from the note itself. */
static enum err act(struct req *rq)
{
        int64_t me = rq->viewer->account, id = req_path_id(rq, "id");
        const char *done = "saved";
        if (ticked(rq, "do", "away"))
                TRY(remember_put_away(rq->cx, me, id));
        else if (ticked(rq, "do", "off") || ticked(rq, "do", "on"))
                TRY(remember_switch(rq->cx, me, id, ticked(rq, "do", "on")));
        else if (ticked(rq, "do", "delete"))
                TRY(remember_drop(rq->cx, me, id));
        else
                return fail(rq->cx, ERR_INPUT, "The form did not say what to do.");
        done = ticked(rq, "do", "off") ? "day_off" : ticked(rq, "do", "away") ? "put_away" : done;
        struct str back = req_param(rq, "back");
        reply_redirect(rq, web_done_path(rq->arena,
                                         back.n ? web_own_path(back, S("/")) : S("/settings/days"),
                                         done));
        return OK;
}

/* ---- asking for the mails ---- */

static enum err open_asking(struct req *rq, struct day_asking *v)
{
        struct account *a;
        int64_t me = rq->viewer->account;
        TRY(web_account_find(rq, &a));
        TRY(web_journal_met(rq, a));
        if (!account_is_local(a) || a->id == me)
                return ERR_MISSING;
        *v = (struct day_asking){.account = a, .path = path_of_account(rq->arena, a)};
        TRY(follow_exists(rq->cx, me, a->id, &v->follows));
        TRY(day_asks(rq->cx, me, a->id, &v->asks));
        return v->follows ? day_mails(rq->cx, a->id, &v->any) : OK;
}

static enum err show_asking(struct req *rq, int status, struct day_asking *v)
{
        struct web_page p = {.title = S("Remembered days"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_days_ask(h, &p, v);
        return web_close(h, &p);
}

static enum err asking_page(struct req *rq)
{
        struct day_asking v;
        TRY(open_asking(rq, &v));
        return show_asking(rq, 200, &v);
}

static enum err asking_send(struct req *rq)
{
        struct day_asking v;
        bool on = ticked(rq, "do", "ask");
        TRY(open_asking(rq, &v));
        enum err e = day_ask(rq->cx, rq->viewer, v.account->id, on);
        if (e == ERR_INPUT) {
                v.error = rq->cx->fault;
                return show_asking(rq, 422, &v);
        }
        TRY(e);
        reply_redirect(rq, web_done_path(rq->arena, str_join(rq->arena, v.path, S("/days")),
                                         on ? "saved" : "ended"));
        return OK;
}

static enum err show_stop(struct req *rq, bool stopped, const struct day_asking *v)
{
        struct web_page p = {.title = stopped ? S("Stopped") : S("No more mails"), .alone = true};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        p.csrf = web_csrf(rq);
        reply_cache(rq, "private, no-store");
        (stopped ? web_days_stopped : web_days_stop)(h, &p, v);
        return web_close(h, &p);
}

static enum err stop_form(struct req *rq)
{
        struct day_asking v = {.secret = req_path(rq, "secret")};
        struct account *a;
        int64_t subject;
        enum err e = day_look(rq->cx, v.secret, &subject);
        if (e == ERR_MISSING)
                return show_stop(rq, true, &v);
        TRY(e);
        TRY(account_get(rq->cx, subject, &a));
        v.account = a;
        return show_stop(rq, false, &v);
}

/* Also sent by mail programs (RFC 8058), without any form of ours: the secret is the proof. */
static enum err stop_send(struct req *rq)
{
        const struct day_asking v = {0};
        TRY(day_stop(rq->cx, req_path(rq, "secret")));
        return show_stop(rq, true, &v);
}

#define ROW SCOPE_PAGE_SIGNED_IN
static const struct route routes[] = {
        {"GET", "/settings/days", ROW, LIMIT_PAGE, LANE_READ, list_page, 0, 0},
        {"GET", "/settings/days/new", ROW, LIMIT_PAGE, LANE_READ, new_page, 0, 0},
        {"POST", "/settings/days/new", ROW, LIMIT_WRITE, LANE_WRITE, new_send, 0, 0},
        {"GET", "/settings/days/:id", ROW, LIMIT_PAGE, LANE_READ, one_page, 0, 0},
        {"POST", "/settings/days/:id", ROW, LIMIT_WRITE, LANE_WRITE, one_send, 0, 0},
        {"POST", "/settings/days/:id/act", ROW, LIMIT_WRITE, LANE_WRITE, act, 0, 0},
        {"GET", "/@:name/days", ROW, LIMIT_PAGE, LANE_READ, asking_page, 0, 0},
        {"POST", "/@:name/days", ROW, LIMIT_WRITE, LANE_WRITE, asking_send, 0, 0},
        {"GET", "/days/:secret/stop", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, stop_form,
         ROUTE_SECRET_PATH, 0},
        {"POST", "/days/:secret/stop", SCOPE_PAGE_PUBLIC, LIMIT_MAIL, LANE_WRITE, stop_send,
         ROUTE_NO_CSRF | ROUTE_SECRET_PATH, 0},
};
const struct route_list WEB_REMEMBER_ROUTES = {DOOR_PAGE, routes, countof(routes)};
