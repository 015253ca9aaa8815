/* Lists: to read by, and (audience) to write to. Called by the API, the list pages and the
 * composer. Every statement names the owner: another person's list is one that never was (T143). */
#include "social/list.h"
#include "lib/text/unicode.h"
#include "social/home.h"
#include "social/page_run.h"
#include "social/sent.h"

#define COLUMNS "l.id, l.account, l.created_at, l.title, l.audience, l.exclusive, l.replies_policy"
#define LETTERS "iiisiii"

static const struct stmt LIST_GET = {
        .name = "list_get",
        .text = "SELECT " COLUMNS " FROM list l WHERE l.id = $1 AND l.account = $2",
        .in = "ii",
        .out = LETTERS,
};

static const struct stmt LIST_ALL = {
        .name = "list_all",
        .text = "SELECT " COLUMNS
                " FROM list l WHERE l.account = $1 AND l.audience = 0 ORDER BY l.id LIMIT 100",
        .in = "i",
        .out = LETTERS,
};

static const struct stmt LIST_AUDIENCES = {
        .name = "list_audiences",
        .text = "SELECT " COLUMNS
                " FROM list l WHERE l.account = $1 AND l.audience = 1 ORDER BY l.id LIMIT 100",
        .in = "i",
        .out = LETTERS,
};

static const struct stmt LIST_FAR = {
        .name = "list_far",
        .text = "SELECT DISTINCT m.list FROM list l JOIN list_member m ON m.list = l.id JOIN"
                " account a ON a.id = m.account WHERE l.account = $1 AND l.audience = 1 AND"
                " a.domain <> ''",
        .in = "i",
        .out = "i",
};

static const struct stmt LIST_WITH = {
        .name = "list_with",
        .text = "SELECT " COLUMNS " FROM list_member m JOIN list l ON l.id = m.list"
                " WHERE m.account = $1 AND l.account = $2 AND l.audience = 0 ORDER BY l.id LIMIT "
                "100",
        .in = "ii",
        .out = LETTERS,
};

static const struct stmt LIST_COUNT = {
        .name = "list_count",
        .text = "SELECT count(*) FROM list WHERE account = $1",
        .in = "i",
        .out = "i",
};

static const struct stmt LIST_ADD = {
        .name = "list_add",
        .text = "INSERT INTO list (id, account, title, audience, replies_policy, exclusive, "
                "created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        .in = "iisiiii",
};

static const struct stmt LIST_CHANGE = {
        .name = "list_change",
        .text = "UPDATE list SET title = $3, audience = $4, replies_policy = $5, exclusive = $6"
                " WHERE id = $1 AND account = $2",
        .in = "iisiii",
};

static const struct stmt LIST_DELETE = {
        .name = "list_delete",
        .text = "DELETE FROM list WHERE id = $1 AND account = $2",
        .in = "ii",
};

static const struct stmt MEMBER_ADD = {
        .name = "list_member_add",
        .text = "INSERT INTO list_member (list, account, id) VALUES ($1, $2, $3)",
        .in = "iii",
};

static const struct stmt MEMBER_DROP = {
        .name = "list_member_drop",
        .text = "DELETE FROM list_member WHERE list = $1 AND account = $2",
        .in = "ii",
};

static const struct stmt MEMBER_COUNT = {
        .name = "list_member_count",
        .text = "SELECT count(*) FROM list_member WHERE list = $1",
        .in = "i",
        .out = "i",
};

/* To read by: followed, asked, or oneself. An audience holds followers. */
static const struct stmt MEMBER_MAY = {
        .name = "list_member_may",
        .text = "SELECT 1 FROM account a WHERE a.id = $2 AND a.suspended_at IS NULL AND (($3 = 0 "
                "AND "
                "(a.id = $1 OR EXISTS (SELECT 1 FROM follow f WHERE f.account = $1 AND f.target = "
                "a.id))) OR ($3 = 1 AND EXISTS (SELECT 1 FROM follow f WHERE f.account = a.id AND "
                "f.target = $1 AND f.state = 1)))",
        .in = "iii",
        .out = "i",
};

#define MEMBERS(order)                                                                             \
        "SELECT m.id, m.account, a.suspended_at IS NULL FROM list_member m JOIN account a ON "     \
        "a.id = m.account"                                                                         \
        " WHERE m.list = $3 AND m.id > $1 AND m.id < $2 ORDER BY m.id " order " LIMIT 5000"
static const struct stmt MEMBER_LIST = {
        .name = "list_members", .text = MEMBERS("DESC"), .in = "iii", .out = "iii"};
