/* The linkifier: Mastodon's examples, its HTML, its way of counting, and time (T161). */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/text/link.h"
#include "lib/text/unicode.h"
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

static void same(struct str got, const char *want)
{
        if (!str_eq(got, str_of(want)))
                fail_msg("got: %.*s\nwanted: %s", STR_ARG(got), want);
}

/* The text with each span in brackets and its kind before it. */
static struct str marked(const char *z)
{
        struct str text = str_of(z);
        struct link_list l = link_find(&arena, text);
        struct buf b = {0};
        size_t from = 0;
        for (size_t i = 0; i < l.n; i++) {
                assert_true(l.v[i].from >= from && l.v[i].from + l.v[i].n <= text.n);
                buf_add(&b, str_cut(text, from, l.v[i].from - from));
                buf_addf(&b, "%c[%.*s]", "@#U"[l.v[i].kind],
                         STR_ARG(str_cut(text, l.v[i].from, l.v[i].n)));
                from = l.v[i].from + l.v[i].n;
        }
        buf_add(&b, str_after(text, from));
        return buf_take(&arena, &b);
}

struct example {
        const char *in, *out;
};

static void check(const struct example *v, size_t n)
{
        for (size_t i = 0; i < n; i++)
                same(marked(v[i].in), v[i].out);
}

static void finds_mentions(void **state)
{
        (void)state;
        static const struct example cases[] = {
                {"@ada", "@[@ada]"},
                {"hello @ada, @bob.", "hello @[@ada], @[@bob]."},
                {"@Ada_1@Host.Example.", "@[@Ada_1@Host.Example]."},
                {"@a.b-c@x.example!", "@[@a.b-c@x.example]!"},
                {"(@ada)", "(@[@ada])"},
                {"@ada: hi", "@[@ada]: hi"},
                {"@ada@b\xc3\xbc"
                 "cher.example",
                 "@[@ada@b\xc3\xbc"
                 "cher.example]"},
                {"mail ada@host.example", "mail ada@host.example"},
                {"https://a.example/@ada", "U[https://a.example/@ada]"},
                {"/@ada =@ada x@ada \xc3\xa4@ada", "/@ada =@ada x@ada \xc3\xa4@ada"},
                {"@ada@", "@ada@"},
                {"@ada@host@x", "@ada@host@x"},
                {"@jos\xc3\xa9", "@jos\xc3\xa9"},
                {"@a://x", "@a://x"},
                {"@ @. @- @@ada", "@ @. @- @@[@ada]"},
                {"\xe3\x80\x80@ada\xe3\x81\x95\xe3\x82\x93",
                 "\xe3\x80\x80@[@ada]\xe3\x81\x95\xe3\x82\x93"},
                {"@ada-", "@[@ada]-"},
                {"@bob@localhost:8081 x", "@[@bob@localhost:8081] x"},
                {"@bob@127.0.0.1:8081, x", "@[@bob@127.0.0.1:8081], x"},
                {"@bob@a.test:8081", "@[@bob@a.test:8081]"},
                {"@bob@real.social:8081", "@[@bob@real.social]:8081"},
                {"@bob@a.test:8x", "@[@bob@a.test]:8x"},
                {"@bob@a.test: 80", "@[@bob@a.test]: 80"},
                {"@a@a@a@a@a", "@a@a@a@a@a"},
        };
        check(cases, countof(cases));
        struct link_list l = link_find(&arena, S("@Ada@Host.Example @bob"));
        same(l.v[0].name, "Ada");
        same(l.v[0].domain, "Host.Example");
        same(l.v[1].name, "bob");
        same(l.v[1].domain, "");
        assert_null(l.v[0].href.p);
}

static void finds_hashtags(void **state)
{
        (void)state;
        static const struct example cases[] = {
                {"#tag", "#[#tag]"},
                {"#Tag_1, #2x #x2!", "#[#Tag_1], #[#2x] #[#x2]!"},
                {"#1 #123 #_ #__ ##", "#1 #123 #_ #__ ##"},
                {"#1_2 #___ #1\xc2\xb7"
                 "2",
                 "#[#1_2] #[#___] #[#1\xc2\xb7"
                 "2]"},
                {"#\xc3\xa4rger #\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x80\x82",
                 "#[#\xc3\xa4rger] #[#\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e]\xe3\x80\x82"},
                {"\xef\xbc\x83wide", "#[\xef\xbc\x83wide]"},
                {"#col\xc2\xb7lega #a\xc2\xb7", "#[#col\xc2\xb7lega] #[#a]\xc2\xb7"},
                {"#\xe3\x82\xad\xe3\x83\xbb\xe3\x83\xab",
                 "#[#\xe3\x82\xad\xe3\x83\xbb\xe3\x83\xab]"},
                {"#a\xe2\x80\x8c"
                 "b",
                 "#[#a\xe2\x80\x8c"
                 "b]"},
                {"x#tag /#tag )#tag =#tag", "x#tag /#tag )#tag =#tag"},
                {"(#tag) ##tag", "(#[#tag]) ##[#tag]"},
                {"#tag#tag", "#[#tag]#tag"},
                {"#taghttps://a.example", "#[#tag]https://a.example"},
                {"#\xf0\x9f\x98\x80 # x", "#\xf0\x9f\x98\x80 # x"},
                {"#caf\x65\xcc\x81", "#[#caf\x65\xcc\x81]"},
        };
        check(cases, countof(cases));
        same(link_find(&arena, S("\xef\xbc\x83Wide")).v[0].name, "Wide");
}

