/* Who is named to look after an account: naming, answering, ending, and the sight of comments that
 * wait. Called by People I trust, by the moderators' page of memorials, by the gate of comments and
 * by blocks. What stewards do is in steward_act.c. */
#include "social/audit.h"
#include "social/block.h"
#include "social/login.h"
#include "social/mailing.h"
#include "social/steward_parts.h"
#include "social/switches.h"

enum { LIST_MOST = 50 };

#define COLUMNS "id, account, steward, named_by, state, ended_at, created_at"
#define LETTERS "iiiiiii"
static const struct stmt ADD = {
        .name = "steward_add",
        .text = "INSERT INTO steward (id, account, steward, named_by, created_at) VALUES ($1, $2, "
                "$3, $4, $5)",
        .in = "iiiii",
};
static const struct stmt GET = {
        .name = "steward_get",
        .text = "SELECT " COLUMNS " FROM steward WHERE id = $1",
        .in = "i",
        .out = LETTERS,
};
static const struct stmt OF_ACCOUNT = {
        .name = "steward_of_account",
        .text = "SELECT " COLUMNS
                " FROM steward WHERE account = $1 AND state < 2 ORDER BY id LIMIT $2",
        .in = "ii",
        .out = LETTERS,
};
static const struct stmt OF_STEWARD = {
        .name = "steward_of_steward",
        .text = "SELECT " COLUMNS
                " FROM steward WHERE steward = $1 AND state < 2 ORDER BY id LIMIT $2",
        .in = "ii",
        .out = LETTERS,
};
static const struct stmt ACCEPT = {
        .name = "steward_accept",
        .text = "UPDATE steward SET state = 1 WHERE id = $1 AND state = 0 AND steward = $2",
        .in = "ii",
};
static const struct stmt END = {
        .name = "steward_end",
        .text = "UPDATE steward SET state = 2, ended_at = $2, ended_by = $3 WHERE id = $1 AND "
                "state < 2",
        .in = "iii",
};
static const struct stmt IS = {
        .name = "steward_is",
        .text = "SELECT 1 FROM steward WHERE account = $1 AND steward = $2 AND state = 1",
        .in = "ii",
        .out = "i",
};
static const struct stmt COVER = {
        .name = "steward_cover",
        .text = "INSERT INTO hand (post, account, role, letters, since) SELECT CAST($1 AS BIGINT), "
                "s.steward, 4, 0, CAST($2 AS BIGINT) FROM steward s WHERE s.account = $3 AND "
                "s.state = 1 ON CONFLICT DO NOTHING",
        .in = "iii",
};
/* One who says yes after the memorial began: the threads where something waits. */
static const struct stmt COVER_WAITING = {
        .name = "steward_cover_waiting",
        .text = "INSERT INTO hand (post, account, role, letters, since) SELECT DISTINCT c.thread, "
                "CAST($1 AS BIGINT), 4, 0, CAST($2 AS BIGINT) FROM comment c WHERE c.owner = $3 "
                "AND c.state = 1 AND c.under IS NULL AND c.held_at >= $2 ON CONFLICT DO NOTHING",
        .in = "iii",
};
static const struct stmt UNCOVER = {
        .name = "steward_uncover",
        .text = "DELETE FROM hand WHERE account = $1 AND role = 4 AND EXISTS (SELECT 1 FROM post p "
                "WHERE p.id = hand.post AND p.account = $2)",
        .in = "ii",
};
static const struct stmt MAY_SORT = {
        .name = "steward_may_sort",
        .text = "SELECT 1 FROM hand h WHERE h.post = $1 AND h.account = $2 AND h.role = 4 AND NOT "
                "EXISTS (SELECT 1 FROM comment c WHERE c.post = $3 AND c.held_at >= h.since)",
        .in = "iii",
        .out = "i",
};

_Static_assert(HAND_STEWARD == 4 && STEWARD_ENDED == 2, "the statements carry them as numbers");

static void read_steward(struct row *r, struct steward *s)
{
        s->id = row_int(r);
        s->account = row_int(r);
        s->steward = row_int(r);
        s->named_by = row_int(r);
        s->state = (enum steward_state)row_int(r);
        s->ended_at = row_int(r);
        s->created_at = row_int(r);
}

