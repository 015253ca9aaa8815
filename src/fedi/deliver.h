/* Deliveries: an activity and the inboxes it goes to, as rows; a server that fails is left alone for a while and given up
 * after a week. Jobs add them (deliver_job.c), the engine in deliver_run.h sends them. An inbox may get an activity
 * twice (a crash between its answer and our commit), never not at all. */
#pragma once
#include "store/job.h"

enum { /* T126, T127 */
        DELIVER_FIRST_PAUSE_MS = 60 * 1000,          /* after the first failure, doubled each time ... */
        DELIVER_LAST_PAUSE_MS = 2 * 24 * 3600 * 1000, /* ... up to this */
        DELIVER_WAITING_MOST = 100000,
        DELIVER_BATCH = 500 /* rows in one transaction: a large audience makes no other write wait */
};
#define DELIVER_GIVE_UP_MS (INT64_C(7) * 24 * 3600 * 1000)

struct deliver_to {
        int64_t followers_of;  /* 0: none */
        bool everybody;        /* every server where anybody is known */
        const int64_t *people; /* accounts elsewhere */
        size_t n_people;
        int64_t sync;          /* with a digest of this author's followers on each server; 0: none */
        bool in_person;        /* to their own inboxes, not to their servers' shared ones */
};
/* From a job: puts the activity down as number `part` of what this job sends, with a row an inbox, each inbox once. Signed
 * by `signer` (0: the server's own actor). */
MUST_USE enum err deliver_send(struct job *job, int part, int64_t signer, struct str body, const struct deliver_to *to);
/* Something signed came from there: what was given up may be tried again. Write transaction. */
MUST_USE enum err deliver_alive(struct cx *cx, struct str host);
/* Drops what waits too long, beyond the limit the oldest for servers that fail, and what is known of servers that nobody
 * asked for 30 days. Write transaction; at most some thousands of rows. */
MUST_USE enum err deliver_tidy(struct cx *cx);

/* What the engine needs; reads unless said otherwise. */
struct deliver_host {
        struct str host;
        int64_t failures, failing_since;
        int scheme;
        bool dead;
};
MUST_USE enum err deliver_due(struct cx *cx, int64_t limit, struct deliver_host **ret, size_t *n);
MUST_USE enum err deliver_next_due(struct cx *cx, int64_t *ret); /* INT64_MAX: nothing waits */
struct deliver_row {
        int64_t parcel, account, sync;
        struct str inbox;
};
/* Those of a host behind (parcel, inbox), in order. */
MUST_USE enum err deliver_rows(struct cx *cx, struct str host, const struct deliver_row *after, int64_t limit,
                               struct deliver_row **ret, size_t *n);
MUST_USE enum err deliver_body(struct cx *cx, int64_t parcel, struct str *ret); /* ERR_MISSING */
/* Writes: the inbox took it, or never will. */
MUST_USE enum err deliver_done(struct cx *cx, struct str host, int64_t parcel, struct str inbox);
/* It said that nobody is there any more (410): a job asks whoever's own inbox that is. */
MUST_USE enum err deliver_gone(struct cx *cx, struct str host, struct str inbox);
MUST_USE enum err deliver_parcel_done(struct cx *cx, int64_t parcel); /* drops it when nobody else waits for it */
MUST_USE enum err deliver_host_good(struct cx *cx, struct str host, int scheme);
/* Leaves it alone for at least `pause_ms` (0: by the number of failures). */
MUST_USE enum err deliver_host_bad(struct cx *cx, const struct deliver_host *h, int64_t pause_ms);
/* Nobody works for this host any more: due again when something still waits. */
MUST_USE enum err deliver_host_rest(struct cx *cx, struct str host);
MUST_USE enum err deliver_drop_some(struct cx *cx, struct str host); /* a batch of what waits for a dead one */
struct deliver_counts {
        int64_t waiting, hosts_failing, hosts_dead; /* each counted up to its limit */
};
MUST_USE enum err deliver_count(struct cx *cx, struct deliver_counts *ret);
extern const struct stmt_list DELIVER_STATEMENTS, DELIVER_HOST_STATEMENTS;
