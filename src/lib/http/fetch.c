/* The fetcher: see fetch.h. Requests come over a locked inbox to one thread, which queues them by
 * host, hands them to curl's multi handle when there is a place, and waits in epoll for all their
 * sockets at once. Signing and copying happen before, on the thread that asks, so this one only
 * moves bytes. */
#include "lib/base/clock.h"
#include "lib/http/fetch_parts.h"
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
        BATCH = 64,
        GATHER_US =
                1000, /* while this many are out, what comes within this time is taken together */
        GATHER_FROM = 16,
};

static int64_t now(void)
{
        return clock_steady(&clock_real);
}

/* Jobs. */

static struct str keep(char **at, struct str s)
{
        if (!s.p)
                return STR_NONE;
        struct str kept = {*at, s.n};
        if (s.n)
                memcpy(*at, s.p, s.n);
        *at += s.n + 1;
        return kept;
}

/* Strings of the caller become the job's own, all in one block. */
static void copy_request(struct fetch_job *job, const struct fetch_request *rq)
{
        const char *method = rq->method ? rq->method : rq->body.p ? "POST" : "GET";
        size_t n = strlen(method) + rq->url.n + rq->accept.n + rq->body.n + 4;
        for (size_t i = 0; i < rq->n_headers; i++)
                n += rq->headers[i].name.n + rq->headers[i].value.n + 2;
        size_t headers = rq->n_headers * sizeof *rq->headers;
        job->block = must_alloc(headers + n, 1);
        struct fetch_header *to = (struct fetch_header *)(void *)job->block;
        char *at = job->block + headers;
        job->rq = *rq;
        job->rq.headers = to;
        job->rq.method = keep(&at, str_of(method)).p;
        job->rq.url = keep(&at, rq->url);
        job->rq.accept = keep(&at, rq->accept);
        job->rq.body = keep(&at, rq->body);
        for (size_t i = 0; i < rq->n_headers; i++)
                to[i] = (struct fetch_header){keep(&at, rq->headers[i].name),
                                              keep(&at, rq->headers[i].value)};
        if (!rq->max_bytes)
                job->rq.max_bytes = FETCH_DOCUMENT_BYTES;
        if (!rq->total_ms)
                job->rq.total_ms = FETCH_TOTAL_MS;
        if (!rq->wait_ms)
                job->rq.wait_ms = FETCH_WAIT_MS;
}

static void job_free(struct fetch_job *job)
{
        fetch_hop_close(job);
        curl_slist_free_all(job->headers);
        for (int i = 0; i < job->hops; i++)
                free(job->urls[i]);
        free(job->host_name);
        buf_free(&job->head);
        buf_free(&job->body);
        free(job->block);
        free(job);
}

/* Tells how it ended; the job is gone then. */
static void finish(struct fetch_job *job, enum fetch_end end, struct arena *scratch)
{
        struct fetch_answer answer;
        struct arena *a = job->arena ? job->arena : scratch;
        job->f->ended[end]++;
        job->f->redirects += job->hops > 1 ? job->hops - 1 : 0;
        if (a)
                fetch_answer_make(job, a, end, &answer);
        else
                answer = (struct fetch_answer){.end = end};
        job->done(job->arg, &answer);
        job_free(job);
        if (scratch)
                arena_reset(scratch);
}

/* The thread. */

static void run_unlink(struct fetch_job *job)
{
        *job->running_at = job->running_next;
        if (job->running_next)
                job->running_next->running_at = job->running_at;
        job->running_next = NULL;
        job->running_at = NULL;
}

static void end_running(struct fetcher *f, struct fetch_job *job, enum fetch_end end)
{
        run_unlink(job);
        f->active--;
        fetch_queue_release(&f->queue, job);
        finish(job, end, &f->arena);
}

static void start(struct fetcher *f, struct fetch_job *job)
{
        int64_t at = now();
        wheel_clear(&f->wheel, &job->timer);
        f->waiting--;
        f->active++;
        if (!job->started_ms) {
                job->started_ms = at;
                job->deadline_ms = at + job->rq.total_ms;
        }
        job->running_next = f->running;
        if (f->running)
                f->running->running_at = &job->running_next;
        job->running_at = &f->running;
        f->running = job;
        if (!fetch_hop_start(job, at))
                end_running(f, job, FETCH_BUSY);
}

static void start_some(struct fetcher *f)
{
        struct fetch_job *job;
        while ((job = fetch_queue_next(&f->queue)))
                start(f, job);
}

