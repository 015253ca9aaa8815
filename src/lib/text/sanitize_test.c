/* The sanitiser: what stays, what goes, rows T028 to T034, T039, T160. */
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/text/markup_check.h"
#include "lib/text/sanitize.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static int reset(void **state)
{
        (void)state;
        arena_close(&arena);
        arena_open(&arena, 64 << 20);
        return 0;
}

/* Whatever goes in: the output keeps to the grammar, and cleaning it again changes nothing. */
static struct str clean(struct str in)
{
        struct str out = sanitize(&arena, in, NULL).html;
        const char *bad = markup_check(out, 32);
        if (bad)
                fail_msg("%s: %.*s\nof: %.*s", bad, STR_ARG(out), STR_ARG(str_cut(in, 0, 500)));
        struct str again = sanitize(&arena, out, NULL).html;
        if (!str_eq(again, out))
                fail_msg("not stable: %.*s\nagain: %.*s", STR_ARG(out), STR_ARG(again));
        return out;
}

struct example {
        const char *in, *out;
};

static void check(const struct example *v, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                struct str got = clean(str_of(v[i].in));
                if (!str_eq(got, str_of(v[i].out)))
                        fail_msg("of: %s\ngot: %.*s\nwanted: %s", v[i].in, STR_ARG(got), v[i].out);
        }
}

#define LINK(url) "<a href=\"" url "\" rel=\"nofollow noopener\" target=\"_blank\">"

static void keeps_what_posts_are_made_of(void **state)
{
        (void)state;
        static const struct example cases[] = {
                {"", ""},
                {"plain &amp; <b>bold</b>", "plain &amp; <b>bold</b>"},
                {"<p>a<br>b<br/>c</p><p>d</p>", "<p>a<br />b<br />c</p><p>d</p>"},
                {"<P CLASS='quote-inline x'>RE</P>", "<p class=\"quote-inline\">RE</p>"},
                {"<p><span class=\"h-card\" translate=\"no\"><a href=\"https://a.example/@b\" "
                 "class=\"u-url mention\" "
                 "rel=\"me\" data-user=\"1\">@<span>b</span></a></span></p>",
                 "<p><span class=\"h-card\" translate=\"no\"><a href=\"https://a.example/@b\" "
                 "class=\"u-url mention\" "
                 "rel=\"nofollow noopener\" target=\"_blank\">@<span>b</span></a></span></p>"},
                {"<ul><li>a<li value=3>b</ul><ol start=5 reversed><li>c</ol>",
                 "<ul><li>a</li><li value=\"3\">b</li></ul><ol start=\"5\" "
                 "reversed><li>c</li></ol>"},
                {"<h2>Title</h2><p>x", "<p><strong>Title</strong></p><p>x</p>"},
                {"<blockquote><pre><code>a\n  b\tc</code></pre></blockquote>",
                 "<blockquote><pre><code>a\n  b\tc</code></pre></blockquote>"},
                {"<ruby>\xe6\xbc\xa2<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
                 "<ruby>\xe6\xbc\xa2<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"},
                {"<del>a</del><s>b</s><u>c</u><sub>d</sub><sup>e</sup><i>f</i><em>g</em><strong>h</"
                 "strong>",
                 "<del>a</del><s>b</s><u>c</u><sub>d</sub><sup>e</sup><i>f</i><em>g</em><strong>h</"
                 "strong>"},
                {"a\nb\r\nc\td", "a b c d"},
                {"&eacute;&#233;&#xe9;&nbsp;&hellip; &bogus; & &amp;lt;",
                 "\xc3\xa9\xc3\xa9\xc3\xa9\xc2\xa0\xe2\x80\xa6 &amp;bogus; &amp; &amp;lt;"},
                {"1 < 2 > 0 \"q\" 'r'", "1 &lt; 2 &gt; 0 &quot;q&quot; 'r'"},
        };
        check(cases, countof(cases));
}

static void lets_go_of_other_elements(void **state)
{
        (void)state;
        static const struct example cases[] = {
                {"<div>a</div><div>b<img src=x onerror=alert(1)></div>c", "a b c"},
                {"<font color=red>a</font><blink>b</blink><x-y>c</x-y>", "abc"},
                {"<table><tr><td>a</td><td>b</td></tr></table>", "a b "},
                {"<article><p>a</p></article>", "<p>a</p>"},
                {"<form><input value=x><button>b</button></form>", "b "},
                {"<li>alone</li>", "alone"},
                {"<rt>x</rt>", "x"},
                {"<object><embed src=x>a</object>", "a"},
        };
        check(cases, countof(cases));
}

