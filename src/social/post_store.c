/* Storing a post with all its consequences in one transaction. Called by post_publish and by the
 * federation side; changes to a stored post are in post_replace.c. */
#include "social/post_store.h"
#include "lib/text/html.h"
#include "social/approval.h"
#include "social/coauthor.h"
#include "social/comment.h"
#include "social/conversation_keep.h"
#include "social/ids.h"
#include "social/keeper.h"
#include "social/link_card.h"
#include "social/mark.h"
#include "social/media.h"
#include "social/notification.h"
#include "social/outbox.h"
#include "social/outbox_comment.h"
#include "social/poll.h"
#include "social/post_finish.h"
#include "social/post_parts.h"
#include "social/switches.h"
#include "social/tag.h"
#include "social/veil.h"

static const struct stmt POST_INSERT = {
        .name = "post_insert",
        .text = "INSERT INTO post (id, account, uri, url, local, audience, audience_list, "
                "local_only, state, text, "
                "content, spoiler, sensitive, language, reply_to, reply_account, thread, boost_of, "
                "quote_of, "
                "quote_state, quote_policy, app, has, created_at, edited_at) VALUES ($1, $2, $3, "
                "$4, $5, $6, $7, $8, "
                "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, "
                "$25)",
        .in = "iiSSiiIiisssiSIIiIIiiIiiI",
};
static const struct stmt POST_COUNT_AUTHOR = {
        .name = "post_count_author",
        .text = "UPDATE account SET posts_count = posts_count + 1, last_post_at = CASE WHEN "
                "last_post_at < $2 THEN $2 "
                "ELSE last_post_at END WHERE id = $1",
        .in = "ii",
};
static const struct stmt POST_COUNT_REPLY = {
        .name = "post_count_reply",
        .text = "UPDATE post SET replies_count = replies_count + 1 WHERE id = $1",
        .in = "i",
};
static const struct stmt POST_COUNT_BOOST = {
        .name = "post_count_boost",
        .text = "UPDATE post SET boosts_count = boosts_count + 1 WHERE id = $1",
        .in = "i",
};
static const struct stmt POST_MENTION = {
        .name = "post_mention",
        .text = "INSERT INTO mention (post, account, silent) VALUES ($1, $2, $3) ON CONFLICT "
                "(post, account) "
                "DO UPDATE SET silent = $3",
        .in = "iii",
};
/* What is for a journal is for its owners: they see it as those do who are addressed without being
 * named. */
static const struct stmt POST_MENTION_OWNERS = {
        .name = "post_mention_owners",
        .text = "INSERT INTO mention (post, account, silent) SELECT CAST($1 AS BIGINT), account, 1 "
                "FROM "
                "journal_owner WHERE journal = $2 AND state = 1 ON CONFLICT DO NOTHING",
        .in = "ii",
};
static const struct stmt POST_MENTIONS_FAR = {
        .name = "post_mentions_far",
        .text = "SELECT m.account FROM mention m JOIN account a ON a.id = m.account WHERE m.post = "
                "$1 AND a.domain <> ''",
        .in = "i",
        .out = "i",
};
static const struct stmt POST_FAR = {
        .name = "post_far",
        .text = "SELECT id FROM account WHERE id = $1 AND domain <> ''",
        .in = "i",
        .out = "i",
};
static const struct stmt POST_TAG = {
        .name = "post_tag",
        .text = "INSERT INTO post_tag (tag, post) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "ii",
};
static const struct stmt POST_TAG_USED = {
        .name = "post_tag_used",
        .text = "UPDATE tag SET used_at = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt POST_MARK_BOOST = {
        .name = "post_mark_boost",
        .text = "INSERT INTO mark (account, post, kind, id, uri) VALUES ($1, $2, 2, $3, NULL)",
        .in = "iii",
};

static enum err insert_row(struct cx *cx, const struct post *p)
{
        return db_run(
                cx->db, &POST_INSERT,
                BIND(V(p->id), V(p->account), V(p->local ? STR_NONE : p->uri),
                     V(p->local ? STR_NONE : p->url), V(p->local), V(p->audience),
                     V_ID(p->audience_list), V(p->local_only), V(p->state),
                     V(p->text.p ? p->text : S("")), V(p->content.html.p ? p->content.html : S("")),
                     V(p->spoiler.p ? p->spoiler : S("")), V(p->sensitive), V(p->language),
                     V_ID(p->reply_to), V_ID(p->reply_account), V(p->thread), V_ID(p->boost_of),
                     V_ID(p->quote_of), V(p->quote_state), V(p->quote_policy), V_ID(p->app),
                     V(p->has), V(p->created_at), V_ID(p->edited_at)),
                NULL);
}

/* Posts for a chosen few, and comments that wait, are not counted: a number that moves would tell
 * that they exist. */
bool post_counts_publicly(const struct post *p)
{
        return p->audience <= AUDIENCE_FOLLOWERS && p->state == COMMENT_SHOWN;
}

