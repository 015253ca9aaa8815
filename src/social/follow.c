/* Who follows whom. Called by the API's follow routes, the profile pages, and for people elsewhere
 * by fedi. A row is the whole truth: its primary key makes every verb safe to repeat and to race
 * (T154); counts move only when the row did. */
#include "social/follow.h"
#include "lib/text/json.h"
#include "lib/text/language.h"
#include "social/home.h"
#include "social/journal_rule.h"
#include "social/notification.h"
#include "social/outbox_relation.h"
#include "social/sent.h"

enum { FOLLOWS_MOST = 7500, LANGUAGES_MOST = 50 };

static const struct stmt FOLLOW_MAY = {
        .name = "follow_may",
        .text = "SELECT t.locked, t.domain, COALESCE(t.moved_to, CASE WHEN a.domain = '' THEN "
                "a.moved_to END), a.silenced_at, a.following_count,"
                " EXISTS (SELECT 1 FROM block b WHERE b.account = $1 AND b.target = $2)"
                " OR EXISTS (SELECT 1 FROM block b WHERE b.account = $2 AND b.target = $1)"
                " OR EXISTS (SELECT 1 FROM domain_block d WHERE d.account = $1 AND d.domain = "
                "t.domain)"
                " OR EXISTS (SELECT 1 FROM domain_block d WHERE d.account = $2 AND d.domain = "
                "a.domain)"
                " OR (" JOURNAL_UNMET("t", "$1") ")"
                                                 " FROM account t JOIN account a ON a.id = $1"
                                                 " WHERE t.id = $2 AND t.suspended_at IS NULL AND "
                                                 "a.suspended_at IS NULL"
                                                 " AND NOT EXISTS (SELECT 1 FROM login l WHERE "
                                                 "l.account = $2 AND l.approved = 0)",
        .in = "ii",
        .out = "isIIii",
};

static const struct stmt FOLLOW_GET = {
        .name = "follow_get",
        .text = "SELECT state, boosts, notify, languages FROM follow WHERE account = $1 AND target "
                "= $2",
        .in = "ii",
        .out = "iiiS",
};

static const struct stmt FOLLOW_ADD = {
        .name = "follow_add",
        .text = "INSERT INTO follow (account, target, id, state, boosts, notify, languages, uri, "
                "created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .in = "iiiiiiSSi",
};

static const struct stmt FOLLOW_CHANGE = {
        .name = "follow_change",
        .text = "UPDATE follow SET boosts = $3, notify = $4, languages = $5 WHERE account = $1 AND "
                "target = $2",
        .in = "iiiiS",
};

static const struct stmt FOLLOW_ACCEPT = {
        .name = "follow_accept",
        .text = "UPDATE follow SET state = 1 WHERE account = $1 AND target = $2 AND state = 0"
                " RETURNING id, uri",
        .in = "ii",
        .out = "iS",
};

static const struct stmt FOLLOW_DROP = {
        .name = "follow_drop",
        .text = "DELETE FROM follow WHERE account = $1 AND target = $2 RETURNING state, id, uri",
        .in = "ii",
        .out = "iiS",
};

static const struct stmt FOLLOW_REJECT = {
        .name = "follow_reject",
        .text = "DELETE FROM follow WHERE account = $1 AND target = $2 AND state = 0 RETURNING "
                "state, id, uri",
        .in = "ii",
        .out = "iiS",
};

/* What hangs on a follow: places in reading lists, and the endorsement. */
static const struct stmt FOLLOW_OFF_LISTS = {
        .name = "follow_off_lists",
        .text = "DELETE FROM list_member WHERE account = $2 AND list IN"
                " (SELECT id FROM list WHERE account = $1 AND audience = 0)",
        .in = "ii",
};

/* An audience holds followers: whoever stops following leaves it. */
static const struct stmt FOLLOW_OFF_AUDIENCES = {
        .name = "follow_off_audiences",
        .text = "DELETE FROM list_member WHERE account = $1 AND list IN"
                " (SELECT id FROM list WHERE account = $2 AND audience = 1)",
        .in = "ii",
};

static const struct stmt FOLLOW_OFF_ENDORSED = {
        .name = "follow_off_endorsed",
        .text = "DELETE FROM endorsement WHERE account = $1 AND target = $2",
        .in = "ii",
};

/* ---- starting ---- */

struct relation {
        bool exists, boosts, notify;
        int64_t state;
        struct str languages;
};

