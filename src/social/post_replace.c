/* Replacing what a stored post says, by an edit here or elsewhere. The former version goes to
 * post_edit; the first row there is the original. Called by post_edit and by the federation side.
 */
#include "lib/text/json.h"
#include "social/approval.h"
#include "social/comment.h"
#include "social/link_card.h"
#include "social/media.h"
#include "social/notification.h"
#include "social/outbox.h"
#include "social/poll.h"
#include "social/post_finish.h"
#include "social/post_parts.h"
#include "social/post_store.h"

static const struct stmt POST_KEEP_VERSION = {
        .name = "post_keep_version",
        .text = "INSERT INTO post_edit (post, created_at, content, spoiler, sensitive, media, "
                "poll) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        .in = "iississ",
};
static const struct stmt POST_VERSIONS = {
        .name = "post_versions",
        .text = "SELECT COUNT(*), COALESCE(MIN(created_at), 0) FROM post_edit WHERE post = $1",
        .in = "i",
        .out = "ii",
};
static const struct stmt POST_THIN_VERSIONS = {
        .name = "post_thin_versions",
        .text = "DELETE FROM post_edit WHERE post = $1 AND created_at = (SELECT MIN(created_at) "
                "FROM post_edit "
                "WHERE post = $1 AND created_at > $2)",
        .in = "ii",
};
static const struct stmt POST_UPDATE = {
        .name = "post_update",
        .text = "UPDATE post SET text = $2, content = $3, spoiler = $4, sensitive = $5, language = "
                "$6, has = $7, "
                "edited_at = $8, quote_policy = $9 WHERE id = $1",
        .in = "isssiSiii",
};
/* Who was named once stays addressed, so that a private post does not vanish for them. */
static const struct stmt POST_SILENCE_MENTIONS = {
        .name = "post_silence_mentions",
        .text = "UPDATE mention SET silent = 1 WHERE post = $1",
        .in = "i",
};
static const struct stmt POST_MENTIONED = {
        .name = "post_mentioned",
        .text = "SELECT account FROM mention WHERE post = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt POST_UNTAG = {
        .name = "post_untag",
        .text = "DELETE FROM post_tag WHERE post = $1",
        .in = "i",
};
static const struct stmt POST_BOOSTERS_HERE = {
        .name = "post_boosters_here",
        .text = "SELECT k.account FROM mark k JOIN login l ON l.account = k.account WHERE k.post = "
                "$1 AND k.kind = 2 "
                "ORDER BY k.id DESC LIMIT 500",
        .in = "i",
        .out = "i",
};

/* Attachments as they are now: ids and descriptions, in order. */
static enum err describe_media(struct cx *cx, int64_t post, struct str *ret)
{
        struct media *v;
        size_t n;
        struct buf b = {0};
        struct json j;
        TRY(media_of_posts(cx, &post, 1, &v, &n));
        json_open(&j, &b);
        json_array(&j, NULL);
        for (size_t i = 0; i < n; i++) {
                json_object(&j, NULL);
                json_id(&j, "id", v[i].id);
                json_str(&j, "description", v[i].description);
                json_end(&j);
        }
        json_end(&j);
        *ret = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return OK;
}

static enum err describe_poll(struct cx *cx, int64_t post, struct str *ret)
{
        struct poll *v;
        size_t n;
        struct buf b = {0};
        struct json j;
        TRY(poll_of_posts(cx, &STRANGER, &post, 1, &v, &n));
        *ret = S("null");
        if (!n)
                return OK;
        json_open(&j, &b);
        json_array(&j, NULL);
        for (size_t i = 0; i < v->n_options; i++)
                json_str(&j, NULL, v->options[i].title);
        json_end(&j);
        *ret = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return OK;
}

static enum err keep_version(struct cx *cx, const struct post *old)
{
        struct str media, poll;
        struct row r;
        TRY(describe_media(cx, old->id, &media));
        TRY(describe_poll(cx, old->id, &poll));
        TRY(db_run(cx->db, &POST_KEEP_VERSION,
                   BIND(V(old->id), V(old->edited_at ? old->edited_at : old->created_at),
                        V(old->content.html), V(old->spoiler), V(old->sensitive), V(media),
                        V(poll)),
                   NULL));
        TRY(db_one(cx->db, &POST_VERSIONS, NULL, BIND(V(old->id)), &r));
        int64_t n = row_int(&r), first = row_int(&r);
        TRY(row_end(&r));
        return n > POST_HISTORY_MAX
                       ? db_run(cx->db, &POST_THIN_VERSIONS, BIND(V(old->id), V(first)), NULL)
                       : OK;
}

