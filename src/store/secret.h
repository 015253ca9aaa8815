/* Secrets of this server: made once and kept in the database for good, because whoever holds something that one of them
 * signed or sealed would have to be told of another. */
#pragma once
#include "store/cx.h"

/* STR_NONE: there is none of that name yet. */
MUST_USE enum err secret_find(struct cx *cx, const char *name, struct str *ret);
/* In a write transaction: keeps `fresh` unless there is one already, and gives the one that is kept. */
MUST_USE enum err secret_keep(struct cx *cx, const char *name, struct str fresh, struct str *ret);
/* Outside a transaction, at start-up: the one that is kept, or one that `fresh` makes. Of several processes that start
 * at once the first one's is kept. */
MUST_USE enum err secret_open(struct cx *cx, const char *name, enum err (*fresh)(struct cx *cx, struct str *ret),
                              struct str *ret);

extern const struct stmt_list SECRET_STATEMENTS;
