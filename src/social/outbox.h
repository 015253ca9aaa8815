/* What leaves for other servers: a job row in the transaction that causes it, and only when somebody elsewhere is
 * concerned. The federation side turns these jobs into activities; the payload holds all that the rows may no longer
 * tell when it runs. */
#pragma once
#include "social/poll.h"
#include "social/post.h"

enum outbox_act {
        OUTBOX_CREATE,
        OUTBOX_ASK, /* a create, though it waits: to the one whose post is answered */
        OUTBOX_REQUEST, /* the question whether it may be: to the one whose post is answered or boosted */
        OUTBOX_UPDATE,
        OUTBOX_UPDATE_ASKED, /* of what waits: to the one who was asked */
        OUTBOX_DELETE,
        OUTBOX_ANNOUNCE,
        OUTBOX_UNDO_ANNOUNCE,
        OUTBOX_AUTHORS, /* an update: who wrote it changed */
        OUTBOX_BESIDE,  /* its second author (post.account) shows it to those who follow them: an announce without a row */
        OUTBOX_UNDO_BESIDE,
        OUTBOX_PIN,
        OUTBOX_UNPIN
};

/* Job "deliver_post": {"act":"create","account":"ID","post":"ID","uri":URI,"audience":N,"list":"ID" or null,
 * "boost_of":"ID" or null,"to":["ID"...]}: `to` are people elsewhere who are addressed by name (mentions, the author
 * answered or boosted); followers come in by the audience, also
 * those of its second authors ("beside":["ID"...]). Nothing for local-only posts and posts for oneself. */
MUST_USE enum err outbox_post(struct cx *cx, enum outbox_act act, const struct post *p, const int64_t *to, size_t n);
enum outbox_like { OUTBOX_LIKE, OUTBOX_LIKE_REQUEST /* the question whether it may be */, OUTBOX_LIKE_UNDO };
/* Job "deliver_mark": {"act":"like", "request_like" or "undo_like","account":"ID","post":"ID","uri":URI of the post,
 * "mark":"ID","stamp":URI of its author's approval or null,"to":"ID"}. */
MUST_USE enum err outbox_mark(struct cx *cx, enum outbox_like act, int64_t account, const struct post *p, int64_t mark,
                              struct str stamp);
/* Job "deliver_vote": {"account":"ID","post":"ID","uri":URI of the post,"names":[...],"to":"ID"}. */
MUST_USE enum err outbox_vote(struct cx *cx, int64_t account, const struct post *p, const struct poll *poll,
                              const int64_t *choices, size_t n);
extern const struct stmt_list OUTBOX_STATEMENTS;
