/* The real box, on real pictures: what is made of them, what is left out, and what happens when
 * they are hostile. */
#include "photobox/photobox.h"
#include "photobox/photobox_samples.h"
#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static char program[PATH_MAX];
static struct photobox *box;

/* One picture's renditions, and what was said about them. */
struct made {
        int full, preview, still;
        struct photobox_result r;
        enum err e;
};

static struct made make_with(struct photobox *b, int in, enum photobox_mode mode)
{
        struct made m = {.full = memfd_create("full", MFD_CLOEXEC),
                         .preview = memfd_create("preview", MFD_CLOEXEC),
                         .still = memfd_create("still", MFD_CLOEXEC)};
        m.e = photobox_picture(b, in, mode, m.full, m.preview, m.still, &m.r);
        return m;
}

static void forget(struct made *m)
{
        close(m->full);
        close(m->preview);
        close(m->still);
}

static struct made make_of(struct sample s, enum photobox_mode mode)
{
        int in = sample_file(&s);
        struct made m = make_with(box, in, mode);
        close(in);
        return m;
}

static void refused(struct sample s, enum picture_why why)
{
        struct made m = make_of(s, PHOTOBOX_PHOTO);
        assert_int_equal(m.e, ERR_INPUT);
        assert_int_equal(m.r.why, why);
        forget(&m);
}

static void is(const struct photobox_file *f, enum picture_kind kind, uint32_t width,
               uint32_t height)
{
        assert_int_equal(f->kind, kind);
        assert_int_equal(f->width, width);
        assert_int_equal(f->height, height);
        assert_true(f->bytes > 0);
}

/* A JPEG, by way of the box. */
static struct sample jpeg(int width, int height, sample_paint *paint)
{
        struct made m = make_of(sample_png(width, height, 2, 8, paint), PHOTOBOX_PHOTO);
        assert_int_equal(m.e, OK);
        assert_int_equal(m.r.full.kind, PICTURE_JPEG);
        struct sample s = sample_of_file(m.full);
        forget(&m);
        return s;
}

static struct sample webp(void)
{
        struct made m = make_of(sample_png(300, 200, 2, 8, paint_slope), PHOTOBOX_PHOTO);
        struct sample s = sample_of_file(m.preview);
        forget(&m);
        return s;
}

static void a_photo_gets_its_renditions(void **state)
{
        (void)state;
        struct made m = make_of(sample_png(1200, 900, 2, 8, paint_slope), PHOTOBOX_PHOTO);
        assert_int_equal(m.e, OK);
        is(&m.r.full, PICTURE_JPEG, 1200, 900);
        is(&m.r.preview, PICTURE_WEBP, 640, 480);
        assert_false(m.r.animated);
        assert_true(blurhash_check(m.r.blurhash));
        assert_int_equal(m.r.blurhash[0], 'L'); /* 4 x 3 */
        forget(&m);
        m = make_of(jpeg(300, 1000, paint_slope), PHOTOBOX_PHOTO);
        is(&m.r.full, PICTURE_JPEG, 300, 1000);
        is(&m.r.preview, PICTURE_WEBP, 192, 640);
        assert_int_equal(m.r.blurhash[0], 'T'); /* 3 x 4 */
        forget(&m);
}

static void every_kind_is_taken(void **state)
{
        (void)state;
        struct made m = make_of(webp(), PHOTOBOX_PHOTO);
        is(&m.r.full, PICTURE_WEBP, 300, 200);
        forget(&m);
        m = make_of(sample_heic(), PHOTOBOX_PHOTO);
        is(&m.r.full, PICTURE_JPEG, 64, 48);
        forget(&m);
        m = make_of(sample_avif(), PHOTOBOX_PHOTO);
        is(&m.r.full, PICTURE_JPEG, 64, 48);
        is(&m.r.preview, PICTURE_WEBP, 64, 48);
        forget(&m);
        static const int types[] = {0, 2, 4, 6};
        for (size_t i = 0; i < sizeof types / sizeof *types; i++)
                for (int depth = 8; depth <= 16; depth += 8) {
                        m = make_of(sample_png(60, 40, types[i], depth, paint_slope),
                                    PHOTOBOX_PHOTO);
                        assert_int_equal(m.e, OK);
                        is(&m.r.full, PICTURE_PNG, 60, 40);
                        forget(&m);
                }
        m = make_of(sample_png(1, 1, 2, 8, paint_slope), PHOTOBOX_PHOTO);
        is(&m.r.full, PICTURE_PNG, 1, 1);
        forget(&m);
}

