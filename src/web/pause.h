/* The pages of topic pauses: what they show. */
#pragma once
#include "social/pause.h"
#include "web/card.h"
#include "web/form.h"

enum { PAUSE_LENGTHS = 6 };
extern const struct web_option PAUSE_LENGTH_CHOICES[PAUSE_LENGTHS];

struct pause_form {
        const struct topic *topics; /* to choose from, in `language` */
        size_t n_topics;
        struct str language;
        struct str_list languages; /* others that have topics */
        struct id_list chosen;
        struct str_list also; /* languages chosen beside */
        struct str own, days, spared;
        struct str topic_error, own_error, days_error, spared_error;
        bool previewed;
        struct cards posts; /* that would be left out */
};
struct pauses_page {
        const struct pause *v;
        size_t n;
        struct put_away_line {
                const struct card *card;
                bool boosts;
                int64_t until;
        } *away;
        size_t n_away;
};
struct pause_page {
        const struct pause *pause;
        struct account **spared;
        size_t n_spared;
        struct str name, error;
};
