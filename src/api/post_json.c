/* The Status entity for a viewer: the shared bytes of each post, the author's account, and what
 * differs from viewer to viewer, fetched for the whole page at once. Called by every route that
 * answers with posts. */
#include "api/post_json.h"
#include "api/account_json.h"
#include "api/filter_json.h"
#include "api/post_render.h"
#include "social/coauthor.h"
#include "social/ids.h"
#include "social/mark.h"
#include "social/post_show.h"
#include "social/quoting.h"
#include "social/switches.h"
#include "store/cache.h"

struct author {
        int64_t id;
        struct str bytes; /* the Account; none: it is gone */
        bool shows;       /* counts, to others */
        bool followed;    /* by the reader; only of those whose followers may quote them */
};

struct entry {
        struct rendered r;
        size_t author;
        unsigned marks;
        const struct poll *poll;
        struct filter_hits hits;
        const struct switches *switches; /* of its thread; NULL: an everyday one */
        const struct str *beside;        /* Accounts of its second authors */
        size_t n_beside;
};

/* Ids to places: open addressing, at most half full. */
struct index {
        uint32_t *v; /* place + 1, 0 is free */
        size_t mask;
};

struct api_posts {
        struct cx *cx;
        const struct viewer *by;
        struct entry *v;
        size_t n;
        struct author *authors;
        size_t n_authors;
        struct index by_id, by_author;
        enum err *fault; /* the first while writing */
};

/* ---- finding entries ---- */

static size_t place_of(int64_t id, size_t mask)
{
        return (size_t)((uint64_t)id * 0x9e3779b97f4a7c15u >> 32) & mask;
}

static uint32_t *slot(const struct api_posts *p, int64_t id)
{
        size_t at = place_of(id, p->by_id.mask);
        while (p->by_id.v[at] && p->v[p->by_id.v[at] - 1].r.head.id != id)
                at = (at + 1) & p->by_id.mask;
        return &p->by_id.v[at];
}

static uint32_t *author_slot(const struct api_posts *p, int64_t id)
{
        size_t at = place_of(id, p->by_author.mask);
        while (p->by_author.v[at] && p->authors[p->by_author.v[at] - 1].id != id)
                at = (at + 1) & p->by_author.mask;
        return &p->by_author.v[at];
}

static const struct entry *find(const struct api_posts *p, int64_t id)
{
        uint32_t *s = id ? slot(p, id) : NULL;
        return s && *s ? &p->v[*s - 1] : NULL;
}

static void prepare(struct api_posts *p, struct cx *cx, const struct viewer *by, size_t n)
{
        size_t size = 16;
        while (size < n * 8) /* the posts, what they boost, what all of those quote */
                size *= 2;
        *p = (struct api_posts){.cx = cx, .by = by, .fault = make(cx->arena, enum err)};
        p->v = make_n(cx->arena, n * 4, struct entry);
        p->authors = make_n(cx->arena, n * 4, struct author);
        p->by_id = (struct index){make_n(cx->arena, size, uint32_t), size - 1};
        p->by_author = (struct index){make_n(cx->arena, size, uint32_t), size - 1};
}

/* ---- gathering ---- */

static void add(struct api_posts *p, const struct rendered *r)
{
        uint32_t *s = slot(p, r->head.id), *a;
        if (*s)
                return;
        struct entry *e = &p->v[p->n++];
        e->r = *r;
        *s = (uint32_t)p->n;
        a = author_slot(p, r->head.account);
        if (!*a) {
                p->authors[p->n_authors++].id = r->head.account;
                *a = (uint32_t)p->n_authors;
        }
        e->author = *a - 1;
}

static enum err fetch(struct api_posts *p, const int64_t *ids, size_t n)
{
        struct rendered *r = make_n(p->cx->arena, n, struct rendered);
        TRY(api_posts_render(p->cx, ids, n, r));
        for (size_t i = 0; i < n; i++)
                if (r[i].head.id)
                        add(p, &r[i]);
        return OK;
}

/* What the first ones bring: boosted posts were judged with their wrappers, quoted ones are judged
 * here. */
