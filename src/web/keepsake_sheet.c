/* Files written piece by piece: see keepsake_sheet.h. Called by the writer of keepsakes. */
#include "web/keepsake_sheet.h"
#include "lib/base/arena.h"
#include "lib/base/encode.h"
#include "lib/text/xhtml.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* REST_BYTES: enough that a page of words is one write. CHUNK: a multiple of 3, so that the pieces
 * of base64 join. */
enum { REST_BYTES = 64 * 1024, CHUNK = 48 * 1024, WORDS_MAX = 64 << 20, ARENA_BYTES = 1 << 20 };

void sheet_open(struct sheet *s, int fd, struct arena *a)
{
        *s = (struct sheet){.fd = fd, .buf = {.cap = WORDS_MAX}};
        s->h = (struct html){.out = &s->buf, .arena = a};
}

enum err sheet_temp(struct sheet *s, struct str dir, struct arena *a)
{
        int fd = open(str_z(a, dir), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0)
                return ERR_FULL;
        sheet_open(s, fd, a);
        return OK;
}

static void keep(struct sheet *s, enum err e)
{
        if (!s->err)
                s->err = e;
}

static void put(struct sheet *s, struct str bytes)
{
        while (bytes.n && !s->err) {
                ssize_t n = write(s->fd, bytes.p, bytes.n);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0) {
                        keep(s, n < 0 && errno != ENOSPC ? ERR_FAULT : ERR_FULL);
                        return;
                }
                bytes = str_after(bytes, (size_t)n);
                s->size += n;
        }
}

void sheet_flush(struct sheet *s)
{
        struct buf clean = {0};
        if (s->buf.failed)
                keep(s, ERR_TOO_LARGE);
        if (!s->buf.n)
                return;
        xml_put(&clean, buf_str(&s->buf));
        if (clean.failed)
                keep(s, ERR_FULL);
        put(s, buf_str(&clean));
        buf_free(&clean);
        buf_clear(&s->buf);
}

void sheet_rest(struct sheet *s)
{
        if (s->buf.n >= REST_BYTES || s->buf.failed)
                sheet_flush(s);
}

/* The next piece of another file, whole unless the file ends. */
static size_t piece(struct sheet *s, int from, char *to, int64_t *at)
{
        size_t n = 0;
        while (n < CHUNK) {
                ssize_t got = pread(from, to + n, CHUNK - n, *at);
                if (got < 0 && errno == EINTR)
                        continue;
                if (got < 0)
                        keep(s, ERR_FAULT);
                if (got <= 0)
                        break;
                n += (size_t)got;
                *at += got;
        }
        return n;
}

void sheet_base64(struct sheet *s, int from)
{
        char bytes[CHUNK];
        struct arena own;
        int64_t at = 0;
        size_t n;
        sheet_flush(s);
        arena_open(&own, ARENA_BYTES);
        while (!s->err && (n = piece(s, from, bytes, &at))) {
                put(s, base64_encode(&own, (struct str){bytes, n}));
                arena_reset(&own);
        }
        arena_close(&own);
}

void sheet_copy(struct sheet *s, struct sheet *from)
{
        char bytes[CHUNK];
        int64_t at = 0;
        size_t n;
        sheet_flush(from);
        sheet_flush(s);
        keep(s, from->err);
        while (!s->err && (n = piece(s, from->fd, bytes, &at)))
                put(s, (struct str){bytes, n});
}

void sheet_clear(struct sheet *s)
{
        buf_clear(&s->buf);
        s->size = 0;
        if (ftruncate(s->fd, 0) || lseek(s->fd, 0, SEEK_SET))
                keep(s, ERR_FAULT);
}

enum err sheet_close(struct sheet *s, bool close_fd)
{
        sheet_flush(s);
        buf_free(&s->buf);
        if (close_fd)
                close(s->fd);
        return s->err;
}
