/* New people: what a name, an address and a password must be, who may join, and the transaction
 * that makes them. Called by the command line, the sign-up pages and POST /api/v1/accounts. */
#include "lib/base/id.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include "social/follow.h"
#include "social/invite.h"
#include "social/join_block.h"
#include "social/keeper.h"
#include "social/list.h"
#include "social/login.h"
#include "social/notification.h"
#include "social/password.h"
#include "social/search.h"

/* T167: without an invitation at most 10 new people a day, 20 waiting. */
enum { OPEN_A_DAY = 10, WAITING_MOST = 20, DAY_MS = 24 * 3600 * 1000, REASON_MAX = 2000 };

static const struct stmt CREATE_LOGIN = {
        .name = "login_insert",
        .text = "INSERT INTO login (account, email, email_fold, password, role, confirmed_at, "
                "approved, reason,"
                " invite, locale, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
                "$10, $11, $11)",
        .in = "isssiIisIsi",
};

static const struct stmt CREATE_NAME_TAKEN = {
        .name = "login_name_taken",
        .text = "SELECT 1 FROM account WHERE username_fold = $1 AND domain = ''"
                " UNION ALL SELECT 1 FROM account_gone WHERE username_fold = $1",
        .in = "s",
        .out = "i",
};

static const struct stmt CREATE_EMAIL_TAKEN = {
        .name = "login_email_taken",
        .text = "SELECT 1 FROM login WHERE email_fold = $1",
        .in = "s",
        .out = "i",
};

static const struct stmt CREATE_RECENT = {
        .name = "login_recent",
        .text = "SELECT count(*) FROM login WHERE account > $1 AND invite IS NULL AND role = 0",
        .in = "i",
        .out = "i",
};

static const struct stmt CREATE_WAITING = {
        .name = "login_waiting_count",
        .text = "SELECT count(*) FROM login WHERE approved = 0",
        .out = "i",
};

/* A handful of rows out of the people of one server, once for each sign-up. */
static const struct stmt CREATE_MODERATORS = {
        .name = "login_moderators",
        .text = "SELECT account FROM login WHERE role >= 1",
        .out = "i",
        .scans = true,
};

/* Names that would pass for the server itself, or are addresses of ours or of mail. */
static const char *const reserved[] = {
        "about",     "abuse",      "account",   "accounts",   "admin",      "administrator",
        "all",       "anonymous",  "api",       "auth",       "contact",    "everyone",
        "explore",   "federation", "followers", "following",  "health",     "help",
        "here",      "home",       "host",      "hostmaster", "inbox",      "info",
        "instance",  "invite",     "lists",     "local",      "mail",       "mailer_daemon",
        "me",        "media",      "metrics",   "mod",        "moderation", "moderator",
        "nobody",    "noreply",    "no_reply",  "nodeinfo",   "null",       "oauth",
        "official",  "outbox",     "owner",     "postmaster", "privacy",    "public",
        "relay",     "report",     "root",      "rules",      "search",     "security",
        "server",    "settings",   "share",     "sign_in",    "sign_up",    "staff",
        "static",    "status",     "support",   "sysadmin",   "system",     "tags",
        "terms",     "tidings",    "undefined", "users",      "web",        "webfinger",
        "webmaster", "www",
};

bool login_name_reserved(struct str username)
{
        for (size_t i = 0; i < countof(reserved); i++)
                if (str_eq_nocase(username, str_of(reserved[i])))
                        return true;
        return false;
}

static bool name_byte(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
}

bool login_name_good(struct str s)
{
        if (!s.n || s.n > 30)
                return false;
        for (size_t i = 0; i < s.n; i++)
                if (!name_byte(s.p[i]))
                        return false;
        return true;
}

static bool email_byte(char c)
{
        return name_byte(c) || (c && strchr(".!#$%&'*+/=?^`{|}~-", c));
}

static bool domain_good(struct str s)
{
        if (!str_has_char(s, '.') || s.p[0] == '.' || s.p[0] == '-' || str_ends(s, S(".")) ||
            str_has(s, S("..")))
                return false;
        for (size_t i = 0; i < s.n; i++)
                if (!name_byte(s.p[i]) && s.p[i] != '.' && s.p[i] != '-')
                        return false;
        return true;
}

bool email_good(struct str s)
{
        size_t at = str_find_char(s, '@');
        struct str local = str_cut(s, 0, at), domain = str_after(s, at + 1);
        if (s.n > 254 || !local.n || local.n > 64 || !domain.n)
                return false;
        for (size_t i = 0; i < local.n; i++)
                if (!email_byte(local.p[i]))
                        return false;
        return local.p[0] != '.' && !str_ends(local, S(".")) && !str_has(local, S("..")) &&
               domain_good(domain);
}

/* ---- checking ---- */

struct faults {
        struct login_fault *v;
        size_t n, room;
};

static void add_fault(struct faults *f, const char *field, const char *code, const char *text)
{
        if (f->n < f->room)
                f->v[f->n++] = (struct login_fault){field, code, text};
}

