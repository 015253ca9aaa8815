/* What an author elsewhere lets others do with a post: its interaction policy, as GoToSocial and FEP-044f write it. */
#pragma once
#include "social/post.h"

enum permission {
        PERMISSION_NO,
        PERMISSION_ASK, /* the author's server answers, first to the author's own people and followers, too */
        PERMISSION_YES
};
/* `what`: "canReply", "canLike", "canAnnounce", "canQuote". Whoever says nothing lets everybody do everything but quote.
 * The author may always; those who are named in the post or answered by it may answer it. For people here. */
MUST_USE enum err permission_of(struct cx *cx, const struct post *target, const char *what, int64_t account,
                                enum permission *ret);
/* Does the author's server take requests ("ReplyRequest" and its like)? Those that know only the older words of these
 * policies take the answer, favourite or boost itself for the question. */
MUST_USE enum err permission_by_request(struct cx *cx, const struct post *target, const char *what, bool *ret);
extern const struct stmt_list PERMISSION_STATEMENTS;
