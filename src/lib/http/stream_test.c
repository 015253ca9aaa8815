/* Streams over loopback: handshakes, echoes, floods, slow readers, leaving and stopping (T168). */
#include "lib/base/log.h"
#include "lib/http/server_test.h"
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define H "Host: blumen.example\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define UPGRADE                                                                                    \
        "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"

static int plain(void **state)
{
        (void)state;
        server_start((struct http_settings){0});
        return 0;
}

static void pause_ms(long ms)
{
        nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static bool all_closed(int n)
{
        for (int i = 0; i < 200 && __atomic_load_n(&server.streams_closed, __ATOMIC_SEQ_CST) < n;
             i++)
                pause_ms(10);
        return __atomic_load_n(&server.streams_closed, __ATOMIC_SEQ_CST) == n;
}

/* A masked text frame of up to 125 bytes. */
static void send_frame(int fd, unsigned first, const char *text)
{
        unsigned char frame[140] = {
                (unsigned char)first, (unsigned char)(128 | strlen(text)), 1, 2, 3, 4};
        size_t n = strlen(text);
        for (size_t i = 0; i < n; i++)
                frame[6 + i] = (unsigned char)(text[i] ^ (int)(1 + i % 4));
        client_send_bytes(fd, frame, n + 6);
}

static int open_websocket(void)
{
        int fd = client_open();
        client_send(fd, "GET /api/stream HTTP/1.1\r\n" H UPGRADE KEY "\r\n");
        assert_has(client_read(fd, "data: 1\n\n"), "HTTP/1.1 101 Switching Protocols\r\n");
        return fd;
}

static void events(void **state)
{
        (void)state;
        int fd = client_open();
        client_send(fd, "GET /api/stream HTTP/1.1\r\n" H "\r\n");
        const char *got = client_read(fd, "data: 1\n\n");
        assert_has(got, "HTTP/1.1 200 OK\r\n");
        assert_has(got, "Content-Type: text/event-stream\r\n");
        assert_has(got, "Access-Control-Allow-Origin: *\r\n");
        assert_lacks(got, "Content-Length");
        assert_has(got, "\r\n\r\n:)\nevent: update\ndata: 1\n\n");
        assert_int_equal(http_counters(server.http).streams, 1);
        close(fd);
        assert_true(all_closed(1));
        assert_int_equal(http_counters(server.http).streams, 0);
        assert_has(exchange("HEAD /api/stream HTTP/1.1\r\n" H "Connection: close\r\n\r\n"),
                   "HTTP/1.1 405 ");
}

static void websocket_echoes(void **state)
{
        (void)state;
        int fd = client_open();
        client_send(fd, "GET /api/stream HTTP/1.1\r\n" H UPGRADE KEY
                        "Sec-WebSocket-Protocol: t0k3n\r\n\r\n"
                        "\x81\x85\x01\x02\x03\x04igohn"); /* sent before the answer came */
        const char *got = client_read(fd, "hello");
        assert_has(got, "Upgrade: websocket\r\n");
        assert_has(got, "Connection: Upgrade\r\n");
        assert_has(got, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
        assert_has(got, "Sec-WebSocket-Protocol: t0k3n\r\n");
        assert_has(got, "\x81\x17"
                        "event: update\ndata: 1\n\n\x81\x05hello");
        send_frame(fd, 0x89, "p");
        assert_has(client_read(fd, "p"), "\x8a\x01p");
        send_frame(fd, 0x81, "bye");
        assert_has(client_read(fd, NULL), "\x88\x02\x03\xe8");
        close(fd);
        assert_true(all_closed(1));
}

static void refuses_handshakes(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "GET /api/stream HTTP/1.1\r\n" H
                "Connection: Upgrade, close\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Version: 8\r\n" KEY "\r\n",
                "GET /api/stream HTTP/1.1\r\n" H
                "Connection: Upgrade, close\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n",
                "GET /api/stream HTTP/1.1\r\n" H
                "Connection: Upgrade, close\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n",
        };
        for (size_t i = 0; i < countof(bad); i++)
                assert_has(exchange(bad[i]), "HTTP/1.1 400 ");
        assert_has(exchange("GET /api/stream?broken=1 HTTP/1.1\r\n" H "Connection: close\r\n\r\n"),
                   "HTTP/1.1 500 ");
        assert_true(all_closed(1)); /* the one that was opened before its handler failed */
}

static void closing_handshakes(void **state)
{
        (void)state;
        int fd = open_websocket();
        send_frame(fd, 0x88, "\x03\xe9");
        assert_has(client_read(fd, NULL), "\x88\x02\x03\xe9");
        close(fd);
        fd = open_websocket();
        client_send_bytes(fd, "\x81\x01x", 3); /* not masked */
        assert_has(client_read(fd, NULL), "\x88\x02\x03\xea");
        close(fd);
        assert_true(all_closed(2));
}

static void t168_floods_are_cut(void **state)
{
        (void)state;
        int fd = open_websocket();
        for (int i = 0; i < 400 && !client_closed(fd, 1); i++) { /* reads next to nothing */
                send_frame(fd, 0x81, "flood");
                if (__atomic_load_n(&server.streams_closed, __ATOMIC_SEQ_CST))
                        break;
        }
        assert_true(all_closed(1));
        close(fd);
}

static void t183_streams_of_the_gone(void **state)
{
        (void)state;
        enum { N = 100 };
        for (int i = 0; i < N; i++) {
                int fd = client_open();
                client_send(fd, i % 2 ? "GET /api/stream HTTP/1.1\r\n" H UPGRADE KEY "\r\n"
                                      : "GET /api/stream HTTP/1.1\r\n" H "\r\n");
                if (i % 3)
                        pause_ms(i % 40);
                if (i % 5 == 0)
                        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0},
                                   sizeof(struct linger));
                close(fd);
        }
        for (int i = 0; i < 100 && __atomic_load_n(&server.finished_late, __ATOMIC_SEQ_CST) < N / 2;
             i++)
                pause_ms(10);
        pause_ms(100);
        assert_int_equal(http_counters(server.http).streams, 0);
}

static void stopping_tells_streams(void **state)
{
        (void)state;
        int ws = open_websocket(), sse = client_open();
        client_send(sse, "GET /api/stream HTTP/1.1\r\n" H "\r\n");
        client_read(sse, "data: 1\n\n");
        int64_t start = test_ms();
        server_end();
        assert_true(test_ms() - start < 5000);
        assert_has(client_read(ws, NULL), "\x88\x02\x03\xe9");
        assert_true(client_closed(sse, 1000));
        assert_int_equal(server.streams_closed, 2);
        close(ws), close(sse);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(events, plain),
                cmocka_unit_test_setup(websocket_echoes, plain),
                cmocka_unit_test_setup(refuses_handshakes, plain),
                cmocka_unit_test_setup(closing_handshakes, plain),
                cmocka_unit_test_setup(t168_floods_are_cut, plain),
                cmocka_unit_test_setup(t183_streams_of_the_gone, plain),
                cmocka_unit_test_setup(stopping_tells_streams, plain),
        };
        log_set_level(LOG_ERROR + 1);
        int failed = cmocka_run_group_tests_name("http_stream", tests, NULL, NULL);
        server_end();
        return failed;
}
