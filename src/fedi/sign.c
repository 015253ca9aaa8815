/* Signatures that come in: which scheme, and the rules both share. What is not signed may have been
 * changed by whoever carried it, so each part we act on must be covered (CVE lists of half the
 * fediverse's software are about one of these left out). Called before an inbox request or a signed
 * GET is believed. */
#include "fedi/digest.h"
#include "fedi/sign_parts.h"
#include "lib/text/date.h"

static const struct {
        const char *name, *text;
} ENDS[] = {
#define END(name, word, text) {word, text},
#include "fedi/sign_end.def"
#undef END
};

const char *sign_end_name(enum sign_end end)
{
        return ENDS[end].name;
}

const char *sign_end_text(enum sign_end end)
{
        return ENDS[end].text;
}

static struct str joined(struct arena *a, const struct sign_message *m, struct str name)
{
        struct str all = STR_NONE;
        for (size_t i = 0; i < m->n_headers; i++) {
                struct str v = str_trim(m->headers[i].value);
                if (!str_eq(m->headers[i].name, name))
                        continue;
                all = all.p ? str_fmt(a, "%.*s, %.*s", STR_ARG(all), STR_ARG(v)) : v.p ? v : S("");
        }
        return all;
}

static bool is_our_host(const struct sign_message *m, struct str host)
{
        struct str port = str_eq(m->scheme, S("https")) ? S(":443") : S(":80");
        return str_eq_nocase(host, m->host) ||
               (str_ends(host, port) && str_eq_nocase(str_cut(host, 0, host.n - port.n), m->host));
}

/* A host that is not ours cannot be signed for us: then the base gets our own, which fits only if
 * the sender meant us and a proxy between changed the header. */
struct str sign_header(const struct sign_read *r, struct str name)
{
        struct str value = joined(r->arena, r->m, name);
        if (str_eq(name, S("host")) && !is_our_host(r->m, value))
                return r->m->host;
        if (str_eq(name, S("content-length")) && !value.p) /* proxies may drop it */
                return str_fmt(r->arena, "%zu", r->m->body.n);
        return value;
}

unsigned sign_covers_header(struct str name)
{
        static const struct {
                struct str name;
                unsigned covers;
        } rows[] = {
                {S_ROW("host"), SIGN_COVERS_HOST},
                {S_ROW("date"), SIGN_COVERS_DATE},
                {S_ROW("digest"), SIGN_COVERS_DIGEST},
                {S_ROW("content-digest"), SIGN_COVERS_CONTENT_DIGEST},
        };
        for (size_t i = 0; i < countof(rows); i++)
                if (str_eq(name, rows[i].name))
                        return rows[i].covers;
        return 0;
}

bool sign_needs_digest(const struct sign_message *m)
{
        return m->body.n || (strcmp(m->method, "GET") != 0 && strcmp(m->method, "HEAD") != 0);
}

static bool in_window(int64_t at_ms, int64_t now_ms)
{
        return at_ms >= now_ms - SIGN_PAST_MS && at_ms <= now_ms + SIGN_FUTURE_MS;
}

static bool seconds_to_ms(int64_t s, int64_t *ms)
{
        return s > 0 && !__builtin_mul_overflow(s, 1000, ms) && *ms < INT64_MAX / 2;
}

static bool check_time(const struct sign_read *r, int64_t now_ms)
{
        int64_t at;
        if (r->covers & SIGN_COVERS_DATE)
                if (!date_read_http(sign_header(r, S("date")), &at) || !in_window(at, now_ms))
                        return false;
        if (r->covers & SIGN_COVERS_CREATED)
                if (!seconds_to_ms(r->created_s, &at) || !in_window(at, now_ms))
                        return false;
        if (r->expires_s) /* by the same clocks, so with the same patience */
                if (!seconds_to_ms(r->expires_s, &at) || at < now_ms - SIGN_FUTURE_MS)
                        return false;
        return true;
}

static bool check_digest(const struct sign_read *r)
{
        if (r->covers & SIGN_COVERS_DIGEST &&
            !digest_check(r->arena, sign_header(r, S("digest")), r->m->body))
                return false;
        if (r->covers & SIGN_COVERS_CONTENT_DIGEST &&
            !digest_content_check(r->arena, sign_header(r, S("content-digest")), r->m->body))
                return false;
        return true;
}

enum sign_end sign_check(const struct sign_read *r, int64_t now_ms)
{
        unsigned need = SIGN_COVERS_METHOD | SIGN_COVERS_TARGET | SIGN_COVERS_HOST;
        if (sign_needs_digest(r->m))
                need |= r->s.scheme == SIGN_CAVAGE ? SIGN_COVERS_DIGEST
                                                   : SIGN_COVERS_CONTENT_DIGEST;
        if ((r->covers & need) != need || !(r->covers & (SIGN_COVERS_DATE | SIGN_COVERS_CREATED)))
                return SIGN_UNCOVERED;
        if (!check_time(r, now_ms))
                return SIGN_DATE;
        return check_digest(r) ? SIGN_OK : SIGN_DIGEST;
}

/* The first that is acceptable; the first one's fault if none is. */
static enum sign_end read_rfc9421(struct sign_read *r, struct str inputs, struct str signatures,
                                  int64_t now_ms)
{
        enum sign_end first = SIGN_MALFORMED;
        if (inputs.n > SIGN_HEADER_BYTES || signatures.n > SIGN_HEADER_BYTES)
                return SIGN_LARGE;
        for (size_t i = 0; i < SIGN_LABELS; i++) {
                struct sign_read one = *r;
                enum sign_end end = sign_read_rfc9421(&one, inputs, signatures, i);
                if (end == SIGN_MISSING)
                        break;
                if (!end)
                        end = sign_check(&one, now_ms);
                if (!end) {
                        *r = one;
                        return SIGN_OK;
                }
                if (!i)
                        first = end;
        }
        return first;
}

static enum sign_end read_any(struct sign_read *r, int64_t now_ms)
{
        struct str inputs = joined(r->arena, r->m, S("signature-input"));
        struct str header = joined(r->arena, r->m, S("signature"));
        if (inputs.p)
                return read_rfc9421(r, inputs, header, now_ms);
        if (!header.p) {
                header = joined(r->arena, r->m, S("authorization"));
                if (!str_starts_nocase(header, S("signature ")))
                        return SIGN_MISSING;
                header = str_after(header, 10);
        }
        if (header.n > SIGN_HEADER_BYTES)
                return SIGN_LARGE;
        enum sign_end end = sign_read_cavage(r, header);
        return end ? end : sign_check(r, now_ms);
}

enum sign_end sign_read(struct arena *a, const struct sign_message *m, int64_t now_ms,
                        struct signature *ret)
{
        struct sign_read r = {.arena = a, .m = m};
        enum sign_end end = read_any(&r, now_ms);
        if (!end)
                *ret = r.s;
        return end;
}

bool sign_verify(const struct signature *s, struct key *k)
{
        for (size_t i = 0; i < s->n_bases; i++)
                if (key_verify(k, s->base[i], s->bytes))
                        return true;
        return false;
}
