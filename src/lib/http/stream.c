/* Streams: a handler opens one, any thread sends into its queue, its loop writes the queue out. The
 * queue has a lock of its own; the socket is only touched by the loop. References: the opener's,
 * the connection's, and one while it waits in the loop's task queue. */
#include "lib/http/server.h"
#include "lib/http/websocket.h"
#include <stdlib.h>

struct stream {
        struct task task;
        atomic_int references;
        struct loop *loop;
        struct http_conn *conn; /* the loop's */
        struct stream_hooks hooks;
        void *owner;
        bool is_websocket;
        /* Under the lock. */
        pthread_mutex_t lock;
        struct buf queue;
        size_t being_sent; /* bytes taken from the queue and not on the wire yet */
        bool posted, closing, overflowed, gone;
        /* The loop's. */
        struct buf out;
        struct str rest; /* of out */
        struct websocket reader;
        int64_t beat_ms, stalled_ms; /* next heartbeat; when writing began to stall, or 0 */
        bool waits_for_pong;
};

void stream_hold(struct stream *s)
{
        atomic_fetch_add(&s->references, 1);
}

void stream_drop(struct stream *s)
{
        if (atomic_fetch_sub(&s->references, 1) > 1)
                return;
        pthread_mutex_destroy(&s->lock);
        buf_free(&s->queue);
        buf_free(&s->out);
        websocket_free(&s->reader);
        free(s);
}

bool stream_is_websocket(const struct stream *s)
{
        return s->is_websocket;
}

static void run_task(struct task *t)
{
        struct stream *s = (struct stream *)t;
        pthread_mutex_lock(&s->lock);
        s->posted = false;
        pthread_mutex_unlock(&s->lock);
        if (s->conn && s->conn->phase == PHASE_STREAM)
                conn_pump(s->conn);
        stream_drop(s);
}

/* With the lock held: whether the loop has to be told. */
static bool must_post(struct stream *s)
{
        if (s->posted)
                return false;
        s->posted = true;
        stream_hold(s);
        return true;
}

static void put(struct stream *s, enum websocket_opcode opcode, struct str bytes)
{
        if (s->is_websocket)
                websocket_write(&s->queue, opcode, bytes);
        else
                buf_add(&s->queue, bytes);
}

static void enqueue(struct stream *s, enum websocket_opcode opcode, struct str bytes)
{
        bool post = false;
        size_t size = s->is_websocket ? websocket_frame_size(bytes.n) : bytes.n;
        pthread_mutex_lock(&s->lock);
        if (!s->gone && !s->closing && !s->overflowed) {
                if (size > STREAM_QUEUE_MAX - s->queue.n - s->being_sent)
                        s->overflowed = true; /* too slow a reader, or nobody there (T069) */
                else
                        put(s, opcode, bytes);
                post = must_post(s);
        }
        pthread_mutex_unlock(&s->lock);
        if (post)
                loop_post(s->loop, &s->task);
}

void stream_send(struct stream *s, struct str bytes)
{
        enqueue(s, WS_TEXT, bytes);
}

void stream_close(struct stream *s, int code)
{
        bool post = false;
        pthread_mutex_lock(&s->lock);
        if (!s->gone && !s->closing) {
                s->closing = true;
                if (s->is_websocket)
                        websocket_write_close(&s->queue, code);
                post = must_post(s);
        }
        pthread_mutex_unlock(&s->lock);
        if (post)
                loop_post(s->loop, &s->task);
}

static struct stream *open_stream(struct req *rq, bool is_websocket,
                                  const struct stream_hooks *hooks, void *owner)
{
        struct request *r = (struct request *)rq;
        struct stream *s = must_alloc(1, sizeof *s);
        s->task.run = run_task;
        atomic_init(&s->references, 2); /* the opener's and the answer's */
        s->loop = r->loop;
        s->hooks = *hooks;
        s->owner = owner;
        s->is_websocket = is_websocket;
        s->reader.message.cap = WEBSOCKET_MESSAGE_MAX;
        pthread_mutex_init(&s->lock, NULL);
        r->answer.kind = ANSWER_STREAM;
        r->answer.stream = s;
        return s;
}

bool stream_wanted(const struct req *rq)
{
        const struct request *r = (const struct request *)rq;
        return r->head.upgrade && head_list_has(req_header(rq, "upgrade"), S("websocket"));
}

enum err stream_websocket(struct req *rq, struct str protocol, const struct stream_hooks *hooks,
                          void *owner, struct stream **ret)
{
        const struct request *r = (const struct request *)rq;
        struct str accept;
        if (!(rq->route->flags & ROUTE_STREAM) || r->answer.stream)
                return ERR_FAULT;
        if (rq->method != METHOD_GET || !stream_wanted(rq) || r->head.minor != 1)
                return req_fail(rq, ERR_MALFORMED, "This address wants a WebSocket.");
        if (!str_eq(req_header(rq, "sec-websocket-version"), S("13")) ||
            !websocket_accept(rq->arena, req_header(rq, "sec-websocket-key"), &accept))
                return req_fail(rq, ERR_MALFORMED,
                                "This is not a WebSocket handshake of version 13.");
        rq->status = 101;
        reply_header(rq, "Upgrade", S("websocket"));
        reply_header(rq, "Connection", S("Upgrade"));
        reply_header(rq, "Sec-WebSocket-Accept", accept);
        if (protocol.n)
                reply_header(rq, "Sec-WebSocket-Protocol", protocol);
        *ret = open_stream(rq, true, hooks, owner);
        return OK;
}

