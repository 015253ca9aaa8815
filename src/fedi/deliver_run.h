/* The engine that sends what waits: one thread plans, one a core signs, the fetcher's thread waits for the answers. Runs in
 * `tidings serve` alone. */
#pragma once
#include "fedi/deliver.h"

struct deliverer;

enum { DELIVER_HOST_PLACES = 2 /* at a time to one server; 1 while it fails */ };

/* The instance's writer and its fedi must run. */
MUST_USE enum err deliverer_open(struct instance *instance, struct deliverer **ret);
/* Something was put down: looks at once rather than within a second. From any thread; NULL does nothing. */
void deliverer_wake(struct deliverer *d);
/* Starts nothing more and waits for what runs. */
void deliverer_close(struct deliverer **d);
struct deliverer_counts {
        int64_t sent, refused, failed; /* since the start: taken, never to be taken, to be tried again */
        int64_t out;                   /* now being signed or sent */
};
struct deliverer_counts deliverer_count(struct deliverer *d);
