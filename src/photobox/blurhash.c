/* Writes BlurHashes. The box calls it on a thumbnail of at most 32 x 32, so the plain sums of
 * cosines are cheap. */
#include "photobox/blurhash.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                               "#$%*+,-.:;=?@[]^_{|}~";

static double linear(uint8_t srgb)
{
        double v = srgb / 255.0;
        return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static int srgb(double value)
{
        double v = fmax(0, fmin(1, value));
        return (int)((v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1 / 2.4) - 0.055) * 255 + 0.5);
}

static char *put(char *p, int value, int digits)
{
        for (int i = digits - 1; i >= 0; i--, value /= 83)
                p[i] = alphabet[value % 83];
        return p + digits;
}

/* One component: the picture's average weighted with a product of two cosines. */
static void component(const uint8_t *rgb, int width, int height, int i, int j, double factor[3])
{
        double sum[3] = {0};
        for (int y = 0; y < height; y++) {
                double wave_y = cos(M_PI * j * y / height);
                for (int x = 0; x < width; x++) {
                        const uint8_t *p = rgb + 3 * ((size_t)y * width + x);
                        double basis = cos(M_PI * i * x / width) * wave_y;
                        for (int c = 0; c < 3; c++)
                                sum[c] += basis * linear(p[c]);
                }
        }
        double scale = (i == 0 && j == 0 ? 1.0 : 2.0) / ((double)width * height);
        for (int c = 0; c < 3; c++)
                factor[c] = sum[c] * scale;
}

static int quantise(double value, double most)
{
        double v = value / most;
        double root = copysign(sqrt(fabs(v)), v);
        return (int)fmax(0, fmin(18, floor(root * 9 + 9.5)));
}

void blurhash_encode(const uint8_t *rgb, int width, int height, int nx, int ny,
                     char text[BLURHASH_MOST + 1])
{
        double factor[12][3] = {0};
        double most = 0;
        assert(nx > 0 && ny > 0 && nx * ny <= 12);
        for (int k = 0; k < nx * ny; k++) {
                component(rgb, width, height, k % nx, k / nx, factor[k]);
                for (int c = 0; k > 0 && c < 3; c++)
                        most = fmax(most, fabs(factor[k][c]));
        }
        char *p = put(text, nx - 1 + (ny - 1) * 9, 1);
        int level = nx * ny > 1 ? (int)fmax(0, fmin(82, floor(most * 166 - 0.5))) : 0;
        most = nx * ny > 1 ? (level + 1) / 166.0 : 1;
        p = put(p, level, 1);
        p = put(p, srgb(factor[0][0]) << 16 | srgb(factor[0][1]) << 8 | srgb(factor[0][2]), 4);
        for (int k = 1; k < nx * ny; k++)
                p = put(p,
                        quantise(factor[k][0], most) * 361 + quantise(factor[k][1], most) * 19 +
                                quantise(factor[k][2], most),
                        2);
        *p = 0;
}

bool blurhash_check(const char *text)
{
        size_t n = strnlen(text, BLURHASH_MOST + 1);
        if (n < 6 || n > BLURHASH_MOST || strspn(text, alphabet) != n)
                return false;
        size_t size = (size_t)(strchr(alphabet, text[0]) - alphabet);
        return n == 4 + 2 * (size % 9 + 1) * (size / 9 + 1);
}
