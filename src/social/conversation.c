/* Reading and tidying one's conversations: see conversation.h. */
#include "social/conversation.h"
#include "lib/text/json.h"
#include "social/page_run.h"

#define COLUMNS "id, thread, last_post, unread, members, order_id"
#define BETWEEN                                                                                    \
        " FROM conversation WHERE account = $1 AND order_id < $2 AND order_id > $3 ORDER BY "      \
        "order_id "

static const struct stmt LIST = {
        .name = "conversation_list",
        .text = "SELECT " COLUMNS BETWEEN "DESC LIMIT $4",
        .in = "iiii",
        .out = "iiIisi",
};
static const struct stmt LIST_UP = {
        .name = "conversation_list_up",
        .text = "SELECT " COLUMNS BETWEEN "LIMIT $4",
        .in = "iiii",
        .out = "iiIisi",
};
static const struct stmt ONE = {
        .name = "conversation_one",
        .text = "SELECT " COLUMNS " FROM conversation WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "iiIisi",
};
static const struct stmt READ = {
        .name = "conversation_read",
        .text = "UPDATE conversation SET unread = $1 WHERE id = $2 AND account = $3",
        .in = "iii",
        .out = "",
};
static const struct stmt DROP = {
        .name = "conversation_drop",
        .text = "DELETE FROM conversation WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "",
};

/* ["12","34"]: ids as text or as numbers. */
static void read_members(struct arena *a, struct str text, struct conversation *c)
{
        const struct json_value *list;
        if (json_read(a, text, NULL, &list, NULL) || list->type != JSON_ARRAY)
                return;
        c->members = make_n(a, list->count + 1, int64_t);
        for (const struct json_value *v = list->child; v; v = v->next) {
                int64_t id;
                if (str_to_i64(v->text, &id))
                        c->members[c->n_members++] = id;
        }
}

static int64_t take(struct row *r, void *to)
{
        struct conversation *c = to;
        *c = (struct conversation){.id = row_int(r), .thread = 0};
        c->thread = row_int(r);
        c->last_post = row_int(r);
        c->unread = row_int(r);
        read_members(r->arena, row_str(r), c);
        return row_int(r);
}

enum err conversation_list(struct cx *cx, const struct viewer *by, struct page *page,
                           struct conversation **ret, size_t *n)
{
        struct conversation *v = make_n(cx->arena, (size_t)page->limit, struct conversation);
        TRY(page_rows(
                cx, page, page_up(page) ? &LIST_UP : &LIST,
                BIND(V(by->account), V(page_below(page)), V(page_above(page)), V(page->limit)),
                take, v, sizeof *v, n));
        *ret = v;
        return OK;
}

enum err conversation_get(struct cx *cx, const struct viewer *by, int64_t id,
                          struct conversation *ret)
{
        struct row r;
        TRY(db_one(cx->db, &ONE, cx->arena, BIND(V(id), V(by->account)), &r));
        take(&r, ret);
        return row_end(&r);
}

enum err conversation_read(struct cx *cx, const struct viewer *by, int64_t id, bool unread)
{
        int64_t rows;
        TRY(db_run(cx->db, &READ, BIND(V(unread), V(id), V(by->account)), &rows));
        return rows ? OK : ERR_MISSING;
}

enum err conversation_drop(struct cx *cx, const struct viewer *by, int64_t id)
{
        int64_t rows;
        TRY(db_run(cx->db, &DROP, BIND(V(id), V(by->account)), &rows));
        return rows ? OK : ERR_MISSING;
}

static const struct stmt *const statements[] = {&LIST, &LIST_UP, &ONE, &READ, &DROP};
const struct stmt_list CONVERSATION_LIST_STATEMENTS = {statements, countof(statements)};
