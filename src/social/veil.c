/* Veils over photos, and what else an author sets for one: see veil.h. Asked by the pages, the API
 * and the federation side for posts that have photos; the photos' rows carry all of it, so that
 * only who looks has to be asked, and only where a veil is. */
#include "social/veil.h"
#include "lib/text/unicode.h"
#include "social/ids.h"

#define EYES_TEXT(ids)                                                                             \
        "SELECT f.target, CASE WHEN l.open_veils = 1 THEN 2 ELSE 1 END FROM " ids                  \
        " CROSS JOIN follow f JOIN login l ON l.account = f.account"                               \
        " WHERE f.account = $2 AND f.target = ids.value AND f.state = 1"                           \
        " UNION ALL SELECT o.journal, 1 FROM " ids " CROSS JOIN journal_owner o"                   \
        " WHERE o.journal = ids.value AND o.account = $2 AND o.state = 1"
static const struct stmt VEIL_EYES = {
        .name = "veil_eyes",
        .text = EYES_TEXT(IDS_SQLITE),
        .text_pg = EYES_TEXT(IDS_PG),
        .in = "si",
        .out = "ii",
};
static const struct stmt PHOTO_SET = {
        .name = "photo_set",
        .text = "UPDATE media SET veil = $2, veil_words = $3, veil_folds = $4, caption = $5, "
                "stays = $6 WHERE id = $1",
        .in = "iisisi",
};
static const struct stmt HABITS_GET = {
        .name = "photo_habits_get",
        .text = "SELECT open_veils, photos_stay FROM login WHERE account = $1",
        .in = "i",
        .out = "ii",
};
static const struct stmt HABITS_OPEN = {
        .name = "photo_habits_open",
        .text = "UPDATE login SET open_veils = $2 WHERE account = $1",
        .in = "ii",
};
static const struct stmt HABITS_STAY = {
        .name = "photo_habits_stay",
        .text = "UPDATE login SET photos_stay = $2 WHERE account = $1",
        .in = "ii",
};
static const struct stmt PHOTOS_STAY = {
        .name = "photos_stay",
        .text = "UPDATE media SET stays = $2 WHERE account = $1",
        .in = "ii",
};

static const struct stmt VEIL_BEGIN = {
        .name = "veil_begin",
        .text = "UPDATE media SET veil = $2, veil_words = $3, veil_folds = $4 WHERE post = $1 AND "
                "veil = 0 AND kind = 1",
        .in = "iisi",
};

bool veil_covers(const struct media *m, enum veil_eye eye)
{
        if (m->veil == VEIL_ALL)
                return eye != EYE_OPENED;
        return m->veil == VEIL_STRANGERS && eye == EYE_STRANGER;
}

bool veil_any(const struct media *v, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (v[i].veil)
                        return true;
        return false;
}

struct veil_face veil_face(struct arena *a, const struct media *v, size_t n, enum veil_eye eye)
{
        struct veil_face f = {.words = S("")};
        for (size_t i = 0; i < n; i++) {
                bool told = false;
                if (!veil_covers(&v[i], eye))
                        continue;
                f.covered = true;
                for (size_t k = 0; k < i; k++)
                        told = told || (veil_covers(&v[k], eye) &&
                                        str_eq(v[k].veil_words, v[i].veil_words));
                if (!v[i].veil_folds || told)
                        continue;
                f.words = f.words.n ? str_fmt(a, "%.*s · %.*s", STR_ARG(f.words),
                                              STR_ARG(v[i].veil_words))
                                    : v[i].veil_words;
        }
        return f;
}

