/* Serves what is embedded in the program. Under the name with the content's hash a file may be kept
 * for ever; under its plain name (apps know /static/avatar.png and /static/missing.png) for a day.
 */
#include "web/static.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/cx.h"
#include "store/limits.h"
#include "web/web.h"
#include <assert.h>
#include <fcntl.h>
#include <unistd.h>

static const struct static_file *file_named(struct str name)
{
        for (size_t i = 0; i < STATIC_FILES_COUNT; i++)
                if (str_eq(name, str_of(STATIC_FILES[i].name)))
                        return &STATIC_FILES[i];
        return NULL;
}

const char *web_static(const char *name)
{
        const struct static_file *f = file_named(str_of(name));
        assert(f);
        return f->path;
}

static enum err send_file(struct req *rq, const struct static_file *f, const char *cache)
{
        reply_cache(rq, cache);
        if (!reply_not_changed(rq, str_of(f->etag)))
                reply_static(rq, 200, f->type, (struct str){(const char *)f->bytes, f->n});
        return OK;
}

static enum err web_static_show(struct req *rq)
{
        struct str name = req_path(rq, "name");
        const struct static_file *f = file_named(name);
        if (f)
                return send_file(rq, f, "public, max-age=86400");
        for (size_t i = 0; i < STATIC_FILES_COUNT; i++)
                if (str_eq(name, str_after(str_of(STATIC_FILES[i].path), sizeof("/static/") - 1)))
                        return send_file(rq, &STATIC_FILES[i],
                                         "public, max-age=31536000, immutable");
        return ERR_MISSING;
}

static enum err web_static_icon(struct req *rq)
{
        return send_file(rq, file_named(S("icon.png")), "public, max-age=86400");
}

/* The administrator's own file, when there is one. It is read each time, so that a change holds at
 * once. */
static bool own_robots(struct req *rq, struct str *ret)
{
        enum { MOST = 64 * 1024 };
        const char *name = str_z(rq->arena, rq->cx->settings->robots_file);
        char *text = make_n(rq->arena, MOST, char);
        int fd = open(name, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, text, MOST);
        if (fd >= 0)
                close(fd);
        *ret = (struct str){text, n > 0 ? (size_t)n : 0};
        return n >= 0;
}

static enum err web_static_robots(struct req *rq)
{
        struct str text;
        if (rq->cx->settings->robots_file.n && own_robots(rq, &text)) {
                reply_cache(rq, "public, max-age=3600");
                reply_text(rq, 200, "text/plain; charset=utf-8", text);
                return OK;
        }
        return send_file(rq, file_named(S("robots.txt")), "public, max-age=86400");
}

static const struct route routes[] = {
        {"GET", "/static/:name", SCOPE_NONE, LIMIT_FILE, LANE_READ, web_static_show, 0, 0},
        {"GET", "/favicon.ico", SCOPE_NONE, LIMIT_FILE, LANE_READ, web_static_icon, 0, 0},
        {"GET", "/apple-touch-icon.png", SCOPE_NONE, LIMIT_FILE, LANE_READ, web_static_icon, 0, 0},
        {"GET", "/robots.txt", SCOPE_NONE, LIMIT_FILE, LANE_READ, web_static_robots, 0, 0},
};
const struct route_list WEB_STATIC_ROUTES = {DOOR_FILE, routes, sizeof(routes) / sizeof(routes[0])};
