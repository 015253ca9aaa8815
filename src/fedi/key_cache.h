/* The keys of other servers that were used lately: key id to key and owner. Of a fixed size, the one used longest ago
 * goes first; from any thread. Also remembers what was not found, and when a key was last asked for again, so that no
 * stranger can make us fetch at will. */
#pragma once
#include "fedi/key.h"

struct key_cache;

enum {
        KEY_CACHE_MOST = 4096,         /* about 5 KB each */
        KEY_MISS_MS = 60 * 60 * 1000,  /* a key that is not there is not asked for again */
        KEY_AGAIN_MS = 5 * 60 * 1000,  /* nor is a known one whose signature is wrong */
        KEY_FRESH_MS = 24 * 60 * 60 * 1000 /* then it is asked for again even if signatures fit */
};

struct key_cache *key_cache_open(size_t most);
void key_cache_close(struct key_cache **c);

enum key_known { KEY_UNKNOWN, KEY_KNOWN, KEY_MISSED };
/* KEY_KNOWN: *ret is held for the caller, *owner copied to the arena. */
enum key_known key_cache_find(struct key_cache *c, struct arena *a, struct str id, int64_t now_ms, struct key **ret,
                              struct str *owner);
/* Holds the key itself. `asked_ms`: when its server was asked for it; 0: it was here already. */
void key_cache_put(struct key_cache *c, struct str id, struct str owner, struct key *k, int64_t now_ms,
                   int64_t asked_ms);
/* It was asked for and is not there. */
void key_cache_miss(struct key_cache *c, struct str id, int64_t now_ms);
/* May a known key be fetched again, because a signature was wrong? True once in KEY_AGAIN_MS. */
bool key_cache_again(struct key_cache *c, struct str id, int64_t now_ms);
/* All keys of an owner that changed or left. */
void key_cache_forget(struct key_cache *c, struct str owner);
size_t key_cache_count(struct key_cache *c);
