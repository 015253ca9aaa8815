/* Brings files of other servers here: asked over the network, checked and drawn anew in the box (pictures), put into the
 * store. One fetch for all who want the same file; nobody waits longer than a deadline. Opened with the server. */
#pragma once
#include "social/far_file.h"

struct fetcher;
struct far_take;

enum {
        FAR_WAIT_MS = 8000,     /* a reader waits this long; then the answer is "later", and the fetch goes on */
        FAR_FETCH_MS = 30000,   /* T118 */
        FAR_AT_ONCE = 512,      /* files on their way, */
        FAR_HOST_AT_ONCE = 64,  /* of which from one host */
        FAR_WAITING = 4096      /* readers who wait */
};

/* The fetcher must outlive far_take_close. */
MUST_USE enum err far_take_open(struct instance *instance, struct fetcher *fetcher, struct far_take **ret);
/* Whoever waits is told that the server is busy, at once; nothing new is begun. NULL does nothing. */
void far_take_stop(struct far_take *t);
void far_take_close(struct far_take **t); /* stops the fetcher too */

struct far_waiter {
        /* Called once, from any thread, perhaps before far_take_want returns. OK: it is here. ERR_MISSING: it cannot be
         * had. ERR_REMOTE: its server has trouble. ERR_BUSY: not in time, or too much is asked. */
        void (*done)(struct far_waiter *w, enum err e);
        struct far_waiter *next;
        int64_t deadline_ms;
};
/* Sees that the file is fetched. urgent: a person waits. The waiter stays where it is until it is called. */
void far_take_want(struct far_take *t, const struct far_file *f, bool urgent, struct far_waiter *w);
/* The same, and waits: for jobs. */
MUST_USE enum err far_take_now(struct far_take *t, const struct far_file *f);
/* Somebody looked at a copy: noted within a minute. */
void far_take_used(struct far_take *t, enum far_kind kind, int64_t owner);

/* The rows were counted anew: what they hold. NULL does nothing. */
void far_take_recount(struct far_take *t, int64_t bytes);

/* For the metrics. */
struct far_take_counts {
        int64_t taken, failed;
        int64_t evicted;          /* bytes; all since the start */
        int64_t bytes, under_way;       /* now */
};
struct far_take_counts far_take_count(struct far_take *t);
