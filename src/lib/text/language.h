/* Language tags: BCP 47 as posts carry them. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"

/* "en", "pt-BR", "zh-Hant": checked and put into its usual case; "" and nonsense give false. */
bool language_read(struct arena *a, struct str tag, struct str *ret);
/* English name of an ISO 639-1 code (also 639-3 where Mastodon lists one), or none. */
struct str language_name(struct str code);
struct language {
        const char *code, *name;
};
extern const struct language languages[];
extern const size_t languages_count;
bool language_is_rtl(struct str tag);
