/* Reading parameters: dispatch.c calls it with the query and the complete body, multipart.c with
 * its fields. Surprising: Rails' array rules, because Mastodon's clients were written against
 * Rails. a[]=1 appends; a[7][x]=1 makes an element for each new number; a[][x]=1 begins a new
 * element when x was given already. */
#include "lib/http/param.h"
#include "lib/base/encode.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"

/* The name being put together. */
struct name {
        char p[PARAM_NAME_MAX + 64];
        size_t n;
};

static bool name_add(struct name *to, struct str s)
{
        if (s.n > sizeof to->p - to->n)
                return false;
        if (s.n)
                memcpy(to->p + to->n, s.p, s.n);
        to->n += s.n;
        return true;
}

static bool name_add_part(struct name *to, struct str part)
{
        return name_add(to, S("[")) && name_add(to, part) && name_add(to, S("]"));
}

static bool name_add_number(struct name *to, size_t number)
{
        char digits[24];
        size_t i = sizeof digits;
        do
                digits[--i] = (char)('0' + number % 10);
        while (number /= 10);
        return name_add_part(to, (struct str){digits + i, sizeof digits - i});
}

static struct str name_str(const struct name *name)
{
        return (struct str){name->p, name->n};
}

static bool has_name(const struct params *ps, struct str name)
{
        for (size_t i = ps->n; i > 0; i--)
                if (str_eq(ps->v[i - 1].name, name))
                        return true;
        return false;
}

/* The number of the element `raw` of the array `prefix`; a new one when it was not seen before. */
static enum err find_index(struct params *ps, struct str prefix, struct str raw, size_t *ret)
{
        size_t next = 0;
        for (size_t i = 0; i < ps->n_indexes; i++) {
                if (!str_eq(ps->indexes[i].prefix, prefix))
                        continue;
                if (str_eq(ps->indexes[i].raw, raw)) {
                        *ret = ps->indexes[i].number;
                        return OK;
                }
                next = ps->indexes[i].number + 1;
        }
        if (ps->n_indexes == PARAM_INDEXES)
                return ERR_TOO_LARGE;
        if (!ps->indexes)
                ps->indexes = make_n(ps->arena, PARAM_INDEXES, struct param_index);
        ps->indexes[ps->n_indexes++] =
                (struct param_index){str_dup(ps->arena, prefix), str_dup(ps->arena, raw), next};
        *ret = next;
        return OK;
}

/* a[][x]: the newest element, or the next when it has x already. `rest` is what follows in the
 * name. */
static enum err append_index(struct params *ps, struct str prefix, struct str rest, size_t *ret)
{
        size_t n = 0;
        for (size_t i = 0; i < ps->n_indexes; i++)
                if (str_eq(ps->indexes[i].prefix, prefix))
                        n = ps->indexes[i].number + 1;
        struct name full = {.n = 0};
        bool is_list = str_ends(rest, S("[]"));
        if (n && name_add(&full, prefix) && name_add_number(&full, n - 1) &&
            name_add(&full, rest) && (is_list || !has_name(ps, name_str(&full)))) {
                *ret = n - 1;
                return OK;
        }
        char raw[24]; /* cannot be a client's: those are digits only */
        struct name made = {.n = 0};
        name_add_number(&made, n);
        memcpy(raw, made.p, made.n);
        return find_index(ps, prefix, (struct str){raw, made.n}, ret);
}

static bool is_digits(struct str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (s.p[i] < '0' || s.p[i] > '9')
                        return false;
        return s.n > 0;
}

/* One bracket of a name: a key, a list's end, or an element's number. `rest` is what follows. */
static enum err add_bracket(struct params *ps, struct name *to, struct str part, struct str rest)
{
        size_t number;
        bool fits;
        if (part.n && !is_digits(part)) {
                fits = name_add_part(to, part);
        } else if (!rest.n) {
                fits = name_add(to, S("[]"));
        } else {
                if (part.n)
                        TRY(find_index(ps, name_str(to), part, &number));
                else
                        TRY(append_index(ps, name_str(to), rest, &number));
                fits = name_add_number(to, number);
        }
        return fits ? OK : ERR_TOO_LARGE;
}

/* Brings a client's name into our form. STR_NONE for one without proper brackets, which is no
 * parameter of ours: left as it is, it could pass for an element with a number of the client's
 * choosing. */
static enum err read_name(struct params *ps, struct str raw, struct str *ret)
{
        struct name to = {.n = 0};
        size_t open = str_find_char(raw, '[');
        int depth = 0;
        *ret = open == raw.n ? raw : STR_NONE;
        if (raw.n > PARAM_NAME_MAX)
                return ERR_TOO_LARGE;
        if (!open || open == raw.n)
                return OK;
        name_add(&to, str_cut(raw, 0, open));
        for (struct str rest = str_after(raw, open); rest.n;) {
                size_t close = str_find_char(rest, ']');
                if (rest.p[0] != '[' || close == rest.n)
                        return OK;
                if (++depth > PARAM_DEPTH)
                        return ERR_TOO_LARGE;
                struct str part = str_cut(rest, 1, close - 1);
                rest = str_after(rest, close + 1);
                if (str_has_char(part, '['))
                        return OK;
                TRY(add_bracket(ps, &to, part, rest));
        }
        *ret = str_dup(ps->arena, name_str(&to));
        return OK;
}

