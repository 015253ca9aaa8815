/* Notifications: adding them by the rules of who wants to hear of what, and taking them back.
 * Listing is in notification_list.c. Called by the verbs of posts, marks, polls and follows, in
 * their transaction. */
#include "social/notification.h"
#include "social/account.h"
#include "social/digest.h"
#include "social/journal.h"
#include "social/notification_policy.h"
#include "social/push.h"
#include "social/quiet.h"
#include "social/sift.h"

/* All the rule asks about owner ($1), sender ($2) and post ($3), in one row; none for people
 * elsewhere. */
static const struct stmt NOTIFICATION_FACTS = {
        .name = "notification_facts",
        .text = "SELECT l.policy, l.disabled, s.created_at, "
                "CASE WHEN s.suspended_at IS NULL THEN 0 ELSE 1 END, "
                "CASE WHEN s.silenced_at IS NULL THEN 0 ELSE 1 END, "
                "(SELECT COUNT(*) FROM follow WHERE account = $1 AND target = $2 AND state = 1), "
                "(SELECT COUNT(*) FROM follow WHERE account = $2 AND target = $1 AND state = 1), "
                "(SELECT COUNT(*) FROM block WHERE (account = $1 AND target = $2) OR (account = $2 "
                "AND target = $1)), "
                "(SELECT COUNT(*) FROM mute WHERE account = $1 AND target = $2 AND notifications = "
                "1 "
                "AND (expires_at IS NULL OR expires_at > $4)), "
                "(SELECT COUNT(*) FROM domain_block WHERE account = $1 AND domain = s.domain AND "
                "s.domain <> ''), "
                "(SELECT COUNT(*) FROM mark k WHERE k.post = p.thread AND k.account = $1 AND "
                "k.kind = 4), "
                "(SELECT COUNT(*) FROM notification_permission WHERE account = $1 AND sender = "
                "$2), "
                "COALESCE((SELECT role FROM login WHERE account = $2), 0), "
                "COALESCE(p.audience, 0), s.kind, COALESCE(p.has, 0), COALESCE((SELECT q.has FROM "
                "post q WHERE q.id = p.quote_of), 0), l.quiet_from, l.quiet_until, l.sifts, "
                "CASE WHEN s.domain = '' OR EXISTS (SELECT 1 FROM follow WHERE target = $2 AND "
                "state = 1) THEN 1 ELSE 0 END, l.push_kinds "
                "FROM login l JOIN account s ON s.id = $2 LEFT JOIN post p ON p.id = $3 WHERE "
                "l.account = $1",
        .in = "iiii",
        .out = "siiiiiiiiiiiiiiiiiiiii",
};
static const struct stmt NOTIFICATION_INSERT = {
        .name = "notification_insert",
        .text = "INSERT INTO notification (id, account, kind, sender, post, report, group_key, "
                "filtered) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        .in = "iiiiIIsi",
};
static const struct stmt NOTIFICATION_REMOVE = {
        .name = "notification_remove",
        .text = "DELETE FROM notification WHERE account = $1 AND kind = $2 AND sender = $3 AND "
                "post = $4",
        .in = "iiii",
};
static const struct stmt NOTIFICATION_REMOVE_BARE = {
        .name = "notification_remove_bare",
        .text = "DELETE FROM notification WHERE account = $1 AND kind = $2 AND sender = $3 AND "
                "post IS NULL "
                "AND report IS NULL",
        .in = "iii",
};
static const struct stmt NOTIFICATION_REMOVE_FROM = {
        .name = "notification_remove_from",
        .text = "DELETE FROM notification WHERE account = $1 AND sender = $2",
        .in = "ii",
};
static const struct stmt NOTIFICATION_REQUEST_REMOVE = {
        .name = "notification_request_remove",
        .text = "DELETE FROM notification_request WHERE account = $1 AND sender = $2",
        .in = "ii",
};
static const struct stmt NOTIFICATION_REQUEST = {
        .name = "notification_request",
        .text = "INSERT INTO notification_request (account, sender, id, last_post, notifications, "
                "created_at, "
                "updated_at) VALUES ($1, $2, $3, $4, 1, $5, $5) ON CONFLICT (account, sender) DO "
                "UPDATE SET "
                "last_post = COALESCE($4, notification_request.last_post), "
                "notifications = notification_request.notifications + 1, dismissed = 0, updated_at "
                "= $5",
        .in = "iiiIi",
};

