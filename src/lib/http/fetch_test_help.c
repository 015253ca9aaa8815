/* See fetch_test_help.h. The script's paths: /echo, /status/N, /down/N (so many redirects),
 * /to?URL, /type?TYPE, /length?N, and one for each way of behaving badly. */
#include "lib/http/fetch_test_help.h"
#include "lib/base/clock.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct arena arena;
struct peer peer;
struct fetcher *fetcher;
char last_head[4096];
static pthread_mutex_t head_lock = PTHREAD_MUTEX_INITIALIZER;

/* Names of these tests: one that never resolves, one at two addresses, everything else at loopback.
 */

atomic_int hanging;

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
        if (strcmp(name, "hangs.example") == 0) {
                hanging++;
                peer_sleep_ms(2500);
                hanging--;
        }
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

struct bits {
        char p[65536];
        size_t n; /* bits */
};

static void add_bits(struct bits *b, unsigned value, int n)
{
        for (int i = 0; i < n; i++, b->n++)
                b->p[b->n / 8] |= (char)((value >> i & 1) << b->n % 8);
}

/* 10 MB of zeros in 64 KB: a zero, then copies of 258 bytes from one byte before, 13 bits each (RFC
 * 1951 section 3.2.6). */
static void bomb(struct peer_request *rq, const char *how)
{
        static const char head[10] = {0x1f, (char)0x8b, 8, [9] = 3};
        struct bits *b = calloc(1, sizeof *b);
        add_bits(b, 1, 1);    /* the last block */
        add_bits(b, 1, 2);    /* fixed codes */
        add_bits(b, 0x0c, 8); /* literal 0: 00110000, first bit first */
        for (int i = 0; i < 40000; i++) {
                add_bits(b, 0xa3, 8); /* length 258: 11000101 */
                add_bits(b, 0, 5);    /* distance 1 */
        }
        size_t n = b->n / 8;
        peer_sendf(rq->fd, "HTTP/1.1 200 OK\r\n%s\r\n\r\n", how);
        peer_send(rq->fd, (struct str){head, sizeof head});
        peer_send(rq->fd, (struct str){b->p, n});
        free(b);
        rq->close = true;
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

void test_script(struct peer_request *rq)
{
        const char *t = rq->target;
        pthread_mutex_lock(&head_lock);
        snprintf(last_head, sizeof last_head, "%s", rq->head);
        pthread_mutex_unlock(&head_lock);
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
        else if (strcmp(t, "/transfer-gzip") == 0)
                bomb(rq, "Transfer-Encoding: gzip");
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

struct str url(const char *path)
{
        return str_fmt(&arena, "http://127.0.0.1:%d%s", peer.port, path);
}

struct fetch_answer ask(const char *path, const struct fetch_request *like)
{
        struct fetch_request rq = like ? *like : (struct fetch_request){0};
        struct fetch_answer a;
        if (!rq.url.n)
                rq.url = url(path);
        enum err e = fetch_wait(fetcher, &arena, &rq, &a);
        assert_int_equal(e, fetch_end_err(a.end));
        return a;
}

enum fetch_end end_of(const char *address)
{
        return ask("", &(struct fetch_request){.url = str_of(address), .total_ms = 2000}).end;
}

void open_with(struct fetch_settings s)
{
        if (!s.user_agent.n)
                s.user_agent = S("Tidings/test (+https://tidings.example/)");
        fetch_close(&fetcher);
        assert_int_equal(fetch_open(&s, &fetcher), OK);
}

int fetch_setup(void **state)
{
        (void)state;
        arena_open(&arena, 64 << 20);
        peer_open(&peer, "127.0.0.1", 0, test_script);
        open_with((struct fetch_settings){.allow_private = true});
        return 0;
}

int fetch_teardown(void **state)
{
        (void)state;
        fetch_close(&fetcher);
        peer_close(&peer);
        arena_close(&arena);
        return 0;
}
