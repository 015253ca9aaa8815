/* tidings-photobox --selftest: each attempt runs in a forked child inside the same cage as a
 * decoder, and must die or be refused. An administrator runs it once on a new machine, the tests
 * run it always. */
#include "photobox/selftest.h"
#include "lib/base/die.h"
#include "photobox/cage.h"
#include "photobox/wire.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is opened before the cage closes, as a decoder has its picture and renditions. */
struct outside {
        int socket;
        int file;
        pid_t parent;
};

static const char mark[] = "x"; /* something at the same address in parent and child */

static bool open_to_read(const struct outside *o)
{
        (void)o;
        return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool open_to_write(const struct outside *o)
{
        (void)o;
        return open("/tmp/tidings-photobox-selftest", O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool read_proc(const struct outside *o)
{
        (void)o;
        return open("/proc/self/environ", O_RDONLY) >= 0;
}

static bool remove_file(const struct outside *o)
{
        (void)o;
        return unlink("/tmp/tidings-photobox-selftest") == 0 || errno == ENOENT;
}

static bool make_socket(const struct outside *o)
{
        (void)o;
        return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool make_pair(const struct outside *o)
{
        int pair[2];
        (void)o;
        return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0;
}

/* Refused by nobody listening would be a connection tried, so only EACCES and EPERM would be a
 * refusal. */
static bool use_socket(const struct outside *o)
{
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return connect(o->socket, (struct sockaddr *)&to, sizeof to) == 0 ||
               (errno != EACCES && errno != EPERM);
}

static bool send_datagram(const struct outside *o)
{
        return sendto(o->socket, "x", 1, 0, NULL, 0) == 1 || (errno != EACCES && errno != EPERM);
}

static bool run_program(const struct outside *o)
{
        (void)o;
        char *argv[] = {"true", NULL};
        execve("/bin/true", argv, NULL);
        return errno != EACCES && errno != EPERM;
}

static bool trace_parent(const struct outside *o)
{
        return ptrace(PTRACE_ATTACH, o->parent, NULL, NULL) == 0;
}

static bool read_parent(const struct outside *o)
{
        char byte;
        struct iovec to = {&byte, 1}, from = {(void *)(uintptr_t)mark, 1};
        return process_vm_readv(o->parent, &to, 1, &from, 1, 0) == 1;
}

static bool fork_bomb(const struct outside *o)
{
        (void)o;
        pid_t pid = fork();
        if (pid == 0)
                _exit(0);
        return pid > 0;
}

static bool kill_parent(const struct outside *o)
{
        return kill(o->parent, 0) == 0; /* signal 0: permission is what matters */
}

static bool take_memory(const struct outside *o)
{
        (void)o;
        return mmap(NULL, (size_t)2 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0) != MAP_FAILED;
}

static bool run_memory(const struct outside *o)
{
        (void)o;
        return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0) != MAP_FAILED;
}

static bool make_runnable(const struct outside *o)
{
        (void)o;
        void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool fill_disk(const struct outside *o)
{
        return pwrite(o->file, "x", 1, WIRE_OUTPUT_MAX) == 1;
}

static bool burn_time(const struct outside *o)
{
        (void)o;
        struct rlimit more = {1000, 1000};
        return setrlimit(RLIMIT_CPU, &more) == 0;
}

static bool make_namespace(const struct outside *o)
{
        (void)o;
        return unshare(CLONE_NEWUSER) == 0;
}

static bool make_ring(const struct outside *o)
{
        (void)o;
        char parameters[256] = {0};
        return syscall(SYS_io_uring_setup, 1, parameters) >= 0;
}

static bool make_memfd(const struct outside *o)
{
        (void)o;
        return syscall(SYS_memfd_create, "x", 0) >= 0;
}

static bool type_keys(const struct outside *o)
{
        (void)o;
        return ioctl(STDIN_FILENO, TIOCSTI, "x") == 0 || (errno != EACCES && errno != EPERM);
}

static const struct {
        const char *what;
        bool (*try)(const struct outside *); /* true: it worked, which is the failure */
} attempts[] = {
        {"open a file to read", open_to_read},
        {"open a file to write", open_to_write},
        {"read /proc", read_proc},
        {"remove a file", remove_file},
        {"make a network socket", make_socket},
        {"make a local socket", make_pair},
        {"connect a socket it was given", use_socket},
        {"send on a socket it was given", send_datagram},
        {"run a program", run_program},
        {"trace its parent", trace_parent},
        {"read its parent's memory", read_parent},
        {"kill its parent", kill_parent},
        {"fork", fork_bomb},
        {"take 2 GiB of memory", take_memory},
        {"get memory it may run", run_memory},
        {"make memory runnable", make_runnable},
        {"write more than a picture", fill_disk},
        {"raise its own limits", burn_time},
        {"enter a namespace", make_namespace},
        {"set up io_uring", make_ring},
        {"make an anonymous file", make_memfd},
        {"send keystrokes to the terminal", type_keys},
};

/* What needs no seccomp to be refused, where the kernel has Landlock. */
static const struct {
        const char *what;
        bool (*try)(const struct outside *);
        int since; /* Landlock version */
} landlocked[] = {
        {"open a file to read", open_to_read, 1}, {"open a file to write", open_to_write, 1},
        {"run a program", run_program, 1},        {"connect a socket it was given", use_socket, 4},
        {"kill its parent", kill_parent, 6},
};

enum { WORKED = 10, NO_CAGE };

/* Runs one attempt in a child; true when it was refused. Prints what became of it. */
static bool refused(const char *what, bool (*try)(const struct outside *), bool (*cage)(void),
                    const struct outside *o)
{
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
                if (!cage())
                        _exit(NO_CAGE);
                if (try(o))
                        _exit(WORKED);
                _exit(0);
        }
        int status = 0;
        if (pid < 0 || waitpid(pid, &status, 0) != pid)
                return false;
        if (WIFSIGNALED(status)) {
                printf("ok      %-34s died (%s)\n", what, strsignal(WTERMSIG(status)));
                return true;
        }
        bool good = WEXITSTATUS(status) == 0;
        printf("%s  %-34s %s\n", good ? "ok    " : "FAILED", what,
               good                             ? "was refused"
               : WEXITSTATUS(status) == NO_CAGE ? "could not be tried: the sandbox did not close"
                                                : "worked, and must not");
        return good;
}

/* A file that is nowhere: it stands for a rendition. */
static int open_rendition(void)
{
        FILE *f = tmpfile();
        return f ? dup(fileno(f)) : -1;
}

int selftest_run(void)
{
        const struct outside o = {.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
                                  .file = open_rendition(),
                                  .parent = getpid()};
        size_t failed = 0;
        if (o.socket < 0 || o.file < 0)
                die("selftest: %s", strerror(errno));
        puts("Inside the box, with everything closed:");
        for (size_t i = 0; i < countof(attempts); i++)
                if (attempts[i].try != take_memory || cage_limits_memory())
                        failed += !refused(attempts[i].what, attempts[i].try, cage_enter, &o);
        int version = cage_landlock_version();
        if (version) {
                printf("Landlock is active (version %d). By Landlock alone:\n", version);
                for (size_t i = 0; i < countof(landlocked); i++)
                        if (version >= landlocked[i].since)
                                failed += !refused(landlocked[i].what, landlocked[i].try,
                                                   cage_landlock, &o);
        } else {
                puts("Landlock is not active: this kernel does not have it. seccomp alone holds "
                     "the box.");
        }
        printf("%zu worked that must not.\n", failed);
        return failed ? 1 : 0;
}
