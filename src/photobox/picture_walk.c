/* Walks through the segments, chunks and blocks of JPEG, PNG, WebP and GIF files; picture.c calls
 * it after looking at the magic. (HEIC and AVIF, being boxes within boxes, are in picture_heif.c.)
 * All sums are 64-bit on offsets that lie inside a file of at most 16 MiB plus one 32-bit length,
 * so none can overflow. */
#include "photobox/picture_walk.h"

/* ITU T.81 annex B: segments up to the frame header. Lossless and hierarchical frames are refused:
 * no camera makes them and the decoder knows no better. */
enum picture_why picture_walk_jpeg(struct picture_bytes *b, struct picture_header *h)
{
        h->kind = PICTURE_JPEG;
        for (uint64_t at = 2;;) {
                const unsigned char *p = picture_peek(b, at, 2);
                if (!p || p[0] != 0xff)
                        return PICTURE_UNREADABLE;
                unsigned char marker = p[1];
                if (marker == 0xff) { /* fill byte */
                        at++;
                        continue;
                }
                if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) { /* stand alone */
                        at += 2;
                        continue;
                }
                p = picture_peek(b, at + 2, 2);
                if (!p || be16(p) < 2)
                        return PICTURE_UNREADABLE;
                uint32_t length = be16(p);
                switch (marker) {
                case 0xc0:
                case 0xc1:
                case 0xc2:
                case 0xc9: /* arithmetic coding */
                case 0xca:
                        p = picture_peek(b, at + 4, 6);
                        if (!p || length < 8 || p[0] != 8)
                                return PICTURE_UNREADABLE;
                        h->height = be16(p + 1);
                        h->width = be16(p + 3);
                        return PICTURE_FINE;
                case 0xc3:
                case 0xc5:
                case 0xc6:
                case 0xc7:
                case 0xcb:
                case 0xcd:
                case 0xce:
                case 0xcf:
                case 0xd8: /* a second start */
                case 0xd9: /* the end, before any frame */
                case 0xda: /* a scan, before any frame */
                        return PICTURE_UNREADABLE;
                default:
                        at += 2 + length;
                }
        }
}

/* PNG third edition section 5: IHDR first, then chunks up to the first IDAT; acTL among them says
 * "animated". */
enum picture_why picture_walk_png(struct picture_bytes *b, struct picture_header *h)
{
        h->kind = PICTURE_PNG;
        const unsigned char *p = picture_peek(b, 8, 25);
        if (!p || be32(p) != 13 || memcmp(p + 4, "IHDR", 4) != 0)
                return PICTURE_UNREADABLE;
        h->width = be32(p + 8);
        h->height = be32(p + 12);
        for (uint64_t at = 33;;) {
                p = picture_peek(b, at, 12);
                if (!p)
                        return PICTURE_UNREADABLE;
                uint64_t length = be32(p);
                if (!memcmp(p + 4, "IDAT", 4))
                        return PICTURE_FINE;
                if (!memcmp(p + 4, "IEND", 4) || !memcmp(p + 4, "IHDR", 4) || length > b->size)
                        return PICTURE_UNREADABLE;
                if (!memcmp(p + 4, "acTL", 4)) {
                        if (length != 8)
                                return PICTURE_UNREADABLE;
                        h->frames = be32(p + 8);
                }
                at += 12 + length;
        }
}

/* Counts the ANMF chunks of an animated WebP, up to one more than is allowed. */
static enum picture_why count_webp_frames(struct picture_bytes *b, uint64_t at, uint64_t end,
                                          uint32_t *frames)
{
        for (*frames = 0; at + 8 <= end && *frames <= PICTURE_FRAMES_MAX;) {
                const unsigned char *p = picture_peek(b, at, 8);
                if (!p)
                        return PICTURE_UNREADABLE;
                if (!memcmp(p, "ANMF", 4))
                        ++*frames;
                uint64_t length = le32(p + 4);
                at += 8 + length + (length & 1);
        }
        return PICTURE_FINE;
}

