/* The inside of picture.c: one walk for each format. A walk finds the kind, the size and the number
 * of frames; whether they are acceptable is judged by the caller. */
#pragma once
#include "photobox/picture.h"

enum { PICTURE_PEEK_MAX = 64 };

/* A file seen through a window, or bytes in memory. */
struct picture_bytes {
        const unsigned char *memory; /* NULL: the file */
        uint64_t size;
        int fd;
        uint64_t window_at;
        size_t window_n;
        unsigned char window[65536];
};

/* n (at most 64) bytes at an offset, good until the next call; NULL when the file does not have
 * them. */
const unsigned char *picture_peek(struct picture_bytes *b, uint64_t at, size_t n);

static inline uint32_t be16(const unsigned char *p)
{
        return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t be32(const unsigned char *p)
{
        return be16(p) << 16 | be16(p + 2);
}

static inline uint32_t le16(const unsigned char *p)
{
        return (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t le24(const unsigned char *p)
{
        return (uint32_t)p[2] << 16 | le16(p);
}

static inline uint32_t le32(const unsigned char *p)
{
        return le16(p + 2) << 16 | le16(p);
}

enum picture_why picture_walk_jpeg(struct picture_bytes *b, struct picture_header *h);
enum picture_why picture_walk_png(struct picture_bytes *b, struct picture_header *h);
enum picture_why picture_walk_webp(struct picture_bytes *b, struct picture_header *h);
enum picture_why picture_walk_gif(struct picture_bytes *b, struct picture_header *h);
enum picture_why picture_walk_heif(struct picture_bytes *b, struct picture_header *h);
