/* What the page about being woken shows. */
#pragma once
#include "social/push.h"

struct push_page {
        const struct push *v;
        size_t n;
        enum push_policy usual;
        bool moderates;
};
struct push_word {
        enum notification_kind kind;
        const char *words;
        bool moderators;
};
extern const struct push_word PUSH_WORDS[];
extern const size_t PUSH_WORDS_COUNT;
/* "mention-123": ids of fields, one device beside another. */
const char *push_id(struct arena *a, const char *name, int64_t device);
