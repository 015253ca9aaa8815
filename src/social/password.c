/* Passwords by libsodium's argon2id: see password.h. Called from the SLOW lane and from tools only.
 */
#include "social/password.h"
#include <pthread.h>
#include <sodium.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* T019: 64 MiB and 3 passes cost an honest sign-in 0.15 s and a thief a year a word list. */
static unsigned long long passes = 3;
static size_t memory = 64u << 20;

static void start(void)
{
        if (sodium_init() < 0)
                die("libsodium does not start");
}

void password_make_cheap(void)
{
        passes = crypto_pwhash_OPSLIMIT_MIN;
        memory = crypto_pwhash_MEMLIMIT_MIN;
}

enum err password_hash(struct arena *a, struct str password, struct str *ret)
{
        pthread_once(&once, start);
        char *z = make_n(a, crypto_pwhash_STRBYTES, char);
        if (crypto_pwhash_str_alg(z, password.n ? password.p : "", password.n, passes, memory,
                                  crypto_pwhash_ALG_ARGON2ID13))
                return ERR_BUSY;
        *ret = str_of(z);
        return OK;
}

bool password_fits(struct str hash, struct str password)
{
        pthread_once(&once, start);
        char z[crypto_pwhash_STRBYTES] = "";
        const char *p = password.n ? password.p : "";
        if (!hash.n || hash.n >= sizeof z || password.n > PASSWORD_MAX_BYTES) {
                size_t n = password.n > PASSWORD_MAX_BYTES ? PASSWORD_MAX_BYTES : password.n;
                int spent = crypto_pwhash_str_alg(z, p, n, passes, memory,
                                                  crypto_pwhash_ALG_ARGON2ID13);
                (void)spent; /* only the time counts */
                return false;
        }
        memcpy(z, hash.p, hash.n);
        return !crypto_pwhash_str_verify(z, p, password.n);
}
