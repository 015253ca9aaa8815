/* tidings-photobox, the program in which pictures are decoded. The server starts it with one end of
 * a socket as descriptor 3. It is a zygote: libvips is started once, and no pipeline ever runs in
 * it, because a process that has run one cannot be forked safely (its worker threads are gone in
 * the child). Each picture gets a forked child, which enters the cage, decodes, writes the
 * renditions into the descriptors that came with the request, leaves its answer in a shared page
 * and ends. The zygote reads no picture and believes no child: it passes the page on and adds how
 * the child ended. It has one thread. */
#include "lib/base/die.h"
#include "photobox/cage.h"
#include "photobox/render.h"
#include "photobox/selftest.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
        CHILDREN_MAX = 64,
        IDLE_MS = 5 * 60 *
                  1000, /* after this long without a picture the zygote gives its memory back */
};

struct child {
        pid_t pid; /* 0: a free place */
        int answer_fd;
        int64_t deadline_ms;
        bool overtime;
        struct wire_answer *page; /* shared with the child */
};

struct zygote {
        struct child children[CHILDREN_MAX];
        int places, running;
        int signal_fd;
        int64_t idle_since_ms;
};

static int64_t now_ms(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The whole file, from its start. NULL when it is empty, too large or not a file. */
static char *read_picture(int fd, size_t *n)
{
        char *p = malloc(PICTURE_BYTES_MAX + 1);
        size_t got = 0;
        while (p && got <= PICTURE_BYTES_MAX) {
                ssize_t did = pread(fd, p + got, PICTURE_BYTES_MAX + 1 - got, (off_t)got);
                if (did < 0)
                        return NULL;
                if (did == 0)
                        break;
                got += (size_t)did;
        }
        *n = got;
        return p;
}

/* The child's whole life. Its descriptors become 3 picture, 4 full, 5 preview, 6 still; nothing
 * else stays open. */
static _Noreturn void live(const struct wire_ask *ask, const int *fds, int n_fds,
                           struct wire_answer *page)
{
        int above[4]; /* copies above the places they go to, so that no dup2 overwrites another */
        static const int order[] = {0, 2, 3, 4}; /* the answer pipe is the zygote's own */
        int moved = 0;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_DUMPABLE, 0);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        for (; moved < 4 && order[moved] < n_fds; moved++)
                if ((above[moved] = fcntl(fds[order[moved]], F_DUPFD, 3 + WIRE_FDS)) < 0)
                        _exit(1);
        for (int i = 0; i < moved; i++)
                dup2(above[i], 3 + i);
        dup2(STDOUT_FILENO,
             STDERR_FILENO); /* /dev/null: libraries print what they find in a picture */
        if (close_range((unsigned)(3 + moved), ~0u, 0) < 0 || !cage_enter())
                _exit(1);
        size_t n;
        char *p = read_picture(3, &n);
        if (p)
                render((struct str){p, n}, (enum photobox_mode)ask->mode, 4, 5, moved > 3 ? 6 : -1,
                       page);
        _exit(0);
}

static void answer(struct child *c, enum wire_end end, int signal, const struct rusage *used)
{
        struct wire_answer a = *c->page;
        a.version = WIRE_VERSION;
        a.end = end;
        a.signal = (uint32_t)signal;
        a.cpu_ms = (uint32_t)(used->ru_utime.tv_sec * 1000 + used->ru_utime.tv_usec / 1000 +
                              used->ru_stime.tv_sec * 1000 + used->ru_stime.tv_usec / 1000);
        a.peak_rss_kib = (uint32_t)used->ru_maxrss;
        if (write(c->answer_fd, &a, sizeof a) < 0) {
                /* the server has stopped waiting; SIGPIPE is ignored */
        }
        close(c->answer_fd);
        munmap(c->page, sizeof *c->page);
        c->pid = 0;
}

static void reap(struct zygote *z)
{
        struct signalfd_siginfo info;
        while (read(z->signal_fd, &info, sizeof info) > 0)
                continue;
        int status;
        struct rusage used;
        for (pid_t pid; (pid = wait4(-1, &status, WNOHANG, &used)) > 0;) {
                for (int i = 0; i < z->places; i++) {
                        struct child *c = &z->children[i];
                        if (c->pid != pid)
                                continue;
                        int by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
                        enum wire_end end = c->overtime || by == SIGXCPU ? WIRE_OVERTIME
                                            : by                         ? WIRE_DIED
                                            : WEXITSTATUS(status)        ? WIRE_NO_START
                                                                         : WIRE_RETURNED;
                        answer(c, end, by, &used);
                        z->running--;
                        z->idle_since_ms = now_ms();
                        break;
                }
        }
}

/* Takes one request off the socket. False when the server has closed it; -1 in *n_fds for a message
 * to ignore. */
