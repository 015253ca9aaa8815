/* Reports to the moderators. */
#pragma once
#include "lib/http/req.h"
#include "social/audience.h"

enum { REPORT_COMMENT_MAX = 1000, REPORT_POSTS_MAX = 100 };

struct report {
        int64_t id, account, target, resolved_at, created_at;
        struct str category, comment; /* spam, legal, violation, other */
        bool forwarded;
        struct str posts, rules; /* JSON lists of ids */
};
struct report_draft {
        int64_t target;
        struct str category, comment;
        enum tri forward;
        struct id_list posts, rules;
};
/* Posts the reporter may not see, or that are somebody else's, are ERR_MISSING. Tells the moderators. Write transaction. */
MUST_USE enum err report_create(struct cx *cx, const struct viewer *by, const struct report_draft *d, struct report *ret);
extern const struct stmt_list REPORT_STATEMENTS;
