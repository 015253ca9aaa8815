/* The writer's thread. The server's write lane, its workers and its slow lane hand their pieces
 * here.
 *
 * The first piece of a batch that changes something needs no savepoint: nothing else would be lost
 * by rolling the whole transaction back. So a lone piece costs one BEGIN and one COMMIT, as without
 * this file. */
#include "lib/db/writer.h"
#include "lib/base/die.h"
#include "lib/base/log.h"
#include "lib/db/sqlite.h"
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

enum {
        PIECES_MOST = 256,
        BATCH_MS = 25, /* nobody waits longer than this, and one fsync, for others' pieces */
        IDLE_MS = 250,
        GATHER_US = 800,
        GATHER_FROM = 4, /* expected pieces */
};

struct writer {
        struct db *db;
        struct writer_hooks hooks;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t work;
        struct write_job *first, **last; /* waiting; under the lock, as is all down to gather */
        size_t waiting;
        bool idle, stop;
        bool gathers; /* waits for `gather` pieces */
        size_t gather;
        size_t expected; /* pieces of a batch, of late; the thread's own, as is the next */
        int64_t data_version;
};

struct batch {
        struct write_job *first, **last;
        size_t n, succeeded;
};

static int64_t now_ms(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void tell(const struct writer *w, void (*hook)(void *owner))
{
        if (hook)
                hook(w->hooks.owner);
}

static void look_for_others(struct writer *w)
{
        int64_t version = db_data_version(w->db);
        if (version == w->data_version)
                return;
        w->data_version = version;
        tell(w, w->hooks.foreign_commit);
}

/* ---- the queue ---- */

static struct write_job *take(struct writer *w)
{
        pthread_mutex_lock(&w->lock);
        struct write_job *job = w->first;
        if (job) {
                w->first = job->next;
                w->waiting--;
                if (!w->first)
                        w->last = &w->first;
        }
        pthread_mutex_unlock(&w->lock);
        return job;
}

static struct timespec in_us(int64_t us)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        t.tv_nsec += us * 1000;
        t.tv_sec += t.tv_nsec / 1000000000;
        t.tv_nsec %= 1000000000;
        return t;
}

/* Waits for work. False when there is none left and the writer closes. */
static bool await(struct writer *w)
{
        pthread_mutex_lock(&w->lock);
        while (!w->first && !w->stop) {
                struct timespec until = in_us(IDLE_MS * 1000);
                w->idle = true;
                int code = pthread_cond_timedwait(&w->work, &w->lock, &until);
                w->idle = false;
                if (code == ETIMEDOUT && !w->first) {
                        pthread_mutex_unlock(&w->lock);
                        look_for_others(w);
                        pthread_mutex_lock(&w->lock);
                }
        }
        bool more = w->first != NULL;
        pthread_mutex_unlock(&w->lock);
        return more;
}

/* Waits a moment for the n that are about to come. */
static void gather(struct writer *w, size_t n)
{
        struct timespec until = in_us(GATHER_US);
        pthread_mutex_lock(&w->lock);
        w->gather = n;
        w->gathers = true;
        while (w->waiting < n && !w->stop &&
               pthread_cond_timedwait(&w->work, &w->lock, &until) != ETIMEDOUT)
                ;
        w->gathers = false;
        pthread_mutex_unlock(&w->lock);
}

void writer_submit(struct writer *w, struct write_job *job)
{
        job->next = NULL;
        pthread_mutex_lock(&w->lock);
        if (w->stop)
                die("writer: a piece was handed in after writer_close");
        *w->last = job;
        w->last = &job->next;
        w->waiting++;
        if (w->idle || (w->gathers && w->waiting >= w->gather))
                pthread_cond_signal(&w->work);
        pthread_mutex_unlock(&w->lock);
}

size_t writer_waiting(struct writer *w)
{
        pthread_mutex_lock(&w->lock);
        size_t n = w->waiting;
        pthread_mutex_unlock(&w->lock);
        return n;
}

/* ---- a batch ---- */

static enum err begin(struct writer *w)
{
        TRY(db_begin_write(w->db));
        look_for_others(w); /* nobody else commits from here on: what is cached now is true until
                               our commit */
        return OK;
}

/* What a deferred foreign key leaves open would fail the commit of everybody. */
static enum err run_checked(struct writer *w, struct write_job *job)
{
        TRY(job->run(job, w->db));
        return sqlite_keys_open(w->db) ? ERR_CONFLICT : OK;
}

