/* Who may not make an account here, or not come at all: mail servers, single addresses (kept as a hash), and networks. */
#pragma once
#include "social/audience.h"
#include "social/page.h"

struct email_domain_block {
        int64_t id, created_at;
        struct str domain; /* and all names below it */
};
/* ERR_INPUT: no host name, or there already. All that change anything: in a write transaction, with a line in the log. */
MUST_USE enum err email_domain_block_add(struct cx *cx, const struct viewer *by, struct str domain, struct email_domain_block *ret);
MUST_USE enum err email_domain_block_drop(struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err email_domain_block_get(struct cx *cx, int64_t id, struct email_domain_block *ret);
MUST_USE enum err email_domain_block_list(struct cx *cx, struct page *page, struct email_domain_block **ret, size_t *n);

enum ip_severity { IP_SIGN_UP_APPROVAL, IP_SIGN_UP_BLOCK, IP_NO_ACCESS };
struct ip_block {
        int64_t id, created_at, expires_at; /* expires_at 0: never */
        struct str network;                 /* "192.0.2.0/24" */
        enum ip_severity severity;
        struct str comment;
};
const char *ip_severity_name(enum ip_severity s); /* "sign_up_requires_approval", "sign_up_block", "no_access" */
bool ip_severity_read(struct str name, enum ip_severity *ret);
/* id 0: a new one. ERR_INPUT: no network, or there already. */
MUST_USE enum err ip_block_save(struct cx *cx, const struct viewer *by, struct ip_block *b);
MUST_USE enum err ip_block_drop(struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err ip_block_get(struct cx *cx, int64_t id, struct ip_block *ret);
MUST_USE enum err ip_block_list(struct cx *cx, struct page *page, struct ip_block **ret, size_t *n);
/* May nothing come from this address? Asked for every request that looks at a credential. */
MUST_USE enum err ip_refused(struct cx *cx, struct str address, bool *ret);

/* Addresses by the SHA-256 of their plain form: lower case, without dots and "+..." before the @. */
struct email_hash_block {
        int64_t id;
        struct str hash; /* hex */
};
MUST_USE enum err email_hash_block_add(struct cx *cx, const struct viewer *by, struct str email_or_hash, bool is_hash,
                                       struct email_hash_block *ret);
MUST_USE enum err email_hash_block_drop(struct cx *cx, const struct viewer *by, int64_t id, struct email_hash_block *ret);
MUST_USE enum err email_hash_block_get(struct cx *cx, int64_t id, struct email_hash_block *ret);
MUST_USE enum err email_hash_block_list(struct cx *cx, struct page *page, struct email_hash_block **ret, size_t *n);
/* Those that this address meets: none or one. */
MUST_USE enum err email_hash_block_test(struct cx *cx, struct str email, struct email_hash_block *ret, bool *found);

/* ERR_INPUT when no account may be made with this address. */
MUST_USE enum err join_check_email(struct cx *cx, struct str email);
/* A stranger signs up: ERR_INPUT (the e-mail) or ERR_DENIED (the network) when they may not; *approve: a moderator has to
 * let them in. */
MUST_USE enum err join_check(struct cx *cx, struct str email, struct str address, bool *approve);
extern const struct stmt_list JOIN_BLOCK_STATEMENTS;
extern const struct stmt_list IP_BLOCK_STATEMENTS;
