/* Remembered days: keeping them, and the job that lets each begin and end: see remember.h. Called
 * by their settings, by Home, profiles and journals. A day that has come twice for one year would
 * write two mails, so it counts as come when it did so within a day and a half of its beginning:
 * a person may change their zone on that very day. */
#include "social/remember.h"
#include "lib/text/date.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "lib/text/zone.h"
#include "social/login.h"
#include "social/memorial.h"
#include "social/quiet.h"
#include "store/job.h"

enum { HOUR_MS = 3600000, YEARS_AHEAD = 9 /* from one 29 February to the next, past 2100 */ };

#define COLUMNS                                                                                    \
        "id, account, subject, name, words, length, month, day, south, COALESCE(post, 0), note, "  \
        "pinned, mail, is_on, waits, put_away, came_at, ends_at"
#define LETTERS "iiissiiiiiiiiiiiii"
static const struct stmt LIST = {
        .name = "remember_list",
        .text = "SELECT " COLUMNS " FROM remembered_day WHERE account = $1 ORDER BY id LIMIT $2",
        .in = "ii",
        .out = LETTERS,
};
static const struct stmt GET = {
        .name = "remember_get",
        .text = "SELECT " COLUMNS " FROM remembered_day WHERE id = $1",
        .in = "i",
        .out = LETTERS,
};
static const struct stmt ADD = {
        .name = "remember_add",
        .text = "INSERT INTO remembered_day (id, account, subject, name, words, length, month, "
                "day, south, post, note, pinned, mail, created_at) VALUES ($1, $2, $3, $4, $5, $6, "
                "$7, $8, $9, $10, $11, $12, $13, $14)",
        .in = "iiissiiiiIiiii",
};
static const struct stmt CHANGE = {
        .name = "remember_change",
        .text = "UPDATE remembered_day SET name = $2, words = $3, length = $4, month = $5, day = "
                "$6, south = $7, post = $8, note = $9, pinned = $10, mail = $11, is_on = 1 WHERE "
                "id = $1",
        .in = "issiiiiIiii",
};
/* On another day now: as if it had not come yet. */
static const struct stmt FORGET = {
        .name = "remember_forget",
        .text = "UPDATE remembered_day SET came_at = 0, ends_at = 0, waits = 0, put_away = 0 WHERE "
                "id = $1",
        .in = "i",
};
static const struct stmt SWITCH = {
        .name = "remember_switch",
        .text = "UPDATE remembered_day SET is_on = $3 WHERE id = $1 AND account = $2",
        .in = "iii",
};
static const struct stmt DROP = {
        .name = "remember_drop",
        .text = "DELETE FROM remembered_day WHERE id = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt AWAY = {
        .name = "remember_put_away",
        .text = "UPDATE remembered_day SET put_away = 1 WHERE id = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt CAME = {
        .name = "remember_came",
        .text = "UPDATE remembered_day SET came_at = $2, ends_at = $3, waits = $4, put_away = 0 "
                "WHERE id = $1",
        .in = "iiii",
};
static const struct stmt OVER = {
        .name = "remember_over",
        .text = "UPDATE remembered_day SET ends_at = 0, put_away = 0 WHERE id = $1 AND waits = 0",
        .in = "i",
};
static const struct stmt CHOSEN = {
        .name = "remember_chosen",
        .text = "UPDATE remembered_day SET waits = 0, ends_at = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt SHOWN = {
        .name = "remember_shown",
        .text = "SELECT " COLUMNS " FROM remembered_day WHERE subject = $1 AND ends_at > 0 AND "
                "ends_at > $2 AND is_on = 1 AND pinned = 1 AND waits = 0 ORDER BY id LIMIT $3",
        .in = "iii",
        .out = LETTERS,
};
static const struct stmt NOTE = {
        .name = "remember_note",
        .text = "UPDATE login SET remembers = CASE WHEN EXISTS (SELECT 1 FROM remembered_day d "
                "WHERE d.account = $1 AND d.is_on = 1 AND d.note = 1 AND d.waits = 0 AND "
                "d.put_away = 0 AND d.ends_at > $2) THEN 1 ELSE 0 END WHERE account = $1",
        .in = "ii",
};

