/* Deleting one's own account: see leave.h. Called by the settings page, the command line and the
 * job; fedi asks for what is left of those who went. The row in `account` stays, hidden, until the
 * job "account_erase" has removed what hangs on it in batches (account_far_end.c). */
#include "social/leave.h"
#include "lib/text/json.h"
#include "social/account_far.h"
#include "social/journal.h"
#include "social/keeper.h"
#include "social/keepsake.h"
#include "social/login.h"
#include "social/mailing.h"
#include "social/search.h"

static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;
enum { KEY_DAYS = 30 /* far longer than deliveries are tried */ };

static const struct stmt SET = {
        .name = "leave_set",
        .text = "UPDATE login SET leaving_at = $2 WHERE account = $1 AND (leaving_at IS NULL OR $3 "
                "= 1)",
        .in = "iIi",
};
static const struct stmt WHEN = {
        .name = "leave_when",
        .text = "SELECT leaving_at FROM login WHERE account = $1",
        .in = "i",
        .out = "I",
};
/* Once for each person who leaves, out of the people of one server. */
static const struct stmt OTHER_OWNERS = {
        .name = "leave_other_owners",
        .text = "SELECT count(*) FROM login WHERE role = 2 AND disabled = 0 AND account <> $1",
        .in = "i",
        .out = "i",
        .scans = true,
};
static const struct stmt GONE_ADD = {
        .name = "leave_gone_add",
        .text = "INSERT INTO account_gone (account, username_fold, uri, private_key, at)"
                " SELECT id, username_fold, $2, private_key, $3 FROM account WHERE id = $1"
                " AND domain = '' ON CONFLICT DO NOTHING",
        .text_pg = "INSERT INTO account_gone (account, username_fold, uri, private_key, at)"
                   " SELECT id, username_fold, CAST($2 AS TEXT), private_key, CAST($3 AS BIGINT)"
                   " FROM account WHERE id = $1 AND domain = '' ON CONFLICT DO NOTHING",
        .in = "isi",
};
static const struct stmt HIDE = {
        .name = "leave_hide",
        .text = "UPDATE account SET suspended_at = $2, display_name = '', note = '', note_html = "
                "'', fields = '[]', also_known_as = '[]', discoverable = 0 WHERE id = $1",
        .in = "ii",
};
static const struct stmt LOGIN_DROP = {
        .name = "leave_login_drop",
        .text = "DELETE FROM login WHERE account = $1",
        .in = "i",
};
static const struct stmt INVITES_DROP = {
        .name = "leave_invites_drop",
        .text = "DELETE FROM invite WHERE creator = $1",
        .in = "i",
};
static const struct stmt HOME_DROP = {
        .name = "leave_home_drop",
        .text = "DELETE FROM home WHERE owner = $1",
        .in = "i",
};
static const struct stmt WAS_HERE = {
        .name = "leave_was_here",
        .text = "SELECT account FROM account_gone WHERE username_fold = $1",
        .in = "s",
        .out = "i",
};
static const struct stmt IS_GONE = {
        .name = "leave_is_gone",
        .text = "SELECT account FROM account_gone WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt SIGNER = {
        .name = "leave_signer",
        .text = "SELECT uri, private_key FROM account_gone WHERE account = $1",
        .in = "i",
        .out = "sS",
};
static const struct stmt KEYS_DROP = {
        .name = "leave_keys_drop",
        .text = "UPDATE account_gone SET private_key = NULL WHERE private_key IS NOT NULL AND at < "
                "$1",
        .in = "i",
};

static struct str payload_of(struct cx *cx, int64_t account)
{
        return str_fmt(cx->arena, "{\"account\":\"%lld\"}", (long long)account);
}

/* ---- asking ---- */

/* A server without an owner is a house without a key. */
static enum err check_owner(struct cx *cx, int64_t account)
{
        struct login *l;
        struct row r;
        enum err e = login_get(cx, account, &l);
        if (e == ERR_MISSING) /* a journal */
                return OK;
        TRY(e);
        if (l->role != ROLE_OWNER)
                return OK;
        TRY(db_one(cx->db, &OTHER_OWNERS, NULL, BIND(V(account)), &r));
        int64_t others = row_int(&r);
        TRY(row_end(&r));
        return others ? OK
                      : fail(cx, ERR_INPUT,
                             "You are the only one who runs this server. Make somebody else an "
                             "owner first.");
}

