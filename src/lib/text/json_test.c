/* The JSON writer and reader, and rows T041 to T046 of the list of attacks. */
#include "lib/base/clock.h"
#include "lib/text/json.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;

static enum err read_it(struct str text, const struct json_value **ret)
{
        return json_read(&arena, text, NULL, ret, NULL);
}

static int reset(void **state)
{
        (void)state;
        arena_close(&arena);
        arena_open(&arena, 64 << 20);
        return 0;
}

static void expect(const struct buf *b, const char *want)
{
        assert_false(b->failed);
        struct str got = buf_str(b);
        assert_int_equal(got.n, strlen(want));
        assert_memory_equal(got.p, want, got.n);
}

static void writes_every_kind(void **state)
{
        (void)state;
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_str(&j, "s", S("a\"b\\c\n\x01/\x7f"));
        json_str(&j, "none", STR_NONE);
        json_markup(&j, "m", MARKUP_NONE);
        json_int(&j, "min", INT64_MIN);
        json_bool(&j, "yes", true);
        json_null(&j, "null");
        json_id(&j, "id", 9007199254740993);
        json_id(&j, "no_id", 0);
        json_time(&j, "at", 1795348800123);
        json_date(&j, "day", 1795348800123);
        json_time(&j, "never", 0);
        json_array(&j, "list");
        json_object(&j, NULL);
        json_end(&j);
        json_array(&j, NULL);
        json_end(&j);
        json_raw(&j, NULL, S("{\"x\":1}"));
        json_end(&j);
        json_key_str(&j, S("k\"1"), S("v"));
        json_key_object(&j, S("o"));
        json_end(&j);
        json_key_array(&j, S("a"));
        json_end(&j);
        json_end(&j);
        expect(&b, "{\"s\":\"a\\\"b\\\\c\\n\\u0001/\x7f\",\"none\":null,\"m\":\"\","
                   "\"min\":-9223372036854775808,\"yes\":true,\"null\":null,"
                   "\"id\":\"9007199254740993\",\"no_id\":null,"
                   "\"at\":\"2026-11-22T12:00:00.123Z\",\"day\":\"2026-11-22\",\"never\":null,"
                   "\"list\":[{},[],{\"x\":1}],\"k\\\"1\":\"v\",\"o\":{},\"a\":[]}");
        buf_free(&b);
}

static void writes_reals_that_read_back(void **state)
{
        (void)state;
        static const double values[] = {0.0,    -0.0,    1.0, 0.1,     1.0 / 3, 1e21,
                                        5e-324, DBL_MAX, 1.5, -0.4531, 1e-7};
        for (size_t i = 0; i < countof(values); i++) {
                struct buf b = {0};
                struct json j;
                json_open(&j, &b);
                json_real(&j, NULL, values[i]);
                buf_add_char(&b, '\0');
                assert_true(strtod(b.p, NULL) == values[i]);
                const struct json_value *v;
                assert_int_equal(read_it(str_of(b.p), &v), OK);
                buf_free(&b);
        }
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_array(&j, NULL);
        json_real(&j, NULL, 0.1);
        json_real(&j, NULL, (double)INFINITY);
        json_real(&j, NULL, (double)NAN);
        json_end(&j);
        expect(&b, "[0.1,null,null]");
        buf_free(&b);
}

/* Escapes at every distance from the end and from an eight-byte border, so that the run scanner and
 * the room reckoning are both met at each of their edges. */
