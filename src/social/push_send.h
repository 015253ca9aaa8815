/* What sending a push needs to know and what it leaves behind (api/push_send.c sends). */
#pragma once
#include "social/push.h"

enum { /* of one message */
        PUSH_FIRST_PAUSE_MS = 60 * 1000,    /* after its service failed, doubled each time ... */
        PUSH_LAST_PAUSE_MS = 3600 * 1000,   /* ... up to this */
        PUSH_GIVE_UP_MS = 4 * 3600 * 1000,  /* news that old wakes nobody */
        PUSH_PROBE_MS = 30 * 1000           /* a failing service is asked by one at a time; longer than a request lasts */
};

struct push_parcel {
        struct push to;
        struct notification notification;
        struct viewer owner;
        struct str locale;
        int64_t host_until, host_failures; /* its service is left alone; 0: it does well */
};
/* *found false: the subscription, the notification or its reason is gone, or it waits. */
MUST_USE enum err push_parcel_get(struct cx *cx, int64_t token, int64_t notification, struct push_parcel *ret, bool *found);
/* A failing service, whose pause is over, is this caller's to try. *yes false: somebody else tries. Write transaction. */
MUST_USE enum err push_host_claim(struct cx *cx, struct str host, bool *yes);

/* The ends, in write transactions. */
MUST_USE enum err push_taken(struct cx *cx, const struct push_parcel *p);
/* The service would not take it, and would not tomorrow: after some in a row the subscription is over. */
MUST_USE enum err push_refused(struct cx *cx, const struct push_parcel *p);
/* Its service failed and is left alone for a while, and so is this message, unless it is too old by then. */
struct push_again {
        int64_t token, notification, born;
};
MUST_USE enum err push_failed(struct cx *cx, const struct push_again *a, const struct push_parcel *p);
/* The same again at that time; nothing is held against its service. */
MUST_USE enum err push_put_off(struct cx *cx, const struct push_again *a, int64_t until);
/* Forgets services that nobody asked for a day. */
MUST_USE enum err push_tidy(struct cx *cx);

/* Reads the key pair of this server, made at its first start, into instance->push_key and vapid_public. */
MUST_USE enum err push_open(struct cx *cx);
void push_close(struct instance *instance);
extern const struct stmt_list PUSH_SEND_STATEMENTS;
