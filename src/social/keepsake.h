/* Keepsakes: a private book or archive of posts, with the comments, letters and photos that whoever asks for it chose. It is
 * made in the background (web/keepsake_make.c), lies in the media store for seven days and nowhere else, and is reached by a
 * link that anybody who has it may follow: a book is made to be passed on, also to people without an account.
 *
 * Who may have what in it:
 * - Their own posts; a journal's for its owners; those of somebody who died for a steward. A steward's book holds what the
 *   steward can read as anybody else could: stewards are given care, not sight, and no ability is inherited silently. So
 *   posts go through the steward as viewer, kept comments are those that they sort themselves, and letters are never in it.
 * - Private mentions are conversations and in no book. Posts that only their author sees are in it when ticked.
 * - Comments: shown ones that were written for at least as many readers as the post; one that its writer limited further is
 *   not passed on. Kept ones when ticked, for who may read them. Held and declined ones never. One whose writer asked "Please
 *   not in print" never, whoever asks and whoever wrote it.
 * - Letters when ticked, for the authors they are addressed to, and only those they kept: what waits has not been read.
 * What is deleted is in no book that is made afterwards; a book that was made is a copy of that hour.
 * Write verbs in a write transaction. */
#pragma once
#include "social/letter.h"

enum keepsake_state { KEEPSAKE_WAITS, KEEPSAKE_READY, KEEPSAKE_FAILED };
enum keepsake_form { KEEPSAKE_HTML, KEEPSAKE_EPUB, KEEPSAKE_ZIP, KEEPSAKE_FORMS_ };
enum keepsake_paper { KEEPSAKE_A5, KEEPSAKE_A4, KEEPSAKE_LETTER, KEEPSAKE_PAPERS_ };
enum keepsake_kind { KEEPSAKE_OF_OWN, KEEPSAKE_OF_JOURNAL, KEEPSAKE_OF_MEMORIAL };
enum keepsake_part {
        KEEPSAKE_COMMENTS = 1,
        KEEPSAKE_KEPT = 2,
        KEEPSAKE_LETTERS = 4,
        KEEPSAKE_PHOTOS = 8,
        KEEPSAKE_CAPTIONS = 16, /* what photos show stands beneath them, too */
        KEEPSAKE_VEILED = 32,   /* photos under a veil are in it, else only the sentence on the veil */
        KEEPSAKE_LIMITED = 64,  /* posts for followers and audiences */
        KEEPSAKE_SELF = 128,    /* posts that only their author sees */
        KEEPSAKE_PARTS = 255
};
enum {
        KEEPSAKES_MAX = 5, /* of one person at a time: each takes as much disk as all of their photos */
        KEEPSAKE_DAYS = 7,
        KEEPSAKE_TITLE_MAX = 100,
        KEEPSAKE_WORDS_MAX = 1000,
        KEEPSAKE_MEMORY_MAX = 100,
        KEEPSAKE_SUBJECTS_MAX = 32, /* listed to choose from: oneself, 20 journals, memorials */
        KEEPSAKE_AT_ONCE = 40
};

struct keepsake {
        int64_t id, account, subject;
        enum keepsake_kind kind; /* filled by keepsake_check */
        enum keepsake_state state;
        enum keepsake_form form;
        enum keepsake_paper paper;
        bool newest_first;
        unsigned parts;
        int64_t from_at, until_at; /* until_at: the first moment that is not in it */
        struct str title, words, memory;
        struct str secret, file, fault;
        int64_t bytes, created_at, ends_at;
};

/* What `by` would be to a book of this account; ERR_MISSING when they may have none. */
MUST_USE enum err keepsake_kind(struct cx *cx, const struct viewer *by, int64_t subject, enum keepsake_kind *ret);
/* Whose books they may have: first themselves. At most KEEPSAKE_SUBJECTS_MAX. */
MUST_USE enum err keepsake_subjects(struct cx *cx, const struct viewer *by, int64_t *ret, size_t *n);
/* What can be ticked, and what is ticked at first. */
unsigned keepsake_parts_of(enum keepsake_kind kind);
unsigned keepsake_parts_usual(enum keepsake_kind kind);

