/* The context of a rule: failing with a sentence, ids, events, and short writes from slow code. */
#include "store/cx.h"
#include "lib/base/die.h"
#include "lib/base/id.h"
#include "lib/db/writer.h"
#include "store/cache.h"
#include "store/worker.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
        FINISH_ARENA_CAP = 8 << 20
}; /* for one post: its words, and as many followers as a chunk has */

__attribute__((format(printf, 2, 0))) static struct str sentence(struct cx *cx, const char *format,
                                                                 va_list ap)
{
        va_list again;
        va_copy(again, ap);
        int n = vsnprintf(NULL, 0, format, again);
        va_end(again);
        char *z = make_n(cx->arena, (size_t)(n < 0 ? 0 : n) + 1, char);
        vsnprintf(z, (size_t)n + 1, format, ap);
        return str_of(z);
}

enum err fail(struct cx *cx, enum err e, const char *format, ...)
{
        va_list ap;
        va_start(ap, format);
        cx->fault = sentence(cx, format, ap);
        va_end(ap);
        cx->fault_field = S("");
        return e;
}

enum err fail_field(struct cx *cx, const char *field, enum err e, const char *format, ...)
{
        va_list ap;
        va_start(ap, format);
        cx->fault = sentence(cx, format, ap);
        va_end(ap);
        cx->fault_field = str_of(field);
        return e;
}

int64_t cx_now(const struct cx *cx)
{
        return clock_now(cx->clock);
}

int64_t cx_id(const struct cx *cx)
{
        return id_new(cx->clock);
}

void cx_event(struct cx *cx, enum event_kind kind, int64_t account, int64_t subject)
{
        if (cx->events)
                event_add(cx->events, (struct event){kind, account, subject});
}

struct piece {
        struct cx *caller;
        enum err (*f)(struct cx *cx, void *arg);
        void *arg;
};

static enum err run_piece(void *arg, struct db *db)
{
        struct piece *p = arg;
        struct event_list *batch = &p->caller->instance->batch;
        struct cx cx = *p->caller;
        size_t before = batch->n;
        cx.db = db;
        cx.events = batch;
        cx.fault = STR_NONE;
        enum err e = p->f(&cx, p->arg);
        if (e)
                event_cut(batch, before);
        p->caller->fault = cx.fault;
        p->caller->fault_field = cx.fault_field;
        return e;
}

enum err cx_write(struct cx *cx, enum err (*f)(struct cx *cx, void *arg), void *arg)
{
        if (cx->events) /* already on the writer */
                return f(cx, arg);
        struct piece p = {cx, f, arg};
        return writer_do(cx->instance->writer, run_piece, &p);
}

enum err cx_read(struct cx *cx, enum err (*f)(struct cx *cx, void *arg), void *arg)
{
        if (cx->events) /* the writer's transaction is a snapshot already */
                return f(cx, arg);
        cx->snapshot = cx->instance->cache ? cache_now(cx->instance->cache) : 0;
        TRY(db_begin_read(cx->db));
        enum err e = f(cx, arg);
        db_rollback(cx->db);
        return e;
}

static int by_subject(const void *a, const void *b)
{
        const struct event *x = a, *y = b;
        return (x->subject > y->subject) - (x->subject < y->subject);
}

/* What the batch stored, by rising id: the full-text index gathers words in memory for as long as
 * ids rise. */
static struct event *stored(const struct event_list *batch, size_t *n)
{
        struct event *v = must_alloc(batch->n + 1, sizeof *v);
        *n = 0;
        for (size_t i = 0; i < batch->n; i++)
                if (batch->v[i].kind == EVENT_POST_STORED)
                        v[(*n)++] = batch->v[i];
        qsort(v, *n, sizeof *v, by_subject);
        return v;
}

/* A savepoint keeps a copy of every page it changes and makes the full-text index write a segment.
 * The rows of a post in its readers' homes and in the index touch most pages, so they come here,
 * after the savepoints. */
enum err instance_finish(void *owner, struct db *db)
{
        struct instance *i = owner;
        struct arena a;
        struct cx cx = {.db = db,
                        .arena = &a,
                        .clock = i->clock,
                        .settings = i->settings,
                        .instance = i,
                        .events = &i->batch};
        enum err e = OK;
        size_t n;
        struct event *v = stored(&i->batch, &n);
        arena_open(&a, FINISH_ARENA_CAP);
        for (size_t k = 0; !e && i->finish_post && k < n; k++) {
                e = i->finish_post(&cx, v[k].subject, !v[k].account);
                arena_reset(&a);
        }
        arena_close(&a);
        free(v);
        return e;
}

void instance_committed(void *owner)
{
        struct instance *i = owner;
        events_publish(i->events, &i->batch);
        event_cut(&i->batch, 0);
        workers_wake(__atomic_load_n(&i->workers, __ATOMIC_ACQUIRE));
}

void instance_rolled_back(void *owner)
{
        struct instance *i = owner;
        event_cut(&i->batch, 0);
}

void instance_foreign_commit(void *owner)
{
        struct instance *i = owner;
        struct event all = {.kind = EVENT_EVERYTHING};
        events_publish(i->events, &(struct event_list){&all, 1, 1});
        workers_wake(__atomic_load_n(&i->workers, __ATOMIC_ACQUIRE));
}
