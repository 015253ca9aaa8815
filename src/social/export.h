/* A copy of everything somebody has here: asked for on a page, put together by the job "export" (server/export.c), fetched by
 * its owner alone for a week, then removed. */
#pragma once
#include "store/job.h"

enum {
        EXPORT_DAYS = 7,
        EXPORT_AGAIN_HOURS = 24 /* a copy costs as much as a few hundred pages: one a day */
};

#define EXPORT_FILE "export" /* see download.h */

struct export {
        int64_t id, account, asked_at, bytes;
        int64_t ready_at; /* 0: it is being put together, or failed */
        bool failed;
        int64_t ends_at; /* of a ready one: until when it can be fetched */
};

/* Asks for one. ERR_INPUT with a sentence: one is being made, or was asked for less than a day ago. */
MUST_USE enum err export_ask(struct cx *cx, int64_t account);
/* The newest that is still worth showing; NULL: none. */
MUST_USE enum err export_last(struct cx *cx, int64_t account, struct export **ret);
/* May another be asked for now? *when: otherwise from then on. */
bool export_may_ask(struct cx *cx, const struct export *last, int64_t *when);
/* An own one that can be fetched; ERR_MISSING for anybody else's, one that is not ready, and one whose week is over. */
MUST_USE enum err export_get(struct cx *cx, int64_t account, int64_t id, struct export **ret);
/* For the job: ERR_MISSING when there is nothing to do any more. */
MUST_USE enum err export_begin(struct cx *cx, struct str payload, struct export **ret);
/* It lies ready: its owner may be told by mail. */
MUST_USE enum err export_ready(struct cx *cx, const struct export *x, int64_t bytes);
MUST_USE enum err export_fail(struct cx *cx, int64_t id);
/* Rows whose week is over. Files without a row go with export_sweep, outside any transaction. */
MUST_USE enum err export_tidy(struct cx *cx);
MUST_USE enum err export_sweep(struct cx *cx);

/* Ids of all they wrote and boosted, oldest first, from after `after`: their own, whatever its audience. */
MUST_USE enum err export_posts(struct cx *cx, int64_t account, int64_t after, int64_t *ids, size_t room, size_t *n);
/* Names of their files in the store, a page from after *after, which moves on. */
MUST_USE enum err export_media(struct cx *cx, int64_t account, int64_t *after, struct str *ret, size_t room, size_t *n);
struct export_letter {
        int64_t id, written_at;
        struct str name, text; /* of who wrote it, or to whom */
};
/* Letters to this person, or those they wrote: oldest first, a page from after `after`. */
MUST_USE enum err export_letters(struct cx *cx, int64_t account, bool written, int64_t after, struct export_letter *ret,
                                 size_t room, size_t *n);
/* "avatar.jpg": where a picture of the profile lies in the archive; STR_NONE: there is none. */
struct str export_picture(struct arena *a, const char *what, struct str file);
extern const struct stmt_list EXPORT_STATEMENTS;
