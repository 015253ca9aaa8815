/* The handlers, hooks and client of the server's tests: see server_test.h. */
#include "lib/base/arena.h"
#include "lib/http/server_test.h"
#include "lib/text/html.h"
#include "lib/text/json.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct test_server server;

static enum err hello(struct req *rq)
{
        reply_text(rq, 200, "text/plain; charset=utf-8", S("hello"));
        return OK;
}

/* Every parameter, file size and a few facts of the request, as JSON. */
static enum err echo(struct req *rq)
{
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        for (size_t i = 0; i < rq->n_params; i++) {
                json_key_str(j, rq->params[i].name, rq->params[i].text);
                if (rq->params[i].file)
                        json_int(j, "file_size", rq->params[i].file->size);
        }
        json_str(j, "peer", rq->peer);
        json_str(j, "body", rq->body);
        json_bool(j, "secure", rq->secure);
        json_z(j, "method", rq->method == METHOD_HEAD ? "HEAD" : rq->route->method);
        json_end(j);
        return OK;
}

static enum err page(struct req *rq)
{
        html_str(reply_html(rq, 200), S("<hi>"));
        reply_cookie(rq, "session", S("s3cret"), 60);
        reply_cookie(rq, "bad", S("a;b"), 60);
        reply_header(rq, "X-Split", S("a\r\nSet-Cookie: x=y"));
        reply_header(rq, "Link", S("</a>; rel=\"x\""));
        reply_header(rq, "link", S("</b>; rel=\"x\""));
        return OK;
}

static enum err redirect(struct req *rq)
{
        reply_redirect(rq, req_param(rq, "to"));
        return OK;
}

static void count_defer(void *p)
{
        __atomic_fetch_add((int *)p, 1, __ATOMIC_RELEASE); /* on the loop's thread */
}

static enum err failing(struct req *rq)
{
        req_defer(rq, count_defer, &server.deferred);
        struct json *j = reply_json(rq, 200);
        json_z(j, NULL, "half an answer");
        reply_header(rq, "X-Half", S("1"));
        return req_fail(rq, ERR_INPUT, "the %s is too round", "moon");
}

static enum err big(struct req *rq)
{
        static char bytes[4000000];
        reply_static(rq, 200, "application/octet-stream", (struct str){bytes, sizeof bytes});
        return OK;
}

static enum err file(struct req *rq)
{
        FILE *f = tmpfile();
        for (int i = 0; i < 100000; i++)
                fputc('a' + i % 26, f);
        fflush(f);
        int fd = dup(fileno(f));
        fclose(f);
        reply_file(rq, fd, 100000, "image/jpeg", S("v1"));
        return OK;
}

static void stream_message(void *owner, struct stream *s, struct str text)
{
        (void)owner;
        if (str_eq(text, S("bye")))
                stream_close(s, 1000);
        else if (str_eq(text, S("flood")))
                for (int i = 0; i < 200; i++)
                        stream_send(s, (struct str){(const char[1000]){0}, 1000});
        else
                stream_send(s, text);
}

static void stream_closed(void *owner)
{
        __atomic_add_fetch((int *)owner, 1, __ATOMIC_SEQ_CST);
}

static enum err stream(struct req *rq)
{
        static const struct stream_hooks hooks = {stream_message, stream_closed};
        struct stream *s;
        if (stream_wanted(rq))
                TRY(stream_websocket(rq, req_header(rq, "sec-websocket-protocol"), &hooks,
                                     &server.streams_closed, &s));
        else
                TRY(stream_events(rq, &hooks, &server.streams_closed, &s));
        stream_send(s, S("event: update\ndata: 1\n\n"));
        bool broken = req_param(rq, "broken").p;
        stream_drop(s);
        return broken ? ERR_FAULT : OK;
}

static const struct route api_rows[] = {
        {"GET", "/hello", 0, 0, LANE_READ, hello, 0, 0},
        {"GET", "/api/slow", 0, 0, LANE_SLOW, hello, 0, 0},
        {"GET", "/api/echo/:id", 0, 0, LANE_READ, echo, 0, 0},
        {"POST", "/api/echo/:id", 0, 0, LANE_READ, echo, 0, 0},
        {"POST", "/api/upload", 0, 0, LANE_READ, echo, BODY_UPLOAD, 1000000},
        {"POST", "/api/raw", 0, 0, LANE_SLOW, echo, BODY_RAW, 100000},
        {"GET", "/api/limited", 0, 1, LANE_READ, hello, 0, 0},
        {"GET", "/api/denied", 1, 0, LANE_READ, hello, 0, 0},
        {"POST", "/api/denied", 1, 0, LANE_READ, hello, 0, 0},
        {"GET", "/api/failing", 0, 0, LANE_READ, failing, 0, 0},
        {"GET", "/api/stream", 0, 0, LANE_SLOW, stream, ROUTE_STREAM, 0},
};
static const struct route page_rows[] = {
        {"GET", "/", 0, 0, LANE_READ, page, 0, 0},
        {"GET", "/redirect", 0, 0, LANE_READ, redirect, 0, 0},
};
static const struct route file_rows[] = {
        {"GET", "/file", 0, 0, LANE_READ, file, 0, 0},
        {"GET", "/big", 0, 0, LANE_READ, big, 0, 0},
};
static const struct route_list lists[] = {{DOOR_API, api_rows, countof(api_rows)},
                                          {DOOR_PAGE, page_rows, countof(page_rows)},
                                          {DOOR_FILE, file_rows, countof(file_rows)}};
