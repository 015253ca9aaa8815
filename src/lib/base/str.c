/* Strings with a length: see str.h. */
#include "lib/base/str.h"
#include "lib/base/arena.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct str str_of(const char *z)
{
        return z ? (struct str){z, strlen(z)} : STR_NONE;
}

bool str_eq(struct str a, struct str b)
{
        return a.n == b.n &&
               (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); /* NOLINT: n is 0 when p is NULL */
}

static unsigned char lower(char c)
{
        return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
        if (a.n != b.n)
                return false;
        for (size_t i = 0; i < a.n; i++)
                if (lower(a.p[i]) != lower(b.p[i])) /* NOLINT: n is 0 when p is NULL */
                        return false;
        return true;
}

int str_cmp(struct str a, struct str b)
{
        size_t n = a.n < b.n ? a.n : b.n;
        int c = n ? memcmp(a.p, b.p, n) : 0;
        return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str head)
{
        return s.n >= head.n && str_eq(str_cut(s, 0, head.n), head);
}

bool str_ends(struct str s, struct str tail)
{
        return s.n >= tail.n && str_eq(str_after(s, s.n - tail.n), tail);
}

bool str_starts_nocase(struct str s, struct str head)
{
        return s.n >= head.n && str_eq_nocase(str_cut(s, 0, head.n), head);
}

size_t str_find(struct str s, struct str part)
{
        if (part.n == 0)
                return 0;
        const char *at = s.n ? memmem(s.p, s.n, part.p, part.n) : NULL;
        return at ? (size_t)(at - s.p) : s.n;
}

size_t str_find_char(struct str s, char c)
{
        const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
        return at ? (size_t)(at - s.p) : s.n;
}

bool str_has(struct str s, struct str part)
{
        return part.n == 0 || str_find(s, part) < s.n;
}

bool str_has_char(struct str s, char c)
{
        return str_find_char(s, c) < s.n;
}

struct str str_cut(struct str s, size_t from, size_t n)
{
        s = str_after(s, from);
        if (n < s.n)
                s.n = n;
        return s;
}

struct str str_after(struct str s, size_t from)
{
        if (from > s.n)
                from = s.n;
        return (struct str){s.p ? s.p + from : NULL, s.n - from};
}

static bool is_space(char c)
{
        return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
        while (s.n && is_space(s.p[0]))
                s = str_after(s, 1);
        while (s.n && is_space(s.p[s.n - 1]))
                s.n--;
        return s;
}

bool str_next(struct str *rest, char sep, struct str *ret)
{
        if (!rest->p)
                return false;
        size_t at = str_find_char(*rest, sep);
        *ret = str_cut(*rest, 0, at);
        *rest = at < rest->n ? str_after(*rest, at + 1) : STR_NONE;
        return true;
}

struct str str_dup(struct arena *a, struct str s)
{
        if (!s.p)
                return STR_NONE;
        return (struct str){str_z(a, s), s.n};
}

char *str_z(struct arena *a, struct str s)
{
        char *z = make_n(a, s.n + 1, char);
        if (s.n)
                memcpy(z, s.p, s.n);
        return z;
}

struct str str_fmt(struct arena *a, const char *format, ...)
{
        va_list ap, again;
        va_start(ap, format);
        va_copy(again, ap);
        int n = vsnprintf(NULL, 0, format, ap);
        va_end(ap);
        if (n < 0)
                die("str_fmt: bad format");
        char *z = make_n(a, (size_t)n + 1, char);
        vsnprintf(z, (size_t)n + 1, format, again);
        va_end(again);
        return (struct str){z, (size_t)n};
}

struct str str_int(struct arena *a, int64_t n)
{
        return str_fmt(a, "%lld", (long long)n);
}

struct str str_join(struct arena *a, struct str x, struct str y)
{
        char *z = make_n(a, x.n + y.n + 1, char);
        if (x.n)
                memcpy(z, x.p, x.n);
        if (y.n)
                memcpy(z + x.n, y.p, y.n);
        return (struct str){z, x.n + y.n};
}

struct str str_lower(struct arena *a, struct str s)
{
        char *z = str_z(a, s);
        for (size_t i = 0; i < s.n; i++)
                z[i] = (char)lower(z[i]);
        return (struct str){z, s.n};
}

struct str str_replace(struct arena *a, struct str s, struct str what, struct str with)
{
        size_t hits = 0;
        for (struct str r = s; what.n && str_has(r, what);
             r = str_after(r, str_find(r, what) + what.n))
                hits++;
        if (!hits)
                return s;
        char *z = make_n(a, s.n + hits * with.n + 1, char), *to = z;
        for (; hits; hits--) {
                size_t at = str_find(s, what);
                memcpy(to, s.p, at);
                to += at;
                if (with.n)
                        memcpy(to, with.p, with.n);
                to += with.n;
                s = str_after(s, at + what.n);
        }
        if (s.n)
                memcpy(to, s.p, s.n);
        to += s.n;
        return (struct str){z, (size_t)(to - z)};
}

bool str_to_u64(struct str s, uint64_t *ret)
{
        uint64_t v = 0;
        if (s.n == 0 || s.n > 20)
                return false;
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] < '0' || s.p[i] > '9') /* NOLINT: n is 0 when p is NULL */
                        return false;
                if (__builtin_mul_overflow(v, 10, &v) ||
                    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
                        return false;
        }
        *ret = v;
        return true;
}

bool str_to_i64(struct str s, int64_t *ret)
{
        bool minus = s.n && s.p[0] == '-';
        uint64_t v, top = (uint64_t)INT64_MAX + (minus ? 1 : 0);
        if (!str_to_u64(minus ? str_after(s, 1) : s, &v) || v > top)
                return false;
        *ret = minus ? (int64_t)(0 - v) : (int64_t)v;
        return true;
}

bool str_to_double(struct str s, double *ret)
{
        char z[64];
        if (s.n == 0 || s.n >= sizeof z)
                return false;
        for (size_t i = 0; i < s.n; i++)
                if (!strchr("0123456789+-.eE", s.p[i]) || !s.p[i])
                        return false;
        memcpy(z, s.p, s.n);
        z[s.n] = 0;
        char *end;
        double v = strtod(z, &end);
        if (*end || !isfinite(v))
                return false;
        *ret = v;
        return true;
}

bool str_same_secret(struct str a, struct str b)
{
        if (a.n != b.n)
                return false;
        unsigned char diff = 0;
        for (size_t i = 0; i < a.n; i++)
                diff |= (unsigned char)(a.p[i] ^ b.p[i]);
        return diff == 0;
}
