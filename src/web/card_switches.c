/* What authors set for the posts of a page, gathered for all of them at once. Called by cards_load.
 * A page of everyday posts asks nothing. */
#include "social/ids.h"
#include "web/card.h"

enum err cards_switches(struct cx *cx, struct cards *c)
{
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
