/* What a person's filters say about the posts of a page. */
#pragma once
#include "social/filter.h"
#include "social/post.h"

struct filter_hits {
        struct filter_match *v;
        size_t n;
};
/* Running beside ids, which were judged and bring no boosts. The words are the note, the text, the descriptions of photos
 * and the answers of a poll. Own posts meet no filter. */
MUST_USE enum err api_posts_match(struct cx *cx, const struct viewer *by, struct filter_set *set, const int64_t *ids, size_t n,
                                  struct filter_hits *ret);
/* Whether one of them asks to leave the post out in this context (enum filter_context, 0: nowhere). */
bool api_hits_hide(const struct filter_hits *h, unsigned context);
