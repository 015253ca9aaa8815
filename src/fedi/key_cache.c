/* A hash table whose entries also hang in a list, the last used in front: see key_cache.h. */
#include "fedi/key_cache.h"
#include "lib/base/die.h"
#include "lib/base/hash.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct entry {
        struct entry *chain, *newer, *older;
        struct str id, owner; /* in text */
        struct key *key;      /* NULL: it is known not to be there */
        int64_t since_ms, asked_ms;
        char text[];
};

struct key_cache {
        pthread_mutex_t lock;
        struct entry **buckets, *newest, *oldest;
        size_t count, most, mask;
};

struct key_cache *key_cache_open(size_t most)
{
        struct key_cache *c = must_alloc(1, sizeof *c);
        size_t buckets = 16;
        while (buckets < most)
                buckets *= 2;
        pthread_mutex_init(&c->lock, NULL);
        c->buckets = must_alloc(buckets, sizeof(void *));
        c->mask = buckets - 1;
        c->most = most;
        return c;
}

static struct entry **slot_of(struct key_cache *c, struct str id)
{
        struct entry **at = &c->buckets[hash_keyed(id) & c->mask];
        while (*at && !str_eq((*at)->id, id))
                at = &(*at)->chain;
        return at;
}

static void leave_list(struct key_cache *c, struct entry *e)
{
        *(e->newer ? &e->newer->older : &c->newest) = e->older;
        *(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void to_front(struct key_cache *c, struct entry *e)
{
        e->newer = NULL;
        e->older = c->newest;
        *(c->newest ? &c->newest->newer : &c->oldest) = e;
        c->newest = e;
}

static void drop(struct key_cache *c, struct entry **at)
{
        struct entry *e = *at;
        assert(e);
        *at = e->chain;
        leave_list(c, e);
        key_drop(&e->key);
        free(e);
        c->count--;
}

void key_cache_close(struct key_cache **ret)
{
        struct key_cache *c = *ret;
        if (!c)
                return;
        *ret = NULL;
        while (c->oldest)
                drop(c, slot_of(c, c->oldest->id));
        pthread_mutex_destroy(&c->lock);
        free(c->buckets);
        free(c);
}

static enum key_known look(const struct entry *e, int64_t now_ms)
{
        if (!e)
                return KEY_UNKNOWN;
        int64_t age = now_ms - e->since_ms;
        if (e->key)
                return age < KEY_FRESH_MS ? KEY_KNOWN : KEY_UNKNOWN;
        return age < KEY_MISS_MS ? KEY_MISSED : KEY_UNKNOWN;
}

enum key_known key_cache_find(struct key_cache *c, struct arena *a, struct str id, int64_t now_ms,
                              struct key **ret, struct str *owner)
{
        pthread_mutex_lock(&c->lock);
        struct entry *e = *slot_of(c, id);
        enum key_known known = look(e, now_ms);
        if (known == KEY_KNOWN) {
                *ret = key_keep(e->key);
                *owner = str_dup(a, e->owner);
                leave_list(c, e);
                to_front(c, e);
        }
        pthread_mutex_unlock(&c->lock);
        return known;
}

static void put(struct key_cache *c, struct str id, struct str owner, struct key *k, int64_t now_ms,
                int64_t asked_ms)
{
        struct entry *e = must_alloc(1, sizeof *e + id.n + owner.n);
        memcpy(e->text, id.p, id.n);
        if (owner.n)
                memcpy(e->text + id.n, owner.p, owner.n);
        e->id = (struct str){e->text, id.n};
        e->owner = (struct str){e->text + id.n, owner.n};
        e->key = k ? key_keep(k) : NULL;
        e->since_ms = now_ms;
        e->asked_ms = asked_ms;

        pthread_mutex_lock(&c->lock);
        struct entry **at = slot_of(c, id);
        if (*at)
                drop(c, at);
        else if (c->count == c->most)
                drop(c, slot_of(c, c->oldest->id));
        at = slot_of(c, id);
        e->chain = *at;
        *at = e;
        to_front(c, e);
        c->count++;
        pthread_mutex_unlock(&c->lock);
}

void key_cache_put(struct key_cache *c, struct str id, struct str owner, struct key *k,
                   int64_t now_ms, int64_t asked_ms)
{
        put(c, id, owner, k, now_ms, asked_ms);
}

void key_cache_miss(struct key_cache *c, struct str id, int64_t now_ms)
{
        put(c, id, STR_NONE, NULL, now_ms, now_ms);
}

bool key_cache_again(struct key_cache *c, struct str id, int64_t now_ms)
{
        pthread_mutex_lock(&c->lock);
        struct entry *e = *slot_of(c, id);
        bool may = !e || now_ms - e->asked_ms >= KEY_AGAIN_MS;
        if (e && may)
                e->asked_ms = now_ms;
        pthread_mutex_unlock(&c->lock);
        return may;
}

void key_cache_forget(struct key_cache *c, struct str owner)
{
        pthread_mutex_lock(&c->lock);
        for (struct entry *e = c->newest, *next; e; e = next) {
                next = e->older;
                if (str_eq(e->owner, owner))
                        drop(c, slot_of(c, e->id));
        }
        pthread_mutex_unlock(&c->lock);
}

size_t key_cache_count(struct key_cache *c)
{
        pthread_mutex_lock(&c->lock);
        size_t n = c->count;
        pthread_mutex_unlock(&c->lock);
        return n;
}
