/* Lists brought from elsewhere: the CSV files of an export, of Mastodon's and of programs that write the same (GoToSocial),
 * and a JSON list of addresses as Pixelfed writes it.
 * A file is checked and kept as rows at once; the job "import" takes them in one by one, because people elsewhere have to be
 * asked for. What could not be taken is kept for its owner to see. */
#pragma once
#include "lib/base/buf.h"
#include "social/audience.h"
#include "store/job.h"

enum import_kind {
        IMPORT_FOLLOWING,
        IMPORT_LISTS,
        IMPORT_AUDIENCES,
        IMPORT_MUTED,
        IMPORT_BLOCKED,
        IMPORT_DOMAINS,
        IMPORT_BOOKMARKS,
        IMPORT_KINDS_
};
enum {
        IMPORT_ROWS = 5000, /* T156 */
        IMPORT_BYTES = 1 << 20,
        IMPORT_FIELDS = 4,
        IMPORT_SHOWN = 5, /* the last ones, on the page */
        IMPORT_DAYS = 30  /* and so long */
};

struct import {
        int64_t id, account, rows, asked_at, ended_at; /* ended_at 0: it goes on */
        enum import_kind kind;
        bool overwrite;
        int64_t taken, not_taken;
};
struct import_words {
        const char *name, *words; /* of the form; as people read it */
        const char *file;         /* of export_rows.h, whose columns it has */
};
extern const struct import_words IMPORT_WORDS[IMPORT_KINDS_];

/* Keeps the rows and begins. ERR_INPUT with a sentence: no text, too long, another one goes on. In a write transaction. */
MUST_USE enum err import_ask(struct cx *cx, int64_t account, enum import_kind kind, bool overwrite, struct str text);
/* The last ones, newest first, at most IMPORT_SHOWN. */
MUST_USE enum err import_list(struct cx *cx, int64_t account, struct import *ret, size_t *n);
/* The rows of an own one that could not be taken, as a file that can be brought again. ERR_MISSING. */
MUST_USE enum err import_failures(struct cx *cx, int64_t account, int64_t id, struct buf *out);
/* The job {"import":"ID"}. */
MUST_USE enum err import_run(struct job *job);
MUST_USE enum err import_tidy(struct cx *cx);
extern const struct stmt_list IMPORT_STATEMENTS, IMPORT_TAKE_STATEMENTS;

/* ---- between the two files of it ---- */

struct import_row {
        struct import import;
        int64_t place;
        struct str fields[IMPORT_FIELDS];
        int64_t account, post; /* whom or what it names, once found */
        struct str key;        /* what it turned out to be, for overwriting */
        int64_t list;
};
/* Finds whom or what a row names, also elsewhere; outside any transaction. */
MUST_USE enum err import_find(struct cx *cx, struct import_row *r);
/* Does what the row says. */
MUST_USE enum err import_take(struct cx *cx, struct import_row *r);
/* Drops some of what the file did not name; *more: there may be others. */
MUST_USE enum err import_drop(struct cx *cx, const struct import *m, bool *more);
