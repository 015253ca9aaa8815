/* Tables as text (RFC 4180), as spreadsheets and other servers exchange them. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/buf.h"

/* One field: quoted where needed; what a spreadsheet would take for a formula gets an apostrophe in front. */
void csv_put(struct buf *b, struct str s);
/* Takes a field and what follows it off *rest; true at the end of a row. Bare fields lose the white space around them; the
 * apostrophe of csv_put is taken off. */
bool csv_read(struct arena *a, struct str *rest, struct str *field);
/* A whole row of up to `room` fields; more are dropped. False when nothing is left. Empty lines are rows of one empty field. */
bool csv_row(struct arena *a, struct str *rest, struct str *fields, size_t room, size_t *n);
