/* multipart/form-data (RFC 7578), read as it comes: fields become parameters, files go straight to temporary files. */
#pragma once
#include "lib/http/param.h"

enum {
        MULTIPART_PARTS = 50,
        MULTIPART_HEADERS = 20,
        MULTIPART_HEAD_MAX = 8 * 1024, /* all headers of a part; browsers send 150 bytes */
        MULTIPART_TEXT_MAX = 256 * 1024, /* all fields together */
        MULTIPART_BOUNDARY_MAX = 70,   /* RFC 2046 section 5.1.1 */
};

struct multipart;

struct multipart_settings {
        struct params *params;
        struct str temp_dir;
        bool keep_files; /* else a file is read past */
        /* Told each descriptor, so that it is closed with the request. */
        void (*opened)(void *owner, struct upload *u);
        void *owner;
};

/* From the value of Content-Type; ERR_MALFORMED without a good boundary. Lives in the arena of the params. */
MUST_USE enum err multipart_open(const struct multipart_settings *s, struct str type, struct multipart **ret);
/* ERR_MALFORMED, ERR_TOO_LARGE, ERR_MEDIA_TYPE; ERR_FULL when the disk is. */
MUST_USE enum err multipart_feed(struct multipart *m, struct str bytes);
MUST_USE enum err multipart_end(struct multipart *m); /* ERR_MALFORMED when the last boundary did not come */
