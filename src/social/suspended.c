/* The end of suspended accounts: see suspended.h. Called by the hourly job and by the moderators'
 * page of an account. A journal that its owners hid is suspended as well, since the moment they hid
 * it (account_state.c); that is theirs to end. Whoever appealed is waited for. */
#include "social/suspended.h"
#include "social/leave.h"
#include "store/job.h"

enum { AT_ONCE = 20 /* of each kind an hour: the rest follows, and nobody waits for them */ };
static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;

#define MODERATORS_DID                                                                             \
        "NOT EXISTS (SELECT 1 FROM journal j WHERE j.account = a.id AND j.hidden_at = "            \
        "a.suspended_at) AND NOT EXISTS (SELECT 1 FROM warning w WHERE w.account = a.id AND "      \
        "w.appeal_state = 1)"

/* Both go over the index of suspended accounts alone, once an hour. Those who left by themselves
 * are on their way already. */
static const struct stmt SUSPENDED_HERE = {
        .name = "suspended_here",
        .text = "SELECT a.id FROM account a WHERE a.suspended_at IS NOT NULL AND a.suspended_at < "
                "$1"
                " AND LENGTH(a.domain) = 0 AND NOT EXISTS (SELECT 1 FROM account_gone g WHERE "
                "g.account ="
                " a.id) AND " MODERATORS_DID " ORDER BY a.id LIMIT $2",
        .in = "ii",
        .out = "i",
        .scans = true,
};
static const struct stmt SUSPENDED_FAR = {
        .name = "suspended_far",
        .text = "SELECT a.id FROM account a WHERE a.suspended_at IS NOT NULL AND a.suspended_at < "
                "$1"
                " AND LENGTH(a.domain) > 0 AND EXISTS (SELECT 1 FROM post p WHERE p.account = a.id)"
                " ORDER BY a.id LIMIT $2",
        .in = "ii",
        .out = "i",
        .scans = true,
};
static const struct stmt SUSPENDED_SINCE = {
        .name = "suspended_since",
        .text = "SELECT a.suspended_at FROM account a WHERE a.id = $1 AND a.suspended_at IS NOT "
                "NULL"
                " AND " MODERATORS_DID,
        .in = "i",
        .out = "I",
};

static enum err due(struct cx *cx, const struct stmt *s, int64_t ids[AT_ONCE], size_t *n)
{
        int64_t before = cx_now(cx) - cx->settings->suspended_days * DAY_MS;
        return db_ints(cx->db, s, BIND(V(before), V(AT_ONCE)), ids, AT_ONCE, n);
}

enum err suspended_tidy(struct cx *cx)
{
        int64_t ids[AT_ONCE];
        size_t n;
        if (!cx->settings->suspended_days)
                return OK;
        TRY(due(cx, &SUSPENDED_HERE, ids, &n));
        for (size_t i = 0; i < n; i++) {
                enum err e = leave_now(cx, ids[i]);
                if (e && e != ERR_INPUT) /* the only owner stays */
                        return e;
        }
        TRY(due(cx, &SUSPENDED_FAR, ids, &n));
        for (size_t i = 0; i < n; i++) {
                struct str id = str_int(cx->arena, ids[i]);
                TRY(job_add(cx, "account_erase",
                            str_fmt(cx->arena, "{\"account\":\"%.*s\"}", STR_ARG(id)), id, 0));
        }
        return OK;
}

enum err suspended_ends(struct cx *cx, int64_t account, int64_t *at)
{
        *at = 0;
        if (!cx->settings->suspended_days)
                return OK;
        enum err e = db_int(cx->db, &SUSPENDED_SINCE, BIND(V(account)), at);
        if (e)
                return e == ERR_MISSING ? OK : e;
        *at += cx->settings->suspended_days * DAY_MS;
        return OK;
}

const struct stmt_list SUSPENDED_STATEMENTS = {
        (const struct stmt *const[]){&SUSPENDED_HERE, &SUSPENDED_FAR, &SUSPENDED_SINCE}, 3};
