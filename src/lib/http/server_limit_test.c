/* The whole server over loopback: deadlines, limits, who asks, and how it ends. */
#include "lib/base/log.h"
#include "lib/http/server_test.h"
#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
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

static void t065_requests_of_a_connection_have_an_end(void **state)
{
        (void)state;
        server_start((struct http_settings){.requests_per_connection = 3});
        const char *got =
                exchange("GET /hello HTTP/1.1\r\n" H "\r\nGET /hello HTTP/1.1\r\n" H "\r\n"
                         "GET /hello HTTP/1.1\r\n" H "\r\nGET /hello HTTP/1.1\r\n" H "\r\n");
        assert_int_equal(count_of(got, "HTTP/1.1 200 OK"), 3);
        assert_has(got, "Connection: close");
}

static void t067_slow_heads(void **state)
{
        (void)state;
        server_start((struct http_settings){.head_ms = 200, .idle_ms = 200});
        int64_t start = test_ms();
        int silent = client_open(), slow = client_open(), idle = client_open();
        client_send(slow, "GET / HTTP/1.1\r\n");
        client_send(idle, "GET /hello HTTP/1.1\r\n" H "\r\n");
        assert_has(client_read(idle, "hello"), "200 OK");
        for (int i = 0; i < 6; i++) { /* a line now and then does not keep it alive */
                nanosleep(&(struct timespec){0, 40000000}, NULL);
                client_send(slow, "X: y\r\n");
        }
        assert_has(client_read(slow, NULL), "HTTP/1.1 408 ");
        assert_true(client_closed(silent, 1000) && client_closed(idle, 1000));
        assert_true(test_ms() - start < 2000);
        close(silent), close(slow), close(idle);
}

static void t068_slow_bodies(void **state)
{
        (void)state;
        server_start((struct http_settings){.body_ms = 150});
        int64_t start = test_ms();
        const char *got =
                exchange("POST /api/raw HTTP/1.1\r\n" H "Content-Length: 100\r\n\r\nhalf");
        assert_has(got, "HTTP/1.1 408 ");
        assert_true(test_ms() - start >= 150 && test_ms() - start < 4500);
        got = exchange("POST /api/raw HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n5\r\nhe");
        assert_has(got, "HTTP/1.1 408 ");
}

static void t069_slow_readers(void **state)
{
        (void)state;
        server_start((struct http_settings){.stall_ms = 200});
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server.port)};
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
        client_send(fd, "GET /big HTTP/1.1\r\n" H "\r\n");
        nanosleep(&(struct timespec){1, 0}, NULL);
        size_t n = 0;
        ssize_t got;
        char bytes[65536];
        while ((got = recv(fd, bytes, sizeof bytes, 0)) > 0)
                n += (size_t)got;
        assert_true(n < 4000000);
        close(fd);
        got = (ssize_t)strlen(
                strstr(exchange("HEAD /big HTTP/1.1\r\n" H END), "Content-Length: 4000000"));
        assert_true(got > 0);
        fd = client_open(); /* an honest reader gets all of it */
        client_send(fd, "GET /big HTTP/1.1\r\n" H END);
        for (n = 0; (got = recv(fd, bytes, sizeof bytes, 0)) > 0; n += (size_t)got)
                ;
        assert_true(n > 4000000);
        close(fd);
}

/* Many bodies that never end hold no more memory than they may. */
static void bodies_in_memory_have_a_limit(void **state)
{
        (void)state;
        server_start((struct http_settings){.bodies_max = 100000});
        char part[60000];
        memset(part, 'x', sizeof part);
        int one = client_open(), two = client_open();
        for (int i = 0; i < 2; i++) {
                int fd = i ? two : one;
                client_send(fd, "POST /api/raw HTTP/1.1\r\n" H "Content-Length: 100000\r\n\r\n");
                client_send_bytes(fd, part, sizeof part);
        }
        nanosleep(&(struct timespec){0, 50000000}, NULL);
        client_send_bytes(one, part, 40000);
        client_send_bytes(two, part, 40000);
        int busy = strstr(client_read(one, "\r\n\r\n"), "HTTP/1.1 503 ") != NULL;
        busy += strstr(client_read(two, "\r\n\r\n"), "Retry-After: 5\r\n") != NULL;
        assert_true(busy >= 1);
        close(one), close(two);
        nanosleep(&(struct timespec){0, 100000000}, NULL);
        assert_has(exchange("POST /api/raw HTTP/1.1\r\n" H "Content-Length: 2\r\n" END "xx"),
                   "200 OK");
}

