/* A growable run of bytes on the heap: what JSON, HTML and heads are written into. Growing past `cap` or out of
 * memory sets `failed` and drops what follows, so writers check once, at the end. */
#pragma once
#include "lib/base/str.h"

struct buf {
        char *p;
        size_t n, size; /* bytes used, bytes allocated */
        size_t cap;     /* 0: no limit */
        bool failed;
};

void buf_free(struct buf *b);
void buf_clear(struct buf *b); /* forgets the content, keeps the memory */
/* Room for n more bytes; NULL (and failed) when there is none. The caller then adds what it wrote to b->n. */
char *buf_room(struct buf *b, size_t n);
void buf_add(struct buf *b, struct str s);
void buf_add_char(struct buf *b, char c);
void buf_add_i64(struct buf *b, int64_t v);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str buf_str(const struct buf *b);
/* Its bytes into the arena, and frees it; STR_NONE when it failed. */
struct str buf_take(struct arena *a, struct buf *b);
