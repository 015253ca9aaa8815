/* People elsewhere: their rows, kept from what their servers say. Verbs that write run in a write transaction. */
#pragma once
#include "social/account.h"

enum { ACCOUNT_FRESH_MS = 24 * 3600 * 1000, /* a profile is asked for again after this, when something needs it */
       ACCOUNT_RETRY_MS = 3600 * 1000       /* but never twice within this (T130) */ };

/* What a server says about one of its people: clean, cut, of its own origin. */
struct account_far {
        struct str uri, url, username, domain;
        enum account_kind kind;
        struct str display_name;
        struct markup note;
        const struct account_field *fields;
        size_t n_fields;
        struct str inbox, shared_inbox, outbox, followers_uri, following_uri, featured_uri; /* STR_NONE: none */
        struct str avatar_url, avatar_description, header_url, header_description;
        struct str key_id, public_key;
        bool locked, discoverable, indexable, memorial;
        const struct str *aliases;
        size_t n_aliases;
        struct str moved_to; /* STR_NONE: not */
        int64_t created_at;
};
/* Stores or refreshes by uri. ERR_GONE: it was deleted (a tombstone). Where the name is somebody else's, `named` (WebFinger
 * says that the name is this one's) takes the name from the other, else this one gets a name of its own ("name-2"). */
MUST_USE enum err account_far_store(struct cx *cx, const struct account_far *a, bool named, int64_t *id);
/* A refresh was tried, whatever came of it. */
MUST_USE enum err account_far_tried(struct cx *cx, int64_t id);

/* What those who receive and fetch ask about somebody; also people here, by their addresses. */
struct account_known {
        int64_t id, fetched_at, tried_at, moved_at;
        struct str username, domain, uri, inbox, followers_uri, featured_uri, key_id, public_key;
        bool local, suspended, silenced, moved;
};
MUST_USE enum err account_known_by_uri(struct cx *cx, struct str uri, struct account_known *ret); /* ERR_MISSING */
MUST_USE enum err account_known_get(struct cx *cx, int64_t id, struct account_known *ret);       /* ERR_MISSING */
/* Only the id: 0 when nobody has that address. */
MUST_USE enum err account_find_uri(struct cx *cx, struct str uri, int64_t *id);
/* "name@domain" of somebody known; 0: nobody. */
MUST_USE enum err account_find_name(struct cx *cx, struct str name, struct str domain, int64_t *id);
/* Does anybody here follow them? */
MUST_USE enum err account_followed_here(struct cx *cx, int64_t id, bool *ret);
/* Other names of the account's own ids ("alsoKnownAs"). */
MUST_USE enum err account_aliases(struct cx *cx, int64_t id, struct str_list *ret);

/* Its server says that it moved there (both ends were checked). */
MUST_USE enum err account_moved(struct cx *cx, int64_t id, int64_t to);
/* People here who follow it, above `after` by relation: for moving them in batches. */
struct account_follower {
        int64_t account, relation;
};
MUST_USE enum err account_followers_here(struct cx *cx, int64_t id, int64_t after, int64_t limit, struct account_follower *ret,
                                         size_t *n);

/* It was deleted where it lives: hidden at once, relations ended; the job "account_erase", payload {"account":"ID"}, then
 * removes what it wrote in batches, and the row. */
MUST_USE enum err account_far_gone(struct cx *cx, int64_t id);
/* One batch; *more says that there is more. */
MUST_USE enum err account_erase_batch(struct cx *cx, int64_t id, bool *more);

/* What was deleted elsewhere never returns. known: a post that was here; else only a late arrival is feared (6 hours). */
MUST_USE enum err tombstone_add(struct cx *cx, struct str uri, bool known);
MUST_USE enum err tombstone_find(struct cx *cx, struct str uri, bool *ret);
extern const struct stmt_list ACCOUNT_FAR_STATEMENTS, ACCOUNT_FAR_END_STATEMENTS;
