/* What leaves for other servers when a comment from there is shown or hidden: for those that honour interaction policies the
 * approval, by which they show it to others too. */
#pragma once
#include "social/post.h"

/* Job "deliver_comment_answer": {"account":"ID" (the root's author, here),"to":"ID" (who wrote it, elsewhere),"comment":"ID",
 * "uri":URI of the comment,"shown":true or false,"asked":true or false}: an Accept with the approval as its result, or a
 * Delete of the approval. For what a request asked about ("asked"), outbox_request.h has the Accept. Nothing for comments of
 * people here. */
MUST_USE enum err outbox_comment(struct cx *cx, const struct post *comment, bool shown);
struct str comment_approval_uri(struct cx *cx, struct str username, int64_t comment); /* https://host/users/NAME/approvals/ID */
extern const struct stmt_list OUTBOX_COMMENT_STATEMENTS;
