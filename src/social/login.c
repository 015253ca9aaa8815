/* Logins: reading them, changing preferences and state. Called by the settings and admin pages, the
 * command line and the API's preferences. Making one is in login_create.c, passwords in
 * login_password.c. */
#include "social/login.h"
#include "lib/text/language.h"
#include "social/search.h"

#define COLUMNS                                                                                    \
        "l.account, a.username, l.email, l.role, l.confirmed_at, l.approved, l.disabled,"          \
        " a.suspended_at, l.reason, l.invite, l.locale, l.zone, l.language, l.theme, l.text_size," \
        " l.show_media, l.visibility, l.quote_policy, l.sensitive, l.show_counts, l.need_alt,"     \
        " l.expand_notes, l.embeds, l.preset, l.digest_hour, l.digest_mail, l.digest_ready,"       \
        " l.quiet_from, l.quiet_until, l.rest_ends, l.remind_next, l.remind_mail, l.seen_at, "     \
        "l.created_at, a.memorial, l.memorial_at, l.remembers"
#define LETTERS "issiIiiIsIssSsssiiiiiiiiiiiiiiiiiiiii"
#define FROM " FROM login l JOIN account a ON a.id = l.account"

static const struct stmt LOGIN_GET = {
        .name = "login_get",
        .text = "SELECT " COLUMNS FROM " WHERE l.account = $1",
        .in = "i",
        .out = LETTERS,
};

static const struct stmt LOGIN_BY_EMAIL = {
        .name = "login_by_email",
        .text = "SELECT " COLUMNS FROM " WHERE l.email_fold = $1",
        .in = "s",
        .out = LETTERS,
};

static const struct stmt LOGIN_BY_NAME = {
        .name = "login_by_name",
        .text = "SELECT " COLUMNS " FROM account a JOIN login l ON l.account = a.id"
                " WHERE a.username_fold = $1 AND a.domain = ''",
        .in = "s",
        .out = LETTERS,
};

static const struct stmt LOGIN_LIST = {
        .name = "login_list",
        .text = "SELECT " COLUMNS FROM " WHERE l.account > $1 ORDER BY l.account LIMIT $2",
        .in = "ii",
        .out = LETTERS,
};

static const struct stmt LOGIN_WAITING = {
        .name = "login_waiting",
        .text = "SELECT " COLUMNS FROM
                " WHERE l.approved = 0 AND l.account > $1 ORDER BY l.account LIMIT $2",
        .in = "ii",
        .out = LETTERS,
};

/* Asked by the instance document alone, whose rendered form is cached. */
static const struct stmt LOGIN_COUNT = {
        .name = "login_count",
        .text = "SELECT count(*) FROM login",
        .out = "i",
        .scans = true,
};

static const struct stmt LOGIN_CHANGE = {
        .name = "login_change",
        .text = "UPDATE login SET locale = $2, zone = $3, language = $4, theme = $5, text_size = "
                "$6,"
                " show_media = $7, visibility = $8, quote_policy = $9, sensitive = $10, "
                "show_counts = $11,"
                " need_alt = $12, expand_notes = $13, embeds = $14 WHERE account = $1",
        .in = "issSsssiiiiiii",
};

static const struct stmt LOGIN_EMAIL = {
        .name = "login_email",
        .text = "UPDATE login SET email = $2, email_fold = $3, confirmed_at = $4 WHERE account = "
                "$1",
        .in = "issI",
};

static const struct stmt LOGIN_ROLE = {
        .name = "login_role",
        .text = "UPDATE login SET role = $2 WHERE account = $1",
        .in = "ii",
};

static const struct stmt LOGIN_DISABLED = {
        .name = "login_disabled",
        .text = "UPDATE login SET disabled = $2 WHERE account = $1",
        .in = "ii",
};

static const struct stmt LOGIN_APPROVE = {
        .name = "login_approve",
        .text = "UPDATE login SET approved = 1 WHERE account = $1",
        .in = "i",
};

static const struct stmt LOGIN_END_SESSIONS = {
        .name = "login_end_sessions",
        .text = "DELETE FROM session WHERE account = $1 AND id <> $2",
        .in = "ii",
};

static const struct stmt LOGIN_END_TOKENS = {
        .name = "login_end_tokens",
        .text = "DELETE FROM token WHERE account = $1",
        .in = "i",
};

