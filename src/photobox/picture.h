/* What a picture file says about itself before anybody decodes it: its kind, by magic alone, and
 * its size. Read by the server at the door and again by the box. Nothing here decodes; every step
 * moves forward, so the work is bounded by the length of the file. */
#pragma once
#include "lib/base/str.h"

enum picture_kind {
        PICTURE_NONE,
        PICTURE_JPEG,
        PICTURE_PNG,
        PICTURE_WEBP,
        PICTURE_GIF,
        PICTURE_HEIC,
        PICTURE_AVIF,
        PICTURE_KINDS
};

/* Each is the biggest that an honest phone sends, and small enough for the box's memory and time.
 */
enum {
        PICTURE_BYTES_MAX = 16 * 1024 * 1024,
        PICTURE_EDGE_MAX = 16384,      /* also libheif's and libwebp's own */
        PICTURE_PIXELS_MAX = 40000000, /* for an animation: the pixels of all frames together */
        PICTURE_FRAMES_MAX = 500,
        PICTURE_SCANS_MAX = 64 /* encoders make about ten */
};

/* Why a picture was refused; PICTURE_FINE when it was not. */
enum picture_why {
        PICTURE_FINE,
        PICTURE_UNREADABLE,
        PICTURE_WRONG_KIND,
        PICTURE_TOO_HEAVY,
        PICTURE_TOO_LONG,
        PICTURE_TOO_LARGE,
        PICTURE_TOO_MANY_FRAMES,
        PICTURE_TOO_LONG_A_FILM,
        PICTURE_TOO_SLOW,
        PICTURE_TOO_HUNGRY,
        PICTURE_WHYS
};

struct picture_header {
        enum picture_kind kind;
        uint32_t width, height; /* before the orientation tag is applied */
        uint32_t frames;        /* 1: a still picture */
};

/* The plain sentence a person is shown. */
const char *picture_why_text(enum picture_why why);
/* "image/jpeg" and so on; NULL for what is no kind. */
const char *picture_mime(enum picture_kind kind);
/* "jpg" and so on; NULL for what is no kind. */
const char *picture_extension(enum picture_kind kind);

/* Reads the header of a whole picture in memory; *ret is written only for PICTURE_FINE. */
MUST_USE enum picture_why picture_check(struct str bytes, struct picture_header *ret);
/* How many scans a JPEG has: a progressive one may hide thousands in a few bytes each, and every
 * one of them makes the decoder walk through the whole picture again. */
uint32_t picture_jpeg_scans(struct str bytes);
/* The same as picture_check for a regular file, by pread, holding 64 KiB of it at a time. The
 * file's offset stays.
 */
MUST_USE enum picture_why picture_check_file(int fd, struct picture_header *ret);