static const struct limit limits[] = {{"none", 0, 0}, {"few", 2, 3600}};

static enum err admit(struct req *rq, void *owner, void *loop)
{
        (void)owner, (void)loop;
        __atomic_add_fetch(&server.admitted, 1, __ATOMIC_SEQ_CST);
        return rq->route->scope ? ERR_NO_TOKEN : OK;
}

static void *run_slowly(void *p)
{
        nanosleep(&(struct timespec){0, 30000000}, NULL);
        enum err e = http_handle(p);
        __atomic_add_fetch(&server.finished_late, 1, __ATOMIC_SEQ_CST);
        http_finish(p, e);
        return NULL;
}

static void run(struct req *rq, void *owner, void *loop)
{
        (void)owner, (void)loop;
        pthread_t t;
        if (rq->route->lane == LANE_READ) {
                http_finish(rq, http_handle(rq));
                return;
        }
        assert_int_equal(pthread_create(&t, NULL, run_slowly, rq), 0);
        pthread_detach(t);
}

void server_end(void)
{
        if (server.http)
                http_stop(server.http, 2000);
        http_close(&server.http);
}

void server_start(struct http_settings s)
{
        static const struct http_hooks hooks = {.admit = admit, .run = run};
        server_end();
        server = (struct test_server){0};
        if (!s.listen.p)
                s.listen = S("127.0.0.1:0");
        s.loops = s.loops ? s.loops : 2;
        s.routes = lists;
        s.n_routes = countof(lists);
        s.limits = limits;
        s.n_limits = countof(limits);
        s.temp_dir = S("/tmp");
        assert_int_equal(http_open(&s, &hooks, &server.http), OK);
        assert_int_equal(http_start(server.http), OK);
        server.port = http_port(server.http);
}

int64_t test_ms(void)
{
        return clock_steady(&clock_real);
}

int client_open(void)
{
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server.port)};
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
        return fd;
}

void client_send_bytes(int fd, const void *p, size_t n)
{
        while (n) {
                ssize_t done = send(fd, p, n, MSG_NOSIGNAL);
                if (done <= 0)
                        return; /* the server closed: the test reads what it said */
                p = (const char *)p + done;
                n -= (size_t)done;
        }
}

void client_send(int fd, const char *text)
{
        client_send_bytes(fd, text, strlen(text));
}

const char *client_read(int fd, const char *until)
{
        static char *kept;
        enum { SIZE = 8 << 20 };
        size_t n = 0;
        free(kept);
        kept = calloc(1, SIZE + 1);
        while (n < SIZE) {
                struct pollfd p = {.fd = fd, .events = POLLIN};
                if (poll(&p, 1, 5000) <= 0)
                        fail_msg("no answer in 5 s after: %.300s", kept);
                ssize_t got = recv(fd, kept + n, SIZE - n, 0);
                if (got <= 0)
                        break;
                n += (size_t)got;
                if (until && memmem(kept, n, until, strlen(until)))
                        break;
        }
        return kept;
}

const char *exchange(const char *text)
{
        int fd = client_open();
        client_send(fd, text);
        const char *answer = client_read(fd, NULL);
        close(fd);
        return answer;
}

int client_closed(int fd, int within_ms)
{
        char bytes[4096];
        int64_t until = test_ms() + within_ms;
        while (test_ms() < until) {
                struct pollfd p = {.fd = fd, .events = POLLIN};
                if (poll(&p, 1, (int)(until - test_ms())) > 0 &&
                    recv(fd, bytes, sizeof bytes, 0) <= 0)
                        return 1;
        }
        return 0;
}

void assert_has(const char *text, const char *part)
{
        if (!strstr(text, part))
                fail_msg("no \"%s\" in: %.2000s", part, text);
}

void assert_lacks(const char *text, const char *part)
{
        if (strstr(text, part))
                fail_msg("\"%s\" in: %.2000s", part, text);
}

int count_of(const char *text, const char *part)
{
        int n = 0;
        for (const char *at = text; (at = strstr(at, part)); at++)
                n++;
        return n;
}
