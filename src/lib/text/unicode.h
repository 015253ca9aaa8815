/* Unicode: validity, normal forms, folding (utf8proc). */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"

bool utf8_valid(struct str s); /* no overlong, no surrogates, nothing above U+10FFFF */
/* Text from outside as we store it: valid UTF-8 (else false), NFC, without NUL and C0 but \n and \t, CRLF as LF, at
 * most 8 combining marks a base. */
bool text_clean(struct arena *a, struct str s, struct str *ret);
/* A display name: clean, one line, without bidi controls and without zero-width characters at the ends, trimmed. */
bool name_clean(struct arena *a, struct str s, struct str *ret);
size_t utf8_count(struct str s);                     /* code points */
struct str utf8_cut(struct str s, size_t max_bytes); /* never inside a code point */
struct str utf8_cut_count(struct str s, size_t max); /* at most max code points */
struct str text_fold(struct arena *a, struct str s); /* NFKC, case folded: for comparing tags and names */
/* The same without marks on letters: what search indexes and confusable checks compare. */
struct str text_fold_plain(struct arena *a, struct str s);
