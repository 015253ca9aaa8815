/* Turns one picture into its renditions, with libvips. box.c calls it in a child that is already in
 * its cage and ends right after, so only what is large is given back. What is surprising: metadata
 * does not need to be found to be removed. Every rendition is written anew from pixels in sRGB, and
 * all that libvips carries along with them is dropped before it writes. */
#include "photobox/render.h"
#include "lib/base/die.h"
#include "photobox/tidy.h"
#include <dlfcn.h>
#include <gmodule.h>
#include <math.h>
#include <unistd.h>
#include <vips/vips.h>

#include <vips/vector.h> /* needs vips.h before it */

enum {
        PHOTO_PIXELS_MAX = 3840 * 2160, /* what Mastodon keeps; an A4 print at 250 dpi */
        FILM_EDGE_MAX = 1280,           /* of an animation: it must still play on a phone */
        ART_BYTES_MAX =
                64 * 1024, /* a PNG or GIF so small is a drawing, whatever its size in pixels */
        PNG_BYTES_MAX = 8 * 1024 * 1024,
        WEBP_PIXELS_MAX = 1920 * 1080,
        BLURHASH_EDGE = 32,
};

struct frame {
        int width, height;
};

/* What a mode makes. Cut: to this very shape, from the middle; else the picture is fitted into it.
 */
static const struct {
        struct frame full, preview;
        bool cut, moves;
} modes[PHOTOBOX_MODES] = {
        [PHOTOBOX_PHOTO] = {{0, 0}, {640, 640}, false, true},
        [PHOTOBOX_PORTRAIT] = {{400, 400}, {320, 400}, true, false},
        [PHOTOBOX_HEADER] = {{1500, 500}, {600, 200}, true, false},
        [PHOTOBOX_EMOJI] = {{128, 128}, {128, 128}, false, true},
        [PHOTOBOX_CARD] = {{1200, 1200}, {640, 640}, false, false},
};

struct work {
        struct str bytes;
        struct picture_header header;
        enum photobox_mode mode;
};

/* HEIC and AVIF may be a module of libvips. It alone is loaded: the other modules read PDF, slides
 * and whatever ImageMagick reads, and belong in no box. VIPSHOME points nowhere, so that vips_init
 * finds none of them. */
static void load_heif_module(void)
{
        Dl_info vips;
        if (!dladdr((void *)(uintptr_t)vips_version, &vips) || !vips.dli_fname)
                return;
        char *folder = g_path_get_dirname(vips.dli_fname);
        char *path = g_strdup_printf("%s/vips-modules-%d.%d/vips-heif.so", folder, vips_version(0),
                                     vips_version(1));
        GModule *module = g_module_open(path, G_MODULE_BIND_LOCAL);
        if (module)
                g_module_make_resident(module);
        g_free(path);
        g_free(folder);
}

/* Libraries have opinions on broken pictures, and GLib looks for a journal to write them to. */
static GLogWriterOutput say_nothing(GLogLevelFlags level, const GLogField *fields, gsize n,
                                    gpointer data)
{
        (void)level, (void)fields, (void)n, (void)data;
        return G_LOG_WRITER_HANDLED;
}

bool render_prepare(void)
{
        g_log_set_writer_func(say_nothing, NULL, NULL);
        setenv("VIPSHOME", "/nonexistent", 1);
        setenv("VIPS_DISC_THRESHOLD", "2g", 1); /* there is no disc in the box */
        if (VIPS_INIT("tidings-photobox"))
                return false;
        load_heif_module();
        vips_vector_set_enabled(FALSE); /* it would write machine code at run time */
        vips_concurrency_set(1);
        vips_cache_set_max(0);
        vips_block_untrusted_set(TRUE);
        vips_operation_block_set("VipsForeignLoad", TRUE);
        static const char *const ours[] = {"VipsForeignLoadJpeg", "VipsForeignLoadPng",
                                           "VipsForeignLoadWebp", "VipsForeignLoadNsgif",
                                           "VipsForeignLoadHeif"};
        for (size_t i = 0; i < countof(ours); i++)
                vips_operation_block_set(ours[i], FALSE);
        return true;
}

