/* Reminders to write: see reminder.h. Called by the pages; a job for each sends the mail. */
#include "social/reminder.h"
#include "lib/text/date.h"
#include "lib/text/json.h"
#include "social/journal.h"
#include "social/letter.h"
#include "social/login.h"
#include "social/quiet.h"
#include "social/switches.h"
#include "store/job.h"
#include <stdio.h>

static const int64_t DAY_MS = INT64_C(24) * 3600 * 1000;

static const struct stmt REMINDER_PUT = {
        .name = "reminder_put",
        .text = "INSERT INTO reminder (id, account, post, at) VALUES ($1, $2, $3, $4) ON CONFLICT "
                "(account, post) DO UPDATE SET at = $4 RETURNING id",
        .in = "iiii",
        .out = "i",
};
static const struct stmt REMINDER_COUNT = {
        .name = "reminder_count",
        .text = "SELECT COUNT(*) FROM reminder WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt REMINDER_END = {
        .name = "reminder_end",
        .text = "DELETE FROM reminder WHERE account = $1 AND post = $2",
        .in = "ii",
};
/* The flag spares everybody without reminders the question on each page. */
static const struct stmt REMINDER_NOTE = {
        .name = "reminder_note",
        .text = "UPDATE login SET remind_next = COALESCE((SELECT MIN(at) FROM reminder WHERE "
                "account = $1), 0) WHERE account = $1",
        .in = "i",
};
static const struct stmt REMINDER_GET = {
        .name = "reminder_get",
        .text = "SELECT at FROM reminder WHERE account = $1 AND post = $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt REMINDER_LIST = {
        .name = "reminder_list",
        .text = "SELECT id, post, at FROM reminder WHERE account = $1 AND at > $2 AND at <= $3 "
                "ORDER BY at LIMIT $4",
        .in = "iiii",
        .out = "iii",
};
static const struct stmt REMINDER_BY_ID = {
        .name = "reminder_by_id",
        .text = "SELECT account, post, at FROM reminder WHERE id = $1",
        .in = "i",
        .out = "iii",
};
static const struct stmt REMINDER_MAIL = {
        .name = "reminder_mail",
        .text = "UPDATE login SET remind_mail = $2 WHERE account = $1",
        .in = "ii",
};

