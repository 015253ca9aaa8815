/* Keys at work: see key.h. Checking and signing use a prepared context that is left with the key; a
 * second thread that comes meanwhile makes one of its own. Ed25519 is libsodium's, which is twice
 * as fast as OpenSSL's. */
#include "fedi/key_parts.h"
#include "lib/base/die.h"
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>

static struct key *make_key(enum key_kind kind, bool is_private)
{
        struct key *k = must_alloc(1, sizeof *k);
        k->holders = 1;
        k->kind = kind;
        k->is_private = is_private;
        pthread_mutex_init(&k->lock, NULL);
        return k;
}

struct key *key_of_rsa(EVP_PKEY *rsa, bool is_private)
{
        struct key *k = make_key(KEY_RSA, is_private);
        k->rsa = rsa;
        return k;
}

struct key *key_of_ed25519(const unsigned char *public, const unsigned char *seed)
{
        struct key *k = make_key(KEY_ED25519, seed);
        if (sodium_init() < 0)
                die("libsodium does not start");
        if (seed)
                crypto_sign_seed_keypair(k->public, k->secret, seed);
        else
                memcpy(k->public, public, sizeof k->public);
        return k;
}

struct key *key_keep(struct key *k)
{
        atomic_fetch_add(&k->holders, 1);
        return k;
}

void key_drop(struct key **ret)
{
        struct key *k = *ret;
        *ret = NULL;
        if (!k || atomic_fetch_sub(&k->holders, 1) > 1)
                return;
        for (size_t i = 0; i < countof(k->idle); i++)
                EVP_PKEY_CTX_free(k->idle[i]);
        EVP_PKEY_free(k->rsa);
        pthread_mutex_destroy(&k->lock);
        sodium_memzero(k->secret, sizeof k->secret);
        free(k);
}

enum key_kind key_kind(const struct key *k)
{
        return k->kind;
}

static EVP_PKEY_CTX *new_context(const struct key *k)
{
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(k->rsa, NULL);
        if (c && (k->is_private ? EVP_PKEY_sign_init(c) : EVP_PKEY_verify_init(c)) == 1 &&
            EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1 &&
            EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1)
                return c;
        EVP_PKEY_CTX_free(c);
        return NULL;
}

static EVP_PKEY_CTX *take_context(struct key *k)
{
        EVP_PKEY_CTX *c = NULL;
        pthread_mutex_lock(&k->lock);
        for (size_t i = 0; i < countof(k->idle) && !c; i++) {
                c = k->idle[i];
                k->idle[i] = NULL;
        }
        pthread_mutex_unlock(&k->lock);
        return c ? c : new_context(k);
}

static void leave_context(struct key *k, EVP_PKEY_CTX *c)
{
        pthread_mutex_lock(&k->lock);
        for (size_t i = 0; i < countof(k->idle) && c; i++)
                if (!k->idle[i]) {
                        k->idle[i] = c;
                        c = NULL;
                }
        pthread_mutex_unlock(&k->lock);
        EVP_PKEY_CTX_free(c);
}

static bool hash(struct str bytes, unsigned char to[32])
{
        return EVP_Digest(bytes.n ? bytes.p : "", bytes.n, to, NULL, EVP_sha256(), NULL) == 1;
}

static bool verify_rsa(struct key *k, struct str bytes, struct str signature)
{
        unsigned char sum[32];
        if (signature.n != (size_t)EVP_PKEY_get_size(k->rsa) || !hash(bytes, sum))
                return false;
        EVP_PKEY_CTX *c = k->is_private ? NULL : take_context(k);
        if (!c)
                return false;
        bool good = EVP_PKEY_verify(c, (const unsigned char *)signature.p, signature.n, sum,
                                    sizeof sum) == 1;
        if (!good)
                ERR_clear_error();
        leave_context(k, c);
        return good;
}

bool key_verify(struct key *k, struct str bytes, struct str signature)
{
        if (k->kind == KEY_RSA)
                return verify_rsa(k, bytes, signature);
        return signature.n == crypto_sign_BYTES &&
               crypto_sign_verify_detached((const unsigned char *)signature.p,
                                           (const unsigned char *)bytes.p, bytes.n, k->public) == 0;
}

static enum err sign_rsa(struct key *k, struct arena *a, struct str bytes, struct str *ret)
{
        unsigned char sum[32];
        size_t n = (size_t)EVP_PKEY_get_size(k->rsa);
        unsigned char *to = make_n(a, n, unsigned char);
        EVP_PKEY_CTX *c = take_context(k);
        if (!c)
                return ERR_FAULT;
        bool good = hash(bytes, sum) && EVP_PKEY_sign(c, to, &n, sum, sizeof sum) == 1;
        leave_context(k, c);
        if (!good)
                return ERR_FAULT;
        *ret = (struct str){(char *)to, n};
        return OK;
}

enum err key_sign(struct key *k, struct arena *a, struct str bytes, struct str *ret)
{
        if (!k->is_private)
                return ERR_FAULT;
        if (k->kind == KEY_RSA)
                return sign_rsa(k, a, bytes, ret);
        unsigned char *to = make_n(a, crypto_sign_BYTES, unsigned char);
        crypto_sign_detached(to, NULL, (const unsigned char *)bytes.p, bytes.n, k->secret);
        *ret = (struct str){(char *)to, crypto_sign_BYTES};
        return OK;
}

static struct str bio_text(struct arena *a, BIO *b)
{
        char *p;
        long n = BIO_get_mem_data(b, &p);
        return str_dup(a, (struct str){p, (size_t)n});
}

enum err key_make(struct arena *a, enum key_kind kind, struct str *public_pem,
                  struct str *private_pem)
{
        EVP_PKEY *k = kind == KEY_RSA ? EVP_RSA_gen(KEY_BITS_MIN)
                                      : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        BIO *public = BIO_new(BIO_s_mem()), *private = BIO_new(BIO_s_secmem());
        bool good = k && public && private && PEM_write_bio_PUBKEY(public, k) == 1 &&
                    PEM_write_bio_PrivateKey(private, k, NULL, NULL, 0, NULL, NULL) == 1;
        if (good) {
                *public_pem = bio_text(a, public);
                *private_pem = bio_text(a, private);
        }
        BIO_free(public);
        BIO_free(private);
        EVP_PKEY_free(k);
        return good ? OK : ERR_FAULT;
}

enum err key_public_pem(struct arena *a, const struct key *k, struct str *ret)
{
        BIO *public = k->rsa ? BIO_new(BIO_s_mem()) : NULL;
        bool good = public && PEM_write_bio_PUBKEY(public, k->rsa) == 1;
        if (good)
                *ret = bio_text(a, public);
        BIO_free(public);
        return good ? OK : ERR_FAULT;
}

struct str key_multibase(struct arena *a, const struct key *k)
{
        unsigned char bytes[2 + sizeof k->public] = {0xed, 0x01};
        if (k->kind != KEY_ED25519)
                return STR_NONE;
        memcpy(bytes + 2, k->public, sizeof k->public);
        return str_join(a, S("z"), base58_encode(a, (struct str){(char *)bytes, sizeof bytes}));
}
