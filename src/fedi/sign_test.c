/* Signatures of our own making, right and then wrong in every way (rows T101 to T111 of the list of
 * attacks); those of other software are in sign_corpus_test.c. */
#include "fedi/digest.h"
#include "fedi/key_parts.h"
#include "fedi/sign_parts.h"
#include "fedi/sign_proof.h"
#include "lib/base/encode.h"
#include "lib/text/date.h"
#include "lib/text/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { HOUR = 3600000 };
static const int64_t NOW = 1795348800000; /* Sun, 22 Nov 2026 12:00:00 GMT */

static struct arena arena;
static struct key *own[2], *public[2]; /* by kind */
static struct req_header headers[64];

static int64_t fixed(const struct clock *c)
{
        return c->offset_ms;
}

static struct signer signer(enum sign_scheme scheme, enum key_kind kind, const struct clock *clock)
{
        return (struct signer){.key = own[kind],
                               .key_id = S("https://peer.example/users/ann#main-key"),
                               .scheme = scheme,
                               .content_type = S("application/activity+json"),
                               .clock = clock};
}

static struct sign_message empty_message(const char *method, struct str target, struct str body)
{
        headers[0] = (struct req_header){S("host"), S("tidings.example")};
        headers[1] = (struct req_header){S("content-type"), S("application/activity+json")};
        return (struct sign_message){method,  target, S("https"), S("tidings.example"),
                                     headers, 2,      body};
}

static void add(struct sign_message *m, struct str name, struct str value)
{
        headers[m->n_headers++] = (struct req_header){name, value};
}

static struct sign_message signed_message(enum sign_scheme scheme, enum key_kind kind,
                                          const char *method, struct str target, struct str body,
                                          int64_t at)
{
        struct clock clock = {fixed, fixed, at};
        struct signer by = signer(scheme, kind, &clock);
        struct sign_message m = empty_message(method, target, body);
        struct fetch_hop hop = {method, str_join(&arena, S("https://tidings.example"), target),
                                m.host, target, body};
        struct fetch_added added = {.n = 0};
        assert_int_equal(sign_hop(&by, &arena, &hop, &added), OK);
        for (size_t i = 0; i < added.n; i++)
                add(&m, str_lower(&arena, added.v[i].name), added.v[i].value);
        return m;
}

static struct str *value_of(struct sign_message *m, const char *name)
{
        for (size_t i = 0; i < m->n_headers; i++)
                if (str_eq(headers[i].name, str_of(name)))
                        return &headers[i].value;
        fail_msg("no %s", name);
        return NULL;
}

/* Reads and checks: a word for how it went. */
static const char *outcome(const struct sign_message *m, enum key_kind kind, int64_t now)
{
        struct signature s;
        enum sign_end end = sign_read(&arena, m, now, &s);
        if (end)
                return sign_end_name(end);
        return sign_verify(&s, public[kind]) ? "good" : "bad";
}

#define assert_outcome(m, kind, now, word) assert_string_equal(outcome(&(m), (kind), (now)), (word))
#define BODY S("{\"type\":\"Like\"}")

static void round_trips(void **state)
{
        (void)state;
        for (int scheme = SIGN_CAVAGE; scheme <= SIGN_RFC9421; scheme++)
                for (int kind = KEY_RSA; kind <= KEY_ED25519; kind++) {
                        enum key_kind k = (enum key_kind)kind;
                        enum sign_scheme how = (enum sign_scheme)scheme;
                        struct sign_message m =
                                signed_message(how, k, "POST", S("/inbox"), BODY, NOW);
                        assert_outcome(m, k, NOW, "good");
                        assert_outcome(m, !k, NOW, "bad"); /* the other's key */
                        m.method = "PUT";
                        assert_outcome(m, k, NOW, "bad");
                        m.method = "POST";
                        m.target = S("/users/bob/inbox");
                        assert_outcome(m, k, NOW, "bad");
                        m.target = S("/inbox");
                        m.host = headers[0].value = S("elsewhere.example");
                        assert_outcome(m, k, NOW, "bad");
                        m.host = S("tidings.example"); /* and a proxy that changed the header does
                                                          no harm */
                        headers[0].value = S("127.0.0.1:8080");
                        assert_outcome(m, k, NOW, "good");
                        m.body = S("{\"type\":\"Leak\"}");
                        assert_outcome(m, k, NOW, "digest");
                        m = signed_message(how, k, "GET", S("/users/bob?page=1"), STR_NONE, NOW);
                        assert_outcome(m, k, NOW, "good");
                        m.target = S("/users/bob?page=2");
                        assert_outcome(m, k, NOW, "bad");
                }
}

