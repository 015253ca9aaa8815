/* What administrators do about memorial accounts: confirming, dismissing, taking back, removing.
 * Each is in the log. Called by /moderation/memorials. Two who press at once are one after the
 * other in the writer, and the second finds what the first did. */
#include "social/audit.h"
#include "social/leave.h"
#include "social/login.h"
#include "social/mailing.h"
#include "social/memorial_parts.h"
#include "social/outbox_relation.h"
#include "social/steward.h"
#include "store/job.h"

/* Once for each time an administrator looks. */
static const struct stmt COUNT = {
        .name = "memorial_count_admins",
        .text = "SELECT COUNT(*) FROM login l JOIN account a ON a.id = l.account WHERE l.role = 2 "
                "AND l.disabled = 0 AND a.suspended_at IS NULL AND a.memorial = 0 AND l.account <> "
                "$1",
        .in = "i",
        .out = "i",
        .scans = true,
};
static const struct stmt FIRST = {
        .name = "memorial_first",
        .text = "UPDATE memorial SET first_by = $2, first_at = $3 WHERE id = $1 AND state = 0 AND "
                "first_by = 0",
        .in = "iii",
};
static const struct stmt WAIT = {
        .name = "memorial_wait",
        .text = "UPDATE memorial SET state = 1, second_by = $2, begins_at = $3 WHERE id = $1 AND "
                "state = 0",
        .in = "iii",
};
static const struct stmt LOGIN_AT = {
        .name = "memorial_login_at",
        .text = "UPDATE login SET memorial_at = $2 WHERE account = $1",
        .in = "ii",
};
static const struct stmt END = {
        .name = "memorial_end",
        .text = "UPDATE memorial SET state = 3, ended_at = $2, ended_by = $3 WHERE id = $1 AND "
                "state < 3",
        .in = "iii",
};
static const struct stmt UNMARK = {
        .name = "memorial_unmark",
        .text = "UPDATE account SET memorial = 0 WHERE id = $1",
        .in = "i",
};

static enum err open_for(struct cx *cx, const struct viewer *by, int64_t id, struct memorial **ret)
{
        TRY(memorial_get(cx, id, ret));
        if (by->role != ROLE_OWNER)
                return fail(cx, ERR_DENIED, "This is for administrators.");
        if ((*ret)->account == by->account)
                return fail(cx, ERR_DENIED, "Nobody decides about themselves.");
        return OK;
}

static enum err note(struct cx *cx, const struct viewer *by, const char *act,
                     const struct memorial *m)
{
        struct account *a;
        TRY(account_get(cx, m->account, &a));
        return audit_note(cx, by, act, a->id, account_acct(cx->arena, a));
}

enum err memorial_needs(struct cx *cx, int64_t account, int *ret)
{
        struct row r;
        TRY(db_one(cx->db, &COUNT, NULL, BIND(V(account)), &r));
        *ret = row_int(&r) > 1 ? 2 : 1;
        return row_end(&r);
}

/* ---- confirming ---- */

static enum err ask_owner(struct cx *cx, const struct memorial *m)
{
        struct account *a;
        TRY(account_get(cx, m->account, &a));
        struct str url = cx->settings->url;
        struct mailing mail = {.account = m->account, .subject = S("Are you there?")};
        mail.text = str_fmt(cx->arena,
                            "We were told that the person behind @%.*s has died, and have reason "
                            "to believe it. If you read this as that person: sign in within %d "
                            "days, or write anything with your account. Then all stays as it is, "
                            "and nobody is told.\n\n%.*s/sign-in\n\nOtherwise the account is kept "
                            "in memory of them from then on.",
                            STR_ARG(a->username), MEMORIAL_WAIT_DAYS, STR_ARG(url));
        return mailing_add(cx, &mail, STR_NONE);
}

