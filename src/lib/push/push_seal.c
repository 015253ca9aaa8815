/* Sealing a message for one receiver: a key agreed upon with a pair made for this message alone,
 * stretched (RFC 5869), and AES-128-GCM in one record. Both forms differ in what is stretched and
 * where the salt and our point travel: in front of the record (RFC 8291), or in headers
 * (draft-ietf-webpush-encryption-04). */
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/base/rand.h"
#include "lib/push/push_parts.h"
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

enum { RECORD = 4096, KEY = 16, NONCE = 12, TAG = 16, SHARED = 32 };

static struct str join(struct arena *a, const struct str *v, size_t n)
{
        size_t all = 0, at = 0;
        for (size_t i = 0; i < n; i++)
                all += v[i].n;
        char *p = make_n(a, all + 1, char);
        for (size_t i = 0; i < n; i++) {
                if (v[i].n)
                        memcpy(p + at, v[i].p, v[i].n);
                at += v[i].n;
        }
        return (struct str){p, all};
}
#define JOIN(a, ...)                                                                               \
        join(a, (const struct str[]){__VA_ARGS__},                                                 \
             sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* One block of HKDF-Expand is all that is ever asked for. */
static struct str stretch(struct arena *a, struct str salt, struct str from, struct str info,
                          size_t n)
{
        struct str key = hmac_sha256(a, salt, from);
        return str_cut(hmac_sha256(a, key, JOIN(a, info, S("\1"))), 0, n);
}

/* ---- points ---- */

static EVP_PKEY *pair_of(struct str point, struct str secret)
{
        EVP_PKEY *pair = NULL;
        OSSL_PARAM *params = NULL;
        OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
        BIGNUM *number =
                secret.n ? BN_bin2bn((const unsigned char *)secret.p, (int)secret.n, NULL) : NULL;
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
        if (b && c &&
            OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
            OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n) == 1 &&
            (!number || OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1) &&
            (params = OSSL_PARAM_BLD_to_param(b)) && EVP_PKEY_fromdata_init(c) == 1 &&
            EVP_PKEY_fromdata(c, &pair, number ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) !=
                    1)
                pair = NULL;
        ERR_clear_error();
        EVP_PKEY_CTX_free(c);
        BN_clear_free(number);
        OSSL_PARAM_free(params);
        OSSL_PARAM_BLD_free(b);
        return pair;
}

/* On the curve, and not the point at infinity. */
static bool on_curve(EVP_PKEY *pair)
{
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(pair, NULL);
        bool good = c && EVP_PKEY_public_check(c) == 1;
        ERR_clear_error();
        EVP_PKEY_CTX_free(c);
        return good;
}

bool push_point_ok(struct str point)
{
        if (point.n != PUSH_POINT || point.p[0] != 4)
                return false;
        EVP_PKEY *pair = pair_of(point, STR_NONE);
        bool good = pair && on_curve(pair);
        EVP_PKEY_free(pair);
        return good;
}

static bool agree(EVP_PKEY *own, EVP_PKEY *theirs, unsigned char to[SHARED])
{
        size_t n = SHARED;
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(own, NULL);
        bool good = c && EVP_PKEY_derive_init(c) == 1 && EVP_PKEY_derive_set_peer(c, theirs) == 1 &&
                    EVP_PKEY_derive(c, to, &n) == 1 && n == SHARED;
        ERR_clear_error();
        EVP_PKEY_CTX_free(c);
        return good;
}

/* ---- the record ---- */

static bool encrypt(struct arena *a, struct str key, struct str nonce, struct str text,
                    struct str *ret)
{
        unsigned char *to = make_n(a, text.n + TAG, unsigned char);
        int n = 0, rest = 0;
        EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
        bool good = c &&
                    EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, (const unsigned char *)key.p,
                                       (const unsigned char *)nonce.p) == 1 &&
                    EVP_EncryptUpdate(c, to, &n, (const unsigned char *)text.p, (int)text.n) == 1 &&
                    EVP_EncryptFinal_ex(c, to + n, &rest) == 1 &&
                    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, to + text.n) == 1;
        EVP_CIPHER_CTX_free(c);
        *ret = (struct str){(char *)to, text.n + TAG};
        return good;
}

struct sealing {
        struct arena *a;
        const struct push_to *to;
        struct str text, shared, point, salt;
};

/* RFC 8291 section 3.4; the 2 ends the last record (RFC 8188 section 2). */
static bool seal_standard(const struct sealing *s, struct push_sealed *ret)
{
        static const char head[] = {0, 0, RECORD >> 8, RECORD & 255, PUSH_POINT};
        struct arena *a = s->a;
        struct str info = JOIN(a, S("WebPush: info\0"), s->to->point, s->point), record;
        struct str from = stretch(a, s->to->auth, s->shared, info, SHARED);
        struct str key = stretch(a, s->salt, from, S("Content-Encoding: aes128gcm\0"), KEY);
        struct str nonce = stretch(a, s->salt, from, S("Content-Encoding: nonce\0"), NONCE);
        if (!encrypt(a, key, nonce, JOIN(a, s->text, S("\2")), &record))
                return false;
        ret->body = JOIN(a, s->salt, ((struct str){head, sizeof head}), s->point, record);
        return true;
}

/* draft-ietf-webpush-encryption-04 section 3; the two bytes in front say that nothing is padded. */
static bool seal_draft(const struct sealing *s, struct push_sealed *ret)
{
        struct arena *a = s->a;
        struct str context = JOIN(a, S("\0P-256\0\0\x41"), s->to->point, S("\0\x41"), s->point);
        struct str from = stretch(a, s->to->auth, s->shared, S("Content-Encoding: auth\0"), SHARED);
        struct str key =
                stretch(a, s->salt, from, JOIN(a, S("Content-Encoding: aesgcm"), context), KEY);
        struct str nonce =
                stretch(a, s->salt, from, JOIN(a, S("Content-Encoding: nonce"), context), NONCE);
        return encrypt(a, key, nonce, JOIN(a, S("\0\0"), s->text), &ret->body);
}

enum err push_seal(struct arena *a, const struct push_to *to, struct str text,
                   const struct push_chance *chance, struct push_sealed *ret)
{
        unsigned char point[PUSH_POINT], shared[SHARED], salt[PUSH_SALT];
        if (text.n > PUSH_TEXT_MAX)
                return ERR_TOO_LARGE;
        if (!push_point_ok(to->point) || to->auth.n != PUSH_AUTH)
                return ERR_INPUT;
        EVP_PKEY *theirs = pair_of(to->point, STR_NONE);
        EVP_PKEY *own = chance ? pair_of(chance->point, chance->secret) : push_pair_make();
        rand_bytes(salt, sizeof salt);
        if (chance)
                memcpy(salt, chance->salt.p, sizeof salt);
        bool good = theirs && own && push_pair_point(own, point) && agree(own, theirs, shared);
        EVP_PKEY_free(theirs);
        EVP_PKEY_free(own);
        struct sealing s = {a,
                            to,
                            text,
                            {(char *)shared, sizeof shared},
                            {(char *)point, sizeof point},
                            {(char *)salt, sizeof salt}};
        if (!good || !(to->form == PUSH_AES128GCM ? seal_standard(&s, ret) : seal_draft(&s, ret)))
                return ERR_FAULT;
        ret->dh = base64url_encode(a, s.point);
        ret->salt = base64url_encode(a, s.salt);
        return OK;
}
