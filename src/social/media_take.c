/* Photos in: api and web call media_take from the SLOW lane. Nothing the client says about the file
 * is believed: not its name, not its type. The row is written last, so a crash leaves at most files
 * without a row, which the sweep removes. */
#include "social/media_take.h"
#include "lib/text/unicode.h"
#include "social/account.h"
#include "store/files.h"
#include <unistd.h>

enum { LOOSE_DAYS = 1, TIDY_BATCH = 200 };

/* The two or three files the box writes to. */
struct outputs {
        int full, preview, still;
};

static void forget(struct cx *cx, struct outputs *o)
{
        int *fds[] = {&o->full, &o->preview, &o->still};
        for (size_t i = 0; i < countof(fds); i++)
                if (*fds[i] >= 0) {
                        files_forget(cx->instance->files, *fds[i]);
                        *fds[i] = -1;
                }
}

static enum err refuse(struct cx *cx, enum picture_why why)
{
        enum err e = why == PICTURE_TOO_HEAVY ? ERR_TOO_LARGE : ERR_INPUT;
        return fail_field(cx, "file", e, "%s", picture_why_text(why));
}

static enum err open_outputs(struct cx *cx, struct outputs *o)
{
        struct str unused;
        *o = (struct outputs){-1, -1, -1};
        TRY(files_new(cx->instance->files, cx->arena, "x", &o->full, &unused));
        TRY(files_new(cx->instance->files, cx->arena, "x", &o->preview, &unused));
        return files_new(cx->instance->files, cx->arena, "x", &o->still, &unused);
}

/* The name carries the kind that came out of the box, so it is made only now. */
static enum err keep(struct cx *cx, int *fd, const struct photobox_file *f, struct str *name)
{
        int fresh = -1;
        const char *extension = picture_extension(f->kind);
        TRY(files_new(cx->instance->files, cx->arena, extension ? extension : "bin", &fresh, name));
        files_forget(cx->instance->files, fresh);
        int own = *fd;
        *fd = -1;
        return files_keep(cx->instance->files, own, *name);
}

static enum err keep_all(struct cx *cx, struct outputs *o, struct media_renditions *r)
{
        r->still = STR_NONE;
        TRY(keep(cx, &o->full, &r->about.full, &r->full));
        TRY(keep(cx, &o->preview, &r->about.preview, &r->preview));
        if (r->about.still.kind != PICTURE_NONE)
                TRY(keep(cx, &o->still, &r->about.still, &r->still));
        return OK;
}

enum err media_render(struct cx *cx, const struct upload *file, enum photobox_mode mode,
                      struct media_renditions *r)
{
        struct picture_header header;
        enum picture_why why = PICTURE_FINE;
        struct outputs o;
        if (!cx->instance->photobox)
                return fail(cx, ERR_BUSY, "Pictures cannot be taken in right now.");
        if (file->size > cx->settings->image_bytes)
                return refuse(cx, PICTURE_TOO_HEAVY);
        if (photobox_check(file->fd, &header, &why))
                return refuse(cx, why);
        enum err e = open_outputs(cx, &o);
        if (!e) {
                e = photobox_picture(cx->instance->photobox, file->fd, mode, o.full, o.preview,
                                     o.still, &r->about);
                if (e == ERR_INPUT)
                        e = refuse(cx, r->about.why);
        }
        if (!e)
                e = keep_all(cx, &o, r);
        forget(cx, &o);
        return e;
}

enum err media_take_picture(struct cx *cx, const struct upload *file, bool away,
                            enum photobox_mode mode, struct account_picture *ret)
{
        struct media_renditions r = {0};
        ret->given = away;
        if (!file || !file->size)
                return OK;
        TRY(media_render(cx, file, mode, &r));
        *ret = (struct account_picture){.given = true,
                                        .name = r.full,
                                        .still = r.still.n ? r.still : r.full,
                                        .portrait = r.preview,
                                        .type = str_of(picture_mime(r.about.full.kind))};
        return OK;
}

static const struct stmt MEDIA_ADD = {
        .name = "media_add",
        .text = "INSERT INTO media (id, account, kind, type, preview_type, file, preview, still, "
                "bytes, width, height,"
                " preview_width, preview_height, focus_x, focus_y, blurhash, description, "
                "animated, created_at, stays)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
                "$17, $18, $19, COALESCE((SELECT photos_stay FROM login WHERE account = $2), 0))",
        .in = "iiissssSiiiiirrsSii",
        .out = "",
};

struct adding {
        int64_t account, id;
        struct media_renditions r;
        double focus_x, focus_y;
        struct str description;
};

