/* What an export holds beside posts: lists as the CSV files that Mastodon writes and reads, and everything else of one's own
 * as JSON. Each file is a statement and the names of its columns, so that nothing of somebody else's can slip in but what
 * the statement names. Written in parts: whoever asks takes the bytes a page at a time. */
#pragma once
#include "lib/base/buf.h"
#include "store/cx.h"

/* Takes the bytes of one part, and what the arena holds may go. */
struct export_sink {
        enum err (*take)(struct export_sink *s, struct str bytes);
        void *of;
};

struct export_file {
        const char *name; /* in the archive, with its folder */
        const char *words; /* in the list of the page; NULL: not offered alone */
        const struct stmt *stmt;
        const char *head;           /* of a CSV: its first line; NULL: none */
        const char *const *columns; /* of JSON: "d id": what kind, and the name; NULL: a CSV */
};
extern const struct export_file EXPORT_FILES[];
extern const size_t EXPORT_FILES_COUNT;

/* The whole file of this person. Inside a read transaction for one snapshot, or outside for a snapshot a page. The arena of
 * cx is emptied between parts when `own_arena`. */
MUST_USE enum err export_rows(struct cx *cx, const struct export_file *f, int64_t account, bool own_arena,
                              struct export_sink *to);
extern const struct stmt_list EXPORT_ROWS_STATEMENTS;
