/* Between the parts of stewards: grants, acts, tributes. */
#pragma once
#include "social/steward.h"

/* Lists an act; *id is its number. */
enum err steward_note(struct cx *cx, const struct viewer *by, const struct memorial *m, enum steward_verb verb,
                      int64_t subject, struct str was, struct str became, int64_t *id);
/* A tribute has this state from now on, whoever says so. ERR_CONFLICT unless it had `was`. */
enum err tribute_move(struct cx *cx, int64_t account, int64_t id, enum tribute_state was, enum tribute_state to);
/* Takes back what all stewards of it did, the newest first. */
enum err steward_undo_acts(struct cx *cx, const struct viewer *by, const struct memorial *m);
