/* The three lanes: see lanes.h. */
#include "server/lanes.h"
#include "lib/base/die.h"
#include "lib/db/writer.h"
#include "server/touch.h"
#include "store/cache.h"
#include <pthread.h>
#include <stdlib.h>

enum {
        MAX_POOL = 16,
        QUEUE_MAX = 128, /* more slow requests than this wait no more: the answer is "busy" */
};

struct slow {
        struct req *rq;
        struct slow *next;
};

struct lanes {
        struct instance *instance;
        pthread_t threads[MAX_POOL];
        int n_threads;
        pthread_mutex_t lock;
        pthread_cond_t wake;
        struct slow *first, **last;
        size_t waiting;
        bool stop;
};

struct cx *lanes_cx(struct lanes *l, struct req *rq, struct loop_state *loop)
{
        struct cx *cx = rq->cx;
        if (!cx) {
                cx = make(rq->arena, struct cx);
                cx->arena = rq->arena;
                cx->clock = l->instance->clock;
                cx->settings = l->instance->settings;
                cx->instance = l->instance;
                rq->cx = cx;
        }
        cx->db = loop ? loop->db : NULL;
        return cx;
}

static void go(struct lanes *l, struct req *rq, enum lane lane);

/* Done, or to be gone on with in another lane. */
static void finish(struct lanes *l, struct req *rq, enum err e)
{
        if (!e && rq->next)
                go(l, rq, rq->next_lane);
        else
                http_finish(rq, e);
}

static void run_read(struct lanes *l, struct req *rq)
{
        struct cx *cx = rq->cx;
        cx->snapshot = cache_now(cx->instance->cache);
        enum err e = db_begin_read(cx->db);
        if (!e) {
                e = http_handle(rq);
                db_rollback(cx->db);
        }
        finish(l, rq, e);
}

static enum err write_run(struct write_job *job, struct db *db)
{
        struct req *rq = job->owner;
        struct cx *cx = rq->cx;
        cx->db = db;
        cx->events = &cx->instance->batch;
        size_t before = cx->events->n;
        enum err e = http_handle(rq);
        if (e)
                event_cut(cx->events, before);
        return e;
}

static void write_done(struct write_job *job, enum err e)
{
        http_finish(job->owner, e);
}

static void run_write(struct lanes *l, struct req *rq)
{
        struct write_job *job = make(rq->arena, struct write_job);
        *job = (struct write_job){.run = write_run, .done = write_done, .owner = rq};
        writer_submit(l->instance->writer, job);
}

static void run_slow(struct lanes *l, struct req *rq)
{
        struct slow *s = make(rq->arena, struct slow);
        s->rq = rq;
        pthread_mutex_lock(&l->lock);
        bool full = l->stop || l->waiting >= QUEUE_MAX;
        if (!full) {
                *l->last = s;
                l->last = &s->next;
                l->waiting++;
                pthread_cond_signal(&l->wake);
        }
        pthread_mutex_unlock(&l->lock);
        if (full)
                http_finish(rq, ERR_BUSY);
}

static void resume(void *lanes, struct req *rq)
{
        run_slow(lanes, rq);
}

static void go(struct lanes *l, struct req *rq, enum lane lane)
{
        switch (lane) {
        case LANE_READ:
                run_read(l, rq);
                break;
        case LANE_WRITE:
                run_write(l, rq);
                break;
        case LANE_SLOW:
                run_slow(l, rq);
                break;
        case LANE_HELD:
                rq->lanes = l;
                rq->resume = resume;
                rq->hold(rq);
                break;
        }
}

void lanes_run(struct lanes *l, struct req *rq, struct loop_state *loop)
{
        lanes_cx(l, rq, loop);
        touch(l->instance, rq->viewer, rq->method);
        go(l, rq, rq->route->lane);
}

static struct slow *next_slow(struct lanes *l)
{
        pthread_mutex_lock(&l->lock);
        while (!l->first && !l->stop)
                pthread_cond_wait(&l->wake, &l->lock);
        struct slow *s = l->first;
        if (s) {
                l->first = s->next;
                if (!l->first)
                        l->last = &l->first;
                l->waiting--;
        }
        pthread_mutex_unlock(&l->lock);
        return s;
}

static void *pool_main(void *owner)
{
        struct lanes *l = owner;
        struct db *db = NULL;
        for (struct slow *s; (s = next_slow(l));) {
                struct req *rq = s->rq;
                enum err e = db ? OK : db_open(&l->instance->reader, &db);
                if (!e) {
                        rq->cx->db = db;
                        e = l->stop ? ERR_BUSY : http_handle(rq);
                }
                finish(l, rq, e);
        }
        if (db)
                db_close(&db);
        return NULL;
}

enum err lanes_open(struct instance *instance, int pool_threads, struct lanes **ret)
{
        struct lanes *l = must_alloc(1, sizeof *l);
        l->instance = instance;
        l->last = &l->first;
        pthread_mutex_init(&l->lock, NULL);
        pthread_cond_init(&l->wake, NULL);
        *ret = l;
        for (int i = 0; i < pool_threads && i < MAX_POOL; i++) {
                if (pthread_create(&l->threads[i], NULL, pool_main, l))
                        return ERR_FAULT;
                l->n_threads++;
        }
        return OK;
}

void lanes_close(struct lanes **lanes)
{
        struct lanes *l = *lanes;
        pthread_mutex_lock(&l->lock);
        l->stop = true;
        pthread_cond_broadcast(&l->wake);
        pthread_mutex_unlock(&l->lock);
        for (int i = 0; i < l->n_threads; i++)
                pthread_join(l->threads[i], NULL);
        pthread_mutex_destroy(&l->lock);
        pthread_cond_destroy(&l->wake);
        free(l);
        *lanes = NULL;
}
