/* Parameters of all encodings in one form, field tables, and rows T043 to T047 of the list of
 * attacks. */
#include "lib/base/arena.h"
#include "lib/http/server.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;
static struct params params;
static struct req rq;

static int reset(void **state)
{
        (void)state;
        arena_close(&arena);
        arena_open(&arena, 64 << 20);
        params = (struct params){.arena = &arena};
        rq = (struct req){.arena = &arena};
        return 0;
}

/* All parameters as "name=text;"; with the type's first letter where it is not text. */
static const char *all(void)
{
        static const char letters[] = "tznbfe";
        struct buf b = {0};
        for (size_t i = 0; i < params.n; i++) {
                const struct req_param *p = &params.v[i];
                buf_addf(&b, "%.*s=%.*s", STR_ARG(p->name), STR_ARG(p->text));
                if (p->type)
                        buf_addf(&b, "(%c)", letters[p->type]);
                buf_add_char(&b, ';');
        }
        const char *z = str_z(&arena, buf_str(&b));
        buf_free(&b);
        return z;
}

static void form(const char *text, const char *want)
{
        reset(NULL);
        assert_int_equal(param_read_form(&params, str_of(text), true), OK);
        assert_string_equal(all(), want);
}

static void json(const char *text, const char *want)
{
        reset(NULL);
        assert_int_equal(param_read_json(&params, str_of(text), 1 << 20), OK);
        assert_string_equal(all(), want);
}

static void reads_forms(void **state)
{
        (void)state;
        form("", "");
        form("a=1&&b=x+y%26&c&=d&e=%C3%A9", "a=1;b=x y&;c=;=d;e=\xc3\xa9;");
        form("id[]=1&id%5B%5D=2&id=3", "id[]=1;id[]=2;id=3;");
        form("media_ids[0]=7&media_ids[1]=8", "media_ids[]=7;media_ids[]=8;");
        form("poll[options][]=a&poll[options][0]=b&poll[expires_in]=60",
             "poll[options][]=a;poll[options][]=b;poll[expires_in]=60;");
        form("subscription[keys][auth]=k&data[alerts][follow]=true",
             "subscription[keys][auth]=k;data[alerts][follow]=true;");
        form("f[3][name]=a&f[3][value]=b&f[1000000000000][name]=c&f[3][x]=d",
             "f[0][name]=a;f[0][value]=b;f[1][name]=c;f[0][x]=d;");
        form("k[][word]=a&k[][whole]=1&k[][word]=b&k[][word]=c",
             "k[0][word]=a;k[0][whole]=1;k[1][word]=b;k[2][word]=c;");
        form("k[][l][]=a&k[][l][]=b&k[][n]=1&k[][n]=2",
             "k[0][l][]=a;k[0][l][]=b;k[0][n]=1;k[1][n]=2;");
        form("a[=1&a]=2&[b]=3&a[b]c=4&a[9]]=5&a[[9]=6&a[99]b[]=7", "a]=2;"); /* no names of ours */
}

static void reads_json(void **state)
{
        (void)state;
        json("", "");
        json("{}", "");
        json("{\"a\":\"x\",\"b\":null,\"c\":1.5,\"d\":true,\"e\":[]}",
             "a=x;b=(z);c=1.5(n);d=true(b);e[]=(e);");
        json("{\"poll\":{\"options\":[\"a\",\"b\"],\"multiple\":false}}",
             "poll[options][]=a;poll[options][]=b;poll[multiple]=false(b);");
        json("{\"fields_attributes\":[{\"name\":\"n\",\"value\":\"v\"},{\"name\":\"m\"}]}",
             "fields_attributes[0][name]=n;fields_attributes[0][value]=v;fields_attributes[1][name]"
             "=m;");
        json("{\"f\":{\"99999999999\":{\"name\":\"n\"},\"3\":{\"name\":\"m\"}}}",
             "f[0][name]=n;f[1][name]=m;");
        json("{\"ids\":{\"0\":\"5\",\"77\":\"6\"}}", "ids[]=5;ids[]=6;");
        json("{\"f[99999999999][name]\":\"n\",\"a\":{\"b][9\":1}}",
             ""); /* a key is no way around that */
        json("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":1}}},\"x\":2}}}", "a[b][x]=2(n);");
}

static void t044_refuses_bad_text(void **state)
{
        (void)state;
        static const char *const bad[] = {"a=%ff", "a=%00", "%c0%af=1", "a=%ed%a0%80",
                                          "a=%",   "a=%2",  "a=%gg"};
        for (size_t i = 0; i < countof(bad); i++) {
                reset(NULL);
                if (param_read_form(&params, str_of(bad[i]), false) != ERR_MALFORMED)
                        fail_msg("accepted %s", bad[i]);
        }
        static const char *const bad_json[] = {"[1]",
                                               "\"a\"",
                                               "1",
                                               "null",
                                               "{",
                                               "{\"a\":\"\xff\"}",
                                               "{\"a\":1,\"a\":2}",
                                               "{\"a\":\"\\u0000\"}"};
        for (size_t i = 0; i < countof(bad_json); i++) {
                reset(NULL);
                if (param_read_json(&params, str_of(bad_json[i]), 1 << 20) != ERR_MALFORMED)
                        fail_msg("accepted %s", bad_json[i]);
        }
}

