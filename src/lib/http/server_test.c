/* The whole server over loopback: order, framing, bodies, answers. */
#include "lib/http/server_test.h"
#include "lib/base/log.h"
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define H "Host: blumen.example\r\n"
#define END "Connection: close\r\n\r\n"

static int plain(void **state)
{
        (void)state;
        server_start((struct http_settings){0});
        return 0;
}

static void t065_answers_in_order(void **state)
{
        (void)state;
        const char *got = exchange(
                "GET /api/slow HTTP/1.1\r\n" H "\r\nGET /hello?1 HTTP/1.1\r\n" H "\r\n"
                "GET /api/slow HTTP/1.1\r\n" H "\r\nGET /api/echo/7?last=1 HTTP/1.1\r\n" H END);
        assert_int_equal(count_of(got, "HTTP/1.1 200 OK"), 4);
        assert_has(strstr(strstr(strstr(got, "hello") + 1, "hello") + 1, "hello"),
                   "\"last\":\"1\"");
        assert_int_equal(count_of(got, "Connection: close"), 1);
        assert_int_equal(count_of(got, "Date: "), 4);
        assert_int_equal(count_of(got, "X-Request-Id: "), 4);
}

static void byte_by_byte(void **state)
{
        (void)state;
        int fd = client_open();
        const char *text = "POST /api/echo/1?q=2 HTTP/1.1\r\n" H
                           "Content-Type: application/x-www-form-urlencoded\r\n"
                           "Content-Length: 3\r\n\r\na=1GET /hello HTTP/1.1\r\n" H END;
        for (const char *p = text; *p; p++) {
                client_send_bytes(fd, p, 1);
                if (p - text < 60)
                        nanosleep(&(struct timespec){0, 200000}, NULL);
        }
        const char *got = client_read(fd, NULL);
        assert_has(got, "\"q\":\"2\",\"a\":\"1\"");
        assert_has(got, "hello");
        close(fd);
}

static void chunked_bodies(void **state)
{
        (void)state;
        const char *got =
                exchange("POST /api/echo/1 HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n"
                         "Content-Type: application/json\r\n\r\n"
                         "3\r\n{\"a\r\n7\r\n\":{\"b\":\r\n3\r\n1}}\r\n0\r\nT: x\r\n\r\n"
                         "GET /hello HTTP/1.1\r\n" H END);
        assert_has(got, "\"a[b]\":\"1\"");
        assert_int_equal(count_of(got, "HTTP/1.1 200 OK"), 2);
        got = exchange("POST /api/raw HTTP/1.1\r\n" H
                       "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloGET / HTTP/1.1\r\n");
        assert_has(got, "HTTP/1.1 400 ");
        assert_int_equal(count_of(got, "HTTP/1.1"), 1);
}

static void t062_never_a_second_answer(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "POST /hello HTTP/1.1\r\n" H
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /hello HTTP/1.1\r\n" H "Content-Length: 5\r\nContent-Length: 0\r\n\r\n",
                "GET /hello HTTP/1.1\r\n" H "X: a\rb\r\n\r\n",
                "GET /hello HTTP/1.1\n" H "\r\n",
                "GET /hello HTTP/1.1\r\n\r\n",
        };
        for (size_t i = 0; i < countof(bad); i++) {
                char text[1000];
                snprintf(text, sizeof text, "%sGET /hello HTTP/1.1\r\n" H "\r\n", bad[i]);
                const char *got = exchange(text);
                assert_int_equal(count_of(got, "HTTP/1.1 "), 1);
                assert_has(got, "HTTP/1.1 400 ");
                assert_has(got, "Connection: close");
        }
        assert_has(exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "HTTP/1.1 505 ");
        assert_has(exchange("TRACE / HTTP/1.1\r\n" H "\r\n"), "HTTP/1.1 405 ");
}

