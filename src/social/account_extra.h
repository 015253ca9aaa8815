/* Smaller things one person keeps about others: private notes, endorsements, blocked servers. Write verbs in a write
 * transaction; all safe to repeat. */
#pragma once
#include "social/account.h"
#include "social/page.h"

enum { ACCOUNT_NOTE_MAX = 2000 };
MUST_USE enum err account_note_set(struct cx *cx, int64_t account, int64_t target, struct str text); /* "": drop it */

/* Only somebody followed can be endorsed: ERR_INPUT. */
MUST_USE enum err endorsement_add(struct cx *cx, int64_t account, int64_t target);
MUST_USE enum err endorsement_remove(struct cx *cx, int64_t account, int64_t target);
MUST_USE enum err endorsement_list(struct cx *cx, int64_t account, struct page *p, int64_t **ids, size_t *n);

/* Ends follows both ways with everybody there. ERR_INPUT: no domain, or our own. */
MUST_USE enum err domain_block_add(struct cx *cx, int64_t account, struct str domain);
MUST_USE enum err domain_block_remove(struct cx *cx, int64_t account, struct str domain);
MUST_USE enum err domain_block_list(struct cx *cx, int64_t account, struct page *p, struct str **ret, size_t *n);
MUST_USE enum err domain_block_preview(struct cx *cx, int64_t account, struct str domain, int64_t *following, int64_t *followers);
extern const struct stmt_list ACCOUNT_EXTRA_STATEMENTS;
