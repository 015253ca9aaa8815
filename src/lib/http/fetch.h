/* Requests to other servers: the one function through which the program asks the network for anything over HTTP.
 * Addresses inside private networks are never connected to, whatever name or redirect leads there; every answer has a
 * limit in bytes and in time. One thread waits for all connections; a host has at most a few at a time, so a slow one
 * cannot hold up the others. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"
#include <sys/socket.h>

enum fetch_end {
#define END(name, err, word, text) FETCH_##name,
#include "lib/http/fetch_end.def"
#undef END
        FETCH_END_COUNT_
};
enum err fetch_end_err(enum fetch_end end);
const char *fetch_end_name(enum fetch_end end); /* a word, for log and metrics */
const char *fetch_end_text(enum fetch_end end); /* a plain meaning */

enum {
        FETCH_DOCUMENT_BYTES = 1 << 20, /* Mastodon's own limit for documents */
        FETCH_HEAD_BYTES = 64 << 10,
        FETCH_REDIRECTS = 3,
        FETCH_TOTAL_MS = 10000, /* of one request with its redirects; media take 30 s */
        FETCH_CONNECT_MS = 5000,
        FETCH_WAIT_MS = 10000, /* for a free place */
        FETCH_SLOW_BYTES = 1024, /* a GET slower than this a second ... */
        FETCH_SLOW_S = 5,        /* ... for as long is given up */
        FETCH_PLACES = 64,       /* at a time */
        FETCH_HOST_PLACES = 2,   /* of which to one host; reading, without anybody waiting for it, 1 */
        FETCH_QUEUE = 4096,      /* waiting for a place */
        FETCH_ERROR_BYTES = 4096 /* kept of the body of an answer other than 2xx */
};

struct fetch_header {
        struct str name, value; /* in answers: name in lower case */
};

/* A media type an answer may have. A type that ends in '/' stands for all below it ("image/"); with a profile, the
 * answer's profile parameter must list it. */
struct fetch_type {
        struct str type, profile;
};

/* What is about to be sent, for whoever signs it. */
struct fetch_hop {
        const char *method;
        struct str url, host, target, body; /* host as in the Host header; target: path and query */
};
struct fetch_added {
        struct fetch_header v[8];
        size_t n;
};
/* Adds headers that depend on the address: called once for each hop, for the first on the thread of fetch_start, after a
 * redirect on the fetcher's. */
typedef enum err fetch_sign(void *arg, struct arena *a, const struct fetch_hop *hop, struct fetch_added *to);

/* Only GET and HEAD are redirected; what answers a POST with 3xx is an answer. */
enum fetch_follow { FETCH_FOLLOW_ORIGIN, FETCH_FOLLOW_ANY, FETCH_FOLLOW_NONE };

struct fetch_request {
        const char *method; /* NULL: GET */
        struct str url;     /* https (a fragment is not sent) */
        struct str accept;  /* the Accept header; none when not given */
        const struct fetch_header *headers; /* go to every hop, so no secrets with FETCH_FOLLOW_ANY */
        size_t n_headers;
        struct str body;    /* with POST and PUT; copied */
        fetch_sign *sign;
        void *sign_arg;     /* until the end */
        const struct fetch_type *types; /* of a 2xx answer with a body; constant tables; none: any */
        size_t n_types;
        size_t max_bytes;   /* 0: FETCH_DOCUMENT_BYTES */
        bool cut;           /* of an answer that is longer its beginning will do */
        int64_t total_ms, wait_ms; /* 0: FETCH_TOTAL_MS, FETCH_WAIT_MS */
        enum fetch_follow follow;
        bool urgent;        /* a person waits, or a server for our answer: goes before all that does not */
        int fd;             /* not 0: the body of a 2xx answer is written there instead; stays open */
};

struct fetch_answer {
        enum fetch_end end; /* the rest, but ms, is meant only when FETCH_OK */
        int status;
        struct str url;  /* the one that answered, in url_read's form, without fragment */
        struct str type; /* essence of Content-Type in lower case: "application/ld+json"; empty without one */
        const struct fetch_header *headers; /* of the last answer */
        size_t n_headers;
        struct str body; /* of a status other than 2xx, the first FETCH_ERROR_BYTES */
        size_t size;     /* of the body, also when it went to a file */
        int redirects;
        int64_t ms;      /* from its start to its end, without the wait for a place */
};
/* STR_NONE when absent; several joined with ", " in the arena. */
struct str fetch_answer_header(const struct fetch_answer *a, struct arena *arena, const char *name_lower);
/* Retry-After in milliseconds from now (seconds or a date); 0 without one; at most a week. */
int64_t fetch_retry_after(const struct fetch_answer *a, int64_t now_ms);
/* Is this Content-Type value one of those? */
bool fetch_type_is(struct str content_type, const struct fetch_type *types, size_t n);

struct fetcher;

struct fetch_settings {
        bool allow_private; /* for tests on one machine: any address and port, plain http */
        struct str user_agent;
        struct str extra_ca_file;
        const struct str *own; /* our own host[:port]s, which are never asked */
        size_t n_own;
        int places, host_places; /* 0: FETCH_PLACES, FETCH_HOST_PLACES */
        /* For tests: answers instead of the network (addresses are checked all the same); which addresses are connected
         * to; names and their addresses as "host:port:address". */
        enum fetch_end (*play)(void *arg, struct arena *a, const struct fetch_request *rq, struct fetch_answer *to);
        void *play_arg;
        bool (*address_ok)(const struct sockaddr *a);
        const char *const *resolve;
        size_t n_resolve;
};

MUST_USE enum err fetch_open(const struct fetch_settings *s, struct fetcher **ret);
/* Ends whatever runs or waits as FETCH_CANCELLED and refuses the rest. */
void fetch_stop(struct fetcher *f);
/* Stops; nobody may use it any more. */
void fetch_close(struct fetcher **f);

/* Asks and waits. *answer is filled in whatever happens, with copies in the arena; the error is fetch_end_err of its
 * end, so an answer of any status is OK. For threads that may wait: never on a loop or in a transaction. */
MUST_USE enum err fetch_wait(struct fetcher *f, struct arena *a, const struct fetch_request *rq, struct fetch_answer *answer);
/* Asks, and calls done once, on the fetcher's thread, with an answer that lives as long as the call; be quick there. When
 * the request cannot even begin, done is called before this returns. */
void fetch_start(struct fetcher *f, const struct fetch_request *rq, void (*done)(void *arg, const struct fetch_answer *a),
                 void *arg);

/* Whether such an address may be connected to: public unicast and nothing that leads back inside (NAT64, 6to4, ...). */
bool fetch_address_ok(const struct sockaddr *a);

struct fetch_counts {
        int64_t ended[FETCH_END_COUNT_]; /* since the start */
        int64_t bytes_in, bytes_out;     /* bodies */
        int64_t redirects, connections, refused_addresses;
        int64_t active, waiting;         /* now */
};
struct fetch_counts fetch_count(struct fetcher *f);