static void window(void **state)
{
        (void)state;
        for (int scheme = SIGN_CAVAGE; scheme <= SIGN_RFC9421; scheme++) {
                enum sign_scheme how = (enum sign_scheme)scheme;
                struct sign_message m =
                        signed_message(how, KEY_ED25519, "POST", S("/inbox"), BODY, NOW);
                assert_outcome(m, KEY_ED25519, NOW + 12 * HOUR, "good");
                assert_outcome(m, KEY_ED25519, NOW + 12 * HOUR + 1000, "date");
                assert_outcome(m, KEY_ED25519, NOW - HOUR, "good");
                assert_outcome(m, KEY_ED25519, NOW - HOUR - 1000, "date");
        }
        struct sign_message m =
                signed_message(SIGN_CAVAGE, KEY_ED25519, "GET", S("/a"), STR_NONE, NOW);
        *value_of(&m, "date") = S("yesterday");
        assert_outcome(m, KEY_ED25519, NOW, "date");
        headers[2].name = S("x-date");
        assert_outcome(m, KEY_ED25519, NOW, "header");
}

/* Signs any base with the header names given, so that what is left out can be tried. */
static struct sign_message cavage(const char *names, const char *base, const char *extra)
{
        struct sign_message m = empty_message("POST", S("/inbox"), BODY);
        struct str bytes;
        add(&m, S("date"), date_http(&arena, NOW));
        add(&m, S("digest"), digest_header(&arena, BODY));
        assert_int_equal(key_sign(own[KEY_ED25519], &arena, str_of(base), &bytes), OK);
        add(&m, S("signature"),
            str_fmt(&arena, "keyId=\"k\",%sheaders=\"%s\",signature=\"%.*s\"", extra, names,
                    STR_ARG(base64_encode(&arena, bytes))));
        return m;
}

#define TARGET "(request-target): post /inbox\n"
#define HOST "host: tidings.example\n"
#define DATE "date: Sun, 22 Nov 2026 12:00:00 GMT\n"

static void what_is_covered(void **state)
{
        (void)state;
        char digest[100];
        struct str d = digest_header(&arena, BODY);
        snprintf(digest, sizeof digest, "digest: %.*s", STR_ARG(d));
        const struct {
                const char *names, *base, *extra, *word;
        } rows[] = {
                {"(request-target) host date digest", TARGET HOST DATE, "", "good"},
                {"(request-target)  Host DATE digest", TARGET HOST DATE, "", "good"},
                {"host date digest", HOST DATE, "", "uncovered"},
                {"(request-target) date digest", TARGET DATE, "", "uncovered"},
                {"(request-target) host digest", TARGET HOST, "", "uncovered"},
                {"(request-target) host date", TARGET HOST, "", "uncovered"},
                {"(request-target) host date x-other digest", TARGET HOST DATE, "", "header"},
                {"(request-target) host host date digest", TARGET HOST HOST DATE, "", "malformed"},
                {"", "", "", "uncovered"},
                {"(request-target) host (created) digest", TARGET HOST "(created): 1795348800\n",
                 "created=1795348800,algorithm=\"hs2019\",", "good"},
                {"(request-target) host (created) digest", TARGET HOST "(created): 1795348800\n",
                 "created=1795348800,algorithm=\"rsa-sha256\",", "malformed"},
                {"(request-target) host (created) digest", TARGET HOST "(created): 1795304000\n",
                 "created=1795304000,", "date"},
                {"(request-target) host (created) digest", TARGET HOST "(created): \n", "",
                 "malformed"},
                {"(request-target) host (created) digest",
                 TARGET HOST "(created): 99999999999999999\n", "created=99999999999999999,",
                 "date"},
                {"(request-target) host (created) (expires) digest",
                 TARGET HOST "(created): 1795340000\n(expires): 1795345199\n",
                 "created=1795340000,expires=1795345199,", "date"},
                {"(request-target) host (created) (expires) digest",
                 TARGET HOST "(created): 1795340000\n(expires): 1795345201\n",
                 "created=1795340000,expires=1795345201,", "good"},
                /* what an attacker says about the algorithm changes nothing */
                {"(request-target) host date digest", TARGET HOST DATE, "algorithm=\"none\",",
                 "good"},
                {"(request-target) host date digest", TARGET HOST DATE,
                 "algorithm=\"hmac-sha256\",", "good"},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                char base[400];
                bool has = strstr(rows[i].names, "digest") != NULL;
                size_t n = strlen(rows[i].base);
                snprintf(base, sizeof base, "%.*s%s", (int)(has || !n ? n : n - 1), rows[i].base,
                         has ? digest : "");
                struct sign_message m = cavage(rows[i].names, base, rows[i].extra);
                const char *word = outcome(&m, KEY_ED25519, NOW);
                if (strcmp(word, rows[i].word) != 0)
                        fail_msg("%zu %s %s: %s", i, rows[i].names, rows[i].extra, word);
        }
}

