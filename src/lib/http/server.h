/* The inside of lib/http: what its files share. Nobody else includes this.
 *
 * A connection belongs to one loop thread, and so does everything in struct http_conn. A request belongs to whoever
 * runs its handler, from hooks->run until http_finish; then to its loop again. */
#pragma once
#include "lib/http/addr.h"
#include "lib/http/chunked.h"
#include "lib/http/head.h"
#include "lib/http/http.h"
#include "lib/http/limit.h"
#include "lib/http/multipart.h"
#include "lib/http/param.h"
#include "lib/http/router.h"
#include "lib/http/stream.h"
#include "lib/http/wheel.h"
#include "lib/text/html.h"
#include "lib/text/json.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/uio.h>

enum {
        DEFAULT_BODY_MAX = 256 * 1024,
        REQUEST_ARENA_MAX = 64 * 1024 * 1024, /* params, rows and text of one request; honest ones stay under 2 MiB */
        ANSWER_MAX = 16 * 1024 * 1024,
        SCRATCH_BYTES = 64 * 1024,
        HEAD_READ = 16 * 1024,
        READS_TURN = 16,
        KEPT_REQUESTS = 64,       /* a loop's pool */
        KEPT_BYTES = 32 * 1024,   /* of buffers in it */
        SERVED_MAX = 100,         /* requests of a connection (T065) */
        SERVED_MAX_NEAR = 10000,  /* of a trusted proxy or from this machine */
        PIPELINE_TURN = 16,       /* requests of one connection before others get their turn */
        FILE_TURN = 512 * 1024,   /* bytes of a file, likewise */
        BODY_MS_PER = 16 * 1024,  /* a body may take a second more for each of these */
        DRAIN_MAX = 64 * 1024,    /* an unwanted body up to this is read, to keep the connection */
        BUSY_WAIT_S = 5,          /* Retry-After of a 503 */
        LINGER_MS = 2000,         /* so that the answer is read before a reset destroys it */
        LINGER_BYTES = 1024 * 1024,
        EVENTS_MS = 15000,        /* heartbeat of server-sent events */
        PING_MS = 30000,          /* of WebSockets */
        STREAM_QUEUE_MAX = 64 * 1024,
        ACCEPT_PAUSE_MS = 200,
        IP_BUCKETS = 65536,
};

/* How bytes travel; a plain socket now, TLS later. The results are those of read(2) and write(2). */
struct io {
        ssize_t (*read)(struct http_conn *c, void *to, size_t n);
        ssize_t (*write)(struct http_conn *c, const struct iovec *v, int n, bool more);
        ssize_t (*send_file)(struct http_conn *c, int fd, int64_t *at, size_t n);
        void (*shut)(struct http_conn *c); /* no more writing */
};
extern const struct io io_plain;

enum answer_kind { ANSWER_NONE, ANSWER_BUFFER, ANSWER_STATIC, ANSWER_FILE, ANSWER_STREAM };

struct answer_header {
        struct answer_header *next;
        struct str name, value;
};

struct http_answer {
        enum answer_kind kind;
        const char *type;
        struct str fixed; /* ANSWER_STATIC */
        int fd;           /* ANSWER_FILE: closed with the request */
        int64_t size;
        struct str etag;
        bool not_changed, html;
        struct answer_header *headers, **last;
        struct stream *stream;
};

struct defer {
        struct defer *next;
        void (*run)(void *);
        void *arg;
};

enum body_kind { BODY_NONE, BODY_KEEP, BODY_PARTS, BODY_DROP };

struct body {
        enum body_kind kind;
        bool is_chunked;
        struct chunked chunked;
        int64_t left; /* of Content-Length */
        int64_t taken, max, held; /* held: counted in http->bodies */
        struct buf bytes;
        struct multipart *parts;
};

/* What another thread asks of a loop; lies in the request or stream it is about. */
struct task {
        struct task *next;
        void (*run)(struct task *t);
};

struct request {
        struct req rq; /* first: handlers are given this */
        struct task finish;
        struct arena arena;
        struct http_conn *conn; /* NULL when the client left; the loop's to read */
        struct loop *loop;
        struct request *next; /* pool */
        struct http_answer answer;
        struct buf out;
        struct json json;
        struct html html;
        struct body body;
        struct params params;
        struct defer *defers;
        struct limit_state rate;
        struct head_line {
                bool keep_alive, expect_continue, head_only, upgrade;
                int minor;
        } head;
        enum err early; /* found before the body was read */
        unsigned allow;
        bool cors, options; /* OPTIONS, answered by the server itself */
        bool negotiated;    /* another Accept gets another answer */
        bool running, done; /* inside hooks->run on the loop's own thread; finished there */
        bool in_work;       /* handed to run, http_finish not seen yet */
        enum err result;
        int64_t started_us;
        int64_t sent;
        char id[28];
};

enum source_kind { SOURCE_LISTEN, SOURCE_WAKE, SOURCE_CONN };
struct source {
        enum source_kind kind;
};

enum phase { PHASE_HEAD, PHASE_BODY, PHASE_HANDLING, PHASE_SENDING, PHASE_STREAM, PHASE_LINGER, PHASE_CLOSED };

/* What is being sent. */
struct sending {
        struct str head, body;
        int fd;
        int64_t at, left; /* of the file */
};

