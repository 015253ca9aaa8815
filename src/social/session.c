/* Browser sessions: made at sign-in, looked up by access.c with every page, ended by signing out,
 * by a new password, by disabling, and by 90 days without use. */
#include "social/session.h"
#include "lib/base/hash.h"
#include "lib/base/rand.h"
#include "lib/text/unicode.h"
#include "social/memorial.h"

enum { AGENT_MAX = 200, LIST_MAX = 100 };

static const struct stmt SESSION_ADD = {
        .name = "session_add",
        .text = "INSERT INTO session (id, hash, account, agent, address, created_at, used_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $6)",
        .in = "ibissi",
};

static const struct stmt SESSION_END = {
        .name = "session_end",
        .text = "DELETE FROM session WHERE id = $1 AND account = $2",
        .in = "ii",
};

static const struct stmt SESSION_END_OTHERS = {
        .name = "session_end_others",
        .text = "DELETE FROM session WHERE account = $1 AND id <> $2",
        .in = "ii",
};

static const struct stmt SESSION_LIST = {
        .name = "session_list",
        .text = "SELECT id, created_at, used_at, agent, address FROM session WHERE account = $1 "
                "ORDER BY id DESC LIMIT 100",
        .in = "i",
        .out = "iiiss",
};

/* Once a day, over as many rows as there are signed-in browsers. */
static const struct stmt SESSION_TIDY = {
        .name = "session_tidy",
        .text = "DELETE FROM session WHERE used_at < $1",
        .in = "i",
        .scans = true,
};

/* As above. Where somebody was when they signed in is told for a week, and then no longer known. */
static const struct stmt SESSION_FORGET = {
        .name = "session_forget",
        .text = "UPDATE session SET address = '' WHERE created_at < $1 AND address <> ''",
        .in = "i",
        .scans = true,
};

enum err session_create(struct cx *cx, int64_t account, struct str agent, struct str address,
                        struct str *cookie)
{
        struct str secret = rand_token(cx->arena, 32), seen = S("");
        TRY(memorial_sign_in(cx, account));
        if (!agent.p || !text_clean(cx->arena, utf8_cut(agent, AGENT_MAX), &seen))
                seen = S("");
        int64_t now = cx_now(cx);
        TRY(db_run(cx->db, &SESSION_ADD,
                   BIND(V(cx_id(cx)), V_BYTES(sha256(cx->arena, secret)), V(account), V(seen),
                        V(address.p ? address : S("")), V(now)),
                   NULL));
        *cookie = secret;
        return OK;
}

enum err session_end(struct cx *cx, int64_t account, int64_t session)
{
        int64_t changed;
        TRY(db_run(cx->db, &SESSION_END, BIND(V(session), V(account)), &changed));
        if (!changed)
                return ERR_MISSING;
        cx_event(cx, EVENT_ACCESS_ENDED, account, 0);
        return OK;
}

enum err session_end_others(struct cx *cx, int64_t account, int64_t keep)
{
        TRY(db_run(cx->db, &SESSION_END_OTHERS, BIND(V(account), V(keep)), NULL));
        cx_event(cx, EVENT_ACCESS_ENDED, account, 0);
        return OK;
}

enum err session_list(struct cx *cx, int64_t account, struct session **ret, size_t *n)
{
        struct session *v = make_n(cx->arena, LIST_MAX, struct session);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, &SESSION_LIST, cx->arena, BIND(V(account)), &r));
        while (k < LIST_MAX && row_next(&r)) {
                struct session *s = &v[k++];
                s->id = row_int(&r);
                s->created_at = row_int(&r);
                s->used_at = row_int(&r);
                s->agent = row_str(&r);
                s->address = row_str(&r);
        }
        TRY(row_end(&r));
        *ret = v;
        *n = k;
        return OK;
}

enum err session_tidy(struct cx *cx)
{
        const int64_t day = 86400000, now = cx_now(cx);
        TRY(db_run(cx->db, &SESSION_FORGET, BIND(V(now - SESSION_ADDRESS_DAYS * day)), NULL));
        return db_run(cx->db, &SESSION_TIDY, BIND(V(now - SESSION_DAYS * day)), NULL);
}

static const struct stmt *const statements[] = {
        &SESSION_ADD,  &SESSION_END,  &SESSION_END_OTHERS,
        &SESSION_LIST, &SESSION_TIDY, &SESSION_FORGET,
};
const struct stmt_list SESSION_STATEMENTS = {statements, countof(statements)};
