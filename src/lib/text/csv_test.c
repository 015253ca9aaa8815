/* What is written is read back; what others write is read as they mean it. */
#include "lib/base/die.h"
#include "lib/text/csv.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROOM = 4 };

static void test_round(void **state)
{
        static const struct str given[] = {
                S_ROW("plain"),      S_ROW("a, b"), S_ROW("she said \"yes\""),
                S_ROW("two\nlines"), S_ROW("=1+1"), S_ROW("-2"),
                S_ROW("@name"),      S_ROW("\tx"),  S_ROW(""),
                S_ROW("it's fine"),  S_ROW("'tis"), S_ROW("'=1"),
                S_ROW(" around "),   S_ROW("''"),
        };
        struct arena a;
        (void)state;
        arena_open(&a, 1 << 20);
        for (size_t i = 0; i < countof(given); i++) {
                struct buf b = {0};
                struct str field;
                csv_put(&b, given[i]);
                struct str written = buf_take(&a, &b);
                assert_true(csv_read(&a, &written, &field));
                assert_true(str_eq(field, given[i]));
                assert_int_equal(written.n, 0);
        }
        arena_close(&a);
}

static void test_formulas_are_none(void **state)
{
        struct buf b = {0};
        (void)state;
        csv_put(&b, S("=cmd"));
        assert_true(str_eq(buf_str(&b), S("\"'=cmd\"")));
        buf_free(&b);
}

static void test_rows(void **state)
{
        struct arena a;
        struct str f[ROOM], rest = S("a, b ,\"c\r\n\"\"d\"\" \" x\r\n\n1,2,3,4,5,6\n\"open");
        size_t n;
        (void)state;
        arena_open(&a, 1 << 20);
        assert_true(csv_row(&a, &rest, f, ROOM, &n));
        assert_int_equal(n, 3);
        assert_true(str_eq(f[1], S("b")) && str_eq(f[2], S("c\r\n\"d\" ")));
        assert_true(csv_row(&a, &rest, f, ROOM, &n));
        assert_true(n == 1 && !f[0].n);
        assert_true(csv_row(&a, &rest, f, ROOM, &n));
        assert_int_equal(n, ROOM);
        assert_true(csv_row(&a, &rest, f, ROOM, &n));
        assert_true(n == 1 && str_eq(f[0], S("open")));
        assert_false(csv_row(&a, &rest, f, ROOM, &n));
        arena_close(&a);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_round),
                cmocka_unit_test(test_formulas_are_none),
                cmocka_unit_test(test_rows),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
