/* What the federation side keeps while the process lives: the way out to other servers, their keys, who asks too often.
 * Opened with the server; reached through cx->instance->fedi. */
#pragma once
#include "fedi/key_cache.h"
#include "fedi/sign.h"
#include "lib/http/limit.h"
#include "store/cx.h"
#include <stdatomic.h>

/* The actor that stands for the whole server: https://host/actor, type Application. It signs what nobody in person asks
 * for. */
#define FEDI_ACTOR_PATH "/actor"
#define FEDI_KEY_FRAGMENT "#main-key"
/* Its private key, PEM, in the table `secret`. */

enum fedi_limit {
        FEDI_LIMIT_SERVER,   /* activities a server, verified */
        FEDI_LIMIT_ACTOR,    /* activities an actor */
        FEDI_LIMIT_KEYS,     /* unknown keys an address (T109) */
        FEDI_LIMIT_NEWCOMERS, /* newly met actors a registrable domain and hour (T129) */
        FEDI_LIMIT_NEWCOMERS_DAY,
        FEDI_LIMIT_LOOKS, /* one thread or profile that somebody looks at */
        FEDI_LIMIT_COUNT_
};

enum { FEDI_ASKING_MOST = 12 /* of the pool's 16 threads */, FEDI_FORMS = 4096 };

struct fedi {
        struct fetcher *fetcher;
        struct key_cache *keys;
        struct limiter *limits;
        struct key *key;   /* of the server's actor */
        struct str key_id; /* https://host/actor#main-key */
        /* Which form of signature servers took last for a GET: a mark of the host, where that was not the first one. A few
         * bits of a keyed hash, lost when two servers share a place: then one request more is made. */
        atomic_uint forms[FEDI_FORMS];
        atomic_int asking; /* requests whose sender's key is being asked for; FEDI_ASKING_MOST */
        struct arena arena;
};

/* Makes the server actor's key at the first start. `play` (may be NULL): fetch_settings.play and its arg, for tests. */
MUST_USE enum err fedi_open(struct cx *cx, const struct fetch_settings *fetch, struct fedi **ret);
void fedi_close(struct fedi **f);
/* Settings of the fetcher as the instance's settings say. */
struct fetch_settings fedi_fetch_settings(const struct settings *s, struct arena *a);
/* Counts one; false when it is over (always true with rate-limits = off). */
bool fedi_may(const struct cx *cx, enum fedi_limit row, struct str key);
