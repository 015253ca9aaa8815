/* Anything for the header parser and the tidier. What the one accepts must keep its own promises;
 * what the other leaves must not grow, and must stay as it is when tidied again. */
#include "photobox/picture.h"
#include "photobox/tidy.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        unsigned char *copy = malloc(n ? n : 1);
        for (int kind = PICTURE_NONE; copy && kind < PICTURE_KINDS; kind++) {
                memcpy(copy, data, n);
                size_t left = tidy((enum picture_kind)kind, copy, n);
                if (left > n || (left >= 12 && tidy((enum picture_kind)kind, copy, left) != left))
                        abort();
        }
        free(copy);
        if (picture_jpeg_scans((struct str){(const char *)data, n}) > n)
                abort();
        struct picture_header h;
        if (picture_check((struct str){(const char *)data, n}, &h) != PICTURE_FINE)
                return 0;
        if (!picture_mime(h.kind) || !h.width || !h.height || !h.frames ||
            h.width > PICTURE_EDGE_MAX || h.height > PICTURE_EDGE_MAX ||
            h.frames > PICTURE_FRAMES_MAX ||
            (uint64_t)h.width * h.height * h.frames > PICTURE_PIXELS_MAX)
                abort();
        return 0;
}
