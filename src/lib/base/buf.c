/* Growable bytes: see buf.h. */
#include "lib/base/buf.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_free(struct buf *b)
{
        free(b->p);
        *b = (struct buf){.cap = b->cap};
}

void buf_clear(struct buf *b)
{
        b->n = 0;
        b->failed = false;
}

char *buf_room(struct buf *b, size_t n)
{
        if (b->p && n <= b->size - b->n && !b->failed)
                return b->p + b->n;
        size_t need, size = b->size ? b->size : 256;
        if (b->failed || __builtin_add_overflow(b->n, n, &need) || (b->cap && need > b->cap)) {
                b->failed = true;
                return NULL;
        }
        while (size < need)
                size *= 2;
        char *p = realloc(b->p, size);
        if (!p) {
                b->failed = true;
                return NULL;
        }
        b->p = p;
        b->size = size;
        return p + b->n;
}

void buf_add(struct buf *b, struct str s)
{
        if (!s.n)
                return;
        char *to = buf_room(b, s.n);
        if (to) {
                memcpy(to, s.p, s.n);
                b->n += s.n;
        }
}

void buf_add_char(struct buf *b, char c)
{
        buf_add(b, (struct str){&c, 1});
}

void buf_add_i64(struct buf *b, int64_t v)
{
        char digits[20];
        size_t i = sizeof digits;
        uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
        do
                digits[--i] = (char)('0' + u % 10);
        while (u /= 10);
        if (v < 0)
                buf_add_char(b, '-');
        buf_add(b, (struct str){digits + i, sizeof digits - i});
}

void buf_addf(struct buf *b, const char *format, ...)
{
        va_list ap, again;
        va_start(ap, format);
        va_copy(again, ap);
        int n = vsnprintf(NULL, 0, format, ap);
        va_end(ap);
        char *to = n >= 0 ? buf_room(b, (size_t)n + 1) : NULL;
        if (to) {
                vsnprintf(to, (size_t)n + 1, format, again);
                b->n += (size_t)n;
        }
        va_end(again);
}

struct str buf_str(const struct buf *b)
{
        return (struct str){b->p ? b->p : "", b->n};
}

struct str buf_take(struct arena *a, struct buf *b)
{
        struct str s = b->failed ? STR_NONE : str_dup(a, buf_str(b));
        buf_free(b);
        return s;
}
