/* Request heads: what is accepted, and rows T061 to T064 of the list of attacks with the table of
 * hostile requests. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/http/head.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;
static struct head head;

static int reset(void **state)
{
        (void)state;
        arena_close(&arena);
        arena_open(&arena, 16 << 20);
        return 0;
}

/* Finds and reads as the server does: byte by byte at first, so that every split is tried. */
static enum err read_all(struct str text)
{
        struct head_scan scan = {0};
        bool done = false;
        for (size_t n = text.n > 2000 ? text.n : 1; !done; n++) {
                if (n > text.n)
                        return ERR_BUSY; /* not complete */
                TRY(head_find(&scan, str_cut(text, 0, n), &done));
        }
        struct str found = str_cut(text, scan.from, scan.end - scan.from);
        char *copy =
                malloc(found.n); /* exactly as large, so that the sanitizer sees a byte too much */
        memcpy(copy, found.p, found.n);
        enum err e = head_read(copy, found.n, &head);
        if (!e) { /* keep what head points to */
                e = head_read(str_z(&arena, found), found.n, &head);
        }
        free(copy);
        return e;
}

static struct str field(const char *name)
{
        for (size_t i = 0; i < head.n; i++)
                if (str_eq(head.headers[i].name, str_of(name)))
                        return head.headers[i].value;
        return STR_NONE;
}

#define assert_str(s, lit) assert_true(str_eq((s), S(lit)))

static void reads_a_request(void **state)
{
        (void)state;
        assert_int_equal(
                read_all(S("\r\n\r\nGET /a/b?x=1&y HTTP/1.1\r\nHOST: blumen.example:8080\r\n"
                           "X-Empty:\r\nX-Spaces: \t a b \t \r\nCookie: a=\x80\xff\r\n\r\n")),
                OK);
        assert_int_equal(head.method, METHOD_GET);
        assert_str(head.path, "/a/b");
        assert_str(head.query, "x=1&y");
        assert_str(head.target, "/a/b?x=1&y");
        assert_str(head.host, "blumen.example:8080");
        assert_str(field("x-empty"), "");
        assert_str(field("x-spaces"), "a b");
        assert_true(head.keep_alive);
        assert_int_equal(head.length, -1);
        assert_int_equal(head.minor, 1);
}

static void reads_framing(void **state)
{
        (void)state;
        assert_int_equal(read_all(S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 000000000012\r\n"
                                    "Expect: 100-Continue\r\nConnection: close, Upgrade\r\n\r\n")),
                         OK);
        assert_int_equal(head.length, 12);
        assert_true(head.expect_continue && head.upgrade && !head.keep_alive && !head.chunked);
        assert_int_equal(
                read_all(S("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n")), OK);
        assert_true(head.chunked && head.length == -1);
}

static void reads_http_1_0(void **state)
{
        (void)state;
        assert_int_equal(read_all(S("GET / HTTP/1.0\r\n\r\n")), OK);
        assert_false(head.keep_alive);
        assert_null(head.host.p);
        assert_int_equal(read_all(S("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")), OK);
        assert_true(head.keep_alive);
        assert_int_equal(read_all(S("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")),
                         ERR_MALFORMED);
}

