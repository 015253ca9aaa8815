/* Photos, videos and sounds of posts: reading their rows, giving them to posts, throwing them away.
 * The files of a row that goes are only noted in media_trash here; they leave the disk after the
 * commit. Taking media in is elsewhere. */
#include "social/media.h"
#include "lib/text/unicode.h"
#include "social/far_file.h"
#include "social/ids.h"
#include "social/post.h"

#define MEDIA_COLUMNS                                                                              \
        " m.id, m.account, m.post, m.position, m.kind, m.state, m.type, m.file, m.preview, "       \
        "m.still,"                                                                                 \
        " m.preview_type, m.bytes, m.width, m.height, m.preview_width, m.preview_height, "         \
        "m.focus_x,"                                                                               \
        " m.focus_y, m.blurhash, m.description, m.animated, m.veil, m.veil_words, m.caption,"      \
        " m.veil_folds, m.stays, m.remote_url, m.created_at, "                                     \
        "m.film_picture "
#define MEDIA_OUT "iiIiiisSSSsiiiiirrSSiissiiSiS"

static const struct stmt MEDIA_GET = {
        .name = "media_get",
        .text = "SELECT" MEDIA_COLUMNS "FROM media m WHERE m.id = $1 AND (m.account = $2 OR EXISTS "
                "(SELECT 1 FROM journal_owner o WHERE o.journal = m.account AND o.account = $2 AND "
                "o.state = 1))",
        .in = "ii",
        .out = MEDIA_OUT,
};
#define MEDIA_OF_POSTS_TEXT(ids)                                                                   \
        "SELECT" MEDIA_COLUMNS "FROM " ids " CROSS JOIN media m WHERE m.post = ids.value "         \
        "ORDER BY m.post, m.position"
static const struct stmt MEDIA_OF_POSTS = {
        .name = "media_of_posts",
        .text = MEDIA_OF_POSTS_TEXT(IDS_SQLITE),
        .text_pg = MEDIA_OF_POSTS_TEXT(IDS_PG),
        .in = "s",
        .out = MEDIA_OUT,
};
static const struct stmt MEDIA_ATTACH = {
        .name = "media_attach",
        .text = "UPDATE media SET post = $1, position = $2 WHERE id = $3",
        .in = "iii",
};
static const struct stmt MEDIA_LOOSEN = {
        .name = "media_loosen",
        .text = "UPDATE media SET post = NULL WHERE post = $1",
        .in = "i",
};
static const struct stmt MEDIA_CHANGE = {
        .name = "media_change",
        .text = "UPDATE media SET description = $2, focus_x = $3, focus_y = $4 WHERE id = $1",
        .in = "iSrr",
};
#define MEDIA_TRASH_TEXT(where)                                                                    \
        "INSERT INTO media_trash (file, at) SELECT f, $2 FROM (SELECT file AS f FROM media "       \
        "WHERE " where " UNION SELECT preview FROM media WHERE " where                             \
        " UNION SELECT still FROM media WHERE " where                                              \
        ") AS files WHERE f IS NOT NULL ON CONFLICT DO NOTHING"
static const struct stmt MEDIA_TRASH_OF_POST = {
        .name = "media_trash_of_post",
        .text = MEDIA_TRASH_TEXT("post = $1"),
        .in = "ii",
};
static const struct stmt MEDIA_DELETE_OF_POST = {
        .name = "media_delete_of_post",
        .text = "DELETE FROM media WHERE post = $1",
        .in = "i",
};
static const struct stmt MEDIA_TRASH = {
        .name = "media_trash",
        .text = MEDIA_TRASH_TEXT("id = $1"),
        .in = "ii",
};
static const struct stmt MEDIA_DROP_COPIES = {
        .name = "media_drop_copies",
        .text = "DELETE FROM far_file WHERE kind IN (0, 5) AND owner IN"
                " (SELECT id FROM media WHERE post = $1)",
        .in = "i",
};
static const struct stmt MEDIA_DROP_COPY = {
        .name = "media_drop_copy",
        .text = "DELETE FROM far_file WHERE kind IN (0, 5) AND owner = $1",
        .in = "i",
};
static const struct stmt MEDIA_DELETE = {
        .name = "media_delete",
        .text = "DELETE FROM media WHERE id = $1",
        .in = "i",
};