static enum err exists(struct cx *cx, const struct stmt *s, struct str key, bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, s, cx->arena, BIND(V(str_lower(cx->arena, key))), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

/* Whoever runs the server may have any name: the command line says so, or an invitation to run it.
 */
static enum err any_name(struct cx *cx, const struct login_draft *d, bool *ret)
{
        struct invite *i;
        *ret = d->any_name;
        if (d->any_name || !d->invite.n)
                return OK;
        enum err e = invite_get(cx, d->invite, &i);
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        *ret = i->role != ROLE_MEMBER;
        return OK;
}

static enum err check_name(struct cx *cx, const struct login_draft *d, struct faults *f)
{
        bool taken, any;
        TRY(any_name(cx, d, &any));
        if (!d->username.n)
                add_fault(f, "username", "ERR_BLANK", "can't be blank");
        else if (d->username.n > 30)
                add_fault(f, "username", "ERR_TOO_LONG", "is too long (maximum is 30 characters)");
        else if (!login_name_good(d->username))
                add_fault(f, "username", "ERR_INVALID",
                          "must contain only letters, numbers and underscores");
        else if (!any && login_name_reserved(d->username))
                add_fault(f, "username", "ERR_RESERVED", "is reserved");
        else {
                TRY(exists(cx, &CREATE_NAME_TAKEN, d->username, &taken));
                if (taken)
                        add_fault(f, "username", "ERR_TAKEN", "has already been taken");
        }
        return OK;
}

static enum err check_email(struct cx *cx, const struct login_draft *d, struct faults *f)
{
        bool taken;
        struct str email = str_trim(d->email);
        if (!email.n)
                add_fault(f, "email", "ERR_BLANK", "can't be blank");
        else if (!email_good(email))
                add_fault(f, "email", "ERR_INVALID", "is invalid");
        else {
                TRY(exists(cx, &CREATE_EMAIL_TAKEN, email, &taken));
                if (taken)
                        add_fault(f, "email", "ERR_TAKEN", "has already been taken");
        }
        return OK;
}

enum err login_check_draft(struct cx *cx, const struct login_draft *d, struct login_fault *faults,
                           size_t *n)
{
        struct faults f = {faults, 0, *n};
        TRY(check_name(cx, d, &f));
        TRY(check_email(cx, d, &f));
        if (!d->password.n && !d->no_password)
                add_fault(&f, "password", "ERR_BLANK", "can't be blank");
        else if (d->password.n < PASSWORD_MIN && !d->no_password)
                add_fault(&f, "password", "ERR_TOO_SHORT",
                          "is too short (minimum is 8 characters)");
        else if (d->password.n > PASSWORD_MAX_BYTES)
                add_fault(&f, "password", "ERR_TOO_LONG",
                          "is too long (maximum is 1024 characters)");
        if (d->reason.p && (!utf8_valid(d->reason) || utf8_count(d->reason) > REASON_MAX))
                add_fault(&f, "reason", "ERR_TOO_LONG", "is too long (maximum is 2000 characters)");
        *n = f.n;
        return OK;
}

static enum err fail_draft(struct cx *cx, const struct login_fault *f)
{
        char title[32] = "";
        strncpy(title, f->field, sizeof title - 1);
        if (title[0] >= 'a' && title[0] <= 'z')
                title[0] = (char)(title[0] - 'a' + 'A');
        return fail_field(cx, f->field, ERR_INPUT, "Validation failed: %s %s", title, f->text);
}

static enum err must_be_good(struct cx *cx, const struct login_draft *d)
{
        struct login_fault f[4];
        size_t n = countof(f);
        TRY(login_check_draft(cx, d, f, &n));
        return n ? fail_draft(cx, &f[0]) : OK;
}

/* ---- making ---- */

struct creation {
        const struct login_draft *draft;
        struct account_draft account;
        struct str hash;
        bool tell; /* those who run the server */
        int64_t id;
};

static enum err join_creator(struct cx *cx, int64_t id, const struct invite *i)
{
        if (!i || !i->autofollow || !i->creator)
                return OK;
        const struct follow_options both = {.skip_approval = true};
        enum err e = follow_start(cx, id, i->creator, &both);
        if (!e)
                e = follow_start(cx, i->creator, id, &both);
        return e == ERR_MISSING || e == ERR_DENIED
                       ? OK
                       : e; /* the creator left or moved: join all the same */
}

static enum err tell_moderators(struct cx *cx, int64_t id)
{
        struct row r;
        TRY(db_all(cx->db, &CREATE_MODERATORS, cx->arena, NO_BIND, &r));
        int64_t ids[50];
        size_t n = 0;
        while (n < countof(ids) && row_next(&r))
                ids[n++] = row_int(&r);
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++)
                TRY(notification_add(cx, ids[i], NOTIFICATION_SIGN_UP, id, 0));
        return OK;
}

