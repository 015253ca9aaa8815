/* Statements and rows over SQLite. A connection keeps each statement prepared, found by the address
 * of its table row; a statement used again while a row of it is open is prepared a second time.
 *
 * Surprising: INSERT ... RETURNING hands out its rows before it has checked foreign keys, so db_one
 * and db_find copy that row, finish the statement, and give the copy. */
#include "lib/base/die.h"
#include "lib/base/log.h"
#include "lib/db/sqlite.h"
#include <ctype.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { FIRST_SLOTS = 128, PARAMETERS_MOST = 255 };

static enum err fault(const struct stmt *s, const char *text, int64_t number)
{
        log_event(LOG_ERROR, "statement_wrong", LOG_Z("statement", s->name), LOG_Z("text", text),
                  LOG_N("number", number));
        return ERR_FAULT;
}

/* ---- preparing ---- */

/* "$12" gives 12; 0 for any other name. */
static int parameter_number(const char *name)
{
        int64_t n = 0;
        if (!name || name[0] != '$' || name[1] == '0' || !str_to_i64(str_of(name + 1), &n) ||
            n < 1 || n > PARAMETERS_MOST)
                return 0;
        return (int)n;
}

static enum err check_parameters(const struct stmt *s, struct prepared *p)
{
        bool seen[PARAMETERS_MOST + 1] = {false};
        if (sqlite3_bind_parameter_count(p->handle) != p->n_in)
                return fault(s, "parameters in the text, unlike .in",
                             sqlite3_bind_parameter_count(p->handle));
        for (int i = 0; i < p->n_in; i++) {
                int n = parameter_number(sqlite3_bind_parameter_name(p->handle, i + 1));
                if (n < 1 || n > p->n_in || seen[n])
                        return fault(s, "parameters must be named $1 to $n; this one is not",
                                     i + 1);
                seen[n] = true;
                p->number[i] = (uint8_t)(n - 1);
        }
        return OK;
}

static enum err prepare(struct db *db, const struct stmt *s, struct prepared **ret)
{
        const char *in = s->in ? s->in : "", *out = s->out ? s->out : "";
        size_t n_in = strlen(in), n_out = strlen(out);
        if (n_in > PARAMETERS_MOST || n_out > PARAMETERS_MOST || in[strspn(in, "isbrISBR")] ||
            out[strspn(out, "isbrISBR")])
                return fault(s, ".in or .out is no list of i s b r", 0);
        sqlite3_stmt *handle = NULL;
        const char *tail = "";
        int code = sqlite3_prepare_v3(db->handle, s->text, -1, SQLITE_PREPARE_PERSISTENT, &handle,
                                      &tail);
        if (code != SQLITE_OK)
                return sqlite_text_err(db, code, s->name);
        if (!handle || tail[strspn(tail, " \t\r\n;")]) {
                sqlite3_finalize(handle);
                return fault(s, "the text is not one statement", 0);
        }
        struct prepared *p = must_alloc(1, sizeof *p + n_in);
        p->stmt = s;
        p->handle = handle;
        p->n_in = (uint8_t)n_in;
        p->n_out = (uint8_t)n_out;
        p->writes = !sqlite3_stmt_readonly(handle);
        enum err e = check_parameters(s, p);
        if (!e && sqlite3_column_count(handle) != (int)n_out)
                e = fault(s, "columns in the text, unlike .out", sqlite3_column_count(handle));
        if (e) {
                sqlite3_finalize(handle);
                free(p);
                return e;
        }
        *ret = p;
        return OK;
}

/* ---- the table of prepared statements ---- */

static size_t slot_of(const struct db *db, const struct stmt *s)
{
        uint64_t h = (uint64_t)(uintptr_t)s *
                     0x9e3779b97f4a7c15u; /* addresses are our own: no key needed */
        size_t i = (size_t)(h >> 32) & (db->n_slots - 1);
        while (db->slots[i].key && db->slots[i].key != s)
                i = (i + 1) & (db->n_slots - 1);
        return i;
}

