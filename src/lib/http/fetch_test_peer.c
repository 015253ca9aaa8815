/* See fetch_test_peer.h. Connections are served by detached threads; closing waits until all are
 * gone. */
#include "lib/http/fetch_test_peer.h"
#include "lib/base/die.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct link {
        struct peer *peer;
        int fd;
};

void peer_sleep_ms(int ms)
{
        nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

bool peer_send(int fd, struct str s)
{
        while (s.n) {
                ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
                if (n <= 0)
                        return false;
                s = str_after(s, (size_t)n);
        }
        return true;
}

bool peer_sendf(int fd, const char *format, ...)
{
        char *z;
        va_list args;
        va_start(args, format);
        int n = vasprintf(&z, format, args);
        va_end(args);
        if (n < 0)
                die("out of memory");
        bool sent = peer_send(fd, (struct str){z, (size_t)n});
        free(z);
        return sent;
}

void peer_answer(struct peer_request *rq, int status, const char *headers, struct str body)
{
        peer_sendf(rq->fd, "HTTP/1.1 %d Said\r\n%sContent-Length: %zu\r\n\r\n", status, headers,
                   body.n);
        if (strcmp(rq->method, "HEAD") != 0 && status != 204)
                peer_send(rq->fd, body);
}

/* Fills b up to n bytes; false at the end of the connection. */
static bool fill(int fd, struct buf *b, size_t n)
{
        while (b->n < n) {
                char *to = buf_room(b, n - b->n);
                ssize_t got = recv(fd, to, n - b->n, 0);
                if (got <= 0)
                        return false;
                b->n += (size_t)got;
        }
        return true;
}

static bool read_head(int fd, struct buf *b)
{
        buf_clear(b);
        while (!str_ends(buf_str(b), S("\r\n\r\n")))
                if (!fill(fd, b, b->n + 1))
                        return false;
        buf_add_char(b, 0);
        return true;
}

static size_t body_length(const char *head)
{
        const char *at = strcasestr(head, "\r\ncontent-length:");
        return at ? (size_t)atoi(at + 17) : 0;
}

static bool serve_one(struct peer *p, int fd, struct buf *head, struct buf *body)
{
        char method[16], target[2100];
        if (!read_head(fd, head))
                return false;
        if (sscanf(head->p, "%15s %2099s", method, target) != 2)
                return false;
        buf_clear(body);
        if (!fill(fd, body, body_length(head->p)))
                return false;
        struct peer_request rq = {p, fd, method, target, head->p, buf_str(body), false};
        p->requests++;
        int now = ++p->at_once, most = p->most_at_once;
        while (now > most && !atomic_compare_exchange_weak(&p->most_at_once, &most, now))
                ;
        p->script(&rq);
        p->at_once--;
        return !rq.close;
}

static void *serve(void *arg)
{
        struct link link = *(struct link *)arg;
        struct buf head = {0}, body = {0};
        free(arg);
        while (serve_one(link.peer, link.fd, &head, &body))
                ;
        buf_free(&head);
        buf_free(&body);
        close(link.fd);
        link.peer->connections--;
        return NULL;
}

static void *listen_on(void *arg)
{
        struct peer *p = arg;
        while (!p->stopping) {
                pthread_t thread;
                struct link *link = malloc(sizeof *link);
                int fd = accept(p->listener, NULL, NULL);
                if (!link || fd < 0) {
                        free(link);
                        continue;
                }
                *link = (struct link){p, fd};
                p->connections++;
                if (pthread_create(&thread, NULL, serve, link))
                        die("no thread");
                pthread_detach(thread);
        }
        return NULL;
}

void peer_open(struct peer *p, const char *address, int port,
               void (*script)(struct peer_request *rq))
{
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        socklen_t n = sizeof at;
        *p = (struct peer){.script = script};
        inet_pton(AF_INET, address, &at.sin_addr);
        p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        setsockopt(p->listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
        if (bind(p->listener, (struct sockaddr *)&at, n) || listen(p->listener, 64) ||
            getsockname(p->listener, (struct sockaddr *)&at, &n))
                die("peer: cannot listen");
        p->port = ntohs(at.sin_port);
        if (pthread_create(&p->thread, NULL, listen_on, p))
                die("no thread");
}

void peer_close(struct peer *p)
{
        p->stopping = 1;
        shutdown(p->listener, SHUT_RDWR);
        pthread_join(p->thread, NULL);
        close(p->listener);
        for (int i = 0; i < 2000 && p->connections; i++)
                peer_sleep_ms(1);
        if (p->connections)
                die("peer: a connection stays open");
}
