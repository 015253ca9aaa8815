/* What is left of suspended accounts: kept for some weeks, so that a suspension can be taken back, then deleted. People here
 * go as if they had left, and other servers are told; of people elsewhere the row stays, suspended, and what they wrote
 * goes. */
#pragma once
#include "store/cx.h"

/* A few whose time is over. Hourly, in a write transaction. */
MUST_USE enum err suspended_tidy(struct cx *cx);
/* When that happens to this account; 0: never, it is not suspended, or its appeal waits. Reads. */
MUST_USE enum err suspended_ends(struct cx *cx, int64_t account, int64_t *at);
extern const struct stmt_list SUSPENDED_STATEMENTS;
