/* Copies of other servers' files: their addresses, their rows. See far_file.h. Asked by the route
 * that serves them and by far_take.c, which fetches; entities and pages only write addresses.
 *
 * The names of a copy stand in the row it belongs to (a photo's, an account's...), so that whatever
 * drops that row also drops the files; far_file keeps how large and how used each is. */
#include "social/far_file.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/base/rand.h"
#include "lib/text/url.h"
#include "social/account.h"
#include "social/media_take.h"
#include "social/server_policy.h"
#include "store/secret.h"

enum { KEY_BYTES = 16 };

/* What all kinds answer with: address, server, kind, full, small, still, last use. */
#define FAR_GET(columns, rows, number, owner)                                                      \
        "SELECT " columns ", COALESCE(f.used_at, 0) FROM " rows                                    \
        " LEFT JOIN far_file f ON f.kind = " number " AND f.owner = " owner " WHERE " owner        \
        " = $1"
#define FAR_OUT                                                                                    \
        "Ssi"                                                                                      \
        "SSSi"
static const struct stmt PHOTO_GET = {
        .name = "far_photo_get",
        .text = FAR_GET("m.remote_url, a.domain, m.kind, m.file,"
                        " CASE WHEN m.film_picture IS NULL THEN m.preview END,"
                        " CASE WHEN m.film_picture IS NULL THEN m.still END",
                        "media m JOIN account a ON a.id = m.account", "0",
                        "m.id") " AND a.suspended_at IS NULL",
        .in = "i",
        .out = FAR_OUT,
};
static const struct stmt AVATAR_GET = {
        .name = "far_avatar_get",
        .text = FAR_GET("a.avatar_remote, a.domain, 1, a.avatar, a.avatar_portrait,"
                        " a.avatar_static",
                        "account a", "1", "a.id") " AND a.suspended_at IS NULL",
        .in = "i",
        .out = FAR_OUT,
};
static const struct stmt HEADER_GET = {
        .name = "far_header_get",
        .text = FAR_GET("a.header_remote, a.domain, 1, a.header, CAST(NULL AS TEXT),"
                        " a.header_static",
                        "account a", "2", "a.id") " AND a.suspended_at IS NULL",
        .in = "i",
        .out = FAR_OUT,
};
static const struct stmt EMOJI_GET = {
        .name = "far_emoji_get",
        .text = FAR_GET("e.remote_url, e.domain, 1, e.file, CAST(NULL AS TEXT), e.still", "emoji e",
                        "3", "e.id"),
        .in = "i",
        .out = FAR_OUT,
};
static const struct stmt LINK_GET = {
        .name = "far_link_get",
        .text = FAR_GET("l.image_url, '', 1, l.file, l.preview, CAST(NULL AS TEXT)", "link_card l",
                        "4", "l.id"),
        .in = "i",
        .out = FAR_OUT,
};

/* The video has its own copy; these are the names it leaves free. */
static const struct stmt FILM_GET = {
        .name = "far_film_get",
        .text = FAR_GET("m.film_picture, a.domain, 1, m.still, m.preview, CAST(NULL AS TEXT)",
                        "media m JOIN account a ON a.id = m.account", "5",
                        "m.id") " AND a.suspended_at IS NULL",
        .in = "i",
        .out = FAR_OUT,
};