bool post_counts_as_reply(const struct post *p)
{
        return p->reply_to && p->audience <= AUDIENCE_QUIET && p->state == COMMENT_SHOWN;
}

enum err post_count(struct cx *cx, const struct post *p)
{
        if (post_counts_publicly(p))
                TRY(db_run(cx->db, &POST_COUNT_AUTHOR, BIND(V(p->account), V(p->created_at)),
                           NULL));
        if (post_counts_as_reply(p)) {
                TRY(db_run(cx->db, &POST_COUNT_REPLY, BIND(V(p->reply_to)), NULL));
                cx_event(cx, EVENT_POST_CHANGED, 0, p->reply_to);
        }
        return OK;
}

enum err post_put_mentions(struct cx *cx, const struct post_new *n)
{
        for (size_t i = 0; i < n->n_mentions; i++)
                TRY(db_run(cx->db, &POST_MENTION,
                           BIND(V(n->post.id), V(n->mentions[i].account), V(n->mentions[i].silent)),
                           NULL));
        for (size_t i = 0; i < n->n_mentions && n->post.audience > AUDIENCE_QUIET; i++)
                TRY(db_run(cx->db, &POST_MENTION_OWNERS,
                           BIND(V(n->post.id), V(n->mentions[i].account)), NULL));
        return OK;
}

/* A hashtag that only private posts or waiting comments hold is found by nobody. */
static bool tags_are_public(const struct post *p)
{
        return p->audience <= AUDIENCE_QUIET && p->state == COMMENT_SHOWN;
}

enum err post_put_tags(struct cx *cx, const struct post_new *n)
{
        for (size_t i = 0; i < n->n_tags; i++) {
                int64_t tag;
                TRY(tag_need(cx, n->tags[i].name, n->tags[i].display, &tag));
                TRY(db_run(cx->db, &POST_TAG, BIND(V(tag), V(n->post.id)), NULL));
                if (tags_are_public(&n->post))
                        TRY(db_run(cx->db, &POST_TAG_USED, BIND(V(tag), V(n->post.created_at)),
                                   NULL));
        }
        return OK;
}

void post_set_has(struct post_new *n)
{
        unsigned rest = n->post.has &
                        (POST_HAS_EMOJI | POST_HAS_CARD | POST_HAS_SWITCHES | POST_HAS_JOURNAL |
                         POST_HAS_WAYS | POST_HAS_AUTHORS | POST_HAS_LATER | POST_HAS_TOPICS);
        n->post.has = rest | (n->n_media ? POST_HAS_MEDIA : 0) | (n->poll ? POST_HAS_POLL : 0) |
                      (n->n_mentions ? POST_HAS_MENTIONS : 0) | (n->n_tags ? POST_HAS_TAGS : 0) |
                      (n->switches ? POST_HAS_SWITCHES : 0);
}

static enum err add_far(struct cx *cx, int64_t account, int64_t *v, size_t *n)
{
        struct row r;
        bool far;
        TRY(db_find(cx->db, &POST_FAR, NULL, BIND(V(account)), &r, &far));
        if (!far)
                return OK;
        v[(*n)++] = row_int(&r);
        return row_end(&r);
}

enum err post_people_far(struct cx *cx, const struct post *p, int64_t **ret, size_t *n)
{
        enum { MOST = POST_MENTIONS_MAX * 2 };
        int64_t *v = make_n(cx->arena, MOST + 2, int64_t);
        size_t got = 0;
        if (p->has & POST_HAS_MENTIONS) {
                TRY(db_ints(cx->db, &POST_MENTIONS_FAR, BIND(V(p->id)), v, MOST, &got));
        }
        if (p->reply_account && p->audience <= AUDIENCE_QUIET)
                TRY(add_far(cx, p->reply_account, v, &got));
        if (p->quote_of && p->audience <= AUDIENCE_QUIET) {
                struct post *quoted;
                enum err e = post_load(cx, p->quote_of, &quoted);
                if (!e)
                        e = add_far(cx, quoted->account, v, &got);
                if (e && e != ERR_MISSING)
                        return e;
        }
        *ret = v;
        *n = got;
        return OK;
}

/* Whoever is answered hears of it, with their name in the text or without: people elsewhere and on
 * our pages leave it out. A second notice for one who is mentioned is none (unique row). */
static enum err tell_answered(struct cx *cx, const struct post *p)
{
        const struct viewer by = {.account = p->reply_account};
        const struct post_reach reach = {.id = p->id,
                                         .account = p->account,
                                         .audience_list = p->audience_list,
                                         .audience = p->audience,
                                         .state = p->state};
        bool may;
        if (!p->reply_account || p->reply_account == p->account)
                return OK;
        TRY(audience_allows(cx, &by, &reach, &may));
        return may ? notification_add(cx, p->reply_account, NOTIFICATION_MENTION, p->account, p->id)
                   : OK;
}

static bool knows(const struct post_new *n, int64_t account)
{
        return ids_find(n->not_told, n->n_not_told, account) < n->n_not_told;
}

