/* The fetcher: what it sends, what it gives back, where it follows. */
#include "lib/http/fetch_test_help.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static void gets(void **state)
{
        (void)state;
        struct fetch_answer a =
                ask("/echo#part", &(struct fetch_request){.accept = S("text/plain")});
        assert_int_equal(a.end, FETCH_OK);
        assert_int_equal(a.status, 200);
        assert_str(a.body, "nothing");
        assert_str(a.type, "text/plain");
        assert_str(fetch_answer_header(&a, &arena, "content-type"), "text/plain; charset=utf-8");
        assert_str(fetch_answer_header(&a, &arena, "x-two"), "a, b");
        assert_null(fetch_answer_header(&a, &arena, "x-three").p);
        assert_true(str_ends(a.url, S("/echo")));
        assert_int_equal(a.size, 7);
        struct str head = str_of(last_head);
        assert_true(str_has(head, S("GET /echo HTTP/1.1\r\n")));
        assert_true(str_has(head, S("User-Agent: Tidings/test (+https://tidings.example/)\r\n")));
        assert_true(str_has(head, S("Accept: text/plain\r\n")));
        assert_true(str_has(head, S("Accept-Encoding: identity\r\n")));
        assert_false(str_has(head, S("Expect")));
        assert_false(str_has(head, S("Cookie")));
}

static void sends(void **state)
{
        (void)state;
        size_t big = 3 << 20;
        char *bytes = make_n(&arena, big, char);
        memset(bytes, 'x', big);
        struct fetch_header headers[] = {{S("Content-Type"), S("application/activity+json")}};
        struct fetch_request rq = {.body = S("{\"a\":1}"), .headers = headers, .n_headers = 1};
        assert_str(ask("/echo", &rq).body, "{\"a\":1}");
        assert_true(str_has(str_of(last_head), S("POST /echo HTTP/1.1\r\n")));
        assert_true(str_has(str_of(last_head), S("Content-Type: application/activity+json\r\n")));
        rq.body = (struct str){bytes, big};
        rq.max_bytes = big;
        assert_int_equal(ask("/echo", &rq).size, big);
        assert_false(str_has(str_of(last_head), S("100-continue")));
        rq.method = "DELETE";
        rq.body = S("gone");
        assert_str(ask("/echo", &rq).body, "gone");
        assert_true(str_has(str_of(last_head), S("DELETE /echo")));
        assert_int_equal(ask("/echo", &(struct fetch_request){.method = "HEAD"}).size, 0);
        headers[0].value = S("a\r\nX-Second: b");
        assert_int_equal(ask("/echo", &rq).end, FETCH_SIGN);
}

static atomic_int signatures;

static enum err sign(void *arg, struct arena *a, const struct fetch_hop *hop,
                     struct fetch_added *to)
{
        if (arg)
                return ERR_FAULT;
        signatures++;
        to->v[to->n++] = (struct fetch_header){S("Signature"),
                                               str_fmt(a, "%s %.*s of %.*s", hop->method,
                                                       STR_ARG(hop->target), STR_ARG(hop->host))};
        return OK;
}

static void signs_each_hop(void **state)
{
        (void)state;
        signatures = 0;
        assert_str(ask("/down/2", &(struct fetch_request){.sign = sign}).body, "arrived");
        assert_int_equal(signatures, 3);
        assert_true(
                str_has(str_of(last_head),
                        str_fmt(&arena, "Signature: GET /down/0 of 127.0.0.1:%d\r\n", peer.port)));
        ask("?a=b%20c", &(struct fetch_request){.sign = sign});
        assert_true(str_has(str_of(last_head), S("GET /?a=b%20c of 127")));
        assert_true(str_has(str_of(last_head), S("GET /?a=b%20c HTTP")));
        ask("/a/../b/./c", &(struct fetch_request){.sign = sign}); /* sent as it was signed */
        assert_true(str_has(str_of(last_head), S("GET /a/../b/./c HTTP")));
        struct fetch_request bad = {.sign = sign, .sign_arg = &bad};
        assert_int_equal(ask("/echo", &bad).end, FETCH_SIGN);
}

static void follows_redirects(void **state)
{
        (void)state;
        char away[100];
        struct fetch_request any = {.follow = FETCH_FOLLOW_ANY};
        struct fetch_answer a = ask("/down/3", NULL);
        assert_str(a.body, "arrived");
        assert_int_equal(a.redirects, 3);
        assert_true(str_ends(a.url, S("/down/0")));
        assert_int_equal(ask("/down/4", NULL).end, FETCH_REDIRECT);
        assert_int_equal(ask("/loop", NULL).end, FETCH_REDIRECT);
        assert_int_equal(ask("/to?/to?/loop", NULL).end, FETCH_REDIRECT);
        assert_int_equal(ask("/odd", NULL).end, FETCH_REDIRECT);
        assert_int_equal(ask("/to?file:///etc/passwd", &any).end, FETCH_REDIRECT);
        snprintf(away, sizeof away, "/to?http://peer.example:%d/echo", peer.port);
        assert_int_equal(ask(away, NULL).end, FETCH_REDIRECT);
        assert_str(ask(away, &any).body, "nothing");
        struct fetch_request none = {.follow = FETCH_FOLLOW_NONE};
        a = ask("/down/1", &none);
        assert_int_equal(a.status, 302);
        assert_str(fetch_answer_header(&a, &arena, "location"), "/down/0");
        a = ask("/down/1", &(struct fetch_request){.body = S("x")}); /* never a POST */
        assert_int_equal(a.status, 302);
}

