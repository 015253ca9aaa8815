/* Time zones: web_open reads the reader's once a page, the digest its owner's. The files are small
 * and stay in the page cache, so nothing is kept between requests. Times after the last transition
 * of a file follow its POSIX rule, which is all that newer ("slim") files have for the years to
 * come. */
#include "lib/text/zone.h"
#include "lib/text/date.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { ZONE_BYTES = 64 * 1024, ZONE_NAME = 48, MINUTE = 60, HOUR = 3600, DAY = 86400 };
#define ZONE_DIR "/usr/share/zoneinfo/"

static struct str zone_file(struct arena *a, struct str name, size_t max)
{
        int fd = open(str_z(a, str_join(a, S(ZONE_DIR), name)), O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fd < 0)
                return STR_NONE;
        char *p = arena_take(a, max, 1, 1);
        size_t n = 0;
        ssize_t got;
        while (n < max && (got = read(fd, p + n, max - n)) > 0)
                n += (size_t)got;
        close(fd);
        return (struct str){p, n};
}

static bool zone_name_ok(struct str name)
{
        if (name.n == 0 || name.n > ZONE_NAME || name.p[0] == '/' || str_has(name, S("..")))
                return false;
        for (size_t i = 0; i < name.n; i++) {
                char c = name.p[i];
                bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                if (!letter && !(c >= '0' && c <= '9') && !strchr("_+-/", c))
                        return false;
        }
        return true;
}

static uint32_t big32(const char *p)
{
        const unsigned char *u = (const unsigned char *)p;
        return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static int64_t big64(const char *p)
{
        return (int64_t)((uint64_t)big32(p) << 32 | big32(p + 4));
}

enum { HEAD = 44 };
struct zone_counts {
        size_t utc, std, leap, time, type, chars;
};

static bool zone_head(struct str s, struct zone_counts *c)
{
        if (s.n < HEAD || !str_starts(s, S("TZif")))
                return false;
        size_t *all[] = {&c->utc, &c->std, &c->leap, &c->time, &c->type, &c->chars};
        for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
                *all[i] = big32(s.p + 20 + 4 * i);
                if (*all[i] > ZONE_BYTES)
                        return false;
        }
        return true;
}

struct zone zone_open(struct arena *a, struct str name)
{
        struct zone none = {0}, z;
        if (!zone_name_ok(name))
                return none;
        struct str s = zone_file(a, name, ZONE_BYTES);
        struct zone_counts c;
        if (!zone_head(s, &c) || s.p[4] < '2')
                return none;
        /* The first block has 32-bit times, for old readers; ours follows it. */
        s = str_after(s, HEAD + c.time * 5 + c.type * 6 + c.chars + c.leap * 8 + c.std + c.utc);
        if (!zone_head(s, &c) || c.type == 0)
                return none;
        size_t at = HEAD;
        z.times = str_cut(s, at, c.time * 8);
        z.types = str_cut(s, at += c.time * 8, c.time);
        z.infos = str_cut(s, at += c.time, c.type * 6);
        z.rule = str_trim(str_after(s, at + c.type * 6 + c.chars + c.leap * 12 + c.std + c.utc));
        if (z.times.n != c.time * 8 || z.types.n != c.time || z.infos.n != c.type * 6)
                return none;
        return z;
}

bool zone_known(struct arena *a, struct str name)
{
        return zone_open(a, name).infos.n > 0;
}

/* Reading the rule: "CET-1CEST,M3.5.0,M10.5.0/3". */

static char rule_peek(const struct str *s)
{
        return s->n ? s->p[0] : 0;
}

static bool rule_take(struct str *s, char c)
{
        if (rule_peek(s) != c)
                return false;
        *s = str_after(*s, 1);
        return true;
}

static int rule_number(struct str *s)
{
        int v = 0;
        for (char c; (c = rule_peek(s)) >= '0' && c <= '9' && v < 100000; *s = str_after(*s, 1))
                v = v * 10 + (c - '0');
        return v;
}

static void rule_name(struct str *s)
{
        if (rule_take(s, '<')) {
                while (s->n && !rule_take(s, '>'))
                        *s = str_after(*s, 1);
                return;
        }
        for (char c; (c = rule_peek(s)) && ((c | 32) >= 'a' && (c | 32) <= 'z');)
                *s = str_after(*s, 1);
}