static void read_day(struct row *r, struct remembered_day *d)
{
        d->id = row_int(r);
        d->account = row_int(r);
        d->subject = row_int(r);
        d->name = row_str(r);
        d->words = row_str(r);
        d->length = (enum day_length)row_int(r);
        d->month = (int)row_int(r);
        d->day = (int)row_int(r);
        d->south = row_int(r) != 0;
        d->post = row_int(r);
        d->note = row_int(r) != 0;
        d->pinned = row_int(r) != 0;
        d->mail = row_int(r) != 0;
        d->on = row_int(r) != 0;
        d->waits = row_int(r) != 0;
        d->put_away = row_int(r) != 0;
        d->came_at = row_int(r);
        d->ends_at = row_int(r);
}

static enum err read_all(struct row *r, struct remembered_day *v, size_t *n)
{
        *n = 0;
        while (*n < DAYS_MAX && row_next(r))
                read_day(r, &v[(*n)++]);
        return row_end(r);
}

static enum err load(struct cx *cx, int64_t id, struct remembered_day *d)
{
        struct row r;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(id)), &r));
        read_day(&r, d);
        return row_end(&r);
}

enum err remember_get(struct cx *cx, int64_t account, int64_t id, struct remembered_day *ret)
{
        TRY(load(cx, id, ret));
        return ret->account == account ? OK : ERR_MISSING;
}

enum err remember_list(struct cx *cx, int64_t account, struct remembered_day **ret, size_t *n)
{
        struct row r;
        *ret = make_n(cx->arena, DAYS_MAX, struct remembered_day);
        TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(account), V(DAYS_MAX)), &r));
        return read_all(&r, *ret, n);
}

enum err remember_shown(struct cx *cx, int64_t subject, struct remembered_day **ret, size_t *n)
{
        struct row r;
        *ret = make_n(cx->arena, DAYS_MAX, struct remembered_day);
        TRY(db_all(cx->db, &SHOWN, cx->arena, BIND(V(subject), V(cx_now(cx)), V(DAYS_MAX)), &r));
        return read_all(&r, *ret, n);
}

static enum err pick(struct cx *cx, int64_t account, bool waiting, struct remembered_day **ret,
                     size_t *n)
{
        size_t all, k = 0;
        int64_t now = cx_now(cx);
        TRY(remember_list(cx, account, ret, &all));
        for (size_t i = 0; i < all; i++) {
                const struct remembered_day *d = &(*ret)[i];
                if (d->on && d->waits == waiting &&
                    (waiting || (d->note && !d->put_away && d->ends_at > now)))
                        (*ret)[k++] = *d;
        }
        *n = k;
        return OK;
}

enum err remember_today(struct cx *cx, int64_t account, struct remembered_day **ret, size_t *n)
{
        return pick(cx, account, false, ret, n);
}

enum err remember_waiting(struct cx *cx, int64_t account, struct remembered_day **ret, size_t *n)
{
        return pick(cx, account, true, ret, n);
}

/* ---- in words ---- */

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

const char *season_name(int month, bool south)
{
        static const char *const names[] = {"Winter", "Spring", "Summer", "Autumn"};
        return names[(month / 3 + (south ? 2 : 0)) % 4];
}

struct str day_words(struct arena *a, const struct remembered_day *d)
{
        if (d->length == LENGTH_SEASON)
                return str_of(season_name(d->month, d->south));
        const char *month = months[(d->month + 11) % 12];
        return d->length == LENGTH_MONTH ? str_of(month) : str_fmt(a, "%d %s", d->day, month);
}

/* ---- when ---- */