static enum err note(struct cx *cx, int64_t account)
{
        TRY(db_run(cx->db, &REMINDER_NOTE, BIND(V(account)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        return OK;
}

/* Nothing is asked of the database for everyday posts. */
static enum err takes(struct cx *cx, const struct viewer *by, const struct post *p, bool *ret)
{
        struct switches s;
        struct journal *j;
        *ret = !p->reply_to && !p->boost_of && p->account != by->account &&
               p->state == COMMENT_SHOWN;
        if (*ret && (p->has & POST_HAS_SWITCHES)) {
                TRY(switches_get(cx, p->thread, &s));
                *ret = s.reminders;
        }
        if (!*ret || !(p->has & POST_HAS_JOURNAL))
                return OK;
        TRY(journal_get(cx, p->account, &j));
        *ret = j->state == JOURNAL_OPEN;
        return OK;
}

enum err reminder_may(struct cx *cx, const struct viewer *by, int64_t post, bool *ret)
{
        struct post *p;
        TRY(post_get(cx, by, post, &p));
        return takes(cx, by, p, ret);
}

enum err reminder_set(struct cx *cx, const struct viewer *by, int64_t post, int64_t at)
{
        struct row r;
        bool may;
        int64_t n, now = cx_now(cx), before;
        TRY(reminder_may(cx, by, post, &may));
        if (!may)
                return fail(cx, ERR_INPUT, "There are no reminders for this post.");
        if (at <= now)
                return fail_field(cx, "date", ERR_INPUT, "That day is over. Choose a later one.");
        if (at > now + REMINDER_YEARS_MAX * 366 * DAY_MS)
                return fail_field(cx, "date", ERR_INPUT, "Choose a day within %d years.",
                                  REMINDER_YEARS_MAX);
        TRY(reminder_get(cx, by->account, post, &before));
        TRY(db_one(cx->db, &REMINDER_COUNT, NULL, BIND(V(by->account)), &r));
        n = row_int(&r);
        TRY(row_end(&r));
        if (!before && n >= REMINDERS_MAX)
                return fail(cx, ERR_INPUT, "There can be at most %d reminders.", REMINDERS_MAX);
        TRY(db_one(cx->db, &REMINDER_PUT, NULL, BIND(V(cx_id(cx)), V(by->account), V(post), V(at)),
                   &r));
        int64_t id = row_int(&r);
        TRY(row_end(&r));
        struct str key = str_fmt(cx->arena, "%lld", (long long)id);
        TRY(job_cancel(cx, "remind", key));
        TRY(job_add(cx, "remind", str_fmt(cx->arena, "{\"reminder\":\"%lld\"}", (long long)id), key,
                    at));
        return note(cx, by->account);
}

enum err reminder_end(struct cx *cx, int64_t account, int64_t post)
{
        TRY(db_run(cx->db, &REMINDER_END, BIND(V(account), V(post)), NULL));
        return note(cx, account);
}

enum err reminder_get(struct cx *cx, int64_t account, int64_t post, int64_t *at)
{
        struct row r;
        bool found;
        *at = 0;
        TRY(db_find(cx->db, &REMINDER_GET, NULL, BIND(V(account), V(post)), &r, &found));
        if (!found)
                return OK;
        *at = row_int(&r);
        return row_end(&r);
}

static enum err list(struct cx *cx, const struct viewer *by, int64_t from, int64_t to, size_t most,
                     struct reminder **ret, size_t *n)
{
        struct reminder *v = make_n(cx->arena, most, struct reminder);
        size_t got = 0, k = 0;
        struct row r;
        TRY(db_all(cx->db, &REMINDER_LIST, NULL, BIND(V(by->account), V(from), V(to), V(most)),
                   &r));
        while (got < most && row_next(&r)) {
                v[got].id = row_int(&r);
                v[got].post = row_int(&r);
                v[got++].at = row_int(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < got; i++) {
                struct post *p;
                bool may;
                enum err e = post_get(cx, by, v[i].post, &p);
                if (e == ERR_MISSING)
                        continue;
                TRY(e);
                TRY(takes(cx, by, p, &may));
                if (!may)
                        continue;
                v[i].author = p->account;
                v[i].written_at = p->created_at;
                if (p->local)
                        TRY(letter_may(cx, by, p->id, &v[i].letters));
                v[k++] = v[i];
        }
        *ret = v;
        *n = k;
        return OK;
}

enum err reminder_due(struct cx *cx, const struct viewer *by, struct reminder **ret, size_t *n)
{
        return list(cx, by, 0, cx_now(cx), REMINDERS_SHOWN, ret, n);
}

enum err reminder_list(struct cx *cx, const struct viewer *by, struct reminder **ret, size_t *n)
{
        return list(cx, by, cx_now(cx), INT64_MAX, REMINDERS_MAX, ret, n);
}

enum err reminder_set_mail(struct cx *cx, int64_t account, bool on)
{
        TRY(db_run(cx->db, &REMINDER_MAIL, BIND(V(account), V(on)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        return OK;
}

static int days_in(int year, int month)
{
        static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool reminder_after(const struct zone *z, int64_t now, struct str choice, int64_t *ret)
{
        static const struct {
                const char *name;
                int days, months;
        } choices[] = {{"2w", 14, 0}, {"1m", 0, 1}, {"3m", 0, 3}, {"6m", 0, 6}, {"12m", 0, 12}};
        for (size_t i = 0; i < countof(choices); i++) {
                if (!str_eq(choice, str_of(choices[i].name)))
                        continue;
                int64_t then = now + choices[i].days * DAY_MS;
                struct date_parts d = date_parts(then, zone_minutes(z, then));
                int months = d.month - 1 + choices[i].months;
                d.year += months / 12;
                d.month = months % 12 + 1;
                if (d.day > days_in(d.year, d.month))
                        d.day = days_in(d.year, d.month);
                char day[40];
                int n = snprintf(day, sizeof day, "%04d-%02d-%02d", d.year, d.month, d.day);
                return n > 0 && zone_read_day(z, (struct str){day, (size_t)n}, ret);
        }
        return false;
}

/* ---- its day ---- */

static enum err by_id(struct cx *cx, int64_t id, struct reminder *ret, int64_t *account)
{
        struct row r;
        TRY(db_one(cx->db, &REMINDER_BY_ID, NULL, BIND(V(id)), &r));
        *ret = (struct reminder){.id = id};
        *account = row_int(&r);
        ret->post = row_int(&r);
        ret->at = row_int(&r);
        return row_end(&r);
}

enum err reminder_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct reminder m;
        struct login *l;
        int64_t id, account;
        bool quiet;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "reminder"), &id))
                return ERR_INPUT;
        enum err e = by_id(cx, id, &m, &account);
        if (e == ERR_MISSING || (!e && m.at > cx_now(cx)))
                return OK; /* it is over, or was moved */
        TRY(e);
        TRY(login_get(cx, account, &l));
        TRY(quiet_on(cx, account, &quiet));
        if (!l->remind_mail || quiet)
                return OK;
        return job_add(cx, "mail",
                       str_fmt(cx->arena,
                               "{\"kind\":\"reminder\",\"account\":%lld,\"reminder\":\"%lld\"}",
                               (long long)account, (long long)id),
                       str_fmt(cx->arena, "reminder-%lld", (long long)id), 0);
}

enum err reminder_for_mail(struct cx *cx, int64_t account, int64_t id, struct reminder *ret)
{
        const struct viewer by = {.account = account};
        struct post *p;
        int64_t owner;
        bool may;
        TRY(by_id(cx, id, ret, &owner));
        if (owner != account)
                return ERR_MISSING;
        TRY(post_get(cx, &by, ret->post, &p));
        TRY(takes(cx, &by, p, &may));
        ret->author = p->account;
        ret->written_at = p->created_at;
        return may ? OK : ERR_MISSING;
}

static const struct stmt *const statements[] = {
        &REMINDER_PUT, &REMINDER_COUNT, &REMINDER_END,   &REMINDER_NOTE,
        &REMINDER_GET, &REMINDER_LIST,  &REMINDER_BY_ID, &REMINDER_MAIL,
};
const struct stmt_list REMINDER_STATEMENTS = {statements, countof(statements)};
