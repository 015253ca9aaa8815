/* Blocks of people and of whole servers by one person. In a write transaction; safe to repeat. */
#pragma once
#include "social/account.h"
#include "social/page.h"

MUST_USE enum err block_start(struct cx *cx, int64_t account, int64_t target); /* ends follows both ways, empties homes and notifications */
MUST_USE enum err block_end(struct cx *cx, int64_t account, int64_t target);
MUST_USE enum err block_list(struct cx *cx, int64_t account, struct page *p, int64_t **ids, size_t *n);
/* Either way between the two? */
MUST_USE enum err block_between(struct cx *cx, int64_t a, int64_t b, bool *ret);
extern const struct stmt_list BLOCK_STATEMENTS;
