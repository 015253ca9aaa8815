/* /@name/journal/owners and /readers: who writes a journal, who reads it, and what any owner may do
 * at once. */
#include "lib/base/die.h"
#include "social/follow.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/journal.h"
#include "web/journal.html.h"
#include "web/web.h"

enum { READERS_SHOWN = 500 };

enum err web_journal_own(struct req *rq, struct account **a, struct journal **j)
{
        TRY(account_by_name(rq->cx, req_path(rq, "name"), a));
        if ((*a)->kind != ACCOUNT_JOURNAL)
                return ERR_MISSING;
        TRY(journal_must_own(rq->cx, (*a)->id, rq->viewer->account));
        return journal_get(rq->cx, (*a)->id, j);
}

static enum err open_care(struct req *rq, struct journal_care *v)
{
        struct account *a;
        struct journal *j;
        TRY(web_journal_own(rq, &a, &j));
        *v = (struct journal_care){.account = a,
                                   .journal = j,
                                   .path = path_of_account(rq->arena, a),
                                   .me = rq->viewer->account};
        return OK;
}

static enum err load_people(struct req *rq, struct journal_care *v)
{
        struct journal_owner *o;
        struct account **people;
        size_t n, k;
        TRY(journal_owners(rq->cx, v->account->id, &o, &n));
        int64_t *ids = make_n(rq->arena, n + 1, int64_t);
        for (size_t i = 0; i < n; i++)
                ids[i] = o[i].account;
        TRY(account_get_many(rq->cx, ids, n, &people, &k));
        struct journal_person *who = make_n(rq->arena, n + 1, struct journal_person);
        for (size_t i = 0; i < n; i++) {
                v->n_owners += !o[i].invited;
                v->i_agree = v->i_agree || (o[i].account == v->me && o[i].ends);
                for (size_t x = 0; x < k; x++)
                        if (people[x]->id == o[i].account)
                                who[v->n_people++] = (struct journal_person){people[x], o[i]};
        }
        v->people = who;
        v->alone = v->n_owners == 1;
        return OK;
}

