/* Accounts as moderators look for them and see them. */
#pragma once
#include "social/account.h"
#include "social/login.h"
#include "social/page.h"
#include "social/session.h"

enum review_origin { REVIEW_ANYWHERE, REVIEW_HERE, REVIEW_ELSEWHERE };
enum review_state { REVIEW_ANY, REVIEW_ACTIVE, REVIEW_WAITING, REVIEW_DISABLED, REVIEW_LIMITED, REVIEW_SUSPENDED, REVIEW_COVERED };
struct review_filter {
        enum review_origin origin;
        enum review_state state;
        bool staff;
        struct str name;    /* how the user name begins; "name@domain" also the domain */
        struct str display; /* somewhere in the display name */
        struct str domain, email, address;
};
/* Ids of accounts, newest first. */
MUST_USE enum err review_list(struct cx *cx, const struct review_filter *f, struct page *page, int64_t **ret, size_t *n);
struct review {
        struct account *account;
        struct login *login; /* NULL elsewhere */
        bool covered;        /* every photo of theirs */
        struct session *sessions; /* newest use first; only with review_get */
        size_t n_sessions;
};
MUST_USE enum err review_get(struct cx *cx, int64_t id, struct review *ret); /* ERR_MISSING */
extern const struct stmt_list ACCOUNT_REVIEW_STATEMENTS;