static enum err fetch_inner(struct api_posts *p, bool quotes)
{
        int64_t *ids = make_n(p->cx->arena, p->n, int64_t);
        size_t k = 0, n = p->n;
        for (size_t i = 0; i < n; i++) {
                const struct post_head *h = &p->v[i].r.head;
                int64_t id = !quotes                            ? h->boost_of
                             : h->quote_state == QUOTE_ACCEPTED ? h->quote_of
                                                                : 0;
                if (id && !*slot(p, id) && ids_find(ids, k, id) == k)
                        ids[k++] = id;
        }
        if (k && quotes)
                TRY(post_visible(p->cx, p->by, ids, k, ids, &k));
        return k ? fetch(p, ids, k) : OK;
}

/* The authors' accounts, and whether they show counts: from the cache, one statement for those not
 * there. */
static enum err fetch_authors(struct api_posts *p)
{
        struct cx *cx = p->cx;
        struct cache *c = cx->instance->cache;
        int64_t *ids = make_n(cx->arena, p->n_authors * 2, int64_t), *unknown = ids + p->n_authors;
        bool *shows = make_n(cx->arena, p->n_authors, bool);
        struct buf nowhere = {.failed = true};
        struct str *bytes;
        size_t k = 0;
        for (size_t i = 0; i < p->n_authors; i++)
                ids[i] = p->authors[i].id;
        TRY(api_account_bytes_many(cx, ids, p->n_authors, &bytes));
        for (size_t i = 0; i < p->n_authors; i++) {
                struct author *a = &p->authors[i];
                a->bytes = bytes[i];
                if (!c || api_changed_here(cx, true, a->id) ||
                    !cache_get(c, CACHE_AUTHOR, a->id, &a->shows, sizeof a->shows, &nowhere))
                        unknown[k++] = a->id;
        }
        if (!k)
                return OK;
        TRY(post_authors_show(cx, unknown, k, shows));
        for (size_t i = 0; i < k; i++) {
                p->authors[*author_slot(p, unknown[i]) - 1].shows = shows[i];
                if (c && !cx->events)
                        cache_put(c, CACHE_AUTHOR, unknown[i], &shows[i], sizeof shows[i], S(""),
                                  cx->snapshot);
        }
        return OK;
}

static enum err fetch_marks(struct api_posts *p)
{
        int64_t *ids = make_n(p->cx->arena, p->n * 2, int64_t), *threads = ids + p->n;
        unsigned *bits = make_n(p->cx->arena, p->n, unsigned);
        size_t k = 0;
        if (!p->by->account)
                return OK;
        for (size_t i = 0; i < p->n; i++)
                if (!p->v[i].r.head.boost_of) {
                        ids[k] = p->v[i].r.head.id;
                        threads[k++] = p->v[i].r.head.thread;
                }
        TRY(mark_bits(p->cx, p->by->account, ids, threads, k, bits));
        k = 0;
        for (size_t i = 0; i < p->n; i++)
                if (!p->v[i].r.head.boost_of)
                        p->v[i].marks = bits[k++];
        return OK;
}

static enum err fetch_polls(struct api_posts *p)
{
        int64_t *ids = NULL;
        struct poll *polls;
        size_t k = 0, n;
        for (size_t i = 0; i < p->n; i++)
                if (p->v[i].r.head.has_poll) {
                        if (!ids)
                                ids = make_n(p->cx->arena, p->n, int64_t);
                        ids[k++] = p->v[i].r.head.id;
                }
        if (!k)
                return OK;
        TRY(poll_of_posts(p->cx, p->by, ids, k, &polls, &n));
        for (size_t i = 0; i < n; i++) {
                uint32_t *s = slot(p, polls[i].post);
                if (*s)
                        p->v[*s - 1].poll = &polls[i];
        }
        return OK;
}

