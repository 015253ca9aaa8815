/* POST /api/v1|v2/media and what follows until the post is written; GET /media/NAME. A photo is
 * decoded within the request, so the answer is 200 with its url, not 202. */
#include "api/media.h"
#include "api/post_json.h"
#include "lib/http/req.h"
#include "social/media_take.h"
#include "social/scope.h"
#include "store/files.h"
#include "store/limits.h"

struct upload_input {
        struct upload *file;
        struct str description, focus;
};

static const struct field upload_fields[] = {
        {"file", F_FILE, offsetof(struct upload_input, file), 0},
        {"description", F_STR, offsetof(struct upload_input, description), 0},
        {"focus", F_STR, offsetof(struct upload_input, focus), 64},
};

static enum err show(struct req *rq, int64_t id)
{
        struct media *m;
        TRY(media_get(rq->cx, rq->viewer, id, &m));
        api_media_json(reply_json(rq, m->state == MEDIA_IN_WORK ? 206 : 200), NULL, rq->cx, m);
        return OK;
}

/* POST: takes in one picture. */
static enum err api_media_create(struct req *rq)
{
        struct upload_input in = {0};
        int64_t id;
        TRY(req_read(rq, upload_fields, countof(upload_fields), &in));
        TRY(media_take(rq->cx, rq->viewer, in.file, in.description, in.focus, &id));
        return show(rq, id);
}

static enum err api_media_show(struct req *rq)
{
        return show(rq, req_path_id(rq, "id"));
}

/* PUT: description and focus, before or after posting. */
static enum err api_media_update(struct req *rq)
{
        struct upload_input in = {0};
        TRY(req_read(rq, upload_fields, countof(upload_fields), &in));
        TRY(media_change(rq->cx, rq->viewer, req_path_id(rq, "id"), in.description, in.focus));
        return show(rq, req_path_id(rq, "id"));
}

/* DELETE: only what no post holds. */
static enum err api_media_delete(struct req *rq)
{
        struct media *m;
        TRY(media_get(rq->cx, rq->viewer, req_path_id(rq, "id"), &m));
        if (m->post)
                return fail(rq->cx, ERR_INPUT, "Media attachment is currently used by a status");
        TRY(media_drop(rq->cx, m->id));
        reply_empty_object(rq);
        return OK;
}

static const struct {
        const char *extension, *type;
} types[] = {
        {".jpg", "image/jpeg"},  {".png", "image/png"},   {".webp", "image/webp"},
        {".gif", "image/gif"},   {".avif", "image/avif"}, {".mp4", "video/mp4"},
        {".webm", "video/webm"}, {".mp3", "audio/mpeg"},  {".ogg", "audio/ogg"},
};

enum err media_send(struct req *rq, struct str name)
{
        const char *type = NULL;
        int fd;
        int64_t size;
        for (size_t i = 0; i < countof(types) && !type; i++)
                if (str_ends(name, str_of(types[i].extension)))
                        type = types[i].type;
        if (!type)
                return ERR_MISSING;
        TRY(files_read(rq->cx->instance->files, name, &fd, &size));
        reply_header(rq, "Content-Security-Policy", S("default-src 'none'; sandbox"));
        reply_header(rq, "X-Content-Type-Options", S("nosniff"));
        /* Pictures are found on their pages or not at all: no post's wish has to be looked up here.
         */
        reply_header(rq, "X-Robots-Tag", S("noindex, noarchive, noimageindex, nosnippet"));
        reply_header(rq, "Cross-Origin-Resource-Policy", S("cross-origin"));
        reply_header(rq, "Access-Control-Allow-Origin", S("*"));
        reply_cache(rq, "public, max-age=604800, immutable");
        reply_file(rq, fd, size, type, str_cut(name, 0, str_find_char(name, '.')));
        return OK;
}

/* GET /media/NAME: a stored file. The name is 128 random bits and known only to those who may see
 * the post. */
static enum err media_file(struct req *rq)
{
        return media_send(rq, req_path(rq, "name"));
}

enum {
        UPLOAD_MAX = 64 << 20
}; /* the settings' own limits are checked by the rules; this one ends the reading */

static const struct route routes[] = {
        {"POST", "/api/v1/media", SCOPE_WRITE_MEDIA, LIMIT_MEDIA, LANE_SLOW, api_media_create,
         BODY_UPLOAD, UPLOAD_MAX},
        {"POST", "/api/v2/media", SCOPE_WRITE_MEDIA, LIMIT_MEDIA, LANE_SLOW, api_media_create,
         BODY_UPLOAD, UPLOAD_MAX},
        {"GET", "/api/v1/media/:id", SCOPE_WRITE_MEDIA, LIMIT_READ, LANE_READ, api_media_show, 0,
         0},
        {"PUT", "/api/v1/media/:id", SCOPE_WRITE_MEDIA, LIMIT_WRITE, LANE_WRITE, api_media_update,
         BODY_UPLOAD, UPLOAD_MAX},
        {"PATCH", "/api/v1/media/:id", SCOPE_WRITE_MEDIA, LIMIT_WRITE, LANE_WRITE, api_media_update,
         BODY_UPLOAD, UPLOAD_MAX},
        {"DELETE", "/api/v1/media/:id", SCOPE_WRITE_MEDIA, LIMIT_DELETE, LANE_WRITE,
         api_media_delete, 0, 0},
};
const struct route_list API_MEDIA_ROUTES = {DOOR_API, routes, countof(routes)};

static const struct route files[] = {
        {"GET", "/media/:name", SCOPE_NONE, LIMIT_FILE, LANE_READ, media_file, 0, 0},
};
const struct route_list MEDIA_FILE_ROUTES = {DOOR_FILE, files, countof(files)};
