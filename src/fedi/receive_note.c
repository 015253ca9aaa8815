/* Posts that arrive, change and go: Create, Update, Delete, and boosts. See receive.h. */
#include "fedi/fedi.h"
#include "fedi/forward.h"
#include "fedi/receive.h"
#include "lib/base/id.h"
#include "social/home.h"
#include "social/notification.h"
#include "social/poll.h"
#include "social/post_far.h"
#include "social/quote.h"
#include "social/quoting.h"
#include "social/switches.h"

enum {
        NEWS_MS =
                24 * 3600 * 1000 /* an Update of something younger may stand for its lost Create */
};

static const struct stmt BOOST_FIND = {
        .name = "receive_boost",
        .text = "SELECT id FROM mark WHERE account = $1 AND post = $2 AND kind = 2",
        .in = "ii",
        .out = "i",
};
static const struct stmt REVOKED = {
        .name = "receive_revoked",
        .text = "SELECT p.id, p.quote_of FROM post_far f JOIN post p ON p.id = f.post"
                " JOIN post q ON q.id = p.quote_of"
                " WHERE f.quote_approval = $1 AND q.account = $2 LIMIT 20",
        .in = "si",
        .out = "ii",
};

/* ---- who wants it ---- */

static enum err names_local(struct cx *cx, struct str uri, bool *ret)
{
        int64_t id;
        if (*ret || !address_own_name(cx->settings, uri).n)
                return OK;
        TRY(account_find_uri(cx, uri, &id));
        *ret = id != 0;
        return OK;
}

/* Not a dump of the whole fediverse: a post stays only when somebody here follows its author, is
 * named by it, or knows what it answers or quotes. */
static enum err is_wanted(struct cx *cx, const struct incoming *in, const struct note_in *n,
                          bool *ret)
{
        int64_t id;
        TRY(account_followed_here(cx, in->by.id, ret));
        for (size_t i = 0; i < n->n_mentions && !*ret; i++)
                TRY(names_local(cx, n->mentions[i].href, ret));
        for (size_t i = 0; i < n->n_addressed && !*ret; i++)
                TRY(names_local(cx, n->addressed[i], ret));
        if (*ret)
                return OK;
        TRY(store_find_post(cx, n->reply_to, &id));
        if (!id && str_starts(n->quote, cx->settings->url))
                TRY(store_find_post(cx, n->quote, &id));
        *ret = id != 0;
        return OK;
}

/* A private post that names nobody is for whoever's inbox it came to. */
static enum err add_inbox_owner(struct cx *cx, const struct incoming *in, struct note_in *n)
{
        struct account_known owner;
        if (!in->inbox_of || n->audience < AUDIENCE_CIRCLE || n->n_addressed == NOTE_ADDRESSED_MAX)
                return OK;
        TRY(account_known_get(cx, in->inbox_of, &owner));
        for (size_t i = 0; i < n->n_addressed; i++)
                if (str_eq(n->addressed[i], owner.uri))
                        return OK;
        n->addressed[n->n_addressed++] = owner.uri;
        return OK;
}

static enum err read_note(struct cx *cx, struct incoming *in, const struct json_value *object,
                          struct note_in *n, bool *good)
{
        struct reading r = reading_of(cx);
        struct note_about about = {in->activity, in->by.uri, in->by.followers_uri};
        *good = note_in_read(&r, object, &about, n) == OK;
        if (*good)
                return add_inbox_owner(cx, in, n);
        return as_first(json_get(object, "type")) && !note_in_is(object)
                       ? receive_ignore(in, "unknown_object")
                       : receive_refuse(in, r.why);
}

/* ---- Create ---- */

static enum err vote(struct cx *cx, struct incoming *in, const struct note_in *n)
{
        int64_t post;
        struct post *p;
        TRY(store_find_post(cx, n->reply_to, &post));
        if (!post)
                return receive_ignore(in, "unknown_poll");
        TRY(post_load(cx, post, &p));
        if (!p->local) /* its own server counts */
                return receive_ignore(in, "poll_elsewhere");
        enum err e = poll_vote_named(cx, in->by.id, post, n->vote_option, n->id.text);
        if (e == ERR_MISSING)
                return receive_ignore(in, "unknown_poll");
        return e ? e : receive_done(in);
}

