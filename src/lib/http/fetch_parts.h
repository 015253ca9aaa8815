/* What the fetcher's files share; nobody else includes this. */
#pragma once
#include "lib/http/fetch.h"
#include "lib/base/buf.h"
#include "lib/http/wheel.h"
#include "lib/text/url.h"
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>

enum { FETCH_CLASSES = 3, FETCH_HOST_BUCKETS = 1024, FETCH_ANSWER_ARENA = 256 << 20 }; /* see fetch_queue.c */

struct fetch_job {
        struct wheel_node timer; /* first: the wheel hands back its address. Of the wait for a place */
        struct fetch_job *next, *prev; /* in the host's line, or in the inbox */
        struct fetch_job *running_next, **running_at;
        struct fetcher *f;
        struct fetch_host *host;
        bool waiting; /* in the host's line */

        struct fetch_request rq; /* strings are copies in one block, except the constant types */
        char *block;
        void (*done)(void *arg, const struct fetch_answer *a);
        void *arg;
        struct arena *arena; /* the answer goes there; NULL: the thread's, for the length of the call */

        CURL *curl;
        struct curl_slist *headers;
        char error[CURL_ERROR_SIZE];
        char *urls[FETCH_REDIRECTS + 1]; /* asked so far, the last is being asked */
        int hops;
        char *host_name; /* key of the queue */
        int64_t started_ms, deadline_ms;

        enum fetch_end why; /* set by a callback that broke the transfer off */
        bool refused;       /* an address was */
        bool enough;        /* broken off, but what came is the answer */
        bool head_ended, body_begun;
        int status;
        struct buf head, body; /* head: the header lines, each name NUL value NUL */
        size_t head_seen, n_headers;
        size_t size;
};

struct fetch_line {
        struct fetch_job *first, *last;
};

struct fetch_host {
        struct fetch_host *chain;
        struct fetch_line lines[FETCH_CLASSES];
        struct fetch_host *ready_next[FETCH_CLASSES];
        bool ready[FETCH_CLASSES];
        int active, reading; /* reading: of these GET or HEAD */
        char name[];
};

struct fetch_queue {
        struct fetch_host *buckets[FETCH_HOST_BUCKETS];
        struct fetch_host *ready_first[FETCH_CLASSES], *ready_last[FETCH_CLASSES];
        int active, places, host_places;
        bool read_first; /* whose turn it is */
};

struct fetcher {
        bool allow_private;
        bool (*address_ok)(const struct sockaddr *a);
        char *user_agent, *ca_file;
        char **own;
        size_t n_own;
        int ca_fd;
        struct curl_slist *resolve;
        enum fetch_end (*play)(void *arg, struct arena *a, const struct fetch_request *rq,
                               struct fetch_answer *to);
        void *play_arg;

        pthread_t thread;
        pthread_mutex_t lock; /* of inbox, stopping, woken */
        struct fetch_job *inbox, **inbox_last;
        bool stopping, woken, joined;
        int epoll, wake;
        atomic_llong waiting, active, ended[FETCH_END_COUNT_], bytes_in, bytes_out, redirects,
                connections, refused_addresses;

        /* The thread's own. */
        CURLM *multi;
        struct fetch_queue queue;
        struct wheel wheel;
        struct arena arena;
        struct fetch_job *running;
        int64_t curl_due_ms; /* -1: no timer */
};

/* fetch_queue.c: who comes next. Hosts take turns; urgent requests come first, and an eighth of the places is theirs. */
void fetch_queue_add(struct fetch_queue *q, struct fetch_job *job);
struct fetch_job *fetch_queue_next(struct fetch_queue *q); /* takes a place; NULL when none may start */
void fetch_queue_remove(struct fetch_queue *q, struct fetch_job *job);  /* of one that waits */
void fetch_queue_release(struct fetch_queue *q, struct fetch_job *job); /* of one that ran */
struct fetch_job *fetch_queue_any(struct fetch_queue *q);

/* fetch_hop.c: one address: is it one we ask, what is sent, what comes. */
enum fetch_end fetch_hop_prepare(struct fetch_job *job, struct str url);
MUST_USE bool fetch_hop_start(struct fetch_job *job, int64_t now_ms);
/* What its end means; FETCH_OK with *again when a redirect was prepared instead. */
enum fetch_end fetch_hop_end(struct fetch_job *job, CURLcode code, bool *again);
void fetch_hop_close(struct fetch_job *job);

/* fetch.c: the thread, and curl's callbacks into it. */
void *fetch_run(void *fetcher);
void fetch_wake(struct fetcher *f);
int fetch_on_socket(CURL *easy, curl_socket_t fd, int what, void *fetcher, void *known);
int fetch_on_timer(CURLM *multi, long ms, void *fetcher);

/* fetch_answer.c */
void fetch_answer_make(struct fetch_job *job, struct arena *a, enum fetch_end end,
                       struct fetch_answer *to);
struct str fetch_job_header(const struct fetch_job *job, const char *name_lower); /* the last one */
bool fetch_answer_wanted(const struct fetch_request *rq, struct str content_type,
                         struct str encoding);
