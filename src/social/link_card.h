/* Previews of links: what the page behind a post's first link says of itself, as text and one picture, stored once per
 * address however many posts name it. Fetched by a job, later and at a moment drawn at random, so that a small site is not
 * asked by everybody at once; a post's own server may have said it already. */
#pragma once
#include "social/post.h"

enum link_state { LINK_WANTED, LINK_SHOWN, LINK_NOTHING };
enum {
        LINK_FRESH_DAYS = 7,   /* an address is asked once in this time (T125) */
        LINK_PAGE_BYTES = 1 << 20,
        LINK_FETCH_MS = 10000,
        LINK_URL_BYTES = 2048
};

struct link_card {
        int64_t id;
        struct str url, title, description, language; /* language STR_NONE: not said */
        struct str author_name, author_url, provider_name, provider_url;
        struct str image_url, image_description, image; /* image: path of far_file.h; STR_NONE: no picture */
        struct str blurhash;
        int64_t width, height, published_at;
};
struct link_of_post {
        int64_t post;
        const struct link_card *card;
};
/* What is shown under these posts, which were judged visible; nothing for pages of refused servers. */
MUST_USE enum err link_card_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct link_of_post **ret, size_t *n_ret);

/* The first link in the words that is no mention, no hashtag and not to ourselves; STR_NONE: none. */
struct str link_card_find(struct cx *cx, struct markup content);
/* Sees to the preview of a post just stored or changed (post.has says POST_HAS_CARD when it had one): others may wait for
 * its page already. Changes has. Write transaction; before the row is written `link_card_find` tells whether to expect one. */
MUST_USE enum err link_card_wish(struct cx *cx, const struct post *p, struct str url);
/* What the post's own server says of the page; replaces what we would ask for. Only title, description, url and image_url
 * are looked at. */
MUST_USE enum err link_card_given(struct cx *cx, int64_t post, const struct link_card *said);

/* For the job. */
MUST_USE enum err link_card_get(struct cx *cx, int64_t id, struct link_card *ret, int64_t *fetched_at); /* ERR_MISSING */
/* What was found (NULL: nothing to show); the posts that name it are shown anew. */
MUST_USE enum err link_card_put(struct cx *cx, int64_t id, const struct link_card *found);
/* The posts that name it (the newest 500) are shown anew. Write transaction. */
MUST_USE enum err link_card_tell(struct cx *cx, int64_t id);
/* Drops those that no post names, a batch at a time; how many. */
MUST_USE enum err link_card_tidy(struct cx *cx, int64_t *dropped);
extern const struct stmt_list LINK_CARD_STATEMENTS, LINK_WISH_STATEMENTS;
