/* Storing a finished post and all that follows from it in the same transaction: counts, mentions, tags, photos, poll,
 * home rows, notifications, conversations, search, delivery. post_publish comes here with what a person wrote, the
 * federation side with what another server sent. */
#pragma once
#include "social/post.h"

struct poll_new {
        const struct str *options;
        size_t n;
        int64_t expires_at; /* 0: never */
        bool multiple, hide_totals;
        const int64_t *votes; /* of each option, counted elsewhere; NULL: none yet */
        int64_t voters;
};
struct mention_new {
        int64_t account;
        bool silent; /* addressed without being named */
};
struct tag_new {
        struct str name, display; /* folded; as written */
};

struct post_new {
        struct post post; /* id, account, uri (none here), ..., reply_*, thread: filled in by the caller */
        const struct mention_new *mentions;
        size_t n_mentions;
        const struct tag_new *tags;
        size_t n_tags;
        const int64_t *media; /* loose media of the author, in order */
        size_t n_media;
        struct photo_set *veil; /* those photos without one begin with; NULL: none */
        const struct poll_new *poll; /* NULL: none */
        const struct switches *switches; /* of a root that is no everyday post; NULL: everyday */
        const int64_t *not_told; /* people named who know of it already */
        size_t n_not_told;
        bool kept;  /* a root whose author (or journal) may have keepers of all that is written */
        int64_t asks_of; /* the post elsewhere whose author must agree first (the state is held); 0: none */
        bool quiet; /* backdated or imported: no notifications, no alerts */
};
MUST_USE enum err post_store(struct cx *cx, struct post_new *n);
/* Stores a boost's wrapper (post.boost_of set), or gives ERR_CONFLICT when that account boosted it already. */
MUST_USE enum err post_store_boost(struct cx *cx, struct post *wrapper);
/* The same of one that only its author elsewhere is told of, until they agree. */
MUST_USE enum err post_store_boost_asking(struct cx *cx, struct post *wrapper);
/* Replaces words, mentions, tags, media and poll of a stored post by those of n (n->post.id); keeps the former version
 * in the history when `keep`. */
MUST_USE enum err post_replace(struct cx *cx, const struct post *old, struct post_new *n, bool keep);
