/* Copies of everything somebody has: see export.h. Called by the settings page, the job that puts
 * one together and the tidying. */
#include "social/export.h"
#include "lib/text/json.h"
#include "social/mailing.h"
#include "store/download.h"

static const int64_t HOUR_MS = (int64_t)3600 * 1000;
static const int64_t KEPT_MS = EXPORT_DAYS * 24 * HOUR_MS;

static const struct stmt ADD = {
        .name = "export_add",
        .text = "INSERT INTO export (id, account, asked_at) VALUES ($1, $2, $3)",
        .in = "iii",
};
static const struct stmt LAST = {
        .name = "export_last",
        .text = "SELECT id, account, asked_at, ready_at, bytes, failed FROM export"
                " WHERE account = $1 ORDER BY id DESC LIMIT 1",
        .in = "i",
        .out = "iiiIii",
};
static const struct stmt GET = {
        .name = "export_get",
        .text = "SELECT id, account, asked_at, ready_at, bytes, failed FROM export WHERE id = $1",
        .in = "i",
        .out = "iiiIii",
};
static const struct stmt READY = {
        .name = "export_ready",
        .text = "UPDATE export SET ready_at = $2, bytes = $3 WHERE id = $1",
        .in = "iii",
};
static const struct stmt FAIL = {
        .name = "export_fail",
        .text = "UPDATE export SET failed = 1 WHERE id = $1 AND ready_at IS NULL",
        .in = "i",
};
/* One row a person at most a day, for a week: a small table, once an hour. */
static const struct stmt TIDY = {
        .name = "export_tidy",
        .text = "DELETE FROM export WHERE COALESCE(ready_at, asked_at) < $1",
        .in = "i",
        .scans = true,
};

static const struct stmt POSTS = {
        .name = "export_own_posts",
        .text = "SELECT id FROM post WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3",
        .in = "iii",
        .out = "i",
};
static const struct stmt MEDIA = {
        .name = "export_media",
        .text = "SELECT id, file FROM media WHERE account = $1 AND id > $2 AND file IS NOT NULL"
                " AND state = 0 ORDER BY id LIMIT $3",
        .in = "iii",
        .out = "is",
};

static const struct stmt LETTERS_TO = {
        .name = "export_letters_to",
        .text = "SELECT l.id, l.created_at, l.name, l.text FROM letter l"
                " WHERE l.owner = $1 AND l.id > $2 ORDER BY l.id LIMIT $3",
        .in = "iii",
        .out = "iiss",
};
static const struct stmt LETTERS_BY = {
        .name = "export_letters_by",
        .text = "SELECT l.id, l.created_at, a.username, l.text FROM letter l"
                " JOIN account a ON a.id = l.owner"
                " WHERE l.sender = $1 AND l.id > $2 ORDER BY l.id LIMIT $3",
        .in = "iii",
        .out = "iiss",
};

static struct export *read_row(struct cx *cx, struct row *r)
{
        struct export *x = make(cx->arena, struct export);
        x->id = row_int(r);
        x->account = row_int(r);
        x->asked_at = row_int(r);
        x->ready_at = row_int(r);
        x->bytes = row_int(r);
        x->failed = row_int(r) != 0;
        x->ends_at = x->ready_at ? x->ready_at + KEPT_MS : 0;
        return x;
}

static enum err find(struct cx *cx, const struct stmt *s, int64_t key, struct export **ret)
{
        struct row r;
        bool found;
        *ret = NULL;
        TRY(db_find(cx->db, s, cx->arena, BIND(V(key)), &r, &found));
        if (!found)
                return OK;
        *ret = read_row(cx, &r);
        return row_end(&r);
}

enum err export_last(struct cx *cx, int64_t account, struct export **ret)
{
        TRY(find(cx, &LAST, account, ret));
        if (*ret && (*ret)->ends_at && (*ret)->ends_at <= cx_now(cx))
                *ret = NULL;
        return OK;
}

/* What failed may be asked for anew at once; what never ended, after a day. */
bool export_may_ask(struct cx *cx, const struct export *last, int64_t *when)
{
        *when = last && !last->failed ? last->asked_at + EXPORT_AGAIN_HOURS * HOUR_MS : 0;
        return *when <= cx_now(cx);
}

static struct str key_of(struct cx *cx, int64_t id)
{
        return str_fmt(cx->arena, "{\"export\":\"%lld\"}", (long long)id);
}