static void writes_escapes_anywhere(void **state)
{
        (void)state;
        static const struct {
                const char *in, *out;
        } specials[] = {
                {"\"", "\\\""},           {"\\", "\\\\"},
                {"\x1f", "\\u001f"},      {"\xc3\xa4", "\xc3\xa4"},
                {"\xff", "\xef\xbf\xbd"}, {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
                {"\x80", "\xef\xbf\xbd"}, {"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
        };
        for (size_t s = 0; s < countof(specials); s++) {
                for (size_t before = 0; before < 20; before++) {
                        for (size_t after = 0; after < 20; after++) {
                                char in[64], want[96];
                                size_t n =
                                        (size_t)snprintf(in, sizeof in, "%.*s%s%.*s", (int)before,
                                                         "aaaaaaaaaaaaaaaaaaaa", specials[s].in,
                                                         (int)after, "zzzzzzzzzzzzzzzzzzzz");
                                snprintf(want, sizeof want, "\"%.*s%s%.*s\"", (int)before,
                                         "aaaaaaaaaaaaaaaaaaaa", specials[s].out, (int)after,
                                         "zzzzzzzzzzzzzzzzzzzz");
                                struct buf b = {0};
                                struct json j;
                                json_open(&j, &b);
                                json_str(&j, NULL, (struct str){in, n});
                                expect(&b, want);
                                buf_free(&b);
                        }
                }
        }
        char all[1000];
        memset(all, 1, sizeof all); /* six bytes each: the buffer grows in the middle */
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_str(&j, NULL, (struct str){all, sizeof all});
        assert_int_equal(b.n, 6002);
        buf_clear(&b);
        json_open(&j, &b);
        json_str(&j, NULL,
                 (struct str){"a\0b", 3}); /* \u0000 would be refused by every strict reader */
        expect(&b, "\"a\xef\xbf\xbd"
                   "b\"");
        buf_free(&b);
}

static void t037_quotes_for_html(void **state)
{
        (void)state;
        struct buf b = {0};
        json_quote(&b, S("</script>&\"'\xc3\xa4"));
        expect(&b, "\"\\u003c/script\\u003e\\u0026\\\"'\xc3\xa4\"");
        buf_free(&b);
}

static void remembers_failure(void **state)
{
        (void)state;
        struct buf b = {.cap = 64};
        struct json j;
        json_open(&j, &b);
        json_array(&j, NULL);
        for (int i = 0; i < 1000; i++)
                json_str(&j, NULL, S("some text"));
        json_end(&j);
        assert_true(b.failed);
        buf_free(&b);
}

static void reads_a_tree(void **state)
{
        (void)state;
        const struct json_value *v;
        struct str text = S(" { \"a\" : [1, -2.5e+3, \"\\u00e4\\ud83d\\ude00\\n\\/\"], \"t\":true,"
                            "\"n\":null, \"big\":9223372036854775807, \"over\":9223372036854775808,"
                            "\"o\":{} } \n");
        assert_int_equal(read_it(text, &v), OK);
        assert_int_equal(v->type, JSON_OBJECT);
        assert_int_equal(v->count, 6);
        const struct json_value *a = json_get(v, "a");
        assert_int_equal(a->count, 3);
        int64_t n;
        assert_true(json_i64(a->child, &n));
        assert_int_equal(n, 1);
        assert_false(json_i64(a->child->next, &n));
        assert_true(str_eq(a->child->next->text, S("-2.5e+3")));
        assert_true(str_eq(json_text(a->child->next->next), S("\xc3\xa4\xf0\x9f\x98\x80\n/")));
        assert_true(json_is_true(json_get(v, "t")));
        assert_true(json_i64(json_get(v, "big"), &n));
        assert_int_equal(n, INT64_MAX);
        assert_false(json_i64(json_get(v, "over"), &n));

        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_write_value(&j, NULL, v);
        expect(&b, "{\"a\":[1,-2.5e+3,\"\xc3\xa4\xf0\x9f\x98\x80\\n/\"],\"t\":true,\"n\":null,"
                   "\"big\":9223372036854775807,\"over\":9223372036854775808,\"o\":{}}");
        buf_free(&b);
}

static void t045_getters_answer_absent(void **state)
{
        (void)state;
        const struct json_value *v;
        int64_t n;
        static const char *const texts[] = {"null", "1",    "\"s\"",      "[]",
                                            "{}",   "true", "{\"k\":[1]}"};
        for (size_t i = 0; i < countof(texts); i++) {
                assert_int_equal(read_it(str_of(texts[i]), &v), OK);
                assert_null(json_get(v, "absent"));
                assert_null(json_get_text(v, "k").p);
                assert_false(json_i64(json_get(v, "k"), &n));
        }
        assert_null(json_get(NULL, "k"));
        assert_null(json_text(NULL).p);
        assert_false(json_i64(NULL, &n));
        assert_false(json_is_true(NULL));
        assert_null(json_get_text(NULL, "k").p);
        assert_int_equal(read_it(S("{\"a\":1,\"a\":2}"), &v), ERR_MALFORMED);
        assert_int_equal(read_it(S("{\"a\":1,\"\\u0061\":2}"), &v), ERR_MALFORMED);
}

/* What the packaged readers were seen to take, and the rest of RFC 8259's fences. */
static void refuses_the_matrix(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "",
                " ",
                "{",
                "}",
                "[",
                "[1,]",
                "[,1]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "{'a':1}",
                "[1 2]",
                "nul",
                "nullx",
                "True",
                "NaN",
                "[NaN]",
                "Infinity",
                "-Infinity",
                "+1",
                "01",
                "-",
                "-01",
                "1.",
                ".5",
                "1e",
                "1e+",
                "0x10",
                "1_000",
                "--1",
                "\"",
                "\"\\\"",
                "\"\\x41\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\n\"",
                "\"\t\"",
                "\"\x01\"",
                "[1]//c",
                "[1]/*c*/",
                "/**/1",
                "1 1",
                "[1]x",
                "[1]]",
                "{}{}",
                "\"\\u0000\"",
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ud800\\ud800\"",
                "\"\\ud800x\"",
                "\"\\ud800\\n\"",
                "{\"\\u0000\":1}",
                "{1:2}",
                "\xef\xbb\xbf{}",
                ("\xc2\xa0"
                 "1"),
                "\f1",
                "\v1",
        };
        for (size_t i = 0; i < countof(texts); i++) {
                const struct json_value *v = NULL;
                if (read_it(str_of(texts[i]), &v) != ERR_MALFORMED)
                        fail_msg("taken: %s", texts[i]);
                assert_null(v);
        }
        const struct json_value *v;
        assert_int_equal(read_it((struct str){"1\0", 2}, &v), ERR_MALFORMED);
        assert_int_equal(read_it((struct str){"\"a\0b\"", 5}, &v), ERR_MALFORMED);
}

static void t044_refuses_bad_utf8(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "\"\xff\"",
                "\"\x80\"",
                "\"\xc3\"",
                "\"\xc0\xaf\"",
                "\"\xe0\x80\xaf\"",
                "\"\xc1\xbf\"",
                "\"\xed\xa0\x80\"",
                "\"\xf0\x80\x80\xaf\"",
                "\"\xf4\x90\x80\x80\"",
                "\"\xf5\x80\x80\x80\"",
                "\"\xe2\x82\"",
                "\"\xf0\x9f\x98",
                "\"\xfe\"",
        };
        for (size_t i = 0; i < countof(texts); i++) {
                const struct json_value *v;
                if (read_it(str_of(texts[i]), &v) != ERR_MALFORMED)
                        fail_msg("taken: %zu", i);
        }
}

