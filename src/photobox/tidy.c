/* Keeps what shows pixels, by name; render.c calls it on all that it writes. What is dropped with
 * the rest are colour profiles (renditions are sRGB, which is what is assumed without one) and
 * resolutions. */
#include "photobox/tidy.h"
#include "photobox/picture_walk.h"

static bool listed(const unsigned char *type, const char *const *names, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (!memcmp(type, names[i], 4))
                        return true;
        return false;
}

/* Everything up to the scan but APPn and COM; what follows the scans belongs to them. */
static size_t tidy_jpeg(unsigned char *p, size_t n)
{
        size_t at = 2, to = 2;
        while (n - at >= 4 && p[at] == 0xff) {
                unsigned char marker = p[at + 1];
                size_t length = 2 + (size_t)be16(p + at + 2);
                if (marker == 0xda) {
                        memmove(p + to, p + at, n - at);
                        return to + (n - at);
                }
                if (marker < 0xc0 || marker == 0xff || length < 4 || length > n - at)
                        return 0;
                if (!(marker >= 0xe0 && marker <= 0xef) && marker != 0xfe) {
                        memmove(p + to, p + at, length);
                        to += length;
                }
                at += length;
        }
        return 0;
}

static size_t tidy_png(unsigned char *p, size_t n)
{
        static const char *const kept[] = {"IHDR", "PLTE", "tRNS", "IDAT", "IEND"};
        size_t at = 8, to = 8;
        while (n - at >= 12) {
                size_t length = 12 + (size_t)be32(p + at);
                if (length > n - at)
                        return 0;
                bool end = !memcmp(p + at + 4, "IEND", 4);
                if (listed(p + at + 4, kept, sizeof kept / sizeof *kept)) {
                        memmove(p + to, p + at, length);
                        to += length;
                }
                at += length;
                if (end)
                        return to;
        }
        return 0;
}

/* RFC 9649 section 2.7: the flags of VP8X must tell the truth, and without any it is not needed. */
static size_t tidy_webp(unsigned char *p, size_t n)
{
        static const char *const kept[] = {"VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"};
        enum { ALPHA = 0x10, MOVES = 0x02 };
        size_t end = 8 + (size_t)le32(p + 4), at = 12, to = 12;
        if (end < at || end > n)
                return 0;
        while (end - at >= 8) {
                size_t length = 8 + (size_t)le32(p + at + 4) + (p[at + 4] & 1);
                if (length > end - at)
                        return 0;
                bool keep = listed(p + at, kept, sizeof kept / sizeof *kept);
                if (keep && !memcmp(p + at, "VP8X", 4)) {
                        if (length < 18)
                                return 0;
                        p[at + 8] &= ALPHA | MOVES;
                        keep = p[at + 8] != 0;
                }
                if (keep) {
                        memmove(p + to, p + at, length);
                        to += length;
                }
                at += length;
        }
        for (int i = 0; i < 4; i++)
                p[4 + i] = (unsigned char)((to - 8) >> 8 * i);
        return to;
}

size_t tidy(enum picture_kind kind, unsigned char *p, size_t n)
{
        if (n < 12)
                return 0;
        switch (kind) {
        case PICTURE_JPEG:
                return memcmp(p, "\xff\xd8", 2) == 0 ? tidy_jpeg(p, n) : 0;
        case PICTURE_PNG:
                return memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0 ? tidy_png(p, n) : 0;
        case PICTURE_WEBP:
                return memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WEBP", 4) == 0 ? tidy_webp(p, n)
                                                                                  : 0;
        default:
                return 0;
        }
}