static void drawings_stay_png_and_holes_stay_holes(void **state)
{
        (void)state;
        struct made m = make_of(sample_png(100, 100, 6, 8, paint_hole), PHOTOBOX_PHOTO);
        is(&m.r.full, PICTURE_PNG, 100, 100);
        struct sample s = sample_of_file(m.full);
        assert_int_equal(s.p[25], 6); /* its colour type: still with alpha */
        free(s.p);
        forget(&m);
        m = make_of(sample_png(700, 700, 6, 8, paint_hole), PHOTOBOX_PHOTO);
        is(&m.r.full, PICTURE_WEBP, 700, 700);
        forget(&m);
        m = make_of(sample_png(700, 700, 6, 8, paint_slope), PHOTOBOX_PHOTO);
        is(&m.r.full, PICTURE_JPEG, 700, 700); /* an alpha that hides nothing */
        forget(&m);
}

static void each_mode_has_its_shape(void **state)
{
        static const struct {
                enum photobox_mode mode;
                int width, height;
                uint32_t full[2], preview[2];
        } cases[] = {
                {PHOTOBOX_PORTRAIT, 1200, 900, {400, 400}, {320, 400}},
                {PHOTOBOX_PORTRAIT, 401, 999, {400, 400}, {320, 400}},
                {PHOTOBOX_PORTRAIT, 200, 300, {200, 200}, {200, 250}},
                {PHOTOBOX_PORTRAIT, 40, 10, {10, 10}, {8, 10}},
                {PHOTOBOX_HEADER, 2000, 900, {1500, 500}, {600, 200}},
                {PHOTOBOX_HEADER, 300, 300, {300, 100}, {300, 100}},
                {PHOTOBOX_EMOJI, 600, 300, {128, 64}, {128, 64}},
                {PHOTOBOX_CARD, 1400, 700, {1200, 600}, {640, 320}},
                {PHOTOBOX_CARD, 300, 200, {300, 200}, {300, 200}},
        };
        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                struct made m =
                        make_of(sample_png(cases[i].width, cases[i].height, 2, 8, paint_slope),
                                cases[i].mode);
                assert_int_equal(m.e, OK);
                bool small = cases[i].width * cases[i].height * 3 < 60000;
                is(&m.r.full, small ? PICTURE_PNG : PICTURE_JPEG, cases[i].full[0],
                   cases[i].full[1]);
                is(&m.r.preview, PICTURE_WEBP, cases[i].preview[0], cases[i].preview[1]);
                forget(&m);
        }
}

static void animations_stay_animated(void **state)
{
        (void)state;
        struct made m = make_of(sample_gif(60, 40, 7), PHOTOBOX_PHOTO);
        assert_int_equal(m.e, OK);
        assert_true(m.r.animated);
        is(&m.r.full, PICTURE_WEBP, 60, 40);
        is(&m.r.still, PICTURE_PNG, 60, 40);
        is(&m.r.preview, PICTURE_WEBP, 60, 40);
        struct picture_header h;
        enum picture_why why;
        assert_int_equal(photobox_check(m.full, &h, &why), OK);
        assert_int_equal(h.frames, 7);
        assert_int_equal(photobox_check(m.preview, &h, &why), OK);
        assert_int_equal(h.frames, 1);
        struct made again = make_with(box, m.full, PHOTOBOX_PHOTO); /* and so do animated WebPs */
        assert_int_equal(again.e, OK);
        assert_true(again.r.animated);
        forget(&again);
        again = make_with(box, m.full, PHOTOBOX_PORTRAIT); /* but portraits hold still */
        assert_int_equal(again.e, OK);
        assert_false(again.r.animated);
        is(&again.r.full, PICTURE_WEBP, 40, 40);
        forget(&again);
        forget(&m);
        m = make_of(sample_gif(60, 40, 1), PHOTOBOX_PHOTO);
        assert_false(m.r.animated);
        is(&m.r.full, PICTURE_PNG, 60, 40);
        forget(&m);
        m = make_of(sample_gif(300, 150, 3), PHOTOBOX_EMOJI);
        assert_int_equal(m.e, OK);
        is(&m.r.full, PICTURE_WEBP, 128, 64);
        forget(&m);
}

