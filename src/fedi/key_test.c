/* Keys: what is read and what is not (row T110 of the list of attacks), whose they are (row T089),
 * and which are kept. */
#include "fedi/key_cache.h"
#include "fedi/key_document.h"
#include "fedi/key_parts.h"
#include "lib/base/encode.h"
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;

static struct str pem_of(EVP_PKEY *k)
{
        BIO *b = BIO_new(BIO_s_mem());
        char *p;
        assert_int_equal(PEM_write_bio_PUBKEY(b, k), 1);
        long n = BIO_get_mem_data(b, &p);
        struct str pem = str_dup(&arena, (struct str){p, (size_t)n});
        BIO_free(b);
        return pem;
}

/* A key with any modulus of so many bits and such an exponent: made to be refused. */
static struct str odd_key(int bits, const char *exponent)
{
        BIGNUM *n = BN_new(), *e = NULL;
        EVP_PKEY *k = NULL;
        assert_int_equal(BN_rand(n, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD), 1);
        assert_true(BN_hex2bn(&e, exponent) > 0);
        OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n);
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e);
        OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
        assert_int_equal(EVP_PKEY_fromdata_init(c), 1);
        assert_int_equal(EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, params), 1);
        struct str pem = pem_of(k);
        EVP_PKEY_free(k);
        EVP_PKEY_CTX_free(c);
        OSSL_PARAM_free(params);
        OSSL_PARAM_BLD_free(build);
        BN_free(n);
        BN_free(e);
        return pem;
}

static enum err reads(struct str text)
{
        struct key *k = NULL;
        enum err e = key_read(text, &k);
        key_drop(&k);
        return e;
}

static void sizes(void **state)
{
        (void)state;
        assert_int_equal(reads(odd_key(2048, "010001")), OK);
        assert_int_equal(reads(odd_key(4096, "03")), OK);
        assert_int_equal(reads(odd_key(8192, "0100000001")), OK);
        assert_int_equal(reads(odd_key(2047, "010001")), ERR_TOO_LARGE);
        assert_int_equal(reads(odd_key(1024, "010001")), ERR_TOO_LARGE);
        assert_int_equal(reads(odd_key(8200, "010001")), ERR_TOO_LARGE);
        assert_int_not_equal(reads(odd_key(16384, "010001")), OK);
        assert_int_equal(reads(odd_key(2048, "010000000000000001")), ERR_TOO_LARGE);
        assert_int_equal(reads(odd_key(2048, "0200000001")), ERR_TOO_LARGE);
        assert_int_equal(reads(odd_key(2048, "01")), ERR_TOO_LARGE);
        assert_int_equal(reads(odd_key(2048, "010000")), ERR_TOO_LARGE);
        char *long_text = make_n(&arena, KEY_TEXT_MAX + 1, char);
        memset(long_text, 'z', KEY_TEXT_MAX + 1);
        assert_int_equal(reads((struct str){long_text, KEY_TEXT_MAX + 1}), ERR_TOO_LARGE);
        assert_int_equal(reads((struct str){long_text, KEY_TEXT_MAX}), ERR_MALFORMED);
}

/* OpenSSL, which reads every form, is asked what the same bytes are. */
static void same_as_openssl(struct str der)
{
        struct key *k = NULL;
        struct str pem =
                str_fmt(&arena, "-----BEGIN PUBLIC KEY-----\n%.*s\n-----END PUBLIC KEY-----",
                        STR_ARG(base64_encode(&arena, der)));
        if (key_read(pem, &k))
                return;
        const unsigned char *p = (const unsigned char *)der.p;
        EVP_PKEY *theirs = d2i_PUBKEY(NULL, &p, (long)der.n);
        assert_non_null(theirs);
        assert_int_equal(EVP_PKEY_eq(k->rsa, theirs), 1);
        EVP_PKEY_free(theirs);
        key_drop(&k);
}

/* What is read here and not by OpenSSL: nothing is taken that it would refuse, or as another key.
 */