/* Cleans what was written and drops parts that are not theirs. ERR_INPUT with fault_field title, words, memory or until;
 * ERR_MISSING as keepsake_kind. */
MUST_USE enum err keepsake_check(struct cx *cx, const struct viewer *by, struct keepsake *k);
/* Checks and asks for it. ERR_INPUT also where there are too many already, or nothing would be in it. */
MUST_USE enum err keepsake_ask(struct cx *cx, const struct viewer *by, struct keepsake *k);
/* Their own, the newest first; those whose time is over are left out. */
MUST_USE enum err keepsake_list(struct cx *cx, const struct viewer *by, struct keepsake **ret, size_t *n);
/* At once, also one that is being made. ERR_MISSING for others'. */
MUST_USE enum err keepsake_drop(struct cx *cx, const struct viewer *by, int64_t id);
/* For whoever has the link: ERR_MISSING for every other secret, after its time, and once a steward is none any more. */
MUST_USE enum err keepsake_open(struct cx *cx, int64_t id, struct str secret, struct keepsake **ret);

/* For the job: ERR_MISSING when it was taken back, is made already, or whoever asked may not have it any more. */
MUST_USE enum err keepsake_begin(struct cx *cx, int64_t id, struct keepsake **ret);
/* The file gets this name soon: whatever happens meanwhile, no file is without its row. ERR_MISSING as keepsake_made. */
MUST_USE enum err keepsake_named(struct cx *cx, int64_t id, struct str file);
/* It is made: `file` is kept already. ERR_MISSING when it was taken back meanwhile; whoever calls removes the file then. */
MUST_USE enum err keepsake_made(struct cx *cx, int64_t id, struct str file, int64_t bytes);
MUST_USE enum err keepsake_failed(struct cx *cx, int64_t id, struct str why);
/* Throws away what is over, and gives up what nobody works on any more. Called hourly. */
MUST_USE enum err keepsake_tidy(struct cx *cx);
/* The files there are, from after the row `after`, for whoever copies the store without them. */
MUST_USE enum err keepsake_files(struct cx *cx, int64_t after, struct str *ret, size_t most, int64_t *last, size_t *n);
/* Somebody leaves: their books go with them. */
MUST_USE enum err keepsake_leave(struct cx *cx, int64_t account);

/* ---- what is in it (keepsake_read.c) ---- */

struct keepsake_reader {
        const struct keepsake *k;
        struct viewer by; /* who asked */
        struct viewer as; /* through whose eyes posts are read: a journal's own for its owners */
};
MUST_USE enum err keepsake_reader(struct cx *cx, const struct keepsake *k, struct keepsake_reader *ret);
/* Ids of its posts in its order, from after `after` (0: from the beginning); at most `most`. */
MUST_USE enum err keepsake_posts(struct cx *cx, const struct keepsake_reader *r, int64_t after, size_t most, int64_t **ret,
                                 size_t *n);
/* What stands beneath a post of it, oldest first, from after `after`: shown comments, or without them the author's own
 * continuations. *last: the last one looked at, *more: there may be others. At most KEEPSAKE_AT_ONCE. */
MUST_USE enum err keepsake_comments(struct cx *cx, const struct keepsake_reader *r, const struct post *root, int64_t *after,
                                    int64_t **ret, size_t *n, bool *more);
MUST_USE enum err keepsake_kept(struct cx *cx, const struct keepsake_reader *r, const struct post *root, int64_t *after,
                                int64_t **ret, size_t *n, bool *more);
/* Letters about a post of it that its authors kept. */
MUST_USE enum err keepsake_letters(struct cx *cx, const struct keepsake_reader *r, int64_t root, int64_t after,
                                   struct letter **ret, size_t *n);
extern const struct stmt_list KEEPSAKE_STATEMENTS, KEEPSAKE_READ_STATEMENTS;
