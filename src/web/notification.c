/* /notifications: what others did, by day; follow requests with their answers; and the lists of
 * people around one. */
#include "web/notification.h"
#include "lib/base/die.h"
#include "social/follow.h"
#include "social/ids.h"
#include "social/journal.h"
#include "social/letter.h"
#include "social/notification_policy.h"
#include "social/relationship.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/notification.html.h"
#include "web/web.h"

enum { TOLD_A_PAGE = 40, REQUESTS_SHOWN = 20, PEOPLE_A_PAGE = 40 };
#define KIND(k) (UINT32_C(1) << NOTIFICATION_##k)

const struct kind_choice KIND_CHOICES[] = {
        {"all", "All", 0},
        {"comments", "Comments and mentions", KIND(MENTION)},
        {"favourites", "Favourites and boosts", KIND(FAVOURITE) | KIND(REBLOG)},
        {"follows", "Follows", KIND(FOLLOW) | KIND(FOLLOW_REQUEST)},
};
const size_t KIND_CHOICES_COUNT = countof(KIND_CHOICES);

struct str told_words(const struct told *t)
{
        const struct card *c = t->card;
        if (t->journal)
                return t->n.kind == NOTIFICATION_FOLLOW ? S("follows a journal of yours now")
                                                        : S("asked to follow a journal of yours");
        bool answer = c && c->answers && c->answers->id == t->n.account;
        bool thinking = c && card_switches(c) && card_switches(c)->thinking;
        return str_of(notification_words(t->n.kind, answer, thinking));
}

static bool about_following(const struct notification *n)
{
        return n->kind == NOTIFICATION_FOLLOW || n->kind == NOTIFICATION_FOLLOW_REQUEST;
}

/* Owners are told of their journals' followers; who neither follows nor asks this reader meant a
 * journal. */
static enum err mark_journals(struct req *rq, struct told *v, size_t n)
{
        int64_t *ids = make_n(rq->arena, n + 1, int64_t), *owned, me = rq->viewer->account;
        struct relationship *r;
        size_t k = 0, n_owned;
        for (size_t i = 0; i < n; i++)
                if (about_following(&v[i].n))
                        ids[k++] = v[i].n.sender;
        if (!k)
                return OK;
        TRY(journal_list(rq->cx, me, false, &owned, &n_owned));
        if (!n_owned)
                return OK;
        k = ids_unique(ids, k);
        TRY(relationship_get_many(rq->cx, me, ids, k, true, &r, &k));
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < k && about_following(&v[i].n); j++)
                        if (r[j].id == v[i].n.sender)
                                v[i].journal = !r[j].followed_by && !r[j].requested_by;
        return OK;
}

static size_t kind_asked(struct req *rq)
{
        struct str slug = req_param(rq, "kind");
        for (size_t i = 1; slug.n && i < countof(KIND_CHOICES); i++)
                if (str_eq(slug, str_of(KIND_CHOICES[i].slug)))
                        return i;
        return 0;
}

/* Senders and posts of all of them, each kind in one go. */
static enum err dress(struct req *rq, const struct notification *n, size_t count,
                      struct told_page *v)
{
        int64_t *ids = make_n(rq->arena, count + 1, int64_t);
        struct told *told = make_n(rq->arena, count + 1, struct told);
        size_t k = 0;
        for (size_t i = 0; i < count; i++)
                ids[i] = n[i].sender;
        struct account **people;
        TRY(account_get_many(rq->cx, ids, count, &people, &k));
        for (size_t i = 0, at = 0; i < count; i++) {
                told[i].n = n[i];
                for (size_t j = 0; j < k && !told[i].sender; j++, at++)
                        if (people[at % k]->id == n[i].sender)
                                told[i].sender = people[at % k];
        }
        k = 0;
        for (size_t i = 0; i < count; i++)
                if (n[i].post)
                        ids[k++] = n[i].post;
        struct cards c;
        TRY(cards_load(rq->cx, rq->viewer, ids, k, &c));
        TRY(cards_filter(rq->cx, rq->viewer, FILTER_NOTIFICATIONS, &c));
        v->n = 0;
        for (size_t i = 0; i < count; i++) {
                for (size_t j = 0; j < c.n && !told[i].card; j++)
                        if (c.v[j].entry == n[i].post)
                                told[i].card = &c.v[j];
                if (told[i].sender && (told[i].card || !n[i].post))
                        told[v->n++] = told[i];
        }
        v->v = told;
        return mark_journals(rq, told, v->n);
}

static enum err load_requests(struct req *rq, struct told_page *v)
{
        struct page page = {.limit = REQUESTS_SHOWN};
        int64_t *ids;
        size_t n;
        struct relationship *r;
        TRY(follow_requests(rq->cx, rq->viewer->account, &page, &ids, &n));
        TRY(account_get_many(rq->cx, ids, n, &v->requests, &v->n_requests));
        TRY(relationship_get_many(rq->cx, rq->viewer->account, ids, n, true, &r, &n));
        for (size_t i = 0; i < n; i++)
                v->journals_asked = v->journals_asked || !r[i].requested_by;
        return OK;
}

