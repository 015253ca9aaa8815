/* Loaded in front of the program's libraries by stories whose subject is neither: passwords are
 * hashed at the lowest cost, and an RSA key is made once and kept under the name CHEAP_KEYS begins,
 * so that the next run of the story finds it there. Half of what stories cost went there. A server
 * told to be dear (harness/server.py) does without. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int crypto_pwhash_str_alg(char ret[crypto_pwhash_STRBYTES], const char *password,
                          unsigned long long n, unsigned long long passes, size_t memory, int alg)
{
        __typeof__(&crypto_pwhash_str_alg) real = dlsym(RTLD_NEXT, "crypto_pwhash_str_alg");
        (void)passes, (void)memory;
        return real(ret, password, n, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, alg);
}

/* The key kept there, or a new one that is kept from now on: under a name of its own first, since
 * several may come at once. */
static EVP_PKEY *kept(const char *path,
                      EVP_PKEY *(*make)(OSSL_LIB_CTX *, const char *, const char *, ...))
{
        FILE *f = fopen(path, "r");
        EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
        if (f)
                fclose(f);
        if (key || !(key = make(NULL, NULL, "RSA", (size_t)2048)))
                return key;
        char own[4096 + 32];
        snprintf(own, sizeof own, "%s.%d", path, getpid());
        f = fopen(own, "w");
        if (f && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) && !fclose(f))
                rename(own, path);
        return key;
}

EVP_PKEY *EVP_PKEY_Q_keygen(OSSL_LIB_CTX *lib, const char *query, const char *type, ...)
{
        static atomic_uint made;
        __typeof__(&EVP_PKEY_Q_keygen) real = dlsym(RTLD_NEXT, "EVP_PKEY_Q_keygen");
        const char *place = getenv("CHEAP_KEYS");
        char path[4096];
        va_list v;
        va_start(v, type);
        EVP_PKEY *ret;
        if (!strcmp(type, "RSA")) {
                size_t bits = va_arg(v, size_t);
                snprintf(path, sizeof path, "%s%u.pem", place ? place : "",
                         atomic_fetch_add(&made, 1));
                ret = place && bits == 2048 ? kept(path, real) : real(lib, query, type, bits);
        } else if (!strcmp(type, "EC")) {
                ret = real(lib, query, type, va_arg(v, char *));
        } else {
                ret = real(lib, query, type);
        }
        va_end(v);
        return ret;
}