enum err veil_eyes(struct cx *cx, const struct viewer *by, const int64_t *authors, size_t n,
                   enum veil_eye *ret)
{
        struct row r;
        for (size_t i = 0; i < n; i++)
                ret[i] = by->account && authors[i] == by->account ? EYE_NEAR : EYE_STRANGER;
        if (!by->account || !n)
                return OK;
        TRY(db_all(cx->db, &VEIL_EYES, cx->arena,
                   BIND(V(ids_json(cx->arena, authors, n)), V(by->account)), &r));
        while (row_next(&r)) {
                int64_t author = row_int(&r);
                enum veil_eye eye = (enum veil_eye)row_int(&r);
                for (size_t i = 0; i < n; i++)
                        if (authors[i] == author && ret[i] < eye)
                                ret[i] = eye;
        }
        return row_end(&r);
}

static enum err clean(struct cx *cx, struct str *text, int most, const char *what)
{
        if (!text_clean(cx->arena, text->p ? *text : S(""), text))
                return fail(cx, ERR_INPUT, "The %s is not readable text.", what);
        *text = str_trim(*text);
        if (utf8_count(*text) > (size_t)most)
                return fail(cx, ERR_INPUT, "The %s can be at most %d characters long.", what, most);
        return OK;
}

enum err photo_set_check(struct cx *cx, struct photo_set *s)
{
        TRY(clean(cx, &s->veil_words, VEIL_WORDS_MAX, "sentence on a veil"));
        TRY(clean(cx, &s->caption, CAPTION_MAX, "caption"));
        if (s->veil && !s->veil_words.n)
                return fail(cx, ERR_INPUT, "A veil has no sentence yet. Write what stands on it.");
        if (!s->veil) /* what was typed for a veil that is not there is not kept */
                s->veil_words = S("");
        return OK;
}

enum err photo_set(struct cx *cx, const struct media *m, const struct photo_set *set)
{
        struct photo_set s = *set;
        if (!s.given)
                return OK;
        TRY(photo_set_check(cx, &s));
        TRY(db_run(cx->db, &PHOTO_SET,
                   BIND(V(m->id), V(s.veil), V(s.veil_words), V(s.folds), V(s.caption), V(s.stays)),
                   NULL));
        if (m->post)
                cx_event(cx, EVENT_POST_CHANGED, 0, m->post);
        return OK;
}

enum err veil_begin(struct cx *cx, int64_t post, const struct photo_set *s)
{
        return db_run(cx->db, &VEIL_BEGIN, BIND(V(post), V(s->veil), V(s->veil_words), V(s->folds)),
                      NULL);
}

bool photo_set_same(const struct photo_set *s, const struct media *m)
{
        return !s->given ||
               (s->veil == m->veil && s->folds == m->veil_folds && s->stays == m->stays &&
                (!s->veil || str_eq(s->veil_words, m->veil_words)) &&
                str_eq(s->caption, m->caption));
}

enum err photo_habits_get(struct cx *cx, int64_t account, struct photo_habits *ret)
{
        struct row r;
        TRY(db_one(cx->db, &HABITS_GET, cx->arena, BIND(V(account)), &r));
        ret->open_veils = row_int(&r) != 0;
        ret->stay = row_int(&r) != 0;
        return row_end(&r);
}

enum err veils_open_set(struct cx *cx, int64_t account, bool on)
{
        TRY(db_run(cx->db, &HABITS_OPEN, BIND(V(account), V(on)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        return OK;
}

enum err photos_stay_set(struct cx *cx, int64_t account, bool on)
{
        struct photo_habits now;
        TRY(photo_habits_get(cx, account, &now));
        if (now.stay == on)
                return OK;
        TRY(db_run(cx->db, &HABITS_STAY, BIND(V(account), V(on)), NULL));
        TRY(db_run(cx->db, &PHOTOS_STAY, BIND(V(account), V(on)), NULL));
        cx_event(cx, EVENT_EVERYTHING, 0, 0); /* every kept rendering of theirs */
        return OK;
}

static const struct stmt *const statements[] = {
        &VEIL_EYES, &VEIL_BEGIN, &PHOTO_SET, &HABITS_GET, &HABITS_OPEN, &HABITS_STAY, &PHOTOS_STAY};
const struct stmt_list VEIL_STATEMENTS = {statements, countof(statements)};
