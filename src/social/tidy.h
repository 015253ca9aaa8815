/* Small rows that end by themselves. */
#pragma once
#include "store/cx.h"

/* Idempotency keys after an hour, tombstones after 90 days; one-time links are login_tidy's. In a write transaction. */
MUST_USE enum err tidy_rows(struct cx *cx);
extern const struct stmt_list TIDY_STATEMENTS;
