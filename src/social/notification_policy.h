/* Whose notifications come through: the owner's policy about strangers, and the requests of those that wait. */
#pragma once
#include "social/notification.h"

enum notification_fate { FATE_TELL, FATE_HOLD, FATE_DROP }; /* accept, filter, drop */
enum policy_about { /* the order is that of the names on the wire */
        POLICY_NOT_FOLLOWING,
        POLICY_NOT_FOLLOWERS,
        POLICY_NEW_ACCOUNTS,
        POLICY_PRIVATE_MENTIONS,
        POLICY_LIMITED_ACCOUNTS,
        POLICY_BOTS,
        POLICY_COUNT_
};
struct notification_policy {
        enum notification_fate about[POLICY_COUNT_];
};
/* "for_not_following"...; "accept", "filter", "drop". */
const char *policy_name(enum policy_about a);
const char *fate_name(enum notification_fate f);
bool fate_read(struct str name, enum notification_fate *ret);
/* From the column's JSON; whatever is missing or not understood is accepted, but for limited accounts: those wait. */
void policy_read(struct cx *cx, struct str json, struct notification_policy *ret);

MUST_USE enum err policy_get(struct cx *cx, const struct viewer *by, struct notification_policy *ret);
MUST_USE enum err policy_set(struct cx *cx, const struct viewer *by, const struct notification_policy *p);
/* What waits: requests, and notifications in them. */
MUST_USE enum err policy_pending(struct cx *cx, const struct viewer *by, int64_t *requests, int64_t *notifications);

struct notification_request {
        int64_t id, sender, last_post /* 0: none */, notifications, created_at, updated_at;
        bool stranger; /* by the policy; or what waits is for the digest, or for the end of quiet time */
};
/* Without what the owner rests from (sift.h): not in their number, and no request that is made of nothing else. */
MUST_USE enum err request_list(struct cx *cx, const struct viewer *by, struct page *page, struct notification_request **ret,
                               size_t *n);
/* One of those. ERR_MISSING for anybody else's, and for one of nothing but what its owner rests from. */
MUST_USE enum err request_show(struct cx *cx, const struct viewer *by, int64_t id, struct notification_request **ret);
/* Accepting lets the sender through for good and brings in what waited; dismissing puts the request away until the sender
 * comes again. ERR_MISSING for anybody else's. */
MUST_USE enum err request_accept(struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err request_dismiss(struct cx *cx, const struct viewer *by, int64_t id);
extern const struct stmt_list NOTIFICATION_POLICY_STATEMENTS;
