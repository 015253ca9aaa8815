/* Documents of other programs with what a server should make of them: those of our own making in tests/corpus, and the
 * larger collection of real ones where that lies beside the checkout. */
#pragma once
#include "lib/text/json.h"

struct corpus_row {
        struct str folder, file, kind, expect, quirks;
        struct str text;
        const struct json_value *json;
};
/* Calls f for each document; gives how many there were. */
int corpus_each(struct arena *a, void (*f)(void *arg, const struct corpus_row *row), void *arg);
/* Does what is expected begin with, or hold, these words? */
bool corpus_expects(const struct corpus_row *row, const char *words);
