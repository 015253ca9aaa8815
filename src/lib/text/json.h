/* JSON (RFC 8259). The writer streams into a buf, escapes always, and remembers failure there. The reader builds a
 * tree in the arena: strict UTF-8, no duplicate keys, no lone surrogates, no \u0000, nothing after the end. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/text/markup.h"

struct json {
        struct buf *out;
        uint64_t comma, array; /* a bit a level: is a comma due; is it an array */
        int depth;             /* at most 60 */
};

void json_open(struct json *j, struct buf *out);
/* key is NULL inside arrays and at the top. Keys are our own literals. */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_end(struct json *j); /* closes the newest object or array */
void json_str(struct json *j, const char *key, struct str s); /* STR_NONE writes null */
void json_z(struct json *j, const char *key, const char *z);
void json_markup(struct json *j, const char *key, struct markup m); /* as a string; none writes "" */
void json_int(struct json *j, const char *key, int64_t v);
void json_real(struct json *j, const char *key, double v); /* shortest form that reads back; not finite: null */
void json_bool(struct json *j, const char *key, bool v);
void json_null(struct json *j, const char *key);
void json_id(struct json *j, const char *key, int64_t id); /* decimal string; 0 writes null */
void json_time(struct json *j, const char *key, int64_t ms); /* "YYYY-MM-DDTHH:MM:SS.mmmZ"; 0 writes null */
void json_date(struct json *j, const char *key, int64_t ms); /* "YYYY-MM-DD"; 0 writes null */
void json_raw(struct json *j, const char *key, struct str json); /* one complete value, made by us before */
/* With keys that are data (maps by id or language). */
void json_key_str(struct json *j, struct str key, struct str s);
void json_key_object(struct json *j, struct str key);
void json_key_array(struct json *j, struct str key);
/* Escapes one string with its quotes; `<` `>` `&` become \u003c... so that it may stand inside HTML. */
void json_quote(struct buf *out, struct str s);

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_value {
        enum json_type type;
        struct str text; /* the string, decoded; or the number, as written */
        struct str key;  /* in an object */
        struct json_value *child, *next;
        size_t count; /* children */
};

struct json_limits {
        size_t bytes, depth, nodes; /* 0: the defaults 1 MiB, 64, 10,000 */
};

/* ERR_TOO_LARGE past the limit of bytes or nodes, ERR_MALFORMED otherwise (also for nesting, which no honest sender
 * comes near); *where (may be NULL) gets the byte offset. The tree keeps nothing of `text`. */
MUST_USE enum err json_read(struct arena *a, struct str text, const struct json_limits *limits,
                            const struct json_value **ret, size_t *where);
/* Getters answer "absent" on NULL and on the wrong type, never crash. */
const struct json_value *json_get(const struct json_value *object, const char *key);
struct str json_text(const struct json_value *v);               /* string, else STR_NONE */
bool json_i64(const struct json_value *v, int64_t *ret);        /* integral number in range */
bool json_is_true(const struct json_value *v);
struct str json_get_text(const struct json_value *object, const char *key);
int64_t json_get_id(const struct json_value *object, const char *key); /* a string of digits; 0: none */
/* ["a","b"]: a list of strings as one text, for a column or a bound parameter. */
struct str json_strings(struct arena *a, const struct str *v, size_t n);
/* Writes the tree back (used to keep what was sent). */
void json_write_value(struct json *j, const char *key, const struct json_value *v);