static void t043_keeps_numbers_as_text(void **state)
{
        (void)state;
        static const char *const texts[] = {"1e999999999", "9223372036854775808", "-1.5", "1.0",
                                            "1e2",         "-9223372036854775809"};
        for (size_t i = 0; i < countof(texts); i++) {
                const struct json_value *v;
                int64_t n;
                assert_int_equal(read_it(str_of(texts[i]), &v), OK);
                assert_int_equal(v->type, JSON_NUMBER);
                assert_false(json_i64(v, &n));
        }
        static char digits[500000];
        memset(digits, '7', sizeof digits);
        const struct json_value *v;
        int64_t n;
        assert_int_equal(read_it((struct str){digits, sizeof digits}, &v), OK);
        assert_false(json_i64(v, &n));
}

static void t041_depth_has_a_limit(void **state)
{
        (void)state;
        static char nest[400000];
        const struct json_value *v;
        memset(nest, '[', sizeof nest);
        assert_int_equal(read_it((struct str){nest, sizeof nest}, &v), ERR_MALFORMED);
        for (size_t depth = 60; depth < 70; depth++) {
                memset(nest, '[', depth);
                memset(nest + depth, ']', depth);
                assert_int_equal(read_it((struct str){nest, 2 * depth}, &v),
                                 depth <= 64 ? OK : ERR_MALFORMED);
        }
        for (size_t i = 0; i + 5 <= sizeof nest; i += 5)
                memcpy(nest + i, "{\"a\":", 5);
        assert_int_equal(read_it((struct str){nest, sizeof nest}, &v), ERR_MALFORMED);
}

