/* The doors of live updates: one WebSocket for many streams at /api/v1/streaming, and server-sent
 * events at the sub-paths. */
#include "api/streaming.h"
#include "api/streaming_hub.h"
#include "lib/base/die.h"
#include "lib/text/json.h"
#include "social/list.h"
#include "social/scope.h"
#include "social/tag.h"
#include "store/limits.h"
#include <stdlib.h>

static struct str secret_of(struct req *rq)
{
        struct str h = req_header(rq, "authorization"),
                   p = req_header(rq, "sec-websocket-protocol");
        if (str_starts_nocase(h, S("Bearer ")))
                return str_trim(str_after(h, 7));
        return p.n ? p : req_param(rq, "access_token");
}

/* What a subscription needs to be allowed: a list must be one's own, a hashtag must be one. */
static enum err read_subscription(struct cx *cx, const struct viewer *by, enum stream_kind kind,
                                  struct str tag, struct str list, struct subscription *ret)
{
        *ret = (struct subscription){.kind = kind};
        if (kind == STREAM_HASHTAG || kind == STREAM_HASHTAG_LOCAL) {
                struct str folded;
                TRY(tag_fold(cx, tag, &folded));
                folded = str_cut(folded, 0, sizeof ret->tag);
                memcpy(ret->tag, folded.p, folded.n);
                ret->tag_n = folded.n;
        }
        if (kind == STREAM_LIST) {
                struct list *l;
                if (!str_to_i64(list, &ret->list))
                        return ERR_MISSING;
                TRY(list_get(cx, by->account, ret->list, &l));
        }
        return OK;
}

static struct listener *listener_make(struct req *rq)
{
        struct listener *l = must_alloc(1, sizeof *l);
        struct str secret = secret_of(rq);
        l->hub = streaming_hub;
        l->viewer = *rq->viewer;
        l->viewer.locale = STR_NONE; /* lives in the request's arena */
        if (secret.n < sizeof l->secret) {
                memcpy(l->secret, secret.p, secret.n);
                l->secret_n = secret.n;
        }
        return l;
}

static void on_closed(void *owner)
{
        streaming_leave(owner);
}

static void send_error(struct stream *s, const char *sentence)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_z(&j, "error", sentence);
        json_int(&j, "status", 400);
        json_end(&j);
        stream_send(s, buf_str(&b));
        buf_free(&b);
}

struct frame {
        struct listener *listener;
        struct str type, stream, tag, list;
};

static enum err take_frame(struct cx *cx, void *arg)
{
        const struct frame *f = arg;
        struct listener *l = f->listener;
        struct subscription s;
        enum stream_kind kind;
        if (!stream_kind_read(f->stream, &kind) ||
            read_subscription(cx, &l->viewer, kind, f->tag, f->list, &s))
                return ERR_INPUT;
        if (str_eq(f->type, S("unsubscribe")))
                streaming_unsubscribe(l, &s);
        else if (!str_eq(f->type, S("subscribe")) || !streaming_subscribe(l, &s))
                return ERR_INPUT;
        return OK;
}

/* {"type":"subscribe","stream":"hashtag","tag":"boats"}; what is no JSON is ignored, as in
 * Mastodon. */
static void on_message(void *owner, struct stream *stream, struct str text)
{
        struct listener *l = owner;
        struct arena a;
        const struct json_value *v;
        arena_open(&a, 4 << 20);
        if (!json_read(&a, text, NULL, &v, NULL)) {
                const struct json_value *list = json_get(v, "list");
                struct frame f = {l, json_get_text(v, "type"), json_get_text(v, "stream"),
                                  json_get_text(v, "tag"), STR_NONE};
                f.list = list ? list->text : STR_NONE;
                if (streaming_ask(l->hub, &a, take_frame, &f))
                        send_error(stream, "Unknown stream type");
        }
        arena_close(&a);
}

static const struct stream_hooks hooks = {.message = on_message, .closed = on_closed};

static enum err join(struct req *rq, struct listener *l, bool socket)
{
        /* The hub knows the listener only once its stream is open; until then nobody else sees it.
         */
        enum err e = socket ? stream_websocket(rq, req_header(rq, "sec-websocket-protocol"), &hooks,
                                               l, &l->stream)
                            : stream_events(rq, &hooks, l, &l->stream);
        if (e) {
                free(l);
                return e;
        }
        if (!streaming_join(l->hub, l))
                stream_close(l->stream, 1008);
        return OK;
}

static enum err open_socket(struct req *rq)
{
        struct str name = req_param(rq, "stream");
        struct listener *l = listener_make(rq);
        enum stream_kind kind;
        if (name.n && stream_kind_read(name, &kind) &&
            !read_subscription(rq->cx, rq->viewer, kind, req_param(rq, "tag"),
                               req_param(rq, "list"), &l->subscriptions[0]))
                l->n = 1;
        return join(rq, l, true);
}

static enum err open_events(struct req *rq, enum stream_kind kind)
{
        struct subscription s;
        TRY(read_subscription(rq->cx, rq->viewer, kind, req_param(rq, "tag"), req_param(rq, "list"),
                              &s));
        struct listener *l = listener_make(rq);
        l->subscriptions[0] = s;
        l->n = 1;
        return join(rq, l, false);
}

/* GET /api/v1/streaming: a WebSocket; or events, with ?stream=. */
static enum err api_streaming(struct req *rq)
{
        enum stream_kind kind;
        if (!streaming_hub)
                return ERR_BUSY;
        if (stream_wanted(rq))
                return open_socket(rq);
        if (!stream_kind_read(req_param(rq, "stream"), &kind))
                return fail(rq->cx, ERR_INPUT, "Unknown stream type");
        return open_events(rq, kind);
}

/* GET /api/v1/streaming/public/local and its like: the path names the stream; ?only_media=true
 * narrows it. */
static enum err api_streaming_path(struct req *rq)
{
        struct str name = str_replace(rq->arena, req_path(rq, "name"), S("/"), S(":"));
        enum stream_kind kind;
        if (str_eq(name, S("health"))) {
                reply_static(rq, 200, "text/plain; charset=utf-8", S("OK"));
                return OK;
        }
        if (str_eq(req_param(rq, "only_media"), S("true")))
                name = str_join(rq->arena, name, S(":media"));
        if (!streaming_hub || !stream_kind_read(name, &kind))
                return ERR_MISSING;
        if (!rq->viewer->account)
                return ERR_NO_TOKEN;
        return stream_wanted(rq) ? open_socket(rq) : open_events(rq, kind);
}

#define STREAM_SCOPES (SCOPE_READ_STATUSES | SCOPE_READ_NOTIFICATIONS | SCOPE_ALL_OF)

static const struct route routes[] = {
        {"GET", "/api/v1/streaming", STREAM_SCOPES, LIMIT_READ, LANE_READ, api_streaming,
         ROUTE_STREAM, 0},
        {"GET", "/api/v1/streaming/*name", SCOPE_OPTIONAL | STREAM_SCOPES, LIMIT_READ, LANE_READ,
         api_streaming_path, ROUTE_STREAM, 0},
};
const struct route_list API_STREAMING_ROUTES = {DOOR_API, routes, countof(routes)};
