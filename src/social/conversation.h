/* Private mentions gathered by thread, one row a person. The rows are kept by the rules of a post. */
#pragma once
#include "social/page.h"
#include "social/post.h"

struct conversation {
        int64_t id, last_post, thread; /* last_post 0: it is gone */
        bool unread;
        int64_t *members; /* the others; none for a note to oneself */
        size_t n_members;
};
/* Newest first; the cursor is the last post's id. */
MUST_USE enum err conversation_list(struct cx *cx, const struct viewer *by, struct page *page, struct conversation **ret, size_t *n);
MUST_USE enum err conversation_get(struct cx *cx, const struct viewer *by, int64_t id, struct conversation *ret); /* ERR_MISSING */
/* Write transactions. */
MUST_USE enum err conversation_read(struct cx *cx, const struct viewer *by, int64_t id, bool unread);
MUST_USE enum err conversation_drop(struct cx *cx, const struct viewer *by, int64_t id);
extern const struct stmt_list CONVERSATION_LIST_STATEMENTS;
