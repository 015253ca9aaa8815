/* What a mail looks like on the wire. */
#include "lib/mail/mail.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static int open_arena(void **state)
{
        (void)state;
        arena_open(&arena, 8 << 20);
        return 0;
}

static int close_arena(void **state)
{
        (void)state;
        arena_close(&arena);
        return 0;
}

static struct mail plain(void)
{
        return (struct mail){.from_name = S("Alder Lane"),
                             .from = S("post@alder.example"),
                             .to = S("ann@mail.example"),
                             .subject = S("Hello"),
                             .text = S("One line.\n"),
                             .id = S("1@alder.example"),
                             .at = INT64_C(1795435200000)};
}

static struct str written(const struct mail *m)
{
        struct str s;
        assert_int_equal(mail_write(&arena, m, &s), OK);
        return s;
}

static void test_plain(void **state)
{
        (void)state;
        struct mail m = plain();
        struct str s = written(&m);
        assert_true(str_has(s, S("From: =?UTF-8?B?QWxkZXIgTGFuZQ==?= <post@alder.example>\r\n")));
        assert_true(str_has(s, S("To: <ann@mail.example>\r\nSubject: Hello\r\n")));
        assert_true(str_has(s, S(" +0000\r\nMessage-ID: <1@alder.example>\r\n")));
        assert_true(str_ends(s, S("\r\n\r\nOne line.\r\n")));
        assert_false(str_has(s, S("List-Unsubscribe")));
        m.list_unsubscribe = S("https://alder.example/stop/1");
        s = written(&m);
        assert_true(str_has(s, S("List-Unsubscribe: <https://alder.example/stop/1>\r\n"
                                 "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")));
}

/* T152: whatever is in a name or a subject, no header begins there. */
static void test_headers_stay_closed(void **state)
{
        (void)state;
        struct mail m = plain();
        m.subject = S("Hello\r\nBcc: eve@mail.example");
        m.from_name = S("A\r\nBcc: eve@mail.example\"<x@y>");
        struct str s = written(&m);
        assert_false(str_has(s, S("\nBcc")));
        m.subject = S("=?UTF-8?B?SGVsbG8=?=");
        assert_false(str_has(written(&m), S("Subject: =?UTF-8?B?SGVsbG8=?=\r\n")));
        const struct str bad[] = {S("a@b.example,c@d.example"),
                                  S("a@b.example\r\nX: y"),
                                  S("<a@b.example>"),
                                  S("ab.example"),
                                  S("a@"),
                                  S("@b")};
        for (size_t i = 0; i < countof(bad); i++) {
                m = plain();
                m.to = bad[i];
                assert_int_equal(mail_write(&arena, &m, &s), ERR_INPUT);
        }
}

static void test_long_and_foreign(void **state)
{
        (void)state;
        struct mail m = plain();
        struct str rest, line;
        m.subject =
                S("Grüße aus dem Garten, in dem jetzt schon die ersten Äpfel reif geworden sind");
        m.text = S("Äpfel = Birnen \nEin sehr langer Satz, der keinen Zeilenumbruch hat, weil "
                   "niemand beim Schreiben an die Breite eines Fensters denkt, sondern an "
                   "Äpfel.\n.\n");
        struct str s = written(&m);
        assert_true(str_has(s, S("=C3=84pfel =3D Birnen=20\r\n")));
        assert_true(str_ends(s, S("\r\n.\r\n")));
        rest = s;
        while (str_next(&rest, '\n', &line))
                assert_true(line.n <= MAIL_LINE + 1);
        for (size_t i = 0; i < s.n; i++)
                assert_true(s.p[i] == '\r' || s.p[i] == '\n' || (s.p[i] >= ' ' && s.p[i] < 0x7F));
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain),
                                           cmocka_unit_test(test_headers_stay_closed),
                                           cmocka_unit_test(test_long_and_foreign)};
        return cmocka_run_group_tests(tests, open_arena, close_arena);
}
