/* What the server and the box say to each other: one message each way, of fixed size, between
 * programs of the same build on the same machine. The server believes nothing in an answer before
 * it has looked at it. */
#pragma once
#include "photobox/photobox.h"

enum {
        WIRE_VERSION = 1,
        WIRE_SOCKET = 3, /* the box's end of the socket */
        WIRE_FDS = 5,    /* picture, answer pipe, full, preview, still: the last may be left out */

        WIRE_CPU_S = 10, /* a 40-megapixel HEIC takes 3 */
        WIRE_WALL_S = 15,
        WIRE_OUTPUT_MAX = 48 * 1024 *
                          1024, /* more than any rendition; bounds what a hijacked box can write */
};

struct wire_ask {
        uint32_t version, mode;
};

enum wire_end {
        WIRE_RETURNED, /* the child came to its end: `done` and `why` tell how */
        WIRE_DIED,     /* by a signal: a crash, the sandbox, or memory */
        WIRE_OVERTIME, /* by our signal, or the processor limit */
        WIRE_NO_START, /* it could not even be started */
};

struct wire_file {
        uint32_t kind, width, height;
        uint64_t bytes;
};

/* Written by the child into memory shared with the zygote, which adds how the child ended and sends
 * it on. */
struct wire_answer {
        uint32_t version;
        uint32_t end, signal, cpu_ms, peak_rss_kib; /* by the zygote */
        uint32_t done, why, animated;
        struct wire_file full, preview, still;
        char blurhash[BLURHASH_MOST + 4];
};
