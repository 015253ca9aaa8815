/* The driver: types, rows, transactions, limits, failures of the disk, counters, the copy and the
 * plan. */
#include "lib/db/sqlite.h"
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* This test's own fdatasync, which SQLite then calls: a disk whose writes get lost. */
static atomic_bool sync_fails;

int fdatasync(int fd)
{
        if (sync_fails) {
                errno = EIO;
                return -1;
        }
        return (int)syscall(SYS_fdatasync, fd);
}

static const struct stmt INSERT = {
        .name = "insert",
        .text = "INSERT INTO thing (id, text, bytes, real, parent) VALUES ($1, $2, $3, $4, $5)",
        .in = "iSBRI",
};
static const struct stmt INSERT_RETURNING = {
        .name = "insert_returning",
        .text = "INSERT INTO thing (id, text, parent) VALUES ($1, $2, $3) RETURNING id, text",
        .in = "iSI",
        .out = "iS",
};
static const struct stmt GET = {
        .name = "get",
        .text = "SELECT id, text, bytes, real, parent FROM thing WHERE id = $1",
        .in = "i",
        .out = "iSBRI",
};
static const struct stmt GET_TEXT = {
        .name = "get_text",
        .text = "SELECT text FROM thing WHERE id = $1",
        .in = "i",
        .out = "s",
};
static const struct stmt LIST = {
        .name = "list",
        .text = "SELECT id FROM thing WHERE id > $1 ORDER BY id",
        .in = "i",
        .out = "i",
};
static const struct stmt COUNT = {
        .name = "count", .text = "SELECT count(*) FROM thing", .out = "i", .scans = true};
static const struct stmt DELETE_ALL = {.name = "delete_all", .text = "DELETE FROM thing"};
static const struct stmt SWAPPED = {
        .name = "swapped",
        .text = "SELECT id FROM thing WHERE text = $2 AND id = $1",
        .in = "is",
        .out = "i",
};

static const char schema[] =
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT UNIQUE, bytes BLOB, real REAL,"
        " parent INTEGER REFERENCES thing (id));"
        "CREATE INDEX thing_parent ON thing (parent);"
        "CREATE TABLE strict (n INTEGER NOT NULL CHECK (n < 100));"
        "CREATE TABLE late (thing INTEGER REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED);";

struct fixture {
        char dir[64], path[96];
        struct db *db;
        struct arena arena;
};

static int open_fixture(void **state)
{
        struct fixture *f = calloc(1, sizeof *f);
        snprintf(f->dir, sizeof f->dir, "/tmp/db-test-XXXXXX");
        assert_non_null(mkdtemp(f->dir));
        snprintf(f->path, sizeof f->path, "%s/db", f->dir);
        assert_int_equal(db_open(&(struct db_settings){.path = f->path}, &f->db), OK);
        assert_int_equal(db_script(f->db, str_of(schema)), OK);
        arena_open(&f->arena, 64 << 20);
        *state = f;
        return 0;
}

static int close_fixture(void **state)
{
        struct fixture *f = *state;
        char command[128];
        db_close(&f->db);
        assert_null(f->db);
        arena_close(&f->arena);
        snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
        assert_int_equal(system(command), 0);
        free(f);
        return 0;
}

static struct db *another(struct fixture *f, bool read_only)
{
        struct db *db = NULL;
        assert_int_equal(db_open(&(struct db_settings){.path = f->path,
                                                       .read_only = read_only,
                                                       .busy_ms = 50},
                                 &db),
                         OK);
        return db;
}

static enum err insert(struct db *db, int64_t id, struct str text)
{
        return db_run(db, &INSERT, BIND(V(id), V(text), V_NULL, V_NULL, V_NULL), NULL);
}

static int64_t count(struct db *db)
{
        struct row r;
        assert_int_equal(db_one(db, &COUNT, NULL, NO_BIND, &r), OK);
        int64_t n = row_int(&r);
        assert_int_equal(row_end(&r), OK);
        return n;
}

