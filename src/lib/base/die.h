/* The end of the process for our own mistakes (never for what a stranger sent), and small helpers
 * everybody uses. */
#pragma once
#include <stddef.h>

#define countof(a) (sizeof(a) / sizeof((a)[0]))

/* Prints the message and aborts; the supervisor restarts, the database holds the truth. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* malloc and friends that die rather than return NULL. Zeroed. Freed with free(). */
void *must_alloc(size_t n, size_t size);
void *must_realloc(void *p, size_t size);