/* It was fetched as part of a thread before its own delivery came: now it is news after all. */
static enum err tell_anyway(struct cx *cx, struct incoming *in, const struct note_in *n, int64_t id)
{
        struct post *p;
        TRY(post_load(cx, id, &p));
        if (p->account != in->by.id)
                return receive_refuse(in, "somebody_elses");
        if (p->created_at < cx_now(cx) - NEWS_MS)
                return receive_ignore(in, "known");
        TRY(home_add(cx, p));
        for (size_t i = 0; i < n->n_mentions; i++) {
                int64_t account;
                TRY(receive_find_local(cx, n->mentions[i].href, &account));
                if (account)
                        TRY(notification_add(cx, account, NOTIFICATION_MENTION, p->account, id));
        }
        return receive_done(in);
}

static enum err pass_on(struct cx *cx, const struct incoming *in, int64_t id)
{
        struct post *p;
        TRY(post_load(cx, id, &p));
        return forward(cx, in, p);
}

static enum err create_known(struct cx *cx, struct incoming *in, const struct note_in *n)
{
        int64_t id;
        bool wanted;
        struct store_note s = {.note = n, .author = &in->by, .budget = in->budget};
        TRY(store_find_post(cx, n->id.text, &id));
        if (id) {
                TRY(store_note(cx, &s, &id)); /* it may be for more people here */
                return tell_anyway(cx, in, n, id);
        }
        TRY(is_wanted(cx, in, n, &wanted));
        if (!wanted)
                return receive_ignore(in, "unwanted");
        s.is_new = true;
        enum err e = store_note(cx, &s, &id);
        if (e == ERR_GONE)
                return receive_ignore(in, "deleted_before");
        TRY(e);
        TRY(pass_on(cx, in, id));
        return receive_done(in);
}

/* Only the address: worth a fetch when somebody here follows the author or is addressed. */
static enum err create_bare(struct cx *cx, struct incoming *in, struct str uri)
{
        static const char *const keys[] = {"to", "cc"};
        bool wanted;
        int64_t id;
        if (!receive_is_own(cx, in, uri))
                return receive_refuse(in, "object_elsewhere");
        TRY(store_find_post(cx, uri, &id));
        if (id)
                return receive_done(in);
        TRY(account_followed_here(cx, in->by.id, &wanted));
        for (size_t i = 0; i < countof(keys) && !wanted; i++) {
                const struct json_value *list = json_get(in->activity, keys[i]);
                int n = 0;
                for (const struct json_value *v = as_first(list);
                     v && !wanted && n < NOTE_ADDRESSED_MAX; v = as_next(list, v), n++)
                        TRY(names_local(cx, as_id(v), &wanted));
        }
        return wanted ? receive_later(in, NEED_POST, uri) : receive_ignore(in, "unwanted");
}

enum err receive_create(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct note_in n;
        bool good;
        if (object->type == JSON_STRING)
                return create_bare(cx, in, object->text);
        TRY(read_note(cx, in, object, &n, &good));
        if (!good)
                return OK;
        return n.vote ? vote(cx, in, &n) : create_known(cx, in, &n);
}

/* ---- Update ---- */

static enum err update_actor(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct reading r = reading_of(cx);
        struct actor_in a;
        int64_t id;
        if (!str_eq(as_id(object), in->by.uri))
                return receive_ignore(in, "another_actor");
        if (object->type == JSON_STRING)
                return in->asked ? receive_done(in)
                                 : receive_later(in, NEED_ACTOR_AGAIN, in->by.uri);
        if (actor_in_read(&r, object, &a))
                return receive_refuse(in, r.why);
        if (a.key_pem.n && !str_eq(a.key_pem, in->by.public_key))
                key_cache_forget(cx->instance->fedi->keys, in->by.uri);
        enum err e = store_actor(cx, &a, in->by.domain, false, &id);
        return e && e != ERR_GONE && e != ERR_DENIED ? e : receive_done(in);
}

