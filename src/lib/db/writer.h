/* The one writer: takes what has queued up, runs each piece in a savepoint, one commit with fsync for all, then
 * reports each. Group commit makes durability cheap: the busier the server, the more answers share one fsync. */
#pragma once
#include "lib/db/db.h"

struct writer;

/* A piece of writing. The caller owns it until `done` ran. */
struct write_job {
        enum err (*run)(struct write_job *job, struct db *db); /* on the writer's thread, in a savepoint; an error
                                                                  rolls this piece back and nobody else's */
        void (*done)(struct write_job *job, enum err e);       /* on the writer's thread, after the commit */
        void *owner;
        struct write_job *next; /* the writer's */
        enum err result;        /* the writer's */
};

struct writer_hooks {
        void *owner;
        /* After each commit, before any done(): publish what the batch changed. */
        void (*committed)(void *owner);
        /* Another process committed to the same file (the command line): forget what was cached. Seen within 250 ms. */
        void (*foreign_commit)(void *owner);
        /* The batch was rolled back as a whole (disk full, failed commit, no piece succeeded); before any done(). */
        void (*rolled_back)(void *owner);
        /* Before each commit, with all pieces done and outside any savepoint: what is cheaper once for all of them. An
         * error rolls the batch back. May be NULL. */
        enum err (*finish)(void *owner, struct db *db);
};

/* Takes over the connection and starts the thread. A batch ends after 256 pieces, when it ran for 25 ms, or
 * when the queue is empty. */
MUST_USE enum err writer_open(struct db *db, const struct writer_hooks *hooks, struct writer **ret);
void writer_submit(struct writer *w, struct write_job *job); /* from any thread */
/* Runs one piece and waits for its commit; from any thread but the writer's. */
MUST_USE enum err writer_do(struct writer *w, enum err (*run)(void *arg, struct db *db), void *arg);
/* How many pieces wait, for metrics and for shedding load. */
size_t writer_waiting(struct writer *w);
/* Finishes what is queued, then stops. The connection is closed. */
void writer_close(struct writer **w);
