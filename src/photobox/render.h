/* From a picture's bytes to its renditions; runs inside the box only. */
#pragma once
#include "photobox/wire.h"

/* Starts libvips, once, in the zygote, and forbids it every loader but ours. False when it cannot.
 */
bool render_prepare(void);

/* Decodes and writes the renditions (still_fd may be -1), filling in all the child's part of the
 * answer. */
void render(struct str bytes, enum photobox_mode mode, int full_fd, int preview_fd, int still_fd,
            struct wire_answer *answer);
