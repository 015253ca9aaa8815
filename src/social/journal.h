/* Journals: accounts here without a login, written by one to six owners who are equals. A journal is an account like any
 * other to readers, apps and servers; what it has beyond that is here. Owners act for it through a viewer of its own. */
#pragma once
#include "social/account.h"
#include "social/post.h"

/* Decides the posts' audience too: public or quiet; followers; followers and this server only. */
enum journal_reach { JOURNAL_PUBLIC, JOURNAL_APPROVAL, JOURNAL_HERE };
enum journal_state { JOURNAL_OPEN, JOURNAL_RESTING, JOURNAL_CLOSED };
enum {
        JOURNAL_OWNERS_MAX = 6,
        JOURNAL_INVITED_MAX = 6,  /* who have not answered */
        JOURNALS_OWNED_MAX = 20,  /* a person's: each has keys and an address, and costs a name */
        JOURNAL_BANNER_MAX = 300, /* characters */
        JOURNAL_MEMORY_MAX = 100,
        JOURNAL_DATE_MAX = 40,
        JOURNAL_END_DAYS = 14
};

struct journal {
        int64_t account;
        enum journal_reach reach;
        enum journal_state state;
        struct str banner, memory, memory_from, memory_to;
        bool signs, comments_closed;
        int64_t preset;            /* enum preset_id, a built-in one */
        int64_t hidden_at;         /* 0: it is not hidden */
        int64_t end_at, end_by;    /* it is deleted then; 0: nobody asked */
};

/* ERR_MISSING when the account is no journal. */
MUST_USE enum err journal_get(struct cx *cx, int64_t account, struct journal **ret);

/* What owners write into the form; checked by journal_create and journal_change. */
struct journal_form {
        struct str username;      /* only for a new one */
        struct str name, words;
        struct str memory, memory_from, memory_to; /* dates in own words, of any precision: "spring 1931" */
        struct str banner;
        struct str avatar_description;
        struct account_picture avatar;
        enum journal_reach reach;
        enum journal_state state;
        bool signs;
        int64_t preset;
};
/* The checks alone, before keys and pictures are made. ERR_INPUT with a sentence and its field. */
MUST_USE enum err journal_check(struct cx *cx, int64_t by, const struct journal_form *f, bool new);
/* The account, its row and its first owner, who follows it. In a write transaction. */
MUST_USE enum err journal_create(struct cx *cx, int64_t by, const struct journal_form *f, const struct account_keys *keys,
                                 int64_t *ret);
/* By an owner; ERR_MISSING for anybody else. What becomes narrower is narrower for posts to come. */
MUST_USE enum err journal_change(struct cx *cx, int64_t by, int64_t journal, const struct journal_form *f);
/* Any owner, at once. */
MUST_USE enum err journal_hide(struct cx *cx, int64_t by, int64_t journal, bool on);
MUST_USE enum err journal_close_comments(struct cx *cx, int64_t by, int64_t journal, bool on);

/* ---- owners ---- */

struct journal_owner {
        int64_t account, by, since;
        bool invited; /* has not answered */
        bool ends;    /* agrees that the journal is deleted */
};
/* Owners by the time they came, the invited last. */
MUST_USE enum err journal_owners(struct cx *cx, int64_t journal, struct journal_owner **ret, size_t *n);
MUST_USE enum err journal_owns(struct cx *cx, int64_t journal, int64_t account, bool *ret);
/* ERR_MISSING unless `account` is an owner of the journal. */
MUST_USE enum err journal_must_own(struct cx *cx, int64_t journal, int64_t account);
/* The journals somebody owns, or is invited to. */
MUST_USE enum err journal_list(struct cx *cx, int64_t account, bool invited, int64_t **ret, size_t *n);
/* A member here; they must accept. ERR_INPUT with a sentence. */
MUST_USE enum err journal_invite(struct cx *cx, int64_t by, int64_t journal, int64_t account);
/* What one of two asked the other, now that one blocked the other. */
MUST_USE enum err journal_uninvite_between(struct cx *cx, int64_t a, int64_t b);
/* The invited person says yes or no; an owner takes an invitation back with journal_uninvite. */
MUST_USE enum err journal_answer(struct cx *cx, int64_t account, int64_t journal, bool yes);
MUST_USE enum err journal_uninvite(struct cx *cx, int64_t by, int64_t journal, int64_t account);
/* ERR_INPUT for the last owner: somebody has to look after it, or it is deleted. */
MUST_USE enum err journal_leave(struct cx *cx, int64_t account, int64_t journal);
/* Asks for the end, or agrees with whoever asked. All owners agree: it ends now. */
MUST_USE enum err journal_end_ask(struct cx *cx, int64_t by, int64_t journal, bool *ended);
/* Any owner objects, also the one who asked. */
MUST_USE enum err journal_end_object(struct cx *cx, int64_t by, int64_t journal);
/* The job "journal_end" {"journal":"ID"}, when its day has come. */
MUST_USE enum err journal_end_job(struct cx *cx, struct str payload);

/* What a member says to a request: to their own, else to that of a journal they own. ERR_MISSING when there is none. */
MUST_USE enum err journal_let_in(struct cx *cx, int64_t owner, int64_t account);
MUST_USE enum err journal_turn_away(struct cx *cx, int64_t owner, int64_t account);
/* A member's account ends: journals that are theirs alone end with it. */
MUST_USE enum err journal_owner_goes(struct cx *cx, int64_t account);

/* ---- acting for it ---- */

/* The viewer of the journal that owns this post when `by` is one of its owners; ERR_MISSING otherwise. */
MUST_USE enum err journal_stand_in(struct cx *cx, const struct viewer *by, int64_t post, struct viewer *ret);
/* Publishes d into d->journal as its owner `by`; called by post_publish. `check`: nothing is stored, ret is untouched. */
MUST_USE enum err journal_publish(struct cx *cx, const struct viewer *by, const struct draft *d, bool check, struct post **ret);
/* Adds the signature to the rendered words: of a new post by this writer, of a stored post that is changed. */
MUST_USE enum err journal_sign_new(struct cx *cx, int64_t writer, struct markup *content);
MUST_USE enum err journal_sign(struct cx *cx, int64_t post, struct markup *content);
/* Photos that an owner took in are the journal's once they are in its post. */
MUST_USE enum err journal_take_media(struct cx *cx, int64_t post, int64_t journal);
/* What publishing asks of the journal's row; for post_publish. ERR_MISSING when the account is none. */
struct journal_author {
        struct str username, language;
        int64_t preset;
        enum audience audience;
        bool stopped;
};
MUST_USE enum err journal_author(struct cx *cx, int64_t account, int64_t writer, struct journal_author *ret);
/* Whether the journal of this thread is closed, for everybody: the sentence, else STR_NONE. Closed comments are the gate's
 * matter (comment.h). */
MUST_USE enum err journal_refuses(struct cx *cx, int64_t thread, struct str *ret);
/* Whoever is told when something concerns a journal: its owners. At most JOURNAL_OWNERS_MAX. */
MUST_USE enum err journal_told(struct cx *cx, int64_t account, int64_t *ret, size_t *n);

extern const struct stmt_list JOURNAL_STATEMENTS, JOURNAL_OWNER_STATEMENTS, JOURNAL_POST_STATEMENTS;
