/* What leaves for other servers when somebody here follows, accepts, blocks, or changes their profile: a job row in the
 * transaction that causes it, and only when the other one is elsewhere. */
#pragma once
#include "store/cx.h"

enum relation_act { RELATION_FOLLOW, RELATION_UNDO_FOLLOW, RELATION_ACCEPT, RELATION_REJECT, RELATION_BLOCK, RELATION_UNDO_BLOCK };

/* Job "deliver_relation": {"act":"follow","account":"ID" (here),"target":"ID" (elsewhere),"id":"ID" of the relation,
 * "uri": of the Follow that is answered, or null}. Nothing when `account` is elsewhere or `target` is here. */
MUST_USE enum err outbox_relation(struct cx *cx, enum relation_act act, int64_t account, int64_t target, int64_t id, struct str uri);
/* Job "deliver_profile": {"account":"ID"}; several changes in a row are one delivery. Nothing when nobody elsewhere follows. */
MUST_USE enum err outbox_profile(struct cx *cx, int64_t account);
extern const struct stmt_list OUTBOX_RELATION_STATEMENTS;
