/* The folder of archives: see download.h. Called by the jobs that put one together, by the page
 * that hands it out and by the tidying. */
#include "store/download.h"
#include "lib/base/log.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_ROOM = 48 };

static enum err from_errno(const char *what)
{
        int e = errno;
        if (e == ENOENT)
                return ERR_MISSING;
        log_event(LOG_ERROR, "downloads", LOG_Z("what", what), LOG_N("errno", e));
        return e == ENOSPC || e == EDQUOT || e == EFBIG ? ERR_FULL : ERR_FAULT;
}

/* The folder, made at its first use: most servers never need it. */
static enum err open_dir(struct cx *cx, int *ret)
{
        const char *path =
                str_z(cx->arena, str_join(cx->arena, cx->settings->data, S("/downloads")));
        if (mkdir(path, 0700) && errno != EEXIST)
                return from_errno("mkdir");
        *ret = open(path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
        return *ret < 0 ? from_errno("open folder") : OK;
}

static void name_of(const char *kind, int64_t id, char name[static NAME_ROOM])
{
        snprintf(name, NAME_ROOM, "%s-%lld", kind, (long long)id);
}

enum err download_new(struct cx *cx, int *fd)
{
        int dir;
        TRY(open_dir(cx, &dir));
        int got = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        enum err e = got < 0 ? from_errno("new file") : OK;
        close(dir);
        if (!e)
                *fd = got;
        return e;
}

/* A job that runs twice finds the file of its first time. */
static enum err link_in(int dir, int fd, const char *name)
{
        char self[NAME_ROOM];
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        if (unlinkat(dir, name, 0) && errno != ENOENT)
                return from_errno("unlink");
        if (linkat(AT_FDCWD, self, dir, name, AT_SYMLINK_FOLLOW))
                return from_errno("link");
        return fsync(dir) ? from_errno("fsync folder") : OK;
}

enum err download_keep(struct cx *cx, const char *kind, int64_t id, int fd)
{
        char name[NAME_ROOM];
        int dir;
        if (fsync(fd))
                return from_errno("fsync");
        TRY(open_dir(cx, &dir));
        name_of(kind, id, name);
        enum err e = link_in(dir, fd, name);
        close(dir);
        return e;
}

enum err download_read(struct cx *cx, const char *kind, int64_t id, int *fd, int64_t *size)
{
        char name[NAME_ROOM];
        struct stat st;
        int dir;
        TRY(open_dir(cx, &dir));
        name_of(kind, id, name);
        int got = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        close(dir);
        if (got < 0)
                return from_errno("open");
        if (fstat(got, &st)) {
                close(got);
                return from_errno("stat");
        }
        *fd = got;
        *size = st.st_size;
        return OK;
}

enum err download_remove(struct cx *cx, const char *kind, int64_t id)
{
        char name[NAME_ROOM];
        int dir;
        TRY(open_dir(cx, &dir));
        name_of(kind, id, name);
        int bad = unlinkat(dir, name, 0) && errno != ENOENT;
        enum err e = bad ? from_errno("unlink") : OK;
        close(dir);
        return e;
}

enum err download_each(struct cx *cx, const char *kind, enum err (*each)(struct cx *cx, int64_t id))
{
        int dir;
        int64_t id;
        enum err e = OK;
        struct str head = str_fmt(cx->arena, "%s-", kind);
        TRY(open_dir(cx, &dir));
        DIR *d = fdopendir(dir);
        if (!d) {
                close(dir);
                return from_errno("read folder");
        }
        for (struct dirent *f; !e && (f = readdir(d));) {
                struct str name = str_of(f->d_name);
                if (str_starts(name, head) && str_to_i64(str_after(name, head.n), &id))
                        e = each(cx, id);
        }
        closedir(d);
        return e;
}
