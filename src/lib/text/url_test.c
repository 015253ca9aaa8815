/* The URL reader: what it takes, what it refuses, and that its answer is one form. */
#include "lib/base/arena.h"
#include "lib/text/url.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static void same(struct str got, const char *want)
{
        if (!str_eq(got, str_of(want)))
                fail_msg("got: %.*s\nwanted: %s", STR_ARG(got), want);
}

static void reads_all_parts(void **state)
{
        (void)state;
        struct url u;
        assert_true(url_read(
                &arena, S("HTTPS://Us%20er:p@Host.Example:8443/a/b;c?q=1&r=%C3%A4#frag/?"), &u));
        same(u.scheme, "https");
        same(u.user, "Us%20er:p");
        same(u.host, "host.example");
        assert_int_equal(u.port, 8443);
        same(u.path, "/a/b;c");
        same(u.query, "q=1&r=%C3%A4");
        same(u.fragment, "frag/?");
        assert_true(u.has_authority && u.has_query && u.has_fragment);
        assert_false(url_is_http(&u)); /* a user part is how one host poses as another */
        assert_true(url_read(&arena, S("mailto:a@b.example"), &u));
        assert_false(u.has_authority || u.has_query || u.has_fragment);
        same(u.path, "a@b.example");
}

static void gives_one_form(void **state)
{
        (void)state;
        static const struct {
                const char *in, *out, *origin;
        } cases[] = {
                {"http://a.example", "http://a.example", "http://a.example"},
                {"http://A.Example:80/", "http://a.example/", "http://a.example"},
                {"https://a.example:443/x", "https://a.example/x", "https://a.example"},
                {"https://a.example:80/x", "https://a.example:80/x", "https://a.example:80"},
                {"https://a.example:/x", "https://a.example/x", "https://a.example"},
                {"https://a.example?q", "https://a.example?q", "https://a.example"},
                {"https://a.example/?", "https://a.example/?", "https://a.example"},
                {"https://a.example/#", "https://a.example/#", "https://a.example"},
                {"https://b\xc3\xbc"
                 "cher.example/\xc3\xa4?\xc3\xb6#\xc3\xbc",
                 "https://xn--bcher-kva.example/%C3%A4?%C3%B6#%C3%BC",
                 "https://xn--bcher-kva.example"},
                {"https://XN--BCHER-KVA.example/", "https://xn--bcher-kva.example/",
                 "https://xn--bcher-kva.example"},
                {"https://fa\xc3\x9f.example/", "https://xn--fa-hia.example/",
                 "https://xn--fa-hia.example"},
                {"https://a.example/<\"`{|}^>[]",
                 "https://a.example/%3C%22%60%7B%7C%7D%5E%3E%5B%5D", "https://a.example"},
                {"https://a.example/a#b#c", "https://a.example/a#b%23c", "https://a.example"},
                {"http://[::1]:8080/", "http://[::1]:8080/", "http://[::1]:8080"},
                {"http://[0:0:0:0:0:0:0:1]/", "http://[::1]/", "http://[::1]"},
                {"http://[2001:DB8::A]/", "http://[2001:db8::a]/", "http://[2001:db8::a]"},
                {"http://127.0.0.1:3000/x", "http://127.0.0.1:3000/x", "http://127.0.0.1:3000"},
                {"http://localhost:3000", "http://localhost:3000", "http://localhost:3000"},
                {"https://under_score.example/", "https://under_score.example/",
                 "https://under_score.example"},
                {"https://a.example/@user", "https://a.example/@user", "https://a.example"},
                {"https://a.example//x//", "https://a.example//x//", "https://a.example"},
        };
        for (size_t i = 0; i < countof(cases); i++) {
                struct url u, again;
                if (!url_read(&arena, str_of(cases[i].in), &u))
                        fail_msg("refused: %s", cases[i].in);
                struct str text = url_text(&arena, &u);
                same(text, cases[i].out);
                same(url_origin(&arena, &u), cases[i].origin);
                assert_true(url_is_http(&u));
                assert_true(url_read(&arena, text, &again));
                same(url_text(&arena, &again), cases[i].out);
        }
}

static void keeps_other_schemes_apart(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a",
                "xmpp:room@a.example?join",
                "did:plc:abc",
                "acct:user@a.example",
                "javascript:alert(1)",
                "data:text/html,x",
                "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "http:a.example",
                "http:/a.example",
                "ftp://a.example/",
                "gemini://a.example/",
        };
        for (size_t i = 0; i < countof(texts); i++) {
                struct url u;
                if (!url_read(&arena, str_of(texts[i]), &u))
                        fail_msg("refused: %s", texts[i]);
                assert_false(url_is_http(&u));
                same(url_text(&arena, &u), texts[i]);
        }
}

