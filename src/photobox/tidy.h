/* The last look at a rendition before it is written: of a JPEG, PNG or WebP file only the parts
 * that show pixels are kept. Savers have habits of their own (libvips writes an EXIF block into
 * every WebP, asked or not). */
#pragma once
#include "photobox/picture.h"

/* Removes, in place, every segment or chunk that is not on the list of its format. Gives the new
 * length; 0 when the bytes are not a whole file of that kind. */
size_t tidy(enum picture_kind kind, unsigned char *p, size_t n);
