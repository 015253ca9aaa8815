/* The server from outside: binds, starts and joins the loops, sums their counters. */
#include "lib/http/http.h"
#include "lib/base/log.h"
#include "lib/http/server.h"
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, LOOPS_MAX = 64 };

static void set_default(int *v, int otherwise)
{
        if (*v <= 0)
                *v = otherwise;
}

static void set_defaults(struct http_settings *s)
{
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        set_default(&s->loops, cores > 0 ? (int)cores : 1);
        if (s->loops > LOOPS_MAX)
                s->loops = LOOPS_MAX;
        set_default(&s->head_ms, 10000);
        set_default(&s->idle_ms, 15000);
        set_default(&s->body_ms, 10000);
        set_default(&s->stall_ms, 20000);
        set_default(&s->connections, 4096);
        set_default(&s->connections_per_ip, 64);
        if (s->bodies_max <= 0)
                s->bodies_max = (int64_t)128 << 20;
        if (!s->clock)
                s->clock = &clock_real;
}

static enum err bind_failed(struct str listen, const char *what)
{
        log_event(LOG_ERROR, "listen_failed", LOG_S("listen", listen), LOG_Z("call", what),
                  LOG_Z("reason", strerror(errno)));
        return ERR_FAULT;
}

/* A path left by a server that was killed is removed; one that answers is another server's. */
static bool path_is_stale(int fd, const struct sockaddr_un *path)
{
        return connect(fd, (const struct sockaddr *)path, sizeof *path) < 0 &&
               errno == ECONNREFUSED;
}

static enum err open_unix(struct http *h, struct str path)
{
        struct sockaddr_un at = {.sun_family = AF_UNIX};
        if (!path.n || path.n >= sizeof at.sun_path)
                return ERR_INPUT;
        memcpy(at.sun_path, path.p, path.n);
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        h->loops[0].listen = fd;
        if (fd < 0)
                return bind_failed(h->settings.listen, "socket");
        if (path_is_stale(fd, &at))
                unlink(at.sun_path);
        mode_t before = umask(0117); /* the proxy reaches it through the group */
        int e = bind(fd, (struct sockaddr *)&at, sizeof at);
        umask(before);
        if (e < 0)
                return bind_failed(h->settings.listen, "bind");
        h->unix_path = strdup(at.sun_path);
        h->is_unix = true;
        for (int i = 1; i < h->n_loops; i++) {
                h->loops[i].listen = dup(fd);
                if (h->loops[i].listen < 0)
                        return bind_failed(h->settings.listen, "dup");
        }
        return OK;
}

static int open_socket(const struct addrinfo *at, bool share)
{
        int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return -1;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
        if (share)
                setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int));
        if (at->ai_family == AF_INET6)
                setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int));
        if (bind(fd, at->ai_addr, at->ai_addrlen) < 0 || (!share && listen(fd, 1) < 0)) {
                int kept = errno;
                close(fd);
                errno = kept;
                return -1;
        }
        return fd;
}

static void set_port(struct sockaddr *to, int port)
{
        if (to->sa_family == AF_INET6)
                ((struct sockaddr_in6 *)to)->sin6_port = htons((uint16_t)port);
        else
                ((struct sockaddr_in *)to)->sin_port = htons((uint16_t)port);
}

static int port_of(int fd)
{
        struct sockaddr_storage at = {0};
        socklen_t size = sizeof at;
        if (getsockname(fd, (struct sockaddr *)&at, &size) < 0)
                return 0;
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): all of it was set to zero */
        return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                              : ((struct sockaddr_in *)&at)->sin_port);
}

/* A listener a loop, shared out by the kernel. The first try does not share: so a second server on
 * the same port is told, instead of quietly getting half of the connections. */
static enum err open_tcp(struct http *h, const struct addrinfo *at)
{
        int probe = open_socket(at, false);
        if (probe < 0)
                return bind_failed(h->settings.listen, "bind");
        h->port = port_of(probe);
        close(probe);
        set_port(at->ai_addr, h->port);
        for (int i = 0; i < h->n_loops; i++) {
                h->loops[i].listen = open_socket(at, true);
                if (h->loops[i].listen < 0)
                        return bind_failed(h->settings.listen, "bind");
        }
        return OK;
}

