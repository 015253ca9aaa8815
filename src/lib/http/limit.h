/* Rate limits: how often a key (an account, an address) asked in the current window. Bounded memory, whatever
 * strangers send: 65,536 counters, and where they are too few the least used is forgotten. */
#pragma once
#include "lib/base/clock.h"
#include "lib/http/route.h"
#include "lib/base/str.h"

struct limiter;

struct limit_state {
        int count;        /* the limit; 0: none applies */
        int left;         /* requests left in this window */
        int64_t reset_ms; /* since 1970: when the next window starts */
        int64_t wait_s;   /* seconds until then, at least 1 */
};

struct limiter *limiter_open(const struct limit *rows, size_t n, const struct clock *clock);
void limiter_close(struct limiter **l);
/* Counts one request; false when it is over. Thread-safe. */
bool limiter_take(struct limiter *l, int row, struct str key, struct limit_state *ret);
