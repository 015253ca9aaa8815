/* What one person did with one post: favourite, bookmark, boost, pin, and muting its thread. Doing a thing twice, or
 * undoing what was not done, changes nothing and is no error. */
#pragma once
#include "social/post.h"

enum mark { MARK_FAVOURITE, MARK_BOOKMARK, MARK_BOOST, MARK_PIN, MARK_THREAD_MUTE };

/* Favourite, bookmark, pin, thread mute: on or off. ERR_MISSING when `by` may not see the post. A boost's wrapper stands
 * for what it brings. */
MUST_USE enum err mark_set(struct cx *cx, const struct viewer *by, int64_t post, enum mark kind, bool on);
/* Boosts; *ret is the wrapper's id (the one that exists already, when there is one). visibility: API name, or
 * STR_NONE for the login's default, never wider than the post. */
MUST_USE enum err mark_boost(struct cx *cx, const struct viewer *by, int64_t post, struct str visibility, int64_t *ret);
/* Takes the boost back; *ret is the boosted post. `post` is that one or the wrapper. */
MUST_USE enum err mark_unboost(struct cx *cx, const struct viewer *by, int64_t post, int64_t *ret);

/* The same as told by another server: no question of visibility, the caller checked. uri of the activity, or none. */
MUST_USE enum err mark_add(struct cx *cx, int64_t account, int64_t post, enum mark kind, struct str uri);
MUST_USE enum err mark_remove(struct cx *cx, int64_t account, int64_t post, enum mark kind);

/* Own favourites, bookmarks: posts, newest mark first; cursors are the marks' ids. */
MUST_USE enum err mark_list(struct cx *cx, const struct viewer *by, enum mark kind, struct page *page, int64_t **ret, size_t *n);
/* Accounts that favourited or boosted a post `by` may see; without those that block or are blocked by `by`. */
MUST_USE enum err mark_accounts(struct cx *cx, const struct viewer *by, int64_t post, enum mark kind,
                                struct page *page, int64_t **ret, size_t *n);
/* May this viewer learn who favourited, boosted or quoted it? The author may. */
MUST_USE enum err mark_shows_makers(struct cx *cx, const struct viewer *by, const struct post *p, bool *ret);

/* For a whole page: bit 1 << enum mark for each of the n posts, in order; thread mutes are looked up by `threads`. */
MUST_USE enum err mark_bits(struct cx *cx, int64_t account, const int64_t *posts, const int64_t *threads, size_t n,
                            unsigned *ret);
extern const struct stmt_list MARK_STATEMENTS;
