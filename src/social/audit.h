/* The log of what moderators did: kept for good, read by all of them. */
#pragma once
#include "social/audience.h"
#include "social/page.h"

struct audit {
        int64_t id, created_at;
        int64_t moderator; /* 0: the command line */
        int64_t target;    /* the account it was done to; 0: none */
        struct str act;    /* "silence", "server_refused"... */
        struct str what;   /* what it was about, as it was called then */
};
/* In the transaction of the act. */
MUST_USE enum err audit_note(struct cx *cx, const struct viewer *by, const char *act, int64_t target, struct str what);
/* The same of the texts of the server: what shows them is stale from now on. The first 80 characters of `text` are noted. */
MUST_USE enum err audit_text(struct cx *cx, const struct viewer *by, const char *act, struct str text);
/* Newest first; moderator or target 0: of all. */
MUST_USE enum err audit_list(struct cx *cx, int64_t moderator, int64_t target, struct page *page, struct audit **ret, size_t *n);
extern const struct stmt_list AUDIT_STATEMENTS;
