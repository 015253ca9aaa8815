/* What every rule works with: database, arena, clock, settings; the sentence of the last failure; the events to
 * publish after the commit. One for each request and job; passed as a parameter, never global. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/db/db.h"
#include "store/event.h"
#include "store/settings.h"

struct cache;
struct cx;
struct deliverer;
struct far_take;
struct fedi;
struct fetcher;
struct files;
struct photobox;
struct push_key;
struct workers;
struct writer;

/* What lives as long as the process. */
enum far_look { FAR_THREAD, FAR_ACCOUNT };

struct instance {
        const struct settings *settings;
        const struct clock *clock;
        struct db_settings reader; /* how to open one more read connection */
        struct writer *writer;
        struct cache *cache;       /* rendered entities, see cache.h */
        struct files *files;       /* stored media */
        struct photobox *photobox; /* NULL in tools that take in no pictures */
        struct workers *workers;   /* NULL outside the server */
        struct fedi *fedi;         /* the way to other servers; NULL outside the server */
        struct deliverer *deliverer; /* likewise */
        struct fetcher *fetcher;   /* the way to other servers over HTTP; likewise */
        struct far_take *far_take; /* brings files of other servers; likewise */
        unsigned char far_key[32]; /* of the addresses under which those are shown, see far_file.h */
        /* Looks a name or an address up on other servers: see search_far. NULL outside the server. */
        enum err (*find_far)(struct cx *cx, struct str text, int64_t *account, int64_t *post);
        /* Somebody here looks at a post or a profile of elsewhere: what is new there is asked for soon, once in a while.
         * Never waits. NULL outside the server. */
        void (*look_far)(struct cx *cx, enum far_look what, int64_t id);
        /* post_finish, for each EVENT_POST_STORED before the commit. NULL where there is no writer. */
        enum err (*finish_post)(struct cx *cx, int64_t post, bool quiet);
        struct events *events;
        struct event_list batch;   /* of the writer's current transaction; the writer's thread alone */
        struct push_key *push_key; /* by which push services know us; NULL outside the server */
        struct str vapid_public;   /* its public half: base64url, uncompressed point */
};

struct cx {
        struct db *db;
        struct arena *arena;
        const struct clock *clock;
        const struct settings *settings; /* = instance->settings */
        struct instance *instance;
        struct event_list *events; /* of the writer's batch; NULL where nothing may be written */
        int64_t snapshot;          /* cache_now() before the read transaction began */
        struct str fault;          /* the sentence for the person */
        struct str fault_field;    /* the input it is about, "" for none: Mastodon's details {field: [...]} */
};

/* Keeps the sentence and gives e back: return fail(cx, ERR_INPUT, "Text can be at most %d characters long.", n). */
enum err fail(struct cx *cx, enum err e, const char *format, ...) __attribute__((format(printf, 3, 4)));
enum err fail_field(struct cx *cx, const char *field, enum err e, const char *format, ...) __attribute__((format(printf, 4, 5)));
int64_t cx_now(const struct cx *cx); /* wall milliseconds */
int64_t cx_id(const struct cx *cx);  /* id_new */
/* Notes what the transaction changed; published once it is committed. */
void cx_event(struct cx *cx, enum event_kind kind, int64_t account, int64_t subject);

/* For SLOW handlers, workers and tools: runs f in one write transaction of the writer and waits for its commit. f gets
 * a cx of its own (same arena); its fault is copied back. */
MUST_USE enum err cx_write(struct cx *cx, enum err (*f)(struct cx *cx, void *arg), void *arg);
/* A read snapshot around f on this cx's own connection (SLOW handlers and workers; READ handlers already are in one). */
MUST_USE enum err cx_read(struct cx *cx, enum err (*f)(struct cx *cx, void *arg), void *arg);

/* The writer's hooks of an instance (writer.h): finish what was stored, publish the batch, forget the batch, forget what
 * is cached. */
enum err instance_finish(void *instance, struct db *db);
void instance_committed(void *instance);
void instance_rolled_back(void *instance);
void instance_foreign_commit(void *instance);
