/* Which names pass for one another. */
#include "lib/base/die.h"
#include "social/login_alike.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_names(void **state)
{
        static const struct {
                struct str a, b;
                bool alike;
        } rows[] = {
                {S_ROW("anna"), S_ROW("anna"), false},    {S_ROW("anna"), S_ROW("ana"), true},
                {S_ROW("anna"), S_ROW("an_na"), true},    {S_ROW("maren"), S_ROW("maran"), true},
                {S_ROW("maren"), S_ROW("marens"), true},  {S_ROW("maren"), S_ROW("m4ren"), true},
                {S_ROW("lil"), S_ROW("1i1"), true},       {S_ROW("joe"), S_ROW("j0e"), true},
                {S_ROW("joe"), S_ROW("zoe"), false},      {S_ROW("ben"), S_ROW("ken"), false},
                {S_ROW("wanda"), S_ROW("nuala"), false},  {S_ROW("___"), S_ROW("__"), false},
                {S_ROW("maren"), S_ROW("marina"), false}, {S_ROW(""), S_ROW("a"), false},
        };
        (void)state;
        for (size_t i = 0; i < countof(rows); i++) {
                assert_int_equal(names_alike(rows[i].a, rows[i].b), rows[i].alike);
                assert_int_equal(names_alike(rows[i].b, rows[i].a), rows[i].alike);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
