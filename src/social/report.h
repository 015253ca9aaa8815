/* Reports to the moderators. */
#pragma once
#include "lib/http/req.h"
#include "social/audience.h"
#include "social/page.h"

enum { REPORT_COMMENT_MAX = 1000, REPORT_POSTS_MAX = 100 };

struct report {
        int64_t id, account, target, resolved_at, created_at, updated_at;
        int64_t assigned, resolved_by; /* moderators; 0: none */
        struct str category, comment; /* spam, legal, violation, other */
        struct str kind;              /* of REPORT_KINDS; "" for none of them */
        bool first;                   /* by an author or keeper of hard news, about a comment there: it comes first */
        bool forwarded;
        struct str posts, rules; /* JSON lists of ids */
};
/* What the pages let one choose beside Mastodon's categories. */
struct report_kind {
        const char *name, *words;
};
extern const struct report_kind REPORT_KINDS[];
extern const size_t REPORT_KINDS_COUNT;
/* In words, of a kind or a category: "Spam". */
const char *report_words(const struct report *r);
struct report_draft {
        int64_t target;
        struct str category, comment; /* category: also a kind */
        enum tri forward;
        struct id_list posts, rules;
        int64_t letter; /* written by the target to the reporter, whose words the moderators are to read; 0: none */
};
/* Posts and letters the reporter may not see, or that are somebody else's, are ERR_MISSING. Tells the moderators. Write transaction. */
MUST_USE enum err report_create(struct cx *cx, const struct viewer *by, const struct report_draft *d, struct report *ret);

/* The letter that a report carries, as it was then; *ret NULL: none. */
struct report_letter {
        struct str name, text;
        int64_t written_at;
};
MUST_USE enum err report_letter(struct cx *cx, int64_t report, struct report_letter **ret);

/* What moderators do with them (report_work.c). Those that act write the audit log, in a write transaction. */
struct report_filter {
        enum tri resolved; /* TRI_UNSET: both */
        int64_t account, target; /* 0: anybody */
};
MUST_USE enum err report_get(struct cx *cx, int64_t id, struct report **ret); /* ERR_MISSING */
MUST_USE enum err report_list(struct cx *cx, const struct report_filter *f, struct page *page, struct report **ret, size_t *n);
/* The open ones that come first, oldest first. */
MUST_USE enum err report_list_first(struct cx *cx, int64_t limit, struct report **ret, size_t *n);
MUST_USE enum err report_assign(struct cx *cx, const struct viewer *by, int64_t id, bool to_me);
MUST_USE enum err report_resolve(struct cx *cx, const struct viewer *by, int64_t id, bool resolved);
/* A category, and for "violation" the rules it broke. */
MUST_USE enum err report_sort(struct cx *cx, const struct viewer *by, int64_t id, struct str category, const struct id_list *rules);
struct report_note {
        int64_t id, account /* 0: gone */, created_at;
        struct str text;
};
MUST_USE enum err report_note_add(struct cx *cx, const struct viewer *by, int64_t report, struct str text);
MUST_USE enum err report_notes(struct cx *cx, int64_t report, struct report_note **ret, size_t *n); /* oldest first, at most 100 */
/* The ids in a report's lists. */
MUST_USE enum err report_ids(struct cx *cx, struct str list, struct id_list *ret);
MUST_USE enum err report_count_open(struct cx *cx, int64_t *ret); /* up to 1,000 */
extern const struct stmt_list REPORT_STATEMENTS;
extern const struct stmt_list REPORT_WORK_STATEMENTS;
