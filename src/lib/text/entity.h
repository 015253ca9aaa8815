/* Character references: &amp; &#228; &#xE4; */
#pragma once
#include "lib/base/str.h"

/* The reference at the front of s and how many bytes it takes; 0 when there is none. Never gives a surrogate, NUL or
 * anything above U+10FFFF. */
size_t entity_read(struct str s, uint32_t *ret);
