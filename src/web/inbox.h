/* The quiet inbox and the pages around it: what they show. */
#pragma once
#include "social/letter.h"
#include "web/card.h"
#include "web/form.h"

enum { INBOX_LETTERS = PILES_, INBOX_PILES }; /* the letters stand beside the piles of comments */

struct inbox_pile {
        const char *name;
        struct str title, sentence;
        struct str names, path, path_one;
        int64_t count;
        bool open;
};
struct inbox_page {
        struct inbox_pile piles[INBOX_PILES];
        struct cards cards; /* of the open pile, or of what was sorted */
        const enum comment_state *states;
        const struct letter *letters;
        const struct account **writers; /* of each; NULL: a visitor, or gone */
        size_t n_letters;
        bool *thankable; /* by the reader: each of the cards, then of the letters */
        int64_t thread;         /* 0: all */
        const struct card *root; /* of the thread */
        struct str root_path, here, more, more_letters, place;
        int open; /* -1: none */
        bool one, first_visit, numbers, author;
        int64_t undo; /* the batch of the last act; 0: none */
        enum comment_state sorted; /* of the page of kept or declined ones */
};
struct thank_page {
        const struct card *comment; /* or */
        const struct letter *letter;
        struct str name, text, error, back, path;
        bool everyone;
};
struct wrote_page {
        struct str path;
        const struct person_wrote *v;
        size_t n;
        struct str more;
};
struct letter_page {
        const struct card *card;
        struct str path, to;
        struct str text, error;
        struct str name, name_error, email, email_error; /* of a visitor */
        bool visitor, sent, confirm;
        int64_t rest;
};

extern const char *const INBOX_NAMES[INBOX_PILES]; /* followed others check aside late letters */
