/* Memorial accounts as everybody meets them: telling, reading, the owner who is there after all,
 * and the day it begins. What administrators do is in memorial_admin.c. Called by the pages, by
 * whoever makes sessions, by last use (server/touch.c) and by a job. */
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include "social/login.h"
#include "social/mailing.h"
#include "social/memorial_parts.h"
#include "social/outbox_relation.h"
#include "store/job.h"

enum { ADMINS_MOST = 20, NAME_MOST = 60 };

static const struct stmt OPEN = {
        .name = "memorial_open",
        .text = "SELECT " MEMORIAL_COLUMNS " FROM memorial WHERE account = $1 AND state < 3",
        .in = "i",
        .out = MEMORIAL_OUT,
};
static const struct stmt GET = {
        .name = "memorial_get",
        .text = "SELECT " MEMORIAL_COLUMNS " FROM memorial WHERE id = $1",
        .in = "i",
        .out = MEMORIAL_OUT,
};
static const struct stmt LIST = {
        .name = "memorial_list",
        .text = "SELECT " MEMORIAL_COLUMNS
                " FROM memorial WHERE state = $1 ORDER BY id DESC LIMIT $2",
        .in = "ii",
        .out = MEMORIAL_OUT,
};
static const struct stmt ADD = {
        .name = "memorial_add",
        .text = "INSERT INTO memorial (id, account, created_at) VALUES ($1, $2, $3)",
        .in = "iii",
};
static const struct stmt REPORT_ADD = {
        .name = "memorial_report_add",
        .text = "INSERT INTO memorial_report (id, memorial, account, name, email, words, link, "
                "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        .in = "iiIssssi",
};
static const struct stmt REPORTS = {
        .name = "memorial_reports",
        .text = "SELECT id, COALESCE(account, 0), name, email, words, link, created_at FROM "
                "memorial_report WHERE memorial = $1 ORDER BY id LIMIT $2",
        .in = "ii",
        .out = "iissssi",
};
static const struct stmt SEEN = {
        .name = "memorial_seen",
        .text = "UPDATE memorial SET state = 3, ended_at = $2 WHERE account = $1 AND state = 1",
        .in = "ii",
};
static const struct stmt MARK_LOGIN = {
        .name = "memorial_mark_login",
        .text = "UPDATE login SET memorial_at = $2 WHERE account = $1",
        .in = "ii",
};
static const struct stmt MARK_ACCOUNT = {
        .name = "memorial_mark_account",
        .text = "UPDATE account SET memorial = 1 WHERE id = $1 AND memorial = 0",
        .in = "i",
};
static const struct stmt BEGIN = {
        .name = "memorial_begin",
        .text = "UPDATE memorial SET state = 2, began_at = $2, banner = COALESCE((SELECT w.banner "
                "FROM memorial_wish w WHERE w.account = memorial.account), '') WHERE id = $1",
        .in = "ii",
};
static const struct stmt IS = {
        .name = "memorial_is",
        .text = "SELECT memorial FROM account WHERE id = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt WISH = {
        .name = "memorial_wish",
        .text = "SELECT banner FROM memorial_wish WHERE account = $1",
        .in = "i",
        .out = "s",
};
static const struct stmt WISH_SET = {
        .name = "memorial_wish_set",
        .text = "INSERT INTO memorial_wish (account, banner) VALUES ($1, $2) ON CONFLICT (account) "
                "DO UPDATE SET banner = $2",
        .in = "is",
};
static const struct stmt SET_WORDS = {
        .name = "memorial_set_words",
        .text = "UPDATE memorial SET words = $2 WHERE id = $1",
        .in = "is",
};
static const struct stmt SET_REMOVAL = {
        .name = "memorial_set_removal",
        .text = "UPDATE memorial SET removal = $2, removal_by = $3, removal_at = $4 WHERE id = $1",
        .in = "isii",
};
/* Asked when somebody is said to have died. */
static const struct stmt ADMINS = {
        .name = "memorial_admins",
        .text = "SELECT account FROM login WHERE role = 2 AND disabled = 0 AND account <> $1 ORDER "
                "BY account LIMIT $2",
        .in = "ii",
        .out = "i",
        .scans = true,
};

