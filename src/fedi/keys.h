/* Whose key is that? From memory, from the rows of accounts, or asked for: for all who check a signature. */
#pragma once
#include "fedi/remote.h"
#include "fedi/sign_proof.h"

struct key_found {
        struct key *key;  /* held by the finder: key_drop */
        struct str owner; /* the actor's id */
};
/* What is here; key NULL when nothing is. *missed: it was asked for in vain lately. Reads the database. */
MUST_USE enum err keys_here(struct cx *cx, struct str key_id, struct key_found *ret, bool *missed);
/* Asked for where it lives, and kept; the owner's account is stored or refreshed when its document came along (*account, else
 * 0). ERR_MISSING and others of remote_document. Blocks. */
MUST_USE enum err keys_fetch(struct remote *r, struct str key_id, struct key_found *ret, int64_t *account);
extern const struct stmt_list KEYS_STATEMENTS;
