/* Words that people send, read the same way by every noun: cleaned, counted, refused with a sentence. */
#pragma once
#include "store/cx.h"

/* One line (a name, a label) of up to `most` characters; `what` begins the sentence: "The name". Empty is good. */
MUST_USE enum err input_line(struct cx *cx, const char *field, const char *what, struct str in, size_t most, struct str *ret);
/* Words of several lines, trimmed; never empty. How long they may be the caller judges, field "text" is at fault. */
MUST_USE enum err input_words(struct cx *cx, struct str in, struct str *ret);
