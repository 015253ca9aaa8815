/* The media store: files under DATA/media, named by 128 random bits, spread over two levels of folders, reached only
 * relative to the store's own directory descriptor (RESOLVE_BENEATH). Written to a temporary file, fsynced, renamed,
 * the folder fsynced; only then may a row name it. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/str.h"

struct files;

MUST_USE enum err files_open(struct str data_dir, struct files **ret);
void files_close(struct files **f);
/* A new temporary file of the store, open for reading and writing; *name is its later name with the extension
 * ("Zk3...x.jpg"). files_keep makes it durable under that name; files_forget throws it away. */
MUST_USE enum err files_new(struct files *f, struct arena *a, const char *extension, int *fd, struct str *name);
MUST_USE enum err files_keep(struct files *f, int fd, struct str name); /* closes fd */
void files_forget(struct files *f, int fd);
/* ERR_MISSING for names that are not of our making. */
MUST_USE enum err files_read(struct files *f, struct str name, int *fd, int64_t *size);
MUST_USE enum err files_remove(struct files *f, struct str name); /* no error when it is gone already */
/* A descriptor of the temporary folder (uploads in flight). */
struct str files_temp_dir(const struct files *f);
/* Calls f for each stored name, for the sweep of files without a row. */
MUST_USE enum err files_each(struct files *f, enum err (*each)(void *owner, struct str name, int64_t modified_ms), void *owner);