_Static_assert(ROLE_OWNER == 2 && MEMORIAL_OVER == 3, "the statements carry them as numbers");

void memorial_read(struct row *r, struct memorial *m)
{
        m->id = row_int(r);
        m->account = row_int(r);
        m->state = (enum memorial_state)row_int(r);
        m->first_by = row_int(r);
        m->first_at = row_int(r);
        m->second_by = row_int(r);
        m->begins_at = row_int(r);
        m->began_at = row_int(r);
        m->ended_at = row_int(r);
        m->ended_by = row_int(r);
        m->banner = row_str(r);
        m->words = row_str(r);
        m->removal = row_str(r);
        m->removal_by = row_int(r);
        m->removal_at = row_int(r);
        m->created_at = row_int(r);
}

/* ---- reading ---- */

static enum err read_one(struct cx *cx, const struct stmt *s, int64_t key, struct memorial **ret)
{
        struct row r;
        TRY(db_one(cx->db, s, cx->arena, BIND(V(key)), &r));
        *ret = make(cx->arena, struct memorial);
        memorial_read(&r, *ret);
        return row_end(&r);
}

enum err memorial_get(struct cx *cx, int64_t id, struct memorial **ret)
{
        return read_one(cx, &GET, id, ret);
}

enum err memorial_of(struct cx *cx, int64_t account, struct memorial **ret)
{
        TRY(read_one(cx, &OPEN, account, ret));
        return (*ret)->state == MEMORIAL_BEGUN ? OK : ERR_MISSING;
}

enum err memorial_list(struct cx *cx, enum memorial_state state, struct memorial **ret, size_t *n)
{
        struct memorial *v = make_n(cx->arena, MEMORIAL_LISTED, struct memorial);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(state), V(MEMORIAL_LISTED)), &r));
        while (*n < MEMORIAL_LISTED && row_next(&r))
                memorial_read(&r, &v[(*n)++]);
        *ret = v;
        return row_end(&r);
}

enum err memorial_reports(struct cx *cx, int64_t id, struct memorial_report **ret, size_t *n)
{
        struct memorial_report *v = make_n(cx->arena, MEMORIAL_REPORTS_MAX, struct memorial_report);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &REPORTS, cx->arena, BIND(V(id), V(MEMORIAL_REPORTS_MAX)), &r));
        while (*n < MEMORIAL_REPORTS_MAX && row_next(&r)) {
                struct memorial_report *m = &v[(*n)++];
                m->id = row_int(&r);
                m->account = row_int(&r);
                m->name = row_str(&r);
                m->email = row_str(&r);
                m->words = row_str(&r);
                m->link = row_str(&r);
                m->created_at = row_int(&r);
        }
        *ret = v;
        return row_end(&r);
}

