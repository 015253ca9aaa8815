/* Matching a page of posts against the viewer's filters. Only for people who have any; see
 * viewer.has_filters. */
#include "api/post_filter.h"
#include "lib/base/buf.h"
#include "lib/text/html.h"
#include "social/ids.h"
#include "social/media.h"
#include "social/poll.h"

struct page_words {
        struct media *media;
        struct poll *polls;
        size_t n_media, n_polls;
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
                if (w->media[i].post == p->id)
                        add(&b, w->media[i].description);
        for (size_t i = 0; i < w->n_polls; i++)
                for (size_t k = 0; w->polls[i].post == p->id && k < w->polls[i].n_options; k++)
                        add(&b, w->polls[i].options[k].title);
        struct str s = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return s;
}

enum err api_posts_match(struct cx *cx, const struct viewer *by, struct filter_set *set,
                         const int64_t *ids, size_t n, struct filter_hits *ret)
{
        struct post *posts;
        struct page_words w = {0};
        size_t got;
        memset(ret, 0, n * sizeof *ret);
        TRY(post_load_many(cx, ids, n, &posts, &got));
        TRY(media_of_posts(cx, ids, n, &w.media, &w.n_media));
        TRY(poll_of_posts(cx, &STRANGER, ids, n, &w.polls, &w.n_polls));
        for (size_t i = 0; i < got; i++) {
                size_t at = ids_find(ids, n, posts[i].id);
                if (at < n && posts[i].account != by->account)
                        filter_set_match(set, cx->arena, words_of(cx, &posts[i], &w), posts[i].id,
                                         &ret[at].v, &ret[at].n);
        }
        return OK;
}

bool api_hits_hide(const struct filter_hits *h, unsigned context)
{
        for (size_t i = 0; i < h->n; i++)
                if (h->v[i].filter->action == FILTER_HIDE && (h->v[i].filter->contexts & context))
                        return true;
        return false;
}
