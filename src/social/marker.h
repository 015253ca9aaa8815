/* How far a person has read a timeline, shared between their apps. */
#pragma once
#include "social/audience.h"

struct marker {
        struct str timeline; /* "home", "notifications" */
        int64_t last_read, version, updated_at;
};
/* *found false when it was never set. */
MUST_USE enum err marker_find(struct cx *cx, int64_t account, struct str timeline, struct marker *ret, bool *found);
MUST_USE enum err marker_set(struct cx *cx, int64_t account, struct str timeline, int64_t last_read, struct marker *ret);
extern const struct stmt_list MARKER_STATEMENTS;
