/* The media store: see files.h. Two levels of folders by the first two characters of the name. */
#include "store/files.h"
#include "lib/base/die.h"
#include "lib/base/log.h"
#include "lib/base/rand.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct files {
        int root; /* DATA/media */
        char *temp;
};

enum { RANDOM_BYTES = 16, RANDOM_CHARS = 22, LONGEST_NAME = 30 };

static enum err from_errno(const char *what)
{
        int e = errno;
        if (e == ENOENT || e == ENOTDIR)
                return ERR_MISSING;
        log_event(LOG_ERROR, "files", LOG_Z("what", what), LOG_N("errno", e));
        return e == ENOSPC || e == EDQUOT || e == EFBIG ? ERR_FULL : ERR_FAULT;
}

static enum err make_dir(int at, const char *path)
{
        return mkdirat(at, path, 0700) && errno != EEXIST ? from_errno("mkdir") : OK;
}

enum err files_open(struct str data_dir, struct files **ret)
{
        struct files *f = must_alloc(1, sizeof *f);
        char *media, *temp;
        if (asprintf(&media, "%.*s/media", STR_ARG(data_dir)) < 0 ||
            asprintf(&temp, "%.*s/temporary", STR_ARG(data_dir)) < 0)
                die("out of memory");
        enum err e = make_dir(AT_FDCWD, media);
        if (!e)
                e = make_dir(AT_FDCWD, temp);
        f->root = e ? -1 : open(media, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
        f->temp = temp;
        free(media);
        if (f->root < 0) {
                files_close(&f);
                return e ? e : from_errno("open media");
        }
        *ret = f;
        return OK;
}

void files_close(struct files **f)
{
        if ((*f)->root >= 0)
                close((*f)->root);
        free((*f)->temp);
        free(*f);
        *f = NULL;
}

struct str files_temp_dir(const struct files *f)
{
        return str_of(f->temp);
}

static bool name_char(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
}

/* Only names of our making: 22 characters of base64url, a dot, a short extension. */
static bool good_name(struct str s)
{
        if (s.n < RANDOM_CHARS + 3 || s.n > LONGEST_NAME || s.p[RANDOM_CHARS] != '.')
                return false;
        for (size_t i = 0; i < s.n; i++)
                if (i != RANDOM_CHARS && !name_char(s.p[i]))
                        return false;
        return true;
}

/* "Z/k/Zk3....jpg" into path, and the folder alone ends at path[3]. */
static void path_of(struct str name, char path[static LONGEST_NAME + 8])
{
        snprintf(path, LONGEST_NAME + 8, "%c/%c/%.*s", name.p[0], name.p[1], STR_ARG(name));
}

static int open_beneath(int root, const char *path, int flags)
{
        struct open_how how = {.flags = (uint64_t)flags | O_CLOEXEC,
                               .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
        int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
        if (fd < 0 && errno == ENOSYS) /* kernels before 5.6; the name itself was checked */
                fd = openat(root, path, flags | O_CLOEXEC | O_NOFOLLOW);
        return fd;
}

enum err files_new(struct files *f, struct arena *a, const char *extension, int *fd,
                   struct str *name)
{
        int got = open(f->temp, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (got < 0)
                return from_errno("temporary file");
        *fd = got;
        *name = str_fmt(a, "%.*s.%s", STR_ARG(rand_token(a, RANDOM_BYTES)), extension);
        return OK;
}

static enum err sync_dir(int root, const char *path)
{
        int dir = open_beneath(root, path, O_DIRECTORY | O_RDONLY);
        if (dir < 0)
                return from_errno("open folder");
        int bad = fsync(dir);
        close(dir);
        return bad ? from_errno("fsync folder") : OK;
}

static enum err link_in(struct files *f, int fd, struct str name)
{
        char path[LONGEST_NAME + 8], self[32], top[2] = {name.p[0], 0};
        char dir[4] = {name.p[0], '/', name.p[1], 0};
        path_of(name, path);
        if (fsync(fd))
                return from_errno("fsync");
        TRY(make_dir(f->root, top));
        TRY(make_dir(f->root, dir));
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        if (linkat(AT_FDCWD, self, f->root, path, AT_SYMLINK_FOLLOW))
                return from_errno("link");
        TRY(sync_dir(f->root, dir));
        TRY(sync_dir(f->root, top));
        return fsync(f->root) ? from_errno("fsync") : OK;
}

enum err files_keep(struct files *f, int fd, struct str name)
{
        enum err e = good_name(name) ? link_in(f, fd, name) : ERR_FAULT;
        close(fd);
        return e;
}

void files_forget(struct files *f, int fd)
{
        (void)f;
        close(fd);
}

enum err files_read(struct files *f, struct str name, int *fd, int64_t *size)
{
        char path[LONGEST_NAME + 8];
        struct stat st;
        if (!good_name(name))
                return ERR_MISSING;
        path_of(name, path);
        int got = open_beneath(f->root, path, O_RDONLY);
        if (got < 0)
                return from_errno("open");
        if (fstat(got, &st) || !S_ISREG(st.st_mode)) {
                close(got);
                return ERR_MISSING;
        }
        *fd = got;
        *size = st.st_size;
        return OK;
}

enum err files_remove(struct files *f, struct str name)
{
        char path[LONGEST_NAME + 8];
        if (!good_name(name))
                return OK;
        path_of(name, path);
        return unlinkat(f->root, path, 0) && errno != ENOENT ? from_errno("unlink") : OK;
}

static enum err each_in(int at, const char *path, int depth,
                        enum err (*each)(void *, struct str, int64_t), void *owner)
{
        int fd = open_beneath(at, path, O_DIRECTORY | O_RDONLY);
        DIR *d = fd < 0 ? NULL : fdopendir(fd);
        if (!d) {
                if (fd >= 0)
                        close(fd);
                return from_errno("open folder");
        }
        enum err e = OK;
        for (struct dirent *x; !e && (x = readdir(d));) {
                struct stat st;
                if (x->d_name[0] == '.' || fstatat(fd, x->d_name, &st, AT_SYMLINK_NOFOLLOW))
                        continue;
                if (S_ISDIR(st.st_mode) && depth < 2)
                        e = each_in(fd, x->d_name, depth + 1, each, owner);
                else if (S_ISREG(st.st_mode) && good_name(str_of(x->d_name)))
                        e = each(owner, str_of(x->d_name), (int64_t)st.st_mtime * 1000);
        }
        closedir(d);
        return e;
}

enum err files_each(struct files *f,
                    enum err (*each)(void *owner, struct str name, int64_t modified_ms),
                    void *owner)
{
        return each_in(f->root, ".", 0, each, owner);
}
