/* Fixed windows in an 8-way table of 64 locked shards; dispatch.c counts each request once. Windows
 * follow the steady clock (aligned to the wall clock at start), so a clock that is set forward or
 * back frees or locks out nobody. */
#include "lib/http/limit.h"
#include "lib/base/arena.h"
#include "lib/base/hash.h"
#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 64, SETS = 128, WAYS = 8 };

struct counter {
        uint64_t key;
        uint32_t until; /* second in which its window ends */
        uint32_t count; /* 0: free */
};

struct shard {
        pthread_mutex_t lock;
        struct counter set[SETS][WAYS];
};

struct limiter {
        const struct limit *rows;
        size_t n;
        const struct clock *clock;
        int64_t offset_ms; /* steady to wall */
        struct shard *shards;
};

struct limiter *limiter_open(const struct limit *rows, size_t n, const struct clock *clock)
{
        struct limiter *l = must_alloc(1, sizeof *l);
        l->rows = rows;
        l->n = n;
        l->clock = clock;
        l->offset_ms = clock_now(clock) - clock_steady(clock);
        l->shards = must_alloc(SHARDS, sizeof *l->shards);
        for (size_t i = 0; i < SHARDS; i++)
                pthread_mutex_init(&l->shards[i].lock, NULL);
        return l;
}

void limiter_close(struct limiter **l)
{
        if (!*l)
                return;
        for (size_t i = 0; i < SHARDS; i++)
                pthread_mutex_destroy(&(*l)->shards[i].lock);
        free((*l)->shards);
        free(*l);
        *l = NULL;
}

/* The key's counter, or the place it takes: free, run out, or the least used one. */
static struct counter *find_counter(struct counter *set, uint64_t key, uint32_t until, uint32_t now)
{
        struct counter *best = set;
        for (struct counter *c = set; c < set + WAYS; c++) {
                if (c->count && c->key == key && c->until == until)
                        return c;
                if (c->until <= now)
                        c->count = 0;
                if (c->count < best->count)
                        best = c;
        }
        *best = (struct counter){.key = key, .until = until};
        return best;
}

bool limiter_take(struct limiter *l, int row, struct str key, struct limit_state *ret)
{
        *ret = (struct limit_state){0};
        if (row < 0 || (size_t)row >= l->n || l->rows[row].count <= 0 || l->rows[row].seconds <= 0)
                return true;
        const struct limit *limit = &l->rows[row];
        int64_t now_ms = clock_steady(l->clock) + l->offset_ms;
        int64_t now = now_ms / 1000, end = (now / limit->seconds + 1) * limit->seconds;
        uint64_t h = hash_i64((int64_t)(hash_keyed(key) + (uint64_t)row));
        struct shard *shard = &l->shards[h % SHARDS];
        pthread_mutex_lock(&shard->lock);
        struct counter *c =
                find_counter(shard->set[h / SHARDS % SETS], h, (uint32_t)end, (uint32_t)now);
        if (c->count < UINT32_MAX)
                c->count++;
        int64_t used = c->count;
        pthread_mutex_unlock(&shard->lock);
        *ret = (struct limit_state){.count = limit->count,
                                    .left = used < limit->count ? (int)(limit->count - used) : 0,
                                    .reset_ms = end * 1000,
                                    .wait_s = end > now ? end - now : 1};
        return used <= limit->count;
}
