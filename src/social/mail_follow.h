/* Reading a journal by e-mail: people without an account here. They prove their address by a link, an owner lets them in
 * where the journal approves its followers, and each mail can be stopped by one press. Owners see names, never addresses.
 * Write verbs in a write transaction. */
#pragma once
#include "social/journal.h"

enum mail_follow_state { MAIL_UNPROVEN, MAIL_WAITS, MAIL_READS };
enum {
        MAIL_FOLLOW_NAME_MAX = 60,
        MAIL_FOLLOWERS_MAX = 1000,  /* of a journal: a circle, no mailing list */
        MAIL_FOLLOW_ASKS_A_DAY = 3, /* confirmations to one address for one journal */
        MAIL_FOLLOW_MAILS_A_DAY = 10, /* journals that write to one address to confirm it */
        MAIL_FOLLOW_DAYS = 2        /* until an unproven address is forgotten */
};

struct mail_follower {
        int64_t id, journal;
        struct str name, email, secret;
        enum mail_follow_state state;
};

/* Whether this journal can be read by mail at all: never one for this server only, and not where no mail leaves. */
bool mail_follow_possible(const struct cx *cx, const struct journal *j);
/* Somebody typed a name and an address. Whether they are known already is in the mail, not in the answer. ERR_INPUT with
 * a sentence and its field; ERR_LIMIT. */
MUST_USE enum err mail_follow_ask(struct cx *cx, const struct journal *j, struct str name, struct str email);
/* By the secret of a mail. ERR_MISSING: stopped, or never was. */
MUST_USE enum err mail_follow_get(struct cx *cx, struct str secret, struct mail_follower *ret);
MUST_USE enum err mail_follow_confirm(struct cx *cx, struct str secret, struct mail_follower *ret);
MUST_USE enum err mail_follow_stop(struct cx *cx, struct str secret);
/* For an owner: those who wait, or those who read, oldest first. */
MUST_USE enum err mail_follow_list(struct cx *cx, int64_t journal, enum mail_follow_state state, struct mail_follower **ret,
                                   size_t *n);
/* An owner lets one in, or takes one off (also declines). ERR_MISSING. */
MUST_USE enum err mail_follow_accept(struct cx *cx, int64_t journal, int64_t id);
MUST_USE enum err mail_follow_remove(struct cx *cx, int64_t journal, int64_t id);
/* A post of a journal is there: the job "journal_mail" {"post":"ID","after":"ID"} writes to its readers, a few at a time. */
MUST_USE enum err mail_follow_post(struct cx *cx, const struct post *p);
MUST_USE enum err mail_follow_job(struct cx *cx, struct str payload);
MUST_USE enum err mail_follow_tidy(struct cx *cx);
/* https://host/by-mail/SECRET */
struct str mail_follow_address(struct cx *cx, struct str secret);
extern const struct stmt_list MAIL_FOLLOW_STATEMENTS;