static void balances(void **state)
{
        (void)state;
        static const struct example cases[] = {
                {"<b><i>x", "<b><i>x</i></b>"},
                {"</b>x</p></ul>", "x"},
                {"<b><i>x</b>y</i>", "<b><i>x</i></b>y"},
                {"<p>a<p>b", "<p>a</p><p>b</p>"},
                {"<p>a<ul><li>b</p>c", "<p>a</p><ul><li>bc</li></ul>"},
                {"<p><b>a<p>b", "<p><b>a</b></p><p>b</p>"},
                {"<ul><li>a<ul><li>b</ul><li>c</ul>",
                 "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"},
                {"<a href=http://a.example/>a<a href=http://b.example/>b",
                 LINK("http://a.example/") "a</a>" LINK("http://b.example/") "b</a>"},
                {"<h1>a<h2>b</h1>c", "<p><strong>a</strong></p><p><strong>b</strong></p>c"},
                {"<pre>\n\nx</pre>", "<pre>x</pre>"},
                {"<pre><b>\nx</b></pre>", "<pre><b>\nx</b></pre>"},
                {"x</br>y", "x<br />y"},
        };
        check(cases, countof(cases));
}

/* Payloads that got through somewhere: each must come out without anything that runs. */
static void t028_t029_nothing_runs(void **state)
{
        (void)state;
        static const struct example cases[] = {
                {"<script>alert(1)</script>x", "x"},
                {"<SCRIPT SRC=//x.example/></SCRIPT >x", "x"},
                {"<script><!-- </script> --> x", " --&gt; x"},
                {"<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"},
                {"<img src=x onerror=alert(1)>", ""},
                {"<p onclick=alert(1) style='x' id=y name=z>a</p>", "<p>a</p>"},
                {"<svg><style><img src=x onerror=alert(1)></style></svg>x", "x"},
                {"<svg/onload=alert(1)>", ""},
                {"<svg><p><style><a id=\"</style><img src=1 onerror=alert(1)>\"></svg>", ""},
                {"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
                 "onerror=alert(1)&gt;\">",
                 ""},
                {"<math><annotation-xml "
                 "encoding=\"text/html\"><script>x</script></annotation-xml></math>y",
                 "y"},
                {"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", ""},
                {"<noscript>a</noscript>b", "b"},
                {"<template><p>a</p></template>b", "b"},
                {"<title>&lt;/title&gt;<b>x</b></title>y", "y"},
                {"<textarea></textarea ><b>x", "<b>x</b>"},
                {"<xmp><img src=x onerror=alert(1)></xmp>", ""},
                {"<iframe src=javascript:alert(1)>x</iframe>y", "y"},
                {"<!--><img src=x onerror=alert(1)>-->", "--&gt;"},
                {"<!-- --!><b>x</b>", "<b>x</b>"},
                {"<!-- x", ""},
                {"<![CDATA[<b>x</b>]]>", "x]]&gt;"},
                {"<?php <b> ?>x", " ?&gt;x"},
                {"<!DOCTYPE html><b>x", "<b>x</b>"},
                {"</ <b>x", "x"},
                {"<b title='<p>'>x</b>", "<b>x</b>"},
                {"<b/onclick=x title=\">\">x</b>", "<b>x</b>"},
                {"<b\"<i>\">x", "&quot;&gt;x"},
                {"<a href='http://a.example/\"onclick =alert(1)'>x</a>", "x"},
                {"<a href='http://a.example/\"onclick=alert(1)'>x</a>",
                 LINK("http://a.example/&quot;onclick=alert(1)") "x</a>"},
                {"<b class='mention\" onclick=x'>x</b><p class='h-a\"b h-ok'>y",
                 "<b>x</b><p class=\"h-ok\">y</p>"},
                {"a<b", "a"},
                {"a<b c=\"", "a"},
                {"a</", "a"},
                {"<", "&lt;"},
                {"<>", "&lt;&gt;"},
                {"&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"},
                {"&#60;script&#62;", "&lt;script&gt;"},
                {"\x01<\x02"
                 "b>x\x7f\xc2\x9b</b>\xff",
                 "&lt;b&gt;x\xef\xbf\xbd"},
                {"<base href=//x.example/><meta http-equiv=refresh><link rel=stylesheet>x", "x"},
                {"<plaintext>x<b>", ""},
        };
        check(cases, countof(cases));
        struct str nul = {"<scr\0ipt>alert(1)</scr\0ipt>", 28};
        assert_true(str_eq(clean(nul), S("alert(1)")));
}

