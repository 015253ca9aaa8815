/* Quotes of posts, as told by other servers (FEP-044f): which post quotes which, who approved, and the approvals that
 * authors here gave. In a write transaction. */
#pragma once
#include "social/post.h"

/* The post quotes that one, as far as it is approved. Keeps the count of the quoted post and tells its author, once. */
MUST_USE enum err quote_set(struct cx *cx, int64_t post, int64_t quoted, enum quote_state state);
/* The count of the quoted post, and the word to its author here. */
MUST_USE enum err quote_shown(struct cx *cx, const struct post *quoted, int64_t by, int64_t post);
MUST_USE enum err quote_unshown(struct cx *cx, int64_t quoted);
/* Posts that wait for the post of this address, or for an answer about it, to be quoted. */
MUST_USE enum err quote_waiting(struct cx *cx, struct str quoted_uri, int64_t *ret, size_t most, size_t *n);

/* Does the author's policy let this account quote it? */
MUST_USE enum err quote_allowed(struct cx *cx, const struct post *quoted, int64_t account, bool *ret);
/* The approval of this quote, made when there is none; its address is quote_stamp_uri. */
MUST_USE enum err quote_stamp_give(struct cx *cx, const struct post *quoted, int64_t account, struct str quote_uri, int64_t *id);
/* Is there one? 0: no. */
MUST_USE enum err quote_stamp_find(struct cx *cx, int64_t quoted, struct str quote_uri, int64_t *id);
struct quote_stamp {
        int64_t id, post, account;
        struct str quote_uri;
};
MUST_USE enum err quote_stamp_get(struct cx *cx, int64_t id, struct quote_stamp *ret); /* ERR_MISSING */
struct str quote_stamp_uri(struct cx *cx, struct str author, int64_t id); /* https://host/users/NAME/quotes/ID */
extern const struct stmt_list QUOTE_STATEMENTS;
