/* SHA-256 by OpenSSL; SipHash-1-3 (Aumasson, Bernstein 2012) with a key drawn once per process. */
#include "lib/base/hash.h"
#include "lib/base/arena.h"
#include "lib/base/rand.h"
#include <openssl/evp.h>
#include <pthread.h>

static uint64_t key[2];
static EVP_MD *digest; /* fetched once: OpenSSL looks it up under a lock otherwise, each time */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void)
{
        rand_bytes(key, sizeof key);
        digest = EVP_MD_fetch(NULL, "SHA256", NULL);
        if (!digest)
                die("sha256 cannot be had");
}

void hash_begin(void)
{
        pthread_once(&once, begin);
}

struct str sha256(struct arena *a, struct str bytes)
{
        unsigned char *out = make_n(a, 32, unsigned char);
        hash_begin();
        if (!EVP_Digest(bytes.n ? bytes.p : "", bytes.n, out, NULL, digest, NULL))
                die("sha256 failed");
        return (struct str){(char *)out, 32};
}

/* Of the two hashes that RFC 2104 is made of: OpenSSL's own way costs a look-up under a lock. */
struct str hmac_sha256(struct arena *a, struct str secret, struct str bytes)
{
        enum { BLOCK = 64, DIGEST = 32 };
        if (secret.n > BLOCK)
                secret = sha256(a, secret);
        char *inner = make_n(a, BLOCK + bytes.n, char), outer[BLOCK + DIGEST];
        for (size_t i = 0; i < BLOCK; i++) {
                char c = (char)(i < secret.n ? secret.p[i] : 0);
                inner[i] = (char)(c ^ 0x36);
                outer[i] = (char)(c ^ 0x5c);
        }
        if (bytes.n)
                memcpy(inner + BLOCK, bytes.p, bytes.n);
        struct str hash = sha256(a, (struct str){inner, BLOCK + bytes.n});
        memcpy(outer + BLOCK, hash.p, DIGEST);
        return sha256(a, (struct str){outer, sizeof outer});
}

static uint64_t rotate(uint64_t x, int n)
{
        return x << n | x >> (64 - n);
}

static void sip_round(uint64_t v[4])
{
        v[0] += v[1], v[1] = rotate(v[1], 13), v[1] ^= v[0], v[0] = rotate(v[0], 32);
        v[2] += v[3], v[3] = rotate(v[3], 16), v[3] ^= v[2];
        v[0] += v[3], v[3] = rotate(v[3], 21), v[3] ^= v[0];
        v[2] += v[1], v[1] = rotate(v[1], 17), v[1] ^= v[2], v[2] = rotate(v[2], 32);
}

uint64_t hash_keyed(struct str s)
{
        hash_begin();
        uint64_t v[4] = {0x736f6d6570736575 ^ key[0], 0x646f72616e646f6d ^ key[1],
                         0x6c7967656e657261 ^ key[0], 0x7465646279746573 ^ key[1]};
        for (size_t i = 0; i <= s.n; i += 8) {
                size_t left = s.n - i < 8 ? s.n - i : 8;
                uint64_t m = 0;
                if (left)
                        memcpy(&m, s.p + i, left);
                if (left < 8)
                        m |= (uint64_t)s.n << 56;
                v[3] ^= m;
                sip_round(v);
                v[0] ^= m;
        }
        v[2] ^= 0xff;
        sip_round(v), sip_round(v), sip_round(v);
        return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t hash_i64(int64_t value)
{
        return hash_keyed((struct str){(const char *)&value, sizeof value});
}