static void t030_hidden_schemes(void **state)
{
        (void)state;
        static const char *const hrefs[] = {
                "javascript:alert(1)",
                "JaVaScRiPt:alert(1)",
                " javascript:alert(1)",
                "java\tscript:alert(1)",
                "java\nscript:alert(1)",
                "&#106;avascript:alert(1)",
                "javascript&#58;alert(1)",
                "&#x6A;avascript&#x3a;alert(1)",
                "javascript&colon;alert(1)",
                "&#1;javascript:alert(1)",
                "java&#9;script:alert(1)",
                "data:text/html,x",
                "vbscript:x",
                "file:///etc/passwd",
                "blob:x",
                "//a.example/",
                "/relative",
                "relative",
                "#x",
                "?x",
                "",
                "http:",
                "http://",
                "http:a.example",
                "https:///a.example",
                "http://u:p@a.example/",
                "http://a.example\\@b.example/",
                "mailto:a@b.example",
                "tel:1",
                "view-source:http://a.example",
                "intent://x",
                "http://[::1",
                "javascript://a.example/%0aalert(1)",
        };
        for (size_t i = 0; i < countof(hrefs); i++) {
                struct str out = clean(
                        str_fmt(&arena, "<a href=\"%s\" class=\"mention\"><b>x</b></a>", hrefs[i]));
                if (!str_eq(out, S("<b>x</b>")))
                        fail_msg("%s: %.*s", hrefs[i], STR_ARG(out));
        }
        static const struct example good[] = {
                {"<a href='HTTPS://a.example/?a=1&amp;b=2&c=3'>x</a>",
                 LINK("HTTPS://a.example/?a=1&amp;b=2&amp;c=3") "x</a>"},
                {"<a href=' https://a.exam\nple/ '>x</a>", LINK("https://a.example/") "x</a>"},
                {"<a href=https://a.example/x/>x</a>", LINK("https://a.example/x/") "x</a>"},
                {"<a href=magnet:?xt=urn:x>x</a>", LINK("magnet:?xt=urn:x") "x</a>"},
                {"<a href=xmpp:a@b.example>x</a>", LINK("xmpp:a@b.example") "x</a>"},
                {"<a href=https://a.example/ href=javascript:x>x</a>",
                 LINK("https://a.example/") "x</a>"},
        };
        check(good, countof(good));
}

static void t031_missing_attributes(void **state)
{
        (void)state;
        static const struct example cases[] = {
                {"<math><semantics><annotation>x</annotation></semantics></math>", ""},
                {"<a>x</a>", "x"},
                {"<a href>x</a>", "x"},
                {"<a href=>x</a>", "x"},
                {"<span class>x</span>", "<span>x</span>"},
                {"<ol start><li value>x</ol>", "<ol><li>x</li></ol>"},
                {"<ol start=99999999999><li value=1.5>x</ol>", "<ol><li>x</li></ol>"},
                {"<p =x ==y>x</p>", "<p>x</p>"},
        };
        check(cases, countof(cases));
}

static void t033_classes(void **state)
{
        (void)state;
        static const struct example cases[] = {
                {"<span class=\"overlay h-card fixed u-url p-name hashtag e-x dt-y\">x</span>",
                 "<span class=\"h-card u-url p-name hashtag\">x</span>"},
                {"<div class=mention>x</div>", "x "},
                {"<b class=mention>x</b>", "<b>x</b>"},
                {"<span class=\"invisible\">x</span>", "<span>x</span>"},
                {"<span class=\"H-card h- h-A1\">x</span>", "<span>x</span>"},
        };
        check(cases, countof(cases));
}

static void t039_only_honest_links_hide(void **state)
{
        (void)state;
#define SHORT(href, inside) LINK(href) inside "</a>"
        static const struct example cases[] = {
                {"<a href=\"https://www.a.example/long\"><span "
                 "class=\"invisible\">https://www.</span>"
                 "<span class=\"ellipsis\">a.example/</span><span "
                 "class=\"invisible\">long</span></a>",
                 SHORT("https://www.a.example/long",
                       "<span class=\"invisible\">https://www.</span>"
                       "<span class=\"ellipsis\">a.example/</span><span "
                       "class=\"invisible\">long</span>")},
                {"<a href=\"https://a.example\"><span "
                 "class=\"invisible\">https://</span>a.example/</a>",
                 SHORT("https://a.example", "<span class=\"invisible\">https://</span>a.example/")},
                {"<a href=\"https://evil.example/\"><span "
                 "class=\"invisible\">https://evil.example/</span>"
                 "<span class=\"ellipsis\">https://bank.example</span></a>",
                 SHORT("https://evil.example/",
                       "<span>https://evil.example/</span><span>https://bank.example</span>")},
                {"<a href=\"https://evil.example/\"><span "
                 "class=\"invisible\">bank.example</span></a>",
                 SHORT("https://evil.example/", "<span>bank.example</span>")},
                {"<a href=\"https://b.example/\"><span "
                 "class=\"invisible\">https://</span>b.example/<p>",
                 SHORT("https://b.example/",
                       "<span class=\"invisible\">https://</span>b.example/<p></p>")},
        };
        check(cases, countof(cases));
}

