/* Reading keys that strangers publish. The armour is taken off here and only bounded DER is looked
 * at. The two numbers of an RSA key as everybody writes it are found here as well: OpenSSL's reader
 * tries every format it knows, which takes 110 us, four checks of a signature; it gets what is
 * written otherwise. */
#include "fedi/key_parts.h"
#include "lib/base/encode.h"
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

enum {
        DER_MAX = 1100, /* of 8192 bits with everything around them */
        MULTICODEC_ED25519 = 0xed01,
        MULTICODEC_RSA = 0x8524, /* a PKCS#1 public key follows */
        ED25519_SPKI_HEAD = 12
};

static const char BASE58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

bool base58_decode(struct str text, unsigned char *to, size_t max, size_t *ret)
{
        size_t n = 0, zeros = 0;
        while (zeros < text.n && text.p[zeros] == '1')
                zeros++;
        for (size_t i = zeros; i < text.n; i++) {
                const char *at = text.p[i] ? strchr(BASE58, text.p[i]) : NULL;
                if (!at)
                        return false;
                unsigned carry = (unsigned)(at - BASE58);
                for (size_t j = 0; j < n; j++) { /* to[] holds the number backwards meanwhile */
                        carry += 58u * to[j];
                        to[j] = (unsigned char)carry;
                        carry >>= 8;
                }
                for (; carry; carry >>= 8) {
                        if (n == max)
                                return false;
                        to[n++] = (unsigned char)carry;
                }
        }
        if (zeros > max - n)
                return false;
        for (size_t i = 0; i < n / 2; i++) {
                unsigned char c = to[i];
                to[i] = to[n - 1 - i];
                to[n - 1 - i] = c;
        }
        memmove(to + zeros, to, n);
        memset(to, 0, zeros);
        *ret = n + zeros;
        return true;
}

struct str base58_encode(struct arena *a, struct str bytes)
{
        size_t zeros = 0, n = 0, room = bytes.n * 138 / 100 + 2;
        char *digits = make_n(a, room, char), *to = make_n(a, bytes.n + room, char);
        while (zeros < bytes.n && !bytes.p[zeros])
                zeros++;
        for (size_t i = zeros; i < bytes.n; i++) {
                unsigned carry = (unsigned char)bytes.p[i];
                for (size_t j = 0; j < n; j++) {
                        carry += (unsigned)digits[j] << 8;
                        digits[j] = (char)(carry % 58);
                        carry /= 58;
                }
                for (; carry; carry /= 58)
                        digits[n++] = (char)(carry % 58);
        }
        memset(to, '1', zeros);
        for (size_t i = 0; i < n; i++)
                to[zeros + i] = BASE58[(size_t)digits[n - 1 - i]];
        return (struct str){to, zeros + n};
}

static bool is_space(char c)
{
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What stands between the lines, without its white space. */
static bool unarmour(struct arena *a, struct str text, struct str kind, struct str *der)
{
        struct str head = str_fmt(a, "-----BEGIN %.*s-----", STR_ARG(kind));
        struct str tail = str_fmt(a, "-----END %.*s-----", STR_ARG(kind));
        text = str_trim(text);
        if (!str_starts(text, head) || !str_ends(text, tail) || text.n < head.n + tail.n)
                return false;
        struct str inside = str_cut(text, head.n, text.n - head.n - tail.n);
        char *packed = make_n(a, inside.n + 1, char);
        size_t n = 0;
        for (size_t i = 0; i < inside.n; i++)
                if (!is_space(inside.p[i]))
                        packed[n++] = inside.p[i];
        return base64_decode(a, (struct str){packed, n}, der) && der->n <= DER_MAX;
}

static enum err check_rsa(EVP_PKEY *k)
{
        BIGNUM *e = NULL;
        int bits = EVP_PKEY_get_bits(k);
        if (EVP_PKEY_get_base_id(k) != EVP_PKEY_RSA ||
            !EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_RSA_E, &e))
                return ERR_MALFORMED;
        bool good = BN_num_bits(e) <= KEY_EXPONENT_BITS_MAX && BN_is_odd(e) && !BN_is_one(e);
        BN_free(e);
        return good && bits >= KEY_BITS_MIN && bits <= KEY_BITS_MAX ? OK : ERR_TOO_LARGE;
}

