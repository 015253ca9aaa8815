/* Jobs: what must happen later, written in the transaction that causes it. Safe to run twice; server/work maps the kind
 * to its function. */
#pragma once
#include "store/cx.h"

/* payload is JSON text. unique_key (STR_NONE: none): while such a job of the kind waits, another is not added. run_at is
 * in milliseconds; 0 is now. */
MUST_USE enum err job_add(struct cx *cx, const char *kind, struct str payload, struct str unique_key, int64_t run_at);
/* Takes a waiting job back. */
MUST_USE enum err job_cancel(struct cx *cx, const char *kind, struct str unique_key);
extern const struct stmt_list JOB_STATEMENTS;