static void grow_slots(struct db *db)
{
        struct db bigger = {.n_slots = db->n_slots ? db->n_slots * 2 : FIRST_SLOTS};
        bigger.slots = must_alloc(bigger.n_slots, sizeof *bigger.slots);
        for (size_t i = 0; i < db->n_slots; i++)
                if (db->slots[i].key)
                        bigger.slots[slot_of(&bigger, db->slots[i].key)] = db->slots[i];
        free(db->slots);
        db->slots = bigger.slots;
        db->n_slots = bigger.n_slots;
}

/* One that is not running. */
static enum err find_prepared(struct db *db, const struct stmt *s, struct prepared **ret)
{
        if (db->n_prepared * 2 >= db->n_slots)
                grow_slots(db);
        size_t i = slot_of(db, s);
        struct prepared *p = db->slots[i].value;
        for (; p; p = p->copy)
                if (!p->busy) {
                        *ret = p;
                        return OK;
                }
        TRY(prepare(db, s, &p));
        if (!db->slots[i].key)
                db->n_prepared++;
        p->copy = db->slots[i].value;
        db->slots[i].key = s;
        db->slots[i].value = p;
        *ret = p;
        return OK;
}

void sqlite_free_prepared(struct db *db)
{
        for (size_t i = 0; i < db->n_slots; i++)
                for (struct prepared *p = db->slots[i].value, *next; p; p = next) {
                        next = p->copy;
                        sqlite3_finalize(p->handle);
                        free(p->kept);
                        free(p);
                }
        free(db->slots);
        db->slots = NULL;
        db->n_slots = db->n_prepared = 0;
}

enum err db_check(struct db *db, const struct stmt *s)
{
        struct prepared *p;
        return find_prepared(db, s, &p);
}

/* ---- starting and ending ---- */