/* Copies are only put where the address is still the one that was asked. */
static const struct stmt PHOTO_SET = {
        .name = "far_photo_set",
        .text = "UPDATE media SET file = $3, preview = COALESCE($4, preview),"
                " still = COALESCE($5, still), type = $6,"
                " preview_type = CASE WHEN $7 = '' THEN preview_type ELSE $7 END, bytes = $8, "
                "width = CASE WHEN $9 > 0 THEN $9 ELSE width END,"
                " height = CASE WHEN $10 > 0 THEN $10 ELSE height END, preview_width ="
                " CASE WHEN $11 > 0 THEN $11 ELSE preview_width END, preview_height ="
                " CASE WHEN $12 > 0 THEN $12 ELSE preview_height END, blurhash = "
                "COALESCE(blurhash, $13), animated = $14"
                " WHERE id = $1 AND remote_url = $2 RETURNING COALESCE(post, 0)",
        .in = "isSSSssiiiiiSi",
        .out = "i",
};
static const struct stmt PHOTO_CLEAR = {
        .name = "far_photo_clear",
        .text = "UPDATE media SET file = NULL, bytes = 0,"
                " preview = CASE WHEN film_picture IS NULL THEN NULL ELSE preview END,"
                " still = CASE WHEN film_picture IS NULL THEN NULL ELSE still END"
                " WHERE id = $1 AND remote_url IS NOT NULL",
        .in = "i",
};
static const struct stmt AVATAR_SET = {
        .name = "far_avatar_set",
        .text = "UPDATE account SET avatar = $3, avatar_portrait = $4, avatar_static = $5,"
                " avatar_type = $6 WHERE id = $1 AND avatar_remote = $2 RETURNING 0",
        .in = "isSSSS",
        .out = "i",
};
static const struct stmt HEADER_SET = {
        .name = "far_header_set",
        .text = "UPDATE account SET header = $3, header_static = $4, header_type = $5"
                " WHERE id = $1 AND header_remote = $2 RETURNING 0",
        .in = "isSSS",
        .out = "i",
};
static const struct stmt EMOJI_SET = {
        .name = "far_emoji_set",
        .text = "UPDATE emoji SET file = $3, still = $4, type = $5"
                " WHERE id = $1 AND remote_url = $2 RETURNING 0",
        .in = "isSSs",
        .out = "i",
};
static const struct stmt LINK_SET = {
        .name = "far_link_set",
        .text = "UPDATE link_card SET file = $3, preview = $4,"
                " width = CASE WHEN $5 > 0 THEN $5 ELSE width END,"
                " height = CASE WHEN $6 > 0 THEN $6 ELSE height END,"
                " blurhash = COALESCE($7, blurhash) WHERE id = $1 AND image_url = $2 RETURNING 0",
        .in = "isSSiiS",
        .out = "i",
};

static const struct stmt FILM_SET = {
        .name = "far_film_set",
        .text = "UPDATE media SET still = $3, preview = $4, preview_type = $5, preview_width = $6,"
                " preview_height = $7, blurhash = COALESCE(blurhash, $8)"
                " WHERE id = $1 AND film_picture = $2 RETURNING COALESCE(post, 0)",
        .in = "isSSsiiS",
        .out = "i",
};

static const struct stmt ROW_PUT = {
        .name = "far_file_put",
        .text = "INSERT INTO far_file (kind, owner, bytes, taken_at, used_at)"
                " VALUES ($1, $2, $3, $4, $4) ON CONFLICT (kind, owner)"
                " DO UPDATE SET bytes = $3, taken_at = $4, used_at = $4",
        .in = "iiii",
};
static const struct stmt ROW_TOUCH = {
        .name = "far_file_touch",
        .text = "UPDATE far_file SET used_at = $3 WHERE kind = $1 AND owner = $2",
        .in = "iii",
};
static const struct stmt ROW_DROP = {
        .name = "far_file_drop",
        .text = "DELETE FROM far_file WHERE kind = $1 AND owner = $2",
        .in = "ii",
};
static const struct stmt TOTAL = {
        .name = "far_file_total",
        .text = "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM far_file",
        .out = "i",
        .scans = true, /* once, when the server starts; the table is as long as the disk is large */
};
static const struct stmt OLDEST = {
        .name = "far_file_oldest",
        .text = "SELECT kind, owner, bytes FROM far_file WHERE used_at > 0 ORDER BY used_at LIMIT "
                "$1",
        .in = "i",
        .out = "iii",
};
static const struct stmt LIST = {
        .name = "far_file_list",
        .text = "SELECT kind, owner FROM far_file WHERE (kind, owner) > ($1, $2)"
                " ORDER BY kind, owner LIMIT $3",
        .in = "iii",
        .out = "ii",
};

/* ---- addresses ---- */

static const char *const kind_words[FAR_KINDS] = {"photo", "avatar", "header",
                                                  "emoji", "link",   "film"};
static const char *const form_words[FAR_FORMS] = {"full", "small", "still"};

bool far_kind_read(struct str word, enum far_kind *ret)
{
        for (enum far_kind k = 0; k < FAR_KINDS; k++)
                if (str_eq(word, str_of(kind_words[k]))) {
                        *ret = k;
                        return true;
                }
        return false;
}

bool far_form_read(struct str word, enum far_form *ret)
{
        for (enum far_form k = 0; k < FAR_FORMS; k++)
                if (str_eq(word, str_of(form_words[k]))) {
                        *ret = k;
                        return true;
                }
        return false;
}

/* A new address elsewhere gives a new one here, so what is here may be kept for ever. */
struct str far_path(struct cx *cx, enum far_kind kind, int64_t owner, struct str url)
{
        struct arena *a = cx->arena;
        const struct str secret = {(const char *)cx->instance->far_key, FAR_KEY_BYTES};
        struct str what =
                str_fmt(a, "%s %lld %.*s", kind_words[kind], (long long)owner, STR_ARG(url));
        struct str key = base64url_encode(a, str_cut(hmac_sha256(a, secret, what), 0, KEY_BYTES));
        return str_fmt(a, "/media/proxy/%s/%lld/%.*s", kind_words[kind], (long long)owner,
                       STR_ARG(key));
}

