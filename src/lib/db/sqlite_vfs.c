/* A thin layer over SQLite's own file access: it counts fsyncs, ends the process when one fails,
 * and calls a full disk by its name. Only three methods differ, so an opened file keeps SQLite's
 * structure and gets a copy of SQLite's method table with these three replaced.
 *
 * The end of the process is the point: after a failed fsync Linux forgets which pages were lost and
 * the next fsync succeeds, so trying again would acknowledge what is not on the disk. SQLite itself
 * would try again after a failed checkpoint, silently. */
#include "lib/base/die.h"
#include "lib/db/sqlite.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

const char SQLITE_VFS_NAME[] = "tidings";

/* A table for each that the underlying layer uses (it has one for each way of locking); `mine`
 * comes first, so a file's method pointer leads back here. */
struct methods {
        sqlite3_io_methods mine;
        const sqlite3_io_methods *theirs;
};

enum { METHODS_MOST = 8 };

static struct methods tables[METHODS_MOST];
static pthread_mutex_t tables_lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs layer, *below;
static _Atomic int64_t fsyncs;

static const sqlite3_io_methods *theirs(sqlite3_file *file)
{
        return ((const struct methods *)(const void *)file->pMethods)->theirs;
}

static int file_sync(sqlite3_file *file, int flags)
{
        int code = theirs(file)->xSync(file, flags);
        if (code != SQLITE_OK)
                die("fsync of the database failed (%d); what the disk holds is not known", code);
        atomic_fetch_add_explicit(&fsyncs, 1, memory_order_relaxed);
        return code;
}

/* SQLite knows ENOSPC; a quota and a file size limit are no less full. */
static int file_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
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
                        m->mine.xSync = file_sync;
                        m->mine.xWrite = file_write;
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
        layer.xOpen = layer_open;
        if (sqlite3_vfs_register(&layer, 0) != SQLITE_OK)
                die("sqlite: cannot register file access");
}

int64_t sqlite_vfs_fsyncs(void)
{
        return atomic_load_explicit(&fsyncs, memory_order_relaxed);
}
