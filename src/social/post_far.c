/* Posts of other servers: see post_far.h. Called by fedi in the transaction that stores them. */
#include "social/post_far.h"
#include "social/comment.h"
#include "social/post_parts.h"

enum { ADOPT_MOST = 100 };

static const struct stmt PUT = {
        .name = "post_far_put",
        .text = "INSERT INTO post_far (post, replies_uri, context_uri, reply_uri, quote_uri,"
                " quote_approval, policy, fetched_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                " ON CONFLICT (post) DO UPDATE SET replies_uri = $2, context_uri = $3,"
                " quote_uri = $5, quote_approval = $6, policy = $7, fetched_at = $8",
        .in = "iSSSSSSi",
};
static const struct stmt GET = {
        .name = "post_far_get",
        .text = "SELECT replies_uri, context_uri, reply_uri, quote_uri, quote_approval, policy,"
                " fetched_at, replies_at FROM post_far WHERE post = $1",
        .in = "i",
        .out = "SSSSSSii",
};
static const struct stmt REPLIES_READ = {
        .name = "post_far_replies_read",
        .text = "INSERT INTO post_far (post, fetched_at, replies_at) VALUES ($1, $2, $2)"
                " ON CONFLICT (post) DO UPDATE SET replies_at = $2",
        .in = "ii",
};
static const struct stmt WAITING = {
        .name = "post_far_waiting",
        .text = "SELECT post FROM post_far WHERE reply_uri = $1 LIMIT 100",
        .in = "s",
        .out = "i",
};
static const struct stmt FOUND = {
        .name = "post_far_found",
        .text = "UPDATE post_far SET reply_uri = NULL WHERE post = $1",
        .in = "i",
};
static const struct stmt LINK = {
        .name = "post_far_link",
        .text = "UPDATE post SET reply_to = $2, reply_account = $3 WHERE id = $1",
        .in = "iii",
};
static const struct stmt JOIN_THREAD = {
        .name = "post_far_join",
        .text = "UPDATE post SET thread = $2 WHERE thread = $1 AND boost_of IS NULL",
        .in = "ii",
};
static const struct stmt COUNT = {
        .name = "post_far_count",
        .text = "UPDATE post SET replies_count = replies_count + 1 WHERE id = $1",
        .in = "i",
};
/* Conversations and muted threads are known by their thread. */
static const struct stmt JOIN_TALK = {
        .name = "post_far_join_talk",
        .text = "UPDATE conversation SET thread = $2 WHERE thread = $1 AND NOT EXISTS (SELECT 1"
                " FROM conversation c WHERE c.account = conversation.account AND c.thread = $2)",
        .in = "ii",
        .scans = true, /* of private conversations alone; a thread is joined once */
};
static const struct stmt JOIN_MUTES = {
        .name = "post_far_join_mutes",
        .text = "UPDATE mark SET post = $2 WHERE post = $1 AND kind = 4 AND NOT EXISTS (SELECT 1"
                " FROM mark k WHERE k.account = mark.account AND k.post = $2 AND k.kind = 4)",
        .in = "ii",
};
static const struct stmt POLL_VOTES = {
        .name = "post_far_poll_votes",
        .text = "UPDATE poll_option SET votes = $3 WHERE poll = $1 AND position = $2",
        .in = "iii",
};
static const struct stmt POLL_VOTERS = {
        .name = "post_far_poll_voters",
        .text = "UPDATE poll SET voters_count = $2, expires_at = COALESCE($3, expires_at)"
                " WHERE post = $1",
        .in = "iiI",
};

enum err post_far_put(struct cx *cx, int64_t post, const struct post_far *f)
{
        return db_run(cx->db, &PUT,
                      BIND(V(post), V(f->replies_uri), V(f->context_uri), V(f->reply_uri),
                           V(f->quote_uri), V(f->quote_approval), V(f->policy), V(cx_now(cx))),
                      NULL);
}

enum err post_far_get(struct cx *cx, int64_t post, struct post_far *f)
{
        struct row r;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(post)), &r));
        f->replies_uri = row_str(&r);
        f->context_uri = row_str(&r);
        f->reply_uri = row_str(&r);
        f->quote_uri = row_str(&r);
        f->quote_approval = row_str(&r);
        f->policy = row_str(&r);
        f->fetched_at = row_int(&r);
        f->replies_at = row_int(&r);
        return row_end(&r);
}

enum err post_far_replies_read(struct cx *cx, int64_t post)
{
        return db_run(cx->db, &REPLIES_READ, BIND(V(post), V(cx_now(cx))), NULL);
}

/* ---- threads ---- */

static enum err join(struct cx *cx, int64_t from, int64_t to, bool private)
{
        if (private)
                TRY(db_run(cx->db, &JOIN_TALK, BIND(V(from), V(to)), NULL));
        TRY(db_run(cx->db, &JOIN_MUTES, BIND(V(from), V(to)), NULL));
        return db_run(cx->db, &JOIN_THREAD, BIND(V(from), V(to)), NULL);
}

enum err post_far_adopt(struct cx *cx, int64_t child, int64_t parent)
{
        struct post *c, *p;
        TRY(post_load(cx, child, &c));
        TRY(post_load(cx, parent, &p));
        TRY(db_run(cx->db, &FOUND, BIND(V(child)), NULL));
        if (p->boost_of)
                TRY(post_load(cx, p->boost_of, &p));
        /* A post in one thread with its parent has one already, or the two would make a ring. */
        if (c->reply_to || c->thread == p->thread || c->boost_of)
                return OK;
        TRY(db_run(cx->db, &LINK, BIND(V(child), V(p->id), V(p->account)), NULL));
        TRY(join(cx, c->thread, p->thread, c->audience >= AUDIENCE_CIRCLE));
        c->reply_to = p->id;
        if (post_counts_as_reply(c))
                TRY(db_run(cx->db, &COUNT, BIND(V(p->id)), NULL));
        TRY(comment_adopted(cx, child));
        cx_event(cx, EVENT_POST_CHANGED, 0, child);
        cx_event(cx, EVENT_POST_CHANGED, 0, p->id);
        return OK;
}

enum err post_far_arrived(struct cx *cx, int64_t post, struct str uri)
{
        int64_t ids[ADOPT_MOST];
        size_t n = 0;
        TRY(db_ints(cx->db, &WAITING, BIND(V(uri)), ids, ADOPT_MOST, &n));
        for (size_t i = 0; i < n; i++)
                TRY(post_far_adopt(cx, ids[i], post));
        return OK;
}

/* ---- polls ---- */

enum err post_far_poll(struct cx *cx, int64_t post, const int64_t *votes, size_t n, int64_t voters,
                       int64_t ends_at)
{
        for (size_t i = 0; i < n; i++)
                TRY(db_run(cx->db, &POLL_VOTES, BIND(V(post), V(i), V(votes[i])), NULL));
        TRY(db_run(cx->db, &POLL_VOTERS, BIND(V(post), V(voters), V_ID(ends_at)), NULL));
        cx_event(cx, EVENT_POST_CHANGED, 0, post);
        return OK;
}

static const struct stmt *const statements[] = {
        &PUT,         &GET,   &REPLIES_READ, &WAITING,    &FOUND,      &LINK,
        &JOIN_THREAD, &COUNT, &JOIN_TALK,    &JOIN_MUTES, &POLL_VOTES, &POLL_VOTERS};
const struct stmt_list POST_FAR_STATEMENTS = {statements, countof(statements)};