/* [+-]hh[:mm[:ss]] in seconds. */
static int rule_time(struct str *s)
{
        int sign = rule_take(s, '-') ? -1 : (rule_take(s, '+'), 1);
        int v = rule_number(s) * HOUR;
        if (rule_take(s, ':'))
                v += rule_number(s) * MINUTE;
        if (rule_take(s, ':'))
                v += rule_number(s);
        return sign * v;
}

static int64_t days_from_civil(int y, int m, int d)
{
        y -= m <= 2;
        int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
        int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
        return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* The moment of a change in that year, in local seconds since 1970; false for rules no zone uses
 * today. */
static bool rule_change(struct str *s, int year, int64_t *ret)
{
        if (!rule_take(s, ',') || !rule_take(s, 'M'))
                return false;
        int month = rule_number(s);
        rule_take(s, '.');
        int week = rule_number(s);
        rule_take(s, '.');
        int weekday = rule_number(s), at = 2 * HOUR;
        if (rule_take(s, '/'))
                at = rule_time(s);
        if (month < 1 || month > 12 || week < 1 || week > 5 || weekday > 6)
                return false;
        int64_t first = days_from_civil(year, month, 1);
        int64_t next =
                month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1);
        int64_t day = first + (weekday - (first + 4) % 7 + 7) % 7 + (week - 1) * 7;
        while (day >= next) /* week 5 is the last one */
                day -= 7;
        *ret = day * DAY + at;
        return true;
}

static int rule_seconds(struct str s, int64_t seconds)
{
        rule_name(&s);
        int std = -rule_time(&s);
        if (s.n == 0)
                return std;
        rule_name(&s);
        int dst = std + HOUR;
        if (rule_peek(&s) != ',')
                dst = -rule_time(&s);
        int year = date_parts(seconds * 1000, 0).year;
        int64_t from, to;
        if (!rule_change(&s, year, &from) || !rule_change(&s, year, &to))
                return std;
        from -= std;
        to -= dst;
        bool summer = from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to;
        return summer ? dst : std;
}

int zone_minutes(const struct zone *z, int64_t ms)
{
        if (z->infos.n == 0)
                return 0;
        int64_t seconds = ms / 1000;
        size_t n = z->types.n, low = 0, high = n; /* low: the first transition after the moment */
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (big64(z->times.p + 8 * mid) <= seconds)
                        low = mid + 1;
                else
                        high = mid;
        }
        if (low == n && z->rule.n)
                return rule_seconds(z->rule, seconds) / MINUTE;
        size_t type = low ? (unsigned char)z->types.p[low - 1] : 0;
        if (type * 6 + 6 > z->infos.n)
                return 0;
        return (int32_t)big32(z->infos.p + type * 6) / MINUTE;
}

/* The offset at the moment itself is not known before the moment is: the one an offset away from it
 * is, but for the hour in which clocks change. */
static int64_t local_moment(const struct zone *z, int64_t local)
{
        int64_t guess = local - (int64_t)zone_minutes(z, local) * MINUTE * 1000;
        return local - (int64_t)zone_minutes(z, guess) * MINUTE * 1000;
}

int64_t zone_next_hour(const struct zone *z, int64_t now, int hour)
{
        const int64_t day = (int64_t)DAY * 1000;
        int64_t local = now + (int64_t)zone_minutes(z, now) * MINUTE * 1000;
        int64_t at = local - local % day + (int64_t)hour * HOUR * 1000, moment;
        for (moment = local_moment(z, at); moment <= now; moment = local_moment(z, at))
                at += day;
        return moment;
}

bool zone_read_day(const struct zone *z, struct str day, int64_t *ret)
{
        char iso[] = "0000-00-00T00:00:00Z";
        int64_t local;
        if (day.n != 10)
                return false;
        memcpy(iso, day.p, 10);
        if (!date_read_iso(str_of(iso), &local))
                return false;
        *ret = local_moment(z, local);
        return true;
}

static int by_name(const void *x, const void *y)
{
        return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

struct str_list zone_names(struct arena *a)
{
        enum { MOST = 600 };
        struct str rest = zone_file(a, S("zone1970.tab"), ZONE_BYTES), line, cell;
        struct str_list l = {make_n(a, MOST, struct str), 0};
        while (l.n < MOST && str_next(&rest, '\n', &line)) {
                if (line.n == 0 || line.p[0] == '#')
                        continue;
                if (str_next(&line, '\t', &cell) && str_next(&line, '\t', &cell) &&
                    str_next(&line, '\t', &cell))
                        l.v[l.n++] = cell;
        }
        qsort(l.v, l.n, sizeof(*l.v), by_name);
        return l;
}
