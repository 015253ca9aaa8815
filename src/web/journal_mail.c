/* /@name/by-mail: asking to read a journal by e-mail; and /by-mail/SECRET, where its mails lead:
 * confirming, reading, stopping. Opening a link changes nothing: programs that look through mail
 * open them, too. */
#include "web/journal_mail.h"
#include "lib/base/die.h"
#include "social/remember.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/journal.h"
#include "web/journal_mail.html.h"
#include "web/web.h"

enum { POSTS_A_PAGE = 20 };

typedef void body(struct html *h, const struct web_page *p, const struct journal_mail_page *v);

static enum err show(struct req *rq, int status, struct str title, body *f,
                     const struct journal_mail_page *v)
{
        struct web_page p = {.title = title, .csrf = web_csrf(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        p.csrf = web_csrf(rq);
        reply_cache(rq, "private, no-store");
        f(h, &p, v);
        return web_close(h, &p);
}

/* ---- asking ---- */

static enum err open_journal(struct req *rq, struct journal_mail_page *v, struct journal **j)
{
        struct account *a;
        TRY(web_account_find(rq, &a));
        if (a->kind != ACCOUNT_JOURNAL)
                return ERR_MISSING;
        TRY(journal_get(rq->cx, a->id, j));
        *v = (struct journal_mail_page){.account = a, .path = path_of_account(rq->arena, a)};
        return mail_follow_possible(rq->cx, *j) ? OK : ERR_MISSING;
}

static enum err web_mail_form(struct req *rq)
{
        struct journal_mail_page v;
        struct journal *j;
        TRY(open_journal(rq, &v, &j));
        return show(rq, 200, S("Read by e-mail"), web_journal_mail_ask, &v);
}

static enum err web_mail_ask_send(struct req *rq)
{
        struct journal_mail_page v;
        struct journal *j;
        TRY(open_journal(rq, &v, &j));
        v.name = req_param(rq, "by_name");
        v.email = str_trim(req_param(rq, "by_email"));
        enum err e = mail_follow_ask(rq->cx, j, v.name, v.email);
        if (e != ERR_INPUT && e != ERR_LIMIT) {
                TRY(e);
                return show(rq, 200, S("Look at your mail"), web_journal_mail_asked, &v);
        }
        v.error = rq->cx->fault;
        v.wrong = rq->cx->fault_field;
        return show(rq, e == ERR_LIMIT ? 429 : 422, S("Read by e-mail"), web_journal_mail_ask, &v);
}

/* ---- with the secret ---- */

static enum err open_secret(struct req *rq, struct journal_mail_page *v)
{
        struct account *a;
        *v = (struct journal_mail_page){0};
        TRY(mail_follow_get(rq->cx, req_path(rq, "secret"), &v->reader));
        TRY(account_get(rq->cx, v->reader.journal, &a));
        if (a->suspended)
                return ERR_MISSING;
        v->account = a;
        v->path = path_of_account(rq->arena, a);
        v->address = str_join(rq->arena, S("/by-mail/"), v->reader.secret);
        return OK;
}

static enum err load_posts(struct req *rq, struct journal_mail_page *v, const int64_t *ids,
                           size_t n)
{
        const struct viewer as = {.account = v->account->id};
        TRY(cards_load(rq->cx, &as, ids, n, &v->posts));
        size_t k = 0;
        for (size_t i = 0; i < v->posts.n; i++) {
                const struct card *c = &v->posts.v[i];
                if (c->post->account == v->account->id && !c->booster && !c->post->reply_to &&
                    c->post->audience <= AUDIENCE_FOLLOWERS && !c->post->local_only)
                        v->posts.v[k++] = *c;
        }
        v->posts.n = k;
        return OK;
}

static enum err read_all(struct req *rq, struct journal_mail_page *v)
{
        const struct viewer as = {.account = v->account->id};
        struct post_list_options o = {.no_replies = true, .no_boosts = true};
        struct page page = pager_read(rq, POSTS_A_PAGE);
        int64_t *ids;
        size_t n;
        TRY(post_list(rq->cx, &as, v->account->id, &o, &page, &ids, &n));
        TRY(load_posts(rq, v, ids, n));
        v->pager = pager_of(rq->arena, &page, v->address, STR_NONE);
        TRY(day_mails(rq->cx, v->account->id, &v->days));
        TRY(day_reader_asks(rq->cx, v->reader.id, &v->asks));
        return show(rq, 200, account_name(v->account), web_journal_mail_read, v);
}

static enum err web_mail_open(struct req *rq)
{
        struct journal_mail_page v;
        TRY(open_secret(rq, &v));
        if (v.reader.state == MAIL_UNPROVEN)
                return show(rq, 200, S("Read by e-mail"), web_journal_mail_confirm, &v);
        if (v.reader.state == MAIL_WAITS)
                return show(rq, 200, S("Your address is confirmed"), web_journal_mail_waits, &v);
        return read_all(rq, &v);
}

static enum err web_mail_confirm_send(struct req *rq)
{
        struct journal_mail_page v;
        TRY(open_secret(rq, &v));
        TRY(mail_follow_confirm(rq->cx, v.reader.secret, &v.reader));
        reply_redirect(rq, v.address);
        return OK;
}

static enum err web_mail_post(struct req *rq)
{
        struct journal_mail_page v;
        int64_t id = req_path_id(rq, "id");
        TRY(open_secret(rq, &v));
        if (v.reader.state != MAIL_READS)
                return ERR_MISSING;
        TRY(load_posts(rq, &v, &id, id ? 1 : 0));
        if (!v.posts.n)
                return ERR_MISSING;
        if (v.posts.v[0].post->audience <= AUDIENCE_QUIET) { /* with its comments */
                reply_redirect(rq, path_of_post(rq->arena, v.account, id));
                return OK;
        }
        return show(rq, 200, account_name(v.account), web_journal_mail_read, &v);
}

/* The mails about days that the journal remembers: asked for, or no longer. */
static enum err web_mail_days_send(struct req *rq)
{
        struct journal_mail_page v;
        TRY(open_secret(rq, &v));
        TRY(day_ask_reader(rq->cx, &v.reader, str_eq(req_param(rq, "do"), S("ask"))));
        reply_redirect(rq, v.address);
        return OK;
}

static enum err web_mail_stop_form(struct req *rq)
{
        struct journal_mail_page v;
        enum err e = open_secret(rq, &v);
        if (e == ERR_MISSING)
                return show(rq, 200, S("Stopped"), web_journal_mail_stopped, &v);
        TRY(e);
        return show(rq, 200, S("No more mails"), web_journal_mail_stop, &v);
}

/* Also sent by mail programs (RFC 8058), without any form of ours: the secret is the proof. */
static enum err web_mail_stop_send(struct req *rq)
{
        const struct journal_mail_page v = {0};
        TRY(mail_follow_stop(rq->cx, req_path(rq, "secret")));
        return show(rq, 200, S("Stopped"), web_journal_mail_stopped, &v);
}

#define ROW SCOPE_PAGE_PUBLIC
static const struct route routes[] = {
        {"GET", "/@:name/by-mail", ROW, LIMIT_PAGE, LANE_READ, web_mail_form, 0, 0},
        {"POST", "/@:name/by-mail", ROW, LIMIT_MAIL, LANE_WRITE, web_mail_ask_send, 0, 0},
        {"GET", "/by-mail/:secret", ROW, LIMIT_PAGE, LANE_READ, web_mail_open, ROUTE_SECRET_PATH,
         0},
        {"POST", "/by-mail/:secret", ROW, LIMIT_SIGN_IN, LANE_WRITE, web_mail_confirm_send,
         ROUTE_SECRET_PATH, 0},
        {"GET", "/by-mail/:secret/stop", ROW, LIMIT_PAGE, LANE_READ, web_mail_stop_form,
         ROUTE_SECRET_PATH, 0},
        {"POST", "/by-mail/:secret/stop", ROW, LIMIT_MAIL, LANE_WRITE, web_mail_stop_send,
         ROUTE_NO_CSRF | ROUTE_SECRET_PATH, 0},
        {"POST", "/by-mail/:secret/days", ROW, LIMIT_SIGN_IN, LANE_WRITE, web_mail_days_send,
         ROUTE_SECRET_PATH, 0},
        {"GET", "/by-mail/:secret/:id", ROW, LIMIT_PAGE, LANE_READ, web_mail_post,
         ROUTE_SECRET_PATH, 0},
};
const struct route_list WEB_JOURNAL_MAIL_ROUTES = {DOOR_PAGE, routes, countof(routes)};