static void wait_for_place(struct fetcher *f, struct fetch_job *job, int64_t until_ms)
{
        f->waiting++;
        fetch_queue_add(&f->queue, job);
        wheel_set(&f->wheel, &job->timer, until_ms);
}

/* A redirect waits for a place again, since it may lead to a host that is busy. */
static void ended(struct fetcher *f, struct fetch_job *job, CURLcode code)
{
        bool again;
        enum fetch_end end = fetch_hop_end(job, code, &again);
        if (!again) {
                end_running(f, job, end);
                return;
        }
        run_unlink(job);
        f->active--;
        fetch_queue_release(&f->queue, job);
        wait_for_place(f, job, job->deadline_ms);
}

static void take_ended(struct fetcher *f)
{
        CURLMsg *m;
        int left;
        while ((m = curl_multi_info_read(f->multi, &left))) {
                char *job = NULL;
                if (m->msg != CURLMSG_DONE)
                        continue;
                CURLcode code = m->data.result;
                curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &job);
                ended(f, (struct fetch_job *)(void *)job, code);
        }
}

static void take_inbox(struct fetcher *f)
{
        pthread_mutex_lock(&f->lock);
        struct fetch_job *job = f->inbox;
        f->inbox = NULL;
        f->inbox_last = &f->inbox;
        f->woken = false;
        pthread_mutex_unlock(&f->lock);
        while (job) {
                struct fetch_job *next = job->next;
                f->waiting--; /* counted since fetch_start */
                wait_for_place(f, job, now() + job->rq.wait_ms);
                job = next;
        }
}

static void waited_too_long(struct wheel_node *node, void *arg)
{
        struct fetcher *f = arg;
        struct fetch_job *job = (struct fetch_job *)(void *)node;
        f->waiting--;
        fetch_queue_remove(&f->queue, job);
        finish(job, job->hops > 1 ? FETCH_TIMEOUT : FETCH_BUSY, &f->arena);
}

int fetch_on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
        struct fetcher *f = arg;
        struct epoll_event e = {.data = {.fd = fd}};
        (void)easy;
        if (what == CURL_POLL_REMOVE) {
                epoll_ctl(f->epoll, EPOLL_CTL_DEL, fd, &e);
                return 0;
        }
        e.events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) |
                   (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0);
        if (!known && epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &e) == 0)
                return curl_multi_assign(f->multi, fd, f) ? -1 : 0;
        return epoll_ctl(f->epoll, EPOLL_CTL_MOD, fd, &e);
}

int fetch_on_timer(CURLM *multi, long ms, void *arg)
{
        struct fetcher *f = arg;
        (void)multi;
        f->curl_due_ms = ms < 0 ? -1 : now() + ms;
        return 0;
}

static int wait_ms(const struct fetcher *f)
{
        int64_t at = now();
        int wheel = wheel_wait(&f->wheel, at);
        if (f->curl_due_ms < 0)
                return wheel;
        int64_t curl = f->curl_due_ms > at ? f->curl_due_ms - at : 0;
        return wheel >= 0 && wheel < curl ? wheel : curl > 60000 ? 60000 : (int)curl;
}

static void on_event(struct fetcher *f, const struct epoll_event *e)
{
        uint64_t drained;
        int running, mask = 0;
        if (e->data.fd == f->wake) {
                if (read(f->wake, &drained, sizeof drained) < 0)
                        return;
                return;
        }
        if (e->events & EPOLLIN)
                mask |= CURL_CSELECT_IN;
        if (e->events & EPOLLOUT)
                mask |= CURL_CSELECT_OUT;
        if (e->events & (EPOLLERR | EPOLLHUP))
                mask |= CURL_CSELECT_ERR;
        curl_multi_socket_action(f->multi, e->data.fd, mask, &running);
}

static bool is_stopping(struct fetcher *f)
{
        pthread_mutex_lock(&f->lock);
        bool stopping = f->stopping;
        pthread_mutex_unlock(&f->lock);
        return stopping;
}

static void cancel_all(struct fetcher *f)
{
        struct fetch_job *job;
        take_inbox(f);
        while ((job = fetch_queue_any(&f->queue))) {
                wheel_clear(&f->wheel, &job->timer);
                f->waiting--;
                fetch_queue_remove(&f->queue, job);
                finish(job, FETCH_CANCELLED, &f->arena);
        }
        while ((job = f->running))
                end_running(f, job, FETCH_CANCELLED);
        fetch_queue_next(&f->queue); /* forgets the hosts that are left in the rings */
}

