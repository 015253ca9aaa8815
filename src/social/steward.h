/* Stewards: people whom a member names to look after their account once they have died. Named by name and password, the
 * steward has to accept, either side ends it at once; where nobody was named, administrators name somebody for a memorial.
 * Until the memorial begins a steward sees and may nothing. Then they may: the pinned words, the pictures, follow requests,
 * tributes, ways to help, comments written since (rows of `hand` with role 4, given to each thread when something waits in
 * it), a keepsake (keepsake.h), and ask the administrators for removal. Never: letters, private mentions, changing or
 * deleting past posts, signing in.
 * Each act is listed and can be undone. Write verbs in a write transaction. */
#pragma once
#include "social/follow.h"
#include "social/memorial.h"
#include "social/way.h"

enum steward_state { STEWARD_ASKED, STEWARD_ACCEPTED, STEWARD_ENDED };
enum { STEWARDS_MAX = 3 };

struct steward {
        int64_t id, account, steward, named_by;
        enum steward_state state;
        int64_t ended_at, created_at;
};
/* A member here; whoever calls has checked the password. ERR_INPUT with fault_field name. */
MUST_USE enum err steward_name(struct cx *cx, const struct viewer *by, struct str name, int64_t *id);
/* An administrator, for a memorial that has begun. */
MUST_USE enum err steward_name_for(struct cx *cx, const struct viewer *by, int64_t memorial, struct str name, int64_t *id);
/* The one who was asked; ERR_MISSING for anybody else, and when it is over. */
MUST_USE enum err steward_answer(struct cx *cx, int64_t account, int64_t id, bool accept);
/* Either side; administrators also of a memorial. ERR_MISSING for others. Twice is once. */
MUST_USE enum err steward_end(struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err steward_end_between(struct cx *cx, int64_t a, int64_t b);
/* Asked and accepted ones, of the account or of the steward. */
MUST_USE enum err steward_list(struct cx *cx, int64_t account, bool mine, struct steward **ret, size_t *n);
/* The memorial, for a steward of it: ERR_MISSING for everybody else, and while it has not begun. */
MUST_USE enum err steward_must(struct cx *cx, int64_t steward, int64_t account, struct memorial **ret);
/* A comment began to wait beneath a post of a memorial: its stewards may sort it. */
MUST_USE enum err steward_cover(struct cx *cx, int64_t thread, int64_t account, int64_t since);
/* May somebody of this role sort this comment? Stewards only what was held since the memorial began. */
MUST_USE enum err steward_may_sort(struct cx *cx, int64_t thread, int64_t account, int64_t post, bool *ret);

/* ---- what they do ---- */

enum steward_verb {
        STEWARD_WORDS,
        STEWARD_AVATAR,
        STEWARD_HEADER,
        STEWARD_LET_IN,
        STEWARD_TURN_AWAY,
        STEWARD_SHOW,
        STEWARD_PUT_AWAY,
        STEWARD_WAYS,
        STEWARD_REMOVAL,
        STEWARD_VERBS_
};
struct steward_act {
        int64_t id, actor, subject, at, undone_at, undone_by;
        enum steward_verb verb;
        struct str was, became;
};
enum { STEWARD_ACTS = 100, TRIBUTE_MAX = 2000, TRIBUTES_WAITING = 3 /* of one writer */, TRIBUTES_LISTED = 200 };

MUST_USE enum err steward_words(struct cx *cx, const struct viewer *by, int64_t account, struct str words);
MUST_USE enum err steward_picture(struct cx *cx, const struct viewer *by, int64_t account, bool header,
                                  const struct account_picture *p, struct str shows);
MUST_USE enum err steward_request(struct cx *cx, const struct viewer *by, int64_t account, int64_t who, bool let_in);
MUST_USE enum err steward_removal(struct cx *cx, const struct viewer *by, int64_t account, struct str why);
/* The ways to help were `was`, and somebody changed them; called by way.c. Nothing is noted for a list as it was. */
MUST_USE enum err steward_ways(struct cx *cx, const struct viewer *by, int64_t account, const struct way *was, size_t n);
MUST_USE enum err steward_acts(struct cx *cx, int64_t memorial, struct steward_act **ret, size_t *n); /* newest first */
/* A steward of it. ERR_CONFLICT with a sentence: changed again since, or taken back already. */
MUST_USE enum err steward_undo(struct cx *cx, const struct viewer *by, int64_t account, int64_t act);
/* The memorial is taken back, and with it what its stewards did and who was named for it. */
MUST_USE enum err steward_undo_all(struct cx *cx, const struct viewer *by, const struct memorial *m);

/* ---- tributes ---- */

enum tribute_state { TRIBUTE_WAITS, TRIBUTE_SHOWN, TRIBUTE_AWAY };
struct tribute {
        int64_t id, account, writer, created_at;
        enum tribute_state state;
        struct str words;
};
/* A member here, for a memorial they may see. Their writer sees it, and whether it is shown, nothing else. ERR_INPUT. */
MUST_USE enum err tribute_write(struct cx *cx, const struct viewer *by, int64_t account, struct str words);
MUST_USE enum err tribute_take_back(struct cx *cx, const struct viewer *by, int64_t id); /* own ones, in every state */
MUST_USE enum err tribute_sort(struct cx *cx, const struct viewer *by, int64_t account, int64_t id, bool show);
/* In a state, oldest first; of `writer` alone when it is not 0. */
MUST_USE enum err tribute_list(struct cx *cx, int64_t account, enum tribute_state state, int64_t writer, struct tribute **ret,
                               size_t *n);
extern const struct stmt_list STEWARD_STATEMENTS, STEWARD_ACT_STATEMENTS, TRIBUTE_STATEMENTS;
