/* The driver for SQLite: connections, transactions, errors and counters. Statements and rows are in
 * sqlite_stmt.c, what an operator asks for (copy, check, checkpoint, plan) in sqlite_care.c, file
 * access in sqlite_vfs.c.
 *
 * Surprising: several errors (no room, no memory) may make SQLite roll the whole transaction back
 * on its own; `ill` remembers that it happened, and the writer then gives up the batch. */
#include "lib/db/sqlite.h"
#include "lib/base/die.h"
#include "lib/base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
        BUSY_MS = 5000,
        STATEMENT_MS = 2000,
        PROGRESS_STEPS = 10000, /* of SQLite's machine, about a millisecond */
        /* Pages that change again and again are written once for all; 16 MiB are read in 20 ms
         * after a crash. */
        CHECKPOINT_PAGES = 4000,
        /* When readers never leave a gap the log cannot start over and only grows; from 64 MiB on
         * we hold back writers for a moment (and new readers are not hindered) until it can. */
        RESTART_PAGES = 16384,
        RESTART_AGAIN_PAGES = 4096,
        RESTART_WAIT_MS = 100,
        LONGEST_VALUE = 64 << 20,
        JOURNAL_SPILL = 4 << 20,
};

/* The engine is one per process: its settings, and the connections for the counters. */
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct db *list;
static struct db_counters closed;

/* The engine's own words on damage and file errors. They may hold SQL text but never values. */
static void engine_log(void *unused, int code, const char *text)
{
        (void)unused;
        int kind = code & 0xff;
        if (kind == SQLITE_CORRUPT || kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN)
                log_event(LOG_ERROR, "sqlite", LOG_N("code", code), LOG_Z("text", text));
}

static void engine_start(void)
{
        /* Each connection is used by one thread at a time, so the engine needs no locks of its own
         * around them; without memory statistics its allocations share no lock either. */
        sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        sqlite3_config(SQLITE_CONFIG_LOG, engine_log, NULL);
        sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, JOURNAL_SPILL); /* savepoints stay in memory */
        if (sqlite3_initialize() != SQLITE_OK)
                die("sqlite: cannot start");
        sqlite_vfs_register();
}

/* ---- errors ---- */

enum err sqlite_err(struct db *db, int code, const char *name)
{
        switch (code & 0xff) {
        case SQLITE_OK:
        case SQLITE_ROW:
        case SQLITE_DONE:
                return OK;
        case SQLITE_FULL:
                db->ill = true;
                return ERR_FULL;
        case SQLITE_NOMEM:
                db->ill = true;
                return ERR_BUSY;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
                return ERR_BUSY;
        case SQLITE_TOOBIG:
                return ERR_TOO_LARGE;
        case SQLITE_INTERRUPT:
                log_event(LOG_WARN, "statement_timeout", LOG_Z("statement", name),
                          LOG_N("limit_ms", db->statement_ms));
                return ERR_BUSY;
        case SQLITE_CONSTRAINT:
                if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
                    code == SQLITE_CONSTRAINT_ROWID || code == SQLITE_CONSTRAINT_FOREIGNKEY)
                        return ERR_CONFLICT;
                break;
        case SQLITE_IOERR:
                db->ill = true;
                break;
        default:
                break;
        }
        /* What fails while it runs may quote what it was given (a search for odd words), so of that
         * only the kind. */
        log_event(LOG_ERROR, "statement_failed", LOG_Z("statement", name), LOG_N("code", code),
                  LOG_Z("text", (code & 0xff) == SQLITE_ERROR ? sqlite3_errstr(code)
                                                              : sqlite3_errmsg(db->handle)));
        return ERR_FAULT;
}

enum err sqlite_text_err(struct db *db, int code, const char *name)
{
        if ((code & 0xff) == SQLITE_ERROR)
                log_event(LOG_ERROR, "statement_text", LOG_Z("statement", name),
                          LOG_Z("text", sqlite3_errmsg(db->handle)));
        return sqlite_err(db, code, name);
}

