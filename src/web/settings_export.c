/* /settings/export: a copy of everything, put together in the background and fetched here for a
 * week; each list as a CSV file, at once. People whose account is closed still reach these pages:
 * what they wrote stays theirs. */
#include "lib/base/die.h"
#include "social/export.h"
#include "social/export_rows.h"
#include "social/mailing.h"
#include "social/scope.h"
#include "store/download.h"
#include "store/files.h"
#include "store/limits.h"
#include "web/settings.h"
#include "web/settings_export.html.h"
#include "web/web.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { KB = 1000, MB = 1000 * 1000, PART_BYTES = 16 << 20 };

static struct str size_words(struct arena *a, int64_t bytes)
{
        if (bytes < MB)
                return str_fmt(a, "%lld kB", (long long)bytes / KB + 1);
        if (bytes < 100 * MB)
                return str_fmt(a, "%.1f MB", (double)bytes / MB);
        return str_fmt(a, "%lld MB", (long long)bytes / MB);
}

enum err web_export_load(struct cx *cx, int64_t account, struct export_page *v)
{
        struct export *last;
        int64_t when;
        TRY(export_last(cx, account, &last));
        v->last = last;
        v->may_ask = export_may_ask(cx, last, &when);
        v->mails = mailing_possible(cx);
        if (last)
                v->size = size_words(cx->arena, last->bytes);
        return OK;
}

enum err web_export_show(struct req *rq, int status, struct export_page *given)
{
        struct web_page p = {0};
        struct html *h;
        struct export_page v = *given;
        TRY(web_export_load(rq->cx, rq->viewer->account, &v));
        TRY(import_list(rq->cx, rq->viewer->account, v.imports, &v.n_imports));
        TRY(settings_open(rq, status, "export", &p, &h));
        web_settings_export(h, &p, &v);
        return web_close(h, &p);
}

static enum err page(struct req *rq)
{
        return web_export_show(rq, 200, &(struct export_page){0});
}

static enum err ask(struct req *rq)
{
        enum err e = export_ask(rq->cx, rq->viewer->account);
        if (e == ERR_INPUT)
                return web_export_show(rq, 422, &(struct export_page){.error = rq->cx->fault});
        TRY(e);
        reply_redirect(rq, S("/settings/export?done=copying"));
        return OK;
}

/* ---- files ---- */

struct archive {
        int64_t account, id;
        struct export *found;
};

static enum err find(struct cx *cx, void *arg)
{
        struct archive *a = arg;
        return export_get(cx, a->account, a->id, &a->found);
}

static void as_file(struct req *rq, struct str name)
{
        reply_header(rq, "Content-Disposition",
                     str_fmt(rq->arena, "attachment; filename=\"%.*s\"", STR_ARG(name)));
        reply_cache(rq, "private, no-store");
}

static enum err send_archive(struct req *rq, int64_t id)
{
        struct archive a = {.account = rq->viewer->account, .id = id};
        int fd;
        int64_t size;
        TRY(cx_read(rq->cx, find, &a));
        TRY(download_read(rq->cx, EXPORT_FILE, id, &fd, &size));
        as_file(rq, str_fmt(rq->arena, "tidings-%lld.zip", (long long)id));
        reply_file(rq, fd, size, "application/zip", STR_NONE);
        return OK;
}

static enum err into_file(struct export_sink *s, struct str bytes)
{
        int fd = *(int *)s->of;
        while (bytes.n) {
                ssize_t n = write(fd, bytes.p, bytes.n);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return ERR_FULL;
                bytes = str_after(bytes, (size_t)n);
        }
        return OK;
}

static enum err write_list(struct req *rq, const struct export_file *f, int fd)
{
        struct arena part;
        struct cx cx = *rq->cx;
        struct export_sink to = {into_file, &fd};
        cx.arena = &part;
        arena_open(&part, PART_BYTES);
        enum err e = export_rows(&cx, f, rq->viewer->account, true, &to);
        arena_close(&part);
        return e;
}

/* Through a temporary file: some people follow very many. */
static enum err send_list(struct req *rq, const struct export_file *f)
{
        struct str dir = files_temp_dir(rq->cx->instance->files);
        int fd = open(str_z(rq->arena, dir), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0)
                return ERR_FULL;
        enum err e = write_list(rq, f, fd);
        off_t size = e ? 0 : lseek(fd, 0, SEEK_END);
        if (e) {
                close(fd);
                return e;
        }
        as_file(rq, str_of(f->name));
        reply_file(rq, fd, size, "text/csv; charset=utf-8", STR_NONE);
        return OK;
}

static enum err file(struct req *rq)
{
        struct str name = req_path(rq, "file");
        int64_t id;
        if (str_ends(name, S(".zip")) && str_to_i64(str_cut(name, 0, name.n - 4), &id))
                return send_archive(rq, id);
        for (size_t i = 0; i < EXPORT_FILES_COUNT; i++)
                if (EXPORT_FILES[i].words && str_eq(name, str_of(EXPORT_FILES[i].name)))
                        return send_list(rq, &EXPORT_FILES[i]);
        return ERR_MISSING;
}

#define ALSO_CLOSED SCOPE_PAGE_SIGNED_IN | SCOPE_ANY_STATE
static const struct route routes[] = {
        {"GET", "/settings/export", ALSO_CLOSED, LIMIT_PAGE, LANE_READ, page, 0, 0},
        {"POST", "/settings/export", ALSO_CLOSED, LIMIT_WRITE, LANE_WRITE, ask, 0, 0},
        {"GET", "/settings/export/:file", ALSO_CLOSED, LIMIT_PAGE, LANE_SLOW, file, 0, 0},
};
const struct route_list WEB_SETTINGS_EXPORT_ROUTES = {DOOR_PAGE, routes, countof(routes)};
