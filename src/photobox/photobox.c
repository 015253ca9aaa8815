/* The server's end of the box. Threads of the slow lane and of the workers call photobox_picture,
 * which waits for a place, hands the descriptors over and waits for the answer on a pipe of its
 * own. The zygote is started with the first picture, ends itself when idle, and is started again
 * when it is found gone: a request that meets its end is sent once more. Whatever a child does, all
 * that reaches the server is one struct, and that is checked here. */
#include "photobox/photobox.h"
#include "lib/base/die.h"
#include "lib/base/log.h"
#include "photobox/wire.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
        QUEUE_MAX = 32,    /* who comes later is told at once, with 503 */
        QUEUE_WAIT_S = 30, /* nobody's phone waits longer */
        WORKERS_MAX = 32,
        GRACE_MS = 5000, /* for the zygote, past the child's own deadline */
};

struct photobox {
        char program[PATH_MAX];
        int places;
        pthread_mutex_t lock; /* of all below */
        pthread_cond_t freed;
        int running, waiting;
        pid_t zygote; /* 0: not running */
        int socket;
        uint64_t generation; /* counts the zygotes, so that only one of many disappointed threads
                                ends one */
};

bool photobox_find(char *path, size_t size)
{
        char self[PATH_MAX];
        ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
        if (n > 0) {
                self[n] = 0;
                char *slash = strrchr(self, '/');
                int did = slash ? snprintf(path, size, "%.*s/tidings-photobox", (int)(slash - self),
                                           self)
                                : -1;
                if (did > 0 && (size_t)did < size && access(path, X_OK) == 0)
                        return true;
        }
        static const char *const installed[] = {"/usr/local/bin/tidings-photobox",
                                                "/usr/bin/tidings-photobox"};
        for (size_t i = 0; i < countof(installed); i++)
                if (strlen(installed[i]) < size && access(installed[i], X_OK) == 0) {
                        memcpy(path, installed[i], strlen(installed[i]) + 1);
                        return true;
                }
        return false;
}

enum err photobox_open(const char *program, int n_workers, struct photobox **ret)
{
        if (strlen(program) >= sizeof((struct photobox *)0)->program || access(program, X_OK) != 0)
                return ERR_MISSING;
        struct photobox *b = must_alloc(1, sizeof *b);
        memcpy(b->program, program, strlen(program) + 1);
        long half = sysconf(_SC_NPROCESSORS_ONLN) / 2;
        b->places = n_workers > 0 ? n_workers : (int)half;
        if (b->places < 1)
                b->places = 1;
        if (b->places > WORKERS_MAX)
                b->places = WORKERS_MAX;
        b->socket = -1;
        pthread_mutex_init(&b->lock, NULL);
        pthread_condattr_t attr;
        pthread_condattr_init(&attr);
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        pthread_cond_init(&b->freed, &attr);
        pthread_condattr_destroy(&attr);
        *ret = b;
        return OK;
}

/* Starts `program argument`. With a socket: as descriptor 3, and standard input and output are
 * nothing. The environment is empty, for libvips obeys a good dozen variables. Its own process
 * group, so that a Ctrl-C in a terminal lets pictures on their way be finished. */
static int spawn(const char *program, const char *argument, int socket, pid_t *pid)
{
        posix_spawn_file_actions_t files;
        posix_spawnattr_t attr;
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawn_file_actions_init(&files);
        posix_spawnattr_init(&attr);
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (socket >= 0) {
                posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
                posix_spawn_file_actions_adddup2(&files, socket, WIRE_SOCKET);
        }
        posix_spawn_file_actions_addclosefrom_np(&files,
                                                 socket >= 0 ? WIRE_SOCKET + 1 : WIRE_SOCKET);
        posix_spawnattr_setsigmask(&attr, &none);
        posix_spawnattr_setsigdefault(&attr, &all);
        posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                (socket >= 0 ? POSIX_SPAWN_SETPGROUP : 0));
        char *argv[] = {"tidings-photobox", (char *)(uintptr_t)argument, NULL};
        char *environment[] = {"LC_ALL=C.UTF-8", NULL};
        int bad = posix_spawn(pid, program, &files, &attr, argv, environment);
        posix_spawnattr_destroy(&attr);
        posix_spawn_file_actions_destroy(&files);
        return bad;
}

/* Under the lock. */
static void end_zygote(struct photobox *b)
{
        if (!b->zygote)
                return;
        kill(b->zygote, SIGKILL);
        while (waitpid(b->zygote, NULL, 0) < 0 && errno == EINTR)
                continue;
        close(b->socket);
        b->zygote = 0;
        b->socket = -1;
}