void db_fail_at(struct db *db, int64_t n, enum err e)
{
        db->fail_at = n;
        db->fail_with = e;
}

enum err sqlite_inject(struct db *db)
{
        if (!db->fail_at || --db->fail_at)
                return OK;
        if (db->fail_with == ERR_FULL)
                db->ill = true;
        return db->fail_with;
}

/* ---- opening ---- */

/* Ends a reader's statement that runs too long. The time counts from the first call, so a short
 * statement never looks at the clock. */
static int progress(void *arg)
{
        struct db *db = arg;
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
        int64_t now_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
        if (!db->deadline_ms)
                db->deadline_ms = now_ms + db->statement_ms;
        return now_ms > db->deadline_ms;
}

void sqlite_restore_progress(struct db *db)
{
        if (db->read_only)
                sqlite3_progress_handler(db->handle, PROGRESS_STEPS, progress, db);
}

/* Several short tries rather than a long one: within one, SQLite waits for a place in its table of
 * readers even when the old reader there has long been followed by new ones that are in nobody's
 * way. */
int sqlite_checkpoint(struct db *db, int mode)
{
        int code = SQLITE_BUSY;
        for (int wait_ms = 5; wait_ms < RESTART_WAIT_MS && code == SQLITE_BUSY; wait_ms *= 2) {
                sqlite3_busy_timeout(db->handle, wait_ms);
                code = sqlite3_wal_checkpoint_v2(db->handle, NULL, mode, NULL, NULL);
        }
        sqlite3_busy_timeout(db->handle, db->busy_ms);
        return code;
}

void sqlite_checkpoint_due(struct db *db)
{
        if (db->wal_pages < CHECKPOINT_PAGES)
                return;
        int pages = db->wal_pages;
        db->wal_pages = 0;
        if (pages < db->restart_pages) {
                sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
                return;
        }
        int code = sqlite_checkpoint(db, SQLITE_CHECKPOINT_RESTART);
        db->restart_pages = code == SQLITE_OK ? RESTART_PAGES : pages + RESTART_AGAIN_PAGES;
}

/* Runs after each commit that wrote. The commit stands whatever happens here. */
static int committed(void *arg, sqlite3 *handle, const char *name, int wal_pages)
{
        struct db *db = arg;
        (void)handle;
        (void)name;
        atomic_store_explicit(&db->commits,
                              atomic_load_explicit(&db->commits, memory_order_relaxed) + 1,
                              memory_order_relaxed);
        db->wal_pages = wal_pages;
        if (!db->defers_checkpoints)
                sqlite_checkpoint_due(db);
        return SQLITE_OK;
}

/* Signing keys lie in there: readable by the server's user alone. SQLite gives its other files the
 * same mode. */
static bool make_file(const char *path)
{
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
                return false;
        close(fd);
        return true;
}

static enum err configure(struct db *db, const struct db_settings *s)
{
        sqlite3 *h = db->handle;
        sqlite3_extended_result_codes(h, 1);
        sqlite3_busy_timeout(h, db->busy_ms);
        sqlite3_limit(h, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
        sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
        /* "text" is a name and never a string, as in PostgreSQL. */
        sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
        sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);

        char sql[512];
        snprintf(sql, sizeof sql,
                 "%s PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
                 "PRAGMA cache_size=-%lld; PRAGMA mmap_size=%lld; %s",
                 s->read_only ? "" : "PRAGMA journal_mode=WAL;",
                 (long long)(s->cache_bytes > 0 ? (s->cache_bytes + 1023) / 1024 : 2000),
                 (long long)(s->mmap_bytes > 0 ? s->mmap_bytes : 0),
                 s->read_only ? "PRAGMA query_only=ON;" : "");
        int code = sqlite3_exec(h, sql, NULL, NULL, NULL);
        if (code != SQLITE_OK)
                return sqlite_err(db, code, "open");
        sqlite3_wal_hook(h, committed, db);
        sqlite_restore_progress(db);
        return OK;
}

