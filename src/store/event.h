/* Events: what others in this process must see at once (streams, caches), published after the commit. */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum event_kind {
        EVENT_POST_NEW,        /* account: author; subject: post (or boost wrapper) */
        EVENT_POST_SHOWN,      /* the same for a comment that waited: its writer is told nothing */
        EVENT_POST_HIDDEN,     /* it is there for its writer (account) alone from now on */
        EVENT_POST_CHANGED,    /* counts, pins, votes: rendered form is stale. subject: post */
        EVENT_POST_EDITED,     /* subject: post */
        EVENT_POST_DELETED,    /* account: author; subject: post */
        EVENT_HOME,            /* account: owner; subject: entry that was added */
        EVENT_ACCOUNT_CHANGED, /* account: profile, counts or state changed */
        EVENT_RELATION,        /* account, subject: follow, block, mute between them changed */
        EVENT_NOTIFICATION,    /* account: owner; subject: notification */
        EVENT_CONVERSATION,    /* account: owner; subject: conversation */
        EVENT_FILTERS,         /* account: its filters changed */
        EVENT_ACCESS_ENDED,    /* account: its sessions and tokens changed or it was disabled; streams re-check. subject: token or 0 */
        EVENT_LOGIN_CHANGED,   /* account: login settings */
        EVENT_ANNOUNCEMENT,    /* subject */
        EVENT_INSTANCE,        /* rules and other texts of the server */
        EVENT_POST_STORED,     /* subject: post or wrapper that waits for post_finish; account: 0 when it is only indexed */
        EVENT_EVERYTHING,      /* another process wrote: forget all that is cached */
};

struct event {
        enum event_kind kind;
        int64_t account, subject;
};
/* Events of one batch of the writer. */
struct event_list {
        struct event *v;
        size_t n, size;
};
void event_add(struct event_list *l, struct event e);
void event_cut(struct event_list *l, size_t n); /* drops what a rolled-back piece added */

struct events;
/* Called on the writer's thread for each event, in order; must be quick and must not write. */
typedef void event_listener(void *owner, const struct event *e);
struct events *events_open(void);
void events_listen(struct events *s, event_listener *f, void *owner); /* before the server runs */
void events_publish(struct events *s, const struct event_list *l);
void events_close(struct events **s);
