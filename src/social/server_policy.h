/* What the moderators decided about other servers: limited (kept out of public lists), refused, without pictures. A
 * decision about a name holds for all names below it; the strictest that fits counts. Asked when something arrives, when
 * something is fetched, and before anything of a server is stored. */
#pragma once
#include "store/cx.h"

enum server_severity { SERVER_FINE, SERVER_LIMITED, SERVER_REFUSED };

struct server_policy {
        enum server_severity severity;
        bool allowed, no_media, no_reports;
};
struct server_policy_row {
        int64_t id, created_at;
        struct str domain, public_comment, private_comment;
        struct server_policy policy;
        bool obfuscate;
};

/* Of host[:port]. */
MUST_USE enum err server_policy_get(struct cx *cx, struct str host, struct server_policy *ret);
/* New, or changed where the domain has one. ERR_INPUT: no host name, or our own. Accounts from there are limited or hidden
 * in the same transaction, or shown again. Write transaction. */
MUST_USE enum err server_policy_set(struct cx *cx, const struct server_policy_row *row, int64_t *id);
MUST_USE enum err server_policy_drop(struct cx *cx, int64_t id); /* ERR_MISSING */
/* Newest first, below `before` (0: from the newest). */
MUST_USE enum err server_policy_list(struct cx *cx, int64_t before, int64_t limit, struct server_policy_row **ret, size_t *n);
/* What holds for the domain also holds for an account that was just met there. */
MUST_USE enum err server_policy_apply(struct cx *cx, int64_t account, struct str domain);
extern const struct stmt_list SERVER_POLICY_STATEMENTS;