static void finds_urls(void **state)
{
        (void)state;
        static const struct example cases[] = {
                {"https://a.example", "U[https://a.example]"},
                {"HTTP://A.Example/X", "U[HTTP://A.Example/X]"},
                {"see https://a.example.", "see U[https://a.example]."},
                {"https://a.example/path/?q=1&r=2#f, x", "U[https://a.example/path/?q=1&r=2#f], x"},
                {"https://a.example/x!? y", "U[https://a.example/x]!? y"},
                {"(https://a.example/x)", "(U[https://a.example/x])"},
                {"https://a.example/w/T_(d) x", "U[https://a.example/w/T_(d)] x"},
                {"(https://a.example/w/T_(d))", "(U[https://a.example/w/T_(d)])"},
                {"https://a.example/a_(b_(c)_d) x", "U[https://a.example/a_(b_(c)_d)] x"},
                {"https://a.example/a_(b_(c_(d))) x", "U[https://a.example/a_](b_(c_(d))) x"},
                {"https://a.example/() https://a.example/(x",
                 "U[https://a.example/]() U[https://a.example/](x"},
                {"https://a.example/?q=(x)", "U[https://a.example/?q=(x])"},
                {"https://a.example:8080/x", "U[https://a.example:8080/x]"},
                {"https://a.example: x", "U[https://a.example]: x"},
                {"http://localhost:3000/x http://127.0.0.1/",
                 "U[http://localhost:3000/x] U[http://127.0.0.1/]"},
                {"https://b\xc3\xbc"
                 "cher.example/\xc3\xa4",
                 "U[https://b\xc3\xbc"
                 "cher.example/\xc3\xa4]"},
                {"https://\xe4\xbe\x8b.\xe4\xbe\x8b/x", "U[https://\xe4\xbe\x8b.\xe4\xbe\x8b/x]"},
                {"https://a.example\xe3\x82\x92\xe8\xa6\x8b",
                 "U[https://a.example]\xe3\x82\x92\xe8\xa6\x8b"},
                {"https://a.example\xe3\x80\x82", "U[https://a.example]\xe3\x80\x82"},
                {"\xe8\xa6\x8bhttps://a.example/", "\xe8\xa6\x8bU[https://a.example/]"},
                {"<https://a.example/x> \"https://a.example/y\"",
                 "<U[https://a.example/x]> \"U[https://a.example/y]\""},
                {"xhttps://a.example @https://a.example #https://a.example",
                 "xhttps://a.example @https://a.example #[#https]://a.example"},
                {"https:// https://. https://x http://-a.example",
                 "https:// https://. https://x http://-a.example"},
                {"https://u@a.example/ https://u:p@a.example/",
                 "https://u@a.example/ https://u:p@a.example/"},
                {"a.example www.a.example ftp://a.example",
                 "a.example www.a.example ftp://a.example"},
                {"https://a.example/@ada@b.example/1", "U[https://a.example/@ada@b.example/1]"},
                {"https://a.example//x/", "U[https://a.example//x/]"},
                {"https://a.example?x=y.", "U[https://a.example?x=y]."},
                {"https://a.example#x", "U[https://a.example]#x"},
                {"https://a..example https://a.example..",
                 "https://a..example U[https://a.example].."},
                {"https://2130706433/ https://0x7f.1/", "https://2130706433/ https://0x7f.1/"},
                {"https://a-.example/", "https://a-.example/"},
        };
        check(cases, countof(cases));
        same(link_find(&arena, S("https://a.example/x")).v[0].href, "https://a.example/x");
        /* Found, but not an address: nobody links it. */
        assert_null(link_find(&arena, S("https://a.example/%zz")).v[0].href.p);
}

