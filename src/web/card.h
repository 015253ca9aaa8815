/* A post as the pages show it, with all that stands around it. A page's worth is gathered at once,
 * one statement for each kind of thing, never one a post. */
#pragma once
#include "lib/base/id.h"
#include "social/account.h"
#include "social/emoji.h"
#include "social/far_file.h"
#include "social/filter.h"
#include "social/link_card.h"
#include "social/login.h"
#include "social/mark.h"
#include "social/media.h"
#include "social/permission.h"
#include "social/poll.h"
#include "social/post.h"
#include "social/switches.h"
#include "social/veil.h"
#include "web/page.h"

struct photo_row {
        const struct media *v[4];
        int width[4], height; /* attributes, so that shrinking keeps true ratios */
        size_t n;
};
struct card {
        const struct post *post; /* what is shown */
        const struct account *author;
        const struct account *booster; /* NULL: it came by itself */
        const struct account *answers; /* whom it answers; NULL: nobody, or not known here */
        int64_t entry;                 /* in a timeline: the post's id or the wrapper's */
        const struct media *media;
        size_t n_media;
        enum veil_eye eye;       /* how the reader meets its photos */
        const struct poll *poll; /* NULL: none */
        unsigned marks;          /* 1 << enum mark */
        bool mine, kept_safe, hand; /* its writer reads that it waits; the viewer may hide it */
        const struct link_card *link;   /* preview of its first link; NULL: none */
        const struct switches *switches; /* of its thread; NULL: an everyday one */
        const struct account *const *authors; /* those beside its author */
        size_t n_authors;
        const struct emoji_list *emoji; /* of its words; NULL: none */
        struct str later, later_path; /* "There is later news.", and where it leads; none: no line */
        bool unsearched;              /* its author took it out of search */
        const struct post *quoted;       /* what it quotes, as far as the reader may see; NULL: nothing */
        const struct account *quoted_by; /* its author */
        struct str quoted_gist;
        bool quoted_mine;           /* the reader's own: they can take it out */
        enum permission may_quote;  /* how the reader may quote this one */
        struct str filtered; /* title of the reader's filter that covers it; none: uncovered */
};
struct cards {
        struct card *v;
        size_t n;
        bool poll_runs; /* one of them has a poll that has not ended: the page changes with time */
};

/* For ids of posts and boosts, in their order; what is not visible is left out. */
MUST_USE enum err cards_load(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                             struct cards *ret);

/* What authors set for them, and who wrote them together. */
/* What they quote, and how the reader may quote them. */
MUST_USE enum err cards_quotes(struct cx *cx, const struct viewer *by, struct cards *c);
MUST_USE enum err cards_switches(struct cx *cx, struct cards *c);
/* What its own author set for this post: NULL for everyday ones, and for comments. */
const struct switches *card_switches(const struct card *c);

/* How the reader meets their photos. */
MUST_USE enum err cards_veils(struct cx *cx, const struct viewer *by, struct cards *c);

/* What leads to later news. */
MUST_USE enum err cards_later(struct cx *cx, const struct viewer *by, struct cards *c);

/* The emoji of the words and names on a page; of one profile. The lists are put beside the words. */
MUST_USE enum err cards_emoji(struct cx *cx, struct cards *c, struct account *const *people,
                              size_t n_people);
MUST_USE enum err account_emoji(struct cx *cx, struct account *a);

/* Obeys the reader's filters: leaves out what one hides, covers what one warns of. Own posts are
 * never filtered. */
MUST_USE enum err cards_filter(struct cx *cx, const struct viewer *by, enum filter_context context,
                               struct cards *c);

/* Paths of our pages. */
struct str path_of_account(struct arena *a,
                           const struct account *account); /* /@name, /@name@domain */
struct str path_of_post(struct arena *a, const struct account *author, int64_t id); /* /@name/ID */
struct str path_of_media(struct arena *a,
                         struct str store_name); /* /media/NAME; STR_NONE for none */
/* Of a photo or file, wherever it lives; of the picture beside a name, of the one above a profile; STR_NONE: none. */
struct str path_of_file(struct arena *a, const struct media *m, enum far_form form);
struct str path_of_portrait(struct arena *a, const struct account *account);
struct str path_of_banner(struct arena *a, const struct account *account);
/* The name a person reads, with pictures for its emoji. */
struct markup name_of(struct arena *a, const struct account *account);
/* The first letter of a name, for the portrait of somebody without one. */
struct str letter_of(const struct account *account);

/* At most so many bytes, cut between words, with a mark that something is left out. */
struct str cut_words(struct arena *a, struct str text, size_t max_bytes);
/* The first words of a post: its note, else its text, on one line. */
struct str card_excerpt(struct arena *a, const struct card *c);
/* "the post “Its first words”", to stand in a sentence. */
struct str post_in_words(struct arena *a, struct str words);

/* Splits photos into rows that fill the column; gives how many rows. */
enum { PHOTO_ROWS_MAX = 16 };
size_t photo_rows(const struct media *const *v, size_t n, struct photo_row *rows);
/* Whether there is a picture to show for it. */
bool media_shows(const struct media *m);
/* The sentence of who can see it, for the line under a name. */
struct str audience_line(const struct post *p);
/* Whether a reader meets all photos of a post covered. */
bool photos_covered(const struct web_page *p, const struct post *post);
/* The sentence on the cover of this one, for this reader; none: it is not covered. */
struct str photo_cover(const struct web_page *p, const struct card *c, const struct media *m);
/* A share of the votes, in per cent. */
int poll_share(const struct poll *poll, size_t option);
bool poll_open_to(const struct web_page *p, const struct poll *poll);
