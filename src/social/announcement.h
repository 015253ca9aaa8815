/* What those who run the server tell everybody here: shown until read, with reactions. */
#pragma once
#include "social/audience.h"

enum { ANNOUNCEMENT_MAX = 5000 /* characters */, ANNOUNCEMENT_REACTIONS_MAX = 8 /* different ones */ };
struct announcement {
        int64_t id, starts_at, ends_at, published_at /* 0: not yet */, updated_at;
        struct str text;
        bool all_day, read;
};
struct announcement_reaction {
        int64_t announcement, count;
        struct str name; /* an emoji, or the shortcode of one of ours */
        bool me;
};
/* Those in force now, newest last as Mastodon; `with_read`: also those the viewer dismissed. */
MUST_USE enum err announcement_list(struct cx *cx, const struct viewer *by, bool with_read, struct announcement **ret, size_t *n);
MUST_USE enum err announcement_get(struct cx *cx, const struct viewer *by, int64_t id, struct announcement **ret);
/* Of several, in the order of first use. */
MUST_USE enum err announcement_reactions(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                                         struct announcement_reaction **ret, size_t *n_ret);
/* In a write transaction; twice is once. */
MUST_USE enum err announcement_dismiss(struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err announcement_react(struct cx *cx, const struct viewer *by, int64_t id, struct str name, bool on);
/* Also those to come and those that are over, newest first; at most 50. */
MUST_USE enum err announcement_all(struct cx *cx, struct announcement **ret, size_t *n);
/* For those who run the server. id 0: a new one. Published at once. */
MUST_USE enum err announcement_write(struct cx *cx, struct announcement *a);
MUST_USE enum err announcement_delete(struct cx *cx, int64_t id);
extern const struct stmt_list ANNOUNCEMENT_STATEMENTS;
