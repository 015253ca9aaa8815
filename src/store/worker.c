/* The pool that runs jobs. `tidings serve` opens it after the writer and closes it before.
 *
 * The dispatcher alone leases; the threads run what it queued and report through the writer
 * themselves, so that many ends share one commit. Leases of what is queued or still running are
 * extended, so within this process nothing runs twice however long it takes; a lease runs out only
 * when the process is gone, and where no other can be (one holds the data folder's lock) a start
 * does not wait for that. */
#include "store/worker.h"
#include "lib/base/die.h"
#include "lib/base/log.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
        THREADS_MOST = 64,
        AHEAD = 2, /* leased for each thread: the next is there when one ends */
        LOOK_MS = 1000,
        EXTEND_BEFORE_MS = 15 * 1000,
        MINUTE_MS = 60 * 1000,
        ARENA_CAP = 64 << 20,
};

/* A leased job; in the list `tasks` until it has ended. */
struct task {
        struct task *next;
        size_t kind;
        int64_t id, until;
        int attempts;
        bool begun;
        size_t payload_n;
        char payload[];
};

struct kind_state {
        size_t leased, running;
        int64_t done, failed;
};

struct thread {
        struct workers *w;
        pthread_t id;
        bool started;
        struct arena arena;
        struct cx cx;
};

struct workers {
        struct worker_settings settings;
        const struct clock *clock;
        int64_t ahead_ms;  /* of the wall clock before the steady one, at the start */
        int64_t looked_ms; /* when the dispatcher looked last; its own */
        struct thread dispatcher, threads[THREADS_MOST];
        _Atomic bool stopping;
        pthread_mutex_t lock; /* of all below */
        pthread_cond_t wake, work, quiet;
        bool woken;
        struct task *tasks;
        size_t n_tasks;
        struct kind_state *kinds;
        uint64_t asked, answered; /* workers_settle: questions, and up to which the answer was
                                     "nothing left" */
};

/* ---- the list of tasks, under the lock ---- */

static struct task *next_to_begin(struct workers *w)
{
        struct task *t = w->tasks;
        while (t && t->begun)
                t = t->next;
        return t;
}

static void append(struct workers *w, struct task *t)
{
        struct task **at = &w->tasks;
        while (*at)
                at = &(*at)->next;
        *at = t;
        w->n_tasks++;
        w->kinds[t->kind].leased++;
}

static void forget(struct workers *w, struct task *t)
{
        for (struct task **at = &w->tasks; *at; at = &(*at)->next)
                if (*at == t) {
                        *at = t->next;
                        break;
                }
        w->n_tasks--;
        w->kinds[t->kind].leased--;
        free(t);
}

static void wake_dispatcher(struct workers *w)
{
        w->woken = true;
        pthread_cond_signal(&w->wake);
}

/* ---- leasing ---- */

struct lease {
        const struct job_kind *kind;
        size_t room, n;
        struct leased rows[JOB_LEASE_MOST];
};

static enum err lease_rows(struct cx *cx, void *arg)
{
        struct lease *l = arg;
        return job_lease(cx, l->kind, l->room, l->rows, &l->n);
}

static struct task *task_of(size_t kind, const struct leased *row)
{
        struct task *t = must_alloc(1, sizeof *t + row->payload.n);
        t->kind = kind;
        t->id = row->id;
        t->until = row->until;
        t->attempts = row->attempts;
        t->payload_n = row->payload.n;
        if (row->payload.n)
                memcpy(t->payload, row->payload.p, row->payload.n);
        return t;
}

static size_t room_for(struct workers *w, size_t kind)
{
        size_t most = (size_t)w->settings.threads * AHEAD, room = 0;
        int at_once = w->settings.kinds[kind].at_once;
        pthread_mutex_lock(&w->lock);
        if (w->n_tasks < most)
                room = most - w->n_tasks;
        size_t leased = w->kinds[kind].leased;
        if (at_once > 0)
                room = leased >= (size_t)at_once         ? 0
                       : room < (size_t)at_once - leased ? room
                                                         : (size_t)at_once - leased;
        pthread_mutex_unlock(&w->lock);
        return room < JOB_LEASE_MOST ? room : JOB_LEASE_MOST;
}

/* One kind: leases what is due and has room. *next becomes the time when there is more to do, if
 * earlier. */
