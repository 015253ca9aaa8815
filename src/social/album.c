/* Albums: see album.h. Called by the pages of albums and of profiles. Who may see a photo is asked
 * of its post with the one predicate of audience.h, in every statement that shows anything. */
#include "social/album.h"
#include "lib/text/unicode.h"
#include "social/ids.h"

/* The photos of an album, with what VISIBLE_TO asks about. */
#define PHOTOS                                                                                     \
        " FROM album_photo ap JOIN media m ON m.id = ap.media JOIN post p ON p.id = m.post"        \
        " JOIN account pa ON pa.id = p.account"
/* The chosen cover if the viewer at $1 may see it, else the first photo that they may see. */
#define COLUMNS                                                                                    \
        "SELECT a.id, a.account, a.title, a.words, COALESCE((SELECT m.id" PHOTOS                   \
        " WHERE ap.album = a.id AND ap.media = a.cover AND " VISIBLE_TO(                           \
                "$1") "), (SELECT m.id" PHOTOS                                                     \
                      " WHERE ap.album = a.id AND " VISIBLE_TO("$1") " ORDER BY ap.place LIMIT "   \
                                                                     "1), 0) FROM album a"
static const struct stmt ALBUM_LIST = {
        .name = "album_list",
        .text = COLUMNS " WHERE a.account = $2 ORDER BY a.place LIMIT 100",
        .in = "ii",
        .out = "iissi",
};
static const struct stmt ALBUM_GET = {
        .name = "album_get",
        .text = COLUMNS " WHERE a.id = $2",
        .in = "ii",
        .out = "iissi",
};
static const struct stmt ALBUM_PHOTOS = {
        .name = "album_photos",
        .text = "SELECT m.id, p.id, ap.place" PHOTOS " WHERE ap.album = $1 AND " VISIBLE_TO(
                "$2") " AND ap.place > $3 ORDER BY ap.place LIMIT $4",
        .in = "iiii",
        .out = "iii",
};
#define COVER_POSTS_TEXT(ids)                                                                      \
        "SELECT m.id, m.post FROM " ids " JOIN media m ON m.id = ids.value WHERE m.post IS NOT "   \
        "NULL"
static const struct stmt COVER_POSTS = {
        .name = "album_cover_posts",
        .text = COVER_POSTS_TEXT(IDS_SQLITE),
        .text_pg = COVER_POSTS_TEXT(IDS_PG),
        .in = "s",
        .out = "ii",
};

static const struct stmt ALBUM_OWN = {
        .name = "album_own",
        .text = "SELECT place FROM album WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt ALBUM_PLACES = {
        .name = "album_places",
        .text = "SELECT count(*), COALESCE(max(place), 0) FROM album WHERE account = $1",
        .in = "i",
        .out = "ii",
};
static const struct stmt ALBUM_ADD = {
        .name = "album_add",
        .text = "INSERT INTO album (id, account, title, words, place, created_at) VALUES ($1, $2, "
                "$3, $4, $5, $6)",
        .in = "iissii",
};
static const struct stmt ALBUM_CHANGE = {
        .name = "album_change",
        .text = "UPDATE album SET title = $3, words = $4 WHERE id = $1 AND account = $2",
        .in = "iiss",
};
static const struct stmt ALBUM_DELETE = {
        .name = "album_delete",
        .text = "DELETE FROM album WHERE id = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt ALBUM_PLACE = {
        .name = "album_place",
        .text = "UPDATE album SET place = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt ALBUM_BEFORE = {
        .name = "album_before",
        .text = "SELECT id, place FROM album WHERE account = $1 AND place < $2 ORDER BY place DESC "
                "LIMIT 1",
        .in = "ii",
        .out = "ii",
};
static const struct stmt ALBUM_AFTER = {
        .name = "album_after",
        .text = "SELECT id, place FROM album WHERE account = $1 AND place > $2 ORDER BY place "
                "LIMIT 1",
        .in = "ii",
        .out = "ii",
};
static const struct stmt ALBUM_COVER = {
        .name = "album_cover",
        .text = "UPDATE album SET cover = $2 WHERE id = $1",
        .in = "iI",
};

