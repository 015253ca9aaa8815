/* What posts of other servers need besides: the addresses they name before those are known here, counts of their polls,
 * and joining threads when a missing post arrives. All in a write transaction. */
#pragma once
#include "social/media.h"
#include "social/post_store.h"

/* Strings with p == NULL: none. */
struct post_far {
        struct str replies_uri, context_uri; /* collections */
        struct str reply_uri;                /* what it answers, while that is not here */
        struct str quote_uri, quote_approval;
        struct str policy;                   /* interaction policy, JSON */
        int64_t fetched_at, replies_at;
};
MUST_USE enum err post_far_put(struct cx *cx, int64_t post, const struct post_far *f);
MUST_USE enum err post_far_get(struct cx *cx, int64_t post, struct post_far *ret); /* ERR_MISSING */
/* Its replies were read (or tried) now. */
MUST_USE enum err post_far_replies_read(struct cx *cx, int64_t post);

/* The post answers `parent` after all: it and all below it join that thread. Nothing happens when it has a parent, or when
 * the two are in one thread. */
MUST_USE enum err post_far_adopt(struct cx *cx, int64_t child, int64_t parent);
/* A post came whose uri others named as what they answer: they join it. */
MUST_USE enum err post_far_arrived(struct cx *cx, int64_t post, struct str uri);

/* Counts that the poll's own server gives; options by position. ends_at 0: no end known. */
MUST_USE enum err post_far_poll(struct cx *cx, int64_t post, const int64_t *votes, size_t n, int64_t voters, int64_t ends_at);

/* An attachment elsewhere: a row without a file; the picture is fetched when somebody looks. */
struct media_far {
        enum media_kind kind;
        struct str url, type, description, blurhash, caption; /* STR_NONE: none */
        struct str picture;                          /* of a video or sound: what it shows first */
        int64_t width, height;
        double focus_x, focus_y;
};
/* The row of this post's file of that address (post 0: a new one), changed to what is said now. */
MUST_USE enum err media_far_need(struct cx *cx, int64_t account, int64_t post, const struct media_far *m, int64_t *id);

/* A custom emoji seen in a post or name from that server. */
MUST_USE enum err emoji_far_seen(struct cx *cx, struct str domain, struct str shortcode, struct str url, int64_t updated_at);
extern const struct stmt_list POST_FAR_STATEMENTS, MEDIA_FAR_STATEMENTS;
