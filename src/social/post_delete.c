/* Deleting: the row goes, and with it (by foreign keys or right here) everything that hung on it.
 * Called by the API, the pages, moderation, and the federation side. */
#include "social/approval.h"
#include "social/conversation_keep.h"
#include "social/ids.h"
#include "social/journal.h"
#include "social/media.h"
#include "social/outbox.h"
#include "social/poll.h"
#include "social/post_parts.h"
#include "social/quoting.h"
#include "social/search.h"

static const struct stmt DELETE_ROW = {
        .name = "post_delete",
        .text = "DELETE FROM post WHERE id = $1",
        .in = "i",
};
static const struct stmt DELETE_ORPHANS = {
        .name = "post_orphans",
        .text = "UPDATE post SET reply_to = NULL, reply_account = NULL WHERE reply_to = $1 "
                "RETURNING id",
        .in = "i",
        .out = "i",
};
static const struct stmt DELETE_BOOSTS = {
        .name = "post_boosts",
        .text = "SELECT id, account, audience FROM post WHERE boost_of = $1 LIMIT 5000",
        .in = "i",
        .out = "iii",
};
static const struct stmt DELETE_COUNT_BOOSTERS = {
        .name = "post_uncount_boosters",
        .text = "UPDATE account SET posts_count = posts_count - 1 WHERE posts_count > 0 AND id IN "
                "(SELECT account FROM post WHERE boost_of = $1 AND audience <= 2)",
        .in = "i",
};
static const struct stmt DELETE_COUNT_AUTHOR = {
        .name = "post_uncount_author",
        .text = "UPDATE account SET posts_count = posts_count - 1 WHERE id = $1 AND posts_count > "
                "0",
        .in = "i",
};
static const struct stmt DELETE_COUNT_REPLY = {
        .name = "post_uncount_reply",
        .text = "UPDATE post SET replies_count = replies_count - 1 WHERE id = $1 AND replies_count "
                "> 0",
        .in = "i",
};
static const struct stmt DELETE_COUNT_BOOST = {
        .name = "post_uncount_boost",
        .text = "UPDATE post SET boosts_count = boosts_count - 1 WHERE id = $1 AND boosts_count > "
                "0",
        .in = "i",
};
static const struct stmt DELETE_UNMARK = {
        .name = "post_unmark_boost",
        .text = "DELETE FROM mark WHERE account = $1 AND post = $2 AND kind = 2",
        .in = "ii",
};
static const struct stmt DELETE_UNNOTIFY = {
        .name = "post_unnotify_boost",
        .text = "DELETE FROM notification WHERE post = $2 AND sender = $1 AND kind = 1",
        .in = "ii",
};
/* Nobody sorts the comments of a post that is gone; who wrote one keeps it. */
static const struct stmt DELETE_WAITING = {
        .name = "post_drop_waiting",
        .text = "DELETE FROM comment WHERE thread = $1",
        .in = "i",
};
static const struct stmt DELETE_TOMBSTONE = {
        .name = "post_tombstone",
        .text = "INSERT INTO tombstone (uri, at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "si",
};

/* Elsewhere, and holding a copy though not addressed: they boosted or answered it. */
static const struct stmt DELETE_HEARD_FAR = {
        .name = "post_heard_far",
        .text = "SELECT a.id FROM post p JOIN account a ON a.id = p.account"
                " WHERE p.boost_of = $1 AND a.domain <> ''"
                " UNION SELECT a.id FROM post p JOIN account a ON a.id = p.account"
                " WHERE p.reply_to = $1 AND a.domain <> '' LIMIT $2",
        .in = "ii",
        .out = "i",
};

/* Answers stay, on their own; they keep their thread. */
static enum err orphan_answers(struct cx *cx, int64_t id)
{
        struct row r;
        TRY(db_all(cx->db, &DELETE_ORPHANS, NULL, BIND(V(id)), &r));
        while (row_next(&r))
                cx_event(cx, EVENT_POST_CHANGED, 0, row_int(&r));
        return row_end(&r);
}

/* The wrappers go with the post, by the foreign key; their readers and boosters hear of it here. */
static enum err drop_boosts(struct cx *cx, const struct post *p)
{
        struct row r;
        if (!p->boosts_count)
                return OK;
        TRY(db_run(cx->db, &DELETE_COUNT_BOOSTERS, BIND(V(p->id)), NULL));
        TRY(db_all(cx->db, &DELETE_BOOSTS, NULL, BIND(V(p->id)), &r));
        while (row_next(&r)) {
                int64_t id = row_int(&r), account = row_int(&r);
                row_int(&r);
                cx_event(cx, EVENT_POST_DELETED, account, id);
        }
        return row_end(&r);
}

