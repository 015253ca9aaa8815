/* Pages about what is one's own alone: conversations, filters, servers blocked, words of the moderators, follows that
 * ended. */
#pragma once
#include "social/conversation.h"
#include "social/filter.h"
#include "social/severance.h"
#include "social/warning.h"
#include "web/card.h"
#include "web/form.h"
#include "web/profile.h"

struct conversation_line {
        const struct conversation *c;
        const struct account **people;
        size_t n_people;
        const struct card *last; /* NULL: it is gone */
};

/* A place where a filter works, and what it does. */
struct filter_word {
        unsigned value;
        const char *name, *label, *hint;
};
extern const struct filter_word FILTER_PLACES[];
extern const size_t FILTER_PLACES_COUNT;
extern const struct filter_word FILTER_DOES[];
extern const size_t FILTER_DOES_COUNT;
struct filter_page {
        const struct filter *f; /* id 0: a new one */
        struct str word, error;
};

struct warnings_page {
        const struct warning *v;
        size_t n;
        int64_t wrong; /* the warning whose appeal was wrong */
        struct str text, error;
        struct pager pager;
        struct id_list *posts; /* beside each: those that it asks about */
        struct cards cards;    /* all of them, as far as they are still there */
};
/* The post's card, if it is one's own or of a journal one writes in; NULL: it is gone. */
const struct card *warning_post(const struct warnings_page *v, int64_t post);
/* May it still be appealed? */
bool warning_open(const struct web_page *p, const struct warning *w);
