/* Checking and changing passwords. Everything here is slow on purpose and runs outside
 * transactions; the short writes go through the writer. A try is counted before the password is
 * looked at, so that parallel guesses gain nothing. */
#include "lib/base/hash.h"
#include "social/login.h"
#include "social/mailing.h"
#include "social/memorial.h"
#include "social/password.h"
#include "store/job.h"
#include <arpa/inet.h>

/* T001: 10 tries in 5 minutes from an address, 20 an hour for a name. */
enum {
        ADDRESS_TRIES = 10,
        ADDRESS_MS = 5 * 60 * 1000,
        NAME_TRIES = 20,
        NAME_MS = 3600 * 1000,
        MAILS = 5,
        MAILS_MS = 30 * 60 * 1000
};

static const struct stmt TRY_COUNT = {
        .name = "login_try_count",
        .text = "INSERT INTO login_try (key, since, count) VALUES ($1, $2, 1) ON CONFLICT (key) DO "
                "UPDATE SET"
                " count = CASE WHEN login_try.since <= $3 OR login_try.since > $2 THEN 1 ELSE "
                "login_try.count + 1 END,"
                " since = CASE WHEN login_try.since <= $3 OR login_try.since > $2 THEN $2 ELSE "
                "login_try.since END"
                " RETURNING count",
        .in = "bii",
        .out = "i",
};

static const struct stmt TRY_FORGET = {
        .name = "login_try_forget",
        .text = "DELETE FROM login_try WHERE since < $1",
        .in = "i",
};

static const struct stmt PASSWORD_GET = {
        .name = "login_password",
        .text = "SELECT password FROM login WHERE account = $1",
        .in = "i",
        .out = "s",
};

static const struct stmt PASSWORD_SET = {
        .name = "login_password_set",
        .text = "UPDATE login SET password = $2 WHERE account = $1",
        .in = "is",
};

/* One household has many IPv6 addresses: they count by /64. */
static struct str address_key(struct arena *a, struct str address)
{
        struct in6_addr six;
        if (inet_pton(AF_INET6, str_z(a, address), &six) == 1) {
                if (IN6_IS_ADDR_V4MAPPED(&six))
                        return str_dup(a, (struct str){(const char *)six.s6_addr + 12, 4});
                return str_dup(a, (struct str){(const char *)six.s6_addr, 8});
        }
        struct in_addr four;
        if (inet_pton(AF_INET, str_z(a, address), &four) == 1)
                return str_dup(a, (struct str){(const char *)&four, 4});
        return address;
}

struct tries {
        struct str address, name;
};

static enum err count_try(struct cx *cx, struct str key, int most, int64_t window_ms)
{
        int64_t now = cx_now(cx);
        struct row r;
        TRY(db_one(cx->db, &TRY_COUNT, cx->arena,
                   BIND(V_BYTES(sha256(cx->arena, key)), V(now), V(now - window_ms)), &r));
        int64_t count = row_int(&r);
        TRY(row_end(&r));
        return count > most ? ERR_LIMIT : OK;
}

/* The count must stay although the answer is no: the refusal travels in `over`, not as an error,
 * which would roll it back. */
struct tally {
        struct tries tries;
        bool over;
};

static enum err count_tries(struct cx *cx, void *arg)
{
        struct tally *t = arg;
        enum err by_address = OK, by_name = OK;
        if (t->tries.address.n)
                by_address = count_try(cx,
                                       str_join(cx->arena, S("address "),
                                                address_key(cx->arena, t->tries.address)),
                                       ADDRESS_TRIES, ADDRESS_MS);
        if (by_address && by_address != ERR_LIMIT)
                return by_address;
        /* Tries that the address limit stopped must not lock the person out. */
        if (!by_address)
                by_name = count_try(cx, str_join(cx->arena, S("name "), t->tries.name), NAME_TRIES,
                                    NAME_MS);
        if (by_name && by_name != ERR_LIMIT)
                return by_name;
        t->over = by_address || by_name;
        return OK;
}

static enum err may_try(struct cx *cx, struct str address, struct str name)
{
        if (!cx->settings->rate_limits)
                return OK;
        struct tally t = {.tries = {address, name}};
        TRY(cx_write(cx, count_tries, &t));
        if (t.over)
                return fail(cx, ERR_LIMIT, "Too many tries. Please wait a while and try again.");
        return OK;
}

static enum err get_hash(struct cx *cx, int64_t account, struct str *ret)
{
        struct row r;
        TRY(db_one(cx->db, &PASSWORD_GET, cx->arena, BIND(V(account)), &r));
        *ret = row_str(&r);
        return row_end(&r);
}

static enum err check_password(struct cx *cx, struct str name, struct str password,
                               struct str address, struct login **ret)
{
        struct login *l = NULL;
        enum err e = login_by_name(cx, name, &l);
        if (e && e != ERR_MISSING)
                return e;
        struct str hash = S("");
        if (!e)
                TRY(get_hash(cx, l->account, &hash));
        struct str key = l ? str_int(cx->arena, l->account)
                           : str_lower(cx->arena, str_cut(str_trim(name), 0, 254));
        TRY(may_try(cx, address, key));
        if (!password_fits(hash, password) || !l) {
                fail(cx, ERR_DENIED, "The name or the password is not right.");
                return ERR_DENIED;
        }
        *ret = l;
        return OK;
}

