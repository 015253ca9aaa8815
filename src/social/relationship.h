/* All that stands between one person and others, in one statement for a whole page. */
#pragma once
#include "social/account.h"

struct relationship {
        int64_t id; /* of the other */
        bool following, requested, followed_by, requested_by, boosts, notifying;
        struct str languages; /* JSON list, or STR_NONE for all */
        bool blocking, blocked_by, muting, muting_notifications, domain_blocking, endorsed;
        int64_t muting_expires_at;
        struct str note;
};
/* In the order asked, ids of nobody left out; suspended ones too only `with_suspended`. */
MUST_USE enum err relationship_get_many(struct cx *cx, int64_t me, const int64_t *ids, size_t n, bool with_suspended,
                                        struct relationship **ret, size_t *n_ret);
MUST_USE enum err relationship_get(struct cx *cx, int64_t me, int64_t other, struct relationship **ret); /* ERR_MISSING */
extern const struct stmt_list RELATIONSHIP_STATEMENTS;