/* ---- the usual RSA key ---- */

/* Takes the element of that tag from the front, if it is whole and its length written as DER does.
 */
static bool der_take(struct str *from, unsigned char tag, struct str *ret)
{
        const unsigned char *p = (const unsigned char *)from->p;
        size_t head = 2, n;
        if (from->n < head || p[0] != tag)
                return false;
        n = p[1];
        if (n == 0x82 && from->n >= 4 && p[2]) {
                n = (size_t)p[2] << 8 | p[3];
                head = 4;
        } else if (n == 0x81 && from->n >= 3 && p[2] >= 0x80) {
                n = p[2];
                head = 3;
        } else if (n >= 0x80) {
                return false;
        }
        if (n > from->n - head)
                return false;
        *ret = str_cut(*from, head, n);
        *from = str_after(*from, head + n);
        return true;
}

/* A number above zero, without needless zeros in front. */
static bool der_take_number(struct str *from, struct str *ret)
{
        if (!der_take(from, 0x02, ret) || !ret->n || (unsigned char)ret->p[0] >= 0x80)
                return false;
        if (ret->p[0])
                return true;
        *ret = str_after(*ret, 1);
        return ret->n && (unsigned char)ret->p[0] >= 0x80;
}

/* RSAPublicKey (RFC 8017, A.1.1). */
static bool pkcs1_numbers(struct str der, struct str *modulus, struct str *exponent)
{
        struct str inside;
        return der_take(&der, 0x30, &inside) && !der.n && der_take_number(&inside, modulus) &&
               der_take_number(&inside, exponent) && !inside.n;
}

/* SubjectPublicKeyInfo with rsaEncryption (RFC 3279, 2.3.1). */
static bool spki_numbers(struct str der, struct str *modulus, struct str *exponent)
{
        static const unsigned char rsa[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                            0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
        struct str inside, algorithm, bits;
        return der_take(&der, 0x30, &inside) && !der.n && der_take(&inside, 0x30, &algorithm) &&
               str_eq(algorithm, (struct str){(const char *)rsa, sizeof rsa}) &&
               der_take(&inside, 0x03, &bits) && !inside.n && bits.n && !bits.p[0] &&
               pkcs1_numbers(str_after(bits, 1), modulus, exponent);
}

/* OpenSSL wants numbers in the machine's own order. */
static bool native(struct str number, unsigned char *to)
{
        BIGNUM *b = BN_bin2bn((const unsigned char *)number.p, (int)number.n, NULL);
        bool good = b && BN_bn2nativepad(b, to, (int)number.n) >= 0;
        BN_free(b);
        return good;
}

static EVP_PKEY *rsa_of_numbers(struct str modulus, struct str exponent)
{
        unsigned char n[DER_MAX], e[DER_MAX]; /* both lie within DER_MAX bytes */
        EVP_PKEY *k = NULL;
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
        if (c && native(modulus, n) && native(exponent, e) && EVP_PKEY_fromdata_init(c) == 1) {
                OSSL_PARAM numbers[] = {
                        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n, modulus.n),
                        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e, exponent.n),
                        OSSL_PARAM_construct_end(),
                };
                if (EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, numbers) != 1)
                        k = NULL;
        }
        EVP_PKEY_CTX_free(c);
        return k;
}

/* ---- any key ---- */

/* Takes what was made of the bytes, if it used them all. */
static enum err take_rsa(EVP_PKEY *k, bool all, struct key **ret)
{
        enum err e = k && all ? check_rsa(k) : ERR_MALFORMED;
        if (e)
                EVP_PKEY_free(k);
        else
                *ret = key_of_rsa(k, false);
        ERR_clear_error();
        return e;
}

