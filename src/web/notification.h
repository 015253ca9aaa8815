/* Notifications: what their page shows. */
#pragma once
#include "social/notification.h"
#include "web/profile.h"
#include "web/reminder.h"

struct told {
        struct notification n;
        const struct account *sender;
        const struct card *card; /* NULL: about no post */
        bool journal;            /* about a journal of theirs, not about themselves */
};
struct kind_choice {
        const char *slug, *word;
        uint32_t kinds; /* 1 << kind; 0: all */
};
extern const struct kind_choice KIND_CHOICES[];
extern const size_t KIND_CHOICES_COUNT;

/* "BEFORE name AFTER", and where it is answered. */
struct told_line {
        const char *before, *after;
        struct str name, href;
};

struct told_page {
        struct reminder_line *reminders; /* whose day has come */
        size_t n_reminders;
        const struct told *v;
        size_t n;
        size_t here; /* of KIND_CHOICES */
        struct account **requests;
        size_t n_requests;
        bool journals_asked; /* some of these ask to follow a journal of theirs */
        const struct told_line *asked; /* what waits for an answer */
        size_t n_asked;
        bool strangers; /* wait apart */
        bool letters; /* wait in the quiet inbox */
        struct pager pager;
        bool paged;
};
/* Whom the policy about strangers keeps apart. */
struct stranger_row {
        int64_t id;
        const struct account *who;
        const struct card *card; /* the last they wrote; NULL: they followed, say */
};
struct strangers_page {
        struct stranger_row *v;
        size_t n;
        struct pager pager;
};
/* Invitations, and what is asked of journals and memorials that are theirs to look after. */
MUST_USE enum err web_told_asked(struct req *rq, const struct told_line **ret, size_t *n);
/* What happened, in words after the sender's name. */
struct str told_words(const struct told *t);
