/* Asking authors elsewhere: see approval.h. Called by post_publish and mark for people here, and by
 * fedi when the author's server answers, or asks itself. */
#include "social/approval.h"
#include "social/account_far.h"
#include "social/comment.h"
#include "social/mark.h"
#include "social/outbox.h"
#include "social/permission.h"

static const struct stmt ASKING_ADD = {
        .name = "asking_add",
        .text = "INSERT INTO asking (id, kind, account, target, post, uri, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        .in = "iiiiIsi",
};
static const struct stmt ASKING_FIND = {
        .name = "asking_find",
        .text = "SELECT k.id, k.kind, k.account, k.target, k.post FROM asking k"
                " JOIN post t ON t.id = k.target WHERE k.uri = $1 AND t.account = $2",
        .in = "si",
        .out = "iiiiI",
};
static const struct stmt ASKING_WAITS = {
        .name = "asking_waits",
        .text = "SELECT k.kind, k.uri, t.uri FROM asking k JOIN post t ON t.id = k.target"
                " WHERE k.uri = $1 AND t.account = $2",
        .in = "si",
        .out = "iss",
};
static const struct stmt ASKED_ABOUT = {
        .name = "asked_about",
        .text = "SELECT target, uri FROM asking WHERE post = $1 AND kind = 3 LIMIT 1",
        .in = "i",
        .out = "is",
};
static const struct stmt LIKE_OF = {
        .name = "approval_like",
        .text = "SELECT m.post FROM mark m JOIN post p ON p.id = m.post"
                " WHERE m.account = $1 AND m.kind = 0 AND m.id = $2 AND p.account = $3",
        .in = "iii",
        .out = "i",
};
static const struct stmt ASKING_OF = {
        .name = "asking_of",
        .text = "SELECT t.account FROM asking k JOIN post t ON t.id = k.target WHERE k.post = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt ASKING_DROP_LIKE = {
        .name = "asking_drop_like",
        .text = "DELETE FROM asking WHERE uri = $1 AND kind = 1",
        .in = "s",
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

static enum err add(struct cx *cx, enum asking kind, int64_t account, int64_t target, int64_t post,
                    struct str uri)
{
        return db_run(cx->db, &ASKING_ADD,
                      BIND(V(cx_id(cx)), V(kind), V(account), V(target), V_ID(post), V(uri),
                           V(cx_now(cx))),
                      NULL);
}

/* Whether the answer or boost itself is the question, or a request goes before it, is as the
 * author's server likes it. */
enum err approval_ask(struct cx *cx, enum asking kind, const struct post *p, int64_t target)
{
        struct post *asked, alone = *p;
        bool request, boost = kind == ASKING_BOOST;
        TRY(post_load(cx, target, &asked));
        TRY(permission_by_request(cx, asked, boost ? "canAnnounce" : "canReply", &request));
        TRY(add(cx, kind, p->account, target, p->id, p->uri));
        alone.audience = AUDIENCE_MENTIONED; /* of this delivery: nobody but the one who is asked */
        return outbox_post(cx,
                           request ? OUTBOX_REQUEST
                           : boost ? OUTBOX_ANNOUNCE
                                   : OUTBOX_ASK,
                           &alone, &asked->account, 1);
}

/* ---- favourites ---- */

static const struct str likes_middle = S_ROW("#likes/");

/* As activity_like names it. */
static enum err like_uri(struct cx *cx, int64_t account, int64_t mark, struct str *ret)
{
        struct account *a;
        TRY(account_get(cx, account, &a));
        *ret = str_fmt(cx->arena, "%.*s%.*s%lld", STR_ARG(a->uri), STR_ARG(likes_middle),
                       (long long)mark);
        return OK;
}

enum err approval_ask_like(struct cx *cx, int64_t account, const struct post *target, int64_t mark)
{
        struct str uri;
        bool request;
        TRY(like_uri(cx, account, mark, &uri));
        TRY(permission_by_request(cx, target, "canLike", &request));
        TRY(add(cx, ASKING_LIKE, account, target->id, 0, uri));
        return outbox_mark(cx, request ? OUTBOX_LIKE_REQUEST : OUTBOX_LIKE, account, target, mark,
                           STR_NONE);
}

enum err approval_forget_like(struct cx *cx, int64_t account, int64_t mark)
{
        struct str uri;
        TRY(like_uri(cx, account, mark, &uri));
        return db_run(cx->db, &ASKING_DROP_LIKE, BIND(V(uri)), NULL);
}

/* The account here and the mark's number in an address of a favourite; false for other addresses.
 */
static enum err like_read(struct cx *cx, struct str uri, int64_t *account, int64_t *mark)
{
        size_t at = str_find(uri, likes_middle);
        *account = 0;
        if (at >= uri.n || !str_to_i64(str_after(uri, at + likes_middle.n), mark))
                return OK;
        return account_find_uri(cx, str_cut(uri, 0, at), account);
}

/* ---- answers ---- */

static enum err agreed(struct cx *cx, enum asking kind, struct post *p, struct str stamp)
{
        struct post *target;
        TRY(db_run(cx->db, &APPROVED_BY, BIND(V(p->id), V(stamp), V(cx_now(cx))), NULL));
        if (kind == ASKING_REPLY)
                return p->state == COMMENT_HELD ? comment_move(cx, p, COMMENT_SHOWN) : OK;
        TRY(post_load(cx, p->boost_of, &target));
        return outbox_post(cx, OUTBOX_ANNOUNCE, p, &target->account, target->local ? 0 : 1);
}

static enum err like_answered(struct cx *cx, int64_t account, int64_t target, struct str uri,
                              bool yes, struct str stamp)
{
        struct post *p;
        int64_t by, mark;
        if (!yes)
                return mark_remove(cx, account, target, MARK_FAVOURITE);
        TRY(post_load(cx, target, &p));
        TRY(like_read(cx, uri, &by, &mark));
        return by ? outbox_mark(cx, OUTBOX_LIKE, account, p, mark, stamp) : OK;
}

/* What carried it, and the request for it, are named after it. */
static struct str named(struct str uri)
{
        static const char *const ends[] = {"/activity", "#request", "/request"};
        for (size_t i = 0; i < countof(ends); i++)
                if (str_ends(uri, str_of(ends[i])))
                        return str_cut(uri, 0, uri.n - strlen(ends[i]));
        return uri;
}

enum err approval_find(struct cx *cx, int64_t author, struct str uri, struct approval_waits *ret,
                       bool *found)
{
        struct row r;
        *found = false;
        if (!uri.n)
                return OK;
        TRY(db_find(cx->db, &ASKING_WAITS, cx->arena, BIND(V(named(uri)), V(author)), &r, found));
        if (!*found)
                return OK;
        ret->kind = (enum asking)row_int(&r);
        ret->made = row_str(&r);
        ret->target = row_str(&r);
        return row_end(&r);
}

enum err approval_answered(struct cx *cx, int64_t author, struct str uri, bool yes,
                           struct str stamp, bool *taken)
{
        struct row r;
        struct post *p;
        *taken = false;
        if (!uri.n)
                return OK;
        uri = named(uri);
        TRY(db_find(cx->db, &ASKING_FIND, NULL, BIND(V(uri), V(author)), &r, taken));
        if (!*taken)
                return OK;
        int64_t id = row_int(&r);
        enum asking kind = (enum asking)row_int(&r);
        int64_t account = row_int(&r), target = row_int(&r), post = row_int(&r);
        TRY(row_end(&r));
        TRY(db_run(cx->db, &ASKING_DROP, BIND(V(id)), NULL));
        if (kind == ASKING_LIKE)
                return like_answered(cx, account, target, uri, yes, stamp);
        TRY(post_load(cx, post, &p));
        if (yes)
                return agreed(cx, kind, p, stamp);
        if (kind == ASKING_REPLY)
                return comment_move(cx, p, COMMENT_DECLINED);
        return post_erase_silently(cx, p->id);
}

static enum err like_refused(struct cx *cx, int64_t author, struct str uri, bool *taken)
{
        struct row r;
        int64_t account, mark = 0;
        TRY(like_read(cx, uri, &account, &mark));
        if (!account)
                return OK;
        TRY(db_find(cx->db, &LIKE_OF, NULL, BIND(V(account), V(mark), V(author)), &r, taken));
        if (!*taken)
                return OK;
        int64_t post = row_int(&r);
        TRY(row_end(&r));
        return mark_remove(cx, account, post, MARK_FAVOURITE);
}

enum err approval_refused(struct cx *cx, int64_t author, struct str uri, bool *taken)
{
        struct post *p, *target;
        int64_t id;
        *taken = false;
        if (!str_starts(uri, cx->settings->url))
                return OK;
        uri = named(uri);
        TRY(like_refused(cx, author, uri, taken));
        enum err e = *taken ? ERR_MISSING : post_by_uri(cx, uri, &id);
        if (e)
                return e == ERR_MISSING ? OK : e;
        TRY(post_load(cx, id, &p));
        if (!p->local || !(p->boost_of || p->reply_to))
                return OK;
        TRY(post_load(cx, p->boost_of ? p->boost_of : p->reply_to, &target));
        *taken = target->account == author && p->account != author;
        if (!*taken)
                return OK;
        return p->boost_of                 ? post_erase(cx, id, false)
               : p->state == COMMENT_SHOWN ? comment_move(cx, p, COMMENT_DECLINED)
                                           : OK;
}

/* ---- what others ask ---- */

enum err approval_asked(struct cx *cx, int64_t by, int64_t target, int64_t reply,
                        struct str request)
{
        return add(cx, ASKED_REPLY, by, target, reply, request);
}

enum err approval_asked_about(struct cx *cx, int64_t reply, struct asked *ret)
{
        struct row r;
        bool found;
        *ret = (struct asked){0};
        TRY(db_find(cx->db, &ASKED_ABOUT, cx->arena, BIND(V(reply)), &r, &found));
        if (!found)
                return OK;
        ret->target = row_int(&r);
        ret->request = row_str(&r);
        return row_end(&r);
}

/* Tells whoever was asked about it, alone. */
static enum err tell_asked(struct cx *cx, enum outbox_act act, const struct post *p)
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
        return outbox_post(cx, act, &alone, &author, 1);
}

enum err approval_forget(struct cx *cx, const struct post *p)
{
        return tell_asked(cx, OUTBOX_DELETE, p);
}

enum err approval_edit(struct cx *cx, const struct post *p)
{
        return tell_asked(cx, OUTBOX_UPDATE_ASKED, p);
}

static const struct stmt *const statements[] = {&ASKING_ADD,  &ASKING_FIND, &ASKING_WAITS,
                                                &ASKING_OF,   &ASKING_DROP, &ASKING_DROP_LIKE,
                                                &APPROVED_BY, &ASKED_ABOUT, &LIKE_OF};
const struct stmt_list APPROVAL_STATEMENTS = {statements, countof(statements)};
