/* What the moderators decided about other servers: limited (kept out of public lists), refused, without pictures. A
 * decision about a name holds for all names below it; the strictest that fits counts. Asked when something arrives, when
 * something is fetched, and before anything of a server is stored. */
#pragma once
#include "social/audience.h"
#include "social/page.h"
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

/* Of host[:port]. Where only listed servers are spoken with (setting federation-allow-list), one that is not allowed is
 * refused. */
MUST_USE enum err server_policy_get(struct cx *cx, struct str host, struct server_policy *ret);
/* Only what was said about the name: for hosts that are no servers of people (where one keeps its files, a page somebody
 * links to), which no list of allowed ones can name. */
MUST_USE enum err server_policy_said(struct cx *cx, struct str host, struct server_policy *ret);
/* New, or changed where the domain has one. ERR_INPUT: no host name, or our own. Accounts from there are limited or hidden
 * in the same transaction, or shown again. Write transaction. */
MUST_USE enum err server_policy_set(struct cx *cx, const struct server_policy_row *row, int64_t *id);
MUST_USE enum err server_policy_drop(struct cx *cx, int64_t id); /* ERR_MISSING */
/* The same two as acts of a moderator: with a line in the log. */
MUST_USE enum err server_policy_save(struct cx *cx, const struct viewer *by, const struct server_policy_row *row, int64_t *id);
MUST_USE enum err server_policy_remove(struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err server_policy_by_id(struct cx *cx, int64_t id, struct server_policy_row **ret);   /* ERR_MISSING */
/* The row of exactly this name, not of one above it; ERR_MISSING. */
MUST_USE enum err server_policy_by_domain(struct cx *cx, struct str domain, struct server_policy_row **ret);
/* What a list of policies shows. */
enum server_policy_kind { SERVER_POLICY_ALL, SERVER_POLICY_BLOCKS /* sanctions */, SERVER_POLICY_ALLOWED };
/* Newest first; `find`: only names that begin with it ("" for all). */
MUST_USE enum err server_policy_list(struct cx *cx, enum server_policy_kind kind, struct str find, struct page *page,
                                     struct server_policy_row **ret, size_t *n);
/* The row says nothing any more: neither sanction nor permission. */
bool server_policy_empty(const struct server_policy_row *p);
/* Servers known here: how many accounts, what was decided, how delivery goes. By name, after `after`. */
struct server_known {
        struct str domain;
        int64_t accounts;
        enum server_severity severity;
        bool allowed, no_media;
        int64_t policy;        /* id of its row; 0: none */
        int64_t failing_since; /* 0: all is well */
};
MUST_USE enum err server_known_list(struct cx *cx, struct str find, struct str after, int64_t limit, struct server_known **ret,
                                    size_t *n);
/* "refused", "limited", "none": names on forms and in the log. */
const char *server_severity_name(enum server_severity s);
bool server_severity_read(struct str name, enum server_severity *ret);
/* What holds for the domain also holds for an account that was just met there. */
MUST_USE enum err server_policy_apply(struct cx *cx, int64_t account, struct str domain);
extern const struct stmt_list SERVER_POLICY_STATEMENTS;
