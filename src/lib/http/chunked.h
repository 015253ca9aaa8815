/* Bodies in chunks (RFC 9112 section 7.1), decoded as they come. Extensions and trailers are checked and dropped. */
#pragma once
#include "lib/base/err.h"
#include "lib/base/str.h"

enum {
        CHUNK_SIZE_DIGITS = 8,    /* hex */
        CHUNK_EXTENSION_MAX = 256, /* a chunk; nobody is known to send any */
        CHUNK_TRAILER_MAX = 4096,
};

struct chunked {
        int state; /* zeroed at the start */
        int digits;
        size_t extra;   /* bytes of the extension or the trailers so far */
        uint64_t left;  /* of the current chunk */
};

/* Takes bytes off *in: *data gets a run of body bytes (maybe empty), *done says the body is complete. Call again while
 * *in is not empty and it is not done. */
MUST_USE enum err chunked_read(struct chunked *c, struct str *in, struct str *data, bool *done);
