/* The digest: what its page shows. */
#pragma once
#include "social/digest.h"
#include "web/card.h"

enum { NAMES_MAX = 12 /* named in a line; then "and others" */ };
struct names {
        const struct account *v[NAMES_MAX];
        size_t n;
        bool others;
};
/* Adds a person once. */
void names_add(struct names *to, const struct account *who);

enum digest_part_id { DIGEST_WROTE, DIGEST_THINKS, DIGEST_PASSED_ON, DIGEST_QUOTED, DIGEST_REST, DIGEST_PARTS_ };
struct digest_line {
        int64_t post;
        const struct card *card; /* NULL: it waits in the quiet inbox, or is about no post */
        struct names names;
};
struct digest_part {
        const char *title;
        struct digest_line *v;
        size_t n, people;
};
struct digest_page {
        int64_t id;    /* 0: there never was one */
        int64_t since; /* when the oldest thing in it happened */
        bool inbox; /* something waits in the quiet inbox */
        bool numbers, cut /* there was more than a page names */;
        struct digest_part parts[DIGEST_PARTS_];
        size_t n;
};
