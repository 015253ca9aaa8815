/* Search of accounts, hashtags and the posts a person may search: own ones, those of people followed, those that mention
 * one or that one marked, and public ones whose authors opted in (indexable). Full-text rows are written here only. */
#pragma once
#include "social/account.h"
#include "social/post.h"

enum { SEARCH_QUERY_MAX = 256 /* characters */, SEARCH_OFFSET_MAX = 10000 };

/* The words of a post (plain text: note, words, descriptions, poll answers) as they are from now on; "" takes it out. In a
 * write transaction. */
MUST_USE enum err search_index_post(struct cx *cx, int64_t post, struct str text);
/* Likewise for an account: user name, domain, display name. */
MUST_USE enum err search_index_account(struct cx *cx, int64_t account, struct str text);

/* Ids, best first where there is a best (an exact address), else newest first. `from` 0: anybody's. */
MUST_USE enum err search_accounts(struct cx *cx, const struct viewer *by, struct str query, bool only_followed, int64_t limit,
                                  int64_t offset, int64_t **ret, size_t *n);
MUST_USE enum err search_posts(struct cx *cx, const struct viewer *by, struct str query, int64_t from, int64_t max_id,
                               int64_t min_id, int64_t limit, int64_t offset, int64_t **ret, size_t *n);
/* Folded names. */
MUST_USE enum err search_tags(struct cx *cx, struct str query, int64_t limit, int64_t offset, struct str_list *ret);
/* "name@server" or the address of a profile or post elsewhere, asked for where it lives: *account or *post gets its row, the
 * other 0. ERR_MISSING for what is nowhere. Blocks: SLOW lane alone. */
MUST_USE enum err search_far(struct cx *cx, struct str text, int64_t *account, int64_t *post);
/* Does the text look like one of these? */
bool search_is_far(struct str text);
extern const struct stmt_list SEARCH_STATEMENTS;
