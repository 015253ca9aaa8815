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
/* Names to choose from, as the system lists them, sorted; none when it has no list. */
struct str_list zone_names(struct arena *a);
