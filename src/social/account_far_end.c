/* People who leave: moved to another account, deleted by their server, or deleted here (leave.c).
 * Called by fedi. A deletion hides at once and removes in batches, so that an account of a million
 * posts holds up nobody (T128). */
#include "lib/base/id.h"
#include "social/account_far.h"
#include "social/follow.h"
#include "social/leave.h"
#include "social/mark.h"
#include "social/media_take.h"
#include "social/post.h"
#include "social/search.h"
#include "store/job.h"

enum { BATCH = 200, LATE_MS = 6 * 3600 * 1000, SEVER_MOST = 500 };
static const int64_t TOMBSTONE_MS = (int64_t)90 * 24 * 3600 * 1000; /* tidied after this */

static const struct stmt MOVED = {
        .name = "account_moved",
        .text = "UPDATE account SET moved_to = $2 WHERE id = $1",
        .in = "iI",
};
static const struct stmt MOVED_AT = {
        .name = "account_moved_at",
        .text = "INSERT INTO account_far (account, moved_at) VALUES ($1, $2)"
                " ON CONFLICT (account) DO UPDATE SET moved_at = $2",
        .in = "ii",
};
static const struct stmt FOLLOWERS_HERE = {
        .name = "account_followers_here",
        .text = "SELECT f.account, f.id FROM follow f JOIN login l ON l.account = f.account"
                " WHERE f.target = $1 AND f.state = 1 AND f.id > $2 ORDER BY f.id LIMIT $3",
        .in = "iii",
        .out = "ii",
};
static const struct stmt HIDE = {
        .name = "account_far_hide",
        .text = "UPDATE account SET suspended_at = COALESCE(suspended_at, $2), display_name = '',"
                " note_html = '', fields = '[]', inbox = NULL, shared_inbox = NULL,"
                " public_key = NULL, key_id = NULL WHERE id = $1",
        .in = "ii",
};
static const struct stmt RELATIONS = {
        .name = "account_far_relations",
        .text = "SELECT target FROM follow WHERE account = $1"
                " UNION SELECT account FROM follow WHERE target = $1 LIMIT 500",
        .in = "i",
        .out = "i",
};
static const struct stmt POSTS = {
        .name = "account_far_posts",
        .text = "SELECT id FROM post WHERE account = $1 ORDER BY id LIMIT 200",
        .in = "i",
        .out = "i",
};
static const struct stmt MEDIA_LEFT = {
        .name = "account_far_media",
        .text = "SELECT id FROM media WHERE account = $1 LIMIT 200",
        .in = "i",
        .out = "i",
};
static const struct stmt LIKES = {
        .name = "account_far_likes",
        .text = "SELECT post FROM mark WHERE account = $1 AND kind = 0 LIMIT 200",
        .in = "i",
        .out = "i",
};
static const struct stmt FILES = {
        .name = "account_far_files",
        .text = "SELECT avatar, avatar_static, avatar_portrait, header, header_static FROM account"
                " WHERE id = $1",
        .in = "i",
        .out = "SSSSS",
};
static const struct stmt UNMOVE = {
        .name = "account_far_unmove",
        .text = "UPDATE account SET moved_to = NULL WHERE moved_to = $1",
        .in = "i",
};
static const struct stmt DELETE_ROW = {
        .name = "account_far_delete",
        .text = "DELETE FROM account WHERE id = $1",
        .in = "i",
};
static const struct stmt TOMBSTONE = {
        .name = "tombstone_add",
        .text = "INSERT INTO tombstone (uri, at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "si",
};
static const struct stmt TOMBSTONE_FIND = {
        .name = "tombstone_find",
        .text = "SELECT 1 FROM tombstone WHERE uri = $1",
        .in = "s",
        .out = "i",
};

enum err tombstone_add(struct cx *cx, struct str uri, bool known)
{
        int64_t at = known ? cx_now(cx) : cx_now(cx) - TOMBSTONE_MS + LATE_MS;
        return db_run(cx->db, &TOMBSTONE, BIND(V(uri), V(at)), NULL);
}

enum err tombstone_find(struct cx *cx, struct str uri, bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, &TOMBSTONE_FIND, NULL, BIND(V(uri)), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

/* ---- moving ---- */

enum err account_moved(struct cx *cx, int64_t id, int64_t to)
{
        TRY(db_run(cx->db, &MOVED, BIND(V(id), V_ID(to)), NULL));
        TRY(db_run(cx->db, &MOVED_AT, BIND(V(id), V(cx_now(cx))), NULL));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, id, 0);
        return OK;
}