static enum err lease_kind(struct workers *w, size_t kind, int64_t now, int64_t *next)
{
        struct thread *d = &w->dispatcher;
        struct lease l = {.kind = &w->settings.kinds[kind]};
        int64_t due;
        TRY(job_next_run(&d->cx, l.kind, &due));
        if (due > now) {
                *next = due < *next ? due : *next;
                return OK;
        }
        l.room = room_for(w, kind);
        if (!l.room)
                return OK; /* the end of a task wakes us */
        TRY(cx_write(&d->cx, lease_rows, &l));
        *next = now; /* perhaps there are more */
        pthread_mutex_lock(&w->lock);
        for (size_t i = 0; i < l.n; i++)
                append(w, task_of(kind, &l.rows[i]));
        if (l.n)
                pthread_cond_broadcast(&w->work);
        pthread_mutex_unlock(&w->lock);
        return OK;
}

/* ---- extending ---- */

struct extension {
        const struct job_kind *kind;
        int64_t id, until;
};

static enum err extend_row(struct cx *cx, void *arg)
{
        struct extension *x = arg;
        return job_extend(cx, x->kind, x->id, &x->until);
}

static bool find_expiring(struct workers *w, int64_t before, struct extension *ret)
{
        bool found = false;
        pthread_mutex_lock(&w->lock);
        for (struct task *t = w->tasks; t && !found; t = t->next)
                if (t->until < before) {
                        *ret = (struct extension){&w->settings.kinds[t->kind], t->id, t->until};
                        found = true;
                }
        pthread_mutex_unlock(&w->lock);
        return found;
}

static void set_until(struct workers *w, const struct extension *x)
{
        pthread_mutex_lock(&w->lock);
        for (struct task *t = w->tasks; t; t = t->next)
                if (t->id == x->id)
                        t->until = x->until;
        pthread_mutex_unlock(&w->lock);
}

static enum err extend_leases(struct workers *w, int64_t now)
{
        struct extension x;
        while (find_expiring(w, now + EXTEND_BEFORE_MS, &x)) {
                log_event(LOG_WARN, "job_takes_long", LOG_Z("kind", x.kind->name),
                          LOG_N("id", x.id));
                TRY(cx_write(&w->dispatcher.cx, extend_row, &x));
                set_until(w, &x);
        }
        return OK;
}

/* ---- the dispatcher ---- */

static enum err arm_all(struct cx *cx, void *arg)
{
        const struct worker_settings *s = arg;
        for (size_t i = 0; i < s->n_kinds; i++)
                if (s->kinds[i].every_ms > 0)
                        TRY(job_arm(cx, &s->kinds[i]));
        return OK;
}

static enum err look(struct workers *w, int64_t now, int64_t *next)
{
        if (now < w->looked_ms - MINUTE_MS) /* the clock was set back: nothing waits until it was */
                TRY(cx_write(&w->dispatcher.cx, arm_all, &w->settings));
        w->looked_ms = now;
        TRY(extend_leases(w, now));
        for (size_t i = 0; i < w->settings.n_kinds; i++)
                TRY(lease_kind(w, i, now, next));
        return OK;
}

static void wait_ms(struct workers *w, int64_t ms)
{
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += ms / 1000;
        until.tv_nsec += ms % 1000 * 1000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        while (!w->woken && !w->stopping)
                if (pthread_cond_timedwait(&w->wake, &w->lock, &until) == ETIMEDOUT)
                        break;
}

static void *dispatch(void *arg)
{
        struct thread *d = arg;
        struct workers *w = d->w;
        pthread_mutex_lock(&w->lock);
        while (!w->stopping) {
                uint64_t asked = w->asked;
                w->woken = false;
                pthread_mutex_unlock(&w->lock);
                int64_t now = clock_now(w->clock), next = INT64_MAX;
                enum err e = look(w, now, &next);
                arena_reset(&d->arena);
                if (e)
                        log_event(LOG_ERROR, "jobs_not_leased", LOG_Z("error", err_name(e)));
                pthread_mutex_lock(&w->lock);
                if (!e && !w->n_tasks && next > now) {
                        w->answered = asked;
                        pthread_cond_broadcast(&w->quiet);
                }
                if (e || next > now)
                        wait_ms(w, e || next - now > LOOK_MS ? LOOK_MS : next - now);
        }
        pthread_mutex_unlock(&w->lock);
        return NULL;
}

