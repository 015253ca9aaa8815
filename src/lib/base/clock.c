/* The real clock, shifted by its offset. */
#include "lib/base/clock.h"
#include <time.h>

static int64_t read_ms(clockid_t which)
{
        struct timespec t;
        clock_gettime(which, &t);
        return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t real_wall(const struct clock *c)
{
        return read_ms(CLOCK_REALTIME) + c->offset_ms;
}

static int64_t real_steady(const struct clock *c)
{
        (void)c;
        return read_ms(CLOCK_BOOTTIME); /* a machine that slept has grown older */
}

const struct clock clock_real = {.wall_ms = real_wall, .steady_ms = real_steady};

int64_t clock_now(const struct clock *c)
{
        return c->wall_ms(c);
}

int64_t clock_steady(const struct clock *c)
{
        return c->steady_ms(c);
}
