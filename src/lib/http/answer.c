/* From the noted answer to the bytes of its head: status line, the headers every answer has, those
 * of its door, the handler's own; and which part of a file was asked for. Runs on the loop, once a
 * request. */
#include "lib/http/server.h"
#include "lib/text/date.h"
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static struct str reason(int status)
{
        static const struct {
                int status;
                struct str line;
        } lines[] = {
                {200, S_ROW("HTTP/1.1 200 OK\r\n")},
                {201, S_ROW("HTTP/1.1 201 Created\r\n")},
                {202, S_ROW("HTTP/1.1 202 Accepted\r\n")},
                {204, S_ROW("HTTP/1.1 204 No Content\r\n")},
                {206, S_ROW("HTTP/1.1 206 Partial Content\r\n")},
                {301, S_ROW("HTTP/1.1 301 Moved Permanently\r\n")},
                {302, S_ROW("HTTP/1.1 302 Found\r\n")},
                {303, S_ROW("HTTP/1.1 303 See Other\r\n")},
                {304, S_ROW("HTTP/1.1 304 Not Modified\r\n")},
                {307, S_ROW("HTTP/1.1 307 Temporary Redirect\r\n")},
                {308, S_ROW("HTTP/1.1 308 Permanent Redirect\r\n")},
                {400, S_ROW("HTTP/1.1 400 Bad Request\r\n")},
                {401, S_ROW("HTTP/1.1 401 Unauthorized\r\n")},
                {403, S_ROW("HTTP/1.1 403 Forbidden\r\n")},
                {404, S_ROW("HTTP/1.1 404 Not Found\r\n")},
                {405, S_ROW("HTTP/1.1 405 Method Not Allowed\r\n")},
                {406, S_ROW("HTTP/1.1 406 Not Acceptable\r\n")},
                {408, S_ROW("HTTP/1.1 408 Request Timeout\r\n")},
                {409, S_ROW("HTTP/1.1 409 Conflict\r\n")},
                {410, S_ROW("HTTP/1.1 410 Gone\r\n")},
                {412, S_ROW("HTTP/1.1 412 Precondition Failed\r\n")},
                {413, S_ROW("HTTP/1.1 413 Content Too Large\r\n")},
                {414, S_ROW("HTTP/1.1 414 URI Too Long\r\n")},
                {415, S_ROW("HTTP/1.1 415 Unsupported Media Type\r\n")},
                {416, S_ROW("HTTP/1.1 416 Range Not Satisfiable\r\n")},
                {421, S_ROW("HTTP/1.1 421 Misdirected Request\r\n")},
                {422, S_ROW("HTTP/1.1 422 Unprocessable Content\r\n")},
                {429, S_ROW("HTTP/1.1 429 Too Many Requests\r\n")},
                {431, S_ROW("HTTP/1.1 431 Request Header Fields Too Large\r\n")},
                {500, S_ROW("HTTP/1.1 500 Internal Server Error\r\n")},
                {503, S_ROW("HTTP/1.1 503 Service Unavailable\r\n")},
                {505, S_ROW("HTTP/1.1 505 HTTP Version Not Supported\r\n")},
                {507, S_ROW("HTTP/1.1 507 Insufficient Storage\r\n")},
                {101, S_ROW("HTTP/1.1 101 Switching Protocols\r\n")},
        };
        for (size_t i = 0; i < countof(lines); i++)
                if (lines[i].status == status)
                        return lines[i].line;
        return STR_NONE;
}

void answer_clear(struct request *r)
{
        r->answer = (struct http_answer){.fd = -1};
        r->answer.last = &r->answer.headers;
        r->rq.status = 200;
        buf_clear(&r->out);
}

void answer_error(struct request *r, enum err e)
{
        const struct http_hooks *hooks = &r->loop->http->hooks;
        answer_clear(r);
        r->rq.status = err_status(e);
        if (hooks->error) {
                hooks->error(&r->rq, e, hooks->owner);
                return;
        }
        struct str text = r->rq.fault.n ? r->rq.fault : str_of(err_text(e));
        reply_text(&r->rq, err_status(e), "text/plain; charset=utf-8", text);
}

void answer_header(struct buf *b, struct str name, struct str value)
{
        buf_add(b, name);
        buf_add(b, S(": "));
        buf_add(b, value);
        buf_add(b, S("\r\n"));
}

static void number_header(struct buf *b, struct str name, int64_t v)
{
        buf_add(b, name);
        buf_add(b, S(": "));
        buf_add_i64(b, v);
        buf_add(b, S("\r\n"));
}

bool answer_has_header(const struct request *r, struct str name)
{
        for (const struct answer_header *h = r->answer.headers; h; h = h->next)
                if (str_eq_nocase(h->name, name))
                        return true;
        return false;
}

static struct str strong(struct str etag)
{
        return str_starts(etag, S("W/")) ? str_after(etag, 2) : etag;
}

