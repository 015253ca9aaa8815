/* Whom a post is addressed to, in words other servers understand. Mastodon and all that follow it
 * read the audience from here: Public in `to` or in `cc`, the followers, or names alone. People of
 * a chosen audience are never named to each other: each gets a document of their own. */
#include "fedi/note.h"
#include "social/coauthor.h"
#include "social/mention.h"

static enum err add_people(struct cx *cx, const int64_t *ids, size_t n, struct recipients *to)
{
        struct account **v;
        size_t got;
        if (!n)
                return OK;
        TRY(account_get_many(cx, ids, n, &v, &got));
        for (size_t i = 0; i < got; i++)
                recipients_add(cx->arena, to, v[i]->uri);
        return OK;
}

static enum err add_mentions(struct cx *cx, const struct post *p, struct recipients *to)
{
        struct mention *m;
        size_t n;
        if (!(p->has & POST_HAS_MENTIONS))
                return OK;
        TRY(mention_of_posts(cx, &p->id, 1, &m, &n));
        int64_t *ids = make_n(cx->arena, n + 1, int64_t);
        for (size_t i = 0; i < n; i++)
                ids[i] = m[i].account;
        return add_people(cx, ids, n, to);
}

static enum err add_authors(struct cx *cx, const struct post *p, struct recipients *to)
{
        struct account **v;
        size_t n;
        if (!(p->has & POST_HAS_AUTHORS))
                return OK;
        TRY(coauthor_people(cx, p->id, &v, &n));
        for (size_t i = 0; i < n; i++)
                recipients_add(cx->arena, to, v[i]->uri);
        return OK;
}

/* Of a boost: the author hears of it. */
static enum err add_boosted(struct cx *cx, const struct post *p, struct recipients *cc)
{
        struct post *shown;
        if (!p->boost_of)
                return OK;
        TRY(post_load(cx, p->boost_of, &shown));
        return add_people(cx, &shown->account, 1, cc);
}

enum err note_address(struct cx *cx, const struct post *p, const struct account *author,
                      int64_t reader, struct recipients *to, struct recipients *cc)
{
        struct str followers = words_of(cx, author->uri, "/followers");
        struct recipients *named = cc;
        switch (p->audience) {
        case AUDIENCE_PUBLIC:
                recipients_add(cx->arena, to, S(AS_PUBLIC));
                recipients_add(cx->arena, cc, followers);
                break;
        case AUDIENCE_QUIET:
                recipients_add(cx->arena, to, followers);
                recipients_add(cx->arena, cc, S(AS_PUBLIC));
                break;
        case AUDIENCE_FOLLOWERS:
                recipients_add(cx->arena, to, followers);
                break;
        case AUDIENCE_CIRCLE:
                TRY(add_people(cx, &reader, reader != 0, to));
                named = to;
                break;
        case AUDIENCE_MENTIONED:
        case AUDIENCE_SELF:
                named = to;
                break;
        }
        TRY(add_mentions(cx, p, named));
        TRY(add_authors(cx, p, named));
        return add_boosted(cx, p, cc);
}