static enum err write_login(struct cx *cx, void *arg)
{
        struct creation *c = arg;
        const struct login_draft *d = c->draft;
        TRY(must_be_good(cx, d)); /* again: somebody else may have taken the name meanwhile */
        struct invite *invite = NULL;
        if (d->invite.n)
                TRY(invite_use(cx, d->invite, &invite));
        TRY(account_create(cx, &c->account, &c->id));
        struct str email = str_trim(d->email);
        int64_t now = cx_now(cx);
        enum role role = invite && invite->role > d->role ? invite->role : d->role;
        TRY(db_run(cx->db, &CREATE_LOGIN,
                   BIND(V(c->id), V(email), V(str_lower(cx->arena, email)), V(c->hash), V(role),
                        V_ID(d->confirmed ? now : 0), V(d->approved),
                        V(d->reason.p ? d->reason : S("")), V_ID(invite ? invite->id : 0),
                        V(d->locale.n ? d->locale : cx->settings->language), V(now)),
                   NULL));
        TRY(list_close_create(cx, c->id));
        if (!d->approved)
                TRY(search_index_account(cx, c->id, S(""))); /* not to be found before */
        TRY(join_creator(cx, c->id, invite));
        if (invite)
                TRY(keeper_joined(cx, invite->id, c->id));
        if (c->tell)
                TRY(tell_moderators(cx, c->id));
        if (!d->confirmed)
                TRY(login_ask_confirmation(cx, c->id));
        cx_event(cx, EVENT_INSTANCE, 0, 0); /* the number of people is in the instance document */
        return OK;
}

static enum err create(struct cx *cx, const struct login_draft *d, bool tell, int64_t *account)
{
        TRY(must_be_good(cx, d));
        struct creation c = {.draft = d, .tell = tell};
        c.account.username = d->username;
        c.account.locked = d->locked == LOCKED_DEFAULT
                                   ? cx->settings->new_accounts_approve_followers
                                   : d->locked == LOCKED_YES;
        c.hash = S("");
        if (!d->no_password)
                TRY(password_hash(cx->arena, d->password, &c.hash));
        TRY(account_make_keys(cx->arena, &c.account.keys));
        TRY(cx_write(cx, write_login, &c));
        *account = c.id;
        return OK;
}

enum err login_create(struct cx *cx, const struct login_draft *d, int64_t *account)
{
        return create(cx, d, false, account);
}

/* ---- joining as a stranger ---- */

static enum err check_flood(struct cx *cx)
{
        if (!cx->settings->rate_limits)
                return OK;
        int64_t recent, waiting;
        TRY(db_int(cx->db, &CREATE_RECENT, BIND(V(id_at(cx_now(cx) - DAY_MS))), &recent));
        TRY(db_int(cx->db, &CREATE_WAITING, NO_BIND, &waiting));
        if (recent >= OPEN_A_DAY || waiting >= WAITING_MOST)
                return fail(cx, ERR_LIMIT, "Many people joined today. Please try again tomorrow.");
        return OK;
}

enum err login_may_sign_up(struct cx *cx, const struct login_draft *d)
{
        const struct settings *s = cx->settings;
        if (d->invite.n) {
                struct invite *i;
                enum err e = invite_get(cx, d->invite, &i);
                if (e == ERR_MISSING)
                        return fail_field(cx, "invite_code", ERR_INPUT,
                                          "Validation failed: Invite code is not valid any more");
                return e;
        }
        if (s->registration == REGISTRATION_OPEN)
                return check_flood(cx);
        if (s->registration == REGISTRATION_INVITE)
                return fail(cx, ERR_DENIED, "Joining this server needs an invitation.");
        return fail(cx, ERR_DENIED, "This server takes no new members.");
}

/* An owner comes by a link that the command line printed: a mail server that does not work yet must
 * not lock them out. */
static enum err comes_as_owner(struct cx *cx, struct str invite, bool *ret)
{
        struct invite *i;
        *ret = false;
        if (invite.n) {
                TRY(invite_get(cx, invite, &i));
                *ret = i->role == ROLE_OWNER;
        }
        return OK;
}

enum err login_sign_up(struct cx *cx, const struct login_draft *d, int64_t *account, bool *waits)
{
        struct login_draft mine = *d;
        TRY(login_may_sign_up(cx, d));
        mine.role = ROLE_MEMBER;
        mine.any_name = false;
        bool approve = false, owner;
        TRY(comes_as_owner(cx, d->invite, &owner));
        mine.confirmed =
                owner || !cx->settings->smtp_url.n; /* without mail no address can be proven */
        TRY(join_check(cx, d->email, d->address, &approve));
        mine.approved = !approve && (d->invite.n || !cx->settings->registration_approval);
        TRY(create(cx, &mine, true, account));
        *waits = !mine.approved;
        return OK;
}

static const struct stmt *const statements[] = {
        &CREATE_LOGIN,  &CREATE_NAME_TAKEN, &CREATE_EMAIL_TAKEN,
        &CREATE_RECENT, &CREATE_WAITING,    &CREATE_MODERATORS,
};
const struct stmt_list LOGIN_CREATE_STATEMENTS = {statements, countof(statements)};
