/* Taking in a photo: checked at the door, decoded in the box, stored, and only then a row. */
#pragma once
#include "lib/http/req.h"
#include "photobox/photobox.h"
#include "social/media.h"

/* Slow: blocks while the box works; call outside any transaction. The file is a person's upload; description and focus
 * ("x,y") may be STR_NONE. ERR_INPUT with a sentence for what cannot be taken, ERR_TOO_LARGE, ERR_BUSY, ERR_FULL. */
MUST_USE enum err media_take(struct cx *cx, const struct viewer *by, const struct upload *file, struct str description,
                             struct str focus, int64_t *ret);

/* The same renditions without a row, for portraits and headers: names in the store. */
struct media_renditions {
        struct str full, preview, still; /* store names; still is STR_NONE for still pictures */
        struct photobox_result about;
};
MUST_USE enum err media_render(struct cx *cx, const struct upload *file, enum photobox_mode mode, struct media_renditions *ret);
struct account_picture;
/* The same for a portrait or header of an account. No file, or an empty one (a form's way of saying "as it was"): the old one
 * stays, or goes when `away`. */
MUST_USE enum err media_take_picture(struct cx *cx, const struct upload *file, bool away, enum photobox_mode mode,
                                     struct account_picture *ret);
/* Puts a stored file on the list of those to remove from disk after the commit. In a write transaction. */
MUST_USE enum err media_trash(struct cx *cx, struct str store_name);
/* Removes from disk what was thrown away; a job runs it every few seconds. */
MUST_USE enum err media_empty_trash(struct cx *cx, int64_t *removed);
/* Rows nobody attached within a day. In a write transaction, at most 200 at a time. */
MUST_USE enum err media_tidy(struct cx *cx, int64_t *dropped);
extern const struct stmt_list MEDIA_TAKE_STATEMENTS;
