/* A request's body, from the connection's bytes to where the route wants it: kept whole up to a
 * limit (forms, JSON, raw), streamed through the multipart reader, or thrown away. conn.c feeds it,
 * dispatch.c opens and ends it. */
#include "lib/http/server.h"
#include <unistd.h>

static struct str media_type(struct str type)
{
        return str_trim(str_cut(type, 0, str_find_char(type, ';')));
}

static void close_upload(void *p)
{
        struct upload *u = p;
        if (u->fd >= 0)
                close(u->fd);
}

static void upload_opened(void *owner, struct upload *u)
{
        req_defer(owner, close_upload, u);
}

static enum err open_multipart(struct request *r, struct str type)
{
        const struct multipart_settings s = {.params = &r->params,
                                             .temp_dir = r->loop->http->settings.temp_dir,
                                             .keep_files = (r->rq.route->flags & BODY_UPLOAD) != 0,
                                             .opened = upload_opened,
                                             .owner = &r->rq};
        r->body.kind = BODY_PARTS;
        return multipart_open(&s, type, &r->body.parts);
}

static bool is_json(struct str media)
{
        return str_eq_nocase(media, S("application/json")) ||
               (str_starts_nocase(media, S("application/")) && str_ends(media, S("+json")));
}

static enum err choose_kind(struct request *r)
{
        struct str type = req_header(&r->rq, "content-type"), media = media_type(type);
        r->body.kind = BODY_KEEP;
        if (r->rq.route->flags & BODY_RAW)
                return OK;
        if (str_eq_nocase(media, S("multipart/form-data")))
                return open_multipart(r, type);
        if (is_json(media) || str_eq_nocase(media, S("application/x-www-form-urlencoded")))
                return OK;
        return req_fail(&r->rq, ERR_MEDIA_TYPE, "Send JSON, a form or multipart/form-data.");
}

enum err body_open(struct request *r, const struct head *h)
{
        struct body *b = &r->body;
        struct str coding = req_header(&r->rq, "content-encoding");
        b->is_chunked = h->chunked;
        b->left = h->length > 0 ? h->length : 0;
        b->max = r->rq.route && r->rq.route->body_max ? (int64_t)r->rq.route->body_max
                                                      : DEFAULT_BODY_MAX;
        if (r->rq.body_max && (int64_t)r->rq.body_max < b->max)
                b->max = (int64_t)r->rq.body_max;
        if (!b->is_chunked && !b->left)
                return OK;
        b->kind = BODY_DROP;
        if (!r->rq.route || r->early)
                return OK;
        if (coding.n && !str_eq_nocase(coding, S("identity")))
                return ERR_MEDIA_TYPE; /* T050: never inflated */
        if (b->left > b->max)
                return ERR_TOO_LARGE;
        return choose_kind(r);
}

void body_drop(struct request *r)
{
        r->body.kind = BODY_DROP;
}

/* Many half-sent bodies at once must not fill the memory, however few each address may send. */
static enum err hold(struct request *r, int64_t n)
{
        struct http *h = r->loop->http;
        r->body.held += n;
        return atomic_fetch_add(&h->bodies, n) + n > h->settings.bodies_max ? ERR_BUSY : OK;
}

void body_release(struct request *r)
{
        if (r->body.held)
                atomic_fetch_sub(&r->loop->http->bodies, r->body.held);
        r->body.held = 0;
}

static enum err take(struct request *r, struct str bytes)
{
        struct body *b = &r->body;
        b->taken += (int64_t)bytes.n;
        if (b->kind == BODY_DROP)
                return b->taken > DRAIN_MAX ? ERR_TOO_LARGE : OK;
        if (b->taken > b->max)
                return ERR_TOO_LARGE;
        if (b->kind == BODY_PARTS)
                return multipart_feed(b->parts, bytes);
        TRY(hold(r, (int64_t)bytes.n));
        buf_add(&b->bytes, bytes);
        return b->bytes.failed ? ERR_FAULT : OK;
}

enum err body_read(struct request *r, struct str *in, bool *done)
{
        struct body *b = &r->body;
        struct str data;
        *done = false;
        while (b->is_chunked && in->n && !*done) {
                TRY(chunked_read(&b->chunked, in, &data, done));
                if (data.n)
                        TRY(take(r, data));
                /* A chunk that cannot fit is refused at its size, not after what did fit has come.
                 */
                if (b->kind != BODY_DROP && b->taken + (int64_t)b->chunked.left > b->max)
                        return ERR_TOO_LARGE;
        }
        if (b->is_chunked)
                return OK;
        data = str_cut(*in, 0, b->left < (int64_t)in->n ? (size_t)b->left : in->n);
        *in = str_after(*in, data.n);
        b->left -= (int64_t)data.n;
        *done = !b->left;
        return data.n ? take(r, data) : OK;
}

static enum err malformed(struct request *r, enum err e, const char *what)
{
        if (e == ERR_TOO_LARGE)
                return req_fail(&r->rq, e,
                                "There are too many parameters, or they are nested too deeply.");
        return e ? req_fail(&r->rq, e, "The %s could not be read.", what) : OK;
}

/* The complete body becomes parameters. */
enum err body_end(struct request *r)
{
        struct body *b = &r->body;
        struct str bytes = buf_str(&b->bytes);
        if (b->kind == BODY_PARTS)
                return malformed(r, multipart_end(b->parts), "form");
        if (b->kind != BODY_KEEP)
                return OK;
        if (r->rq.route->flags & BODY_RAW) {
                r->rq.body = bytes;
                return OK;
        }
        if (is_json(media_type(req_header(&r->rq, "content-type"))))
                return malformed(r, param_read_json(&r->params, bytes, (size_t)b->max), "JSON");
        return malformed(r, param_read_form(&r->params, bytes, true), "form");
}