static void test_types(void **state)
{
        struct fixture *f = *state;
        int64_t changed = 0;
        struct str bytes = {"a\0b", 3};
        assert_int_equal(db_run(f->db, &INSERT,
                                BIND(V((int64_t)1), V(S("häh")), V_BYTES(bytes), V(2.5), V_ID(0)),
                                &changed),
                         OK);
        assert_int_equal(changed, 1);
        assert_int_equal(db_run(f->db, &INSERT,
                                BIND(V(INT64_MIN), V(S("")), V_BYTES(S("")), V(-0.5), V_ID(1)),
                                NULL),
                         OK);
        assert_int_equal(db_run(f->db, &INSERT,
                                BIND(V(INT64_MAX), V(STR_NONE), V_NULL, V_NULL, V_NULL), NULL),
                         OK);

        struct row r;
        assert_int_equal(db_one(f->db, &GET, &f->arena, BIND(V(1)), &r), OK);
        assert_int_equal(row_int(&r), 1);
        assert_true(str_eq(row_str(&r), S("häh")));
        assert_true(str_eq(row_bytes(&r), bytes));
        assert_true(row_real(&r) == 2.5);
        assert_true(row_null(&r));
        assert_int_equal(row_int(&r), 0);
        assert_int_equal(row_end(&r), OK);

        assert_int_equal(db_one(f->db, &GET, &f->arena, BIND(V(INT64_MIN)), &r), OK);
        assert_true(row_int(&r) == INT64_MIN);
        struct str empty = row_str(&r);
        assert_non_null(empty.p);
        assert_int_equal(empty.n, 0);
        empty = row_bytes(&r);
        assert_non_null(empty.p);
        assert_int_equal(empty.n, 0);
        row_real(&r);
        assert_false(row_null(&r));
        assert_int_equal(row_int(&r), 1);
        assert_int_equal(row_end(&r), OK);

        assert_int_equal(db_one(f->db, &GET, &f->arena, BIND(V(INT64_MAX)), &r), OK);
        row_int(&r);
        assert_true(row_null(&r));
        assert_null(row_str(&r).p);
        assert_null(row_bytes(&r).p);
        row_real(&r);
        row_int(&r);
        assert_int_equal(row_end(&r), OK);
}

static void test_none_and_many(void **state)
{
        struct fixture *f = *state;
        struct row r;
        bool found = true;
        assert_int_equal(db_one(f->db, &GET, &f->arena, BIND(V(7)), &r), ERR_MISSING);
        assert_int_equal(db_find(f->db, &GET, &f->arena, BIND(V(7)), &r, &found), OK);
        assert_false(found);
        for (int i = 1; i <= 5; i++)
                assert_int_equal(insert(f->db, i, STR_NONE), OK);
        int64_t sum = 0;
        assert_int_equal(db_all(f->db, &LIST, NULL, BIND(V(2)), &r), OK);
        while (row_next(&r))
                sum += row_int(&r);
        assert_int_equal(row_end(&r), OK);
        assert_false(row_next(&r));
        assert_int_equal(sum, 12);
        int64_t changed = 0;
        assert_int_equal(db_run(f->db, &DELETE_ALL, NO_BIND, &changed), OK);
        assert_int_equal(changed, 5);
}

/* The same statement inside its own loop. */
static void test_nested(void **state)
{
        struct fixture *f = *state;
        for (int i = 1; i <= 4; i++)
                assert_int_equal(insert(f->db, i, STR_NONE), OK);
        int pairs = 0;
        struct row outer, inner;
        assert_int_equal(db_all(f->db, &LIST, NULL, BIND(V(0)), &outer), OK);
        while (row_next(&outer)) {
                int64_t a = row_int(&outer);
                assert_int_equal(db_all(f->db, &LIST, NULL, BIND(V(a)), &inner), OK);
                while (row_next(&inner))
                        pairs += row_int(&inner) > a;
                assert_int_equal(row_end(&inner), OK);
        }
        assert_int_equal(row_end(&outer), OK);
        assert_int_equal(pairs, 6);
}

static void test_parameters_in_any_order(void **state)
{
        struct fixture *f = *state;
        assert_int_equal(insert(f->db, 3, S("x")), OK);
        struct row r;
        assert_int_equal(db_one(f->db, &SWAPPED, NULL, BIND(V(3), V(S("x"))), &r), OK);
        assert_int_equal(row_int(&r), 3);
        assert_int_equal(row_end(&r), OK);
}