static void renders_as_mastodon_does(void **state)
{
        (void)state;
        struct str text = S("Hi @ada & @nobody\n<b>\n\n\n#Tag "
                            "https://www.a.example/1234567890123456789012345678901234567890"
                            " https://b.example\n");
        struct link_list l = link_find(&arena, text);
        assert_int_equal(l.n, 5);
        l.v[0].href = S("https://h.example/@ada?a&b");
        l.v[2].href = S("https://h.example/tags/tag");
        same(link_render(&arena, text, &l).html,
             "<p>Hi <span class=\"h-card\" translate=\"no\"><a "
             "href=\"https://h.example/@ada?a&amp;b\" "
             "class=\"u-url mention\">@<span>ada</span></a></span> &amp; @nobody<br />&lt;b&gt;</p>"
             "<p><a href=\"https://h.example/tags/tag\" class=\"mention hashtag\" "
             "rel=\"tag\">#<span>Tag</span></a> "
             "<a href=\"https://www.a.example/1234567890123456789012345678901234567890\" "
             "target=\"_blank\" "
             "rel=\"nofollow noopener\" translate=\"no\"><span "
             "class=\"invisible\">https://www.</span>"
             "<span class=\"ellipsis\">a.example/12345678901234567890</span>"
             "<span class=\"invisible\">12345678901234567890</span></a> "
             "<a href=\"https://b.example\" target=\"_blank\" rel=\"nofollow noopener\" "
             "translate=\"no\">"
             "<span class=\"invisible\">https://</span><span class=\"\">b.example</span>"
             "<span class=\"invisible\"></span></a></p>");
        l.v[0].label = S("ada@h.example");
        assert_true(str_has(link_render(&arena, text, &l).html, S("@<span>ada@h.example</span>")));
        same(link_render(&arena, S(""), NULL).html, "");
        same(link_render(&arena, S(" \n\n "), NULL).html, "");
        same(link_render(&arena, S("\n\na\nb\n\nc"), NULL).html, "<p>a<br />b</p><p>c</p>");
}

static void t027_renders_text_as_text(void **state)
{
        (void)state;
        struct str text = S("<script>alert(1)</script> \"'& https://a.example/\"onmouseover=\"x "
                            "https://a.example/<b>");
        struct link_list l = link_find(&arena, text);
        struct str html = link_render(&arena, text, &l).html;
        assert_false(str_has(html, S("<script")) || str_has(html, S("<b>")) ||
                     str_has(html, S("\"onmouse")));
}

static void t163_counts_as_mastodon_does(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                size_t count;
        } cases[] = {
                {"", 0},
                {"abc", 3},
                {"a\nb", 3},
                {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 3},
                {"e\xcc\x81", 1},
                {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 1},
                {"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab\xf0\x9f\x87\xb7", 2},
                {"https://a.example", 23},
                {"https://a.example/123456789012345678901234567890 x", 25},
                {"@ada@very.long.host.example hi", 7},
                {"@ada hi", 7},
                {"#tag", 4},
                {"ada@host.example", 16},
        };
        for (size_t i = 0; i < countof(cases); i++)
                assert_int_equal(link_count(&arena, str_of(cases[i].text)), cases[i].count);

        struct buf b = {0}; /* one endless cluster is not one character */
        for (int i = 0; i < 800; i++)
                buf_add(&b, S("\xf0\x9f\x91\xa9\xe2\x80\x8d"));
        assert_int_equal(text_count(buf_str(&b)), 100);
        buf_free(&b);
}

static void takes_five_hundred(void **state)
{
        (void)state;
        struct buf b = {0};
        for (int i = 0; i < 600; i++)
                buf_add(&b, S("@a "));
        struct link_list l = link_find(&arena, buf_str(&b));
        assert_int_equal(l.n, 500);
        assert_int_equal(l.v[499].from, 499 * 3);
        buf_free(&b);
}

static void t161_is_linear(void **state)
{
        (void)state;
        static const char *const parts[] = {
                "@a",
                "@a@a.",
                "@a.",
                "#a",
                "#1",
                "#1_",
                "((((",
                "http://",
                "http://a.b/(",
                "http://a.b/((x",
                "http://a.b/x)",
                "http://a.b?",
                "http://a.",
                "http://a-",
                "....",
                "@@@@",
                "####",
                "\xef\xbc\x83",
                "h",
                "https",
                "\xcc\x81",
                "#\xcc\x81",
                "@a@b-",
                "http://a.b/?x.",
                "\xff",
                "http://\xc3\xa4.",
        };
        struct buf b = {0};
        for (size_t i = 0; i < countof(parts); i++) {
                buf_clear(&b);
                while (b.n < 1000000)
                        buf_add(&b, str_of(parts[i]));
                int64_t from = clock_steady(&clock_real);
                struct link_list l = link_find(&arena, buf_str(&b));
                link_count(&arena, buf_str(&b));
                link_render(&arena, buf_str(&b), &l);
                int64_t took = clock_steady(&clock_real) - from;
                if (took >
                    1500) /* with the sanitizers on a busy machine; quadratic would be minutes */
                        fail_msg("%s: %lld ms", parts[i], (long long)took);
                reset(NULL);
        }
        buf_free(&b);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(finds_mentions, reset),
                cmocka_unit_test_setup(finds_hashtags, reset),
                cmocka_unit_test_setup(finds_urls, reset),
                cmocka_unit_test_setup(renders_as_mastodon_does, reset),
                cmocka_unit_test_setup(t027_renders_text_as_text, reset),
                cmocka_unit_test_setup(t163_counts_as_mastodon_does, reset),
                cmocka_unit_test_setup(takes_five_hundred, reset),
                cmocka_unit_test_setup(t161_is_linear, reset),
        };
        int failed = cmocka_run_group_tests_name("link", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
