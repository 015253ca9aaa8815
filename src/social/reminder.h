/* Reminders to write: a friend who read a post asks to be reminded, later, of writing again. It shows a name and a date,
 * never words or photos. It ends with the post, when its author asks for none, and while a journal rests. */
#pragma once
#include "lib/text/zone.h"
#include "social/audience.h"

enum { REMINDERS_MAX = 200, REMINDERS_SHOWN = 20, REMINDER_YEARS_MAX = 5 };

struct reminder {
        int64_t id, post, at;
        int64_t author, written_at; /* of the post */
        bool letters;               /* one can be written */
};
/* Whether this post may be reminded of: not one's own, one that starts a thread, and neither its author nor a journal
 * that rests says no. */
MUST_USE enum err reminder_may(struct cx *cx, const struct viewer *by, int64_t post, bool *ret);
/* At this time; another one for the same post is moved. ERR_MISSING; ERR_INPUT with a sentence: a day that is over or too
 * far away, a post that takes none, too many. In a write transaction, like all that changes. */
MUST_USE enum err reminder_set(struct cx *cx, const struct viewer *by, int64_t post, int64_t at);
/* Done, or not wanted any more; OK when there is none. */
MUST_USE enum err reminder_end(struct cx *cx, int64_t account, int64_t post);
/* When that of this post is; 0: there is none. */
MUST_USE enum err reminder_get(struct cx *cx, int64_t account, int64_t post, int64_t *at);
/* Those whose day has come, oldest first; none is known from login.remind_next alone. */
MUST_USE enum err reminder_due(struct cx *cx, const struct viewer *by, struct reminder **ret, size_t *n);
/* All that are to come, soonest first. */
MUST_USE enum err reminder_list(struct cx *cx, const struct viewer *by, struct reminder **ret, size_t *n);
/* Whether they come by mail, too. */
MUST_USE enum err reminder_set_mail(struct cx *cx, int64_t account, bool on);
/* "2w", "1m", "3m", "6m", "12m" from now, as the day begins where the person lives; false for anything else. */
bool reminder_after(const struct zone *z, int64_t now, struct str choice, int64_t *ret);
/* The job "remind", {"reminder":"ID"}: its day has come. In quiet time nothing is sent. */
MUST_USE enum err reminder_job(struct cx *cx, struct str payload);
/* For the mail: whose post, of when. ERR_MISSING when it is over meanwhile. */
MUST_USE enum err reminder_for_mail(struct cx *cx, int64_t account, int64_t id, struct reminder *ret);
extern const struct stmt_list REMINDER_STATEMENTS;