static struct str repeated(const char *unit, size_t n)
{
        struct str one = str_of(unit);
        char *z = make_n(&arena, one.n * n + 1, char);
        for (size_t i = 0; i < n; i++)
                memcpy(z + i * one.n, one.p, one.n);
        return (struct str){z, one.n * n};
}

static void t047_limits(void **state)
{
        (void)state;
        assert_int_equal(param_read_form(&params, repeated("a=1&", 1000), true), OK);
        reset(NULL);
        assert_int_equal(param_read_form(&params, repeated("a=1&", 100000), true), ERR_TOO_LARGE);
        reset(NULL);
        assert_int_equal(param_read_form(&params, S("a[b][c][d][e]=1"), true), OK);
        assert_int_equal(param_read_form(&params, S("a[b][c][d][e][f]=1"), true), ERR_TOO_LARGE);
        assert_int_equal(
                param_read_form(&params, str_join(&arena, S("a"), repeated("[a]", 10000)), true),
                ERR_TOO_LARGE);
        reset(NULL);
        assert_int_equal(param_read_form(&params, repeated("a[][b]=1&", 257), true), ERR_TOO_LARGE);
        reset(NULL);
        struct str deep = str_join(&arena, S("{\"a\":"), repeated("[", 100000));
        assert_int_equal(param_read_json(&params, deep, 1 << 20), ERR_MALFORMED);
        struct str wide = str_fmt(&arena, "{\"a\":[%.*s1]}", STR_ARG(repeated("1,", 2000)));
        assert_int_equal(param_read_json(&params, wide, 1 << 20), ERR_TOO_LARGE);
        wide = str_fmt(&arena, "{\"a\":[%.*s{}]}", STR_ARG(repeated("{},", 2000)));
        assert_int_equal(param_read_json(&params, wide, 1 << 20), ERR_TOO_LARGE);
}

struct thing {
        struct str text;
        int64_t id;
        struct opt_int number, free_number, time;
        enum tri flag;
        struct str_list words;
        struct id_list ids;
        struct upload *file;
};
static const struct field fields[] = {
        {"text", F_STR, offsetof(struct thing, text), 5},
        {"id", F_ID, offsetof(struct thing, id), 1},
        {"number", F_INT, offsetof(struct thing, number), 100},
        {"free_number", F_INT, offsetof(struct thing, free_number), -1},
        {"flag", F_BOOL, offsetof(struct thing, flag), 1},
        {"poll[options]", F_STRS, offsetof(struct thing, words), 3},
        {"ids", F_IDS, offsetof(struct thing, ids), 3},
        {"file", F_FILE, offsetof(struct thing, file), 1},
        {"time", F_TIME, offsetof(struct thing, time), 1},
};

static enum err read_thing(struct thing *t)
{
        *t = (struct thing){0};
        rq.params = params.v;
        rq.n_params = params.n;
        return req_read(&rq, fields, countof(fields), t);
}

static void form_thing(const char *text, struct thing *t)
{
        reset(NULL);
        assert_int_equal(param_read_form(&params, str_of(text), true), OK);
        if (read_thing(t) != OK)
                fail_msg("%s: %.*s", text, STR_ARG(rq.fault));
}

static void reads_fields(void **state)
{
        (void)state;
        struct thing t;
        form_thing("", &t);
        assert_true(!t.text.p && !t.id && !t.number.given && !t.flag && !t.words.v &&
                    !t.ids.given && !t.file);
        form_thing("text=h%C3%A9llo&id=12&number=100&free_number=-7&flag=True&poll[options][]=a&"
                   "poll[options][]=b"
                   "&ids[]=1&ids[]=2&time=2026-11-22T12:00:00Z&unknown=1",
                   &t);
        assert_true(str_eq(t.text, S("h\xc3\xa9llo")));
        assert_int_equal(t.id, 12);
        assert_int_equal(t.number.v, 100);
        assert_int_equal(t.free_number.v, -7);
        assert_int_equal(t.flag, TRI_TRUE);
        assert_int_equal(t.words.n, 2);
        assert_true(t.ids.given && t.ids.n == 2 && t.ids.v[1] == 2);
        assert_true(t.time.given && t.time.v % 1000 == 0);
        form_thing("text=&id=&number=+&flag=&poll[options][]=&ids[]=&time=",
                   &t); /* blank is not given */
        assert_true(t.text.p && !t.text.n && !t.id && !t.number.given && !t.flag && !t.words.v &&
                    !t.ids.given);
        form_thing("ids=5&flag=0&text=a&text=b&id=0", &t);
        assert_true(t.ids.n == 1 && t.ids.v[0] == 5 && t.flag == TRI_FALSE &&
                    str_eq(t.text, S("b")));
}