/* ---- the threads ---- */

struct end {
        const struct job_kind *kind;
        int64_t id;
        int attempts;
        enum err e;
};

static enum err write_end(struct cx *cx, void *arg)
{
        struct end *end = arg;
        if (end->e)
                return job_failed(cx, end->kind, end->id, end->attempts, end->e);
        return job_done(cx, end->kind, end->id);
}

/* Somebody moved the wall clock, or a battery is empty. */
static bool clock_leapt(const struct workers *w)
{
        int64_t day = INT64_C(24) * 3600 * 1000;
        return llabs(clock_now(w->clock) - clock_steady(w->clock) - w->ahead_ms) > day;
}

static enum err run_unless_leapt(struct workers *w, struct job *job)
{
        if (!job->kind->ends_old || !clock_leapt(w))
                return job->kind->run(job);
        log_event(LOG_WARN, "clock_leapt", LOG_Z("passed_over", job->kind->name),
                  LOG_Z("text", "the clock moved by more than a day: nothing is deleted for its age"
                                " until it comes back or the server starts again"));
        return OK;
}

/* Runs one try; what it met. */
static enum err try_job(struct thread *me, const struct job_kind *kind, struct task *t)
{
        struct workers *w = me->w;
        int64_t timeout = kind->timeout_ms > 0 ? kind->timeout_ms : 60000;
        struct job job = {
                .id = t->id,
                .kind = kind,
                .payload = {t->payload, t->payload_n},
                .attempts = t->attempts,
                .deadline_ms = clock_steady(w->clock) + timeout,
                .cx = &me->cx,
                .stopping = &w->stopping,
        };
        struct end end = {kind, t->id, t->attempts, run_unless_leapt(w, &job)};
        db_rollback(me->cx.db); /* a read transaction or a row that it left open */
        if (end.e)
                log_event(LOG_INFO, "job_failed", LOG_Z("kind", kind->name), LOG_N("id", t->id),
                          LOG_N("attempt", t->attempts), LOG_Z("error", err_name(end.e)),
                          LOG_S("text", me->cx.fault.p ? me->cx.fault : S("")));
        if (!job.ended || end.e) {
                enum err e = cx_write(&me->cx, write_end, &end);
                if (e) /* it runs again when its lease is over */
                        log_event(LOG_ERROR, "job_end_not_written", LOG_Z("kind", kind->name),
                                  LOG_N("id", t->id), LOG_Z("error", err_name(e)));
        }
        me->cx.fault = me->cx.fault_field = STR_NONE;
        arena_reset(&me->arena);
        return end.e;
}

static void *work(void *arg)
{
        struct thread *me = arg;
        struct workers *w = me->w;
        pthread_mutex_lock(&w->lock);
        while (!w->stopping) {
                struct task *t = next_to_begin(w);
                if (!t) {
                        pthread_cond_wait(&w->work, &w->lock);
                        continue;
                }
                struct kind_state *state = &w->kinds[t->kind];
                t->begun = true;
                state->running++;
                pthread_mutex_unlock(&w->lock);
                enum err e = try_job(me, &w->settings.kinds[t->kind], t);
                pthread_mutex_lock(&w->lock);
                state->running--;
                if (e)
                        state->failed++;
                else
                        state->done++;
                forget(w, t);
                wake_dispatcher(w);
        }
        pthread_mutex_unlock(&w->lock);
        return NULL;
}

/* ---- opening and closing ---- */

static enum err free_all(struct cx *cx, void *arg)
{
        const struct worker_settings *s = arg;
        for (size_t i = 0; i < s->n_kinds && s->alone; i++)
                TRY(job_free(cx, &s->kinds[i]));
        return arm_all(cx, arg);
}

static enum err thread_open(struct workers *w, struct thread *t, struct instance *instance)
{
        t->w = w;
        arena_open(&t->arena, w->settings.arena_cap ? w->settings.arena_cap : ARENA_CAP);
        t->cx = (struct cx){
                .arena = &t->arena,
                .clock = instance->clock,
                .settings = instance->settings,
                .instance = instance,
        };
        return db_open(&w->settings.db, &t->cx.db);
}

static void thread_close(struct thread *t)
{
        db_close(&t->cx.db);
        arena_close(&t->arena);
}

