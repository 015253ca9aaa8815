/* What stays of a file, and what is done with one that is none. */
#include "photobox/tidy.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Tidies a copy, in a block of exactly its size. */
static void becomes(enum picture_kind kind, struct str in, struct str out)
{
        unsigned char *p = malloc(in.n ? in.n : 1);
        assert_non_null(p);
        memcpy(p, in.p, in.n);
        size_t n = tidy(kind, p, in.n);
        assert_int_equal(n, out.n);
        assert_memory_equal(p, out.p, n);
        for (size_t cut = 0; cut < in.n; cut++) { /* and no prefix of it does harm */
                unsigned char *q = malloc(cut ? cut : 1);
                assert_non_null(q);
                memcpy(q, in.p, cut);
                assert_true(tidy(kind, q, cut) <= cut);
                free(q);
        }
        free(p);
}

static void jpeg_keeps_tables_and_scans(void **state)
{
        (void)state;
        becomes(PICTURE_JPEG,
                S("\xff\xd8\xff\xe0\0\4JF\xff\xdb\0\3D\xff\xfe\0\5com\xff\xc0\0\3F\xff\xef\0\2\xff"
                  "\xda\0\3Sscan\xff\xd9"),
                S("\xff\xd8\xff\xdb\0\3D\xff\xc0\0\3F\xff\xda\0\3Sscan\xff\xd9"));
        becomes(PICTURE_JPEG, S("\xff\xd8\xff\xe0\xff\xff............"), S(""));
}

static void png_keeps_pixels_and_palette(void **state)
{
#define PNG "\x89PNG\r\n\x1a\n"
        (void)state;
        becomes(PICTURE_PNG,
                S(PNG "\0\0\0\1IHDRhcrc.\0\0\0\2tEXtxxcrc.\0\0\0\0PLTEcrc.\0\0\0\1eXIfxcrc."
                      "\0\0\0\1IDATdcrc."
                      "\0\0\0\0IENDcrc.trailing"),
                S(PNG "\0\0\0\1IHDRhcrc.\0\0\0\0PLTEcrc.\0\0\0\1IDATdcrc.\0\0\0\0IENDcrc."));
        becomes(PICTURE_PNG, S(PNG "\xff\xff\xff\xffIHDRhcrc."), S(""));
}

static void webp_keeps_frames_and_true_flags(void **state)
{
        (void)state;
        becomes(PICTURE_WEBP,
                S("RIFF\x2c\0\0\0WEBPVP8X\x0a\0\0\0\x2c\0\0\0\1\0\0\1\0\0VP8 "
                  "\3\0\0\0abc\0EXIF\2\0\0\0xxtrailing"),
                S("RIFF\x10\0\0\0WEBPVP8 \3\0\0\0abc\0"));
        becomes(PICTURE_WEBP,
                S("RIFF\x22\0\0\0WEBPVP8X\x0a\0\0\0\x3c\0\0\0\1\0\0\1\0\0VP8 \4\0\0\0abcd"),
                S("RIFF\x22\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\1\0\0\1\0\0VP8 \4\0\0\0abcd"));
        becomes(PICTURE_WEBP, S("RIFF\0\0\0\0WEBPVP8 \4\0\0\0abcd"), S(""));
        becomes(PICTURE_WEBP, S("RIFF\xff\xff\xff\xffWEBPVP8 "), S(""));
}

static void other_kinds_are_none(void **state)
{
        (void)state;
        becomes(PICTURE_GIF, S("GIF89a.............."), S(""));
        becomes(PICTURE_JPEG, S("GIF89a.............."), S(""));
        becomes(PICTURE_NONE, S(""), S(""));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(jpeg_keeps_tables_and_scans),
                cmocka_unit_test(png_keeps_pixels_and_palette),
                cmocka_unit_test(webp_keeps_frames_and_true_flags),
                cmocka_unit_test(other_kinds_are_none),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