static void t023_hosts(void **state)
{
        (void)state;
        const struct str hosts[] = {S("blumen.example"), S("localhost:8080")};
        server_start((struct http_settings){.hosts = hosts, .n_hosts = 2});
        assert_has(exchange("GET /hello HTTP/1.1\r\nHost: Blumen.example:443\r\n" END), "200 OK");
        assert_has(exchange("GET /hello HTTP/1.1\r\nHost: localhost:8080\r\n" END), "200 OK");
        assert_has(exchange("GET /hello HTTP/1.1\r\nHost: evil.example\r\n" END), "HTTP/1.1 421 ");
        assert_has(exchange("GET /hello HTTP/1.1\r\nHost: blumen.example.evil\r\n" END),
                   "HTTP/1.1 421 ");
        assert_has(exchange("GET /hello HTTP/1.1\r\nHost: localhost\r\n" END), "HTTP/1.1 421 ");
        assert_has(exchange("GET http://evil.example/hello HTTP/1.1\r\n" H END), "HTTP/1.1 400 ");
}

static void rate_limits(void **state)
{
        (void)state;
        const char *ask = "GET /api/limited HTTP/1.1\r\n" H END;
        const char *got = exchange(ask);
        assert_has(got, "X-RateLimit-Limit: 2\r\n");
        assert_has(got, "X-RateLimit-Remaining: 1\r\n");
        assert_has(got, "X-RateLimit-Reset: 20");
        assert_has(exchange(ask), "X-RateLimit-Remaining: 0\r\n");
        got = exchange(ask);
        assert_has(got, "HTTP/1.1 429 Too Many Requests");
        assert_has(got, "Retry-After: ");
        assert_has(exchange("GET /hello HTTP/1.1\r\n" H END), "200 OK");
        server_start((struct http_settings){.limits_off = true});
        for (int i = 0; i < 4; i++)
                assert_has(exchange(ask), "200 OK");
}

/* T002: believed from a trusted proxy, and then each client has its own count. */
static void proxies(void **state)
{
        (void)state;
        const struct str trusted[] = {S("127.0.0.1")};
        server_start((struct http_settings){
                .proxies = trusted, .n_proxies = 1, .connections_per_ip = 1});
        int one = client_open(), two = client_open();
        client_send(one,
                    "GET /api/echo/1 HTTP/1.1\r\n" H "X-Forwarded-For: 9.9.9.9, 198.51.100.7\r\n"
                    "X-Forwarded-Proto: https\r\n" END);
        const char *got = client_read(one, NULL);
        assert_has(got, "\"peer\":\"198.51.100.7\"");
        assert_has(got, "\"secure\":true");
        client_send(two, "GET /api/echo/1 HTTP/1.1\r\n" H END);
        assert_has(client_read(two, NULL), "\"peer\":\"127.0.0.1\"");
        close(one), close(two);
        for (int i = 0; i < 4; i++) {
                char text[300];
                snprintf(text, sizeof text,
                         "GET /api/limited HTTP/1.1\r\n" H "X-Forwarded-For: 198.51.100.%d\r\n" END,
                         i / 2);
                assert_has(exchange(text), "200 OK");
        }
        server_start((struct http_settings){0});
        got = exchange("GET /api/echo/1 HTTP/1.1\r\n" H
                       "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n" END);
        assert_has(got, "\"peer\":\"127.0.0.1\"");
        assert_has(got, "\"secure\":false");
        assert_has(exchange("GET /hello HTTP/1.1\r\n" H
                            "X-Forwarded-For: 1.1.1.1\r\nClient-IP: 2.2.2.2\r\n" END),
                   "HTTP/1.1 400 ");
}

