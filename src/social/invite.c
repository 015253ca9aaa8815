/* Invitations: made by members and the command line, used once for each person who joins by them.
 */
#include "social/invite.h"
#include "lib/base/rand.h"
#include "social/account.h"
#include "social/audit.h"
#include "social/page_run.h"

enum { LIST_MAX = 200, USES_MOST = 1000, DAYS_MOST = 365 };

#define COLUMNS "id, creator, uses, uses_max, expires_at, created_at, code, role, autofollow"
#define LETTERS "iIiiIisii"

static const struct stmt INVITE_ADD = {
        .name = "invite_add",
        .text = "INSERT INTO invite (id, code, creator, role, uses_max, expires_at, autofollow, "
                "created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        .in = "isIiiIii",
};

#define STILL_GOOD "(uses_max = 0 OR uses < uses_max) AND (expires_at IS NULL OR expires_at > $2)"
static const struct stmt INVITE_GET = {
        .name = "invite_get",
        .text = "SELECT " COLUMNS " FROM invite WHERE code = $1 AND " STILL_GOOD,
        .in = "si",
        .out = LETTERS,
};

/* Counting and checking are one statement: of two for the last use one changes no row. */
static const struct stmt INVITE_USE = {
        .name = "invite_use",
        .text = "UPDATE invite SET uses = uses + 1 WHERE code = $1 AND " STILL_GOOD
                " RETURNING " COLUMNS,
        .in = "si",
        .out = LETTERS,
};

static const struct stmt INVITE_LIST = {
        .name = "invite_list",
        .text = "SELECT " COLUMNS " FROM invite WHERE creator = $1 ORDER BY id DESC LIMIT 200",
        .in = "i",
        .out = LETTERS,
};

static const struct stmt INVITE_END = {
        .name = "invite_end",
        .text = "UPDATE invite SET expires_at = $3 WHERE id = $1 AND creator = $2",
        .in = "iii",
};

static int64_t read_invite(struct row *r, void *to)
{
        struct invite *i = to;
        i->id = row_int(r);
        i->creator = row_int(r);
        i->uses = row_int(r);
        i->uses_max = row_int(r);
        i->expires_at = row_int(r);
        i->created_at = row_int(r);
        i->code = row_str(r);
        i->role = (enum role)row_int(r);
        i->autofollow = row_int(r) != 0;
        return i->id;
}

static void add_url(struct cx *cx, struct invite *i)
{
        i->url = str_fmt(cx->arena, "%.*s/invite/%.*s", STR_ARG(cx->settings->url),
                         STR_ARG(i->code));
}

enum err invite_create(struct cx *cx, const struct invite_draft *d, struct invite **ret)
{
        if (d->uses_max < 0 || d->uses_max > USES_MOST)
                return fail_field(cx, "uses", ERR_INPUT,
                                  "An invitation can be used up to %d times.", USES_MOST);
        if (d->days < 0 || d->days > DAYS_MOST)
                return fail_field(cx, "days", ERR_INPUT, "An invitation can last up to %d days.",
                                  DAYS_MOST);
        struct invite *i = make(cx->arena, struct invite);
        i->id = cx_id(cx);
        i->creator = d->creator;
        i->uses_max = d->uses_max;
        i->created_at = cx_now(cx);
        i->expires_at = d->days ? i->created_at + d->days * INT64_C(86400000) : 0;
        i->code = rand_token(cx->arena, 12);
        i->role = d->role;
        i->autofollow = d->autofollow;
        i->url = str_fmt(cx->arena, "%.*s/invite/%.*s", STR_ARG(cx->settings->url),
                         STR_ARG(i->code));
        TRY(db_run(cx->db, &INVITE_ADD,
                   BIND(V(i->id), V(i->code), V_ID(i->creator), V(i->role), V(i->uses_max),
                        V_ID(i->expires_at), V(i->autofollow), V(i->created_at)),
                   NULL));
        *ret = i;
        return OK;
}