bool answer_etag_matches(const struct req *rq, struct str etag)
{
        struct str list = req_header(rq, "if-none-match"), item;
        while (str_next(&list, ',', &item)) {
                item = str_trim(item);
                if (str_eq(item, S("*")) || str_eq(strong(item), strong(etag)))
                        return true;
        }
        return false;
}

/* The one range asked for (RFC 9110 14.2). False: send the whole file. *ok is false when it lies
 * outside. */
static bool read_range(const struct req *rq, struct str etag, int64_t size, int64_t *from,
                       int64_t *n, bool *ok)
{
        struct str range = req_header(rq, "range"), condition = req_header(rq, "if-range");
        uint64_t first = 0, last = (uint64_t)size - 1;
        *ok = true;
        if (!str_starts_nocase(range, S("bytes=")) || rq->method != METHOD_GET ||
            str_has_char(range, ','))
                return false; /* several ranges: the whole file, as T081 has it */
        if (condition.p && (!etag.n || !str_eq(condition, etag) || str_starts(etag, S("W/"))))
                return false;
        range = str_trim(str_after(range, 6));
        size_t dash = str_find_char(range, '-');
        struct str a = str_cut(range, 0, dash), b = str_after(range, dash + 1);
        if (dash == range.n || (!a.n && !b.n) || (a.n && !str_to_u64(a, &first)) ||
            (b.n && !str_to_u64(b, &last)) || (a.n && b.n && last < first))
                return false;
        if (!a.n) { /* the last so many bytes */
                first = last < (uint64_t)size ? (uint64_t)size - last : 0;
                *ok = last > 0 && size > 0;
                last = (uint64_t)size - 1;
        } else {
                *ok = first < (uint64_t)size;
        }
        if (last >= (uint64_t)size)
                last = (uint64_t)size - 1;
        *from = (int64_t)first;
        *n = *ok ? (int64_t)(last - first + 1) : 0;
        return true;
}

static void file_range(struct request *r, struct buf *head, struct sending *s)
{
        struct http_answer *a = &r->answer;
        bool ok;
        s->fd = a->fd;
        s->left = a->size;
        if (r->rq.status != 200)
                return;
        answer_header(head, S("Accept-Ranges"), S("bytes"));
        if (!read_range(&r->rq, a->etag, a->size, &s->at, &s->left, &ok)) {
                s->at = 0;
                s->left = a->size;
                return;
        }
        r->rq.status = ok ? 206 : 416;
        if (ok)
                buf_addf(head, "Content-Range: bytes %" PRId64 "-%" PRId64 "/%" PRId64 "\r\n",
                         s->at, s->at + s->left - 1, a->size);
        else
                buf_addf(head, "Content-Range: bytes */%" PRId64 "\r\n", a->size);
}

static struct str today(struct loop *l)
{
        int64_t now = clock_now(l->http->settings.clock) / 1000;
        if (now != l->date_s || !l->date[0]) {
                struct str text;
                struct arena a;
                arena_open(&a, 64 * 1024);
                text = date_http(&a, now * 1000);
                memcpy(l->date, text.p, text.n < sizeof l->date ? text.n : sizeof l->date - 1);
                arena_close(&a);
                l->date_s = now;
        }
        return str_of(l->date);
}

static void allow_header(struct buf *b, unsigned allow)
{
        bool first = true;
        if (allow & 1u << METHOD_GET)
                allow |= 1u << METHOD_HEAD;
        allow |= 1u << METHOD_OPTIONS;
        buf_add(b, S("Allow: "));
        for (unsigned m = 0; m <= METHOD_OPTIONS; m++) {
                if (!(allow & 1u << m))
                        continue;
                if (!first)
                        buf_add(b, S(", "));
                buf_add(b, str_of(method_name((enum method)m)));
                first = false;
        }
        buf_add(b, S("\r\n"));
}

/* What a page may load and do; a handler's own value wins. */
static void page_headers(const struct request *r, struct buf *b)
{
        static const struct {
                struct str name, value;
        } rows[] = {
                {S_ROW("Content-Security-Policy"),
                 S_ROW("default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
                       "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")},
                {S_ROW("Referrer-Policy"), S_ROW("same-origin")},
                {S_ROW("X-Frame-Options"), S_ROW("DENY")},
        };
        for (size_t i = 0; i < countof(rows); i++)
                if (!answer_has_header(r, rows[i].name))
                        answer_header(b, rows[i].name, rows[i].value);
}

static void limit_headers(const struct request *r, struct buf *b)
{
        const struct limit_state *l = &r->rate;
        if (l->count && r->rq.door == DOOR_API) {
                struct date_parts d = date_parts(l->reset_ms, 0);
                number_header(b, S("X-RateLimit-Limit"), l->count);
                number_header(b, S("X-RateLimit-Remaining"), l->left);
                buf_addf(b, "X-RateLimit-Reset: %04d-%02d-%02dT%02d:%02d:%02d.000000Z\r\n", d.year,
                         d.month, d.day, d.hour, d.minute, d.second);
        }
}

