/* How the reader meets the photos of a page's posts: see social/veil.h. Called by cards_load; a
 * page without a veil asks nothing. */
#include "social/ids.h"
#include "social/veil.h"
#include "web/card.h"

enum err cards_veils(struct cx *cx, const struct viewer *by, struct cards *c)
{
        int64_t *authors = NULL;
        size_t n = 0;
        for (size_t i = 0; i < c->n; i++) {
                if (!veil_any(c->v[i].media, c->v[i].n_media))
                        continue;
                if (!authors)
                        authors = make_n(cx->arena, c->n, int64_t);
                if (ids_find(authors, n, c->v[i].post->account) == n)
                        authors[n++] = c->v[i].post->account;
        }
        if (!n)
                return OK;
        enum veil_eye *eyes = make_n(cx->arena, n, enum veil_eye);
        TRY(veil_eyes(cx, by, authors, n, eyes));
        for (size_t i = 0; i < c->n; i++) {
                size_t at = ids_find(authors, n, c->v[i].post->account);
                if (at < n)
                        c->v[i].eye = eyes[at];
        }
        return OK;
}

struct str photo_cover(const struct web_page *p, const struct card *c, const struct media *m)
{
        if (veil_covers(m, c->eye))
                return m->veil_words;
        if (!photos_covered(p, c->post))
                return STR_NONE;
        return c->post->sensitive ? S("Its author covered this photo.")
                                  : S("You asked to have photos covered.");
}
