/* The switches of a post: who may comment, whether comments are reviewed, what alerts, what is counted, and the presets
 * that set them together. A preset's name is never shown to readers nor federated; they meet only its effects.
 * A post has a row only when it differs from an everyday one, and then it and its comments carry POST_HAS_SWITCHES. */
#pragma once
#include "social/media.h"
#include "social/post.h"

enum preset_id { PRESET_EVERYDAY, PRESET_GOOD_NEWS, PRESET_HARD_NEWS, PRESET_CUSTOM }; /* larger ones: rows of preset */
enum who_comments { COMMENTS_ANYONE, COMMENTS_FOLLOWERS, COMMENTS_FOLLOWED, COMMENTS_MENTIONED, COMMENTS_NOBODY };
enum alerts { ALERTS_NORMAL, ALERTS_DIGEST, ALERTS_WHEN_OPENED };
enum wish { WISH_NONE, WISH_FREE, WISH_ASK, WISH_NO };
enum hand_role { HAND_NONE, HAND_AUTHOR, HAND_CO_AUTHOR, HAND_KEEPER, HAND_STEWARD };

struct switches {
        int64_t preset;
        enum who_comments comments;
        enum alerts alerts;
        enum wish wish;
        bool review, close_through, counts_others, counts_me, boosts, embeds, indexing, letters, thinking, careful, reminders;
        int64_t closes_at; /* 0: never */
        int64_t thanks;    /* the pinned comment; 0: none */
};

/* A bundle: the switches, and what is settled when the post is sent. */
struct preset {
        int64_t id;
        struct str name;
        struct switches switches; /* closes_at and thanks unset */
        int visibility;           /* enum audience; -1: the account's default */
        enum quote_policy quote_policy;
        int64_t pause;     /* seconds before the post leaves */
        int64_t closes_in; /* days until comments close; 0: never */
        int64_t from;      /* of a custom one: the bundle it was made of, for the form */
        enum veil veil;    /* that photos begin with (veil.h), its sentence, */
        struct str veil_words;
        bool veil_folds;   /* and what other servers and apps are given */
};
/* The three built-in bundles, by enum preset_id. */
extern const struct preset PRESETS[3];

/* The everyday switches of this author: what a post without a row has. */
struct switches switches_everyday(bool author_shows_counts);
/* Whether these need no row. */
bool switches_usual(const struct switches *s);
/* Of the thread `root`; an everyday one's when there is no row. */
MUST_USE enum err switches_get(struct cx *cx, int64_t root, struct switches *ret);
/* Of several posts at once; `found[i]` tells whether posts[i] has a row. */
MUST_USE enum err switches_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct switches *ret, bool *found);
/* Whether its author lets this post be boosted, and shows its counts to others (as on all their posts, or as set for this
 * one). Nothing is asked of the database for everyday posts but the author's own setting. */
MUST_USE enum err switches_boosts(struct cx *cx, const struct post *p, bool *ret);
/* Whether other sites may show it in a frame: public, written here for everybody's server, and nothing asked of readers. */
MUST_USE enum err switches_embeds(struct cx *cx, const struct post *p, bool *ret);
/* "Ask first" and "please don't": pages, pictures and previews tell as little as they can. s may be NULL. */
bool switches_asks(const struct switches *s);
MUST_USE enum err switches_counts_others(struct cx *cx, const struct post *p, bool *ret);
/* Of a new post whose row carries POST_HAS_SWITCHES already: the row alone. */
MUST_USE enum err switches_put(struct cx *cx, int64_t root, const struct switches *s);
/* Writes the row (or removes it when usual) and keeps POST_HAS_SWITCHES of the root and its thread right. Tells streams and
 * caches that the post changed. Whoever calls has checked that it is theirs. */
MUST_USE enum err switches_set(struct cx *cx, int64_t root, const struct switches *s);

/* A bundle as numbers, for whoever treats all of it alike: the form, the JSON, the comparison. */
enum switch_number {
        SWITCH_COMMENTS,
        SWITCH_REVIEW,
        SWITCH_ALERTS,
        SWITCH_CLOSE_THROUGH,
        SWITCH_COUNTS_OTHERS,
        SWITCH_COUNTS_ME,
        SWITCH_BOOSTS,
        SWITCH_EMBEDS,
        SWITCH_INDEXING,
        SWITCH_WISH,
        SWITCH_LETTERS,
        SWITCH_THINKING,
        SWITCH_CAREFUL,
        SWITCH_REMINDERS,
        SWITCH_QUOTES,
        SWITCH_PAUSE,
        SWITCH_CLOSES_IN,
        SWITCH_VISIBILITY,
        SWITCH_VEIL,
        SWITCH_VEIL_FOLDS,
        SWITCH_COUNT
};
void preset_numbers(const struct preset *p, int64_t *v /* SWITCH_COUNT of them */);
void preset_from_numbers(const int64_t *v, struct preset *p);

/* A built-in bundle, or one of this account's own: ERR_MISSING. What "the account's default" means is filled in: the
 * visibility stays -1, the rest are the everyday switches of this login. */
MUST_USE enum err preset_get(struct cx *cx, int64_t account, int64_t id, struct preset **ret);
/* The three built-in ones, then the account's own, oldest first. */
MUST_USE enum err preset_list(struct cx *cx, int64_t account, struct preset **ret, size_t *n);
/* Keeps p under a new id (*id). ERR_INPUT with a sentence: no name, one that is taken, too long or too many. */
enum { PRESETS_MAX = 20, PRESET_NAME_MAX = 60 };
MUST_USE enum err preset_create(struct cx *cx, int64_t account, const struct preset *p, int64_t *id);
MUST_USE enum err preset_rename(struct cx *cx, int64_t account, int64_t id, struct str name);
/* Posts keep their switches. Whose default it was has Everyday again. */
MUST_USE enum err preset_delete(struct cx *cx, int64_t account, int64_t id);
/* What apps' posts get, and the composer starts with. */
MUST_USE enum err preset_choose(struct cx *cx, int64_t account, int64_t id);
/* A bundle as JSON and back, for what is kept to be sent later. */
struct str preset_write(struct arena *a, const struct preset *p);
bool preset_read(struct arena *a, struct str json, struct preset *ret);

/* What `account` is to the comments of this thread: HAND_NONE for everybody who may not sort them. */
MUST_USE enum err hand_of(struct cx *cx, int64_t root, int64_t account, enum hand_role *ret);
MUST_USE enum err hand_add(struct cx *cx, int64_t root, int64_t account, enum hand_role role);
MUST_USE enum err hand_end(struct cx *cx, int64_t root, int64_t account);
extern const struct stmt_list SWITCHES_STATEMENTS, PRESET_STATEMENTS;
