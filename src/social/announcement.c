/* Announcements. Called by the API's routes and the admin pages. */
#include "social/announcement.h"
#include "lib/text/unicode.h"
#include "social/emoji.h"
#include "social/ids.h"

enum { LIST_MAX = 20, NAME_BYTES = 64 };

/* $1 who reads, $2 now. */
#define COLUMNS                                                                                    \
        "n.id, n.starts_at, n.ends_at, n.published_at, n.updated_at, n.text, n.all_day,"           \
        " EXISTS (SELECT 1 FROM announcement_read d WHERE d.announcement = n.id AND d.account = "  \
        "$1)"
#define IN_FORCE                                                                                   \
        " n.published_at IS NOT NULL AND (n.starts_at IS NULL OR n.starts_at <= $2)"               \
        " AND (n.ends_at IS NULL OR n.ends_at > $2)"
#define LETTERS "iIIIisii"

static const struct stmt ANNOUNCEMENT_LIST = {
        .name = "announcement_list",
        .text = "SELECT " COLUMNS " FROM announcement n WHERE" IN_FORCE
                " AND ($3 = 1 OR NOT EXISTS (SELECT 1 FROM announcement_read d WHERE "
                "d.announcement = n.id AND d.account = $1))"
                " ORDER BY n.id DESC LIMIT 20",
        .in = "iii",
        .out = LETTERS,
        .scans = true, /* a handful of rows, written by hand */
};

static const struct stmt ANNOUNCEMENT_ALL = {
        .name = "announcement_all",
        .text = "SELECT n.id, n.starts_at, n.ends_at, n.published_at, n.updated_at, n.text,"
                " n.all_day, 0 FROM announcement n ORDER BY n.id DESC LIMIT 50",
        .out = LETTERS,
        .scans = true, /* likewise */
};

static const struct stmt ANNOUNCEMENT_GET = {
        .name = "announcement_get",
        .text = "SELECT " COLUMNS " FROM announcement n WHERE n.id = $3 AND" IN_FORCE,
        .in = "iii",
        .out = LETTERS,
};

#define REACTIONS(ids)                                                                             \
        "SELECT r.announcement, r.name, count(*), sum(CASE WHEN r.account = $2 THEN 1 ELSE 0 END)" \
        " FROM " ids " JOIN announcement_reaction r ON r.announcement = ids.value"                 \
        " GROUP BY r.announcement, r.name ORDER BY r.announcement, r.name LIMIT 200"
static const struct stmt ANNOUNCEMENT_REACTIONS = {
        .name = "announcement_reactions",
        .text = REACTIONS(IDS_SQLITE),
        .text_pg = REACTIONS(IDS_PG),
        .in = "si",
        .out = "isiI",
};

static const struct stmt ANNOUNCEMENT_DISMISS = {
        .name = "announcement_dismiss",
        .text = "INSERT INTO announcement_read (account, announcement) VALUES ($1, $2) ON CONFLICT "
                "DO NOTHING",
        .in = "ii",
};

static const struct stmt ANNOUNCEMENT_NAMES = {
        .name = "announcement_names",
        .text = "SELECT count(DISTINCT name) FROM announcement_reaction WHERE announcement = $1 "
                "AND name <> $2",
        .in = "is",
        .out = "i",
};

static const struct stmt ANNOUNCEMENT_REACT = {
        .name = "announcement_react",
        .text = "INSERT INTO announcement_reaction (announcement, name, account) VALUES ($1, $2, "
                "$3) ON CONFLICT DO NOTHING",
        .in = "isi",
};

static const struct stmt ANNOUNCEMENT_UNREACT = {
        .name = "announcement_unreact",
        .text = "DELETE FROM announcement_reaction WHERE announcement = $1 AND name = $2 AND "
                "account = $3",
        .in = "isi",
};

static const struct stmt ANNOUNCEMENT_PUT = {
        .name = "announcement_put",
        .text = "INSERT INTO announcement (id, text, starts_at, ends_at, all_day, published_at, "
                "updated_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (id) DO UPDATE SET"
                " text = $2, starts_at = $3, ends_at = $4, all_day = $5, updated_at = $6",
        .in = "isIIii",
};

static const struct stmt ANNOUNCEMENT_DELETE = {
        .name = "announcement_delete",
        .text = "DELETE FROM announcement WHERE id = $1",
        .in = "i",
};

static void read_announcement(struct row *r, struct announcement *a)
{
        a->id = row_int(r);
        a->starts_at = row_int(r);
        a->ends_at = row_int(r);
        a->published_at = row_int(r);
        a->updated_at = row_int(r);
        a->text = row_str(r);
        a->all_day = row_int(r) != 0;
        a->read = row_int(r) != 0;
}

enum err announcement_list(struct cx *cx, const struct viewer *by, bool with_read,
                           struct announcement **ret, size_t *n)
{
        struct announcement *v = make_n(cx->arena, LIST_MAX, struct announcement);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, &ANNOUNCEMENT_LIST, cx->arena,
                   BIND(V(by->account), V(cx_now(cx)), V(with_read)), &r));
        while (k < LIST_MAX && row_next(&r))
                read_announcement(&r, &v[k++]);
        *ret = v;
        *n = k;
        return row_end(&r);
}

enum err announcement_all(struct cx *cx, struct announcement **ret, size_t *n)
{
        enum { MOST = 50 };
        struct announcement *v = make_n(cx->arena, MOST, struct announcement);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &ANNOUNCEMENT_ALL, cx->arena, NO_BIND, &r));
        while (*n < MOST && row_next(&r))
                read_announcement(&r, &v[(*n)++]);
        *ret = v;
        return row_end(&r);
}