static void malformed_cavage(void **state)
{
        (void)state;
        static const struct {
                const char *value, *word;
        } rows[] = {
                {"", "malformed"},
                {"keyId=\"k\"", "malformed"},
                {"signature=\"AAAA\"", "malformed"},
                {"keyId=\"\",signature=\"AAAA\"", "malformed"},
                {"keyId=\"k\",signature=\"\"", "malformed"},
                {"keyId=\"k\",signature=\"AAAA\"", "header"},
                {"keyId=\"k\",signature=\"AA=A\"", "malformed"},
                {"keyId=\"k\",signature=\"!!!!\"", "malformed"},
                {"keyId=\"k\",signature=\"AAAA\",", "malformed"},
                {"keyId=\"k\",,signature=\"AAAA\"", "malformed"},
                {"keyId=\"k\" signature=\"AAAA\"", "malformed"},
                {"keyId=\"k\",keyId=\"l\",signature=\"AAAA\"", "malformed"},
                {"keyId=\"k,signature=\"AAAA\"", "malformed"},
                {"keyId=\"k\\\"\",signature=\"AAAA\"", "malformed"},
                {"keyId=\"k\",signature=\"AAAA", "malformed"},
                {"=\"k\",signature=\"AAAA\"", "malformed"},
                {"a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1,j=1,k=1,l=1,m=1,n=1,o=1,p=1,q=1",
                 "malformed"},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                struct sign_message m = empty_message("POST", S("/inbox"), BODY);
                add(&m, S("signature"), str_of(rows[i].value));
                const char *word = outcome(&m, KEY_ED25519, NOW);
                if (strcmp(word, rows[i].word) != 0)
                        fail_msg("%s: %s", rows[i].value, word);
        }
}

static void places_and_sizes(void **state)
{
        (void)state;
        struct sign_message m = empty_message("POST", S("/inbox"), BODY);
        assert_outcome(m, KEY_ED25519, NOW, "missing");
        add(&m, S("authorization"), S("Bearer x"));
        assert_outcome(m, KEY_ED25519, NOW, "missing");
        m = signed_message(SIGN_CAVAGE, KEY_ED25519, "POST", S("/inbox"), BODY, NOW);
        struct req_header *h = &headers[m.n_headers - 1];
        *h = (struct req_header){S("authorization"), str_join(&arena, S("Signature "), h->value)};
        assert_outcome(m, KEY_ED25519, NOW, "good");
        add(&m, S("authorization"), h->value);
        assert_outcome(m, KEY_ED25519, NOW, "malformed");
        char *big = make_n(&arena, 500000, char);
        memset(big, 'a', 500000);
        for (size_t n = 4096; n <= 500000; n = n == 4096 ? 4097 : n * 5 + 3) {
                m = empty_message("POST", S("/inbox"), BODY);
                add(&m, S("signature"), (struct str){big, n});
                assert_outcome(m, KEY_ED25519, NOW, n > 4096 ? "large" : "malformed");
                add(&m, S("signature-input"), (struct str){big, n});
                assert_outcome(m, KEY_ED25519, NOW, n > 4096 ? "large" : "malformed");
        }
        struct str names = S("(request-target) host date digest");
        for (int i = 0; i < SIGN_PARTS; i++)
                names = str_fmt(&arena, "%.*s x-%d", STR_ARG(names), i);
        m = empty_message("POST", S("/inbox"), BODY);
        for (int i = 0; i < SIGN_PARTS; i++)
                add(&m, str_fmt(&arena, "x-%d", i), S("1"));
        add(&m, S("date"), S("x"));
        add(&m, S("digest"), S("x"));
        add(&m, S("signature"),
            str_fmt(&arena, "keyId=\"k\",headers=\"%.*s\",signature=\"AAAA\"", STR_ARG(names)));
        assert_outcome(m, KEY_ED25519, NOW, "large");
}

