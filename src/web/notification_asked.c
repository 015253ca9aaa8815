/* What waits for an answer of the reader, on top of /notifications, each by name: invitations, and
 * what is asked of a journal they own or of a memorial they look after. Nothing is counted. */
#include "social/coauthor.h"
#include "social/follow.h"
#include "social/journal.h"
#include "social/keeper.h"
#include "social/mail_follow.h"
#include "social/steward.h"
#include "web/notification.h"

enum { LINES = 40 };

struct asking {
        struct req *rq;
        struct told_line *v;
        size_t n;
};

static void put(struct asking *a, const char *before, struct str name, const char *after,
                struct str href)
{
        if (a->n < LINES)
                a->v[a->n++] = (struct told_line){before, after, name, href};
}

/* "NAME asks you to ..." */
static enum err put_person(struct asking *a, int64_t who, const char *after, struct str href)
{
        struct account *p;
        TRY(account_get(a->rq->cx, who, &p));
        put(a, "", account_name(p), after, href);
        return OK;
}

static enum err invitations(struct asking *a)
{
        struct cx *cx = a->rq->cx;
        int64_t me = a->rq->viewer->account;
        struct str trust = S("/settings/people");
        struct coauthor *c;
        struct steward *s;
        struct keeper *k;
        size_t n;
        TRY(coauthor_as(cx, me, &c, &n));
        for (size_t i = 0; i < n; i++)
                if (c[i].asked)
                        TRY(put_person(a, c[i].author, " asks you to be an author of a post.",
                                       trust));
        TRY(keeper_list(cx, me, KEEPER_SIDE_KEEPER, false, &k, &n));
        for (size_t i = 0; i < n; i++)
                if (k[i].state == KEEPER_OFFERED)
                        TRY(put_person(a, k[i].author, " asks you to keep comments for them.",
                                       trust));
        TRY(steward_list(cx, me, false, &s, &n));
        for (size_t i = 0; i < n; i++)
                if (s[i].state == STEWARD_ASKED)
                        TRY(put_person(a, s[i].account,
                                       s[i].named_by == s[i].account
                                               ? " asks you to look after their account one day."
                                               : ": you are asked to look after this account.",
                                       trust));
        return OK;
}

static enum err asks_to_follow(struct cx *cx, int64_t account, bool *ret)
{
        struct page page = {.limit = 1};
        int64_t *ids;
        size_t n;
        TRY(follow_requests(cx, account, &page, &ids, &n));
        *ret = n > 0;
        return OK;
}

/* Whether an owner wants to delete it and this one has not said anything yet. */
static enum err asked_to_end(struct asking *a, const struct journal *j, bool *ret)
{
        struct journal_owner *o;
        size_t n;
        *ret = j->end_at != 0;
        if (!*ret)
                return OK;
        TRY(journal_owners(a->rq->cx, j->account, &o, &n));
        for (size_t i = 0; i < n; i++)
                if (o[i].account == a->rq->viewer->account && o[i].ends)
                        *ret = false;
        return OK;
}

static enum err of_journal(struct asking *a, int64_t id)
{
        struct cx *cx = a->rq->cx;
        struct account *who;
        struct journal *j;
        struct mail_follower *readers;
        size_t n;
        bool asks, ends;
        TRY(account_get(cx, id, &who));
        TRY(journal_get(cx, id, &j));
        struct str name = account_name(who), path = path_of_account(a->rq->arena, who);
        struct str care = str_join(a->rq->arena, path, S("/journal/readers"));
        TRY(asks_to_follow(cx, id, &asks));
        if (asks)
                put(a, "Somebody asks to follow your journal ", name, ".", care);
        TRY(mail_follow_list(cx, id, MAIL_WAITS, &readers, &n));
        if (n)
                put(a, "Somebody asks to read your journal ", name, " by e-mail.", care);
        TRY(asked_to_end(a, j, &ends));
        if (ends)
                put(a, "An owner wants to delete your journal ", name,
                    ". It is deleted after 14 days, unless an owner objects.",
                    str_join(a->rq->arena, path, S("/journal/owners")));
        return OK;
}

static enum err journals(struct asking *a)
{
        struct cx *cx = a->rq->cx;
        int64_t *ids, me = a->rq->viewer->account;
        struct account *who;
        size_t n;
        TRY(journal_list(cx, me, true, &ids, &n));
        for (size_t i = 0; i < n; i++) {
                TRY(account_get(cx, ids[i], &who));
                put(a, "You are asked to write the journal ", account_name(who), " with others.",
                    S("/journals"));
        }
        TRY(journal_list(cx, me, false, &ids, &n));
        for (size_t i = 0; i < n; i++)
                TRY(of_journal(a, ids[i]));
        return OK;
}

/* A steward may nothing until the memorial has begun. */
static enum err memorials(struct asking *a)
{
        struct cx *cx = a->rq->cx;
        int64_t me = a->rq->viewer->account;
        struct steward *s;
        size_t n;
        TRY(steward_list(cx, me, false, &s, &n));
        for (size_t i = 0; i < n; i++) {
                struct memorial *m;
                struct account *who;
                struct tribute *t;
                size_t n_tributes;
                bool asks;
                if (s[i].state != STEWARD_ACCEPTED)
                        continue;
                enum err e = steward_must(cx, me, s[i].account, &m);
                if (e == ERR_MISSING)
                        continue;
                TRY(e);
                TRY(account_get(cx, s[i].account, &who));
                struct str page =
                        str_join(a->rq->arena, path_of_account(a->rq->arena, who), S("/steward"));
                TRY(asks_to_follow(cx, s[i].account, &asks));
                TRY(tribute_list(cx, s[i].account, TRIBUTE_WAITS, 0, &t, &n_tributes));
                if (asks)
                        put(a, "Somebody asks to follow ", account_name(who),
                            ", whose account you look after.", page);
                if (n_tributes)
                        put(a, "Somebody wrote words in memory of ", account_name(who),
                            ". They wait for you.", page);
        }
        return OK;
}

enum err web_told_asked(struct req *rq, const struct told_line **ret, size_t *n)
{
        struct asking a = {.rq = rq, .v = make_n(rq->arena, LINES, struct told_line)};
        TRY(invitations(&a));
        TRY(journals(&a));
        TRY(memorials(&a));
        *ret = a.v;
        *n = a.n;
        return OK;
}
