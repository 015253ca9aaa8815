/* Bytes out: the head and body of an answer in one writev, files by sendfile, and the plain-socket
 * form of struct io. */
#include "lib/http/server.h"
#include <errno.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

static ssize_t plain_read(struct http_conn *c, void *to, size_t n)
{
        return recv(c->fd, to, n, 0);
}

static ssize_t plain_write(struct http_conn *c, const struct iovec *v, int n, bool more)
{
        struct msghdr m = {.msg_iov = (struct iovec *)v, .msg_iovlen = (size_t)n};
        return sendmsg(c->fd, &m, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
}

static ssize_t plain_send_file(struct http_conn *c, int fd, int64_t *at, size_t n)
{
        off_t offset = *at;
        ssize_t sent = sendfile(c->fd, fd, &offset, n);
        *at = offset;
        return sent;
}

static void plain_shut(struct http_conn *c)
{
        shutdown(c->fd, SHUT_WR);
}

const struct io io_plain = {plain_read, plain_write, plain_send_file, plain_shut};

static enum sent why(ssize_t n)
{
        if (n < 0 && errno == EINTR)
                return SENT_SOME;
        return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? SENT_BLOCKED : SENT_FAILED;
}

static void counted(struct http_conn *c, ssize_t n)
{
        atomic_fetch_add_explicit(&c->loop->bytes_out, n, memory_order_relaxed);
}

static void take_off(struct str *s, size_t *n)
{
        size_t part = *n < s->n ? *n : s->n;
        *s = str_after(*s, part);
        *n -= part;
}

static enum sent send_memory(struct http_conn *c)
{
        struct sending *s = &c->out;
        const struct iovec v[2] = {{(void *)s->head.p, s->head.n}, {(void *)s->body.p, s->body.n}};
        int first = s->head.n ? 0 : 1, last = s->body.n ? 2 : 1;
        ssize_t n = c->io->write(c, v + first, last - first, s->left > 0);
        if (n < 0)
                return why(n);
        counted(c, n);
        size_t done = (size_t)n;
        take_off(&s->head, &done);
        take_off(&s->body, &done);
        return SENT_SOME;
}

static enum sent send_file(struct http_conn *c)
{
        struct sending *s = &c->out;
        ssize_t n = c->io->send_file(c, s->fd, &s->at,
                                     s->left < FILE_TURN ? (size_t)s->left : FILE_TURN);
        if (n < 0)
                return why(n);
        if (n == 0)
                return SENT_FAILED; /* the file became shorter: the length we promised cannot be
                                       kept */
        counted(c, n);
        s->left -= n;
        return SENT_SOME;
}

/* One turn. The head lies in the loop's buffer, which the next answer overwrites: what is left of
 * it moves out. */
enum sent send_some(struct http_conn *c)
{
        struct sending *s = &c->out;
        enum sent e = SENT_SOME;
        while (e == SENT_SOME && (s->head.n || s->body.n))
                e = send_memory(c);
        if (e == SENT_SOME && s->left > 0)
                e = send_file(c);
        if (e == SENT_SOME && !s->head.n && !s->body.n && s->left <= 0)
                return SENT_ALL;
        if (e != SENT_FAILED && s->head.n)
                s->head = str_dup(&c->r->arena, s->head);
        return e;
}

enum sent send_bytes(struct http_conn *c, struct str *bytes)
{
        while (bytes->n) {
                ssize_t n = c->io->write(c, &(struct iovec){(void *)bytes->p, bytes->n}, 1, false);
                enum sent e = n < 0 ? why(n) : SENT_SOME;
                if (e != SENT_SOME)
                        return e;
                if (n > 0) {
                        counted(c, n);
                        *bytes = str_after(*bytes, (size_t)n);
                }
        }
        return SENT_ALL;
}