/* Half, quarter or eighth size while decoding, as far as the result stays at least as large as
 * wanted. */
static int jpeg_shrink(double scale)
{
        int shrink = 1;
        while (shrink < 8 && scale * shrink * 2 <= 1)
                shrink *= 2;
        return shrink;
}

/* libwebp makes it smaller row by row, which saves most of the memory of a large one. */
static double webp_scale(double scale)
{
        return scale < 0.7 ? scale : 1;
}

/* scale: how much smaller the result will be; frames: 1, or -1 for all. */
static VipsImage *load(const struct work *w, double scale, int frames)
{
        void *p = (void *)(uintptr_t)w->bytes.p;
        size_t n = w->bytes.n;
        VipsImage *im = NULL;
        switch (w->header.kind) {
        case PICTURE_JPEG:
                vips_jpegload_buffer(p, n, &im, "shrink", jpeg_shrink(scale), "access",
                                     VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
                break;
        case PICTURE_PNG:
                vips_pngload_buffer(p, n, &im, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                    VIPS_FAIL_ON_ERROR, NULL);
                break;
        case PICTURE_WEBP:
                vips_webpload_buffer(p, n, &im, "n", frames, "scale", webp_scale(scale), "access",
                                     VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
                break;
        case PICTURE_GIF:
                vips_gifload_buffer(p, n, &im, "n", frames, "access", VIPS_ACCESS_SEQUENTIAL,
                                    "fail_on", VIPS_FAIL_ON_ERROR, NULL);
                break;
        case PICTURE_HEIC:
        case PICTURE_AVIF:
                vips_heifload_buffer(p, n, &im, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                     VIPS_FAIL_ON_ERROR, NULL);
                break;
        default:
                break;
        }
        return im;
}

/* An image made from another holds on to it itself, so we let go at once: what is not needed any
 * more (a decoder and its frames, above all) is gone before the next step takes memory. */
static VipsImage *after(VipsImage *in, int failed, VipsImage **out)
{
        g_object_unref(in);
        return failed ? NULL : *out;
}

/* The functions from here on that take `in` also let go of it, and pass NULL on.
 *
 * 8 bits, sRGB or grey, alpha or not: the four shapes that every saver takes. */
static VipsImage *plain(VipsImage *in)
{
        if (!in)
                return NULL;
        bool grey = in->Type == VIPS_INTERPRETATION_B_W || in->Type == VIPS_INTERPRETATION_GREY16;
        int most = grey ? 2 : 4;
        VipsImage *out = NULL;
        in = after(in,
                   vips_colourspace(in, &out,
                                    grey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB,
                                    NULL),
                   &out);
        if (in)
                in = after(in, vips_cast_uchar(in, &out, NULL), &out);
        if (in && in->Bands > most)
                in = after(in, vips_extract_band(in, &out, 0, "n", most, NULL), &out);
        return in;
}

/* Without anything that is carried along but what makes an animation one. */
static VipsImage *bare(VipsImage *in)
{
        static const char *const kept[] = {VIPS_META_PAGE_HEIGHT, VIPS_META_N_PAGES, "delay",
                                           "loop"};
        VipsImage *out = NULL;
        if (!in)
                return NULL;
        /* 72 dpi: some savers write a resolution, and the original's would tell of the device */
        out = after(in, vips_copy(in, &out, "xres", 72 / 25.4, "yres", 72 / 25.4, NULL), &out);
        char **names = out ? vips_image_get_fields(out) : NULL;
        for (char **name = names; name && *name; name++) {
                bool keep = false;
                for (size_t i = 0; i < countof(kept); i++)
                        keep |= !strcmp(*name, kept[i]);
                if (!keep)
                        vips_image_remove(out, *name);
        }
        g_strfreev(names);
        if (out) /* all our work is from top to bottom; told otherwise, libvips takes four times as
                    long */
                vips_image_set_int(out, VIPS_META_SEQUENTIAL, 1);
        return out;
}

static bool has_profile(VipsImage *in)
{
        return vips_image_get_typeof(in, VIPS_META_ICC_NAME) != 0;
}

/* Nearly all pictures are sRGB already; to convert them would cost more than all the rest. */
static bool is_srgb(VipsImage *in)
{
        const void *profile;
        size_t n;
        return !vips_image_get_blob(in, VIPS_META_ICC_NAME, &profile, &n) && profile &&
               memmem(profile, n, "sRGB", 4);
}

/* Scaled to exactly this frame (after turning upright), plain and bare; still lazy. */
static VipsImage *scaled(VipsImage *in, struct frame to)
{
        VipsImage *out = NULL;
        bool convert = has_profile(in) && !is_srgb(in);
        int failed = convert ? vips_thumbnail_image(in, &out, to.width, "height", to.height, "size",
                                                    VIPS_SIZE_FORCE, "export_profile", "srgb",
                                                    "intent", VIPS_INTENT_PERCEPTUAL, NULL)
                             : vips_thumbnail_image(in, &out, to.width, "height", to.height, "size",
                                                    VIPS_SIZE_FORCE, NULL);
        return bare(plain(after(in, failed, &out)));
}

static struct frame times(struct frame f, double scale)
{
        return (struct frame){(int)fmax(1, round(f.width * scale)),
                              (int)fmax(1, round(f.height * scale))};
}

static bool has_transparency(VipsImage *im)
{
        VipsImage *alpha;
        double least = 0;
        if (!vips_image_hasalpha(im) || vips_extract_band(im, &alpha, im->Bands - 1, NULL))
                return false;
        bool whole = !vips_min(alpha, &least, NULL) && least == 255;
        g_object_unref(alpha);
        return !whole;
}

/* Into memory, and without its alpha when nothing shines through: from here on all work is on
 * pixels. */
static VipsImage *settled(VipsImage *in)
{
        if (!in)
                return NULL;
        VipsImage *out = vips_image_copy_memory(in);
        in = after(in, !out, &out);
        if (!in || !vips_image_hasalpha(in) || has_transparency(in))
                return in;
        in = after(in, vips_extract_band(in, &out, 0, "n", in->Bands - 1, NULL), &out);
        if (!in)
                return NULL;
        out = vips_image_copy_memory(in);
        return after(in, !out, &out);
}

/* How much smaller the whole picture becomes, for a mode. */
static double scale_for(const struct work *w, struct frame is)
{
        struct frame to = modes[w->mode].full;
        if (modes[w->mode].cut)
                return fmin(1, fmax((double)to.width / is.width, (double)to.height / is.height));
        if (to.width)
                return fmin(1, fmin((double)to.width / is.width, (double)to.height / is.height));
        double film = w->header.frames > 1 ? FILM_EDGE_MAX / fmax(is.width, is.height) : 1;
        return fmin(film, fmin(1, sqrt(PHOTO_PIXELS_MAX / ((double)is.width * is.height))));
}

/* Its frame, upright. The decoder knows it best (HEIC is turned by it), but for what it has
 * already made smaller. */
static struct frame frame_of(const struct work *w, VipsImage *in)
{
        struct frame is = {in->Xsize, vips_image_get_page_height(in)};
        if (w->header.kind == PICTURE_JPEG || w->header.kind == PICTURE_WEBP)
                is = (struct frame){(int)w->header.width, (int)w->header.height};
        return vips_image_get_orientation_swap(in) ? (struct frame){is.height, is.width} : is;
}

/* The still picture that all still renditions are made from. A colour profile that cannot be used
 * is left aside: colours a little off are better than no picture. */
static VipsImage *base(const struct work *w)
{
        struct frame told = {(int)w->header.width, (int)w->header.height};
        for (int attempt = 0; attempt < 2; attempt++) {
                VipsImage *in = load(w, scale_for(w, told), 1), *copy = NULL;
                if (!in)
                        return NULL;
                struct frame is = frame_of(w, in);
                bool profile = has_profile(in);
                in = after(in, vips_copy(in, &copy, NULL),
                           &copy); /* what is loaded may not be changed */
                if (in)
                        vips_image_set_int(in, VIPS_META_SEQUENTIAL, 1);
                if (in && attempt)
                        vips_image_remove(in, VIPS_META_ICC_NAME);
                VipsImage *out = in ? settled(scaled(in, times(is, scale_for(w, is)))) : NULL;
                if (out || !profile)
                        return out;
        }
        return NULL;
}

/* Cut from the middle to the shape of `to`, or fitted into it; never enlarged. `in` stays. */
static VipsImage *shaped(VipsImage *in, struct frame to, bool cut)
{
        double wide = (double)in->Xsize / to.width, high = (double)in->Ysize / to.height;
        VipsImage *out = NULL;
        g_object_ref(in);
        if (!cut) {
                double scale = fmin(1, fmin(1 / wide, 1 / high));
                struct frame is = {in->Xsize, in->Ysize};
                return scale == 1 ? in : settled(scaled(in, times(is, scale)));
        }
        to = times(to, fmin(1, fmin(wide, high)));
        int failed = vips_thumbnail_image(in, &out, to.width, "height", to.height, "size",
                                          VIPS_SIZE_BOTH, "crop", VIPS_INTERESTING_CENTRE, NULL);
        return settled(bare(after(in, failed, &out)));
}

/* Photos become JPEG or stay WebP; drawings and screenshots, which JPEG would smear, stay PNG. How
 * well the original was packed tells them apart: a photo needs about two bytes a pixel as PNG, a
 * screenshot a fraction of one. */
static enum picture_kind kind_for(const struct work *w, VipsImage *im)
{
        enum picture_kind photo = vips_image_hasalpha(im) ? PICTURE_WEBP : PICTURE_JPEG;
        switch (w->header.kind) {
        case PICTURE_PNG:
        case PICTURE_GIF:
                if (w->bytes.n <= ART_BYTES_MAX ||
                    w->bytes.n <= (uint64_t)w->header.width * w->header.height)
                        return PICTURE_PNG;
                return photo;
        case PICTURE_WEBP: /* a large one costs a second and 150 MiB to write, and was a photo */
                return (int64_t)im->Xsize * im->Ysize > WEBP_PIXELS_MAX ? photo : PICTURE_WEBP;
        default:
                return photo;
        }
}

static bool encode(VipsImage *im, enum picture_kind kind, void **p, size_t *n)
{
        switch (kind) {
        case PICTURE_JPEG:
                return !vips_jpegsave_buffer(im, p, n, "Q", 85, "interlace", TRUE,
                                             "optimize_coding", TRUE, "strip", TRUE, NULL);
        case PICTURE_PNG:
                return !vips_pngsave_buffer(im, p, n, "compression", 6, "strip", TRUE, NULL);
        case PICTURE_WEBP:
                return !vips_webpsave_buffer(im, p, n, "Q", 82, "effort", 2, "strip", TRUE, NULL);
        default:
                return false;
        }
}

static bool write_all(int fd, const char *p, size_t n)
{
        while (n > 0) {
                ssize_t did = write(fd, p, n);
                if (did <= 0)
                        return false;
                p += did;
                n -= (size_t)did;
        }
        return true;
}

static bool save(VipsImage *im, enum picture_kind kind, int fd, struct wire_file *file)
{
        void *p;
        size_t n;
        if (!im || !encode(im, kind, &p, &n))
                return false;
        if (kind == PICTURE_PNG && n > PNG_BYTES_MAX) {
                kind = vips_image_hasalpha(im) ? PICTURE_WEBP : PICTURE_JPEG;
                if (!encode(im, kind, &p, &n))
                        return false;
        }
        n = tidy(kind, p, n);
        file->kind = kind;
        file->width = (uint32_t)im->Xsize;
        file->height = (uint32_t)vips_image_get_page_height(im);
        file->bytes = n;
        return n > 0 && write_all(fd, p, n);
}

/* All frames, as an animated WebP: a third of the GIF. */
static bool save_film(const struct work *w, int fd, struct wire_file *file)
{
        VipsImage *in = load(w, 1, -1);
        if (!in)
                return false;
        struct frame is = frame_of(w, in);
        return save(scaled(in, times(is, scale_for(w, is))), PICTURE_WEBP, fd, file);
}

static bool add_blurhash(VipsImage *im, char text[BLURHASH_MOST + 1])
{
        VipsImage *in = shaped(im, (struct frame){BLURHASH_EDGE, BLURHASH_EDGE}, false),
                  *out = NULL;
        double white[] = {255};
        if (in && vips_image_hasalpha(in)) /* of others, vips_flatten would take blue for alpha */
                in = after(
                        in,
                        vips_flatten(in, &out, "background", vips_array_double_new(white, 1), NULL),
                        &out);
        if (in)
                in = after(in, vips_colourspace(in, &out, VIPS_INTERPRETATION_sRGB, NULL), &out);
        if (!in || in->Bands != 3)
                return false;
        size_t n;
        uint8_t *pixels = vips_image_write_to_memory(in, &n);
        bool wide = im->Xsize >= im->Ysize;
        if (!pixels)
                return false;
        blurhash_encode(pixels, in->Xsize, in->Ysize, wide ? 4 : 3, wide ? 3 : 4, text);
        return true;
}

static bool render_all(const struct work *w, int full_fd, int preview_fd, int still_fd,
                       struct wire_answer *answer)
{
        VipsImage *whole = base(w);
        if (!whole)
                return false;
        bool cut = modes[w->mode].cut;
        VipsImage *full = cut ? shaped(whole, modes[w->mode].full, true) : whole;
        VipsImage *preview = shaped(whole, modes[w->mode].preview, cut);
        if (!full || !preview || !add_blurhash(preview, answer->blurhash))
                return false;
        answer->animated = modes[w->mode].moves && w->header.frames > 1 &&
                           w->header.kind != PICTURE_PNG; /* of an APNG the first frame is shown */
        if (answer->animated) {
                if (still_fd >= 0 && !save(full, kind_for(w, full), still_fd, &answer->still))
                        return false;
                if (!save_film(w, full_fd, &answer->full))
                        return false;
        } else if (!save(full, kind_for(w, full), full_fd, &answer->full)) {
                return false;
        }
        return save(preview, PICTURE_WEBP, preview_fd, &answer->preview);
}

/* Whether it failed for want of memory. libheif then says anything but that. */
static bool wanted_memory(const struct work *w)
{
        enum {
                LARGE = 24000000 /* pixels; a 24-megapixel HEIC takes 180 MiB */
        };
        bool heif = w->header.kind == PICTURE_HEIC || w->header.kind == PICTURE_AVIF;
        return strcasestr(vips_error_buffer(), "memory") ||
               (heif && w->header.width * w->header.height > LARGE);
}

void render(struct str bytes, enum photobox_mode mode, int full_fd, int preview_fd, int still_fd,
            struct wire_answer *answer)
{
        struct work w = {.bytes = bytes, .mode = mode};
        answer->why = picture_check(bytes, &w.header);
        if (w.header.kind == PICTURE_JPEG && picture_jpeg_scans(bytes) > PICTURE_SCANS_MAX)
                answer->why = PICTURE_TOO_SLOW;
        if (answer->why == PICTURE_FINE && !render_all(&w, full_fd, preview_fd, still_fd, answer))
                answer->why = wanted_memory(&w) ? PICTURE_TOO_HUNGRY : PICTURE_UNREADABLE;
        answer->done = 1;
}
