/* Known answers, made with the reference encoder. */
#include "photobox/blurhash.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char text[BLURHASH_MOST + 1];

static const char *of(int w, int h, int nx, int ny, void (*paint)(int x, int y, uint8_t *p))
{
        static uint8_t rgb[32 * 32 * 3];
        for (int y = 0; y < h; y++)
                for (int x = 0; x < w; x++)
                        paint(x, y, rgb + 3 * (y * w + x));
        blurhash_encode(rgb, w, h, nx, ny, text);
        return text;
}

static void slope(int x, int y, uint8_t *p)
{
        p[0] = (uint8_t)(x * 8);
        p[1] = (uint8_t)(y * 8);
        p[2] = (uint8_t)(x * y);
}

static void black(int x, int y, uint8_t *p)
{
        (void)x, (void)y;
        p[0] = p[1] = p[2] = 0;
}

static void white(int x, int y, uint8_t *p)
{
        (void)x, (void)y;
        p[0] = p[1] = p[2] = 255;
}

static void brown(int x, int y, uint8_t *p)
{
        (void)x, (void)y;
        p[0] = 200;
        p[1] = 100;
        p[2] = 50;
}

static void chess(int x, int y, uint8_t *p)
{
        p[0] = p[1] = p[2] = ((x >> 2) + (y >> 2)) % 2 ? 255 : 0;
}

static void known_answers(void **state)
{
        (void)state;
        assert_string_equal(of(32, 24, 4, 3, slope), "LxH14D2SwtW,mmWUjwfAf{fmfTfi");
        assert_string_equal(of(24, 32, 3, 4, slope), "TxCt{^FpsQhjaejwgFfmfTjEb0js");
        assert_string_equal(of(8, 8, 4, 3, black), "L00000fQfQfQfQfQfQfQfQfQfQfQ");
        assert_string_equal(of(1, 1, 4, 3, brown), "L~M|T9}=}=}=}=}=}=}=}=}=}=}=");
        assert_string_equal(of(32, 32, 4, 3, chess), "L4Lqe9~qfQ~q~qD%fQ9FfQfQfQfQ");
        assert_string_equal(of(5, 5, 1, 1, white), "00TSUA");
}

static void only_blurhashes_pass(void **state)
{
        (void)state;
        assert_true(blurhash_check("LxH14D2SwtW,mmWUjwfAf{fmfTfi"));
        assert_true(blurhash_check("00TSUA"));
        assert_false(blurhash_check(""));
        assert_false(blurhash_check("00TSU"));
        assert_false(blurhash_check("LDH14D2#|TOjy@NYo7amgmfofWf"));
        assert_false(blurhash_check("LDH14D2#|TOjy@NYo7amgmfofWfhh"));
        assert_false(blurhash_check("LDH14D2#|TOjy@NYo7amgmfofW\"h"));
        assert_false(blurhash_check("<script>alert(document.cookie)</script>"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(known_answers),
                cmocka_unit_test(only_blurhashes_pass),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