static enum err start(struct thread *t, void *(*run)(void *arg), const char *name)
{
        if (pthread_create(&t->id, NULL, run, t) != 0)
                return ERR_FAULT;
        t->started = true;
        pthread_setname_np(t->id, name);
        return OK;
}

static enum err start_all(struct workers *w, struct instance *instance)
{
        TRY(thread_open(w, &w->dispatcher, instance));
        for (int i = 0; i < w->settings.threads; i++)
                TRY(thread_open(w, &w->threads[i], instance));
        TRY(cx_write(&w->dispatcher.cx, free_all, &w->settings));
        for (int i = 0; i < w->settings.threads; i++)
                TRY(start(&w->threads[i], work, "worker"));
        return start(&w->dispatcher, dispatch, "dispatcher");
}

enum err workers_open(struct instance *instance, const struct worker_settings *settings,
                      struct workers **ret)
{
        struct workers *w = must_alloc(1, sizeof *w);
        w->settings = *settings;
        w->settings.db.read_only = true;
        if (w->settings.threads < 1)
                w->settings.threads = 1;
        if (w->settings.threads > THREADS_MOST)
                w->settings.threads = THREADS_MOST;
        w->clock = instance->clock;
        w->ahead_ms = clock_now(w->clock) - clock_steady(w->clock);
        w->kinds = must_alloc(settings->n_kinds, sizeof *w->kinds);
        pthread_mutex_init(&w->lock, NULL);
        pthread_condattr_t attr;
        pthread_condattr_init(&attr);
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        pthread_cond_init(&w->wake, &attr);
        pthread_cond_init(&w->quiet, &attr);
        pthread_cond_init(&w->work, NULL);
        pthread_condattr_destroy(&attr);
        enum err e = start_all(w, instance);
        if (e) {
                workers_close(&w);
                return e;
        }
        *ret = w;
        return OK;
}

static enum err put_back(struct cx *cx, void *arg)
{
        struct workers *w = arg;
        for (struct task *t = w->tasks; t; t = t->next)
                TRY(job_put_back(cx, t->id));
        return OK;
}

void workers_close(struct workers **wp)
{
        struct workers *w = *wp;
        if (!w)
                return;
        *wp = NULL;
        pthread_mutex_lock(&w->lock);
        w->stopping = true;
        pthread_cond_broadcast(&w->wake);
        pthread_cond_broadcast(&w->work);
        pthread_cond_broadcast(&w->quiet);
        pthread_mutex_unlock(&w->lock);
        if (w->dispatcher.started)
                pthread_join(w->dispatcher.id, NULL);
        for (int i = 0; i < w->settings.threads; i++)
                if (w->threads[i].started)
                        pthread_join(w->threads[i].id, NULL);
        if (w->tasks && cx_write(&w->dispatcher.cx, put_back, w))
                log_event(LOG_WARN, "jobs_not_put_back", LOG_N("n", w->n_tasks));
        while (w->tasks)
                forget(w, w->tasks);
        for (int i = 0; i < w->settings.threads; i++)
                thread_close(&w->threads[i]);
        thread_close(&w->dispatcher);
        pthread_cond_destroy(&w->wake);
        pthread_cond_destroy(&w->work);
        pthread_cond_destroy(&w->quiet);
        pthread_mutex_destroy(&w->lock);
        free(w->kinds);
        free(w);
}

void workers_wake(struct workers *w)
{
        if (!w)
                return;
        pthread_mutex_lock(&w->lock);
        wake_dispatcher(w);
        pthread_mutex_unlock(&w->lock);
}

struct worker_counts workers_count(struct workers *w, size_t kind)
{
        pthread_mutex_lock(&w->lock);
        const struct kind_state *k = &w->kinds[kind];
        struct worker_counts c = {k->done, k->failed, (int64_t)k->running};
        pthread_mutex_unlock(&w->lock);
        return c;
}

bool workers_settle(struct workers *w, int64_t timeout_ms)
{
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += timeout_ms / 1000;
        until.tv_nsec += timeout_ms % 1000 * 1000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_mutex_lock(&w->lock);
        uint64_t mine = ++w->asked;
        wake_dispatcher(w);
        bool late = false;
        while (w->answered < mine && !w->stopping && !late)
                late = pthread_cond_timedwait(&w->quiet, &w->lock, &until) == ETIMEDOUT;
        bool settled = w->answered >= mine;
        pthread_mutex_unlock(&w->lock);
        return settled;
}