/* Old senders sign the path alone; only that, not another query. */
static void query_left_out(void **state)
{
        (void)state;
        struct sign_message m =
                signed_message(SIGN_CAVAGE, KEY_ED25519, "GET", S("/a"), STR_NONE, NOW);
        m.target = S("/a?b=c");
        assert_outcome(m, KEY_ED25519, NOW, "good");
        m.target = S("/a/?b=c");
        assert_outcome(m, KEY_ED25519, NOW, "bad");
        m = signed_message(SIGN_RFC9421, KEY_ED25519, "GET", S("/a"), STR_NONE, NOW);
        m.target = S("/a?b=c");
        assert_outcome(m, KEY_ED25519, NOW, "bad");
}

/* RFC 9421 with any input: signed rightly over the base this reader makes of it. */
static const char *rfc9421(const char *input, const char *signature)
{
        struct sign_message m = empty_message("POST", S("/inbox?a=b"), BODY);
        add(&m, S("content-digest"), digest_content_header(&arena, BODY));
        add(&m, S("date"), date_http(&arena, NOW));
        struct sign_read r = {.arena = &arena, .m = &m};
        struct str bytes, coded = S("AAAA");
        if (!sign_read_rfc9421(&r, str_of(input), S("sig1=:AAAA:"), 0)) {
                assert_int_equal(key_sign(own[KEY_ED25519], &arena, r.s.base[0], &bytes), OK);
                coded = base64_encode(&arena, bytes);
        }
        add(&m, S("signature-input"), str_of(input));
        add(&m, S("signature"), str_replace(&arena, str_of(signature), S("BYTES"), coded));
        return outcome(&m, KEY_ED25519, NOW);
}

#define FULL "(\"@method\" \"@target-uri\" \"content-digest\")"
#define PARAMS ";created=1795348800;keyid=\"k\""

