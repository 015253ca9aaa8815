/* People who read a journal by e-mail: see mail_follow.h. Called by the journal's pages, by the
 * pages that mails lead to, by journal_publish, and by the job that writes to the readers. */
#include "social/mail_follow.h"
#include "lib/base/rand.h"
#include "lib/text/html.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "social/mailing.h"

enum { DAY_MS = 24 * 3600 * 1000, CHUNK = 100, FIRST_LINES = 400 };

#define COLUMNS "id, journal, name, email, secret, state"
#define LETTERS "iisssi"

static const struct stmt BY_EMAIL = {
        .name = "mail_follow_by_email",
        .text = "SELECT " COLUMNS ", asked_at, asked FROM mail_follower WHERE journal = $1 AND "
                "email_fold = $2",
        .in = "is",
        .out = LETTERS "ii",
};
static const struct stmt BY_SECRET = {
        .name = "mail_follow_by_secret",
        .text = "SELECT " COLUMNS
                " FROM mail_follower WHERE secret = $1 AND (state > 0 OR asked_at "
                ">= $2)",
        .in = "si",
        .out = LETTERS,
};
static const struct stmt ADD = {
        .name = "mail_follow_add",
        .text = "INSERT INTO mail_follower (id, journal, name, email, email_fold, secret, "
                "asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        .in = "iissssi",
};
static const struct stmt ASKED = {
        .name = "mail_follow_asked",
        .text = "UPDATE mail_follower SET asked_at = $2, asked = $3 WHERE id = $1",
        .in = "iii",
};
static const struct stmt RECENT = {
        .name = "mail_follow_recent",
        .text = "SELECT count(*) FROM mail_follower WHERE email_fold = $1 AND asked_at > $2",
        .in = "si",
        .out = "i",
};
static const struct stmt COUNT = {
        .name = "mail_follow_count",
        .text = "SELECT count(*) FROM mail_follower WHERE journal = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt SET_STATE = {
        .name = "mail_follow_state",
        .text = "UPDATE mail_follower SET state = $3 WHERE id = $1 AND journal = $2",
        .in = "iii",
};
static const struct stmt STOP = {
        .name = "mail_follow_stop",
        .text = "DELETE FROM mail_follower WHERE secret = $1",
        .in = "s",
};
static const struct stmt REMOVE = {
        .name = "mail_follow_remove",
        .text = "DELETE FROM mail_follower WHERE id = $1 AND journal = $2",
        .in = "ii",
};
static const struct stmt GET = {
        .name = "mail_follow_get",
        .text = "SELECT " COLUMNS " FROM mail_follower WHERE id = $1 AND journal = $2",
        .in = "ii",
        .out = LETTERS,
};
static const struct stmt LIST = {
        .name = "mail_follow_list",
        .text = "SELECT " COLUMNS " FROM mail_follower WHERE journal = $1 AND state = $2 AND id > "
                "$3 ORDER BY id LIMIT $4",
        .in = "iiii",
        .out = LETTERS,
};
static const struct stmt TIDY = {
        .name = "mail_follow_tidy",
        .text = "DELETE FROM mail_follower WHERE state = 0 AND asked_at < $1",
        .in = "i",
};

bool mail_follow_possible(const struct cx *cx, const struct journal *j)
{
        return j->reach != JOURNAL_HERE && j->state != JOURNAL_CLOSED && mailing_possible(cx);
}

struct str mail_follow_address(struct cx *cx, struct str secret)
{
        return str_fmt(cx->arena, "%.*s/by-mail/%.*s", STR_ARG(cx->settings->url), STR_ARG(secret));
}

static void read_columns(struct row *r, struct mail_follower *f)
{
        f->id = row_int(r);
        f->journal = row_int(r);
        f->name = row_str(r);
        f->email = row_str(r);
        f->secret = row_str(r);
        f->state = (enum mail_follow_state)row_int(r);
}

/* ---- asking ---- */