struct http_conn {
        struct source source; /* first: epoll's pointer */
        int fd;
        enum phase phase;
        const struct io *io;
        struct loop *loop;
        struct http_conn *next, **link; /* all of the loop's */
        struct http_conn *next_dead, *next_again;
        struct wheel_node timer;
        struct addr peer;
        bool proxy, counted; /* the peer is a trusted proxy; it is in the per-address count */
        bool readable, hung, again;
        bool last;     /* close after this answer */
        bool unread;   /* part of a body was left unread: linger */
        bool begun;    /* the head's deadline runs */
        int reads;     /* in this turn */
        int served, served_max;
        int64_t body_ms; /* when the body began */
        char *own; /* unread bytes, when they outlast a turn */
        size_t own_size;
        struct str in; /* in own, or in the loop's scratch during a turn */
        struct head_scan scan;
        struct request *r;
        struct sending out;
        struct stream *stream;
        int64_t linger_left;
};

struct loop {
        struct http *http;
        int index;
        pthread_t thread, self; /* the same; self is set by the thread itself */
        bool started;
        int epoll, wake, listen, reserve;
        struct source listen_source, wake_source;
        void *own; /* the application's loop state */
        struct wheel wheel;
        struct wheel_node accept_timer;
        bool accept_paused;
        int64_t now_ms;
        struct http_conn *conns, *dead, *again;
        struct request *pool;
        int n_pool, in_work;
        char *scratch;
        struct buf head; /* of the answer being written */
        struct buf log;
        struct head parsed;
        char date[32];
        int64_t date_s;
        char id_start[12];
        uint64_t id_next;
        bool stopping;
        int64_t stop_at_ms;
        pthread_mutex_t lock; /* tasks */
        struct task *tasks, **tasks_last;
        bool woken;
        atomic_llong n_connections, n_requests, bytes_in, bytes_out, status[6], n_streams, n_rejected;
};

struct http {
        struct http_settings settings;
        struct http_hooks hooks;
        struct router *router;
        struct limiter *limiter;
        struct addr_rules proxies;
        struct loop *loops;
        int n_loops;
        int port;
        bool is_unix;
        char *unix_path;
        atomic_int open;
        atomic_llong bodies; /* bytes of bodies in memory */
        atomic_bool stopping;
        atomic_llong stop_at_ms;
        _Atomic uint16_t ip_counts[IP_BUCKETS];
};

/* loop.c */
void *loop_main(void *loop);
void loop_post(struct loop *l, struct task *t); /* from any thread */
void loop_again(struct http_conn *c);           /* once more before the next wait */
void loop_deadline(struct http_conn *c, int ms);
MUST_USE enum err loop_open(struct loop *l, struct http *h, int index);
void loop_free(struct loop *l);
/* accept.c */
void accept_ready(struct loop *l);
void accept_resume(struct loop *l);
void accept_stop(struct loop *l);
/* conn.c */
void conn_open(struct loop *l, int fd, const struct addr *peer, bool proxy, bool counted);
void conn_pump(struct http_conn *c); /* as far as the bytes at hand allow */
void conn_event(struct http_conn *c, unsigned events);
void conn_due(struct http_conn *c);
void conn_close(struct http_conn *c);
void conn_answer(struct http_conn *c); /* the request's answer is complete: send it with the next pump */
void conn_linger(struct http_conn *c); /* half-closed; read on for a moment */
/* send.c */
enum sent { SENT_ALL, SENT_SOME, SENT_BLOCKED, SENT_FAILED };
enum sent send_some(struct http_conn *c);
enum sent send_bytes(struct http_conn *c, struct str *bytes); /* takes what was sent off *bytes */
/* request.c */
struct request *request_take(struct loop *l);
void request_free(struct request *r);
/* dispatch.c */
void dispatch_head(struct http_conn *c, struct str bytes);            /* a complete head */
void dispatch_refuse(struct http_conn *c, enum err e);                /* bytes that are no request */
void dispatch_body(struct http_conn *c);                              /* the body is complete */
void dispatch_body_failed(struct http_conn *c, enum err e);
/* body.c */
MUST_USE enum err body_open(struct request *r, const struct head *h);
MUST_USE enum err body_read(struct request *r, struct str *in, bool *done);
MUST_USE enum err body_end(struct request *r);
void body_drop(struct request *r); /* what comes is thrown away */
void body_release(struct request *r);
/* answer.c */
void answer_clear(struct request *r);
void answer_build(struct request *r, struct sending *ret); /* head into the loop's buffer */
void answer_header(struct buf *b, struct str name, struct str value);
void answer_error(struct request *r, enum err e); /* by the error hook */
bool answer_has_header(const struct request *r, struct str name);
bool answer_etag_matches(const struct req *rq, struct str etag);
/* stream.c */
void stream_start(struct http_conn *c, struct stream *s); /* the head is sent */
void stream_pump(struct http_conn *c);
void stream_input(struct http_conn *c, struct str bytes);
void stream_due(struct http_conn *c);
void stream_gone(struct stream *s); /* its connection is no more, or never was */
void stream_stop(struct http_conn *c); /* the server stops */
/* log lines: access.c */
void access_log(const struct request *r);
