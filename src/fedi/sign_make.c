/* Signing what goes out. Cavage covers `(request-target) host date` and on POST `digest
 * content-type` (what Mastodon and GoToSocial check); RFC 9421 covers `"@method" "@target-uri"` and
 * on POST `"content-digest"`, as Mastodon 4.7 sends. */
#include "fedi/digest.h"
#include "fedi/sign_parts.h"
#include "lib/base/encode.h"
#include "lib/text/date.h"

static void add(struct fetch_added *to, struct str name, struct str value)
{
        to->v[to->n++] = (struct fetch_header){name, value};
}

/* The same body goes to thousands of servers: its sum is made once. */
static struct str sum_of(const struct signer *by, struct arena *a, const struct fetch_hop *hop)
{
        return by->sum.n ? by->sum : digest_sum(a, hop->body);
}

static enum err sign_cavage(const struct signer *by, struct arena *a, const struct fetch_hop *hop,
                            struct fetch_added *to)
{
        struct str bytes, date = date_http(a, clock_now(by->clock)), digest = STR_NONE;
        struct str method = str_lower(a, str_of(hop->method));
        struct str target = hop->target;
        if (by->no_query)
                target = str_cut(target, 0, str_find_char(target, '?'));
        struct str base =
                str_fmt(a, "(request-target): %.*s %.*s\nhost: %.*s\ndate: %.*s", STR_ARG(method),
                        STR_ARG(target), STR_ARG(hop->host), STR_ARG(date));
        const char *names = "(request-target) host date";
        if (hop->body.p) {
                digest = str_join(a, S("SHA-256="), sum_of(by, a, hop));
                base = str_fmt(a, "%.*s\ndigest: %.*s\ncontent-type: %.*s", STR_ARG(base),
                               STR_ARG(digest), STR_ARG(by->content_type));
                names = "(request-target) host date digest content-type";
        }
        if (by->sync.n) {
                base = str_fmt(a, "%.*s\ncollection-synchronization: %.*s", STR_ARG(base),
                               STR_ARG(by->sync));
                names = "(request-target) host date digest content-type collection-synchronization";
        }
        TRY(key_sign(by->key, a, base, &bytes));
        struct str coded = base64_encode(a, bytes);
        add(to, S("Date"), date);
        if (digest.p)
                add(to, S("Digest"), digest);
        add(to, S("Signature"),
            str_fmt(a, "keyId=\"%.*s\",algorithm=\"%s\",headers=\"%s\",signature=\"%.*s\"",
                    STR_ARG(by->key_id), key_kind(by->key) == KEY_RSA ? "rsa-sha256" : "hs2019",
                    names, STR_ARG(coded)));
        return OK;
}

static enum err sign_rfc9421(const struct signer *by, struct arena *a, const struct fetch_hop *hop,
                             struct fetch_added *to)
{
        int64_t now_ms = clock_now(by->clock);
        struct str bytes, digest = STR_NONE;
        struct str base = str_fmt(a, "\"@method\": %s\n\"@target-uri\": %.*s", hop->method,
                                  STR_ARG(hop->url));
        const char *names = "\"@method\" \"@target-uri\"";
        if (hop->body.p) {
                digest = str_fmt(a, "sha-256=:%.*s:", STR_ARG(sum_of(by, a, hop)));
                base = str_fmt(a, "%.*s\n\"content-digest\": %.*s", STR_ARG(base), STR_ARG(digest));
                names = "\"@method\" \"@target-uri\" \"content-digest\"";
        }
        if (by->sync.n) {
                base = str_fmt(a, "%.*s\n\"collection-synchronization\": %.*s", STR_ARG(base),
                               STR_ARG(by->sync));
                names = "\"@method\" \"@target-uri\" \"content-digest\" "
                        "\"collection-synchronization\"";
        }
        struct str params = str_fmt(a, "(%s);created=%lld;keyid=\"%.*s\";alg=\"%s\"", names,
                                    (long long)(now_ms / 1000), STR_ARG(by->key_id),
                                    key_kind(by->key) == KEY_RSA ? "rsa-v1_5-sha256" : "ed25519");
        base = str_fmt(a, "%.*s\n\"@signature-params\": %.*s", STR_ARG(base), STR_ARG(params));
        TRY(key_sign(by->key, a, base, &bytes));
        struct str coded = base64_encode(a, bytes);
        add(to, S("Date"), date_http(a, now_ms));
        if (digest.p)
                add(to, S("Content-Digest"), digest);
        add(to, S("Signature-Input"), str_join(a, S("sig1="), params));
        add(to, S("Signature"), str_fmt(a, "sig1=:%.*s:", STR_ARG(coded)));
        return OK;
}

enum err sign_hop(void *signer, struct arena *a, const struct fetch_hop *hop,
                  struct fetch_added *to)
{
        const struct signer *by = signer;
        if (by->scheme == SIGN_CAVAGE)
                return sign_cavage(by, a, hop, to);
        return sign_rfc9421(by, a, hop, to);
}
