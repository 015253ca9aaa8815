/* Moments in words for every page. English names stand here in tables, as the other words of a
 * language will. */
#include "web/when.h"
#include "lib/text/date.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};

static struct date_parts parts(const struct web_page *p, int64_t ms)
{
        return date_parts(ms, zone_minutes(&p->zone, ms));
}

static struct arena *arena(const struct web_page *p)
{
        return p->cx->arena;
}

int64_t when_day_number(const struct web_page *p, int64_t ms)
{
        int64_t local = ms + (int64_t)zone_minutes(&p->zone, ms) * MINUTE_MS;
        return date_midnight(local) / DAY_MS;
}

/* "6 November", with the year when it is another one. */
static struct str date_words(const struct web_page *p, struct date_parts d)
{
        const char *month = months[d.month - 1];
        if (d.year == parts(p, p->now).year)
                return str_fmt(arena(p), "%d %s", d.day, month);
        return str_fmt(arena(p), "%d %s %d", d.day, month, d.year);
}

struct str when_clock(const struct web_page *p, int64_t ms)
{
        struct date_parts d = parts(p, ms);
        return str_fmt(arena(p), "%d:%02d", d.hour, d.minute);
}

struct str when_day(const struct web_page *p, int64_t ms)
{
        struct date_parts d = parts(p, ms);
        return str_fmt(arena(p), "%s %.*s", days[d.weekday], STR_ARG(date_words(p, d)));
}

struct str when_near(const struct web_page *p, int64_t ms)
{
        int64_t ago = when_day_number(p, p->now) - when_day_number(p, ms);
        const char *near = ago == 0 ? "Today, " : ago == 1 ? "Yesterday, " : "";
        return str_fmt(arena(p), "%s%.*s", near, STR_ARG(when_day(p, ms)));
}

struct str when_full(const struct web_page *p, int64_t ms)
{
        return str_fmt(arena(p), "%.*s, %.*s", STR_ARG(when_day(p, ms)),
                       STR_ARG(when_clock(p, ms)));
}

struct str when_short(const struct web_page *p, int64_t ms)
{
        struct str date = date_words(p, parts(p, ms));
        return str_fmt(arena(p), "%.*s, %.*s", STR_ARG(date), STR_ARG(when_clock(p, ms)));
}

struct str when_month(const struct web_page *p, int64_t ms)
{
        struct date_parts d = parts(p, ms);
        return str_fmt(arena(p), "%s %d", months[d.month - 1], d.year);
}

struct str when_left(const struct web_page *p, int64_t ms)
{
        static const struct {
                int64_t ms;
                const char *one, *many;
        } units[] = {{DAY_MS, "day", "days"},
                     {HOUR_MS, "hour", "hours"},
                     {MINUTE_MS, "minute", "minutes"}};
        int64_t left = ms - p->now;
        for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
                int64_t n = left / units[i].ms;
                if (n > 0)
                        return str_fmt(arena(p), "in %lld %s", (long long)n,
                                       n == 1 ? units[i].one : units[i].many);
        }
        return S("in a moment");
}

struct str grouped(struct arena *a, int64_t n)
{
        if (n < 1000)
                return str_int(a, n);
        return str_fmt(a, "%.*s,%03lld", STR_ARG(grouped(a, n / 1000)), (long long)(n % 1000));
}

struct str when_iso_day(struct arena *a, const struct zone *z, int64_t ms)
{
        struct date_parts d = date_parts(ms, zone_minutes(z, ms));
        return str_fmt(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}
