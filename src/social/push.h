/* Web push: which devices of a person are woken, for what. A subscription belongs to one token and ends with it. Only what
 * is told at once is pushed: what waits for a digest, the end of quiet time or a request of a stranger is not, neither
 * then nor when it is brought in. */
#pragma once
#include "social/notification.h"

enum push_policy { PUSH_ALL, PUSH_FOLLOWED, PUSH_FOLLOWER, PUSH_NONE, PUSH_POLICIES_ };
enum {
        PUSH_DEVICES_MOST = 30, /* of a person; with one more the oldest ends */
        PUSH_ENDPOINT_MAX = 2048,
        PUSH_REFUSALS_MOST = 5 /* in a row, and a subscription is over */
};
/* The kinds a device can be woken for, as bits, and those it is when it says nothing: mentions. */
extern const uint32_t PUSH_KINDS, PUSH_KINDS_USUAL;
const char *push_policy_name(enum push_policy p); /* all followed follower none */
bool push_policy_read(struct str name, enum push_policy *ret);

struct push {
        int64_t token, id, account, created_at;
        struct str endpoint, host, point, auth, bearer;
        struct str app_name; /* push_list alone */
        bool standard;
        uint32_t kinds;
        enum push_policy policy;
};
/* What an app sends; keys as base64, with either alphabet. */
struct push_draft {
        struct str endpoint, p256dh, auth, bearer;
        bool standard, policy_given;
        uint32_t kinds;
        enum push_policy policy; /* not given: as the person chose for new devices */
};
/* The subscription of the viewer's token: made or replaced. ERR_INPUT with Mastodon's sentences. Write transaction. */
MUST_USE enum err push_put(struct cx *cx, const struct viewer *by, const struct push_draft *d, struct push **ret);
MUST_USE enum err push_get(struct cx *cx, int64_t account, int64_t token, struct push **ret); /* ERR_MISSING */
MUST_USE enum err push_change(struct cx *cx, int64_t account, int64_t token, uint32_t kinds, enum push_policy policy);
MUST_USE enum err push_end(struct cx *cx, int64_t account, int64_t token); /* OK when there is none */
/* All devices of a person, the newest first. */
MUST_USE enum err push_list(struct cx *cx, int64_t account, struct push **ret, size_t *n);
/* Whose notifications wake a new device that does not say. */
MUST_USE enum err push_usual(struct cx *cx, int64_t account, enum push_policy *ret);
MUST_USE enum err push_set_usual(struct cx *cx, int64_t account, enum push_policy policy);

/* Something was told to a person: a job "push" for each device that wants to hear of it. In that transaction. */
struct push_news {
        int64_t account, sender, notification;
        enum notification_kind kind;
        bool following, followed; /* the account follows the sender; the sender follows it */
};
MUST_USE enum err push_queue(struct cx *cx, const struct push_news *n);
extern const struct stmt_list PUSH_STATEMENTS;
