/* Reads the headers of JPEG, PNG, WebP, GIF, HEIC and AVIF. The server calls it before a picture
 * enters the queue, the box before it decodes, and the server once more on what the box has
 * written. Everything that is not one of the six (SVG, PDF, XML, PostScript, TIFF and the rest) is
 * refused here by its first bytes; names and declared types are never looked at. Bytes are reached
 * through a small window, so that a 16 MiB file costs 64 KiB. */
#include "photobox/picture.h"
#include "photobox/picture_walk.h"
#include <sys/stat.h>
#include <unistd.h>

const char *picture_why_text(enum picture_why why)
{
        static const char *const text[PICTURE_WHYS] = {
                [PICTURE_FINE] = "",
                [PICTURE_UNREADABLE] = "This picture could not be read.",
                [PICTURE_WRONG_KIND] = "This is not a JPEG, PNG, WebP, GIF, HEIC or AVIF picture.",
                [PICTURE_TOO_HEAVY] = "This picture is larger than 16 MB.",
                [PICTURE_TOO_LONG] = "This picture is longer than 16,384 pixels on one side.",
                [PICTURE_TOO_LARGE] = "This picture is larger than 40 megapixels.",
                [PICTURE_TOO_MANY_FRAMES] = "This animation has more than 500 frames.",
                [PICTURE_TOO_LONG_A_FILM] = "This animation is too large. A shorter one is fine.",
                [PICTURE_TOO_SLOW] = "This picture takes too long to read.",
                [PICTURE_TOO_HUNGRY] =
                        "This picture needs too much memory. A smaller copy is fine.",
        };
        return why < PICTURE_WHYS ? text[why] : text[PICTURE_UNREADABLE];
}

const char *picture_mime(enum picture_kind kind)
{
        static const char *const mime[PICTURE_KINDS] = {
                [PICTURE_JPEG] = "image/jpeg", [PICTURE_PNG] = "image/png",
                [PICTURE_WEBP] = "image/webp", [PICTURE_GIF] = "image/gif",
                [PICTURE_HEIC] = "image/heic", [PICTURE_AVIF] = "image/avif",
        };
        return kind < PICTURE_KINDS ? mime[kind] : NULL;
}

const char *picture_extension(enum picture_kind kind)
{
        static const char *const extension[PICTURE_KINDS] = {
                [PICTURE_JPEG] = "jpg", [PICTURE_PNG] = "png",   [PICTURE_WEBP] = "webp",
                [PICTURE_GIF] = "gif",  [PICTURE_HEIC] = "heic", [PICTURE_AVIF] = "avif",
        };
        return kind < PICTURE_KINDS ? extension[kind] : NULL;
}

const unsigned char *picture_peek(struct picture_bytes *b, uint64_t at, size_t n)
{
        if (n > PICTURE_PEEK_MAX || at > b->size || n > b->size - at)
                return NULL;
        if (b->memory)
                return b->memory + at;
        if (at < b->window_at || at + n > b->window_at + b->window_n) {
                ssize_t got = pread(b->fd, b->window, sizeof b->window, (off_t)at);
                b->window_at = at;
                b->window_n = got < 0 ? 0 : (size_t)got;
                if (b->window_n < n)
                        return NULL; /* the file is shorter than it said */
        }
        return b->window + (at - b->window_at);
}

/* The one place where the numbers of a header are judged. */
static enum picture_why judge(const struct picture_header *h)
{
        if (h->width == 0 || h->height == 0 || h->frames == 0)
                return PICTURE_UNREADABLE;
        if (h->width > PICTURE_EDGE_MAX || h->height > PICTURE_EDGE_MAX)
                return PICTURE_TOO_LONG;
        uint64_t pixels = (uint64_t)h->width * h->height; /* both are at most 2^14 */
        if (pixels > PICTURE_PIXELS_MAX)
                return PICTURE_TOO_LARGE;
        if (h->frames > PICTURE_FRAMES_MAX)
                return PICTURE_TOO_MANY_FRAMES;
        if (pixels * h->frames > PICTURE_PIXELS_MAX)
                return PICTURE_TOO_LONG_A_FILM;
        return PICTURE_FINE;
}

static enum picture_why walk(struct picture_bytes *b, struct picture_header *h)
{
        const unsigned char *p = picture_peek(b, 0, 12);
        if (!p)
                return b->size < 12 ? PICTURE_WRONG_KIND : PICTURE_UNREADABLE;
        if (!memcmp(p, "\xff\xd8\xff", 3))
                return picture_walk_jpeg(b, h);
        if (!memcmp(p, "\x89PNG\r\n\x1a\n", 8))
                return picture_walk_png(b, h);
        if (!memcmp(p, "RIFF", 4) && !memcmp(p + 8, "WEBP", 4))
                return picture_walk_webp(b, h);
        if (!memcmp(p, "GIF87a", 6) || !memcmp(p, "GIF89a", 6))
                return picture_walk_gif(b, h);
        if (!memcmp(p + 4, "ftyp", 4))
                return picture_walk_heif(b, h);
        return PICTURE_WRONG_KIND;
}

static enum picture_why check(struct picture_bytes *b, struct picture_header *ret)
{
        struct picture_header h = {.frames = 1};
        if (b->size > PICTURE_BYTES_MAX)
                return PICTURE_TOO_HEAVY;
        enum picture_why why = walk(b, &h);
        if (why == PICTURE_FINE)
                why = judge(&h);
        if (why == PICTURE_FINE)
                *ret = h;
        return why;
}

enum picture_why picture_check(struct str bytes, struct picture_header *ret)
{
        struct picture_bytes b = {.memory = (const unsigned char *)bytes.p, .size = bytes.n};
        return check(&b, ret);
}

enum picture_why picture_check_file(int fd, struct picture_header *ret)
{
        struct stat st;
        if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
                return PICTURE_UNREADABLE;
        struct picture_bytes b;
        b.memory = NULL;
        b.fd = fd;
        b.size = (uint64_t)st.st_size;
        b.window_at = 0;
        b.window_n = 0;
        return check(&b, ret);
}
