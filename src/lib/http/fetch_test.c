/* The fetcher against a server on loopback that behaves as badly as servers can: rows T054 to T060
 * and T117 to T120 of the list of attacks. Names are resolved by this file's own getaddrinfo, so no
 * test asks the network. */
#include "lib/base/clock.h"
#include "lib/http/fetch.h"
#include "lib/http/fetch_test_peer.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define assert_str(s, lit) assert_true(str_eq((s), S(lit)))

static struct arena arena;
static struct peer peer;
static struct fetcher *fetcher;

/* Names of these tests: one that never resolves, one at two addresses, everything else at loopback.
 */

static atomic_int lookups;

static struct addrinfo *address_of(const char *text, const char *service, struct addrinfo *next)
{
        struct {
                struct addrinfo info;
                struct sockaddr_in at;
        } *one = calloc(1, sizeof *one);
        one->at.sin_family = AF_INET;
        one->at.sin_port = htons((uint16_t)(service ? atoi(service) : 0));
        inet_pton(AF_INET, text, &one->at.sin_addr);
        one->info.ai_family = AF_INET;
        one->info.ai_socktype = SOCK_STREAM;
        one->info.ai_addrlen = sizeof one->at;
        one->info.ai_addr = (struct sockaddr *)&one->at;
        one->info.ai_next = next;
        return &one->info;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **ret)
{
        (void)hints;
        lookups++;
        if (strcmp(name, "hangs.example") == 0)
                peer_sleep_ms(1500);
        if (strcmp(name, "absent.example") == 0)
                return EAI_NONAME;
        *ret = address_of("127.0.0.1", service, NULL);
        if (strcmp(name, "both.example") == 0)
                *ret = address_of("127.0.0.9", service, *ret);
        if (strcmp(name, "other.example") == 0) {
                freeaddrinfo(*ret);
                *ret = address_of("127.0.0.9", service, NULL);
        }
        return 0;
}

void freeaddrinfo(struct addrinfo *a)
{
        while (a) {
                struct addrinfo *next = a->ai_next;
                free(a);
                a = next;
        }
}

/* What the server does. */

static char last_head[4096];

