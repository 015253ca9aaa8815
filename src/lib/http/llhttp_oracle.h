/* Node's llhttp as a second opinion for the fuzz targets, where Debian's node-llhttp is installed:
 * it reads one whole message and tells what it saw. */
#pragma once
#include "lib/base/buf.h"

#if __has_include("/usr/share/include/llhttp/llhttp.h")
#define HAVE_LLHTTP 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include "/usr/share/include/llhttp/llhttp.h"
#pragma GCC diagnostic pop

struct oracle {
        llhttp_t parser; /* first: callbacks are given this */
        struct buf url, body;
        size_t headers;
        bool head_done, done;
        bool chunked, keep_alive;
        int method, minor;
        uint64_t length;
};

static int oracle_url(llhttp_t *p, const char *at, size_t n)
{
        buf_add(&((struct oracle *)p)->url, (struct str){at, n});
        return 0;
}

static int oracle_body(llhttp_t *p, const char *at, size_t n)
{
        buf_add(&((struct oracle *)p)->body, (struct str){at, n});
        return 0;
}

static int oracle_header(llhttp_t *p)
{
        struct oracle *o = (struct oracle *)p;
        if (!o->head_done)
                o->headers++;
        return 0;
}

static int oracle_head_done(llhttp_t *p)
{
        struct oracle *o = (struct oracle *)p;
        o->head_done = true;
        o->method = p->method;
        o->minor = p->http_minor;
        o->chunked = (p->flags & F_CHUNKED) != 0;
        o->length = p->content_length;
        o->keep_alive = llhttp_should_keep_alive(p);
        return 0;
}

static int oracle_done(llhttp_t *p)
{
        ((struct oracle *)p)->done = true;
        return HPE_PAUSED;
}

/* Reads the bytes; *used gets how many belong to the first message when it is complete. */
static llhttp_errno_t oracle_read(struct oracle *o, struct str bytes, size_t *used)
{
        static llhttp_settings_t s;
        llhttp_settings_init(&s);
        s.on_url = oracle_url;
        s.on_body = oracle_body;
        s.on_header_value_complete = oracle_header;
        s.on_headers_complete = oracle_head_done;
        s.on_message_complete = oracle_done;
        *o = (struct oracle){0};
        llhttp_init(&o->parser, HTTP_REQUEST, &s);
        llhttp_errno_t e = llhttp_execute(&o->parser, bytes.p, bytes.n);
        *used = e == HPE_OK ? bytes.n : (size_t)(llhttp_get_error_pos(&o->parser) - bytes.p);
        return e;
}

static void oracle_free(struct oracle *o)
{
        buf_free(&o->url);
        buf_free(&o->body);
}
#endif
