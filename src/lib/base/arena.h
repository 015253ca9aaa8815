/* Memory of one request or job: taken piece by piece, emptied at once; nothing in it is ever freed alone. */
#pragma once
#include "lib/base/die.h"
#include <stddef.h>

struct arena_block;

struct arena {
        struct arena_block *block; /* the newest; older ones are linked from it */
        size_t total, cap;         /* bytes in all blocks; passing cap is our own bug and ends the process */
};

/* Of the given cap in bytes; no memory is held before the first take. */
void arena_open(struct arena *a, size_t cap);
/* Empties it, keeping one small block for the next use. */
void arena_reset(struct arena *a);
void arena_close(struct arena *a);

/* Room for n zeroed things; there is no failure to check for. */
void *arena_take(struct arena *a, size_t n, size_t size, size_t align);
#define make(a, T) ((T *)arena_take((a), 1, sizeof(T), _Alignof(T)))
#define make_n(a, n, T) ((T *)arena_take((a), (n), sizeof(T), _Alignof(T)))
