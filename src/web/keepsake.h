/* The pages of keepsakes: choose, look at what would be in it, make it, fetch it. */
#pragma once
#include "social/keepsake.h"
#include "store/job.h"
#include "web/card.h"
#include "web/form.h"

enum { KEEPSAKE_TRIES = 5 };

/* A line of the preview. */
struct keepsake_line {
        int64_t at;
        struct str first;
};
struct keepsake_form_page {
        struct keepsake k;
        const struct account *subject;
        struct str from, until;    /* as days were typed */
        struct str error, wrong;   /* wrong: the field the sentence is about */
        struct str in, out;        /* of the preview: what is in it, and what is not, in sentences */
        const struct keepsake_line *lines;
        size_t n_lines;
        bool more;
};
struct keepsake_choice {
        const struct account *account;
        enum keepsake_kind kind;
};
struct keepsake_row {
        const struct keepsake *k;
        struct str url; /* the link that can be passed on */
};
struct keepsake_page {
        const struct keepsake_choice *choices;
        size_t n_choices;
        const struct keepsake_row *rows;
        size_t n;
        bool waits; /* one of them is being made */
};

/* The sentence about this field of the form, if it is the one that was wrong. */
static inline struct str keepsake_wrong(const struct keepsake_form_page *v, const char *field)
{
        return str_eq(v->wrong, str_of(field)) ? v->error : STR_NONE;
}
/* "A page to print", "An EPUB book", "An archive with the originals". */
const char *keepsake_form_words(enum keepsake_form form);

/* The job "keepsake" {"keepsake":"ID"}. */
MUST_USE enum err web_keepsake_run(struct job *job);