static enum err prepare_fixed(struct db *db)
{
        static const char *const text[FIXED_COUNT] = {
                [BEGIN_READ] = "BEGIN",
                [BEGIN_WRITE] = "BEGIN IMMEDIATE",
                [COMMIT] = "COMMIT",
                [ROLLBACK] = "ROLLBACK",
                [SAVEPOINT] = "SAVEPOINT s",
                [RELEASE] = "RELEASE s",
                [ROLLBACK_TO] = "ROLLBACK TO s",
                [DATA_VERSION] = "PRAGMA data_version",
        };
        for (int i = 0; i < FIXED_COUNT; i++) {
                int code = sqlite3_prepare_v3(db->handle, text[i], -1, SQLITE_PREPARE_PERSISTENT,
                                              &db->fixed[i], NULL);
                if (code != SQLITE_OK)
                        return sqlite_err(db, code, "open");
        }
        return OK;
}

static void enlist(struct db *db)
{
        pthread_mutex_lock(&list_lock);
        db->older = list;
        db->link = &list;
        if (list)
                list->link = &db->older;
        list = db;
        pthread_mutex_unlock(&list_lock);
}

static void delist(struct db *db)
{
        pthread_mutex_lock(&list_lock);
        *db->link = db->older;
        if (db->older)
                db->older->link = db->link;
        closed.statements += db->statements;
        closed.commits += db->commits;
        pthread_mutex_unlock(&list_lock);
}

enum err db_open(const struct db_settings *s, struct db **ret)
{
        pthread_once(&engine_once, engine_start);
        struct db *db = must_alloc(1, sizeof *db);
        db->read_only = s->read_only;
        db->busy_ms = s->busy_ms > 0 ? s->busy_ms : BUSY_MS;
        db->statement_ms = s->statement_ms > 0 ? s->statement_ms : STATEMENT_MS;
        db->restart_pages = RESTART_PAGES;
        enlist(db);

        /* A reader also opens for writing, because after a crash the first to come recovers the
         * log; query_only keeps it from changing anything. */
        int code = SQLITE_CANTOPEN;
        if (s->read_only || str_eq(str_of(s->path), S(":memory:")) || make_file(s->path))
                code = sqlite3_open_v2(s->path, &db->handle,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                                               SQLITE_OPEN_PRIVATECACHE,
                                       SQLITE_VFS_NAME);
        enum err e = ERR_FAULT;
        if (code == SQLITE_OK)
                e = configure(db, s);
        if (code == SQLITE_OK && !e)
                e = prepare_fixed(db);
        if (!e) {
                *ret = db;
                return OK;
        }
        log_event(LOG_ERROR, "database_open_failed", LOG_Z("path", s->path), LOG_N("code", code),
                  LOG_N("errno", code == SQLITE_OK ? 0 : errno));
        db_close(&db);
        return e == ERR_BUSY || e == ERR_FULL ? e : ERR_FAULT;
}

void db_close(struct db **dbp)
{
        struct db *db = *dbp;
        if (!db)
                return;
        *dbp = NULL;
        if (db->handle) {
                db_rollback(db);
                sqlite_free_prepared(db);
                for (int i = 0; i < FIXED_COUNT; i++)
                        sqlite3_finalize(db->fixed[i]);
                if (!db->read_only)
                        sqlite_checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE);
                if (sqlite3_close(db->handle) != SQLITE_OK)
                        die("sqlite: a statement outlived its connection");
        }
        delist(db);
        free(db->slots);
        free(db);
}

/* ---- transactions ---- */

static int fixed(struct db *db, enum fixed which)
{
        db->deadline_ms = 0; /* the time of a statement, not of all BEGINs together */
        if (!db->fixed[which])
                return SQLITE_MISUSE;
        int code = sqlite3_step(db->fixed[which]);
        sqlite3_reset(db->fixed[which]);
        return code == SQLITE_DONE ? SQLITE_OK : code;
}

bool sqlite_in_transaction(struct db *db)
{
        return !sqlite3_get_autocommit(db->handle);
}

