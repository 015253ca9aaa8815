/* Videos and sounds of other servers: nothing here decodes them, so they are kept as they came, once their first bytes
 * show that they are what a browser plays. They are served with a type of ours, never with theirs. */
#pragma once
#include "social/far_file.h"

/* "mp4", "webm", "mp3", "ogg" by the first bytes; NULL: none of them. */
const char *far_film_extension(struct str head);
/* Puts the file into the store. ERR_INPUT: no video and no sound. */
MUST_USE enum err far_film_take(struct cx *cx, int fd, int64_t size, struct far_copy *ret);