/* Nothing is asked of the database for everyday posts. */
static enum err fetch_switches(struct api_posts *p)
{
        int64_t *roots = NULL;
        size_t k = 0;
        for (size_t i = 0; i < p->n; i++)
                if (p->v[i].r.head.has_switches) {
                        if (!roots)
                                roots = make_n(p->cx->arena, p->n, int64_t);
                        if (ids_find(roots, k, p->v[i].r.head.thread) == k)
                                roots[k++] = p->v[i].r.head.thread;
                }
        if (!k)
                return OK;
        struct switches *v = make_n(p->cx->arena, k, struct switches);
        bool *found = make_n(p->cx->arena, k, bool);
        TRY(switches_of_posts(p->cx, roots, k, v, found));
        for (size_t i = 0; i < p->n; i++) {
                size_t at = ids_find(roots, k, p->v[i].r.head.thread);
                if (p->v[i].r.head.has_switches && at < k && found[at])
                        p->v[i].switches = &v[at];
        }
        return OK;
}

/* How the reader meets photos with veils. Nothing is asked of the database for posts without. */
static enum err fetch_eyes(struct api_posts *p)
{
        int64_t *ids = NULL;
        size_t n = 0;
        for (size_t i = 0; i < p->n; i++) {
                const struct rendered *r = &p->v[i].r;
                if (!rendered_veiled(r))
                        continue;
                if (!ids)
                        ids = make_n(p->cx->arena, p->n, int64_t);
                if (ids_find(ids, n, r->head.account) == n)
                        ids[n++] = r->head.account;
        }
        if (!n)
                return OK;
        enum veil_eye *eyes = make_n(p->cx->arena, n, enum veil_eye);
        TRY(veil_eyes(p->cx, p->by, ids, n, eyes));
        for (size_t i = 0; i < p->n; i++)
                if (rendered_veiled(&p->v[i].r))
                        p->v[i].r.eye = eyes[ids_find(ids, n, p->v[i].r.head.account)];
        return OK;
}

static void put_beside(struct api_posts *p, const struct coauthor *v, const struct str *bytes,
                       size_t n)
{
        for (size_t i = 0; i < n; i++) {
                uint32_t *s = slot(p, v[i].post);
                if (!*s)
                        continue;
                struct entry *e = &p->v[*s - 1];
                if (!e->n_beside)
                        e->beside = &bytes[i];
                e->n_beside++;
        }
}

/* Nothing is asked of the database for posts with one author. They come by post. */
static enum err fetch_beside(struct api_posts *p)
{
        int64_t *ids = NULL, *accounts;
        struct coauthor *v;
        struct str *bytes;
        size_t k = 0, n;
        for (size_t i = 0; i < p->n; i++)
                if (p->v[i].r.head.has_authors) {
                        if (!ids)
                                ids = make_n(p->cx->arena, p->n, int64_t);
                        ids[k++] = p->v[i].r.head.id;
                }
        if (!k)
                return OK;
        TRY(coauthor_of_posts(p->cx, ids, k, &v, &n));
        accounts = make_n(p->cx->arena, n + 1, int64_t);
        for (size_t i = 0; i < n; i++)
                accounts[i] = v[i].account;
        TRY(api_account_bytes_many(p->cx, accounts, n, &bytes));
        put_beside(p, v, bytes, n);
        return OK;
}

/* Nothing is asked of the database for people without filters. */
static enum err fetch_hits(struct api_posts *p)
{
        struct filter_set *set = NULL;
        if (!p->by->has_filters)
                return OK;
        TRY(filter_set_load(p->cx, p->by, &set));
        if (!set)
                return OK;
        int64_t *ids = make_n(p->cx->arena, p->n, int64_t);
        struct filter_hits *hits = make_n(p->cx->arena, p->n, struct filter_hits);
        size_t k = 0;
        for (size_t i = 0; i < p->n; i++)
                if (!p->v[i].r.head.boost_of)
                        ids[k++] = p->v[i].r.head.id;
        TRY(filter_posts(p->cx, p->by, set, ids, k, hits));
        for (size_t i = 0; i < k; i++)
                p->v[*slot(p, ids[i]) - 1].hits = hits[i];
        return OK;
}

