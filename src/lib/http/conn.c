/* A connection as a state machine: head, body, handling, sending, stream, linger. The loop calls
 * conn_event when the socket has news and conn_due when a deadline passed; everything else happens
 * in conn_pump, which goes on until it would have to wait. Events are edge-triggered: `readable`
 * remembers that there may be more to read.
 *
 * Bytes are read into the loop's scratch buffer; a connection keeps memory of its own only while a
 * part of a head, or a pipelined request, waits. An idle one holds no buffer and no request. */
#include "lib/base/hash.h"
#include "lib/http/server.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum got { GOT_BYTES, GOT_NOTHING, GOT_END };

void conn_open(struct loop *l, int fd, const struct addr *peer, bool proxy, bool counted)
{
        const struct http_settings *s = &l->http->settings;
        struct http_conn *c = must_alloc(1, sizeof *c);
        c->source.kind = SOURCE_CONN;
        c->fd = fd;
        c->io = &io_plain;
        c->loop = l;
        c->peer = *peer;
        c->proxy = proxy;
        c->counted = counted;
        c->begun = true;
        c->served_max = s->requests_per_connection;
        if (!c->served_max)
                c->served_max = proxy || addr_is_loopback(peer) ? SERVED_MAX_NEAR : SERVED_MAX;
        if (l->conns)
                l->conns->link = &c->next;
        c->next = l->conns;
        c->link = &l->conns;
        l->conns = c;
        atomic_fetch_add_explicit(&l->n_connections, 1, memory_order_relaxed);
        struct epoll_event e = {EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {.ptr = c}};
        if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) < 0) {
                conn_close(c);
                return;
        }
        loop_deadline(c, s->head_ms);
        c->readable = true; /* the request is often there already: saves a round */
        conn_pump(c);
}

void conn_close(struct http_conn *c)
{
        struct loop *l = c->loop;
        struct request *r = c->r;
        struct stream *stream = c->stream;
        if (c->phase == PHASE_CLOSED)
                return;
        c->phase = PHASE_CLOSED;
        wheel_clear(&l->wheel, &c->timer);
        close(c->fd);
        *c->link = c->next;
        if (c->next)
                c->next->link = c->link;
        c->next_dead = l->dead; /* freed after the batch: an event of it may follow */
        l->dead = c;
        c->r = NULL;
        c->stream = NULL;
        if (r && r->in_work) {
                r->conn = NULL; /* its handler still runs; http_finish frees it */
        } else if (r) {
                if (r->answer.stream && !stream)
                        stream_gone(r->answer.stream);
                request_free(r);
        }
        if (stream)
                stream_gone(stream);
        atomic_fetch_sub(&l->http->open, 1);
        if (c->counted)
                atomic_fetch_sub(
                        &l->http->ip_counts[hash_keyed(addr_count_key(&c->peer)) % IP_BUCKETS], 1);
}

static void keep_input(struct http_conn *c)
{
        if (c->phase == PHASE_CLOSED)
                c->in = STR_NONE;
        if (!c->in.n) {
                free(c->own);
                c->own = NULL;
                c->own_size = 0;
                c->in = STR_NONE;
        } else if (!c->own || c->in.p < c->own || c->in.p >= c->own + c->own_size) {
                char *fresh = must_alloc(c->in.n, 1);
                memcpy(fresh, c->in.p, c->in.n);
                free(c->own);
                c->own = fresh;
                c->own_size = c->in.n;
                c->in.p = fresh;
        }
}

/* Makes room behind the bytes of an unfinished head. */
static char *head_room(struct http_conn *c, size_t *n)
{
        enum { MOST = HEAD_MAX + 4096, STEP = 4096 };
        size_t want = c->in.n + STEP > MOST ? MOST : c->in.n + STEP;
        char *fresh = c->own;
        if (c->own_size < want) {
                size_t size = c->own_size * 2 > want ? c->own_size * 2 : want;
                fresh = must_alloc(size, 1);
                memcpy(fresh, c->in.p, c->in.n);
                free(c->own);
                c->own = fresh;
                c->own_size = size;
        } else {
                memmove(fresh, c->in.p, c->in.n);
        }
        c->in.p = fresh;
        *n = c->own_size - c->in.n;
        return fresh + c->in.n;
}

