/* Timelines that are read straight from the posts: public, a hashtag's, a list's, a link's. Newest first, by id. */
#pragma once
#include "social/post.h"

struct timeline_options {
        bool local, remote, only_media;
        /* hashtags (folded): any of these and the one named, all of these, none of these; at most 4 each */
        struct str_list any, all, none;
};
MUST_USE enum err timeline_public(struct cx *cx, const struct viewer *by, const struct timeline_options *o,
                                  struct page *page, int64_t **ret, size_t *n);
MUST_USE enum err timeline_tag(struct cx *cx, const struct viewer *by, struct str name, const struct timeline_options *o,
                               struct page *page, int64_t **ret, size_t *n);
/* Of the viewer's own list; ERR_MISSING for anybody else's. */
MUST_USE enum err timeline_list(struct cx *cx, const struct viewer *by, int64_t list, struct page *page, int64_t **ret, size_t *n);
/* May a public list that `by` reads hold posts of this author? Those of limited people are for themselves and their
 * followers. For streams, which judge one post at a time. */
MUST_USE enum err timeline_open_to(struct cx *cx, const struct viewer *by, int64_t author, bool *ret);
extern const struct stmt_list TIMELINE_STATEMENTS;