/* Under the lock. */
static enum err start_zygote(struct photobox *b)
{
        if (b->zygote)
                return OK;
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
                return ERR_FAULT;
        char places[16];
        snprintf(places, sizeof places, "%d", b->places);
        int bad = spawn(b->program, places, pair[1], &b->zygote);
        close(pair[1]);
        if (bad) {
                b->zygote = 0;
                close(pair[0]);
                log_event(LOG_ERROR, "photobox_start", LOG_Z("error", strerror(bad)));
                return ERR_FAULT;
        }
        b->socket = pair[0];
        b->generation++;
        return OK;
}

void photobox_close(struct photobox **box)
{
        struct photobox *b = *box;
        if (!b)
                return;
        end_zygote(b);
        pthread_cond_destroy(&b->freed);
        pthread_mutex_destroy(&b->lock);
        free(b);
        *box = NULL;
}

enum err photobox_check(int in_fd, struct picture_header *ret, enum picture_why *why)
{
        *why = picture_check_file(in_fd, ret);
        return *why == PICTURE_FINE ? OK : ERR_INPUT;
}

static enum err take_place(struct photobox *b)
{
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += QUEUE_WAIT_S;
        enum err e = OK;
        pthread_mutex_lock(&b->lock);
        if (b->running >= b->places && b->waiting >= QUEUE_MAX) {
                e = ERR_BUSY;
        } else {
                b->waiting++;
                while (b->running >= b->places && !e)
                        if (pthread_cond_timedwait(&b->freed, &b->lock, &until) == ETIMEDOUT)
                                e = ERR_BUSY;
                b->waiting--;
                if (b->running < b->places) { /* even if the time was over in the same moment */
                        b->running++;
                        e = OK;
                }
        }
        pthread_mutex_unlock(&b->lock);
        return e;
}

static void leave_place(struct photobox *b)
{
        pthread_mutex_lock(&b->lock);
        b->running--;
        pthread_cond_signal(&b->freed);
        pthread_mutex_unlock(&b->lock);
}

/* Hands the request to the zygote, which is started if need be. */
static enum err send_ask(struct photobox *b, const struct wire_ask *ask, const int *fds,
                         size_t n_fds, uint64_t *generation)
{
        union {
                struct cmsghdr head;
                char room[CMSG_SPACE(sizeof(int) * WIRE_FDS)];
        } control = {0};
        struct iovec part = {(void *)(uintptr_t)ask, sizeof *ask};
        struct msghdr m = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = CMSG_SPACE(sizeof(int) * n_fds)};
        control.head = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
                                        .cmsg_type = SCM_RIGHTS,
                                        .cmsg_len = CMSG_LEN(sizeof(int) * n_fds)};
        memcpy(CMSG_DATA(&control.head), fds, sizeof(int) * n_fds);
        pthread_mutex_lock(&b->lock);
        enum err e = start_zygote(b);
        *generation = b->generation;
        /* never waits: at most `places` short messages are in the socket */
        if (!e && sendmsg(b->socket, &m, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof *ask)
                e = ERR_FAULT;
        pthread_mutex_unlock(&b->lock);
        return e;
}

/* One struct from the pipe. ERR_FAULT when the zygote is gone or does not answer in time. */
static enum err receive_answer(int fd, struct wire_answer *ret)
{
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int n;
        do
                n = poll(&p, 1, WIRE_WALL_S * 1000 + GRACE_MS);
        while (n < 0 && errno == EINTR);
        if (n <= 0 || read(fd, ret, sizeof *ret) != sizeof *ret)
                return ERR_FAULT;
        return ret->version == WIRE_VERSION ? OK : ERR_FAULT;
}

static enum err ask_once(struct photobox *b, const struct wire_ask *ask, const int files[4],
                         struct wire_answer *ret)
{
        int pipe_fds[2];
        for (int i = 1; i < 4; i++) /* an attempt before may have got as far as writing */
                if (files[i] >= 0 &&
                    (ftruncate(files[i], 0) < 0 || lseek(files[i], 0, SEEK_SET) < 0))
                        return ERR_FAULT;
        if (pipe2(pipe_fds, O_CLOEXEC) < 0)
                return ERR_FAULT;
        const int fds[WIRE_FDS] = {files[0], pipe_fds[1], files[1], files[2], files[3]};
        uint64_t generation;
        enum err e = send_ask(b, ask, fds, files[3] >= 0 ? WIRE_FDS : WIRE_FDS - 1, &generation);
        close(pipe_fds[1]);
        if (!e)
                e = receive_answer(pipe_fds[0], ret);
        close(pipe_fds[0]);
        if (e) {
                pthread_mutex_lock(&b->lock);
                if (b->generation == generation)
                        end_zygote(b);
                pthread_mutex_unlock(&b->lock);
        }
        return e;
}

