/* The table of jobs: see jobs.h. */
#include "server/jobs.h"
#include "api/push.h"
#include "fedi/deliver_job.h"
#include "fedi/forward.h"
#include "fedi/inbox_job.h"
#include "fedi/link_proof.h"
#include "fedi/sync.h"
#include "lib/base/log.h"
#include "server/export.h"
#include "social/app.h"
#include "social/comment.h"
#include "social/digest.h"
#include "social/export.h"
#include "social/far_file.h"
#include "social/home.h"
#include "social/import.h"
#include "social/journal.h"
#include "social/keeper.h"
#include "social/leave.h"
#include "social/link_card.h"
#include "social/link_take.h"
#include "social/login.h"
#include "social/mail_follow.h"
#include "social/mailing.h"
#include "social/media_sweep.h"
#include "social/media_take.h"
#include "social/memorial.h"
#include "social/mute.h"
#include "social/poll.h"
#include "social/push_send.h"
#include "social/remember.h"
#include "social/reminder.h"
#include "social/scheduled.h"
#include "social/sent.h"
#include "social/session.h"
#include "social/severance.h"
#include "social/suspended.h"
#include "social/tidy.h"
#include "social/waiting.h"
#include "web/keepsake.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, THREADS = 8 };

static enum err home_add_rest(struct cx *cx, void *payload)
{
        return home_add_job(cx, *(struct str *)payload);
}

static enum err run_home_add(struct job *job)
{
        return job_end(job, home_add_rest, &job->payload);
}

static enum err home_beside_rest(struct cx *cx, void *payload)
{
        return home_beside_job(cx, *(struct str *)payload);
}

static enum err run_home_beside(struct job *job)
{
        return job_end(job, home_beside_rest, &job->payload);
}

static enum err sent_left_rest(struct cx *cx, void *payload)
{
        return sent_left_job(cx, *(struct str *)payload);
}

static enum err run_sent_left(struct job *job)
{
        return job_end(job, sent_left_rest, &job->payload);
}

static enum err run_media_trash(struct job *job)
{
        int64_t n;
        do
                TRY(media_empty_trash(job->cx, &n));
        while (n && !job_must_stop(job));
        return OK;
}

static enum err run_media_sweep(struct job *job)
{
        struct sweep_count n;
        TRY(media_sweep(job->cx, job->stopping, &n));
        log_event(n.missing || n.doubtful ? LOG_WARN : LOG_INFO, "media_sweep",
                  LOG_N("files", n.files), LOG_N("removed", n.removed), LOG_N("missing", n.missing),
                  LOG_N("forgotten", n.forgotten), LOG_N("doubtful", n.doubtful));
        return OK;
}

static enum err comment_undo_rest(struct cx *cx, void *payload)
{
        return comment_undo_job(cx, *(struct str *)payload);
}

static enum err run_comment_undo(struct job *job)
{
        return job_end(job, comment_undo_rest, &job->payload);
}

static enum err poll_end(struct cx *cx, void *payload)
{
        return poll_end_job(cx, *(struct str *)payload);
}

static enum err poll_stands(struct cx *cx, void *payload)
{
        return poll_news_job(cx, *(struct str *)payload);
}

static enum err run_poll_news(struct job *job)
{
        return job_end(job, poll_stands, &job->payload);
}

static enum err comment_show_pile_rest(struct cx *cx, void *payload)
{
        return comment_show_pile_job(cx, *(struct str *)payload);
}

static enum err run_comment_show_pile(struct job *job)
{
        return job_end(job, comment_show_pile_rest, &job->payload);
}

static enum err run_poll_end(struct job *job)
{
        return job_end(job, poll_end, &job->payload);
}

static enum err leave(struct cx *cx, void *payload)
{
        return leave_job(cx, *(struct str *)payload);
}

static enum err run_leave(struct job *job)
{
        return job_end(job, leave, &job->payload);
}

static enum err digest(struct cx *cx, void *payload)
{
        return digest_job(cx, *(struct str *)payload);
}

static enum err run_digest(struct job *job)
{
        return job_end(job, digest, &job->payload);
}

static enum err remind(struct cx *cx, void *payload)
{
        return reminder_job(cx, *(struct str *)payload);
}

static enum err run_remind(struct job *job)
{
        return job_end(job, remind, &job->payload);
}

static enum err keeper_fill_rest(struct cx *cx, void *payload)
{
        return keeper_fill_job(cx, *(struct str *)payload);
}

static enum err run_keeper_fill(struct job *job)
{
        return job_end(job, keeper_fill_rest, &job->payload);
}

static enum err keeper_day(struct cx *cx, void *payload)
{
        return keeper_end_job(cx, *(struct str *)payload);
}

static enum err run_keeper_end(struct job *job)
{
        return job_end(job, keeper_day, &job->payload);
}

static enum err memorial_begin(struct cx *cx, void *payload)
{
        return memorial_begin_job(cx, *(struct str *)payload);
}

static enum err run_memorial_begin(struct job *job)
{
        return job_end(job, memorial_begin, &job->payload);
}

