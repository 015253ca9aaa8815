/* Photos, videos and sounds: attaching them to posts and listing them. Taking them in is media.c's upload side. */
#pragma once
#include "social/audience.h"

enum media_kind { MEDIA_UNKNOWN, MEDIA_IMAGE, MEDIA_GIFV, MEDIA_VIDEO, MEDIA_AUDIO };
enum media_state { MEDIA_READY, MEDIA_IN_WORK, MEDIA_FAILED };
enum veil { VEIL_NONE, VEIL_ALL, VEIL_STRANGERS }; /* see veil.h */
enum { MEDIA_DESCRIPTION_MAX = 1500 }; /* characters, as Mastodon */

struct media {
        int64_t id, account, post, position; /* post 0: loose */
        enum media_kind kind;
        enum media_state state;
        struct str type, file, preview, still, preview_type; /* names in the store; STR_NONE: none */
        int64_t bytes, width, height, preview_width, preview_height;
        double focus_x, focus_y;
        struct str blurhash, description, remote_url; /* STR_NONE: none */
        struct str far; /* of a file elsewhere: its path here, see far_file.h; then file, preview, still are STR_NONE */
        struct str far_picture; /* the path of the picture a video elsewhere shows first; STR_NONE: none */
        struct str film_picture; /* and where it is */
        bool animated;
        enum veil veil;
        struct str veil_words, caption; /* "": none */
        bool veil_folds, stays;         /* stays: only what is shown is offered, see media_offered */
        int64_t created_at;
};

/* The file that readers are offered: the whole one, or what is shown of a photo that stays. */
struct media_offer {
        struct str file, type;
        int64_t width, height;
};
struct media_offer media_offered(const struct media *m);

/* An own one, loose or attached, or one of a journal they own; ERR_MISSING for anybody else's. */
MUST_USE enum err media_get(struct cx *cx, const struct viewer *by, int64_t id, struct media **ret);
/* Those of the posts, ordered by post and position, in one statement. Ask with the post ids judged visible. */
MUST_USE enum err media_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct media **ret, size_t *n_ret);
/* Checks that they are the author's, ready, loose (or of `post` already), not too many and of one kind that may stand
 * together: ERR_MISSING, ERR_INPUT. */
MUST_USE enum err media_check(struct cx *cx, int64_t account, int64_t post, const int64_t *ids, size_t n);
/* Gives them to the post in this order; what it had before and is not named becomes loose. */
MUST_USE enum err media_attach(struct cx *cx, int64_t post, const int64_t *ids, size_t n);
/* Own description and focus ("x,y", each -1..1); STR_NONE: as it is. */
MUST_USE enum err media_change(struct cx *cx, const struct viewer *by, int64_t id, struct str description,
                               struct str focus);
/* Throws rows away; their files go to media_trash and leave the disk after the commit. */
MUST_USE enum err media_drop_of_post(struct cx *cx, int64_t post);
MUST_USE enum err media_drop(struct cx *cx, int64_t id);
bool media_read_focus(struct str focus, double *x, double *y);
extern const struct stmt_list MEDIA_STATEMENTS;
