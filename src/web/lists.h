/* Lists and search: what their pages show. */
#pragma once
#include "lib/base/encode.h"
#include "social/list.h"
#include "web/card.h"

struct list_page {
        const struct list *list;
        struct account **members;
        size_t n_members;
        struct str who, error; /* what was typed, and what was wrong with it */
};
struct search_page {
        struct str query;
        bool asked;
        struct account **people;
        size_t n_people;
        struct str_list tags;
        struct cards posts;
};
