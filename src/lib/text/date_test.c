/* Dates: both directions, the calendar's edges, and what strangers send instead (T164). */
#include "lib/text/date.h"
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

static struct arena arena;

static void writes(void **state)
{
        (void)state;
        assert_true(str_eq(date_iso(&arena, 1795348800123), S("2026-11-22T12:00:00.123Z")));
        assert_true(str_eq(date_iso(&arena, 0), S("1970-01-01T00:00:00.000Z")));
        assert_true(str_eq(date_iso(&arena, -1), S("1969-12-31T23:59:59.999Z")));
        assert_true(str_eq(date_iso(&arena, INT64_MAX), S("9999-12-31T23:59:59.999Z")));
        assert_true(str_eq(date_iso(&arena, INT64_MIN), S("0000-01-01T00:00:00.000Z")));
        assert_true(str_eq(date_http(&arena, 1795348800123), S("Sun, 22 Nov 2026 12:00:00 GMT")));
        assert_true(str_eq(date_http(&arena, 784111777000), S("Sun, 06 Nov 1994 08:49:37 GMT")));
}

/* The C library's calendar as the other opinion, a day at a time for 140 years. */
static void agrees_with_gmtime(void **state)
{
        (void)state;
        for (int64_t s = 0; s < 140LL * 366 * 86400; s += 86399) {
                time_t t = (time_t)s;
                struct tm tm;
                gmtime_r(&t, &tm);
                struct date_parts d = date_parts(s * 1000 + 7, 0);
                assert_int_equal(d.year, tm.tm_year + 1900);
                assert_int_equal(d.month, tm.tm_mon + 1);
                assert_int_equal(d.day, tm.tm_mday);
                assert_int_equal(d.weekday, tm.tm_wday);
                assert_int_equal(d.hour, tm.tm_hour);
                assert_int_equal(d.minute, tm.tm_min);
                assert_int_equal(d.second, tm.tm_sec);
                assert_int_equal(d.ms, 7);
        }
}

static void reads_iso(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                int64_t ms;
        } cases[] = {
                {"2026-11-22T12:00:00Z", 1795348800000},
                {"2026-11-22T12:00:00.1Z", 1795348800100},
                {"2026-11-22T12:00:00.123456789Z", 1795348800123},
                {"2026-11-22t12:00:00z", 1795348800000},
                {"2026-11-22 12:00:00Z", 1795348800000},
                {"2026-11-22T13:30:00+01:30", 1795348800000},
                {"2026-11-22T13:30:00+0130", 1795348800000},
                {"2026-11-22T10:00:00-02:00", 1795348800000},
                {"2024-02-29T00:00:00Z", 1709164800000},
                {"2016-12-31T23:59:60Z", 1483228800000},
                {"1970-01-01T00:00:00Z", 0},
                {"2100-12-31T23:59:59.999Z", 4133980799999},
        };
        for (size_t i = 0; i < countof(cases); i++) {
                int64_t ms = -1;
                if (!date_read_iso(str_of(cases[i].text), &ms) || ms != cases[i].ms)
                        fail_msg("%s: %lld", cases[i].text, (long long)ms);
                struct str back = date_iso(&arena, ms);
                int64_t again;
                assert_true(date_read_iso(back, &again));
                assert_int_equal(again, ms);
        }
}

static void t164_refuses_odd_dates(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "",
                "2026",
                "2026-11-22",
                "2026-11-22T12:00:00",
                "2026-11-22T12:00Z",
                "0000-01-01T00:00:00Z",
                "99999-01-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "2101-01-01T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-02-29T00:00:00Z",
                "2026-04-31T00:00:00Z",
                "2026-01-00T00:00:00Z",
                "2026-01-01T24:00:00Z",
                "2026-01-01T00:60:00Z",
                "2026-01-01T00:00:61Z",
                "2026-01-01T00:00:00.Z",
                "2026-01-01T00:00:00.1234567890Z",
                "2026-01-01T00:00:00+24:00",
                "2026-01-01T00:00:00+1",
                "2026-01-01T00:00:00ZZ",
                " 2026-01-01T00:00:00Z",
                "2026-01-01T00:00:00Z ",
                "-026-01-01T00:00:00Z",
                "+2026-01-01T00:00:00Z",
                "1970-01-01T00:00:00+00:01",
                "2026-1-1T0:0:0Z",
                "1e308",
                "-1",
                "9223372036854775808",
        };
        for (size_t i = 0; i < countof(texts); i++) {
                int64_t ms;
                if (date_read_iso(str_of(texts[i]), &ms))
                        fail_msg("taken: %s", texts[i]);
        }
}

static void reads_http(void **state)
{
        (void)state;
        static const char *const good[] = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
        };
        for (size_t i = 0; i < countof(good); i++) {
                int64_t ms;
                if (!date_read_http(str_of(good[i]), &ms) || ms != 784111777000)
                        fail_msg("refused: %s", good[i]);
        }
        static const char *const bad[] = {
                "",
                "Sun",
                "Sun,",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Xxx, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Foo 1994 08:49:37 GMT",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT ",
                "Sun, 06 Nov 1994 8:49:37 GMT",
                "784111777",
        };
        for (size_t i = 0; i < countof(bad); i++) {
                int64_t ms;
                if (date_read_http(str_of(bad[i]), &ms))
                        fail_msg("taken: %s", bad[i]);
        }
        for (int64_t ms = 0; ms < 4102444800000; ms += 86399001000) {
                int64_t back;
                assert_true(date_read_http(date_http(&arena, ms), &back));
                assert_int_equal(back, ms);
        }
}

static void knows_midnight(void **state)
{
        (void)state;
        assert_int_equal(date_midnight(1795348800123), 1795305600000);
        assert_int_equal(date_midnight(0), 0);
        assert_int_equal(date_midnight(-1), -86400000);
        assert_int_equal(date_parts(1795348800000, 330).hour, 17);
        assert_int_equal(date_parts(1795348800000, -720).day, 22);
        assert_int_equal(date_parts(1795348800000, -721).day, 21);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(writes),     cmocka_unit_test(agrees_with_gmtime),
                cmocka_unit_test(reads_iso),  cmocka_unit_test(t164_refuses_odd_dates),
                cmocka_unit_test(reads_http), cmocka_unit_test(knows_midnight),
        };
        arena_open(&arena, 1 << 20);
        int failed = cmocka_run_group_tests_name("date", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
