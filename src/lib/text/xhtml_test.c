/* Whatever the words are, what comes out is well-formed: each case by its exact result, and random
 * pieces of markup through a small checker that knows nothing of the writer. */
#include "lib/base/arena.h"
#include "lib/text/xhtml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;

static struct str xhtml(struct str html)
{
        struct buf b = {0};
        xhtml_put(&b, &arena, (struct markup){html});
        assert_false(b.failed);
        return buf_take(&arena, &b);
}

#define same(html, expect)                                                                         \
        do {                                                                                       \
                struct str got_ = xhtml(html);                                                     \
                if (!str_eq(got_, expect))                                                         \
                        fail_msg("%.*s", STR_ARG(got_));                                           \
        } while (0)

static void words_of_every_sort(void **state)
{
        (void)state;
        same(S("<p>One<br>two &amp; three</p>"), S("<p>One<br/>two &amp; three</p>"));
        same(S("a]]>b"), S("a]]&gt;b"));
        same(S("x\x01y\x0bz\x7f!"), S("xyz!"));
        same(S("\xef\xbf\xbe\xef\xbf\xbf\xed\xa0\x80 end"), S(" end"));
        same(S("\xff\xc0\x80 end"), S(" end"));
        same(S("&#x1;&#0;&nbsp;&copy;"), S("\xef\xbf\xbd\xc2\xa0\xc2\xa9"));
        same(S("<p>\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x8c\xbe \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"
               "</p>"),
             S("<p>\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x8c\xbe \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"
               "</p>"));
}

static void tags_of_every_sort(void **state)
{
        (void)state;
        same(S("<p>See <a href=\"https://a.example\" class=\"mention\">@<span>ann</span></a></p>"),
             S("<p>See @<span>ann</span></p>"));
        same(S("<b><i>both</b></i> rest"), S("<b><i>both</i></b> rest"));
        same(S("<p>open <em>words"), S("<p>open <em>words</em></p>"));
        same(S("</p></em>no more"), S("no more"));
        same(S("<ol start=\"3\" reversed onclick=\"x\" start=\"4\"><li value='2'>a</ol>"),
             S("<ol start=\"3\" reversed=\"reversed\"><li value=\"2\">a</li></ol>"));
        same(S("<p lang=\"a&quot;b&lt;\">x</p>"), S("<p lang=\"a&quot;b&lt;\">x</p>"));
        same(S("<P CLASS=x>big</P><x-y>in</x-y><img src=x>"), S("<p>big</p>in"));
}

/* Every tag that is opened is closed in order, and no bare sign stands anywhere. */
static void check(struct str s)
{
        const char *open[200];
        size_t lengths[200], n = 0;
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                assert_true(c >= 0x20 || c == '\n' || c == '\t');
                if (c == '&')
                        assert_true(str_has_char(str_cut(s, i, 8), ';'));
                assert_true(c != '>');
                if (c != '<')
                        continue;
                size_t end = i + str_find_char(str_after(s, i), '>');
                assert_true(end < s.n);
                bool close = s.p[i + 1] == '/';
                size_t from = i + 1 + close, length = 0;
                while (s.p[from + length] >= 'a' && s.p[from + length] <= 'z')
                        length++;
                if (close) {
                        if (!n) {
                                fail_msg("closed, never opened: %.*s", STR_ARG(s));
                                return;
                        }
                        n--;
                        assert_true(lengths[n] == length && !memcmp(open[n], s.p + from, length));
                } else if (s.p[end - 1] != '/') {
                        assert_true(n < 200);
                        open[n] = s.p + from;
                        lengths[n++] = length;
                }
                i = end;
        }
        assert_int_equal(n, 0);
}

static void random_pieces(void **state)
{
        static const char *const pieces[] = {
                "<p>",   "</p>", "<b>",       "</b>",         "<ul>", "<li>",
                "</ul>", "<br>", "<br/>",     "<a href='x'>", "</a>", "&",
                "&amp",  "<",    ">",         "\"",           "'",    "]]>",
                "<!--",  "-->",  "\x02",      "\xff",         "word", "é",
                "&#1;",  "<?x",  "<![CDATA[", "<i x=\"<\">",  "</i>", "&lt;"};
        (void)state;
        srand(7);
        for (int round = 0; round < 3000; round++) {
                struct buf b = {0};
                for (int i = rand() % 60; i--;)
                        buf_add(&b,
                                str_of(pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)]));
                check(xhtml(buf_take(&arena, &b)));
                arena_reset(&arena);
        }
        struct buf deep = {0};
        for (int i = 0; i < 500; i++)
                buf_add(&deep, S("<b>"));
        check(xhtml(buf_take(&arena, &deep)));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(words_of_every_sort),
                cmocka_unit_test(tags_of_every_sort),
                cmocka_unit_test(random_pieces),
        };
        arena_open(&arena, 64 << 20);
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
