/* Canonical JSON: members sorted by UTF-16 code units, numbers as ECMAScript writes them, strings
 * with the fewest escapes. Depth is bounded by the reader, which also refused duplicate names and
 * bad UTF-8. */
#include "lib/text/jcs.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void write_string(struct buf *out, struct str s)
{
        static const char short_form[32] = {
                ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
        size_t from = 0;
        buf_add_char(out, '"');
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (c >= ' ' && c != '"' && c != '\\')
                        continue;
                buf_add(out, str_cut(s, from, i - from));
                from = i + 1;
                if (c >= ' ')
                        buf_addf(out, "\\%c", c);
                else if (short_form[c])
                        buf_addf(out, "\\%c", short_form[c]);
                else
                        buf_addf(out, "\\u%04x", c);
        }
        buf_add(out, str_after(s, from));
        buf_add_char(out, '"');
}

/* The fewest digits that read back as v: d.ddddde[+-]xx. */
static int shortest(double v, char to[32])
{
        for (int digits = 0; digits <= 16; digits++) {
                snprintf(to, 32, "%.*e", digits, v);
                if (strtod(to, NULL) == v)
                        break;
        }
        return (int)strlen(to);
}

/* ECMA-262, Number::toString: n is where the point stands, k how many digits there are. */
static bool write_number(struct buf *out, struct str text)
{
        char form[32], digits[32] = {0};
        double v;
        size_t k = 0;
        if (!str_to_double(text, &v))
                return false;
        if (v == 0) {
                buf_add_char(out, '0');
                return true;
        }
        shortest(fabs(v), form);
        char *e = strchr(form, 'e');
        for (const char *p = form; p < e; p++)
                if (*p != '.')
                        digits[k++] = *p;
        int n = atoi(e + 1) + 1, count = (int)k;
        if (v < 0)
                buf_add_char(out, '-');
        if (n > 21 || n < -5) {
                buf_add_char(out, digits[0]);
                buf_add(out, k > 1 ? S(".") : STR_NONE);
                buf_add(out, (struct str){digits + 1, k - 1});
                buf_addf(out, "e%+d", n - 1);
        } else if (n <= 0) {
                buf_addf(out, "0.%.*s%.*s", -n, "00000", count, digits);
        } else if (count <= n) {
                buf_addf(out, "%.*s%.*s", count, digits, n - count, "000000000000000000000");
        } else {
                buf_addf(out, "%.*s.%.*s", n, digits, count - n, digits + n);
        }
        return true;
}

/* UTF-8 sorts by code point, which differs from UTF-16 only in that U+10000 and above come before
 * U+E000. */
static int weight(char c)
{
        unsigned char b = (unsigned char)c;
        return b == 0xee || b == 0xef ? b + 0x10 : b;
}

static int by_key(const void *a, const void *b)
{
        struct str x = (*(const struct json_value *const *)a)->key;
        struct str y = (*(const struct json_value *const *)b)->key;
        for (size_t i = 0; i < x.n && i < y.n; i++)
                if (x.p[i] != y.p[i])
                        return weight(x.p[i]) - weight(y.p[i]);
        return x.n < y.n ? -1 : x.n > y.n;
}

static bool is_one_of(struct str s, const struct str *list, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (str_eq(s, list[i]))
                        return true;
        return false;
}

static bool write_value(struct arena *a, struct buf *out, const struct json_value *v);

static bool write_object(struct arena *a, struct buf *out, const struct json_value *v,
                         const struct str *without, size_t n)
{
        const struct json_value **members = make_n(a, v->count + 1, const struct json_value *);
        size_t count = 0;
        for (const struct json_value *m = v->child; m; m = m->next)
                if (!is_one_of(m->key, without, n))
                        members[count++] = m;
        qsort(members, count, sizeof(void *), by_key);
        buf_add_char(out, '{');
        for (size_t i = 0; i < count; i++) {
                if (i)
                        buf_add_char(out, ',');
                write_string(out, members[i]->key);
                buf_add_char(out, ':');
                if (!write_value(a, out, members[i]))
                        return false;
        }
        buf_add_char(out, '}');
        return true;
}

static bool write_array(struct arena *a, struct buf *out, const struct json_value *v)
{
        buf_add_char(out, '[');
        for (const struct json_value *m = v->child; m; m = m->next) {
                if (!write_value(a, out, m))
                        return false;
                if (m->next)
                        buf_add_char(out, ',');
        }
        buf_add_char(out, ']');
        return true;
}

static bool write_value(struct arena *a, struct buf *out, const struct json_value *v)
{
        switch (v->type) {
        case JSON_OBJECT:
                return write_object(a, out, v, NULL, 0);
        case JSON_ARRAY:
                return write_array(a, out, v);
        case JSON_STRING:
                write_string(out, v->text);
                return true;
        case JSON_NUMBER:
                return write_number(out, v->text);
        case JSON_TRUE:
                buf_add(out, S("true"));
                return true;
        case JSON_FALSE:
                buf_add(out, S("false"));
                return true;
        case JSON_NULL:
                break;
        }
        buf_add(out, S("null"));
        return true;
}

bool jcs_write(struct arena *a, struct buf *out, const struct json_value *v,
               const struct str *without, size_t n)
{
        bool good = v->type == JSON_OBJECT ? write_object(a, out, v, without, n)
                                           : write_value(a, out, v);
        return good && !out->failed;
}