struct facts {
        struct str policy;
        bool disabled, suspended, silenced, following, followed, blocked, muted, domain_blocked,
                thread_muted, permitted, bot, switches, quiet, sifts, known;
        int64_t created_at;
        int64_t push_kinds;
        enum role role;
        enum audience audience;
};

static enum err read_facts(struct cx *cx, int64_t account, int64_t sender, int64_t post,
                           struct facts *f, bool *found)
{
        struct row r;
        TRY(db_find(cx->db, &NOTIFICATION_FACTS, cx->arena,
                    BIND(V(account), V(sender), V(post), V(cx_now(cx))), &r, found));
        if (!*found)
                return OK;
        f->policy = row_str(&r);
        f->disabled = row_int(&r) != 0;
        f->created_at = row_int(&r);
        f->suspended = row_int(&r) != 0;
        f->silenced = row_int(&r) != 0;
        f->following = row_int(&r) != 0;
        f->followed = row_int(&r) != 0;
        f->blocked = row_int(&r) != 0;
        f->muted = row_int(&r) != 0;
        f->domain_blocked = row_int(&r) != 0;
        f->thread_muted = row_int(&r) != 0;
        f->permitted = row_int(&r) != 0;
        f->role = (enum role)row_int(&r);
        f->audience = (enum audience)row_int(&r);
        f->bot = row_int(&r) == ACCOUNT_BOT;
        int64_t has = row_int(&r), quoted_has = row_int(&r), quiet_from = row_int(&r);
        f->switches = ((has | quoted_has) & POST_HAS_SWITCHES) != 0;
        f->quiet = quiet_is_on(cx, quiet_from, row_int(&r));
        f->sifts = row_int(&r) != 0;
        f->known = row_int(&r) != 0;
        f->push_kinds = row_int(&r);
        return row_end(&r);
}

/* The owner's policy about strangers; it does not concern what one asked for or what moderators do.
 * The sternest of what applies counts. */
static enum notification_fate by_policy(struct cx *cx, const struct facts *f,
                                        enum notification_kind kind)
{
        enum { NEW_DAYS = 30 };
        struct notification_policy p;
        bool concerns = kind == NOTIFICATION_MENTION || kind == NOTIFICATION_REBLOG ||
                        kind == NOTIFICATION_FAVOURITE || kind == NOTIFICATION_FOLLOW ||
                        kind == NOTIFICATION_FOLLOW_REQUEST || kind == NOTIFICATION_QUOTE;
        if (!concerns || f->permitted || f->role != ROLE_MEMBER)
                return FATE_TELL;
        policy_read(cx, f->policy, &p);
        const bool applies[POLICY_COUNT_] = {
                [POLICY_NOT_FOLLOWING] = !f->following,
                [POLICY_NOT_FOLLOWERS] = !f->followed,
                [POLICY_NEW_ACCOUNTS] =
                        !f->following && f->created_at > cx_now(cx) - (int64_t)NEW_DAYS * 86400000,
                [POLICY_PRIVATE_MENTIONS] = !f->following && f->audience == AUDIENCE_MENTIONED &&
                                            kind == NOTIFICATION_MENTION,
                [POLICY_LIMITED_ACCOUNTS] = !f->following && f->silenced,
                [POLICY_BOTS] = !f->following && f->bot,
        };
        enum notification_fate worst = FATE_TELL;
        if (cx->settings->quarantine_mentions && kind == NOTIFICATION_MENTION && !f->known &&
            !f->followed)
                worst = FATE_HOLD; /* a wave of spam comes from accounts that nobody follows */
        for (int i = 0; i < POLICY_COUNT_; i++)
                if (applies[i] && p.about[i] > worst)
                        worst = p.about[i];
        return worst;
}

static enum notification_fate fate_of(struct cx *cx, const struct facts *f,
                                      enum notification_kind kind)
{
        if (kind == NOTIFICATION_WARNING || kind == NOTIFICATION_REPORT ||
            kind == NOTIFICATION_SIGN_UP)
                return FATE_TELL;
        if (f->suspended || f->blocked || f->muted || f->domain_blocked)
                return FATE_DROP;
        if (f->thread_muted && kind != NOTIFICATION_POLL)
                return FATE_DROP;
        return by_policy(cx, f, kind);
}

