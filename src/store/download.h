/* Archives that somebody asked for and fetches within some days: DATA/downloads/KIND-ID, beside the media store because no
 * address leads to them but their owner's. A file appears only when it is whole; its row (whoever keeps it) names the id. `kind`: a word of ours for
 * each table of such rows. */
#pragma once
#include "lib/base/err.h"
#include "store/cx.h"

/* A new file without a name, open for reading and writing: what is not kept is gone with its descriptor. */
MUST_USE enum err download_new(struct cx *cx, int *fd);
/* Durable under its id, in the place of an older one. Does not close fd. */
MUST_USE enum err download_keep(struct cx *cx, const char *kind, int64_t id, int fd);
/* ERR_MISSING. */
MUST_USE enum err download_read(struct cx *cx, const char *kind, int64_t id, int *fd, int64_t *size);
MUST_USE enum err download_remove(struct cx *cx, const char *kind, int64_t id); /* no error when it is gone already */
/* Each stored one of a kind, for removing those without a row. */
MUST_USE enum err download_each(struct cx *cx, const char *kind, enum err (*each)(struct cx *cx, int64_t id));
