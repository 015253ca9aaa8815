/* RFC 9421: `Signature-Input: sig1=("@method" "@target-uri");created=1;keyid="..."` and `Signature:
 * sig1=:...:`, both dictionaries of RFC 8941. Values are read strictly and written again in their
 * one canonical form, which is what the signature covers. Component parameters (;sf ;bs ;key ;req
 * ;tr) nobody uses between servers and are refused. */
#include "fedi/sign_parts.h"
#include "lib/base/encode.h"

enum { KEY_ID_MAX = 2048, PARAMS_MAX = 16, MEMBERS_MAX = 16 };

static bool is_lower(char c)
{
        return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static char peek(struct str s)
{
        return s.n ? s.p[0] : 0;
}

static bool skip(struct str *s, char c)
{
        if (peek(*s) != c || !s->n)
                return false;
        *s = str_after(*s, 1);
        return true;
}

static void skip_spaces(struct str *s)
{
        while (skip(s, ' '))
                ;
}

static void skip_blanks(struct str *s)
{
        while (skip(s, ' ') || skip(s, '\t'))
                ;
}

/* Takes the longest start of *s whose bytes all pass. */
static struct str take_while(struct str *s, bool (*pass)(char c))
{
        size_t n = 0;
        while (n < s->n && pass(s->p[n]))
                n++;
        struct str taken = str_cut(*s, 0, n);
        *s = str_after(*s, n);
        return taken;
}

static bool in_key(char c)
{
        return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
}

static bool in_token(char c)
{
        return c && (is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) ||
                     strchr("!#$%&'*+-.^_`|~:/", c));
}

static bool in_bytes(char c)
{
        return c && (is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || strchr("+/=", c));
}

static bool read_key(struct str *s, struct str *ret)
{
        if (!is_lower(peek(*s)) && peek(*s) != '*')
                return false;
        *ret = take_while(s, in_key);
        return true;
}

/* Section 3.3.3 of RFC 8941. The text is decoded. */
static bool read_string(struct arena *a, struct str *s, struct str *ret)
{
        if (!skip(s, '"'))
                return false;
        char *to = make_n(a, s->n + 1, char);
        size_t n = 0;
        while (s->n && peek(*s) != '"') {
                if (skip(s, '\\') && peek(*s) != '"' && peek(*s) != '\\')
                        return false;
                if (!s->n || (unsigned char)peek(*s) < ' ' || (unsigned char)peek(*s) > '~')
                        return false;
                to[n++] = peek(*s);
                *s = str_after(*s, 1);
        }
        *ret = (struct str){to, n};
        return skip(s, '"');
}

static void write_string(struct buf *b, struct str s)
{
        buf_add_char(b, '"');
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '"' || s.p[i] == '\\')
                        buf_add_char(b, '\\');
                buf_add_char(b, s.p[i]);
        }
        buf_add_char(b, '"');
}

/* Any bare item, written again; *text gets the content of a string or the digits of an integer. */
static bool read_bare(struct arena *a, struct str *s, struct buf *b, struct str *text)
{
        char c = peek(*s);
        struct str raw = *s;
        if (c == '"') {
                if (!read_string(a, s, text))
                        return false;
                write_string(b, *text);
                return true;
        }
        if (skip(s, ':')) {
                take_while(s, in_bytes);
                if (!skip(s, ':'))
                        return false;
        } else if (skip(s, '?')) {
                if (!skip(s, '0') && !skip(s, '1'))
                        return false;
        } else if (c == '-' || is_digit(c)) {
                skip(s, '-');
                if (take_while(s, is_digit).n == 0)
                        return false;
                if (skip(s, '.') && take_while(s, is_digit).n == 0)
                        return false;
        } else if (is_lower(c) || (c >= 'A' && c <= 'Z') || c == '*') {
                take_while(s, in_token);
        } else {
                return false;
        }
        *text = str_cut(raw, 0, raw.n - s->n);
        buf_add(b, *text);
        return true;
}

