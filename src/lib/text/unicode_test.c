/* Text from outside, names, and folding. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/text/unicode.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static void same(struct str got, const char *want)
{
        if (!str_eq(got, str_of(want)))
                fail_msg("got: %.*s\nwanted: %s", STR_ARG(got), want);
}

static void every_code_point_goes_there_and_back(void **state)
{
        (void)state;
        for (uint32_t c = 0; c <= 0x10FFFF; c++) {
                char text[4];
                uint32_t back;
                size_t n = utf8_write(text, c);
                size_t read = utf8_read(text, n, &back);
                if (c >= 0xD800 && c <= 0xDFFF) {
                        assert_int_equal(read, 0);
                        continue;
                }
                assert_int_equal(read, n);
                assert_int_equal(back, c);
                for (size_t cut = 0; cut < n; cut++)
                        assert_int_equal(utf8_read(text, cut, &back), 0);
        }
}

static void t044_knows_bad_utf8(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "\x80",
                "abcdefgh\xff",
                "\xc3",
                "\xc0\xaf",
                "\xe0\x80\xaf",
                "\xed\xa0\x80",
                "\xf0\x80\x80\xaf",
                "\xf4\x90\x80\x80",
                "\xe2\x82",
        };
        for (size_t i = 0; i < countof(bad); i++) {
                struct str s;
                assert_false(utf8_valid(str_of(bad[i])));
                assert_false(text_clean(&arena, str_of(bad[i]), &s));
                assert_false(name_clean(&arena, str_of(bad[i]), &s));
                assert_true(utf8_valid(text_fold(&arena, str_of(bad[i]))));
                assert_true(utf8_valid(text_fold_plain(&arena, str_of(bad[i]))));
        }
        assert_true(utf8_valid(S("")));
        assert_true(utf8_valid(S("plain ASCII, more than eight")));
        assert_true(utf8_valid(S("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")));
}

static void cleans_text(void **state)
{
        (void)state;
        struct str s;
        assert_true(text_clean(&arena, (struct str){"a\0b\r\nc\rd\te\x01\x7f\xc2\x85", 14}, &s));
        same(s, "ab\nc\nd\te");
        assert_true(text_clean(&arena, S("e\xcc\x81"), &s)); /* e + acute */
        same(s, "\xc3\xa9");
        assert_true(text_clean(&arena, S("x\xef\xbf\xbey\xef\xbf\xbfz"), &s));
        same(s, "xyz");
        assert_true(text_clean(&arena, STR_NONE, &s));
        assert_int_equal(s.n, 0);
}

static void t160_keeps_eight_marks_a_base(void **state)
{
        (void)state;
        struct buf b = {0};
        for (int i = 0; i < 3; i++) {
                buf_add(&b, S("q"));
                for (int k = 0; k < 1000; k++)
                        buf_add(&b, k % 2 ? S("\xcc\xa3") : S("\xcc\x8d")); /* below, above */
        }
        struct str s;
        assert_true(text_clean(&arena, buf_str(&b), &s));
        assert_int_equal(utf8_count(s), 3 * 9);
        buf_free(&b);
}

/* Canonical ordering is quadratic in a run of marks, so the run has to be cut first. */
static void t162_marks_cost_linear_time(void **state)
{
        (void)state;
        struct buf b = {0};
        buf_add(&b, S("a"));
        for (int k = 0; k < 250000; k++)
                buf_add(&b, k % 2 ? S("\xcc\xa3") : S("\xcc\x8d"));
        int64_t from = clock_steady(&clock_real);
        struct str s;
        assert_true(text_clean(&arena, buf_str(&b), &s));
        text_fold(&arena, buf_str(&b));
        text_fold_plain(&arena, buf_str(&b));
        assert_true(clock_steady(&clock_real) - from < 1000);

        buf_clear(&b); /* U+FDFA folds to eighteen code points */
        for (int k = 0; k < 20000; k++)
                buf_add(&b, S("\xef\xb7\xba"));
        assert_true(text_fold(&arena, buf_str(&b)).n > b.n * 5);
        buf_free(&b);
}

static void t159_cleans_names(void **state)
{
        (void)state;
        static const struct {
                const char *in, *out;
        } cases[] = {
                {"  Ada\n\tLovelace  ", "Ada  Lovelace"},
                {"\xe2\x80\xaegnirts\xe2\x80\xac", "gnirts"},
                {"\xe2\x80\x8b"
                 "Ada\xe2\x80\x8d\xef\xbb\xbf",
                 "Ada"},
                {"\xe2\x81\xa6"
                 "a\xe2\x81\xa9",
                 "a"},
                {"\xc2\xa0\xe3\x80\x80x\xe3\x85\xa4", "x"},
                {"\xe2\x80\x8b\xe2\x80\x8e \xe2\x80\x8b", ""},
                {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", /* joiners inside stay */
                 "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"},
                {"", ""},
        };
        for (size_t i = 0; i < countof(cases); i++) {
                struct str s;
                assert_true(name_clean(&arena, str_of(cases[i].in), &s));
                same(s, cases[i].out);
        }
}

static void cuts_between_code_points(void **state)
{
        (void)state;
        struct str s = S("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
        assert_int_equal(utf8_count(s), 4);
        static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
        for (size_t max = 0; max < countof(want); max++)
                assert_int_equal(utf8_cut(s, max).n, want[max]);
        static const size_t counted[] = {0, 1, 3, 6, 10, 10};
        for (size_t max = 0; max < countof(counted); max++)
                assert_int_equal(utf8_cut_count(s, max).n, counted[max]);
        assert_int_equal(utf8_cut(STR_NONE, 3).n, 0);
}

static void folds(void **state)
{
        (void)state;
        same(text_fold(&arena, S("HeLLo")), "hello");
        same(text_fold(&arena, S("Stra\xc3\x9f"
                                 "e \xc3\x84")),
             "strasse \xc3\xa4");
        same(text_fold(&arena, S("\xef\xbc\xa1\xef\xbc\xa2")), "ab"); /* full width */
        same(text_fold_plain(&arena, S("\xc3\x84rger \xc3\xa9t\xc3\xa9 \xc5\xa0koda")),
             "arger ete skoda");
        same(text_fold_plain(&arena, S("\xe3\x81\x8c")), "\xe3\x81\x8c"); /* ga is not ka */
        same(text_fold_plain(&arena, S("\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7\xe0\xa4\xbf")),
             "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7\xe0\xa4\xbf"); /* a virama is no accent */
        same(text_fold(&arena, S("")), "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_code_point_goes_there_and_back),
                cmocka_unit_test(t044_knows_bad_utf8),
                cmocka_unit_test(cleans_text),
                cmocka_unit_test(t160_keeps_eight_marks_a_base),
                cmocka_unit_test(t162_marks_cost_linear_time),
                cmocka_unit_test(t159_cleans_names),
                cmocka_unit_test(cuts_between_code_points),
                cmocka_unit_test(folds),
        };
        arena_open(&arena, 64 << 20);
        int failed = cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
