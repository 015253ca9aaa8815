/* An activity of another server and what becomes of it. Applied in the write transaction that answers its delivery, when all
 * it names is here; what names something unknown is kept as a job, which fetches first and applies then. Safe to apply
 * twice. */
#pragma once
#include "fedi/store.h"

enum { RECEIVE_NEEDS = 16, RECEIVE_OBJECTS = 16 /* of one activity */ };

enum verdict {
        VERDICT_DONE,
        VERDICT_IGNORED, /* nobody here wants it, or we know nothing to do with it: 202 */
        VERDICT_REFUSED, /* not believed: 202, a line in the log */
        VERDICT_LATER    /* something must be fetched first: `needs` */
};
enum need_kind {
        NEED_POST,
        NEED_POST_AGAIN,  /* its newest version */
        NEED_ACTOR,
        NEED_ACTOR_AGAIN,
        NEED_ACTOR_NOW,   /* as it is at this moment: somebody says that they moved there */
        NEED_GONE,        /* somebody says that it was deleted: is it? */
        NEED_PROOF        /* an approval that an answer names: does it say so? (incoming.proof) */
};
struct need {
        enum need_kind kind;
        struct str uri;
};

struct incoming {
        const struct json_value *activity;
        struct account_known by; /* its actor */
        int64_t inbox_of;        /* whose inbox it came to; 0: the shared one */
        bool forwarded;          /* signed by somebody else: nothing in it is believed, all is asked for */
        bool asked;              /* what could be fetched was: nothing is waited for any more */
        int budget;              /* fetches left to what it causes */
        const struct json_value *proof; /* what NEED_PROOF found; NULL: nothing */
        /* What came of it. */
        enum verdict verdict;
        const char *why; /* a word for the log */
        struct need needs[RECEIVE_NEEDS];
        size_t n_needs;
};
/* Checks that need no database: a plain activity with one actor, its id on the actor's origin. ERR_INPUT with *why. */
struct incoming_head {
        struct str id, actor, type; /* id STR_NONE: it has none */
        struct address actor_address;
};
MUST_USE enum err receive_head(struct reading *r, const struct json_value *activity, struct incoming_head *ret);
/* In a write transaction. Errors are ours (a full disk), never the sender's. */
MUST_USE enum err receive(struct cx *cx, struct incoming *in);

/* For the files of receiving alone. */
typedef enum err receive_function(struct cx *cx, struct incoming *in, const struct json_value *object);
receive_function receive_create, receive_update, receive_delete, receive_announce, receive_follow, receive_accept,
        receive_reject, receive_undo, receive_like, receive_react, receive_add, receive_remove, receive_block, receive_flag,
        receive_move, receive_quote_request, receive_request, receive_group;
enum err receive_done(struct incoming *in);
enum err receive_ignore(struct incoming *in, const char *why);
enum err receive_refuse(struct incoming *in, const char *why);
enum err receive_later(struct incoming *in, enum need_kind kind, struct str uri);
/* Of the actor's own origin? */
bool receive_is_own(struct cx *cx, const struct incoming *in, struct str id);
MUST_USE enum err receive_find_local(struct cx *cx, struct str uri, int64_t *id); /* a person here; 0: none */
/* The boost `announce` (its id, addresses and date) of a post that may be boosted by the actor. */
MUST_USE enum err receive_boost(struct cx *cx, struct incoming *in, const struct json_value *announce, const struct post *p);
bool receive_may_boost(const struct incoming *in, const struct post *p);
/* The post as the actor may see it: what was not shown to them is not there. NULL: none. */
MUST_USE enum err receive_find_visible(struct cx *cx, const struct incoming *in, struct str uri, struct post **ret);
/* Undoing, by what was done. */
receive_function receive_undo_follow, receive_undo_block, receive_undo_like, receive_undo_announce;
/* An Accept names an approval. It lives with who gave it, is of one of these types, and names what was made and what that is
 * about (FEP-044f; GoToSocial's interaction policies): a proof that others will ask for as well, so we do first. *good: it
 * is so; else the verdict says that it is to be fetched, or not believed. */
struct claim {
        const char *types[2]; /* newer and older */
        struct str stamp, made, target;
};
MUST_USE enum err receive_prove(struct cx *cx, struct incoming *in, const struct claim *c, bool *good);
/* Answers to requests to quote; *taken when the object is one. */
MUST_USE enum err receive_quote_answer(struct cx *cx, struct incoming *in, const struct json_value *object, bool accepted,
                                       bool *taken);
extern const struct stmt_list RECEIVE_STATEMENTS, RECEIVE_MARK_STATEMENTS;