/* Favourites and boosts of one post, and follows, within twelve hours stand together. */
static struct str group_key(struct cx *cx, enum notification_kind kind, int64_t id, int64_t post)
{
        long long half_day = cx_now(cx) / (12 * 3600 * 1000);
        struct str name = notification_name(kind);
        switch (kind) {
        case NOTIFICATION_FAVOURITE:
        case NOTIFICATION_REBLOG:
                return str_fmt(cx->arena, "%.*s-%lld-%lld", STR_ARG(name), (long long)post,
                               half_day);
        case NOTIFICATION_FOLLOW:
        case NOTIFICATION_SIGN_UP:
                return str_fmt(cx->arena, "%.*s-%lld", STR_ARG(name), half_day);
        default:
                return str_fmt(cx->arena, "ungrouped-%lld", (long long)id);
        }
}

/* *told: the notification, when it is new and waits for nothing; 0 otherwise. NULL: it is there for
 * later, and nobody is alerted to it. */
static enum err insert(struct cx *cx, int64_t account, enum notification_kind kind, int64_t sender,
                       int64_t post, int64_t report, enum notification_wait wait, int64_t *told)
{
        int64_t id = cx_id(cx), changed;
        if (told)
                *told = 0;
        TRY(db_run(cx->db, &NOTIFICATION_INSERT,
                   BIND(V(id), V(account), V(kind), V(sender), V_ID(post), V_ID(report),
                        V(group_key(cx, kind, id, post)), V(wait)),
                   &changed));
        if (!changed || (!told && wait == WAIT_NOT))
                return OK;
        if (wait == WAIT_NOT) {
                cx_event(cx, EVENT_NOTIFICATION, account, id);
                *told = id;
                return OK;
        }
        if (wait == WAIT_DIGEST && told)
                TRY(digest_arm(cx, account));
        return db_run(cx->db, &NOTIFICATION_REQUEST,
                      BIND(V(account), V(sender), V(id), V_ID(post), V(cx_now(cx))), NULL);
}

static enum err add_to(struct cx *cx, int64_t account, enum notification_kind kind, int64_t sender,
                       int64_t post, bool *found)
{
        struct facts f = {0};
        bool drop = false;
        bool own = account == sender;
        *found = true;
        if (own && kind != NOTIFICATION_POLL)
                return OK;
        TRY(read_facts(cx, account, sender, post, &f, found));
        if (!*found)
                return OK;
        enum notification_fate fate = own ? FATE_TELL : fate_of(cx, &f, kind);
        enum notification_wait wait = WAIT_REQUEST;
        if (fate == FATE_TELL)
                TRY(quiet_wait(cx,
                               &(struct quiet_asked){.account = account,
                                                     .sender = sender,
                                                     .post = post,
                                                     .kind = kind,
                                                     .following = f.following,
                                                     .switches = f.switches,
                                                     .quiet = f.quiet},
                               &wait, &drop));
        if (fate == FATE_DROP || drop)
                return OK;
        if (!post)
                TRY(notification_remove(cx, account, kind, sender, 0));
        bool silent = false; /* what they rest from is not in their notifications meanwhile */
        if (f.sifts && post)
                TRY(sift_hides(cx, account, FILTER_NOTIFICATIONS, post, &silent));
        struct push_news news = {.account = account,
                                 .sender = sender,
                                 .kind = kind,
                                 .following = f.following,
                                 .followed = f.followed};
        TRY(insert(cx, account, kind, sender, post, 0, wait, silent ? NULL : &news.notification));
        return news.notification && f.push_kinds >> kind & 1 ? push_queue(cx, &news) : OK;
}

/* What concerns a journal concerns its owners, each by their own policy. For somebody elsewhere
 * there are none. */
enum err notification_add(struct cx *cx, int64_t account, enum notification_kind kind,
                          int64_t sender, int64_t post)
{
        int64_t owners[JOURNAL_OWNERS_MAX];
        size_t n;
        bool found;
        TRY(add_to(cx, account, kind, sender, post, &found));
        if (found)
                return OK;
        TRY(journal_told(cx, account, owners, &n));
        for (size_t i = 0; i < n; i++)
                TRY(add_to(cx, owners[i], kind, sender, post, &found));
        return OK;
}

enum err notification_add_report(struct cx *cx, int64_t account, int64_t sender, int64_t report)
{
        struct push_news news = {.account = account, .sender = sender, .kind = NOTIFICATION_REPORT};
        TRY(insert(cx, account, NOTIFICATION_REPORT, sender, 0, report, WAIT_NOT,
                   &news.notification));
        return news.notification ? push_queue(cx, &news) : OK;
}