/* A rendition must be what the answer calls it: a hijacked child may have written anything. */
static bool file_fits(const struct wire_file *w, int fd, struct photobox_file *ret)
{
        struct picture_header h;
        if (picture_check_file(fd, &h) != PICTURE_FINE || h.kind != w->kind ||
            h.width != w->width || h.height != w->height ||
            (h.kind != PICTURE_JPEG && h.kind != PICTURE_PNG && h.kind != PICTURE_WEBP))
                return false;
        off_t size = lseek(fd, 0, SEEK_END);
        if (size < 0 || (uint64_t)size != w->bytes)
                return false;
        *ret = (struct photobox_file){h.kind, h.width, h.height, w->bytes};
        return true;
}

/* Why a child died, as far as its signal tells: libraries abort when memory is refused. */
static enum picture_why why_died(const struct wire_answer *a, const struct picture_header *h)
{
        enum {
                LARGE = 12000000 /* pixels; smaller ones never want for memory */
        };
        if (a->end == WIRE_OVERTIME)
                return PICTURE_TOO_SLOW;
        bool aborted = a->signal == SIGABRT || a->signal == SIGTRAP;
        return aborted && h->width * h->height > LARGE ? PICTURE_TOO_HUNGRY : PICTURE_UNREADABLE;
}

/* Believes nothing: every field that is passed on is looked at. */
static enum err take_answer(const struct wire_answer *a, const struct picture_header *h,
                            const int files[4], struct photobox_result *r)
{
        r->cpu_ms = a->cpu_ms;
        r->peak_rss_kib = a->peak_rss_kib;
        if (a->end == WIRE_NO_START)
                return ERR_FAULT;
        r->why = PICTURE_UNREADABLE;
        if (a->end != WIRE_RETURNED) {
                r->why = why_died(a, h);
                log_event(LOG_INFO, "photobox_died", LOG_N("signal", a->signal),
                          LOG_N("cpu_ms", a->cpu_ms), LOG_N("peak_rss_kib", a->peak_rss_kib));
                return ERR_INPUT;
        }
        if (a->done != 1 || a->why != PICTURE_FINE) {
                if (a->done == 1 && a->why < PICTURE_WHYS)
                        r->why = (enum picture_why)a->why;
                return ERR_INPUT;
        }
        r->animated = a->animated == 1;
        bool still = r->animated && files[3] >= 0;
        memcpy(r->blurhash, a->blurhash, BLURHASH_MOST);
        if (!file_fits(&a->full, files[1], &r->full) ||
            !file_fits(&a->preview, files[2], &r->preview) ||
            (still && !file_fits(&a->still, files[3], &r->still)) || !blurhash_check(r->blurhash)) {
                log_event(LOG_WARN, "photobox_lied", LOG_N("kind", a->full.kind));
                return ERR_INPUT;
        }
        r->why = PICTURE_FINE;
        return OK;
}

enum err photobox_picture(struct photobox *b, int in_fd, enum photobox_mode mode, int full_fd,
                          int preview_fd, int still_fd, struct photobox_result *ret)
{
        *ret = (struct photobox_result){.why = PICTURE_FINE};
        struct picture_header header;
        TRY(photobox_check(in_fd, &header, &ret->why));
        TRY(take_place(b));
        const struct wire_ask ask = {WIRE_VERSION, mode};
        const int files[4] = {in_fd, full_fd, preview_fd, still_fd};
        struct wire_answer answer;
        enum err e = ask_once(b, &ask, files, &answer);
        if (e) /* it may have gone idle this very moment, or somebody killed it: once more, with a
                  new one */
                e = ask_once(b, &ask, files, &answer);
        leave_place(b);
        return e ? e : take_answer(&answer, &header, files, ret);
}

int photobox_selftest(const char *program)
{
        pid_t pid;
        int status = 0;
        if (spawn(program, "--selftest", -1, &pid))
                return 69;
        while (waitpid(pid, &status, 0) < 0)
                if (errno != EINTR)
                        return 69;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 69;
}
