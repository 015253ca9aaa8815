/* Invitations to join. */
#pragma once
#include "social/audience.h"
#include "social/page.h"

struct invite {
        int64_t id, creator, uses, uses_max /* 0: any number */, expires_at /* 0: never */, created_at;
        struct str code, url;
        enum role role;
        bool autofollow;
};
struct invite_draft {
        int64_t creator; /* 0: the command line */
        int64_t uses_max, days; /* days 0: never ends */
        enum role role;
        bool autofollow;
};

MUST_USE enum err invite_create(struct cx *cx, const struct invite_draft *d, struct invite **ret); /* write transaction */
/* ERR_MISSING when it is unknown, used up or over. */
MUST_USE enum err invite_get(struct cx *cx, struct str code, struct invite **ret);
/* Takes one use, inside the transaction that makes the account: of two who race for the last one, one gets ERR_MISSING. */
MUST_USE enum err invite_use(struct cx *cx, struct str code, struct invite **ret);
MUST_USE enum err invite_list(struct cx *cx, int64_t creator, struct invite **ret, size_t *n);
/* Of everybody, newest first, for moderators. */
MUST_USE enum err invite_all(struct cx *cx, struct page *page, struct invite **ret, size_t *n);
/* Anybody's, with a line in the log. ERR_MISSING. */
MUST_USE enum err invite_stop(struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err invite_end(struct cx *cx, int64_t creator, int64_t id);
extern const struct stmt_list INVITE_STATEMENTS;
