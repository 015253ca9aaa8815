/* Remembered days and memorials where the calendar, the clock or two people at once could go wrong.
 */
#include "lib/text/date.h"
#include "social/login.h"
#include "social/memorial.h"
#include "social/remember.h"
#include "social/steward.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct testing t;

static int begin(void **state)
{
        (void)state;
        testing_open(&t);
        return 0;
}

static int end(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static void is_day(int64_t ms, const char *day)
{
        assert_true(str_starts(date_iso(&t.arena, ms), str_of(day)));
}

static void next_is(struct remembered_day d, const char *from, const char *until)
{
        int64_t a, b;
        assert_int_equal(remember_next(&t.cx, &d, &a, &b), OK);
        is_day(a, from);
        is_day(b, until);
}

/* The test's clock stands at 2026-01-01. */
static void test_calendar(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann");
        struct remembered_day d = {.account = ann, .subject = ann};
        d.month = 2, d.day = 29;
        next_is(d, "2026-02-28", "2026-03-01");
        d.month = 12, d.day = 31;
        next_is(d, "2026-12-31", "2027-01-01");
        d.month = 1, d.day = 1;
        next_is(d, "2026-01-01", "2026-01-02");
        d = (struct remembered_day){.account = ann, .length = LENGTH_SEASON, .month = 12, .day = 1};
        next_is(d, "2025-12-01", "2026-03-01");
        d.length = LENGTH_MONTH;
        next_is(d, "2026-12-01", "2027-01-01");
        t.clock.offset_ms += (int64_t)(365 + 365 + 31) * 86400000; /* into the leap year */
        d = (struct remembered_day){.account = ann, .month = 2, .day = 29};
        next_is(d, "2028-02-29", "2028-03-01");
        assert_string_equal(season_name(12, false), "Winter");
        assert_string_equal(season_name(12, true), "Summer");
        assert_string_equal(season_name(3, true), "Autumn");
}

static void run_day(int64_t id)
{
        assert_int_equal(
                remember_job(&t.cx, str_fmt(&t.arena, "{\"day\":\"%lld\"}", (long long)id)), OK);
}

/* Twice is once; over, it comes again a year later; off, never. */
static void test_comes_once(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann"), id;
        struct viewer by = testing_viewer(ann);
        struct remembered_day d = {.name = S("a day"), .month = 1, .day = 1, .note = true}, *v;
        size_t n;
        assert_int_equal(remember_put(&t.cx, &by, &d, &id), OK);
        run_day(id);
        int64_t came = testing_number(&t, "SELECT came_at FROM remembered_day");
        assert_true(came > 0);
        assert_int_equal(testing_number(&t, "SELECT remembers FROM login"), 1);
        t.clock.offset_ms += 3600000;
        run_day(id);
        assert_int_equal(testing_number(&t, "SELECT came_at FROM remembered_day"), came);
        t.clock.offset_ms += INT64_C(2) * 86400000;
        run_day(id);
        assert_int_equal(testing_number(&t, "SELECT remembers FROM login"), 0);
        assert_int_equal(remember_today(&t.cx, ann, &v, &n), OK);
        assert_int_equal(n, 0);
        t.clock.offset_ms += INT64_C(363) * 86400000;
        run_day(id);
        assert_true(testing_number(&t, "SELECT came_at FROM remembered_day") > came);
        assert_int_equal(remember_switch(&t.cx, ann, id, false), OK);
        assert_int_equal(testing_number(&t, "SELECT remembers FROM login"), 0);
}

static int64_t admin(const char *name)
{
        int64_t id = testing_person(&t, name);
        assert_int_equal(login_set_role(&t.cx, id, ROLE_OWNER), OK);
        return id;
}

static enum err confirm(int64_t by, int64_t memorial, int64_t *begins)
{
        struct viewer v = testing_viewer(by);
        v.role = ROLE_OWNER;
        return memorial_confirm(&t.cx, &v, memorial, begins);
}

static int64_t tell(int64_t by, int64_t about)
{
        struct viewer v = testing_viewer(by);
        struct memorial_word w = {.words = S("I know it.")};
        assert_int_equal(memorial_tell(&t.cx, &v, about, &w), OK);
        return testing_number(&t, "SELECT MAX(id) FROM memorial");
}

static void test_two_administrators(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann"), cat = testing_person(&t, "cat"), at;
        int64_t one = admin("one"), two = admin("two");
        int64_t id = tell(cat, ann);
        assert_int_equal(tell(cat, ann), id); /* one open one an account */
        assert_int_equal(confirm(one, id, &at), OK);
        assert_int_equal(at, 0);
        assert_int_equal(confirm(one, id, &at), ERR_CONFLICT);
        assert_int_equal(confirm(two, id, &at), OK);
        assert_true(at > 0);
        assert_int_equal(confirm(two, id, &at), ERR_CONFLICT);
        struct viewer member = testing_viewer(cat);
        assert_int_equal(memorial_confirm(&t.cx, &member, id, &at), ERR_DENIED);
}

/* The job and the owner meet on the seventh day: whoever is first counts, and nothing is halved. */
static void test_seventh_day(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann"), cat = testing_person(&t, "cat"), at;
        int64_t one = admin("one");
        for (int seen_first = 0; seen_first < 2; seen_first++) {
                int64_t id = tell(cat, ann);
                bool memorial;
                assert_int_equal(confirm(one, id, &at), OK);
                struct str payload = str_fmt(&t.arena, "{\"memorial\":\"%lld\"}", (long long)id);
                t.clock.offset_ms += INT64_C(6) * 86400000;
                assert_int_equal(memorial_begin_job(&t.cx, payload), OK); /* too early */
                assert_int_equal(memorial_is(&t.cx, ann, &memorial), OK);
                assert_false(memorial);
                t.clock.offset_ms += INT64_C(86400001);
                if (!seen_first)
                        assert_int_equal(memorial_sign_in(&t.cx, ann), OK);
                assert_int_equal(memorial_begin_job(&t.cx, payload), OK);
                assert_int_equal(memorial_is(&t.cx, ann, &memorial), OK);
                assert_int_equal(memorial, seen_first);
                if (seen_first)
                        assert_int_equal(memorial_sign_in(&t.cx, ann), ERR_DENIED);
        }
        struct memorial *m;
        assert_int_equal(memorial_of(&t.cx, ann, &m), OK);
        struct viewer by = testing_viewer(one);
        by.role = ROLE_OWNER;
        assert_int_equal(memorial_undo(&t.cx, &by, m->id), OK);
        assert_int_equal(memorial_undo(&t.cx, &by, m->id), OK);
        assert_int_equal(memorial_sign_in(&t.cx, ann), OK);
        assert_int_equal(testing_number(&t, "SELECT memorial_at FROM login WHERE account = "
                                            "(SELECT id FROM account WHERE username = 'ann')"),
                         0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_calendar, begin, end),
                cmocka_unit_test_setup_teardown(test_comes_once, begin, end),
                cmocka_unit_test_setup_teardown(test_two_administrators, begin, end),
                cmocka_unit_test_setup_teardown(test_seventh_day, begin, end),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
