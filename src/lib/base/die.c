/* Ending the process for our own mistakes. */
#include "lib/base/die.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void die(const char *format, ...)
{
        va_list ap;
        va_start(ap, format);
        fputs("level=fatal event=die msg=\"", stderr);
        vfprintf(stderr, format, ap);
        fputs("\"\n", stderr);
        va_end(ap);
        abort();
}

void *must_alloc(size_t n, size_t size)
{
        void *p = calloc(n ? n : 1, size ? size : 1);
        if (!p)
                die("out of memory");
        return p;
}

void *must_realloc(void *p, size_t size)
{
        void *q = realloc(p, size ? size : 1);
        if (!q)
                die("out of memory");
        return q;
}
