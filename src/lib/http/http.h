/* The HTTP/1.1 server: one epoll loop a core, strict heads, deadlines by phase, bodies streamed, group of hooks that
 * make it this application's. See docs/a-request.md. */
#pragma once
#include "lib/base/clock.h"
#include "lib/http/req.h"

struct http;

/* What it points to must live as long as the server. */
struct http_settings {
        struct str listen;          /* "127.0.0.1:8080", "[::1]:8080", "unix:/run/tidings.sock" */
        int loops;                  /* 0: one a core */
        const struct str *hosts;    /* names (host or host:port) that requests may carry; none: any */
        size_t n_hosts;
        const struct str *proxies;  /* addresses or CIDR ranges whose X-Forwarded-For/-Proto is believed; "unix" for the socket */
        size_t n_proxies;
        struct str temp_dir;        /* for uploads */
        const struct route_list *routes;
        size_t n_routes;
        const struct limit *limits; /* the route's `limit` is an index; count 0 is no limit */
        size_t n_limits;
        bool limits_off;
        bool https;                 /* the public address is https: Secure cookies, HSTS */
        const struct clock *clock;
        /* Limits with their defaults when 0. */
        int head_ms, idle_ms, stall_ms;      /* 10 s, 15 s, 20 s */
        int body_ms;                         /* 10 s; and 1 s for each 16 KiB announced */
        int connections, connections_per_ip; /* 4,096 and 64 (not counted for proxies and unix sockets) */
        int64_t bodies_max;                  /* bytes of request bodies in memory at once; 128 MiB, then 503 */
        int requests_per_connection;         /* 100; from trusted proxies and loopback 10,000 */
};

struct http_hooks {
        void *owner;
        /* State of one loop thread (its read connection). */
        void *(*loop_open)(void *owner, int index);
        void (*loop_close)(void *owner, void *loop);
        /* On the loop, route known, body not yet read: who asks and may they? Fills viewer, scopes, limit_key. */
        enum err (*admit)(struct req *rq, void *owner, void *loop);
        /* On the loop, parameters known: is the form's token right? */
        enum err (*check)(struct req *rq, void *owner, void *loop);
        /* Sees that the handler runs in its lane and that http_finish follows, from whatever thread. */
        void (*run)(struct req *rq, void *owner, void *loop);
        /* Writes the answer for an error (also those before any route is known: rq->route may be NULL). */
        void (*error)(struct req *rq, enum err e, void *owner);
};

MUST_USE enum err http_open(const struct http_settings *s, const struct http_hooks *hooks, struct http **ret); /* binds */
MUST_USE enum err http_start(struct http *h); /* starts the loops and returns */
int http_port(const struct http *h);          /* the one bound (listen ":0" in tests) */
/* Stops accepting, lets requests in work finish for at most grace_ms, closes streams, joins the loops. Handlers that
 * are still at work elsewhere may call http_finish until http_close. */
void http_stop(struct http *h, int grace_ms);
void http_close(struct http **h);
/* The handler of this request is done (result e): send the answer. From any thread, once a request. */
void http_finish(struct req *rq, enum err e);
/* Runs the handler right here. */
enum err http_handle(struct req *rq);

struct http_counters {
        int64_t connections, requests, bytes_in, bytes_out, status[6], streams, rejected;
};
struct http_counters http_counters(const struct http *h);