static enum err update_note(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct note_in n;
        struct post *old;
        bool good;
        int64_t id;
        TRY(read_note(cx, in, object, &n, &good));
        if (!good)
                return OK;
        TRY(store_find_post(cx, n.id.text, &id));
        if (!id)
                return n.vote || n.created_at < cx_now(cx) - NEWS_MS
                               ? receive_ignore(in, "unknown_object")
                               : create_known(cx, in, &n);
        TRY(post_load(cx, id, &old));
        if (old->account != in->by.id)
                return receive_refuse(in, "somebody_elses");
        struct store_note s = {.note = &n, .author = &in->by, .budget = in->budget};
        TRY(store_note_again(cx, &s, id));
        TRY(pass_on(cx, in, id));
        return receive_done(in);
}

enum err receive_update(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        int64_t id;
        struct str uri = as_id(object);
        if (actor_in_is(object) || str_eq(uri, in->by.uri))
                return update_actor(cx, in, object);
        if (object->type != JSON_STRING)
                return update_note(cx, in, object);
        if (!receive_is_own(cx, in, uri))
                return receive_refuse(in, "object_elsewhere");
        TRY(store_find_post(cx, uri, &id));
        if (!id)
                return receive_ignore(in, "unknown_object");
        return in->asked ? receive_done(in) : receive_later(in, NEED_POST_AGAIN, uri);
}

/* ---- Delete ---- */

static enum err revoke_one(struct cx *cx, int64_t id, int64_t quoted)
{
        struct post *quote;
        TRY(quote_set(cx, id, quoted, QUOTE_REVOKED));
        TRY(post_load(cx, id, &quote));
        return quoting_told(cx, quote);
}

/* An approval that is taken back: the quote is shown no more (FEP-044f). */
static enum err revoke(struct cx *cx, struct incoming *in, struct str stamp, bool *taken)
{
        int64_t ids[20], quoted[20];
        size_t n = 0;
        struct row r;
        TRY(db_all(cx->db, &REVOKED, NULL, BIND(V(stamp), V(in->by.id)), &r));
        while (n < countof(ids) && row_next(&r)) {
                ids[n] = row_int(&r);
                quoted[n++] = row_int(&r);
        }
        TRY(row_end(&r));
        *taken = n > 0;
        for (size_t i = 0; i < n; i++)
                TRY(revoke_one(cx, ids[i], quoted[i]));
        return OK;
}

enum err receive_delete(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct str uri = as_id(object);
        struct post *p;
        int64_t id;
        bool stamp;
        if (str_eq(uri, in->by.uri)) {
                TRY(account_far_gone(cx, in->by.id));
                return receive_done(in);
        }
        if (!receive_is_own(cx, in, uri))
                return receive_refuse(in, "object_elsewhere");
        TRY(store_find_post(cx, uri, &id));
        if (!id) {
                TRY(revoke(cx, in, uri, &stamp));
                if (stamp)
                        return receive_done(in);
                TRY(tombstone_add(cx, uri, false));
                return receive_ignore(in, "unknown_object");
        }
        TRY(post_load(cx, id, &p));
        if (p->account != in->by.id)
                return receive_refuse(in, "somebody_elses");
        TRY(forward(cx, in, p));
        TRY(post_erase(cx, id, true));
        return receive_done(in);
}

/* ---- Announce ---- */

static enum err boost_of(struct cx *cx, int64_t account, int64_t post, int64_t *wrapper)
{
        return db_find_int(cx->db, &BOOST_FIND, BIND(V(account), V(post)), wrapper);
}

/* A boost without an id of its own gets one that says what it is. */
static struct str boost_uri(struct cx *cx, const struct incoming *in,
                            const struct json_value *announce, const struct post *p)
{
        struct str id = as_id(announce);
        return id.n ? id
                    : str_fmt(cx->arena, "%.*s#announce-%lld", STR_ARG(in->by.uri),
                              (long long)p->id);
}

static enum err free_id(struct cx *cx, int64_t at, int64_t *ret)
{
        struct post *taken;
        enum err e;
        do {
                *ret = id_at(at);
                e = post_load(cx, *ret, &taken);
        } while (!e);
        return e == ERR_MISSING ? OK : e;
}

