/* Publishing: who may say what to whom, then one stored post. Called by the API, the pages, and the
 * job of scheduled posts. */
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "social/account.h"
#include "social/approval.h"
#include "social/coauthor.h"
#include "social/journal.h"
#include "social/media.h"
#include "social/post_parts.h"
#include "social/quoting.h"
#include "social/switches.h"
#include "social/topic.h"
#include "social/veil.h"

enum { KEY_MAX = 64 };
#define DAY_MS (24 * 3600 * INT64_C(1000))

static const struct stmt PUBLISH_AUTHOR = {
        .name = "publish_author",
        .text = "SELECT a.username, a.memorial, a.suspended_at IS NOT NULL OR l.disabled <> 0, "
                "l.visibility, "
                "l.sensitive, l.language, l.quote_policy, l.preset, a.moved_to, l.keepers FROM "
                "login l "
                "JOIN "
                "account a ON "
                "a.id = l.account "
                "WHERE l.account = $1",
        .in = "i",
        .out = "siiiiSiiIi",
        .text_pg = "SELECT a.username, a.memorial, CAST(a.suspended_at IS NOT NULL OR l.disabled "
                   "<> 0 AS INT), "
                   "l.visibility, l.sensitive, l.language, l.quote_policy, l.preset, a.moved_to, "
                   "l.keepers FROM login l JOIN "
                   "account a ON a.id = l.account "
                   "WHERE l.account = $1",
};
static const struct stmt PUBLISH_SEEN = {
        .name = "publish_seen",
        .text = "SELECT post FROM idempotency WHERE account = $1 AND key = $2 AND at > $3",
        .in = "isi",
        .out = "i",
};
static const struct stmt PUBLISH_REMEMBER = {
        .name = "publish_remember",
        .text = "INSERT INTO idempotency (account, key, post, at) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (account, key) DO UPDATE SET post = $3, at = $4",
        .in = "isii",
};
static const struct stmt PUBLISH_LIST = {
        .name = "publish_list",
        .text = "SELECT id FROM list WHERE id = $1 AND account = $2 AND audience = 1",
        .in = "ii",
        .out = "i",
};

struct author {
        struct str username, language;
        enum audience audience;
        enum quote_policy quote_policy;
        int64_t preset;
        bool sensitive, keepers;
};

/* A journal has no login: what its writer chose for their own posts counts, where the journal says
 * nothing. */
static enum err read_journal(struct cx *cx, int64_t account, int64_t writer, struct author *a)
{
        struct journal_author j;
        enum err e = journal_author(cx, account, writer, &j);
        if (e)
                return e == ERR_MISSING ? ERR_DENIED : e;
        *a = (struct author){.username = j.username,
                             .language = j.language,
                             .audience = j.audience,
                             .preset = j.preset,
                             .quote_policy = QUOTE_FOLLOWERS};
        return j.stopped ? fail(cx, ERR_DENIED, "This journal is hidden.") : OK;
}

static enum err read_author(struct cx *cx, int64_t account, int64_t writer, struct author *a)
{
        struct row r;
        if (writer)
                return read_journal(cx, account, writer, a);
        enum err e = db_one(cx->db, &PUBLISH_AUTHOR, cx->arena, BIND(V(account)), &r);
        if (e)
                return e == ERR_MISSING ? ERR_DENIED : e;
        a->username = row_str(&r);
        bool memorial = row_int(&r) != 0, stopped = row_int(&r) != 0;
        a->audience = (enum audience)row_int(&r);
        a->sensitive = row_int(&r) != 0;
        a->language = row_str(&r);
        a->quote_policy = (enum quote_policy)row_int(&r);
        a->preset = row_int(&r);
        bool moved = row_int(&r) != 0;
        a->keepers = row_int(&r) != 0;
        TRY(row_end(&r));
        if (moved)
                return fail(cx, ERR_DENIED, "This account has moved. You can still read here.");
        return memorial || stopped ? fail(cx, ERR_DENIED, "This account cannot post.") : OK;
}

/* The key as stored: long ones by their hash. */
struct str post_key(struct cx *cx, struct str key)
{
        return key.n <= KEY_MAX ? key : hex_encode(cx->arena, sha256(cx->arena, key));
}

bool post_hopeless(enum err e)
{
        return e == ERR_INPUT || e == ERR_MISSING || e == ERR_DENIED;
}

