/* Writing zip archives (APPNOTE 6.3) to a file: entries are stored, not squeezed, since photos are squeezed already. Larger
 * than 4 GiB in all is fine (zip64), a single entry is not. Errors are remembered and told at the end. */
#pragma once
#include "lib/base/buf.h"

struct zip {
        int fd;
        int64_t at;          /* bytes written */
        int64_t count;       /* entries */
        uint32_t day, clock; /* as DOS writes them */
        struct buf central;
        enum err err;
        struct zip_entry { /* the one that is open */
                struct str name;
                int64_t at, size;
                uint32_t crc;
        } entry;
};

/* Onto fd, which is seekable and empty; all entries carry the moment `ms`, in UTC. */
void zip_open(struct zip *z, int fd, int64_t ms);
/* `name` is UTF-8 with '/' between folders, and each is given once. */
void zip_add(struct zip *z, struct str name, struct str bytes);
/* An entry in parts, for what is too large to be held at once: `name` stays where it is until the end. */
void zip_begin(struct zip *z, struct str name);
void zip_more(struct zip *z, struct str bytes);
void zip_end(struct zip *z);
/* All of another file, from its beginning; its position is left anywhere. */
void zip_add_file(struct zip *z, struct str name, int fd);
/* Writes what ends it; *size is its whole length. Frees what was kept, also after an error. */
MUST_USE enum err zip_close(struct zip *z, int64_t *size);
uint32_t crc32_more(uint32_t crc, struct str bytes); /* begin with 0 */
