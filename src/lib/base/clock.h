/* Time comes through this table, so that tests choose it. */
#pragma once
#include <stdint.h>

struct clock {
        int64_t (*wall_ms)(const struct clock *);   /* since 1970, UTC */
        int64_t (*steady_ms)(const struct clock *); /* only differences mean something */
        int64_t offset_ms;                          /* tests add this to the wall clock */
};

extern const struct clock clock_real;
int64_t clock_now(const struct clock *c);    /* wall_ms */
int64_t clock_steady(const struct clock *c); /* steady_ms */
