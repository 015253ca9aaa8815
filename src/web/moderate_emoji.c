/* /moderation/emoji: the custom emoji of this server. A picture is taken in by the box, like every
 * other, before its row is written. */
#include "lib/base/die.h"
#include "social/media_take.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/moderate.h"
#include "web/moderate_texts.html.h"
#include "web/web.h"

enum { BODY_BYTES = 1 << 20 /* a small picture */ };

static enum err show(struct req *rq, int status, struct emoji_page *v)
{
        struct emoji_row *rows;
        TRY(emoji_rows(rq->cx, &rows, &v->n));
        v->v = rows;
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, status, "emoji", &p, &h));
        web_moderate_emoji(h, &p, v);
        return web_close(h, &p);
}

static enum err emoji_page(struct req *rq)
{
        struct emoji_page v = {0};
        return show(rq, 200, &v);
}

struct adding {
        const struct viewer *by;
        struct emoji_draft draft;
};

static enum err check(struct cx *cx, void *arg)
{
        return emoji_check(cx, ((const struct adding *)arg)->draft.shortcode);
}

static enum err write_one(struct cx *cx, void *arg)
{
        const struct adding *a = arg;
        return emoji_add(cx, a->by, &a->draft);
}

struct wrong {
        struct req *rq;
        struct emoji_page page;
};

static enum err show_wrong(struct cx *cx, void *arg)
{
        struct wrong *w = arg;
        (void)cx;
        return show(w->rq, 422, &w->page);
}

static enum err take(struct req *rq, struct adding *a)
{
        struct upload *file = req_file(rq, "picture");
        struct media_renditions r;
        TRY(cx_read(rq->cx, check, a));
        if (!file || !file->size)
                return fail(rq->cx, ERR_INPUT, "Choose a picture.");
        TRY(media_render(rq->cx, file, PHOTOBOX_EMOJI, &r));
        a->draft.file = r.full;
        a->draft.still = r.preview; /* the same, still */
        a->draft.type = str_of(picture_mime(r.about.full.kind));
        return cx_write(rq->cx, write_one, a);
}

static enum err emoji_new(struct req *rq)
{
        struct str name = str_trim(req_param(rq, "shortcode"));
        if (name.n > 2 && name.p[0] == ':' && name.p[name.n - 1] == ':')
                name = str_cut(name, 1, name.n - 2);
        struct adding a = {rq->viewer, {.shortcode = name, .category = req_param(rq, "category")}};
        enum err e = take(rq, &a);
        if (e == ERR_INPUT) {
                struct wrong w = {
                        rq,
                        {.shortcode = name, .category = a.draft.category, .error = rq->cx->fault}};
                return cx_read(rq->cx, show_wrong, &w);
        }
        TRY(e);
        return moderate_done(rq, rq->path, "made");
}

static enum err emoji_change_one(struct req *rq)
{
        int64_t id = req_path_id(rq, "id");
        if (str_eq(req_param(rq, "do"), S("delete"))) {
                TRY(emoji_drop(rq->cx, rq->viewer, id));
        } else {
                enum err e = emoji_change(rq->cx, rq->viewer, id, req_param(rq, "category"),
                                          str_eq(req_param(rq, "offered"), S("yes")),
                                          str_eq(req_param(rq, "off"), S("yes")));
                if (e == ERR_INPUT) {
                        struct emoji_page v = {.error = rq->cx->fault};
                        return show(rq, 422, &v);
                }
                TRY(e);
        }
        return moderate_done(rq, S("/moderation/emoji"), "saved");
}

static const struct route routes[] = {
        {"GET", "/moderation/emoji", SCOPE_PAGE_OWNER, LIMIT_PAGE, LANE_READ, emoji_page, 0, 0},
        {"POST", "/moderation/emoji", SCOPE_PAGE_OWNER, LIMIT_MEDIA, LANE_SLOW, emoji_new,
         BODY_UPLOAD, BODY_BYTES},
        {"POST", "/moderation/emoji/:id", SCOPE_PAGE_OWNER, LIMIT_WRITE, LANE_WRITE,
         emoji_change_one, 0, 0},
};
const struct route_list WEB_MODERATE_EMOJI_ROUTES = {DOOR_PAGE, routes, countof(routes)};
