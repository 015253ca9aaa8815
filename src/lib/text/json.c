/* The JSON writer: every answer of the client API, every activity and the stored copies of both go
 * through it. It streams into a buf and never fails by itself; the buf remembers. Text is escaped
 * and, byte by byte, checked: a NUL or an invalid UTF-8 byte becomes U+FFFD, because one such byte
 * makes a whole page unreadable to strict clients. The reader is json_read.c. */
#include "lib/text/json.h"
#include "lib/text/date.h"
#include "lib/text/unicode.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH_MAX = 60 };

/* What a byte needs: 0 nothing, 1 \u00XX, 2 part of a longer UTF-8 sequence, else the letter behind
 * the backslash. The second table is for JSON that stands inside HTML, where a string must not
 * close the script element. */
#define C0_ROW                                                                                     \
        [0 ... 31] = 1, ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',      \
               ['"'] = '"', ['\\'] = '\\', [128 ... 255] = 2
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#pragma GCC diagnostic ignored "-Wpedantic"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#endif
static const unsigned char WIRE[256] = {C0_ROW};
static const unsigned char IN_HTML[256] = {C0_ROW, ['<'] = 1, ['>'] = 1, ['&'] = 1};
#pragma GCC diagnostic pop

void json_open(struct json *j, struct buf *out)
{
        *j = (struct json){.out = out};
}

/* The bytes at the start of s that need nothing, eight at a time: none below 0x20, above 0x7f, `"`
 * or `\`. */
static size_t clean_run(const char *p, size_t n)
{
        const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
        size_t i = 0;
        for (; i + 8 <= n; i += 8) {
                uint64_t x;
                memcpy(&x, p + i, 8);
                uint64_t quote = x ^ ones * '"', slash = x ^ ones * '\\';
                uint64_t hit = ((x - ones * 0x20) | (quote - ones) | (slash - ones) | x) & tops;
                if (hit)
                        break;
        }
        while (i < n && !WIRE[(unsigned char)p[i]])
                i++;
        return i;
}

/* Writes the escape of the byte (or UTF-8 sequence) at the front of p; how many bytes of p it took.
 */