static enum err show_owners(struct req *rq, int status, struct journal_care *v)
{
        TRY(load_people(rq, v));
        struct web_page p = {
                .title = account_name(v->account), .here = HERE_JOURNALS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_journal_owners(h, &p, v);
        return web_close(h, &p);
}

static enum err web_owners(struct req *rq)
{
        struct journal_care v;
        TRY(open_care(rq, &v));
        return show_owners(rq, 200, &v);
}

static enum err invite(struct req *rq, struct journal_care *v)
{
        struct str who = str_trim(req_param(rq, "who"));
        struct account *a;
        enum err e = account_by_name(rq->cx, str_starts(who, S("@")) ? str_after(who, 1) : who, &a);
        if (e == ERR_MISSING)
                e = fail(rq->cx, ERR_INPUT, "Nobody here has that name.");
        else if (!e)
                e = journal_invite(rq->cx, v->me, v->account->id, a->id);
        if (e != ERR_INPUT)
                return e;
        v->who = who;
        v->error = rq->cx->fault;
        return show_owners(rq, 422, v);
}

static enum err end(struct req *rq, struct journal_care *v, struct str *next)
{
        bool ended;
        if (!v->journal->end_at && !str_eq(req_param(rq, "sure"), S("yes")))
                return req_fail(rq, ERR_INPUT, "Nothing was deleted: the box was not ticked.");
        TRY(journal_end_ask(rq->cx, v->me, v->account->id, &ended));
        if (ended)
                *next = S("/journals?done=ended");
        return OK;
}

/* One button each. */
static enum err act(struct req *rq, struct journal_care *v, struct str *next)
{
        struct str what = req_param(rq, "do");
        int64_t id = v->account->id, who;
        if (str_eq(what, S("invite")))
                return invite(rq, v);
        if (str_eq(what, S("uninvite")))
                return str_to_i64(req_param(rq, "account"), &who)
                               ? journal_uninvite(rq->cx, v->me, id, who)
                               : ERR_MISSING;
        if (str_eq(what, S("hide")) || str_eq(what, S("unhide")))
                return journal_hide(rq->cx, v->me, id, str_eq(what, S("hide")));
        if (str_eq(what, S("close-comments")) || str_eq(what, S("open-comments")))
                return journal_close_comments(rq->cx, v->me, id, str_starts(what, S("close")));
        if (str_eq(what, S("object")))
                return journal_end_object(rq->cx, v->me, id);
        if (str_eq(what, S("end")))
                return end(rq, v, next);
        if (!str_eq(what, S("leave")))
                return ERR_MISSING;
        *next = S("/journals?done=left");
        return journal_leave(rq->cx, v->me, id);
}

static enum err web_owners_act(struct req *rq)
{
        struct journal_care v;
        TRY(open_care(rq, &v));
        struct str next = web_done_path(rq->arena,
                                        str_join(rq->arena, v.path, S("/journal/owners")), "saved");
        TRY(act(rq, &v, &next));
        if (rq->status < 400)
                reply_redirect(rq, next);
        return OK;
}

/* ---- readers ---- */

static enum err web_readers(struct req *rq)
{
        struct journal_care v;
        int64_t *ids;
        size_t n;
        TRY(open_care(rq, &v));
        const struct viewer as = {.account = v.account->id};
        struct page page = {.limit = READERS_SHOWN};
        TRY(follow_requests(rq->cx, as.account, &page, &ids, &n));
        TRY(account_get_many(rq->cx, ids, n, &v.asking, &v.n_asking));
        page = (struct page){.limit = READERS_SHOWN};
        TRY(follow_followers(rq->cx, &as, as.account, &page, &ids, &n));
        TRY(account_get_many(rq->cx, ids, n, &v.followers, &v.n_followers));
        TRY(mail_follow_list(rq->cx, as.account, MAIL_WAITS, &v.mail_waits, &v.n_mail_waits));
        TRY(mail_follow_list(rq->cx, as.account, MAIL_READS, &v.mail_reads, &v.n_mail_reads));
        struct web_page p = {
                .title = account_name(v.account), .here = HERE_JOURNALS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_journal_readers(h, &p, &v);
        return web_close(h, &p);
}

static enum err web_readers_act(struct req *rq)
{
        struct journal_care v;
        int64_t who;
        struct str what = req_param(rq, "do");
        const char *done = "declined";
        TRY(open_care(rq, &v));
        if (!str_to_i64(req_param(rq, "account"), &who))
                return ERR_MISSING;
        if (str_eq(what, S("accept"))) {
                TRY(follow_accept(rq->cx, v.account->id, who));
                done = "accepted";
        } else if (str_eq(what, S("decline"))) {
                TRY(follow_reject(rq->cx, v.account->id, who));
        } else if (str_eq(what, S("remove"))) {
                TRY(follow_remove_follower(rq->cx, v.account->id, who));
                done = "ended";
        } else if (str_eq(what, S("mail-accept"))) {
                TRY(mail_follow_accept(rq->cx, v.account->id, who));
                done = "accepted";
        } else if (str_eq(what, S("mail-remove"))) {
                TRY(mail_follow_remove(rq->cx, v.account->id, who));
                done = "ended";
        } else {
                return ERR_MISSING;
        }
        reply_redirect(rq, web_done_path(rq->arena,
                                         str_join(rq->arena, v.path, S("/journal/readers")), done));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/@:name/journal/owners", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_owners,
         0, 0},
        {"POST", "/@:name/journal/owners", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         web_owners_act, 0, 0},
        {"GET", "/@:name/journal/readers", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_readers,
         0, 0},
        {"POST", "/@:name/journal/readers", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         web_readers_act, 0, 0},
};
const struct route_list WEB_JOURNAL_CARE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