/* T140: the word SECRET stands wherever a file can carry more than its pixels. */
static void nothing_secret(struct sample s)
{
        assert_true(sample_has(&s, "SECRET"));
        int in = sample_file(&s);
        for (int mode = 0; mode < PHOTOBOX_MODES; mode++) {
                struct made m = make_with(box, in, (enum photobox_mode)mode);
                assert_int_equal(m.e, OK);
                const int fds[] = {m.full, m.preview, m.still};
                for (int i = 0; i < 3; i++) {
                        static const char *const words[] = {"SECRET", "Exif", "EXIF",  "http",
                                                            "XMP",    "ICC",  "iCCP",  "tEXt",
                                                            "eXIf",   "<?x",  "PK\3\4"};
                        struct sample out = sample_of_file(fds[i]);
                        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
                                if (sample_has(&out, words[w]))
                                        fail_msg("%s is in rendition %d of mode %d", words[w], i,
                                                 mode);
                        free(out.p);
                }
                forget(&m);
        }
        close(in);
}

#define BYTES(lit) ("" lit), (sizeof(lit) - 1)
/* A big-endian EXIF block with orientation `o`, a maker's text and a GPS directory of one text. */
#define EXIF(o)                                                                                    \
        "MM\0*\0\0\0\x08\0\3"                                                                      \
        "\1\x0e\0\2\0\0\0\x08\0\0\0\x40\1\x12\0\3\0\0\0\1\0" o                                     \
        "\0\0\x88\x25\0\4\0\0\0\1\0\0\0\x48\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"                   \
        "SECRET1\0\0\1\0\x1d\0\2\0\0\0\x08\0\0\0\x5a\0\0\0\0SECRET2\0"

/* An APPn or comment segment, right behind the start. */
static void add_segment(struct sample *s, unsigned char marker, const void *p, size_t n)
{
        unsigned char head[] = {0xff, marker, (unsigned char)((n + 2) >> 8),
                                (unsigned char)(n + 2)};
        sample_insert(s, 2, p, n);
        sample_insert(s, 2, head, sizeof head);
}

static void no_marker_survives_in_jpeg(void **state)
{
        (void)state;
        struct sample s = jpeg(300, 200, paint_slope);
        sample_insert(&s, s.n, BYTES("PK\3\4 SECRET zip, <?php and <script>"));
        add_segment(&s, 0xfe, BYTES("SECRET comment"));
        add_segment(&s, 0xed, BYTES("Photoshop 3.0\0 8BIM\4\4\0\0\0\0\0\x0bSECRET IPTC\0"));
        add_segment(&s, 0xe2, BYTES("MPF\0SECRET second picture"));
        add_segment(&s, 0xe2, BYTES("ICC_PROFILE\0\1\1 SECRET garbage"));
        add_segment(&s, 0xe1, BYTES("http://ns.adobe.com/xap/1.0/\0<x>SECRET xmp</x>"));
        add_segment(&s, 0xe1, BYTES("Exif\0\0" EXIF("\1")));
        nothing_secret(s);
}

static void no_marker_survives_in_png(void **state)
{
        (void)state;
        struct sample s = sample_png(100, 70, 2, 8, paint_slope);
        sample_add_png_chunk(&s, "tEXt", BYTES("Comment\0SECRET"));
        sample_add_png_chunk(&s, "iTXt", BYTES("XML:com.adobe.xmp\0\0\0\0\0<x>SECRET</x>"));
        sample_add_png_chunk(&s, "eXIf", BYTES(EXIF("\1")));
        sample_add_png_chunk(&s, "prVt", BYTES("SECRET private chunk"));
        sample_insert(&s, s.n, BYTES("SECRET<?php system($_GET[0])"));
        nothing_secret(s);
}

