/* Quiet posts and quiet time: what makes no alert when it happens, but waits. A quiet post's comments, favourites, boosts
 * and quotes are gathered in its authors' digest (digest.h); in quiet time a person has everything held until a date or
 * until they end it. notification_add asks here before anything is told. */
#pragma once
#include "social/notification.h"

/* What a notification waits for: notification.filtered. All but the first are "filtered" in the client API. */
enum notification_wait {
        WAIT_NOT,
        WAIT_REQUEST, /* the owner's policy about strangers */
        WAIT_DIGEST,  /* the next digest */
        WAIT_OPENED,  /* until the owner opens the digest; no note tells of it */
        WAIT_QUIET    /* the end of quiet time, and a choice then */
};

/* What notification_add knows already. */
struct quiet_asked {
        int64_t account, sender, post;
        enum notification_kind kind;
        bool following; /* the owner follows the sender */
        bool switches;  /* the thread has a row of switches */
        bool quiet;     /* the owner has quiet time */
};
/* Whether this is told now, waits, or (*drop) is nothing at all: nobody is alerted to a quiet post itself. An everyday
 * post outside quiet time costs no statement. */
MUST_USE enum err quiet_wait(struct cx *cx, const struct quiet_asked *q, enum notification_wait *ret, bool *drop);

enum { QUIET_LINE_MAX = 200, QUIET_DAYS_MAX = 366 };
struct quiet_time {
        bool on;
        bool ended;          /* it was on, and what waited was not looked at yet */
        int64_t from, until; /* until 0: until ended */
        struct str line;     /* what the profile says; "" for nothing */
};
MUST_USE enum err quiet_get(struct cx *cx, int64_t account, struct quiet_time *ret);
/* Whether quiet time is on just now: comments on own posts are then held, scheduled posts, reminders and digests wait. */
MUST_USE enum err quiet_on(struct cx *cx, int64_t account, bool *ret);
/* The same from columns at hand. */
bool quiet_is_on(const struct cx *cx, int64_t from, int64_t until);
extern const struct stmt_list QUIET_STATEMENTS;