enum err export_ask(struct cx *cx, int64_t account)
{
        struct export *last;
        int64_t when, id = cx_id(cx);
        TRY(export_last(cx, account, &last));
        if (last && !export_may_ask(cx, last, &when))
                return fail(cx, ERR_INPUT, "%s",
                            last->ready_at ? "You asked for a copy today. You can ask for another "
                                             "tomorrow."
                                           : "A copy is being put together already.");
        TRY(db_run(cx->db, &ADD, BIND(V(id), V(account), V(cx_now(cx))), NULL));
        return job_add(cx, "export", key_of(cx, id), str_int(cx->arena, account), 0);
}

enum err export_get(struct cx *cx, int64_t account, int64_t id, struct export **ret)
{
        struct export *x;
        TRY(find(cx, &GET, id, &x));
        if (!x || x->account != account || !x->ready_at || x->ends_at <= cx_now(cx))
                return ERR_MISSING;
        *ret = x;
        return OK;
}

/* ---- for the job ---- */

enum err export_begin(struct cx *cx, struct str payload, struct export **ret)
{
        const struct json_value *j;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        TRY(find(cx, &GET, json_get_id(j, "export"), ret));
        return *ret && !(*ret)->ready_at ? OK : ERR_MISSING;
}

enum err export_ready(struct cx *cx, const struct export *x, int64_t bytes)
{
        struct mailing m = {.account = x->account, .subject = S("Your copy lies ready")};
        m.text = str_fmt(cx->arena,
                         "The copy of all you have here lies ready for %d days. Only you can fetch "
                         "it, signed in:\n\n%.*s/settings/export",
                         EXPORT_DAYS, STR_ARG(cx->settings->url));
        TRY(db_run(cx->db, &READY, BIND(V(x->id), V(cx_now(cx)), V(bytes)), NULL));
        return mailing_add(cx, &m, STR_NONE);
}

enum err export_fail(struct cx *cx, int64_t id)
{
        return db_run(cx->db, &FAIL, BIND(V(id)), NULL);
}

/* ---- what goes into it ---- */

enum err export_posts(struct cx *cx, int64_t account, int64_t after, int64_t *ids, size_t room,
                      size_t *n)
{
        return db_ints(cx->db, &POSTS, BIND(V(account), V(after), V((int64_t)room)), ids, room, n);
}

enum err export_media(struct cx *cx, int64_t account, int64_t *after, struct str *ret, size_t room,
                      size_t *n)
{
        struct row r;
        TRY(db_all(cx->db, &MEDIA, cx->arena, BIND(V(account), V(*after), V((int64_t)room)), &r));
        for (*n = 0; row_next(&r); ++*n) {
                *after = row_int(&r);
                ret[*n] = row_str(&r);
        }
        return row_end(&r);
}

enum err export_letters(struct cx *cx, int64_t account, bool written, int64_t after,
                        struct export_letter *ret, size_t room, size_t *n)
{
        struct row r;
        TRY(db_all(cx->db, written ? &LETTERS_BY : &LETTERS_TO, cx->arena,
                   BIND(V(account), V(after), V((int64_t)room)), &r));
        for (*n = 0; *n < room && row_next(&r); ++*n) {
                ret[*n].id = row_int(&r);
                ret[*n].written_at = row_int(&r);
                ret[*n].name = row_str(&r);
                ret[*n].text = row_str(&r);
        }
        return row_end(&r);
}

struct str export_picture(struct arena *a, const char *what, struct str file)
{
        size_t dot = str_find_char(file, '.');
        if (!file.n)
                return STR_NONE;
        return str_fmt(a, "%s%.*s", what, STR_ARG(str_after(file, dot)));
}

/* ---- its end ---- */

enum err export_tidy(struct cx *cx)
{
        return db_run(cx->db, &TIDY, BIND(V(cx_now(cx) - KEPT_MS)), NULL);
}

static enum err sweep_one(struct cx *cx, int64_t id)
{
        struct export *x;
        TRY(find(cx, &GET, id, &x));
        return x ? OK : download_remove(cx, EXPORT_FILE, id);
}

enum err export_sweep(struct cx *cx)
{
        return download_each(cx, EXPORT_FILE, sweep_one);
}

static const struct stmt *const statements[] = {&ADD,  &LAST,  &GET,   &READY,      &FAIL,
                                                &TIDY, &POSTS, &MEDIA, &LETTERS_TO, &LETTERS_BY};
const struct stmt_list EXPORT_STATEMENTS = {statements, countof(statements)};
