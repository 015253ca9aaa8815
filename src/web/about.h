/* The pages that explain: about the server, and help. */
#pragma once
#include "lib/base/die.h"
#include "social/instance.h"
#include "social/rule.h"

struct about {
        struct str description, contact_account, contact_email, source;
        const char *joining, *version;
        struct rule *rules;
        size_t n_rules;
        struct instance_block *blocks; /* none where this reader may not know */
        size_t n_blocks;
        bool with_reasons, support;
};
struct help_word {
        const char *slug, *word;
        const char *text[3]; /* paragraphs */
};