static enum err append(struct params *ps, struct req_param p)
{
        if (ps->n == PARAM_MAX)
                return ERR_TOO_LARGE;
        if (ps->n == ps->cap) {
                size_t cap = ps->cap ? ps->cap * 2 : 8;
                struct req_param *v = make_n(ps->arena, cap, struct req_param);
                if (ps->n)
                        memcpy(v, ps->v, ps->n * sizeof *v);
                ps->v = v;
                ps->cap = cap;
        }
        ps->v[ps->n++] = p;
        return OK;
}

static bool text_ok(struct str s)
{
        return !str_has_char(s, 0) && utf8_valid(s);
}

enum err param_add(struct params *ps, struct req_param p)
{
        if (!text_ok(p.name) || !text_ok(p.text))
                return ERR_MALFORMED;
        TRY(read_name(ps, p.name, &p.name));
        return p.name.p ? append(ps, p) : OK;
}

static bool decode(struct arena *a, struct str *s)
{
        if (!str_has_char(*s, '%') && !str_has_char(*s, '+'))
                return true;
        return percent_decode(a, *s, true, s);
}

enum err param_read_form(struct params *ps, struct str text, bool from_body)
{
        struct str pair;
        while (str_next(&text, '&', &pair)) {
                if (!pair.n)
                        continue;
                size_t equals = str_find_char(pair, '=');
                struct req_param p = {.name = str_cut(pair, 0, equals),
                                      .text = str_after(pair, equals + 1),
                                      .from_body = from_body};
                if (!decode(ps->arena, &p.name) || !decode(ps->arena, &p.text))
                        return ERR_MALFORMED;
                TRY(param_add(ps, p));
        }
        return OK;
}

static enum err add_value(struct params *ps, struct name *path, int depth,
                          const struct json_value *v);

static enum err add_scalar(struct params *ps, const struct name *path, enum param_type type,
                           struct str text)
{
        struct req_param p = {.name = str_dup(ps->arena, name_str(path)),
                              .text = text,
                              .type = type,
                              .from_body = true};
        return append(ps, p);
}

static bool is_container(const struct json_value *v)
{
        return v->type == JSON_OBJECT || v->type == JSON_ARRAY;
}

static enum err add_array(struct params *ps, struct name *path, int depth,
                          const struct json_value *v)
{
        size_t n = path->n;
        int i = 0;
        if (!v->child) {
                if (!name_add(path, S("[]")))
                        return ERR_TOO_LARGE;
                enum err e = add_scalar(ps, path, PARAM_EMPTY_LIST, S(""));
                path->n = n;
                return e;
        }
        for (const struct json_value *item = v->child; item; item = item->next, i++) {
                bool fits;
                if (is_container(item)) {
                        size_t number;
                        TRY(find_index(ps, name_str(path), str_fmt(ps->arena, "%d", i), &number));
                        fits = name_add_number(path, number);
                } else {
                        fits = name_add(path, S("[]"));
                }
                if (!fits)
                        return ERR_TOO_LARGE;
                TRY(add_value(ps, path, depth + 1, item));
                path->n = n;
        }
        return OK;
}

static enum err add_object(struct params *ps, struct name *path, int depth,
                           const struct json_value *v)
{
        size_t n = path->n;
        for (const struct json_value *member = v->child; member; member = member->next) {
                struct str key = member->key;
                if (!key.n || key.n > PARAM_NAME_MAX || str_has_char(key, '[') ||
                    str_has_char(key, ']'))
                        continue; /* no parameter of ours; it must not pass for one */
                if (n)
                        TRY(add_bracket(ps, path, key, is_container(member) ? S("[]") : S("")));
                else
                        name_add(path, key);
                if (path->n > PARAM_NAME_MAX)
                        return ERR_TOO_LARGE;
                TRY(add_value(ps, path, depth + 1, member));
                path->n = n;
        }
        return OK;
}

/* Deeper than any parameter of ours is left out, like every parameter nobody asked for. */
static enum err add_value(struct params *ps, struct name *path, int depth,
                          const struct json_value *v)
{
        switch (v->type) {
        case JSON_NULL:
                return add_scalar(ps, path, PARAM_NULL, STR_NONE);
        case JSON_FALSE:
                return add_scalar(ps, path, PARAM_BOOL, S("false"));
        case JSON_TRUE:
                return add_scalar(ps, path, PARAM_BOOL, S("true"));
        case JSON_NUMBER:
                return add_scalar(ps, path, PARAM_NUMBER, v->text);
        case JSON_STRING:
                return add_scalar(ps, path, PARAM_TEXT, v->text);
        case JSON_ARRAY:
                return depth > PARAM_DEPTH ? OK : add_array(ps, path, depth, v);
        case JSON_OBJECT:
                return depth > PARAM_DEPTH ? OK : add_object(ps, path, depth, v);
        }
        return OK;
}

enum err param_read_json(struct params *ps, struct str text, size_t max)
{
        const struct json_value *v;
        const struct json_limits limits = {.bytes = max};
        struct name path = {.n = 0};
        if (!str_trim(text).n)
                return OK;
        TRY(json_read(ps->arena, text, &limits, &v, NULL));
        if (v->type != JSON_OBJECT)
                return ERR_MALFORMED;
        return add_object(ps, &path, 0, v);
}
