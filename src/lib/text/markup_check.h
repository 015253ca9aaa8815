/* For tests: a second opinion on what the sanitiser may let out, written without its tables. */
#pragma once
#include "lib/base/str.h"

/* NULL when html is balanced, allow-listed and escaped throughout; else what is wrong. */
const char *markup_check(struct str html, size_t depth_max);