static void broken_bytes(void **state)
{
        (void)state;
        for (int bits = 2048; bits <= 2056; bits += 4) {
                struct str pem = odd_key(bits, "010001"), der;
                size_t head = sizeof "-----BEGIN PUBLIC KEY-----" - 1;
                char *packed = make_n(&arena, pem.n, char);
                size_t n = 0;
                for (size_t i = head; i < pem.n && pem.p[i] != '-'; i++)
                        if (pem.p[i] != '\n')
                                packed[n++] = pem.p[i];
                assert_true(base64_decode(&arena, (struct str){packed, n}, &der));
                same_as_openssl(der);
                char *bytes = (char *)str_dup(&arena, der).p;
                for (size_t i = 0; i < der.n && i < 40; i++)
                        for (int change = 1; change < 256; change *= 2) {
                                bytes[i] = (char)(der.p[i] ^ change);
                                same_as_openssl((struct str){bytes, der.n});
                                bytes[i] = der.p[i];
                        }
                for (size_t less = 1; less < 12; less++)
                        same_as_openssl(str_cut(der, 0, der.n - less));
        }
}

static void not_keys(void **state)
{
        (void)state;
        static const char *const rows[] = {
                "",
                "z",
                "u",
                "zzz",
                "z0OIl",
                "-----BEGIN PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nnot base64!\n-----END PUBLIC KEY-----",
                "-----BEGIN RSA PUBLIC KEY-----\nMAA=\n-----END RSA PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                ("-----BEGIN PRIVATE "
                 "KEY-----\nMC4CAQAwBQYDK2VwBCIEIE4+t/Xnl3lEh/Uw72qW2IWlMQJOHaLuFUipMUHPfO2M\n"
                 "-----END PRIVATE KEY-----"),
                "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktHH", /* a byte too many */
        };
        for (size_t i = 0; i < countof(rows); i++)
                if (reads(str_of(rows[i])) != ERR_MALFORMED)
                        fail_msg("%s", rows[i]);
        EVP_PKEY *curve = EVP_EC_gen("P-256");
        assert_int_equal(reads(pem_of(curve)), ERR_MALFORMED);
        EVP_PKEY_free(curve);
}

static void forms(void **state)
{
        (void)state;
        struct str public, private, text, bytes, ed;
        struct key *k, *own;
        assert_int_equal(key_make(&arena, KEY_RSA, &public, &private), OK);
        assert_int_equal(key_read_private(private, &own), OK);
        assert_int_equal(key_sign(own, &arena, S("said"), &bytes), OK);
        text = str_replace(&arena, str_trim(public), S("\n"), S("\r\n")); /* and none at the end */
        assert_int_equal(key_read(text, &k), OK);
        assert_int_equal(key_kind(k), KEY_RSA);
        assert_true(key_verify(k, S("said"), bytes));
        assert_true(key_verify(k, S("said"), bytes)); /* with the context that was left */
        assert_false(key_verify(k, S("Said"), bytes));
        assert_false(key_verify(k, S("said"), str_cut(bytes, 0, 255)));
        assert_false(key_verify(k, S("said"), STR_NONE));
        key_drop(&k);

        BIO *b = BIO_new_mem_buf(public.p, (int)public.n), *to = BIO_new(BIO_s_mem());
        EVP_PKEY *p = PEM_read_bio_PUBKEY(b, NULL, NULL, NULL);
        unsigned char *der = NULL, coded[600] = {0x85, 0x24};
        int n = i2d_PublicKey(p, &der);
        assert_true(n > 0 && n < 500);
        assert_int_equal(PEM_write_bio(to, "RSA PUBLIC KEY", "", der, n) > 0, 1);
        char *at;
        long length = BIO_get_mem_data(to, &at);
        assert_int_equal(key_read((struct str){at, (size_t)length}, &k), OK); /* Misskey */
        assert_true(key_verify(k, S("said"), bytes));
        key_drop(&k);
        memcpy(coded + 2, der, (size_t)n);
        struct str multikey = {(char *)coded, (size_t)n + 2};
        text = str_join(&arena, S("z"), base58_encode(&arena, multikey));
        assert_int_equal(key_read(text, &k), OK);
        assert_true(key_verify(k, S("said"), bytes));
        key_drop(&k);
        text = str_join(&arena, S("u"), base64url_encode(&arena, multikey));
        assert_int_equal(reads(text), OK);
        OPENSSL_free(der);
        EVP_PKEY_free(p);
        BIO_free(b);
        BIO_free(to);
        key_drop(&own);

        assert_int_equal(key_make(&arena, KEY_ED25519, &public, &private), OK);
        assert_int_equal(key_read_private(private, &own), OK);
        assert_int_equal(key_sign(own, &arena, S("said"), &ed), OK);
        assert_int_equal(key_read(public, &k), OK);
        assert_int_equal(key_kind(k), KEY_ED25519);
        assert_true(key_verify(k, S("said"), ed));
        assert_false(key_verify(k, S("said"), bytes));
        struct str multibase = key_multibase(&arena, own);
        assert_true(str_starts(multibase, S("z6Mk")));
        key_drop(&k);
        assert_int_equal(key_read(multibase, &k), OK);
        assert_true(key_verify(k, S("said"), ed));
        assert_int_equal(key_sign(k, &arena, S("said"), &ed), ERR_FAULT);
        key_drop(&k);
        key_drop(&own);
        assert_int_equal(key_read_private(S("nothing"), &own), ERR_FAULT);
}