static void test_wrong_statements(void **state)
{
        struct fixture *f = *state;
        static const struct stmt wrong[] = {
                {.name = "few", .text = "SELECT id FROM thing WHERE id = $1", .out = "i"},
                {.name = "many", .text = "SELECT id FROM thing", .in = "i", .out = "i"},
                {.name = "gap",
                 .text = "SELECT id FROM thing WHERE id = $2",
                 .in = "i",
                 .out = "i"},
                {.name = "cast",
                 .text = "SELECT id FROM thing WHERE id = $1::bigint",
                 .in = "i",
                 .out = "i"},
                {.name = "anonymous",
                 .text = "SELECT id FROM thing WHERE id = ?",
                 .in = "i",
                 .out = "i"},
                {.name = "columns", .text = "SELECT id, text FROM thing", .out = "i"},
                {.name = "letters", .text = "SELECT id FROM thing", .out = "x"},
                {.name = "two", .text = "SELECT 1; SELECT 2", .out = "i"},
                {.name = "none", .text = " -- nothing"},
                {.name = "quotes", .text = "SELECT \"nothing\"", .out = "s"},
                {.name = "syntax", .text = "SELEKT"},
                {.name = "table", .text = "SELECT x FROM nowhere", .out = "i"},
        };
        for (size_t i = 0; i < countof(wrong); i++)
                assert_int_equal(db_check(f->db, &wrong[i]), ERR_FAULT);
        assert_int_equal(db_check(f->db, &LIST), OK);

        static const struct stmt NULLS = {.name = "nulls",
                                          .text = "SELECT text, id FROM thing WHERE id = $1",
                                          .in = "i",
                                          .out = "si"};
        static const struct stmt OTHER = {.name = "other", .text = "SELECT 'x'", .out = "i"};
        struct row r;
        assert_int_equal(insert(f->db, 1, STR_NONE), OK);
        assert_int_equal(db_one(f->db, &NULLS, &f->arena, BIND(V(1)), &r), OK);
        assert_null(row_str(&r).p);
        assert_int_equal(row_int(&r), 0);
        assert_int_equal(row_end(&r), ERR_FAULT);
        assert_int_equal(db_one(f->db, &OTHER, NULL, NO_BIND, &r), OK);
        assert_int_equal(row_int(&r), 0);
        assert_int_equal(row_end(&r), ERR_FAULT);
        assert_int_equal(db_one(f->db, &SWAPPED, NULL, BIND(V(3), V(STR_NONE)), &r), ERR_FAULT);
}

static void test_strangers_text(void **state)
{
        struct fixture *f = *state;
        assert_int_equal(insert(f->db, 1, (struct str){"a\0b", 3}), ERR_INPUT);
        assert_int_equal(insert(f->db, 1, S("'); DROP TABLE thing; --")), OK);
        assert_int_equal(count(f->db), 1);
        size_t n = (64 << 20) + 1;
        char *big = malloc(n);
        memset(big, 'x', n);
        assert_int_equal(insert(f->db, 2, (struct str){big, n}), ERR_TOO_LARGE);
        free(big);
}

static void test_constraints(void **state)
{
        struct fixture *f = *state;
        static const struct stmt CHECKED = {
                .name = "checked", .text = "INSERT INTO strict (n) VALUES ($1)", .in = "I"};
        assert_int_equal(insert(f->db, 1, S("x")), OK);
        assert_int_equal(insert(f->db, 1, S("y")), ERR_CONFLICT);
        assert_int_equal(insert(f->db, 2, S("x")), ERR_CONFLICT);
        assert_int_equal(db_run(f->db, &INSERT, BIND(V(2), V(S("z")), V_NULL, V_NULL, V(99)), NULL),
                         ERR_CONFLICT);
        assert_int_equal(db_run(f->db, &CHECKED, BIND(V(100)), NULL), ERR_FAULT);
        assert_int_equal(db_run(f->db, &CHECKED, BIND(V_NULL), NULL), ERR_FAULT);
        assert_int_equal(count(f->db), 1);
}

