/* Ending follows that a moderator's decision ends: see severance.h. Called when a server is refused
 * and when somebody elsewhere is suspended; the job is run by the workers. What was ended is gone
 * from the rows it looks for, so a job that starts again goes on where it stopped. */
#include "social/severance.h"
#include "lib/text/json.h"
#include "social/account.h"
#include "social/follow.h"
#include "social/notification.h"
#include "social/page_run.h"

enum { BATCH = 200, NAMES_MOST = 10000, UNTOLD = 200 };

#define BELOW                                                                                      \
        " (a.domain = $2 OR a.domain LIKE '%.' || $2 OR a.domain LIKE $2 || ':%'"                  \
        " OR a.domain LIKE '%.' || $2 || ':%')"
/* Those whom the decision hides, one after the other. */
static const struct stmt NEXT_OF_SERVER = {
        .name = "severance_next_of_server",
        .text = "SELECT a.id FROM account a WHERE a.id > $1 AND a.suspended_at IS NOT NULL"
                " AND a.domain <> '' AND" BELOW
                " AND (EXISTS (SELECT 1 FROM follow f WHERE f.target = a.id)"
                " OR EXISTS (SELECT 1 FROM follow f WHERE f.account = a.id))"
                " ORDER BY a.id LIMIT 1",
        .in = "is",
        .out = "i",
};
static const struct stmt FOLLOWS_OF = {
        .name = "severance_follows_of",
        .text = "SELECT f.account, f.target, f.state FROM follow f WHERE f.target = $1"
                " UNION ALL SELECT f.account, f.target, f.state FROM follow f WHERE f.account = $1"
                " LIMIT $2",
        .in = "ii",
        .out = "iii",
};
static const struct stmt ADD = {
        .name = "severance_add",
        .text = "INSERT INTO severance (id, account, kind, target, cause, followers, following,"
                " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                " ON CONFLICT (account, cause) DO UPDATE SET told = 0,"
                " followers = severance.followers + $6, following = severance.following + $7"
                " RETURNING id",
        .in = "iiisiiii",
        .out = "i",
};
static const struct stmt ADD_NAME = {
        .name = "severance_add_name",
        .text = "INSERT INTO severed (severance, follower, name) VALUES ($1, $2, $3)"
                " ON CONFLICT DO NOTHING",
        .in = "iis",
};
static const struct stmt UNTOLD_OF = {
        .name = "severance_untold",
        .text = "SELECT id, account FROM severance WHERE cause = $1 AND told = 0 ORDER BY id"
                " LIMIT $2",
        .in = "ii",
        .out = "ii",
};
static const struct stmt TOLD = {
        .name = "severance_told",
        .text = "UPDATE severance SET told = 1 WHERE id = $1",
        .in = "i",
};
#define COLUMNS "id, account, kind, target, followers, following, created_at"
#define LETTERS "iiisiii"
static const struct stmt GET = {
        .name = "severance_get",
        .text = "SELECT " COLUMNS " FROM severance WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = LETTERS,
};
#define LIST_TEXT(order)                                                                           \
        "SELECT " COLUMNS " FROM severance WHERE account = $1 AND id > $2 AND id < $3 ORDER BY"    \
        " id " order " LIMIT $4"
static const struct stmt LIST = {
        .name = "severance_list", .text = LIST_TEXT("DESC"), .in = "iiii", .out = LETTERS};
static const struct stmt LIST_UP = {
        .name = "severance_list_up", .text = LIST_TEXT("ASC"), .in = "iiii", .out = LETTERS};
static const struct stmt NAMES = {
        .name = "severance_names",
        .text = "SELECT name FROM severed WHERE severance = $1 AND follower = $2 ORDER BY name"
                " LIMIT $3",
        .in = "iii",
        .out = "s",
};

enum err severance_begin(struct cx *cx, enum severance_kind kind, struct str target, int64_t cause)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_int(&j, "kind", kind);
        json_str(&j, "target", target);
        json_id(&j, "cause", cause);
        json_end(&j);
        struct str key = str_fmt(cx->arena, "%d %.*s", (int)kind, STR_ARG(target));
        return job_add_buf(cx, "sever", &b, key);
}

/* ---- the job ---- */

struct severing {
        enum severance_kind kind;
        struct str target, name; /* name: as people read it */
        int64_t cause, after;    /* after: the account at hand */
        bool done;
};

static enum err next_of_server(struct cx *cx, struct severing *s, bool *found)
{
        struct row r;
        TRY(db_find(cx->db, &NEXT_OF_SERVER, NULL, BIND(V(s->after - 1), V(s->target)), &r, found));
        if (!*found)
                return OK;
        s->after = row_int(&r);
        return row_end(&r);
}

/* The account whose follows are to end, if the decision still holds. */
static enum err next(struct cx *cx, struct severing *s, struct account **ret, bool *found)
{
        if (s->kind == SEVERANCE_SERVER) {
                TRY(next_of_server(cx, s, found));
        } else {
                *found = str_to_i64(s->target, &s->after);
        }
        if (!*found)
                return OK;
        enum err e = account_get(cx, s->after, ret);
        *found = e == OK && (*ret)->suspended && !account_is_local(*ret);
        return e == ERR_MISSING ? OK : e;
}