static enum err tell(struct cx *cx, const struct post_new *n)
{
        for (size_t i = 0; i < n->n_mentions; i++)
                if (!n->mentions[i].silent && !knows(n, n->mentions[i].account))
                        TRY(notification_add(cx, n->mentions[i].account, NOTIFICATION_MENTION,
                                             n->post.account, n->post.id));
        return knows(n, n->post.reply_account) ? OK : tell_answered(cx, &n->post);
}

enum err post_spread(struct cx *cx, const struct post_new *n)
{
        const struct post *p = &n->post;
        int64_t *ids = make_n(cx->arena, n->n_mentions, int64_t);
        for (size_t i = 0; i < n->n_mentions; i++)
                ids[i] = n->mentions[i].account;
        TRY(conversation_keep(cx, p, ids, n->n_mentions));
        if (!n->quiet)
                TRY(tell(cx, n));
        if (!p->local || n->quiet)
                return OK;
        size_t n_far;
        TRY(post_people_far(cx, p, &ids, &n_far));
        return outbox_post(cx, OUTBOX_CREATE, p, ids, n_far);
}

/* It waits for the one whose post it is beneath. */
static enum err set_aside(struct cx *cx, const struct post_new *n, const struct gate *g)
{
        const struct post *p = &n->post;
        TRY(comment_put(cx, p, g));
        if (!g->alert || n->quiet)
                return OK;
        TRY(notification_add(cx, g->owner, NOTIFICATION_MENTION, p->account, p->id));
        return g->authors ? coauthor_tell(cx, p) : OK;
}

enum err post_store(struct cx *cx, struct post_new *n)
{
        struct post *p = &n->post;
        struct gate gate;
        if (!p->thread)
                p->thread = p->id;
        TRY(comment_gate(cx, n, &gate));
        post_set_has(n);
        struct str link = link_card_find(cx, p->content);
        p->has |= link.n ? POST_HAS_CARD : 0;
        TRY(insert_row(cx, p));
        if (link.n)
                TRY(link_card_wish(cx, p, link));
        if (n->switches)
                TRY(switches_put(cx, p->id, n->switches));
        if (n->kept)
                TRY(keeper_cover(cx, p));
        TRY(post_count(cx, p));
        TRY(post_put_mentions(cx, n));
        TRY(post_put_tags(cx, n));
        if (n->n_media)
                TRY(media_attach(cx, p->id, n->media, n->n_media));
        if (n->veil)
                TRY(veil_begin(cx, p->id, n->veil));
        if (n->poll)
                TRY(poll_store(cx, p->id, n->poll));
        TRY(post_stored(cx, p, n->quiet));
        TRY(n->asks_of     ? approval_ask(cx, ASKING_REPLY, p, n->asks_of)
            : gate.in_pile ? set_aside(cx, n, &gate)
                           : post_spread(cx, n));
        if (gate.authors && p->state == COMMENT_SHOWN && !n->quiet)
                TRY(coauthor_tell(cx, p));
        if (gate.answer)
                TRY(outbox_comment(cx, p, true));
        cx_event(cx, EVENT_POST_NEW, p->account, p->id);
        return OK;
}

static enum err store_boost(struct cx *cx, struct post *w, bool asks)
{
        struct post *shown;
        int64_t *to;
        size_t n = 0;
        TRY(post_load(cx, w->boost_of, &shown));
        w->thread = w->id;
        TRY(insert_row(cx, w));
        TRY(db_run(cx->db, &POST_MARK_BOOST, BIND(V(w->account), V(w->boost_of), V(w->id)), NULL));
        TRY(db_run(cx->db, &POST_COUNT_BOOST, BIND(V(w->boost_of)), NULL));
        TRY(post_count(cx, w));
        TRY(post_stored(cx, w, false));
        TRY(notification_add(cx, shown->account, NOTIFICATION_REBLOG, w->account, shown->id));
        cx_event(cx, EVENT_POST_NEW, w->account, w->id);
        cx_event(cx, EVENT_POST_CHANGED, 0, w->boost_of);
        if (!w->local)
                return OK;
        if (asks)
                return approval_ask(cx, ASKING_BOOST, w, shown->id);
        to = make(cx->arena, int64_t);
        if (!shown->local)
                to[n++] = shown->account;
        return shown->local_only ? OK : outbox_post(cx, OUTBOX_ANNOUNCE, w, to, n);
}

enum err post_store_boost(struct cx *cx, struct post *w)
{
        return store_boost(cx, w, false);
}

enum err post_store_boost_asking(struct cx *cx, struct post *w)
{
        return store_boost(cx, w, true);
}

const struct stmt_list POST_STORE_STATEMENTS = {
        (const struct stmt *const[]){&POST_INSERT, &POST_COUNT_AUTHOR, &POST_COUNT_REPLY,
                                     &POST_COUNT_BOOST, &POST_MENTION, &POST_MENTION_OWNERS,
                                     &POST_MENTIONS_FAR, &POST_FAR, &POST_TAG, &POST_TAG_USED,
                                     &POST_MARK_BOOST},
        11,
};