static bool receive(struct wire_ask *ask, int fds[WIRE_FDS], int *n_fds)
{
        union {
                struct cmsghdr head;
                char room[CMSG_SPACE(sizeof(int) * WIRE_FDS)];
        } control;
        struct iovec part = {ask, sizeof *ask};
        struct msghdr m = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
        *n_fds = -1;
        ssize_t n = recvmsg(WIRE_SOCKET, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
        if (n < 0)
                return errno == EAGAIN || errno == EINTR;
        if (n == 0)
                return false;
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
                return true;
        int got = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(fds, CMSG_DATA(c), sizeof(int) * (size_t)got);
        if (n == sizeof *ask && ask->version == WIRE_VERSION && ask->mode < PHOTOBOX_MODES &&
            got >= WIRE_FDS - 1) {
                *n_fds = got;
                return true;
        }
        for (int i = 0; i < got;
             i++) /* a server of another build: its pipe closes without an answer */
                close(fds[i]);
        return true;
}

static bool take_request(struct zygote *z)
{
        struct wire_ask ask;
        int fds[WIRE_FDS], n_fds;
        if (!receive(&ask, fds, &n_fds))
                return false;
        if (n_fds < 0)
                return true;
        struct child *c = z->children;
        while (c->pid)
                c++;
        *c = (struct child){.answer_fd = fds[1], .deadline_ms = now_ms() + WIRE_WALL_S * 1000};
        c->page = mmap(NULL, sizeof *c->page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                       -1, 0);
        if (c->page == MAP_FAILED)
                die("photobox: no memory for an answer");
        c->pid = fork();
        if (c->pid == 0)
                live(&ask, fds, n_fds, c->page);
        for (int i = 0; i < n_fds; i++)
                if (i != 1)
                        close(fds[i]);
        if (c->pid < 0)
                answer(c, WIRE_NO_START, 0, &(struct rusage){0});
        else
                z->running++;
        return true;
}

/* Ends children that are late; gives the milliseconds until the next one is, or until the zygote
 * has idled enough. */
static int watch(struct zygote *z)
{
        int64_t now = now_ms(), next = z->running ? INT32_MAX : IDLE_MS;
        for (int i = 0; i < z->places; i++) {
                struct child *c = &z->children[i];
                if (!c->pid || c->overtime)
                        continue;
                if (c->deadline_ms <= now) {
                        c->overtime = true;
                        kill(c->pid, SIGKILL);
                } else if (c->deadline_ms - now < next) {
                        next = c->deadline_ms - now;
                }
        }
        return (int)next;
}

static void serve(struct zygote *z)
{
        for (;;) {
                struct pollfd p[2] = {
                        {.fd = z->signal_fd, .events = POLLIN},
                        {.fd = z->running < z->places ? WIRE_SOCKET : -1, .events = POLLIN}};
                int n = poll(p, 2, watch(z));
                if (n < 0 && errno != EINTR)
                        die("photobox: poll: %s", strerror(errno));
                if (n == 0 && z->running == 0 && now_ms() - z->idle_since_ms >= IDLE_MS)
                        return;
                if (p[0].revents)
                        reap(z);
                if (p[1].revents && !take_request(z))
                        return; /* the server is gone; so are the children, by PR_SET_PDEATHSIG */
        }
}

static int open_signals(void)
{
        sigset_t child;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        sigprocmask(SIG_BLOCK, &child, NULL);
        signal(SIGPIPE, SIG_IGN);
        return signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* When memory runs out, this process and its children go first, not the database. */
static void volunteer(void)
{
        int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
        if (fd >= 0) {
                if (write(fd, "1000", 4) < 0) {
                        /* a container may forbid it */
                }
                close(fd);
        }
        setpriority(PRIO_PROCESS, 0, 10); /* readers come before renditions */
}

/* The stacks and arenas of decoders' threads count against the child's memory, used or not: at 8
 * MiB each they would be a good part of it. */
static void small_threads(void)
{
        pthread_attr_t attr;
        mallopt(M_ARENA_MAX, 2);
        if (!pthread_attr_init(&attr)) {
                if (!pthread_attr_setstacksize(&attr, 2 * 1024 * 1024))
                        pthread_setattr_default_np(&attr);
                pthread_attr_destroy(&attr);
        }
}

int main(int argc, char **argv)
{
        bool selftest = argc == 2 && !strcmp(argv[1], "--selftest");
        int places = argc == 2 && !selftest ? atoi(argv[1]) : 0;
        if (!selftest && (places < 1 || places > CHILDREN_MAX)) {
                fputs("tidings-photobox is started by the server. By hand: tidings-photobox "
                      "--selftest\n",
                      stderr);
                return 64;
        }
        small_threads();
        if (!render_prepare() || !cage_prepare())
                die("photobox: the decoder or its sandbox cannot be set up on this machine");
        if (selftest)
                return selftest_run();
        volunteer();
        struct zygote z = {
                .places = places, .signal_fd = open_signals(), .idle_since_ms = now_ms()};
        if (z.signal_fd < 0 || !cage_landlock())
                die("photobox: %s", strerror(errno));
        serve(&z);
        _exit(0); /* what runs at an exit has no room in the cage */
}
