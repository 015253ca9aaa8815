/* Notifications: what their page shows. */
#pragma once
#include "social/notification.h"
#include "web/profile.h"
#include "web/reminder.h"

struct told {
        struct notification n;
        const struct account *sender;
        const struct card *card; /* NULL: about no post */
};
struct kind_choice {
        const char *slug, *word;
        uint32_t kinds; /* 1 << kind; 0: all */
};
extern const struct kind_choice KIND_CHOICES[];
extern const size_t KIND_CHOICES_COUNT;

struct told_page {
        struct reminder_line *reminders; /* whose day has come */
        size_t n_reminders;
        const struct told *v;
        size_t n;
        size_t here; /* of KIND_CHOICES */
        struct account **requests;
        size_t n_requests;
        bool asked_to_write; /* as a co-author */
        bool asked_to_own;   /* a journal */
        bool asked_to_look_after;
        bool strangers; /* wait apart */
        bool letters; /* wait in the quiet inbox */
        bool asked_to_keep; /* somebody would like them as a keeper */
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
/* What happened, in words after the sender's name. */
struct str told_words(const struct told *t);