/* Whoever sits at the person's screen must not end their account behind their back. */
static enum err tell(struct cx *cx, int64_t account)
{
        struct mailing m = {.account = account,
                            .subject = S("Your account is going to be deleted")};
        m.text = str_fmt(cx->arena,
                         "Somebody, you we hope, asked to delete your account. It happens in %d "
                         "days. If you would rather keep it, sign in and say so:\n\n"
                         "%.*s/settings/leave",
                         LEAVE_DAYS, STR_ARG(cx->settings->url));
        return mailing_add(cx, &m, STR_NONE);
}

enum err leave_ask(struct cx *cx, int64_t account)
{
        int64_t at = cx_now(cx) + LEAVE_DAYS * DAY_MS, changed;
        TRY(check_owner(cx, account));
        TRY(db_run(cx->db, &SET, BIND(V(account), V(at), V(0)), &changed));
        if (!changed)
                return OK;
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        TRY(tell(cx, account));
        return job_add(cx, "leave", payload_of(cx, account), str_int(cx->arena, account), at);
}

enum err leave_stay(struct cx *cx, int64_t account)
{
        TRY(db_run(cx->db, &SET, BIND(V(account), V_NULL, V(1)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        return job_cancel(cx, "leave", str_int(cx->arena, account));
}

enum err leave_when(struct cx *cx, int64_t account, int64_t *at)
{
        return db_int(cx->db, &WHEN, BIND(V(account)), at);
}

/* ---- going ---- */

enum err leave_now(struct cx *cx, int64_t account)
{
        struct account *a;
        TRY(account_get(cx, account, &a));
        if (!account_is_local(a))
                return ERR_DENIED;
        TRY(check_owner(cx, account));
        TRY(journal_owner_goes(cx, account));
        TRY(keeper_end_all(cx, account));
        TRY(keepsake_leave(cx, account));
        TRY(db_run(cx->db, &GONE_ADD, BIND(V(account), V(a->uri), V(cx_now(cx))), NULL));
        TRY(login_end_access(cx, account, 0));
        TRY(db_run(cx->db, &LOGIN_DROP, BIND(V(account)), NULL));
        TRY(db_run(cx->db, &INVITES_DROP, BIND(V(account)), NULL));
        TRY(db_run(cx->db, &HOME_DROP, BIND(V(account)), NULL));
        TRY(db_run(cx->db, &HIDE, BIND(V(account), V(cx_now(cx))), NULL));
        TRY(search_index_account(cx, account, S("")));
        cx_event(cx, EVENT_EVERYTHING, 0, 0);
        TRY(job_cancel(cx, "leave", str_int(cx->arena, account)));
        TRY(job_add(cx, "deliver_gone", payload_of(cx, account), str_int(cx->arena, account), 0));
        return job_add(cx, "account_erase", payload_of(cx, account), str_int(cx->arena, account),
                       0);
}

enum err leave_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        int64_t account, at;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "account"), &account))
                return ERR_INPUT;
        enum err e = leave_when(cx, account, &at);
        if (e)
                return e == ERR_MISSING ? OK : e;
        if (!at || at > cx_now(cx)) /* they thought better of it */
                return OK;
        e = leave_now(cx, account);
        return e == ERR_INPUT ? leave_stay(cx, account) : e;
}

/* ---- afterwards ---- */

static enum err exists(struct cx *cx, const struct stmt *s, struct value v, bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, s, NULL, BIND(v), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

enum err leave_was_here(struct cx *cx, struct str username, bool *ret)
{
        return exists(cx, &WAS_HERE, V(str_lower(cx->arena, username)), ret);
}

enum err leave_is_gone(struct cx *cx, int64_t account, bool *ret)
{
        return exists(cx, &IS_GONE, V(account), ret);
}

enum err leave_signer(struct cx *cx, int64_t account, struct str *uri, struct str *pem)
{
        struct account *a;
        struct row r;
        enum err e = account_get(cx, account, &a);
        if (!e) {
                *uri = a->uri;
                return account_private_key(cx, account, pem);
        }
        if (e != ERR_MISSING)
                return e;
        TRY(db_one(cx->db, &SIGNER, cx->arena, BIND(V(account)), &r));
        *uri = row_str(&r);
        *pem = row_str(&r);
        TRY(row_end(&r));
        return pem->n ? OK : ERR_MISSING;
}

enum err leave_tidy(struct cx *cx)
{
        return db_run(cx->db, &KEYS_DROP, BIND(V(cx_now(cx) - KEY_DAYS * DAY_MS)), NULL);
}

static const struct stmt *const statements[] = {
        &SET,          &WHEN,      &OTHER_OWNERS, &GONE_ADD, &HIDE,   &LOGIN_DROP,
        &INVITES_DROP, &HOME_DROP, &WAS_HERE,     &IS_GONE,  &SIGNER, &KEYS_DROP,
};
const struct stmt_list LEAVE_STATEMENTS = {statements, countof(statements)};
