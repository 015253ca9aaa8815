/* Notifications: what others did that concerns one. Adding obeys blocks, mutes, muted threads and the owner's policy,
 * and adds nothing twice. */
#pragma once
#include "social/post.h"

enum notification_kind {
        NOTIFICATION_MENTION,
        NOTIFICATION_REBLOG,
        NOTIFICATION_FAVOURITE,
        NOTIFICATION_FOLLOW,
        NOTIFICATION_FOLLOW_REQUEST,
        NOTIFICATION_POLL,
        NOTIFICATION_UPDATE,
        NOTIFICATION_STATUS,
        NOTIFICATION_SIGN_UP,
        NOTIFICATION_REPORT,
        NOTIFICATION_SEVERED,
        NOTIFICATION_WARNING,
        NOTIFICATION_QUOTE,
        NOTIFICATION_QUOTED_UPDATE,
        NOTIFICATION_KINDS_
};

struct notification {
        int64_t id, account, sender, post, report; /* 0: none; report: also a severance or a warning */
        enum notification_kind kind;
        struct str group_key;
        bool filtered;
        int64_t created_at;
};
struct notification_filter {
        uint32_t kinds; /* bit 1 << kind; 0: all */
        int64_t sender; /* 0: anybody */
        bool include_filtered;
};

/* Tells `account` (nothing happens for people elsewhere). post 0: none. */
MUST_USE enum err notification_add(struct cx *cx, int64_t account, enum notification_kind kind, int64_t sender,
                                   int64_t post);
MUST_USE enum err notification_add_report(struct cx *cx, int64_t account, int64_t sender, int64_t report);
/* Of NOTIFICATION_SEVERED and NOTIFICATION_WARNING: `subject` is the severance or the warning; told whatever the policy says. */
MUST_USE enum err notification_add_about(struct cx *cx, int64_t account, enum notification_kind kind, int64_t sender, int64_t subject);
/* It is not so any more: unfavourited, unfollowed. */
MUST_USE enum err notification_remove(struct cx *cx, int64_t account, enum notification_kind kind, int64_t sender,
                                      int64_t post);
/* All that `sender` caused, when `account` blocks them (or mutes with notifications). */
MUST_USE enum err notification_remove_from(struct cx *cx, int64_t account, int64_t sender);

/* A page, newest first. */
MUST_USE enum err notification_list(struct cx *cx, const struct viewer *by, const struct notification_filter *f,
                                    struct page *page, struct notification **ret, size_t *n);
/* What one digest of theirs brought (digest.h), newest first. */
MUST_USE enum err notification_of_digest(struct cx *cx, const struct viewer *by, int64_t digest, size_t most,
                                         struct notification **ret, size_t *n);
/* What waits (enum notification_wait, quiet.h) and is met by who asks, newest first. */
MUST_USE enum err notification_waiting(struct cx *cx, const struct viewer *by, int64_t wait, size_t most,
                                       struct notification **ret, size_t *n);
MUST_USE enum err notification_get(struct cx *cx, const struct viewer *by, int64_t id, struct notification **ret);
MUST_USE enum err notification_dismiss(struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err notification_clear(struct cx *cx, const struct viewer *by);
/* How many are newer than the marker "notifications", counted up to `max`. */
MUST_USE enum err notification_unread(struct cx *cx, const struct viewer *by, const struct notification_filter *f, int max,
                                      int64_t *ret);
/* Up to where the owner has read (the marker "notifications"); 0: nothing yet. */
MUST_USE enum err notification_read_until(struct cx *cx, const struct viewer *by, int64_t *ret);
/* Wire names: mention reblog favourite follow follow_request poll update status admin.sign_up ... */
struct str notification_name(enum notification_kind k);
/* What stands behind the sender's name in a line about it: "follows you now". Of a mention: it answers what one wrote; of
 * a favourite: it is called "Thinking of you" there. */
const char *notification_words(enum notification_kind k, bool answer, bool thinking);
bool notification_read_name(struct str name, enum notification_kind *ret);
extern const struct stmt_list NOTIFICATION_STATEMENTS;
extern const struct stmt_list NOTIFICATION_LIST_STATEMENTS;
