/* Blocks: nothing goes between the two any more. Called by the API, the profile page, and for
 * people elsewhere by fedi. */
#include "social/block.h"
#include "social/coauthor.h"
#include "social/follow.h"
#include "social/home.h"
#include "social/journal.h"
#include "social/keeper.h"
#include "social/notification.h"
#include "social/outbox_relation.h"
#include "social/page_run.h"
#include "social/sent.h"
#include "social/steward.h"

static const struct stmt BLOCK_ADD = {
        .name = "block_add",
        .text = "INSERT INTO block (account, target, id, created_at) VALUES ($1, $2, $3, $4) ON "
                "CONFLICT DO NOTHING",
        .in = "iiii",
};

static const struct stmt BLOCK_DROP = {
        .name = "block_drop",
        .text = "DELETE FROM block WHERE account = $1 AND target = $2 RETURNING id",
        .in = "ii",
        .out = "i",
};

#define LIST(order)                                                                                \
        "SELECT b.id, b.target, a.suspended_at IS NULL FROM block b JOIN account a ON a.id = "     \
        "b.target"                                                                                 \
        " WHERE b.account = $3 AND b.id > $1 AND b.id < $2 ORDER BY b.id " order " LIMIT 2000"
static const struct stmt BLOCK_LIST = {
        .name = "block_list", .text = LIST("DESC"), .in = "iii", .out = "iii"};
static const struct stmt BLOCK_LIST_UP = {
        .name = "block_list_up", .text = LIST("ASC"), .in = "iii", .out = "iii"};

static const struct stmt BLOCK_BETWEEN = {
        .name = "block_between",
        .text = "SELECT 1 FROM block WHERE (account = $1 AND target = $2) OR (account = $2 AND "
                "target = $1) LIMIT 1",
        .in = "ii",
        .out = "i",
};

enum err block_start(struct cx *cx, int64_t account, int64_t target)
{
        if (account == target)
                return fail(cx, ERR_DENIED, "This action is not allowed");
        TRY(account_must(cx, target));
        TRY(follow_sever(cx, account, target));
        TRY(sent_left(cx, account, target)); /* one who was mentioned need not have followed */
        int64_t changed, id = cx_id(cx);
        TRY(db_run(cx->db, &BLOCK_ADD, BIND(V(account), V(target), V(id), V(cx_now(cx))),
                   &changed));
        if (!changed)
                return OK;
        TRY(home_hide(cx, account, target));
        TRY(home_hide(cx, target, account));
        TRY(notification_remove_from(cx, account, target));
        TRY(keeper_end_between(cx, account, target));
        TRY(steward_end_between(cx, account, target));
        TRY(coauthor_end_between(cx, account, target));
        TRY(journal_uninvite_between(cx, account, target));
        cx_event(cx, EVENT_RELATION, account, target);
        return outbox_relation(cx, RELATION_BLOCK, account, target, id, STR_NONE);
}

enum err block_end(struct cx *cx, int64_t account, int64_t target)
{
        struct row r;
        bool found;
        TRY(db_find(cx->db, &BLOCK_DROP, cx->arena, BIND(V(account), V(target)), &r, &found));
        if (!found)
                return OK;
        int64_t id = row_int(&r);
        TRY(row_end(&r));
        cx_event(cx, EVENT_RELATION, account, target);
        TRY(outbox_relation(cx, RELATION_UNDO_BLOCK, account, target, id, STR_NONE));
        return home_rebuild(cx, account);
}

enum err block_list(struct cx *cx, int64_t account, struct page *p, int64_t **ids, size_t *n)
{
        return page_run(cx, &(struct page_query){&BLOCK_LIST, &BLOCK_LIST_UP}, p, BIND(V(account)),
                        ids, n);
}

enum err block_between(struct cx *cx, int64_t a, int64_t b, bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, &BLOCK_BETWEEN, cx->arena, BIND(V(a), V(b)), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

static const struct stmt *const statements[] = {&BLOCK_ADD, &BLOCK_DROP, &BLOCK_LIST,
                                                &BLOCK_LIST_UP, &BLOCK_BETWEEN};
const struct stmt_list BLOCK_STATEMENTS = {statements, countof(statements)};
