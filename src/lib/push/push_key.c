/* The key pair by which push services know this server, and what it signs. Called by the server
 * while it starts and by whoever sends a push. */
#include "lib/base/buf.h"
#include "lib/base/die.h"
#include "lib/base/encode.h"
#include "lib/push/push_parts.h"
#include "lib/text/json.h"
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>

enum { HALF = 32 /* of an ES256 signature (RFC 7518 section 3.4) */, PUBLIC_TEXT = 88 };

struct push_key {
        EVP_PKEY *pair;
        char public[PUBLIC_TEXT];
};

EVP_PKEY *push_pair_make(void)
{
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
}

bool push_pair_point(const EVP_PKEY *pair, unsigned char to[PUSH_POINT])
{
        size_t n;
        return EVP_PKEY_get_octet_string_param(pair, OSSL_PKEY_PARAM_PUB_KEY, to, PUSH_POINT, &n) ==
                       1 &&
               n == PUSH_POINT;
}

enum err push_key_make(struct arena *a, struct str *pem)
{
        EVP_PKEY *pair = push_pair_make();
        BIO *to = BIO_new(BIO_s_secmem());
        char *p;
        bool good =
                pair && to && PEM_write_bio_PrivateKey(to, pair, NULL, NULL, 0, NULL, NULL) == 1;
        if (good) {
                long n = BIO_get_mem_data(to, &p);
                *pem = str_dup(a, (struct str){p, (size_t)n});
        }
        BIO_free(to);
        EVP_PKEY_free(pair);
        return good ? OK : ERR_FAULT;
}

enum err push_key_read(struct str pem, struct push_key **ret)
{
        struct push_key *k = must_alloc(1, sizeof *k);
        unsigned char point[PUSH_POINT];
        struct arena a;
        BIO *from = pem.n < INT_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
        k->pair = from ? PEM_read_bio_PrivateKey(from, NULL, NULL, NULL) : NULL;
        BIO_free(from);
        if (!k->pair || !push_pair_point(k->pair, point)) {
                ERR_clear_error();
                push_key_close(&k);
                return ERR_FAULT;
        }
        arena_open(&a, 1 << 20);
        struct str text = base64url_encode(&a, (struct str){(char *)point, sizeof point});
        memcpy(k->public, text.p, text.n);
        arena_close(&a);
        *ret = k;
        return OK;
}

void push_key_close(struct push_key **kp)
{
        struct push_key *k = *kp;
        *kp = NULL;
        if (!k)
                return;
        EVP_PKEY_free(k->pair);
        free(k);
}

struct str push_key_public(const struct push_key *k)
{
        return str_of(k->public);
}

/* OpenSSL gives a signature as DER; JOSE wants both numbers side by side. */
static bool sign(const struct push_key *k, struct str text, unsigned char to[2 * HALF])
{
        unsigned char der[128];
        size_t n = sizeof der;
        const unsigned char *at = der;
        EVP_MD_CTX *c = EVP_MD_CTX_new();
        bool good = c && EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, k->pair) == 1 &&
                    EVP_DigestSign(c, der, &n, (const unsigned char *)text.p, text.n) == 1;
        EVP_MD_CTX_free(c);
        ECDSA_SIG *s = good ? d2i_ECDSA_SIG(NULL, &at, (long)n) : NULL;
        good = s && BN_bn2binpad(ECDSA_SIG_get0_r(s), to, HALF) == HALF &&
               BN_bn2binpad(ECDSA_SIG_get0_s(s), to + HALF, HALF) == HALF;
        ECDSA_SIG_free(s);
        return good;
}

enum err push_claim(struct arena *a, const struct push_key *k, struct str origin,
                    struct str subject, int64_t now_ms, struct str *ret)
{
        unsigned char signature[2 * HALF];
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_str(&j, "aud", origin);
        json_int(&j, "exp", now_ms / 1000 + PUSH_CLAIM_S);
        json_str(&j, "sub", subject);
        json_end(&j);
        struct str head = base64url_encode(a, S("{\"typ\":\"JWT\",\"alg\":\"ES256\"}"));
        struct str claims = base64url_encode(a, buf_str(&b));
        bool good = !b.failed;
        buf_free(&b);
        struct str text = str_fmt(a, "%.*s.%.*s", STR_ARG(head), STR_ARG(claims));
        if (!good || !sign(k, text, signature))
                return ERR_FAULT;
        struct str tail = base64url_encode(a, (struct str){(char *)signature, sizeof signature});
        *ret = str_fmt(a, "%.*s.%.*s", STR_ARG(text), STR_ARG(tail));
        return OK;
}
