/* What somebody here was told by the moderators, and their appeal against it. */
#pragma once
#include "social/audience.h"
#include "social/page.h"

/* What can be done to an account; the names are those of the API. What is undone has no row of its own here. */
enum moderation_act {
        ACT_NONE, /* words alone */
        ACT_DISABLE,
        ACT_MARK_POSTS_SENSITIVE,
        ACT_DELETE_POSTS,
        ACT_SENSITIVE,
        ACT_SILENCE,
        ACT_SUSPEND,
        ACT_ASK_VEIL, /* the author is asked to put a veil over photos; nothing changes unless they do */
        ACT_COUNT_
};
/* "none", "disable", "mark_statuses_as_sensitive", "delete_statuses", "sensitive", "silence", "suspend", "ask_veil". */
const char *moderation_act_name(enum moderation_act a);
/* The same in the words that stock apps know: what is asked for is words alone. */
const char *moderation_act_known(enum moderation_act a);
bool moderation_act_read(struct str name, enum moderation_act *ret);

/* What happened, to the person: "Your account is limited: ...". */
const char *warning_told(enum moderation_act a);

enum appeal_state { APPEAL_NONE, APPEAL_WAITING, APPEAL_APPROVED, APPEAL_REJECTED };
enum { WARNING_TEXT_MAX = 2000, APPEAL_TEXT_MAX = 2000, APPEAL_DAYS = 20 };

struct warning {
        int64_t id, account, moderator, report, created_at;
        enum moderation_act act;
        struct str text;
        struct str posts; /* JSON list of ids */
        enum appeal_state appeal_state;
        struct str appeal;
        int64_t appealed_at;
};
/* New: id and created_at are filled. In a write transaction, like what follows. Tells the person. */
MUST_USE enum err warning_add(struct cx *cx, struct warning *w);
/* The person's own; once, within APPEAL_DAYS. ERR_INPUT with a sentence. */
MUST_USE enum err warning_appeal(struct cx *cx, int64_t account, int64_t id, struct str text);
/* A moderator's answer; ERR_MISSING when no appeal waits. What is undone then is the caller's. */
MUST_USE enum err warning_answer(struct cx *cx, int64_t id, bool approve);

MUST_USE enum err warning_get(struct cx *cx, int64_t id, struct warning **ret); /* ERR_MISSING */
MUST_USE enum err warning_list(struct cx *cx, int64_t account, struct page *page, struct warning **ret, size_t *n);
/* Those whose appeal waits, oldest first. */
MUST_USE enum err warning_appeals(struct cx *cx, int64_t limit, struct warning **ret, size_t *n);
extern const struct stmt_list WARNING_STATEMENTS;