struct str far_form_path(struct arena *a, struct str path, enum far_form form)
{
        return path.n ? str_fmt(a, "%.*s/%s", STR_ARG(path), form_words[form]) : STR_NONE;
}

struct str far_url(struct cx *cx, struct str path, enum far_form form)
{
        return str_join(cx->arena, cx->settings->url, far_form_path(cx->arena, path, form));
}

static enum err fresh_key(struct cx *cx, struct str *ret)
{
        unsigned char key[FAR_KEY_BYTES];
        rand_bytes(key, sizeof key);
        *ret = hex_encode(cx->arena, (struct str){(char *)key, sizeof key});
        return OK;
}

enum err far_file_open(struct cx *cx)
{
        struct str hex, key;
        TRY(secret_open(cx, "media-proxy-key", fresh_key, &hex));
        if (!hex_decode(cx->arena, hex, &key) || key.n != FAR_KEY_BYTES)
                return ERR_FAULT;
        memcpy(cx->instance->far_key, key.p, FAR_KEY_BYTES);
        return OK;
}

/* ---- rows ---- */

static const struct stmt *const getters[FAR_KINDS] = {&PHOTO_GET, &AVATAR_GET, &HEADER_GET,
                                                      &EMOJI_GET, &LINK_GET,   &FILM_GET};

enum err far_file_get(struct cx *cx, enum far_kind kind, int64_t owner, struct far_file *ret)
{
        struct row r;
        *ret = (struct far_file){.kind = kind, .owner = owner};
        TRY(db_one(cx->db, getters[kind], cx->arena, BIND(V(owner)), &r));
        ret->url = row_str(&r);
        ret->domain = row_str(&r);
        ret->is = (enum media_kind)row_int(&r);
        for (size_t i = 0; i < FAR_FORMS; i++)
                ret->names[i] = row_str(&r);
        ret->used_at = row_int(&r);
        TRY(row_end(&r));
        return ret->url.n ? OK : ERR_MISSING;
}

struct str far_file_name(const struct far_file *f, enum far_form form)
{
        return f->names[form].n ? f->names[form] : f->names[FAR_FULL];
}

static bool wants_none(const struct server_policy *p)
{
        return p->no_media || p->severity == SERVER_REFUSED;
}

/* Both the server that named it and the one where it lies: media have hosts of their own. */
static enum err look_at_servers(struct cx *cx, const struct far_file *f, bool *refused)
{
        struct server_policy policy = {0};
        struct url u;
        *refused = !url_read(cx->arena, f->url, &u) || !url_is_http(&u);
        if (*refused)
                return OK;
        TRY(server_policy_said(cx, url_host_port(cx->arena, &u), &policy));
        *refused = wants_none(&policy);
        if (*refused || !f->domain.n)
                return OK;
        TRY(server_policy_get(cx, f->domain, &policy));
        *refused = wants_none(&policy);
        return OK;
}

enum err far_file_may(struct cx *cx, const struct far_file *f)
{
        bool refused;
        TRY(look_at_servers(cx, f, &refused));
        if (refused)
                return ERR_DENIED;
        return f->names[FAR_FULL].n ? OK : far_file_missed(cx, f->url);
}

/* ---- keeping ---- */

static enum err set(struct cx *cx, const struct far_file *f, const struct far_copy *c,
                    int64_t *post)
{
        const struct stmt *s = NULL;
        struct value v[16];
        size_t n = 0;
        v[n++] = V(f->owner);
        v[n++] = V(f->url);
        v[n++] = V(c->names[FAR_FULL]);
        switch (f->kind) {
        case FAR_PHOTO:
        case FAR_KINDS:
                s = &PHOTO_SET;
                v[n++] = V(c->names[FAR_SMALL]);
                v[n++] = V(c->names[FAR_STILL]);
                v[n++] = V(c->type);
                v[n++] = V(c->small_type.p ? c->small_type : S(""));
                v[n++] = V(c->full_bytes);
                v[n++] = V(c->width);
                v[n++] = V(c->height);
                v[n++] = V(c->small_width);
                v[n++] = V(c->small_height);
                v[n++] = V(c->blurhash);
                v[n++] = V(c->animated);
                break;
        case FAR_AVATAR:
                s = &AVATAR_SET;
                v[n++] = V(c->names[FAR_SMALL]);
                v[n++] = V(c->names[FAR_STILL]);
                v[n++] = V(c->type);
                break;
        case FAR_HEADER:
                s = &HEADER_SET;
                v[n++] = V(c->names[FAR_STILL]);
                v[n++] = V(c->type);
                break;
        case FAR_EMOJI:
                s = &EMOJI_SET;
                v[n++] = V(c->names[FAR_STILL]);
                v[n++] = V(c->type);
                break;
        case FAR_FILM:
                s = &FILM_SET;
                v[n++] = V(c->names[FAR_SMALL]);
                v[n++] = V(c->small_type.p ? c->small_type : S(""));
                v[n++] = V(c->small_width);
                v[n++] = V(c->small_height);
                v[n++] = V(c->blurhash);
                break;
        case FAR_LINK:
                s = &LINK_SET;
                v[n++] = V(c->names[FAR_SMALL]);
                v[n++] = V(c->width);
                v[n++] = V(c->height);
                v[n++] = V(c->blurhash);
                break;
        }
        return db_int(cx->db, s, v, n, post);
}