static void test_returning(void **state)
{
        struct fixture *f = *state;
        struct row r;
        assert_int_equal(
                db_one(f->db, &INSERT_RETURNING, &f->arena, BIND(V(1), V(S("one")), V_NULL), &r),
                OK);
        assert_int_equal(row_int(&r), 1);
        assert_true(str_eq(row_str(&r), S("one")));
        assert_int_equal(row_end(&r), OK);
        /* found at once, though the engine gives the row first and looks at the key later */
        assert_int_equal(
                db_one(f->db, &INSERT_RETURNING, &f->arena, BIND(V(2), V(S("two")), V(99)), &r),
                ERR_CONFLICT);
        /* nested: the first row is still there to be read */
        struct row s;
        assert_int_equal(
                db_one(f->db, &INSERT_RETURNING, &f->arena, BIND(V(3), V(S("three")), V_NULL), &r),
                OK);
        assert_int_equal(
                db_one(f->db, &INSERT_RETURNING, &f->arena, BIND(V(4), V(STR_NONE), V_NULL), &s),
                OK);
        assert_int_equal(row_int(&r), 3);
        assert_int_equal(row_int(&s), 4);
        assert_true(str_eq(row_str(&r), S("three")));
        assert_true(row_null(&s));
        assert_null(row_str(&s).p);
        assert_int_equal(row_end(&r), OK);
        assert_int_equal(row_end(&s), OK);
        assert_int_equal(count(f->db), 3);
}

static void test_transactions(void **state)
{
        struct fixture *f = *state;
        struct db *reader = another(f, true);
        assert_int_equal(db_begin_write(f->db), OK);
        assert_int_equal(db_begin_write(f->db), ERR_FAULT);
        assert_int_equal(insert(f->db, 1, S("a")), OK);
        assert_int_equal(db_begin_read(reader), OK);
        assert_int_equal(count(reader), 0);
        assert_int_equal(db_savepoint(f->db), OK);
        assert_int_equal(insert(f->db, 2, S("b")), OK);
        assert_int_equal(db_savepoint(f->db), OK);
        assert_int_equal(insert(f->db, 3, S("c")), OK);
        db_rollback_to(f->db);
        assert_int_equal(count(f->db), 2);
        assert_int_equal(db_release(f->db), OK);
        assert_int_equal(db_commit(f->db), OK);
        assert_int_equal(count(reader), 0); /* still its snapshot */
        assert_int_equal(db_commit(reader), OK);
        assert_int_equal(count(reader), 2);
        assert_int_equal(insert(reader, 9, S("x")), ERR_FAULT);
        assert_int_equal(db_begin_write(f->db), OK);
        assert_int_equal(insert(f->db, 4, S("d")), OK);
        db_rollback(f->db);
        db_rollback(f->db);
        assert_int_equal(count(f->db), 2);
        assert_int_equal(db_commit(f->db), ERR_FAULT);
        assert_int_equal(db_savepoint(f->db), ERR_FAULT);
        db_close(&reader);
}

/* A row left open ends with its transaction or savepoint and no sooner. */
static void test_rows_left_open(void **state)
{
        struct fixture *f = *state;
        struct row outer, inner;
        for (int i = 1; i <= 3; i++)
                assert_int_equal(insert(f->db, i, S("x")), i == 1 ? OK : ERR_CONFLICT);
        assert_int_equal(insert(f->db, 2, S("y")), OK);
        assert_int_equal(db_begin_write(f->db), OK);
        assert_int_equal(db_all(f->db, &LIST, NULL, BIND(V(0)), &outer), OK);
        assert_true(row_next(&outer));
        assert_int_equal(db_savepoint(f->db), OK);
        assert_int_equal(db_all(f->db, &LIST, NULL, BIND(V(0)), &inner), OK);
        assert_true(row_next(&inner));
        db_rollback_to(f->db);
        assert_int_equal(row_int(&inner), 0);
        assert_int_equal(row_end(&inner), ERR_FAULT);
        assert_int_equal(row_int(&outer), 1);
        assert_true(row_next(&outer));
        assert_int_equal(db_commit(f->db), OK);
        assert_false(row_next(&outer));
        assert_int_equal(row_end(&outer), ERR_FAULT);
        /* a later run of the same statement does not wake the old row */
        struct row again;
        assert_int_equal(db_all(f->db, &LIST, NULL, BIND(V(0)), &again), OK);
        assert_true(row_next(&again));
        outer.err = OK;
        assert_int_equal(row_int(&outer), 0);
        assert_int_equal(row_int(&again), 1);
        assert_int_equal(row_end(&again), OK);
}

