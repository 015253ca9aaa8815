/* Lists brought from elsewhere: see import.h. Called by the settings page and the job. A row and
 * what came of it are one commit, so that a server that is killed meanwhile goes on where it was.
 */
#include "social/import.h"
#include "lib/text/csv.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "social/export_rows.h"

static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;
enum { A_TURN = 50 /* rows of one person, then it is somebody else's turn */ };
enum { WAITS, TAKEN, NOT_TAKEN };
enum {
        FIELD_BYTES = 2000, /* addresses and names of lists are far shorter */
        GIVEN_UP_DAYS = 2   /* one whose job never ended must not stand in the way for ever */
};

const struct import_words IMPORT_WORDS[IMPORT_KINDS_] = {
        [IMPORT_FOLLOWING] = {"following", "People and journals to follow",
                              "following_accounts.csv"},
        [IMPORT_LISTS] = {"lists", "Lists", "lists.csv"},
        [IMPORT_AUDIENCES] = {"audiences", "Audiences", "audiences.csv"},
        [IMPORT_MUTED] = {"muted", "People to mute", "muted_accounts.csv"},
        [IMPORT_BLOCKED] = {"blocked", "People to block", "blocked_accounts.csv"},
        [IMPORT_DOMAINS] = {"domains", "Servers to block", "blocked_domains.csv"},
        [IMPORT_BOOKMARKS] = {"bookmarks", "Bookmarks", "bookmarks.csv"},
};

static const struct stmt ADD = {
        .name = "import_add",
        .text = "INSERT INTO import (id, account, kind, overwrite, rows, asked_at)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
        .in = "iiiiii",
};
static const struct stmt ADD_ROW = {
        .name = "import_add_row",
        .text = "INSERT INTO import_row (import, place, fields) VALUES ($1, $2, $3)",
        .in = "iis",
};
static const struct stmt GOING_ON = {
        .name = "import_going_on",
        .text = "SELECT COUNT(*) FROM import WHERE account = $1 AND ended_at IS NULL AND asked_at "
                "> $2",
        .in = "ii",
        .out = "i",
};
#define COLUMNS "i.id, i.account, i.kind, i.overwrite, i.rows, i.asked_at, i.ended_at"
static const struct stmt LIST = {
        .name = "import_list",
        .text = "SELECT " COLUMNS " FROM import i WHERE i.account = $1 ORDER BY i.id DESC LIMIT 5",
        .in = "i",
        .out = "iiiiiiI",
};
static const struct stmt GET = {
        .name = "import_get",
        .text = "SELECT " COLUMNS " FROM import i WHERE i.id = $1",
        .in = "i",
        .out = "iiiiiiI",
};
static const struct stmt COUNT = {
        .name = "import_count",
        .text = "SELECT COUNT(*) FROM import_row WHERE import = $1 AND state = $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt ROWS = {
        .name = "import_rows",
        .text = "SELECT place, fields FROM import_row WHERE import = $1 AND state = $2"
                " ORDER BY place LIMIT $3",
        .in = "iii",
        .out = "is",
};
static const struct stmt SET = {
        .name = "import_row_set",
        .text = "UPDATE import_row SET state = $3, key = $4, list = $5 WHERE import = $1 AND place "
                "= $2",
        .in = "iiiSI",
};
static const struct stmt SET_ROWS = {
        .name = "import_set_rows",
        .text = "UPDATE import SET rows = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt END = {
        .name = "import_end",
        .text = "UPDATE import SET ended_at = $2 WHERE id = $1",
        .in = "ii",
};
/* Few rows, once an hour. */
static const struct stmt TIDY = {
        .name = "import_tidy",
        .text = "DELETE FROM import WHERE asked_at < $1",
        .in = "i",
        .scans = true,
};

static struct import read_import(struct row *r)
{
        struct import m = {.id = row_int(r), .account = row_int(r)};
        m.kind = (enum import_kind)row_int(r);
        m.overwrite = row_int(r) != 0;
        m.rows = row_int(r);
        m.asked_at = row_int(r);
        m.ended_at = row_int(r);
        return m;
}

static enum err get(struct cx *cx, int64_t id, struct import *ret)
{
        struct row r;
        TRY(db_one(cx->db, &GET, NULL, BIND(V(id)), &r));
        *ret = read_import(&r);
        return row_end(&r);
}

static struct str payload_of(struct cx *cx, int64_t id)
{
        return str_fmt(cx->arena, "{\"import\":\"%lld\"}", (long long)id);
}

/* ---- asking ---- */