static enum err remember_day(struct cx *cx, void *payload)
{
        return remember_job(cx, *(struct str *)payload);
}

static enum err run_remember(struct job *job)
{
        return job_end(job, remember_day, &job->payload);
}

static enum err mail_of_day(struct cx *cx, void *payload)
{
        return remember_mail_job(cx, *(struct str *)payload);
}

static enum err run_remember_mail(struct job *job)
{
        return job_end(job, mail_of_day, &job->payload);
}

static enum err publish(struct cx *cx, void *payload)
{
        return scheduled_publish_job(cx, *(struct str *)payload);
}

static enum err run_publish(struct job *job)
{
        return job_end(job, publish, &job->payload);
}

static enum err journal_end(struct cx *cx, void *payload)
{
        return journal_end_job(cx, *(struct str *)payload);
}

static enum err run_journal_end(struct job *job)
{
        return job_end(job, journal_end, &job->payload);
}

static enum err send_waiting(struct cx *cx, void *payload)
{
        return waiting_send_job(cx, *(struct str *)payload);
}

static enum err run_send(struct job *job)
{
        return job_end(job, send_waiting, &job->payload);
}

static enum err journal_mail(struct cx *cx, void *payload)
{
        return mail_follow_job(cx, *(struct str *)payload);
}

static enum err run_journal_mail(struct job *job)
{
        return job_end(job, journal_mail, &job->payload);
}

/* One after the other, each in a transaction of its own: a long one would make every other write
 * wait. */
static enum err tidy_media(struct cx *cx, void *arg)
{
        return media_tidy(cx, arg);
}
#define TIDY(noun)                                                                                 \
        static enum err tidy_##noun(struct cx *cx, void *arg)                                      \
        {                                                                                          \
                (void)arg;                                                                         \
                return noun##_tidy(cx);                                                            \
        }
TIDY(app)
TIDY(export)
TIDY(home)
TIDY(import)
TIDY(job)
TIDY(leave)
TIDY(login)
TIDY(mail_follow)
TIDY(mute)
TIDY(push)
TIDY(session)
TIDY(suspended)

static enum err run_mute_end(struct job *job)
{
        return job_end(job, tidy_mute, NULL);
}

static enum err tidy_rest(struct cx *cx, void *arg)
{
        (void)arg;
        return tidy_rows(cx);
}

static enum err tidy_fedi(struct cx *cx, void *arg)
{
        (void)arg;
        return fedi_tidy(cx);
}

static enum err tidy_far_files(struct cx *cx, void *arg)
{
        (void)arg;
        return far_file_tidy(cx);
}

static enum err tidy_links(struct cx *cx, void *arg)
{
        return link_card_tidy(cx, arg);
}

static enum err sweep_exports(struct cx *cx, void *arg)
{
        (void)arg;
        return export_sweep(cx);
}

static enum err run_tidy(struct job *job)
{
        static enum err (*const steps[])(struct cx *, void *) = {
                tidy_app,     tidy_export,    tidy_home,        tidy_import,    tidy_job,
                tidy_leave,   tidy_login,     tidy_mail_follow, tidy_mute,      tidy_push,
                tidy_session, tidy_suspended, tidy_fedi,        tidy_far_files, tidy_rest};
        int64_t dropped;
        for (size_t i = 0; i < countof(steps) && !job_must_stop(job); i++)
                TRY(cx_write(job->cx, steps[i], NULL));
        TRY(cx_read(job->cx, sweep_exports, NULL));
        do
                TRY(cx_write(job->cx, tidy_media, &dropped));
        while (dropped && !job_must_stop(job));
        do
                TRY(cx_write(job->cx, tidy_links, &dropped));
        while (dropped && !job_must_stop(job));
        return OK;
}

/* Deliveries of one kind are put down one after the other, so that none overtakes the one before.
 */
#define DELIVERY(noun)                                                                             \
        {                                                                                          \
                .name = "deliver_" #noun, .run = deliver_##noun##_job, .max_attempts = 20,         \
                .at_once = 1                                                                       \
        }

/* What asks other servers waits for them most of the time: a few at once of each, never all
 * threads. */