static enum err find_first(struct cx *cx, const struct viewer *by, struct str key,
                           struct post **ret)
{
        struct row r;
        bool found;
        *ret = NULL;
        TRY(db_find(cx->db, &PUBLISH_SEEN, NULL,
                    BIND(V(by->account), V(key), V(cx_now(cx) - POST_KEY_MS)), &r, &found));
        if (!found)
                return OK;
        int64_t id = row_int(&r);
        TRY(row_end(&r));
        enum err e = post_get(cx, by, id, ret);
        return e == ERR_MISSING ? OK : e; /* deleted since: a new one */
}

/* "list:ID" is an audience of the author's own. */
static enum err read_list(struct cx *cx, int64_t account, struct str name, struct post *p)
{
        struct row r;
        int64_t id;
        if (!str_starts(name, S("list:")) || !str_to_i64(str_after(name, 5), &id))
                return fail_field(cx, "visibility", ERR_INPUT,
                                  "Validation failed: Visibility is not included in the list");
        TRY(db_one(cx->db, &PUBLISH_LIST, NULL, BIND(V(id), V(account)), &r));
        p->audience = AUDIENCE_CIRCLE;
        p->audience_list = row_int(&r);
        return row_end(&r);
}

/* What the author chose for this post, or for all of them. Comments follow their thread. *ret is
 * NULL for an everyday post, which needs no row. */
static enum err read_bundle(struct cx *cx, const struct draft *d, const struct author *a,
                            const struct post *p, const struct preset **ret)
{
        struct preset *own;
        *ret = NULL;
        if (p->reply_to)
                return OK;
        if (d->bundle) {
                *ret = d->bundle->id == PRESET_EVERYDAY ? NULL : d->bundle;
                return OK;
        }
        if (a->preset == PRESET_EVERYDAY)
                return OK;
        enum err e = preset_get(cx, p->account, a->preset, &own);
        if (e == ERR_MISSING)
                return OK; /* deleted since it was chosen */
        *ret = own;
        return e;
}

static void take_bundle(struct cx *cx, const struct preset *b, struct author *a, struct post_new *n)
{
        if (!b)
                return;
        struct switches *s = make(cx->arena, struct switches);
        *s = b->switches;
        s->preset = b->id;
        s->thanks = 0;
        s->closes_at = b->closes_in ? cx_now(cx) + b->closes_in * DAY_MS : 0;
        n->switches = s;
        a->quote_policy = b->quote_policy;
        if (b->visibility >= 0)
                a->audience = (enum audience)b->visibility;
}

static enum err read_visibility(struct cx *cx, const struct draft *d, const struct author *a,
                                struct post *p)
{
        if (!d->visibility.n)
                p->audience = a->audience;
        else if (str_eq(d->visibility, S("self")))
                p->audience = AUDIENCE_SELF;
        else if (!audience_read(d->visibility, &p->audience))
                return read_list(cx, p->account, d->visibility, p);
        return OK;
}

static enum err check_journal(struct cx *cx, int64_t thread)
{
        struct str no;
        TRY(journal_refuses(cx, thread, &no));
        return no.n ? fail(cx, ERR_INPUT, "%.*s", STR_ARG(no)) : OK;
}

/* The post answered must be visible to the one who answers; an answer to a boost answers what it
 * brings. */
static enum err read_parent(struct cx *cx, const struct viewer *by, int64_t reply_to,
                            struct post *p)
{
        struct post *parent;
        if (!reply_to)
                return OK;
        TRY(post_get(cx, by, reply_to, &parent));
        if (parent->boost_of)
                TRY(post_get(cx, by, parent->boost_of, &parent));
        p->reply_to = parent->id;
        p->reply_account = parent->account;
        p->thread = parent->thread;
        p->local_only = p->local_only || parent->local_only;
        p->has = parent->has & (POST_HAS_SWITCHES | POST_HAS_JOURNAL);
        return parent->has & POST_HAS_JOURNAL ? check_journal(cx, p->thread) : OK;
}

/* An author elsewhere may wish to be asked before an answer is shown, or to get none. */
static enum err ask_leave(struct cx *cx, struct post_new *n)
{
        struct post *parent;
        bool asks;
        if (!n->post.reply_to)
                return OK;
        TRY(post_load(cx, n->post.reply_to, &parent));
        TRY(approval_check(cx, parent, "canReply", n->post.account, &asks));
        if (!asks)
                return OK;
        n->asks_of = parent->id;
        n->post.state = COMMENT_HELD;
        return OK;
}

static enum quote_policy read_policy(struct str name, enum quote_policy otherwise)
{
        return str_eq(name, S("public"))      ? QUOTE_PUBLIC
               : str_eq(name, S("followers")) ? QUOTE_FOLLOWERS
               : str_eq(name, S("nobody"))    ? QUOTE_NOBODY
                                              : otherwise;
}

