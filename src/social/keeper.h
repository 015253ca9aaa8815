/* Keepers: people an author trusts with held comments for a while. The author appoints one by name and password, for a
 * post, a journal or all they write, until a day; the keeper has to accept. While it lasts the keeper has rows of `hand`
 * (switches.h) for every post of its scope, which is all that gives them sight; either side ends it at once. */
#pragma once
#include "social/post.h"

enum keeper_scope { KEEPER_POST, KEEPER_JOURNAL, KEEPER_ALL };
enum keeper_state { KEEPER_OFFERED, KEEPER_ACCEPTED, KEEPER_ENDED };
enum { KEEPER_DAYS = 30, KEEPER_DAYS_MAX = 366, KEEPERS_MAX = 10 /* at a time, of one author */, KEEPER_INVITE_DAYS = 14 };

struct keeper {
        int64_t id, author;
        int64_t keeper;  /* 0: invited by a link, not here yet */
        int64_t invite;  /* 0: none */
        enum keeper_scope scope;
        int64_t target;  /* the post, or the journal's account; 0 for all */
        bool letters, help;
        enum keeper_state state;
        int64_t ends_at, ended_at, ended_by, created_at;
};

struct keeper_draft {
        struct str name;  /* @name or name, of a member here; none: an invitation by link */
        enum keeper_scope scope;
        int64_t target;
        int64_t ends_at;
        bool letters, help;
};
/* Offers it; *link is the invitation's address when there is no name. Whoever calls has checked the author's password. In a
 * write transaction. ERR_INPUT with fault_field name, until or target; ERR_MISSING for a post or journal that is not theirs. */
MUST_USE enum err keeper_offer(struct cx *cx, const struct viewer *by, const struct keeper_draft *d, int64_t *id,
                               struct str *link);
/* The one who was asked answers; ERR_MISSING for anybody else, and when it is over. */
MUST_USE enum err keeper_answer(struct cx *cx, int64_t account, int64_t id, bool accept);
/* Either side, at once; ERR_MISSING for others. Ending what has ended is OK. */
MUST_USE enum err keeper_end(struct cx *cx, int64_t account, int64_t id);
/* All between two people, in both directions: one blocked the other. */
MUST_USE enum err keeper_end_between(struct cx *cx, int64_t a, int64_t b);
/* What this owner gave for a journal or its posts: they are no owner of it any more. */
MUST_USE enum err keeper_end_owner(struct cx *cx, int64_t owner, int64_t journal);
/* Of an account or a journal that is going to be deleted, on either side. */
MUST_USE enum err keeper_end_all(struct cx *cx, int64_t account);
/* Somebody joined by this invitation: if it asked for a keeper, they are the one asked. */
MUST_USE enum err keeper_joined(struct cx *cx, int64_t invite, int64_t account);

/* Grants of which `account` is a side, running and offered ones first, then ended ones, newest first. */
enum keeper_side { KEEPER_SIDE_AUTHOR, KEEPER_SIDE_KEEPER };
MUST_USE enum err keeper_list(struct cx *cx, int64_t account, enum keeper_side side, bool ended, struct keeper **ret, size_t *n);
/* For either side; ERR_MISSING. */
MUST_USE enum err keeper_get(struct cx *cx, int64_t account, int64_t id, struct keeper **ret);
/* Does this invitation ask for a keeper? ERR_MISSING when not. */
MUST_USE enum err keeper_of_invite(struct cx *cx, int64_t invite, struct keeper **ret);

/* What a keeper did in the author's threads and was not taken back: by enum comment_verb. */
enum { KEEPER_VERBS = 6 };
MUST_USE enum err keeper_counts(struct cx *cx, int64_t author, int64_t keeper, int64_t ret[KEEPER_VERBS]);

/* May this person read letters, or edit ways to help, as a keeper of this thread (0: of the journal)? */
MUST_USE enum err keeper_may_letters(struct cx *cx, int64_t thread, int64_t account, bool *ret);
MUST_USE enum err keeper_may_help(struct cx *cx, int64_t thread, int64_t journal, int64_t account, bool *ret);

/* A new post of somebody (or of a journal) whose keepers keep all of it. */
MUST_USE enum err keeper_cover(struct cx *cx, const struct post *root);
/* The jobs "keeper_fill" {"keeper":"ID","before":"POST"}: hands for posts that were there before; "keeper_end"
 * {"keeper":"ID"}: its day has come. */
MUST_USE enum err keeper_fill_job(struct cx *cx, struct str payload);
MUST_USE enum err keeper_end_job(struct cx *cx, struct str payload);
extern const struct stmt_list KEEPER_STATEMENTS, KEEPER_HAND_STATEMENTS;
