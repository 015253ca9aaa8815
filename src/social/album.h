/* Albums: photos of one's own posts, named and in one's own order. Who may see a photo in an album is asked of its post, so
 * an album never shows more than the posts do: what a reader may not see is not there, and an album of which they may see
 * nothing never was. Nothing is counted. */
#pragma once
#include "social/audience.h"

enum { ALBUMS_MAX = 100, ALBUM_PHOTOS_MAX = 500, ALBUM_TITLE_MAX = 100, ALBUM_WORDS_MAX = 1000 };

struct album {
        int64_t id, account;
        struct str title, words;
        int64_t cover; /* the chosen one, or the first; of those the reader may see. 0: none, its owner has an empty one */
        int64_t cover_post;
};
struct album_photo {
        int64_t media, post, place;
};

/* In the owner's order. */
MUST_USE enum err album_list(struct cx *cx, const struct viewer *by, int64_t account, struct album **ret, size_t *n);
MUST_USE enum err album_get(struct cx *cx, const struct viewer *by, int64_t id, struct album *ret); /* ERR_MISSING */
/* Those that come after `place` (0: from the first), and whether there are more. The posts are judged. */
MUST_USE enum err album_photos(struct cx *cx, const struct viewer *by, int64_t id, int64_t place, size_t most,
                               struct album_photo **ret, size_t *n, bool *more);

/* What the owner does; in a write transaction. ERR_MISSING for what is not theirs; ERR_INPUT with a sentence. */
MUST_USE enum err album_create(struct cx *cx, int64_t account, struct str title, struct str words, int64_t *ret);
MUST_USE enum err album_change(struct cx *cx, int64_t account, int64_t id, struct str title, struct str words);
MUST_USE enum err album_delete(struct cx *cx, int64_t account, int64_t id);
/* One place up or down among their albums; at the end nothing happens. */
MUST_USE enum err album_move(struct cx *cx, int64_t account, int64_t id, bool up);
/* Photos of their own posts, at the end; those that are in it already stay where they are. */
MUST_USE enum err album_add(struct cx *cx, int64_t account, int64_t id, const int64_t *media, size_t n);
MUST_USE enum err album_remove(struct cx *cx, int64_t account, int64_t id, int64_t media);
MUST_USE enum err album_move_photo(struct cx *cx, int64_t account, int64_t id, int64_t media, bool up);
MUST_USE enum err album_set_cover(struct cx *cx, int64_t account, int64_t id, int64_t media);
extern const struct stmt_list ALBUM_STATEMENTS;
