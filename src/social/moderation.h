/* What moderators do to accounts. Each verb checks the rank (nobody acts on their equals or on themselves), writes the
 * audit log, and tells the person concerned; all in one write transaction. */
#pragma once
#include "social/account.h"
#include "social/warning.h"

struct moderation {
        int64_t target;
        enum moderation_act act;
        struct str text;    /* for the person; "" for none */
        int64_t report;     /* that it answers: it is resolved with the act. 0: none */
        struct id_list posts; /* of the target, for the two acts on posts: named by the report, or visible to the moderator */
        bool silent;        /* the person is not told */
};
/* ERR_MISSING: no such account or post; ERR_DENIED: not against them; ERR_INPUT. */
MUST_USE enum err moderate(struct cx *cx, const struct viewer *by, const struct moderation *m);
/* Takes back ACT_DISABLE, ACT_SENSITIVE, ACT_SILENCE or ACT_SUSPEND; what was not done is no error. */
MUST_USE enum err moderate_undo(struct cx *cx, const struct viewer *by, int64_t target, enum moderation_act act);
/* Sign-ups that wait. Rejecting removes the account for good: it never was anywhere. ERR_MISSING: it does not wait. */
MUST_USE enum err moderate_approve(struct cx *cx, const struct viewer *by, int64_t target);
MUST_USE enum err moderate_reject(struct cx *cx, const struct viewer *by, int64_t target);
/* Owners alone, and not for themselves, so that there always is one. */
MUST_USE enum err moderate_role(struct cx *cx, const struct viewer *by, int64_t target, enum role role);
/* Answers an appeal; approving undoes what was done. */
MUST_USE enum err moderate_appeal(struct cx *cx, const struct viewer *by, int64_t warning, bool approve);
/* May `by` act on this account? ERR_DENIED with a sentence. */
MUST_USE enum err moderate_check(struct cx *cx, const struct viewer *by, const struct account *target);
const char *role_name(enum role r); /* "member", "moderator", "owner" */
bool role_read(struct str name, enum role *ret);
extern const struct stmt_list MODERATION_STATEMENTS;
