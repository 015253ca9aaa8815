/* What the files of the SQLite driver share. Nobody outside lib/db includes this. */
#pragma once
#include "lib/db/db.h"
#include <sqlite3.h>

/* A statement as one connection holds it. */
struct prepared {
        const struct stmt *stmt;
        sqlite3_stmt *handle;
        struct prepared *copy; /* the same statement once more, for use while this one is running */
        struct prepared *open_next, **open_link; /* in db->open while a row is open */
        struct value *kept;                      /* the row of a writing statement, see sqlite_stmt.c */
        uint32_t turn;                           /* grows with each run, so that a row left behind is known as such */
        int depth;                               /* how many savepoints were open when it started */
        bool busy, writes, is_kept;
        uint8_t n_in, n_out;
        uint8_t number[]; /* for each of SQLite's parameters, which $n it is, less one */
};

enum fixed { BEGIN_READ, BEGIN_WRITE, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO, DATA_VERSION, FIXED_COUNT };

struct db {
        sqlite3 *handle;
        sqlite3_stmt *fixed[FIXED_COUNT];
        struct {
                const struct stmt *key;
                struct prepared *value;
        } *slots; /* open addressing, at most half full */
        size_t n_slots, n_prepared;
        struct prepared *open; /* statements with an open row, newest first */
        int depth;             /* open savepoints */
        bool read_only;
        bool ill;                /* the engine ran out of room or memory inside this transaction */
        bool defers_checkpoints; /* the writer asks for them when its answers are out */
        int busy_ms;
        int64_t statement_ms, deadline_ms; /* 0: none yet */
        int wal_pages, restart_pages;
        int64_t fail_at;
        enum err fail_with;
        struct db *older, **link;           /* in the list of connections, for the counters */
        _Atomic int64_t statements, commits; /* written by the connection's thread alone */
};

/* sqlite.c */
enum err sqlite_err(struct db *db, int code, const char *name); /* logs what is a fault */
enum err sqlite_text_err(struct db *db, int code, const char *name); /* says also what is wrong in our text */
enum err sqlite_inject(struct db *db);                          /* the error db_fail_at asked for, or OK */
void sqlite_checkpoint_due(struct db *db);
int sqlite_checkpoint(struct db *db, int mode); /* waits for readers, about 150 ms at most; SQLite's code */
void sqlite_restore_progress(struct db *db); /* the statement timeout, after it was taken off */
bool sqlite_in_transaction(struct db *db);
/* Whether a foreign key is open that only the commit would refuse. */
bool sqlite_keys_open(struct db *db);

/* sqlite_stmt.c */
void sqlite_close_rows(struct db *db, int depth); /* those opened at this depth or deeper */
void sqlite_free_prepared(struct db *db);

/* sqlite_vfs.c */
extern const char SQLITE_VFS_NAME[];
void sqlite_vfs_register(void);
int64_t sqlite_vfs_fsyncs(void);