enum err account_followers_here(struct cx *cx, int64_t id, int64_t after, int64_t limit,
                                struct account_follower *ret, size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &FOLLOWERS_HERE, NULL, BIND(V(id), V(after), V(limit)), &r));
        while (*n < (size_t)limit && row_next(&r)) {
                ret[*n].account = row_int(&r);
                ret[(*n)++].relation = row_int(&r);
        }
        return row_end(&r);
}

/* ---- deleting ---- */

/* Of somebody here who left, nobody is told one by one: their own server says that all of it ends.
 */
static enum err sever(struct cx *cx, int64_t id, bool here, bool *more)
{
        int64_t others[SEVER_MOST];
        size_t n;
        TRY(db_ints(cx->db, &RELATIONS, BIND(V(id)), others, countof(others), &n));
        for (size_t i = 0; i < n; i++)
                TRY(here ? follow_forget(cx, id, others[i]) : follow_sever(cx, id, others[i]));
        *more = n == countof(others);
        return OK;
}

enum err account_far_gone(struct cx *cx, int64_t id)
{
        struct account_known a;
        bool more;
        TRY(account_known_get(cx, id, &a));
        if (a.local)
                return ERR_DENIED;
        TRY(db_run(cx->db, &HIDE, BIND(V(id), V(cx_now(cx))), NULL));
        TRY(sever(cx, id, false, &more));
        TRY(search_index_account(cx, id, S("")));
        TRY(tombstone_add(cx, a.uri, true));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, id, 0);
        return job_add(cx, "account_erase",
                       str_fmt(cx->arena, "{\"account\":\"%lld\"}", (long long)id),
                       str_int(cx->arena, id), 0);
}

static enum err drop_row(struct cx *cx, int64_t id)
{
        struct row r;
        struct str files[5];
        TRY(db_one(cx->db, &FILES, cx->arena, BIND(V(id)), &r));
        for (size_t i = 0; i < countof(files); i++)
                files[i] = row_str(&r);
        TRY(row_end(&r));
        for (size_t i = 0; i < countof(files); i++)
                TRY(media_trash(cx, files[i]));
        TRY(db_run(cx->db, &UNMOVE, BIND(V(id)), NULL));
        TRY(db_run(cx->db, &DELETE_ROW, BIND(V(id)), NULL));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, id, 0);
        return OK;
}

enum err account_erase_batch(struct cx *cx, int64_t id, bool *more)
{
        int64_t ids[BATCH];
        size_t n;
        struct account_known a;
        bool left;
        enum err e = account_known_get(cx, id, &a);
        *more = false;
        if (e)
                return e == ERR_MISSING ? OK : e;
        TRY(a.local ? leave_is_gone(cx, id, &left) : tombstone_find(cx, a.uri, &left));
        if (!left && a.local)
                return ERR_DENIED;
        if (!left && !a.suspended) /* somebody thought better of it */
                return OK;
        TRY(sever(cx, id, a.local, more));
        if (*more)
                return OK;
        *more = true;
        TRY(db_ints(cx->db, &POSTS, BIND(V(id)), ids, BATCH, &n));
        for (size_t i = 0; i < n; i++)
                TRY(post_erase_silently(cx, ids[i]));
        if (n)
                return OK;
        TRY(db_ints(cx->db, &LIKES, BIND(V(id)), ids, BATCH, &n));
        for (size_t i = 0; i < n; i++)
                TRY(mark_remove(cx, id, ids[i], MARK_FAVOURITE));
        if (n)
                return OK;
        TRY(db_ints(cx->db, &MEDIA_LEFT, BIND(V(id)), ids, BATCH, &n));
        for (size_t i = 0; i < n; i++)
                TRY(media_drop(cx, ids[i]));
        if (n)
                return OK;
        *more = false;
        /* One that moderators here suspended stays, or it would be met anew tomorrow (T099). */
        return left ? drop_row(cx, id) : OK;
}

static const struct stmt *const statements[] = {
        &MOVED, &MOVED_AT, &FOLLOWERS_HERE, &HIDE,       &RELATIONS, &POSTS,         &MEDIA_LEFT,
        &LIKES, &FILES,    &UNMOVE,         &DELETE_ROW, &TOMBSTONE, &TOMBSTONE_FIND};
const struct stmt_list ACCOUNT_FAR_END_STATEMENTS = {statements, countof(statements)};