static enum got read_more(struct http_conn *c)
{
        size_t room = SCRATCH_BYTES;
        char *to = c->loop->scratch;
        if (!c->readable)
                return GOT_NOTHING;
        if (c->reads++ >=
            READS_TURN) { /* a sender faster than we read must not keep the loop to itself */
                loop_again(c);
                return GOT_NOTHING;
        }
        if (c->phase == PHASE_HEAD)
                room = HEAD_READ; /* what follows a head may have to be kept */
        if (c->in.n)
                to = head_room(c, &room);
        ssize_t n;
        do
                n = c->io->read(c, to, room);
        while (n < 0 && errno == EINTR);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
                c->readable = c->hung;
                return c->hung ? GOT_END : GOT_NOTHING;
        }
        if (n <= 0)
                return GOT_END;
        atomic_fetch_add_explicit(&c->loop->bytes_in, n, memory_order_relaxed);
        if ((size_t)n < room && !c->hung)
                c->readable = false; /* drained; the next byte is a new edge */
        if (!c->in.n)
                c->in.p = to;
        c->in.n += (size_t)n;
        return GOT_BYTES;
}

/* A step returns false when it has to wait (or the connection is gone). */
static bool step_head(struct http_conn *c)
{
        bool done = false;
        enum err e = c->in.n ? head_find(&c->scan, c->in, &done) : OK;
        if (e) {
                dispatch_refuse(c, e);
                return true;
        }
        if (done) {
                struct str head = str_cut(c->in, c->scan.from, c->scan.end - c->scan.from);
                c->in = str_after(c->in, c->scan.end);
                dispatch_head(c, head);
                return true;
        }
        if (c->in.n && !c->begun) {
                c->begun = true;
                loop_deadline(c, c->loop->http->settings.head_ms);
        }
        enum got got = read_more(c);
        if (got == GOT_END)
                conn_close(c);
        return got == GOT_BYTES;
}

static void body_deadline(struct http_conn *c)
{
        const struct body *b = &c->r->body;
        int64_t bytes = b->is_chunked ? b->taken : b->taken + b->left;
        int64_t until = c->body_ms + c->loop->http->settings.body_ms + bytes / BODY_MS_PER * 1000;
        wheel_set(&c->loop->wheel, &c->timer, until);
}

/* The analyzer does not see that a connection in the phase of a body has a request. */
/* NOLINTBEGIN(clang-analyzer-core.NullDereference) */

/* RFC 9110 10.1.1: the client waits for this before it sends the body. */
static bool say_continue(struct http_conn *c)
{
        struct str line = S("HTTP/1.1 100 Continue\r\n\r\n");
        c->r->head.expect_continue = false;
        return send_bytes(c, &line) == SENT_ALL;
}

static bool step_body(struct http_conn *c)
{
        bool done = false;
        if (!c->in.n) {
                if (c->r->head.expect_continue && !say_continue(c)) {
                        conn_close(c);
                        return false;
                }
                body_deadline(c);
                enum got got = read_more(c);
                if (got == GOT_END)
                        conn_close(c);
                return got == GOT_BYTES;
        }
        c->r->head.expect_continue = false;
        enum err e = body_read(c->r, &c->in, &done);
        if (e)
                dispatch_body_failed(c, e);
        else if (done)
                dispatch_body(c);
        return true;
}
/* NOLINTEND(clang-analyzer-core.NullDereference) */

void conn_answer(struct http_conn *c)
{
        struct request *r = c->r;
        struct loop *l = c->loop;
        if (l->stopping)
                c->last = true;
        answer_build(r, &c->out);
        if (!c->out.head.n) { /* no memory for a head */
                c->last = true;
                c->out = (struct sending){.fd = -1,
                                          .head = S("HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n")};
        }
        r->sent = (int64_t)(c->out.head.n + c->out.body.n) + c->out.left;
        int class = r->rq.status / 100;
        atomic_fetch_add_explicit(&l->status[class >= 1 && class <= 5 ? class : 0], 1,
                                  memory_order_relaxed);
        access_log(r);
        c->phase = PHASE_SENDING;
        loop_deadline(c, l->http->settings.stall_ms);
}

/* Half-closes and reads on for a moment: closing with unread bytes sends a reset, which may
 * overtake the answer. */
