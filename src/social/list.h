/* Lists of people: to read by, and (audience) to write to. Only the owner ever sees one: ERR_MISSING for others. */
#pragma once
#include "social/account.h"
#include "social/page.h"

enum list_replies { LIST_REPLIES_FOLLOWED, LIST_REPLIES_LIST, LIST_REPLIES_NONE };
struct list {
        int64_t id, account, created_at;
        struct str title;
        bool audience, exclusive;
        enum list_replies replies_policy;
};
enum { LISTS_MAX = 100, LIST_TITLE_MAX = 256, LIST_MEMBERS_MAX = 5000 };

MUST_USE enum err list_get(struct cx *cx, int64_t owner, int64_t id, struct list **ret);
MUST_USE enum err list_all(struct cx *cx, int64_t owner, struct list **ret, size_t *n); /* to read by, oldest first */
/* Those a post can be limited to: *Close*, then the others, oldest first. */
MUST_USE enum err list_audiences(struct cx *cx, int64_t owner, struct list **ret, size_t *n);
/* *Close*, which every account here has from the start. Its id is the account's own, so nobody has to look it up. */
static inline int64_t list_close(int64_t account)
{
        return account;
}
/* For a new login. */
MUST_USE enum err list_close_create(struct cx *cx, int64_t account);
/* Which of these audiences hold somebody on another server. */
MUST_USE enum err list_far(struct cx *cx, int64_t owner, const struct list *v, size_t n, bool *ret);
MUST_USE enum err list_with(struct cx *cx, int64_t owner, int64_t member, struct list **ret, size_t *n); /* those with this member */
/* The rest in a write transaction. */
MUST_USE enum err list_create(struct cx *cx, int64_t owner, const struct list *draft, struct list **ret);
/* Every field of `change` but id and account is written. */
MUST_USE enum err list_change(struct cx *cx, int64_t owner, int64_t id, const struct list *change);
MUST_USE enum err list_delete(struct cx *cx, int64_t owner, int64_t id);
/* Members of a reading list must be followed (or asked, or oneself): ERR_MISSING otherwise; of an audience must follow the owner. ERR_INPUT when one is in it
 * already, as Mastodon. All or none. */
MUST_USE enum err list_add(struct cx *cx, int64_t owner, int64_t id, const int64_t *accounts, size_t n);
MUST_USE enum err list_remove(struct cx *cx, int64_t owner, int64_t id, const int64_t *accounts, size_t n);
/* limit 0 in the page: all (up to LIST_MEMBERS_MAX). */
MUST_USE enum err list_members(struct cx *cx, int64_t owner, int64_t id, struct page *p, int64_t **ids, size_t *n);
/* Is this account a member? False for lists of others. */
MUST_USE enum err list_has(struct cx *cx, int64_t owner, int64_t id, int64_t account, bool *ret);
extern const struct stmt_list LIST_STATEMENTS;
