/* HTML out: templates (*.html) are compiled to C functions that call these. Escapes by type: struct str is text from
 * outside and always escaped, struct markup is ours. */
#pragma once
#include "lib/base/buf.h"
#include "lib/text/markup.h"

struct html {
        struct buf *out;
        struct arena *arena; /* for what a template formats on the way */
};

void html_lit(struct html *h, const char *p, size_t n); /* our own literal markup */
void html_str(struct html *h, struct str s);            /* text or attribute value: & < > " ' escaped, C0 but \n\t dropped */
void html_escape(struct buf *b, struct str s);          /* the same into a bare buf: feeds, mails */
void html_z(struct html *h, const char *z);
void html_int(struct html *h, int64_t v);
void html_markup(struct html *h, struct markup m);
/* Plain text as markup: escaped, blank lines make paragraphs, line ends <br>. */
struct markup markup_of_text(struct arena *a, struct str text);
/* The text of markup: tags dropped, entities decoded, paragraphs as blank lines. For mails, titles, search. */
struct str markup_to_text(struct arena *a, struct markup m);