static enum err read_pkcs1(struct str der, struct key **ret)
{
        const unsigned char *p = (const unsigned char *)der.p;
        struct str modulus, exponent;
        if (pkcs1_numbers(der, &modulus, &exponent))
                return take_rsa(rsa_of_numbers(modulus, exponent), true, ret);
        EVP_PKEY *k = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
        return take_rsa(k, p == (const unsigned char *)der.p + der.n, ret);
}

static enum err read_spki(struct str der, struct key **ret)
{
        static const unsigned char ed25519[ED25519_SPKI_HEAD] = {
                0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
        const unsigned char *p = (const unsigned char *)der.p;
        if (der.n == sizeof ed25519 + 32 && memcmp(p, ed25519, sizeof ed25519) == 0) {
                *ret = key_of_ed25519(p + sizeof ed25519, NULL);
                return OK;
        }
        struct str modulus, exponent;
        if (spki_numbers(der, &modulus, &exponent))
                return take_rsa(rsa_of_numbers(modulus, exponent), true, ret);
        EVP_PKEY *k = d2i_PUBKEY(NULL, &p, (long)der.n);
        return take_rsa(k, p == (const unsigned char *)der.p + der.n, ret);
}

static enum err read_multibase(struct arena *a, struct str text, struct key **ret)
{
        unsigned char *bytes = make_n(a, DER_MAX, unsigned char);
        struct str raw, coded = str_after(text, 1);
        size_t n;
        if (text.n < 2 || text.n > DER_MAX * 7 / 5)
                return ERR_MALFORMED;
        if (text.p[0] == 'z' && base58_decode(coded, bytes, DER_MAX, &n))
                raw = (struct str){(char *)bytes, n};
        else if (text.p[0] != 'u' || !base64url_decode(a, coded, &raw))
                return ERR_MALFORMED;
        if (raw.n < 2 || raw.n > DER_MAX)
                return ERR_MALFORMED;
        const unsigned char *p = (const unsigned char *)raw.p;
        int codec = p[0] << 8 | p[1];
        if (codec == MULTICODEC_RSA)
                return read_pkcs1(str_after(raw, 2), ret);
        if (codec != MULTICODEC_ED25519 || raw.n != 2 + crypto_sign_PUBLICKEYBYTES)
                return ERR_MALFORMED;
        *ret = key_of_ed25519(p + 2, NULL);
        return OK;
}

static enum err read_any(struct arena *a, struct str text, struct key **ret)
{
        struct str der;
        if (unarmour(a, text, S("PUBLIC KEY"), &der))
                return read_spki(der, ret);
        if (unarmour(a, text, S("RSA PUBLIC KEY"), &der))
                return read_pkcs1(der, ret);
        return read_multibase(a, str_trim(text), ret);
}

enum err key_read(struct str text, struct key **ret)
{
        struct arena a;
        if (text.n > KEY_TEXT_MAX)
                return ERR_TOO_LARGE;
        arena_open(&a, 64 * 1024);
        enum err e = read_any(&a, text, ret);
        arena_close(&a);
        return e;
}

enum err key_read_private(struct str pem, struct key **ret)
{
        unsigned char seed[32];
        size_t n = sizeof seed;
        /* the empty passphrase keeps OpenSSL from asking the terminal for one */
        BIO *b = BIO_new_mem_buf(pem.n ? pem.p : "", (int)pem.n);
        EVP_PKEY *k = b ? PEM_read_bio_PrivateKey(b, NULL, NULL, "") : NULL;
        BIO_free(b);
        if (!k) {
                ERR_clear_error();
                return ERR_FAULT;
        }
        if (EVP_PKEY_get_base_id(k) == EVP_PKEY_ED25519) {
                bool good = EVP_PKEY_get_raw_private_key(k, seed, &n) == 1 && n == sizeof seed;
                if (good)
                        *ret = key_of_ed25519(NULL, seed);
                sodium_memzero(seed, sizeof seed);
                EVP_PKEY_free(k);
                return good ? OK : ERR_FAULT;
        }
        if (check_rsa(k)) {
                EVP_PKEY_free(k);
                return ERR_FAULT;
        }
        *ret = key_of_rsa(k, true);
        return OK;
}
