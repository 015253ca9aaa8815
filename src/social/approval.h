/* Interaction policies (GoToSocial's), both ways. What authors elsewhere want to be asked about: answers, favourites and
 * boosts by people here that are shown to nobody else before they agree. And what somebody elsewhere asked of ours; whether
 * a comment is shown is comment.h's business. Write transaction unless said otherwise. */
#pragma once
#include "social/post_store.h"

enum asking {
        ASKING_REPLY,
        ASKING_LIKE,
        ASKING_BOOST,
        ASKED_REPLY /* by somebody elsewhere, of an author here */
};
/* May they answer ("canReply"), favour ("canLike") or boost ("canAnnounce") it? ERR_DENIED; *asks: only when its author
 * agrees. Reads. */
MUST_USE enum err approval_check(struct cx *cx, const struct post *target, const char *what, int64_t account, bool *asks);
/* The stored answer or wrapper is shown to the author of `target` alone, who is asked. */
MUST_USE enum err approval_ask(struct cx *cx, enum asking kind, const struct post *p, int64_t target);
/* The same of a favourite, by the id of its mark; and that it was taken back meanwhile. */
MUST_USE enum err approval_ask_like(struct cx *cx, int64_t account, const struct post *target, int64_t mark);
MUST_USE enum err approval_forget_like(struct cx *cx, int64_t account, int64_t mark);
/* What waits for an answer of that author by this address (or the request for it); false: nothing. Reads. */
struct approval_waits {
        enum asking kind;
        struct str made, target; /* addresses */
};
MUST_USE enum err approval_find(struct cx *cx, int64_t author, struct str uri, struct approval_waits *ret, bool *found);
/* The author elsewhere answered about what has this address (or the request for it); *taken: something here waited for
 * that. */
MUST_USE enum err approval_answered(struct cx *cx, int64_t author, struct str uri, bool yes, struct str stamp, bool *taken);
/* The author elsewhere wants something of ours gone that asked nobody, or was agreed to: a favourite or boost ends, an
 * answer is left to its writer alone. */
MUST_USE enum err approval_refused(struct cx *cx, int64_t author, struct str uri, bool *taken);
/* It is deleted, or changed, before there was an answer: who was asked is told alone. */
MUST_USE enum err approval_forget(struct cx *cx, const struct post *p);
MUST_USE enum err approval_edit(struct cx *cx, const struct post *p);

/* Somebody elsewhere asked by `request` whether their `reply` to `target` may stand. */
MUST_USE enum err approval_asked(struct cx *cx, int64_t by, int64_t target, int64_t reply, struct str request);
struct asked {
        int64_t target; /* 0: nobody asked */
        struct str request;
};
MUST_USE enum err approval_asked_about(struct cx *cx, int64_t reply, struct asked *ret); /* reads */
extern const struct stmt_list APPROVAL_STATEMENTS;
