/* Reminders to write: what their pages and lines show. */
#pragma once
#include "social/reminder.h"
#include "web/card.h"
#include "web/form.h"

enum { REMINDER_CHOICES = 6 };
extern const struct web_option REMINDER_AFTER[REMINDER_CHOICES];

struct reminder_line {
        const struct reminder *r;
        const struct account *author;
        struct str path; /* of the post */
};
struct reminders_page {
        struct reminder_line *due, *later;
        size_t n_due, n_later;
};
struct reminder_form {
        const struct card *card;
        struct str path, after, date, error, date_error;
        struct str first_day; /* that can be chosen */
        int64_t at;           /* of the reminder there is; 0: none */
        bool may;
};
struct req;
struct login;
/* Those whose day has come, for Home and the notifications: none in quiet time, nor before its end was looked at.
 * `held`: those that wait because of it. Costs nothing for people without reminders. */
MUST_USE enum err web_reminders_due(struct req *rq, const struct login *me, bool held, struct reminder_line **ret, size_t *n);