enum err receive_boost(struct cx *cx, struct incoming *in, const struct json_value *announce,
                       const struct post *p)
{
        bool may;
        TRY(switches_boosts(cx, p, &may));
        if (!may)
                return receive_refuse(in, "boosts_off");
        struct reading r = reading_of(cx);
        struct post w = {.account = in->by.id, .boost_of = p->id, .content = MARKUP_NONE};
        int64_t before;
        enum hand_role role = HAND_NONE;
        if (p->has & POST_HAS_AUTHORS)
                TRY(hand_of(cx, p->id, in->by.id, &role));
        if (role == HAND_CO_AUTHOR && !p->local) { /* it stands with them already, as theirs */
                TRY(home_beside(cx, p->id, in->by.id));
                return receive_done(in);
        }
        TRY(boost_of(cx, in->by.id, p->id, &before));
        w.uri = boost_uri(cx, in, announce, p);
        if (!before)
                TRY(store_find_post(cx, w.uri, &before));
        if (before)
                return receive_done(in);
        w.created_at = note_in_time(&r, json_get(announce, "published"), r.now);
        w.audience = note_in_audience(announce, NULL, in->by.followers_uri);
        if (w.audience > AUDIENCE_FOLLOWERS || p->audience == AUDIENCE_FOLLOWERS)
                w.audience = AUDIENCE_FOLLOWERS;
        w.sensitive = p->sensitive;
        w.quote_policy = QUOTE_NOBODY;
        TRY(free_id(cx, w.created_at, &w.id));
        TRY(post_store_boost(cx, &w));
        return receive_done(in);
}

/* Public and quiet posts, and an author's own for followers. */
bool receive_may_boost(const struct incoming *in, const struct post *p)
{
        return !p->author_suspended && !p->local_only &&
               (p->audience <= AUDIENCE_QUIET ||
                (p->audience == AUDIENCE_FOLLOWERS && p->account == in->by.id));
}

/* An author who boosts an own post may bring it along: it is their own word, and one for followers
 * could not be fetched. */
static enum err take_along(struct cx *cx, struct incoming *in, const struct json_value *object,
                           int64_t *id)
{
        struct note_in n;
        bool good = false;
        struct store_note s = {.note = &n, .author = &in->by, .how = STORE_QUIET};
        *id = 0;
        if (object->type == JSON_OBJECT && note_in_is(object) &&
            str_eq(as_only_id(json_get(object, "attributedTo")), in->by.uri))
                TRY(read_note(cx, in, object, &n, &good));
        if (!good || n.vote)
                return OK;
        enum err e = store_note(cx, &s, id);
        return e == ERR_GONE ? OK : e;
}

enum err receive_announce(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct str uri = as_id(object);
        struct post *p;
        struct address a;
        int64_t id;
        bool followed;
        if (object->type == JSON_OBJECT && json_get(object, "actor") && json_get(object, "object"))
                return receive_group(cx, in, object);
        if (!address_read(cx->arena, cx->settings, uri, &a))
                return receive_refuse(in, "bad_object");
        TRY(account_followed_here(cx, in->by.id, &followed));
        TRY(store_find_post(cx, uri, &id));
        if (!id && followed)
                TRY(take_along(cx, in, object, &id));
        if (!id)
                return followed && !a.ours ? receive_later(in, NEED_POST, uri)
                                           : receive_ignore(in, "unwanted");
        TRY(post_load(cx, id, &p));
        if (p->boost_of)
                TRY(post_load(cx, p->boost_of, &p));
        if (!receive_may_boost(in, p))
                return receive_refuse(in, "not_to_be_boosted");
        if (!followed && !p->local)
                return receive_ignore(in, "unwanted");
        return receive_boost(cx, in, in->activity, p);
}

enum err receive_undo_announce(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        int64_t post = 0, wrapper = 0;
        struct post *p;
        TRY(store_find_post(cx, as_id(object), &wrapper));
        if (!wrapper && object->type == JSON_OBJECT) {
                TRY(store_find_post(cx, as_only_id(json_get(object, "object")), &post));
                if (post)
                        TRY(boost_of(cx, in->by.id, post, &wrapper));
        }
        if (!wrapper)
                return receive_ignore(in, "unknown_object");
        TRY(post_load(cx, wrapper, &p));
        if (p->account != in->by.id || !p->boost_of)
                return receive_refuse(in, "somebody_elses");
        TRY(post_erase(cx, wrapper, false));
        return receive_done(in);
}

static const struct stmt *const statements[] = {&BOOST_FIND, &REVOKED};
const struct stmt_list RECEIVE_STATEMENTS = {statements, countof(statements)};
