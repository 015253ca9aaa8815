/* The table that tools/list-statements writes. */
#pragma once
#include "lib/db/db.h"

struct named_list {
        const char *name;
        const struct stmt_list *list;
};
extern const struct named_list ALL_STATEMENTS[];
extern const size_t ALL_STATEMENTS_COUNT;
extern const char *const UNLISTED_STATEMENTS[]; /* "folder/file.c: NAME", NULL at the end */