static enum err check_asked(struct cx *cx, struct str name, struct str email, struct str *clean)
{
        if (!name_clean(cx->arena, name.p ? name : S(""), clean) || !clean->n)
                return fail_field(cx, "by_name", ERR_INPUT, "Say who you are.");
        if (utf8_count(*clean) > MAIL_FOLLOW_NAME_MAX)
                return fail_field(cx, "by_name", ERR_INPUT,
                                  "The name can have %d characters at most.", MAIL_FOLLOW_NAME_MAX);
        if (!email_good(email))
                return fail_field(cx, "by_email", ERR_INPUT, "This is no e-mail address.");
        return OK;
}

static enum err too_many(struct cx *cx)
{
        return fail(cx, ERR_LIMIT,
                    "Several mails were sent to this address today. Please look for them, or try "
                    "again tomorrow.");
}

static enum err add(struct cx *cx, const struct journal *j, struct mail_follower *f)
{
        int64_t recent, all, now = cx_now(cx);
        struct str fold = str_lower(cx->arena, f->email);
        TRY(db_int(cx->db, &RECENT, BIND(V(fold), V(now - DAY_MS)), &recent));
        if (recent >= MAIL_FOLLOW_MAILS_A_DAY)
                return too_many(cx);
        TRY(db_int(cx->db, &COUNT, BIND(V(j->account)), &all));
        if (all >= MAIL_FOLLOWERS_MAX)
                return fail(cx, ERR_INPUT, "This journal takes no more readers by mail.");
        f->id = cx_id(cx);
        f->journal = j->account;
        f->secret = rand_token(cx->arena, 24);
        return db_run(cx->db, &ADD,
                      BIND(V(f->id), V(f->journal), V(f->name), V(f->email), V(fold), V(f->secret),
                           V(now)),
                      NULL);
}

/* The same person again: the name stays as it was first given. */
static enum err again(struct cx *cx, const struct journal *j, struct str email,
                      struct mail_follower *f, bool *found)
{
        struct row r;
        int64_t now = cx_now(cx);
        TRY(db_find(cx->db, &BY_EMAIL, cx->arena,
                    BIND(V(j->account), V(str_lower(cx->arena, email))), &r, found));
        if (!*found)
                return OK;
        read_columns(&r, f);
        int64_t asked_at = row_int(&r), asked = row_int(&r);
        TRY(row_end(&r));
        bool same_day = now - asked_at < DAY_MS;
        if (same_day && asked >= MAIL_FOLLOW_ASKS_A_DAY)
                return too_many(cx);
        return db_run(cx->db, &ASKED, BIND(V(f->id), V(now), V(same_day ? asked + 1 : 1)), NULL);
}

static enum err journal_name(struct cx *cx, int64_t journal, struct account **a, struct str *ret)
{
        TRY(account_get(cx, journal, a));
        *ret = account_name(*a);
        return OK;
}

static enum err send_question(struct cx *cx, const struct mail_follower *f)
{
        struct account *a;
        struct str name, link = mail_follow_address(cx, f->secret);
        TRY(journal_name(cx, f->journal, &a, &name));
        struct mailing m = {.to = f->email};
        if (f->state == MAIL_UNPROVEN) {
                m.subject = str_fmt(cx->arena, "Read “%.*s” by e-mail?", STR_ARG(name));
                m.text = str_fmt(cx->arena,
                                 "Somebody, you we hope, asked that “%.*s” comes to this address. "
                                 "If it was you, open this link within two days and press the "
                                 "button:\n\n%.*s\n\nIf it was not, you need do nothing.",
                                 STR_ARG(name), STR_ARG(link));
        } else {
                m.subject = str_fmt(cx->arena, "You asked for “%.*s” already", STR_ARG(name));
                m.text = str_fmt(cx->arena, "%s\n\n%.*s",
                                 f->state == MAIL_WAITS
                                         ? "One of its owners has not answered yet. What you asked "
                                           "for stands here:"
                                         : "It comes to this address. You can read it here, too:",
                                 STR_ARG(link));
                m.unsubscribe = str_join(cx->arena, link, S("/stop"));
        }
        return mailing_add(cx, &m, str_fmt(cx->arena, "mail-follow-%lld", (long long)f->id));
}

enum err mail_follow_ask(struct cx *cx, const struct journal *j, struct str name, struct str email)
{
        struct mail_follower f = {.email = str_trim(email)};
        bool known;
        if (!mail_follow_possible(cx, j))
                return ERR_MISSING;
        TRY(check_asked(cx, name, f.email, &name));
        TRY(again(cx, j, f.email, &f, &known));
        f.name = known ? f.name : name;
        if (!known)
                TRY(add(cx, j, &f));
        return send_question(cx, &f);
}

