/* draft-cavage-http-signatures-12: `Signature:
 * keyId="...",algorithm="...",headers="(request-target) host date", signature="..."`. Read
 * strictly, since a second reader that understands other values would be a way around. */
#include "fedi/sign_parts.h"
#include "lib/base/encode.h"

enum { PARAMS_MAX = 16, KEY_ID_MAX = 2048 };

struct params {
        struct str key_id, signature, headers, algorithm, created, expires;
};

static bool set(struct str *to, struct str value)
{
        if (to->p)
                return false; /* twice */
        *to = value;
        return true;
}

static bool set_named(struct params *p, struct str name, struct str value)
{
        static const struct {
                struct str name;
                size_t at;
        } rows[] = {
                {S_ROW("keyId"), offsetof(struct params, key_id)},
                {S_ROW("signature"), offsetof(struct params, signature)},
                {S_ROW("headers"), offsetof(struct params, headers)},
                {S_ROW("algorithm"), offsetof(struct params, algorithm)},
                {S_ROW("created"), offsetof(struct params, created)},
                {S_ROW("expires"), offsetof(struct params, expires)},
        };
        for (size_t i = 0; i < countof(rows); i++)
                if (str_eq(name, rows[i].name))
                        return set((struct str *)(void *)((char *)p + rows[i].at), value);
        return true; /* others may be added by others */
}

/* name="value" or name=token, separated by commas. Nobody needs an escape inside the quotes. */
static bool read_param(struct str *rest, struct str *name, struct str *value)
{
        size_t eq = str_find_char(*rest, '=');
        *name = str_trim(str_cut(*rest, 0, eq));
        if (eq == rest->n || !name->n)
                return false;
        struct str s = str_after(*rest, eq + 1);
        bool quoted = str_starts(s, S("\""));
        if (quoted)
                s = str_after(s, 1);
        size_t end = str_find_char(s, quoted ? '"' : ',');
        *value = str_cut(s, 0, end);
        if (quoted && (end == s.n || str_has_char(*value, '\\')))
                return false;
        if (!quoted)
                *value = str_trim(*value);
        s = str_trim(str_after(s, quoted ? end + 1 : end));
        if (s.n && s.p[0] != ',')
                return false;
        *rest = str_trim(str_after(s, 1));
        return s.n == 0 || rest->n > 0;
}

static bool read_params(struct str header, struct params *p)
{
        struct str name, value, rest = str_trim(header);
        for (int i = 0; rest.n; i++)
                if (i == PARAMS_MAX || !read_param(&rest, &name, &value) ||
                    !set_named(p, name, value))
                        return false;
        return true;
}

/* One line of the base. `target` is path and query, or the path alone. */
static enum sign_end add_line(struct sign_read *r, struct buf *b, struct str name,
                              struct str target, const struct params *p)
{
        bool old =
                str_starts(p->algorithm, S("rsa")) || str_starts(p->algorithm, S("hmac")) ||
                str_starts(p->algorithm, S("ecdsa")); /* section 2.1.4: no (created) with these */
        struct str value;
        if (str_eq(name, S("(request-target)"))) {
                r->covers |= SIGN_COVERS_METHOD | SIGN_COVERS_TARGET;
                struct str method = str_lower(r->arena, str_of(r->m->method));
                value = str_fmt(r->arena, "%.*s %.*s", STR_ARG(method), STR_ARG(target));
        } else if (str_eq(name, S("(created)")) || str_eq(name, S("(expires)"))) {
                bool created = name.p[1] == 'c';
                value = created ? p->created : p->expires;
                if (old || !str_to_i64(value, created ? &r->created_s : &r->expires_s))
                        return SIGN_MALFORMED;
                r->covers |= created ? SIGN_COVERS_CREATED : 0;
        } else {
                value = sign_header(r, name);
                if (!value.p)
                        return SIGN_HEADER;
                r->covers |= sign_covers_header(name);
        }
        if (b->n)
                buf_add_char(b, '\n');
        buf_add(b, name);
        buf_add(b, S(": "));
        buf_add(b, value);
        return SIGN_OK;
}

static enum sign_end add_base(struct sign_read *r, struct str names, struct str target,
                              const struct params *p)
{
        struct str name, seen[SIGN_PARTS];
        struct buf b = {.cap = 256 << 10};
        enum sign_end end = SIGN_OK;
        for (size_t n = 0; !end && str_next(&names, ' ', &name);) {
                if (!name.n)
                        continue;
                for (size_t i = 0; i < n; i++)
                        if (str_eq(seen[i], name))
                                end = SIGN_MALFORMED;
                if (n == SIGN_PARTS)
                        end = SIGN_LARGE;
                if (end)
                        break;
                seen[n++] = name;
                end = add_line(r, &b, name, target, p);
        }
        struct str base = buf_take(r->arena, &b);
        if (!end && !base.p)
                end = SIGN_MALFORMED;
        if (!end)
                r->s.base[r->s.n_bases++] = base;
        return end;
}

enum sign_end sign_read_cavage(struct sign_read *r, struct str header)
{
        struct params p = {.key_id = STR_NONE};
        if (!read_params(header, &p) || !p.key_id.n || p.key_id.n > KEY_ID_MAX ||
            !base64_decode(r->arena, p.signature, &r->s.bytes) || !r->s.bytes.n)
                return SIGN_MALFORMED;
        r->s.scheme = SIGN_CAVAGE;
        r->s.key_id = p.key_id;
        r->s.algorithm = p.algorithm;
        struct str names = p.headers.p ? str_lower(r->arena, p.headers) : S("date");
        struct str target = r->m->target;
        size_t query = str_find_char(target, '?');
        enum sign_end end = add_base(r, names, target, &p);
        if (!end && query < target.n && (r->covers & SIGN_COVERS_TARGET))
                end = add_base(r, names, str_cut(target, 0, query), &p);
        return end;
}
