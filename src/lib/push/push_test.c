/* Sealing against the examples of the documents, and what a claim looks like. */
#include "lib/base/encode.h"
#include "lib/push/push.h"
#include "lib/text/json.h"
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static int open_arena(void **state)
{
        (void)state;
        arena_open(&arena, 8 << 20);
        return 0;
}

static int close_arena(void **state)
{
        (void)state;
        arena_close(&arena);
        return 0;
}

static struct str bytes(struct str text)
{
        struct str s;
        assert_true(base64url_decode(&arena, text, &s));
        return s;
}

/* RFC 8291 section 5 and appendix A. */
static void test_standard(void **state)
{
        (void)state;
        struct push_to to = {
                PUSH_AES128GCM,
                bytes(S("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH"
                        "6SRpkNtoIAiw4")),
                bytes(S("BTBZMqHH6r4Tts7J_aSIgg"))};
        struct push_chance chance = {
                bytes(S("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")),
                bytes(S("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEq"
                        "KK6PBru3jl7A8")),
                bytes(S("DGv6ra1nlYgDCS1FRnbzlw"))};
        struct push_sealed sealed;
        assert_int_equal(push_seal(&arena, &to, S("When I grow up, I want to be a watermelon"),
                                   &chance, &sealed),
                         OK);
        struct str is = base64url_encode(&arena, sealed.body);
        assert_true(
                str_eq(is, S("DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
                             "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
                             "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")));
}

/* draft-ietf-webpush-encryption-04 section 5. */
static void test_draft(void **state)
{
        (void)state;
        struct push_to to = {
                PUSH_AESGCM,
                bytes(S("BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il"
                        "2nNZct4HgAUQU")),
                bytes(S("R29vIGdvbyBnJyBqb29iIQ"))};
        struct str point =
                S("BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ"
                  "6DPpDrWtdWj_mugHU");
        struct push_chance chance = {bytes(S("nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY")),
                                     bytes(point), bytes(S("lngarbyKfMoi9Z75xYXmkg"))};
        struct push_sealed sealed;
        assert_int_equal(push_seal(&arena, &to, S("I am the walrus"), &chance, &sealed), OK);
        assert_true(str_eq(base64url_encode(&arena, sealed.body),
                           S("6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA")));
        assert_true(str_eq(sealed.dh, point));
        assert_true(str_eq(sealed.salt, S("lngarbyKfMoi9Z75xYXmkg")));
}

/* T060's neighbour: a point off the curve would give our part away bit by bit. */
static void test_points(void **state)
{
        (void)state;
        struct str good =
                bytes(S("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPj"
                        "s7Vd8pZGH6SRpkNtoIAiw4"));
        char off[PUSH_POINT], zero[PUSH_POINT] = {4}, infinity[1] = {0};
        memcpy(off, good.p, sizeof off);
        off[64] ^= 1;
        assert_true(push_point_ok(good));
        assert_false(push_point_ok((struct str){off, sizeof off}));
        assert_false(push_point_ok((struct str){zero, sizeof zero}));
        assert_false(push_point_ok((struct str){infinity, sizeof infinity}));
        assert_false(push_point_ok(str_cut(good, 0, 64)));
        assert_false(push_point_ok(STR_NONE));
        struct push_sealed sealed;
        struct push_to to = {PUSH_AES128GCM, {off, sizeof off}, S("0123456789abcdef")};
        assert_int_equal(push_seal(&arena, &to, S("x"), NULL, &sealed), ERR_INPUT);
        to.point = good;
        to.auth = S("short");
        assert_int_equal(push_seal(&arena, &to, S("x"), NULL, &sealed), ERR_INPUT);
        to.auth = S("0123456789abcdef");
        struct str long_text = {make_n(&arena, PUSH_TEXT_MAX + 1, char), PUSH_TEXT_MAX + 1};
        assert_int_equal(push_seal(&arena, &to, long_text, NULL, &sealed), ERR_TOO_LARGE);
        long_text.n--;
        assert_int_equal(push_seal(&arena, &to, long_text, NULL, &sealed), OK);
        assert_true(sealed.body.n < 4096);
}

static void test_every_message_is_new(void **state)
{
        (void)state;
        struct push_to to = {
                PUSH_AES128GCM,
                bytes(S("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH"
                        "6SRpkNtoIAiw4")),
                bytes(S("BTBZMqHH6r4Tts7J_aSIgg"))};
        struct push_sealed one, two;
        assert_int_equal(push_seal(&arena, &to, S("x"), NULL, &one), OK);
        assert_int_equal(push_seal(&arena, &to, S("x"), NULL, &two), OK);
        assert_false(str_eq(one.salt, two.salt) || str_eq(one.dh, two.dh));
}

/* Whether the claim carries a good signature of that key. */
static bool signed_by(struct str claim, struct str public)
{
        struct str rest = claim, head, body, tail;
        assert_true(str_next(&rest, '.', &head));
        assert_true(str_next(&rest, '.', &body));
        tail = bytes(rest);
        assert_int_equal(tail.n, 64);
        struct str point = bytes(public);
        EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
        assert_int_equal(
                EVP_PKEY_set1_encoded_public_key(pair, (const unsigned char *)point.p, point.n), 1);
        ECDSA_SIG *s = ECDSA_SIG_new();
        ECDSA_SIG_set0(s, BN_bin2bn((const unsigned char *)tail.p, 32, NULL),
                       BN_bin2bn((const unsigned char *)tail.p + 32, 32, NULL));
        unsigned char der[128], *at = der;
        int n = i2d_ECDSA_SIG(s, &at);
        EVP_MD_CTX *c = EVP_MD_CTX_new();
        assert_int_equal(EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, pair), 1);
        bool good = EVP_DigestVerify(c, der, (size_t)n, (const unsigned char *)claim.p,
                                     head.n + 1 + body.n) == 1;
        EVP_MD_CTX_free(c);
        ECDSA_SIG_free(s);
        EVP_PKEY_free(pair);
        return good;
}

static void test_claim(void **state)
{
        (void)state;
        struct str pem, claim, rest, head, body;
        struct push_key *k, *other;
        assert_int_equal(push_key_make(&arena, &pem), OK);
        assert_int_equal(push_key_read(pem, &k), OK);
        assert_int_equal(push_key_public(k).n, 87);
        assert_true(push_point_ok(bytes(push_key_public(k))));
        assert_int_equal(push_claim(&arena, k, S("https://push.example"), S("https://a.example"),
                                    INT64_C(1453341205000), &claim),
                         OK);
        rest = claim;
        assert_true(str_next(&rest, '.', &head));
        assert_true(str_next(&rest, '.', &body));
        assert_true(str_eq(bytes(head), S("{\"typ\":\"JWT\",\"alg\":\"ES256\"}")));
        assert_true(str_eq(bytes(body), S("{\"aud\":\"https://push.example\",\"exp\":1453384405,"
                                          "\"sub\":\"https://a.example\"}")));
        assert_true(signed_by(claim, push_key_public(k)));
        assert_int_equal(push_key_make(&arena, &pem), OK);
        assert_int_equal(push_key_read(pem, &other), OK);
        assert_false(signed_by(claim, push_key_public(other)));
        push_key_close(&k);
        push_key_close(&other);
        assert_int_equal(push_key_read(S("-----BEGIN PRIVATE KEY-----\nMA==\n"), &k), ERR_FAULT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_standard), cmocka_unit_test(test_draft),
                cmocka_unit_test(test_points),   cmocka_unit_test(test_every_message_is_new),
                cmocka_unit_test(test_claim),
        };
        return cmocka_run_group_tests(tests, open_arena, close_arena);
}
