/* Where a form may lead, what is told after an act, and dates in words. */
#include "lib/text/date.h"
#include "web/done.h"
#include "web/page.h"
#include "web/when.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static void says(struct str got, const char *want)
{
        assert_int_equal(got.n, strlen(want));
        assert_memory_equal(got.p, want, got.n);
}

/* T021: nothing but a path of ours, whoever decodes it once more. */
static void ways_back_stay_here(void **state)
{
        (void)state;
        static const char *const good[] = {
                "/", "/@ann/1#p2", "/oauth/authorize?redirect_uri=https%3A%2F%2Fa.example%2F",
                "/tags/%C3%A4"};
        static const char *const bad[] = {"",
                                          "//evil.example",
                                          "/\\evil.example",
                                          "https://evil.example",
                                          "/%2f/evil.example",
                                          "/%5Cevil.example",
                                          "/a//b",
                                          "/./x",
                                          "/.//evil.example",
                                          "/..",
                                          "/%2e%2e/x",
                                          "javascript:alert(1)",
                                          "/a\r\nSet-Cookie: x=y",
                                          "/a b",
                                          "evil.example",
                                          "/a\x7f"};
        for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
                says(web_own_path(str_of(good[i]), S("/x")), good[i]);
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                says(web_own_path(str_of(bad[i]), S("/x")), "/x");
        says(web_own_path(STR_NONE, S("/x")), "/x");
}

static void done_goes_before_the_place(void **state)
{
        (void)state;
        says(web_done_path(&arena, S("/@ann/1"), "sent"), "/@ann/1?done=sent");
        says(web_done_path(&arena, S("/@ann/1#p2"), "sent"), "/@ann/1?done=sent#p2");
        says(web_done_path(&arena, S("/x?a=1#p2"), "sent"), "/x?a=1&done=sent#p2");
}

static int64_t at(const char *iso)
{
        int64_t ms;
        assert_true(date_read_iso(str_of(iso), &ms));
        return ms;
}

static void dates_in_words(void **state)
{
        (void)state;
        struct cx cx = {.arena = &arena};
        struct web_page p = {.cx = &cx,
                             .now = at("2026-11-06T10:00:00Z"),
                             .zone = zone_open(&arena, S("Europe/Oslo"))};
        says(when_near(&p, at("2026-11-06T07:40:00Z")), "Today, Friday 6 November");
        says(when_near(&p, at("2026-11-05T22:59:00Z")), "Yesterday, Thursday 5 November");
        says(when_near(&p, at("2026-11-05T23:00:00Z")), "Today, Friday 6 November");
        says(when_near(&p, at("2026-11-01T12:00:00Z")), "Sunday 1 November");
        says(when_full(&p, at("2026-10-14T16:20:00Z")), "Wednesday 14 October, 18:20");
        says(when_full(&p, at("2024-10-14T16:05:00Z")), "Monday 14 October 2024, 18:05");
        says(when_short(&p, at("2026-01-02T03:04:00Z")), "2 January, 4:04");
        says(when_month(&p, at("2025-12-31T23:30:00Z")), "January 2026");
        says(when_left(&p, at("2026-11-09T10:00:00Z")), "in 3 days");
        says(when_left(&p, at("2026-11-06T11:00:00Z")), "in 1 hour");
        says(when_left(&p, at("2026-11-06T09:00:00Z")), "in a moment");
        says(grouped(&arena, 0), "0");
        says(grouped(&arena, 2000), "2,000");
        says(grouped(&arena, 1234567), "1,234,567");
}

static int open_arena(void **state)
{
        (void)state;
        arena_open(&arena, 1 << 20);
        return 0;
}

static int close_arena(void **state)
{
        (void)state;
        arena_close(&arena);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(ways_back_stay_here),
                cmocka_unit_test(done_goes_before_the_place),
                cmocka_unit_test(dates_in_words),
        };
        return cmocka_run_group_tests(tests, open_arena, close_arena);
}
