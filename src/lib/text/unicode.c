/* Text as we let it in and as we compare it. utf8proc has the tables; what is ours is the order of
 * things: whatever a stranger sends is first cut down (control characters, heaps of combining
 * marks) and normalised afterwards, because putting n marks behind one base into canonical order
 * costs n * n steps. */
#include "lib/text/unicode.h"
#include "lib/base/arena.h"
#include <stdlib.h>
#include <utf8proc.h>

/* The bytes at the start of s that are ASCII, eight at a time. */
static size_t ascii_run(struct str s)
{
        size_t i = 0;
        for (; i + 8 <= s.n; i += 8) {
                uint64_t x;
                memcpy(&x, s.p + i, 8);
                if (x & 0x8080808080808080)
                        break;
        }
        while (i < s.n && !(s.p[i] & 0x80))
                i++;
        return i;
}

bool utf8_valid(struct str s)
{
        for (;;) {
                s = str_after(s, ascii_run(s));
                if (!s.n)
                        return true;
                uint32_t c = 0;
                size_t n = utf8_read(s.p, s.n, &c);
                if (!n)
                        return false;
                s = str_after(s, n);
        }
}

size_t utf8_count(struct str s)
{
        size_t n = 0;
        for (size_t i = 0; i < s.n; i++)
                n += (s.p[i] & 0xC0) != 0x80;
        return n;
}

struct str utf8_cut(struct str s, size_t max_bytes)
{
        if (s.n <= max_bytes)
                return s;
        size_t n = max_bytes;
        while (n && (s.p[n] & 0xC0) == 0x80)
                n--;
        return str_cut(s, 0, n);
}

struct str utf8_cut_count(struct str s, size_t max)
{
        size_t count = 0;
        for (size_t i = 0; i < s.n; i++)
                if ((s.p[i] & 0xC0) != 0x80 && count++ == max)
                        return str_cut(s, 0, i);
        return s;
}

bool unicode_is_mark(uint32_t c)
{
        if (c < 0x300)
                return false;
        const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)c);
        return p->combining_class || p->category == UTF8PROC_CATEGORY_MN ||
               p->category == UTF8PROC_CATEGORY_ME;
}

bool unicode_is_letter(uint32_t c)
{
        if (c < 0x80)
                return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
        return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) ||
               k == UTF8PROC_CATEGORY_NL;
}

bool unicode_is_word(uint32_t c)
{
        if (c < 0x80)
                return unicode_is_letter(c) || (c >= '0' && c <= '9') || c == '_';
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
        return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NL) ||
               k == UTF8PROC_CATEGORY_PC;
}

bool unicode_is_space(uint32_t c)
{
        if (c < 0x80)
                return c == ' ' || (c >= '\t' && c <= '\r');
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
        return c == 0x85 || (k >= UTF8PROC_CATEGORY_ZS && k <= UTF8PROC_CATEGORY_ZP);
}

/* The longest emoji in use have ten code points; a chain of joiners must not carry a whole page as
 * one. */
size_t text_count(struct str s)
{
        enum { CLUSTER_MAX = 16 };
        size_t count = 0, in_cluster = 0;
        utf8proc_int32_t before = 0, state = 0;
        for (size_t i = 0, n; i < s.n; i += n) {
                uint32_t c;
                n = utf8_read(s.p + i, s.n - i, &c);
                if (!n) {
                        n = 1;
                        c = 0xFFFD;
                }
                bool starts = i == 0 ||
                              utf8proc_grapheme_break_stateful(before, (utf8proc_int32_t)c, &state);
                if (starts || in_cluster == CLUSTER_MAX) {
                        count++;
                        in_cluster = 0;
                }
                in_cluster++;
                before = (utf8proc_int32_t)c;
        }
        return count;
}

/* Not C0 but \n and \t, DEL and C1, nor the two noncharacters that are no XML either (feeds are
 * XML). */
bool unicode_is_kept(uint32_t c)
{
        if (c < 0x20)
                return c == '\n' || c == '\t';
        return (c < 0x7F || c >= 0xA0) && c != 0xFFFE && c != 0xFFFF;
}

/* Copies s without what we never keep; *composed is whether normalising can change the rest.
 * Invalid bytes become U+FFFD when `repair`, else the answer is false. */
static bool cut_down(struct arena *a, struct str s, bool repair, struct str *ret, bool *composed)
{
        char *from = make_n(a, repair ? s.n * 3 + 1 : s.n + 1, char), *to = from;
        unsigned marks = 0;
        *composed = true;
        for (size_t i = 0, n; i < s.n; i += n) {
                uint32_t c = 0;
                n = utf8_read(s.p + i, s.n - i, &c);
                if (!n && !repair)
                        return false;
                if (!n) {
                        n = 1;
                        c = 0xFFFD;
                }
                if (c == '\r') { /* CRLF and lone CR are line ends */
                        if (i + 1 < s.n && s.p[i + 1] == '\n')
                                continue;
                        c = '\n';
                }
                if (!unicode_is_kept(c))
                        continue;
                marks = unicode_is_mark(c) ? marks + 1 : 0;
                if (marks > UNICODE_MARKS_MAX)
                        continue;
                if (c >= 0x300) /* everything below is its own NFC */
                        *composed = false;
                to += utf8_write(to, c);
        }
        *ret = (struct str){from, (size_t)(to - from)};
        return true;
}