static enum err load_asked(struct req *rq, struct told_page *v)
{
        size_t n;
        TRY(web_told_asked(rq, &v->asked, &v->n_asked));
        struct page page = {.limit = REQUESTS_SHOWN};
        struct notification_request *apart;
        TRY(request_list(rq->cx, rq->viewer, &page, &apart, &n));
        for (size_t i = 0; i < n; i++)
                v->strangers = v->strangers || apart[i].stranger;
        struct letter *letters;
        TRY(letter_list(rq->cx, rq->viewer, 0, LETTER_WAITS, 0, 1, &letters, &n));
        v->letters = n != 0;
        return OK;
}

static enum err web_notifications(struct req *rq)
{
        struct told_page v = {.here = kind_asked(rq)};
        struct notification_filter f = {.kinds = KIND_CHOICES[v.here].kinds};
        struct page page = pager_read(rq, TOLD_A_PAGE);
        struct notification *n;
        size_t count;
        TRY(notification_list(rq->cx, rq->viewer, &f, &page, &n, &count));
        TRY(dress(rq, n, count, &v));
        v.paged = page.max_id || page.min_id;
        bool with_requests = v.here == 0 || KIND_CHOICES[v.here].kinds & KIND(FOLLOW_REQUEST);
        if (!v.paged && with_requests)
                TRY(load_requests(rq, &v));
        if (!v.paged)
                TRY(load_asked(rq, &v));
        struct str query = STR_NONE;
        if (v.here)
                query = str_fmt(rq->arena, "kind=%s", KIND_CHOICES[v.here].slug);
        v.pager = pager_of(rq->arena, &page, S("/notifications"), query);
        v.pager.older_word = "Older";
        v.pager.newer_word = "Newer";
        struct web_page p = {
                .title = S("Notifications"), .here = HERE_NOTIFICATIONS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        if (!v.paged)
                TRY(web_reminders_due(rq, p.me, false, &v.reminders, &v.n_reminders));
        web_told_body(h, &p, &v);
        return web_close(h, &p);
}

static enum err web_requests_show(struct req *rq)
{
        struct page page = pager_read(rq, PEOPLE_A_PAGE);
        int64_t *ids;
        size_t n;
        struct account **people;
        TRY(follow_requests(rq->cx, rq->viewer->account, &page, &ids, &n));
        TRY(account_get_many(rq->cx, ids, n, &people, &n));
        struct web_page p = {
                .title = S("Follow requests"), .here = HERE_MORE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        struct pager g = pager_of(rq->arena, &page, S("/requests"), STR_NONE);
        web_requests_body(h, &p, people, n, &g);
        return web_close(h, &p);
}

static enum err web_requests_answer(struct req *rq)
{
        int64_t who, me = rq->viewer->account;
        if (!str_to_i64(req_param(rq, "account"), &who))
                return ERR_MISSING;
        bool accept = str_eq(req_param(rq, "do"), S("accept"));
        TRY(accept ? journal_let_in(rq->cx, me, who) : journal_turn_away(rq->cx, me, who));
        reply_redirect(rq,
                       web_done_path(rq->arena, web_own_path(req_param(rq, "back"), S("/requests")),
                                     accept ? "accepted" : "declined"));
        return OK;
}

static enum err people_page(struct req *rq, bool followers)
{
        struct page page = pager_read(rq, PEOPLE_A_PAGE);
        int64_t *ids, me = rq->viewer->account;
        size_t n;
        struct account **people;
        if (followers)
                TRY(follow_followers(rq->cx, rq->viewer, me, &page, &ids, &n));
        else
                TRY(follow_following(rq->cx, rq->viewer, me, &page, &ids, &n));
        TRY(account_get_many(rq->cx, ids, n, &people, &n));
        struct web_page p = {.title = followers ? S("People who follow you")
                                                : S("People you follow"),
                             .here = HERE_MORE};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        struct pager g = pager_of(rq->arena, &page, rq->path, STR_NONE);
        g.older_word = "Earlier ones";
        g.newer_word = "Later ones";
        web_people_body(h, &p, people, n, &g);
        return web_close(h, &p);
}

static enum err web_followers(struct req *rq)
{
        return people_page(rq, true);
}

static enum err web_following(struct req *rq)
{
        return people_page(rq, false);
}

static const struct route routes[] = {
        {"GET", "/notifications", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_notifications, 0,
         0},
        {"GET", "/requests", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_requests_show, 0, 0},
        {"POST", "/requests", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, web_requests_answer, 0,
         0},
        {"GET", "/followers", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_followers, 0, 0},
        {"GET", "/following", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_following, 0, 0},
};
const struct route_list WEB_NOTIFICATION_ROUTES = {DOOR_PAGE, routes, countof(routes)};