/* ---- by the secret ---- */

enum err mail_follow_get(struct cx *cx, struct str secret, struct mail_follower *ret)
{
        struct row r;
        if (!secret.n || secret.n > 64)
                return ERR_MISSING;
        TRY(db_one(cx->db, &BY_SECRET, cx->arena,
                   BIND(V(secret), V(cx_now(cx) - (int64_t)MAIL_FOLLOW_DAYS * DAY_MS)), &r));
        read_columns(&r, ret);
        return row_end(&r);
}

/* The owners hear that somebody waits; several in a row are one mail. */
static enum err tell_owners(struct cx *cx, const struct mail_follower *f)
{
        int64_t owners[JOURNAL_OWNERS_MAX];
        size_t n;
        struct account *a;
        struct str name;
        TRY(journal_name(cx, f->journal, &a, &name));
        TRY(journal_told(cx, f->journal, owners, &n));
        for (size_t i = 0; i < n; i++) {
                struct mailing m = {.account = owners[i]};
                m.subject = str_fmt(cx->arena, "Somebody would like to read “%.*s”", STR_ARG(name));
                m.text = str_fmt(cx->arena,
                                 "%.*s asks to read “%.*s” by e-mail. You, or another owner, can "
                                 "let them:\n\n%.*s/journal/readers\n\nNo answer is due.",
                                 STR_ARG(f->name), STR_ARG(name), STR_ARG(a->url));
                TRY(mailing_add(cx, &m,
                                str_fmt(cx->arena, "mail-waits-%lld-%lld", (long long)f->journal,
                                        (long long)owners[i])));
        }
        return OK;
}

enum err mail_follow_confirm(struct cx *cx, struct str secret, struct mail_follower *f)
{
        struct journal *j;
        TRY(mail_follow_get(cx, secret, f));
        if (f->state != MAIL_UNPROVEN)
                return OK;
        TRY(journal_get(cx, f->journal, &j));
        if (!mail_follow_possible(cx, j))
                return ERR_MISSING;
        f->state = j->reach == JOURNAL_PUBLIC ? MAIL_READS : MAIL_WAITS;
        TRY(db_run(cx->db, &SET_STATE, BIND(V(f->id), V(f->journal), V(f->state)), NULL));
        return f->state == MAIL_WAITS ? tell_owners(cx, f) : OK;
}

enum err mail_follow_stop(struct cx *cx, struct str secret)
{
        return db_run(cx->db, &STOP, BIND(V(secret)), NULL);
}

/* ---- for owners ---- */

static enum err list(struct cx *cx, int64_t journal, enum mail_follow_state state, int64_t after,
                     int64_t most, struct mail_follower **ret, size_t *n)
{
        struct row r;
        struct mail_follower *v = make_n(cx->arena, (size_t)most + 1, struct mail_follower);
        *n = 0;
        TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(journal), V(state), V(after), V(most)), &r));
        while (*n < (size_t)most && row_next(&r))
                read_columns(&r, &v[(*n)++]);
        *ret = v;
        return row_end(&r);
}

enum err mail_follow_list(struct cx *cx, int64_t journal, enum mail_follow_state state,
                          struct mail_follower **ret, size_t *n)
{
        return list(cx, journal, state, 0, MAIL_FOLLOWERS_MAX, ret, n);
}

enum err mail_follow_accept(struct cx *cx, int64_t journal, int64_t id)
{
        struct row r;
        struct mail_follower f;
        struct account *a;
        struct str name;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(id), V(journal)), &r));
        read_columns(&r, &f);
        TRY(row_end(&r));
        if (f.state != MAIL_WAITS)
                return f.state == MAIL_READS ? OK : ERR_MISSING;
        TRY(db_run(cx->db, &SET_STATE, BIND(V(id), V(journal), V(MAIL_READS)), NULL));
        TRY(journal_name(cx, journal, &a, &name));
        struct str link = mail_follow_address(cx, f.secret);
        struct mailing m = {.to = f.email, .unsubscribe = str_join(cx->arena, link, S("/stop"))};
        m.subject = str_fmt(cx->arena, "You can read “%.*s”", STR_ARG(name));
        m.text = str_fmt(cx->arena,
                         "What is written in it comes to this address from now on. What is there "
                         "already:\n\n%.*s\n\nThe link is yours alone: whoever has it can read "
                         "with it.",
                         STR_ARG(link));
        return mailing_add(cx, &m, STR_NONE);
}

