/* Remembered days: nothing old is shown unasked. A person asks for a day, a month or a season to come back each year, in
 * their own words: as a note to themselves, pinned to their profile (or a journal of theirs) meanwhile, by mail to those who
 * asked for that. A day begins at midnight where the person lives; a month and a season on their first day. In quiet time
 * all of it waits for a choice. Off in one tap. Write verbs in a write transaction. */
#pragma once
#include "social/mail_follow.h"

enum day_length { LENGTH_DAY, LENGTH_MONTH, LENGTH_SEASON, LENGTHS_ };
enum {
        DAYS_MAX = 50, /* of one person */
        DAY_NAME_MAX = 100,
        DAY_WORDS_MAX = 500,
        DAY_ASKED_MAX = 1000, /* for the days of one profile or journal: a circle, no mailing list */
        DAY_MAIL_HOUR = 8     /* mails leave in the morning of who asked for the day, not at midnight */
};

struct remembered_day {
        int64_t id, account, subject;
        struct str name, words;
        enum day_length length;
        int month, day; /* a season's first month */
        bool south;     /* its seasons are those south of the equator */
        int64_t post;   /* chosen to stand with the words; 0: none */
        bool note, pinned, mail;
        bool on, waits, put_away;
        int64_t came_at, ends_at;
};
/* "3 May", "May", "Spring". */
struct str day_words(struct arena *a, const struct remembered_day *d);
/* The month a season begins with: 3, 6, 9 or 12. */
const char *season_name(int month, bool south);

MUST_USE enum err remember_list(struct cx *cx, int64_t account, struct remembered_day **ret, size_t *n);
MUST_USE enum err remember_get(struct cx *cx, int64_t account, int64_t id, struct remembered_day *ret); /* ERR_MISSING */
/* A new one (id 0, *id is its id) or a change; it is on then. ERR_INPUT with a sentence and its field: name, words, day,
 * how; ERR_MISSING for a journal or post that is not theirs. */
MUST_USE enum err remember_put(struct cx *cx, const struct viewer *by, const struct remembered_day *d, int64_t *id);
MUST_USE enum err remember_switch(struct cx *cx, int64_t account, int64_t id, bool on);
MUST_USE enum err remember_drop(struct cx *cx, int64_t account, int64_t id);
/* The note, for this time. */
MUST_USE enum err remember_put_away(struct cx *cx, int64_t account, int64_t id);
/* When it comes next, or began when it is there now. */
MUST_USE enum err remember_next(struct cx *cx, const struct remembered_day *d, int64_t *from, int64_t *until);

/* Notes for this person now; asked where login.remembers says that there is one. */
MUST_USE enum err remember_today(struct cx *cx, int64_t account, struct remembered_day **ret, size_t *n);
/* What is pinned to this profile or journal now. */
MUST_USE enum err remember_shown(struct cx *cx, int64_t subject, struct remembered_day **ret, size_t *n);
/* What came in quiet time; brought in, or let pass. */
MUST_USE enum err remember_waiting(struct cx *cx, int64_t account, struct remembered_day **ret, size_t *n);
MUST_USE enum err remember_choose(struct cx *cx, int64_t account, int64_t id, bool bring_in);

/* The jobs "remember" {"day":"ID"}: it begins or ends; and "remember_mail" {"day":"ID","after":"ID"}. */
MUST_USE enum err remember_job(struct cx *cx, struct str payload);
MUST_USE enum err remember_mail_job(struct cx *cx, struct str payload);
MUST_USE enum err remember_mail(struct cx *cx, const struct remembered_day *d, int64_t at);

/* ---- asking for the mails ---- */

/* Is there a day of this profile or journal that is told by mail? */
MUST_USE enum err day_mails(struct cx *cx, int64_t subject, bool *ret);
/* A follower here asks, or no longer does. ERR_INPUT with a sentence: not a follower, too many. */
MUST_USE enum err day_ask(struct cx *cx, const struct viewer *by, int64_t subject, bool on);
MUST_USE enum err day_asks(struct cx *cx, int64_t account, int64_t subject, bool *ret);
/* The same for a reader by mail, who has proven the address and was let in. */
MUST_USE enum err day_ask_reader(struct cx *cx, const struct mail_follower *f, bool on);
MUST_USE enum err day_reader_asks(struct cx *cx, int64_t reader, bool *ret);
/* By the address in a mail: whose days; ERR_MISSING when it was stopped. Stopping twice is once. */
MUST_USE enum err day_look(struct cx *cx, struct str secret, int64_t *subject);
MUST_USE enum err day_stop(struct cx *cx, struct str secret);
extern const struct stmt_list REMEMBER_STATEMENTS, REMEMBER_MAIL_STATEMENTS;
