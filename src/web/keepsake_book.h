/* Writing a keepsake: one page made for printing, an EPUB 3 book, or an archive with originals. All three have the same parts in
 * the same markup, which is well-formed XHTML, so that one set of templates writes them. A page of posts is in memory at a time. */
#pragma once
#include "lib/base/zip.h"
#include "social/keepsake.h"
#include "web/card.h"
#include "web/keepsake_sheet.h"

struct book {
        struct cx cx; /* with the arena of one page */
        const struct keepsake *k;
        const struct keepsake_reader *r;
        const _Atomic bool *stopping; /* NULL: never */
        struct zip own, *zip;         /* of an EPUB or archive: its own, or somebody's */
        struct str folder;            /* in that: "", or with its slash */
        struct sheet page;            /* what is written just now: the whole, or a chapter */
        struct sheet letters;         /* their part, which comes last */
        struct sheet text, letters_text; /* the same in plain words, of an archive */
        struct buf manifest, spine, contents; /* of an EPUB */
        struct web_page clock;        /* for dates in the zone of whoever asked */
        struct str language, name, style; /* name: whose posts they are; style: the sheet's path, of an EPUB */
        int64_t most;                 /* bytes */
        int month;                    /* of the last post: year * 12 + month; 0: none yet */
        int chapters, photos;
        int64_t first_at, last_at;    /* of the posts */
        bool described, cover, any_letter;
};

struct book_photo {
        const struct media *m;
        int fd;
        struct str type, path; /* path: beside the page, of an EPUB or archive */
        int64_t width, height;
};
/* The words of somebody beneath a post. */
struct book_words {
        struct str who, to, when, language;
        struct markup words;
};

/* Everything onto fd, which is empty and seekable; *size is its length. ERR_TOO_LARGE when it would be larger than `most`,
 * ERR_BUSY when the server stops. */
MUST_USE enum err web_book_write(struct cx *cx, const struct keepsake_reader *r, const _Atomic bool *stopping, int64_t most,
                                 int fd, int64_t *size);

/* The archive's files into this folder of a zip that holds more. */
MUST_USE enum err web_book_into(struct cx *cx, const struct keepsake_reader *r, struct str folder, struct zip *zip);

/* ---- between its files ---- */

int64_t book_bytes(const struct book *b); /* so far */
/* Opens what comes before the first post, and closes what comes after the last (keepsake_form.c). */
MUST_USE enum err book_begin(struct book *b, int fd);
MUST_USE enum err book_end(struct book *b, int64_t *size);
/* A post of this month comes next: a heading, and in an EPUB a chapter. */
MUST_USE enum err book_month(struct book *b, int64_t at);
/* The photo's file, where it is: taken into the archive, or opened to be written into the page. *found: false where its words
 * alone stand in the book. The caller closes p->fd. */
MUST_USE enum err book_photo(struct book *b, const struct post *post, const struct media *m, struct book_photo *p, bool *found);
/* In templates: the photo's bytes as an address. */
void book_data(struct html *h, struct book *b, const struct book_photo *p);
/* Text as a string of a style sheet. */
struct str book_css(struct arena *a, struct str s);
struct str book_day(struct book *b, int64_t at, int64_t beside);
/* Words of markup for a template. */
struct markup book_words_of(struct book *b, struct markup m);
/* Films and sounds are in no page; an animated picture may be either. */
static inline bool book_is_picture(const struct media *m)
{
        return str_starts(m->type, S("image/"));
}
static inline bool book_is_epub(const struct book *b)
{
        return b->k->form == KEEPSAKE_EPUB;
}
