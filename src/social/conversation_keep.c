/* Upkeep of conversation rows. Called by post_store and post_erase. */
#include "social/conversation_keep.h"
#include "social/ids.h"

static const struct stmt CONVERSATION_HERE = {
        .name = "conversation_here",
        .text = "SELECT account FROM login WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt CONVERSATION_UPSERT = {
        .name = "conversation_upsert",
        .text = "INSERT INTO conversation (id, account, thread, last_post, order_id, unread, "
                "members) "
                "VALUES ($1, $2, $3, $4, $4, $5, $6) ON CONFLICT (account, thread) DO UPDATE SET "
                "last_post = $4, order_id = $4, unread = CASE WHEN $5 = 1 THEN 1 ELSE "
                "conversation.unread END, "
                "members = $6 WHERE conversation.order_id < $4 RETURNING id",
        .in = "iiiiis",
        .out = "i",
};
static const struct stmt CONVERSATION_BLOCKED = {
        .name = "conversation_blocked",
        .text = "SELECT COUNT(*) FROM block WHERE (account = $1 AND target = $2) OR (account = $2 "
                "AND target = $1)",
        .in = "ii",
        .out = "i",
};
static const struct stmt CONVERSATION_OF_POST = {
        .name = "conversation_of_post",
        .text = "SELECT c.id, c.account, (SELECT MAX(p.id) FROM post p WHERE p.thread = c.thread "
                "AND p.id < $1 "
                "AND p.boost_of IS NULL AND p.audience = 4 AND (p.account = c.account OR EXISTS "
                "(SELECT 1 FROM "
                "mention m WHERE m.post = p.id AND m.account = c.account))) FROM conversation c "
                "WHERE c.last_post = $1",
        .in = "i",
        .out = "iiI",
};
static const struct stmt CONVERSATION_BACK = {
        .name = "conversation_back",
        .text = "UPDATE conversation SET last_post = $2, order_id = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt CONVERSATION_END = {
        .name = "conversation_end",
        .text = "DELETE FROM conversation WHERE id = $1",
        .in = "i",
};

static enum err is_here(struct cx *cx, int64_t account, bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, &CONVERSATION_HERE, NULL, BIND(V(account)), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

static enum err keep_for(struct cx *cx, const struct post *p, int64_t owner, const int64_t *all,
                         size_t n)
{
        bool here;
        struct row r;
        int64_t *others = make_n(cx->arena, n, int64_t);
        size_t k = 0;
        TRY(is_here(cx, owner, &here));
        if (!here)
                return OK;
        if (owner != p->account) {
                TRY(db_one(cx->db, &CONVERSATION_BLOCKED, NULL, BIND(V(owner), V(p->account)), &r));
                here = !row_int(&r);
                TRY(row_end(&r));
                if (!here)
                        return OK;
        }
        for (size_t i = 0; i < n; i++)
                if (all[i] != owner)
                        others[k++] = all[i];
        TRY(db_find(cx->db, &CONVERSATION_UPSERT, NULL,
                    BIND(V(cx_id(cx)), V(owner), V(p->thread), V(p->id), V(owner != p->account),
                         V(ids_json(cx->arena, others, k))),
                    &r, &here));
        if (!here)
                return OK;
        cx_event(cx, EVENT_CONVERSATION, owner, row_int(&r));
        return row_end(&r);
}

enum err conversation_keep(struct cx *cx, const struct post *p, const int64_t *mentioned, size_t n)
{
        if (p->audience != AUDIENCE_MENTIONED)
                return OK;
        int64_t *all = make_n(cx->arena, n + 1, int64_t);
        size_t k = 0;
        all[k++] = p->account;
        for (size_t i = 0; i < n; i++)
                if (mentioned[i] != p->account)
                        all[k++] = mentioned[i];
        for (size_t i = 0; i < k; i++)
                TRY(keep_for(cx, p, all[i], all, k));
        return OK;
}

enum err conversation_forget(struct cx *cx, const struct post *p)
{
        enum { MOST = POST_MENTIONS_MAX * 2 + 2 };
        struct {
                int64_t id, account, before;
        } v[MOST];
        size_t n = 0;
        struct row r;
        if (p->audience != AUDIENCE_MENTIONED)
                return OK;
        TRY(db_all(cx->db, &CONVERSATION_OF_POST, NULL, BIND(V(p->id)), &r));
        while (n < MOST && row_next(&r)) {
                v[n].id = row_int(&r);
                v[n].account = row_int(&r);
                v[n++].before = row_int(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++) {
                if (v[i].before)
                        TRY(db_run(cx->db, &CONVERSATION_BACK, BIND(V(v[i].id), V(v[i].before)),
                                   NULL));
                else
                        TRY(db_run(cx->db, &CONVERSATION_END, BIND(V(v[i].id)), NULL));
                cx_event(cx, EVENT_CONVERSATION, v[i].account, v[i].id);
        }
        return OK;
}

const struct stmt_list CONVERSATION_KEEP_STATEMENTS = {
        (const struct stmt *const[]){&CONVERSATION_HERE, &CONVERSATION_UPSERT,
                                     &CONVERSATION_BLOCKED, &CONVERSATION_OF_POST,
                                     &CONVERSATION_BACK, &CONVERSATION_END},
        6,
};