static void no_marker_survives_in_webp(void **state)
{
        (void)state;
        struct sample s = webp();
        sample_insert(&s, s.n, BYTES("EXIF\x62\0\0\0" EXIF("\1")));
        sample_insert(&s, s.n, BYTES("XMP \x10\0\0\0<x>SECRET</x>..."));
        sample_insert(&s, 12, BYTES("VP8X\x0a\0\0\0\x0c\0\0\0\x2b\1\0\xc7\0\0"));
        for (int i = 0; i < 4; i++)
                s.p[4 + i] = (unsigned char)((s.n - 8) >> (8 * i));
        sample_insert(&s, s.n, BYTES("SECRET trailing"));
        nothing_secret(s);
}

static void no_marker_survives_in_gif(void **state)
{
        (void)state;
        struct sample s = sample_gif(40, 30, 3);
        sample_insert(&s, s.n, BYTES("alert('SECRET')//"));
        sample_insert(&s, 25, BYTES("\x21\xfe\x06SECRET\0"));
        sample_insert(&s, 25, BYTES("\x21\xff\x0bXMP DataXMP\x0d<x>SECRET</x>\0"));
        nothing_secret(s);
}

static void no_marker_survives_in_heic(void **state)
{
        (void)state;
        struct sample s = sample_heic();
        sample_insert(&s, s.n, BYTES("\0\0\0\x10 uuiSECRET.."));
        sample_insert(&s, s.n, BYTES("\0\0\0\x10\x66reeSECRET.."));
        nothing_secret(s);
}

/* Whether the left half has more red than the right one, as the BlurHash tells: its first wave runs
 * along x. */
static bool red_is_left(const char *hash)
{
        static const char alphabet[] =
                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                "#$%*+,-.:;=?@[]^_{|}~";
        long value = (strchr(alphabet, hash[6]) - alphabet) * 83 +
                     (strchr(alphabet, hash[7]) - alphabet);
        return value / 361 > 9;
}

static void orientation_is_applied(void **state)
{
        (void)state;
        struct made m = make_of(jpeg(300, 200, paint_two_halves), PHOTOBOX_PHOTO);
        assert_true(red_is_left(m.r.blurhash));
        forget(&m);
        struct sample s = jpeg(300, 200, paint_two_halves);
        add_segment(&s, 0xe1, BYTES("Exif\0\0" EXIF("\3")));
        m = make_of(s, PHOTOBOX_PHOTO); /* upside down */
        is(&m.r.full, PICTURE_JPEG, 300, 200);
        assert_false(red_is_left(m.r.blurhash));
        forget(&m);
        s = jpeg(300, 200, paint_two_halves);
        add_segment(&s, 0xe1, BYTES("Exif\0\0" EXIF("\6")));
        m = make_of(s, PHOTOBOX_PHOTO); /* lying on its side */
        is(&m.r.full, PICTURE_JPEG, 200, 300);
        forget(&m);
        s = jpeg(900, 700, paint_two_halves);
        add_segment(&s, 0xe1, BYTES("Exif\0\0" EXIF("\x08")));
        m = make_of(s, PHOTOBOX_PORTRAIT);
        is(&m.r.full, PICTURE_JPEG, 400, 400);
        is(&m.r.preview, PICTURE_WEBP, 320, 400);
        forget(&m);
}

