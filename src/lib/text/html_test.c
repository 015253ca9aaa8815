/* Escaping, and the way between plain text and markup. */
#include "lib/base/arena.h"
#include "lib/text/html.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static void same(struct str got, const char *want)
{
        if (!str_eq(got, str_of(want)))
                fail_msg("got: %.*s\nwanted: %s", STR_ARG(got), want);
}

static void t027_escapes_text(void **state)
{
        (void)state;
        struct buf b = {0};
        struct html h = {.out = &b, .arena = &arena};
        html_lit(&h, "<p title=\"", 10);
        html_str(&h, S("\"><script>alert('1')</script>&amp;\x01\x1f\n\t\r\xc3\xa4"));
        html_lit(&h, "\">", 2);
        html_z(&h, "<z>");
        html_z(&h, NULL);
        html_str(&h, STR_NONE);
        html_int(&h, -42);
        html_markup(&h, (struct markup){S("<b>x</b>")});
        same(buf_str(&b),
             "<p title=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;"
             "\n\t\xc3\xa4\">&lt;z&gt;-42<b>x</b>");
        buf_free(&b);
}

static void text_becomes_paragraphs(void **state)
{
        (void)state;
        same(markup_of_text(&arena, S("a <b>\r\nc\n \nd\n\n\n\ne\n")).html,
             "<p>a &lt;b&gt;<br>c</p><p>d</p><p>e</p>");
        same(markup_of_text(&arena, S("")).html, "");
        same(markup_of_text(&arena, STR_NONE).html, "");
        same(markup_of_text(&arena, S("\n\n")).html, "");
}

static void markup_becomes_text(void **state)
{
        (void)state;
        static const struct {
                const char *in, *out;
        } cases[] = {
                {"<p>a<br>b</p><p>c</p>", "a\nb\n\nc"},
                {"<p>1 &lt; 2 &amp;&amp; &quot;x&quot; &#39;y&#39; &#x1F600;&#228;</p>",
                 "1 < 2 && \"x\" 'y' \xf0\x9f\x98\x80\xc3\xa4"},
                {"<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"},
                {"<a href=\"x\"><span class=\"invisible\">https://</span>d.example</a>",
                 "https://d.example"},
                {"a &unknown; & b &;&#; &#x; &", "a &unknown; & b &;&#; &#x; &"},
                {"&eacute;&hellip;&thetasym;&nbsp;&#8364;&#x80;&#65x",
                 "\xc3\xa9\xe2\x80\xa6\xcf\x91\xc2\xa0\xe2\x82\xac\xe2\x82\xac"
                 "Ax"},
                {"&#0;&#xD800;&#99999999999999;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
                {"<p>x", "x"},
                {"x<p", "x"},
                {"<", ""},
                {"", ""},
                {"&lt;script&gt;", "<script>"},
        };
        for (size_t i = 0; i < countof(cases); i++)
                same(markup_to_text(&arena, (struct markup){str_of(cases[i].in)}), cases[i].out);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(t027_escapes_text),
                cmocka_unit_test(text_becomes_paragraphs),
                cmocka_unit_test(markup_becomes_text),
        };
        arena_open(&arena, 1 << 20);
        int failed = cmocka_run_group_tests_name("html", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
