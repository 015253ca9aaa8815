/* Blocks of growing size; the first is kept between uses, so a small request allocates nothing. */
#include "lib/base/arena.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
        struct arena_block *older;
        size_t used, size;
        _Alignas(16) unsigned char data[];
};

enum { FIRST_BLOCK = 16 * 1024, LATER_BLOCK = 128 * 1024 };

void arena_open(struct arena *a, size_t cap)
{
        *a = (struct arena){.cap = cap};
}

static void free_from(struct arena_block *b)
{
        while (b) {
                struct arena_block *older = b->older;
                free(b);
                b = older;
        }
}

void arena_reset(struct arena *a)
{
        struct arena_block *b = a->block;
        if (!b)
                return;
        while (b->older) {
                struct arena_block *older = b->older;
                free(b);
                b = older;
        }
        if (b->size > LATER_BLOCK) { /* an unusually large first request: do not keep its memory */
                free(b);
                *a = (struct arena){.cap = a->cap};
                return;
        }
        b->used = 0;
        a->block = b;
        a->total = b->size;
}

void arena_close(struct arena *a)
{
        free_from(a->block);
        *a = (struct arena){.cap = a->cap};
}

static void grow(struct arena *a, size_t need)
{
        size_t size = a->block ? LATER_BLOCK : FIRST_BLOCK;
        if (need > size)
                size = need;
        if (size > a->cap || a->total > a->cap - size)
                die("arena: over its cap, so some input has no limit");
        struct arena_block *b = malloc(sizeof *b + size);
        if (!b)
                die("out of memory");
        *b = (struct arena_block){.older = a->block, .size = size};
        a->block = b;
        a->total += size;
}

void *arena_take(struct arena *a, size_t n, size_t size, size_t align)
{
        size_t bytes;
        if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - 64)
                die("arena: size overflow");
        struct arena_block *b = a->block;
        size_t at = b ? (b->used + align - 1) & ~(align - 1) : 0;
        if (!b || at > b->size || bytes > b->size - at) {
                grow(a, bytes);
                b = a->block;
                at = 0;
        }
        b->used = at + bytes;
        return memset(b->data + at, 0, bytes);
}
