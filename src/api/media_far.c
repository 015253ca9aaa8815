/* GET /media/proxy/KIND/ID/KEY/FORM: a file of another server, as a copy of ours. The key, which
 * only our own entities and pages contain, proves that the address was not made up; what is fetched
 * is what the row says, never what the request says. A request whose file is not here yet waits
 * without a thread. */
#include "api/media.h"
#include "lib/http/req.h"
#include "social/far_take.h"
#include "social/scope.h"
#include "store/limits.h"

struct wanted {
        struct far_waiter w; /* first: the waiter's address is this one's */
        struct req *rq;
        struct far_file file;
        enum far_form form;
        enum err e; /* of the fetch */
};

/* Apps and pages put a portrait where there is none; for photos and emoji their words stand in. */
static enum err reply_without(struct req *rq, enum far_kind kind, enum err e)
{
        if (kind != FAR_AVATAR && kind != FAR_HEADER)
                return e;
        reply_cache(rq, "public, max-age=300");
        reply_redirect(rq, kind == FAR_AVATAR ? S("/static/avatar.png") : S("/static/missing.png"));
        return OK;
}

static void came(struct far_waiter *waiter, enum err e)
{
        struct wanted *w = (struct wanted *)waiter;
        w->e = e;
        req_resume(w->rq);
}

static void hold(struct req *rq)
{
        struct wanted *w = rq->session;
        far_take_want(rq->cx->instance->far_take, &w->file, true, &w->w);
}

static enum err forget(struct cx *cx, void *arg)
{
        const struct far_file *f = arg;
        return far_file_forget(cx, f->kind, f->owner);
}

static enum err read_row(struct cx *cx, void *arg)
{
        struct far_file *f = arg;
        return far_file_get(cx, f->kind, f->owner, f);
}

static enum err arrived(struct req *rq)
{
        struct wanted *w = rq->session;
        enum err e = w->e;
        if (!e)
                e = cx_read(rq->cx, read_row, &w->file);
        if (!e)
                e = media_send(rq, far_file_name(&w->file, w->form));
        return e == ERR_MISSING || e == ERR_REMOTE ? reply_without(rq, w->file.kind, e) : e;
}

/* The file went from the disk under its row (a backup without media, say): fetched once more. */
static enum err lost(struct req *rq)
{
        struct wanted *w = rq->session;
        TRY(cx_write(rq->cx, forget, &w->file));
        req_hold(rq, hold, arrived);
        return OK;
}

/* Servers of our own kind that ask for what lies on a third one could be sent in circles. */
static bool asks_for_another(const struct req *rq)
{
        return str_starts(req_header(rq, "user-agent"), S("Tidings/"));
}

static bool key_fits(struct req *rq, const struct far_file *f)
{
        struct str path = far_path(rq->cx, f->kind, f->owner, f->url), last = path, part;
        while (str_next(&path, '/', &part))
                last = part;
        return str_same_secret(last, req_path(rq, "key"));
}

static enum err media_far_show(struct req *rq)
{
        struct wanted *w = make(rq->arena, struct wanted);
        struct cx *cx = rq->cx;
        enum far_kind kind;
        *w = (struct wanted){.w.done = came, .rq = rq};
        if (!far_kind_read(req_path(rq, "kind"), &kind) ||
            !far_form_read(req_path(rq, "form"), &w->form) || !cx->instance->far_take)
                return ERR_MISSING;
        TRY(far_file_get(cx, kind, req_path_id(rq, "id"), &w->file));
        if (!key_fits(rq, &w->file))
                return ERR_MISSING;
        enum err e = far_file_may(cx, &w->file);
        if (e)
                return e == ERR_FAULT ? e
                                      : reply_without(rq, kind, e == ERR_DENIED ? ERR_MISSING : e);
        rq->session = w;
        if (w->file.names[FAR_FULL].n) {
                if (w->file.used_at < cx_now(cx) - FAR_TOUCH_MS)
                        far_take_used(cx->instance->far_take, kind, w->file.owner);
                e = media_send(rq, far_file_name(&w->file, w->form));
                if (e != ERR_MISSING)
                        return e;
        }
        if (asks_for_another(rq))
                return ERR_MISSING;
        if (w->file.names[FAR_FULL].n)
                req_go_on(rq, LANE_SLOW, lost);
        else
                req_hold(rq, hold, arrived);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/media/proxy/:kind/:id/:key/:form", SCOPE_NONE, LIMIT_FILE, LANE_READ,
         media_far_show, 0, 0},
};
const struct route_list MEDIA_FAR_ROUTES = {DOOR_FILE, routes, countof(routes)};
