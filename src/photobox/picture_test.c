/* Headers as nobody's camera writes them. */
#include "photobox/picture.h"
#include "photobox/picture_walk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* A picture put together piece by piece. */
struct made {
        unsigned char p[1 << 16];
        size_t n;
};

static struct made m;

static void start(void)
{
        m.n = 0;
}

static void add(const void *p, size_t n)
{
        assert_true(n <= sizeof m.p - m.n);
        memcpy(m.p + m.n, p, n);
        m.n += n;
}
#define ADD(lit) add("" lit, sizeof(lit) - 1)

static void add_be(uint64_t v, int bytes)
{
        for (int i = bytes - 1; i >= 0; i--)
                add(&(unsigned char){(unsigned char)(v >> (8 * i))}, 1);
}

static void add_le(uint64_t v, int bytes)
{
        for (int i = 0; i < bytes; i++)
                add(&(unsigned char){(unsigned char)(v >> (8 * i))}, 1);
}

static struct picture_header h;

/* Checked in memory and as a file: both must say the same. */
static enum picture_why check_n(size_t n)
{
        struct picture_header of_file = {0};
        h = (struct picture_header){0};
        char *exact = malloc(n ? n : 1); /* so that a sanitizer sees a step too far */
        memcpy(exact, m.p, n);
        enum picture_why why = picture_check((struct str){exact, n}, &h);
        free(exact);
        int fd = memfd_create("picture", MFD_CLOEXEC);
        assert_true(fd >= 0 && write(fd, m.p, n) == (ssize_t)n);
        assert_int_equal(picture_check_file(fd, &of_file), why);
        assert_memory_equal(&of_file, &h, sizeof h);
        close(fd);
        return why;
}

static enum picture_why check(void)
{
        return check_n(m.n);
}

static void png(uint32_t width, uint32_t height)
{
        start();
        ADD("\x89PNG\r\n\x1a\n");
        add_be(13, 4);
        ADD("IHDR");
        add_be(width, 4);
        add_be(height, 4);
        ADD("\x08\x02\0\0\0");
        add_be(0, 4);
}

static void png_data(void)
{
        add_be(0, 4);
        ADD("IDAT");
        add_be(0, 4);
}

static void jpeg(int marker, uint32_t width, uint32_t height)
{
        start();
        ADD("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xff");
        add_be(0xff00 | marker, 2);
        add_be(17, 2);
        ADD("\x08");
        add_be(height, 2);
        add_be(width, 2);
        ADD("\x03\1\x22\0\2\x11\1\3\x11\1");
}

static void gif(uint32_t width, uint32_t height)
{
        start();
        ADD("GIF89a");
        add_le(width, 2);
        add_le(height, 2);
        ADD("\x80\0\0\0\0\0\xff\xff\xff");
}

static void gif_frame(uint32_t left, uint32_t top, uint32_t width, uint32_t height)
{
        ADD("\x21\xf9\4\0\0\0\0\0\x2c");
        add_le(left, 2);
        add_le(top, 2);
        add_le(width, 2);
        add_le(height, 2);
        ADD("\0\2\2\x44\1\0");
}

static void webp(const char *chunk, uint32_t length)
{
        start();
        ADD("RIFF");
        add_le(1000, 4);
        ADD("WEBP");
        add(chunk, 4);
        add_le(length, 4);
}

static void webp_end(void)
{
        while (m.n < 100)
                ADD("\0");
        uint32_t n = (uint32_t)m.n - 8;
        memcpy(m.p + 4, &n, 4); /* both ends are little */
}

static void webp_canvas(uint32_t width, uint32_t height, int flags)
{
        webp("VP8X", 10);
        add_le((unsigned)flags, 4);
        add_le(width - 1, 3);
        add_le(height - 1, 3);
}

static void heif(const char *brands, uint32_t width, uint32_t height)
{
        start();
        add_be(8 + strlen(brands), 4);
        ADD("ftyp");
        add(brands, strlen(brands));
        add_be(12 + 8 + 8 + 20, 4);
        ADD("meta\0\0\0\0");
        add_be(8 + 8 + 20, 4);
        ADD("iprp");
        add_be(8 + 20, 4);
        ADD("ipco");
        add_be(20, 4);
        ADD("ispe\0\0\0\0");
        add_be(width, 4);
        add_be(height, 4);
}

