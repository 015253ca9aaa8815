/* What the posts of a page quote: a few words of it and whose they are, where its author lets it be
 * quoted and the reader may see it. */
#include "lib/text/html.h"
#include "social/account.h"
#include "social/ids.h"
#include "web/card.h"

static const struct post *post_in(struct post *const *v, size_t n, int64_t id)
{
        for (size_t i = 0; i < n; i++)
                if (v[i]->id == id)
                        return v[i];
        return NULL;
}

/* A content note stands for the words behind it. */
static struct str gist(struct cx *cx, const struct post *p)
{
        return p->spoiler.n ? p->spoiler : markup_to_text(cx->arena, p->content);
}

enum err cards_quotes(struct cx *cx, const struct viewer *by, struct cards *c)
{
        int64_t *ids = make_n(cx->arena, c->n + 1, int64_t),
                *authors = make_n(cx->arena, c->n + 1, int64_t);
        size_t n = 0, n_posts, n_authors;
        struct post **posts;
        struct account **people;
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].post->quote_of && c->v[i].post->quote_state == QUOTE_ACCEPTED)
                        ids[n++] = c->v[i].post->quote_of;
        if (!n)
                return OK;
        TRY(post_get_many(cx, by, ids, ids_unique(ids, n), &posts, &n_posts));
        for (size_t i = 0; i < n_posts; i++)
                authors[i] = posts[i]->account;
        TRY(account_get_many(cx, authors, ids_unique(authors, n_posts), &people, &n_authors));
        for (size_t i = 0; i < c->n; i++) {
                struct card *k = &c->v[i];
                bool quotes = k->post->quote_state == QUOTE_ACCEPTED;
                const struct post *p = quotes ? post_in(posts, n_posts, k->post->quote_of) : NULL;
                k->quoted_by = p ? account_among(people, n_authors, p->account) : NULL;
                if (!k->quoted_by)
                        continue;
                k->quoted = p;
                k->quoted_gist = gist(cx, p);
        }
        return OK;
}
