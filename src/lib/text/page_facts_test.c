/* What is read out of strangers' pages. */
#include "lib/base/clock.h"
#include "lib/text/page_facts.h"
#include "lib/text/unicode.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static struct page_facts read_page(const char *html)
{
        struct page_facts f;
        page_facts_read(&arena, str_of(html), S("https://mill.example/news/today?x=1"), &f);
        return f;
}

static void is(struct str got, const char *wanted)
{
        assert_string_equal(str_z(&arena, got), wanted);
}

static void an_article(void **state)
{
        (void)state;
        struct page_facts f = read_page(
                "<!doctype html><html lang=en-GB><title>Plain</title>"
                "<meta property='og:title' content='Bread &amp;\n  butter &lt;b&gt;'>"
                "<meta name=description content=Plain><meta property=og:description content=Best>"
                "<meta property=og:image content='/loaf 1.jpg'><meta property='og:image:alt' "
                "content='A loaf'><meta property=og:site_name content='The Mill'>"
                "<meta name=author content=Ida>"
                "<meta property=article:author content=https://mill.example/ida>"
                "<meta property=article:published_time content=2026-01-02T03:04:05Z>");
        is(f.title, "Bread & butter <b>");
        is(f.description, "Best");
        is(f.image, "https://mill.example/loaf%201.jpg");
        is(f.image_words, "A loaf");
        is(f.site, "The Mill");
        is(f.author, "Ida");
        is(f.author_url, "https://mill.example/ida");
        is(f.language, "en");
        assert_int_equal(f.published_at, INT64_C(1767323045000));
}

static void the_first_and_the_best(void **state)
{
        (void)state;
        is(read_page("<title>One</title><title>Two</title>").title, "One");
        is(read_page("<meta name=twitter:title content=T><title>One</title>").title, "T");
        is(read_page("<svg><title>Icon</title></svg><title>One</title>").title, "One");
        is(read_page("<script>'<title>Script</title>'</script><title>One</title>").title, "One");
        is(read_page("<!-- <title>Comment</title> --><title> One </title>").title, "One");
        is(read_page("<meta property=og:title content=''><title>One").title, "One");
        is(read_page("<meta property=article:author content='Jo Ray'><meta name=author content=X>")
                   .author,
           "Jo Ray");
        is(read_page("").title, "");
        assert_null(read_page("<p>nothing").title.p);
}

static void addresses(void **state)
{
        (void)state;
        static const struct {
                const char *href, *wanted;
        } cases[] = {
                {"https://a.example/x", "https://a.example/x"},
                {"//a.example/x", "https://a.example/x"},
                {"/x?y=1", "https://mill.example/x?y=1"},
                {"x.png", "https://mill.example/news/x.png"},
                {"javascript:alert(1)", ""},
                {"data:image/png;base64,AAAA", ""},
                {"file:///etc/passwd", ""},
                {"https://me@a.example/", ""},
                {"https://a.example\\@b.example/", ""},
                {"", ""},
        };
        for (size_t i = 0; i < countof(cases); i++)
                is(page_address(&arena, S("https://mill.example/news/today"),
                                str_of(cases[i].href)),
                   cases[i].wanted);
}

static void encodings(void **state)
{
        (void)state;
        is(page_text(&arena, S("caf\xe9"), S("text/html; charset=ISO-8859-1")), "caf\xc3\xa9");
        is(page_text(&arena, S("<meta charset=windows-1251>\xcf"), S("text/html")),
           "<meta charset=windows-1251>\xd0\x9f");
        is(page_text(&arena, S("\x83\x65"), S("text/html;charset=\"Shift_JIS\"")), "\xe3\x83\x86");
        is(page_text(&arena, S("a\xff\xfe"), S("")), "a\xEF\xBF\xBD\xEF\xBF\xBD");
        is(page_text(&arena, S("a"), S("text/html; charset=utf-7")), "a");
        is(page_text(&arena, S("\x83"), S("text/html; charset=shift_jis")), "?");
}

static void lengths(void **state)
{
        (void)state;
        enum { N = 1 << 20 };
        char *page = make_n(&arena, N + 1, char);
        memset(page, 'x', N);
        memcpy(page, "<title>", 7);
        struct page_facts f = read_page(page);
        assert_int_equal(f.title.n, PAGE_TITLE_BYTES);
        for (size_t i = 0; i + 24 < N; i += 24)
                memcpy(page + i, "<meta name=og:x content=", 24);
        int64_t began = clock_steady(&clock_real);
        f = read_page(page);
        assert_true(clock_steady(&clock_real) - began < 1000);
        assert_null(f.title.p);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_article), cmocka_unit_test(the_first_and_the_best),
                cmocka_unit_test(addresses),  cmocka_unit_test(encodings),
                cmocka_unit_test(lengths),
        };
        arena_open(&arena, 256 << 20);
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