/* utf8proc allocates its answer at the size it computed; only its copy in the arena stays. Needs
 * valid UTF-8. */
static struct str map(struct arena *a, struct str s, utf8proc_option_t options)
{
        utf8proc_uint8_t *out = NULL;
        utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n,
                                          &out, options | UTF8PROC_STABLE);
        if (n < 0)
                die("utf8proc: %s", utf8proc_errmsg(n));
        struct str r = str_dup(a, (struct str){(char *)out, (size_t)n});
        free(out);
        return r;
}

bool text_clean(struct arena *a, struct str s, struct str *ret)
{
        struct str kept;
        bool composed;
        if (!cut_down(a, s, false, &kept, &composed))
                return false;
        if (!composed) /* again behind it: U+0344 is one mark and becomes two */
                cut_down(a, map(a, kept, UTF8PROC_COMPOSE), false, &kept, &composed);
        *ret = kept;
        return true;
}

static bool is_bidi_control(uint32_t c)
{
        return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
               (c >= 0x2066 && c <= 0x2069);
}

/* Spaces and what shows nothing: a name made of these would look empty, or like another one. */
static bool is_blank(uint32_t c)
{
        static const uint32_t fillers[] = {0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E,
                                           0x2060, 0x2800, 0x3164, 0xFEFF, 0xFFA0, 0x2028, 0x2029};
        if (c <= 0x20 || (c >= 0x200B && c <= 0x200D))
                return true;
        for (size_t i = 0; i < countof(fillers); i++)
                if (fillers[i] == c)
                        return true;
        return c >= 0xA0 && utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ZS;
}

/* Bidi controls go first, as what they kept apart is then normalised. After that one pass: `end`
 * follows the last character that shows something, so what is blank at both ends falls away. */
bool name_clean(struct arena *a, struct str s, struct str *ret)
{
        struct str clean;
        if (!utf8_valid(s))
                return false;
        char *from = make_n(a, s.n + 1, char), *to = from, *end;
        for (size_t i = 0, n; i < s.n; i += n) {
                uint32_t c = 0;
                n = utf8_read(s.p + i, s.n - i, &c);
                if (!is_bidi_control(c))
                        to += utf8_write(to, c);
        }
        if (!text_clean(a, (struct str){from, (size_t)(to - from)}, &clean))
                return false;
        to = from = end = make_n(a, clean.n + 1, char);
        for (size_t i = 0, n; i < clean.n; i += n) {
                uint32_t c = 0;
                n = utf8_read(clean.p + i, clean.n - i, &c);
                bool blank = is_blank(c);
                if (blank && end == from)
                        continue;
                to += utf8_write(to,
                                 c == '\n' || c == '\t' || c == 0x2028 || c == 0x2029 ? ' ' : c);
                if (!blank)
                        end = to;
        }
        *ret = (struct str){from, (size_t)(end - from)};
        return true;
}

static const utf8proc_option_t FOLD = UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

/* Text that came in before text_clean existed for it may be invalid: it is repaired, comparing
 * never fails. */
struct str text_fold(struct arena *a, struct str s)
{
        if (ascii_run(s) == s.n)
                return str_lower(a, s);
        struct str kept;
        bool ignored;
        cut_down(a, s, true, &kept, &ignored);
        return map(a, kept, FOLD | UTF8PROC_COMPOSE);
}

/* Marks that only modify a letter, by combining class: Hebrew points and Arabic vowels (10-35), and
 * everything placed above, below or through (200 and up). Viramas, nuktas, kana voicing and tone
 * marks make another letter. */
static bool is_plain_mark(uint32_t c)
{
        int class = utf8proc_get_property((utf8proc_int32_t)c)->combining_class;
        return class >= 200 || (class >= 10 && class <= 35);
}

struct str text_fold_plain(struct arena *a, struct str s)
{
        if (ascii_run(s) == s.n)
                return str_lower(a, s);
        struct str kept;
        bool ignored;
        cut_down(a, s, true, &kept, &ignored);
        struct str apart = map(a, kept, FOLD | UTF8PROC_DECOMPOSE);
        char *from = make_n(a, apart.n + 1, char), *to = from;
        for (size_t i = 0, n; i < apart.n; i += n) {
                uint32_t c = 0;
                n = utf8_read(apart.p + i, apart.n - i, &c);
                if (!is_plain_mark(c))
                        to += utf8_write(to, c);
        }
        return map(a, (struct str){from, (size_t)(to - from)}, UTF8PROC_COMPOSE);
}
