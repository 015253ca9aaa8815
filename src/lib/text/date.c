/* Dates without the C library's: gmtime and strptime depend on locale, are slow, or accept too
 * much. The calendar is the proleptic Gregorian one; days are counted with the civil-from-days
 * method (eras of 400 years, years that start in March, so that the leap day is the last). Used by
 * the JSON writer, HTTP heads, feeds and whatever reads a date from a stranger. */
#include "lib/text/date.h"
#include <stdio.h>

enum { DAY_MS = 86400000 };

/* Years 0000 to 9999: what four digits can write. */
static const int64_t WRITE_FROM = -62167219200000, WRITE_TO = 253402300799999;
/* What we believe from outside: 1970 until the end of 2100. */
static const int64_t READ_TO = 4133980799999;

static const char MONTHS[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char WEEKDAYS[7][10] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                     "Thursday", "Friday", "Saturday"};

static int64_t floor_div(int64_t a, int64_t b)
{
        return a / b - (a % b < 0);
}

static int64_t days_of(int64_t year, int month, int day)
{
        year -= month <= 2;
        int64_t era = floor_div(year, 400), of_era = year - era * 400;
        int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date_parts date_parts(int64_t ms, int zone_minutes)
{
        if (ms < WRITE_FROM)
                ms = WRITE_FROM;
        if (ms > WRITE_TO)
                ms = WRITE_TO;
        ms += (int64_t)zone_minutes * 60000;
        int64_t days = floor_div(ms, DAY_MS), rest = ms - days * DAY_MS;
        int64_t z = days + 719468, era = floor_div(z, 146097), of_era = z - era * 146097;
        int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
        int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
        int64_t month = (5 * of_year + 2) / 153; /* 0 is March */
        struct date_parts p = {
                .year = (int)(year + era * 400 + (month >= 10)),
                .month = (int)(month < 10 ? month + 3 : month - 9),
                .day = (int)(of_year - (153 * month + 2) / 5 + 1),
                .weekday = (int)(days + 4 - floor_div(days + 4, 7) * 7), /* 1 Jan 1970: Thursday */
                .hour = (int)(rest / 3600000),
                .minute = (int)(rest / 60000 % 60),
                .second = (int)(rest / 1000 % 60),
                .ms = (int)(rest % 1000),
        };
        return p;
}

int64_t date_midnight(int64_t ms)
{
        return floor_div(ms, DAY_MS) * DAY_MS;
}

static char *put(char *to, int v, int digits)
{
        for (int i = digits; i--; v /= 10)
                to[i] = (char)('0' + v % 10);
        return to + digits;
}

void date_put_iso(char to[24], int64_t ms)
{
        struct date_parts d = date_parts(ms, 0);
        memcpy(to, "0000-00-00T00:00:00.000Z", 24);
        put(to, d.year, 4);
        put(to + 5, d.month, 2);
        put(to + 8, d.day, 2);
        put(to + 11, d.hour, 2);
        put(to + 14, d.minute, 2);
        put(to + 17, d.second, 2);
        put(to + 20, d.ms, 3);
}

struct str date_iso(struct arena *a, int64_t ms)
{
        char text[24];
        date_put_iso(text, ms);
        return str_dup(a, (struct str){text, sizeof text});
}

struct str date_http(struct arena *a, int64_t ms)
{
        struct date_parts d = date_parts(ms, 0);
        return str_fmt(a, "%.3s, %02d %s %04d %02d:%02d:%02d GMT", WEEKDAYS[d.weekday], d.day,
                       MONTHS[d.month - 1], d.year, d.hour, d.minute, d.second);
}

/* Reading. Each step takes from the front and remembers failure, so that a format reads as one
 * line. */
struct cursor {
        struct str s;
        bool bad;
};

static int take_number(struct cursor *c, size_t digits)
{
        int v = 0;
        for (size_t i = 0; i < digits; i++) {
                if (i >= c->s.n || c->s.p[i] < '0' || c->s.p[i] > '9') {
                        c->bad = true;
                        return 0;
                }
                v = v * 10 + (c->s.p[i] - '0');
        }
        c->s = str_after(c->s, digits);
        return v;
}

static void take(struct cursor *c, struct str want)
{
        if (!str_starts(c->s, want))
                c->bad = true;
        c->s = str_after(c->s, want.n);
}

static bool take_any(struct cursor *c, const char *set)
{
        if (!c->s.n || !c->s.p[0] || !strchr(set, c->s.p[0]))
                return false;
        c->s = str_after(c->s, 1);
        return true;
}

static bool leap(int y)
{
        return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* Second 60 is a leap second (RFC 3339 section 5.7) and becomes the second after it. */
static bool finish(const struct date_parts *d, int zone_minutes, int64_t *ret)
{
        static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        if (d->month < 1 || d->month > 12 || d->day < 1 || d->hour > 23 || d->minute > 59 ||
            d->second > 60)
                return false;
        if (d->day > days[d->month - 1] + (d->month == 2 && leap(d->year)))
                return false;
        int64_t ms = days_of(d->year, d->month, d->day) * DAY_MS + d->hour * 3600000LL +
                     (d->minute - zone_minutes) * 60000LL + d->second * 1000LL + d->ms;
        if (ms < 0 || ms > READ_TO)
                return false;
        *ret = ms;
        return true;
}

static int take_fraction(struct cursor *c)
{
        int ms = 0;
        size_t n = 0;
        for (; n < c->s.n && c->s.p[n] >= '0' && c->s.p[n] <= '9'; n++)
                if (n < 3)
                        ms = ms * 10 + (c->s.p[n] - '0');
        if (n == 0 || n > 9)
                c->bad = true;
        c->s = str_after(c->s, n);
        for (; n < 3; n++)
                ms *= 10;
        return ms;
}

static int take_zone(struct cursor *c)
{
        if (take_any(c, "Zz"))
                return 0;
        int sign = take_any(c, "+") ? 1 : -1;
        if (sign < 0)
                take(c, S("-"));
        int hour = take_number(c, 2);
        take_any(c, ":");
        int minute = take_number(c, 2);
        if (hour > 23 || minute > 59)
                c->bad = true;
        return sign * (hour * 60 + minute);
}

bool date_read_iso(struct str s, int64_t *ret)
{
        struct cursor c = {.s = s};
        struct date_parts d = {0};
        d.year = take_number(&c, 4);
        take(&c, S("-"));
        d.month = take_number(&c, 2);
        take(&c, S("-"));
        d.day = take_number(&c, 2);
        c.bad |= !take_any(&c, "Tt ");
        d.hour = take_number(&c, 2);
        take(&c, S(":"));
        d.minute = take_number(&c, 2);
        take(&c, S(":"));
        d.second = take_number(&c, 2);
        if (take_any(&c, "."))
                d.ms = take_fraction(&c);
        int zone = take_zone(&c);
        return !c.bad && c.s.n == 0 && finish(&d, zone, ret);
}

static void take_month(struct cursor *c, struct date_parts *d)
{
        for (int i = 0; i < 12; i++)
                if (str_starts(c->s, str_of(MONTHS[i])))
                        d->month = i + 1;
        c->s = str_after(c->s, 3);
}

static void take_clock(struct cursor *c, struct date_parts *d)
{
        d->hour = take_number(c, 2);
        take(c, S(":"));
        d->minute = take_number(c, 2);
        take(c, S(":"));
        d->second = take_number(c, 2);
}

/* "Nov 22 12:00:00 2026" and "Nov  2 12:00:00 2026", behind the name of the day. */
static void take_asctime(struct cursor *c, struct date_parts *d)
{
        take_month(c, d);
        take(c, S(" "));
        d->day = take_number(c, take_any(c, " ") ? 1 : 2);
        take(c, S(" "));
        take_clock(c, d);
        take(c, S(" "));
        d->year = take_number(c, 4);
}

/* All three forms a recipient must take (RFC 9110 section 5.6.7). The name of the day is read but
 * not compared. */
bool date_read_http(struct str s, int64_t *ret)
{
        struct cursor c = {.s = s, .bad = true};
        struct date_parts d = {0};
        for (size_t i = 0; i < 7 && c.bad; i++) {
                struct str name = str_of(WEEKDAYS[i]);
                bool full = str_starts(s, name) && s.n > name.n && s.p[name.n] == ',';
                if (full || str_starts(s, str_cut(name, 0, 3)))
                        c = (struct cursor){.s = str_after(s, full ? name.n : 3)};
        }
        if (take_any(&c, " ")) {
                take_asctime(&c, &d);
                return !c.bad && c.s.n == 0 && finish(&d, 0, ret);
        }
        take(&c, S(", "));
        d.day = take_number(&c, 2);
        bool dashes = take_any(&c, "-"); /* RFC 850: two digits for the year */
        if (!dashes)
                take(&c, S(" "));
        take_month(&c, &d);
        take(&c, dashes ? S("-") : S(" "));
        d.year = take_number(&c, dashes ? 2 : 4);
        if (dashes)
                d.year += d.year < 70 ? 2000 : 1900;
        take(&c, S(" "));
        take_clock(&c, &d);
        take(&c, S(" GMT"));
        return !c.bad && c.s.n == 0 && finish(&d, 0, ret);
}
