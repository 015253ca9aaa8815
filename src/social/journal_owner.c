/* Who owns a journal: inviting, answering, leaving, and ending it, which needs all of them or
 * fourteen days. Called by the pages of journals and by the jobs. */
#include "lib/text/json.h"
#include "social/block.h"
#include "social/follow.h"
#include "social/journal.h"
#include "social/keeper.h"
#include "social/leave.h"
#include "social/mailing.h"
#include "social/switches.h"
#include "store/job.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static const struct stmt OWNERS = {
        .name = "journal_owners",
        .text = "SELECT account, COALESCE(by_account, 0), since, state, ends FROM journal_owner "
                "WHERE journal = $1 ORDER BY state DESC, since, account",
        .in = "i",
        .out = "iiiii",
};
static const struct stmt OWNS = {
        .name = "journal_owns",
        .text = "SELECT state FROM journal_owner WHERE journal = $1 AND account = $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt OWNED = {
        .name = "journal_list",
        .text = "SELECT journal FROM journal_owner WHERE account = $1 AND state = $2 "
                "ORDER BY journal LIMIT 100",
        .in = "ii",
        .out = "i",
};
static const struct stmt INVITE = {
        .name = "journal_invite",
        .text = "INSERT INTO journal_owner (journal, account, state, by_account, since) "
                "VALUES ($1, $2, 0, $3, $4) ON CONFLICT DO NOTHING",
        .in = "iiii",
};
static const struct stmt ACCEPT = {
        .name = "journal_accept",
        .text = "UPDATE journal_owner SET state = 1, since = $3 WHERE journal = $1 AND account = "
                "$2 AND state = 0",
        .in = "iii",
};
static const struct stmt DROP = {
        .name = "journal_owner_drop",
        .text = "DELETE FROM journal_owner WHERE journal = $1 AND account = $2 AND state = $3",
        .in = "iii",
};
static const struct stmt UNINVITE = {
        .name = "journal_uninvite_by",
        .text = "DELETE FROM journal_owner WHERE account = $1 AND state = 0 AND by_account = $2",
        .in = "ii",
};
static const struct stmt MEMBER = {
        .name = "journal_member",
        .text = "SELECT 1 FROM login l JOIN account a ON a.id = l.account WHERE l.account = $1 AND "
                "l.approved = 1 AND l.disabled = 0 AND a.suspended_at IS NULL AND a.memorial = 0",
        .in = "i",
        .out = "i",
};
static const struct stmt HANDS_ADD = {
        .name = "journal_hands_add",
        .text = "INSERT INTO hand (post, account, role) SELECT id, CAST($2 AS BIGINT), 1 FROM post "
                "WHERE account = $1 AND reply_to IS NULL AND boost_of IS NULL "
                "ON CONFLICT (post, account) DO UPDATE SET role = 1",
        .in = "ii",
};
static const struct stmt HANDS_END = {
        .name = "journal_hands_end",
        .text = "DELETE FROM hand WHERE account = $2 AND post IN "
                "(SELECT id FROM post WHERE account = $1)",
        .in = "ii",
};
_Static_assert(HAND_AUTHOR == 1, "the statements above carry the role as a number");
static const struct stmt AGREE = {
        .name = "journal_agree",
        .text = "UPDATE journal_owner SET ends = 1 WHERE journal = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt DISAGREE = {
        .name = "journal_disagree",
        .text = "UPDATE journal_owner SET ends = 0 WHERE journal = $1",
        .in = "i",
};
static const struct stmt END_SET = {
        .name = "journal_end_set",
        .text = "UPDATE journal SET end_at = $2, end_by = $3 WHERE account = $1",
        .in = "iII",
};
static const struct stmt OWNERS_GONE = {
        .name = "journal_owners_gone",
        .text = "DELETE FROM journal_owner WHERE journal = $1",
        .in = "i",
};

