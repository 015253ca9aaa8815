/* Gathering what a page of Status entities needs: see post_gather.h. */
#include "api/post_gather.h"
#include "api/account_json.h"
#include "social/coauthor.h"
#include "social/ids.h"
#include "social/mark.h"
#include "social/post_show.h"
#include "social/quoting.h"
#include "store/cache.h"

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

const struct post_entry *api_posts_find(const struct api_posts *p, int64_t id)
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
        p->v = make_n(cx->arena, n * 4, struct post_entry);
        p->authors = make_n(cx->arena, n * 4, struct post_author);
        p->by_id = (struct post_index){make_n(cx->arena, size, uint32_t), size - 1};
        p->by_author = (struct post_index){make_n(cx->arena, size, uint32_t), size - 1};
}

/* ---- gathering ---- */

static void add(struct api_posts *p, const struct rendered *r)
{
        uint32_t *s = slot(p, r->head.id), *a;
        if (*s)
                return;
        struct post_entry *e = &p->v[p->n++];
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
                struct post_author *a = &p->authors[i];
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
                struct post_entry *e = &p->v[*s - 1];
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

enum err api_posts_gather(struct api_posts *p, struct cx *cx, const struct viewer *by,
                          const int64_t *ids, size_t n)
{
        prepare(p, cx, by, n);
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
