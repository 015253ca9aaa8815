/* The database: one interface; nothing outside lib/db includes sqlite3.h. A connection belongs to one thread at a
 * time. Statements are named and typed tables; a connection prepares each once, at first use, and keeps it; values
 * are only ever bound. A row left open is closed when its transaction ends. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/str.h"

struct db;

/* .in and .out: a letter for each parameter and column: i 64-bit integer, s text, b bytes, r real; a capital letter
 * when it may be NULL. `$1, $2...` number the parameters; each of .in is used at least once, in any order. A statement that
 * does not keep to its letters is ERR_FAULT with a log line that names it; so is a NULL where the letter is small. */
struct stmt {
        const char *name; /* as the log and the metrics call it */
        const char *text;
        const char *in, *out;
        const char *text_pg; /* where PostgreSQL must differ; NULL: same text */
        bool scans;          /* may read a whole table, with the reason in a comment; the plan test allows it */
};

/* A noun's statements, for the test that prepares them all: struct stmt_list POST_STATEMENTS = {...}. */
struct stmt_list {
        const struct stmt *const *v;
        size_t n;
};

struct value {
        char kind; /* i s b r, or n for NULL */
        int64_t i;
        double r;
        struct str s;
};
static inline struct value value_of_int(int64_t i) { return (struct value){.kind = 'i', .i = i}; }
static inline struct value value_of_real(double r) { return (struct value){.kind = 'r', .r = r}; }
static inline struct value value_of_str(struct str s) { return (struct value){.kind = s.p ? 's' : 'n', .s = s}; }
/* V(x): an integer, real or struct str (p == NULL is NULL). V_BYTES: a blob. V_ID: an id, 0 is NULL. */
#define V(x) _Generic((x), struct str: value_of_str, double: value_of_real, default: value_of_int)(x)
#define V_BYTES(x) ((struct value){.kind = (x).p ? 'b' : 'n', .s = (x)})
#define V_ID(x) ((x) ? value_of_int(x) : (struct value){.kind = 'n'})
#define V_NULL ((struct value){.kind = 'n'})
#define BIND(...) (const struct value[]){__VA_ARGS__}, sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value)
#define NO_BIND NULL, 0

/* The current row of a running statement; columns are taken in order. Text and bytes are copied into the arena (NULL
 * will do where all columns are numbers). Taking a column as another type than its letter ends the process. */
struct row {
        struct db *db;
        void *handle;  /* the driver's */
        uint32_t turn; /* the driver's: which run of the statement this row belongs to */
        const struct stmt *stmt;
        struct arena *arena;
        int column;
        bool single; /* of db_one and db_find */
        enum err err;
};

/* Runs a statement that gives no rows. `changed` (may be NULL) gets the number of rows inserted, updated or deleted.
 * ERR_CONFLICT on a broken unique or foreign key, ERR_FULL when the disk is full, ERR_BUSY (also a reader's statement
 * that took over two seconds), ERR_INPUT for a NUL inside a text, ERR_TOO_LARGE, ERR_FAULT. Bound text must stay where it
 * is until the statement ends (row_end). */
MUST_USE enum err db_run(struct db *db, const struct stmt *s, const struct value *in, size_t n_in, int64_t *changed);
/* Exactly one row (the first): ERR_MISSING when there is none. Finish with row_end. */
MUST_USE enum err db_one(struct db *db, const struct stmt *s, struct arena *a, const struct value *in, size_t n_in,
                         struct row *ret);
/* The same, *found = false when there is none. row_end only when found. */
MUST_USE enum err db_find(struct db *db, const struct stmt *s, struct arena *a, const struct value *in, size_t n_in,
                          struct row *ret, bool *found);
/* Any number of rows: while (row_next(&r)) { ... } TRY(row_end(&r)); */
MUST_USE enum err db_all(struct db *db, const struct stmt *s, struct arena *a, const struct value *in, size_t n_in,
                         struct row *ret);
bool row_next(struct row *r); /* false at the end and on an error, which row_end returns */
int64_t row_int(struct row *r); /* 0 for NULL */
double row_real(struct row *r);
struct str row_str(struct row *r);   /* STR_NONE for NULL */
struct str row_bytes(struct row *r);
bool row_null(const struct row *r); /* is the next column NULL? does not take it */
/* Closes it. Asserts that every column of the last row was taken (db_one, db_find). */
enum err row_end(struct row *r);

/* Statements whose rows are one number: of exactly one row (ERR_MISSING when there is none), of one row or 0 when there is
 * none, of up to `room` rows. */
MUST_USE enum err db_int(struct db *db, const struct stmt *s, const struct value *in, size_t n_in, int64_t *ret);
MUST_USE enum err db_find_int(struct db *db, const struct stmt *s, const struct value *in, size_t n_in, int64_t *ret);
MUST_USE enum err db_ints(struct db *db, const struct stmt *s, const struct value *in, size_t n_in, int64_t *v, size_t room,
                          size_t *n);
/* Of up to `room` rows that are one text each. */
MUST_USE enum err db_texts(struct db *db, const struct stmt *s, struct arena *a, const struct value *in, size_t n_in, size_t room,
                           struct str_list *ret);

/* Transactions of the connection. A read transaction is one snapshot. */
MUST_USE enum err db_begin_read(struct db *db);
MUST_USE enum err db_begin_write(struct db *db);
/* A failed fsync ends the process: never retry and believe. After any other error the transaction is rolled back. */
MUST_USE enum err db_commit(struct db *db);
void db_rollback(struct db *db); /* nothing happens outside a transaction */
/* Savepoints nest; each ends with db_release (keeps the changes; on an error they are undone) or db_rollback_to. */
MUST_USE enum err db_savepoint(struct db *db);
MUST_USE enum err db_release(struct db *db);
void db_rollback_to(struct db *db);

struct db_settings {
        const char *path;
        bool read_only;
        int64_t cache_bytes, mmap_bytes;
        int busy_ms;      /* how long to wait for another process that writes; 0: 5000 */
        int statement_ms; /* a read-only connection's statement ends with ERR_BUSY after this; 0: 2000 */
};
/* ERR_FAULT with a log line when it cannot be opened. Unless read_only, a missing file is made (mode 0600). */
MUST_USE enum err db_open(const struct db_settings *settings, struct db **ret);
void db_close(struct db **db);
/* Runs a script of several statements (migrations, pragmas). */
MUST_USE enum err db_script(struct db *db, struct str sql);
/* Grows each time another connection (of any process) committed. */
int64_t db_data_version(struct db *db);
/* Online copy of one snapshot, in small steps, while others write. `to_path` appears (or is replaced) only when whole. */
MUST_USE enum err db_backup(struct db *db, const char *to_path);
MUST_USE enum err db_integrity(struct db *db); /* quick_check and foreign_key_check */
MUST_USE enum err db_checkpoint(struct db *db);

/* Test hook: the n-th call from now (1 = next) that reaches the database fails with `e`; 0 switches it off. */
void db_fail_at(struct db *db, int64_t n, enum err e);
/* Counters for the metrics, over all connections of the process. */
struct db_counters {
        int64_t statements, commits, fsyncs;
};
struct db_counters db_counters(void);
/* Prepares it and compares its parameters and columns with .in and .out; ERR_FAULT with a log line. */
MUST_USE enum err db_check(struct db *db, const struct stmt *s);
/* The query plan, one line a step, for the test that refuses full scans. */
MUST_USE enum err db_plan(struct db *db, const struct stmt *s, struct arena *a, struct str_list *ret);