enum err journal_owners(struct cx *cx, int64_t journal, struct journal_owner **ret, size_t *n)
{
        enum { MOST = JOURNAL_OWNERS_MAX + JOURNAL_INVITED_MAX };
        struct journal_owner *v = make_n(cx->arena, MOST, struct journal_owner);
        struct row r;
        size_t got = 0;
        TRY(db_all(cx->db, &OWNERS, NULL, BIND(V(journal)), &r));
        while (got < MOST && row_next(&r)) {
                struct journal_owner *o = &v[got++];
                o->account = row_int(&r);
                o->by = row_int(&r);
                o->since = row_int(&r);
                o->invited = row_int(&r) == 0;
                o->ends = row_int(&r) != 0;
        }
        *ret = v;
        *n = got;
        return row_end(&r);
}

enum err journal_owns(struct cx *cx, int64_t journal, int64_t account, bool *ret)
{
        struct row r;
        *ret = false;
        if (!account)
                return OK;
        TRY(db_find(cx->db, &OWNS, NULL, BIND(V(journal), V(account)), &r, ret));
        if (!*ret)
                return OK;
        *ret = row_int(&r) == 1;
        return row_end(&r);
}

enum err journal_must_own(struct cx *cx, int64_t journal, int64_t account)
{
        bool owns;
        TRY(journal_owns(cx, journal, account, &owns));
        return owns ? OK : ERR_MISSING;
}

enum err journal_list(struct cx *cx, int64_t account, bool invited, int64_t **ret, size_t *n)
{
        enum { MOST = 100 };
        struct row r;
        *ret = make_n(cx->arena, MOST, int64_t);
        *n = 0;
        if (!account)
                return OK;
        TRY(db_all(cx->db, &OWNED, NULL, BIND(V(account), V(!invited)), &r));
        while (*n < MOST && row_next(&r))
                (*ret)[(*n)++] = row_int(&r);
        return row_end(&r);
}

enum err journal_told(struct cx *cx, int64_t account, int64_t *ret, size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &OWNERS, NULL, BIND(V(account)), &r));
        while (*n < JOURNAL_OWNERS_MAX && row_next(&r)) {
                ret[*n] = row_int(&r);
                row_int(&r);
                row_int(&r);
                *n += row_int(&r) == 1;
                row_int(&r);
        }
        return row_end(&r);
}

/* ---- coming ---- */

static enum err counts(struct cx *cx, int64_t journal, size_t *owners, size_t *invited)
{
        struct journal_owner *v;
        size_t n;
        TRY(journal_owners(cx, journal, &v, &n));
        *owners = *invited = 0;
        for (size_t i = 0; i < n; i++)
                (*(v[i].invited ? invited : owners))++;
        return OK;
}

static enum err tell_asked(struct cx *cx, int64_t by, int64_t journal, int64_t account)
{
        struct account *a, *who;
        struct mailing m = {.account = account};
        TRY(account_get(cx, journal, &a));
        TRY(account_get(cx, by, &who));
        struct str name = account_name(a), from = account_name(who);
        m.subject = str_fmt(cx->arena, "You are asked to write in “%.*s”", STR_ARG(name));
        m.text = str_fmt(cx->arena,
                         "%.*s (@%.*s) asks you to write in “%.*s” with them, as an equal. You can "
                         "say yes or no here:\n\n%.*s/journals\n\nNothing happens until you say "
                         "yes, and you can leave at any time.",
                         STR_ARG(from), STR_ARG(who->username), STR_ARG(name),
                         STR_ARG(cx->settings->url));
        return mailing_add(cx, &m, STR_NONE);
}

