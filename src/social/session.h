/* Browser sessions. The cookie is 256 random bits; the database holds its SHA-256. */
#pragma once
#include "social/audience.h"

struct session {
        int64_t id, created_at, used_at;
        struct str agent, address;
};

/* In a write transaction. *cookie is what the browser gets. */
MUST_USE enum err session_create(struct cx *cx, int64_t account, struct str agent, struct str address, struct str *cookie);
MUST_USE enum err session_end(struct cx *cx, int64_t account, int64_t session); /* ERR_MISSING: not this person's */
MUST_USE enum err session_end_others(struct cx *cx, int64_t account, int64_t keep);
MUST_USE enum err session_list(struct cx *cx, int64_t account, struct session **ret, size_t *n);
/* Sessions unused for this long end by themselves, and forget after a week where they began. Tidies; in a write
 * transaction. */
enum { SESSION_DAYS = 90, SESSION_ADDRESS_DAYS = 7 };
MUST_USE enum err session_tidy(struct cx *cx);
extern const struct stmt_list SESSION_STATEMENTS;