enum err mail_follow_remove(struct cx *cx, int64_t journal, int64_t id)
{
        return db_run(cx->db, &REMOVE, BIND(V(id), V(journal)), NULL);
}

enum err mail_follow_tidy(struct cx *cx)
{
        return db_run(cx->db, &TIDY, BIND(V(cx_now(cx) - (int64_t)MAIL_FOLLOW_DAYS * DAY_MS)),
                      NULL);
}

/* ---- a post ---- */

static enum err later(struct cx *cx, int64_t post, int64_t after)
{
        return job_add(cx, "journal_mail",
                       str_fmt(cx->arena, "{\"post\":\"%lld\",\"after\":\"%lld\"}", (long long)post,
                               (long long)after),
                       str_fmt(cx->arena, "%lld-%lld", (long long)post, (long long)after), 0);
}

enum err mail_follow_post(struct cx *cx, const struct post *p)
{
        int64_t readers;
        if (p->reply_to || p->boost_of || p->local_only || p->audience > AUDIENCE_FOLLOWERS ||
            !mailing_possible(cx))
                return OK;
        TRY(db_int(cx->db, &COUNT, BIND(V(p->account)), &readers));
        return readers ? later(cx, p->id, 0) : OK;
}

/* The words behind a content note stay there, and no mail ever carries a photo. */
static struct str first_lines(struct cx *cx, const struct post *p)
{
        struct str all = p->spoiler.n ? p->spoiler : str_trim(p->text);
        struct str cut = utf8_cut(all, FIRST_LINES);
        if (!all.n)
                return S("A photo.");
        return cut.n < all.n ? str_join(cx->arena, str_trim(cut), S("…")) : all;
}

static enum err write_to(struct cx *cx, const struct post *p, const struct account *a,
                         const struct mail_follower *f)
{
        struct str link = mail_follow_address(cx, f->secret);
        struct mailing m = {.to = f->email, .unsubscribe = str_join(cx->arena, link, S("/stop"))};
        m.subject = account_name(a);
        m.text = str_fmt(cx->arena, "%.*s\n\n%.*s\n\nRead it: %.*s/%lld", STR_ARG(account_name(a)),
                         STR_ARG(first_lines(cx, p)), STR_ARG(link), (long long)p->id);
        return mailing_add(
                cx, &m,
                str_fmt(cx->arena, "journal-%lld-%lld", (long long)p->id, (long long)f->id));
}

enum err mail_follow_job(struct cx *cx, struct str payload)
{
        const struct json_value *v;
        int64_t id, after;
        struct post *p;
        struct account *a;
        struct mail_follower *f;
        size_t n;
        TRY(json_read(cx->arena, payload, NULL, &v, NULL));
        if (!str_to_i64(json_get_text(v, "post"), &id) ||
            !str_to_i64(json_get_text(v, "after"), &after))
                return ERR_INPUT;
        enum err e = post_load(cx, id, &p);
        if (e)
                return e == ERR_MISSING ? OK : e; /* deleted since */
        if (p->author_suspended || p->audience > AUDIENCE_FOLLOWERS)
                return OK; /* hidden, or narrowed */
        TRY(account_get(cx, p->account, &a));
        TRY(list(cx, p->account, MAIL_READS, after, CHUNK, &f, &n));
        for (size_t i = 0; i < n; i++)
                TRY(write_to(cx, p, a, &f[i]));
        return n == CHUNK ? later(cx, id, f[n - 1].id) : OK;
}

const struct stmt_list MAIL_FOLLOW_STATEMENTS = {
        (const struct stmt *const[]){&BY_EMAIL, &BY_SECRET, &ADD, &ASKED, &RECENT, &COUNT,
                                     &SET_STATE, &STOP, &REMOVE, &GET, &LIST, &TIDY},
        12,
};