struct inputs {
        struct str names[SIGN_PARTS];
        size_t n;
        struct str key_id, algorithm, created, expires;
        struct str params; /* the value of @signature-params */
};

/* ("a" "b"): no parameters of components. */
static bool read_components(struct arena *a, struct str *s, struct buf *b, struct inputs *in)
{
        if (!skip(s, '('))
                return false;
        buf_add_char(b, '(');
        for (;;) {
                skip_spaces(s);
                if (skip(s, ')'))
                        break;
                if (in->n == SIGN_PARTS || !read_string(a, s, &in->names[in->n]) ||
                    (peek(*s) != ' ' && peek(*s) != ')'))
                        return false;
                for (size_t i = 0; i < in->n; i++)
                        if (str_eq(in->names[i], in->names[in->n]))
                                return false;
                if (in->n)
                        buf_add_char(b, ' ');
                write_string(b, in->names[in->n++]);
        }
        buf_add_char(b, ')');
        return true;
}

static bool read_params(struct arena *a, struct str *s, struct buf *b, struct inputs *in)
{
        struct str seen[PARAMS_MAX];
        for (size_t n = 0; skip(s, ';'); n++) {
                struct str text = STR_NONE;
                skip_spaces(s);
                if (n == PARAMS_MAX || !read_key(s, &seen[n]))
                        return false;
                for (size_t i = 0; i < n; i++)
                        if (str_eq(seen[i], seen[n]))
                                return false;
                buf_add_char(b, ';');
                buf_add(b, seen[n]);
                bool string = false;
                if (skip(s, '=')) {
                        buf_add_char(b, '=');
                        string = peek(*s) == '"';
                        if (!read_bare(a, s, b, &text))
                                return false;
                }
                if (str_eq(seen[n], S("keyid")) && string)
                        in->key_id = text;
                else if (str_eq(seen[n], S("alg")) && string)
                        in->algorithm = text;
                else if (str_eq(seen[n], S("created")))
                        in->created = text.p ? text : S("");
                else if (str_eq(seen[n], S("expires")))
                        in->expires = text.p ? text : S("");
        }
        return true;
}

/* To the next member of a dictionary; false when something stands between. */
static bool next_member(struct str *s)
{
        skip_blanks(s);
        if (!s->n)
                return true;
        if (!skip(s, ','))
                return false;
        skip_blanks(s);
        return s->n > 0;
}

/* Reads the whole dictionary of inputs and keeps its member number `index`. */
static bool read_inputs(struct arena *a, struct str s, size_t index, struct str *label,
                        struct inputs *ret, bool *found)
{
        struct str labels[MEMBERS_MAX];
        s = str_trim(s);
        *found = false;
        for (size_t n = 0; s.n; n++) {
                struct buf b = {.cap = 16 << 10};
                struct inputs in = {.n = 0};
                bool good = n < MEMBERS_MAX && read_key(&s, &labels[n]) && skip(&s, '=') &&
                            read_components(a, &s, &b, &in) && read_params(a, &s, &b, &in);
                for (size_t i = 0; good && i < n; i++)
                        good = !str_eq(labels[i], labels[n]);
                in.params = buf_take(a, &b);
                if (!good || !next_member(&s))
                        return false;
                if (n != index)
                        continue;
                *label = labels[n];
                *ret = in;
                *found = true;
        }
        return true;
}

/* The bytes of one label among `Signature`'s members. */
static bool read_bytes(struct arena *a, struct str s, struct str label, struct str *ret)
{
        bool found = false;
        s = str_trim(s);
        for (size_t n = 0; s.n; n++) {
                struct str key, text;
                if (n == MEMBERS_MAX || !read_key(&s, &key) || !skip(&s, '=') || !skip(&s, ':'))
                        return false;
                text = take_while(&s, in_bytes);
                if (!skip(&s, ':') || !next_member(&s))
                        return false;
                if (!str_eq(key, label))
                        continue;
                if (found || !base64_decode(a, text, ret) || !ret->n)
                        return false;
                found = true;
        }
        return found;
}