enum err memorial_is(struct cx *cx, int64_t account, bool *ret)
{
        struct row r;
        bool found;
        *ret = false;
        TRY(db_find(cx->db, &IS, NULL, BIND(V(account)), &r, &found));
        if (!found)
                return OK;
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

struct str memorial_banner(struct arena *a, const struct memorial *m, const struct account *of)
{
        return m && m->banner.n ? m->banner : str_join(a, S("In memory of "), account_name(of));
}

/* ---- telling ---- */

enum err memorial_clean(struct cx *cx, const char *field, int most, struct str words,
                        struct str *ret)
{
        words = str_trim(words.p ? words : S(""));
        if (!text_clean(cx->arena, words, ret) || utf8_count(*ret) > (size_t)most)
                return fail_field(cx, field, ERR_INPUT, "This can be up to %d characters long.",
                                  most);
        return OK;
}

static enum err clean_word(struct cx *cx, const struct viewer *by, const struct memorial_word *in,
                           struct memorial_word *w)
{
        *w = (struct memorial_word){S(""), S(""), S(""), S("")};
        if (!by->account) {
                TRY(memorial_clean(cx, "by_name", NAME_MOST, in->name, &w->name));
                if (!w->name.n)
                        return fail_field(cx, "by_name", ERR_INPUT, "Say who you are.");
                w->email = str_trim(in->email.p ? in->email : S(""));
                if (!email_good(w->email))
                        return fail_field(cx, "by_email", ERR_INPUT, "This is no e-mail address.");
        }
        TRY(memorial_clean(cx, "words", MEMORIAL_PROOF_MAX, in->words, &w->words));
        TRY(memorial_clean(cx, "link", MEMORIAL_LINK_MAX, in->link, &w->link));
        if (!w->words.n)
                return fail_field(cx, "words", ERR_INPUT,
                                  "Say in a few words what has happened and how you know.");
        if (w->link.n && !str_starts_nocase(w->link, S("https://")) &&
            !str_starts_nocase(w->link, S("http://")))
                return fail_field(cx, "link", ERR_INPUT, "A link begins with https:// or http://.");
        return OK;
}

static enum err tell_admins(struct cx *cx, const struct account *about)
{
        int64_t ids[ADMINS_MOST];
        size_t n = 0;
        struct row r;
        TRY(db_all(cx->db, &ADMINS, NULL, BIND(V(about->id), V(ADMINS_MOST)), &r));
        while (n < ADMINS_MOST && row_next(&r))
                ids[n++] = row_int(&r);
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++) {
                struct mailing m = {.account = ids[i]};
                m.subject = str_fmt(cx->arena, "Somebody says that @%.*s has died",
                                    STR_ARG(about->username));
                m.text = str_fmt(cx->arena,
                                 "What they wrote, and what you can do, stands here:\n\n"
                                 "%.*s/moderation/memorials\n\nNothing changes before an "
                                 "administrator confirms it.",
                                 STR_ARG(cx->settings->url));
                TRY(mailing_add(cx, &m,
                                str_fmt(cx->arena, "memorial-%lld-%lld", (long long)about->id,
                                        (long long)ids[i])));
        }
        return OK;
}

/* The open one about this account, or a new one. Nobody learns which. */
static enum err open_one(struct cx *cx, const struct account *about, int64_t *id, size_t *n)
{
        struct memorial *m;
        struct memorial_report *v;
        enum err e = read_one(cx, &OPEN, about->id, &m);
        *n = 0;
        if (!e) {
                *id = m->id;
                return memorial_reports(cx, m->id, &v, n);
        }
        if (e != ERR_MISSING)
                return e;
        *id = cx_id(cx);
        TRY(db_run(cx->db, &ADD, BIND(V(*id), V(about->id), V(cx_now(cx))), NULL));
        return tell_admins(cx, about);
}

enum err memorial_tell(struct cx *cx, const struct viewer *by, int64_t target,
                       const struct memorial_word *in)
{
        struct memorial_word w;
        struct account *a;
        struct login *l;
        int64_t id;
        size_t n;
        TRY(account_get(cx, target, &a));
        TRY(login_get(cx, target, &l)); /* journals and people elsewhere have none */
        if (a->memorial || a->suspended || target == by->account)
                return ERR_MISSING;
        TRY(clean_word(cx, by, in, &w));
        TRY(open_one(cx, a, &id, &n));
        if (n >= MEMORIAL_REPORTS_MAX)
                return OK; /* read, and nothing new */
        return db_run(cx->db, &REPORT_ADD,
                      BIND(V(cx_id(cx)), V(id), V_ID(by->account), V(w.name), V(w.email),
                           V(w.words), V(w.link), V(cx_now(cx))),
                      NULL);
}

/* ---- the owner is there ---- */

