/* The page for writing: what it shows, and what a form brings back. */
#pragma once
#include "web/form.h"
#include "web/journal.h"
#include "social/list.h"
#include "social/topic.h"
#include "social/veil.h"
#include "web/post.h"
#include "web/switches.h"

enum { COMPOSE_PHOTOS = 16, COMPOSE_OPTIONS = POLL_OPTIONS_MAX, COMPOSE_OPTIONS_SHOWN = 4 };

struct compose_photo {
        const struct media *media;
        struct str alt, veil_words, caption;
        struct str focus; /* one of FOCUS_CHOICES; "": as it is */
        enum veil veil;
        bool alone_wrong, veil_wrong; /* its description, the sentence on its veil is missing */
};
struct compose {
        struct str text, note, language, visibility, key, back;
        struct str options[COMPOSE_OPTIONS], ends_in;
        bool sensitive, local_only, multiple, notes_open;
        struct compose_photo photos[COMPOSE_PHOTOS];
        size_t n_photos;
        bool folds, stays; /* of all photos: see social/veil.h */
        const struct card *answers; /* NULL: a post of its own */
        const struct card *quotes;  /* NULL: nothing */
        const struct card *edits;   /* NULL: a new one */
        const struct gentle_form *gentle; /* of an answer to hard news; NULL: none */
        struct str action;
        struct str error;      /* about the whole */
        struct str text_error; /* about the words */
        bool need_alt;
        bool news;                      /* a post of its own: it has switches, and may wait */
        struct switches_form switches;  /* of news */
        const struct list *audiences;   /* of news */
        size_t n_audiences;
        const struct journal_listed *journals; /* of news: those they may write in */
        size_t n_journals;
        int64_t journal; /* the one they write in; 0: their own profile */
        bool signs;      /* their name stands under it */
        bool *far;                      /* of each: somebody in it is on another server */
        struct str send_at, send_at_error; /* "2026-11-23T08:40" in the writer's zone; "": now */
        struct str co_author, co_author_error; /* a name */
        int64_t co_author_id;
        const struct topic *topics;     /* of news: what it can be stated to be about, */
        size_t n_topics;
        struct id_list about;           /* and what is chosen */
        int64_t draft;                  /* the kept draft that is being written on; 0: none */
};
struct audience_choice {
        const char *name, *label, *hint;
};
extern const struct audience_choice AUDIENCE_CHOICES[];
extern const size_t AUDIENCE_CHOICES_COUNT;

enum { FOCUS_CHOICES_COUNT = 9 };
struct focus_choice {
        const char *value, *label;
        double x, y;
};
extern const struct focus_choice FOCUS_CHOICES[FOCUS_CHOICES_COUNT];

/* One more photo, as its row says. */
void compose_photo_add(struct compose *c, const struct media *m);
/* Class names that crop it as the form says now. */
struct str compose_photo_crop(struct arena *a, const struct compose_photo *p);
/* What the form says of this one; of all. */
void compose_photo_read(struct req *rq, struct compose_photo *p);
void compose_photos_read(struct req *rq, struct compose *c);
/* Photos from `from` on are new; they begin with the veil of the chosen switches, and so do those without one when another
 * veil was chosen just now. */
void compose_photos_begin(struct compose *c, size_t from);
/* Whether a veil has no sentence; the page then says so. */
bool compose_photos_mend(struct compose *c);
struct photo_set *compose_photo_set(struct arena *a, const struct compose *c, const struct compose_photo *p);
/* Whether nothing beside this photo was changed. */
bool compose_photo_same(const struct compose *c, const struct compose_photo *p);

/* An audience as the form names it: narrower where another's post was for fewer. */
struct str audience_form_name(enum audience a);
MUST_USE enum err compose_show(struct req *rq, int status, struct compose *c, struct str told);
/* The post this one quotes, when the writer may: else ERR_MISSING. */
MUST_USE enum err compose_quote(struct req *rq, struct compose *c, int64_t post);
/* What the form of a new post offers: presets, audiences. Fills the switches from the login's preset. */
MUST_USE enum err compose_offer(struct req *rq, struct compose *c, const struct login *me);
/* The boxes of what a post is about. */
void web_topics(struct html *h, const struct topic *v, size_t n, const struct id_list *about);
/* Fills the form from what was kept. */
MUST_USE enum err compose_from_draft(struct req *rq, struct compose *c, const struct draft *d);
/* Fills the form from a post: for changing it, or for writing it anew. */
void compose_from_post(struct arena *a, struct compose *c, const struct card *card);
