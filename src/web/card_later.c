/* The later-news lines of a page's posts, gathered for all of them at once. Called by cards_load; a
 * page without such posts asks nothing. The line leads on only for who may read the news. */
#include "social/earlier.h"
#include "social/ids.h"
#include "web/card.h"

static void put(struct arena *a, struct card *k, const struct later *l, bool shown)
{
        k->later = l->words;
        k->unsearched = l->unsearched;
        if (shown)
                k->later_path = path_of_post(a, k->author, l->news);
}

enum err cards_later(struct cx *cx, const struct viewer *by, struct cards *c)
{
        int64_t *ids = NULL;
        size_t n = 0, n_later, n_seen = 0;
        struct later *later;
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].post->has & POST_HAS_LATER) {
                        if (!ids)
                                ids = make_n(cx->arena, c->n, int64_t);
                        ids[n++] = c->v[i].post->id;
                }
        if (!n)
                return OK;
        TRY(later_of_posts(cx, ids, n, &later, &n_later));
        int64_t *news = make_n(cx->arena, n_later * 2 + 1, int64_t), *seen = news + n_later;
        size_t n_news = 0;
        for (size_t i = 0; i < n_later; i++)
                if (later[i].news && ids_find(news, n_news, later[i].news) == n_news)
                        news[n_news++] = later[i].news;
        if (n_news)
                TRY(post_visible(cx, by, news, n_news, seen, &n_seen));
        for (size_t i = 0; i < c->n; i++)
                for (size_t k = 0; k < n_later; k++)
                        if (later[k].post == c->v[i].post->id)
                                put(cx->arena, &c->v[i], &later[k],
                                    ids_find(seen, n_seen, later[k].news) < n_seen);
        return OK;
}