/* RFC 9649 section 2: RIFF, and then VP8 (lossy), VP8L (lossless) or VP8X (extended) first. */
enum picture_why picture_walk_webp(struct picture_bytes *b, struct picture_header *h)
{
        h->kind = PICTURE_WEBP;
        const unsigned char *p = picture_peek(b, 0, 30);
        if (!p)
                return PICTURE_UNREADABLE;
        uint64_t end = 8 + (uint64_t)le32(p + 4);
        if (end > b->size)
                return PICTURE_UNREADABLE; /* cut off */
        uint64_t length = le32(p + 16);
        const unsigned char *data = p + 20;
        if (!memcmp(p + 12, "VP8X", 4)) {
                if (length < 10)
                        return PICTURE_UNREADABLE;
                h->width = 1 + le24(data + 4);
                h->height = 1 + le24(data + 7);
                if (data[0] & 0x02)
                        return count_webp_frames(b, 20 + length + (length & 1), end, &h->frames);
                return PICTURE_FINE;
        }
        if (!memcmp(p + 12, "VP8L", 4)) {
                if (data[0] != 0x2f)
                        return PICTURE_UNREADABLE;
                uint32_t bits = le32(data + 1);
                h->width = 1 + (bits & 0x3fff);
                h->height = 1 + (bits >> 14 & 0x3fff);
                return PICTURE_FINE;
        }
        if (!memcmp(p + 12, "VP8 ", 4)) {
                if ((data[0] & 1) || memcmp(data + 3, "\x9d\x01\x2a", 3) != 0) /* a key frame */
                        return PICTURE_UNREADABLE;
                h->width = le16(data + 6) & 0x3fff;
                h->height = le16(data + 8) & 0x3fff;
                return PICTURE_FINE;
        }
        return PICTURE_UNREADABLE;
}

/* Skips the sub-blocks at *at; false when the file ends first. */
static bool skip_gif_blocks(struct picture_bytes *b, uint64_t *at)
{
        for (;;) {
                const unsigned char *p = picture_peek(b, *at, 1);
                if (!p)
                        return false;
                *at += 1 + (uint64_t)p[0];
                if (p[0] == 0)
                        return true;
        }
}

static uint64_t gif_colours(unsigned char flags)
{
        return flags & 0x80 ? 3u << ((flags & 7) + 1) : 0;
}

/* One frame: the decoder lets it grow the canvas, so it counts with its offset. */
static bool take_gif_frame(struct picture_bytes *b, uint64_t *at, struct picture_header *h)
{
        const unsigned char *p = picture_peek(b, *at, 11);
        if (!p)
                return false;
        uint32_t right = le16(p + 1) + le16(p + 5), bottom = le16(p + 3) + le16(p + 7);
        h->width = right > h->width ? right : h->width;
        h->height = bottom > h->height ? bottom : h->height;
        h->frames++;
        *at += 10 + gif_colours(p[9]) + 1; /* and the LZW code size */
        return skip_gif_blocks(b, at);
}

/* GIF89a: logical screen, then blocks. A file that ends without its trailer is taken as far as it
 * goes, as long as there is a frame: old cameras and editors leave the last byte out. */
enum picture_why picture_walk_gif(struct picture_bytes *b, struct picture_header *h)
{
        h->kind = PICTURE_GIF;
        h->frames = 0;
        const unsigned char *p = picture_peek(b, 6, 7);
        if (!p)
                return PICTURE_UNREADABLE;
        h->width = le16(p);
        h->height = le16(p + 2);
        uint64_t at = 13 + gif_colours(p[4]);
        while (h->frames <= PICTURE_FRAMES_MAX && (p = picture_peek(b, at, 1))) {
                if (p[0] == 0x3b)
                        break;
                if (p[0] == 0x21) { /* an extension: its label, then sub-blocks */
                        at += 2;
                        if (!skip_gif_blocks(b, &at))
                                return PICTURE_UNREADABLE;
                } else if (p[0] != 0x2c || !take_gif_frame(b, &at, h)) {
                        return PICTURE_UNREADABLE;
                }
        }
        return h->frames ? PICTURE_FINE : PICTURE_UNREADABLE;
}

uint32_t picture_jpeg_scans(struct str bytes)
{
        const unsigned char *p = (const unsigned char *)bytes.p;
        uint32_t scans = 0;
        for (size_t at = 2; at < bytes.n && bytes.n - at >= 4;) {
                unsigned char marker = p[at + 1];
                if (p[at] != 0xff) { /* a scan's data, or rubbish that the decoder skips too */
                        const unsigned char *next = memchr(p + at, 0xff, bytes.n - at);
                        at = next ? (size_t)(next - p) : bytes.n;
                } else if (marker == 0xff) { /* fill */
                        at++;
                } else if (marker < 0xc0 ||
                           (marker >= 0xd0 && marker <= 0xd7)) { /* without a length */
                        at += 2;
                } else if (marker == 0xd9) {
                        break;
                } else {
                        scans += marker == 0xda;
                        at += 2 + (size_t)be16(p + at + 2);
                }
        }
        return scans;
}
