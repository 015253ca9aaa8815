/* Accounts that move: see move.h. Called by the settings page, and by fedi when somebody elsewhere
 * moves. Only an account that names the old one as its own may take its followers: otherwise
 * anybody could send them anywhere (T098). */
#include "social/move.h"
#include "lib/text/json.h"
#include "social/account_far.h"
#include "social/block.h"
#include "social/follow.h"
#include "social/follow_far.h"
#include "social/mute.h"
#include "social/outbox_relation.h"

enum { BATCH = 100 };
static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;

static const struct stmt ALIASES_SET = {
        .name = "move_aliases_set",
        .text = "UPDATE account SET also_known_as = $2, updated_at = $3 WHERE id = $1",
        .in = "isi",
};
static const struct stmt LAST = {
        .name = "move_last",
        .text = "SELECT moved_at FROM account_far WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt BACK = {
        .name = "move_back",
        .text = "UPDATE account SET moved_to = NULL, updated_at = $2 WHERE id = $1 AND moved_to IS "
                "NOT NULL",
        .in = "ii",
};
static const struct stmt OPTIONS = {
        .name = "move_options",
        .text = "UPDATE follow SET boosts = o.boosts, notify = o.notify, languages = o.languages"
                " FROM follow o WHERE follow.account = $1 AND follow.target = $2"
                " AND o.account = $1 AND o.target = $3",
        .in = "iii",
};
static const struct stmt LISTS = {
        .name = "move_lists",
        .text = "INSERT INTO list_member (list, account, id) SELECT m.list, $2, m.id"
                " FROM list_member m JOIN list l ON l.id = m.list"
                " WHERE l.account = $1 AND m.account = $3 ON CONFLICT DO NOTHING",
        .text_pg = "INSERT INTO list_member (list, account, id) SELECT m.list, CAST($2 AS BIGINT),"
                   " m.id FROM list_member m JOIN list l ON l.id = m.list"
                   " WHERE l.account = $1 AND m.account = $3 ON CONFLICT DO NOTHING",
        .in = "iii",
};
static const struct stmt NOTE = {
        .name = "move_note",
        .text = "INSERT INTO account_note (account, target, text) SELECT account, $2, text"
                " FROM account_note WHERE account = $1 AND target = $3 ON CONFLICT DO NOTHING",
        .text_pg = "INSERT INTO account_note (account, target, text) SELECT account,"
                   " CAST($2 AS BIGINT), text FROM account_note WHERE account = $1 AND target = $3"
                   " ON CONFLICT DO NOTHING",
        .in = "iii",
};
static const struct stmt BLOCKERS = {
        .name = "move_blockers",
        .text = "SELECT b.account FROM block b JOIN login l ON l.account = b.account"
                " WHERE b.target = $1 AND b.account > $2 ORDER BY b.account LIMIT $3",
        .in = "iii",
        .out = "i",
};
static const struct stmt MUTERS = {
        .name = "move_muters",
        .text = "SELECT m.account, m.notifications, m.expires_at FROM mute m"
                " WHERE m.target = $1 AND m.account > $2 ORDER BY m.account LIMIT $3",
        .in = "iii",
        .out = "iiI",
};

/* ---- names of one's own ---- */

static enum err set_aliases(struct cx *cx, int64_t account, const struct str_list *l)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_array(&j, NULL);
        for (size_t i = 0; i < l->n; i++)
                json_str(&j, NULL, l->v[i]);
        json_end(&j);
        enum err e = b.failed ? ERR_FAULT
                              : db_run(cx->db, &ALIASES_SET,
                                       BIND(V(account), V(buf_str(&b)), V(cx_now(cx))), NULL);
        buf_free(&b);
        if (e)
                return e;
        cx_event(cx, EVENT_ACCOUNT_CHANGED, account, 0);
        return outbox_profile(cx, account);
}