static void test_deferred_key(void **state)
{
        struct fixture *f = *state;
        static const struct stmt LATE = {
                .name = "late", .text = "INSERT INTO late (thing) VALUES ($1)", .in = "i"};
        assert_int_equal(db_begin_write(f->db), OK);
        assert_int_equal(db_run(f->db, &LATE, BIND(V(99)), NULL), OK);
        assert_int_equal(db_commit(f->db), ERR_CONFLICT);
        assert_int_equal(db_begin_write(f->db), OK); /* the failed one is over */
        db_rollback(f->db);
}

static void test_busy(void **state)
{
        struct fixture *f = *state;
        struct db *other = another(f, false);
        assert_int_equal(db_begin_write(f->db), OK);
        assert_int_equal(db_begin_write(other), ERR_BUSY);
        assert_int_equal(db_commit(f->db), OK);
        assert_int_equal(db_begin_write(other), OK);
        assert_int_equal(insert(other, 1, STR_NONE), OK);
        int64_t before = db_data_version(f->db);
        assert_int_equal(db_data_version(f->db), before);
        assert_int_equal(db_commit(other), OK);
        assert_true(db_data_version(f->db) > before);
        db_close(&other);
}

static void test_reader_timeout(void **state)
{
        struct fixture *f = *state;
        static const struct stmt ENDLESS = {
                .name = "endless",
                .text = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                        "SELECT count(*) FROM n",
                .out = "i",
        };
        struct db *reader = NULL;
        struct row r;
        assert_int_equal(db_open(&(struct db_settings){.path = f->path,
                                                       .read_only = true,
                                                       .statement_ms = 50},
                                 &reader),
                         OK);
        assert_int_equal(db_begin_read(reader), OK);
        assert_int_equal(db_one(reader, &ENDLESS, NULL, NO_BIND, &r), ERR_BUSY);
        assert_int_equal(count(reader), 0); /* the connection and its transaction go on */
        assert_int_equal(db_commit(reader), OK);
        /* Each statement has its own time: transactions with nothing else in them never add up to a
         * timeout. */
        struct timespec start, now;
        clock_gettime(CLOCK_MONOTONIC, &start);
        do {
                for (int i = 0; i < 1000; i++) {
                        assert_int_equal(db_begin_read(reader), OK);
                        db_rollback(reader);
                }
                clock_gettime(CLOCK_MONOTONIC, &now);
        } while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 <
                 200);
        db_close(&reader);
}

static void test_fail_at(void **state)
{
        struct fixture *f = *state;
        db_fail_at(f->db, 3, ERR_FULL);
        assert_int_equal(db_begin_write(f->db), OK);
        assert_int_equal(insert(f->db, 1, STR_NONE), OK);
        assert_int_equal(insert(f->db, 2, STR_NONE), ERR_FULL);
        db_rollback(f->db);
        assert_int_equal(count(f->db), 0);
        assert_int_equal(db_begin_write(f->db), OK);
        assert_int_equal(insert(f->db, 1, STR_NONE), OK);
        db_fail_at(f->db, 1, ERR_BUSY);
        assert_int_equal(db_commit(f->db), ERR_BUSY);
        assert_int_equal(count(f->db), 0);
}

static void test_counters(void **state)
{
        struct fixture *f = *state;
        struct db_counters a = db_counters();
        assert_int_equal(db_begin_write(f->db), OK);
        for (int i = 0; i < 10; i++)
                assert_int_equal(insert(f->db, i, STR_NONE), OK);
        assert_int_equal(db_commit(f->db), OK);
        struct db_counters b = db_counters();
        assert_int_equal(b.statements - a.statements, 10);
        assert_int_equal(b.commits - a.commits, 1);
        assert_int_equal(b.fsyncs - a.fsyncs, 1);
        count(f->db);
        assert_int_equal(db_counters().fsyncs, b.fsyncs);
}