static bool leap(int year)
{
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in(int year, int month)
{
        static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        return days[month - 1] + (month == 2 && leap(year));
}

/* Its beginning and end in this year of its person's calendar. 29 February is the 28th in most. */
static void span_in(struct cx *cx, const struct zone *z, const struct remembered_day *d, int year,
                    int64_t *from, int64_t *until)
{
        int last = days_in(year, d->month), day = d->day < last ? d->day : last;
        int to_year = year, to_month = d->month, to_day = 1;
        if (d->length == LENGTH_DAY && day < last)
                to_day = day + 1;
        else
                to_month += d->length == LENGTH_SEASON ? 3 : 1;
        if (to_month > 12) {
                to_month -= 12;
                to_year++;
        }
        *from = *until = 0;
        (void)zone_read_day(z, str_fmt(cx->arena, "%04d-%02d-%02d", year, d->month, day), from);
        (void)zone_read_day(z, str_fmt(cx->arena, "%04d-%02d-%02d", to_year, to_month, to_day),
                            until);
}

static enum err zone_of(struct cx *cx, int64_t account, struct zone *z)
{
        struct login *l;
        TRY(login_get(cx, account, &l));
        *z = zone_open(cx->arena, l->zone.n ? l->zone : cx->settings->zone);
        return OK;
}

enum err remember_next(struct cx *cx, const struct remembered_day *d, int64_t *from, int64_t *until)
{
        struct zone z;
        int64_t now = cx_now(cx);
        TRY(zone_of(cx, d->account, &z));
        int year = date_parts(now, zone_minutes(&z, now)).year - 1; /* winter began last year */
        for (int i = 0; i < YEARS_AHEAD; i++) {
                span_in(cx, &z, d, year + i, from, until);
                if (*until > now)
                        return OK;
        }
        return ERR_FAULT;
}

static struct str key_of(struct cx *cx, int64_t id)
{
        return str_fmt(cx->arena, "%lld", (long long)id);
}

static enum err arm(struct cx *cx, int64_t id, int64_t at)
{
        TRY(job_cancel(cx, "remember", key_of(cx, id)));
        return job_add(cx, "remember", str_fmt(cx->arena, "{\"day\":\"%lld\"}", (long long)id),
                       key_of(cx, id), at);
}

static enum err note(struct cx *cx, const struct remembered_day *d)
{
        TRY(db_run(cx->db, &NOTE, BIND(V(d->account), V(cx_now(cx))), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, d->account, 0);
        cx_event(cx, EVENT_ACCOUNT_CHANGED, d->subject, 0);
        return OK;
}

/* ---- the job ---- */

/* Somebody who may no longer speak there: who left the journal, or has died. */
static enum err still_theirs(struct cx *cx, const struct remembered_day *d, bool *ret)
{
        bool memorial;
        *ret = true;
        TRY(memorial_is(cx, d->account, &memorial));
        if (!memorial && d->subject != d->account)
                TRY(journal_owns(cx, d->subject, d->account, ret));
        *ret = *ret && !memorial;
        return OK;
}

static enum err come(struct cx *cx, const struct remembered_day *d, int64_t from, int64_t until)
{
        bool quiet;
        int64_t now = cx_now(cx), morning = from + DAY_MAIL_HOUR * HOUR_MS;
        TRY(quiet_on(cx, d->account, &quiet));
        TRY(db_run(cx->db, &CAME, BIND(V(d->id), V(now), V(until), V(quiet)), NULL));
        TRY(note(cx, d));
        if (d->mail && !quiet)
                TRY(remember_mail(cx, d, morning > now ? morning : now));
        return arm(cx, d->id, until);
}

enum err remember_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct remembered_day d;
        int64_t id, from, until, now = cx_now(cx);
        bool theirs;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "day"), &id))
                return ERR_INPUT;
        enum err e = load(cx, id, &d);
        if (!e && d.on)
                e = remember_next(cx, &d, &from, &until);
        if (e || !d.on)
                return e == ERR_MISSING ? OK : e; /* it, or who asked for it, is gone */
        TRY(still_theirs(cx, &d, &theirs));
        if (from > now || !theirs) {
                TRY(db_run(cx->db, &OVER, BIND(V(id)), NULL));
                TRY(note(cx, &d));
                return arm(cx, id, from > now ? from : until);
        }
        if (d.came_at > from - 36 * HOUR_MS)
                return arm(cx, id, until);
        return come(cx, &d, from, until);
}

/* ---- keeping ---- */

static enum err clean(struct cx *cx, const struct remembered_day *in, struct remembered_day *d)
{
        *d = *in;
        TRY(memorial_clean(cx, "name", DAY_NAME_MAX, in->name, &d->name));
        TRY(memorial_clean(cx, "words", DAY_WORDS_MAX, in->words, &d->words));
        if (!d->name.n)
                return fail_field(cx, "name", ERR_INPUT, "Say in a few words what day it is.");
        if (d->length >= LENGTHS_ || d->month < 1 || d->month > 12)
                return fail_field(cx, "day", ERR_INPUT, "Choose a day, a month or a season.");
        if (d->length == LENGTH_DAY && (d->day < 1 || d->day > days_in(2024, d->month)))
                return fail_field(cx, "day", ERR_INPUT, "There is no such day in %s.",
                                  months[d->month - 1]);
        if (d->length == LENGTH_SEASON && d->month % 3)
                return fail_field(cx, "day", ERR_INPUT, "Choose a season.");
        if (d->length != LENGTH_DAY)
                d->day = 1;
        if (!d->note && !d->pinned && !d->mail)
                return fail_field(cx, "how", ERR_INPUT, "Choose at least one way to be reminded.");
        return OK;
}

