/* Whether somebody may be met: waiting, limited, suspended. Called by whoever shows a profile by
 * its name or id, and by the moderators' acts. */
#include "social/account.h"
#include "social/journal_rule.h"
#include "social/login.h"
#include "social/outbox_relation.h"

static const struct stmt STATE_WAITING = {
        .name = "account_waiting",
        .text = "SELECT 1 FROM login WHERE account = $1 AND (approved = 0 OR confirmed_at IS NULL) "
                "UNION ALL SELECT 1 FROM account a WHERE a.id = $1 AND " JOURNAL_UNMET("a", "$2"),
        .in = "ii",
        .out = "i",
};

/* A journal that its owners hid is suspended since that moment; what moderators do goes beyond, and
 * leaves it hidden when they take it back. */
#define SUSPEND(to)                                                                                \
        "UPDATE account SET suspended_at = COALESCE(" to ", (SELECT j.hidden_at FROM journal j "   \
        "WHERE j.account = $1)) WHERE id = $1 AND (suspended_at IS NULL OR suspended_at = "        \
        "COALESCE((SELECT j.hidden_at FROM journal j WHERE j.account = $1), 0)) <> (" to           \
        " IS NULL)"
static const struct stmt STATE_SUSPEND = {
        .name = "account_suspend",
        .text = SUSPEND("$2"),
        .text_pg = SUSPEND("CAST($2 AS BIGINT)"),
        .in = "iI",
};

static const struct stmt STATE_SILENCE = {
        .name = "account_silence",
        .text = "UPDATE account SET silenced_at = $2 WHERE id = $1 AND (silenced_at IS NULL) <> "
                "($2 IS NULL)",
        .text_pg = "UPDATE account SET silenced_at = $2 WHERE id = $1"
                   " AND (silenced_at IS NULL) <> (CAST($2 AS BIGINT) IS NULL)",
        .in = "iI",
};

enum err account_shown(struct cx *cx, int64_t by, int64_t id)
{
        struct row r;
        bool waits;
        TRY(db_find(cx->db, &STATE_WAITING, cx->arena, BIND(V(id), V(by)), &r, &waits));
        if (!waits)
                return OK;
        row_int(&r);
        TRY(row_end(&r));
        return ERR_MISSING;
}

static enum err change(struct cx *cx, const struct stmt *s, int64_t id, bool on, bool *changed)
{
        int64_t n;
        TRY(db_run(cx->db, s, BIND(V(id), V_ID(on ? cx_now(cx) : 0)), &n));
        *changed = n != 0;
        if (n)
                cx_event(cx, EVENT_ACCOUNT_CHANGED, id, 0);
        return OK;
}

enum err account_suspend(struct cx *cx, int64_t id, bool on)
{
        bool changed;
        TRY(change(cx, &STATE_SUSPEND, id, on, &changed));
        if (!changed)
                return OK;
        cx_event(cx, EVENT_EVERYTHING, 0,
                 0); /* whatever is kept rendered of theirs, and of answers to them */
        TRY(outbox_profile(cx, id));
        return on ? login_end_access(cx, id, 0) : OK;
}

enum err account_silence(struct cx *cx, int64_t id, bool on)
{
        bool changed;
        return change(cx, &STATE_SILENCE, id, on, &changed);
}

static const struct stmt *const statements[] = {&STATE_WAITING, &STATE_SUSPEND, &STATE_SILENCE};
const struct stmt_list ACCOUNT_STATE_STATEMENTS = {statements, countof(statements)};
