/* The JSON reader: request bodies, activities, documents of other servers. Recursive descent over
 * one copy of the text in the arena, in which strings are decoded in place (an escape is never
 * shorter than what it stands for), so reading allocates the copy, the nodes and, for wide objects,
 * a table for the duplicate check. Two programs that read one document differently are a way to
 * forge (a signature checked over one "id", the other one believed): hence everything RFC 8259
 * leaves open is refused. */
#include "lib/base/hash.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"

enum { BYTES = 1024 * 1024, DEPTH = 64, NODES = 10000, DEPTH_EVER = 256 };
enum { PAIRWISE = 8 }; /* objects up to this many members are compared pair by pair */

struct reader {
        struct arena *arena;
        char *start, *p; /* the copy; its last byte is a NUL, which no rule accepts */
        size_t n, depth, nodes_left;
};

static void skip_space(struct reader *r)
{
        while (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t')
                r->p++;
}

static bool skip(struct reader *r, char c)
{
        if (*r->p != c)
                return false;
        r->p++;
        return true;
}

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static enum err read_word(struct reader *r, const char *word)
{
        for (; *word; word++)
                if (!skip(r, *word))
                        return ERR_MALFORMED;
        return OK;
}

/* RFC 8259 section 6. */
static enum err read_number(struct reader *r, struct str *ret)
{
        char *from = r->p;
        skip(r, '-');
        if (!is_digit(*r->p))
                return ERR_MALFORMED;
        if (!skip(r, '0'))
                while (is_digit(*r->p))
                        r->p++;
        if (skip(r, '.')) {
                if (!is_digit(*r->p))
                        return ERR_MALFORMED;
                while (is_digit(*r->p))
                        r->p++;
        }
        if (*r->p == 'e' || *r->p == 'E') {
                r->p++;
                if (*r->p == '+' || *r->p == '-')
                        r->p++;
                if (!is_digit(*r->p))
                        return ERR_MALFORMED;
                while (is_digit(*r->p))
                        r->p++;
        }
        *ret = (struct str){from, (size_t)(r->p - from)};
        return OK;
}

static int hex_digit(char c)
{
        if (is_digit(c))
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

static bool read_hex4(struct reader *r, uint32_t *ret)
{
        uint32_t v = 0;
        for (int i = 0; i < 4; i++) {
                int d = hex_digit(*r->p);
                if (d < 0)
                        return false;
                v = v << 4 | (uint32_t)d;
                r->p++;
        }
        *ret = v;
        return true;
}

/* Behind the backslash. U+0000 is refused: half of the world's storage ends a text there. */
static enum err read_escape(struct reader *r, char **to)
{
        static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
        const char *at = *r->p ? strchr(from, *r->p) : NULL;
        if (at) {
                r->p++;
                *(*to)++ = into[at - from];
                return OK;
        }
        uint32_t c, low;
        if (!skip(r, 'u') || !read_hex4(r, &c) || c == 0 || (c >= 0xDC00 && c <= 0xDFFF))
                return ERR_MALFORMED;
        if (c >= 0xD800 && c <= 0xDBFF) {
                if (!skip(r, '\\') || !skip(r, 'u') || !read_hex4(r, &low) || low < 0xDC00 ||
                    low > 0xDFFF)
                        return ERR_MALFORMED;
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
        *to += utf8_write(*to, c);
        return OK;
}

static enum err read_string(struct reader *r, struct str *ret)
{
        char *from = ++r->p, *to = from;
        for (;;) {
                unsigned char c = (unsigned char)*r->p;
                if (c == '"') {
                        break;
                } else if (c == '\\') {
                        r->p++;
                        TRY(read_escape(r, &to));
                } else if (c < 0x20) {
                        return ERR_MALFORMED;
                } else if (c < 0x80) {
                        *to++ = *r->p++;
                } else {
                        uint32_t ignored;
                        size_t n = utf8_read(r->p, r->n - (size_t)(r->p - r->start), &ignored);
                        if (!n)
                                return ERR_MALFORMED;
                        memmove(to, r->p, n);
                        to += n;
                        r->p += n;
                }
        }
        r->p++;
        *ret = (struct str){from, (size_t)(to - from)};
        return OK;
}

static bool has_twins_hashed(struct arena *a, const struct json_value *object)
{
        size_t size = 16;
        while (size < object->count * 2)
                size *= 2;
        const struct json_value **table = make_n(a, size, const struct json_value *);
        for (const struct json_value *c = object->child; c; c = c->next) {
                size_t at = hash_keyed(c->key) & (size - 1);
                for (; table[at]; at = (at + 1) & (size - 1))
                        if (str_eq(table[at]->key, c->key))
                                return true;
                table[at] = c;
        }
        return false;
}

static bool has_twins(struct arena *a, const struct json_value *object)
{
        if (object->count > PAIRWISE)
                return has_twins_hashed(a, object);
        for (const struct json_value *c = object->child; c; c = c->next)
                for (const struct json_value *d = c->next; d; d = d->next)
                        if (str_eq(c->key, d->key))
                                return true;
        return false;
}

static enum err read_value(struct reader *r, struct json_value *v);

/* One member or element, with what leads to it. */
static enum err read_child(struct reader *r, struct json_value *parent, struct json_value ***last)
{
        struct str key = STR_NONE;
        if (parent->type == JSON_OBJECT) {
                skip_space(r);
                if (*r->p != '"')
                        return ERR_MALFORMED;
                TRY(read_string(r, &key));
                skip_space(r);
                if (!skip(r, ':'))
                        return ERR_MALFORMED;
        }
        if (!r->nodes_left--)
                return ERR_TOO_LARGE;
        struct json_value *v = make(r->arena, struct json_value);
        v->key = key;
        **last = v;
        *last = &v->next;
        parent->count++;
        return read_value(r, v);
}

static enum err read_children(struct reader *r, struct json_value *v, char end)
{
        struct json_value **last = &v->child;
        if (!r->depth--)
                return ERR_MALFORMED;
        r->p++;
        skip_space(r);
        if (*r->p != end) {
                do {
                        TRY(read_child(r, v, &last));
                        skip_space(r);
                } while (skip(r, ','));
        }
        r->depth++;
        if (!skip(r, end) || (v->type == JSON_OBJECT && has_twins(r->arena, v)))
                return ERR_MALFORMED;
        return OK;
}

static enum err read_value(struct reader *r, struct json_value *v)
{
        skip_space(r);
        switch (*r->p) {
        case '{':
                v->type = JSON_OBJECT;
                return read_children(r, v, '}');
        case '[':
                v->type = JSON_ARRAY;
                return read_children(r, v, ']');
        case '"':
                v->type = JSON_STRING;
                return read_string(r, &v->text);
        case 't':
                v->type = JSON_TRUE;
                return read_word(r, "true");
        case 'f':
                v->type = JSON_FALSE;
                return read_word(r, "false");
        case 'n':
                v->type = JSON_NULL;
                return read_word(r, "null");
        default:
                v->type = JSON_NUMBER;
                return read_number(r, &v->text);
        }
}

static size_t limit(size_t given, size_t usual)
{
        return given ? given : usual;
}

enum err json_read(struct arena *a, struct str text, const struct json_limits *limits,
                   const struct json_value **ret, size_t *where)
{
        struct json_limits l = limits ? *limits : (struct json_limits){0};
        struct reader r = {.arena = a,
                           .n = text.n,
                           .depth = limit(l.depth, DEPTH),
                           .nodes_left = limit(l.nodes, NODES) - 1};
        if (where)
                *where = 0;
        if (text.n > limit(l.bytes, BYTES))
                return ERR_TOO_LARGE;
        if (r.depth > DEPTH_EVER) /* the recursion's frames must fit a thread's stack */
                die("json: depth limit over %d", DEPTH_EVER);
        r.p = r.start = str_z(a, text);
        struct json_value *v = make(a, struct json_value);
        enum err e = read_value(&r, v);
        if (!e) {
                skip_space(&r);
                if ((size_t)(r.p - r.start) != text.n)
                        e = ERR_MALFORMED;
        }
        if (where)
                *where = (size_t)(r.p - r.start);
        if (!e)
                *ret = v;
        return e;
}

const struct json_value *json_get(const struct json_value *object, const char *key)
{
        if (!object || object->type != JSON_OBJECT)
                return NULL;
        struct str want = str_of(key);
        for (const struct json_value *c = object->child; c; c = c->next)
                if (str_eq(c->key, want))
                        return c;
        return NULL;
}

struct str json_text(const struct json_value *v)
{
        return v && v->type == JSON_STRING ? v->text : STR_NONE;
}

bool json_i64(const struct json_value *v, int64_t *ret)
{
        return v && v->type == JSON_NUMBER && str_to_i64(v->text, ret);
}

bool json_is_true(const struct json_value *v)
{
        return v && v->type == JSON_TRUE;
}

struct str json_get_text(const struct json_value *object, const char *key)
{
        return json_text(json_get(object, key));
}

int64_t json_get_id(const struct json_value *object, const char *key)
{
        int64_t id;
        return str_to_i64(json_get_text(object, key), &id) ? id : 0;
}
