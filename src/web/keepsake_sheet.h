/* A file that is written from its beginning to its end while only little of it is in memory: what templates write into, with
 * photos streamed in between. Errors are remembered and told at the end. */
#pragma once
#include "lib/text/html.h"

struct sheet {
        int fd;
        int64_t size; /* written so far */
        struct buf buf;
        struct html h; /* for templates; its arena is whoever's opened the sheet */
        enum err err;
};

/* Onto fd, which stays the caller's. */
void sheet_open(struct sheet *s, int fd, struct arena *a);
/* Onto a file without a name in this folder, which sheet_close closes. */
MUST_USE enum err sheet_temp(struct sheet *s, struct str dir, struct arena *a);
/* What templates wrote goes to the file, without what no XML can hold. */
void sheet_flush(struct sheet *s);
/* Flushes once there is much of it. Between two calls of templates, never inside one. */
void sheet_rest(struct sheet *s);
/* All of another file, as base64. */
void sheet_base64(struct sheet *s, int from);
/* All that another sheet holds. */
void sheet_copy(struct sheet *s, struct sheet *from);
/* Empty again, from the beginning. */
void sheet_clear(struct sheet *s);
/* Frees what it holds; its error, if there was one. */
MUST_USE enum err sheet_close(struct sheet *s, bool close_fd);
