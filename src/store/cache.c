/* The cache of rendered entities: shards of a hash table, each with its own lock and its own list
 * by last use. Staleness: every drop takes a new number from one counter and writes it beside the
 * shard's slot; a put whose snapshot is older than that number is refused, so what a slow reader
 * rendered from an old snapshot never returns. */
#include "store/cache.h"
#include "lib/base/die.h"
#include "lib/base/hash.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SHARDS = 16, SLOTS = 1024, DROP_SLOTS = 1024 };

struct entry {
        struct entry *chain, *newer, *older;
        enum cache_kind kind;
        int64_t id;
        size_t head_n, n;
        char data[]; /* the head, then the bytes */
};

struct shard {
        pthread_mutex_t lock;
        struct entry *slots[SLOTS];
        int64_t dropped[DROP_SLOTS];
        struct entry *newest, *oldest;
        size_t bytes;
};

struct cache {
        struct shard shards[SHARDS];
        size_t max_bytes; /* of one shard */
        _Atomic int64_t moment;
};

struct cache *cache_open(size_t max_bytes)
{
        struct cache *c = must_alloc(1, sizeof *c);
        c->max_bytes = max_bytes / SHARDS;
        for (size_t i = 0; i < SHARDS; i++)
                pthread_mutex_init(&c->shards[i].lock, NULL);
        return c;
}

static void unlink_use(struct shard *s, struct entry *e)
{
        *(e->newer ? &e->newer->older : &s->newest) = e->older;
        *(e->older ? &e->older->newer : &s->oldest) = e->newer;
}

static void link_newest(struct shard *s, struct entry *e)
{
        e->newer = NULL;
        e->older = s->newest;
        *(s->newest ? &s->newest->newer : &s->oldest) = e;
        s->newest = e;
}

static uint64_t hash_of(enum cache_kind kind, int64_t id)
{
        uint64_t h = ((uint64_t)id ^ (uint64_t)kind << 60) * 0x9e3779b97f4a7c15u;
        return h ^ h >> 29; /* ids are ours, so nobody can choose colliding ones */
}

static struct shard *shard_of(struct cache *c, uint64_t h)
{
        return &c->shards[h % SHARDS];
}

static struct entry **find(struct shard *s, uint64_t h, enum cache_kind kind, int64_t id)
{
        struct entry **at = &s->slots[h / SHARDS % SLOTS];
        while (*at && ((*at)->id != id || (*at)->kind != kind))
                at = &(*at)->chain;
        return at;
}

static size_t cost(const struct entry *e)
{
        return sizeof *e + e->head_n + e->n;
}

static void drop_at(struct shard *s, struct entry **at)
{
        struct entry *e = *at;
        *at = e->chain;
        unlink_use(s, e);
        s->bytes -= cost(e);
        free(e);
}

int64_t cache_now(struct cache *c)
{
        return atomic_load(&c->moment);
}

bool cache_get(struct cache *c, enum cache_kind kind, int64_t id, void *head, size_t head_n,
               struct buf *to)
{
        uint64_t h = hash_of(kind, id);
        struct shard *s = shard_of(c, h);
        pthread_mutex_lock(&s->lock);
        struct entry *e = *find(s, h, kind, id);
        if (e) {
                if (head_n)
                        memcpy(head, e->data, head_n < e->head_n ? head_n : e->head_n);
                buf_add(to, (struct str){e->data + e->head_n, e->n});
                if (e->newer) {
                        unlink_use(s, e);
                        link_newest(s, e);
                }
        }
        pthread_mutex_unlock(&s->lock);
        return e != NULL;
}

