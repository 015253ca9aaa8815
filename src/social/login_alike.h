/* New people whose names look like somebody's here: told to moderators, because it is how somebody pretends to be a friend. */
#pragma once
#include "social/audience.h"

enum { ALIKE_DAYS = 7, ALIKE_MOST = 20 };
struct alike {
        int64_t account; /* the newer one */
        int64_t like;
};
/* People here who came within ALIKE_DAYS and are named like somebody who was here before, newest first. */
MUST_USE enum err login_alike(struct cx *cx, struct alike *ret /* ALIKE_MOST */, size_t *n);
/* Do these user names look alike? 0 and o, 1 and l and i, 3 and e, 5 and s, doubled letters and _ make no difference, nor does
 * one letter in a name of five or more. */
bool names_alike(struct str a, struct str b);
extern const struct stmt_list LOGIN_ALIKE_STATEMENTS;
