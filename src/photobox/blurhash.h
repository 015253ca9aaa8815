/* BlurHash (blurha.sh, algorithm version 1): a picture in some thirty characters, which apps show
 * as a soft tone until the real one has arrived. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
        BLURHASH_MOST = 4 + 2 * 12 /* longest text with 4 x 3 components, without its NUL */
};

/* Of width x height sRGB bytes, 3 a pixel; nx, ny components, nx * ny <= 12. Terminates the text.
 */
void blurhash_encode(const uint8_t *rgb, int width, int height, int nx, int ny,
                     char text[BLURHASH_MOST + 1]);
/* Whether this is a BlurHash by length and alphabet: what comes out of the box is never trusted. */
bool blurhash_check(const char *text);