static enum err add_row(struct cx *cx, void *arg)
{
        const struct adding *m = arg;
        const struct photobox_result *b = &m->r.about;
        return db_run(
                cx->db, &MEDIA_ADD,
                BIND(V(m->id), V(m->account), V(MEDIA_IMAGE), V(str_of(picture_mime(b->full.kind))),
                     V(str_of(picture_mime(b->preview.kind))), V(m->r.full), V(m->r.preview),
                     V(m->r.still), V(b->full.bytes), V(b->full.width), V(b->full.height),
                     V(b->preview.width), V(b->preview.height), V(m->focus_x), V(m->focus_y),
                     V(str_of(b->blurhash)), V(m->description), V(b->animated), V(cx_now(cx))),
                NULL);
}

enum err media_take(struct cx *cx, const struct viewer *by, const struct upload *file,
                    struct str description, struct str focus, int64_t *ret)
{
        struct adding m = {.account = by->account, .description = STR_NONE};
        if (!file)
                return fail_field(cx, "file", ERR_INPUT, "Validation failed: File can't be blank");
        if (description.n && !text_clean(cx->arena, description, &m.description))
                return fail_field(cx, "description", ERR_INPUT,
                                  "The description is not valid text.");
        if (utf8_count(m.description) > MEDIA_DESCRIPTION_MAX)
                return fail_field(cx, "description", ERR_INPUT,
                                  "The description can be at most %d characters long.",
                                  MEDIA_DESCRIPTION_MAX);
        if (focus.n && !media_read_focus(focus, &m.focus_x, &m.focus_y))
                return fail_field(cx, "focus", ERR_INPUT,
                                  "The focus takes two numbers from -1 to 1, like 0.2,-0.4.");
        TRY(media_render(cx, file, PHOTOBOX_PHOTO, &m.r));
        m.id = cx_id(cx);
        TRY(cx_write(cx, add_row, &m));
        *ret = m.id;
        return OK;
}

static const struct stmt TRASH_ADD = {
        .name = "media_trash_add",
        .text = "INSERT INTO media_trash (file, at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "si",
        .out = "",
};

enum err media_trash(struct cx *cx, struct str name)
{
        return name.n ? db_run(cx->db, &TRASH_ADD, BIND(V(name), V(cx_now(cx))), NULL) : OK;
}

static const struct stmt TRASH_LIST = {
        .name = "media_trash_list",
        .text = "SELECT file FROM media_trash LIMIT 200",
        .in = "",
        .out = "s",
        .scans = true, /* the table holds only what waits to be removed */
};
static const struct stmt TRASH_DONE = {
        .name = "media_trash_done",
        .text = "DELETE FROM media_trash WHERE file = $1",
        .in = "s",
        .out = "",
};

static enum err list_trash(struct cx *cx, void *arg)
{
        return db_texts(cx->db, &TRASH_LIST, cx->arena, NO_BIND, TIDY_BATCH, arg);
}

static enum err empty_done(struct cx *cx, void *arg)
{
        const struct str_list *l = arg;
        for (size_t i = 0; i < l->n; i++)
                TRY(db_run(cx->db, &TRASH_DONE, BIND(V(l->v[i])), NULL));
        return OK;
}

enum err media_empty_trash(struct cx *cx, int64_t *removed)
{
        struct str_list l = {0};
        *removed = 0;
        TRY(cx_read(cx, list_trash, &l));
        if (!l.n)
                return OK;
        for (size_t i = 0; i < l.n; i++)
                TRY(files_remove(cx->instance->files, l.v[i]));
        *removed = (int64_t)l.n;
        return cx_write(cx, empty_done, &l);
}

static const struct stmt LOOSE_OLD = {
        .name = "media_loose_old",
        .text = "SELECT m.id FROM media m WHERE m.post IS NULL AND m.id < $1 AND NOT EXISTS"
                " (SELECT 1 FROM scheduled s WHERE s.account = m.account) AND NOT EXISTS"
                " (SELECT 1 FROM draft d WHERE d.account = m.account) ORDER BY m.id LIMIT 200",
        .in = "i",
        .out = "i",
};

enum err media_tidy(struct cx *cx, int64_t *dropped)
{
        int64_t before = (cx_now(cx) - (int64_t)LOOSE_DAYS * 24 * 3600 * 1000) << 16,
                ids[TIDY_BATCH];
        size_t n = 0;
        TRY(db_ints(cx->db, &LOOSE_OLD, BIND(V(before)), ids, TIDY_BATCH, &n));
        for (size_t i = 0; i < n; i++)
                TRY(media_drop(cx, ids[i]));
        *dropped = (int64_t)n;
        return OK;
}

static const struct stmt *const statements[] = {&MEDIA_ADD, &TRASH_ADD, &TRASH_LIST, &TRASH_DONE,
                                                &LOOSE_OLD};
const struct stmt_list MEDIA_TAKE_STATEMENTS = {statements, countof(statements)};