static void broken_pictures_are_refused(void **state)
{
        struct sample all[] = {jpeg(300, 200, paint_slope),
                               sample_png(100, 70, 2, 8, paint_slope),
                               webp(),
                               sample_gif(40, 30, 2),
                               sample_heic(),
                               sample_avif()};
        (void)state;
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
                struct sample *s = &all[i], cut = {0}, bad = {0};
                sample_insert(&cut, 0, s->p, s->n * 6 / 10);
                struct made m = make_of(cut, PHOTOBOX_PHOTO);
                assert_int_equal(m.e, ERR_INPUT);
                assert_int_equal(m.r.why, PICTURE_UNREADABLE);
                forget(&m);
                for (int seed = 1; seed <= 3; seed++) { /* noise: whatever comes, it is an answer */
                        sample_insert(&bad, 0, s->p, s->n);
                        for (size_t at = 30; at < bad.n; at += 17u * (unsigned)seed)
                                bad.p[at] = (unsigned char)(bad.p[at] * 31 + seed);
                        m = make_of(bad, PHOTOBOX_PHOTO);
                        assert_true(m.e == OK || m.e == ERR_INPUT);
                        forget(&m);
                        bad = (struct sample){0};
                }
                free(s->p);
        }
        struct sample wrong_crc = sample_png(100, 70, 2, 8, paint_slope);
        wrong_crc.p[wrong_crc.n - 14] ^= 1;
        refused(wrong_crc, PICTURE_UNREADABLE);
}

static void other_files_are_refused(void **state)
{
        (void)state;
        struct sample s = {0};
        sample_insert(&s, 0, BYTES("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"));
        refused(s, PICTURE_WRONG_KIND);
        s = (struct sample){0};
        sample_insert(&s, 0, BYTES("%PDF-1.4 SECRET"));
        refused(s, PICTURE_WRONG_KIND);
        s = sample_png(10, 10, 2, 8, paint_slope);
        memcpy(s.p + 16, "\0\0\x75\x30\0\0\x75\x30", 8); /* 30,000 x 30,000 */
        refused(s, PICTURE_TOO_LONG);
        s = jpeg(300, 200, paint_slope);
        for (int i = 0; i < 100; i++) /* empty scans of the last coefficient */
                sample_insert(&s, s.n - 2, BYTES("\xff\xda\0\x08\1\1\0\x3f\x3f\0"));
        refused(s, PICTURE_TOO_SLOW);
        assert_string_equal(picture_why_text(PICTURE_TOO_LARGE),
                            "This picture is larger than 40 megapixels.");
}

static void *one_of_many(void *in)
{
        struct made *m = malloc(sizeof *m);
        assert_non_null(m);
        *m = make_with(box, *(int *)in, PHOTOBOX_PHOTO);
        return m;
}

/* T079; the box has two places here, so 24 queue and 60 do not fit. */
static void many_at_once(void **state)
{
        (void)state;
        struct sample s = jpeg(900, 700, paint_slope);
        int in = sample_file(&s);
        for (int n = 24; n <= 60; n += 36) {
                pthread_t threads[60];
                int done = 0, busy = 0;
                for (int i = 0; i < n; i++)
                        assert_int_equal(pthread_create(&threads[i], NULL, one_of_many, &in), 0);
                for (int i = 0; i < n; i++) {
                        struct made *m;
                        assert_int_equal(pthread_join(threads[i], (void **)&m), 0);
                        done += m->e == OK;
                        busy += m->e == ERR_BUSY;
                        forget(m);
                        free(m);
                }
                assert_int_equal(done + busy, n);
                assert_true(n == 24 ? busy == 0 : done >= 34);
        }
        close(in);
}

/* The zygote is the test's only child. */
static pid_t zygote(void)
{
        char path[64];
        snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
        FILE *f = fopen(path, "r");
        int pid = 0;
        assert_non_null(f);
        if (fscanf(f, "%d", &pid) != 1)
                pid = 0;
        fclose(f);
        assert_true(pid > 0); /* or kill() would mean all of us */
        return pid;
}

static void a_dead_box_is_started_again(void **state)
{
        (void)state;
        struct made m = make_of(sample_png(50, 50, 2, 8, paint_slope), PHOTOBOX_PHOTO);
        assert_int_equal(m.e, OK);
        forget(&m);
        pid_t first = zygote();
        kill(first, SIGKILL);
        m = make_of(sample_png(50, 50, 2, 8, paint_slope), PHOTOBOX_PHOTO);
        assert_int_equal(m.e, OK);
        assert_int_not_equal(zygote(), first);
        forget(&m);
}