static enum err bind_all(struct http *h)
{
        struct str listen = h->settings.listen;
        if (str_starts(listen, S("unix:")))
                return open_unix(h, str_after(listen, 5));
        size_t colon = listen.n;
        while (colon && listen.p[colon - 1] != ':')
                colon--;
        uint64_t port;
        if (colon < 2 || !str_to_u64(str_after(listen, colon), &port) || port > 65535)
                return ERR_INPUT;
        struct arena a;
        arena_open(&a, 64 * 1024);
        struct str host = str_cut(listen, 0, colon - 1);
        if (str_starts(host, S("[")) && str_ends(host, S("]")))
                host = str_cut(host, 1, host.n - 2);
        struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *found = NULL;
        if (str_eq_nocase(host, S("localhost")))
                hints.ai_family =
                        AF_INET; /* it may name two addresses; browsers try this one too */
        enum err e = ERR_INPUT;
        if (!getaddrinfo(str_z(&a, host), str_z(&a, str_after(listen, colon)), &hints, &found))
                e = open_tcp(h, found);
        if (found)
                freeaddrinfo(found);
        arena_close(&a);
        return e;
}

enum err http_open(const struct http_settings *s, const struct http_hooks *hooks, struct http **ret)
{
        struct http *h = must_alloc(1, sizeof *h);
        h->settings = *s;
        h->hooks = *hooks;
        set_defaults(&h->settings);
        h->n_loops = h->settings.loops;
        h->loops = must_alloc((size_t)h->n_loops, sizeof *h->loops);
        enum err e = router_open(s->routes, s->n_routes, &h->router);
        if (!e)
                e = addr_rules_read(&h->proxies, s->proxies, s->n_proxies);
        for (int i = 0; !e && i < h->n_loops; i++)
                e = loop_open(&h->loops[i], h, i);
        if (!e)
                e = bind_all(h);
        h->limiter = limiter_open(s->limits, s->n_limits, h->settings.clock);
        if (e)
                http_close(&h);
        else
                *ret = h;
        return e;
}

/* Signals are the main thread's; a closed peer must not raise one here (sendfile has no
 * MSG_NOSIGNAL). */
static int start_thread(struct loop *l)
{
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        int e = pthread_create(&l->thread, NULL, loop_main, l);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        l->started = !e;
        return e;
}

enum err http_start(struct http *h)
{
        for (int i = 0; i < h->n_loops; i++)
                if (listen(h->loops[i].listen, BACKLOG) < 0)
                        return bind_failed(h->settings.listen, "listen");
        for (int i = 0; i < h->n_loops; i++)
                if (start_thread(&h->loops[i]))
                        return ERR_FAULT;
        return OK;
}

int http_port(const struct http *h)
{
        return h->port;
}

void http_stop(struct http *h, int grace_ms)
{
        atomic_store(&h->stop_at_ms, clock_steady(h->settings.clock) + grace_ms);
        atomic_store(&h->stopping, true);
        for (int i = 0; i < h->n_loops; i++)
                if (h->loops[i].started &&
                    write(h->loops[i].wake, &(uint64_t){1}, sizeof(uint64_t)) < 0)
                        continue; /* awake already */
        for (int i = 0; i < h->n_loops; i++)
                if (h->loops[i].started) {
                        pthread_join(h->loops[i].thread, NULL);
                        h->loops[i].started = false;
                }
}

void http_close(struct http **h)
{
        if (!*h)
                return;
        struct http *all = *h;
        http_stop(all, 0);
        for (int i = 0; i < all->n_loops; i++)
                loop_free(&all->loops[i]);
        if (all->unix_path)
                unlink(all->unix_path);
        free(all->unix_path);
        router_close(&all->router);
        limiter_close(&all->limiter);
        addr_rules_free(&all->proxies);
        free(all->loops);
        free(all);
        *h = NULL;
}

struct http_counters http_counters(const struct http *h)
{
        struct http_counters sum = {0};
        for (int i = 0; i < h->n_loops; i++) {
                const struct loop *l = &h->loops[i];
                sum.connections += atomic_load(&l->n_connections);
                sum.requests += atomic_load(&l->n_requests);
                sum.bytes_in += atomic_load(&l->bytes_in);
                sum.bytes_out += atomic_load(&l->bytes_out);
                sum.streams += atomic_load(&l->n_streams);
                sum.rejected += atomic_load(&l->n_rejected);
                for (size_t k = 0; k < countof(sum.status); k++)
                        sum.status[k] += atomic_load(&l->status[k]);
        }
        return sum;
}
