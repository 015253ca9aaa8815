/* Notifications that stand together: favourites and boosts of one post, and follows, within twelve hours. */
#pragma once
#include "social/notification.h"

enum { GROUP_SAMPLE = 8 /* accounts named with a group */ };

struct notification_group {
        struct str key;
        struct notification newest; /* of the page */
        int64_t page_min_id, page_max_id, count;
        int64_t sample[GROUP_SAMPLE]; /* senders, newest first */
        size_t n_sample;
};
/* A page of groups, newest first; kinds not in `grouped` (bits, 0: the usual three) stand alone. The page's cursors are
 * those of the notifications scanned. */
MUST_USE enum err notification_groups(struct cx *cx, const struct viewer *by, const struct notification_filter *f,
                                      uint32_t grouped, struct page *page, struct notification_group **ret, size_t *n);
/* One by its key; ERR_MISSING. */
MUST_USE enum err notification_group_get(struct cx *cx, const struct viewer *by, struct str key,
                                         struct notification_group **ret);
/* All its senders, newest first. */
MUST_USE enum err notification_group_senders(struct cx *cx, const struct viewer *by, struct str key, struct page *page,
                                             int64_t **ret, size_t *n);
MUST_USE enum err notification_group_dismiss(struct cx *cx, const struct viewer *by, struct str key);
extern const struct stmt_list NOTIFICATION_GROUP_STATEMENTS;
