/* What authors elsewhere want to be asked about (GoToSocial's interaction policies): answers and boosts by people here that
 * are shown to nobody else before they agree. Our own authors' side is comment.h and outbox_comment.h. Write transaction
 * unless said otherwise. */
#pragma once
#include "social/post_store.h"

enum asking { ASKING_REPLY, ASKING_LIKE, ASKING_BOOST };
/* May they answer ("canReply") or boost ("canAnnounce") it? ERR_DENIED; *asks: only when its author agrees. Reads. */
MUST_USE enum err approval_check(struct cx *cx, const struct post *target, const char *what, int64_t account, bool *asks);
/* The stored answer or wrapper is shown to the author of `target` alone, who is asked. */
MUST_USE enum err approval_ask(struct cx *cx, enum asking kind, const struct post *p, int64_t target);
/* The author elsewhere answered about what has this address; *taken: something here waited for that. */
MUST_USE enum err approval_answered(struct cx *cx, int64_t author, struct str uri, bool yes, struct str stamp, bool *taken);
/* It is deleted before there was an answer: its author is told alone. */
MUST_USE enum err approval_forget(struct cx *cx, const struct post *p);
extern const struct stmt_list APPROVAL_STATEMENTS;
