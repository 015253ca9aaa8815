/* Signing keys: parsed once (ten times as expensive as a check), then shared between threads and kept. RSA of 2048 to
 * 8192 bits with PKCS#1 v1.5 and SHA-256, or Ed25519; which of them follows from the key alone, never from what a
 * message claims. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/str.h"

struct key;

enum key_kind { KEY_RSA, KEY_ED25519 };

enum {
        KEY_BITS_MIN = 2048, /* what everybody uses */
        KEY_BITS_MAX = 8192, /* a check of more costs milliseconds */
        KEY_EXPONENT_BITS_MAX = 33, /* 65537 everywhere; larger only slows checks down */
        KEY_TEXT_MAX = 4096,
};

/* A public key as documents have it: PEM (SubjectPublicKeyInfo, or PKCS#1 as Misskey sends) or multibase (FEP-521a:
 * z base58 or u base64url of a multicodec Ed25519 or RSA key). ERR_MALFORMED, ERR_TOO_LARGE when out of the limits. */
MUST_USE enum err key_read(struct str text, struct key **ret);
/* A private key of ours, from PEM. ERR_FAULT when it is none. */
MUST_USE enum err key_read_private(struct str pem, struct key **ret);
/* One more holder; each gives it back with key_drop. */
struct key *key_keep(struct key *k);
void key_drop(struct key **k);

enum key_kind key_kind(const struct key *k);
bool key_verify(struct key *k, struct str bytes, struct str signature);
/* With a private key. */
MUST_USE enum err key_sign(struct key *k, struct arena *a, struct str bytes, struct str *ret);

/* A new key as PEM: RSA 2048 takes a fifth of a second and more, so never on a loop. */
MUST_USE enum err key_make(struct arena *a, enum key_kind kind, struct str *public_pem, struct str *private_pem);
/* The public half of an RSA key, as PEM. */
MUST_USE enum err key_public_pem(struct arena *a, const struct key *k, struct str *ret);
/* The multibase form (z...) of an Ed25519 key. */
struct str key_multibase(struct arena *a, const struct key *k);
