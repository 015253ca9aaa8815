/* A thin layer over SQLite's own file access: it counts fsyncs, ends the process when one fails,
 * calls a full disk by its name, and writes the log in large pieces. Only a few methods differ, so
 * an opened file keeps SQLite's structure, followed by ours, and gets a copy of SQLite's method
 * table with these few replaced.
 *
 * The end of the process is the point: after a failed fsync Linux forgets which pages were lost and
 * the next fsync succeeds, so trying again would acknowledge what is not on the disk. SQLite itself
 * would try again after a failed checkpoint, silently.
 *
 * SQLite writes two pieces for each page of a commit, its number and its content, one after the
 * other to the end of the log. They are gathered and written as one, before the fsync that SQLite
 * asks for ahead of telling readers of them (synchronous=FULL), and before anything else is done
 * with the file. */
#include "lib/base/die.h"
#include "lib/db/sqlite.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const char SQLITE_VFS_NAME[] = "tidings";

/* A table for each that the underlying layer uses (it has one for each way of locking); `mine`
 * comes first, so a file's method pointer leads back here. */
struct methods {
        sqlite3_io_methods mine;
        const sqlite3_io_methods *theirs;
};

enum { METHODS_MOST = 8, GATHER_BYTES = 128 << 10 };

/* Behind SQLite's structure of a file: what is to be written at `at`. */
struct gathered {
        bool is_log;
        unsigned char *p; /* made when the first is written; readers write none */
        int n;
        sqlite3_int64 at;
};

static struct methods tables[METHODS_MOST];
static pthread_mutex_t tables_lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs layer, *below;
static _Atomic int64_t fsyncs;

static const sqlite3_io_methods *theirs(sqlite3_file *file)
{
        return ((const struct methods *)(const void *)file->pMethods)->theirs;
}

static struct gathered *gathered(sqlite3_file *file)
{
        size_t size = (size_t)below->szOsFile, align = _Alignof(struct gathered);
        return (struct gathered *)(void *)((char *)file + (size + align - 1) / align * align);
}

/* SQLite knows ENOSPC; a quota and a file size limit are no less full. */
static int write_now(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
        int code = theirs(file)->xWrite(file, p, n, at);
        if (code == SQLITE_IOERR_WRITE) {
                int number = 0;
                theirs(file)->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
                if (number == EDQUOT || number == EFBIG || number == ENOSPC)
                        return SQLITE_FULL;
        }
        return code;
}

/* Whatever fails here fails the transaction, so nothing of it is kept. */
static int flush(sqlite3_file *file)
{
        struct gathered *g = gathered(file);
        int n = g->n;
        g->n = 0;
        return n ? write_now(file, g->p, n, g->at) : SQLITE_OK;
}

static int gather(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
        struct gathered *g = gathered(file);
        if (g->n && (at != g->at + g->n || n > GATHER_BYTES - g->n)) {
                int code = flush(file);
                if (code != SQLITE_OK)
                        return code;
        }
        if (!g->p)
                g->p = must_alloc(1, GATHER_BYTES);
        if (!g->n)
                g->at = at;
        memcpy(g->p + g->n, p, (size_t)n);
        g->n += n;
        return SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
        if (gathered(file)->is_log && n <= GATHER_BYTES)
                return gather(file, p, n, at);
        int code = flush(file);
        return code == SQLITE_OK ? write_now(file, p, n, at) : code;
}

static int file_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
        int code = flush(file);
        return code == SQLITE_OK ? theirs(file)->xRead(file, p, n, at) : code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
        int code = flush(file);
        return code == SQLITE_OK ? theirs(file)->xTruncate(file, size) : code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
        int code = flush(file);
        return code == SQLITE_OK ? theirs(file)->xFileSize(file, ret) : code;
}

/* What was not committed is nobody's. */
static int file_close(sqlite3_file *file)
{
        free(gathered(file)->p);
        return theirs(file)->xClose(file);
}

static int file_sync(sqlite3_file *file, int flags)
{
        int code = flush(file);
        if (code != SQLITE_OK)
                return code;
        code = theirs(file)->xSync(file, flags);
        if (code != SQLITE_OK)
                die("fsync of the database failed (%d); what the disk holds is not known", code);
        atomic_fetch_add_explicit(&fsyncs, 1, memory_order_relaxed);
        return code;
}

/* The shared index of the log grows by writing a byte, and that fails only for lack of room. */
static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
        int code = theirs(file)->xShmMap(file, page, size, extend, ret);
        return code == SQLITE_IOERR_SHMSIZE ? SQLITE_FULL : code;
}

static const sqlite3_io_methods *replace(const sqlite3_io_methods *old)
{
        const sqlite3_io_methods *found = NULL;
        pthread_mutex_lock(&tables_lock);
        for (size_t i = 0; i < METHODS_MOST && !found; i++) {
                struct methods *m = &tables[i];
                if (!m->theirs) {
                        m->mine = *old;
                        m->mine.xClose = file_close;
                        m->mine.xRead = file_read;
                        m->mine.xWrite = file_write;
                        m->mine.xTruncate = file_truncate;
                        m->mine.xSync = file_sync;
                        m->mine.xFileSize = file_size;
                        if (old->iVersion >= 2 && old->xShmMap)
                                m->mine.xShmMap = file_shm_map;
                        m->theirs = old;
                }
                if (m->theirs == old)
                        found = &m->mine;
        }
        pthread_mutex_unlock(&tables_lock);
        if (!found)
                die("sqlite: more kinds of file access than expected");
        return found;
}

static int layer_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                      int *flags_out)
{
        (void)vfs;
        *gathered(file) = (struct gathered){.is_log = flags & SQLITE_OPEN_WAL};
        int code = below->xOpen(below, name, file, flags, flags_out);
        if (code == SQLITE_OK && file->pMethods)
                file->pMethods = replace(file->pMethods);
        return code;
}

void sqlite_vfs_register(void)
{
        below = sqlite3_vfs_find(NULL);
        if (!below)
                die("sqlite: no file access");
        layer = *below;
        layer.pNext = NULL;
        layer.zName = SQLITE_VFS_NAME;
        layer.szOsFile =
                below->szOsFile + (int)(sizeof(struct gathered) + _Alignof(struct gathered));
        layer.xOpen = layer_open;
        if (sqlite3_vfs_register(&layer, 0) != SQLITE_OK)
                die("sqlite: cannot register file access");
}

int64_t sqlite_vfs_fsyncs(void)
{
        return atomic_load_explicit(&fsyncs, memory_order_relaxed);
}
