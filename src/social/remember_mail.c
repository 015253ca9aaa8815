/* Who asked for a mail on the days of a profile or journal, and writing those mails: one each time
 * a day comes, with its name and words, and an address that stops them. Called by the pages where
 * one asks, and by the job "remember_mail". Who no longer follows gets none. */
#include "lib/base/rand.h"
#include "lib/text/json.h"
#include "social/follow.h"
#include "social/mailing.h"
#include "social/remember.h"

enum { CHUNK = 50 };

static const struct stmt MAILS = {
        .name = "day_mails",
        .text = "SELECT 1 FROM remembered_day WHERE subject = $1 AND is_on = 1 AND mail = 1 LIMIT "
                "1",
        .in = "i",
        .out = "i",
};
static const struct stmt COUNT = {
        .name = "day_asked_count",
        .text = "SELECT COUNT(*) FROM day_asked WHERE subject = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt ADD = {
        .name = "day_asked_add",
        .text = "INSERT INTO day_asked (id, subject, account, reader, secret) VALUES ($1, $2, $3, "
                "$4, $5) ON CONFLICT DO NOTHING",
        .in = "iiIIs",
};
static const struct stmt DROP = {
        .name = "day_asked_drop",
        .text = "DELETE FROM day_asked WHERE subject = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt DROP_READER = {
        .name = "day_asked_drop_reader",
        .text = "DELETE FROM day_asked WHERE reader = $1",
        .in = "i",
};
static const struct stmt ASKS = {
        .name = "day_asks",
        .text = "SELECT 1 FROM day_asked WHERE subject = $1 AND account = $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt READER_ASKS = {
        .name = "day_reader_asks",
        .text = "SELECT 1 FROM day_asked WHERE reader = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt LOOK = {
        .name = "day_look",
        .text = "SELECT subject FROM day_asked WHERE secret = $1",
        .in = "s",
        .out = "i",
};
static const struct stmt STOP = {
        .name = "day_stop",
        .text = "DELETE FROM day_asked WHERE secret = $1",
        .in = "s",
};
static const struct stmt LIST = {
        .name = "day_asked_list",
        .text = "SELECT k.id, COALESCE(k.account, 0), COALESCE(m.email, ''), k.secret, CASE WHEN "
                "(k.account IS NOT NULL AND EXISTS (SELECT 1 FROM follow f WHERE f.account = "
                "k.account AND f.target = k.subject AND f.state = 1)) OR m.state = 2 THEN 1 ELSE 0 "
                "END FROM day_asked k LEFT JOIN mail_follower m ON m.id = k.reader WHERE k.subject "
                "= $1 AND k.id > $2 ORDER BY k.id LIMIT $3",
        .in = "iii",
        .out = "iissi",
};
static const struct stmt DAY = {
        .name = "day_to_mail",
        .text = "SELECT subject, name, words FROM remembered_day WHERE id = $1 AND is_on = 1 AND "
                "mail = 1",
        .in = "i",
        .out = "iss",
};

_Static_assert(MAIL_READS == 2, "the statement above carries it as a number");