enum err announcement_get(struct cx *cx, const struct viewer *by, int64_t id,
                          struct announcement **ret)
{
        struct row r;
        TRY(db_one(cx->db, &ANNOUNCEMENT_GET, cx->arena, BIND(V(by->account), V(cx_now(cx)), V(id)),
                   &r));
        struct announcement *a = make(cx->arena, struct announcement);
        read_announcement(&r, a);
        *ret = a;
        return row_end(&r);
}

enum err announcement_reactions(struct cx *cx, const struct viewer *by, const int64_t *ids,
                                size_t n, struct announcement_reaction **ret, size_t *n_ret)
{
        enum { MOST = 200 };
        struct announcement_reaction *v = make_n(cx->arena, MOST, struct announcement_reaction);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, &ANNOUNCEMENT_REACTIONS, cx->arena,
                   BIND(V(ids_json(cx->arena, ids, n)), V(by->account)), &r));
        while (k < MOST && row_next(&r)) {
                struct announcement_reaction *x = &v[k++];
                x->announcement = row_int(&r);
                x->name = row_str(&r);
                x->count = row_int(&r);
                x->me = row_int(&r) != 0;
        }
        *ret = v;
        *n_ret = k;
        return row_end(&r);
}

enum err announcement_dismiss(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct announcement *a;
        TRY(announcement_get(cx, by, id, &a));
        return db_run(cx->db, &ANNOUNCEMENT_DISMISS, BIND(V(by->account), V(id)), NULL);
}

/* One emoji, or a shortcode of ours: no words, and nothing an app could not draw. */
static enum err check_name(struct cx *cx, struct str name)
{
        struct emoji *v;
        size_t n = 0;
        struct str text = str_fmt(cx->arena, ":%.*s:", STR_ARG(name));
        bool good = name.n && name.n <= NAME_BYTES && utf8_valid(name) && !str_has_char(name, ' ');
        if (good && (unsigned char)name.p[0] < 0x80) {
                TRY(emoji_find(cx, S(""), &text, 1, &v, &n));
                good = n == 1 && str_eq(v[0].shortcode, name);
        } else if (good) {
                good = utf8_count(name) <= 10; /* families of emoji joined together */
        }
        return good ? OK
                    : fail_field(cx, "name", ERR_INPUT,
                                 "Validation failed: Name is not a recognized emoji");
}

enum err announcement_react(struct cx *cx, const struct viewer *by, int64_t id, struct str name,
                            bool on)
{
        struct announcement *a;
        TRY(announcement_get(cx, by, id, &a));
        if (!on) {
                TRY(db_run(cx->db, &ANNOUNCEMENT_UNREACT,
                           BIND(V(id), V(name.p ? name : S("")), V(by->account)), NULL));
                cx_event(cx, EVENT_ANNOUNCEMENT, 0, id);
                return OK;
        }
        TRY(check_name(cx, name));
        struct row r;
        TRY(db_one(cx->db, &ANNOUNCEMENT_NAMES, cx->arena, BIND(V(id), V(name)), &r));
        int64_t others = row_int(&r);
        TRY(row_end(&r));
        if (others >= ANNOUNCEMENT_REACTIONS_MAX)
                return fail(cx, ERR_INPUT,
                            "Validation failed: Limit of different reactions reached");
        TRY(db_run(cx->db, &ANNOUNCEMENT_REACT, BIND(V(id), V(name), V(by->account)), NULL));
        cx_event(cx, EVENT_ANNOUNCEMENT, 0, id);
        return OK;
}

enum err announcement_write(struct cx *cx, struct announcement *a)
{
        struct str text;
        if (!a->text.p || !text_clean(cx->arena, str_trim(a->text), &text) || !text.n)
                return fail_field(cx, "text", ERR_INPUT, "Validation failed: Text can't be blank");
        if (utf8_count(text) > ANNOUNCEMENT_MAX)
                return fail_field(cx, "text", ERR_INPUT,
                                  "Validation failed: Text is too long (maximum is %d characters)",
                                  ANNOUNCEMENT_MAX);
        if (a->starts_at && a->ends_at && a->ends_at <= a->starts_at)
                return fail_field(cx, "ends_at", ERR_INPUT,
                                  "Validation failed: The end is before the beginning");
        if (!a->id)
                a->id = cx_id(cx);
        a->text = text;
        TRY(db_run(cx->db, &ANNOUNCEMENT_PUT,
                   BIND(V(a->id), V(text), V_ID(a->starts_at), V_ID(a->ends_at), V(a->all_day),
                        V(cx_now(cx))),
                   NULL));
        cx_event(cx, EVENT_ANNOUNCEMENT, 0, a->id);
        return OK;
}

enum err announcement_delete(struct cx *cx, int64_t id)
{
        int64_t changed;
        TRY(db_run(cx->db, &ANNOUNCEMENT_DELETE, BIND(V(id)), &changed));
        if (!changed)
                return ERR_MISSING;
        cx_event(cx, EVENT_ANNOUNCEMENT, 0, id);
        return OK;
}

static const struct stmt *const statements[] = {
        &ANNOUNCEMENT_LIST,   &ANNOUNCEMENT_GET,   &ANNOUNCEMENT_REACTIONS, &ANNOUNCEMENT_DISMISS,
        &ANNOUNCEMENT_NAMES,  &ANNOUNCEMENT_REACT, &ANNOUNCEMENT_UNREACT,   &ANNOUNCEMENT_PUT,
        &ANNOUNCEMENT_DELETE, &ANNOUNCEMENT_ALL,
};
const struct stmt_list ANNOUNCEMENT_STATEMENTS = {statements, countof(statements)};
