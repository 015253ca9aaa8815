/* Giving a new post to its readers' homes and to the search: see post_finish.h. */
#include "social/post_finish.h"
#include "lib/text/html.h"
#include "social/earlier.h"
#include "social/home.h"
#include "social/media.h"
#include "social/poll.h"
#include "social/search.h"

static enum err add_descriptions(struct cx *cx, const struct post *p, struct buf *b)
{
        struct media *media;
        size_t n;
        TRY(media_of_posts(cx, &p->id, 1, &media, &n));
        for (size_t i = 0; i < n; i++) {
                buf_add_char(b, '\n');
                buf_add(b, media[i].description);
                buf_add_char(b, '\n');
                buf_add(b, media[i].caption);
        }
        return OK;
}

static enum err add_options(struct cx *cx, const struct post *p, struct buf *b)
{
        struct poll *poll;
        size_t n;
        TRY(poll_of_posts(cx, &STRANGER, &p->id, 1, &poll, &n));
        for (size_t i = 0; n && i < poll->n_options; i++) {
                buf_add_char(b, '\n');
                buf_add(b, poll->options[i].title);
        }
        return OK;
}

static enum err searched_words(struct cx *cx, const struct post *p, struct str *ret)
{
        struct buf b = {0};
        enum err e = OK;
        buf_add(&b, p->spoiler);
        buf_add_char(&b, '\n');
        buf_add(&b, markup_to_text(cx->arena, p->content));
        if (p->has & POST_HAS_MEDIA)
                e = add_descriptions(cx, p, &b);
        if (!e && (p->has & POST_HAS_POLL))
                e = add_options(cx, p, &b);
        *ret = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return e;
}

enum err post_index_words(struct cx *cx, const struct post *p)
{
        struct str words;
        TRY(searched_words(cx, p, &words));
        if (p->has & POST_HAS_LATER) { /* its author may have taken it out of search */
                struct later *later;
                size_t n;
                TRY(later_of_posts(cx, &p->id, 1, &later, &n));
                if (n && later->unsearched)
                        words = S("");
        }
        return search_index_post(cx, p->id, words);
}

enum err post_stored(struct cx *cx, const struct post *p, bool quiet)
{
        if (!cx->instance->finish_post)
                return post_finish(cx, p->id, quiet);
        cx_event(cx, EVENT_POST_STORED, quiet ? 0 : p->account, p->id);
        return OK;
}

enum err post_finish(struct cx *cx, int64_t id, bool quiet)
{
        struct post *p;
        enum err e = post_load(cx, id, &p);
        if (e)
                return e == ERR_MISSING ? OK : e;
        if (!p->boost_of)
                TRY(post_index_words(cx, p));
        return quiet ? OK : home_add(cx, p);
}
