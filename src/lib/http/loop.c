/* One loop thread: waits for sockets, tasks of other threads and deadlines. Connections that close
 * are freed only after the batch of events in which they did, since another event of the batch may
 * name them. */
#include "lib/base/log.h"
#include "lib/base/rand.h"
#include "lib/http/server.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { BATCH = 256, TASK_WAIT_MAX_MS = 60000 };

enum err loop_open(struct loop *l, struct http *h, int index)
{
        l->http = h;
        l->index = index;
        l->listen = -1;
        l->tasks_last = &l->tasks;
        l->listen_source.kind = SOURCE_LISTEN;
        l->wake_source.kind = SOURCE_WAKE;
        l->head.cap = 128 * 1024;
        l->log.cap = 1024 * 1024;
        l->scratch = must_alloc(SCRATCH_BYTES, 1);
        pthread_mutex_init(&l->lock, NULL);
        snprintf(l->id_start, sizeof l->id_start, "%08x", (unsigned)rand_u64());
        l->epoll = epoll_create1(EPOLL_CLOEXEC);
        l->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        l->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
        struct epoll_event e = {EPOLLIN, {.ptr = &l->wake_source}};
        if (l->epoll < 0 || l->wake < 0 || epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->wake, &e) < 0)
                return ERR_FAULT;
        return OK;
}

void loop_free(struct loop *l)
{
        if (!l->http)
                return;
        while (l->tasks) { /* requests whose handlers were still at work when the loop ended */
                struct task *t = l->tasks;
                l->tasks = t->next;
                t->run(t);
        }
        while (l->pool) {
                struct request *r = l->pool;
                l->pool = r->next;
                arena_close(&r->arena);
                buf_free(&r->out);
                buf_free(&r->body.bytes);
                free(r);
        }
        buf_free(&l->head);
        buf_free(&l->log);
        free(l->scratch);
        pthread_mutex_destroy(&l->lock);
        const int fds[] = {l->epoll, l->wake, l->reserve, l->listen};
        for (size_t i = 0; i < countof(fds); i++)
                if (fds[i] >= 0)
                        close(fds[i]);
}

void loop_post(struct loop *l, struct task *t)
{
        t->next = NULL;
        pthread_mutex_lock(&l->lock);
        *l->tasks_last = t;
        l->tasks_last = &t->next;
        bool wake = !l->woken;
        l->woken = true;
        pthread_mutex_unlock(&l->lock);
        if (wake && write(l->wake, &(uint64_t){1}, sizeof(uint64_t)) < 0) {
                /* full means that it is awake already */
        }
}

void loop_again(struct http_conn *c)
{
        if (c->again)
                return;
        c->again = true;
        c->next_again = c->loop->again;
        c->loop->again = c;
}

void loop_deadline(struct http_conn *c, int ms)
{
        wheel_set(&c->loop->wheel, &c->timer, c->loop->now_ms + ms);
}

static void run_tasks(struct loop *l)
{
        pthread_mutex_lock(&l->lock);
        struct task *t = l->tasks;
        l->tasks = NULL;
        l->tasks_last = &l->tasks;
        l->woken = false;
        pthread_mutex_unlock(&l->lock);
        while (t) {
                struct task *next = t->next;
                t->run(t);
                t = next;
        }
}

static void run_again(struct loop *l)
{
        struct http_conn *c = l->again;
        l->again = NULL;
        while (c) {
                struct http_conn *next = c->next_again;
                c->again = false;
                if (c->phase != PHASE_CLOSED)
                        conn_pump(c);
                c = next;
        }
}

static void free_dead(struct loop *l)
{
        struct http_conn **at = &l->dead;
        while (*at) {
                struct http_conn *c = *at;
                if (c->again) { /* still in that list: next turn */
                        at = &c->next_dead;
                        continue;
                }
                *at = c->next_dead;
                free(c->own);
                free(c);
        }
}

static void due(struct wheel_node *node, void *arg)
{
        struct loop *l = arg;
        if (node == &l->accept_timer)
                accept_resume(l);
        else
                conn_due((struct http_conn *)((char *)node - offsetof(struct http_conn, timer)));
}

static int wait_ms(const struct loop *l)
{
        int wait = wheel_wait(&l->wheel, l->now_ms);
        if (l->again)
                return 0;
        if (l->stopping) {
                int64_t left = l->stop_at_ms - l->now_ms;
                left = left < 0 ? 0 : left;
                if (wait < 0 || left < wait)
                        wait = (int)left;
        }
        return wait;
}

/* Idle connections end at once, streams are told, the rest finishes. */
static void begin_stop(struct loop *l)
{
        l->stopping = true;
        l->stop_at_ms = atomic_load(&l->http->stop_at_ms);
        accept_stop(l);
        for (struct http_conn *c = l->conns, *next; c; c = next) {
                next = c->next;
                if (c->phase == PHASE_HEAD && !c->in.n)
                        conn_close(c);
                else if (c->phase == PHASE_STREAM)
                        stream_stop(c);
        }
}

static void handle_events(struct loop *l, const struct epoll_event *events, int n)
{
        for (int i = 0; i < n; i++) {
                struct source *s = events[i].data.ptr;
                uint64_t drained;
                if (s->kind == SOURCE_CONN)
                        conn_event((struct http_conn *)s, events[i].events);
                else if (s->kind == SOURCE_LISTEN)
                        accept_ready(l);
                else if (read(l->wake, &drained, sizeof drained) < 0)
                        continue; /* nothing in it: another wake-up took all */
        }
}

static bool finished(const struct loop *l)
{
        return l->stopping && ((!l->conns && !l->in_work) || l->now_ms >= l->stop_at_ms);
}

void *loop_main(void *arg)
{
        struct loop *l = arg;
        const struct http_hooks *hooks = &l->http->hooks;
        const struct clock *clock = l->http->settings.clock;
        struct epoll_event events[BATCH];
        l->self = pthread_self();
        l->now_ms = clock_steady(clock);
        wheel_open(&l->wheel, l->now_ms);
        if (hooks->loop_open)
                l->own = hooks->loop_open(hooks->owner, l->index);
        accept_resume(l);
        while (!finished(l)) {
                int n = epoll_wait(l->epoll, events, BATCH, wait_ms(l));
                l->now_ms = clock_steady(clock);
                if (atomic_load(&l->http->stopping) && !l->stopping)
                        begin_stop(l);
                handle_events(l, events, n);
                run_tasks(l);
                run_again(l);
                wheel_run(&l->wheel, l->now_ms, due, l);
                free_dead(l);
                log_flush(&l->log);
        }
        while (l->conns)
                conn_close(l->conns);
        run_again(l);
        free_dead(l);
        log_flush(&l->log);
        if (hooks->loop_close)
                hooks->loop_close(hooks->owner, l->own);
        return NULL;
}