static void t070_connections(void **state)
{
        (void)state;
        server_start((struct http_settings){.connections_per_ip = 3});
        int fds[3];
        for (int i = 0; i < 3; i++) {
                fds[i] = client_open();
                client_send(fds[i], "GET /hello HTTP/1.1\r\n" H "\r\n");
                assert_has(client_read(fds[i], "hello"), "200 OK");
        }
        assert_has(exchange(""), "HTTP/1.1 503 ");
        close(fds[0]);
        nanosleep(&(struct timespec){0, 100000000}, NULL);
        assert_has(exchange("GET /hello HTTP/1.1\r\n" H END), "200 OK");
        close(fds[1]), close(fds[2]);
        assert_int_equal(http_counters(server.http).rejected, 1);
        server_start((struct http_settings){.connections = 1});
        int fd = client_open();
        client_send(fd, "GET /hello HTTP/1.1\r\n" H "\r\n");
        assert_has(client_read(fd, "hello"), "200 OK");
        assert_has(exchange(""), "HTTP/1.1 503 ");
        close(fd);
}

/* With no descriptor left the loops neither spin nor die. */
static void t070_out_of_descriptors(void **state)
{
        (void)state;
        enum { N = 40 };
        server_start((struct http_settings){.connections_per_ip = 1000});
        int fds[N], last = 0;
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server.port)};
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        for (int i = 0; i < N; i++)
                last = fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        struct rlimit before, low;
        getrlimit(RLIMIT_NOFILE, &before);
        low = before;
        low.rlim_cur = (rlim_t)last + 4;
        setrlimit(RLIMIT_NOFILE, &low);
        for (int i = 0; i < N; i++)
                (void)!connect(fds[i], (struct sockaddr *)&at, sizeof at);
        nanosleep(&(struct timespec){0, 100000000}, NULL);
        struct rusage first, then;
        getrusage(RUSAGE_SELF, &first);
        nanosleep(&(struct timespec){0, 500000000}, NULL);
        getrusage(RUSAGE_SELF, &then);
        setrlimit(RLIMIT_NOFILE, &before);
        long used = (then.ru_utime.tv_sec - first.ru_utime.tv_sec + then.ru_stime.tv_sec -
                     first.ru_stime.tv_sec) *
                            1000000 +
                    then.ru_utime.tv_usec - first.ru_utime.tv_usec + then.ru_stime.tv_usec -
                    first.ru_stime.tv_usec;
        assert_true(used < 50000);
        for (int i = 0; i < N; i++)
                close(fds[i]);
        nanosleep(&(struct timespec){0, 300000000}, NULL);
        assert_has(exchange("GET /hello HTTP/1.1\r\n" H END), "200 OK");
}

/* The client leaves while its handler is at work; http_finish comes to a request without a
 * connection (T183). */
static void t183_leaving_early(void **state)
{
        (void)state;
        enum { N = 300 };
        for (int i = 0; i < N; i++) {
                int fd = client_open();
                if (i % 5 == 0)
                        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0},
                                   sizeof(struct linger));
                client_send(fd, i % 3 ? "GET /api/slow HTTP/1.1\r\n" H
                                        "\r\nGET /hello HTTP/1.1\r\n" H "\r\n"
                                      : "POST /api/raw HTTP/1.1\r\n" H
                                        "Content-Length: 4\r\n\r\nabcd");
                nanosleep(&(struct timespec){0, rand() % 1000000}, NULL);
                if (i % 7 == 0)
                        shutdown(fd, SHUT_WR);
                close(fd);
        }
        for (int i = 0; i < 100 && __atomic_load_n(&server.finished_late, __ATOMIC_SEQ_CST) < N / 2;
             i++)
                nanosleep(&(struct timespec){0, 10000000}, NULL);
        assert_has(exchange("GET /hello HTTP/1.1\r\n" H END), "200 OK");
}