static void drip(struct peer_request *rq)
{
        peer_sendf(rq->fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        for (int i = 0; i < 200 && peer_send(rq->fd, S("x")); i++)
                peer_sleep_ms(50);
        rq->close = true;
}

static void endless(struct peer_request *rq)
{
        static char block[65536];
        peer_sendf(rq->fd, "HTTP/1.1 200 OK\r\n\r\n");
        while (peer_send(rq->fd, (struct str){block, sizeof block}))
                ;
        rq->close = true;
}

static void endless_chunks(struct peer_request *rq)
{
        peer_sendf(rq->fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (peer_sendf(rq->fd, "1000\r\n%04096d\r\n", 7))
                ;
        rq->close = true;
}

static void endless_head(struct peer_request *rq)
{
        peer_sendf(rq->fd, "HTTP/1.1 200 OK\r\n");
        while (peer_sendf(rq->fd, "X-More: %0200d\r\n", 7))
                ;
        rq->close = true;
}

/* A hundred kilobytes of zeros inside a few hundred bytes: gzip -9 of them, so that nothing has to
 * be linked here. */
static void bomb(struct peer_request *rq, const char *how)
{
        static const unsigned char gz[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xed, 0xc1};
        peer_sendf(rq->fd, "HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %zu\r\n\r\n", how, sizeof gz);
        peer_send(rq->fd, (struct str){(const char *)gz, sizeof gz});
}

static void lie(struct peer_request *rq, const char *length)
{
        peer_sendf(rq->fd, "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\nten bytes.", length);
        rq->close = true;
        shutdown(rq->fd, SHUT_WR);
}

static void answer_redirect(struct peer_request *rq, const char *to)
{
        char location[2200];
        snprintf(location, sizeof location, "Location: %s\r\n", to);
        peer_answer(rq, 302, location, S("elsewhere"));
}

static void type(struct peer_request *rq, const char *content_type)
{
        char header[300];
        snprintf(header, sizeof header, "Content-Type: %s\r\n", content_type);
        peer_answer(rq, 200, header, S("{}"));
}

static void countdown(struct peer_request *rq)
{
        char to[32];
        int left = atoi(rq->target + 6);
        if (left == 0) {
                peer_answer(rq, 200, "", S("arrived"));
                return;
        }
        snprintf(to, sizeof to, "/down/%d", left - 1);
        answer_redirect(rq, to);
}

static void close_early(struct peer_request *rq, const char *what)
{
        peer_sendf(rq->fd, "%s", what);
        rq->close = true;
}

static void script(struct peer_request *rq)
{
        const char *t = rq->target;
        snprintf(last_head, sizeof last_head, "%s", rq->head);
        if (strcmp(t, "/echo") == 0)
                peer_answer(rq, 200,
                            "Content-Type: text/plain; charset=utf-8\r\nX-Two: a\r\nX-Two: b\r\n",
                            rq->body.n ? rq->body : S("nothing"));
        else if (strncmp(t, "/status/", 8) == 0)
                peer_answer(rq, atoi(t + 8), "Retry-After: 120\r\n", S("said no"));
        else if (strncmp(t, "/down/", 6) == 0)
                countdown(rq);
        else if (strncmp(t, "/to?", 4) == 0)
                answer_redirect(rq, t + 4);
        else if (strncmp(t, "/type?", 6) == 0)
                type(rq, t + 6);
        else if (strncmp(t, "/length?", 8) == 0)
                lie(rq, t + 8);
        else if (strcmp(t, "/loop") == 0)
                answer_redirect(rq, "/loop");
        else if (strcmp(t, "/odd") == 0)
                answer_redirect(rq, "http:\\\\elsewhere.example\\");
        else if (strcmp(t, "/drip") == 0)
                drip(rq);
        else if (strcmp(t, "/endless") == 0)
                endless(rq);
        else if (strcmp(t, "/chunks") == 0)
                endless_chunks(rq);
        else if (strcmp(t, "/head") == 0)
                endless_head(rq);
        else if (strcmp(t, "/gzip") == 0)
                bomb(rq, "Content-Encoding: gzip");
        else if (strcmp(t, "/garbage") == 0)
                close_early(rq, "hello\r\n\r\n");
        else if (strcmp(t, "/cut") == 0)
                close_early(rq, "HTTP/1.1 200 OK\r\nContent-Len");
        else if (strcmp(t, "/trailer") == 0)
                peer_sendf(rq->fd, "HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 "
                                   "OK\r\nTransfer-Encoding: "
                                   "chunked\r\n\r\n2\r\nok\r\n0\r\nX-Late: 1\r\n\r\n");
        else if (strcmp(t, "/slow") == 0)
                peer_sleep_ms(150), peer_answer(rq, 200, "", S("slow"));
        else
                peer_answer(rq, 200, "", str_of(t));
}

/* Asking. */

static struct str url(const char *path)
{
        return str_fmt(&arena, "http://127.0.0.1:%d%s", peer.port, path);
}

static struct fetch_answer ask(const char *path, const struct fetch_request *like)
{
        struct fetch_request rq = like ? *like : (struct fetch_request){0};
        struct fetch_answer a;
        if (!rq.url.n)
                rq.url = url(path);
        enum err e = fetch_wait(fetcher, &arena, &rq, &a);
        assert_int_equal(e, fetch_end_err(a.end));
        return a;
}

static enum fetch_end end_of(const char *address)
{
        return ask("", &(struct fetch_request){.url = str_of(address), .total_ms = 2000}).end;
}

static void open_with(struct fetch_settings s)
{
        if (!s.user_agent.n)
                s.user_agent = S("Tidings/test (+https://tidings.example/)");
        fetch_close(&fetcher);
        assert_int_equal(fetch_open(&s, &fetcher), OK);
}

static int setup(void **state)
{
        (void)state;
        arena_open(&arena, 64 << 20);
        peer_open(&peer, "127.0.0.1", 0, script);
        open_with((struct fetch_settings){.allow_private = true});
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        fetch_close(&fetcher);
        peer_close(&peer);
        arena_close(&arena);
        return 0;
}

static void addresses(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                bool ok;
        } rows[] = {
                {"0.0.0.0", false},
                {"0.1.2.3", false},
                {"1.1.1.1", true},
                {"9.255.255.255", true},
                {"10.0.0.0", false},
                {"10.255.255.255", false},
                {"11.0.0.0", true},
                {"100.63.255.255", true},
                {"100.64.0.0", false},
                {"100.127.255.255", false},
                {"100.128.0.0", true},
                {"126.255.255.255", true},
                {"127.0.0.1", false},
                {"127.255.255.255", false},
                {"128.0.0.0", true},
                {"169.253.255.255", true},
                {"169.254.169.254", false},
                {"169.255.0.0", true},
                {"172.15.255.255", true},
                {"172.16.0.0", false},
                {"172.31.255.255", false},
                {"172.32.0.0", true},
                {"192.0.0.1", false},
                {"192.0.1.0", true},
                {"192.0.2.1", false},
                {"192.88.99.1", false},
                {"192.167.255.255", true},
                {"192.168.0.0", false},
                {"192.168.255.255", false},
                {"192.169.0.0", true},
                {"198.17.255.255", true},
                {"198.18.0.0", false},
                {"198.19.255.255", false},
                {"198.20.0.0", true},
                {"198.51.100.9", false},
                {"203.0.113.9", false},
                {"223.255.255.255", true},
                {"224.0.0.1", false},
                {"239.255.255.255", false},
                {"240.0.0.0", false},
                {"255.255.255.255", false},
                {"::", false},
                {"::1", false},
                {"::7f00:1", false},
                {"::808:808", false},
                {"::ffff:127.0.0.1", false},
                {"::ffff:10.1.1.1", false},
                {"::ffff:8.8.8.8", true},
                {"64:ff9b::7f00:1", false},
                {"64:ff9b::808:808", false},
                {"64:ff9b:1::1", false},
                {"100::1", false},
                {"1fff::1", false},
                {"2000::1", true},
                {"2001::1", false},
                {"2001:0:53aa::1", false},
                {"2001:10::1", false},
                {"2001:1ff:ffff::1", false},
                {"2001:200::1", true},
                {"2001:db8::1", false},
                {"2001:db9::1", true},
                {"2002:7f00:1::", false},
                {"2002:808:808::1", false},
                {"2003::1", true},
                {"2606:4700::1111", true},
                {"3ffe::1", true},
                {"3fff::1", false},
                {"3fff:fff::1", false},
                {"4000::1", false},
                {"5f00::1", false},
                {"fc00::1", false},
                {"fd12::1", false},
                {"fe80::1", false},
                {"fec0::1", false},
                {"ff02::1", false},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                struct sockaddr_in v4 = {.sin_family = AF_INET};
                struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
                bool is6 = strchr(rows[i].text, ':');
                assert_int_equal(inet_pton(is6 ? AF_INET6 : AF_INET, rows[i].text,
                                           is6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr),
                                 1);
                if (fetch_address_ok(is6 ? (void *)&v6 : (void *)&v4) != rows[i].ok)
                        fail_msg("%s", rows[i].text);
        }
        assert_false(fetch_address_ok(&(struct sockaddr){.sa_family = AF_UNIX}));
}

/* Not even a packet goes to these; the server's count of connections shows it. */
static void refuses_addresses(void **state)
{
        (void)state;
        static const struct {
                const char *url;
                enum fetch_end end;
        } rows[] = {
                {"http://tidings.example/", FETCH_REFUSED},
                {"https://own.example/users/a", FETCH_REFUSED},
                {"https://OWN.example:443/", FETCH_REFUSED},
                {"https://own.example:80/", FETCH_REFUSED},
                {"https://peer.example:8443/", FETCH_REFUSED},
                {"https://peer.example:22/", FETCH_REFUSED},
                {"https://peer.example", FETCH_REFUSED}, /* resolves to loopback */
                {"https://both.example/", FETCH_REFUSED},
                {"https://localhost/", FETCH_REFUSED},
                {"https://127.0.0.1/", FETCH_REFUSED},
                {"https://[::1]/", FETCH_REFUSED},
                {"https://[::ffff:127.0.0.1]/", FETCH_REFUSED},
                {"https://[::]/", FETCH_REFUSED},
                {"https://0.0.0.0/", FETCH_REFUSED},
                {"https://169.254.169.254/latest/meta-data", FETCH_REFUSED},
                {"https://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/",
                 FETCH_REFUSED}, /* full-width digits */
                {"https://localhost./", FETCH_ADDRESS},
                {"https://2130706433/", FETCH_ADDRESS},
                {"https://0x7f.1/", FETCH_ADDRESS},
                {"https://0177.0.0.1/", FETCH_ADDRESS},
                {"https://127.1/", FETCH_ADDRESS},
                {"file:///etc/passwd", FETCH_ADDRESS},
                {"gopher://peer.example/", FETCH_ADDRESS},
                {"ftp://peer.example/", FETCH_ADDRESS},
                {"data:text/plain,hello", FETCH_ADDRESS},
                {"https:peer.example", FETCH_ADDRESS},
                {"https://user@peer.example/", FETCH_ADDRESS},
                {"https://user:word@peer.example/", FETCH_ADDRESS},
                {"https://peer.example\\@own.example/", FETCH_ADDRESS},
                {"https://peer.example%2fown.example/", FETCH_ADDRESS},
                {"https://peer.example/a b", FETCH_ADDRESS},
                {"https://peer.example/\r\nHost: own.example", FETCH_ADDRESS},
                {"//peer.example/", FETCH_ADDRESS},
                {"/users/a", FETCH_ADDRESS},
                {"", FETCH_ADDRESS},
        };
        struct str own[] = {S("own.example"), S("tidings.example")};
        open_with((struct fetch_settings){.own = own, .n_own = 2});
        for (size_t i = 0; i < countof(rows); i++) {
                enum fetch_end end = rows[i].url[0] ? end_of(rows[i].url) : FETCH_ADDRESS;
                if (end != rows[i].end)
                        fail_msg("%s ends as %s", rows[i].url, fetch_end_name(end));
        }
        assert_int_equal(peer.connections, 0);
        assert_true(fetch_count(fetcher).refused_addresses > 8);
        assert_int_equal(fetch_count(fetcher).connections, 0);
}

static bool first_only(const struct sockaddr *a)
{
        const struct sockaddr_in *in = (const void *)a;
        return in->sin_addr.s_addr == htonl(INADDR_LOOPBACK);
}

/* Public and private answers mixed: only the public one is connected to. A redirect inside is
 * refused like any other. */
static void checks_the_address_connected_to(void **state)
{
        (void)state;
        open_with((struct fetch_settings){.allow_private = true, .address_ok = first_only});
        struct str both = str_fmt(&arena, "http://both.example:%d/echo", peer.port);
        assert_int_equal(ask("", &(struct fetch_request){.url = both}).end, FETCH_OK);
        char path[200];
        snprintf(path, sizeof path, "/to?http://other.example:%d/echo", peer.port);
        struct fetch_request any = {.follow = FETCH_FOLLOW_ANY};
        assert_int_equal(ask(path, &any).end, FETCH_REFUSED);
        snprintf(path, sizeof path, "/to?http://127.0.0.9:%d/echo", peer.port);
        assert_int_equal(ask(path, &any).end, FETCH_REFUSED);
}

static void own_port_is_refused(void **state)
{
        (void)state;
        struct str own[] = {str_fmt(&arena, "127.0.0.1:%d", peer.port)};
        struct peer second;
        open_with((struct fetch_settings){.allow_private = true, .own = own, .n_own = 1});
        assert_int_equal(ask("/echo", NULL).end, FETCH_REFUSED);
        peer_open(&second, "127.0.0.1", 0, script);
        struct str other = str_fmt(&arena, "http://127.0.0.1:%d/echo", second.port);
        assert_int_equal(ask("", &(struct fetch_request){.url = other}).end, FETCH_OK);
        fetch_close(&fetcher);
        peer_close(&second);
}

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

static void limits_hold(void **state)
{
        (void)state;
        static const struct {
                const char *path;
                enum fetch_end end;
        } rows[] = {
                {"/endless", FETCH_LARGE},        {"/chunks", FETCH_LARGE},
                {"/head", FETCH_LARGE},           {"/length?999999999999", FETCH_LARGE},
                {"/length?1048577", FETCH_LARGE}, {"/length?1048576", FETCH_BROKEN},
                {"/length?11", FETCH_BROKEN},     {"/length?10", FETCH_OK},
                {"/length?4", FETCH_OK},          {"/length?-1", FETCH_BROKEN},
                {"/gzip", FETCH_BROKEN},          {"/garbage", FETCH_BROKEN},
                {"/cut", FETCH_BROKEN},           {"/trailer", FETCH_OK},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                struct fetch_answer a = ask(rows[i].path, NULL);
                if (a.end != rows[i].end)
                        fail_msg("%s ends as %s", rows[i].path, fetch_end_name(a.end));
        }
        struct fetch_answer a = ask("/trailer", NULL);
        assert_int_equal(a.status, 200);
        assert_int_equal(a.n_headers, 1);
        assert_int_equal(ask("/length?4", NULL).size, 4);
        assert_int_equal(ask("/echo", &(struct fetch_request){.max_bytes = 6}).end, FETCH_LARGE);
        assert_int_equal(ask("/echo", &(struct fetch_request){.max_bytes = 7}).end, FETCH_OK);
        struct peer absent;
        peer_open(&absent, "127.0.0.1", 0, script);
        peer_close(&absent);
        struct str nobody = str_fmt(&arena, "http://127.0.0.1:%d/", absent.port);
        assert_int_equal(ask("", &(struct fetch_request){.url = nobody}).end, FETCH_CONNECT);
        assert_int_equal(end_of("http://absent.example/"), FETCH_RESOLVE);
}

static void time_is_limited(void **state)
{
        (void)state;
        int64_t start = clock_steady(&clock_real);
        struct fetch_request rq = {.total_ms = 300};
        assert_int_equal(ask("/drip", &rq).end, FETCH_TIMEOUT);
        rq.url = str_fmt(&arena, "http://hangs.example:%d/", peer.port);
        assert_int_equal(ask("", &rq).end, FETCH_RESOLVE);
        /* and while a name hangs, others are served */
        assert_int_equal(ask("/echo", NULL).end, FETCH_OK);
        assert_true(clock_steady(&clock_real) - start < 1300);
        peer_sleep_ms(1300); /* the resolver's thread of that name ends */
}

static void slow_ones_are_left(void **state)
{
        (void)state;
        assert_int_equal(ask("/drip", NULL).end, FETCH_SLOW);
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

/* Many at once. */

static atomic_int done_count, ends[FETCH_END_COUNT_];
static atomic_llong urgent_rank;

static void count_done(void *arg, const struct fetch_answer *a)
{
        ends[a->end]++;
        int rank = ++done_count;
        if (arg)
                *(atomic_llong *)arg = rank;
}

static void forget_done(void)
{
        done_count = 0;
        for (int i = 0; i < FETCH_END_COUNT_; i++)
                ends[i] = 0;
}

static void wait_done(int n)
{
        for (int i = 0; i < 5000 && done_count < n; i++)
                peer_sleep_ms(1);
        assert_int_equal(done_count, n);
}

static void a_host_has_few_places(void **state)
{
        (void)state;
        struct peer second;
        peer_open(&second, "127.0.0.1", 0, script);
        forget_done();
        struct fetch_request slow = {.url = url("/slow")};
        for (int i = 0; i < 6; i++)
                fetch_start(fetcher, &slow, count_done, NULL);
        slow.urgent = true;
        fetch_start(fetcher, &slow, count_done, &urgent_rank);
        struct fetch_request other = {
                .url = str_fmt(&arena, "http://127.0.0.1:%d/echo", second.port)};
        int64_t start = clock_steady(&clock_real);
        assert_int_equal(ask("", &other).end, FETCH_OK);
        assert_true(clock_steady(&clock_real) - start < 140); /* not behind the slow ones */
        wait_done(7);
        assert_int_equal(peer.most_at_once, 2);
        assert_true(urgent_rank <= 4);
        assert_int_equal(ends[FETCH_OK], 7);
        fetch_close(&fetcher);
        peer_close(&second);
}

static void waiting_has_an_end(void **state)
{
        (void)state;
        forget_done();
        struct fetch_request slow = {.url = url("/slow"), .wait_ms = 100};
        for (int i = 0; i < 4; i++)
                fetch_start(fetcher, &slow, count_done, NULL);
        wait_done(4);
        assert_int_equal(ends[FETCH_OK], 2);
        assert_int_equal(ends[FETCH_BUSY], 2);
        forget_done();
        slow.wait_ms = 60000;
        for (int i = 0; i < FETCH_QUEUE + 300; i++)
                fetch_start(fetcher, &slow, count_done, NULL);
        assert_true(ends[FETCH_BUSY] >= 200);
        fetch_stop(fetcher);
        wait_done(FETCH_QUEUE + 300);
        assert_true(ends[FETCH_CANCELLED] > FETCH_QUEUE - 300);
        fetch_start(fetcher, &slow, count_done, NULL);
        assert_int_equal(done_count, FETCH_QUEUE + 301);
}

static void many_hosts(void **state)
{
        (void)state;
        enum { MANY = 600 };
        forget_done();
        for (int i = 0; i < MANY; i++) {
                struct str at =
                        str_fmt(&arena, "http://host-%d.example:%d/echo", i % 200, peer.port);
                fetch_start(fetcher, &(struct fetch_request){.url = at}, count_done, NULL);
        }
        wait_done(MANY);
        assert_int_equal(ends[FETCH_OK], MANY);
        assert_true(peer.most_at_once <= FETCH_PLACES);
        struct fetch_counts c = fetch_count(fetcher);
        assert_int_equal(c.ended[FETCH_OK], MANY);
        assert_int_equal(c.active, 0);
        assert_int_equal(c.waiting, 0);
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
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(addresses),
                TEST(refuses_addresses),
                TEST(checks_the_address_connected_to),
                TEST(own_port_is_refused),
                TEST(gets),
                TEST(sends),
                TEST(signs_each_hop),
                TEST(follows_redirects),
                TEST(types),
                TEST(other_statuses_are_answers),
                TEST(limits_hold),
                TEST(time_is_limited),
                TEST(slow_ones_are_left),
                TEST(writes_to_files),
                TEST(keeps_connections),
                TEST(a_host_has_few_places),
                TEST(waiting_has_an_end),
                TEST(many_hosts),
                TEST(plays),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
