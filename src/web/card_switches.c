/* What authors set for the posts of a page, gathered for all of them at once. Called by cards_load.
 * A page of everyday posts asks nothing. */
#include "social/coauthor.h"
#include "social/ids.h"
#include "web/card.h"

/* The people beside the authors; their pictures are not shown, so names are enough. */
static enum err put_authors(struct cx *cx, struct cards *c, const struct coauthor *v, size_t n)
{
        struct account **people;
        size_t got;
        int64_t *ids = make_n(cx->arena, n + 1, int64_t);
        for (size_t i = 0; i < n; i++)
                ids[i] = v[i].account;
        TRY(account_get_many(cx, ids, ids_unique(ids, n), &people, &got));
        for (size_t i = 0; i < c->n; i++) {
                struct card *k = &c->v[i];
                const struct account **to =
                        make_n(cx->arena, COAUTHORS_MAX + 1, const struct account *);
                for (size_t a = 0; a < n && k->n_authors < COAUTHORS_MAX; a++)
                        for (size_t m = 0; m < got && v[a].post == k->post->id; m++)
                                if (people[m]->id == v[a].account)
                                        to[k->n_authors++] = people[m];
                k->authors = to;
        }
        return OK;
}

static enum err load_authors(struct cx *cx, struct cards *c)
{
        int64_t *posts = NULL;
        struct coauthor *v;
        size_t n = 0;
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].post->has & POST_HAS_AUTHORS) {
                        if (!posts)
                                posts = make_n(cx->arena, c->n, int64_t);
                        if (ids_find(posts, n, c->v[i].post->id) == n)
                                posts[n++] = c->v[i].post->id;
                }
        if (!n)
                return OK;
        TRY(coauthor_of_posts(cx, posts, n, &v, &n));
        return n ? put_authors(cx, c, v, n) : OK;
}

enum err cards_switches(struct cx *cx, struct cards *c)
{
        TRY(load_authors(cx, c));
        int64_t *roots = NULL;
        size_t n = 0;
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].post->has & POST_HAS_SWITCHES) {
                        if (!roots)
                                roots = make_n(cx->arena, c->n, int64_t);
                        if (ids_find(roots, n, c->v[i].post->thread) == n)
                                roots[n++] = c->v[i].post->thread;
                }
        if (!n)
                return OK;
        struct switches *v = make_n(cx->arena, n, struct switches);
        bool *found = make_n(cx->arena, n, bool);
        TRY(switches_of_posts(cx, roots, n, v, found));
        for (size_t i = 0; i < c->n; i++) {
                struct card *k = &c->v[i];
                size_t at = ids_find(roots, n, k->post->thread);
                if ((k->post->has & POST_HAS_SWITCHES) && at < n && found[at])
                        k->switches = &v[at];
        }
        return OK;
}

const struct switches *card_switches(const struct card *c)
{
        return c->post->thread == c->post->id ? c->switches : NULL;
}
