/* Asking authors elsewhere: see approval.h. Called by post_publish and mark for people here, and by
 * fedi when the author's server answers. */
#include "social/approval.h"
#include "social/comment.h"
#include "social/outbox.h"
#include "social/permission.h"

static const struct stmt ASKING_ADD = {
        .name = "asking_add",
        .text = "INSERT INTO asking (id, kind, account, target, post, uri, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        .in = "iiiiisi",
};
static const struct stmt ASKING_FIND = {
        .name = "asking_find",
        .text = "SELECT k.id, k.kind, k.post FROM asking k JOIN post t ON t.id = k.target"
                " WHERE k.uri = $1 AND t.account = $2",
        .in = "si",
        .out = "iii",
};
static const struct stmt ASKING_OF = {
        .name = "asking_of",
        .text = "SELECT t.account FROM asking k JOIN post t ON t.id = k.target WHERE k.post = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt ASKING_DROP = {
        .name = "asking_drop",
        .text = "DELETE FROM asking WHERE id = $1",
        .in = "i",
};
static const struct stmt APPROVED_BY = {
        .name = "approval_approved_by",
        .text = "INSERT INTO post_far (post, approved_by, fetched_at) VALUES ($1, $2, $3)"
                " ON CONFLICT (post) DO UPDATE SET approved_by = $2",
        .in = "iSi",
};

enum err approval_check(struct cx *cx, const struct post *target, const char *what, int64_t account,
                        bool *asks)
{
        enum permission may;
        TRY(permission_of(cx, target, what, account, &may));
        *asks = may == PERMISSION_ASK;
        return may == PERMISSION_NO
                       ? fail(cx, ERR_DENIED, "The author of this post does not wish that.")
                       : OK;
}

enum err approval_ask(struct cx *cx, enum asking kind, const struct post *p, int64_t target)
{
        struct post *asked, alone = *p;
        TRY(post_load(cx, target, &asked));
        TRY(db_run(cx->db, &ASKING_ADD,
                   BIND(V(cx_id(cx)), V(kind), V(p->account), V(target), V(p->id), V(p->uri),
                        V(cx_now(cx))),
                   NULL));
        alone.audience = AUDIENCE_MENTIONED; /* of this delivery: nobody but the one who is asked */
        return outbox_post(cx, kind == ASKING_BOOST ? OUTBOX_ANNOUNCE : OUTBOX_ASK, &alone,
                           &asked->account, 1);
}

static enum err agreed(struct cx *cx, enum asking kind, struct post *p, struct str stamp)
{
        struct post *target;
        TRY(db_run(cx->db, &APPROVED_BY, BIND(V(p->id), V(stamp), V(cx_now(cx))), NULL));
        if (kind == ASKING_REPLY)
                return p->state == COMMENT_HELD ? comment_move(cx, p, COMMENT_SHOWN) : OK;
        TRY(post_load(cx, p->boost_of, &target));
        return outbox_post(cx, OUTBOX_ANNOUNCE, p, &target->account, target->local ? 0 : 1);
}

enum err approval_answered(struct cx *cx, int64_t author, struct str uri, bool yes,
                           struct str stamp, bool *taken)
{
        struct row r;
        struct post *p;
        *taken = false;
        if (!uri.n)
                return OK;
        if (str_ends(uri,
                     S("/activity"))) /* what carried it: every activity of a post is named so */
                uri = str_cut(uri, 0, uri.n - 9);
        TRY(db_find(cx->db, &ASKING_FIND, NULL, BIND(V(uri), V(author)), &r, taken));
        if (!*taken)
                return OK;
        int64_t id = row_int(&r);
        enum asking kind = (enum asking)row_int(&r);
        int64_t post = row_int(&r);
        TRY(row_end(&r));
        TRY(db_run(cx->db, &ASKING_DROP, BIND(V(id)), NULL));
        TRY(post_load(cx, post, &p));
        if (yes)
                return agreed(cx, kind, p, stamp);
        if (kind == ASKING_REPLY)
                return comment_move(cx, p, COMMENT_DECLINED);
        return post_erase_silently(cx, p->id);
}

enum err approval_forget(struct cx *cx, const struct post *p)
{
        struct post alone = *p;
        struct row r;
        bool found;
        if (!p->local || p->boost_of || p->state == COMMENT_SHOWN)
                return OK;
        TRY(db_find(cx->db, &ASKING_OF, NULL, BIND(V(p->id)), &r, &found));
        if (!found)
                return OK;
        int64_t author = row_int(&r);
        TRY(row_end(&r));
        alone.audience = AUDIENCE_MENTIONED;
        return outbox_post(cx, OUTBOX_DELETE, &alone, &author, 1);
}

static const struct stmt *const statements[] = {&ASKING_ADD, &ASKING_FIND, &ASKING_OF, &ASKING_DROP,
                                                &APPROVED_BY};
const struct stmt_list APPROVAL_STATEMENTS = {statements, countof(statements)};
