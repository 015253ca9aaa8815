/* The walls around a decoding child: resource limits, Landlock where the kernel has it, seccomp
 * always. */
#pragma once
#include <stdbool.h>

/* Builds the seccomp filter, once, in the zygote. False (errno) when libseccomp cannot. */
bool cage_prepare(void);
/* The kernel's Landlock version; 0 when it has none. */
int cage_landlock_version(void);
/* Denies the calling process every file, TCP port, abstract socket and foreign process that
 * Landlock can deny. */
bool cage_landlock(void);
bool cage_limits(void);
/* Whether memory is among the limits: not in builds with a sanitizer, whose own needs have none. */
bool cage_limits_memory(void);
bool cage_seccomp(void);
/* All three, in this order. False: the caller must end at once, without having touched the picture.
 */
bool cage_enter(void);