static const struct fetch_type DOCUMENT[] = {
        {S_ROW("application/activity+json"), {NULL, 0}},
        {S_ROW("application/ld+json"), S_ROW("https://www.w3.org/ns/activitystreams")},
        {S_ROW("image/"), {NULL, 0}},
};

static void types(void **state)
{
        (void)state;
        static const struct {
                const char *type;
                bool good;
        } rows[] = {
                {"application/activity+json", true},
                {"Application/Activity+JSON; charset=utf-8", true},
                {"application/activity+json;charset=utf-8", true},
                {"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", true},
                {"application/ld+json;charset=utf-8;profile=https://www.w3.org/ns/activitystreams",
                 true},
                {"application/ld+json; profile=\"https://other.example/ "
                 "https://www.w3.org/ns/activitystreams\"",
                 true},
                {"image/png", true},
                {"image/", false},
                {"image", false},
                {"application/ld+json", false},
                {"application/ld+json; profile=\"https://other.example/\"", false},
                {"application/json", false},
                {"text/html", false},
                {"application/activity+jsonx", false},
                {"", false},
        };
        for (size_t i = 0; i < countof(rows); i++)
                if (fetch_type_is(str_of(rows[i].type), DOCUMENT, countof(DOCUMENT)) !=
                    rows[i].good)
                        fail_msg("%s", rows[i].type);
        struct fetch_request rq = {.types = DOCUMENT, .n_types = countof(DOCUMENT)};
        assert_str(ask("/type?application/activity+json", &rq).body, "{}");
        assert_int_equal(ask("/type?text/html", &rq).end, FETCH_TYPE);
        assert_int_equal(ask("/none", &rq).end, FETCH_TYPE);
        assert_int_equal(ask("/status/204", &rq).end, FETCH_TYPE);
        assert_int_equal(ask("/status/404", &rq).status, 404); /* its page may be of any type */
}

static void other_statuses_are_answers(void **state)
{
        (void)state;
        struct fetch_answer a = ask("/status/429", NULL);
        assert_int_equal(a.status, 429);
        assert_str(a.body, "said no");
        assert_int_equal(fetch_retry_after(&a, 0), 120000);
        assert_int_equal(ask("/status/503", NULL).end, FETCH_OK);
        struct fetch_header h = {S("retry-after"), S("Sun, 22 Nov 2026 12:00:00 GMT")};
        struct fetch_answer dated = {.headers = &h, .n_headers = 1};
        assert_int_equal(fetch_retry_after(&dated, 1795348800000 - 5000), 5000);
        assert_int_equal(fetch_retry_after(&dated, 1795348800000 + 5000), 0);
        h.value = S("99999999999999999999");
        assert_int_equal(fetch_retry_after(&dated, 0), 0);
        h.value = S("999999999999");
        assert_int_equal(fetch_retry_after(&dated, 0), 7 * 86400000LL);
}

static void writes_to_files(void **state)
{
        (void)state;
        char back[16] = {0};
        struct fetch_request rq = {.fd = memfd_create("t", MFD_CLOEXEC), .max_bytes = 7};
        assert_true(rq.fd > 0);
        struct fetch_answer a = ask("/echo", &rq);
        assert_int_equal(a.size, 7);
        assert_int_equal(a.body.n, 0);
        assert_int_equal(pread(rq.fd, back, sizeof back, 0), 7);
        assert_string_equal(back, "nothing");
        a = ask("/status/404", &rq);
        assert_str(a.body, "said no");
        assert_int_equal(lseek(rq.fd, 0, SEEK_END), 7);
        assert_int_equal(ask("/endless", &rq).end, FETCH_LARGE);
        close(rq.fd);
        rq.fd = open("/dev/full", O_WRONLY);
        assert_int_equal(ask("/echo", &rq).end, FETCH_DISK);
        close(rq.fd);
}

static void keeps_connections(void **state)
{
        (void)state;
        for (int i = 0; i < 20; i++)
                assert_int_equal(ask("/echo", NULL).end, FETCH_OK);
        assert_int_equal(fetch_count(fetcher).connections, 1);
        assert_int_equal(peer.connections, 1);
}

static enum fetch_end player(void *arg, struct arena *a, const struct fetch_request *rq,
                             struct fetch_answer *to)
{
        *(int *)arg += 1;
        to->status = 200;
        to->type = S("application/json");
        to->body = str_dup(a, rq->url);
        return str_has(rq->url, S("slow")) ? FETCH_TIMEOUT : FETCH_OK;
}

static void plays(void **state)
{
        (void)state;
        int calls = 0;
        open_with((struct fetch_settings){.play = player, .play_arg = &calls});
        struct fetch_request rq = {.url = S("https://peer.example/a")};
        assert_str(ask("", &rq).body, "https://peer.example/a");
        rq.types = DOCUMENT;
        rq.n_types = countof(DOCUMENT);
        assert_int_equal(ask("", &rq).end, FETCH_TYPE);
        assert_int_equal(end_of("https://slow.example/"), FETCH_TIMEOUT);
        assert_int_equal(end_of("http://peer.example/"), FETCH_REFUSED);
        assert_int_equal(calls, 3);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                FETCH_TEST(gets),
                FETCH_TEST(sends),
                FETCH_TEST(signs_each_hop),
                FETCH_TEST(follows_redirects),
                FETCH_TEST(types),
                FETCH_TEST(other_statuses_are_answers),
                FETCH_TEST(writes_to_files),
                FETCH_TEST(keeps_connections),
                FETCH_TEST(plays),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
