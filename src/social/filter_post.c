/* Matching a page of posts against the reader's filters. Only for people who have any; see
 * viewer.has_filters. */
#include "lib/base/buf.h"
#include "lib/text/html.h"
#include "social/filter.h"
#include "social/ids.h"
#include "social/media.h"
#include "social/poll.h"
#include "social/post.h"
#include "social/topic.h"

struct page_words {
        struct post *quoted;
        struct media *media;
        struct poll *polls;
        struct post_topic *topics;
        size_t n_quoted, n_media, n_polls, n_topics;
};

static void add(struct buf *b, struct str s)
{
        buf_add(b, s);
        buf_add_char(b, '\n');
}

static struct str words_of(struct cx *cx, const struct post *p, const struct page_words *w)
{
        struct buf b = {0};
        add(&b, p->spoiler);
        add(&b, markup_to_text(cx->arena, p->content));
        for (size_t i = 0; i < w->n_media; i++)
                if (w->media[i].post == p->id) {
                        add(&b, w->media[i].description);
                        add(&b, w->media[i].caption);
                }
        for (size_t i = 0; i < w->n_polls; i++)
                for (size_t k = 0; w->polls[i].post == p->id && k < w->polls[i].n_options; k++)
                        add(&b, w->polls[i].options[k].title);
        for (size_t i = 0; i < w->n_quoted; i++)
                if (w->quoted[i].id == p->quote_of) {
                        add(&b, w->quoted[i].spoiler);
                        add(&b, markup_to_text(cx->arena, w->quoted[i].content));
                }
        struct str s = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return s;
}

/* Each kind of thing only when one of the posts has it. */
static enum err load_words(struct cx *cx, const struct post *posts, size_t n, struct page_words *w)
{
        int64_t *ids = make_n(cx->arena, n + 1, int64_t),
                *quoted = make_n(cx->arena, n + 1, int64_t);
        unsigned has = 0;
        size_t n_quoted = 0;
        *w = (struct page_words){0};
        for (size_t i = 0; i < n; i++) {
                ids[i] = posts[i].id;
                has |= posts[i].has;
                if (posts[i].quote_of && posts[i].quote_state == QUOTE_ACCEPTED)
                        quoted[n_quoted++] = posts[i].quote_of;
        }
        if (has & POST_HAS_MEDIA)
                TRY(media_of_posts(cx, ids, n, &w->media, &w->n_media));
        if (has & POST_HAS_POLL)
                TRY(poll_of_posts(cx, &STRANGER, ids, n, &w->polls, &w->n_polls));
        if (has & POST_HAS_TOPICS)
                TRY(topic_of_posts(cx, ids, n, &w->topics, &w->n_topics));
        if (n_quoted)
                TRY(post_load_many(cx, quoted, n_quoted, &w->quoted, &w->n_quoted));
        return OK;
}

enum err filter_posts(struct cx *cx, const struct viewer *by, struct filter_set *set,
                      const int64_t *ids, size_t n, struct filter_hits *ret)
{
        struct post *posts;
        struct page_words w;
        size_t got;
        int64_t *topics;
        memset(ret, 0, n * sizeof *ret);
        TRY(post_load_many(cx, ids, n, &posts, &got));
        TRY(load_words(cx, posts, got, &w));
        topics = make_n(cx->arena, w.n_topics + 1, int64_t);
        for (size_t i = 0; i < got; i++) {
                size_t at = ids_find(ids, n, posts[i].id);
                if (at == n || posts[i].account == by->account)
                        continue;
                struct filter_asked q = {.text = words_of(cx, &posts[i], &w),
                                         .post = posts[i].id,
                                         .author = posts[i].account,
                                         .topics = topics};
                for (size_t k = 0; k < w.n_topics; k++)
                        if (w.topics[k].post == posts[i].id)
                                topics[q.n_topics++] = w.topics[k].topic;
                filter_set_match(set, cx->arena, &q, &ret[at].v, &ret[at].n);
        }
        return OK;
}

bool filter_hits_hide(const struct filter_hits *h, unsigned context)
{
        for (size_t i = 0; i < h->n; i++)
                if (h->v[i].filter->action == FILTER_HIDE && (h->v[i].filter->contexts & context))
                        return true;
        return false;
}
