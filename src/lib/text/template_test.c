/* A compiled template, and what the compiler refuses. */
#include "lib/base/arena.h"
#include "lib/text/template_test.html.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void same(struct str got, const char *want)
{
        if (!str_eq(got, str_of(want)))
                fail_msg("got: %.*s\nwanted: %s", STR_ARG(got), want);
}

static void writes_what_the_template_says(void **state)
{
        (void)state;
        struct buf b = {0};
        struct html h = {.out = &b};
        struct sample s = {.class = S("a\"b"),
                           .text = S("<1>"),
                           .plain = "p&q",
                           .markup = {S("<hr>")},
                           .count = 2,
                           .yes = true};
        template_all(&h, &s);
        same(buf_str(&b),
             "<!doctype html><article class=\"post a&quot;b\" title='&lt;1&gt;' data-yes=\"2\">"
             "<h1>&lt;1&gt; ?\?/ \"quoted\" \xc3\xa4</h1><p>p&amp;q</p><hr>\n"
             "<b>two</b>\n<i>x</i>\n<i>y</i>"
             "<ul><li><a href=\"/0\">0</a></li><li><a href=\"/2\">2</a></li></ul>"
             "<pre>\n  kept\n    %} }}\n</pre></article>");

        buf_clear(&b);
        s.count = 0;
        s.yes = false;
        template_all(&h, &s);
        assert_true(str_has(buf_str(&b), S("title='&lt;1&gt;'><h1>")));
        assert_true(str_has(buf_str(&b), S("<hr>\n<b>few</b>\n<i>x</i>")));
        assert_true(str_has(buf_str(&b), S("<ul></ul>")));

        buf_clear(&b);
        template_long(&h);
        assert_int_equal(b.n, 60 * 99 + 59);
        buf_free(&b);
}

/* Runs the compiler on `text`; its message, without the file's name. */
static struct str compile(struct arena *a, const char *text)
{
        char path[] = "/tmp/template-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        close(fd);
        struct str command =
                str_fmt(a, "tools/compile-templates %s %s.c %s.h 2>&1", path, path, path);
        FILE *f = popen(command.p, "r"); /* NOLINT: our own tool on our own file */
        assert_non_null(f);
        char out[512];
        size_t n = fread(out, 1, sizeof out, f);
        int status = pclose(f);
        unlink(path);
        unlink(str_fmt(a, "%s.c", path).p);
        unlink(str_fmt(a, "%s.h", path).p);
        assert_int_equal(WEXITSTATUS(status), n > 0);
        return str_trim(str_dup(a, str_after((struct str){out, n}, n ? strlen(path) + 1 : 0)));
}

#define DEF "{% def f(struct html *h) %}\n"

static void refuses_with_place_and_reason(void **state)
{
        (void)state;
        static const struct {
                const char *text, *message;
        } cases[] = {
                {DEF "<p>x</p>\n{% end %}\n", ""},
                {"\n\nx\n", "3: error: text outside of a {% def %}"},
                {DEF "<p>\n", "1: error: {% def %} is never ended"},
                {DEF "{{ x \n", "2: error: {{ is never closed by }}"},
                {DEF "\n{% what %}{% end %}", "3: error: unknown tag {% what %}"},
                {DEF "{% if %}{% end %}{% end %}", "2: error: {% if %} needs more"},
                {DEF "{% else %}{% end %}", "2: error: {% else %} without an if before it"},
                {DEF "{% if 1 %}{% else %}{% elif 2 %}{% end %}{% end %}",
                 "2: error: {% elif %} without an if before it"},
                {DEF "{{ }}{% end %}", "2: error: an empty expression"},
                {DEF "<a href={{ x }}>{% end %}",
                 "2: error: an expression in a tag must stand inside a quoted attribute value"},
                {DEF "<a href=\"{{! x }}\">{% end %}",
                 "2: error: markup cannot stand in an attribute value"},
                {DEF "<script>{{ x }}</script>{% end %}",
                 "2: error: text is not safe inside <script>"},
                {DEF "{% if 1 %}<a {% end %}>{% end %}",
                 "2: error: this if ends inside the tag <a, where it did not begin"},
                {DEF "<a {% if 1 %}>{% else %}{% end %}x{% end %}",
                 "2: error: this branch ends inside the tag <a, the one before does not"},
                {DEF "1 < 2{% end %}", "2: error: a lone < is written &lt;"},
                {DEF "<!-- x -->{% end %}", "2: error: write comments as {# ... #}"},
                {DEF "{% end %}" DEF "{% end %}", "2: error: f is defined twice"},
                {"{% def f(int x) %}{% end %}", "1: error: def needs name(struct html *h, ...)"},
                {"{% if 1 %}{% end %}", "1: error: {% if %} outside of a {% def %}"},
                {"{% include x %}", "1: error: include needs \"file.h\" or <file.h>"},
        };
        struct arena a;
        arena_open(&a, 1 << 20);
        for (size_t i = 0; i < countof(cases); i++)
                same(compile(&a, cases[i].text), cases[i].message);
        arena_close(&a);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(writes_what_the_template_says),
                cmocka_unit_test(refuses_with_place_and_reason),
        };
        return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
