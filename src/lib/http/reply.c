/* What handlers answer with. Nothing is sent here: the answer is noted in the request and leaves
 * when the request is finished, so a handler that fails halfway takes everything back. */
#include "lib/base/log.h"
#include "lib/http/server.h"
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static struct request *of(struct req *rq)
{
        return (struct request *)rq;
}

/* Starts a body of the given kind; one begun before is forgotten. */
static struct http_answer *begin(struct req *rq, enum answer_kind kind, int status,
                                 const char *type)
{
        struct http_answer *a = &of(rq)->answer;
        rq->status = status;
        a->kind = kind;
        a->type = type;
        a->html = false;
        a->not_changed = false;
        buf_clear(rq->out);
        return a;
}

struct json *reply_json(struct req *rq, int status)
{
        begin(rq, ANSWER_BUFFER, status, "application/json; charset=utf-8");
        json_open(&of(rq)->json, rq->out);
        return &of(rq)->json;
}

struct html *reply_html(struct req *rq, int status)
{
        begin(rq, ANSWER_BUFFER, status, "text/html; charset=utf-8")->html = true;
        of(rq)->html = (struct html){.out = rq->out, .arena = rq->arena};
        return &of(rq)->html;
}

void reply_text(struct req *rq, int status, const char *type, struct str body)
{
        begin(rq, ANSWER_BUFFER, status, type);
        buf_add(rq->out, body);
}

void reply_static(struct req *rq, int status, const char *type, struct str body)
{
        begin(rq, ANSWER_STATIC, status, type)->fixed = body;
}

void reply_empty_object(struct req *rq)
{
        reply_text(rq, 200, "application/json; charset=utf-8", S("{}"));
}

/* Path of ours: no host can hide in it (T021). */
static bool own_path(struct str path)
{
        if (!str_starts(path, S("/")) || str_starts(path, S("//")))
                return false;
        for (size_t i = 0; i < path.n; i++)
                if ((unsigned char)path.p[i] <= ' ' || path.p[i] == 0x7f || path.p[i] == '\\')
                        return false;
        return true;
}

/* Letters beyond ASCII are escaped: header values have no agreed encoding. */
static struct str ascii(struct arena *a, struct str path)
{
        struct buf b = {0};
        for (size_t i = 0; i < path.n; i++) {
                if ((unsigned char)path.p[i] < 0x80)
                        buf_add_char(&b, path.p[i]);
                else
                        buf_addf(&b, "%%%02X", (unsigned char)path.p[i]);
        }
        return buf_take(a, &b);
}

static void redirect(struct req *rq, int status, struct str to)
{
        begin(rq, ANSWER_BUFFER, status, "text/plain; charset=utf-8");
        reply_header(rq, "Location", to);
}

void reply_redirect(struct req *rq, struct str path)
{
        redirect(rq, 303, own_path(path) ? ascii(rq->arena, path) : S("/"));
}

void reply_redirect_out(struct req *rq, struct str url)
{
        redirect(rq, 302, url);
}

static void close_fd(void *p)
{
        close(*(int *)p);
}

void reply_file(struct req *rq, int fd, int64_t size, const char *type, struct str etag)
{
        struct http_answer *a = begin(rq, ANSWER_FILE, 200, type);
        int *kept = make(rq->arena, int);
        *kept = fd;
        req_defer(rq, close_fd, kept);
        a->fd = fd;
        a->size = size;
        if (etag.n && reply_not_changed(rq, etag))
                a->kind = ANSWER_NONE;
}

static bool value_ok(struct str v)
{
        for (size_t i = 0; i < v.n; i++)
                if ((unsigned char)v.p[i] < ' ' || v.p[i] == 0x7f)
                        return false;
        return true;
}

static void add_header(struct req *rq, struct str name, struct str value)
{
        struct http_answer *a = &of(rq)->answer;
        if (!value_ok(value) || !head_is_token(name)) {
                log_event(LOG_WARN, "header_dropped", LOG_S("name", name),
                          LOG_Z("request", rq->id));
                return;
        }
        struct answer_header *h = make(rq->arena, struct answer_header);
        h->name = str_dup(rq->arena, name);
        h->value = str_dup(rq->arena, value);
        *a->last = h;
        a->last = &h->next;
}

void reply_header(struct req *rq, const char *name, struct str value)
{
        struct http_answer *a = &of(rq)->answer;
        struct str wanted = str_of(name);
        struct answer_header **at = &a->headers;
        while (*at) {
                if (str_eq_nocase((*at)->name, wanted))
                        *at = (*at)->next;
                else
                        at = &(*at)->next;
        }
        a->last = at;
        if (value.p)
                add_header(rq, wanted, value);
}

/* RFC 6265 section 4.1.1: what a cookie's value may hold. */
static bool cookie_ok(struct str v)
{
        for (size_t i = 0; i < v.n; i++) {
                unsigned char c = (unsigned char)v.p[i];
                if (c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\')
                        return false;
        }
        return true;
}

void reply_cookie(struct req *rq, const char *name, struct str value, int64_t max_age_s)
{
        bool https = of(rq)->loop->http->settings.https;
        if (!cookie_ok(value) || !head_is_token(str_of(name))) {
                log_event(LOG_WARN, "cookie_dropped", LOG_Z("name", name),
                          LOG_Z("request", rq->id));
                return;
        }
        add_header(rq, S("Set-Cookie"),
                   str_fmt(rq->arena, "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                           name, STR_ARG(value), (long long)max_age_s, https ? "; Secure" : ""));
}

static struct str quoted(struct req *rq, struct str etag)
{
        if (str_starts(etag, S("\"")) || str_starts(etag, S("W/")))
                return etag;
        return str_fmt(rq->arena, "\"%.*s\"", STR_ARG(etag));
}

bool reply_not_changed(struct req *rq, struct str etag)
{
        struct http_answer *a = &of(rq)->answer;
        a->etag = quoted(rq, etag);
        if (!value_ok(a->etag) || (rq->method != METHOD_GET && rq->method != METHOD_HEAD) ||
            !answer_etag_matches(rq, a->etag))
                return false;
        struct str kept = a->etag;
        begin(rq, ANSWER_NONE, 304, NULL)->not_changed = true;
        a->etag = kept;
        return true;
}

void reply_cache(struct req *rq, const char *cache_control)
{
        reply_header(rq, "Cache-Control", str_of(cache_control));
}

enum err req_fail(struct req *rq, enum err e, const char *format, ...)
{
        char text[512];
        va_list ap;
        va_start(ap, format);
        vsnprintf(text, sizeof text, format, ap);
        va_end(ap);
        rq->fault = str_dup(rq->arena, str_of(text));
        return e;
}

void req_defer(struct req *rq, void (*f)(void *), void *p)
{
        struct defer *d = make(rq->arena, struct defer);
        *d = (struct defer){of(rq)->defers, f, p};
        of(rq)->defers = d;
}