/* Derived components, section 2.2. STR_NONE for one we do not know. */
static struct str derived(struct sign_read *r, struct str name)
{
        struct arena *a = r->arena;
        struct str target = r->m->target, host = str_lower(a, r->m->host);
        size_t query = str_find_char(target, '?');
        if (str_eq(name, S("@method"))) {
                r->covers |= SIGN_COVERS_METHOD;
                return str_of(r->m->method);
        }
        if (str_eq(name, S("@authority"))) {
                r->covers |= SIGN_COVERS_HOST;
                return host;
        }
        if (str_eq(name, S("@target-uri"))) {
                r->covers |= SIGN_COVERS_HOST | SIGN_COVERS_TARGET;
                return str_fmt(a, "%.*s://%.*s%.*s", STR_ARG(r->m->scheme), STR_ARG(host),
                               STR_ARG(target));
        }
        if (str_eq(name, S("@request-target"))) {
                r->covers |= SIGN_COVERS_TARGET;
                return target;
        }
        if (str_eq(name, S("@path"))) {
                r->covers |= query == target.n ? SIGN_COVERS_TARGET : 0;
                return str_cut(target, 0, query);
        }
        if (str_eq(name, S("@query")))
                return query < target.n ? str_after(target, query) : S("?");
        if (str_eq(name, S("@scheme")))
                return r->m->scheme;
        return STR_NONE;
}

static enum sign_end add_component(struct sign_read *r, struct buf *b, struct str name)
{
        struct str value;
        if (str_starts(name, S("@"))) {
                value = derived(r, name);
                if (!value.p)
                        return SIGN_MALFORMED;
        } else {
                value = sign_header(r, name);
                if (!value.p)
                        return SIGN_HEADER;
                r->covers |= sign_covers_header(name);
        }
        write_string(b, name);
        buf_add(b, S(": "));
        buf_add(b, value);
        buf_add_char(b, '\n');
        return SIGN_OK;
}

static bool has_name(const struct inputs *in, struct str name)
{
        for (size_t i = 0; i < in->n; i++)
                if (str_eq(in->names[i], name))
                        return true;
        return false;
}

static enum sign_end make_base(struct sign_read *r, const struct inputs *in)
{
        struct buf b = {.cap = 256 << 10};
        enum sign_end end = SIGN_OK;
        for (size_t i = 0; !end && i < in->n; i++)
                end = add_component(r, &b, in->names[i]);
        if (has_name(in, S("@path")) && has_name(in, S("@query")))
                r->covers |= SIGN_COVERS_TARGET;
        buf_add(&b, S("\"@signature-params\": "));
        buf_add(&b, in->params);
        r->s.base[0] = buf_take(r->arena, &b);
        r->s.n_bases = 1;
        return end || r->s.base[0].p ? end : SIGN_MALFORMED;
}

enum sign_end sign_read_rfc9421(struct sign_read *r, struct str inputs, struct str signatures,
                                size_t index)
{
        struct str label;
        struct inputs in = {.n = 0};
        bool found;
        if (!read_inputs(r->arena, inputs, index, &label, &in, &found))
                return SIGN_MALFORMED;
        if (!found)
                return SIGN_MISSING;
        if (!in.params.p || !in.key_id.n || in.key_id.n > KEY_ID_MAX ||
            !read_bytes(r->arena, signatures, label, &r->s.bytes))
                return SIGN_MALFORMED;
        if (in.created.p && !str_to_i64(in.created, &r->created_s))
                return SIGN_MALFORMED;
        if (in.expires.p && (!str_to_i64(in.expires, &r->expires_s) || r->expires_s <= 0))
                return SIGN_MALFORMED;
        r->covers |= in.created.p ? SIGN_COVERS_CREATED : 0;
        r->s.scheme = SIGN_RFC9421;
        r->s.key_id = in.key_id;
        r->s.algorithm = in.algorithm;
        return make_base(r, &in);
}
