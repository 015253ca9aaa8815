/* The pages of journals: what they show. */
#pragma once
#include "social/journal.h"
#include "social/mail_follow.h"
#include "social/way.h"
#include "web/form.h"
#include "web/profile.h"

/* A journal as a reader meets it. */
struct journal_page {
        struct profile profile; /* account, path, relation, posts */
        const struct journal *journal;
        struct account **owners;
        size_t n_owners;
        bool own; /* the reader is one of them */
        const struct way *ways; /* to help */
        size_t n_ways;
        bool by_mail; /* it can be read by e-mail */
};
/* The name of a person who is a member, as an owner, or as one who waits. */
struct journal_person {
        const struct account *account;
        struct journal_owner owner;
};
struct journal_care {
        const struct account *account;
        const struct journal *journal;
        struct str path;
        const struct journal_person *people;
        size_t n_people, n_owners;
        struct account **asking, **followers;
        size_t n_asking, n_followers;
        struct mail_follower *mail_waits, *mail_reads;
        size_t n_mail_waits, n_mail_reads;
        struct str who, error; /* of the form that invites */
        int64_t me;
        bool alone; /* the last owner */
        bool i_agree;
};
/* The form for a new one or a change. */
struct journal_words {
        struct str action, path;
        bool new;
        struct journal_form form;
        struct str error, wrong; /* wrong: the field the sentence is about */
        const struct account *account;
};
/* The sentence about this field of the form, if it is the one that was wrong. */
static inline struct str journal_wrong(const struct journal_words *w, const char *field)
{
        return str_eq(w->wrong, str_of(field)) ? w->error : STR_NONE;
}
struct journal_listed {
        const struct account *account;
        const struct journal *journal;
};

/* The journal under /@name as one of its owners works on it: ERR_MISSING for everybody else. */
MUST_USE enum err web_journal_own(struct req *rq, struct account **a, struct journal **j);
/* A copy of it in the folder journals/NAME/ of an archive, for an owner; a journal that is gone adds nothing. */
struct zip;
MUST_USE enum err web_journal_copy_into(struct cx *cx, int64_t owner, int64_t journal, struct zip *zip);
/* The page of /@name when the account is a journal; called by the profile's. */
MUST_USE enum err web_journal_show(struct req *rq, struct profile *f);
/* Whether this viewer may know of the journal at all: one for this server only is nobody else's business. */
MUST_USE enum err web_journal_met(struct req *rq, const struct account *a);
/* The journals of a member, as `by` may meet them. */
MUST_USE enum err web_journal_list(struct req *rq, int64_t account, bool invited, struct journal_listed **ret, size_t *n);
