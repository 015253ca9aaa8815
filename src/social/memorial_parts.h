/* Between the parts of memorials: what is told and read, and what administrators do. */
#pragma once
#include "social/memorial.h"

#define MEMORIAL_COLUMNS                                                                           \
        "id, account, state, first_by, first_at, second_by, begins_at, began_at, ended_at, "       \
        "ended_by, banner, words, removal, removal_by, removal_at, created_at"
#define MEMORIAL_OUT "iiiiiiiiiisssiii"
void memorial_read(struct row *r, struct memorial *m);
/* How many days of the clock are milliseconds. */
#define MEMORIAL_DAY_MS INT64_C(86400000)