void cache_put(struct cache *c, enum cache_kind kind, int64_t id, const void *head, size_t head_n,
               struct str bytes, int64_t snapshot)
{
        uint64_t h = hash_of(kind, id);
        struct shard *s = shard_of(c, h);
        struct entry *e = malloc(sizeof *e + head_n + bytes.n);
        if (!e)
                return;
        *e = (struct entry){.kind = kind, .id = id, .head_n = head_n, .n = bytes.n};
        if (head_n)
                memcpy(e->data, head, head_n);
        if (bytes.n)
                memcpy(e->data + head_n, bytes.p, bytes.n);
        pthread_mutex_lock(&s->lock);
        if (s->dropped[h / SHARDS % DROP_SLOTS] > snapshot || cost(e) > c->max_bytes / 4) {
                free(e);
        } else {
                struct entry **at = find(s, h, kind, id);
                if (*at)
                        drop_at(s, at);
                e->chain = s->slots[h / SHARDS % SLOTS];
                s->slots[h / SHARDS % SLOTS] = e;
                link_newest(s, e);
                s->bytes += cost(e);
                while (s->bytes > c->max_bytes) {
                        struct entry *o = s->oldest;
                        drop_at(s, find(s, hash_of(o->kind, o->id), o->kind, o->id));
                }
        }
        pthread_mutex_unlock(&s->lock);
}

void cache_drop(struct cache *c, enum cache_kind kind, int64_t id)
{
        uint64_t h = hash_of(kind, id);
        struct shard *s = shard_of(c, h);
        pthread_mutex_lock(&s->lock);
        s->dropped[h / SHARDS % DROP_SLOTS] = atomic_fetch_add(&c->moment, 1) + 1;
        struct entry **at = find(s, h, kind, id);
        if (*at)
                drop_at(s, at);
        pthread_mutex_unlock(&s->lock);
}

void cache_drop_all(struct cache *c)
{
        for (size_t i = 0; i < SHARDS; i++) {
                struct shard *s = &c->shards[i];
                pthread_mutex_lock(&s->lock);
                int64_t now = atomic_fetch_add(&c->moment, 1) + 1;
                for (size_t k = 0; k < DROP_SLOTS; k++)
                        s->dropped[k] = now;
                for (size_t k = 0; k < SLOTS; k++)
                        while (s->slots[k])
                                drop_at(s, &s->slots[k]);
                pthread_mutex_unlock(&s->lock);
        }
}

void cache_on_event(void *cache, const struct event *e)
{
        struct cache *c = cache;
        switch (e->kind) {
        case EVENT_POST_NEW:
        case EVENT_POST_SHOWN:
        case EVENT_POST_HIDDEN:
        case EVENT_POST_CHANGED:
        case EVENT_POST_EDITED:
        case EVENT_POST_DELETED:
                cache_drop(c, CACHE_POST, e->subject);
                cache_drop(c, CACHE_PAGE, e->subject);
                cache_drop(c, CACHE_DOCUMENT, e->subject);
                if (e->account) {
                        cache_drop(c, CACHE_ACCOUNT, e->account);
                        cache_drop(c, CACHE_PAGE, e->account);
                        cache_drop(c, CACHE_DOCUMENT, e->account);
                }
                break;
        case EVENT_ACCOUNT_CHANGED:
        case EVENT_LOGIN_CHANGED:
        case EVENT_FILTERS:
        case EVENT_ACCESS_ENDED:
                cache_drop(c, CACHE_ACCOUNT, e->account);
                cache_drop(c, CACHE_AUTHOR, e->account);
                cache_drop(c, CACHE_VIEWER, e->account);
                cache_drop(c, CACHE_PAGE, e->account);
                cache_drop(c, CACHE_DOCUMENT, e->account);
                break;
        case EVENT_RELATION:
                cache_drop(c, CACHE_VIEWER, e->account);
                cache_drop(c, CACHE_VIEWER, e->subject);
                break;
        case EVENT_INSTANCE:
                cache_drop(c, CACHE_DOCUMENT, 0);
                cache_drop(c, CACHE_PAGE, 0);
                break;
        case EVENT_EVERYTHING:
                cache_drop_all(c);
                break;
        case EVENT_HOME:
        case EVENT_POST_STORED:
        case EVENT_NOTIFICATION:
        case EVENT_CONVERSATION:
        case EVENT_ANNOUNCEMENT:
                break;
        }
}

void cache_close(struct cache **c)
{
        cache_drop_all(*c);
        for (size_t i = 0; i < SHARDS; i++)
                pthread_mutex_destroy(&(*c)->shards[i].lock);
        free(*c);
        *c = NULL;
}