static enum err note(struct cx *cx, const struct severing *s, const struct account *far,
                     int64_t here, bool follower)
{
        struct row r;
        TRY(db_one(cx->db, &ADD, NULL,
                   BIND(V(cx_id(cx)), V(here), V(s->kind), V(s->name), V(s->cause), V(follower),
                        V(!follower), V(cx_now(cx))),
                   &r));
        int64_t id = row_int(&r);
        TRY(row_end(&r));
        return db_run(cx->db, &ADD_NAME, BIND(V(id), V(follower), V(account_acct(cx->arena, far))),
                      NULL);
}

struct pair {
        int64_t account, target;
        bool accepted;
};

static enum err end_some(struct cx *cx, void *arg)
{
        struct severing *s = arg;
        struct account *far;
        struct pair v[BATCH];
        size_t n = 0;
        bool found;
        struct row r;
        TRY(next(cx, s, &far, &found));
        s->done = !found;
        if (!found)
                return OK;
        s->name = s->kind == SEVERANCE_SERVER ? s->target : account_acct(cx->arena, far);
        TRY(db_all(cx->db, &FOLLOWS_OF, NULL, BIND(V(far->id), V(BATCH)), &r));
        while (n < BATCH && row_next(&r)) {
                v[n].account = row_int(&r);
                v[n].target = row_int(&r);
                v[n++].accepted = row_int(&r) == 1;
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++) {
                bool follower = v[i].account == far->id;
                TRY(follow_end(cx, v[i].account, v[i].target));
                if (v[i].accepted)
                        TRY(note(cx, s, far, follower ? v[i].target : v[i].account, follower));
        }
        s->done = s->kind == SEVERANCE_ACCOUNT && n < BATCH;
        return OK;
}

static enum err tell_some(struct cx *cx, void *arg)
{
        struct severing *s = arg;
        int64_t ids[UNTOLD], accounts[UNTOLD];
        size_t n = 0;
        struct row r;
        TRY(db_all(cx->db, &UNTOLD_OF, NULL, BIND(V(s->cause), V(UNTOLD)), &r));
        while (n < UNTOLD && row_next(&r)) {
                ids[n] = row_int(&r);
                accounts[n++] = row_int(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++) {
                TRY(db_run(cx->db, &TOLD, BIND(V(ids[i])), NULL));
                TRY(notification_add_about(cx, accounts[i], NOTIFICATION_SEVERED, accounts[i],
                                           ids[i]));
        }
        s->done = n < UNTOLD;
        return OK;
}

enum err severance_run(struct job *job)
{
        const struct json_value *j;
        struct severing s = {0};
        int64_t kind = 0;
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        (void)json_i64(json_get(j, "kind"), &kind);
        s.kind = kind == SEVERANCE_ACCOUNT ? SEVERANCE_ACCOUNT : SEVERANCE_SERVER;
        s.target = json_get_text(j, "target");
        if (!s.target.n || !str_to_i64(json_get_text(j, "cause"), &s.cause))
                return ERR_INPUT;
        s.after = 1;
        while (!s.done) {
                if (job_must_stop(job))
                        return ERR_BUSY;
                TRY(cx_write(job->cx, end_some, &s));
        }
        for (s.done = false; !s.done;)
                TRY(cx_write(job->cx, tell_some, &s));
        return OK;
}

/* ---- reading ---- */

static int64_t read_row(struct row *r, void *to)
{
        struct severance *s = to;
        s->id = row_int(r);
        s->account = row_int(r);
        s->kind = row_int(r) == SEVERANCE_ACCOUNT ? SEVERANCE_ACCOUNT : SEVERANCE_SERVER;
        s->target = row_str(r);
        s->followers = row_int(r);
        s->following = row_int(r);
        s->created_at = row_int(r);
        return s->id;
}

enum err severance_get(struct cx *cx, int64_t account, int64_t id, struct severance *ret)
{
        struct row r;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(id), V(account)), &r));
        read_row(&r, ret);
        return row_end(&r);
}

enum err severance_list(struct cx *cx, int64_t account, struct page *page, struct severance **ret,
                        size_t *n)
{
        struct severance *v = make_n(cx->arena, (size_t)page->limit, struct severance);
        TRY(page_rows(cx, page, page_up(page) ? &LIST_UP : &LIST,
                      BIND(V(account), V(page_above(page)), V(page_below(page)), V(page->limit)),
                      read_row, v, sizeof *v, n));
        *ret = v;
        return OK;
}

enum err severance_names(struct cx *cx, int64_t id, bool followers, struct str_list *ret)
{
        struct row r;
        size_t room = 64;
        ret->v = make_n(cx->arena, room, struct str);
        ret->n = 0;
        TRY(db_all(cx->db, &NAMES, cx->arena, BIND(V(id), V(followers), V(NAMES_MOST)), &r));
        while (row_next(&r)) {
                if (ret->n == room) {
                        struct str *more = make_n(cx->arena, room * 2, struct str);
                        memcpy(more, ret->v, room * sizeof *more);
                        ret->v = more;
                        room *= 2;
                }
                ret->v[ret->n++] = row_str(&r);
        }
        return row_end(&r);
}

static const struct stmt *const statements[] = {&NEXT_OF_SERVER, &FOLLOWS_OF, &ADD, &ADD_NAME,
                                                &UNTOLD_OF,      &TOLD,       &GET, &LIST,
                                                &LIST_UP,        &NAMES};
const struct stmt_list SEVERANCE_STATEMENTS = {statements, countof(statements)};