static enum err get(struct cx *cx, int64_t id, struct steward *s)
{
        struct row r;
        TRY(db_one(cx->db, &GET, NULL, BIND(V(id)), &r));
        read_steward(&r, s);
        return row_end(&r);
}

enum err steward_list(struct cx *cx, int64_t account, bool mine, struct steward **ret, size_t *n)
{
        struct steward *v = make_n(cx->arena, LIST_MOST, struct steward);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, mine ? &OF_ACCOUNT : &OF_STEWARD, NULL, BIND(V(account), V(LIST_MOST)),
                   &r));
        while (*n < LIST_MOST && row_next(&r))
                read_steward(&r, &v[(*n)++]);
        *ret = v;
        return row_end(&r);
}

static enum err found(struct cx *cx, const struct stmt *s, const struct value *in, size_t n_in,
                      bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, s, NULL, in, n_in, &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

enum err steward_must(struct cx *cx, int64_t steward, int64_t account, struct memorial **ret)
{
        bool is;
        if (!steward)
                return ERR_MISSING;
        TRY(found(cx, &IS, BIND(V(account), V(steward)), &is));
        return is ? memorial_of(cx, account, ret) : ERR_MISSING;
}

/* ---- naming ---- */

static enum err find_person(struct cx *cx, int64_t of, struct str name, int64_t *ret)
{
        static const char none[] = "Nobody here has this name.";
        struct account *a;
        struct login *l;
        bool blocked;
        if (str_starts(name, S("@")))
                name = str_after(name, 1);
        enum err e = account_by_name(cx, name, &a);
        if (!e)
                e = account_is_local(a) ? login_get(cx, a->id, &l) : ERR_MISSING;
        if (e == ERR_MISSING ||
            (!e && (!l->approved || l->disabled || a->suspended || a->memorial)))
                return fail_field(cx, "name", ERR_INPUT, "%s", none);
        TRY(e);
        if (a->id == of)
                return fail_field(cx, "name", ERR_INPUT, "It has to be somebody else.");
        TRY(block_between(cx, of, a->id, &blocked));
        if (blocked)
                return fail_field(cx, "name", ERR_INPUT, "%s", none);
        *ret = a->id;
        return OK;
}

static enum err tell(struct cx *cx, int64_t of, int64_t steward)
{
        struct account *a;
        TRY(account_get(cx, of, &a));
        struct str name = account_name(a);
        struct mailing m = {.account = steward};
        m.subject = a->memorial
                            ? str_fmt(cx->arena, "Would you look after the account of %.*s?",
                                      STR_ARG(name))
                            : str_fmt(cx->arena, "%.*s asks you to be a steward", STR_ARG(name));
        m.text = a->memorial
                         ? str_fmt(cx->arena,
                                   "The account of %.*s is kept in memory of them. You are asked "
                                   "to look after it. You can say yes or no here:\n\n"
                                   "%.*s/settings/people",
                                   STR_ARG(name), STR_ARG(cx->settings->url))
                         : str_fmt(cx->arena,
                                   "%.*s would like you to look after their account once they "
                                   "have died. Until then you see and may nothing. You can say "
                                   "yes or no here:\n\n%.*s/settings/people",
                                   STR_ARG(name), STR_ARG(cx->settings->url));
        return mailing_add(cx, &m, STR_NONE);
}

static enum err add(struct cx *cx, int64_t of, int64_t by, struct str name, int64_t *id)
{
        struct steward *v;
        size_t n;
        int64_t who = 0;
        TRY(find_person(cx, of, str_trim(name.p ? name : S("")), &who));
        TRY(steward_list(cx, of, true, &v, &n));
        if (n >= STEWARDS_MAX)
                return fail_field(cx, "name", ERR_INPUT,
                                  "There can be up to %d stewards. End one first.", STEWARDS_MAX);
        for (size_t i = 0; i < n; i++)
                if (v[i].steward == who)
                        return fail_field(cx, "name", ERR_INPUT, "They are named already.");
        *id = cx_id(cx);
        TRY(db_run(cx->db, &ADD, BIND(V(*id), V(of), V(who), V(by), V(cx_now(cx))), NULL));
        return tell(cx, of, who);
}

enum err steward_name(struct cx *cx, const struct viewer *by, struct str name, int64_t *id)
{
        return add(cx, by->account, by->account, name, id);
}

enum err steward_name_for(struct cx *cx, const struct viewer *by, int64_t memorial, struct str name,
                          int64_t *id)
{
        struct memorial *m;
        struct account *a;
        if (by->role != ROLE_OWNER)
                return fail(cx, ERR_DENIED, "This is for administrators.");
        TRY(memorial_get(cx, memorial, &m));
        if (m->state != MEMORIAL_BEGUN)
                return fail(cx, ERR_CONFLICT, "It has not begun, or is over.");
        TRY(account_get(cx, m->account, &a));
        TRY(add(cx, m->account, by->account, name, id));
        return audit_note(cx, by, "steward_named", a->id, account_acct(cx->arena, a));
}

/* ---- answering, ending ---- */

static enum err finish(struct cx *cx, const struct steward *s, int64_t by)
{
        if (s->state == STEWARD_ENDED)
                return OK;
        TRY(db_run(cx->db, &END, BIND(V(s->id), V(cx_now(cx)), V(by)), NULL));
        return db_run(cx->db, &UNCOVER, BIND(V(s->steward), V(s->account)), NULL);
}

enum err steward_answer(struct cx *cx, int64_t account, int64_t id, bool accept)
{
        struct steward s;
        struct memorial *m;
        struct login *giver;
        TRY(get(cx, id, &s));
        if (s.steward != account || s.state == STEWARD_ENDED)
                return ERR_MISSING;
        if (s.state == STEWARD_ACCEPTED)
                return accept ? OK : ERR_MISSING;
        if (!accept)
                return finish(cx, &s, account);
        TRY(login_get(cx, s.account, &giver)); /* gone for good since */
        TRY(db_run(cx->db, &ACCEPT, BIND(V(id), V(account)), NULL));
        enum err e = memorial_of(cx, s.account, &m);
        if (e)
                return e == ERR_MISSING ? OK : e;
        return db_run(cx->db, &COVER_WAITING, BIND(V(account), V(m->began_at), V(s.account)), NULL);
}

enum err steward_end(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct steward s;
        bool memorial;
        TRY(get(cx, id, &s));
        if (by->account && (s.account == by->account || s.steward == by->account))
                return finish(cx, &s, by->account);
        TRY(memorial_is(cx, s.account, &memorial));
        if (by->role != ROLE_OWNER || !memorial)
                return ERR_MISSING;
        return finish(cx, &s, by->account);
}

enum err steward_end_between(struct cx *cx, int64_t a, int64_t b)
{
        const int64_t sides[2][2] = {{a, b}, {b, a}};
        for (int i = 0; i < 2; i++) {
                struct steward *v;
                size_t n;
                TRY(steward_list(cx, sides[i][0], true, &v, &n));
                for (size_t k = 0; k < n; k++)
                        if (v[k].steward == sides[i][1])
                                TRY(finish(cx, &v[k], a));
        }
        return OK;
}

/* ---- comments ---- */

enum err steward_cover(struct cx *cx, int64_t thread, int64_t account, int64_t since)
{
        return db_run(cx->db, &COVER, BIND(V(thread), V(since), V(account)), NULL);
}

enum err steward_may_sort(struct cx *cx, int64_t thread, int64_t account, int64_t post, bool *ret)
{
        bool barred;
        TRY(found(cx, &MAY_SORT, BIND(V(thread), V(account), V(post)), &barred));
        *ret = !barred;
        return OK;
}

static enum err end_named_for(struct cx *cx, const struct viewer *by, const struct memorial *m)
{
        struct steward *v;
        size_t n;
        TRY(steward_list(cx, m->account, true, &v, &n));
        for (size_t i = 0; i < n; i++) {
                if (v[i].named_by != m->account)
                        TRY(finish(cx, &v[i], by->account));
                else
                        TRY(db_run(cx->db, &UNCOVER, BIND(V(v[i].steward), V(m->account)), NULL));
        }
        return OK;
}

enum err steward_undo_all(struct cx *cx, const struct viewer *by, const struct memorial *m)
{
        TRY(steward_undo_acts(cx, by, m));
        return end_named_for(cx, by, m);
}

static const struct stmt *const statements[] = {&ADD,           &GET,     &OF_ACCOUNT, &OF_STEWARD,
                                                &ACCEPT,        &END,     &IS,         &COVER,
                                                &COVER_WAITING, &UNCOVER, &MAY_SORT};
const struct stmt_list STEWARD_STATEMENTS = {statements, countof(statements)};