static enum err check_theirs(struct cx *cx, const struct viewer *by, struct remembered_day *d)
{
        struct post *p;
        if (!d->subject)
                d->subject = by->account;
        if (d->subject != by->account)
                TRY(journal_must_own(cx, d->subject, by->account));
        if (!d->post)
                return OK;
        TRY(post_get(cx, by, d->post, &p));
        return p->account == d->subject && !p->boost_of ? OK : ERR_MISSING;
}

static bool same_day(const struct remembered_day *a, const struct remembered_day *b)
{
        return a->length == b->length && a->month == b->month && a->day == b->day;
}

static enum err change(struct cx *cx, const struct viewer *by, struct remembered_day *d)
{
        struct remembered_day old;
        TRY(remember_get(cx, by->account, d->id, &old));
        d->subject = old.subject;
        TRY(check_theirs(cx, by, d));
        TRY(db_run(cx->db, &CHANGE,
                   BIND(V(d->id), V(d->name), V(d->words), V(d->length), V(d->month), V(d->day),
                        V(d->south), V_ID(d->post), V(d->note), V(d->pinned), V(d->mail)),
                   NULL));
        return same_day(&old, d) ? OK : db_run(cx->db, &FORGET, BIND(V(d->id)), NULL);
}

static enum err add(struct cx *cx, const struct viewer *by, struct remembered_day *d)
{
        struct remembered_day *v;
        size_t n;
        TRY(check_theirs(cx, by, d));
        TRY(remember_list(cx, by->account, &v, &n));
        if (n >= DAYS_MAX)
                return fail_field(cx, "name", ERR_INPUT,
                                  "You remember %d days already. Delete one first.", DAYS_MAX);
        d->id = cx_id(cx);
        return db_run(cx->db, &ADD,
                      BIND(V(d->id), V(by->account), V(d->subject), V(d->name), V(d->words),
                           V(d->length), V(d->month), V(d->day), V(d->south), V_ID(d->post),
                           V(d->note), V(d->pinned), V(d->mail), V(cx_now(cx))),
                      NULL);
}

/* When it is there already, it begins at once. */
static enum err begin_again(struct cx *cx, int64_t id)
{
        struct remembered_day d;
        int64_t from, until;
        TRY(load(cx, id, &d));
        TRY(remember_next(cx, &d, &from, &until));
        TRY(note(cx, &d));
        return arm(cx, id, from);
}

enum err remember_put(struct cx *cx, const struct viewer *by, const struct remembered_day *in,
                      int64_t *id)
{
        struct remembered_day d;
        TRY(clean(cx, in, &d));
        TRY(d.id ? change(cx, by, &d) : add(cx, by, &d));
        *id = d.id;
        return begin_again(cx, d.id);
}

enum err remember_switch(struct cx *cx, int64_t account, int64_t id, bool on)
{
        struct remembered_day d;
        TRY(remember_get(cx, account, id, &d));
        TRY(db_run(cx->db, &SWITCH, BIND(V(id), V(account), V(on)), NULL));
        if (on)
                return begin_again(cx, id);
        TRY(job_cancel(cx, "remember", key_of(cx, id)));
        return note(cx, &d);
}

enum err remember_drop(struct cx *cx, int64_t account, int64_t id)
{
        struct remembered_day d;
        TRY(remember_get(cx, account, id, &d));
        TRY(db_run(cx->db, &DROP, BIND(V(id), V(account)), NULL));
        TRY(job_cancel(cx, "remember", key_of(cx, id)));
        return note(cx, &d);
}

enum err remember_put_away(struct cx *cx, int64_t account, int64_t id)
{
        struct remembered_day d;
        TRY(remember_get(cx, account, id, &d));
        TRY(db_run(cx->db, &AWAY, BIND(V(id), V(account)), NULL));
        return note(cx, &d);
}

enum err remember_choose(struct cx *cx, int64_t account, int64_t id, bool bring_in)
{
        struct remembered_day d;
        TRY(remember_get(cx, account, id, &d));
        if (!d.waits)
                return OK; /* chosen already */
        TRY(db_run(cx->db, &CHOSEN, BIND(V(id), V(bring_in ? d.ends_at : 0)), NULL));
        if (bring_in && d.mail)
                TRY(remember_mail(cx, &d, cx_now(cx)));
        return note(cx, &d);
}

static const struct stmt *const statements[] = {&LIST,   &GET,   &ADD,  &CHANGE, &FORGET,
                                                &SWITCH, &DROP,  &AWAY, &CAME,   &OVER,
                                                &CHOSEN, &SHOWN, &NOTE};
const struct stmt_list REMEMBER_STATEMENTS = {statements, countof(statements)};