/* Of those whose followers may quote them, whom the reader follows. */
static enum err fetch_followed(struct api_posts *p)
{
        int64_t *ids = make_n(p->cx->arena, p->n_authors + 1, int64_t);
        bool *followed = make_n(p->cx->arena, p->n_authors + 1, bool);
        size_t k = 0;
        for (size_t i = 0; i < p->n && p->by->account; i++) {
                const struct post_head *h = &p->v[i].r.head;
                if (quoting_wants_follow(p->by->account, h->account, h->audience,
                                         h->quote_policy) &&
                    ids_find(ids, k, h->account) == k)
                        ids[k++] = h->account;
        }
        TRY(quoting_followed(p->cx, p->by->account, ids, k, followed));
        for (size_t i = 0; i < k; i++)
                p->authors[*author_slot(p, ids[i]) - 1].followed = followed[i];
        return OK;
}

/* The ids are judged. */
static enum err gather(struct api_posts *p, const int64_t *ids, size_t n)
{
        if (!n)
                return OK;
        TRY(fetch(p, ids, n));
        TRY(fetch_inner(p, false));
        TRY(fetch_inner(p, true));
        TRY(fetch_authors(p));
        TRY(fetch_marks(p));
        TRY(fetch_hits(p));
        TRY(fetch_switches(p));
        TRY(fetch_eyes(p));
        TRY(fetch_beside(p));
        TRY(fetch_followed(p));
        return fetch_polls(p);
}

/* ---- writing ---- */

static void put_count(struct buf *b, struct str key, int64_t n)
{
        buf_add(b, key);
        buf_add_i64(b, n > 0 ? n : 0);
}

static void put_bool(struct buf *b, struct str key, bool v)
{
        buf_add(b, key);
        buf_add(b, v ? S("true") : S("false"));
}

/* An author's own quiet post makes no alerts, as a thread they muted. */
static bool is_muted(const struct api_posts *p, const struct entry *e)
{
        const struct post_head *h = &e->r.head;
        bool quiet = e->switches && e->switches->alerts != ALERTS_NORMAL &&
                     h->account == p->by->account && h->thread == h->id;
        return quiet || (e->marks >> MARK_THREAD_MUTE & 1);
}

/* What is the viewer's own; a wrapper carries the marks of what it brings. */
static void put_own(struct buf *b, const struct api_posts *p, const struct entry *e,
                    const struct entry *what)
{
        unsigned marks = what->marks;
        const struct post_head *h = &e->r.head;
        put_bool(b, S(",\"favourited\":"), marks >> MARK_FAVOURITE & 1);
        put_bool(b, S(",\"reblogged\":"), marks >> MARK_BOOST & 1);
        put_bool(b, S(",\"bookmarked\":"), marks >> MARK_BOOKMARK & 1);
        put_bool(b, S(",\"muted\":"), is_muted(p, what));
        if (h->account == p->by->account && !h->boost_of && h->audience <= AUDIENCE_FOLLOWERS)
                put_bool(b, S(",\"pinned\":"), marks >> MARK_PIN & 1);
        struct json j;
        buf_add(b, S(",\"filtered\":"));
        json_open(&j, b);
        api_filter_results(&j, NULL, what->hits.v, what->hits.n);
        if (h->account != p->by->account ||
            (h->audience != AUDIENCE_CIRCLE && h->audience != AUDIENCE_SELF))
                return;
        buf_add(b, S(",\"tidings\":{\"audience\":\""));
        if (h->audience == AUDIENCE_SELF) {
                buf_add(b, S("self"));
        } else {
                buf_add(b, S("list:"));
                buf_add_i64(b, h->audience_list);
        }
        buf_add(b, S("\"}"));
}

/* Ends "quote_approval". A wrapper stands for what it brings. */
static void put_may_quote(struct buf *b, const struct api_posts *p, const struct entry *what)
{
        const struct post_head *h = &what->r.head;
        static const char *const words[] = {[PERMISSION_NO] = "denied",
                                            [PERMISSION_ASK] = "manual",
                                            [PERMISSION_YES] = "automatic"};
        enum permission may = quoting_may(p->by->account, h->account, h->audience, h->quote_policy,
                                          p->authors[what->author].followed);
        buf_add(b, S(",\"current_user\":\""));
        buf_add(b, str_of(words[may]));
        buf_add(b, S("\"}"));
}