enum err alias_has(struct cx *cx, int64_t account, struct str uri, bool *ret)
{
        struct str_list l;
        TRY(account_aliases(cx, account, &l));
        *ret = false;
        for (size_t i = 0; i < l.n; i++)
                *ret = *ret || str_eq(l.v[i], uri);
        return OK;
}

enum err alias_add(struct cx *cx, int64_t account, int64_t other)
{
        struct str_list l;
        struct account *a;
        bool has;
        if (account == other)
                return fail(cx, ERR_INPUT, "This is the account you are using now.");
        TRY(account_get(cx, other, &a));
        TRY(alias_has(cx, account, a->uri, &has));
        if (has)
                return OK;
        TRY(account_aliases(cx, account, &l));
        if (l.n >= ALIASES_MOST)
                return fail(cx, ERR_INPUT, "You have named %d accounts already. Remove one first.",
                            ALIASES_MOST);
        struct str *v = make_n(cx->arena, l.n + 1, struct str);
        if (l.n)
                memcpy(v, l.v, l.n * sizeof *v);
        v[l.n] = a->uri;
        return set_aliases(cx, account, &(struct str_list){v, l.n + 1});
}

enum err alias_remove(struct cx *cx, int64_t account, struct str uri)
{
        struct str_list l, rest = {0};
        TRY(account_aliases(cx, account, &l));
        rest.v = make_n(cx->arena, l.n + 1, struct str);
        for (size_t i = 0; i < l.n; i++)
                if (!str_eq(l.v[i], uri))
                        rest.v[rest.n++] = l.v[i];
        return rest.n == l.n ? OK : set_aliases(cx, account, &rest);
}

/* ---- going ---- */

enum err move_last(struct cx *cx, int64_t account, int64_t *at)
{
        return db_find_int(cx->db, &LAST, BIND(V(account)), at);
}

static enum err check_target(struct cx *cx, const struct account *me, const struct account *to)
{
        bool mine;
        if (me->id == to->id)
                return fail(cx, ERR_INPUT, "This is the account you are using now.");
        if (to->suspended)
                return fail(cx, ERR_INPUT, "That account is not there any more.");
        if (to->moved_to)
                return fail(cx, ERR_INPUT, "That account has itself moved on.");
        TRY(alias_has(cx, to->id, me->uri, &mine));
        return mine ? OK
                    : fail(cx, ERR_INPUT,
                           "That account does not say yet that this one is yours. Sign in there, "
                           "name @%.*s@%.*s as your old account, then come back.",
                           STR_ARG(me->username), STR_ARG(cx->settings->account_domain));
}

enum err move_out(struct cx *cx, int64_t account, int64_t to)
{
        struct account *me, *there;
        int64_t last;
        TRY(account_get(cx, account, &me));
        TRY(account_get(cx, to, &there));
        TRY(move_last(cx, account, &last));
        if (last && cx_now(cx) - last < MOVE_PAUSE_DAYS * DAY_MS)
                return fail(cx, ERR_INPUT,
                            "You have moved within the last %d days. Servers would not follow you "
                            "again so soon.",
                            MOVE_PAUSE_DAYS);
        TRY(check_target(cx, me, there));
        TRY(account_moved(cx, account, to));
        struct str pair = str_fmt(cx->arena, "{\"from\":\"%lld\",\"to\":\"%lld\"}",
                                  (long long)account, (long long)to);
        struct str key = str_int(cx->arena, account);
        TRY(job_add(cx, "deliver_move", pair, key, 0));
        return job_add(cx, "move_followers", pair, key, 0);
}

enum err move_back(struct cx *cx, int64_t account)
{
        int64_t changed;
        TRY(db_run(cx->db, &BACK, BIND(V(account), V(cx_now(cx))), &changed));
        if (!changed)
                return OK;
        cx_event(cx, EVENT_ACCOUNT_CHANGED, account, 0);
        return outbox_profile(cx, account);
}

/* ---- carrying over ---- */

