/* The page for writing: what it shows, and what a form brings back. */
#pragma once
#include "web/form.h"
#include "web/post.h"

enum { COMPOSE_PHOTOS = 16, COMPOSE_OPTIONS = POLL_OPTIONS_MAX, COMPOSE_OPTIONS_SHOWN = 4 };

struct compose_photo {
        const struct media *media;
        struct str alt;
        bool alone_wrong; /* its description is missing */
};
struct compose {
        struct str text, note, language, visibility, key, back;
        struct str options[COMPOSE_OPTIONS], ends_in;
        bool sensitive, local_only, multiple, notes_open;
        struct compose_photo photos[COMPOSE_PHOTOS];
        size_t n_photos;
        const struct card *answers; /* NULL: a post of its own */
        const struct card *edits;   /* NULL: a new one */
        struct str action;
        struct str error;      /* about the whole */
        struct str text_error; /* about the words */
        bool need_alt;
};
struct audience_choice {
        const char *name, *label, *hint;
};
extern const struct audience_choice AUDIENCE_CHOICES[];
extern const size_t AUDIENCE_CHOICES_COUNT;

/* An audience as the form names it: narrower where another's post was for fewer. */
struct str audience_form_name(enum audience a);
MUST_USE enum err compose_show(struct req *rq, int status, struct compose *c, struct str told);
/* Fills the form from a post: for changing it, or for writing it anew. */
void compose_from_post(struct arena *a, struct compose *c, const struct card *card);