/* The one that dies in the middle of a picture is asked again, and nothing of the first attempt is
 * left. */
static void a_box_that_dies_at_work_is_asked_again(void **state)
{
        (void)state;
        struct sample s = jpeg(2000, 1500, paint_slope);
        int in = sample_file(&s);
        pthread_t thread;
        struct made *m;
        assert_int_equal(pthread_create(&thread, NULL, one_of_many, &in), 0);
        usleep(30 * 1000); /* whenever it dies, the answer is the same */
        kill(zygote(), SIGKILL);
        assert_int_equal(pthread_join(thread, (void **)&m), 0);
        assert_int_equal(m->e, OK);
        is(&m->r.full, PICTURE_JPEG, 2000, 1500);
        forget(m);
        free(m);
        close(in);
}

static void a_box_that_is_none_is_a_fault(void **state)
{
        struct photobox *other;
        (void)state;
        assert_int_equal(photobox_open("/nonexistent/tidings-photobox", 1, &other), ERR_MISSING);
        assert_int_equal(photobox_open("/bin/true", 1, &other), OK);
        struct sample s = sample_png(50, 50, 2, 8, paint_slope);
        int in = sample_file(&s);
        struct made m = make_with(other, in, PHOTOBOX_PHOTO);
        assert_int_equal(m.e, ERR_FAULT);
        forget(&m);
        close(in);
        photobox_close(&other);
        assert_null(other);
}

static void no_descriptor_leaks(void **state)
{
        int counts[2];
        (void)state;
        for (int i = 0; i < 2; i++) {
                struct made m = make_of(sample_png(50, 50, 2, 8, paint_slope), PHOTOBOX_PHOTO);
                forget(&m);
                DIR *d = opendir("/proc/self/fd");
                assert_non_null(d);
                for (counts[i] = 0; readdir(d); counts[i]++)
                        continue;
                closedir(d);
        }
        assert_int_equal(counts[0], counts[1]);
}

static void the_cage_holds(void **state)
{
        (void)state;
        assert_int_equal(photobox_selftest(program), 0);
}

static int open_box(void **state)
{
        (void)state;
        /* tests are built a folder below the programs */
        ssize_t n = readlink("/proc/self/exe", program, sizeof program - 30);
        if (n > 0) {
                program[n] = 0;
                static const char beside[] = "/../tidings-photobox";
                memcpy(strrchr(program, '/'), beside, sizeof beside);
        }
        if (n < 0 || (access(program, X_OK) < 0 && !photobox_find(program, sizeof program))) {
                fputs("tidings-photobox has not been built\n", stderr);
                return -1;
        }
        return photobox_open(program, 2, &box) ? -1 : 0;
}

static int close_box(void **state)
{
        (void)state;
        photobox_close(&box);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_photo_gets_its_renditions),
                cmocka_unit_test(every_kind_is_taken),
                cmocka_unit_test(drawings_stay_png_and_holes_stay_holes),
                cmocka_unit_test(each_mode_has_its_shape),
                cmocka_unit_test(animations_stay_animated),
                cmocka_unit_test(no_marker_survives_in_jpeg),
                cmocka_unit_test(no_marker_survives_in_png),
                cmocka_unit_test(no_marker_survives_in_webp),
                cmocka_unit_test(no_marker_survives_in_gif),
                cmocka_unit_test(no_marker_survives_in_heic),
                cmocka_unit_test(orientation_is_applied),
                cmocka_unit_test(broken_pictures_are_refused),
                cmocka_unit_test(other_files_are_refused),
                cmocka_unit_test(many_at_once),
                cmocka_unit_test(a_dead_box_is_started_again),
                cmocka_unit_test(a_box_that_dies_at_work_is_asked_again),
                cmocka_unit_test(a_box_that_is_none_is_a_fault),
                cmocka_unit_test(no_descriptor_leaks),
                cmocka_unit_test(the_cage_holds),
        };
        return cmocka_run_group_tests(tests, open_box, close_box);
}
