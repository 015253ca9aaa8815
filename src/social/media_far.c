/* Rows for attachments and custom emoji of other servers: see post_far.h. Only addresses are kept;
 * far_file.c has the copies. */
#include "social/media_take.h"
#include "social/post_far.h"

static const struct stmt FIND = {
        .name = "media_far_find",
        .text = "SELECT id FROM media WHERE post = $1 AND remote_url = $2 LIMIT 1",
        .in = "is",
        .out = "i",
};
static const struct stmt ADD = {
        .name = "media_far_add",
        .text = "INSERT INTO media (id, account, kind, type, width, height, focus_x, focus_y,"
                " blurhash, description, remote_url, created_at, film_picture, caption)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        .in = "iiisiirrSSsiSs",
};
static const struct stmt CHANGE = {
        .name = "media_far_change",
        .text = "UPDATE media SET description = $2, focus_x = $3, focus_y = $4, caption = $5 WHERE "
                "id = $1",
        .in = "iSrrs",
};
static const struct stmt EMOJI = {
        .name = "emoji_far_get",
        .text = "SELECT id, remote_url, updated_at, file, still FROM emoji WHERE domain = $1"
                " AND shortcode = $2",
        .in = "ss",
        .out = "iSiSS",
};
static const struct stmt EMOJI_ADD = {
        .name = "emoji_far_add",
        .text = "INSERT INTO emoji (id, shortcode, domain, remote_url, updated_at)"
                " VALUES ($1, $2, $3, $4, $5)",
        .in = "isssi",
};
static const struct stmt EMOJI_CHANGE = {
        .name = "emoji_far_change",
        .text = "UPDATE emoji SET remote_url = $2, updated_at = $3, file = NULL, still = NULL"
                " WHERE id = $1",
        .in = "isi",
};

enum err media_far_need(struct cx *cx, int64_t account, int64_t post, const struct media_far *m,
                        int64_t *id)
{
        struct row r;
        bool found = false;
        struct str caption = m->caption.p ? m->caption : S("");
        if (post)
                TRY(db_find(cx->db, &FIND, NULL, BIND(V(post), V(m->url)), &r, &found));
        if (found) {
                *id = row_int(&r);
                TRY(row_end(&r));
                return db_run(
                        cx->db, &CHANGE,
                        BIND(V(*id), V(m->description), V(m->focus_x), V(m->focus_y), V(caption)),
                        NULL);
        }
        *id = cx_id(cx);
        return db_run(cx->db, &ADD,
                      BIND(V(*id), V(account), V(m->kind), V(m->type.p ? m->type : S("")),
                           V(m->width), V(m->height), V(m->focus_x), V(m->focus_y), V(m->blurhash),
                           V(m->description), V(m->url), V(cx_now(cx)), V(m->picture), V(caption)),
                      NULL);
}

enum err emoji_far_seen(struct cx *cx, struct str domain, struct str shortcode, struct str url,
                        int64_t updated_at)
{
        struct row r;
        bool found;
        TRY(db_find(cx->db, &EMOJI, cx->arena, BIND(V(domain), V(shortcode)), &r, &found));
        if (!found)
                return db_run(cx->db, &EMOJI_ADD,
                              BIND(V(cx_id(cx)), V(shortcode), V(domain), V(url), V(updated_at)),
                              NULL);
        int64_t id = row_int(&r);
        struct str url_before = row_str(&r);
        int64_t before = row_int(&r);
        struct str file = row_str(&r), still = row_str(&r);
        TRY(row_end(&r));
        /* An older post must not bring an older picture back. */
        if (str_eq(url_before, url) ? updated_at <= before : updated_at < before)
                return OK;
        TRY(media_trash(cx, file));
        TRY(media_trash(cx, still));
        return db_run(cx->db, &EMOJI_CHANGE, BIND(V(id), V(url), V(updated_at)), NULL);
}

static const struct stmt *const statements[] = {&FIND,  &ADD,       &CHANGE,
                                                &EMOJI, &EMOJI_ADD, &EMOJI_CHANGE};
const struct stmt_list MEDIA_FAR_STATEMENTS = {statements, countof(statements)};