static int bind_value(sqlite3_stmt *h, int i, const struct value *v)
{
        switch (v->kind) {
        case 'i':
                return sqlite3_bind_int64(h, i, v->i);
        case 'r':
                return sqlite3_bind_double(h, i, v->r);
        case 's':
                return sqlite3_bind_text64(h, i, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
        case 'b':
                return sqlite3_bind_blob64(h, i, v->s.p, v->s.n, SQLITE_STATIC);
        default:
                return sqlite3_bind_null(h, i);
        }
}

static enum err bind(struct db *db, struct prepared *p, const struct value *in, size_t n_in)
{
        const struct stmt *s = p->stmt;
        if (n_in != p->n_in)
                die("statement %s: %zu values for %d parameters", s->name, n_in, p->n_in);
        for (int i = 0; i < p->n_in; i++) {
                int n = p->number[i];
                const struct value *v = &in[n];
                char letter = s->in[n];
                if (v->kind == 'n') {
                        if (islower((unsigned char)letter))
                                return fault(s, "NULL given for the parameter", n + 1);
                } else if (v->kind != tolower((unsigned char)letter)) {
                        die("statement %s: $%d is of type %c, not %c", s->name, n + 1, letter,
                            v->kind);
                }
                /* PostgreSQL has no NUL in text, and SQLite's functions stop at it. */
                if (v->kind == 's' && v->s.n && memchr(v->s.p, 0, v->s.n))
                        return ERR_INPUT;
                int code = bind_value(p->handle, i + 1, v);
                if (code != SQLITE_OK)
                        return sqlite_err(db, code, s->name);
        }
        return OK;
}

static enum err start(struct db *db, const struct stmt *s, const struct value *in, size_t n_in,
                      struct prepared **ret)
{
        TRY(sqlite_inject(db));
        atomic_store_explicit(&db->statements,
                              atomic_load_explicit(&db->statements, memory_order_relaxed) + 1,
                              memory_order_relaxed);
        db->deadline_ms = 0;
        struct prepared *p;
        TRY(find_prepared(db, s, &p));
        TRY(bind(db, p, in, n_in));
        p->turn++;
        p->is_kept = false;
        *ret = p;
        return OK;
}

static void mark_open(struct db *db, struct prepared *p)
{
        p->busy = true;
        p->depth = db->depth;
        p->open_next = db->open;
        p->open_link = &db->open;
        if (db->open)
                db->open->open_link = &p->open_next;
        db->open = p;
}

/* Gives the error the statement met at its end. */
static int close_open(struct prepared *p)
{
        p->busy = false;
        *p->open_link = p->open_next;
        if (p->open_next)
                p->open_next->open_link = p->open_link;
        return p->is_kept ? SQLITE_OK : sqlite3_reset(p->handle);
}

void sqlite_close_rows(struct db *db, int depth)
{
        for (struct prepared *p = db->open, *next; p; p = next) {
                next = p->open_next;
                if (p->depth >= depth)
                        close_open(p);
        }
}

static struct row row_of(struct db *db, struct prepared *p, struct arena *a, bool single)
{
        return (struct row){.db = db,
                            .handle = p,
                            .turn = p->turn,
                            .stmt = p->stmt,
                            .arena = a,
                            .single = single};
}

/* ---- running ---- */

enum err db_run(struct db *db, const struct stmt *s, const struct value *in, size_t n_in,
                int64_t *changed)
{
        struct prepared *p;
        TRY(start(db, s, in, n_in, &p));
        if (p->n_out)
                die("statement %s gives rows: db_one, db_find or db_all", s->name);
        int code = sqlite3_step(p->handle);
        enum err e = sqlite_err(db, code, s->name);
        sqlite3_reset(p->handle);
        if (!e && changed)
                *changed = p->writes ? sqlite3_changes64(db->handle) : 0;
        return e;
}

/* The bytes as they stand in the engine, valid until the statement moves on. */
static struct value column_value(sqlite3_stmt *h, int i)
{
        switch (sqlite3_column_type(h, i)) {
        case SQLITE_INTEGER:
                return value_of_int(sqlite3_column_int64(h, i));
        case SQLITE_FLOAT:
                return value_of_real(sqlite3_column_double(h, i));
        case SQLITE_TEXT: {
                const char *p = (const char *)sqlite3_column_text(h, i);
                return (struct value){'s', .s = {p, p ? (size_t)sqlite3_column_bytes(h, i) : 0}};
        }
        case SQLITE_BLOB: {
                const char *p = sqlite3_column_blob(h, i);
                return (struct value){
                        'b', .s = {p ? p : "", p ? (size_t)sqlite3_column_bytes(h, i) : 0}};
        }
        default:
                return V_NULL;
        }
}

static struct str copy_bytes(const struct stmt *s, struct arena *a, struct str bytes)
{
        if (!a)
                die("statement %s: a text column needs an arena", s->name);
        return str_dup(a, bytes);
}

static void keep_row(struct prepared *p, struct arena *a)
{
        if (!p->kept)
                p->kept = must_alloc(p->n_out, sizeof *p->kept);
        for (int i = 0; i < p->n_out; i++) {
                p->kept[i] = column_value(p->handle, i);
                if (p->kept[i].s.p)
                        p->kept[i].s = copy_bytes(p->stmt, a, p->kept[i].s);
        }
        p->is_kept = true;
}

enum err db_find(struct db *db, const struct stmt *s, struct arena *a, const struct value *in,
                 size_t n_in, struct row *ret, bool *found)
{
        struct prepared *p;
        TRY(start(db, s, in, n_in, &p));
        if (!p->n_out)
                die("statement %s gives no rows: db_run", s->name);
        int code = sqlite3_step(p->handle);
        bool has = code == SQLITE_ROW;
        if (has && p->writes) {
                keep_row(p, a);
                code = sqlite3_reset(p->handle);
        }
        enum err e = sqlite_err(db, code, s->name);
        if (e || !has) {
                p->is_kept = false;
                sqlite3_reset(p->handle);
                if (!e)
                        *found = false;
                return e;
        }
        mark_open(db, p);
        *ret = row_of(db, p, a, true);
        *found = true;
        return OK;
}

enum err db_one(struct db *db, const struct stmt *s, struct arena *a, const struct value *in,
                size_t n_in, struct row *ret)
{
        bool found = false;
        TRY(db_find(db, s, a, in, n_in, ret, &found));
        return found ? OK : ERR_MISSING;
}

enum err db_all(struct db *db, const struct stmt *s, struct arena *a, const struct value *in,
                size_t n_in, struct row *ret)
{
        struct prepared *p;
        TRY(start(db, s, in, n_in, &p));
        if (!p->n_out)
                die("statement %s gives no rows: db_run", s->name);
        mark_open(db, p);
        *ret = row_of(db, p, a, false);
        return OK;
}

/* ---- rows ---- */

/* NULL when the row was closed with its transaction or by row_end. */
static struct prepared *alive(const struct row *r)
{
        struct prepared *p = r->handle;
        return p && p->busy && p->turn == r->turn ? p : NULL;
}

bool row_next(struct row *r)
{
        if (r->err || !r->handle)
                return false;
        if (r->single)
                die("statement %s: row_next is for db_all", r->stmt->name);
        struct prepared *p = alive(r);
        if (!p) {
                r->err = fault(r->stmt, "the row was closed with its transaction", 0);
                return false;
        }
        r->column = 0;
        int code = sqlite3_step(p->handle);
        if (code == SQLITE_ROW)
                return true;
        r->err = sqlite_err(r->db, code, r->stmt->name);
        close_open(p);
        r->handle = NULL;
        return false;
}

static struct value take(struct row *r, char type)
{
        if (r->err)
                return V_NULL;
        struct prepared *p = alive(r);
        if (!p) {
                r->err = fault(r->stmt, "the row was closed with its transaction", r->column + 1);
                return V_NULL;
        }
        if (r->column >= p->n_out)
                die("statement %s has only %d columns", r->stmt->name, p->n_out);
        int i = r->column++;
        char letter = r->stmt->out[i];
        if (tolower((unsigned char)letter) != type)
                die("statement %s: column %d is %c, taken as %c", r->stmt->name, i + 1, letter,
                    type);
        struct value v = p->is_kept ? p->kept[i] : column_value(p->handle, i);
        if (v.kind == 'i' && type == 'r')
                v = value_of_real((double)v.i);
        if (v.kind == 'n') {
                if (islower((unsigned char)letter))
                        r->err = fault(r->stmt, "NULL in the column", i + 1);
        } else if (v.kind != type) {
                r->err = fault(r->stmt, "another type in the column", i + 1);
                return V_NULL;
        } else if (v.kind == 's' && !v.s.p) {
                r->err = ERR_BUSY; /* the engine had no memory to convert it */
                return V_NULL;
        }
        if (v.s.p && !p->is_kept)
                v.s = copy_bytes(r->stmt, r->arena, v.s);
        return v;
}

int64_t row_int(struct row *r)
{
        return take(r, 'i').i;
}

struct str row_str(struct row *r)
{
        return take(r, 's').s;
}

struct str row_bytes(struct row *r)
{
        return take(r, 'b').s;
}

double row_real(struct row *r)
{
        return take(r, 'r').r;
}

bool row_null(const struct row *r)
{
        const struct prepared *p = alive(r);
        if (r->err || !p || r->column >= p->n_out)
                return true;
        return p->is_kept ? p->kept[r->column].kind == 'n'
                          : sqlite3_column_type(p->handle, r->column) == SQLITE_NULL;
}

enum err row_end(struct row *r)
{
        struct prepared *p = alive(r);
        if (p) {
                if (r->single && !r->err && r->column != p->n_out)
                        die("statement %s: %d of %d columns taken", r->stmt->name, r->column,
                            p->n_out);
                int code = close_open(p);
                if (!r->err && p->writes)
                        r->err = sqlite_err(r->db, code, r->stmt->name);
        }
        r->handle = NULL;
        return r->err;
}
