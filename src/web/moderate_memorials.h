/* /moderation/memorials: what the page shows. */
#pragma once
#include "social/memorial.h"
#include "social/steward.h"

struct memorial_telling {
        const struct memorial_report *r;
        const struct account *by; /* NULL: a visitor, or gone */
        bool steward;             /* was named by the person */
};
struct memorial_line {
        const struct memorial *m;
        const struct account *account, *first;
        struct memorial_telling *reports;
        size_t n_reports;
        struct account **stewards;
        size_t n_stewards;
        int needs;
        bool mails;
        int64_t seen_at, undo_until;
};