void *fetch_run(void *arg)
{
        struct fetcher *f = arg;
        struct epoll_event events[BATCH];
        while (!is_stopping(f)) {
                if (f->active >= GATHER_FROM) /* waking up costs more than moving one's bytes */
                        usleep(GATHER_US);
                int running, n = epoll_wait(f->epoll, events, BATCH, wait_ms(f));
                for (int i = 0; i < n; i++)
                        on_event(f, &events[i]);
                if (f->curl_due_ms >= 0 && f->curl_due_ms <= now()) {
                        f->curl_due_ms = -1;
                        curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
                }
                take_ended(f);
                take_inbox(f);
                wheel_run(&f->wheel, now(), waited_too_long, f);
                start_some(f);
        }
        cancel_all(f);
        return NULL;
}

/* Asking. */

void fetch_wake(struct fetcher *f)
{
        if (write(f->wake, &(uint64_t){1}, sizeof(uint64_t)) < 0) {
                /* full means that it is awake already */
        }
}

static void play(struct fetch_job *job)
{
        struct fetch_answer answer = {.url = str_of(job->urls[0])};
        struct arena own;
        struct arena *a = job->arena;
        arena_open(&own, FETCH_ANSWER_ARENA);
        if (!a)
                a = &own;
        enum fetch_end end = job->f->play(job->f->play_arg, a, &job->rq, &answer);
        answer.size = answer.body.n;
        if (!end && answer.status / 100 == 2) {
                if (!fetch_answer_wanted(&job->rq, answer.type, STR_NONE))
                        end = FETCH_TYPE;
                else if (answer.size > job->rq.max_bytes)
                        end = FETCH_LARGE;
        }
        answer.end = end;
        job->f->ended[end]++;
        job->done(job->arg, &answer);
        arena_close(&own);
        job_free(job);
}

static bool post(struct fetcher *f, struct fetch_job *job)
{
        pthread_mutex_lock(&f->lock);
        bool good = !f->stopping && f->waiting < FETCH_QUEUE, must_wake = good && !f->woken;
        if (good) {
                f->woken = true;
                job->next = NULL;
                *f->inbox_last = job;
                f->inbox_last = &job->next;
                f->waiting++;
        }
        pthread_mutex_unlock(&f->lock);
        if (must_wake)
                fetch_wake(f);
        return good;
}

static void begin(struct fetcher *f, const struct fetch_request *rq, struct arena *a,
                  void (*done)(void *arg, const struct fetch_answer *a), void *arg)
{
        struct fetch_job *job = must_alloc(1, sizeof *job);
        job->f = f;
        job->done = done;
        job->arg = arg;
        job->arena = a;
        copy_request(job, rq);
        enum fetch_end end = fetch_hop_prepare(job, job->rq.url);
        if (end)
                finish(job, end, NULL);
        else if (f->play)
                play(job);
        else if (!post(f, job))
                finish(job, FETCH_BUSY, NULL);
}

void fetch_start(struct fetcher *f, const struct fetch_request *rq,
                 void (*done)(void *arg, const struct fetch_answer *a), void *arg)
{
        begin(f, rq, NULL, done, arg);
}

struct waiter {
        pthread_mutex_t lock;
        pthread_cond_t done;
        bool ready;
        struct fetch_answer *answer;
};

static void wake_waiter(void *arg, const struct fetch_answer *a)
{
        struct waiter *w = arg;
        pthread_mutex_lock(&w->lock);
        *w->answer = *a;
        w->ready = true;
        pthread_cond_signal(&w->done);
        pthread_mutex_unlock(&w->lock);
}

enum err fetch_wait(struct fetcher *f, struct arena *a, const struct fetch_request *rq,
                    struct fetch_answer *answer)
{
        struct waiter w = {.answer = answer};
        pthread_mutex_init(&w.lock, NULL);
        pthread_cond_init(&w.done, NULL);
        begin(f, rq, a, wake_waiter, &w);
        pthread_mutex_lock(&w.lock);
        while (!w.ready)
                pthread_cond_wait(&w.done, &w.lock);
        pthread_mutex_unlock(&w.lock);
        pthread_cond_destroy(&w.done);
        pthread_mutex_destroy(&w.lock);
        return fetch_end_err(answer->end);
}

struct fetch_counts fetch_count(struct fetcher *f)
{
        struct fetch_counts c = {
                .bytes_in = f->bytes_in,
                .bytes_out = f->bytes_out,
                .redirects = f->redirects,
                .connections = f->connections,
                .refused_addresses = f->refused_addresses,
                .active = f->active,
                .waiting = f->waiting,
        };
        for (int i = 0; i < FETCH_END_COUNT_; i++)
                c.ended[i] = f->ended[i];
        return c;
}
