/* Follows as other servers name them: by the id of the activity. In a write transaction. */
#pragma once
#include "store/cx.h"

/* The Follow came again under another id: the newest counts. */
MUST_USE enum err follow_far_renamed(struct cx *cx, int64_t account, int64_t target, struct str uri);
/* Whom `account` (elsewhere) follows by the Follow of this id; 0: nobody. */
MUST_USE enum err follow_far_by_uri(struct cx *cx, int64_t account, struct str uri, int64_t *target);
/* Who here follows `target` (elsewhere), or asked to, by the relation with this id; 0: nobody. */
MUST_USE enum err follow_far_by_id(struct cx *cx, int64_t target, int64_t relation, int64_t *account);
/* Is there a relation of either state? */
enum follow_state { FOLLOW_NONE, FOLLOW_ASKED, FOLLOW_ACCEPTED };
MUST_USE enum err follow_far_state(struct cx *cx, int64_t account, int64_t target, enum follow_state *ret, int64_t *relation);
/* The same for a favourite: the post it is for; 0: none. */
MUST_USE enum err mark_far_by_uri(struct cx *cx, int64_t account, struct str uri, int64_t *post);
/* And the other way: the address of somebody's favourite of a post. ERR_MISSING. */
MUST_USE enum err mark_far_uri(struct cx *cx, int64_t account, int64_t post, struct str *uri);
extern const struct stmt_list FOLLOW_FAR_STATEMENTS;
