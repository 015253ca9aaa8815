/* Words as well-formed XML: what goes into a book is read by strict readers, years from now. */
#pragma once
#include "lib/base/buf.h"
#include "lib/text/markup.h"

/* Copies s without what no XML document can hold: broken UTF-8, controls but \n and \t, U+FFFE and the like. */
void xml_put(struct buf *b, struct str s);
/* Markup of ours (sanitised or rendered) as XHTML without links: elements of running text, closed in the order they were
 * opened, and of their attributes only lang, dir, start, reversed, value. Whatever the markup is, the result is well-formed. */
void xhtml_put(struct buf *b, struct arena *a, struct markup m);
