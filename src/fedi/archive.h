/* The parts of an export that other programs read: the actor, what they posted and boosted, what they marked, in the files
 * and forms of Mastodon's archive (attachments lie beside them under media_attachments/files/). For the job "export". */
#pragma once
#include "social/account.h"
#include "social/export_rows.h"
#include "social/mark.h"

/* Of somebody here, all that is theirs, whatever its audience: for themselves alone. The arena of cx is emptied between
 * parts; `a` lives elsewhere. */
MUST_USE enum err archive_actor(struct cx *cx, const struct account *a, struct export_sink *to);
MUST_USE enum err archive_outbox(struct cx *cx, const struct account *a, struct export_sink *to);
/* Favourites or bookmarks of posts that they may still see; `name` is the file's. */
MUST_USE enum err archive_marks(struct cx *cx, const struct account *a, enum mark kind, const char *name,
                                struct export_sink *to);