static void expect_continue(void **state)
{
        (void)state;
        int fd = client_open();
        client_send(fd, "POST /api/raw HTTP/1.1\r\n" H
                        "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        assert_string_equal(client_read(fd, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
        client_send(fd, "hello");
        assert_has(client_read(fd, "hello"), "200 OK");
        client_send(fd, "POST /api/raw HTTP/1.1\r\n" H
                        "Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n");
        const char *got = client_read(fd, NULL);
        assert_has(got, "HTTP/1.1 413 ");
        assert_lacks(got, "100 Continue");
        close(fd);
}

static void bodies_that_are_refused(void **state)
{
        (void)state;
        assert_has(exchange("POST /api/raw HTTP/1.1\r\n" H "Content-Length: 100001\r\n\r\nxx"),
                   "HTTP/1.1 413 ");
        assert_has(exchange("POST /api/echo/1 HTTP/1.1\r\n" H
                            "Content-Encoding: gzip\r\nContent-Type: application/json"
                            "\r\nContent-Length: 5\r\nConnection: close\r\n\r\nxxxxx"),
                   "HTTP/1.1 415 "); /* T050 */
        assert_has(exchange("POST /api/echo/1 HTTP/1.1\r\n" H
                            "Content-Type: text/xml\r\nContent-Length: 1\r\nConnection: "
                            "close\r\n\r\nx"),
                   "HTTP/1.1 415 ");
        assert_has(exchange("POST /api/echo/1 HTTP/1.1\r\n" H
                            "Content-Type: application/json\r\nContent-Length: 1\r\n"
                            "Connection: close\r\n\r\n{"),
                   "HTTP/1.1 400 ");
        assert_has(exchange("GET /api/echo/1?a=%00 HTTP/1.1\r\n" H END), "HTTP/1.1 400 ");
        assert_has(exchange("GET /api/echo/1?a=% HTTP/1.1\r\n" H END), "HTTP/1.1 400 ");
        assert_has(exchange("GET /api/%2e%2e/x HTTP/1.1\r\n" H END), "HTTP/1.1 400 ");
        int fd = client_open(); /* chunked past the limit */
        client_send(fd, "POST /api/raw HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n");
        char chunk[1100];
        int n = snprintf(chunk, sizeof chunk, "400\r\n%01024d\r\n", 0);
        for (int i = 0; i < 200; i++)
                client_send_bytes(fd, chunk, (size_t)n);
        assert_has(client_read(fd, NULL), "HTTP/1.1 413 ");
        close(fd);
}

static void refusals_keep_the_connection(void **state)
{
        (void)state;
        const char *got =
                exchange("POST /api/denied HTTP/1.1\r\n" H "Content-Type: application/json\r\n"
                         "Content-Length: 7\r\n\r\nGET / HGET /hello HTTP/1.1\r\n" H END);
        assert_has(got, "HTTP/1.1 401 ");
        assert_has(got, "HTTP/1.1 200 OK");
        assert_int_equal(count_of(got, "HTTP/1.1 "), 2);
        got = exchange("POST /api/none HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                       "GET /hello HTTP/1.1\r\n" H END);
        assert_has(got, "HTTP/1.1 404 ");
        assert_int_equal(count_of(got, "HTTP/1.1 "), 1); /* of unknown length: closed */
}

static void uploads(void **state)
{
        (void)state;
        const char *got = exchange(
                "POST /api/upload HTTP/1.1\r\n" H
                "Content-Type: multipart/form-data; boundary=b\r\n"
                "Content-Length: 134\r\nConnection: close\r\n\r\n"
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../x\"\r\n\r\n"
                "12345\r\n--b\r\nContent-Disposition: form-data; name=n\r\n\r\nv\r\n--b--\r\n\r\n");
        assert_has(got, "\"file\":\"\",\"file_size\":5,\"n\":\"v\"");
        got = exchange(
                "POST /api/upload HTTP/1.1\r\n" H
                "Content-Type: multipart/form-data; boundary=b\r\n"
                "Content-Length: 30\r\nConnection: close\r\n\r\n--b\r\nContent-Disposition: form");
        assert_has(got, "HTTP/1.1 400 ");
}

static void answers_files(void **state)
{
        (void)state;
        const char *got = exchange("GET /file HTTP/1.1\r\n" H END);
        assert_has(got, "HTTP/1.1 200 OK");
        assert_has(got, "Content-Length: 100000\r\n");
        assert_has(got, "ETag: \"v1\"");
        assert_has(got, "Content-Security-Policy: default-src 'none'; sandbox"); /* T077 */
        assert_int_equal(strlen(strstr(got, "\r\n\r\n") + 4), 100000);
        got = exchange("HEAD /file HTTP/1.1\r\n" H END);
        assert_has(got, "Content-Length: 100000\r\n");
        assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
        got = exchange("GET /file HTTP/1.1\r\n" H "If-None-Match: \"v0\", W/\"v1\"\r\n" END);
        assert_has(got, "HTTP/1.1 304 Not Modified");
        assert_lacks(got, "Content-Length");
        assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
}

static void t081_ranges(void **state)
{
        (void)state;
        static const struct {
                const char *range, *status, *more;
        } rows[] = {
                {"Range: bytes=1-3\r\n", "206 ", "\r\n\r\nbcd"},
                {"Range: bytes=0-0\r\nIf-Range: \"v1\"\r\n", "206 ",
                 "Content-Range: bytes 0-0/100000"},
                {"Range: bytes=0-0\r\nIf-Range: \"v0\"\r\n", "200 ", "Content-Length: 100000"},
                {"Range: bytes=-2\r\n", "206 ", "Content-Range: bytes 99998-99999/100000"},
                {"Range: bytes=99999-999999999999\r\n", "206 ", "Content-Length: 1\r\n"},
                {"Range: bytes=100000-\r\n", "416 ", "Content-Range: bytes */100000"},
                {"Range: bytes=-0\r\n", "416 ", "Content-Length: 0"},
                {"Range: bytes=3-1\r\n", "200 ", "Content-Length: 100000"},
                {"Range: bytes=0-1,3-4\r\n", "200 ", "Content-Length: 100000"},
                {"Range: bytes=18446744073709551616-\r\n", "200 ", "Content-Length: 100000"},
                {"Range: lines=1-2\r\n", "200 ", "Content-Length: 100000"},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                char text[300];
                snprintf(text, sizeof text, "GET /file HTTP/1.1\r\n" H "%s" END, rows[i].range);
                const char *got = exchange(text);
                assert_has(got, rows[i].status);
                assert_has(got, rows[i].more);
        }
}

static void t036_pages_and_headers(void **state)
{
        (void)state;
        server_start((struct http_settings){.https = true});
        const char *got = exchange("GET / HTTP/1.1\r\n" H END);
        assert_has(got,
                   "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; "
                   "script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
                   "'none'\r\n");
        assert_has(got, "X-Content-Type-Options: nosniff");
        assert_has(got, "X-Frame-Options: DENY");
        assert_has(got, "Referrer-Policy: same-origin");
        assert_has(got, "Strict-Transport-Security: ");
        assert_has(got, "Set-Cookie: session=s3cret; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; "
                        "Secure\r\n");
        assert_has(got, "link: </b>; rel=\"x\"\r\n");
        assert_lacks(got, "</a>");
        assert_lacks(got, "x=y"); /* T022 */
        assert_lacks(got, "bad=");
        assert_lacks(got, "Access-Control");
        assert_has(got, "&lt;hi&gt;");
}

static void t021_redirects_stay_here(void **state)
{
        (void)state;
        assert_has(exchange("GET /redirect?to=/a%3Fb HTTP/1.1\r\n" H END), "Location: /a?b\r\n");
        assert_has(exchange("GET /redirect?to=/%C3%A9 HTTP/1.1\r\n" H END),
                   "Location: /%C3%A9\r\n");
        static const char *const bad[] = {"//evil.example",
                                          "/%5Cevil.example",
                                          "https://evil.example",
                                          "",
                                          "%09//evil",
                                          "/%0d%0aX:y",
                                          "/%09/evil",
                                          "evil"};
        for (size_t i = 0; i < countof(bad); i++) {
                char text[300];
                snprintf(text, sizeof text, "GET /redirect?to=%s HTTP/1.1\r\n" H END, bad[i]);
                assert_has(exchange(text), "HTTP/1.1 303 See Other");
                assert_has(exchange(text), "Location: /\r\n");
        }
}

static void errors_take_everything_back(void **state)
{
        (void)state;
        const char *got = exchange("GET /api/failing HTTP/1.1\r\n" H END);
        assert_has(got, "HTTP/1.1 422 ");
        assert_has(got, "the moon is too round");
        assert_lacks(got, "half");
        assert_lacks(got, "X-Half");
        /* It runs after the answer has left. */
        for (int i = 0; i < 2000 && !__atomic_load_n(&server.deferred, __ATOMIC_ACQUIRE); i++)
                usleep(1000);
        assert_int_equal(__atomic_load_n(&server.deferred, __ATOMIC_ACQUIRE), 1);
}

static void cors(void **state)
{
        (void)state;
        const char *got =
                exchange("OPTIONS /api/denied HTTP/1.1\r\n" H "Origin: https://app.example\r\n"
                         "Access-Control-Request-Method: POST\r\n"
                         "Access-Control-Request-Headers: idempotency-key,authorization\r\n" END);
        assert_has(got, "HTTP/1.1 204 ");
        assert_has(got, "Access-Control-Allow-Origin: *\r\n");
        assert_has(got, "Access-Control-Allow-Headers: idempotency-key,authorization\r\n");
        assert_has(got, "Access-Control-Allow-Methods: GET, POST, PUT, PATCH, DELETE\r\n");
        assert_int_equal(server.admitted, 0); /* answered without a token */
        got = exchange("OPTIONS /api/v9/none HTTP/1.1\r\n" H END);
        assert_has(got, "HTTP/1.1 204 ");
        got = exchange("GET /api/v9/none HTTP/1.1\r\n" H END);
        assert_has(got, "HTTP/1.1 404 ");
        assert_has(got, "Access-Control-Allow-Origin: *\r\n");
        got = exchange("OPTIONS / HTTP/1.1\r\n" H END);
        assert_has(got, "Allow: GET, HEAD, OPTIONS\r\n");
        assert_lacks(got, "Access-Control");
        got = exchange("PUT /hello HTTP/1.1\r\n" H END);
        assert_has(got, "HTTP/1.1 405 ");
        assert_has(got, "Allow: GET, HEAD, OPTIONS\r\n");
        assert_has(exchange("OPTIONS * HTTP/1.1\r\n" H END), "HTTP/1.1 204 ");
        assert_has(exchange("GET /nothing/here HTTP/1.1\r\n" H END), "HTTP/1.1 404 ");
}

static void http_1_0(void **state)
{
        (void)state;
        const char *got = exchange("GET /hello HTTP/1.0\r\n\r\n");
        assert_has(got, "200 OK");
        assert_has(got, "Connection: close");
        got = exchange(
                "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n");
        assert_has(got, "Connection: keep-alive");
        assert_int_equal(count_of(got, "200 OK"), 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(t065_answers_in_order, plain),
                cmocka_unit_test_setup(byte_by_byte, plain),
                cmocka_unit_test_setup(chunked_bodies, plain),
                cmocka_unit_test_setup(t062_never_a_second_answer, plain),
                cmocka_unit_test_setup(expect_continue, plain),
                cmocka_unit_test_setup(bodies_that_are_refused, plain),
                cmocka_unit_test_setup(refusals_keep_the_connection, plain),
                cmocka_unit_test_setup(uploads, plain),
                cmocka_unit_test_setup(answers_files, plain),
                cmocka_unit_test_setup(t081_ranges, plain),
                cmocka_unit_test_setup(t036_pages_and_headers, plain),
                cmocka_unit_test_setup(t021_redirects_stay_here, plain),
                cmocka_unit_test_setup(errors_take_everything_back, plain),
                cmocka_unit_test_setup(cors, plain),
                cmocka_unit_test_setup(http_1_0, plain),
        };
        log_set_level(LOG_ERROR);
        int failed = cmocka_run_group_tests_name("http_server", tests, NULL, NULL);
        server_end();
        return failed;
}