/* Runs one piece; the error given is the batch's, not the piece's: the transaction is gone. */
static enum err run_piece(struct writer *w, struct batch *b, struct write_job *job)
{
        bool alone = b->succeeded == 0;
        enum err e = alone ? OK : db_savepoint(w->db);
        if (!e) {
                e = run_checked(w, job);
                if (!alone && !e)
                        e = db_release(w->db);
                else if (!alone)
                        db_rollback_to(w->db);
        }
        job->result = e;
        if (w->db->ill || !sqlite_in_transaction(w->db))
                return e ? e : ERR_FAULT;
        if (!e)
                b->succeeded++;
        else if (alone) {
                db_rollback(w->db);
                return begin(w);
        }
        return OK;
}

static void add(struct batch *b, struct write_job *job)
{
        job->next = NULL;
        job->result = OK;
        *b->last = job;
        b->last = &job->next;
        b->n++;
}

static enum err run_batch(struct writer *w, struct batch *b)
{
        int64_t until_ms = now_ms() + BATCH_MS;
        enum err e = begin(w);
        do {
                struct write_job *job = take(w);
                if (!job)
                        break;
                add(b, job);
                if (!e)
                        e = run_piece(w, b, job);
        } while (!e && b->n < PIECES_MOST && now_ms() < until_ms);
        if (!e && b->succeeded && w->hooks.finish)
                e = w->hooks.finish(w->hooks.owner, w->db);
        if (!e && b->succeeded)
                return db_commit(w->db);
        db_rollback(w->db);
        return e;
}

static void serve(struct writer *w)
{
        struct batch b = {.last = &b.first};
        if (w->expected >= GATHER_FROM)
                gather(w, w->expected * 3 / 4);
        enum err e = run_batch(w, &b);
        size_t fading = w->expected - w->expected / 8 - (w->expected > 0);
        w->expected = b.n > fading ? b.n : fading;
        if (e)
                log_event(LOG_ERROR, "batch_rolled_back", LOG_Z("error", err_name(e)),
                          LOG_N("pieces", b.n));
        tell(w, e || !b.succeeded ? w->hooks.rolled_back : w->hooks.committed);
        for (struct write_job *job = b.first, *next; job; job = next) {
                next = job->next; /* the piece may be gone after done() */
                job->done(job, job->result ? job->result : e);
        }
        sqlite_checkpoint_due(w->db);
}

static void *run(void *arg)
{
        struct writer *w = arg;
        while (await(w))
                serve(w);
        return NULL;
}

/* ---- opening and closing ---- */

enum err writer_open(struct db *db, const struct writer_hooks *hooks, struct writer **ret)
{
        struct writer *w = must_alloc(1, sizeof *w);
        w->db = db;
        w->hooks = hooks ? *hooks : (struct writer_hooks){0};
        w->last = &w->first;
        db->defers_checkpoints = true;
        w->data_version = db_data_version(db);
        pthread_mutex_init(&w->lock, NULL);
        pthread_condattr_t attr;
        pthread_condattr_init(&attr);
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        pthread_cond_init(&w->work, &attr);
        pthread_condattr_destroy(&attr);
        if (pthread_create(&w->thread, NULL, run, w) != 0) {
                log_event(LOG_ERROR, "writer_open_failed", LOG_N("errno", errno));
                pthread_cond_destroy(&w->work);
                pthread_mutex_destroy(&w->lock);
                free(w);
                return ERR_FAULT;
        }
        pthread_setname_np(w->thread, "writer");
        *ret = w;
        return OK;
}

void writer_close(struct writer **wp)
{
        struct writer *w = *wp;
        if (!w)
                return;
        *wp = NULL;
        pthread_mutex_lock(&w->lock);
        w->stop = true;
        pthread_cond_signal(&w->work);
        pthread_mutex_unlock(&w->lock);
        pthread_join(w->thread, NULL);
        db_close(&w->db);
        pthread_cond_destroy(&w->work);
        pthread_mutex_destroy(&w->lock);
        free(w);
}

/* ---- waiting for a commit ---- */

struct wait {
        struct write_job job;
        enum err (*run)(void *arg, struct db *db);
        void *arg;
        sem_t done;
        enum err result;
};

static enum err wait_run(struct write_job *job, struct db *db)
{
        struct wait *wait = job->owner;
        return wait->run(wait->arg, db);
}

static void wait_done(struct write_job *job, enum err e)
{
        struct wait *wait = job->owner;
        wait->result = e;
        sem_post(&wait->done);
}

enum err writer_do(struct writer *w, enum err (*run_it)(void *arg, struct db *db), void *arg)
{
        if (pthread_equal(pthread_self(), w->thread))
                die("writer: writer_do on the writer's own thread would wait for itself");
        struct wait wait = {.run = run_it, .arg = arg};
        wait.job = (struct write_job){.run = wait_run, .done = wait_done, .owner = &wait};
        sem_init(&wait.done, 0, 0);
        writer_submit(w, &wait.job);
        while (sem_wait(&wait.done) != 0)
                ;
        sem_destroy(&wait.done);
        return wait.result;
}
