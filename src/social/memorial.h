/* Memorial accounts: the account of somebody who has died. People tell the administrators; two of them confirm (one where
 * there is one); the owner is mailed at once, and nothing is visible for seven days. Who signs in, or writes anything with the
 * account (a POST, PUT, PATCH or DELETE with a session or token of theirs, so that a phone that only reads by itself proves
 * nothing), is there: then it is over, and nobody but the administrators ever knows. Afterwards nobody signs in, no token
 * works, nothing is posted; stewards (steward.h) look after the profile. Administrators can take it back for thirty days, and
 * everything is as it was: sessions and tokens are refused meanwhile, not ended. Write verbs in a write transaction. */
#pragma once
#include "social/account.h"

enum memorial_state { MEMORIAL_TOLD, MEMORIAL_WAITS, MEMORIAL_BEGUN, MEMORIAL_OVER };
enum {
        MEMORIAL_WAIT_DAYS = 7,
        MEMORIAL_UNDO_DAYS = 30,
        MEMORIAL_PROOF_MAX = 2000,
        MEMORIAL_LINK_MAX = 500,
        MEMORIAL_BANNER_MAX = 100,
        MEMORIAL_WORDS_MAX = 1000,
        MEMORIAL_REPORTS_MAX = 20, /* about one account: more say nothing new */
        MEMORIAL_LISTED = 50
};

struct memorial {
        int64_t id, account;
        enum memorial_state state;
        int64_t first_by, first_at, second_by, begins_at, began_at;
        int64_t ended_at, ended_by; /* by 0: its owner was seen */
        struct str banner;          /* the chosen words; "": "In memory of" and the name */
        struct str words;           /* pinned beneath it */
        struct str removal;         /* why a steward asks that the account be removed; "": nobody does */
        int64_t removal_by, removal_at, created_at;
};
struct memorial_report {
        int64_t id, account /* 0: a visitor */, created_at;
        struct str name, email, words, link;
};

struct memorial_word {
        struct str name, email; /* of a visitor */
        struct str words, link;
};
/* Somebody tells. `target` is a person here: ERR_MISSING otherwise; ERR_INPUT with fault_field by_name, by_email, words or
 * link. The administrators get a mail at the first word about an account. */
MUST_USE enum err memorial_tell(struct cx *cx, const struct viewer *by, int64_t target, const struct memorial_word *w);

/* ---- administrators; ERR_DENIED for others, and for what is about themselves ---- */

/* An administrator confirms. *begins: 0 while another has to do so too. ERR_CONFLICT with a sentence: confirmed before, over
 * meanwhile. */
MUST_USE enum err memorial_confirm(struct cx *cx, const struct viewer *by, int64_t id, int64_t *begins);
/* It is not so; also while it waits. */
MUST_USE enum err memorial_dismiss(struct cx *cx, const struct viewer *by, int64_t id);
/* Within the thirty days. ERR_CONFLICT afterwards. */
MUST_USE enum err memorial_undo(struct cx *cx, const struct viewer *by, int64_t id);
/* The stewards' wish: the account is removed as if its owner had left; or it stays. */
MUST_USE enum err memorial_remove(struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err memorial_keep(struct cx *cx, const struct viewer *by, int64_t id);
/* How many administrators have to confirm this one. */
MUST_USE enum err memorial_needs(struct cx *cx, int64_t account, int *ret);
MUST_USE enum err memorial_get(struct cx *cx, int64_t id, struct memorial **ret); /* ERR_MISSING */
/* In this state, the newest first; at most MEMORIAL_LISTED. */
MUST_USE enum err memorial_list(struct cx *cx, enum memorial_state state, struct memorial **ret, size_t *n);
MUST_USE enum err memorial_reports(struct cx *cx, int64_t id, struct memorial_report **ret, size_t *n);

/* ---- what follows ---- */

/* The owner is there: what waits for its day is over. OK when nothing does. */
MUST_USE enum err memorial_seen(struct cx *cx, int64_t account);
/* A session or a token is about to be made, or a password set: ERR_DENIED with a sentence for a memorial, else as above. */
MUST_USE enum err memorial_sign_in(struct cx *cx, int64_t account);
/* The job "memorial_begin" {"memorial":"ID"}: its day has come. */
MUST_USE enum err memorial_begin_job(struct cx *cx, struct str payload);
/* Is this the account of somebody who has died? */
MUST_USE enum err memorial_is(struct cx *cx, int64_t account, bool *ret);
/* The one that has begun; ERR_MISSING. */
MUST_USE enum err memorial_of(struct cx *cx, int64_t account, struct memorial **ret);
/* "In memory of Ann", or the chosen words. */
struct str memorial_banner(struct arena *a, const struct memorial *m, const struct account *of);
MUST_USE enum err memorial_set_words(struct cx *cx, int64_t id, struct str words);
MUST_USE enum err memorial_set_removal(struct cx *cx, int64_t id, int64_t by, struct str why);

/* What a member would have stand there; "" for the usual. ERR_INPUT. */
MUST_USE enum err memorial_wish(struct cx *cx, int64_t account, struct str *ret);
MUST_USE enum err memorial_wish_set(struct cx *cx, int64_t account, struct str banner);
/* Words of a form without marks that do not show: ERR_INPUT with the field when they are more than `most` characters. */
MUST_USE enum err memorial_clean(struct cx *cx, const char *field, int most, struct str words, struct str *ret);
extern const struct stmt_list MEMORIAL_STATEMENTS, MEMORIAL_ADMIN_STATEMENTS;