static const struct stmt LOGIN_END_CODES = {
        .name = "login_end_codes",
        .text = "DELETE FROM grant_code WHERE account = $1",
        .in = "i",
};

static struct login *read_login(struct cx *cx, struct row *r)
{
        struct login *l = make(cx->arena, struct login);
        l->account = row_int(r);
        l->username = row_str(r);
        l->email = row_str(r);
        l->role = (enum role)row_int(r);
        l->confirmed_at = row_int(r);
        l->approved = row_int(r) != 0;
        l->disabled = row_int(r) != 0;
        l->suspended = row_int(r) != 0;
        l->reason = row_str(r);
        l->invite = row_int(r);
        l->locale = row_str(r);
        l->zone = row_str(r);
        l->language = row_str(r);
        l->theme = row_str(r);
        l->text_size = row_str(r);
        l->show_media = row_str(r);
        l->visibility = (enum audience)row_int(r);
        l->quote_policy = (enum quote_policy)row_int(r);
        l->sensitive = row_int(r) != 0;
        l->show_counts = row_int(r) != 0;
        l->need_alt = row_int(r) != 0;
        l->expand_notes = row_int(r) != 0;
        l->embeds = row_int(r) != 0;
        l->preset = row_int(r);
        l->digest_hour = (int)row_int(r);
        l->digest_mail = row_int(r) != 0;
        l->digest_ready = row_int(r);
        l->quiet_from = row_int(r);
        l->quiet_until = row_int(r);
        l->rest_ends = row_int(r);
        l->remind_next = row_int(r);
        l->remind_mail = row_int(r) != 0;
        l->seen_at = row_int(r);
        l->created_at = row_int(r);
        l->memorial = row_int(r) != 0;
        l->memorial_at = row_int(r);
        l->remembers = row_int(r) != 0;
        return l;
}

static enum err get_one(struct cx *cx, const struct stmt *s, struct value key, struct login **ret)
{
        struct row r;
        TRY(db_one(cx->db, s, cx->arena, &key, 1, &r));
        struct login *l = read_login(cx, &r);
        TRY(row_end(&r));
        *ret = l;
        return OK;
}

enum err login_get(struct cx *cx, int64_t account, struct login **ret)
{
        return get_one(cx, &LOGIN_GET, V(account), ret);
}

enum err login_by_name(struct cx *cx, struct str name, struct login **ret)
{
        name = str_trim(name);
        if (str_starts(name, S("@")))
                name = str_after(name, 1);
        if (!name.n || name.n > 254 || memchr(name.p, 0, name.n))
                return ERR_MISSING;
        struct value fold = V(str_lower(cx->arena, name));
        return get_one(cx, str_has_char(name, '@') ? &LOGIN_BY_EMAIL : &LOGIN_BY_NAME, fold, ret);
}

enum err login_list(struct cx *cx, bool waiting, int64_t after, int64_t limit, struct login ***ret,
                    size_t *n)
{
        if (limit < 1)
                limit = 1;
        struct login **v = make_n(cx->arena, (size_t)limit, struct login *);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, waiting ? &LOGIN_WAITING : &LOGIN_LIST, cx->arena,
                   BIND(V(after), V(limit)), &r));
        while (row_next(&r))
                v[k++] = read_login(cx, &r);
        TRY(row_end(&r));
        *ret = v;
        *n = k;
        return OK;
}

enum err login_count(struct cx *cx, int64_t *ret)
{
        return db_int(cx->db, &LOGIN_COUNT, NO_BIND, ret);
}

/* Runs a change of one row; ERR_MISSING when there is no such login. */
static enum err change_one(struct cx *cx, const struct stmt *s, const struct value *in, size_t n,
                           int64_t account)
{
        int64_t changed;
        TRY(db_run(cx->db, s, in, n, &changed));
        if (!changed)
                return ERR_MISSING;
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        return OK;
}

static void take(struct str *to, struct str from)
{
        if (from.p)
                *to = from;
}