static void half_closed_clients_are_answered(void **state)
{
        (void)state;
        int fd = client_open();
        client_send(fd, "GET /api/slow HTTP/1.1\r\n" H "\r\n");
        shutdown(fd, SHUT_WR);
        assert_has(client_read(fd, NULL), "200 OK");
        close(fd);
}

static void stopping_lets_work_finish(void **state)
{
        (void)state;
        int fd = client_open(), idle = client_open();
        client_send(idle, "GET /hello HTTP/1.1\r\n" H "\r\n");
        assert_has(client_read(idle, "hello"), "200 OK");
        client_send(fd, "GET /api/slow HTTP/1.1\r\n" H "\r\n");
        nanosleep(&(struct timespec){0, 10000000}, NULL);
        server_end();
        const char *got = client_read(fd, NULL);
        assert_has(got, "200 OK");
        assert_has(got, "Connection: close");
        assert_true(client_closed(idle, 1000));
        close(fd), close(idle);
}

static void unix_sockets(void **state)
{
        (void)state;
        char path[64], listen[80];
        const struct str trusted[] = {S("unix")};
        snprintf(path, sizeof path, "/tmp/http-test-%d.sock", (int)getpid());
        snprintf(listen, sizeof listen, "unix:%s", path);
        for (int round = 0; round < 2; round++) {
                server_start((struct http_settings){
                        .listen = str_of(listen), .proxies = trusted, .n_proxies = 1});
                struct sockaddr_un at = {.sun_family = AF_UNIX};
                memcpy(at.sun_path, path, strlen(path));
                for (int i = 0; i < 5; i++) {
                        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
                        assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
                        client_send(fd, "GET /api/echo/1 HTTP/1.1\r\n" H
                                        "X-Forwarded-For: 198.51.100.7\r\n" END);
                        assert_has(client_read(fd, NULL), "\"peer\":\"198.51.100.7\"");
                        close(fd);
                }
        }
        server_end();
        assert_int_not_equal(access(path, F_OK), 0);
}

static void a_port_in_use_is_told(void **state)
{
        (void)state;
        char listen[40];
        static const struct http_hooks hooks = {0};
        struct http *second = NULL;
        snprintf(listen, sizeof listen, "127.0.0.1:%d", server.port);
        assert_int_equal(
                http_open(&(struct http_settings){.listen = str_of(listen)}, &hooks, &second),
                ERR_FAULT);
        static const char *const bad[] = {"",     "8080", ":80", "127.0.0.1:x", "127.0.0.1:99999",
                                          "unix:"};
        for (size_t i = 0; i < countof(bad); i++)
                assert_int_equal(http_open(&(struct http_settings){.listen = str_of(bad[i])},
                                           &hooks, &second),
                                 ERR_INPUT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(t065_requests_of_a_connection_have_an_end, plain),
                cmocka_unit_test_setup(t067_slow_heads, plain),
                cmocka_unit_test_setup(t068_slow_bodies, plain),
                cmocka_unit_test_setup(t069_slow_readers, plain),
                cmocka_unit_test_setup(bodies_in_memory_have_a_limit, plain),
                cmocka_unit_test_setup(t023_hosts, plain),
                cmocka_unit_test_setup(rate_limits, plain),
                cmocka_unit_test_setup(proxies, plain),
                cmocka_unit_test_setup(t070_connections, plain),
                cmocka_unit_test_setup(t070_out_of_descriptors, plain),
                cmocka_unit_test_setup(t183_leaving_early, plain),
                cmocka_unit_test_setup(half_closed_clients_are_answered, plain),
                cmocka_unit_test_setup(stopping_lets_work_finish, plain),
                cmocka_unit_test_setup(unix_sockets, plain),
                cmocka_unit_test_setup(a_port_in_use_is_told, plain),
        };
        log_set_level(LOG_ERROR);
        int failed = cmocka_run_group_tests_name("http_server_limit", tests, NULL, NULL);
        server_end();
        return failed;
}
