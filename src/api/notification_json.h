/* The Notification entity. */
#pragma once
#include "api/post_json.h"
#include "social/notification.h"
#include "social/warning.h"

/* types[], exclude_types[], account_id, include_filtered. *none: only kinds were asked for that do not exist here. */
struct req;
MUST_USE enum err api_notification_filter(struct req *rq, struct notification_filter *f, bool *none);

struct notification_things { /* of a page: accounts run beside the notifications */
        struct str *accounts;
        struct api_posts *posts;
};
MUST_USE enum err api_notification_fetch(struct cx *cx, const struct viewer *by, const struct notification *v, size_t n,
                                         struct notification_things *ret);
/* Writes the i-th; writes nothing and gives false when its post or sender is gone. */
bool api_notification_put(struct json *j, const char *key, struct cx *cx, const struct notification *n, size_t i,
                          const struct notification_things *t);
/* What a notification of follows that ended or of a moderator's word is about: key "event" or "moderation_warning". */
MUST_USE enum err api_notification_about(struct json *j, struct cx *cx, const struct notification *n);
/* The AccountWarning entity. */
MUST_USE enum err api_warning_json(struct json *j, const char *key, struct cx *cx, const struct warning *w);
