/* The JSON reader against jansson, the strictest of the packaged ones, and the writer against the
 * reader. */
#include "lib/text/json.h"
#include <dlfcn.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena arena;

struct jansson_error {
        int line, column, position;
        char source[80], text[160]; /* the last byte of text is the kind */
};
enum { REJECT_DUPLICATES = 1, DECODE_ANY = 4, NUMERIC_OVERFLOW = 15 };
static void *(*jansson_load)(const char *p, size_t n, size_t flags, struct jansson_error *error);
static void (*jansson_delete)(void *json);

static void open_jansson(void)
{
        void *library = dlopen("libjansson.so.4", RTLD_NOW | RTLD_LOCAL);
        if (!library)
                return;
        *(void **)&jansson_load = dlsym(library, "json_loadb");
        *(void **)&jansson_delete = dlsym(library, "json_delete");
}

static void compare(struct str text, enum err ours)
{
        struct jansson_error error = {0};
        void *json = jansson_load(text.p, text.n, REJECT_DUPLICATES | DECODE_ANY, &error);
        bool too_big = !json && error.text[159] == NUMERIC_OVERFLOW;
        size_t depth = 0; /* of brackets, wherever they stand: at least the nesting */
        for (size_t i = 0; i < text.n; i++)
                depth += text.p[i] == '[' || text.p[i] == '{';
        if (!ours != (json != NULL) && !too_big && ours != ERR_TOO_LARGE && depth <= 64)
                abort();
        if (json)
                jansson_delete(json);
}

static struct str write_tree(const struct json_value *v)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_write_value(&j, NULL, v);
        return buf_take(&arena, &b);
}

static void check_tree(const struct json_value *v)
{
        const struct json_value *again;
        struct str text = write_tree(v);
        struct json_limits wide = {.bytes = text.n + 1};
        if (json_read(&arena, text, &wide, &again, NULL) || !str_eq(write_tree(again), text))
                abort();
}

/* Any bytes become a string that reads back. */
static void check_string(struct str s)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_array(&j, NULL);
        json_str(&j, NULL, s);
        json_end(&j);
        json_quote(&b, s);
        struct str text = buf_str(&b);
        struct json_limits wide = {.bytes = text.n + 1};
        const struct json_value *v;
        size_t end;
        if (json_read(&arena, text, &wide, &v, &end) != ERR_MALFORMED)
                abort(); /* two values, one behind the other */
        if (json_read(&arena, str_cut(text, 0, end), &wide, &v, NULL) ||
            json_read(&arena, str_after(text, end), &wide, &v, NULL))
                abort();
        buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (!arena.cap) {
                arena_open(&arena, 256 << 20);
                open_jansson();
        }
        arena_reset(&arena);
        struct str text = {(const char *)data, size};
        const struct json_value *v;
        size_t where;
        enum err e = json_read(&arena, text, NULL, &v, &where);
        if (where > size)
                abort();
        if (jansson_load && !str_has_char(text, 0)) /* it passes over a NUL behind a number */
                compare(text, e);
        if (!e)
                check_tree(v);
        check_string(text);
        return 0;
}