/* They stay where they were when they may not follow the new one, or already follow too many. */
static bool stays(enum err e)
{
        return e == ERR_DENIED || e == ERR_INPUT || e == ERR_MISSING;
}

static enum err carry_follow(struct cx *cx, const struct move_batch *b, int64_t person)
{
        const struct follow_options none = {0};
        enum follow_state state;
        int64_t relation;
        TRY(follow_far_state(cx, person, b->to, &state, &relation));
        if (state == FOLLOW_NONE && person != b->to) {
                enum err e = follow_start(cx, person, b->to, &none);
                if (e)
                        return stays(e) ? OK : e;
                TRY(db_run(cx->db, &OPTIONS, BIND(V(person), V(b->to), V(b->from)), NULL));
        }
        if (person != b->to) {
                TRY(db_run(cx->db, &LISTS, BIND(V(person), V(b->to), V(b->from)), NULL));
                TRY(db_run(cx->db, &NOTE, BIND(V(person), V(b->to), V(b->from)), NULL));
        }
        return follow_end(cx, person, b->from);
}

static enum err followers(struct cx *cx, struct move_batch *b, size_t *n)
{
        struct account_follower v[BATCH];
        TRY(account_followers_here(cx, b->from, b->after, BATCH, v, n));
        for (size_t i = 0; i < *n; i++) {
                b->after = v[i].relation;
                TRY(carry_follow(cx, b, v[i].account));
        }
        return OK;
}

/* Whoever follows the new one has made up their mind about it. */
static enum err decided(struct cx *cx, int64_t person, int64_t to, bool *ret)
{
        enum follow_state state;
        int64_t relation;
        TRY(follow_far_state(cx, person, to, &state, &relation));
        *ret = state != FOLLOW_NONE || person == to;
        return OK;
}

static enum err blocks(struct cx *cx, struct move_batch *b, size_t *n)
{
        int64_t v[BATCH];
        bool skip;
        TRY(db_ints(cx->db, &BLOCKERS, BIND(V(b->from), V(b->after), V(BATCH)), v, BATCH, n));
        for (size_t i = 0; i < *n; i++) {
                b->after = v[i];
                TRY(decided(cx, v[i], b->to, &skip));
                if (!skip)
                        TRY(block_start(cx, v[i], b->to));
        }
        return OK;
}

struct muter {
        int64_t account, until;
        bool notifications;
};

static enum err mutes(struct cx *cx, struct move_batch *b, size_t *n)
{
        struct muter v[BATCH];
        struct row r;
        bool skip;
        *n = 0;
        TRY(db_all(cx->db, &MUTERS, NULL, BIND(V(b->from), V(b->after), V(BATCH)), &r));
        while (*n < BATCH && row_next(&r)) {
                struct muter *m = &v[(*n)++];
                m->account = row_int(&r);
                m->notifications = row_int(&r) != 0;
                m->until = row_int(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < *n; i++) {
                int64_t left_s = v[i].until ? (v[i].until - cx_now(cx)) / 1000 : 0;
                b->after = v[i].account;
                TRY(decided(cx, v[i].account, b->to, &skip));
                if (!skip && left_s >= 0 && (left_s || !v[i].until))
                        TRY(mute_start(cx, v[i].account, b->to, v[i].notifications, left_s));
        }
        return OK;
}

enum err move_some(struct cx *cx, struct move_batch *b, bool *more)
{
        static enum err (*const stages[])(struct cx *, struct move_batch *,
                                          size_t *) = {followers, blocks, mutes};
        size_t n;
        TRY(stages[b->stage](cx, b, &n));
        if (n < BATCH) {
                b->stage++;
                b->after = 0;
        }
        *more = b->stage < (int)countof(stages);
        return OK;
}

static const struct stmt *const statements[] = {&ALIASES_SET, &LAST, &BACK,     &OPTIONS,
                                                &LISTS,       &NOTE, &BLOCKERS, &MUTERS};
const struct stmt_list MOVE_STATEMENTS = {statements, countof(statements)};