static const struct job_kind kinds[] = {
        DELIVERY(comment_answer),
        DELIVERY(forward),
        DELIVERY(gone),
        DELIVERY(mark),
        DELIVERY(move),
        DELIVERY(post),
        DELIVERY(profile),
        DELIVERY(quote_answer),
        DELIVERY(quote_revoked),
        DELIVERY(relation),
        DELIVERY(report),
        DELIVERY(request_answer),
        {.name = "deliver_tidy",
         .run = deliver_tidy_job,
         .at_once = 1,
         .every_ms = MINUTE,
         .ends_old = true},
        DELIVERY(vote),
        {.name = "account_erase", .run = account_erase_run, .max_attempts = 10, .at_once = 1},
        {.name = "digest", .run = run_digest, .max_attempts = 10},
        {.name = "remind", .run = run_remind, .max_attempts = 10},
        {.name = "comment_show_pile",
         .run = run_comment_show_pile,
         .max_attempts = 10,
         .at_once = 1},
        {.name = "comment_undo", .run = run_comment_undo, .max_attempts = 10, .at_once = 1},
        {.name = "export",
         .run = export_run,
         .max_attempts = 5,
         .timeout_ms = HOUR, /* many photos on a slow disk */
         .at_once = 1},
        {.name = "far_account",
         .run = far_account_run,
         .max_attempts = 2,
         .timeout_ms = 5 * MINUTE,
         .at_once = 1},
        {.name = "home_add", .run = run_home_add, .max_attempts = 10},
        {.name = "sent_left", .run = run_sent_left, .max_attempts = 10},
        {.name = "home_beside", .run = run_home_beside, .max_attempts = 10},
        {.name = "import",
         .run = import_run,
         .max_attempts = 20,
         .timeout_ms = HOUR, /* people of slow servers */
         .at_once = 2},
        {.name = "inbox",
         .run = inbox_job_run,
         .max_attempts = 6,
         .timeout_ms = 6 * MINUTE,
         .at_once = 3},
        {.name = "leave", .run = run_leave, .max_attempts = 10},
        {.name = "journal_end", .run = run_journal_end, .max_attempts = 10},
        {.name = "journal_mail", .run = run_journal_mail, .max_attempts = 10, .at_once = 1},
        {.name = "mail",
         .run = mailing_run,
         .max_attempts = 10,
         .timeout_ms = 2 * MINUTE,
         .retry_ms = MINUTE,
         .at_once = 2},
        {.name = "link_card", .run = link_card_run, .max_attempts = 3, .at_once = 2},
        {.name = "media_sweep",
         .run = run_media_sweep,
         .max_attempts = 3,
         .timeout_ms = HOUR, /* a million files on a slow disk */
         .at_once = 1,
         .every_ms = 24 * HOUR,
         .ends_old = true},
        {.name = "keeper_end", .run = run_keeper_end, .max_attempts = 20},
        {.name = "keeper_fill", .run = run_keeper_fill, .max_attempts = 10},
        {.name = "keepsake",
         .run = web_keepsake_run,
         .max_attempts = KEEPSAKE_TRIES,
         .timeout_ms = HOUR,
         .at_once = 1}, /* it reads much from the disk, and is in no hurry */
        {.name = "media_trash", .run = run_media_trash, .at_once = 1, .every_ms = 10 * SECOND},
        {.name = "memorial_begin", .run = run_memorial_begin, .max_attempts = 20},
        {.name = "move_followers", .run = move_followers_run, .max_attempts = 10, .at_once = 1},
        {.name = "mute_end", .run = run_mute_end, .max_attempts = 10},
        {.name = "note_rest",
         .run = note_rest_run,
         .max_attempts = 3,
         .timeout_ms = 6 * MINUTE,
         .at_once = 2},
        {.name = "poll_end", .run = run_poll_end, .max_attempts = 10},
        {.name = "poll_news", .run = run_poll_news, .max_attempts = 10},
        {.name = "prove_links",
         .run = link_proof_run,
         .max_attempts = 5,
         .timeout_ms = 2 * MINUTE,
         .retry_ms = 10 * MINUTE,
         .at_once = 1},
        {.name = "publish", .run = run_publish, .max_attempts = 10},
        {.name = "push", .run = api_push_run, .max_attempts = 5, .at_once = 4},
        {.name = "remember", .run = run_remember, .max_attempts = 20},
        {.name = "remember_mail", .run = run_remember_mail, .max_attempts = 10, .at_once = 1},
        {.name = "send", .run = run_send, .max_attempts = 10},
        {.name = "sever", .run = severance_run, .max_attempts = 20, .at_once = 1},
        {.name = "sync_followers",
         .run = sync_run,
         .max_attempts = 3,
         .timeout_ms = 2 * MINUTE,
         .at_once = 1},
        {.name = "thread",
         .run = thread_run,
         .max_attempts = 2,
         .timeout_ms = 6 * MINUTE,
         .at_once = 2},
        {.name = "tidy", .run = run_tidy, .at_once = 1, .every_ms = HOUR, .ends_old = true},
};

enum err jobs_open(struct instance *instance, struct workers **ret)
{
        struct worker_settings s = {
                .kinds = kinds, .n_kinds = countof(kinds), .threads = THREADS, .alone = true};
        s.db = instance->reader;
        TRY(workers_open(instance, &s, ret));
        __atomic_store_n(&instance->workers, *ret, __ATOMIC_RELEASE); /* the writer runs already */
        return OK;
}

enum err jobs_count(struct cx *cx, struct job_counts *ret)
{
        *ret = (struct job_counts){0};
        for (size_t i = 0; i < countof(kinds); i++) {
                struct job_counts one;
                TRY(job_count(cx, kinds[i].name, &one));
                ret->waiting += one.waiting;
                if (one.late_ms > ret->late_ms)
                        ret->late_ms = one.late_ms;
        }
        return OK;
}