enum err stream_events(struct req *rq, const struct stream_hooks *hooks, void *owner,
                       struct stream **ret)
{
        const struct request *r = (const struct request *)rq;
        if (!(rq->route->flags & ROUTE_STREAM) || r->answer.stream)
                return ERR_FAULT;
        if (rq->method != METHOD_GET)
                return ERR_METHOD;
        rq->status = 200;
        reply_header(rq, "Content-Type", S("text/event-stream"));
        reply_header(rq, "X-Accel-Buffering", S("no")); /* nginx would collect events */
        reply_header(rq, "Connection", S("close"));
        *ret = open_stream(rq, false, hooks, owner);
        enqueue(*ret, WS_TEXT, S(":)\n"));
        return OK;
}

static void next_deadline(struct http_conn *c, struct stream *s)
{
        int64_t due = s->beat_ms;
        int64_t stall = s->stalled_ms + c->loop->http->settings.stall_ms;
        if (s->stalled_ms && stall < due)
                due = stall;
        wheel_set(&c->loop->wheel, &c->timer, due);
}

void stream_start(struct http_conn *c, struct stream *s)
{
        s->conn = c;
        c->last = true;
        s->beat_ms = c->loop->now_ms + (s->is_websocket ? PING_MS : EVENTS_MS);
        atomic_fetch_add_explicit(&c->loop->n_streams, 1, memory_order_relaxed);
        next_deadline(c, s);
}

void stream_gone(struct stream *s)
{
        if (s->conn)
                atomic_fetch_sub_explicit(&s->loop->n_streams, 1, memory_order_relaxed);
        s->conn = NULL;
        pthread_mutex_lock(&s->lock);
        s->gone = true;
        buf_free(&s->queue);
        pthread_mutex_unlock(&s->lock);
        if (s->hooks.closed)
                s->hooks.closed(s->owner);
        stream_drop(s);
}

/* Takes what has queued up. False when there is nothing more to do; the connection may be closing
 * then. */
static bool take_queue(struct http_conn *c, struct stream *s)
{
        enum { KEPT = 4096 };
        buf_clear(&s->out);
        if (s->out.size > KEPT)
                buf_free(&s->out);
        pthread_mutex_lock(&s->lock);
        bool overflowed = s->overflowed, closing = s->closing;
        struct buf full = s->queue;
        if (full.n) {
                s->queue = s->out;
                s->out = full;
        }
        s->being_sent = s->out.n;
        pthread_mutex_unlock(&s->lock);
        s->rest = buf_str(&s->out);
        if (overflowed)
                conn_close(c);
        else if (!s->rest.n && closing)
                conn_linger(c);
        return !overflowed && s->rest.n;
}

void stream_pump(struct http_conn *c)
{
        struct stream *s = c->stream;
        bool overflowed;
        while (s->rest.n || take_queue(c, s)) {
                size_t before = s->rest.n;
                enum sent e = send_bytes(c, &s->rest);
                if (e == SENT_FAILED) {
                        conn_close(c);
                        return;
                }
                if (e == SENT_BLOCKED) {
                        if (!s->stalled_ms || s->rest.n < before)
                                s->stalled_ms = c->loop->now_ms;
                        pthread_mutex_lock(&s->lock);
                        s->being_sent = s->rest.n;
                        overflowed = s->overflowed;
                        pthread_mutex_unlock(&s->lock);
                        if (overflowed)
                                conn_close(c);
                        else
                                next_deadline(c, s);
                        return;
                }
                s->stalled_ms = 0;
        }
}

void stream_due(struct http_conn *c)
{
        struct stream *s = c->stream;
        int64_t now = c->loop->now_ms;
        if (s->stalled_ms && now >= s->stalled_ms + c->loop->http->settings.stall_ms) {
                conn_close(c);
                return;
        }
        if (now >= s->beat_ms) {
                if (s->is_websocket && s->waits_for_pong) {
                        conn_close(c); /* nobody there: phones leave without a word */
                        return;
                }
                s->waits_for_pong = s->is_websocket;
                s->beat_ms = now + (s->is_websocket ? PING_MS : EVENTS_MS);
                enqueue(s, WS_PING, s->is_websocket ? S("") : S(":thump\n"));
        }
        next_deadline(c, s);
}

void stream_input(struct http_conn *c, struct str bytes)
{
        struct stream *s = c->stream;
        while (s->is_websocket && c->phase == PHASE_STREAM) {
                struct str payload;
                int code = 0;
                switch (websocket_read(&s->reader, &bytes, &payload, &code)) {
                case WEBSOCKET_MORE:
                        return;
                case WEBSOCKET_TEXT:
                        s->waits_for_pong = false;
                        if (s->hooks.message)
                                s->hooks.message(s->owner, s, payload);
                        break;
                case WEBSOCKET_PING:
                        enqueue(s, WS_PONG, payload);
                        break;
                case WEBSOCKET_PONG:
                        s->waits_for_pong = false;
                        break;
                case WEBSOCKET_CLOSE:
                case WEBSOCKET_BAD:
                        stream_close(s, code);
                        stream_pump(c);
                        return;
                }
        }
}

void stream_stop(struct http_conn *c)
{
        stream_close(c->stream, 1001);
        conn_pump(c);
}
