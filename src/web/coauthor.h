/* Co-authors of a post: what their page shows. */
#pragma once
#include "social/coauthor.h"
#include "web/card.h"

struct authors_row {
        const struct coauthor *c;
        const struct account *who;
};
struct authors_page {
        const struct card *card;
        struct str path;
        struct authors_row *v;
        size_t n;
        bool asked, among; /* the viewer has been asked; is one of them */
        struct str who, error;
};
