/* SHA-256 (OpenSSL) and the keyed hash of every in-memory table that strangers can fill (SipHash-like, keyed at
 * start, so that nobody can choose colliding keys). */
#pragma once
#include "lib/base/str.h"

/* Sets everything up at once. A server calls it while it starts: OpenSSL 3.0 does not survive running out of memory in
 * its own beginnings, which otherwise come with the first request. */
void hash_begin(void);
struct str sha256(struct arena *a, struct str bytes); /* 32 bytes */
struct str hmac_sha256(struct arena *a, struct str key, struct str bytes); /* 32 bytes; RFC 2104 */
uint64_t hash_keyed(struct str bytes);
uint64_t hash_i64(int64_t v);
