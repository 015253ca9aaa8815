/* Unicode: validity, normal forms, folding (utf8proc). */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"

/* The code point at the front of p and how many bytes it takes; 0 when there is no valid one (RFC 3629). */
static inline size_t utf8_read(const char *p, size_t n, uint32_t *ret)
{
        const unsigned char *u = (const unsigned char *)p;
        if (n == 0)
                return 0;
        if (u[0] < 0x80) {
                *ret = u[0];
                return 1;
        }
        size_t want = u[0] < 0xC2 ? 0 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : u[0] < 0xF5 ? 4 : 0;
        if (want == 0 || want > n)
                return 0;
        uint32_t c = u[0] & (0x7Fu >> want);
        for (size_t i = 1; i < want; i++) {
                if ((u[i] & 0xC0) != 0x80)
                        return 0;
                c = c << 6 | (u[i] & 0x3Fu);
        }
        if ((want == 3 && c < 0x800) || (want == 4 && c < 0x10000) || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
                return 0;
        *ret = c;
        return want;
}
/* Writes the code point c (no surrogate) to p; how many bytes, at most 4. */
static inline size_t utf8_write(char *p, uint32_t c)
{
        if (c < 0x80) {
                p[0] = (char)c;
                return 1;
        }
        size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        for (size_t i = n; --i; c >>= 6)
                p[i] = (char)(0x80 | (c & 0x3F));
        p[0] = (char)((0xF00u >> n & 0xF0) | c);
        return n;
}

bool utf8_valid(struct str s); /* no overlong, no surrogates, nothing above U+10FFFF */
/* What a name or tag is made of: letters, marks, decimal digits, connectors like "_" (as [[:word:]] elsewhere). */
bool unicode_is_word(uint32_t c);
bool unicode_is_letter(uint32_t c);
bool unicode_is_space(uint32_t c);
bool unicode_is_mark(uint32_t c); /* stands on the character before it */
bool unicode_is_kept(uint32_t c); /* no control but \n and \t, nor what XML cannot hold */
enum { UNICODE_MARKS_MAX = 8 };   /* on one base: more than any orthography needs, few enough to stay in the line */
/* How many characters a person sees: grapheme clusters; one of over 16 code points counts once more for each 16. */
size_t text_count(struct str s);
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