enum err login_check_password_also_closed(struct cx *cx, struct str name, struct str password,
                                          struct str address, int64_t *account, bool *closed)
{
        struct login *l = NULL;
        TRY(check_password(cx, name, password, address, &l));
        *closed = l->disabled || l->suspended;
        if (l->memorial)
                return fail(cx, ERR_DENIED,
                            "This account is kept in memory of somebody. Nobody can "
                            "sign in to it.");
        *account = l->account;
        return OK;
}

enum err login_check_password(struct cx *cx, struct str name, struct str password,
                              struct str address, int64_t *account)
{
        bool closed = false;
        int64_t found = 0;
        TRY(login_check_password_also_closed(cx, name, password, address, &found, &closed));
        if (closed)
                return fail(cx, ERR_DENIED, "Your login is currently disabled");
        *account = found;
        return OK;
}

enum err login_confirm_password(struct cx *cx, int64_t account, struct str password,
                                struct str address)
{
        struct str hash;
        TRY(get_hash(cx, account, &hash));
        TRY(may_try(cx, address, str_int(cx->arena, account)));
        if (!password_fits(hash, password))
                return fail_field(cx, "current_password", ERR_DENIED, "The password is not right.");
        return OK;
}

struct new_password {
        int64_t account, keep_session;
        struct str hash, secret; /* of the link that proves the person; none: they are signed in */
};

/* The link proves the address, too. */
static enum err use_link(struct cx *cx, const struct new_password *n)
{
        struct str email;
        struct login *l;
        int64_t account;
        TRY(single_use_take(cx, "password", n->secret, &account, &email));
        TRY(login_get(cx, account, &l));
        if (account != n->account || !str_eq_nocase(email, l->email))
                return ERR_MISSING; /* changed since */
        if (l->disabled || l->suspended)
                return ERR_MISSING;
        return l->confirmed_at ? OK : login_set_email(cx, account, l->email, true);
}

static enum err store_password(struct cx *cx, void *arg)
{
        const struct new_password *n = arg;
        int64_t changed;
        if (n->secret.n)
                TRY(use_link(cx, n));
        TRY(memorial_sign_in(cx, n->account));
        TRY(db_run(cx->db, &PASSWORD_SET, BIND(V(n->account), V(n->hash)), &changed));
        if (!changed)
                return ERR_MISSING;
        return login_end_access(cx, n->account, n->keep_session);
}

static enum err set(struct cx *cx, struct new_password n, struct str password)
{
        if (password.n < PASSWORD_MIN)
                return fail_field(
                        cx, "password", ERR_INPUT,
                        "Validation failed: Password is too short (minimum is %d characters)",
                        PASSWORD_MIN);
        if (password.n > PASSWORD_MAX_BYTES)
                return fail_field(
                        cx, "password", ERR_INPUT,
                        "Validation failed: Password is too long (maximum is %d characters)",
                        PASSWORD_MAX_BYTES);
        TRY(password_hash(cx->arena, password, &n.hash));
        return cx_write(cx, store_password, &n);
}

enum err login_set_password(struct cx *cx, int64_t account, struct str password,
                            int64_t keep_session)
{
        struct new_password n = {.account = account, .keep_session = keep_session};
        return set(cx, n, password);
}

enum err login_set_password_by_link(struct cx *cx, int64_t account, struct str password,
                                    struct str secret)
{
        if (!secret.n)
                return ERR_MISSING;
        return set(cx, (struct new_password){.account = account, .secret = secret}, password);
}

/* ---- mails with a link ---- */

static enum err ask_mail(struct cx *cx, const char *kind, int64_t account)
{
        struct str payload = str_fmt(cx->arena, "{\"kind\":\"%s\",\"account\":\"%lld\"}", kind,
                                     (long long)account);
        if (cx->settings->rate_limits) {
                enum err e =
                        count_try(cx, str_join(cx->arena, S("mail "), payload), MAILS, MAILS_MS);
                if (e == ERR_LIMIT)
                        return fail(cx, e,
                                    "Several mails were sent already. Please look for them, or try "
                                    "again later.");
                TRY(e);
        }
        return mailing_possible(cx) ? job_add(cx, "mail", payload, STR_NONE, 0) : OK;
}

enum err login_ask_confirmation(struct cx *cx, int64_t account)
{
        return ask_mail(cx, "confirm", account);
}

enum err login_ask_password(struct cx *cx, struct str name_or_email)
{
        struct login *l;
        enum err e = login_by_name(cx, name_or_email, &l);
        if (e == ERR_MISSING || (!e && (l->disabled || l->suspended || l->memorial)))
                return OK;
        TRY(e);
        e = ask_mail(cx, "password", l->account);
        return e == ERR_LIMIT ? OK : e;
}

enum err login_confirm(struct cx *cx, struct str secret)
{
        int64_t account;
        struct str email;
        struct login *l;
        TRY(single_use_take(cx, "confirm", secret, &account, &email));
        TRY(login_get(cx, account, &l));
        if (!str_eq_nocase(email, l->email))
                return ERR_MISSING; /* the address was changed since */
        return login_set_email(cx, account, l->email, true);
}

enum err login_tidy(struct cx *cx)
{
        TRY(db_run(cx->db, &TRY_FORGET, BIND(V(cx_now(cx) - NAME_MS)), NULL));
        return single_use_tidy(cx);
}

static const struct stmt *const statements[] = {&TRY_COUNT, &TRY_FORGET, &PASSWORD_GET,
                                                &PASSWORD_SET};
const struct stmt_list LOGIN_PASSWORD_STATEMENTS = {statements, countof(statements)};