enum err journal_invite(struct cx *cx, int64_t by, int64_t journal, int64_t account)
{
        struct row r;
        static const char NOBODY[] =
                "Owners are members of this server. Nobody here has that name.";
        size_t owners, invited;
        bool member, blocked;
        int64_t added;
        TRY(journal_must_own(cx, journal, by));
        TRY(db_find(cx->db, &MEMBER, NULL, BIND(V(account)), &r, &member));
        if (!member)
                return fail_field(cx, "who", ERR_INPUT, "%s", NOBODY);
        row_int(&r);
        TRY(row_end(&r));
        TRY(block_between(cx, by, account, &blocked));
        if (blocked)
                return fail_field(cx, "who", ERR_INPUT, "%s", NOBODY);
        TRY(counts(cx, journal, &owners, &invited));
        if (owners + invited >= JOURNAL_OWNERS_MAX)
                return fail_field(cx, "who", ERR_INPUT, "A journal can have %d owners.",
                                  JOURNAL_OWNERS_MAX);
        TRY(db_run(cx->db, &INVITE, BIND(V(journal), V(account), V(by), V(cx_now(cx))), &added));
        if (!added)
                return fail_field(cx, "who", ERR_INPUT,
                                  "They are an owner, or have been asked already.");
        return tell_asked(cx, by, journal, account);
}

enum err journal_answer(struct cx *cx, int64_t account, int64_t journal, bool yes)
{
        const struct follow_options follow = {.skip_approval = true};
        int64_t changed;
        if (!yes)
                return db_run(cx->db, &DROP, BIND(V(journal), V(account), V(0)), NULL);
        TRY(db_run(cx->db, &ACCEPT, BIND(V(journal), V(account), V(cx_now(cx))), &changed));
        if (!changed)
                return ERR_MISSING;
        TRY(db_run(cx->db, &HANDS_ADD, BIND(V(journal), V(account)), NULL));
        enum err e = follow_accept(cx, journal, account); /* they may have asked before */
        if (e == ERR_MISSING)
                e = follow_start(cx, account, journal, &follow);
        /* A block between them, or a hidden journal: an owner all the same. */
        return e == ERR_MISSING || e == ERR_DENIED ? OK : e;
}

enum err journal_uninvite_between(struct cx *cx, int64_t a, int64_t b)
{
        TRY(db_run(cx->db, &UNINVITE, BIND(V(a), V(b)), NULL));
        return db_run(cx->db, &UNINVITE, BIND(V(b), V(a)), NULL);
}

enum err journal_uninvite(struct cx *cx, int64_t by, int64_t journal, int64_t account)
{
        TRY(journal_must_own(cx, journal, by));
        return db_run(cx->db, &DROP, BIND(V(journal), V(account), V(0)), NULL);
}

/* ---- going ---- */

static enum err all_agree(struct cx *cx, int64_t journal, bool *ret)
{
        struct journal_owner *v;
        size_t n;
        TRY(journal_owners(cx, journal, &v, &n));
        *ret = true;
        for (size_t i = 0; i < n; i++)
                *ret = *ret && (v[i].invited || v[i].ends);
        return OK;
}

static struct str payload_of(struct cx *cx, int64_t journal)
{
        return str_fmt(cx->arena, "{\"journal\":\"%lld\"}", (long long)journal);
}

/* Gone for everybody at once; its posts follow, other servers are told, and its name is nobody
 * else's ever after. */
static enum err end_now(struct cx *cx, int64_t journal)
{
        TRY(db_run(cx->db, &OWNERS_GONE, BIND(V(journal)), NULL));
        TRY(db_run(cx->db, &END_SET, BIND(V(journal), V_NULL, V_NULL), NULL));
        return leave_now(cx, journal);
}

enum err journal_leave(struct cx *cx, int64_t account, int64_t journal)
{
        size_t owners, invited;
        struct journal *j;
        bool ends;
        TRY(journal_must_own(cx, journal, account));
        TRY(journal_get(cx, journal, &j));
        TRY(counts(cx, journal, &owners, &invited));
        if (owners == 1)
                return fail(cx, ERR_INPUT,
                            "You are its last owner. Invite somebody first, or delete it.");
        TRY(db_run(cx->db, &HANDS_END, BIND(V(journal), V(account)), NULL));
        TRY(db_run(cx->db, &DROP, BIND(V(journal), V(account), V(1)), NULL));
        TRY(keeper_end_owner(cx, account, journal));
        if (!j->end_at)
                return OK;
        TRY(all_agree(cx, journal, &ends)); /* the one who had not agreed is gone */
        return ends ? end_now(cx, journal) : OK;
}

