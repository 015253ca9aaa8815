/* Quoting by people here (FEP-044f): who may quote what, the quotes of a post, and taking one's leave of a quote. */
#pragma once
#include "social/page.h"
#include "social/permission.h"
#include "social/post_store.h"
#include "social/quote.h"

/* Checks what the draft quotes and writes it into p: quote_of and its state; a post quoting one for followers reaches no
 * further. ERR_MISSING: not to be seen; ERR_DENIED: its author does not let them. */
MUST_USE enum err quoting_check(struct cx *cx, const struct viewer *by, int64_t quoted, struct post *p);
/* After p was stored: the author here is told, the count moves, and the approval is given. */
MUST_USE enum err quoting_stored(struct cx *cx, const struct post *p);
/* Before p goes: the count of what it quotes. */
MUST_USE enum err quoting_ends(struct cx *cx, const struct post *p);

/* Readers elsewhere of a quote from here hear how its state changed. */
MUST_USE enum err quoting_told(struct cx *cx, const struct post *quote);

/* Posts that quote this one, those approved; for its author, and for others where it shows who does such things. */
MUST_USE enum err quoting_list(struct cx *cx, const struct viewer *by, int64_t post, struct page *page, int64_t **ids, size_t *n);
/* The quoted post's author takes the approval back; other servers are told. ERR_MISSING. */
MUST_USE enum err quoting_revoke(struct cx *cx, const struct viewer *by, int64_t post, int64_t quoting);
/* Who may quote an own post from now on; what quotes it stays. ERR_MISSING. */
MUST_USE enum err quoting_policy_set(struct cx *cx, const struct viewer *by, int64_t post, enum quote_policy policy);
/* How `me` may quote a post of this author: as far as its policy says, which a post elsewhere may still refuse. `follows`:
 * they follow the author; asked only where quoting_wants_follow. */
enum permission quoting_may(int64_t me, int64_t author, enum audience audience, enum quote_policy policy, bool follows);
bool quoting_wants_follow(int64_t me, int64_t author, enum audience audience, enum quote_policy policy);
bool quoting_policy_read(struct str name, enum quote_policy *ret); /* public, followers, nobody */

/* Which of these authors does `me` follow? For a page of posts. */
MUST_USE enum err quoting_followed(struct cx *cx, int64_t me, const int64_t *authors, size_t n, bool *ret);
extern const struct stmt_list QUOTING_STATEMENTS;
