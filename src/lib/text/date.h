/* Dates: UTC milliseconds since 1970 and their text forms. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"

void date_put_iso(char to[24], int64_t ms);        /* the same as date_iso, not terminated */
struct str date_iso(struct arena *a, int64_t ms);  /* 2026-11-22T12:00:00.000Z */
struct str date_http(struct arena *a, int64_t ms); /* Sun, 22 Nov 2026 12:00:00 GMT (IMF-fixdate) */
bool date_read_iso(struct str s, int64_t *ret);    /* RFC 3339: 0-9 fraction digits, Z, +hh:mm, +hhmm; 1970..2100 */
bool date_read_http(struct str s, int64_t *ret);
struct date_parts {
        int year, month, day, weekday /* 0 Sunday */, hour, minute, second, ms;
};
struct date_parts date_parts(int64_t ms, int zone_minutes);
int64_t date_midnight(int64_t ms); /* 00:00 UTC of its day */
