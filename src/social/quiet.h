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

/* An app shows a quiet post to its author as a muted thread; who ends that mute wants alerts from now on. Nothing happens
 * for posts that are not theirs. */
MUST_USE enum err quiet_unmute(struct cx *cx, const struct viewer *by, int64_t post);

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

/* Begins, or changes what is on: until 0 means until ended. ERR_INPUT with a sentence: an end that is over or more than
 * QUIET_DAYS_MAX away, a line that is too long. */
MUST_USE enum err quiet_begin(struct cx *cx, int64_t account, int64_t until, struct str line);
/* Ends it now; nothing is sent by that. */
MUST_USE enum err quiet_end(struct cx *cx, int64_t account);
/* What waited was looked at: Home does not tell of it any more. Refused (ERR_CONFLICT) while it is on. */
MUST_USE enum err quiet_done(struct cx *cx, int64_t account);

/* What waits because of quiet time, each with a choice of its own. */
enum waited_kind { WAITED_FOLLOWS, WAITED_MENTIONS, WAITED_KINDS_ };
enum { WAITED_NAMES = 12, WAITED_POSTS = 50 };
struct waited_post {
        int64_t id, at;
        struct str text;
};
struct waited {
        int64_t who[WAITED_KINDS_][WAITED_NAMES];
        size_t n_who[WAITED_KINDS_];
        bool digest;
        struct waited_post *posts; /* scheduled ones whose time came meanwhile */
        size_t n_posts;
};
MUST_USE enum err quiet_waited(struct cx *cx, int64_t account, struct waited *ret);
/* Brings them in among the notifications, silently; or leaves them among the requests of strangers. */
MUST_USE enum err quiet_choose(struct cx *cx, int64_t account, enum waited_kind kind, bool bring_in);
/* A scheduled post whose time came in quiet time: sends it now, or throws it away. ERR_MISSING for one that does not wait. */
MUST_USE enum err quiet_choose_post(struct cx *cx, int64_t account, int64_t scheduled, bool send);
extern const struct stmt_list QUIET_STATEMENTS, QUIET_TIME_STATEMENTS;