static enum err fill(struct cx *cx, const struct viewer *by, const struct draft *d,
                     struct post_new *n)
{
        struct author a = {0};
        struct composed c;
        struct poll_new *poll;
        struct post *p = &n->post;
        TRY(read_author(cx, by->account, d->writer, &a));
        *p = (struct post){.id = cx_id(cx),
                           .account = by->account,
                           .app = by->app,
                           .local = true,
                           .author = a.username,
                           .author_domain = S("")};
        p->local_only = d->local_only == TRI_TRUE;
        TRY(read_parent(cx, by, d->reply_to, p));
        TRY(ask_leave(cx, n));
        const struct preset *bundle;
        TRY(read_bundle(cx, d, &a, p, &bundle));
        take_bundle(cx, bundle, &a, n);
        if (bundle && !d->bundle && bundle->veil && d->media.n) {
                n->veil = make(cx->arena, struct photo_set);
                *n->veil = (struct photo_set){.veil = bundle->veil,
                                              .veil_words = bundle->veil_words,
                                              .folds = bundle->veil_folds};
        }
        TRY(read_visibility(cx, d, &a, p));
        TRY(quoting_check(cx, by, d->quote_of, p));
        if (d->media.n && d->poll.options.n)
                return fail_field(cx, "media_ids", ERR_INPUT,
                                  "Validation failed: A post has either files or a poll");
        TRY(media_check(cx, d->writer ? d->writer : by->account, 0, d->media.v, d->media.n));
        TRY(post_compose_poll(cx, d, &poll));
        TRY(post_compose(cx, d, d->media.n || d->quote_of, a.language, a.sensitive, &c));
        if (d->writer && !d->reply_to)
                p->has |= POST_HAS_JOURNAL;
        n->kept = !d->reply_to && (a.keepers || d->writer);
        if (d->writer && d->signs == TRI_TRUE)
                TRY(journal_sign_new(cx, d->writer, &c.content));
        n->media = d->media.v;
        n->n_media = d->media.n;
        n->poll = poll;
        n->mentions = c.mentions;
        n->n_mentions = c.n_mentions;
        n->tags = c.tags;
        n->n_tags = c.n_tags;
        p->text = c.text;
        p->content = c.content;
        p->spoiler = c.spoiler;
        p->sensitive = c.sensitive;
        p->language = c.language;
        p->quote_policy = read_policy(d->quote_policy, a.quote_policy);
        p->created_at = cx_now(cx);
        p->uri = post_uri(cx, a.username, p->id);
        p->url = post_url(cx, a.username, p->id);
        return OK;
}

enum err post_publish_check(struct cx *cx, const struct viewer *by, const struct draft *d)
{
        struct post_new n = {0};
        if (by->account && d->journal)
                return journal_publish(cx, by, d, true, NULL);
        return by->account ? fill(cx, by, d, &n) : ERR_DENIED;
}

/* One who cannot be asked any more does not hold the post back. */
static enum err ask_co_author(struct cx *cx, const struct viewer *by, const struct draft *d,
                              const struct post *p)
{
        if (!d->co_author || p->reply_to)
                return OK;
        enum err e = coauthor_ask(cx, by, p->id, d->co_author);
        return e == ERR_INPUT || e == ERR_MISSING ? OK : e;
}

enum err post_publish(struct cx *cx, const struct viewer *by, const struct draft *d,
                      struct post **ret)
{
        struct post_new *n = make(cx->arena, struct post_new);
        struct str key = d->idempotency_key.n ? post_key(cx, d->idempotency_key) : STR_NONE;
        if (!by->account)
                return ERR_DENIED;
        if (d->journal)
                return journal_publish(cx, by, d, false, ret);
        if (key.n) {
                TRY(find_first(cx, by, key, ret));
                if (*ret)
                        return OK;
        }
        TRY(fill(cx, by, d, n));
        TRY(post_store(cx, n));
        TRY(quoting_stored(cx, &n->post));
        TRY(ask_co_author(cx, by, d, &n->post));
        if (d->topics.n)
                TRY(topic_state(cx, n->post.id, d->topics.v, d->topics.n));
        if (key.n)
                TRY(db_run(cx->db, &PUBLISH_REMEMBER,
                           BIND(V(by->account), V(key), V(n->post.id), V(cx_now(cx))), NULL));
        *ret = &n->post;
        return OK;
}

const struct stmt_list POST_PUBLISH_STATEMENTS = {
        (const struct stmt *const[]){&PUBLISH_AUTHOR, &PUBLISH_SEEN, &PUBLISH_REMEMBER,
                                     &PUBLISH_LIST},
        4,
};