static enum err wait(struct cx *cx, const struct memorial *m, int64_t second, int64_t *begins)
{
        struct str id = str_fmt(cx->arena, "%lld", (long long)m->account);
        *begins = cx_now(cx) + MEMORIAL_WAIT_DAYS * MEMORIAL_DAY_MS;
        TRY(db_run(cx->db, &WAIT, BIND(V(m->id), V(second), V(*begins)), NULL));
        TRY(db_run(cx->db, &LOGIN_AT, BIND(V(m->account), V(*begins)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, m->account, 0);
        TRY(job_add(cx, "memorial_begin",
                    str_fmt(cx->arena, "{\"memorial\":\"%lld\"}", (long long)m->id), id, *begins));
        return ask_owner(cx, m);
}

enum err memorial_confirm(struct cx *cx, const struct viewer *by, int64_t id, int64_t *begins)
{
        struct memorial *m;
        int needs;
        *begins = 0;
        TRY(open_for(cx, by, id, &m));
        if (m->state == MEMORIAL_OVER)
                return fail(cx, ERR_CONFLICT, "This is over: they were seen, or it was not so.");
        if (m->state != MEMORIAL_TOLD)
                return fail(cx, ERR_CONFLICT, "This has been confirmed already.");
        TRY(memorial_needs(cx, m->account, &needs));
        if (m->first_by == by->account && needs > 1)
                return fail(cx, ERR_CONFLICT,
                            "You have confirmed it. Another administrator has to do so too.");
        TRY(note(cx, by, "memorial_confirmed", m));
        if (!m->first_by) {
                TRY(db_run(cx->db, &FIRST, BIND(V(id), V(by->account), V(cx_now(cx))), NULL));
                if (needs > 1)
                        return OK;
        }
        return wait(cx, m, m->first_by && m->first_by != by->account ? by->account : 0, begins);
}

/* ---- ending ---- */

static enum err end(struct cx *cx, const struct viewer *by, const struct memorial *m)
{
        TRY(db_run(cx->db, &END, BIND(V(m->id), V(cx_now(cx)), V(by->account)), NULL));
        TRY(db_run(cx->db, &LOGIN_AT, BIND(V(m->account), V(0)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, m->account, 0);
        return job_cancel(cx, "memorial_begin", str_fmt(cx->arena, "%lld", (long long)m->account));
}

enum err memorial_dismiss(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct memorial *m;
        TRY(open_for(cx, by, id, &m));
        if (m->state == MEMORIAL_BEGUN)
                return fail(cx, ERR_CONFLICT, "It has begun. You can take it back.");
        if (m->state == MEMORIAL_OVER)
                return OK;
        TRY(note(cx, by, "memorial_dismissed", m));
        return end(cx, by, m);
}

enum err memorial_undo(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct memorial *m;
        TRY(open_for(cx, by, id, &m));
        if (m->state == MEMORIAL_OVER)
                return OK;
        if (m->state != MEMORIAL_BEGUN)
                return fail(cx, ERR_CONFLICT, "It has not begun.");
        if (cx_now(cx) - m->began_at > MEMORIAL_UNDO_DAYS * MEMORIAL_DAY_MS)
                return fail(cx, ERR_CONFLICT,
                            "The %d days in which this can be taken back are "
                            "over.",
                            MEMORIAL_UNDO_DAYS);
        TRY(note(cx, by, "memorial_undone", m));
        TRY(steward_undo_all(cx, by, m));
        TRY(db_run(cx->db, &UNMARK, BIND(V(m->account)), NULL));
        TRY(end(cx, by, m));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, m->account, 0);
        cx_event(cx, EVENT_EVERYTHING, 0, 0);
        return outbox_profile(cx, m->account);
}

/* ---- removal ---- */

enum err memorial_remove(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct memorial *m;
        TRY(open_for(cx, by, id, &m));
        if (m->state != MEMORIAL_BEGUN || !m->removal_by)
                return fail(cx, ERR_CONFLICT, "Nobody asks for this any more.");
        TRY(note(cx, by, "memorial_removed", m));
        TRY(end(cx, by, m));
        return leave_now(cx, m->account);
}

enum err memorial_keep(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct memorial *m;
        TRY(open_for(cx, by, id, &m));
        if (!m->removal_by)
                return OK;
        TRY(note(cx, by, "memorial_kept", m));
        return memorial_set_removal(cx, id, 0, S(""));
}

static const struct stmt *const statements[] = {&COUNT, &FIRST, &WAIT, &LOGIN_AT, &END, &UNMARK};
const struct stmt_list MEMORIAL_ADMIN_STATEMENTS = {statements, countof(statements)};