/* Beside "account"; only where there are any. */
static void put_co_authors(struct buf *b, const struct entry *e)
{
        buf_add(b, S(",\"co_authors\":["));
        bool first = true;
        for (size_t i = 0; i < e->n_beside; i++) {
                if (!e->beside[i].n)
                        continue; /* gone meanwhile */
                if (!first)
                        buf_add_char(b, ',');
                first = false;
                buf_add(b, e->beside[i]);
        }
        buf_add_char(b, ']');
}

static void put_status(struct buf *b, const struct api_posts *p, const struct entry *e, int depth);

static void put_quote(struct buf *b, const struct api_posts *p, const struct entry *e, int depth)
{
        static const char *const states[] = {
                [QUOTE_NONE] = "pending",      [QUOTE_PENDING] = "pending",
                [QUOTE_ACCEPTED] = "accepted", [QUOTE_REJECTED] = "rejected",
                [QUOTE_REVOKED] = "revoked",
        };
        const struct post_head *h = &e->r.head;
        buf_add(b, S(",\"quote\":"));
        if (!h->quote_of) {
                buf_add(b, S("null"));
                return;
        }
        const struct entry *q = h->quote_state == QUOTE_ACCEPTED ? find(p, h->quote_of) : NULL;
        bool gone = h->quote_state == QUOTE_ACCEPTED && !q;
        buf_add(b, S("{\"state\":\""));
        buf_add(b, gone ? S("unauthorized") : str_of(states[h->quote_state]));
        if (depth > 1) {
                buf_add(b, S("\",\"quoted_status_id\":"));
                if (q) {
                        buf_add_char(b, '"');
                        buf_add_i64(b, h->quote_of);
                        buf_add_char(b, '"');
                }
        } else {
                buf_add(b, S("\",\"quoted_status\":"));
                if (q)
                        put_status(b, p, q, depth + 2);
        }
        buf_add(b, q ? S("}") : S("null}"));
}

static void put_reblog(struct buf *b, const struct api_posts *p, const struct entry *inner)
{
        buf_add(b, S(",\"reblog\":"));
        if (inner)
                put_status(b, p, inner, 1);
        else
                buf_add(b, S("null"));
}

/* depth 0: the post itself, 1: a boosted one, 2 and more: a quoted one, which names its own quote
 * by id only. */
static void put_status(struct buf *b, const struct api_posts *p, const struct entry *e, int depth)
{
        const struct entry *inner = depth ? NULL : find(p, e->r.head.boost_of),
                           *what = inner ? inner : e;
        const struct author *author = &p->authors[what->author];
        const struct switches *own = what->r.head.id == what->r.head.thread ? what->switches : NULL;
        struct post_counts n =
                post_counts(p->by, author->id, own ? own->counts_others : author->shows,
                            !own || own->counts_me, what->r.head.counts);
        enum err fault = api_post_append(p->cx, &e->r, b);
        if (fault) {
                *p->fault = *p->fault ? *p->fault : fault;
                return;
        }
        put_may_quote(b, p, what);
        buf_add(b, S(",\"account\":"));
        buf_add(b, p->authors[e->author].bytes);
        if (e->n_beside)
                put_co_authors(b, e);
        put_count(b, S(",\"replies_count\":"), n.replies);
        put_count(b, S(",\"reblogs_count\":"), n.boosts);
        put_count(b, S(",\"favourites_count\":"), n.favourites);
        put_count(b, S(",\"quotes_count\":"), n.quotes);
        buf_add(b, S(",\"poll\":"));
        if (e->poll) {
                struct json j;
                json_open(&j, b);
                fault = api_poll_json(&j, NULL, p->cx, e->poll, p->by->account != 0);
                *p->fault = *p->fault ? *p->fault : fault;
        } else {
                buf_add(b, S("null"));
        }
        put_quote(b, p, e, depth);
        if (p->by->account)
                put_own(b, p, e, what);
        put_reblog(b, p, inner);
        buf_add_char(b, '}');
}

/* A post whose author's account, or whose boosted post, went meanwhile is left out. */
static bool whole(const struct api_posts *p, const struct entry *e)
{
        if (!e || !p->authors[e->author].bytes.n)
                return false;
        const struct entry *inner = find(p, e->r.head.boost_of);
        return !e->r.head.boost_of || (inner && p->authors[inner->author].bytes.n);
}

