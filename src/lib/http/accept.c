/* Taking in connections: limits in all and per address, and what to do when descriptors run out. */
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/http/server.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ACCEPT_TURN = 64 };

static void refuse(struct loop *l, int fd)
{
        static const char full[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
                                   "Retry-After: 10\r\nConnection: close\r\n\r\n";
        if (send(fd, full, sizeof full - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
                /* it is refused either way */
        }
        close(fd);
        atomic_fetch_add_explicit(&l->n_rejected, 1, memory_order_relaxed);
}

/* Counts the address in; false when it has too many connections. */
static bool count_in(struct http *h, struct addr *peer)
{
        _Atomic uint16_t *place = &h->ip_counts[hash_keyed(addr_count_key(peer)) % IP_BUCKETS];
        if (atomic_fetch_add(place, 1) < h->settings.connections_per_ip)
                return true;
        atomic_fetch_sub(place, 1);
        return false;
}

static void take_in(struct loop *l, int fd, const struct sockaddr_storage *from)
{
        struct http *h = l->http;
        struct addr peer;
        addr_of_socket(from, &peer);
        bool proxy = addr_trusted(&h->proxies, &peer), counted = !proxy && !peer.is_unix;
        if (atomic_fetch_add(&h->open, 1) >= h->settings.connections ||
            (counted && !count_in(h, &peer))) {
                atomic_fetch_sub(&h->open, 1);
                refuse(l, fd);
                return;
        }
        if (!peer.is_unix)
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        conn_open(l, fd, &peer, proxy, counted);
}

/* Out of descriptors: the one in reserve takes the waiting connection in and away, so that the
 * listener does not stay ready and the loop does not spin. When even that fails, accepting rests
 * for a moment. */
static bool make_room(struct loop *l)
{
        int fd = -1;
        if (l->reserve >= 0) {
                close(l->reserve);
                fd = accept4(l->listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
                if (fd >= 0)
                        refuse(l, fd);
        }
        l->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (fd >= 0)
                return true;
        log_event(LOG_WARN, "accept_rests", LOG_N("errno", errno));
        epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->listen, NULL);
        l->accept_paused = true;
        wheel_set(&l->wheel, &l->accept_timer, l->now_ms + ACCEPT_PAUSE_MS);
        return false;
}

void accept_ready(struct loop *l)
{
        for (int i = 0; i < ACCEPT_TURN && l->listen >= 0; i++) {
                struct sockaddr_storage from = {0};
                socklen_t size = sizeof from;
                int fd = accept4(l->listen, (struct sockaddr *)&from, &size,
                                 SOCK_CLOEXEC | SOCK_NONBLOCK);
                if (fd >= 0) {
                        take_in(l, fd, &from);
                        continue;
                }
                if (errno == EINTR || errno == ECONNABORTED)
                        continue;
                if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM)
                        return; /* EAGAIN: all taken */
                if (!make_room(l))
                        return;
        }
}

void accept_resume(struct loop *l)
{
        /* A unix socket has one listener for all loops; exclusive wakes one of them. */
        struct epoll_event e = {EPOLLIN | (l->http->is_unix ? EPOLLEXCLUSIVE : 0),
                                {.ptr = &l->listen_source}};
        l->accept_paused = false;
        if (l->listen >= 0 && epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->listen, &e) < 0)
                log_event(LOG_ERROR, "listen_failed", LOG_N("errno", errno));
}

void accept_stop(struct loop *l)
{
        wheel_clear(&l->wheel, &l->accept_timer);
        if (l->listen >= 0 && !l->accept_paused)
                epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->listen, NULL);
        if (l->listen >= 0)
                close(l->listen);
        l->listen = -1;
}