/* No room: the commit fails, reads go on, and with room again so do writes. */
static void test_full_disk(void **state)
{
        struct fixture *f = *state;
        struct rlimit old, tight = {0};
        char *text = malloc(200001);
        memset(text, 'x', 200000);
        assert_int_equal(insert(f->db, 1, S("before")), OK);
        signal(SIGXFSZ, SIG_IGN);
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
        tight = (struct rlimit){.rlim_cur = 150000, .rlim_max = old.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
        assert_int_equal(db_begin_write(f->db), OK);
        enum err e = insert(f->db, 2, (struct str){text, 200000});
        if (!e)
                e = db_commit(f->db);
        assert_int_equal(e, ERR_FULL);
        db_rollback(f->db);
        assert_int_equal(count(f->db), 1);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
        assert_int_equal(insert(f->db, 2, (struct str){text, 200000}), OK);
        assert_int_equal(count(f->db), 2);
        assert_int_equal(db_integrity(f->db), OK);
        free(text);
}

/* A failed fsync ends the process, at the commit and at the checkpoint. */
static void test_failed_fsync(void **state)
{
        struct fixture *f = *state;
        for (int at_checkpoint = 0; at_checkpoint < 2; at_checkpoint++) {
                pid_t pid = fork();
                assert_true(pid >= 0);
                if (!pid) {
                        struct db *db = NULL;
                        struct rlimit no_core = {0, 0};
                        setrlimit(RLIMIT_CORE, &no_core);
                        signal(SIGABRT, SIG_DFL);
                        if (db_open(&(struct db_settings){.path = f->path}, &db) ||
                            insert(db, 1 + at_checkpoint, STR_NONE))
                                _exit(3);
                        sync_fails = true;
                        enum err e = at_checkpoint ? db_checkpoint(db) : insert(db, 10, STR_NONE);
                        _exit(e ? 4 : 5);
                }
                int status = 0;
                assert_int_equal(waitpid(pid, &status, 0), pid);
                assert_true(WIFSIGNALED(status));
        }
        struct db *db = another(f, false); /* what was acknowledged is there */
        struct row r;
        for (int id = 1; id <= 2; id++) {
                assert_int_equal(db_one(db, &GET, &f->arena, BIND(V(id)), &r), OK);
                while (r.column < 5)
                        r.column++;
                assert_int_equal(row_end(&r), OK);
        }
        db_close(&db);
}

static void test_backup(void **state)
{
        struct fixture *f = *state;
        char to[128];
        snprintf(to, sizeof to, "%s/copy", f->dir);
        for (int i = 1; i <= 3; i++)
                assert_int_equal(insert(f->db, i, STR_NONE), OK);
        struct db *reader = another(f, true);
        assert_int_equal(db_backup(reader, to), OK);
        struct stat st;
        assert_int_equal(stat(to, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        struct db *copy = NULL;
        assert_int_equal(db_open(&(struct db_settings){.path = to}, &copy), OK);
        assert_int_equal(count(copy), 3);
        assert_int_equal(db_integrity(copy), OK);
        db_close(&copy);
        assert_int_equal(db_backup(reader, "/nowhere/copy"), ERR_FAULT);
        assert_int_equal(count(reader), 3);
        db_close(&reader);
}

static void test_integrity_and_checkpoint(void **state)
{
        struct fixture *f = *state;
        assert_int_equal(db_integrity(f->db), OK);
        assert_int_equal(db_checkpoint(f->db), OK);
        char wal[128];
        struct stat st;
        snprintf(wal, sizeof wal, "%s-wal", f->path);
        assert_int_equal(stat(wal, &st), 0);
        assert_int_equal(st.st_size, 0);
        assert_int_equal(stat(f->path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        assert_int_equal(
                db_script(f->db, S("PRAGMA foreign_keys=OFF; INSERT INTO thing (id, parent) "
                                   "VALUES (1, 99);")),
                OK);
        assert_int_equal(db_integrity(f->db), ERR_FAULT);
        assert_int_equal(db_script(f->db, S("SELECT nothing;")), ERR_FAULT);
}

/* Readers that always overlap leave the log no gap to start over; it must not grow without end. */
struct overlap {
        struct fixture *f;
        atomic_bool stop;
};

static void *read_without_a_gap(void *arg)
{
        struct overlap *o = arg;
        struct db *readers[2] = {another(o->f, true), another(o->f, true)};
        for (int i = 0; !o->stop; i ^= 1) {
                if (db_begin_read(readers[i]))
                        break;
                count(readers[i]);
                usleep(3000);
                db_rollback(readers[i ^ 1]);
        }
        db_close(&readers[0]);
        db_close(&readers[1]);
        return NULL;
}

static void test_log_stays_small(void **state)
{
        struct fixture *f = *state;
        struct overlap o = {.f = f};
        pthread_t thread;
        char wal[128], text[4000];
        off_t most = 0;
        f->db->restart_pages = 1500; /* as if it had grown to 64 MiB */
        snprintf(wal, sizeof wal, "%s-wal", f->path);
        memset(text, 'x', sizeof text);
        assert_int_equal(pthread_create(&thread, NULL, read_without_a_gap, &o), 0);
        for (int i = 0; i < 200; i++) {
                assert_int_equal(db_begin_write(f->db), OK);
                for (int k = 0; k < 40; k++) {
                        text[snprintf(text, 16, "%d.%d", i, k)] = 'x';
                        assert_int_equal(insert(f->db, i * 40 + k, (struct str){text, sizeof text}),
                                         OK);
                }
                assert_int_equal(db_commit(f->db), OK);
                if (f->db->restart_pages > 16000) /* it started over: from here on the real limit */
                        f->db->restart_pages = 1500;
                struct stat st;
                assert_int_equal(stat(wal, &st), 0);
                if (st.st_size > most)
                        most = st.st_size;
        }
        o.stop = true;
        pthread_join(thread, NULL);
        assert_in_range(most, 1, 24 << 20);
}

static void test_plan(void **state)
{
        struct fixture *f = *state;
        struct str_list plan;
        assert_int_equal(db_plan(f->db, &GET, &f->arena, &plan), OK);
        assert_int_equal(plan.n, 1);
        assert_true(str_starts(plan.v[0], S("SEARCH thing")));
        assert_int_equal(db_plan(f->db, &COUNT, &f->arena, &plan), OK);
        assert_true(str_starts(plan.v[0], S("SCAN thing")));
}

static void test_bad_files(void **state)
{
        struct fixture *f = *state;
        struct db *db = NULL;
        char path[128];
        assert_int_equal(db_open(&(struct db_settings){.path = "/nowhere/db"}, &db), ERR_FAULT);
        snprintf(path, sizeof path, "%s/absent", f->dir);
        assert_int_equal(db_open(&(struct db_settings){.path = path, .read_only = true}, &db),
                         ERR_FAULT);
        snprintf(path, sizeof path, "%s/text", f->dir);
        FILE *file = fopen(path, "w");
        for (int i = 0; i < 1000; i++)
                fputs("this is not a database\n", file);
        fclose(file);
        assert_int_equal(db_open(&(struct db_settings){.path = path}, &db), ERR_FAULT);
        assert_null(db);
}

static void test_many_statements(void **state)
{
        struct fixture *f = *state;
        enum { MANY = 600 };
        struct stmt *s = calloc(MANY, sizeof *s);
        for (int round = 0; round < 2; round++)
                for (int i = 0; i < MANY; i++) {
                        struct row r;
                        s[i] = (struct stmt){
                                .name = "many", .text = "SELECT $1", .in = "i", .out = "i"};
                        assert_int_equal(db_one(f->db, &s[i], NULL, BIND(V(i)), &r), OK);
                        assert_int_equal(row_int(&r), i);
                        assert_int_equal(row_end(&r), OK);
                }
        db_close(&f->db);
        free(s);
}

static void test_get_text(void **state)
{
        struct fixture *f = *state;
        struct row r;
        assert_int_equal(insert(f->db, 1, S("word")), OK);
        assert_int_equal(db_one(f->db, &GET_TEXT, &f->arena, BIND(V(1)), &r), OK);
        struct str text = row_str(&r);
        assert_int_equal(row_end(&r), OK);
        assert_int_equal(db_run(f->db, &DELETE_ALL, NO_BIND, NULL), OK);
        assert_true(str_eq(text, S("word"))); /* a copy in the arena */
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
        const struct CMUnitTest tests[] = {
                T(test_types),
                T(test_none_and_many),
                T(test_nested),
                T(test_parameters_in_any_order),
                T(test_wrong_statements),
                T(test_strangers_text),
                T(test_constraints),
                T(test_returning),
                T(test_transactions),
                T(test_rows_left_open),
                T(test_deferred_key),
                T(test_busy),
                T(test_reader_timeout),
                T(test_fail_at),
                T(test_counters),
                T(test_full_disk),
                T(test_failed_fsync),
                T(test_backup),
                T(test_integrity_and_checkpoint),
                T(test_log_stays_small),
                T(test_plan),
                T(test_bad_files),
                T(test_many_statements),
                T(test_get_text),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