enum err memorial_seen(struct cx *cx, int64_t account)
{
        int64_t changed;
        TRY(db_run(cx->db, &SEEN, BIND(V(account), V(cx_now(cx))), &changed));
        if (!changed)
                return OK;
        TRY(db_run(cx->db, &MARK_LOGIN, BIND(V(account), V(0)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        return job_cancel(cx, "memorial_begin", str_fmt(cx->arena, "%lld", (long long)account));
}

enum err memorial_sign_in(struct cx *cx, int64_t account)
{
        bool memorial;
        TRY(memorial_is(cx, account, &memorial));
        if (memorial)
                return fail(cx, ERR_DENIED,
                            "This account is kept in memory of somebody. Nobody can sign in to "
                            "it.");
        return memorial_seen(cx, account);
}

/* ---- its day ---- */

static enum err begin(struct cx *cx, const struct memorial *m)
{
        int64_t changed;
        TRY(db_run(cx->db, &MARK_ACCOUNT, BIND(V(m->account)), &changed));
        TRY(db_run(cx->db, &BEGIN, BIND(V(m->id), V(cx_now(cx))), NULL));
        if (!changed)
                return OK;
        TRY(db_run(cx->db, &MARK_LOGIN, BIND(V(m->account), V(cx_now(cx))), NULL));
        cx_event(cx, EVENT_ACCESS_ENDED, m->account, 0);
        cx_event(cx, EVENT_LOGIN_CHANGED, m->account, 0);
        cx_event(cx, EVENT_ACCOUNT_CHANGED, m->account, 0);
        cx_event(cx, EVENT_EVERYTHING, 0, 0); /* whatever is kept rendered of theirs */
        return outbox_profile(cx, m->account);
}

enum err memorial_begin_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct memorial *m;
        int64_t id;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "memorial"), &id))
                return ERR_INPUT;
        enum err e = memorial_get(cx, id, &m);
        if (e == ERR_MISSING || (!e && m->state != MEMORIAL_WAITS))
                return OK; /* they left, or were seen */
        TRY(e);
        if (m->begins_at > cx_now(cx)) /* the clock was put back */
                return job_add(cx, "memorial_begin", payload,
                               str_fmt(cx->arena, "%lld", (long long)m->account), m->begins_at);
        return begin(cx, m);
}

/* ---- words ---- */

enum err memorial_wish(struct cx *cx, int64_t account, struct str *ret)
{
        struct row r;
        bool found;
        *ret = S("");
        TRY(db_find(cx->db, &WISH, cx->arena, BIND(V(account)), &r, &found));
        if (!found)
                return OK;
        *ret = row_str(&r);
        return row_end(&r);
}

enum err memorial_wish_set(struct cx *cx, int64_t account, struct str banner)
{
        struct str clean;
        TRY(memorial_clean(cx, "banner", MEMORIAL_BANNER_MAX, banner, &clean));
        return db_run(cx->db, &WISH_SET, BIND(V(account), V(clean)), NULL);
}

enum err memorial_set_words(struct cx *cx, int64_t id, struct str words)
{
        return db_run(cx->db, &SET_WORDS, BIND(V(id), V(words)), NULL);
}

enum err memorial_set_removal(struct cx *cx, int64_t id, int64_t by, struct str why)
{
        return db_run(cx->db, &SET_REMOVAL, BIND(V(id), V(why), V(by), V(by ? cx_now(cx) : 0)),
                      NULL);
}

static const struct stmt *const statements[] = {
        &OPEN,         &GET,   &LIST, &ADD,  &REPORT_ADD, &REPORTS,   &SEEN,        &MARK_LOGIN,
        &MARK_ACCOUNT, &BEGIN, &IS,   &WISH, &WISH_SET,   &SET_WORDS, &SET_REMOVAL, &ADMINS};
const struct stmt_list MEMORIAL_STATEMENTS = {statements, countof(statements)};