static enum err find(struct cx *cx, const struct stmt *s, struct str code, struct invite **ret)
{
        if (!code.n || code.n > 64)
                return ERR_MISSING;
        struct row r;
        TRY(db_one(cx->db, s, cx->arena, BIND(V(code), V(cx_now(cx))), &r));
        struct invite *i = make(cx->arena, struct invite);
        read_invite(&r, i);
        add_url(cx, i);
        TRY(row_end(&r));
        *ret = i;
        return OK;
}

enum err invite_get(struct cx *cx, struct str code, struct invite **ret)
{
        return find(cx, &INVITE_GET, code, ret);
}

enum err invite_use(struct cx *cx, struct str code, struct invite **ret)
{
        enum err e = find(cx, &INVITE_USE, code, ret);
        if (e == ERR_MISSING)
                return fail_field(cx, "invite_code", ERR_MISSING,
                                  "This invitation is not valid any more.");
        return e;
}

enum err invite_list(struct cx *cx, int64_t creator, struct invite **ret, size_t *n)
{
        struct invite *v = make_n(cx->arena, LIST_MAX, struct invite);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, &INVITE_LIST, cx->arena, BIND(V(creator)), &r));
        while (k < LIST_MAX && row_next(&r)) {
                read_invite(&r, &v[k]);
                add_url(cx, &v[k++]);
        }
        TRY(row_end(&r));
        *ret = v;
        *n = k;
        return OK;
}

enum err invite_end(struct cx *cx, int64_t creator, int64_t id)
{
        int64_t changed;
        TRY(db_run(cx->db, &INVITE_END, BIND(V(id), V(creator), V(cx_now(cx))), &changed));
        return changed ? OK : ERR_MISSING;
}

/* ---- for moderators ---- */

#define ALL_TEXT(order)                                                                            \
        "SELECT " COLUMNS " FROM invite WHERE id > $1 AND id < $2 ORDER BY id " order " LIMIT $3"
static const struct stmt INVITE_ALL = {
        .name = "invite_all", .text = ALL_TEXT("DESC"), .in = "iii", .out = LETTERS};
static const struct stmt INVITE_ALL_UP = {
        .name = "invite_all_up", .text = ALL_TEXT("ASC"), .in = "iii", .out = LETTERS};
static const struct stmt INVITE_STOP = {
        .name = "invite_stop",
        .text = "UPDATE invite SET expires_at = $2 WHERE id = $1 AND (expires_at IS NULL OR "
                "expires_at > $2) RETURNING creator",
        .in = "ii",
        .out = "I",
};

enum err invite_all(struct cx *cx, struct page *page, struct invite **ret, size_t *n)
{
        struct invite *v = make_n(cx->arena, (size_t)page->limit, struct invite);
        TRY(page_rows(cx, page, page_up(page) ? &INVITE_ALL_UP : &INVITE_ALL,
                      BIND(V(page_above(page)), V(page_below(page)), V(page->limit)), read_invite,
                      v, sizeof *v, n));
        for (size_t k = 0; k < *n; k++)
                add_url(cx, &v[k]);
        *ret = v;
        return OK;
}

enum err invite_stop(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct row r;
        struct account *a;
        TRY(db_one(cx->db, &INVITE_STOP, NULL, BIND(V(id), V(cx_now(cx))), &r));
        int64_t creator = row_int(&r);
        TRY(row_end(&r));
        if (!creator || account_get(cx, creator, &a))
                return audit_note(cx, by, "invite_ended", 0, S("the server"));
        return audit_note(cx, by, "invite_ended", creator, account_acct(cx->arena, a));
}

static const struct stmt *const statements[] = {&INVITE_ADD,  &INVITE_GET,   &INVITE_USE,
                                                &INVITE_LIST, &INVITE_END,   &INVITE_ALL,
                                                &INVITE_STOP, &INVITE_ALL_UP};
const struct stmt_list INVITE_STATEMENTS = {statements, countof(statements)};
