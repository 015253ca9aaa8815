/* Applying the schema: see migrate.h. Called when a data directory is opened, by every command. */
#include "store/migrate.h"
#include "lib/base/buf.h"
#include "lib/base/log.h"

enum { ARENA_CAP = 16 << 20 };

struct str migration_text(struct arena *a, const char *text, enum engine engine)
{
        struct str mine = engine == ENGINE_SQLITE ? S("--sqlite ") : S("--pg ");
        struct str rest = str_of(text), line;
        struct buf b = {0};
        while (str_next(&rest, '\n', &line)) {
                if (str_starts(line, mine))
                        line = str_after(line, mine.n);
                if (engine == ENGINE_SQLITE)
                        line = str_replace(a, line, S("BIGINT PRIMARY KEY"),
                                           S("INTEGER PRIMARY KEY"));
                else
                        line = str_replace(a, line, S(" WITHOUT ROWID"), S(""));
                buf_add(&b, line);
                buf_add_char(&b, '\n');
        }
        return buf_take(a, &b);
}

static const char version_table[] =
        "CREATE TABLE IF NOT EXISTS schema_version ("
        "version BIGINT PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)";

static const struct stmt SCHEMA_VERSION = {
        .name = "schema_version",
        .text = "SELECT coalesce(max(version), 0) FROM schema_version",
        .out = "i",
};

static const struct stmt SCHEMA_VERSION_ADD = {
        .name = "schema_version_add",
        .text = "INSERT INTO schema_version (version, name, at) VALUES ($1, $2, $3)",
        .in = "isi",
};

static const struct stmt *const statements[] = {&SCHEMA_VERSION, &SCHEMA_VERSION_ADD};
const struct stmt_list MIGRATE_STATEMENTS = {statements, countof(statements)};

static enum err version_of(struct db *db, int *ret)
{
        struct row r;
        TRY(db_one(db, &SCHEMA_VERSION, NULL, NO_BIND, &r));
        int64_t version = row_int(&r);
        TRY(row_end(&r));
        if (version < 0 || version > INT32_MAX)
                return ERR_FAULT;
        *ret = (int)version;
        return OK;
}

static enum err run_step(struct db *db, const struct clock *clock, struct arena *a,
                         const struct migration *m, int version)
{
        TRY(db_script(db, migration_text(a, m->text, ENGINE_SQLITE)));
        return db_run(db, &SCHEMA_VERSION_ADD,
                      BIND(V(version), V(str_of(m->name)), V(clock_now(clock))), NULL);
}

/* The next step. The version is read again inside the transaction: another process may have just
 * done the same. */
static enum err step(struct db *db, const struct clock *clock, struct arena *a,
                     const struct migration *steps, size_t n, int *version)
{
        TRY(db_begin_write(db));
        enum err e = version_of(db, version);
        int next = *version + 1;
        bool done = (size_t)*version >= n;
        if (!e && !done)
                e = run_step(db, clock, a, &steps[next - 1], next);
        if (e)
                db_rollback(db);
        else
                e = db_commit(db);
        if (e)
                log_event(LOG_ERROR, "migration_failed", LOG_N("version", next),
                          LOG_Z("error", err_name(e)));
        else if (!done)
                log_event(LOG_INFO, "migrated", LOG_N("version", *version = next),
                          LOG_Z("name", steps[next - 1].name));
        return e;
}

enum err migrate_with(struct db *db, const struct clock *clock, const struct migration *steps,
                      size_t n, int *ret_version)
{
        *ret_version = 0;
        TRY(db_script(db, str_of(version_table)));
        TRY(version_of(db, ret_version));
        if ((size_t)*ret_version > n)
                return ERR_VERSION;
        struct arena a;
        enum err e = OK;
        arena_open(&a, ARENA_CAP);
        while (!e && (size_t)*ret_version < n)
                e = step(db, clock, &a, steps, n, ret_version);
        arena_close(&a);
        if (!e && (size_t)*ret_version > n)
                return ERR_VERSION; /* a newer program came between */
        return e;
}

enum err migrate(struct db *db, const struct clock *clock, int *ret_version)
{
        return migrate_with(db, clock, MIGRATIONS, MIGRATION_COUNT, ret_version);
}
