/* Who elsewhere holds a copy of what is for an audience. A copy cannot be narrowed, so a server where nobody may see the post any
 * more is asked to delete it; one where somebody still may keeps it, for it has one copy for all. What may be seen is asked of the
 * predicate (audience.h), whatever the reason: taken out, no longer following, blocked, the audience deleted or another one chosen. */
#pragma once
#include "store/cx.h"

/* Before delivery: these people are sent the post. Keeps those in `accounts` who may see it now, and their number in *n. */
MUST_USE enum err sent_put(struct cx *cx, int64_t post, int64_t *accounts, size_t *n);
/* `account` may see less of `author` than before. Cheap when they hold nothing; else a job "sent_left" looks, once the
 * transaction is done: {"author":"ID","account":"ID"}. */
MUST_USE enum err sent_left(struct cx *cx, int64_t author, int64_t account);
/* Everybody elsewhere in this audience; before it is deleted. */
MUST_USE enum err sent_left_all(struct cx *cx, int64_t author, int64_t list);
/* Fewer may see this post: the same job, {"post":"ID"}. */
MUST_USE enum err sent_narrowed(struct cx *cx, int64_t post);
MUST_USE enum err sent_left_job(struct cx *cx, struct str payload);
extern const struct stmt_list SENT_STATEMENTS;