static void retry_header(const struct request *r, struct buf *b)
{
        bool limited = r->rq.status == 429 && r->rate.count;
        if ((limited || r->rq.status == 503) && !answer_has_header(r, S("Retry-After")))
                number_header(b, S("Retry-After"), limited ? r->rate.wait_s : BUSY_WAIT_S);
}

static void cache_header(const struct request *r, struct buf *b)
{
        if (answer_has_header(r, S("Cache-Control")))
                return;
        if (r->rq.door == DOOR_API || r->rq.door == DOOR_PAGE)
                buf_add(b, S("Cache-Control: private, no-store\r\n"));
        else if (r->rq.status >= 400)
                buf_add(b, S("Cache-Control: no-store\r\n"));
}

static void door_headers(const struct request *r, struct buf *b)
{
        if (r->cors && !answer_has_header(r, S("Access-Control-Allow-Origin")))
                buf_add(b, S("Access-Control-Allow-Origin: *\r\n"
                             "Access-Control-Expose-Headers: Link, X-RateLimit-Limit, "
                             "X-RateLimit-Remaining, "
                             "X-RateLimit-Reset, X-Request-Id, Mastodon-Async-Refresh\r\n"));
        buf_add(b, S("X-Content-Type-Options: nosniff\r\n"));
        if (r->answer.html || r->rq.door == DOOR_PAGE)
                page_headers(r, b);
        else if (r->rq.door == DOOR_FILE && !answer_has_header(r, S("Content-Security-Policy")))
                buf_add(b, S("Content-Security-Policy: default-src 'none'; sandbox\r\n"));
        cache_header(r, b);
        limit_headers(r, b);
        retry_header(r, b);
        if (r->loop->http->settings.https)
                buf_add(b, S("Strict-Transport-Security: max-age=31536000\r\n"));
}

static void set_body(struct request *r, struct buf *head, struct sending *s)
{
        const struct http_answer *a = &r->answer;
        s->fd = -1;
        if (a->kind == ANSWER_BUFFER)
                s->body = buf_str(&r->out);
        else if (a->kind == ANSWER_STATIC)
                s->body = a->fixed;
        else if (a->kind == ANSWER_FILE)
                file_range(r, head, s);
}

/* RFC 9110: no content in these at all. */
static bool bodiless(int status)
{
        return status < 200 || status == 204 || status == 304;
}

static void length_headers(struct request *r, struct buf *b, struct sending *s)
{
        const struct http_answer *a = &r->answer;
        if (a->kind == ANSWER_STREAM || bodiless(r->rq.status)) {
                s->body = STR_NONE;
                s->left = 0;
                return;
        }
        if (a->type)
                answer_header(b, S("Content-Type"), str_of(a->type));
        number_header(b, S("Content-Length"), (int64_t)s->body.n + (s->fd >= 0 ? s->left : 0));
        if (r->head.head_only) {
                s->body = STR_NONE;
                s->left = 0;
        }
}

void answer_build(struct request *r, struct sending *ret)
{
        struct loop *l = r->loop;
        struct buf *b = &l->head;
        struct sending s = {.fd = -1};
        buf_clear(b);
        if (!buf_room(b, 1024))
                return;
        b->n = 48; /* the status line is known only after the range was read; it goes here, flush
                      right */
        set_body(r, b, &s);
        answer_header(b, S("Date"), today(l));
        length_headers(r, b, &s);
        answer_header(b, S("X-Request-Id"), str_of(r->id));
        if (r->answer.etag.n)
                answer_header(b, S("ETag"), r->answer.etag);
        if (r->rq.status == 405 || (r->allow && r->rq.method == METHOD_OPTIONS && !r->rq.route))
                allow_header(b, r->allow);
        door_headers(r, b);
        if (r->negotiated)
                answer_header(b, S("Vary"), S("Accept"));
        for (const struct answer_header *h = r->answer.headers; h; h = h->next)
                answer_header(b, h->name, h->value);
        if (r->answer.kind == ANSWER_STREAM)
                ; /* its own Connection header is among them */
        else if (!r->conn || r->conn->last)
                buf_add(b, S("Connection: close\r\n"));
        else if (!r->head.minor)
                buf_add(b, S("Connection: keep-alive\r\n"));
        buf_add(b, S("\r\n"));
        char odd[48];
        struct str line = reason(r->rq.status);
        if (!line.n)
                line = (struct str){odd,
                                    (size_t)snprintf(odd, sizeof odd, "HTTP/1.1 %03d Status\r\n",
                                                     r->rq.status)};
        if (b->failed || line.n > 48)
                return;
        memcpy(b->p + 48 - line.n, line.p, line.n);
        s.head = (struct str){b->p + 48 - line.n, b->n - (48 - line.n)};
        *ret = s;
}