static size_t escape(char **to, const char *p, size_t n, unsigned char kind)
{
        static const char hex[] = "0123456789abcdef";
        unsigned char c = (unsigned char)p[0];
        char *w = *to;
        size_t took = 1;
        if (kind == 1 && c) {
                const char u[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
                memcpy(w, u, 6);
                w += 6;
        } else if (kind <= 2) {
                uint32_t ignored;
                size_t n_read = c ? utf8_read(p, n, &ignored) : 0;
                memcpy(w, n_read ? p : "\xef\xbf\xbd", n_read ? n_read : 3);
                w += n_read ? n_read : 3;
                took = n_read ? n_read : 1;
        } else {
                *w++ = '\\';
                *w++ = (char)kind;
        }
        *to = w;
        return took;
}

/* Room is always kept for the rest of s plus one escape and the closing quote, so the inner copies
 * need no check. */
static void quote(struct buf *b, struct str s, const unsigned char table[256])
{
        enum { ESCAPE = 6 };
        char *w = buf_room(b, s.n + ESCAPE + 2);
        if (!w)
                return;
        const char *p = s.p;
        size_t left = s.n;
        *w++ = '"';
        while (left) {
                size_t run = 0;
                if (table == WIRE)
                        run = clean_run(p, left);
                else
                        while (run < left && !table[(unsigned char)p[run]])
                                run++;
                memcpy(w, p, run);
                w += run;
                p += run;
                left -= run;
                if (!left)
                        break;
                size_t took = escape(&w, p, left, table[(unsigned char)*p]);
                p += took;
                left -= took;
                if ((size_t)(b->p + b->size - w) < left + ESCAPE + 2) {
                        b->n = (size_t)(w - b->p);
                        w = buf_room(b, left + ESCAPE + 2);
                        if (!w)
                                return;
                }
        }
        *w++ = '"';
        b->n = (size_t)(w - b->p);
}

void json_quote(struct buf *out, struct str s)
{
        quote(out, s, IN_HTML);
}

static void comma(struct json *j)
{
        uint64_t bit = (uint64_t)1 << j->depth;
        if (j->comma & bit)
                buf_add_char(j->out, ',');
        j->comma |= bit;
}

/* What stands before a value: comma and key. Keys are our literals and need no escape. */
static void begin(struct json *j, const char *key)
{
        if (!key) {
                comma(j);
                return;
        }
        size_t n = strlen(key);
        char *w = buf_room(j->out, n + 4);
        if (!w)
                return;
        char *from = w;
        uint64_t bit = (uint64_t)1 << j->depth;
        if (j->comma & bit)
                *w++ = ',';
        j->comma |= bit;
        *w++ = '"';
        memcpy(w, key, n);
        w += n;
        *w++ = '"';
        *w++ = ':';
        j->out->n += (size_t)(w - from);
}

static void begin_data(struct json *j, struct str key)
{
        comma(j);
        quote(j->out, key, WIRE);
        buf_add_char(j->out, ':');
}

static void down(struct json *j, bool array)
{
        if (j->depth >= DEPTH_MAX)
                die("json: nested deeper than %d", DEPTH_MAX);
        buf_add_char(j->out, array ? '[' : '{');
        uint64_t bit = (uint64_t)1 << ++j->depth;
        j->comma &= ~bit;
        j->array = array ? j->array | bit : j->array & ~bit;
}

void json_object(struct json *j, const char *key)
{
        begin(j, key);
        down(j, false);
}

void json_array(struct json *j, const char *key)
{
        begin(j, key);
        down(j, true);
}

void json_end(struct json *j)
{
        if (j->depth <= 0)
                die("json: closed more than was opened");
        buf_add_char(j->out, j->array >> j->depth & 1 ? ']' : '}');
        j->depth--;
}

void json_str(struct json *j, const char *key, struct str s)
{
        begin(j, key);
        if (s.p)
                quote(j->out, s, WIRE);
        else
                buf_add(j->out, S("null"));
}

void json_z(struct json *j, const char *key, const char *z)
{
        json_str(j, key, str_of(z));
}

void json_markup(struct json *j, const char *key, struct markup m)
{
        begin(j, key);
        quote(j->out, m.html, WIRE);
}

void json_int(struct json *j, const char *key, int64_t v)
{
        begin(j, key);
        buf_add_i64(j->out, v);
}

void json_real(struct json *j, const char *key, double v)
{
        begin(j, key);
        if (!isfinite(v)) {
                buf_add(j->out, S("null"));
                return;
        }
        char text[40];
        for (int digits = 15; digits <= 17; digits++) {
                snprintf(text, sizeof text, "%.*g", digits, v);
                if (strtod(text, NULL) == v)
                        break;
        }
        buf_add(j->out, str_of(text));
}

void json_bool(struct json *j, const char *key, bool v)
{
        begin(j, key);
        buf_add(j->out, v ? S("true") : S("false"));
}

void json_null(struct json *j, const char *key)
{
        begin(j, key);
        buf_add(j->out, S("null"));
}

void json_id(struct json *j, const char *key, int64_t id)
{
        if (!id) {
                json_null(j, key);
                return;
        }
        begin(j, key);
        buf_add_char(j->out, '"');
        buf_add_i64(j->out, id);
        buf_add_char(j->out, '"');
}

/* Times that fit four-digit years need no escape. */
static void time_or_null(struct json *j, const char *key, int64_t ms, size_t n)
{
        if (!ms) {
                json_null(j, key);
                return;
        }
        char text[26];
        text[0] = '"';
        date_put_iso(text + 1, ms);
        text[n + 1] = '"';
        begin(j, key);
        buf_add(j->out, (struct str){text, n + 2});
}

void json_time(struct json *j, const char *key, int64_t ms)
{
        time_or_null(j, key, ms, 24);
}

void json_date(struct json *j, const char *key, int64_t ms)
{
        time_or_null(j, key, ms, 10);
}

void json_raw(struct json *j, const char *key, struct str json)
{
        begin(j, key);
        buf_add(j->out, json);
}

void json_key_str(struct json *j, struct str key, struct str s)
{
        begin_data(j, key);
        if (s.p)
                quote(j->out, s, WIRE);
        else
                buf_add(j->out, S("null"));
}

void json_key_object(struct json *j, struct str key)
{
        begin_data(j, key);
        down(j, false);
}

void json_key_array(struct json *j, struct str key)
{
        begin_data(j, key);
        down(j, true);
}

/* A tree from json_read may be deeper than the writer's bits, so it keeps its own commas; json_read
 * bounds the recursion. */
static void write_tree(struct buf *b, const struct json_value *v)
{
        static const char *const words[] = {
                [JSON_NULL] = "null", [JSON_FALSE] = "false", [JSON_TRUE] = "true"};
        switch (v->type) {
        case JSON_NUMBER:
                buf_add(b, v->text);
                return;
        case JSON_STRING:
                quote(b, v->text, WIRE);
                return;
        case JSON_ARRAY:
        case JSON_OBJECT:
                break;
        default:
                buf_add(b, str_of(words[v->type]));
                return;
        }
        buf_add_char(b, v->type == JSON_ARRAY ? '[' : '{');
        for (const struct json_value *c = v->child; c; c = c->next) {
                if (c != v->child)
                        buf_add_char(b, ',');
                if (v->type == JSON_OBJECT) {
                        quote(b, c->key, WIRE);
                        buf_add_char(b, ':');
                }
                write_tree(b, c);
        }
        buf_add_char(b, v->type == JSON_ARRAY ? ']' : '}');
}

void json_write_value(struct json *j, const char *key, const struct json_value *v)
{
        begin(j, key);
        if (v)
                write_tree(j->out, v);
        else
                buf_add(j->out, S("null"));
}

struct str json_strings(struct arena *a, const struct str *v, size_t n)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_array(&j, NULL);
        for (size_t i = 0; i < n; i++)
                json_str(&j, NULL, v[i]);
        json_end(&j);
        return buf_take(a, &b);
}
