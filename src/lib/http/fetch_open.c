/* Opening and closing a fetcher: settings are copied, curl's multi handle and epoll set up, the
 * thread started. */
#include "lib/base/clock.h"
#include "lib/http/fetch_parts.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

enum { KEPT_CONNECTIONS = 128 };

static char *copy_z(struct str s)
{
        char *z = must_alloc(s.n + 1, 1);
        if (s.n)
                memcpy(z, s.p, s.n);
        return z;
}

static bool copy_file(int to, const char *path)
{
        char part[16384];
        ssize_t n = 0;
        bool good = true;
        int from = open(path, O_RDONLY | O_CLOEXEC);
        if (from < 0)
                return false;
        while (good && (n = read(from, part, sizeof part)) > 0)
                good = write(to, part, (size_t)n) == n;
        close(from);
        return good && n == 0;
}

/* curl takes one file of authorities: the system's and the extra ones together, in memory. */
static enum err join_authorities(struct fetcher *f, struct str extra)
{
        char *system = NULL;
        CURL *c = curl_easy_init();
        char *path = copy_z(extra);
        f->ca_fd = memfd_create("authorities", MFD_CLOEXEC);
        if (c)
                curl_easy_getinfo(c, CURLINFO_CAINFO, &system);
        if (system && !copy_file(f->ca_fd, system))
                system = NULL; /* a machine without them can still have the extra ones */
        bool good = write(f->ca_fd, "\n", 1) == 1 && copy_file(f->ca_fd, path);
        curl_easy_cleanup(c);
        free(path);
        if (!good || asprintf(&f->ca_file, "/proc/self/fd/%d", f->ca_fd) < 0)
                return ERR_INPUT;
        return OK;
}

static void copy_settings(struct fetcher *f, const struct fetch_settings *s)
{
        f->allow_private = s->allow_private;
        f->address_ok = s->address_ok;
        f->play = s->play;
        f->play_arg = s->play_arg;
        f->user_agent = copy_z(s->user_agent);
        f->own = must_alloc(s->n_own + 1, sizeof *f->own);
        for (size_t i = 0; i < s->n_own; i++)
                f->own[f->n_own++] = copy_z(s->own[i]);
        for (size_t i = 0; i < s->n_resolve; i++)
                f->resolve = curl_slist_append(f->resolve, s->resolve[i]);
        f->queue.places = s->places ? s->places : FETCH_PLACES;
        f->queue.host_places = s->host_places ? s->host_places : FETCH_HOST_PLACES;
}

static bool open_multi(struct fetcher *f)
{
        struct epoll_event e = {.events = EPOLLIN, .data = {.fd = f->wake}};
        f->multi = curl_multi_init();
        if (!f->multi || f->epoll < 0 || f->wake < 0 ||
            epoll_ctl(f->epoll, EPOLL_CTL_ADD, f->wake, &e) < 0)
                return false;
        curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, fetch_on_socket);
        curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
        curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, fetch_on_timer);
        curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
        curl_multi_setopt(f->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
        curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
        return true;
}

/* No signal is this thread's business; SIGPIPE of a closed TLS connection stays pending and unseen.
 */
static bool start_thread(struct fetcher *f)
{
        sigset_t all, old;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &old);
        f->joined = pthread_create(&f->thread, NULL, fetch_run, f) != 0;
        pthread_sigmask(SIG_SETMASK, &old, NULL);
        return !f->joined;
}

enum err fetch_open(const struct fetch_settings *s, struct fetcher **ret)
{
        if (curl_global_init(CURL_GLOBAL_DEFAULT))
                return ERR_FAULT;
        struct fetcher *f = must_alloc(1, sizeof *f);
        copy_settings(f, s);
        f->joined = true;
        f->ca_fd = -1;
        f->inbox_last = &f->inbox;
        f->curl_due_ms = -1;
        pthread_mutex_init(&f->lock, NULL);
        wheel_open(&f->wheel, clock_steady(&clock_real));
        arena_open(&f->arena, FETCH_ANSWER_ARENA);
        f->epoll = epoll_create1(EPOLL_CLOEXEC);
        f->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        enum err e = s->extra_ca_file.n ? join_authorities(f, s->extra_ca_file) : OK;
        if (!e && (!open_multi(f) || !start_thread(f)))
                e = ERR_FAULT;
        if (e)
                fetch_close(&f);
        else
                *ret = f;
        return e;
}

void fetch_stop(struct fetcher *f)
{
        pthread_mutex_lock(&f->lock);
        f->stopping = true;
        pthread_mutex_unlock(&f->lock);
        if (f->joined)
                return;
        fetch_wake(f);
        pthread_join(f->thread, NULL);
        f->joined = true;
}

void fetch_close(struct fetcher **ret)
{
        struct fetcher *f = *ret;
        if (!f)
                return;
        *ret = NULL;
        fetch_stop(f);
        if (f->multi)
                curl_multi_cleanup(f->multi);
        curl_slist_free_all(f->resolve);
        const int fds[] = {f->epoll, f->wake, f->ca_fd};
        for (size_t i = 0; i < countof(fds); i++)
                if (fds[i] >= 0)
                        close(fds[i]);
        for (size_t i = 0; i < f->n_own; i++)
                free(f->own[i]);
        free(f->own);
        free(f->user_agent);
        free(f->ca_file);
        arena_close(&f->arena);
        pthread_mutex_destroy(&f->lock);
        free(f);
        curl_global_cleanup();
}