static enum err get_relation(struct cx *cx, int64_t account, int64_t target, struct relation *f)
{
        struct row r;
        *f = (struct relation){.boosts = true};
        TRY(db_find(cx->db, &FOLLOW_GET, cx->arena, BIND(V(account), V(target)), &r, &f->exists));
        if (!f->exists)
                return OK;
        f->state = row_int(&r);
        f->boosts = row_int(&r) != 0;
        f->notify = row_int(&r) != 0;
        f->languages = row_str(&r);
        return row_end(&r);
}

/* ["de","en"], or none for all. */
static enum err write_languages(struct cx *cx, const struct str_list *l, struct str *ret)
{
        *ret = STR_NONE;
        if (!l->n)
                return OK;
        if (l->n > LANGUAGES_MOST)
                return fail_field(cx, "languages", ERR_INPUT,
                                  "Validation failed: Languages are too many");
        struct buf b = {0};
        struct json j;
        enum err e = OK;
        json_open(&j, &b);
        json_array(&j, NULL);
        for (size_t i = 0; i < l->n && !e; i++) {
                struct str tag;
                if (language_read(cx->arena, l->v[i], &tag))
                        json_str(&j, NULL, tag);
                else
                        e = fail_field(cx, "languages", ERR_INPUT,
                                       "Validation failed: Languages is invalid");
        }
        json_end(&j);
        *ret = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return e;
}

static enum err read_options(struct cx *cx, const struct follow_options *o, struct relation *f)
{
        if (o->boosts != TRI_UNSET)
                f->boosts = o->boosts == TRI_TRUE;
        if (o->notify != TRI_UNSET)
                f->notify = o->notify == TRI_TRUE;
        return o->languages_given ? write_languages(cx, &o->languages, &f->languages) : OK;
}

static enum err change(struct cx *cx, int64_t account, int64_t target,
                       const struct follow_options *o, struct relation *f)
{
        struct relation before = *f;
        TRY(read_options(cx, o, f));
        if (before.boosts == f->boosts && before.notify == f->notify &&
            str_eq(before.languages, f->languages))
                return OK;
        TRY(db_run(cx->db, &FOLLOW_CHANGE,
                   BIND(V(account), V(target), V(f->boosts), V(f->notify), V(f->languages)), NULL));
        cx_event(cx, EVENT_RELATION, account, target);
        if (f->state && (before.boosts != f->boosts || !str_eq(before.languages, f->languages)))
                return home_rebuild(cx, account);
        return OK;
}

/* Whether `account` may, and whether the other must agree first. */
static enum err may_follow(struct cx *cx, int64_t account, int64_t target,
                           const struct follow_options *o, bool *asks)
{
        struct row r;
        TRY(db_one(cx->db, &FOLLOW_MAY, cx->arena, BIND(V(account), V(target)), &r));
        bool locked = row_int(&r) != 0, far = row_str(&r).n != 0, moved = row_int(&r) != 0;
        bool silenced = row_int(&r) != 0;
        int64_t following = row_int(&r);
        bool blocked = row_int(&r) != 0;
        TRY(row_end(&r));
        if (blocked || moved)
                return fail(cx, ERR_DENIED, "This action is not allowed");
        if (following >= FOLLOWS_MOST)
                return fail(cx, ERR_INPUT,
                            "Validation failed: You cannot follow more than %d people",
                            FOLLOWS_MOST);
        /* A server elsewhere says itself whether its people accept. */
        *asks = far || ((locked || silenced) && !o->skip_approval);
        return OK;
}

/* The row says accepted now: counts, the home, the word to the one followed. */
static enum err begun(struct cx *cx, int64_t account, int64_t target)
{
        TRY(account_count(cx, account, 0, 1));
        TRY(account_count(cx, target, 1, 0));
        TRY(home_follow_started(cx, account, target));
        cx_event(cx, EVENT_RELATION, account, target);
        return notification_add(cx, target, NOTIFICATION_FOLLOW, account, 0);
}

enum err follow_start(struct cx *cx, int64_t account, int64_t target,
                      const struct follow_options *o)
{
        if (account == target)
                return fail(cx, ERR_DENIED, "This action is not allowed");
        struct relation f;
        bool asks = false;
        TRY(may_follow(cx, account, target, o, &asks));
        TRY(get_relation(cx, account, target, &f));
        if (f.exists)
                return change(cx, account, target, o, &f);
        TRY(read_options(cx, o, &f));
        int64_t id = cx_id(cx);
        TRY(db_run(cx->db, &FOLLOW_ADD,
                   BIND(V(account), V(target), V(id), V(!asks), V(f.boosts), V(f.notify),
                        V(f.languages), V(o->uri), V(cx_now(cx))),
                   NULL));
        if (!asks) {
                TRY(outbox_relation(cx, RELATION_ACCEPT, target, account, id, o->uri));
                return begun(cx, account, target);
        }
        cx_event(cx, EVENT_RELATION, account, target);
        TRY(outbox_relation(cx, RELATION_FOLLOW, account, target, id, STR_NONE));
        return notification_add(cx, target, NOTIFICATION_FOLLOW_REQUEST, account, 0);
}