bool sqlite_keys_open(struct db *db)
{
        int now = 0, most = 0;
        sqlite3_db_status(db->handle, SQLITE_DBSTATUS_DEFERRED_FKS, &now, &most, 0);
        return now != 0;
}

static enum err misplaced(const char *name)
{
        log_event(LOG_ERROR, "transaction_misplaced", LOG_Z("statement", name));
        return ERR_FAULT;
}

static enum err begin(struct db *db, enum fixed which)
{
        if (sqlite_in_transaction(db))
                return misplaced("begin");
        TRY(sqlite_inject(db));
        sqlite_close_rows(db, 0);
        db->ill = false;
        return sqlite_err(db, fixed(db, which), "begin");
}

enum err db_begin_read(struct db *db)
{
        return begin(db, BEGIN_READ);
}

enum err db_begin_write(struct db *db)
{
        return begin(db, BEGIN_WRITE);
}

enum err db_commit(struct db *db)
{
        if (!sqlite_in_transaction(db)) {
                db->depth = 0;
                return db->ill ? ERR_FULL : misplaced("commit");
        }
        sqlite_close_rows(db, 0);
        enum err e = sqlite_inject(db);
        if (!e) {
                int code = fixed(db, COMMIT);
                if ((code & 0xff) == SQLITE_IOERR)
                        die("commit failed (%d: %s); what the disk holds is not known", code,
                            sqlite3_errmsg(db->handle));
                e = sqlite_err(db, code, "commit");
        }
        if (e)
                db_rollback(db);
        db->depth = 0;
        return e;
}

void db_rollback(struct db *db)
{
        sqlite_close_rows(db, 0);
        db->depth = 0;
        db->ill = false;
        if (!sqlite_in_transaction(db))
                return;
        int code = fixed(db, ROLLBACK);
        if (sqlite_in_transaction(db))
                die("rollback failed (%d: %s)", code, sqlite3_errmsg(db->handle));
}

enum err db_savepoint(struct db *db)
{
        if (!sqlite_in_transaction(db))
                return db->ill ? ERR_FULL : misplaced("savepoint");
        TRY(sqlite_inject(db));
        TRY(sqlite_err(db, fixed(db, SAVEPOINT), "savepoint"));
        db->depth++;
        return OK;
}

enum err db_release(struct db *db)
{
        if (!sqlite_in_transaction(db))
                return db->ill ? ERR_FULL : misplaced("release");
        sqlite_close_rows(db, db->depth);
        enum err e = sqlite_inject(db);
        if (!e)
                e = sqlite_err(db, fixed(db, RELEASE), "release");
        if (e)
                db_rollback_to(db);
        else
                db->depth--;
        return e;
}

void db_rollback_to(struct db *db)
{
        sqlite_close_rows(db, db->depth);
        if (db->depth)
                db->depth--;
        if (!sqlite_in_transaction(db)) /* the engine rolled everything back on its own */
                return;
        if (fixed(db, ROLLBACK_TO) != SQLITE_OK || fixed(db, RELEASE) != SQLITE_OK) {
                log_event(LOG_ERROR, "savepoint_rollback_failed",
                          LOG_Z("text", sqlite3_errmsg(db->handle)));
                db_rollback(db);
                db->ill = true;
        }
}

/* ---- the rest ---- */

int64_t db_data_version(struct db *db)
{
        sqlite3_stmt *s = db->fixed[DATA_VERSION];
        int64_t version = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
        sqlite3_reset(s);
        return version;
}

struct db_counters db_counters(void)
{
        pthread_mutex_lock(&list_lock);
        struct db_counters c = closed;
        for (struct db *db = list; db; db = db->older) {
                c.statements += atomic_load_explicit(&db->statements, memory_order_relaxed);
                c.commits += atomic_load_explicit(&db->commits, memory_order_relaxed);
        }
        pthread_mutex_unlock(&list_lock);
        c.fsyncs = sqlite_vfs_fsyncs();
        return c;
}