static void t042_width_and_size_have_limits(void **state)
{
        (void)state;
        const struct json_value *v;
        struct buf b = {0};
        for (size_t n = 9990; n <= 10010; n += 10) { /* the array itself is a node, too */
                buf_clear(&b);
                buf_add(&b, S("["));
                for (size_t i = 0; i < n; i++)
                        buf_add(&b, i ? S(",0") : S("0"));
                buf_add(&b, S("]"));
                assert_int_equal(read_it(buf_str(&b), &v), n < 10000 ? OK : ERR_TOO_LARGE);
        }
        buf_clear(&b);
        for (size_t i = 0; i <= 1 << 20; i++)
                buf_add_char(&b, ' ');
        assert_int_equal(read_it(buf_str(&b), &v), ERR_TOO_LARGE);

        /* 200,000 keys, when the caller allows as many: the duplicate check stays linear. */
        struct json_limits wide = {.bytes = 16 << 20, .nodes = 300000};
        for (int twin = 0; twin < 2; twin++) {
                buf_clear(&b);
                for (int i = 0; i < 200000; i++)
                        buf_addf(&b, "%c\"key%d\":0", i ? ',' : '{', i);
                buf_add(&b, twin ? S(",\"key0\":1}") : S("}"));
                int64_t from = clock_steady(&clock_real);
                assert_int_equal(json_read(&arena, buf_str(&b), &wide, &v, NULL),
                                 twin ? ERR_MALFORMED : OK);
                assert_true(clock_steady(&clock_real) - from < 2000);
        }
        buf_free(&b);
}

static void t046_refuses_every_truncation(void **state)
{
        (void)state;
        struct str text =
                S("{\"@context\":[\"https://example.test/\",{\"a\":\"\\u00e4\\ud83d\\ude00\"}],"
                  "\"n\":-12.5e-3,\"t\":true,\"f\":false,\"z\":null,\"s\":\"\xc3\xa4\"}");
        for (size_t n = 0; n < text.n; n++) {
                const struct json_value *v;
                size_t where;
                struct str cut = str_dup(&arena, str_cut(text, 0, n)); /* its own bytes, for ASan */
                assert_int_equal(json_read(&arena, cut, NULL, &v, &where), ERR_MALFORMED);
                assert_true(where <= n);
        }
        const struct json_value *v;
        assert_int_equal(read_it(text, &v), OK);
}

static void tells_where(void **state)
{
        (void)state;
        const struct json_value *v;
        size_t where;
        assert_int_equal(json_read(&arena, S("{\"a\": nope}"), NULL, &v, &where), ERR_MALFORMED);
        assert_int_equal(where, 7);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(writes_every_kind, reset),
                cmocka_unit_test_setup(writes_reals_that_read_back, reset),
                cmocka_unit_test_setup(writes_escapes_anywhere, reset),
                cmocka_unit_test_setup(t037_quotes_for_html, reset),
                cmocka_unit_test_setup(remembers_failure, reset),
                cmocka_unit_test_setup(reads_a_tree, reset),
                cmocka_unit_test_setup(t045_getters_answer_absent, reset),
                cmocka_unit_test_setup(refuses_the_matrix, reset),
                cmocka_unit_test_setup(t044_refuses_bad_utf8, reset),
                cmocka_unit_test_setup(t043_keeps_numbers_as_text, reset),
                cmocka_unit_test_setup(t041_depth_has_a_limit, reset),
                cmocka_unit_test_setup(t042_width_and_size_have_limits, reset),
                cmocka_unit_test_setup(t046_refuses_every_truncation, reset),
                cmocka_unit_test_setup(tells_where, reset),
        };
        int failed = cmocka_run_group_tests_name("json", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
