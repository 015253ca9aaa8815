/* Mutes, for a while or for good. In a write transaction; safe to repeat. Readers must treat a mute whose time is over as
 * none: `(expires_at IS NULL OR expires_at > now)`. */
#pragma once
#include "social/account.h"
#include "social/page.h"

/* duration_s 0: for good. */
MUST_USE enum err mute_start(struct cx *cx, int64_t account, int64_t target, bool notifications, int64_t duration_s);
MUST_USE enum err mute_end(struct cx *cx, int64_t account, int64_t target);
/* *expires (may be NULL) runs beside *ids: 0 is for good. */
MUST_USE enum err mute_list(struct cx *cx, int64_t account, struct page *p, int64_t **ids, int64_t **expires, size_t *n);
/* Drops those whose time is over (and brings homes back). For the job "mute_end", which waits for the end of each mute. */
MUST_USE enum err mute_tidy(struct cx *cx);
extern const struct stmt_list MUTE_STATEMENTS;
