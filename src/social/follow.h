/* Following: asked, accepted, ended. Keeps the counts, tells the home timelines and the person followed. All verbs in a
 * write transaction; all are safe to repeat. */
#pragma once
#include "lib/http/req.h"
#include "social/account.h"
#include "social/page.h"

struct follow_options {
        enum tri boosts, notify;      /* TRI_UNSET: as it was, or yes and no for a new follow */
        bool languages_given;
        struct str_list languages;    /* none: all */
        bool skip_approval;           /* an invitation that follows both ways */
        struct str uri;               /* of the Follow activity, when it came from elsewhere */
};
/* ERR_MISSING: somebody suspended; ERR_DENIED: oneself, blocked either way, or moved. */
MUST_USE enum err follow_start(struct cx *cx, int64_t account, int64_t target, const struct follow_options *o);
MUST_USE enum err follow_end(struct cx *cx, int64_t account, int64_t target); /* also takes a request back */
/* What `target` says to `account`'s request. ERR_MISSING when there is none. */
MUST_USE enum err follow_accept(struct cx *cx, int64_t target, int64_t account);
MUST_USE enum err follow_reject(struct cx *cx, int64_t target, int64_t account);
/* All who wait, when an account stops approving by hand; at most 1,000, the rest as usual. */
MUST_USE enum err follow_accept_all(struct cx *cx, int64_t target);
/* Throws a follower (or a request) of `target` out. */
MUST_USE enum err follow_remove_follower(struct cx *cx, int64_t target, int64_t account);
/* `a` ends whatever is between the two, both ways (blocks). */
MUST_USE enum err follow_sever(struct cx *cx, int64_t a, int64_t b);
/* The same when one of the two is gone: nobody elsewhere is told. */
MUST_USE enum err follow_forget(struct cx *cx, int64_t a, int64_t b);

MUST_USE enum err follow_exists(struct cx *cx, int64_t account, int64_t target, bool *ret); /* accepted */
/* Ids of accounts, newest relation first. The page's cursors are ids of the relation. */
MUST_USE enum err follow_followers(struct cx *cx, const struct viewer *by, int64_t target, struct page *p, int64_t **ids, size_t *n);
MUST_USE enum err follow_following(struct cx *cx, const struct viewer *by, int64_t account, struct page *p, int64_t **ids, size_t *n);
/* Also those of the journals that `target` owns. */
MUST_USE enum err follow_requests(struct cx *cx, int64_t target, struct page *p, int64_t **ids, size_t *n);
MUST_USE enum err follow_requests_count(struct cx *cx, int64_t target, int64_t *ret);
/* Those I follow who follow this account, for each one asked; at most 10 each. */
struct familiar {
        int64_t target;
        int64_t *ids;
        size_t n;
};
MUST_USE enum err follow_familiar(struct cx *cx, int64_t me, const int64_t *targets, size_t n, struct familiar **ret);
extern const struct stmt_list FOLLOW_STATEMENTS, FOLLOW_LIST_STATEMENTS;
