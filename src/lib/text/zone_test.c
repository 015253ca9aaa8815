/* Zones against known changes of clocks, and against names that are no zones. */
#include "lib/base/die.h"
#include "lib/text/date.h"
#include "lib/text/zone.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int64_t at(const char *iso)
{
        int64_t ms;
        assert_true(date_read_iso(str_of(iso), &ms));
        return ms;
}

/* Also over the days on which clocks change, and from the hour itself to the next day's. */
static void test_next_hour(void **state)
{
        (void)state;
        static const struct {
                const char *zone, *now, *next;
        } rows[] = {
                {"Europe/Vienna", "2026-11-22T12:00:00Z", "2026-11-22T18:00:00Z"},
                {"Europe/Vienna", "2026-11-22T18:00:00Z", "2026-11-23T18:00:00Z"},
                {"Europe/Vienna", "2026-11-22T17:59:59.9Z", "2026-11-22T18:00:00Z"},
                {"Europe/Vienna", "2026-03-28T18:30:00Z", "2026-03-29T17:00:00Z"},
                {"Europe/Vienna", "2026-10-24T17:30:00Z", "2026-10-25T18:00:00Z"},
                {"Pacific/Auckland", "2026-11-22T12:00:00Z", "2026-11-23T06:00:00Z"},
                {"America/St_Johns", "2026-11-22T12:00:00Z", "2026-11-22T22:30:00Z"},
                {"", "2026-11-22T12:00:00Z", "2026-11-22T19:00:00Z"},
        };
        struct arena a;
        arena_open(&a, 1 << 20);
        for (size_t i = 0; i < countof(rows); i++) {
                struct zone z = zone_open(&a, str_of(rows[i].zone));
                assert_int_equal(zone_next_hour(&z, at(rows[i].now), 19), at(rows[i].next));
        }
        arena_close(&a);
}

static void test_read_day(void **state)
{
        (void)state;
        struct arena a;
        int64_t ms;
        arena_open(&a, 1 << 20);
        struct zone z = zone_open(&a, S("Europe/Vienna"));
        assert_true(zone_read_day(&z, S("2026-11-22"), &ms));
        assert_int_equal(ms, at("2026-11-21T23:00:00Z"));
        assert_true(zone_read_day(&z, S("2026-07-01"), &ms));
        assert_int_equal(ms, at("2026-06-30T22:00:00Z"));
        assert_false(zone_read_day(&z, S("2026-13-01"), &ms));
        assert_false(zone_read_day(&z, S("22.11.2026"), &ms));
        assert_false(zone_read_day(&z, S(""), &ms));
        arena_close(&a);
}

static int minutes(const char *zone, const char *when)
{
        struct arena a;
        arena_open(&a, 1 << 20);
        int64_t ms;
        assert_true(date_read_iso(str_of(when), &ms));
        struct zone z = zone_open(&a, str_of(zone));
        int m = zone_minutes(&z, ms);
        arena_close(&a);
        return m;
}

static void known_changes(void **state)
{
        (void)state;
        assert_int_equal(minutes("Europe/Oslo", "2026-03-29T00:59:59Z"), 60);
        assert_int_equal(minutes("Europe/Oslo", "2026-03-29T01:00:00Z"), 120);
        assert_int_equal(minutes("Europe/Oslo", "2026-10-25T00:59:59Z"), 120);
        assert_int_equal(minutes("Europe/Oslo", "2026-10-25T01:00:00Z"), 60);
        assert_int_equal(minutes("Asia/Kathmandu", "2026-01-01T00:00:00Z"), 345);
        assert_int_equal(minutes("America/St_Johns", "2026-01-01T00:00:00Z"), -210);
        assert_int_equal(minutes("Etc/UTC", "2026-01-01T00:00:00Z"), 0);
}

/* After the last change a file lists, its rule goes on: north, south, and none. */
static void after_the_table(void **state)
{
        (void)state;
        assert_int_equal(minutes("Europe/Oslo", "2090-07-01T00:00:00Z"), 120);
        assert_int_equal(minutes("Europe/Oslo", "2090-12-01T00:00:00Z"), 60);
        assert_int_equal(minutes("Pacific/Auckland", "2090-01-01T00:00:00Z"), 780);
        assert_int_equal(minutes("Pacific/Auckland", "2090-07-01T00:00:00Z"), 720);
        assert_int_equal(minutes("America/New_York", "2090-03-12T06:59:59Z"), -300);
        assert_int_equal(minutes("America/New_York", "2090-03-12T07:00:00Z"), -240);
        assert_int_equal(minutes("Asia/Tokyo", "2090-07-01T00:00:00Z"), 540);
}

static void no_zones(void **state)
{
        (void)state;
        static const char *const names[] = {"",
                                            "Nowhere/Land",
                                            "/etc/passwd",
                                            "../../../etc/passwd",
                                            "Europe/../../passwd",
                                            "Europe",
                                            "zone1970.tab",
                                            "a b"};
        struct arena a;
        arena_open(&a, 1 << 20);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                assert_false(zone_known(&a, str_of(names[i])));
                assert_int_equal(minutes(names[i], "2026-07-01T00:00:00Z"), 0);
        }
        assert_true(zone_known(&a, S("Europe/Oslo")));
        struct str_list l = zone_names(&a);
        assert_true(l.n > 200);
        for (size_t i = 1; i < l.n; i++)
                assert_true(str_cmp(l.v[i - 1], l.v[i]) <= 0);
        arena_close(&a);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_next_hour), cmocka_unit_test(test_read_day),
                cmocka_unit_test(known_changes),  cmocka_unit_test(after_the_table),
                cmocka_unit_test(no_zones),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