static enum err replace_poll(struct cx *cx, const struct post *old, const struct post_new *n)
{
        struct poll *was = NULL;
        size_t n_was = 0;
        if (old->has & POST_HAS_POLL)
                TRY(poll_of_posts(cx, &STRANGER, &old->id, 1, &was, &n_was));
        bool same = n->poll && n_was && was->n_options == n->poll->n &&
                    was->multiple == n->poll->multiple;
        for (size_t i = 0; same && i < n->poll->n; i++)
                same = str_eq(was->options[i].title, n->poll->options[i]);
        if (same)
                return OK; /* the votes stay */
        if (n_was)
                TRY(poll_drop(cx, old->id));
        return n->poll ? poll_store(cx, old->id, n->poll) : OK;
}

/* Those named for the first time hear of it; boosters hear that the words changed. */
static enum err tell(struct cx *cx, const struct post *old, const struct post_new *n,
                     const int64_t *before, size_t n_before)
{
        int64_t v[500];
        size_t k = 0;
        for (size_t i = 0; i < n->n_mentions; i++) {
                bool known = n->mentions[i].silent;
                for (size_t m = 0; m < n_before && !known; m++)
                        known = before[m] == n->mentions[i].account;
                if (!known)
                        TRY(notification_add(cx, n->mentions[i].account, NOTIFICATION_MENTION,
                                             old->account, old->id));
        }
        if (!old->boosts_count)
                return OK;
        TRY(db_ints(cx->db, &POST_BOOSTERS_HERE, BIND(V(old->id)), v, countof(v), &k));
        for (size_t i = 0; i < k; i++)
                TRY(notification_add(cx, v[i], NOTIFICATION_UPDATE, old->account, old->id));
        return OK;
}

static enum err mentioned_before(struct cx *cx, int64_t post, int64_t **ret, size_t *n)
{
        enum { MOST = POST_MENTIONS_MAX * 4 };
        int64_t *v = make_n(cx->arena, MOST, int64_t);
        size_t got = 0;
        struct row r;
        TRY(db_all(cx->db, &POST_MENTIONED, NULL, BIND(V(post)), &r));
        while (got < MOST && row_next(&r))
                v[got++] = row_int(&r);
        *ret = v;
        *n = got;
        return row_end(&r);
}

enum err post_replace(struct cx *cx, const struct post *old, struct post_new *n, bool keep)
{
        struct post *p = &n->post;
        int64_t *before, *to;
        size_t n_before, n_to;
        bool waits;
        p->id = old->id;
        TRY(comment_gate_edit(cx, old, n, &waits));
        TRY(mentioned_before(cx, old->id, &before, &n_before));
        post_set_has(n);
        if (n_before)
                p->has |= POST_HAS_MENTIONS;
        struct str link = link_card_find(cx, p->content);
        p->has |= link.n ? POST_HAS_CARD : 0;
        if (keep)
                TRY(keep_version(cx, old));
        TRY(db_run(cx->db, &POST_UPDATE,
                   BIND(V(p->id), V(p->text.p ? p->text : S("")), V(p->content.html), V(p->spoiler),
                        V(p->sensitive), V(p->language), V(p->has), V(p->edited_at),
                        V(p->quote_policy)),
                   NULL));
        if (n_before)
                TRY(db_run(cx->db, &POST_SILENCE_MENTIONS, BIND(V(p->id)), NULL));
        TRY(post_put_mentions(cx, n));
        TRY(db_run(cx->db, &POST_UNTAG, BIND(V(p->id)), NULL));
        TRY(post_put_tags(cx, n));
        TRY(media_attach(cx, p->id, n->media, n->n_media));
        TRY(replace_poll(cx, old, n));
        if (link.n || old->has & POST_HAS_CARD)
                TRY(link_card_wish(cx, p, link));
        TRY(post_index_words(cx, p));
        if (p->state != COMMENT_SHOWN) {
                cx_event(cx, EVENT_POST_EDITED, old->account, p->id);
                return old->reply_to ? approval_edit(cx, old) : OK;
        }
        if (waits)
                return comment_move(cx, p, COMMENT_HELD);
        TRY(tell(cx, old, n, before, n_before));
        cx_event(cx, EVENT_POST_EDITED, old->account, p->id);
        if (!old->local)
                return OK;
        TRY(post_people_far(cx, p, &to, &n_to));
        return outbox_post(cx, OUTBOX_UPDATE, p, to, n_to);
}

const struct stmt_list POST_REPLACE_STATEMENTS = {
        (const struct stmt *const[]){&POST_KEEP_VERSION, &POST_VERSIONS, &POST_THIN_VERSIONS,
                                     &POST_UPDATE, &POST_SILENCE_MENTIONS, &POST_MENTIONED,
                                     &POST_UNTAG, &POST_BOOSTERS_HERE},
        8,
};
