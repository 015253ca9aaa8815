/* Pictures are decoded in another process, `tidings-photobox`: no network, no files, little memory,
 * ten seconds. This is the server's end of it. What comes back has been re-encoded from pixels, so
 * nothing of the original file but its look is left: no place, no device, no thumbnail, no foreign
 * byte. */
#pragma once
#include "lib/base/err.h"
#include "photobox/blurhash.h"
#include "photobox/picture.h"

/* What a picture is for. `full` and `preview` differ by it; see the table in render.c. */
enum photobox_mode {
        PHOTOBOX_PHOTO, /* in a post: as sent up to 8.3 megapixels; preview 640 on the long edge */
        PHOTOBOX_PORTRAIT, /* of an account: 400 x 400 for apps; preview 320 x 400, the print in the
                              margin */
        PHOTOBOX_HEADER,   /* of an account: 1500 x 500; preview 600 x 200 */
        PHOTOBOX_EMOJI,    /* custom emoji, may move: within 128 x 128; preview the same, still */
        PHOTOBOX_CARD,     /* of a linked page: within 1200 x 1200; preview within 640 x 640 */
        PHOTOBOX_MODES
};

struct photobox_file {
        enum picture_kind kind; /* picture_mime() and picture_extension() tell the rest */
        uint32_t width, height;
        uint64_t bytes;
};

struct photobox_result {
        struct photobox_file full, preview;
        struct photobox_file
                still; /* first frame; kind is PICTURE_NONE unless `animated` and asked for */
        char blurhash[BLURHASH_MOST + 1];
        bool animated;
        enum picture_why why; /* on ERR_INPUT: what to tell the person (picture_why_text) */
        uint32_t cpu_ms, peak_rss_kib; /* what it cost in the box; for the log and the metrics */
};

struct photobox; /* thread-safe */

/* Ready to decode with n_workers pictures at once (0: half the processors, at least 1). Nothing is
 * started before the first picture; the box ends itself after minutes without one. ERR_MISSING when
 * `program` cannot be run. */
MUST_USE enum err photobox_open(const char *program, int n_workers, struct photobox **ret);
void photobox_close(struct photobox **box);
/* Path of tidings-photobox: beside the running program, else where it was installed. False when in
 * neither place. */
MUST_USE bool photobox_find(char *path, size_t size);

/* The header alone, without the box: ERR_INPUT and *why for what would be refused anyway, at no
 * cost. */
MUST_USE enum err photobox_check(int in_fd, struct picture_header *ret, enum picture_why *why);

/* Decodes the regular file in_fd (of at most 16 MiB, from its start whatever its offset, best
 * opened read-only) and writes the renditions to the two or three files given (still_fd may
 * be -1). Blocks: for a place in the queue, then for at most 15 seconds. ERR_INPUT: the picture is
 * at fault, ret->why says how; ERR_BUSY: the queue is full; ERR_FAULT: the box is at fault. After
 * an error the files' content means nothing. */
MUST_USE enum err photobox_picture(struct photobox *box, int in_fd, enum photobox_mode mode,
                                   int full_fd, int preview_fd, int still_fd,
                                   struct photobox_result *ret);

/* Runs `program --selftest` with our standard output: every forbidden thing is tried from inside.
 * Gives its exit code: 0 only if all were refused. */
int photobox_selftest(const char *program);