enum err notification_add_about(struct cx *cx, int64_t account, enum notification_kind kind,
                                int64_t sender, int64_t subject)
{
        int64_t told;
        return insert(cx, account, kind, sender, 0, subject, WAIT_NOT, &told);
}

enum err notification_remove(struct cx *cx, int64_t account, enum notification_kind kind,
                             int64_t sender, int64_t post)
{
        if (!post)
                return db_run(cx->db, &NOTIFICATION_REMOVE_BARE,
                              BIND(V(account), V(kind), V(sender)), NULL);
        return db_run(cx->db, &NOTIFICATION_REMOVE, BIND(V(account), V(kind), V(sender), V(post)),
                      NULL);
}

enum err notification_remove_from(struct cx *cx, int64_t account, int64_t sender)
{
        TRY(db_run(cx->db, &NOTIFICATION_REMOVE_FROM, BIND(V(account), V(sender)), NULL));
        return db_run(cx->db, &NOTIFICATION_REQUEST_REMOVE, BIND(V(account), V(sender)), NULL);
}

static const char *const kind_names[NOTIFICATION_KINDS_] = {
        [NOTIFICATION_MENTION] = "mention",
        [NOTIFICATION_REBLOG] = "reblog",
        [NOTIFICATION_FAVOURITE] = "favourite",
        [NOTIFICATION_FOLLOW] = "follow",
        [NOTIFICATION_FOLLOW_REQUEST] = "follow_request",
        [NOTIFICATION_POLL] = "poll",
        [NOTIFICATION_UPDATE] = "update",
        [NOTIFICATION_STATUS] = "status",
        [NOTIFICATION_SIGN_UP] = "admin.sign_up",
        [NOTIFICATION_REPORT] = "admin.report",
        [NOTIFICATION_SEVERED] = "severed_relationships",
        [NOTIFICATION_WARNING] = "moderation_warning",
        [NOTIFICATION_QUOTE] = "quote",
        [NOTIFICATION_QUOTED_UPDATE] = "quoted_update",
};

struct str notification_name(enum notification_kind k)
{
        return str_of(kind_names[k]);
}

const char *notification_words(enum notification_kind k, bool answer, bool thinking)
{
        static const char *const words[NOTIFICATION_KINDS_] = {
                [NOTIFICATION_MENTION] = "mentioned you",
                [NOTIFICATION_REBLOG] = "boosted what you wrote",
                [NOTIFICATION_FAVOURITE] = "marked what you wrote as a favourite",
                [NOTIFICATION_FOLLOW] = "follows you now",
                [NOTIFICATION_FOLLOW_REQUEST] = "asked to follow you",
                [NOTIFICATION_POLL] = "asked a question that has ended",
                [NOTIFICATION_UPDATE] = "changed what they wrote",
                [NOTIFICATION_STATUS] = "wrote",
                [NOTIFICATION_SIGN_UP] = "has a new account here",
                [NOTIFICATION_REPORT] = "reported somebody",
                [NOTIFICATION_SEVERED] = "is on a server that was blocked",
                [NOTIFICATION_WARNING] = "has a word for you",
                [NOTIFICATION_QUOTE] = "quoted you",
                [NOTIFICATION_QUOTED_UPDATE] = "changed what you quoted",
        };
        if (k == NOTIFICATION_MENTION && answer)
                return "answered you";
        if (k == NOTIFICATION_FAVOURITE && thinking)
                return "is thinking of you";
        return words[k];
}

bool notification_read_name(struct str name, enum notification_kind *ret)
{
        for (int i = 0; i < NOTIFICATION_KINDS_; i++)
                if (str_eq(name, str_of(kind_names[i]))) {
                        *ret = (enum notification_kind)i;
                        return true;
                }
        return false;
}

const struct stmt_list NOTIFICATION_STATEMENTS = {
        (const struct stmt *const[]){&NOTIFICATION_FACTS, &NOTIFICATION_INSERT,
                                     &NOTIFICATION_REMOVE, &NOTIFICATION_REMOVE_BARE,
                                     &NOTIFICATION_REMOVE_FROM, &NOTIFICATION_REQUEST_REMOVE,
                                     &NOTIFICATION_REQUEST},
        7,
};