enum err login_change(struct cx *cx, int64_t account, const struct login_change *c)
{
        struct login *l;
        TRY(login_get(cx, account, &l));
        take(&l->locale, c->locale);
        take(&l->zone, c->zone);
        take(&l->theme, c->theme);
        take(&l->text_size, c->text_size);
        if (c->show_media.p && !str_eq(c->show_media, S("default")) &&
            !str_eq(c->show_media, S("show_all")) && !str_eq(c->show_media, S("hide_all")))
                return fail_field(cx, "show_media", ERR_INPUT,
                                  "Validation failed: Media display is not included in the list");
        take(&l->show_media, c->show_media);
        if (c->no_language)
                l->language = STR_NONE;
        else if (c->language.p && !language_read(cx->arena, c->language, &l->language))
                return fail_field(cx, "language", ERR_INPUT,
                                  "Validation failed: Language is not a language");
        if (c->visibility)
                l->visibility = *c->visibility;
        if (c->quote_policy)
                l->quote_policy = *c->quote_policy;
        l->sensitive = c->sensitive ? *c->sensitive : l->sensitive;
        l->show_counts = c->show_counts ? *c->show_counts : l->show_counts;
        l->need_alt = c->need_alt ? *c->need_alt : l->need_alt;
        l->expand_notes = c->expand_notes ? *c->expand_notes : l->expand_notes;
        l->embeds = c->embeds ? *c->embeds : l->embeds;
        if (l->locale.n > 35 || l->zone.n > 64 || l->theme.n > 32 || l->text_size.n > 32)
                return fail(cx, ERR_INPUT, "Validation failed: A preference is too long");
        return change_one(cx, &LOGIN_CHANGE,
                          BIND(V(account), V(l->locale), V(l->zone), V(l->language), V(l->theme),
                               V(l->text_size), V(l->show_media), V(l->visibility),
                               V(l->quote_policy), V(l->sensitive), V(l->show_counts),
                               V(l->need_alt), V(l->expand_notes), V(l->embeds)),
                          account);
}

enum err login_set_email(struct cx *cx, int64_t account, struct str email, bool confirmed)
{
        email = str_trim(email);
        if (!email_good(email))
                return fail_field(cx, "email", ERR_INPUT, "Validation failed: Email is invalid");
        enum err e = change_one(cx, &LOGIN_EMAIL,
                                BIND(V(account), V(email), V(str_lower(cx->arena, email)),
                                     V_ID(confirmed ? cx_now(cx) : 0)),
                                account);
        if (e == ERR_CONFLICT)
                return fail_field(cx, "email", ERR_INPUT,
                                  "Validation failed: Email has already been taken");
        return e;
}

enum err login_set_role(struct cx *cx, int64_t account, enum role role)
{
        TRY(change_one(cx, &LOGIN_ROLE, BIND(V(account), V(role)), account));
        cx_event(cx, EVENT_ACCESS_ENDED, account, 0);
        return OK;
}

enum err login_end_access(struct cx *cx, int64_t account, int64_t keep_session)
{
        TRY(db_run(cx->db, &LOGIN_END_SESSIONS, BIND(V(account), V(keep_session)), NULL));
        TRY(db_run(cx->db, &LOGIN_END_TOKENS, BIND(V(account)), NULL));
        TRY(db_run(cx->db, &LOGIN_END_CODES, BIND(V(account)), NULL));
        cx_event(cx, EVENT_ACCESS_ENDED, account, 0);
        return OK;
}

enum err login_disable(struct cx *cx, int64_t account)
{
        TRY(change_one(cx, &LOGIN_DISABLED, BIND(V(account), V(1)), account));
        return login_end_access(cx, account, 0);
}

enum err login_enable(struct cx *cx, int64_t account)
{
        return change_one(cx, &LOGIN_DISABLED, BIND(V(account), V(0)), account);
}

enum err login_approve(struct cx *cx, int64_t account)
{
        struct account *a;
        TRY(account_get(cx, account, &a));
        TRY(change_one(cx, &LOGIN_APPROVE, BIND(V(account)), account));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, account, 0);
        return search_index_account(
                cx, account,
                account_search_text(cx->arena, a->username, a->domain, a->display_name));
}

static const struct stmt *const statements[] = {
        &LOGIN_GET,     &LOGIN_BY_EMAIL,     &LOGIN_BY_NAME,    &LOGIN_LIST,      &LOGIN_WAITING,
        &LOGIN_COUNT,   &LOGIN_CHANGE,       &LOGIN_EMAIL,      &LOGIN_ROLE,      &LOGIN_DISABLED,
        &LOGIN_APPROVE, &LOGIN_END_SESSIONS, &LOGIN_END_TOKENS, &LOGIN_END_CODES,
};
const struct stmt_list LOGIN_STATEMENTS = {statements, countof(statements)};