static void inputs_of_rfc9421(void **state)
{
        (void)state;
        static const struct {
                const char *input, *word;
        } rows[] = {
                {"sig1=" FULL PARAMS, "good"},
                {"sig1=(  \"@method\"   \"@target-uri\"  \"content-digest\" ); "
                 "created=1795348800;keyid=\"k\"",
                 "good"},
                {"sig1=" FULL
                 ";keyid=\"k\";created=1795348800;nonce=:AAAA:;x=?1;y;z=a/b;w=1.5;tag=\"a\\\"b\"",
                 "good"},
                {"sig1=(\"@method\" \"@path\" \"@query\" \"@authority\" \"content-digest\" "
                 "\"date\");keyid=\"k\"",
                 "good"},
                {"sig1=(\"@method\" \"@request-target\" \"host\" \"content-digest\")" PARAMS,
                 "good"},
                {"sig1=" FULL PARAMS ", sig2=()", "good"},
                {"sig1=" FULL PARAMS ";alg=\"hmac-sha256\"", "good"}, /* the key decides */
                {"sig1=(\"@method\" \"@path\" \"@authority\" \"content-digest\")" PARAMS,
                 "uncovered"},
                {"sig1=(\"@method\" \"@path\" \"@query\" \"content-digest\")" PARAMS, "uncovered"},
                {"sig1=()" PARAMS, "uncovered"},
                {"sig1=(\"@method\" \"@target-uri\")" PARAMS, "uncovered"},
                {"sig1=(\"@target-uri\" \"content-digest\")" PARAMS, "uncovered"},
                {"sig1=(\"@method\" \"content-digest\")" PARAMS, "uncovered"},
                {"sig1=" FULL ";keyid=\"k\"", "uncovered"},
                {"sig1=" FULL ";created=1795304000;keyid=\"k\"", "date"},
                {"sig1=" FULL ";created=0;keyid=\"k\"", "date"},
                {"sig1=" FULL ";created=-1;keyid=\"k\"", "date"},
                {"sig1=" FULL ";created=1795352401;keyid=\"k\"", "date"},
                {"sig1=" FULL PARAMS ";expires=1795345199", "date"},
                {"sig1=" FULL PARAMS ";expires=1795345201", "good"},
                {"sig1=" FULL PARAMS ";expires=-5", "malformed"},
                {"sig1=" FULL ";created=\"1795348800\";keyid=\"k\"", "good"},
                {"sig1=" FULL ";created;keyid=\"k\"", "malformed"},
                {"sig1=" FULL ";created=1795348800", "malformed"},
                {"sig1=" FULL ";created=1795348800;keyid=k", "malformed"},
                {"sig1=" FULL ";created=1795348800;keyid=\"\"", "malformed"},
                {"sig1=" FULL PARAMS PARAMS, "malformed"},
                {"sig1=(\"@method\" \"@method\")" PARAMS, "malformed"},
                {"sig1=(\"@method\";req \"@target-uri\")" PARAMS, "malformed"},
                {"sig1=(\"@query-param\";name=\"a\")" PARAMS, "malformed"},
                {"sig1=(\"@status\")" PARAMS, "malformed"},
                {"sig1=(\"x-absent\")" PARAMS, "header"},
                {"sig1=(@method)" PARAMS, "malformed"},
                {"sig1=(\"@method\"\"@path\")" PARAMS, "malformed"},
                {"sig1=(\"@method\"", "malformed"},
                {"sig1=(\"@method", "malformed"},
                {"sig1=(\"a\\b\")", "malformed"},
                {"sig1=", "malformed"},
                {"sig1", "malformed"},
                {"=()", "malformed"},
                {"Sig1=()", "malformed"},
                {"sig1=();", "malformed"},
                {"sig1=();a=", "malformed"},
                {"sig1=();a=:AA", "malformed"},
                {"sig1=();a=\"x", "malformed"},
                {"sig1=();a=?2", "malformed"},
                {"sig1=();a=-", "malformed"},
                {"sig1=();a=1.", "malformed"},
                {"sig1=" FULL PARAMS ",", "malformed"},
                {"sig1=" FULL PARAMS " sig2=()", "malformed"},
                {"sig1=" FULL PARAMS ",sig1=()", "malformed"},
                {"", "malformed"},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                const char *word = rfc9421(rows[i].input, "sig1=:BYTES:");
                if (strcmp(word, rows[i].word) != 0)
                        fail_msg("%s: %s", rows[i].input, word);
        }
        static const char *const bad[] = {"sig2=:BYTES:",  "sig1=BYTES",
                                          "sig1=:BYTES",   "sig1=::",
                                          "sig1=:BYTES:,", "sig1=:BYTES:,sig1=:BYTES:",
                                          "sig1=:BYTES:x", "x=1,sig1=:BYTES:",
                                          "sig1=:A:",      ""};
        for (size_t i = 0; i < countof(bad); i++)
                assert_string_equal(rfc9421("sig1=" FULL PARAMS, bad[i]), "malformed");
        assert_string_equal(rfc9421("sig1=" FULL PARAMS, "a=:AAAA:, sig1=:BYTES:"), "good");
}

