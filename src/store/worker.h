/* The pool that runs jobs: one thread leases what is due, the others run it. Runs in `tidings serve` alone. */
#pragma once
#include "store/job.h"

struct workers;

struct worker_settings {
        const struct job_kind *kinds; /* stay where they are */
        size_t n_kinds;
        int threads;                  /* 1 to 64 */
        bool alone;                   /* no other process runs jobs here: a lease found at the start is a dead one's */
        size_t arena_cap;             /* of one job; 0: 64 MiB */
        struct db_settings db;        /* of a worker's read connection */
};

/* The instance's writer must run. */
MUST_USE enum err workers_open(struct instance *instance, const struct worker_settings *settings, struct workers **ret);
/* Something was committed: looks for due jobs at once rather than within a second. From any thread, quick; call it in the
 * writer's `committed` and `foreign_commit`. NULL does nothing. */
void workers_wake(struct workers *w);
/* Takes no more, puts back what nobody began, waits for what runs. */
void workers_close(struct workers **w);
/* For the metrics. */
struct worker_counts {
        int64_t done, failed; /* tries of this kind since the start */
        int64_t running;
};
struct worker_counts workers_count(struct workers *w, size_t kind);
/* Waits until nothing is due or running, for tests; false when that took longer. */
bool workers_settle(struct workers *w, int64_t timeout_ms);
