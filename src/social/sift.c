/* What a reader does not want to meet, left out of lists: see sift.h. Called by timelines,
 * profiles, threads, search, notifications and streams. */
#include "social/sift.h"
#include "social/ids.h"
#include "social/not_now.h"
#include "social/post.h"

enum {
        BATCH = 40, /* rows looked at in a step, at least */
        STEPS = 12  /* of one page; then it may be short, and leads on */
};

struct sift {
        struct viewer by;
        unsigned context;
        struct filter_set *set; /* NULL: none of the filters hides here */
};

enum err sift_load(struct cx *cx, const struct viewer *by, unsigned context, struct sift **ret)
{
        *ret = NULL;
        if (!by->sifts)
                return OK;
        struct sift *s = make(cx->arena, struct sift);
        s->by = *by;
        s->context = context;
        TRY(filter_set_load(cx, by, &s->set));
        if (s->set && !filter_set_hides(s->set, context))
                s->set = NULL;
        *ret = s;
        return OK;
}

struct sift *sift_of(struct cx *cx, const struct viewer *by, struct filter *f, unsigned context)
{
        struct sift *s = make(cx->arena, struct sift);
        *s = (struct sift){.by = *by, .context = context, .set = filter_set_of(cx, f)};
        return s;
}

/* What each entry shows: itself, or what it boosts. Several boosts show the same post. */
static enum err targets_of(struct cx *cx, const int64_t *ids, size_t n, int64_t *targets,
                           int64_t *each, size_t *n_each)
{
        struct post *posts;
        size_t got;
        TRY(post_load_many(cx, ids, n, &posts, &got));
        for (size_t i = 0; i < n; i++)
                targets[i] = ids[i];
        for (size_t i = 0; i < got; i++)
                if (posts[i].boost_of)
                        for (size_t k = 0; k < n; k++)
                                if (ids[k] == posts[i].id)
                                        targets[k] = posts[i].boost_of;
        memcpy(each, targets, n * sizeof *each);
        *n_each = ids_unique(each, n);
        return OK;
}

enum err sift_judge(struct cx *cx, const struct sift *s, const int64_t *ids, size_t n, bool *hidden)
{
        int64_t *targets = make_n(cx->arena, n + 1, int64_t),
                *each = make_n(cx->arena, n + 1, int64_t);
        unsigned *away = make_n(cx->arena, n + 1, unsigned);
        struct filter_hits *hits = make_n(cx->arena, n + 1, struct filter_hits);
        size_t n_each;
        memset(hidden, 0, n * sizeof *hidden);
        if (!s || !n)
                return OK;
        TRY(targets_of(cx, ids, n, targets, each, &n_each));
        TRY(not_now_of(cx, s->by.account, each, n_each, away));
        if (s->set)
                TRY(filter_posts(cx, &s->by, s->set, each, n_each, hits));
        for (size_t i = 0; i < n; i++) {
                size_t at = ids_find(each, n_each, targets[i]);
                bool boost = targets[i] != ids[i];
                hidden[i] = (away[at] & 1u << AWAY_NOT_NOW) ||
                            (boost && (away[at] & 1u << AWAY_BOOSTS)) ||
                            filter_hits_hide(&hits[at], s->context);
        }
        return OK;
}

enum err sift_keep(struct cx *cx, const struct sift *s, int64_t *ids, size_t *n)
{
        size_t k = 0;
        if (!s || !*n)
                return OK;
        bool *hidden = make_n(cx->arena, *n, bool);
        TRY(sift_judge(cx, s, ids, *n, hidden));
        for (size_t i = 0; i < *n; i++)
                if (!hidden[i])
                        ids[k++] = ids[i];
        *n = k;
        return OK;
}

enum err sift_list(struct cx *cx, const struct viewer *by, unsigned context, int64_t *ids,
                   size_t *n)
{
        struct sift *s;
        TRY(sift_load(cx, by, context, &s));
        return sift_keep(cx, s, ids, n);
}

enum err sift_hides(struct cx *cx, int64_t account, unsigned context, int64_t post, bool *ret)
{
        const struct viewer by = {.account = account, .has_filters = true, .sifts = true};
        struct sift *s;
        TRY(sift_load(cx, &by, context, &s));
        return sift_judge(cx, s, &post, 1, ret);
}

/* Joins one step's rows to the page; what does not fit is left for the next page. */
static void join(struct page *page, int64_t *v, size_t want, size_t *got, const int64_t *ids,
                 size_t n)
{
        size_t fits = n < want - *got ? n : want - *got;
        if (page_up(page)) {
                memmove(v + fits, v, *got * sizeof *v);
                memcpy(v, ids + (n - fits), fits * sizeof *v);
                if (fits < n)
                        page->newest = v[0];
        } else {
                memcpy(v + *got, ids, fits * sizeof *v);
                if (fits < n)
                        page->oldest = v[*got + fits - 1];
        }
        *got += fits;
        page->more = page->more || fits < n;
}

enum err sift_page(struct cx *cx, const struct viewer *by, unsigned context, sift_source *source,
                   void *of, struct page *page, int64_t **ret, size_t *n_ret)
{
        struct sift *s;
        TRY(sift_load(cx, by, context, &s));
        if (!s)
                return source(of, page, ret, n_ret);
        size_t want = page->limit > 0 ? (size_t)page->limit : 1, got = 0;
        int64_t *v = make_n(cx->arena, want, int64_t);
        struct page step = *page;
        for (int i = 0; i < STEPS && got < want; i++) {
                int64_t *ids;
                size_t n;
                step.limit = want - got > BATCH ? (int64_t)(want - got) : BATCH;
                step.newest = step.oldest = 0;
                step.more = false;
                TRY(source(of, &step, &ids, &n));
                TRY(sift_keep(cx, s, ids, &n));
                if (step.newest) {
                        page_saw(page, step.newest);
                        page_saw(page, step.oldest);
                }
                page->more = step.more;
                join(page, v, want, &got, ids, n);
                if (!step.more || !step.newest)
                        break;
                if (page_up(page))
                        step.min_id = page->newest;
                else
                        step.max_id = page->oldest;
        }
        *ret = v;
        *n_ret = got;
        return OK;
}
