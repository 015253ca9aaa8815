/* Puts the calling process into the cage. A child of the zygote calls it after it has closed all
 * descriptors but the picture's and the renditions', and before it reads the first byte of the
 * picture.
 *
 * seccomp is the floor: what libvips and its decoders were seen to call, by argument where an
 * argument matters, and everything else kills the process. Opening a file alone is answered with
 * EACCES, because libraries look for processors in /sys and for settings in /etc and do well
 * without them. Landlock, when the kernel has it, says no to the same things a second time. */
#include "photobox/cage.h"
#include "photobox/wire.h"
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* libseccomp's own macros leave the second operand of a comparison out. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* A sanitizer's shadow memory needs terabytes of address space. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature) /* clang */
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* The kernel's struct, whole: build machines have older headers than the kernels we meet. */
struct landlock_ruleset {
        uint64_t fs, net, scoped;
};

int cage_landlock_version(void)
{
        long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1u /* ask for the version */);
        return version > 0 ? (int)version : 0;
}

bool cage_landlock(void)
{
        int version = cage_landlock_version();
        if (version == 0)
                return true; /* the administrator's kernel; the selftest says so */
        static const struct {
                int since;
                struct landlock_ruleset all;
                size_t size;
        } known[] = {
                {6, {0xffff, 3, 3}, 24}, {5, {0xffff, 3, 0}, 16}, {4, {0x7fff, 3, 0}, 16},
                {3, {0x7fff, 0, 0}, 8},  {2, {0x3fff, 0, 0}, 8},  {1, {0x1fff, 0, 0}, 8},
        };
        size_t i = 0;
        while (known[i].since > version)
                i++;
        long fd = syscall(SYS_landlock_create_ruleset, &known[i].all, known[i].size, 0u);
        if (fd < 0)
                return false;
        bool in = !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
                  !syscall(SYS_landlock_restrict_self, (int)fd, 0u);
        close((int)fd);
        return in;
}

static bool limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard)
{
        return !setrlimit(resource, &(struct rlimit){.rlim_cur = soft, .rlim_max = hard});
}

bool cage_limits_memory(void)
{
        return !SANITIZED;
}

bool cage_limits(void)
{
        const rlim_t mib = 1024 * 1024;
        /* DATA is what private memory can really be filled with; AS also counts what is only
         * reserved. */
        if (!SANITIZED &&
            !(limit(RLIMIT_AS, 1024 * mib, 1024 * mib) && limit(RLIMIT_DATA, 256 * mib, 256 * mib)))
                return false;
        /* NPROC would count the server's threads too; processes are denied by seccomp. */
        return limit(RLIMIT_CPU, WIRE_CPU_S, WIRE_CPU_S + 1) &&
               limit(RLIMIT_FSIZE, WIRE_OUTPUT_MAX, WIRE_OUTPUT_MAX) && limit(RLIMIT_CORE, 0, 0) &&
               limit(RLIMIT_NOFILE, 3 + WIRE_FDS, 3 + WIRE_FDS) && limit(RLIMIT_MEMLOCK, 0, 0) &&
               limit(RLIMIT_MSGQUEUE, 0, 0);
}

static scmp_filter_ctx filter;

/* Calls that may be made whatever their arguments are. */
static const int always[] = {
        SCMP_SYS(read),
        SCMP_SYS(pread64),
        SCMP_SYS(write),
        SCMP_SYS(pwrite64),
        SCMP_SYS(close),
        SCMP_SYS(lseek),
        SCMP_SYS(brk),
        SCMP_SYS(munmap),
        SCMP_SYS(mremap),
        SCMP_SYS(madvise),
        SCMP_SYS(futex),
        SCMP_SYS(set_robust_list),
        SCMP_SYS(rseq),
        SCMP_SYS(sched_yield),
        SCMP_SYS(sched_getaffinity),
        SCMP_SYS(gettid),
        SCMP_SYS(getpid),
        SCMP_SYS(getppid),
        SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(rt_sigaction),
        SCMP_SYS(rt_sigreturn),
        SCMP_SYS(sigaltstack),
        SCMP_SYS(clock_gettime),
        SCMP_SYS(clock_nanosleep),
        SCMP_SYS(nanosleep),
        SCMP_SYS(gettimeofday),
        SCMP_SYS(getrandom),
        SCMP_SYS(sysinfo),
        SCMP_SYS(umask),
        SCMP_SYS(restart_syscall),
        SCMP_SYS(exit),
        SCMP_SYS(exit_group),
};

/* Calls that fail softly, because libraries try them and go on without. */
static const struct {
        int call, error;
} softly[] = {
        {SCMP_SYS(open), EACCES},      {SCMP_SYS(openat), EACCES},     {SCMP_SYS(access), EACCES},
        {SCMP_SYS(faccessat), EACCES}, {SCMP_SYS(newfstatat), EACCES}, {SCMP_SYS(readlink), EACCES},
        {SCMP_SYS(clone3), ENOSYS}, /* its flags lie in memory, out of a filter's sight; glibc then
                                       calls clone */
};

static bool rules(void)
{
        int bad = 0;
        for (size_t i = 0; i < sizeof always / sizeof *always; i++)
                bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, always[i], 0);
        for (size_t i = 0; i < sizeof softly / sizeof *softly; i++)
                bad |= seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint16_t)softly[i].error),
                                        softly[i].call, 0);
        /* Memory, but never to run: no code of a stranger's, and no just-in-time compiler either.
         */
        bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                                SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
        bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
        /* Threads, but no processes. */
        bad |= seccomp_rule_add(
                filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM));
        bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                                SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
        /* Asking for a limit is fine, setting one is not. */
        bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                                SCMP_A2(SCMP_CMP_EQ, 0));
        return bad == 0;
}

bool cage_prepare(void)
{
        filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
        return filter && rules();
}

bool cage_seccomp(void)
{
        /* abort() may end ourselves: libraries do that when memory is refused, and the server wants
         * to know */
        return !seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2,
                                 SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()),
                                 SCMP_A2(SCMP_CMP_EQ, SIGABRT)) &&
               !seccomp_load(filter); /* sets no_new_privs */
}

bool cage_enter(void)
{
        return cage_limits() && cage_landlock() && cage_seccomp();
}