void conn_linger(struct http_conn *c)
{
        struct stream *stream = c->stream;
        c->stream = NULL;
        if (stream)
                stream_gone(stream);
        c->io->shut(c);
        c->phase = PHASE_LINGER;
        c->in = STR_NONE;
        c->linger_left = LINGER_BYTES;
        loop_deadline(c, LINGER_MS);
}

static void answer_sent(struct http_conn *c)
{
        struct stream *stream = c->r->answer.stream;
        c->r->answer.stream = NULL;
        request_free(c->r);
        c->r = NULL;
        if (stream) {
                c->phase = PHASE_STREAM;
                c->stream = stream;
                stream_start(c, stream);
        } else if (!c->last) {
                c->phase = PHASE_HEAD;
                c->scan = (struct head_scan){0};
                c->begun = false;
                loop_deadline(c, c->loop->http->settings.idle_ms);
        } else if (c->unread || c->in.n || c->readable) {
                conn_linger(c);
        } else {
                conn_close(c);
        }
}

static bool step_send(struct http_conn *c)
{
        switch (send_some(c)) {
        case SENT_ALL:
                answer_sent(c);
                return true;
        case SENT_SOME: /* the rest of a long file, after the others had their turn */
                loop_deadline(c, c->loop->http->settings.stall_ms);
                loop_again(c);
                return false;
        case SENT_BLOCKED:
                return false;
        default:
                conn_close(c);
                return false;
        }
}

static bool step_stream(struct http_conn *c)
{
        stream_pump(c);
        if (c->phase != PHASE_STREAM)
                return c->phase != PHASE_CLOSED;
        if (!c->in.n) {
                enum got got = read_more(c);
                if (got != GOT_BYTES) {
                        if (got == GOT_END)
                                conn_close(c);
                        return false;
                }
        }
        struct str bytes = c->in;
        c->in = STR_NONE;
        stream_input(c, bytes);
        return c->phase != PHASE_CLOSED;
}

static bool step_linger(struct http_conn *c)
{
        c->in = STR_NONE;
        enum got got = read_more(c);
        c->linger_left -= (int64_t)c->in.n;
        c->in = STR_NONE;
        if (got == GOT_END || c->linger_left < 0)
                conn_close(c);
        return got == GOT_BYTES && c->phase != PHASE_CLOSED;
}

void conn_pump(struct http_conn *c)
{
        int served = c->served;
        c->reads = 0;
        for (bool go = true; go;) {
                switch (c->phase) {
                case PHASE_HEAD:
                        if (c->served - served >= PIPELINE_TURN) {
                                loop_again(c);
                                go = false;
                        } else {
                                go = step_head(c);
                        }
                        break;
                case PHASE_BODY:
                        go = step_body(c);
                        break;
                case PHASE_SENDING:
                        go = step_send(c);
                        break;
                case PHASE_STREAM:
                        go = step_stream(c);
                        break;
                case PHASE_LINGER:
                        go = step_linger(c);
                        break;
                case PHASE_HANDLING:
                case PHASE_CLOSED:
                        go = false;
                        break;
                }
        }
        keep_input(c);
}

void conn_event(struct http_conn *c, unsigned events)
{
        if (c->phase == PHASE_CLOSED)
                return;
        if (events & (EPOLLERR | EPOLLHUP)) {
                conn_close(c);
                return;
        }
        if (events & EPOLLRDHUP)
                c->hung = true;
        if (events & (EPOLLIN | EPOLLRDHUP))
                c->readable = true;
        if (events & EPOLLOUT && c->phase == PHASE_SENDING)
                loop_deadline(c, c->loop->http->settings.stall_ms); /* the reader took something */
        conn_pump(c);
}

void conn_due(struct http_conn *c)
{
        switch (c->phase) {
        case PHASE_HEAD:
                if (!c->in.n || c->scan.from >= c->in.n) {
                        conn_close(c);
                        break;
                }
                dispatch_refuse(c, ERR_TIMEOUT);
                conn_pump(c);
                break;
        case PHASE_BODY:
                dispatch_body_failed(c, ERR_TIMEOUT);
                conn_pump(c);
                break;
        case PHASE_STREAM:
                stream_due(c);
                break;
        default:
                conn_close(c);
                break;
        }
}
