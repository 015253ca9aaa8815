/* Measures the box: makes a picture of each type, as a phone or a stranger would send it, and
 * prints what one takes in processor time and memory, what the waiting thread sees, and how large
 * the renditions are. Built and started by
 * ./run; links libvips to make the pictures, which the server never does. */
#include "photobox/photobox.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <vips/vips.h>

enum { TIMES = 3 };

/* Soft clouds with a camera's noise: compresses about as a photo does. */
static VipsImage *photo(int width, int height)
{
        VipsImage *bands[3], *all, *out;
        for (int i = 0; i < 3; i++) {
                VipsImage *cloud, *scaled, *noise, *sum;
                if (vips_perlin(&cloud, width, height, "cell_size", 200 + 50 * i, "seed", i,
                                NULL) ||
                    vips_linear1(cloud, &scaled, 90, 128, NULL) ||
                    vips_gaussnoise(&noise, width, height, "sigma", 6.0, "mean", 0.0, "seed", i,
                                    NULL) ||
                    vips_add(scaled, noise, &sum, NULL) || vips_cast_uchar(sum, &bands[i], NULL))
                        vips_error_exit(NULL);
        }
        if (vips_bandjoin(bands, &all, 3, NULL) ||
            vips_copy(all, &out, "interpretation", VIPS_INTERPRETATION_sRGB, NULL))
                vips_error_exit(NULL);
        return vips_image_copy_memory(out);
}

static double now_ms(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void measure(struct photobox *box, const char *name, VipsImage *im, const char *how)
{
        void *p;
        size_t n;
        if (vips_image_write_to_buffer(im, how, &p, &n, NULL)) {
                printf("%-26s cannot be made here: %s", name, vips_error_buffer());
                vips_error_clear();
                return;
        }
        int in = memfd_create("in", 0);
        if (write(in, p, n) != (ssize_t)n)
                exit(1);
        g_free(p);
        struct photobox_result r = {0}, most = {0};
        double wall = 0;
        enum err e = OK;
        for (int i = 0; i < TIMES && !e; i++) {
                int out[3] = {memfd_create("full", 0), memfd_create("preview", 0),
                              memfd_create("still", 0)};
                double start = now_ms();
                e = photobox_picture(box, in, PHOTOBOX_PHOTO, out[0], out[1], out[2], &r);
                wall += now_ms() - start;
                most.cpu_ms += r.cpu_ms;
                if (r.peak_rss_kib > most.peak_rss_kib)
                        most.peak_rss_kib = r.peak_rss_kib;
                for (int k = 0; k < 3; k++)
                        close(out[k]);
        }
        close(in);
        if (e)
                printf("%-26s %7zu KiB  %s\n", name, n / 1024, picture_why_text(r.why));
        else
                printf("%-26s %7zu KiB %6u ms %6.0f ms %5u MiB   %4u x %-4u %6zu KiB %4zu KiB\n",
                       name, n / 1024, most.cpu_ms / TIMES, wall / TIMES, most.peak_rss_kib / 1024,
                       r.full.width, r.full.height, (size_t)r.full.bytes / 1024,
                       (size_t)r.preview.bytes / 1024);
        fflush(stdout);
}

int main(int argc, char **argv)
{
        struct photobox *box;
        if (argc != 2 || VIPS_INIT(argv[0]) || photobox_open(argv[1], 1, &box)) {
                fputs("usage: photos PATH-OF-TIDINGS-PHOTOBOX\n", stderr);
                return 64;
        }
        printf("%-26s %11s %9s %9s %9s   %11s %10s %8s\n", "picture", "sent", "cpu", "wall",
               "memory", "full", "", "preview");
        VipsImage *small = photo(640, 480), *phone = photo(4032, 3024), *large = photo(7300, 5470);
        VipsImage *screen = photo(1080, 2400), *film = photo(320, 240 * 60);
        vips_image_set_int(film, "page-height", 240);
        measure(box, "JPEG, 0.3 MP", small, ".jpg");
        measure(box, "JPEG, 12 MP", phone, ".jpg[Q=90]");
        measure(box, "JPEG, 12 MP progressive", phone, ".jpg[Q=90,interlace]");
        measure(box, "JPEG, 40 MP", large, ".jpg[Q=75]");
        measure(box, "PNG, 2.6 MP", screen, ".png[compression=3]");
        measure(box, "WebP, 12 MP", phone, ".webp[effort=0]");
        measure(box, "HEIC, 12 MP", phone, ".heic[Q=40,effort=0]");
        measure(box, "AVIF, 12 MP", phone, ".avif[Q=40,effort=0]");
        measure(box, "HEIC, 40 MP", large, ".heic[Q=30,effort=0]");
        measure(box, "GIF, 60 frames", film, ".gif[effort=1]");
        measure(box, "WebP, 60 frames", film, ".webp[effort=0]");
        photobox_close(&box);
        return 0;
}
