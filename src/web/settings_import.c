/* POST /settings/import: a list from elsewhere. It is checked and kept at once; the rows are taken
 * in in the background, and /settings/export shows how far that is. What could not be taken is a
 * file of the same form, to look at or to bring again. */
#include "lib/base/die.h"
#include "social/import.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/settings.h"
#include "web/web.h"
#include <unistd.h>

struct asked {
        int64_t account;
        enum import_kind kind;
        bool overwrite;
        struct str text;
};

static enum err ask(struct cx *cx, void *arg)
{
        const struct asked *a = arg;
        return import_ask(cx, a->account, a->kind, a->overwrite, a->text);
}

static enum err read_upload(struct req *rq, const struct upload *file, struct str *ret)
{
        if (!file || !file->size)
                return fail(rq->cx, ERR_INPUT, "Choose a file first.");
        if (file->size > IMPORT_BYTES)
                return fail(rq->cx, ERR_INPUT, "The file has to be a text of at most 1 MiB.");
        char *p = make_n(rq->arena, (size_t)file->size + 1, char);
        size_t n = 0;
        while (n < (size_t)file->size) {
                ssize_t got = pread(file->fd, p + n, (size_t)file->size - n, (off_t)n);
                if (got <= 0)
                        return ERR_FAULT;
                n += (size_t)got;
        }
        *ret = (struct str){p, n};
        return OK;
}

static enum err read_kind(struct req *rq, enum import_kind *ret)
{
        struct str name = req_param(rq, "kind");
        for (int i = 0; i < IMPORT_KINDS_; i++)
                if (str_eq(name, str_of(IMPORT_WORDS[i].name))) {
                        *ret = (enum import_kind)i;
                        return OK;
                }
        return fail(rq->cx, ERR_INPUT, "Say what is in the file.");
}

static enum err take_in(struct req *rq)
{
        struct asked a = {.account = rq->viewer->account,
                          .overwrite = web_chose(rq, "mode", "overwrite")};
        enum err e = read_kind(rq, &a.kind);
        if (!e)
                e = read_upload(rq, req_file(rq, "file"), &a.text);
        if (!e)
                e = cx_write(rq->cx, ask, &a);
        if (e == ERR_INPUT) {
                struct export_page v = {
                        .kind = a.kind, .overwrite = a.overwrite, .import_error = rq->cx->fault};
                return web_export_show(rq, 422, &v);
        }
        TRY(e);
        reply_redirect(rq, S("/settings/export?done=taking"));
        return OK;
}

/* Rows that could not be taken. */
static enum err failures(struct req *rq)
{
        struct str name = req_path(rq, "file");
        struct buf b = {0};
        int64_t id;
        if (!str_ends(name, S(".csv")) || !str_to_i64(str_cut(name, 0, name.n - 4), &id))
                return ERR_MISSING;
        enum err e = import_failures(rq->cx, rq->viewer->account, id, &b);
        if (!e) {
                reply_header(rq, "Content-Disposition",
                             S("attachment; filename=\"not-taken.csv\""));
                reply_cache(rq, "private, no-store");
                reply_text(rq, 200, "text/csv; charset=utf-8", buf_str(&b));
        }
        buf_free(&b);
        return e;
}

static const struct route routes[] = {
        {"POST", "/settings/import", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_SLOW, take_in,
         BODY_UPLOAD, IMPORT_BYTES + 65536},
        {"GET", "/settings/import/:file", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, failures, 0,
         0},
};
const struct route_list WEB_SETTINGS_IMPORT_ROUTES = {DOOR_PAGE, routes, countof(routes)};