enum err post_uncount(struct cx *cx, const struct post *p)
{
        if (post_counts_publicly(p))
                TRY(db_run(cx->db, &DELETE_COUNT_AUTHOR, BIND(V(p->account)), NULL));
        if (post_counts_as_reply(p)) {
                TRY(db_run(cx->db, &DELETE_COUNT_REPLY, BIND(V(p->reply_to)), NULL));
                cx_event(cx, EVENT_POST_CHANGED, 0, p->reply_to);
        }
        if (!p->boost_of)
                return OK;
        TRY(db_run(cx->db, &DELETE_COUNT_BOOST, BIND(V(p->boost_of)), NULL));
        TRY(db_run(cx->db, &DELETE_UNMARK, BIND(V(p->account), V(p->boost_of)), NULL));
        TRY(db_run(cx->db, &DELETE_UNNOTIFY, BIND(V(p->account), V(p->boost_of)), NULL));
        cx_event(cx, EVENT_POST_CHANGED, 0, p->boost_of);
        return OK;
}

static enum err add_heard_far(struct cx *cx, const struct post *p, int64_t **to, size_t *n)
{
        enum { MOST = 1000 };
        struct row r;
        if (p->audience > AUDIENCE_QUIET || (!p->boosts_count && !p->replies_count))
                return OK;
        int64_t *all = make_n(cx->arena, *n + MOST, int64_t);
        memcpy(all, *to, *n * sizeof *all);
        TRY(db_all(cx->db, &DELETE_HEARD_FAR, NULL, BIND(V(p->id), V(MOST)), &r));
        size_t got = *n;
        while (got < *n + MOST && row_next(&r))
                all[got++] = row_int(&r);
        *to = all;
        *n = got;
        return row_end(&r);
}

enum err post_take_back(struct cx *cx, const struct post *p)
{
        int64_t *to;
        size_t n;
        struct post *shown;
        if (!p->local)
                return OK;
        if (!p->boost_of) {
                TRY(post_people_far(cx, p, &to, &n));
                TRY(add_heard_far(cx, p, &to, &n));
                return outbox_post(cx, OUTBOX_DELETE, p, to, n);
        }
        TRY(post_load(cx, p->boost_of, &shown));
        return outbox_post(cx, OUTBOX_UNDO_ANNOUNCE, p, &shown->account, shown->local ? 0 : 1);
}

static enum err erase(struct cx *cx, const struct post *p, bool delete_media)
{
        TRY(quoting_ends(cx, p));
        TRY(post_uncount(cx, p));
        TRY(conversation_forget(cx, p));
        TRY(drop_boosts(cx, p));
        TRY(orphan_answers(cx, p->id));
        if (p->has & POST_HAS_POLL)
                TRY(poll_drop(cx, p->id));
        if (delete_media && (p->has & POST_HAS_MEDIA))
                TRY(media_drop_of_post(cx, p->id));
        if (!p->boost_of)
                TRY(search_index_post(cx, p->id, S("")));
        if (p->id == p->thread && p->local)
                TRY(db_run(cx->db, &DELETE_WAITING, BIND(V(p->id)), NULL));
        TRY(db_run(cx->db, &DELETE_ROW, BIND(V(p->id)), NULL));
        /* That something private was here is nobody's business. */
        bool known = p->audience <= AUDIENCE_QUIET && !p->local_only && p->state == COMMENT_SHOWN;
        if (p->uri.n && (!p->local || known))
                TRY(db_run(cx->db, &DELETE_TOMBSTONE, BIND(V(p->uri), V(cx_now(cx))), NULL));
        cx_event(cx, EVENT_POST_DELETED, p->account, p->id);
        return OK;
}

enum err post_erase(struct cx *cx, int64_t id, bool delete_media)
{
        struct post *p;
        TRY(post_load(cx, id, &p));
        /* What waits never left, but to the one it asks. */
        TRY(p->state == COMMENT_SHOWN ? post_take_back(cx, p) : approval_forget(cx, p));
        return erase(cx, p, delete_media);
}

enum err post_erase_silently(struct cx *cx, int64_t id)
{
        struct post *p;
        TRY(post_load(cx, id, &p));
        return erase(cx, p, true);
}

enum err post_delete(struct cx *cx, const struct viewer *by, int64_t id, bool delete_media,
                     struct post **ret)
{
        struct post *p;
        TRY(post_load(cx, id, &p));
        struct viewer as;
        if (!by->account)
                return ERR_MISSING;
        if (p->account != by->account)
                TRY(journal_stand_in(cx, by, id, &as));
        if (ret)
                *ret = p;
        /* What waits never left, but to the one it asks. */
        TRY(p->state == COMMENT_SHOWN ? post_take_back(cx, p) : approval_forget(cx, p));
        return erase(cx, p, delete_media);
}

const struct stmt_list POST_DELETE_STATEMENTS = {
        (const struct stmt *const[]){
                &DELETE_ROW, &DELETE_ORPHANS, &DELETE_BOOSTS, &DELETE_COUNT_BOOSTERS,
                &DELETE_COUNT_AUTHOR, &DELETE_COUNT_REPLY, &DELETE_COUNT_BOOST, &DELETE_UNMARK,
                &DELETE_UNNOTIFY, &DELETE_TOMBSTONE, &DELETE_HEARD_FAR, &DELETE_WAITING},
        12,
};