enum err follow_accept(struct cx *cx, int64_t target, int64_t account)
{
        struct row r;
        TRY(db_one(cx->db, &FOLLOW_ACCEPT, cx->arena, BIND(V(account), V(target)), &r));
        int64_t id = row_int(&r);
        struct str uri = row_str(&r);
        TRY(row_end(&r));
        TRY(outbox_relation(cx, RELATION_ACCEPT, target, account, id, uri));
        TRY(notification_remove(cx, target, NOTIFICATION_FOLLOW_REQUEST, account, 0));
        return begun(cx, account, target);
}

/* ---- ending ---- */

struct dropped {
        bool found, accepted;
        int64_t id;
        struct str uri;
};

/* Takes the row away and what hangs on it; counts and notices follow what it was. */
static enum err drop(struct cx *cx, const struct stmt *s, int64_t account, int64_t target,
                     struct dropped *d)
{
        struct row r;
        TRY(db_find(cx->db, s, cx->arena, BIND(V(account), V(target)), &r, &d->found));
        if (!d->found)
                return OK;
        d->accepted = row_int(&r) != 0;
        d->id = row_int(&r);
        d->uri = row_str(&r);
        TRY(row_end(&r));
        cx_event(cx, EVENT_RELATION, account, target);
        TRY(db_run(cx->db, &FOLLOW_OFF_LISTS, BIND(V(account), V(target)), NULL));
        TRY(db_run(cx->db, &FOLLOW_OFF_AUDIENCES, BIND(V(account), V(target)), NULL));
        TRY(sent_left(cx, target, account));
        TRY(db_run(cx->db, &FOLLOW_OFF_ENDORSED, BIND(V(account), V(target)), NULL));
        if (!d->accepted)
                return notification_remove(cx, target, NOTIFICATION_FOLLOW_REQUEST, account, 0);
        TRY(notification_remove(cx, target, NOTIFICATION_FOLLOW, account, 0));
        TRY(account_count(cx, account, 0, -1));
        TRY(account_count(cx, target, -1, 0));
        return home_follow_ended(cx, account, target);
}

enum err follow_end(struct cx *cx, int64_t account, int64_t target)
{
        struct dropped d;
        TRY(drop(cx, &FOLLOW_DROP, account, target, &d));
        return d.found ? outbox_relation(cx, RELATION_UNDO_FOLLOW, account, target, d.id, STR_NONE)
                       : OK;
}

enum err follow_reject(struct cx *cx, int64_t target, int64_t account)
{
        struct dropped d;
        TRY(drop(cx, &FOLLOW_REJECT, account, target, &d));
        return d.found ? outbox_relation(cx, RELATION_REJECT, target, account, d.id, d.uri)
                       : ERR_MISSING;
}

enum err follow_remove_follower(struct cx *cx, int64_t target, int64_t account)
{
        struct dropped d;
        TRY(drop(cx, &FOLLOW_DROP, account, target, &d));
        return d.found ? outbox_relation(cx, RELATION_REJECT, target, account, d.id, d.uri) : OK;
}

enum err follow_sever(struct cx *cx, int64_t a, int64_t b)
{
        TRY(follow_end(cx, a, b));
        return follow_remove_follower(cx, a, b);
}

enum err follow_forget(struct cx *cx, int64_t a, int64_t b)
{
        struct dropped d;
        TRY(drop(cx, &FOLLOW_DROP, a, b, &d));
        return drop(cx, &FOLLOW_DROP, b, a, &d);
}

enum err follow_exists(struct cx *cx, int64_t account, int64_t target, bool *ret)
{
        struct relation f;
        TRY(get_relation(cx, account, target, &f));
        *ret = f.exists && f.state;
        return OK;
}

static const struct stmt *const statements[] = {
        &FOLLOW_OFF_AUDIENCES, &FOLLOW_MAY,          &FOLLOW_GET,  &FOLLOW_ADD,
        &FOLLOW_CHANGE,        &FOLLOW_ACCEPT,       &FOLLOW_DROP, &FOLLOW_REJECT,
        &FOLLOW_OFF_LISTS,     &FOLLOW_OFF_ENDORSED,
};
const struct stmt_list FOLLOW_STATEMENTS = {statements, countof(statements)};