static void reads_targets(void **state)
{
        (void)state;
        assert_int_equal(
                read_all(S("GET http://a.example/x?y HTTP/1.1\r\nHost: A.example\r\n\r\n")), OK);
        assert_str(head.host, "a.example");
        assert_str(head.path, "/x");
        assert_int_equal(read_all(S("GET https://a.example HTTP/1.1\r\nHost: a.example\r\n\r\n")),
                         OK);
        assert_str(head.path, "/");
        assert_int_equal(read_all(S("GET http://a.example?q HTTP/1.1\r\nHost: a.example\r\n\r\n")),
                         OK);
        assert_str(head.path, "/");
        assert_str(head.query, "q");
        assert_int_equal(read_all(S("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")), OK);
        static const char *const bad[] = {
                "*",       "a",          "//x#y",     "http:/a/",  "ftp://a/",    "a.example:80",
                "/\x80",   "/a\tb",      "http://b/", "http:///x", "http://u@a/", "/a#b",
                "http://", "http://a:x/"};
        for (size_t i = 0; i < countof(bad); i++) {
                struct str text = str_fmt(&arena, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", bad[i]);
                if (read_all(text) != ERR_MALFORMED)
                        fail_msg("accepted the target %s", bad[i]);
        }
}

/* Every one of these is read differently by some server or proxy in the field. */
static void t061_t062_refuses_hostile_heads(void **state)
{
        (void)state;
#define HOST "Host: a\r\n"
        static const struct str bad[] = {
                S_ROW("GET / HTTP/1.1\r\n\r\n"),              /* no Host */
                S_ROW("GET / HTTP/1.1\r\n" HOST HOST "\r\n"), /* two */
                S_ROW("GET / HTTP/1.1\r\nHost:\r\n\r\n"),     /* empty */
                S_ROW("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\nHost: a:\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\nHost: [g]\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\nHost: []\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST
                      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST
                      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST
                      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \"chunked\"\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\vchunked\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST
                      "X:\rContent-Length: 5\r\n\r\n"), /* CVE-2023-30589 */
                S_ROW("POST / HTTP/1.1\r\n" HOST "X: a\r\r\n\r\n"),
                S_ROW("POST / HTTP/1.1\r\n" HOST "X: a\x7f\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\n" HOST "\r\n"),
                S_ROW("GET / HTTP/1.1\r\nHost: a\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\n" HOST "\n"),
                S_ROW("\nGET / HTTP/1.1\r\n" HOST "\r\n"),
                S_ROW("GET / HTTP/1.1\r\n" HOST " folded\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\n" HOST "\tfolded\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\n X: first\r\n" HOST "\r\n"),
                S_ROW("GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\n" HOST ": no name\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\n" HOST "X(): y\r\n\r\n"),
                S_ROW("GET / HTTP/1.1\r\n" HOST "X\x80: y\r\n\r\n"),
                S_ROW("GET  / HTTP/1.1\r\n" HOST "\r\n"),
                S_ROW("GET /  HTTP/1.1\r\n" HOST "\r\n"),
                S_ROW("GET / HTTP/1.1 \r\n" HOST "\r\n"),
                S_ROW(" GET / HTTP/1.1\r\n" HOST "\r\n"),
                S_ROW("GET\t/ HTTP/1.1\r\n" HOST "\r\n"),
                S_ROW("GET /\r\n" HOST "\r\n"),
                S_ROW("GET / http/1.1\r\n" HOST "\r\n"),
                S_ROW("GET / HTTP/1.10\r\n" HOST "\r\n"),
                S_ROW("GET / HTTP/+1.1\r\n" HOST "\r\n"),
                S_ROW("G(T / HTTP/1.1\r\n" HOST "\r\n"),
                S_ROW("\x16\x03\x01\x02"), /* a TLS hello: told at once, not after the deadline */
                S_ROW("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"),
        };
        for (size_t i = 0; i < countof(bad); i++)
                if (read_all(bad[i]) != ERR_MALFORMED)
                        fail_msg("row %zu: %.*s", i, (int)bad[i].n, bad[i].p);
}

static void t063_lengths(void **state)
{
        (void)state;
        static const struct {
                const char *value;
                enum err want;
        } rows[] = {
                {"0", OK},
                {"999999999999", OK},
                {"+5", ERR_MALFORMED},
                {"-5", ERR_MALFORMED},
                {"0x5", ERR_MALFORMED},
                {"5 ", OK},
                {"5 5", ERR_MALFORMED},
                {"", ERR_MALFORMED},
                {"5.0", ERR_MALFORMED},
                {"1000000000000", ERR_TOO_LARGE},
                {"18446744073709551621", ERR_TOO_LARGE},
                {"00000000000000000000000000000000000005", ERR_TOO_LARGE},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                struct str text =
                        str_fmt(&arena, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %s\r\n\r\n",
                                rows[i].value);
                if (read_all(text) != rows[i].want)
                        fail_msg("Content-Length: %s", rows[i].value);
        }
}

static struct str repeated(const char *start, const char *unit, size_t n, const char *end)
{
        struct buf b = {0};
        buf_add(&b, str_of(start));
        for (size_t i = 0; i < n; i++)
                buf_add(&b, str_of(unit));
        buf_add(&b, str_of(end));
        return buf_take(&arena, &b);
}

static void t064_sizes(void **state)
{
        (void)state;
        const char *end = " HTTP/1.1\r\nHost: a\r\n\r\n", *start = "GET / HTTP/1.1\r\nHost: a\r\n";
        assert_int_equal(read_all(repeated("GET /", "a", 8100, end)), OK);
        assert_int_equal(read_all(repeated("GET /", "a", 8192, end)), ERR_TARGET_LONG);
        assert_int_equal(read_all(repeated("GET /", "a", 70000, "")), ERR_TARGET_LONG);
        assert_int_equal(read_all(repeated("", "\r\n", 5000, "")), ERR_MALFORMED);
        assert_int_equal(read_all(repeated(start, "X: y\r\n", 99, "\r\n")), OK);
        assert_int_equal(read_all(repeated(start, "X: y\r\n", 100, "\r\n")), ERR_HEAD_LARGE);
        assert_int_equal(read_all(repeated(start, "X: y\r\n", 2000, "\r\n")), ERR_HEAD_LARGE);
        assert_int_equal(read_all(repeated(start, "X: 0123456789012345678901234567890123456789\r\n",
                                           95, "Y: z\r\n\r\n")),
                         OK);
        assert_int_equal(read_all(repeated("GET / HTTP/1.1\r\nHost: a\r\nX: ", "y", 70000, "")),
                         ERR_HEAD_LARGE);
        assert_int_equal(
                read_all(repeated("GET / HTTP/1.1\r\nHost: a\r\nX: ", "y", 70000, "\r\n\r\n")),
                ERR_HEAD_LARGE);
}

static void t066_other_versions_and_methods(void **state)
{
        (void)state;
        assert_int_equal(read_all(S("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")), ERR_VERSION);
        assert_int_equal(read_all(S("GET / HTTP/1.2\r\nHost: a\r\n\r\n")), ERR_VERSION);
        assert_int_equal(read_all(S("GET / HTTP/0.9\r\nHost: a\r\n\r\n")), ERR_VERSION);
        assert_int_equal(read_all(S("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n")), ERR_METHOD);
        assert_int_equal(read_all(S("get / HTTP/1.1\r\nHost: a\r\n\r\n")), ERR_METHOD);
        assert_int_equal(read_all(S("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n")), ERR_METHOD);
}

static void lists(void **state)
{
        (void)state;
        assert_true(head_list_has(S("a , Upgrade,b"), S("upgrade")));
        assert_false(head_list_has(S("upgraded"), S("upgrade")));
        assert_false(head_list_has(STR_NONE, S("upgrade")));
        assert_false(head_is_token(S("")));
        assert_false(head_is_token(S("a b")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(reads_a_request, reset),
                cmocka_unit_test_setup(reads_framing, reset),
                cmocka_unit_test_setup(reads_http_1_0, reset),
                cmocka_unit_test_setup(reads_targets, reset),
                cmocka_unit_test_setup(t061_t062_refuses_hostile_heads, reset),
                cmocka_unit_test_setup(t063_lengths, reset),
                cmocka_unit_test_setup(t064_sizes, reset),
                cmocka_unit_test_setup(t066_other_versions_and_methods, reset),
                cmocka_unit_test_setup(lists, reset),
        };
        int failed = cmocka_run_group_tests_name("http_head", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
