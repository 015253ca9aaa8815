/* Signatures as others made them: the vectors of draft-cavage-12 and RFC 9421, Mastodon's own
 * cases, and requests and proofs caught from running programs. They lie beside the checkout; a
 * plain clone has none and passes. */
#include "fedi/digest.h"
#include "fedi/key_parts.h"
#include "fedi/sign_parts.h"
#include "fedi/sign_proof.h"
#include "lib/base/encode.h"
#include "lib/text/date.h"
#include "lib/text/json.h"
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;

static const struct json_value *load(const char *name)
{
        static const char *const places[] = {"../shared/corpus/signatures",
                                             "../../shared/corpus/signatures"};
        const struct json_value *v = NULL;
        for (size_t i = 0; i < countof(places) && !v; i++) {
                char path[200];
                snprintf(path, sizeof path, "%s/%s.json", places[i], name);
                FILE *f = fopen(path, "r");
                if (!f)
                        continue;
                char *bytes = make_n(&arena, 1 << 20, char);
                struct str text = {bytes, fread(bytes, 1, 1 << 20, f)};
                fclose(f);
                assert_int_equal(json_read(&arena, text, NULL, &v, NULL), OK);
        }
        if (!v)
                skip();
        return v;
}

static const struct json_value *first(const struct json_value *v, const char *name)
{
        const struct json_value *list = json_get(v, name);
        assert_non_null(list);
        return list->child;
}

static struct str text(const struct json_value *v, const char *name)
{
        return json_get_text(v, name);
}

static bool starts(struct str s, const char *z)
{
        return str_starts(s, str_of(z));
}

/* Any key at all, also one that is too short for us. */
static struct key *any_key(struct str pem)
{
        struct key *k = NULL;
        if (key_read(pem, &k) == OK)
                return k;
        BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
        EVP_PKEY *p = PEM_read_bio_PUBKEY(b, NULL, NULL, NULL);
        BIO_free(b);
        assert_non_null(p);
        return key_of_rsa(p, false);
}

static bool verify_drop(const struct signature *s, struct key *k)
{
        bool good = sign_verify(s, k);
        key_drop(&k);
        return good;
}

static struct req_header *headers;

static void add_header(struct sign_message *m, struct str name, struct str value)
{
        headers[m->n_headers++] = (struct req_header){str_lower(&arena, name), value};
}

static struct sign_message message(const struct json_value *rq, struct str scheme, struct str host)
{
        headers = make_n(&arena, 64, struct req_header);
        struct sign_message m = {.method = str_z(&arena, text(rq, "method")),
                                 .target = text(rq, "target"),
                                 .scheme = scheme,
                                 .host = host,
                                 .headers = headers,
                                 .body = text(rq, "body")};
        for (const struct json_value *h = first(rq, "headers"); h; h = h->next)
                add_header(&m, json_text(h->child), json_text(h->child->next));
        return m;
}

static struct str header_of(const struct sign_message *m, const char *name)
{
        for (size_t i = 0; i < m->n_headers; i++)
                if (str_eq(m->headers[i].name, str_of(name)))
                        return m->headers[i].value;
        return STR_NONE;
}

static void cavage_appendix(void **state)
{
        (void)state;
        const struct json_value *f = load("cavage-12-appendix-c");
        struct sign_message m = message(json_get(f, "request"), S("https"), S("example.com"));
        for (const struct json_value *v = first(f, "vectors"); v; v = v->next) {
                struct sign_read r = {.arena = &arena, .m = &m};
                enum sign_end end = sign_read_cavage(&r, text(v, "signature_header"));
                bool good = !end && verify_drop(&r.s, any_key(text(f, "public_key_pem")));
                if (good != json_is_true(json_get(v, "signature_valid")) ||
                    (!end && !str_eq(r.s.base[0], text(v, "signing_string"))))
                        fail_msg("%.*s", STR_ARG(text(v, "name")));
        }
}

/* Algorithms we do not take are compared as far as the base. */
static void rfc9421_appendix(void **state)
{
        (void)state;
        const struct json_value *f = load("rfc9421-appendix-b"), *keys = json_get(f, "keys");
        struct str pem = text(json_get(keys, "test-key-ed25519"), "public_key_spki_pem");
        int seen = 0;
        for (const struct json_value *v = first(f, "vectors"); v; v = v->next) {
                const struct json_value *rq = json_get(v, "message");
                if (str_eq(json_text(rq), S("resp")) ||
                    str_has(text(v, "signature_input"), S(";name=")))
                        continue;
                bool own = rq->type == JSON_OBJECT;
                struct sign_message m =
                        message(own ? rq : json_get(f, "test_request"), S("https"),
                                own ? S("service.internal.example") : S("example.com"));
                struct sign_read r = {.arena = &arena, .m = &m};
                enum sign_end end =
                        sign_read_rfc9421(&r, text(v, "signature_input"), text(v, "signature"), 0);
                if (end || !str_eq(r.s.base[0], text(v, "signature_base")))
                        fail_msg("%.*s: %s\n%.*s", STR_ARG(text(v, "name")), sign_end_name(end),
                                 STR_ARG(r.s.base[0]));
                if (str_eq(text(v, "alg"), S("ed25519")))
                        assert_true(verify_drop(&r.s, any_key(pem)));
                seen++;
        }
        assert_int_equal(seen, 5);
        for (const struct json_value *v = first(f, "transformations_B4"); v; v = v->next) {
                struct sign_message m =
                        message(json_get(v, "message"), S("https"), S("example.org"));
                struct str host = header_of(&m, "host");
                m.host = host.p ? host : m.host; /* whoever is asked is who the request is for */
                struct sign_read r = {.arena = &arena, .m = &m};
                enum sign_end end = sign_read_rfc9421(&r, header_of(&m, "signature-input"),
                                                      header_of(&m, "signature"), 0);
                bool good = !end && verify_drop(&r.s, any_key(pem));
                assert_int_equal(good, json_is_true(json_get(v, "signature_valid")));
        }
}

