/* A veil: a cover over one photo that carries its author's own sentence. It is for everybody, or for people who do not
 * follow the author; followers then see the photo at once. Opening one affects that photo, that view: nothing is kept.
 *
 * What everybody is given of a post with veils:
 *   our pages      a cover for each veiled photo, as the reader's eye (below) meets it; the photo behind is fetched when it
 *                  is opened. No blurred picture stands in its place.
 *   apps           know a cover for a whole post alone. Where at least one photo is covered to this eye, the post is
 *                  `sensitive`; where the author chose to fold, and wrote no content note, `spoiler_text` is the sentences
 *                  of the photos covered to this eye. Where none is covered, both are as the author sent the post.
 *                  So a veil for people who do not follow is not there for a follower's app, and the rendered post is
 *                  kept once with the three forms side by side (api/post_render.c); each reader gets the bytes of their own.
 *   other servers  get one document for all of their readers, so it is that of a stranger's eye: `sensitive`, and the
 *                  sentences as `summary` where the author chose to fold.
 *   feeds, link previews, frames: a stranger's eye; covered photos are left out of feeds and previews. */
#pragma once
#include "social/media.h"

enum { VEIL_WORDS_MAX = 200, CAPTION_MAX = 500 }; /* characters; a cover is read at a glance */

/* How a reader meets the photos of one author. */
enum veil_eye {
        EYE_STRANGER, /* does not follow */
        EYE_NEAR,     /* follows them, or is them */
        EYE_OPENED,   /* follows them, and opens all veils of those whom they follow */
        EYE_COUNT_
};
bool veil_covers(const struct media *m, enum veil_eye eye);
/* Whether the cover depends on who looks: some photo has a veil at all. */
bool veil_any(const struct media *v, size_t n);

/* The photos of one post as a whole: what apps and other servers can be told. */
struct veil_face {
        bool covered;
        struct str words; /* that the post is to be folded under; none: it is not */
};
struct veil_face veil_face(struct arena *a, const struct media *v, size_t n, enum veil_eye eye);

/* For each of these authors. Asked only where a veil is. */
MUST_USE enum err veil_eyes(struct cx *cx, const struct viewer *by, const int64_t *authors, size_t n, enum veil_eye *ret);

/* What an author sets for one photo beside its description; as it was for whatever is not given. */
struct photo_set {
        bool given;
        enum veil veil;
        struct str veil_words; /* needed with a veil */
        bool folds;            /* the same for all photos of a post */
        struct str caption;
        bool stays;
};
/* The photo is theirs: that was asked. ERR_INPUT with a sentence. */
MUST_USE enum err photo_set_check(struct cx *cx, struct photo_set *s);
MUST_USE enum err photo_set(struct cx *cx, const struct media *m, const struct photo_set *s);
bool photo_set_same(const struct photo_set *s, const struct media *m);

/* The photos of a post just stored that carry no veil get this one: what its bundle of switches begins with, when an app
 * sent it and so could not show it before. */
MUST_USE enum err veil_begin(struct cx *cx, int64_t post, const struct photo_set *s);

/* Settings of a person: to open the veils of those whom they follow at once; and that new photos begin with "stays". */
struct photo_habits {
        bool open_veils, stay;
};
MUST_USE enum err photo_habits_get(struct cx *cx, int64_t account, struct photo_habits *ret);
MUST_USE enum err veils_open_set(struct cx *cx, int64_t account, bool on);
/* For photos to come, and for all those sent before. */
MUST_USE enum err photos_stay_set(struct cx *cx, int64_t account, bool on);
extern const struct stmt_list VEIL_STATEMENTS;