/* A proxy may add a signature of its own in front. */
static void second_label(void **state)
{
        (void)state;
        struct sign_message m =
                signed_message(SIGN_RFC9421, KEY_ED25519, "POST", S("/inbox"), BODY, NOW);
        struct str *input = value_of(&m, "signature-input"), *bytes = value_of(&m, "signature");
        *input =
                str_join(&arena, S("proxy=(\"@method\");created=1795348800;keyid=\"p\", "), *input);
        *bytes = str_join(&arena, S("proxy=:AAAA:, "), *bytes);
        assert_outcome(m, KEY_ED25519, NOW, "good");
        for (int i = 0; i < 4; i++) {
                *input = str_fmt(&arena, "p%d=();keyid=\"p\", %.*s", i, STR_ARG(*input));
                *bytes = str_fmt(&arena, "p%d=:AAAA:, %.*s", i, STR_ARG(*bytes));
        }
        assert_outcome(m, KEY_ED25519, NOW, "uncovered");
}

static void proofs(void **state)
{
        (void)state;
        static const char *const bad[][2] = {
                {"eddsa-jcs-2022", "eddsa-rdfc-2022"},
                {"DataIntegrityProof", "RsaSignature2017"},
                {"assertionMethod", "authentication"},
                {"\"verificationMethod\"", "\"method\""},
                {"2026-11-22T12:00:00Z", "soon"},
                {"\"proofValue\":\"z", "\"proofValue\":\"u"},
                {"\"@context\":\"a\"", "\"@context\":\"b\""},
        };
        const struct json_value *doc;
        struct proof p;
        unsigned char bytes[64] = {1};
        struct str value = base58_encode(&arena, (struct str){(char *)bytes, sizeof bytes});
        struct str text =
                str_fmt(&arena,
                        "{\"@context\":\"a\",\"id\":\"https://peer.example/"
                        "1\",\"proof\":{\"@context\":\"a\","
                        "\"type\":\"DataIntegrityProof\",\"cryptosuite\":\"eddsa-jcs-2022\","
                        "\"proofPurpose\":\"assertionMethod\",\"verificationMethod\":\"k\","
                        "\"created\":\"2026-11-22T12:00:00Z\",\"proofValue\":\"z%.*s\"}}",
                        STR_ARG(value));
        assert_int_equal(json_read(&arena, text, NULL, &doc, NULL), OK);
        assert_true(proof_read(&arena, doc, &p));
        assert_true(str_eq(p.key_id, S("k")));
        assert_int_equal(p.created_ms, NOW);
        assert_false(proof_verify(&p, public[KEY_ED25519]));
        assert_int_equal(
                key_sign(own[KEY_ED25519], &arena, (struct str){(char *)p.hash, 64}, &p.bytes), OK);
        assert_true(proof_verify(&p, public[KEY_ED25519]));
        assert_false(proof_verify(&p, public[KEY_RSA]));
        for (size_t i = 0; i < countof(bad); i++) {
                size_t at = str_find(text, str_of(bad[i][0])), n = strlen(bad[i][0]);
                struct str changed = str_fmt(&arena, "%.*s%s%.*s", (int)at, text.p, bad[i][1],
                                             STR_ARG(str_after(text, at + n)));
                assert_int_equal(json_read(&arena, changed, NULL, &doc, NULL), OK);
                if (proof_read(&arena, doc, &p))
                        fail_msg("%s", bad[i][1]);
        }
}

static int setup(void **state)
{
        (void)state;
        arena_open(&arena, 32 << 20);
        for (int kind = KEY_RSA; kind <= KEY_ED25519; kind++) {
                struct str open, secret;
                if (key_make(&arena, (enum key_kind)kind, &open, &secret) ||
                    key_read(open, &public[kind]) || key_read_private(secret, &own[kind]))
                        return -1;
        }
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        for (int kind = KEY_RSA; kind <= KEY_ED25519; kind++) {
                key_drop(&own[kind]);
                key_drop(&public[kind]);
        }
        arena_close(&arena);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(round_trips),
                cmocka_unit_test(window),
                cmocka_unit_test(what_is_covered),
                cmocka_unit_test(malformed_cavage),
                cmocka_unit_test(places_and_sizes),
                cmocka_unit_test(query_left_out),
                cmocka_unit_test(inputs_of_rfc9421),
                cmocka_unit_test(second_label),
                cmocka_unit_test(proofs),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