enum err journal_end_ask(struct cx *cx, int64_t by, int64_t journal, bool *ended)
{
        struct journal *j;
        TRY(journal_must_own(cx, journal, by));
        TRY(journal_get(cx, journal, &j));
        TRY(db_run(cx->db, &AGREE, BIND(V(journal), V(by)), NULL));
        TRY(all_agree(cx, journal, ended));
        if (*ended)
                return end_now(cx, journal);
        if (j->end_at)
                return OK;
        int64_t at = cx_now(cx) + (int64_t)JOURNAL_END_DAYS * DAY_MS;
        TRY(db_run(cx->db, &END_SET, BIND(V(journal), V(at), V(by)), NULL));
        return job_add(cx, "journal_end", payload_of(cx, journal), str_int(cx->arena, journal), at);
}

enum err journal_end_object(struct cx *cx, int64_t by, int64_t journal)
{
        TRY(journal_must_own(cx, journal, by));
        TRY(db_run(cx->db, &DISAGREE, BIND(V(journal)), NULL));
        TRY(db_run(cx->db, &END_SET, BIND(V(journal), V_NULL, V_NULL), NULL));
        return job_cancel(cx, "journal_end", str_int(cx->arena, journal));
}

static enum err read_payload(struct cx *cx, struct str payload, int64_t *ret)
{
        const struct json_value *v;
        TRY(json_read(cx->arena, payload, NULL, &v, NULL));
        return str_to_i64(json_get_text(v, "journal"), ret) ? OK : ERR_INPUT;
}

enum err journal_end_job(struct cx *cx, struct str payload)
{
        struct journal *j;
        int64_t id;
        TRY(read_payload(cx, payload, &id));
        enum err e = journal_get(cx, id, &j);
        if (e)
                return e == ERR_MISSING ? OK : e;
        return j->end_at && j->end_at <= cx_now(cx) ? end_now(cx, id) : OK;
}

enum err journal_owner_goes(struct cx *cx, int64_t account)
{
        int64_t *ids;
        size_t n, owners, invited;
        TRY(journal_list(cx, account, false, &ids, &n));
        for (size_t i = 0; i < n; i++) {
                TRY(counts(cx, ids[i], &owners, &invited));
                if (owners == 1)
                        TRY(end_now(cx, ids[i]));
        }
        return OK;
}

/* ---- requests ---- */

typedef enum err answer(struct cx *cx, int64_t target, int64_t account);

static enum err to_request(struct cx *cx, int64_t owner, int64_t account, answer *f)
{
        int64_t *ids;
        size_t n;
        enum err e = f(cx, owner, account);
        if (e != ERR_MISSING)
                return e;
        TRY(journal_list(cx, owner, false, &ids, &n));
        for (size_t i = 0; i < n && e == ERR_MISSING; i++)
                e = f(cx, ids[i], account);
        return e;
}

enum err journal_let_in(struct cx *cx, int64_t owner, int64_t account)
{
        return to_request(cx, owner, account, follow_accept);
}

enum err journal_turn_away(struct cx *cx, int64_t owner, int64_t account)
{
        return to_request(cx, owner, account, follow_reject);
}

const struct stmt_list JOURNAL_OWNER_STATEMENTS = {
        (const struct stmt *const[]){&OWNERS, &OWNS, &OWNED, &INVITE, &ACCEPT, &DROP, &UNINVITE,
                                     &MEMBER, &HANDS_ADD, &HANDS_END, &AGREE, &DISAGREE, &END_SET,
                                     &OWNERS_GONE},
        14,
};
