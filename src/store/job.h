/* What must happen later: a row written in the transaction of its cause, leased by a worker, tried again with growing
 * pauses, given up after a number of tries and then kept for the administrator to see. A job may run twice (a crash
 * between its work and its end), so its work must bear that. */
#pragma once
#include "lib/base/buf.h"
#include "store/cx.h"

struct job;

/* A row a kind, in a table of server/jobs.c. */
struct job_kind {
        const char *name;
        /* On a worker's thread, outside any transaction; job->cx has a read connection and an arena of the job. OK ends
         * the job; a retriable error (err_retry) has it tried again, another gives it up. */
        enum err (*run)(struct job *job);
        int max_attempts;   /* 0: 1 */
        int64_t timeout_ms; /* of one try, for its network calls; the lease lasts a little longer. 0: 60 s */
        int64_t retry_ms;   /* pause after the first failure, doubled each time up to 12 h. 0: 30 s */
        int at_once;        /* how many of this kind may run at the same time; 0: as many as there are workers */
        int64_t every_ms;   /* not 0: runs again and again, this long after its end; needs no job_add */
        bool ends_old;      /* deletes what is past its time: passed over while the wall clock is more than a day away from
                             * where the steady one says it should be since the start, so that a wrong clock ends nothing (T177) */
};

struct job {
        int64_t id;
        const struct job_kind *kind;
        struct str payload; /* JSON */
        int attempts;       /* this one included */
        int64_t deadline_ms; /* of this try, on the steady clock */
        struct cx *cx;
        bool ended;                   /* by job_end */
        const _Atomic bool *stopping; /* the workers'; NULL: never */
};
/* The server is closing: a long job returns ERR_BUSY soon, and runs again after the next start. */
bool job_must_stop(const struct job *job);

/* Adds a job to the current transaction (job_add on a worker or in a tool: inside cx_write). run_at 0: now. With a unique
 * key (STR_NONE: none) a job of that kind and key that waits already takes the new payload and the earlier time instead
 * (but keeps its pause when it failed before); one that is just running is left alone and the new one waits. */
MUST_USE enum err job_add(struct cx *cx, const char *kind, struct str payload, struct str unique_key, int64_t run_at);
/* The same, now, with a payload on the heap, which is freed either way; ERR_FAULT when it failed. */
MUST_USE enum err job_add_buf(struct cx *cx, const char *kind, struct buf *payload, struct str unique_key);
/* Takes a waiting job back; OK when there is none. */
MUST_USE enum err job_cancel(struct cx *cx, const char *kind, struct str unique_key);
/* Runs f in a write transaction and ends the job in the same one: its result and its end are one commit. */
MUST_USE enum err job_end(struct job *job, enum err (*f)(struct cx *cx, void *arg), void *arg);

/* For the administrator and the metrics. */
struct job_row {
        int64_t id;
        struct str kind, payload, last_error;
        int64_t run_at, attempts, created_at;
};
struct job_counts {
        int64_t waiting; /* counted up to 10,000 */
        int64_t late_ms; /* how long the oldest is overdue; 0: none is */
};
MUST_USE enum err job_count(struct cx *cx, const char *kind, struct job_counts *ret);
MUST_USE enum err job_count_dead(struct cx *cx, int64_t *ret); /* up to 10,000 */
/* Given up, newest first, below `before` (0: the newest). */
MUST_USE enum err job_list_dead(struct cx *cx, int64_t before, int64_t limit, struct job_row **ret, size_t *n);
MUST_USE enum err job_revive(struct cx *cx, int64_t id); /* tries a dead one again; ERR_MISSING */
MUST_USE enum err job_tidy(struct cx *cx);               /* drops the dead of more than 30 days ago, 1,000 at most */

/* What the workers use (worker.c); all but job_next_run inside a write transaction. */
struct leased {
        int64_t id;
        struct str payload;
        int attempts;
        int64_t until;
};
enum { JOB_LEASE_MOST = 64 };
/* When the next one of this kind is due; INT64_MAX: none waits. */
MUST_USE enum err job_next_run(struct cx *cx, const struct job_kind *kind, int64_t *ret);
/* Up to n (at most JOB_LEASE_MOST) due ones, leased; payloads in the arena. Gives up those whose last try never ended. */
MUST_USE enum err job_lease(struct cx *cx, const struct job_kind *kind, size_t n, struct leased *ret, size_t *n_ret);
MUST_USE enum err job_extend(struct cx *cx, const struct job_kind *kind, int64_t id, int64_t *until);
/* Puts a leased one back as if it had not been taken. */
MUST_USE enum err job_put_back(struct cx *cx, int64_t id);
/* The process that leased them is dead: those of this kind are due at once; the try it did not end counts. */
MUST_USE enum err job_free(struct cx *cx, const struct job_kind *kind);
MUST_USE enum err job_done(struct cx *cx, const struct job_kind *kind, int64_t id);
MUST_USE enum err job_failed(struct cx *cx, const struct job_kind *kind, int64_t id, int attempts, enum err e);
/* Makes sure that a kind with every_ms has its row, and that it comes no later than that from now: a clock that was ahead
 * may have put it years away. */
MUST_USE enum err job_arm(struct cx *cx, const struct job_kind *kind);

extern const struct stmt_list JOB_STATEMENTS;
