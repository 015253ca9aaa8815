/* Canonical JSON: the examples of RFC 8785 and its Appendix B of numbers. */
#include "lib/text/jcs.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;
static struct buf out;

static struct str canonical(struct str text, const struct str *without, size_t n)
{
        const struct json_value *v;
        buf_clear(&out);
        assert_int_equal(json_read(&arena, text, NULL, &v, NULL), OK);
        return jcs_write(&arena, &out, v, without, n) ? buf_str(&out) : STR_NONE;
}

static void check(struct str text, struct str want)
{
        struct str got = canonical(text, NULL, 0);
        if (!str_eq(got, want))
                fail_msg("%.*s gives %.*s", STR_ARG(text), STR_ARG(got));
}

static void documents(void **state)
{
        (void)state;
        check(S(" { } "), S("{}"));
        check(S("[ ]"), S("[]"));
        check(S("[56, {\"d\": true, \"10\": null, \"1\": [ ]}]"),
              S("[56,{\"1\":[],\"10\":null,\"d\":true}]"));
        /* section 3.2.2 */
        check(S("{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, "
                "0.000000000000000000000000001],"
                "\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
                "\"literals\": [null, true, false]}"),
              S("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-"
                "27],"
                "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"));
        /* section 3.2.3: sorted by UTF-16 code units */
        check(S("{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,"
                "\"\\u00f6\":7}"),
              S("{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"\xc3\xb6\":7,\"\xe2\x82\xac\":1,"
                "\"\xf0\x9f\x98\x80\":5,"
                "\"\xef\xac\xb3\":3}"));
        check(S("{\"aa\":1,\"a\":2,\"\":3,\"b\":4}"), S("{\"\":3,\"a\":2,\"aa\":1,\"b\":4}"));
        check(S("\"\\b\\f\\t\\u001f\\u007f</script>\""), S("\"\\b\\f\\t\\u001f\x7f</script>\""));
}

static void numbers(void **state)
{
        (void)state;
        static const char *const rows[][2] = {
                {"0", "0"},
                {"-0", "0"},
                {"-0.0e5", "0"},
                {"1", "1"},
                {"-1", "-1"},
                {"100", "100"},
                {"1.0", "1"},
                {"-71.184902", "-71.184902"},
                {"5e-324", "5e-324"},
                {"-5e-324", "-5e-324"},
                {"1.7976931348623157e308", "1.7976931348623157e+308"},
                {"9007199254740992", "9007199254740992"},
                {"9007199254740993", "9007199254740992"},
                {"-9007199254740992", "-9007199254740992"},
                {"295147905179352830000", "295147905179352830000"},
                {"9.999999999999997e22", "9.999999999999997e+22"},
                {"1e23", "1e+23"},
                {"1.0000000000000001e23", "1.0000000000000001e+23"},
                {"999999999999999700000", "999999999999999700000"},
                {"999999999999999900000", "999999999999999900000"},
                {"1e21", "1e+21"},
                {"100000000000000000000", "100000000000000000000"},
                {"9.999999999999997e-7", "9.999999999999997e-7"},
                {"0.000001", "0.000001"},
                {"1e-7", "1e-7"},
                {"0.0000123", "0.0000123"},
                {"333333333.3333332", "333333333.3333332"},
                {"333333333.33333325", "333333333.33333325"},
                {"333333333.3333334", "333333333.3333334"},
                {"-0.0000033333333333333333", "-0.0000033333333333333333"},
                {"1424953923781206.2", "1424953923781206.2"},
        };
        for (size_t i = 0; i < countof(rows); i++)
                check(str_of(rows[i][0]), str_of(rows[i][1]));
        assert_null(canonical(S("[1e400]"), NULL, 0).p);
}

static void leaves_members_out(void **state)
{
        (void)state;
        static const struct str without[] = {S_ROW("proof"), S_ROW("signature")};
        struct str got = canonical(
                S("{\"proof\":{\"proof\":1},\"b\":{\"proof\":2},\"signature\":3}"), without, 2);
        assert_true(str_eq(got, S("{\"b\":{\"proof\":2}}")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(documents),
                cmocka_unit_test(numbers),
                cmocka_unit_test(leaves_members_out),
        };
        arena_open(&arena, 16 << 20);
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        arena_close(&arena);
        buf_free(&out);
        return failed;
}
