/* One request through its stations, on its loop: head, host, route, who asks, rate limit, body,
 * parameters, handler, answer. conn.c calls it as the bytes come in; nothing here waits. */
#include "lib/http/server.h"
#include <time.h>

static int64_t now_us(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct request *begin(struct http_conn *c)
{
        struct request *r = request_take(c->loop);
        r->conn = c;
        r->rq.conn = c;
        r->rq.door = DOOR_PAGE;
        r->started_us = now_us();
        c->r = r;
        atomic_fetch_add_explicit(&c->loop->n_requests, 1, memory_order_relaxed);
        return r;
}

static void answer_with(struct http_conn *c, enum err e)
{
        answer_error(c->r, e);
        conn_answer(c);
}

void dispatch_refuse(struct http_conn *c, enum err e)
{
        struct request *r = begin(c);
        r->rq.peer = addr_text(&r->arena, &c->peer);
        r->rq.limit_key = addr_limit_key(&r->arena, &c->peer);
        c->last = c->unread = true;
        answer_with(c, e);
}

/* A configured name without a port also stands for the default ports. */
static bool host_known(const struct http_settings *s, struct str host)
{
        for (size_t i = 0; i < s->n_hosts; i++) {
                struct str name = s->hosts[i], rest = str_after(host, name.n);
                if (str_eq_nocase(str_cut(host, 0, name.n), name) &&
                    (!rest.n || str_eq(rest, S(":443")) || str_eq(rest, S(":80"))))
                        return true;
        }
        return !s->n_hosts;
}

/* What a page of another origin may send; any header, since clients invent some (Idempotency-Key,
 * traceparent). */
static void answer_options(struct request *r)
{
        struct str wanted = req_header(&r->rq, "access-control-request-headers");
        r->rq.status = 204;
        if (!r->cors)
                return;
        reply_header(&r->rq, "Access-Control-Allow-Methods", S("GET, POST, PUT, PATCH, DELETE"));
        reply_header(&r->rq, "Access-Control-Allow-Headers",
                     wanted.n ? wanted : S("*, Authorization"));
        reply_header(&r->rq, "Access-Control-Max-Age", S("7200"));
        reply_header(&r->rq, "Vary", S("Access-Control-Request-Headers"));
}

static enum err count(struct request *r, const struct http *h)
{
        const struct route *route = r->rq.route;
        struct str key = r->rq.limit_key;
        if (h->settings.limits_off || limiter_take(h->limiter, route->limit, key, &r->rate))
                return OK;
        return ERR_LIMIT;
}

/* Does it ask for ActivityStreams (ActivityPub section 3.2)? No browser names these types. */
static bool asks_for_document(const struct req *rq)
{
        struct str accept = req_header(rq, "accept");
        return str_has(accept, S("application/activity+json")) ||
               str_has(accept, S("application/ld+json"));
}

/* Finds the route: *options when the answer is the server's own. */
static enum err find_route(struct request *r, const struct head *h, bool *options)
{
        struct req *rq = &r->rq;
        struct router_match m;
        if (str_eq(h->path, S("*"))) {
                rq->path = h->path;
                *options = true;
                return OK;
        }
        TRY(router_path(rq->arena, h->path, &rq->path));
        router_find(r->loop->http->router, h->method, rq->path, &m);
        rq->route = m.route;
        rq->door = m.door;
        r->cors = m.cors;
        r->allow = m.allow;
        r->negotiated = m.document != NULL;
        if (m.document && asks_for_document(rq)) {
                rq->route = m.document;
                rq->door = DOOR_FEDI;
        }
        memcpy(rq->path_names, m.names, sizeof m.names);
        memcpy(rq->path_values, m.values, sizeof m.values);
        if (m.route)
                return OK;
        *options = h->method == METHOD_OPTIONS && (m.allow || m.cors);
        return *options ? OK : m.allow ? ERR_METHOD : ERR_MISSING;
}

/* All that is decided before the body. */
static enum err admit(struct request *r, const struct head *h, bool *options)
{
        struct http *http = r->loop->http;
        struct req *rq = &r->rq;
        TRY(addr_client(&http->proxies, &r->conn->peer, rq));
        enum err e = find_route(r, h, options);
        if (!host_known(&http->settings, rq->host) &&
            !(rq->route && rq->route->flags & ROUTE_ANY_HOST))
                return ERR_MISDIRECTED;
        if (e || *options)
                return e;
        if (param_read_form(&r->params, rq->query, false)) /* a token may be in it */
                e = req_fail(rq, ERR_MALFORMED, "The query of this address could not be read.");
        rq->params = r->params.v;
        rq->n_params = r->params.n;
        if (!e && http->hooks.admit)
                e = http->hooks.admit(rq, http->hooks.owner, r->loop->own);
        TRY(count(r, http)); /* wrong tokens count as well */
        return e;
}

static void fill(struct request *r, const struct head *h)
{
        struct req *rq = &r->rq;
        struct req_header *headers = make_n(rq->arena, h->n + 1, struct req_header);
        memcpy(headers, h->headers, h->n * sizeof *headers);
        rq->headers = headers;
        rq->n_headers = h->n;
        rq->method = h->method;
        rq->target = h->target;
        rq->query = h->query;
        rq->host = h->host;
        r->head = (struct head_line){.keep_alive = h->keep_alive,
                                     .expect_continue = h->expect_continue,
                                     .head_only = h->method == METHOD_HEAD,
                                     .minor = h->minor,
                                     .upgrade = h->upgrade};
}

/* An answer is due though a body is still coming: read it to keep the connection, if it is small
 * and sure to come. */
static bool drain_first(const struct request *r, const struct head *h)
{
        return !h->chunked && h->length > 0 && h->length <= DRAIN_MAX && !r->head.expect_continue &&
               !r->conn->last;
}

static void begin_body(struct http_conn *c)
{
        c->phase = PHASE_BODY;
        c->body_ms = c->loop->now_ms;
}

void dispatch_head(struct http_conn *c, struct str bytes)
{
        struct request *r = begin(c);
        struct head *h = &c->loop->parsed;
        bool options = false, body;
        char *copy = str_z(&r->arena, bytes);
        enum err e = head_read(copy, bytes.n, h);
        if (e) {
                r->rq.peer = addr_text(&r->arena, &c->peer);
                c->last = c->unread = true;
                answer_with(c, e);
                return;
        }
        fill(r, h);
        body = h->chunked || h->length > 0;
        c->last = c->last || !h->keep_alive || ++c->served >= c->served_max || c->loop->stopping;
        r->early = admit(r, h, &options);
        if (!r->early && !options)
                r->early = body_open(r, h);
        else
                (void)!body_open(r, h);
        if (!body || ((r->early || options) && !drain_first(r, h))) {
                if (body)
                        c->last = c->unread = true;
                if (options && !r->early) {
                        answer_options(r);
                        conn_answer(c);
                } else if (r->early) {
                        answer_with(c, r->early);
                } else {
                        dispatch_body(c);
                }
                return;
        }
        if (r->early || options)
                body_drop(r);
        r->options = options;
        begin_body(c);
}

/* The handler is done; the answer goes out with the next pump. */
static void finish(struct request *r)
{
        struct http_conn *c = r->conn;
        struct stream *stream = r->answer.stream;
        enum err e = r->result;
        r->loop->in_work--;
        r->in_work = false;
        if (!e && r->out.failed)
                e = ERR_FAULT;
        if (stream && (e || !c || r->answer.kind != ANSWER_STREAM)) {
                r->answer.stream = NULL;
                stream_gone(stream);
        }
        if (!c) {
                request_free(r);
                return;
        }
        if (e)
                answer_error(r, e);
        conn_answer(c);
}

static void finish_task(struct task *t)
{
        struct request *r = (struct request *)((char *)t - offsetof(struct request, finish));
        struct http_conn *c = r->conn;
        finish(r);
        if (c)
                conn_pump(c);
}

static void run(struct http_conn *c)
{
        struct request *r = c->r;
        struct loop *l = c->loop;
        const struct http_hooks *hooks = &l->http->hooks;
        c->phase = PHASE_HANDLING;
        wheel_clear(&l->wheel, &c->timer);
        r->in_work = r->running = true;
        l->in_work++;
        hooks->run(&r->rq, hooks->owner, l->own);
        r->running = false;
        if (r->done)
                finish(r);
}

void dispatch_body(struct http_conn *c)
{
        struct request *r = c->r;
        const struct http_hooks *hooks = &c->loop->http->hooks;
        enum err e = r->early;
        if (!e && r->options) {
                answer_options(r);
                conn_answer(c);
                return;
        }
        if (!e)
                e = body_end(r);
        r->rq.params = r->params.v;
        r->rq.n_params = r->params.n;
        if (!e && hooks->check)
                e = hooks->check(&r->rq, hooks->owner, c->loop->own);
        if (e)
                answer_with(c, e);
        else
                run(c);
}

void dispatch_body_failed(struct http_conn *c, enum err e)
{
        c->last = c->unread = true;
        answer_with(c, c->r->early ? c->r->early : e);
}

void http_finish(struct req *rq, enum err e)
{
        struct request *r = (struct request *)rq;
        struct loop *l = r->loop;
        r->result = e;
        if (pthread_equal(l->self, pthread_self()) && r->running) {
                r->done = true;
                return;
        }
        r->finish.run = finish_task;
        loop_post(l, &r->finish);
}

enum err http_handle(struct req *rq)
{
        enum err (*f)(struct req * rq) = rq->next ? rq->next : rq->route->handler;
        rq->next = NULL;
        return f(rq);
}

void req_go_on(struct req *rq, enum lane lane, enum err (*f)(struct req *rq))
{
        rq->next = f;
        rq->next_lane = lane;
}

void req_hold(struct req *rq, void (*hold)(struct req *rq), enum err (*f)(struct req *rq))
{
        rq->hold = hold;
        req_go_on(rq, LANE_HELD, f);
}

void req_resume(struct req *rq)
{
        rq->resume(rq->lanes, rq);
}