static void base58(void **state)
{
        (void)state;
        static const char *const rows[][2] = {
                /* of the Bitcoin tests */
                {"", ""},
                {"61", "2g"},
                {"626262", "a3gV"},
                {"73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"},
                {"516b6fcd0f", "ABnLTmg"},
                {"bf4f89001e670274dd", "3SEo3LWLoPntC"},
                {"00000000000000000000", "1111111111"},
                {"00eb15231dfceb60925886b67d065299925915aeb172c06647",
                 "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"}};
        for (size_t i = 0; i < countof(rows); i++) {
                struct str bytes;
                unsigned char to[32];
                size_t n;
                assert_true(hex_decode(&arena, str_of(rows[i][0]), &bytes));
                assert_true(str_eq(base58_encode(&arena, bytes), str_of(rows[i][1])));
                assert_true(base58_decode(str_of(rows[i][1]), to, sizeof to, &n));
                assert_true(str_eq((struct str){(char *)to, n}, bytes));
                assert_true(!bytes.n || !base58_decode(str_of(rows[i][1]), to, bytes.n - 1, &n));
        }
}

/* Documents. */

static enum key_answer ask(const char *json, const char *from, const char *id,
                           struct key_claim *claim)
{
        const struct json_value *doc;
        assert_int_equal(json_read(&arena, str_of(json), NULL, &doc, NULL), OK);
        return key_from_document(&arena, doc, str_of(from), str_of(id), claim);
}

#define ACTOR "https://peer.example/users/ann"
#define MAIN ACTOR "#main-key"
#define KEY(id, owner) "{\"id\":\"" id "\",\"owner\":\"" owner "\",\"publicKeyPem\":\"P\"}"
#define DOC(keys) "{\"id\":\"" ACTOR "\",\"type\":\"Person\"," keys "}"