static const struct stmt PHOTO_PLACES = {
        .name = "album_photo_places",
        .text = "SELECT count(*), COALESCE(max(place), 0) FROM album_photo WHERE album = $1",
        .in = "i",
        .out = "ii",
};
/* Only a photo of a post of the album's owner. */
static const struct stmt PHOTO_ADD = {
        .name = "album_photo_add",
        .text = "INSERT INTO album_photo (album, media, place) SELECT $1, m.id, $2 FROM media m "
                "JOIN post p ON p.id = m.post WHERE m.id = $3 AND p.account = $4 AND m.account = "
                "$4 AND m.kind = 1 ON CONFLICT DO NOTHING",
        .text_pg = "INSERT INTO album_photo (album, media, place) SELECT CAST($1 AS BIGINT), m.id, "
                   "CAST($2 AS BIGINT) FROM media m "
                   "JOIN post p ON p.id = m.post WHERE m.id = $3 AND p.account = $4 AND m.account "
                   "= $4 AND m.kind = 1 ON CONFLICT DO NOTHING",
        .in = "iiii",
};
static const struct stmt PHOTO_GET = {
        .name = "album_photo_get",
        .text = "SELECT place FROM album_photo WHERE album = $1 AND media = $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt PHOTO_DROP = {
        .name = "album_photo_drop",
        .text = "DELETE FROM album_photo WHERE album = $1 AND media = $2",
        .in = "ii",
};
static const struct stmt PHOTO_PLACE = {
        .name = "album_photo_place",
        .text = "UPDATE album_photo SET place = $3 WHERE album = $1 AND media = $2",
        .in = "iii",
};
static const struct stmt PHOTO_BEFORE = {
        .name = "album_photo_before",
        .text = "SELECT media, place FROM album_photo WHERE album = $1 AND place < $2 ORDER BY "
                "place DESC LIMIT 1",
        .in = "ii",
        .out = "ii",
};
static const struct stmt PHOTO_AFTER = {
        .name = "album_photo_after",
        .text = "SELECT media, place FROM album_photo WHERE album = $1 AND place > $2 ORDER BY "
                "place LIMIT 1",
        .in = "ii",
        .out = "ii",
};

/* ---- reading ---- */

static void read_album(struct row *r, struct album *a)
{
        a->id = row_int(r);
        a->account = row_int(r);
        a->title = row_str(r);
        a->words = row_str(r);
        a->cover = row_int(r);
}

static enum err find_posts(struct cx *cx, struct album *v, size_t n)
{
        int64_t *ids = make_n(cx->arena, n + 1, int64_t);
        size_t k = 0;
        struct row r;
        for (size_t i = 0; i < n; i++)
                if (v[i].cover)
                        ids[k++] = v[i].cover;
        if (!k)
                return OK;
        TRY(db_all(cx->db, &COVER_POSTS, cx->arena, BIND(V(ids_json(cx->arena, ids, k))), &r));
        while (row_next(&r)) {
                int64_t media = row_int(&r), post = row_int(&r);
                for (size_t i = 0; i < n; i++)
                        if (v[i].cover == media)
                                v[i].cover_post = post;
        }
        return row_end(&r);
}

enum err album_list(struct cx *cx, const struct viewer *by, int64_t account, struct album **ret,
                    size_t *n)
{
        struct album *v = make_n(cx->arena, ALBUMS_MAX, struct album);
        struct row r;
        size_t k = 0;
        TRY(db_all(cx->db, &ALBUM_LIST, cx->arena, BIND(V(by->account), V(account)), &r));
        while (k < ALBUMS_MAX && row_next(&r)) {
                read_album(&r, &v[k]);
                k += v[k].cover || account == by->account;
        }
        TRY(row_end(&r));
        *ret = v;
        *n = k;
        return find_posts(cx, v, k);
}