static void reads_json_fields(void **state)
{
        (void)state;
        struct thing t;
        reset(NULL);
        assert_int_equal(param_read_form(&params, S("text=q&ids[]=9"), false), OK);
        assert_int_equal(param_read_json(&params,
                                         S("{\"text\":5,\"id\":77,\"number\":3,\"flag\":false,"
                                           "\"ids\":[],\"poll\":null}"),
                                         1 << 20),
                         OK);
        assert_int_equal(read_thing(&t), OK);
        assert_true(str_eq(t.text, S("5")) && t.id == 77 && t.number.v == 3 && t.flag == TRI_FALSE);
        assert_true(t.ids.given && t.ids.n == 0); /* the body's empty list wins over the query's */
        reset(NULL);
        assert_int_equal(
                param_read_json(&params,
                                S("{\"text\":null,\"id\":null,\"ids\":null,\"flag\":null}"),
                                1 << 20),
                OK);
        assert_int_equal(read_thing(&t), OK);
        assert_true(!t.text.p && !t.id && !t.ids.given && !t.flag);
}

static void t043_t045_refuses_wrong_types(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "{\"text\":\"abcdef\"}",
                "{\"text\":[\"a\"]}",
                "{\"text\":{\"a\":1}}",
                "{\"id\":\"x\"}",
                "{\"id\":-1}",
                "{\"id\":1.5}",
                "{\"id\":9223372036854775808}",
                "{\"id\":[1]}",
                "{\"id\":\"+5\"}",
                "{\"number\":101}",
                "{\"number\":-1}",
                "{\"number\":1e2}",
                "{\"number\":1e999999999}",
                "{\"number\":true}",
                "{\"flag\":\"maybe\"}",
                "{\"flag\":2}",
                "{\"ids\":[\"x\"]}",
                "{\"ids\":[1,2,3,4]}",
                "{\"ids\":{\"a\":1}}",
                "{\"ids\":[true]}",
                "{\"poll\":{\"options\":[\"a\",\"b\",\"c\",\"d\"]}}",
                "{\"file\":\"x\"}",
                "{\"time\":\"soon\"}",
                "{\"free_number\":99999999999999999999}",
        };
        for (size_t i = 0; i < countof(bad); i++) {
                struct thing t;
                reset(NULL);
                assert_int_equal(param_read_json(&params, str_of(bad[i]), 1 << 20), OK);
                if (read_thing(&t) != ERR_INPUT || !rq.fault.n)
                        fail_msg("accepted %s", bad[i]);
        }
}

static void counts_and_looks_up(void **state)
{
        (void)state;
        static const struct req_header headers[] = {{S_ROW("cookie"), S_ROW("a=1; session=x=y; b")},
                                                    {S_ROW("accept"), S_ROW("text/html")},
                                                    {S_ROW("accept"), S_ROW("*/*")},
                                                    {S_ROW("cookie"), S_ROW("c=\"3\"")}};
        assert_int_equal(
                param_read_form(&params, S("f[2][name]=a&f[5][name]=b&fx[0][q]=1&g=1"), true), OK);
        rq.params = params.v;
        rq.n_params = params.n;
        assert_int_equal(req_count(&rq, "f"), 2);
        assert_int_equal(req_count(&rq, "fx"), 1);
        assert_int_equal(req_count(&rq, "g"), 0);
        assert_true(str_eq(req_param(&rq, "f[1][name]"), S("b")));
        assert_null(req_param(&rq, "none").p);
        rq.headers = headers;
        rq.n_headers = countof(headers);
        assert_true(str_eq(req_cookie(&rq, "session"), S("x=y")));
        assert_true(str_eq(req_cookie(&rq, "c"), S("\"3\"")));
        assert_null(req_cookie(&rq, "sess").p);
        assert_true(str_eq(req_header(&rq, "accept"), S("text/html, */*")));
        rq.path_names[0] = S("id");
        rq.path_values[0] = S("9223372036854775807");
        assert_int_equal(req_path_id(&rq, "id"), INT64_MAX);
        rq.path_values[0] = S("9223372036854775808");
        assert_int_equal(req_path_id(&rq, "id"), 0);
        rq.path_values[0] = S("+5");
        assert_int_equal(req_path_id(&rq, "id"), 0);
        assert_int_equal(req_path_id(&rq, "none"), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(reads_forms, reset),
                cmocka_unit_test_setup(reads_json, reset),
                cmocka_unit_test_setup(t044_refuses_bad_text, reset),
                cmocka_unit_test_setup(t047_limits, reset),
                cmocka_unit_test_setup(reads_fields, reset),
                cmocka_unit_test_setup(reads_json_fields, reset),
                cmocka_unit_test_setup(t043_t045_refuses_wrong_types, reset),
                cmocka_unit_test_setup(counts_and_looks_up, reset),
        };
        int failed = cmocka_run_group_tests_name("http_param", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