static void honest_pictures_pass(void **state)
{
        (void)state;
        png(4000, 3000);
        png_data();
        assert_int_equal(check(), PICTURE_FINE);
        assert_true(h.kind == PICTURE_PNG && h.width == 4000 && h.height == 3000 && h.frames == 1);
        static const int markers[] = {0xc0, 0xc1, 0xc2, 0xc9, 0xca};
        for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
                jpeg(markers[i], 4032, 3024);
                assert_int_equal(check(), PICTURE_FINE);
                assert_true(h.kind == PICTURE_JPEG && h.width == 4032 && h.height == 3024);
        }
        gif(320, 200);
        gif_frame(0, 0, 320, 200);
        gif_frame(10, 10, 20, 20);
        ADD("\x21\xfe\5hello\0\x3b");
        assert_int_equal(check(), PICTURE_FINE);
        assert_true(h.kind == PICTURE_GIF && h.width == 320 && h.height == 200 && h.frames == 2);
        heif("heic\0\0\0\0mif1heic", 4032, 3024);
        assert_int_equal(check_n(m.n), PICTURE_FINE);
        assert_true(h.kind == PICTURE_HEIC && h.width == 4032 && h.height == 3024);
}

static void webp_of_each_sort_passes(void **state)
{
        (void)state;
        webp("VP8 ", 60);
        ADD("\x10\0\0\x9d\x01\x2a");
        add_le(640, 2);
        add_le(480, 2);
        webp_end();
        assert_int_equal(check(), PICTURE_FINE);
        assert_true(h.kind == PICTURE_WEBP && h.width == 640 && h.height == 480);
        webp("VP8L", 60);
        ADD("\x2f");
        add_le(639 | 479 << 14, 4);
        webp_end();
        assert_int_equal(check(), PICTURE_FINE);
        assert_true(h.width == 640 && h.height == 480);
        webp_canvas(640, 480, 0x10);
        webp_end();
        assert_int_equal(check(), PICTURE_FINE);
        assert_true(h.width == 640 && h.height == 480 && h.frames == 1);
        webp_canvas(100, 50, 0x02);
        for (int i = 0; i < 3; i++) {
                ADD("ANMF");
                add_le(17, 4); /* odd: a byte of padding follows */
                ADD("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        }
        webp_end();
        assert_int_equal(check(), PICTURE_FINE);
        assert_int_equal(h.frames, 3);
}

static void kind_is_by_magic(void **state)
{
        const struct str others[] = {
                S("<svg xmlns='http://www.w3.org/2000/svg'/>"),
                S("<?xml version='1.0'?><svg/>"),
                S("%PDF-1.7 ............"),
                S("%!PS-Adobe-3.0 EPSF"),
                S("push graphic-context"),
                S("P6 30000 30000 255 ......"),
                S("#?RADIANCE.........."),
                S("SIMPLE  =           T"),
                S("II*\0............"),
                S("BM.................."),
                S("8BPS................"),
                S("<html><body>jpg</body></html>"),
                S("#EXTM3U http://a.example/"),
                S("qoif................"),
                S("\0\0\0\x0cJXL \r\n\x87\n......"),
                S("\xff\x0a.................."),
                S("\0\0\0\x18\x66typisom\0\0\0\0mp42...."),
                S("GIF89"),
                S(""),
        };
        (void)state;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
                start();
                add(others[i].p, others[i].n);
                assert_int_equal(check(), PICTURE_WRONG_KIND);
        }
        heif("mp42\0\0\0\0isommp41", 100, 100);
        assert_int_equal(check(), PICTURE_WRONG_KIND);
}

/* T071 */
static void pixel_bombs(void **state)
{
        (void)state;
        png(30000, 30000);
        png_data();
        assert_int_equal(check(), PICTURE_TOO_LONG);
        png(0x7fffffff, 0x7fffffff);
        png_data();
        assert_int_equal(check(), PICTURE_TOO_LONG);
        png(0xffffffff, 1);
        png_data();
        assert_int_equal(check(), PICTURE_TOO_LONG);
        png(16384, 2441);
        png_data();
        assert_int_equal(check(), PICTURE_FINE);
        png(16384, 2442);
        png_data();
        assert_int_equal(check(), PICTURE_TOO_LARGE);
        png(16385, 1);
        png_data();
        assert_int_equal(check(), PICTURE_TOO_LONG);
        png(0, 100);
        png_data();
        assert_int_equal(check(), PICTURE_UNREADABLE);
        jpeg(0xc0, 65535, 65535);
        assert_int_equal(check(), PICTURE_TOO_LONG);
        jpeg(0xc0, 100, 0); /* height in a DNL marker after the scan */
        assert_int_equal(check(), PICTURE_UNREADABLE);
        heif("avif\0\0\0\0", 8000, 8000);
        assert_int_equal(check(), PICTURE_TOO_LARGE);
        heif("avif\0\0\0\0", 0xffffffff, 0xffffffff);
        assert_int_equal(check(), PICTURE_TOO_LONG);
        webp_canvas(1 << 24, 1 << 24, 0);
        webp_end();
        assert_int_equal(check(), PICTURE_TOO_LONG);
}

/* T072 */
static void broken_chains(void **state)
{
        (void)state;
        png(100, 100);
        add_be(0xffffffff, 4);
        ADD("tEXt....IDAT....");
        assert_int_equal(check(), PICTURE_UNREADABLE);
        png(100, 100);
        assert_int_equal(check(), PICTURE_UNREADABLE); /* no data at all */
        for (int i = 0; i < 4000; i++) {
                add_be(0, 4);
                ADD("tEXt....");
        }
        png_data();
        assert_int_equal(check(), PICTURE_FINE); /* many segments are only slow to nobody */
        jpeg(0xc3, 100, 100);
        assert_int_equal(check(), PICTURE_UNREADABLE);
        start();
        ADD("\xff\xd8\xff\xe1\0\0............"); /* a segment shorter than its own length field */
        assert_int_equal(check(), PICTURE_UNREADABLE);
        start();
        ADD("\xff\xd8\xff\xd9............");
        assert_int_equal(check(), PICTURE_UNREADABLE);
        heif("heic\0\0\0\0", 100, 100);
        memcpy(m.p + 16, "\0\0\0\1", 4); /* a 64-bit size, made of the bytes that follow */
        assert_int_equal(check(), PICTURE_UNREADABLE);
        webp_canvas(100, 100, 0);
        webp_end();
        assert_int_equal(check_n(60), PICTURE_UNREADABLE);
}

static void every_prefix_is_survived(void **state)
{
        (void)state;
        gif(320, 200);
        gif_frame(0, 0, 320, 200);
        ADD("\x3b");
        for (size_t n = 0; n < m.n - 1; n++)
                assert_int_not_equal(check_n(n), PICTURE_TOO_LARGE);
        heif("mif1\0\0\0\0miafheic", 4032, 3024);
        for (size_t n = 0; n < m.n; n++)
                assert_int_not_equal(check_n(n), PICTURE_FINE);
        jpeg(0xc2, 4032, 3024);
        for (size_t n = 0; n < m.n - 10; n++)
                assert_int_not_equal(check_n(n), PICTURE_FINE);
}

/* T073 */
static void frame_bombs(void **state)
{
        (void)state;
        gif(10, 10);
        for (int i = 0; i < 500; i++)
                gif_frame(0, 0, 10, 10);
        assert_int_equal(check(), PICTURE_FINE);
        gif_frame(0, 0, 10, 10);
        assert_int_equal(check(), PICTURE_TOO_MANY_FRAMES);
        gif(1000, 1000);
        for (int i = 0; i < 41; i++)
                gif_frame(0, 0, 1000, 1000);
        assert_int_equal(check(), PICTURE_TOO_LONG_A_FILM);
        gif(65535, 65535);
        gif_frame(0, 0, 1, 1);
        assert_int_equal(check(), PICTURE_TOO_LONG);
        gif(1, 1); /* the canvas is what the frames make of it */
        gif_frame(65535, 65535, 65535, 65535);
        assert_int_equal(check(), PICTURE_TOO_LONG);
        gif(1, 1);
        assert_int_equal(check(), PICTURE_UNREADABLE); /* no frame */
        png(10, 10);
        add_be(8, 4);
        ADD("acTL");
        add_be(20000, 4);
        add_be(0, 4);
        add_be(0, 4);
        png_data();
        assert_int_equal(check(), PICTURE_TOO_MANY_FRAMES);
        webp_canvas(10, 10, 0x02);
        for (int i = 0; i < 501; i++) {
                ADD("ANMF");
                add_le(0, 4);
        }
        webp_end();
        assert_int_equal(check(), PICTURE_TOO_MANY_FRAMES);
        webp_canvas(10, 10, 0x02);
        webp_end();
        assert_int_equal(check(), PICTURE_UNREADABLE); /* animated, without a frame */
}

static void a_file_over_the_window_is_walked(void **state)
{
        (void)state;
        int fd = memfd_create("picture", MFD_CLOEXEC);
        png(1000, 700);
        add_be(300000, 4);
        ADD("iCCP");
        assert_true(pwrite(fd, m.p, m.n, 0) == (ssize_t)m.n);
        size_t at = m.n + 300000 + 4;
        start();
        png_data();
        assert_true(pwrite(fd, m.p, m.n, (off_t)at) == (ssize_t)m.n);
        assert_int_equal(picture_check_file(fd, &h), PICTURE_FINE);
        assert_int_equal(h.width, 1000);
        assert_int_equal(ftruncate(fd, PICTURE_BYTES_MAX + 1), 0);
        assert_int_equal(picture_check_file(fd, &h), PICTURE_TOO_HEAVY);
        close(fd);
        assert_int_equal(picture_check_file(fd, &h), PICTURE_UNREADABLE);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(honest_pictures_pass),
                cmocka_unit_test(webp_of_each_sort_passes),
                cmocka_unit_test(kind_is_by_magic),
                cmocka_unit_test(pixel_bombs),
                cmocka_unit_test(broken_chains),
                cmocka_unit_test(every_prefix_is_survived),
                cmocka_unit_test(frame_bombs),
                cmocka_unit_test(a_file_over_the_window_is_walked),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