/* Mastodon's files begin with the names of their columns, or do not. */
static bool is_head(const struct str *fields)
{
        return str_eq_nocase(fields[0], S("Account address")) || str_starts(fields[0], S("#"));
}

static enum err add_row(struct cx *cx, int64_t id, const struct str *fields, size_t n,
                        int64_t *rows)
{
        for (size_t i = 0; i < n; i++)
                if (fields[i].n > FIELD_BYTES)
                        return fail(cx, ERR_INPUT,
                                    "A row is longer than any list has. Is this the right file?");
        if (++*rows > IMPORT_ROWS)
                return fail(cx, ERR_INPUT, "A file has at most %d rows. Cut it in parts.",
                            IMPORT_ROWS);
        return db_run(cx->db, &ADD_ROW,
                      BIND(V(id), V(*rows), V(json_strings(cx->arena, fields, n))), NULL);
}

/* Pixelfed writes whom somebody follows as a JSON list of their addresses. */
static enum err add_addresses(struct cx *cx, int64_t id, struct str text, int64_t *rows)
{
        const struct json_value *j;
        if (json_read(cx->arena, text, NULL, &j, NULL))
                return fail(cx, ERR_INPUT, "This file is neither a table nor a list of addresses.");
        for (const struct json_value *v = j->child; v; v = v->next) {
                if (v->type != JSON_STRING || !v->text.n)
                        return fail(cx, ERR_INPUT,
                                    "This file is neither a table nor a list of addresses.");
                TRY(add_row(cx, id, &v->text, 1, rows));
        }
        return *rows ? OK : fail(cx, ERR_INPUT, "There is no row in this file.");
}

static enum err add_rows(struct cx *cx, int64_t id, struct str text, int64_t *rows)
{
        struct str fields[IMPORT_FIELDS], rest = text;
        size_t n;
        if (str_starts(str_trim(text), S("[")))
                return add_addresses(cx, id, text, rows);
        for (bool first = true; csv_row(cx->arena, &rest, fields, IMPORT_FIELDS, &n);
             first = false) {
                if ((first && is_head(fields)) || !fields[0].n)
                        continue;
                TRY(add_row(cx, id, fields, n, rows));
        }
        return *rows ? OK : fail(cx, ERR_INPUT, "There is no row in this file.");
}

enum err import_ask(struct cx *cx, int64_t account, enum import_kind kind, bool overwrite,
                    struct str text)
{
        int64_t going_on, rows = 0, id = cx_id(cx);
        if (str_starts(text, S("\xef\xbb\xbf")))
                text = str_after(text, 3);
        if (text.n > IMPORT_BYTES || !utf8_valid(text) || memchr(text.p, 0, text.n))
                return fail(cx, ERR_INPUT, "The file has to be a text of at most 1 MiB.");
        TRY(db_int(cx->db, &GOING_ON, BIND(V(account), V(cx_now(cx) - GIVEN_UP_DAYS * DAY_MS)),
                   &going_on));
        if (going_on)
                return fail(cx, ERR_INPUT,
                            "Another file is being taken in. Wait until it has ended.");
        TRY(db_run(cx->db, &ADD,
                   BIND(V(id), V(account), V((int64_t)kind), V(overwrite), V(0), V(cx_now(cx))),
                   NULL));
        TRY(add_rows(cx, id, text, &rows));
        TRY(db_run(cx->db, &SET_ROWS, BIND(V(id), V(rows)), NULL));
        return job_add(cx, "import", payload_of(cx, id), STR_NONE, 0);
}

/* ---- looking ---- */

static enum err count(struct cx *cx, struct import *m)
{
        TRY(db_int(cx->db, &COUNT, BIND(V(m->id), V(TAKEN)), &m->taken));
        return db_int(cx->db, &COUNT, BIND(V(m->id), V(NOT_TAKEN)), &m->not_taken);
}

enum err import_list(struct cx *cx, int64_t account, struct import *ret, size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &LIST, NULL, BIND(V(account)), &r));
        while (*n < IMPORT_SHOWN && row_next(&r))
                ret[(*n)++] = read_import(&r);
        TRY(row_end(&r));
        for (size_t i = 0; i < *n; i++)
                TRY(count(cx, &ret[i]));
        return OK;
}

static void put_fields(struct cx *cx, struct buf *out, struct str fields)
{
        const struct json_value *j;
        if (json_read(cx->arena, fields, NULL, &j, NULL))
                return;
        for (const struct json_value *f = j->child; f; f = f->next) {
                if (f != j->child)
                        buf_add_char(out, ',');
                csv_put(out, f->text);
        }
        buf_add_char(out, '\n');
}