static const struct stmt MEMBER_LIST_UP = {
        .name = "list_members_up", .text = MEMBERS("ASC"), .in = "iii", .out = "iii"};

static void read_list(struct row *r, struct list *l)
{
        l->id = row_int(r);
        l->account = row_int(r);
        l->created_at = row_int(r);
        l->title = row_str(r);
        l->audience = row_int(r) != 0;
        l->exclusive = row_int(r) != 0;
        l->replies_policy = (enum list_replies)row_int(r);
}

enum err list_get(struct cx *cx, int64_t owner, int64_t id, struct list **ret)
{
        struct row r;
        TRY(db_one(cx->db, &LIST_GET, cx->arena, BIND(V(id), V(owner)), &r));
        struct list *l = make(cx->arena, struct list);
        read_list(&r, l);
        TRY(row_end(&r));
        *ret = l;
        return OK;
}

static enum err take_lists(struct cx *cx, struct row *r, struct list **ret, size_t *n)
{
        struct list *v = make_n(cx->arena, LISTS_MAX, struct list);
        size_t k = 0;
        while (k < LISTS_MAX && row_next(r))
                read_list(r, &v[k++]);
        *ret = v;
        *n = k;
        return row_end(r);
}

enum err list_all(struct cx *cx, int64_t owner, struct list **ret, size_t *n)
{
        struct row r;
        TRY(db_all(cx->db, &LIST_ALL, cx->arena, BIND(V(owner)), &r));
        return take_lists(cx, &r, ret, n);
}

enum err list_audiences(struct cx *cx, int64_t owner, struct list **ret, size_t *n)
{
        struct row r;
        TRY(db_all(cx->db, &LIST_AUDIENCES, cx->arena, BIND(V(owner)), &r));
        return take_lists(cx, &r, ret, n);
}

enum err list_close_create(struct cx *cx, int64_t account)
{
        return db_run(cx->db, &LIST_ADD,
                      BIND(V(list_close(account)), V(account), V(S("Close")), V(1),
                           V(LIST_REPLIES_LIST), V(0), V(cx_now(cx))),
                      NULL);
}

enum err list_with(struct cx *cx, int64_t owner, int64_t member, struct list **ret, size_t *n)
{
        struct row r;
        TRY(db_all(cx->db, &LIST_WITH, cx->arena, BIND(V(member), V(owner)), &r));
        return take_lists(cx, &r, ret, n);
}

static enum err read_title(struct cx *cx, struct str title, struct str *ret)
{
        if (!title.p || !name_clean(cx->arena, title, ret))
                return fail_field(cx, "title", ERR_INPUT, "Validation failed: Title is invalid");
        if (!ret->n)
                return fail_field(cx, "title", ERR_INPUT,
                                  "Validation failed: Title can't be blank");
        if (utf8_count(*ret) > LIST_TITLE_MAX)
                return fail_field(cx, "title", ERR_INPUT,
                                  "Validation failed: Title is too long (maximum is %d characters)",
                                  LIST_TITLE_MAX);
        return OK;
}

enum err list_create(struct cx *cx, int64_t owner, const struct list *draft, struct list **ret)
{
        struct list *l = make(cx->arena, struct list);
        *l = *draft;
        int64_t has;
        TRY(read_title(cx, draft->title, &l->title));
        TRY(db_int(cx->db, &LIST_COUNT, BIND(V(owner)), &has));
        if (has >= LISTS_MAX)
                return fail(cx, ERR_INPUT,
                            "Validation failed: You have reached the maximum number of lists (%d)",
                            LISTS_MAX);
        l->id = cx_id(cx);
        l->account = owner;
        l->created_at = cx_now(cx);
        TRY(db_run(cx->db, &LIST_ADD,
                   BIND(V(l->id), V(owner), V(l->title), V(l->audience), V(l->replies_policy),
                        V(l->exclusive), V(l->created_at)),
                   NULL));
        *ret = l;
        return OK;
}

enum err list_change(struct cx *cx, int64_t owner, int64_t id, const struct list *change)
{
        struct str title = STR_NONE;
        struct list *before;
        TRY(list_get(cx, owner, id, &before));
        TRY(read_title(cx, change->title, &title));
        TRY(db_run(cx->db, &LIST_CHANGE,
                   BIND(V(id), V(owner), V(title), V(change->audience), V(change->replies_policy),
                        V(change->exclusive)),
                   NULL));
        return before->exclusive != change->exclusive ? home_rebuild(cx, owner) : OK;
}

