/* Where somebody stopped reading in the quiet inbox, and how they like to read it. */
#pragma once
#include "lib/base/str.h"
#include "store/cx.h"

struct quiet_place {
        struct str place; /* a path of ours; "" for none */
        bool visited, numbers;
};
MUST_USE enum err quiet_place_get(struct cx *cx, int64_t account, struct quiet_place *ret);
MUST_USE enum err quiet_place_set(struct cx *cx, int64_t account, const struct quiet_place *p);
extern const struct stmt_list QUIET_PLACE_STATEMENTS;