static void read_row(struct cx *cx, struct row *r, struct media *m)
{
        m->id = row_int(r);
        m->account = row_int(r);
        m->post = row_int(r);
        m->position = row_int(r);
        m->kind = (enum media_kind)row_int(r);
        m->state = (enum media_state)row_int(r);
        m->type = row_str(r);
        m->file = row_str(r);
        m->preview = row_str(r);
        m->still = row_str(r);
        m->preview_type = row_str(r);
        m->bytes = row_int(r);
        m->width = row_int(r);
        m->height = row_int(r);
        m->preview_width = row_int(r);
        m->preview_height = row_int(r);
        m->focus_x = row_real(r);
        m->focus_y = row_real(r);
        m->blurhash = row_str(r);
        m->description = row_str(r);
        m->animated = row_int(r) != 0;
        m->veil = (enum veil)row_int(r);
        m->veil_words = row_str(r);
        m->caption = row_str(r);
        m->veil_folds = row_int(r) != 0;
        m->stays = row_int(r) != 0;
        m->remote_url = row_str(r);
        m->created_at = row_int(r);
        m->film_picture = row_str(r);
        if (m->remote_url.n) {
                m->file = m->preview = m->still = STR_NONE;
                m->far = far_path(cx, FAR_PHOTO, m->id, m->remote_url);
                if (m->film_picture.n)
                        m->far_picture = far_path(cx, FAR_FILM, m->id, m->film_picture);
        }
}

struct media_offer media_offered(const struct media *m)
{
        if (m->stays && m->kind == MEDIA_IMAGE && m->preview.n && !m->far.n)
                return (struct media_offer){m->preview, m->preview_type, m->preview_width,
                                            m->preview_height};
        return (struct media_offer){m->file, m->type, m->width, m->height};
}

enum err media_get(struct cx *cx, const struct viewer *by, int64_t id, struct media **ret)
{
        struct row r;
        TRY(db_one(cx->db, &MEDIA_GET, cx->arena, BIND(V(id), V(by->account)), &r));
        struct media *m = make(cx->arena, struct media);
        read_row(cx, &r, m);
        TRY(row_end(&r));
        *ret = m;
        return OK;
}

enum err media_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct media **ret,
                        size_t *n_ret)
{
        size_t size = 16, got = 0;
        struct media *v = make_n(cx->arena, size, struct media);
        struct row r;
        TRY(db_all(cx->db, &MEDIA_OF_POSTS, cx->arena, BIND(V(ids_json(cx->arena, posts, n))), &r));
        while (row_next(&r)) {
                if (got == size) {
                        struct media *more = make_n(cx->arena, size * 2, struct media);
                        memcpy(more, v, got * sizeof *v);
                        v = more;
                        size *= 2;
                }
                read_row(cx, &r, &v[got++]);
        }
        TRY(row_end(&r));
        *ret = v;
        *n_ret = got;
        return OK;
}

enum err media_check(struct cx *cx, int64_t account, int64_t post, const int64_t *ids, size_t n)
{
        const struct viewer owner = {.account = account};
        size_t films = 0;
        if (n > (size_t)cx->settings->photos_per_post)
                return fail_field(cx, "media_ids", ERR_INPUT,
                                  "Validation failed: Cannot attach more than %d files",
                                  (int)cx->settings->photos_per_post);
        for (size_t i = 0; i < n; i++) {
                struct media *m;
                if (ids_find(ids, i, ids[i]) < i)
                        return fail_field(cx, "media_ids", ERR_INPUT,
                                          "Validation failed: The same file is attached twice");
                TRY(media_get(cx, &owner, ids[i], &m));
                if (m->post && m->post != post)
                        return fail(cx, ERR_MISSING, "Record not found");
                if (m->state == MEDIA_IN_WORK)
                        return fail_field(cx, "media_ids", ERR_INPUT,
                                          "Cannot attach files that have not finished processing. "
                                          "Try again in a moment.");
                if (m->state == MEDIA_FAILED)
                        return fail_field(cx, "media_ids", ERR_INPUT,
                                          "Cannot attach a file that could not be read.");
                films += m->kind == MEDIA_VIDEO || m->kind == MEDIA_AUDIO || m->kind == MEDIA_GIFV;
        }
        if (films && n > 1)
                return fail_field(cx, "media_ids", ERR_INPUT,
                                  "Validation failed: Cannot attach a video to a post that already "
                                  "contains images");
        return OK;
}