static const struct {
        const char *doc, *from, *id;
        enum key_answer want;
} DOCUMENTS[] = {
        {DOC("\"publicKey\":" KEY(MAIN, ACTOR)), ACTOR, MAIN, KEY_HERE},
        {DOC("\"publicKey\":[" KEY("https://peer.example/x", ACTOR) "," KEY(MAIN, ACTOR) "]"),
         ACTOR, MAIN, KEY_HERE},
        {DOC("\"assertionMethod\":[{\"id\":\"" MAIN
             "\",\"type\":\"Multikey\",\"controller\":\"" ACTOR
             "\",\"publicKeyMultibase\":\"z6\"}]"),
         ACTOR, MAIN, KEY_HERE},
        {DOC("\"publicKey\":" KEY(MAIN, ACTOR)), ACTOR, "acct:ann@peer.example", KEY_HERE},
        /* GoToSocial's short form is not the actor's own document */
        {DOC("\"publicKey\":" KEY(ACTOR "/main-key", ACTOR)), ACTOR "/main-key", ACTOR "/main-key",
         KEY_ASK_OWNER},
        {KEY(ACTOR "/publickey", ACTOR), ACTOR "/publickey", ACTOR "/publickey", KEY_ASK_OWNER},
        /* forged: for a victim elsewhere, with another id, in somebody's file, on another host */
        {KEY("https://evil.example/key", ACTOR), "https://evil.example/key",
         "https://evil.example/key", KEY_NONE},
        {"{\"id\":\"https://evil.example/u\",\"publicKey\":" KEY(MAIN, ACTOR) "}",
         "https://evil.example/u", MAIN, KEY_NONE},
        {DOC("\"publicKey\":" KEY("https://evil.example/key", ACTOR)), ACTOR,
         "https://evil.example/key", KEY_NONE},
        {DOC("\"publicKey\":" KEY(MAIN, ACTOR)), "https://evil.example/file", MAIN, KEY_NONE},
        {DOC("\"publicKey\":" KEY(MAIN, ACTOR)), "https://peer.example/upload.json", MAIN,
         KEY_ASK_OWNER},
        {DOC("\"publicKey\":" KEY(MAIN, "https://peer.example/users/eve")), ACTOR, MAIN, KEY_NONE},
        {DOC("\"publicKey\":" KEY(MAIN, ACTOR)), ACTOR, ACTOR "#other", KEY_NONE},
        {DOC("\"publicKey\":" KEY(MAIN, ACTOR)), ACTOR, "http://peer.example/users/ann#main-key",
         KEY_NONE},
        {DOC("\"publicKey\":\"" MAIN "\""), ACTOR, MAIN, KEY_NONE},
        {DOC("\"publicKey\":null"), ACTOR, MAIN, KEY_NONE},
        {DOC("\"publicKey\":[1,null,{},\"\"]"), ACTOR, MAIN, KEY_NONE},
        {DOC("\"publicKey\":{\"id\":\"" MAIN "\",\"owner\":\"" ACTOR "\"}"), ACTOR, MAIN, KEY_NONE},
        {DOC("\"publicKey\":[0,1,2,3,4,5,6,7,8,9," KEY(MAIN, ACTOR) "]"), ACTOR, MAIN, KEY_NONE},
        {"{}", ACTOR, MAIN, KEY_NONE},
        {"[]", ACTOR, MAIN, KEY_NONE},
        {"{\"id\":\"not an address\"}", ACTOR, MAIN, KEY_NONE},
};

static void documents(void **state)
{
        (void)state;
        for (size_t i = 0; i < countof(DOCUMENTS); i++) {
                struct key_claim claim = {STR_NONE, STR_NONE};
                enum key_answer got =
                        ask(DOCUMENTS[i].doc, DOCUMENTS[i].from, DOCUMENTS[i].id, &claim);
                if (got != DOCUMENTS[i].want)
                        fail_msg("%zu: %s", i, DOCUMENTS[i].doc);
                if (got != KEY_NONE)
                        assert_true(str_eq(claim.owner, S(ACTOR)) && claim.text.n);
        }
}

static void asks_the_owner(void **state)
{
        (void)state;
        struct key_claim claim = {STR_NONE, STR_NONE};
        const char *id = ACTOR "/publickey";
        assert_int_equal(ask(KEY(ACTOR "/publickey", ACTOR), id, id, &claim), KEY_ASK_OWNER);
        struct key_claim kept = claim;
        assert_int_equal(ask(DOC("\"publicKey\":\"" ACTOR "/publickey\""), ACTOR, id, &claim),
                         KEY_HERE);
        claim = kept;
        assert_int_equal(ask(DOC("\"publicKey\":" KEY(MAIN, ACTOR)), ACTOR, id, &claim), KEY_NONE);
        claim = kept;
        assert_int_equal(ask("{\"id\":\"https://peer.example/eve\",\"publicKey\":\"" ACTOR
                             "/publickey\"}",
                             "https://peer.example/eve", id, &claim),
                         KEY_NONE);
        claim = kept; /* a second key document is no answer to the first */
        assert_int_equal(ask(KEY(ACTOR "/publickey", ACTOR), id, id, &claim), KEY_NONE);
}