enum err list_delete(struct cx *cx, int64_t owner, int64_t id)
{
        struct list *l;
        TRY(list_get(cx, owner, id, &l));
        if (id == list_close(owner))
                return fail(cx, ERR_INPUT, "Close stays; it can be empty.");
        if (l->audience)
                TRY(sent_left_all(cx, owner, id));
        TRY(db_run(cx->db, &LIST_DELETE, BIND(V(id), V(owner)), NULL));
        return l->exclusive ? home_rebuild(cx, owner) : OK;
}

static enum err add_one(struct cx *cx, const struct list *l, int64_t account)
{
        struct row r;
        TRY(db_one(cx->db, &MEMBER_MAY, cx->arena, BIND(V(l->account), V(account), V(l->audience)),
                   &r));
        row_int(&r);
        TRY(row_end(&r));
        enum err e = db_run(cx->db, &MEMBER_ADD, BIND(V(l->id), V(account), V(cx_id(cx))), NULL);
        if (e == ERR_CONFLICT)
                return fail(cx, ERR_INPUT, "Validation failed: Account has already been taken");
        return e;
}

enum err list_add(struct cx *cx, int64_t owner, int64_t id, const int64_t *accounts, size_t n)
{
        struct list *l;
        int64_t has;
        TRY(list_get(cx, owner, id, &l));
        TRY(db_int(cx->db, &MEMBER_COUNT, BIND(V(id)), &has));
        if (has + (int64_t)n > LIST_MEMBERS_MAX)
                return fail(cx, ERR_INPUT, "Validation failed: A list can have at most %d members",
                            LIST_MEMBERS_MAX);
        for (size_t i = 0; i < n; i++)
                TRY(add_one(cx, l, accounts[i]));
        return l->exclusive ? home_rebuild(cx, owner) : OK;
}

enum err list_remove(struct cx *cx, int64_t owner, int64_t id, const int64_t *accounts, size_t n)
{
        struct list *l;
        TRY(list_get(cx, owner, id, &l));
        for (size_t i = 0; i < n; i++) {
                TRY(db_run(cx->db, &MEMBER_DROP, BIND(V(id), V(accounts[i])), NULL));
                if (l->audience)
                        TRY(sent_left(cx, owner, accounts[i]));
        }
        return l->exclusive ? home_rebuild(cx, owner) : OK;
}

enum err list_members(struct cx *cx, int64_t owner, int64_t id, struct page *p, int64_t **ids,
                      size_t *n)
{
        struct list *l;
        TRY(list_get(cx, owner, id, &l));
        if (!p->limit)
                p->limit = LIST_MEMBERS_MAX;
        return page_run(cx, &(struct page_query){&MEMBER_LIST, &MEMBER_LIST_UP}, p, BIND(V(id)),
                        ids, n);
}

static const struct stmt MEMBER_HAS = {
        .name = "list_has",
        .text = "SELECT count(*) FROM list_member m JOIN list l ON l.id = m.list"
                " WHERE m.list = $1 AND m.account = $2 AND l.account = $3",
        .in = "iii",
        .out = "i",
};

enum err list_far(struct cx *cx, int64_t owner, const struct list *v, size_t n, bool *ret)
{
        struct row r;
        memset(ret, 0, n * sizeof *ret);
        TRY(db_all(cx->db, &LIST_FAR, NULL, BIND(V(owner)), &r));
        while (row_next(&r)) {
                int64_t id = row_int(&r);
                for (size_t i = 0; i < n; i++)
                        ret[i] = ret[i] || v[i].id == id;
        }
        return row_end(&r);
}

enum err list_has(struct cx *cx, int64_t owner, int64_t id, int64_t account, bool *ret)
{
        struct row r;
        TRY(db_one(cx->db, &MEMBER_HAS, cx->arena, BIND(V(id), V(account), V(owner)), &r));
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

static const struct stmt *const statements[] = {
        &LIST_AUDIENCES, &LIST_FAR,   &MEMBER_HAS,  &LIST_GET,       &LIST_ALL,   &LIST_WITH,
        &LIST_COUNT,     &LIST_ADD,   &LIST_CHANGE, &LIST_DELETE,    &MEMBER_ADD, &MEMBER_DROP,
        &MEMBER_COUNT,   &MEMBER_MAY, &MEMBER_LIST, &MEMBER_LIST_UP,
};
const struct stmt_list LIST_STATEMENTS = {statements, countof(statements)};
