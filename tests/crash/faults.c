/* Loaded in front of the C library by tests/crash: makes the n-th call of one kind fail, as a full
 * disk, a broken disk or an exhausted memory would. FAULT_CALL is malloc, read, write, fsync or
 * open; FAULT_AT counts from 1 once the file FAULT_ARMED exists, so that a server starts
 * undisturbed; FAULT_FOR says how many calls in a row fail. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static const char *call, *armed;
static long at, lasting;
static atomic_long count;
static atomic_int is_armed;

__attribute__((constructor)) static void begin(void)
{
        call = getenv("FAULT_CALL");
        armed = getenv("FAULT_ARMED");
        at = getenv("FAULT_AT") ? atol(getenv("FAULT_AT")) : 0;
        lasting = getenv("FAULT_FOR") ? atol(getenv("FAULT_FOR")) : 1;
}

static int now(const char *name)
{
        if (!call || at <= 0 || strcmp(call, name) != 0)
                return 0;
        if (!atomic_load(&is_armed)) {
                static int (*real_access)(const char *, int);
                if (!real_access)
                        *(void **)&real_access = dlsym(RTLD_NEXT, "access");
                if (!armed || real_access(armed, F_OK) != 0)
                        return 0;
                atomic_store(&is_armed, 1);
        }
        long n = atomic_fetch_add(&count, 1) + 1;
        return n >= at && n < at + lasting;
}

#define REAL(name)                                                                                 \
        static __typeof__(&name) real;                                                             \
        if (!real)                                                                                 \
        *(void **)&real = dlsym(RTLD_NEXT, #name)

/* dlsym itself allocates nothing that comes back here, but glibc's own start-up does: hence the
 * real ones by their other names. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

void *malloc(size_t n)
{
        if (now("malloc"))
                return errno = ENOMEM, NULL;
        return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
        if (now("malloc"))
                return errno = ENOMEM, NULL;
        return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
        if (now("malloc"))
                return errno = ENOMEM, NULL;
        return __libc_realloc(p, n);
}

static int on_disk(int fd)
{
        struct stat s;
        return fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t where)
{
        REAL(pwrite64);
        if (on_disk(fd) && now("write"))
                return errno = ENOSPC, -1;
        return real(fd, p, n, where);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t where)
{
        return pwrite64(fd, p, n, where);
}

ssize_t write(int fd, const void *p, size_t n)
{
        REAL(write);
        if (on_disk(fd) && fd > 2 && now("write"))
                return errno = ENOSPC, -1;
        return real(fd, p, n);
}

ssize_t pread64(int fd, void *p, size_t n, off_t where)
{
        REAL(pread64);
        if (on_disk(fd) && now("read"))
                return errno = EIO, -1;
        return real(fd, p, n, where);
}

ssize_t pread(int fd, void *p, size_t n, off_t where)
{
        return pread64(fd, p, n, where);
}

int fsync(int fd)
{
        REAL(fsync);
        return now("fsync") ? (errno = EIO, -1) : real(fd);
}

int fdatasync(int fd)
{
        REAL(fdatasync);
        return now("fsync") ? (errno = EIO, -1) : real(fd);
}

int open64(const char *path, int flags, ...)
{
        REAL(open64);
        va_list ap;
        va_start(ap, flags);
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(ap, mode_t) : 0;
        va_end(ap);
        return now("open") ? (errno = EMFILE, -1) : real(path, flags, mode);
}
