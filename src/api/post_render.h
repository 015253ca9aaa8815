/* The part of a Status that is the same for everybody, rendered once and kept in the cache as bytes: an object without
 * its closing brace and without account, counts, poll, and whatever depends on the viewer. */
#pragma once
#include "social/post.h"

/* What the page needs to know without parsing. */
struct post_head {
        int64_t id, account, thread, boost_of, quote_of, audience_list;
        struct post_counts counts;
        enum audience audience;
        enum quote_state quote_state;
        bool has_poll;
};

/* One rendered post, in the order asked. */
struct rendered {
        struct post_head head;
        size_t from, n; /* in the scratch buf; n 0: the post is gone */
};
/* From the cache, and the rest from the database in one statement for each kind of thing. Appends the bytes to scratch.
 * The ids must be judged already. */
MUST_USE enum err api_posts_render(struct cx *cx, const int64_t *ids, size_t n, struct buf *scratch, struct rendered *ret);
/* Whether the writer's transaction at hand changed this, so that the cache is not yet right. */
bool api_changed_here(const struct cx *cx, bool account, int64_t id);
