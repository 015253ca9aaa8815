/* Where handlers run: on the loop with its read snapshot, on the writer in a savepoint, or in the pool of threads that
 * may block. */
#pragma once
#include "lib/http/http.h"
#include "store/cx.h"

struct lanes;

/* State of one loop: its read connection. */
struct loop_state {
        struct db *db;
};

MUST_USE enum err lanes_open(struct instance *instance, int pool_threads, struct lanes **ret);
/* Stops the pool; requests waiting in it are answered as busy. */
void lanes_close(struct lanes **l);
/* Runs the handler in the lane of its route; rq->cx is made here. http_finish follows. */
void lanes_run(struct lanes *l, struct req *rq, struct loop_state *loop);
/* A context for code that runs on the loop itself (admit, check). loop NULL: without a database (an error page before any
 * route is known). */
struct cx *lanes_cx(struct lanes *l, struct req *rq, struct loop_state *loop);
