/* Rising 64-bit ids: see id.h. */
#include "lib/base/id.h"
#include "lib/base/rand.h"
#include <stdatomic.h>

static _Atomic int64_t last;

int64_t id_new(const struct clock *clock)
{
        int64_t fresh = clock_now(clock) << 16, before = last, id;
        do
                id = fresh > before ? fresh : before + 1;
        while (!atomic_compare_exchange_weak(&last, &before, id));
        return id;
}

void id_floor(int64_t seen)
{
        int64_t before = last;
        while (before < seen && !atomic_compare_exchange_weak(&last, &before, seen))
                ;
}

/* Others give times in whole seconds: those of one second keep the order in which they came, and
 * lie beside each other in the tables. */
int64_t id_at(int64_t ms)
{
        static _Atomic uint32_t next;
        static _Atomic bool begun;
        if (!atomic_exchange(&begun, true)) /* several processes begin in different places */
                atomic_fetch_add(&next, (uint32_t)rand_u64());
        return (ms << 16) | (int64_t)(atomic_fetch_add(&next, 1) & 0xffff);
}

int64_t id_ms(int64_t id)
{
        return id >> 16;
}