static void put_value(struct json *j, const char *key, const struct api_posts *p,
                      const struct entry *e)
{
        json_raw(j, key, S("")); /* the comma and the key */
        put_status(j->out, p, e, 0);
}

/* Room for the whole page at once: growing step by step would copy it several times. */
static void reserve(struct buf *b, const struct api_posts *p)
{
        enum { REST = 400 };
        size_t n = 0;
        for (size_t i = 0; i < p->n; i++)
                n += p->v[i].r.head.bytes + p->authors[p->v[i].author].bytes.n + REST;
        buf_room(b, n);
}

/* What hides a post hides its boosts. */
static bool hidden(const struct api_posts *p, const struct entry *e, unsigned context)
{
        const struct entry *inner = find(p, e->r.head.boost_of);
        return filter_hits_hide(inner ? &inner->hits : &e->hits, context);
}

enum err api_posts_json(struct json *j, const char *key, struct cx *cx, const struct viewer *by,
                        const int64_t *ids, size_t n)
{
        return api_posts_json_in(j, key, cx, by, 0, ids, n);
}

enum err api_posts_json_in(struct json *j, const char *key, struct cx *cx, const struct viewer *by,
                           unsigned context, const int64_t *ids, size_t n)
{
        struct api_posts p;
        prepare(&p, cx, by, n);
        TRY(gather(&p, ids, n));
        reserve(j->out, &p);
        json_array(j, key);
        for (size_t i = 0; i < n; i++) {
                const struct entry *x = find(&p, ids[i]);
                if (whole(&p, x) && !hidden(&p, x, context))
                        put_value(j, NULL, &p, x);
        }
        json_end(j);
        return *p.fault;
}

enum err api_post_json(struct json *j, const char *key, struct cx *cx, const struct viewer *by,
                       int64_t id)
{
        struct api_posts p;
        size_t n;
        TRY(post_visible(cx, by, &id, 1, &id, &n));
        if (!n)
                return ERR_MISSING;
        prepare(&p, cx, by, 1);
        TRY(gather(&p, &id, 1));
        const struct entry *x = find(&p, id);
        if (!whole(&p, x))
                return ERR_MISSING;
        put_value(j, key, &p, x);
        return *p.fault;
}

enum err api_post_answer(struct req *rq, int64_t id)
{
        return api_post_json(reply_json(rq, 200), NULL, rq->cx, rq->viewer, id);
}

/* So that writing later cannot fail. */
static enum err keep_bytes(struct api_posts *p)
{
        struct buf b = {0};
        enum err e = OK;
        for (size_t i = 0; i < p->n && !e; i++) {
                buf_clear(&b);
                e = api_post_append(p->cx, &p->v[i].r, &b);
                p->v[i].r.bytes = str_dup(p->cx->arena, buf_str(&b));
                memset(p->v[i].r.head.eye_at, 0, sizeof p->v[i].r.head.eye_at);
        }
        buf_free(&b);
        return e;
}

enum err api_posts_load(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                        struct api_posts **ret)
{
        struct api_posts *p = make(cx->arena, struct api_posts);
        int64_t *seen = make_n(cx->arena, n, int64_t);
        size_t k = 0;
        if (n)
                TRY(post_visible(cx, by, ids, n, seen, &k));
        prepare(p, cx, by, k);
        TRY(gather(p, seen, k));
        *ret = p;
        return keep_bytes(p);
}

bool api_posts_has(const struct api_posts *p, int64_t id)
{
        return whole(p, find(p, id));
}

bool api_posts_hidden(const struct api_posts *p, int64_t id, unsigned context)
{
        const struct entry *e = find(p, id);
        return e && hidden(p, e, context);
}

bool api_posts_write(struct json *j, const char *key, const struct api_posts *p, int64_t id)
{
        const struct entry *e = find(p, id);
        if (!whole(p, e)) {
                json_null(j, key);
                return false;
        }
        put_value(j, key, p, e);
        return true;
}
