/* What key.c shares with key_read.c and the tests of signatures made with keys we do not take. */
#pragma once
#include "fedi/key.h"
#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

struct key {
        atomic_int holders;
        enum key_kind kind;
        bool is_private;
        EVP_PKEY *rsa;
        pthread_mutex_t lock; /* of idle */
        EVP_PKEY_CTX *idle[4]; /* set up for rsa, for threads that use it at once; making one costs a fifth of a check */
        unsigned char public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
};

struct key *key_of_rsa(EVP_PKEY *rsa, bool is_private); /* takes it */
struct key *key_of_ed25519(const unsigned char *public, const unsigned char *seed); /* seed or NULL */

/* base58btc, most significant first. False on a letter that is none or more than `max` bytes. */
bool base58_decode(struct str text, unsigned char *to, size_t max, size_t *n);
struct str base58_encode(struct arena *a, struct str bytes);
