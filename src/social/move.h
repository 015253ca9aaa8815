/* Moving from one account to another: what somebody here says about their accounts elsewhere, going away, and what is
 * carried over for the people here when anybody moves. Write verbs in a write transaction. */
#pragma once
#include "social/account.h"
#include "store/job.h"

enum { ALIASES_MOST = 10, MOVE_PAUSE_DAYS = 30 };

/* "This account elsewhere is mine, too": it may move here. ERR_INPUT with a sentence: oneself, too many. */
MUST_USE enum err alias_add(struct cx *cx, int64_t account, int64_t other);
MUST_USE enum err alias_remove(struct cx *cx, int64_t account, struct str uri);
/* Does this account name that one as its own? */
MUST_USE enum err alias_has(struct cx *cx, int64_t account, struct str uri, bool *ret);

/* The account becomes `moved`, followers here and elsewhere are led to the other one. Whoever calls has asked the other
 * one's server anew. ERR_INPUT with a sentence: it does not name this one, it moved itself, too soon after the last time. */
MUST_USE enum err move_out(struct cx *cx, int64_t account, int64_t to);
/* Takes the sign at the door away; followers do not come back by themselves. */
MUST_USE enum err move_back(struct cx *cx, int64_t account);
MUST_USE enum err move_last(struct cx *cx, int64_t account, int64_t *at); /* 0: never */

/* The job "move_followers", {"from":"ID","to":"ID"}, in batches: each person here who follows `from` follows `to`, with
 * the same options, in the same lists, with their note; then blocks and mutes. */
struct move_batch {
        int64_t from, to;
        int stage;      /* 0 at first */
        int64_t after;
};
MUST_USE enum err move_some(struct cx *cx, struct move_batch *b, bool *more);
extern const struct stmt_list MOVE_STATEMENTS;