enum err media_attach(struct cx *cx, int64_t post, const int64_t *ids, size_t n)
{
        TRY(db_run(cx->db, &MEDIA_LOOSEN, BIND(V(post)), NULL));
        for (size_t i = 0; i < n; i++)
                TRY(db_run(cx->db, &MEDIA_ATTACH, BIND(V(post), V(i), V(ids[i])), NULL));
        return OK;
}

bool media_read_focus(struct str focus, double *x, double *y)
{
        struct str left;
        return str_next(&focus, ',', &left) && str_to_double(str_trim(left), x) &&
               str_to_double(str_trim(focus), y) && *x >= -1 && *x <= 1 && *y >= -1 && *y <= 1;
}

enum err media_change(struct cx *cx, const struct viewer *by, int64_t id, struct str description,
                      struct str focus)
{
        struct media *m;
        TRY(media_get(cx, by, id, &m));
        if (description.p) {
                if (!text_clean(cx->arena, description, &m->description))
                        return fail_field(cx, "description", ERR_INPUT,
                                          "The description is not readable text.");
                m->description = str_trim(m->description);
                if (utf8_count(m->description) > MEDIA_DESCRIPTION_MAX)
                        return fail_field(cx, "description", ERR_INPUT,
                                          "Validation failed: Description is too long (maximum is "
                                          "%d characters)",
                                          MEDIA_DESCRIPTION_MAX);
                if (!m->description.n)
                        m->description = STR_NONE;
        }
        if (focus.n && !media_read_focus(focus, &m->focus_x, &m->focus_y))
                return fail_field(cx, "focus", ERR_INPUT,
                                  "The focus is two numbers from -1 to 1, such as 0.0,0.5.");
        TRY(db_run(cx->db, &MEDIA_CHANGE,
                   BIND(V(id), V(m->description), V(m->focus_x), V(m->focus_y)), NULL));
        if (m->post)
                cx_event(cx, EVENT_POST_CHANGED, 0, m->post);
        return OK;
}

enum err media_drop_of_post(struct cx *cx, int64_t post)
{
        TRY(db_run(cx->db, &MEDIA_TRASH_OF_POST, BIND(V(post), V(cx_now(cx))), NULL));
        TRY(db_run(cx->db, &MEDIA_DROP_COPIES, BIND(V(post)), NULL));
        return db_run(cx->db, &MEDIA_DELETE_OF_POST, BIND(V(post)), NULL);
}

enum err media_drop(struct cx *cx, int64_t id)
{
        TRY(db_run(cx->db, &MEDIA_TRASH, BIND(V(id), V(cx_now(cx))), NULL));
        TRY(db_run(cx->db, &MEDIA_DROP_COPY, BIND(V(id)), NULL));
        return db_run(cx->db, &MEDIA_DELETE, BIND(V(id)), NULL);
}

const struct stmt_list MEDIA_STATEMENTS = {
        (const struct stmt *const[]){&MEDIA_GET, &MEDIA_OF_POSTS, &MEDIA_ATTACH, &MEDIA_LOOSEN,
                                     &MEDIA_CHANGE, &MEDIA_TRASH_OF_POST, &MEDIA_DELETE_OF_POST,
                                     &MEDIA_TRASH, &MEDIA_DELETE, &MEDIA_DROP_COPIES,
                                     &MEDIA_DROP_COPY},
        11,
};