static void mastodon_cases(void **state)
{
        (void)state;
        const struct json_value *f = load("mastodon-spec");
        int64_t now;
        assert_true(date_read_iso(text(f, "clock"), &now));
        for (const struct json_value *v = first(f, "vectors"); v; v = v->next) {
                bool ed = str_eq(text(v, "key"), S("ed25519"));
                struct sign_message m =
                        message(json_get(v, "request"), S("https"), S("www.example.com"));
                struct signature s;
                add_header(&m, S("signature"), text(v, "signature"));
                if (text(v, "signature_input").p)
                        add_header(&m, S("signature-input"), text(v, "signature_input"));
                enum sign_end end = sign_read(&arena, &m, now, &s);
                bool good = !end && verify_drop(&s, any_key(text(f, ed ? "ed25519_public_key_pem"
                                                                       : "rsa_public_key_pem")));
                if (good != starts(text(v, "expect"), "accept"))
                        fail_msg("%.*s %.*s: %s", STR_ARG(text(v, "scheme")),
                                 STR_ARG(text(v, "name")), sign_end_name(end));
        }
}

static void captured_requests(void **state)
{
        (void)state;
        const struct json_value *f = load("captured-peers");
        int seen = 0;
        for (const struct json_value *v = first(f, "vectors"); v; v = v->next, seen++) {
                bool plain = starts(text(v, "implementation"), "gotosocial");
                struct sign_message m =
                        message(json_get(v, "request"), plain ? S("http") : S("https"),
                                plain ? S("localhost:9031") : S("tidings.test"));
                struct signature s;
                int64_t now;
                assert_true(date_read_http(header_of(&m, "date"), &now));
                enum sign_end end = sign_read(&arena, &m, now + 5000, &s);
                if (end || !str_eq(s.key_id, text(v, "keyid")) ||
                    !verify_drop(&s, any_key(text(v, "public_key_pem"))))
                        fail_msg("%.*s %d: %s", STR_ARG(text(v, "implementation")), seen,
                                 sign_end_name(end));
                assert_int_equal(sign_read(&arena, &m, now + 13 * 3600000, &s), SIGN_DATE);
                assert_int_equal(sign_read(&arena, &m, now - 2 * 3600000, &s), SIGN_DATE);
                m.host = S("elsewhere.example");
                enum sign_end other = sign_read(&arena, &m, now, &s);
                assert_true(other || !verify_drop(&s, any_key(text(v, "public_key_pem"))));
        }
        assert_true(seen > 10);
}

static void digests(void **state)
{
        (void)state;
        const struct json_value *f = load("digests");
        for (const struct json_value *v = first(f, "bodies"); v; v = v->next) {
                struct str body = text(v, "body");
                assert_true(str_eq(digest_header(&arena, body), text(v, "digest")));
                assert_true(str_eq(digest_content_header(&arena, body),
                                   text(v, "content_digest_sha256")));
                assert_true(digest_content_check(&arena, text(v, "content_digest_sha512"), body));
        }
        const struct json_value *v = first(f, "digest_header_cases_for_body_Hello_world");
        for (; v; v = v->next)
                assert_int_equal(digest_check(&arena, text(v, "header"), S("Hello world")),
                                 starts(text(v, "expect"), "accept"));
        v = first(f, "content_digest_header_cases_for_body_Hello_world");
        for (; v; v = v->next)
                assert_int_equal(digest_content_check(&arena, text(v, "header"), S("Hello world")),
                                 starts(text(v, "expect"), "accept"));
}

static void check_proof(const struct json_value *v, const char *name, struct key *k)
{
        struct proof p;
        struct str hex =
                str_join(&arena, text(v, "proof_config_sha256"), text(v, "document_sha256"));
        assert_true(proof_read(&arena, json_get(v, name), &p));
        assert_true(str_eq(hex_encode(&arena, (struct str){(char *)p.hash, 64}), hex));
        assert_int_equal(proof_verify(&p, k), json_is_true(json_get(v, "proof_valid")));
        p.hash[40] ^= 1;
        assert_false(proof_verify(&p, k));
        key_drop(&k);
}

static void proofs(void **state)
{
        (void)state;
        const struct json_value *f = load("object-integrity-proofs");
        struct str raw;
        assert_true(hex_decode(&arena, text(f, "fep_public_key_hex"), &raw));
        for (const struct json_value *v = first(f, "fep_vectors"); v; v = v->next)
                check_proof(v, "document", key_of_ed25519((const unsigned char *)raw.p, NULL));
        for (const struct json_value *v = first(f, "captured"); v; v = v->next) {
                struct key *k;
                assert_int_equal(key_read(text(v, "public_key_multibase"), &k), OK);
                check_proof(v, "document_without_LD_signature", k);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(cavage_appendix), cmocka_unit_test(rfc9421_appendix),
                cmocka_unit_test(mastodon_cases),  cmocka_unit_test(captured_requests),
                cmocka_unit_test(digests),         cmocka_unit_test(proofs),
        };
        arena_open(&arena, 64 << 20);
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
