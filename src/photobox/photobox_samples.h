/* Pictures for the tests, made while they run. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sample { /* on the heap; sample_file() or free() ends it */
        unsigned char *p;
        size_t n, room;
};

/* Sets rgba, which comes as opaque black. */
typedef void sample_paint(int x, int y, int width, int height, unsigned char rgba[4]);
sample_paint paint_slope, paint_two_halves, paint_hole;

/* colour_type as in PNG: 0 grey, 2 RGB, 4 grey with alpha, 6 RGB with alpha; depth 8 or 16. */
struct sample sample_png(int width, int height, int colour_type, int depth, sample_paint *paint);
void sample_add_png_chunk(struct sample *s, const char *type, const void *p, size_t n);
struct sample sample_gif(int width, int height, int frames);
struct sample sample_heic(void); /* 64 x 48 */
struct sample sample_avif(void); /* 64 x 48 */
struct sample sample_of_file(int fd);
void sample_insert(struct sample *s, size_t at, const void *p, size_t n);
bool sample_has(const struct sample *s, const char *text);
/* As a file without a name; frees the sample. */
int sample_file(struct sample *s);
