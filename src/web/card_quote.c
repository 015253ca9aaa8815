/* What the posts of a page quote: a few words of it and whose they are, where its author lets it be
 * quoted and the reader may see it. */
#include "lib/text/html.h"
#include "social/account.h"
#include "social/ids.h"
#include "social/quoting.h"
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

static enum err load_may(struct cx *cx, const struct viewer *by, struct cards *c)
{
        int64_t *ids = make_n(cx->arena, c->n + 1, int64_t), me = by->account;
        bool *follows = make_n(cx->arena, c->n + 1, bool);
        size_t n = 0;
        for (size_t i = 0; i < c->n; i++) {
                const struct post *p = c->v[i].post;
                if (quoting_wants_follow(me, p->account, p->audience, p->quote_policy))
                        ids[n++] = p->account;
        }
        n = ids_unique(ids, n);
        TRY(quoting_followed(cx, me, ids, n, follows));
        for (size_t i = 0; i < c->n && me; i++) {
                struct card *k = &c->v[i];
                const struct post *p = k->post;
                size_t at = ids_find(ids, n, p->account);
                if (p->state == COMMENT_SHOWN && (!p->local_only || k->mine))
                        k->may_quote = quoting_may(me, p->account, p->audience, p->quote_policy,
                                                   at < n && follows[at]);
        }
        return OK;
}

enum err cards_quotes(struct cx *cx, const struct viewer *by, struct cards *c)
{
        int64_t *ids = make_n(cx->arena, c->n + 1, int64_t),
                *authors = make_n(cx->arena, c->n + 1, int64_t);
        size_t n = 0, n_posts, n_authors;
        struct post **posts;
        struct account **people;
        TRY(load_may(cx, by, c));
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
                k->quoted_mine =
                        by->account && p->account == by->account && k->post->account != by->account;
        }
        return OK;
}
