/* Drafts, posts in their sending pause, and posts for later: what their pages show. */
#pragma once
#include "social/scheduled.h"
#include "social/waiting.h"
#include "web/page.h"

struct kept_row {
        int64_t id, at; /* when it was last changed, or when it leaves */
        struct str words;
};
struct drafts_page {
        struct kept_row *drafts, *waiting, *later;
        size_t n_drafts, n_waiting, n_later;
};
struct waiting_page {
        const struct waiting *waiting;
        struct str words, who;
        bool more; /* it can wait longer */
};