enum err album_get(struct cx *cx, const struct viewer *by, int64_t id, struct album *ret)
{
        struct row r;
        *ret = (struct album){0};
        TRY(db_one(cx->db, &ALBUM_GET, cx->arena, BIND(V(by->account), V(id)), &r));
        read_album(&r, ret);
        TRY(row_end(&r));
        if (!ret->cover && (!by->account || ret->account != by->account))
                return ERR_MISSING;
        return find_posts(cx, ret, 1);
}

enum err album_photos(struct cx *cx, const struct viewer *by, int64_t id, int64_t place,
                      size_t most, struct album_photo **ret, size_t *n, bool *more)
{
        struct album_photo *v = make_n(cx->arena, most + 1, struct album_photo);
        struct row r;
        size_t k = 0;
        TRY(db_all(cx->db, &ALBUM_PHOTOS, NULL,
                   BIND(V(id), V(by->account), V(place), V((int64_t)most + 1)), &r));
        for (; k <= most && row_next(&r); k++) {
                v[k].media = row_int(&r);
                v[k].post = row_int(&r);
                v[k].place = row_int(&r);
        }
        TRY(row_end(&r));
        *more = k > most;
        *ret = v;
        *n = k > most ? most : k;
        return OK;
}

/* ---- the owner ---- */

static enum err one_int(struct cx *cx, const struct stmt *s, const struct value *in, size_t n,
                        int64_t *ret)
{
        struct row r;
        TRY(db_one(cx->db, s, NULL, in, n, &r));
        *ret = row_int(&r);
        return row_end(&r);
}

static enum err own(struct cx *cx, int64_t account, int64_t id, int64_t *place)
{
        return one_int(cx, &ALBUM_OWN, BIND(V(id), V(account)), place);
}

static enum err places(struct cx *cx, const struct stmt *s, int64_t of, int64_t *count,
                       int64_t *last)
{
        struct row r;
        TRY(db_one(cx->db, s, NULL, BIND(V(of)), &r));
        *count = row_int(&r);
        *last = row_int(&r);
        return row_end(&r);
}

static enum err check_words(struct cx *cx, struct str *title, struct str *words)
{
        if (!name_clean(cx->arena, *title, title) || !title->n)
                return fail_field(cx, "title", ERR_INPUT, "An album needs a name.");
        if (utf8_count(*title) > ALBUM_TITLE_MAX)
                return fail_field(cx, "title", ERR_INPUT,
                                  "The name can be at most %d characters long.", ALBUM_TITLE_MAX);
        if (!text_clean(cx->arena, words->p ? *words : S(""), words))
                return fail_field(cx, "words", ERR_INPUT, "The words are not readable text.");
        *words = str_trim(*words);
        if (utf8_count(*words) > ALBUM_WORDS_MAX)
                return fail_field(cx, "words", ERR_INPUT,
                                  "The words can be at most %d characters long.", ALBUM_WORDS_MAX);
        return OK;
}

enum err album_create(struct cx *cx, int64_t account, struct str title, struct str words,
                      int64_t *ret)
{
        int64_t count, last, id = cx_id(cx);
        TRY(check_words(cx, &title, &words));
        TRY(places(cx, &ALBUM_PLACES, account, &count, &last));
        if (count >= ALBUMS_MAX)
                return fail_field(cx, "title", ERR_INPUT, "There can be at most %d albums.",
                                  ALBUMS_MAX);
        TRY(db_run(cx->db, &ALBUM_ADD,
                   BIND(V(id), V(account), V(title), V(words), V(last + 1), V(cx_now(cx))), NULL));
        *ret = id;
        return OK;
}

enum err album_change(struct cx *cx, int64_t account, int64_t id, struct str title,
                      struct str words)
{
        int64_t changed;
        TRY(check_words(cx, &title, &words));
        TRY(db_run(cx->db, &ALBUM_CHANGE, BIND(V(id), V(account), V(title), V(words)), &changed));
        return changed ? OK : ERR_MISSING;
}

enum err album_delete(struct cx *cx, int64_t account, int64_t id)
{
        int64_t changed;
        TRY(db_run(cx->db, &ALBUM_DELETE, BIND(V(id), V(account)), &changed));
        return changed ? OK : ERR_MISSING;
}

