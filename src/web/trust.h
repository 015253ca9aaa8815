/* Settings → People I trust: whoever may do something for a person or as them, each with its end and "End now". A part of
 * it is a section: its owner lists rows and says where the button's form goes. */
#pragma once
#include "social/keeper.h"
#include "web/settings.h"

struct trust_row {
        struct str who;         /* a name, or what it is */
        struct str href;        /* STR_NONE: no link */
        struct str what;        /* what they may, in a sentence */
        int64_t ends_at;        /* 0: no end */
        struct str more;        /* a path with more about it; STR_NONE: none */
        const char *more_word;
        struct str action;      /* where "End now" is sent; STR_NONE: no button */
        const char *field, *word; /* the hidden field's name, the button's word (NULL: "End now") */
        struct str value;
        const char *second_value; /* of a first button "do" that says yes; NULL: none */
        const char *second_word;
};
struct trust_section {
        const char *title, *empty; /* empty: NULL hides a section without rows */
        const char *add_path, *add_word;
        enum err (*list)(struct req *rq, struct trust_row **ret, size_t *n);
};
/* In the order of the page. Steward and co-author rows are listed by their own files. */
extern const struct trust_section TRUST_STEWARD_ASKED, TRUST_STEWARDS, TRUST_STEWARD_OF;
extern const struct trust_section TRUST_COAUTHOR_ASKED, TRUST_COAUTHORS, TRUST_COAUTHOR_OF;
extern const struct trust_section TRUST_ASKED, TRUST_KEEPERS, TRUST_KEEPING, TRUST_SESSIONS, TRUST_APPS;

struct trust_part {
        const struct trust_section *section;
        const struct trust_row *v;
        size_t n;
};

struct keeper_form {
        struct web_field name, until, password;
        bool by_link, may_link, letters, help;
        const char *scope;    /* "post", "journal", "all" */
        int64_t target;       /* the post or journal the form came from; 0: none */
        struct str what;      /* that post's or journal's words */
        struct str error;
};
struct keeper_act {
        int64_t batch, at, undone_at;
        struct str words; /* "showed a comment by Ann" */
        struct str path;  /* of the comment; STR_NONE: gone */
};
struct keeper_page {
        const struct keeper *k;
        const struct account *other; /* NULL: nobody yet */
        bool mine;                   /* the reader is the author */
        struct str what, link, summary;
        struct keeper_act *v;
        size_t n;
};
/* What a grant lets its keeper do, in words; for the author's side and the keeper's. */
MUST_USE enum err keeper_words(struct req *rq, const struct keeper *k, bool mine, struct str *ret);
