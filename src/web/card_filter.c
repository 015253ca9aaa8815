/* The reader's filters on the pages: every list of posts passes through here once it is gathered.
 * What a filter hides leaves no gap and no count. */
#include "social/filter.h"
#include "social/ids.h"
#include "web/card.h"

/* False: hidden. */
static bool shown(const struct filter_hits *h, enum filter_context context, struct card *c)
{
        if (filter_hits_hide(h, context))
                return false;
        for (size_t i = 0; i < h->n; i++)
                if (h->v[i].filter->contexts & context)
                        c->filtered = h->v[i].filter->title;
        return true;
}

enum err cards_filter(struct cx *cx, const struct viewer *by, enum filter_context context,
                      struct cards *c)
{
        struct filter_set *set;
        size_t k = 0;
        TRY(filter_set_load(cx, by, &set));
        if (!set || !c->n)
                return OK;
        int64_t *ids = make_n(cx->arena, c->n, int64_t);
        struct filter_hits *hits = make_n(cx->arena, c->n, struct filter_hits);
        for (size_t i = 0; i < c->n; i++)
                ids[i] = c->v[i].post->id;
        size_t n = ids_unique(ids, c->n);
        TRY(filter_posts(cx, by, set, ids, n, hits));
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].mine ||
                    shown(&hits[ids_find(ids, n, c->v[i].post->id)], context, &c->v[i]))
                        c->v[k++] = c->v[i];
        c->n = k;
        return OK;
}