/* 12 ms by itself, 1.4 s with the thread sanitizer; anything quadratic takes minutes. */
enum { SLOW_MS = 5000 };

static void t034_time_depth_and_size(void **state)
{
        (void)state;
        static const char *const parts[] = {
                "<b>",
                "<p>",
                "<a href=http://a.example>",
                "<ul><li>",
                "<b></i>",
                "<a b='",
                "<!--",
                "<!-",
                "<script>",
                "<svg>",
                "</p>",
                "<a><b><i><u><p>",
                "&",
                "&#",
                "&amp",
                "&#x1;",
                "<b c=d ",
                "<b c",
                "\xff",
                "\xcc\x81",
                "<h1>",
                "<ruby><rt>",
                "<",
                "</",
                "<table>",
                "<a href=http://a.example><span class=invisible>",
                "<pre>\n",
                "<textarea>",
                "--",
                "<span class='h-a h-b'>",
                "<div>",
                "</script",
                "<script></script",
                "<!-- -->",
                "<br>",
        };
        struct buf b = {0};
        for (size_t i = 0; i < countof(parts); i++) {
                for (int half = 0; half < 2;
                     half++) { /* alone, and followed by as many end tags that match nothing */
                        buf_clear(&b);
                        while (b.n < (half ? 125000u : 250000u))
                                buf_add(&b, str_of(parts[i]));
                        while (b.n < 250000)
                                buf_add(&b, S("</em>"));
                        struct sanitize_limits wide = {.in_bytes = 1 << 20, .out_bytes = 8 << 20};
                        int64_t from = clock_steady(&clock_real);
                        struct str out = sanitize(&arena, buf_str(&b), &wide).html;
                        int64_t took = clock_steady(&clock_real) - from;
                        if (took > SLOW_MS)
                                fail_msg("%s: %lld ms", parts[i], (long long)took);
                        const char *bad = markup_check(out, 32);
                        if (bad)
                                fail_msg("%s: %s", parts[i], bad);
                        assert_true(clean(buf_str(&b)).n <= 65536);
                        reset(NULL);
                }
        }
        buf_clear(&b);
        while (b.n < 300000)
                buf_add(&b, S("word "));
        assert_in_range(clean(buf_str(&b)).n, 65530, 65536);
        struct sanitize_limits small = {.out_bytes = 40};
        struct str cut =
                sanitize(&arena, S("<p>1234567890<b>1234567890<i>x</i></b></p>"), &small).html;
        assert_null(markup_check(cut, 32));
        assert_true(cut.n <= 40);
        buf_free(&b);
}

static void t160_marks(void **state)
{
        (void)state;
        struct buf b = {0};
        buf_add(&b, S("<p>z"));
        for (int i = 0; i < 50; i++)
                buf_add(&b, i % 2 ? S("\xcc\x8d\x01") : S("<b></b>&#x30d;"));
        struct str out = clean(buf_str(&b));
        size_t marks = 0;
        for (struct str r = out; str_has(r, S("\xcc\x8d"));
             r = str_after(r, str_find(r, S("\xcc\x8d")) + 2))
                marks++;
        assert_int_equal(marks, 8);
        buf_free(&b);
}

/* Each prefix of a rich document, so that every state meets the end. */
static void total_on_every_prefix(void **state)
{
        (void)state;
        struct str text = S("<!doctype x><p class=\"h-card\" a='b' c=d e>T&eacute;&#233;<!-- c "
                            "--><a href=\"https://a.example/?x=1&amp;y\">"
                            "<span class=\"invisible\">https://</span>x</a><br/><ol start=3><li "
                            "value=2>\xc3\xa4<script>1</script>"
                            "<pre>\nx</pre><svg><b></svg><h3>t</h3></p><![CDATA[x]]></x y=\"z\">");
        for (size_t n = 0; n <= text.n; n++)
                clean(str_dup(&arena, str_cut(text, 0, n)));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(keeps_what_posts_are_made_of, reset),
                cmocka_unit_test_setup(lets_go_of_other_elements, reset),
                cmocka_unit_test_setup(balances, reset),
                cmocka_unit_test_setup(t028_t029_nothing_runs, reset),
                cmocka_unit_test_setup(t030_hidden_schemes, reset),
                cmocka_unit_test_setup(t031_missing_attributes, reset),
                cmocka_unit_test_setup(t033_classes, reset),
                cmocka_unit_test_setup(t039_only_honest_links_hide, reset),
                cmocka_unit_test_setup(t034_time_depth_and_size, reset),
                cmocka_unit_test_setup(t160_marks, reset),
                cmocka_unit_test_setup(total_on_every_prefix, reset),
        };
        int failed = cmocka_run_group_tests_name("sanitize", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
