/* Posts that one reader put away: "Not now" keeps a post out of all their lists for 30 days, and boosts of a post can be
 * kept out for good. Nobody is told, nothing is counted; under its address the post is there as before. */
#pragma once
#include "social/audience.h"
#include "social/page.h"

enum put_away { AWAY_NOT_NOW, AWAY_BOOSTS };
enum { NOT_NOW_DAYS = 30, AWAY_MAX = 2000 /* of one person: the oldest go for newer ones */ };

/* ERR_MISSING for a post that `by` may not see; ERR_INPUT for their own. In a write transaction; safe to repeat. */
MUST_USE enum err not_now_put(struct cx *cx, const struct viewer *by, int64_t post, enum put_away kind);
/* Taken back; OK when it was not put away. */
MUST_USE enum err not_now_end(struct cx *cx, int64_t account, int64_t post, enum put_away kind);

struct put_away_row {
        int64_t post, at, until; /* until 0: until it is taken back */
        enum put_away kind;
};
/* One's own, newest first, those over left out; at most `most`. */
MUST_USE enum err not_now_list(struct cx *cx, int64_t account, size_t most, struct put_away_row **ret, size_t *n);
/* Of these posts, which are put away and how: 1 << kind, running beside posts. */
MUST_USE enum err not_now_of(struct cx *cx, int64_t account, const int64_t *posts, size_t n, unsigned *ret);
/* Forgets those whose time is over. For the hourly tidying. */
MUST_USE enum err not_now_tidy(struct cx *cx);
extern const struct stmt_list NOT_NOW_STATEMENTS;
