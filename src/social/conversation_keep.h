/* The rows of private conversations, one a person and thread, kept in step with the posts. */
#pragma once
#include "social/post.h"

/* A post for mentioned people was stored: everybody here who is in it has the conversation at the top. `mentioned` are
 * its mentions. */
MUST_USE enum err conversation_keep(struct cx *cx, const struct post *p, const int64_t *mentioned, size_t n);
/* Before such a post goes: its conversations fall back to the post before it, or end. */
MUST_USE enum err conversation_forget(struct cx *cx, const struct post *p);
extern const struct stmt_list CONVERSATION_KEEP_STATEMENTS;