enum err far_file_keep(struct cx *cx, const struct far_file *f, const struct far_copy *c)
{
        struct far_file now;
        int64_t post;
        enum err e = far_file_get(cx, f->kind, f->owner, &now);
        if (e == ERR_MISSING || (!e && (!str_eq(now.url, f->url) || now.names[FAR_FULL].n)))
                return ERR_GONE;
        TRY(e);
        TRY(set(cx, f, c, &post));
        TRY(db_run(cx->db, &ROW_PUT, BIND(V(f->kind), V(f->owner), V(c->bytes), V(cx_now(cx))),
                   NULL));
        if (post)
                cx_event(cx, EVENT_POST_CHANGED, 0, post);
        return OK;
}

static enum err clear(struct cx *cx, const struct far_file *f)
{
        const struct far_copy none = {.type = f->kind == FAR_EMOJI ? S("") : STR_NONE};
        int64_t unused;
        return f->kind == FAR_PHOTO ? db_run(cx->db, &PHOTO_CLEAR, BIND(V(f->owner)), NULL)
                                    : set(cx, f, &none, &unused);
}

enum err far_file_forget(struct cx *cx, enum far_kind kind, int64_t owner)
{
        struct far_file f;
        enum err e = far_file_get(cx, kind, owner, &f);
        if (e && e != ERR_MISSING)
                return e;
        for (size_t i = 0; i < FAR_FORMS && !e; i++)
                TRY(media_trash(cx, f.names[i]));
        if (!e && f.names[FAR_FULL].n)
                TRY(clear(cx, &f));
        return db_run(cx->db, &ROW_DROP, BIND(V(kind), V(owner)), NULL);
}

enum err far_file_touch(struct cx *cx, enum far_kind kind, int64_t owner)
{
        return db_run(cx->db, &ROW_TOUCH, BIND(V(kind), V(owner), V(cx_now(cx))), NULL);
}

enum err far_file_total(struct cx *cx, int64_t *ret)
{
        return db_int(cx->db, &TOTAL, NO_BIND, ret);
}

enum err far_file_evict(struct cx *cx, int64_t bytes, int64_t *freed)
{
        struct far_row v[FAR_EVICT_BATCH];
        int64_t sizes[FAR_EVICT_BATCH];
        size_t n = 0;
        struct row r;
        *freed = 0;
        TRY(db_all(cx->db, &OLDEST, NULL, BIND(V(FAR_EVICT_BATCH)), &r));
        while (n < FAR_EVICT_BATCH && row_next(&r)) {
                v[n].kind = (enum far_kind)row_int(&r);
                v[n].owner = row_int(&r);
                sizes[n++] = row_int(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n && *freed < bytes; i++) {
                TRY(far_file_forget(cx, v[i].kind, v[i].owner));
                *freed += sizes[i];
        }
        return OK;
}

enum err far_file_list(struct cx *cx, struct far_row after, struct far_row *ret, size_t most,
                       size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &LIST, NULL, BIND(V(after.kind), V(after.owner), V((int64_t)most)), &r));
        while (*n < most && row_next(&r)) {
                ret[*n].kind = (enum far_kind)row_int(&r);
                ret[(*n)++].owner = row_int(&r);
        }
        return row_end(&r);
}

static const struct stmt *const statements[] = {
        &PHOTO_GET,  &AVATAR_GET, &HEADER_GET, &EMOJI_GET,   &LINK_GET, &PHOTO_SET, &AVATAR_SET,
        &HEADER_SET, &EMOJI_SET,  &LINK_SET,   &FILM_GET,    &FILM_SET, &ROW_PUT,   &ROW_TOUCH,
        &ROW_DROP,   &TOTAL,      &OLDEST,     &PHOTO_CLEAR, &LIST};
const struct stmt_list FAR_FILE_STATEMENTS = {statements, countof(statements)};
