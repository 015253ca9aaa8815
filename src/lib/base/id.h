/* Ids: 64-bit, milliseconds since 1970 in the upper 48 bits, 16 bits below that keep them unique and rising even
 * when the clock steps back. Decimal strings on the wire. */
#pragma once
#include "lib/base/clock.h"
#include "lib/base/str.h"

/* A new id of this process; never repeats, always above the one before. Thread-safe. */
int64_t id_new(const struct clock *clock);
/* Makes the next id rise above `seen` (the greatest id in the database at start). */
void id_floor(int64_t seen);
/* An id for something that happened at `ms` (a post from elsewhere, a date used as a cursor); of one millisecond they
 * mostly rise, and may repeat. */
int64_t id_at(int64_t ms);
int64_t id_ms(int64_t id); /* the time in it */