static enum err is_there(struct cx *cx, const struct stmt *s, const struct value *in, size_t n,
                         bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, s, NULL, in, n, &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

/* ---- asking ---- */

enum err day_mails(struct cx *cx, int64_t subject, bool *ret)
{
        *ret = false;
        return mailing_possible(cx) ? is_there(cx, &MAILS, BIND(V(subject)), ret) : OK;
}

enum err day_asks(struct cx *cx, int64_t account, int64_t subject, bool *ret)
{
        return is_there(cx, &ASKS, BIND(V(subject), V(account)), ret);
}

enum err day_reader_asks(struct cx *cx, int64_t reader, bool *ret)
{
        return is_there(cx, &READER_ASKS, BIND(V(reader)), ret);
}

static enum err add(struct cx *cx, int64_t subject, int64_t account, int64_t reader)
{
        struct row r;
        TRY(db_one(cx->db, &COUNT, NULL, BIND(V(subject)), &r));
        int64_t n = row_int(&r);
        TRY(row_end(&r));
        if (n >= DAY_ASKED_MAX)
                return fail(cx, ERR_INPUT, "No more people can ask for these mails.");
        return db_run(cx->db, &ADD,
                      BIND(V(cx_id(cx)), V(subject), V_ID(account), V_ID(reader),
                           V(rand_token(cx->arena, 24))),
                      NULL);
}

enum err day_ask(struct cx *cx, const struct viewer *by, int64_t subject, bool on)
{
        bool follows;
        if (!on)
                return db_run(cx->db, &DROP, BIND(V(subject), V(by->account)), NULL);
        TRY(follow_exists(cx, by->account, subject, &follows));
        if (!follows)
                return fail(cx, ERR_INPUT, "These mails are for people who follow them.");
        return add(cx, subject, by->account, 0);
}

enum err day_ask_reader(struct cx *cx, const struct mail_follower *f, bool on)
{
        if (!on)
                return db_run(cx->db, &DROP_READER, BIND(V(f->id)), NULL);
        return f->state == MAIL_READS ? add(cx, f->journal, 0, f->id) : ERR_MISSING;
}

enum err day_look(struct cx *cx, struct str secret, int64_t *subject)
{
        struct row r;
        if (!secret.n || secret.n > 64)
                return ERR_MISSING;
        TRY(db_one(cx->db, &LOOK, NULL, BIND(V(secret)), &r));
        *subject = row_int(&r);
        return row_end(&r);
}

enum err day_stop(struct cx *cx, struct str secret)
{
        return db_run(cx->db, &STOP, BIND(V(secret)), NULL);
}

/* ---- writing ---- */

static enum err later(struct cx *cx, int64_t day, int64_t after, int64_t at)
{
        return job_add(cx, "remember_mail",
                       str_fmt(cx->arena, "{\"day\":\"%lld\",\"after\":\"%lld\"}", (long long)day,
                               (long long)after),
                       str_fmt(cx->arena, "%lld-%lld", (long long)day, (long long)after), at);
}

enum err remember_mail(struct cx *cx, const struct remembered_day *d, int64_t at)
{
        return mailing_possible(cx) ? later(cx, d->id, 0, at) : OK;
}

struct asked {
        int64_t id, account;
        struct str email, secret;
        bool wanted;
};

static enum err list(struct cx *cx, int64_t subject, int64_t after, struct asked *v, size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(subject), V(after), V(CHUNK)), &r));
        while (*n < CHUNK && row_next(&r)) {
                struct asked *a = &v[(*n)++];
                a->id = row_int(&r);
                a->account = row_int(&r);
                a->email = row_str(&r);
                a->secret = row_str(&r);
                a->wanted = row_int(&r) != 0;
        }
        return row_end(&r);
}

static enum err write_to(struct cx *cx, const struct account *of, struct str name, struct str words,
                         const struct asked *a)
{
        struct mailing m = {.account = a->account, .to = a->email, .subject = name};
        m.unsubscribe = str_fmt(cx->arena, "%.*s/days/%.*s/stop", STR_ARG(cx->settings->url),
                                STR_ARG(a->secret));
        m.text = str_fmt(cx->arena,
                         "%.*s%s%.*s\n\n%.*s asked to remember this day, and you asked "
                         "to be told.\n\n%.*s",
                         STR_ARG(name), words.n ? "\n\n" : "", STR_ARG(words),
                         STR_ARG(account_name(of)), STR_ARG(of->url));
        return mailing_add(cx, &m, STR_NONE);
}

enum err remember_mail_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct asked v[CHUNK];
        struct account *of;
        struct row r;
        bool found;
        int64_t id, after;
        size_t n;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "day"), &id) ||
            !str_to_i64(json_get_text(j, "after"), &after))
                return ERR_INPUT;
        TRY(db_find(cx->db, &DAY, cx->arena, BIND(V(id)), &r, &found));
        if (!found)
                return OK; /* turned off since */
        int64_t subject = row_int(&r);
        struct str name = row_str(&r), words = row_str(&r);
        TRY(row_end(&r));
        TRY(account_get(cx, subject, &of));
        if (of->suspended)
                return OK;
        TRY(list(cx, subject, after, v, &n));
        for (size_t i = 0; i < n; i++)
                if (v[i].wanted)
                        TRY(write_to(cx, of, name, words, &v[i]));
        return n == CHUNK ? later(cx, id, v[n - 1].id, 0) : OK;
}

static const struct stmt *const statements[] = {
        &MAILS, &COUNT, &ADD, &DROP, &DROP_READER, &ASKS, &READER_ASKS, &LOOK, &STOP, &LIST, &DAY};
const struct stmt_list REMEMBER_MAIL_STATEMENTS = {statements, countof(statements)};
