/* The tokenizer by itself: where tags, attributes and comments begin and end. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/text/html_read.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

/* Tokens one behind the other: (text) [name attr=value] [/name], raw text as (!text). */
static struct str tokens(const char *z)
{
        struct html_reader r;
        struct html_token t;
        struct buf b = {0};
        html_read_open(&r, str_of(z));
        while (html_read(&r, &t)) {
                if (t.kind == HTML_TEXT) {
                        buf_addf(&b, "(%s%.*s)", t.raw ? "!" : "", STR_ARG(t.text));
                        continue;
                }
                struct str name, value;
                buf_addf(&b, "[%s%.*s", t.kind == HTML_CLOSE ? "/" : "", STR_ARG(t.name));
                while (html_attr(&t.attrs, &name, &value))
                        buf_addf(&b, " %.*s=%.*s", STR_ARG(name), STR_ARG(value));
                buf_add(&b, t.self_closing ? S("/]") : S("]"));
        }
        return buf_take(&arena, &b);
}

static void finds_tokens(void **state)
{
        (void)state;
        static const struct {
                const char *in, *out;
        } cases[] = {
                {"", ""},
                {"a<b>c</b>d", "(a)[b](c)[/b](d)"},
                {"<A HREF=x>", "[A HREF=x]"},
                {"<a b='c\"d' e=\"f'g\" h = i j k=>", "[a b=c\"d e=f'g h=i j= k=]"},
                {"<a b=c/>", "[a b=c/]"},
                {"<a b=\"c\"/>", "[a b=c/]"},
                {"<a/b/c>", "[a b= c=]"},
                {"<a =b==c>", "[a =b==c]"},
                {"<a\nb\t=\r\n'c'>", "[a b=c]"},
                {"<a b='>'>c", "[a b=>](c)"},
                {"<a b=c'd>e", "[a b=c'd](e)"},
                {"<a b='c'd='e'>", "[a b=c d=e]"},
                {"<a", ""},
                {"x<a b", "(x)"},
                {"<a b='>", ""},
                {"1<2 <3 <", "(1)(<)(2 )(<)(3 )(<)"},
                {"</>a</ b>c", "(a)(c)"},
                {"<!doctype html>a<?b?>c<![CDATA[d>e", "(a)(c)(e)"},
                {"a<!--b-->c<!-->d<!--->e<!--f--!>g<!--h", "(a)(c)(d)(e)(g)"},
                {"<!----->a<!-- -- >--->b", "(a)(b)"},
                {"<script>a<b></c></script >d", "[script](!a<b></c>)[/script](d)"},
                {"<title>a&amp;</title>b", "[title](!a&amp;)[/title](b)"},
                {"<style></style>a", "[style][/style](a)"},
                {"<script>a</scripty></SCRIPT>b", "[script](!a</scripty>)[/SCRIPT](b)"},
                {"<script>a</script", "[script](!a</script)"},
                {"<script/>a", "[script/](!a)"},
                {"</script>a", "[/script](a)"},
        };
        for (size_t i = 0; i < countof(cases); i++) {
                struct str got = tokens(cases[i].in);
                if (!str_eq(got, str_of(cases[i].out)))
                        fail_msg("of: %s\ngot: %.*s\nwanted: %s", cases[i].in, STR_ARG(got),
                                 cases[i].out);
        }
}

static void gives_attributes(void **state)
{
        (void)state;
        struct html_reader r;
        struct html_token t;
        html_read_open(&r,
                       S("<meta Property='og:title' content=\"A &amp; B &#x263A;\" content=c>"));
        assert_true(html_read(&r, &t));
        assert_true(str_eq(html_attr_get(&t, "property"), S("og:title")));
        assert_true(
                str_eq(html_decode(&arena, html_attr_get(&t, "content")), S("A & B \xe2\x98\xba")));
        assert_null(html_attr_get(&t, "name").p);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(finds_tokens),
                cmocka_unit_test(gives_attributes),
        };
        arena_open(&arena, 1 << 20);
        int failed = cmocka_run_group_tests_name("html_read", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
