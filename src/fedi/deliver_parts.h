/* What the files of the engine share. */
#pragma once
#include "fedi/deliver_run.h"
#include "fedi/fedi.h"
#include "fedi/sync.h"
#include <pthread.h>

enum {
        DELIVER_LANES = 192,  /* servers worked for at once; 64 of them have a connection at a time */
        DELIVER_OUT = 256,    /* shipments being signed or sent */
        DELIVER_GATHER = 96,  /* answers taken at once ... */
        DELIVER_GATHER_MS = 10, /* ... or what came within this time */
        DELIVER_AHEAD = 16,   /* rows of a server read at once */
        DELIVER_SIGNERS = 64, /* threads at most: one a core */
        DELIVER_KEYS = 64     /* keys of people kept parsed */
};

/* How one try ended. */
enum ship_end {
        SHIP_TAKEN,
        SHIP_NEVER,  /* this inbox refuses this for good */
        SHIP_LATER,  /* the server is not well */
        SHIP_AGAIN   /* it was us: no fault of the server's */
};

struct deliver_signer { /* a person's key, parsed */
        int64_t account;
        struct key *key;
        struct str key_id;
        int64_t used;
};

/* The bytes of an activity, shared by those on the way with it. */
struct deliver_bytes {
        struct deliver_bytes *next;
        int64_t parcel;
        int holders;
        struct str body, sum; /* sum: digest_sum */
};

struct deliver_lane;

struct shipment {
        struct shipment *next;
        struct deliverer *deliverer;
        struct deliver_lane *lane;
        int64_t parcel, account;
        struct str inbox, sync; /* sync: a header's value; STR_NONE: none */
        struct deliver_bytes *bytes;
        struct signer signer; /* no key: there is nobody any more who could sign */
        bool knocked; /* the other form of signature was tried too */
        enum ship_end end;
        int status;
        int64_t pause_ms; /* as the server asked for */
        char text[];      /* inbox, key id, sync */
};

/* A server that is worked for. Only the planner touches it. */
struct deliver_lane {
        struct deliver_host host;
        struct deliver_row after;      /* read up to here */
        struct shipment *wait;         /* read, in order, not begun */
        struct shipment *out[DELIVER_HOST_PLACES];
        int n_out;
        bool exhausted;
        bool failed; /* begins nothing more: it is not well */
        bool tired;  /* begins nothing more, through our own fault */
        bool good;
        int scheme;  /* that it took last */
        int status;  /* of the failure */
        int64_t pause_ms;
        char *name, *after_inbox;
};

struct ship_queue {
        struct shipment *first, **last;
};

struct deliverer {
        struct instance *instance;
        struct arena arena; /* the planner's, for one round */
        struct cx cx;
        struct deliver_lane *lanes[DELIVER_LANES];
        size_t n_lanes;
        struct deliver_bytes *bytes;
        struct sync_cache *sync;
        struct deliver_signer keys[DELIVER_KEYS];
        int64_t turn;
        int n_out;
        struct ship_queue unsettled; /* ended, and not written down yet */
        int n_unsettled;
        int64_t unsettled_ms; /* since when there is something to write down; 0: nothing */
        int64_t looked_ms; /* when the database was last asked who is due */
        bool more_due;

        pthread_mutex_t lock; /* of all below */
        pthread_cond_t planner, signers;
        struct ship_queue to_sign, ended;
        int n_ended;    /* in `ended` */
        bool gathering; /* the planner waits for more of them, to write them down together */
        bool woken, stopping;
        struct deliverer_counts counts;
        pthread_t plan_thread, sign_threads[DELIVER_SIGNERS];
        int n_signers;
};

/* deliver_sign.c */
void *deliver_sign_run(void *deliverer);
void ship_queue_add(struct ship_queue *q, struct shipment *s);
struct shipment *ship_queue_take(struct ship_queue *q);
/* A try ended; with the deliverer's lock held. */
void ship_ended(struct deliverer *d, struct shipment *s);
/* The key of this account for one more shipment (key_drop ends it). ERR_MISSING: it has none. */
enum err deliver_signer_get(struct deliverer *d, int64_t account, struct signer *ret);
void deliver_signers_close(struct deliverer *d);

/* deliver_lane.c: the planner's work for one server */
struct deliver_lane *deliver_lane_open(const struct deliver_host *h);
void deliver_lane_close(struct deliverer *d, struct deliver_lane *l);
/* The next one that may leave now; NULL: none. */
struct shipment *deliver_lane_next(struct deliverer *d, struct deliver_lane *l);
void deliver_lane_ended(struct deliver_lane *l, struct shipment *s);
bool deliver_lane_over(const struct deliver_lane *l);
void shipment_close(struct deliverer *d, struct shipment *s);