/* The cache. */

static struct key *some_key(unsigned char c)
{
        unsigned char public[32] = {c};
        return key_of_ed25519(public, NULL);
}

static enum key_known find(struct key_cache *c, const char *id, int64_t now)
{
        struct key *k = NULL;
        struct str owner;
        enum key_known known = key_cache_find(c, &arena, str_of(id), now, &k, &owner);
        if (known == KEY_KNOWN)
                assert_true(k && str_eq(owner, S(ACTOR)));
        key_drop(&k);
        return known;
}

static void cache(void **state)
{
        (void)state;
        struct key_cache *c = key_cache_open(3);
        struct key *k = some_key(1);
        assert_int_equal(find(c, "a", 0), KEY_UNKNOWN);
        key_cache_put(c, S("a"), S(ACTOR), k, 0, 0);
        key_cache_put(c, S("b"), S(ACTOR), k, 0, 0);
        key_cache_miss(c, S("c"), 0);
        assert_int_equal(find(c, "a", 1), KEY_KNOWN);
        assert_int_equal(find(c, "c", 1), KEY_MISSED);
        assert_int_equal(find(c, "c", KEY_MISS_MS), KEY_UNKNOWN);
        assert_int_equal(find(c, "b", KEY_FRESH_MS), KEY_UNKNOWN);
        key_cache_put(c, S("d"), S("https://peer.example/eve"), k, 0, 0); /* in place of b */
        assert_int_equal(find(c, "b", 1), KEY_UNKNOWN);
        assert_int_equal(find(c, "a", 1), KEY_KNOWN);
        assert_int_equal(key_cache_count(c), 3);
        assert_false(key_cache_again(c, S("a"), KEY_AGAIN_MS - 1));
        assert_true(key_cache_again(c, S("a"), KEY_AGAIN_MS));
        assert_false(key_cache_again(c, S("a"), KEY_AGAIN_MS + 1));
        assert_true(key_cache_again(c, S("never seen"), 1));
        key_cache_put(c, S("a"), S(ACTOR), k, 5, 5); /* again */
        assert_int_equal(key_cache_count(c), 3);
        key_cache_forget(c, S(ACTOR));
        assert_int_equal(find(c, "a", 6), KEY_UNKNOWN);
        assert_int_equal(key_cache_count(c), 2);
        key_drop(&k);
        key_cache_close(&c);
        assert_null(c);
}

static void cache_is_bounded(void **state)
{
        (void)state;
        struct key_cache *c = key_cache_open(50);
        struct key *k = some_key(2);
        for (int i = 0; i < 1000; i++) {
                struct str id = str_fmt(&arena, "https://host-%d.example/key", i);
                key_cache_put(c, id, S(ACTOR), k, 0, 0);
        }
        assert_int_equal(key_cache_count(c), 50);
        assert_int_equal(find(c, "https://host-999.example/key", 1), KEY_KNOWN);
        assert_int_equal(find(c, "https://host-949.example/key", 1), KEY_UNKNOWN);
        key_cache_close(&c);
        key_drop(&k);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(sizes),
                cmocka_unit_test(broken_bytes),
                cmocka_unit_test(not_keys),
                cmocka_unit_test(forms),
                cmocka_unit_test(base58),
                cmocka_unit_test(documents),
                cmocka_unit_test(asks_the_owner),
                cmocka_unit_test(cache),
                cmocka_unit_test(cache_is_bounded),
        };
        arena_open(&arena, 16 << 20);
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
