/* Time zones, read from the system's TZif files (RFC 8536): setting TZ is no way in a process with
 * threads. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"

struct zone {
        struct str times, types,
                infos;   /* big-endian transition times, their types, the types' table */
        struct str rule; /* POSIX TZ text for what comes after the last of them */
};

/* UTC (all empty) when the system has no such zone. */
struct zone zone_open(struct arena *a, struct str name);
bool zone_known(struct arena *a, struct str name);
/* Minutes east of UTC at that moment. */
int zone_minutes(const struct zone *z, int64_t ms);
/* The next moment after `now` when clocks there show this hour (0..23) and no minutes. */
int64_t zone_next_hour(const struct zone *z, int64_t now, int hour);
/* The moment when the day DAY (YYYY-MM-DD) begins there; false when it is no day. */
bool zone_read_day(const struct zone *z, struct str day, int64_t *ret);
/* Names to choose from, as the system lists them, sorted; none when it has no list. */
struct str_list zone_names(struct arena *a);
