/* Earlier posts: what their page shows. */
#pragma once
#include "social/earlier.h"
#include "web/card.h"
#include "web/form.h"
#include "web/profile.h"

struct earlier_line { /* an act of before, in words */
        const struct earlier_act *act;
        struct str words;
};
struct earlier_page {
        const struct card *news;
        struct str path;
        struct cards posts;
        bool *chosen; /* of posts; NULL: none */
        bool line, close, drop, self, far;
        struct web_field words;
        struct str error;
        struct earlier_line *acts;
        size_t n_acts;
        struct pager pager;
};
