/* What an operator asks of the database: a copy, a check, a checkpoint, a script; and the plan of a
 * statement. */
#include "lib/base/die.h"
#include "lib/base/log.h"
#include "lib/db/sqlite.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
        BACKUP_PAGES = 256, /* 1 MiB a step */
        BACKUP_PAUSE_US = 2000,
        FINDINGS_MOST = 20, /* lines of a damaged database worth logging */
};

/* ---- the copy ---- */

/* One read transaction around all steps: otherwise each commit of another connection starts the
 * copy over. */
static int copy_pages(struct db *db, sqlite3 *to)
{
        sqlite3_backup *b = sqlite3_backup_init(to, "main", db->handle, "main");
        if (!b)
                return sqlite3_errcode(to);
        int code;
        while ((code = sqlite3_backup_step(b, BACKUP_PAGES)) == SQLITE_OK || code == SQLITE_BUSY)
                usleep(BACKUP_PAUSE_US); /* leaves the disk to those who wait for an fsync */
        sqlite3_backup_finish(b);
        return code == SQLITE_DONE ? SQLITE_OK : code;
}

static enum err write_copy(struct db *db, const char *path)
{
        int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0) {
                log_event(LOG_ERROR, "backup_failed", LOG_Z("path", path), LOG_N("errno", errno));
                return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_FAULT;
        }
        close(fd);
        sqlite3 *to = NULL;
        int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                   SQLITE_VFS_NAME);
        if (code == SQLITE_OK)
                code = copy_pages(db, to);
        if (sqlite3_close(to) != SQLITE_OK)
                die("sqlite: the copy did not close");
        if (code == SQLITE_OK)
                return OK;
        log_event(LOG_ERROR, "backup_failed", LOG_Z("path", path), LOG_N("code", code));
        return (code & 0xff) == SQLITE_FULL ? ERR_FULL : ERR_FAULT;
}

/* The new name is on the disk when its folder is. */
static bool rename_durably(const char *from, const char *to)
{
        if (rename(from, to) != 0)
                return false;
        char *copy = strdup(to);
        if (!copy)
                die("out of memory");
        int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        free(copy);
        if (fd < 0)
                return false;
        bool done = fsync(fd) == 0;
        close(fd);
        return done;
}

enum err db_backup(struct db *db, const char *to_path)
{
        static const struct stmt SNAPSHOT = {.name = "backup_snapshot",
                                             .text = "SELECT count(*) FROM sqlite_master",
                                             .out = "i"};
        struct row r;
        char *part = sqlite3_mprintf("%s.part", to_path);
        if (!part)
                die("out of memory");
        enum err e = db_begin_read(db);
        if (!e && !(e = db_one(db, &SNAPSHOT, NULL, NO_BIND, &r))) {
                row_int(&r);
                e = row_end(&r);
        }
        if (!e)
                e = write_copy(db, part);
        db_rollback(db);
        if (!e && !rename_durably(part, to_path)) {
                log_event(LOG_ERROR, "backup_failed", LOG_Z("path", to_path),
                          LOG_N("errno", errno));
                e = ERR_FAULT;
        }
        if (e)
                unlink(part);
        sqlite3_free(part);
        return e;
}

/* ---- the check ---- */

static int no_finding(void *arg, int n, char **values, char **names)
{
        int64_t *found = arg;
        (void)names;
        if (n == 1 && values[0] && strcmp(values[0], "ok") == 0)
                return 0;
        if (++*found <= FINDINGS_MOST)
                log_event(LOG_ERROR, "database_damage", LOG_Z("finding", n ? values[0] : NULL),
                          LOG_Z("refers_to", n > 2 ? values[2] : ""));
        return 0;
}

enum err db_integrity(struct db *db)
{
        int64_t found = 0;
        TRY(sqlite_inject(db));
        sqlite3_progress_handler(db->handle, 0, NULL, NULL); /* may take its time */
        int code = sqlite3_exec(db->handle, "PRAGMA quick_check; PRAGMA foreign_key_check",
                                no_finding, &found, NULL);
        sqlite_restore_progress(db);
        TRY(sqlite_err(db, code, "integrity"));
        return found ? ERR_FAULT : OK;
}

enum err db_checkpoint(struct db *db)
{
        TRY(sqlite_inject(db));
        return sqlite_err(db, sqlite_checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE), "checkpoint");
}

/* ---- scripts and plans ---- */

enum err db_script(struct db *db, struct str sql)
{
        TRY(sqlite_inject(db));
        if (!sql.n)
                return OK;
        const char *p = sql.p, *end = sql.p + sql.n;
        while (p < end) {
                sqlite3_stmt *s = NULL;
                int code = sqlite3_prepare_v2(db->handle, p, (int)(end - p), &s, &p);
                if (code == SQLITE_OK && !s)
                        break; /* only white space or a comment was left */
                while (code == SQLITE_OK && (code = sqlite3_step(s)) == SQLITE_ROW)
                        code = SQLITE_OK;
                enum err e = sqlite_text_err(db, code, "script");
                sqlite3_finalize(s);
                TRY(e);
        }
        return OK;
}

enum err db_plan(struct db *db, const struct stmt *s, struct arena *a, struct str_list *ret)
{
        enum { LINES_MOST = 200 };
        TRY(db_check(db, s));
        char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", s->text);
        if (!text)
                die("out of memory");
        sqlite3_stmt *h = NULL;
        int code = sqlite3_prepare_v2(db->handle, text, -1, &h, NULL);
        sqlite3_free(text);
        struct str_list lines = {make_n(a, LINES_MOST, struct str), 0};
        while (code == SQLITE_OK && (code = sqlite3_step(h)) == SQLITE_ROW) {
                if (lines.n < LINES_MOST)
                        lines.v[lines.n++] =
                                str_dup(a, str_of((const char *)sqlite3_column_text(h, 3)));
                code = SQLITE_OK;
        }
        enum err e = sqlite_err(db, code, s->name);
        sqlite3_finalize(h);
        TRY(e);
        *ret = lines;
        return OK;
}
