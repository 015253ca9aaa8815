/* The part of a Status that is the same for everybody, rendered once and kept in the cache as bytes: an object without
 * its closing brace and without account, counts, poll, and whatever depends on the viewer. What stands last, quote_approval,
 * is open, too.
 * A post with veils has three forms, one for each eye (social/veil.h): "sensitive" and "spoiler_text" stand there once for
 * each, one after the other, and whoever appends the bytes leaves two of them out. So one entry of the cache serves all
 * readers and nobody is given the form of another. */
#pragma once
#include "social/post.h"
#include "social/veil.h"

/* What the page needs to know without parsing. */
struct post_head {
        int64_t id, account, thread, boost_of, quote_of, audience_list;
        struct post_counts counts;
        enum audience audience;
        enum quote_state quote_state;
        enum quote_policy quote_policy;
        bool has_poll, has_switches, has_authors;
        uint32_t bytes; /* of the rendered part */
        uint32_t eye_at[EYE_COUNT_ + 1]; /* where in it the form for each eye begins; all 0: there is one form */
};

/* One post, in the order asked. Bytes of cached ones stay where they are until they are written: a page would otherwise
 * be copied twice. */
struct rendered {
        struct post_head head; /* id 0: the post is gone */
        struct str bytes;      /* none: in the cache */
        enum veil_eye eye;     /* the reader's; whoever asks fills it where head.eye_at tells that it matters */
};
/* Whether it does. */
static inline bool rendered_veiled(const struct rendered *r)
{
        return r->head.eye_at[EYE_COUNT_] != 0;
}
/* Heads from the cache; what is not there comes from the database, in one statement for each kind of thing. The ids must
 * be judged already. */
MUST_USE enum err api_posts_render(struct cx *cx, const int64_t *ids, size_t n, struct rendered *ret);
/* Appends the bytes. ERR_MISSING when the post went meanwhile; then nothing is appended. */
MUST_USE enum err api_post_append(struct cx *cx, const struct rendered *r, struct buf *to);
/* Whether the writer's transaction at hand changed this, so that the cache is not yet right. */
bool api_changed_here(const struct cx *cx, bool account, int64_t id);