enum err import_failures(struct cx *cx, int64_t account, int64_t id, struct buf *out)
{
        struct import m;
        struct row r;
        TRY(get(cx, id, &m));
        if (m.account != account)
                return ERR_MISSING;
        for (size_t i = 0; i < EXPORT_FILES_COUNT; i++)
                if (EXPORT_FILES[i].head &&
                    str_eq(str_of(EXPORT_FILES[i].name), str_of(IMPORT_WORDS[m.kind].file)))
                        buf_addf(out, "%s\n", EXPORT_FILES[i].head);
        TRY(db_all(cx->db, &ROWS, cx->arena, BIND(V(id), V(NOT_TAKEN), V(IMPORT_ROWS)), &r));
        while (row_next(&r)) {
                row_int(&r);
                put_fields(cx, out, row_str(&r));
        }
        return row_end(&r);
}

/* ---- the job ---- */

struct turn {
        struct import import;
        int64_t id;
        struct import_row *rows;
        size_t n;
        bool more;
};

static enum err load(struct cx *cx, void *arg)
{
        struct turn *t = arg;
        const struct json_value *j;
        struct row r;
        TRY(get(cx, t->id, &t->import));
        t->rows = make_n(cx->arena, A_TURN, struct import_row);
        TRY(db_all(cx->db, &ROWS, cx->arena, BIND(V(t->id), V(WAITS), V(A_TURN)), &r));
        for (; t->n < A_TURN && row_next(&r); t->n++) {
                struct import_row *one = &t->rows[t->n];
                one->import = t->import;
                one->place = row_int(&r);
                TRY(json_read(cx->arena, row_str(&r), NULL, &j, NULL));
                const struct json_value *f = j->child;
                for (size_t i = 0; f && i < IMPORT_FIELDS; i++, f = f->next)
                        one->fields[i] = f->text;
        }
        return row_end(&r);
}

static enum err note(struct cx *cx, const struct import_row *r, int state)
{
        return db_run(
                cx->db, &SET,
                BIND(V(r->import.id), V(r->place), V((int64_t)state), V(r->key), V_ID(r->list)),
                NULL);
}

static enum err take(struct cx *cx, void *arg)
{
        struct import_row *r = arg;
        TRY(import_take(cx, r));
        return note(cx, r, TAKEN);
}

/* Whom the file names stays, also where the rules refuse the rest. */
static enum err leave_out(struct cx *cx, void *arg)
{
        struct import_row *r = arg;
        if (r->account)
                r->key = str_int(cx->arena, r->account);
        r->list = 0;
        return note(cx, r, NOT_TAKEN);
}

/* Our own trouble is tried again; everything else is this row's. */
static bool is_ours(enum err e)
{
        return e == ERR_BUSY || e == ERR_FULL || e == ERR_FAULT;
}

static enum err one_row(struct cx *cx, struct import_row *r)
{
        enum err e = import_find(cx, r);
        if (!e)
                e = cx_write(cx, take, r);
        if (!e || is_ours(e))
                return e;
        return cx_write(cx, leave_out, r);
}

static enum err go_on(struct cx *cx, void *arg)
{
        struct turn *t = arg;
        if (!t->more && t->import.overwrite)
                TRY(import_drop(cx, &t->import, &t->more));
        if (t->more)
                return job_add(cx, "import", payload_of(cx, t->id), STR_NONE, 0);
        return db_run(cx->db, &END, BIND(V(t->id), V(cx_now(cx))), NULL);
}

enum err import_run(struct job *job)
{
        struct turn t = {0};
        const struct json_value *j;
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        t.id = json_get_id(j, "import");
        enum err e = cx_read(job->cx, load, &t);
        if (e)
                return e == ERR_MISSING ? OK : e; /* its owner left */
        if (t.import.ended_at)
                return OK;
        for (size_t i = 0; i < t.n; i++) {
                if (job_must_stop(job))
                        return ERR_BUSY;
                TRY(one_row(job->cx, &t.rows[i]));
        }
        t.more = t.n == A_TURN;
        return job_end(job, go_on, &t);
}

enum err import_tidy(struct cx *cx)
{
        return db_run(cx->db, &TIDY, BIND(V(cx_now(cx) - IMPORT_DAYS * DAY_MS)), NULL);
}

static const struct stmt *const statements[] = {&ADD,  &ADD_ROW, &GOING_ON, &LIST, &GET,     &COUNT,
                                                &ROWS, &SET,     &END,      &TIDY, &SET_ROWS};
const struct stmt_list IMPORT_STATEMENTS = {statements, countof(statements)};
