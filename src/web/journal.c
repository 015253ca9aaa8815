/* /@name of a journal, and /journals: what a person writes or is asked to write. Called by the
 * profile's page, which hands journals over. */
#include "web/journal.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/journal.html.h"
#include "web/web.h"

enum err web_journal_met(struct req *rq, const struct account *a)
{
        struct journal *j;
        if (a->kind != ACCOUNT_JOURNAL || rq->viewer->account)
                return OK;
        TRY(journal_get(rq->cx, a->id, &j));
        return j->reach == JOURNAL_HERE ? ERR_MISSING : OK;
}

static enum err load_owners(struct req *rq, struct journal_page *v)
{
        int64_t ids[JOURNAL_OWNERS_MAX];
        size_t n;
        TRY(journal_told(rq->cx, v->journal->account, ids, &n));
        for (size_t i = 0; i < n; i++)
                v->own = v->own || ids[i] == rq->viewer->account;
        return account_get_many(rq->cx, ids, n, &v->owners, &v->n_owners);
}

static enum err load(struct req *rq, struct profile *f, struct journal_page *v)
{
        struct journal *j;
        *v = (struct journal_page){.profile = *f};
        TRY(journal_get(rq->cx, f->account->id, &j));
        v->journal = j;
        v->by_mail = mail_follow_possible(rq->cx, j);
        TRY(load_owners(rq, v));
        v->profile.ours = v->own;
        return OK;
}

enum err web_journal_show(struct req *rq, struct profile *f)
{
        struct journal_page v;
        struct way *ways;
        TRY(load(rq, f, &v));
        TRY(way_list(rq->cx, (struct way_of){.journal = f->account->id}, &ways, &v.n_ways));
        v.ways = ways;
        struct web_page p = {.title = account_name(f->account), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        struct pager g = pager_of(rq->arena, &f->page, f->path, STR_NONE);
        web_journal_body(h, &p, &v, &g);
        return web_close(h, &p);
}

/* ---- /journals ---- */

enum err web_journal_list(struct req *rq, int64_t account, bool invited,
                          struct journal_listed **ret, size_t *n)
{
        int64_t *ids;
        size_t count;
        struct account **people;
        TRY(journal_list(rq->cx, account, invited, &ids, &count));
        TRY(account_get_many(rq->cx, ids, count, &people, &count));
        struct journal_listed *v = make_n(rq->arena, count + 1, struct journal_listed);
        for (size_t i = 0; i < count; i++) {
                struct journal *j;
                TRY(journal_get(rq->cx, people[i]->id, &j));
                v[i] = (struct journal_listed){people[i], j};
        }
        *ret = v;
        *n = count;
        return OK;
}

static enum err web_journals(struct req *rq)
{
        struct journal_listed *mine, *asked;
        size_t n, n_asked;
        TRY(web_journal_list(rq, rq->viewer->account, false, &mine, &n));
        TRY(web_journal_list(rq, rq->viewer->account, true, &asked, &n_asked));
        struct web_page p = {.title = S("Journals"), .here = HERE_JOURNALS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_journals_body(h, &p, mine, n, asked, n_asked);
        return web_close(h, &p);
}

static enum err web_journals_answer(struct req *rq)
{
        bool yes = str_eq(req_param(rq, "do"), S("yes"));
        TRY(journal_answer(rq->cx, rq->viewer->account, req_path_id(rq, "id"), yes));
        reply_redirect(rq, yes ? S("/journals?done=owner") : S("/journals?done=answered"));
        return OK;
}

/* GET /@name/journals: those that this reader may know of. */
static enum err web_journals_of(struct req *rq)
{
        struct profile f;
        struct journal_listed *v;
        size_t n, k = 0;
        TRY(web_profile_open(rq, PROFILE_JOURNALS, &f));
        if (!account_is_local(f.account) || f.account->kind == ACCOUNT_JOURNAL)
                return ERR_MISSING;
        TRY(web_journal_list(rq, f.account->id, false, &v, &n));
        for (size_t i = 0; i < n; i++)
                if (!v[i].account->suspended &&
                    (v[i].journal->reach != JOURNAL_HERE || rq->viewer->account))
                        v[k++] = v[i];
        struct web_page p = web_profile_page(rq, &f);
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_journals_of_body(h, &p, &f, v, k);
        return web_close(h, &p);
}

static const struct route routes[] = {
        {"GET", "/@:name/journals", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_journals_of, 0,
         0},
        {"GET", "/journals", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_journals, 0, 0},
        {"POST", "/journals/:id/answer", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         web_journals_answer, 0, 0},
};
const struct route_list WEB_JOURNAL_ROUTES = {DOOR_PAGE, routes, countof(routes)};
