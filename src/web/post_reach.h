/* The author's own pages of a sent post: who can see it, and its switches. */
#pragma once
#include "social/list.h"
#include "social/post_reach.h"
#include "social/topic.h"
#include "web/card.h"
#include "web/switches.h"

struct who_page {
        const struct card *card;
        struct str path, sentence, now;
        const struct list *audiences;
        size_t n_audiences;
        bool of_journal;
        /* Of the question whether more people may see it. */
        struct str wider, wider_sentence;
};
struct presets_page {
        const struct card *card;
        struct str path, error;
        struct switches_form form;
        const struct topic *topics; /* to choose from */
        size_t n_topics;
        struct id_list about;
};
