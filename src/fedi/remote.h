/* Asking other servers: documents, actors, posts, collections, names; what comes is checked (whose word is it?), stored, and
 * given as the row's id. Blocks, so only for jobs and the SLOW lane, outside transactions. One struct remote is one cause:
 * everything asked because of it shares its fetches. */
#pragma once
#include "fedi/store.h"

enum {
        REMOTE_SEEN = 64,
        REMOTE_FINGERS = 4,
        REMOTE_MISS_MS = 3600 * 1000,       /* what is not there is not asked for again (T117) */
        REMOTE_PAUSE_MS = 5 * 60 * 1000,    /* nor, for this long, what did not answer */
        REMOTE_PAGES = 5, REMOTE_ITEMS = 100, /* of a collection (T116) */
        REMOTE_FEATURED = 20,               /* pinned posts (T114) */
        REMOTE_ANCESTORS = 40,              /* of a thread (T115) */
        REMOTE_REPLIES_MS = 15 * 60 * 1000  /* the replies of a post are read at most this often */
};

struct remote {
        struct cx *cx;
        int left;          /* fetches */
        bool urgent;       /* a person waits, or a server for our answer */
        const char *why;   /* the last refusal, for the log */
        struct str seen[REMOTE_SEEN];
        size_t n_seen;
        struct remote_finger { /* WebFinger's answers: who looks a name up has it confirmed by the same ones */
                struct str url;
                struct webfinger_in said;
        } fingers[REMOTE_FINGERS];
        size_t n_fingers;
};
struct remote remote_of(struct cx *cx, int fetches);

struct remote_document {
        const struct json_value *json;
        struct address id;
};
/* A document, believed for what its own id's origin may say: its id is the address that answered, else that id is asked once
 * and must be so. ERR_GONE, ERR_MISSING (404, or asked in vain lately), ERR_DENIED (blocked, or they deny us), ERR_LIMIT (no
 * fetches left, or asked already), ERR_REMOTE, ERR_INPUT (no such document). */
MUST_USE enum err remote_document(struct remote *r, struct str url, struct remote_document *ret);

enum remote_how { REMOTE_KNOWN /* what is here will do */, REMOTE_FRESH /* asked anew, at most once an hour */,
                  REMOTE_NOW /* at most once in ten seconds */ };
/* The account of this address; also one here. ERR_GONE: deleted, and now here too. */
MUST_USE enum err remote_actor(struct remote *r, struct str uri, enum remote_how how, int64_t *id);
/* An actor document at hand (it was fetched for its key) becomes an account. */
MUST_USE enum err remote_actor_document(struct remote *r, const struct json_value *doc, int64_t *id);
/* The post of this address, with its author. `how` is enum store_how. */
MUST_USE enum err remote_post(struct remote *r, struct str uri, enum remote_how fresh, unsigned how, int64_t *id);
/* The same of a document at hand. */
MUST_USE enum err remote_post_document(struct remote *r, struct remote_document *d, enum remote_how fresh, unsigned how, int64_t *id);
/* Is it deleted at its origin? */
MUST_USE enum err remote_is_gone(struct remote *r, struct str uri, bool *ret);

/* Items of a collection, by page, of its own origin; `each` may end it with false. */
MUST_USE enum err remote_collection(struct remote *r, const struct json_value *collection, int most,
                                    bool (*each)(void *arg, const struct json_value *item), void *arg);

/* "user@domain" by WebFinger, or an address of a profile or post: what a person typed. */
struct remote_found {
        int64_t account, post; /* one of them */
};
MUST_USE enum err remote_find(struct remote *r, struct str text, struct remote_found *ret);
/* What a name stands for, by the server of its domain. `origin` is where to ask, or STR_NONE: https://domain. */
MUST_USE enum err remote_webfinger(struct remote *r, struct str name, struct str domain, struct webfinger_in *ret);

/* What is missing above the post, up to REMOTE_ANCESTORS; what answers it. */
MUST_USE enum err remote_ancestors(struct remote *r, int64_t post);
MUST_USE enum err remote_replies(struct remote *r, int64_t post);
/* Pinned posts of an account. */
MUST_USE enum err remote_featured(struct remote *r, int64_t account);
/* Has the author of what this post quotes approved it? Asks where the approval lives. */
MUST_USE enum err remote_quote(struct remote *r, int64_t post);
extern const struct stmt_list REMOTE_STATEMENTS;