/* Who stands next, on that side. */
static enum err neighbour(struct cx *cx, const struct stmt *s, int64_t of, int64_t place,
                          int64_t *id, int64_t *its_place)
{
        struct row r;
        bool found;
        *id = 0;
        TRY(db_find(cx->db, s, NULL, BIND(V(of), V(place)), &r, &found));
        if (!found)
                return OK;
        *id = row_int(&r);
        *its_place = row_int(&r);
        return row_end(&r);
}

enum err album_move(struct cx *cx, int64_t account, int64_t id, bool up)
{
        int64_t place, other, other_place;
        TRY(own(cx, account, id, &place));
        TRY(neighbour(cx, up ? &ALBUM_BEFORE : &ALBUM_AFTER, account, place, &other, &other_place));
        if (!other)
                return OK;
        TRY(db_run(cx->db, &ALBUM_PLACE, BIND(V(id), V(other_place)), NULL));
        return db_run(cx->db, &ALBUM_PLACE, BIND(V(other), V(place)), NULL);
}

enum err album_add(struct cx *cx, int64_t account, int64_t id, const int64_t *media, size_t n)
{
        int64_t place, count, last;
        TRY(own(cx, account, id, &place));
        TRY(places(cx, &PHOTO_PLACES, id, &count, &last));
        for (size_t i = 0; i < n; i++) {
                int64_t changed;
                if (count >= ALBUM_PHOTOS_MAX)
                        return fail(cx, ERR_INPUT, "An album can have at most %d photos.",
                                    ALBUM_PHOTOS_MAX);
                TRY(db_run(cx->db, &PHOTO_ADD, BIND(V(id), V(last + 1), V(media[i]), V(account)),
                           &changed));
                count += changed;
                last += changed;
        }
        return OK;
}

enum err album_remove(struct cx *cx, int64_t account, int64_t id, int64_t media)
{
        int64_t place, changed;
        TRY(own(cx, account, id, &place));
        TRY(db_run(cx->db, &PHOTO_DROP, BIND(V(id), V(media)), &changed));
        return changed ? OK : ERR_MISSING;
}

enum err album_move_photo(struct cx *cx, int64_t account, int64_t id, int64_t media, bool up)
{
        int64_t place, other, other_place;
        TRY(own(cx, account, id, &place));
        TRY(one_int(cx, &PHOTO_GET, BIND(V(id), V(media)), &place));
        TRY(neighbour(cx, up ? &PHOTO_BEFORE : &PHOTO_AFTER, id, place, &other, &other_place));
        if (!other)
                return OK;
        TRY(db_run(cx->db, &PHOTO_PLACE, BIND(V(id), V(media), V(other_place)), NULL));
        return db_run(cx->db, &PHOTO_PLACE, BIND(V(id), V(other), V(place)), NULL);
}

enum err album_set_cover(struct cx *cx, int64_t account, int64_t id, int64_t media)
{
        int64_t place;
        TRY(own(cx, account, id, &place));
        TRY(one_int(cx, &PHOTO_GET, BIND(V(id), V(media)), &place));
        return db_run(cx->db, &ALBUM_COVER, BIND(V(id), V_ID(media)), NULL);
}

static const struct stmt *const statements[] = {
        &ALBUM_LIST,   &ALBUM_GET,   &ALBUM_PHOTOS, &COVER_POSTS,  &ALBUM_OWN,
        &ALBUM_PLACES, &ALBUM_ADD,   &ALBUM_CHANGE, &ALBUM_DELETE, &ALBUM_PLACE,
        &ALBUM_BEFORE, &ALBUM_AFTER, &ALBUM_COVER,  &PHOTO_PLACES, &PHOTO_ADD,
        &PHOTO_GET,    &PHOTO_DROP,  &PHOTO_PLACE,  &PHOTO_BEFORE, &PHOTO_AFTER};
const struct stmt_list ALBUM_STATEMENTS = {statements, countof(statements)};