static void refuses(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "",
                "a",
                "/a",
                "//a.example/",
                "?q",
                "#f",
                ":",
                "://a",
                "1http://a.example",
                "ht tp://a.example",
                "http://",
                "http:///x",
                "http://?",
                "http://#",
                "http://:80/",
                "http://@/",
                "http://u@/",
                "http://a.example:0/",
                "http://a.example:65536/",
                "http://a.example:8a/",
                "http://a.example:-1/",
                "http://a.example:000080/",
                "http://a.example:80:80/",
                "http://a b.example/",
                "http://a.example/a b",
                " http://a.example/",
                "http://a.example/ ",
                "http://a.example/\x01",
                "http://a.example/\n",
                "http://a.example/\t",
                "http://a.example/\x7f",
                "http://a.example\\@b.example/",
                "http:\\\\a.example/",
                "http://a.example/\\",
                "http://a@b@c.example/",
                "http://%61.example/",
                "http://a%00.example/",
                "http://a.example/%",
                "http://a.example/%4",
                "http://a.example/%4g",
                "http://a.example/?%zz",
                "http://a..example/",
                "http://.a.example/",
                "http://a.example./",
                "http://-a.example/",
                "http://a-.example/",
                "http://a!b.example/",
                "http://a,b.example/",
                "http://a*.example/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.1/",
                "http://127.1/",
                "http://0177.0.0.1/",
                "http://127.0.0.1./",
                "http://256.0.0.1/",
                "http://1.2.3.4.5/",
                "http://a.0x1/",
                "http://[::1/",
                "http://::1/",
                "http://[::1]x/",
                "http://[]/",
                "http://[1.2.3.4]/",
                "http://[v1.a]/",
                "http://[fe80::1%25eth0]/",
                "http://[fe80::1%eth0]/",
                "http://[:::]/",
                "http://xn--a.example/",
                "http://xn--.example/",
                "http://\xff.example/",
                "http://a.example/\xc3",
                "http://\xe2\x80\xae.example/",
                ("http://a\xe2\x80\x8b"
                 "b.example.\xe2\x80\x8b/"),
                "http://\xef\xbd\x87..example/",
                "http://us\xc3\xa4r@a.example/",
                "http://a|b.example/",
        };
        for (size_t i = 0; i < countof(texts); i++) {
                struct url u;
                if (url_read(&arena, str_of(texts[i]), &u))
                        fail_msg("taken: %s as host %.*s", texts[i], STR_ARG(u.host));
        }
        struct url u;
        assert_false(url_read(&arena, (struct str){"http://a\0.example/", 18}, &u));
        assert_false(url_read(&arena, STR_NONE, &u));
}

static void lengths_have_limits(void **state)
{
        (void)state;
        char text[3000];
        struct url u;
        memset(text, 'a', sizeof text);
        memcpy(text, "http://a.example/", 17);
        assert_true(url_read(&arena, (struct str){text, 2048}, &u));
        assert_false(url_read(&arena, (struct str){text, 2049}, &u));
        struct str host;
        memset(text, 'a', sizeof text);
        for (size_t i = 63; i < sizeof text; i += 64)
                text[i] = '.';
        assert_true(host_to_ascii(&arena, (struct str){text, 63}, &host));
        assert_true(host_to_ascii(&arena, (struct str){text, 253}, &host));
        assert_false(host_to_ascii(&arena, (struct str){text, 254}, &host));
        assert_false(host_to_ascii(&arena, (struct str){text, 2000}, &host));
        text[63] = 'a';
        assert_false(host_to_ascii(&arena, (struct str){text, 64}, &host));
        for (size_t i = 0; i + 2 <= sizeof text; i += 2)
                memcpy(text + i, "\xc3\xa4", 2);
        assert_false(host_to_ascii(&arena, (struct str){text, 200}, &host));
        assert_false(host_to_ascii(&arena, (struct str){text, 2000}, &host));
}

static void hosts_become_ascii(void **state)
{
        (void)state;
        struct str host;
        assert_true(host_to_ascii(&arena, S("M\xc3\xbcnchen.Example"), &host));
        same(host, "xn--mnchen-3ya.example");
        assert_true(host_to_ascii(&arena, S("\xe4\xbe\x8b\xe3\x80\x82\xe4\xbe\x8b"),
                                  &host)); /* ideographic stop */
        same(host, "xn--fsq.xn--fsq");
        assert_true(host_to_ascii(&arena, S("10.0.0.1"), &host));
        assert_false(host_to_ascii(&arena, S(""), &host));
        assert_false(host_to_ascii(&arena, S("a/b"), &host));
        assert_false(host_to_ascii(&arena, S("a:80"), &host));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(reads_all_parts),           cmocka_unit_test(gives_one_form),
                cmocka_unit_test(keeps_other_schemes_apart), cmocka_unit_test(refuses),
                cmocka_unit_test(lengths_have_limits),       cmocka_unit_test(hosts_become_ascii),
        };
        arena_open(&arena, 4 << 20);
        int failed = cmocka_run_group_tests_name("url", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
