/* Files that are part of the program: the style sheet, pictures, robots.txt. The table is made by
 * tools/embed-files. */
#pragma once
#include <stddef.h>

struct static_file {
        const char *name, *path; /* "style.css"; "/static/style.0f3c….css" */
        const char *type, *etag;
        const unsigned char *bytes;
        size_t n;
};
extern const struct static_file STATIC_FILES[];
extern const size_t STATIC_FILES_COUNT;
