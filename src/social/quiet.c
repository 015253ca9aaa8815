/* What waits, and for what: see quiet.h. Called by notification_add in the transaction of what
 * happened, by the gate of comments, and by the pages. */
#include "social/quiet.h"
#include "social/switches.h"

/* Of post ($1) as it concerns who may be its thread's author, co-author or journal's owner ($2):
 * what they wished, and whether the sender ($3) is in their list Close. A quote concerns the thread
 * of what it quotes. */
static const struct stmt QUIET_THREAD = {
        .name = "quiet_thread",
        .text = "SELECT r.account, CASE WHEN r.account = $2 OR EXISTS (SELECT 1 FROM hand h WHERE "
                "h.post = r.id AND h.account = $2 AND h.role = 2) OR EXISTS (SELECT 1 FROM "
                "journal_owner o WHERE o.journal = r.account AND o.account = $2 AND o.state = 1) "
                "THEN 1 ELSE 0 END, "
                "COALESCE(w.alerts, 0), CASE WHEN COALESCE(w.close_through, 0) = 1 AND EXISTS "
                "(SELECT 1 FROM list l JOIN list_member m ON m.list = l.id AND m.account = $3 "
                "WHERE l.account = $2 AND l.audience > 0 AND LOWER(l.title) = 'close') THEN 1 "
                "ELSE 0 END FROM post p JOIN post r ON r.id = p.thread LEFT JOIN switches w ON "
                "w.post = r.id WHERE p.id = $1",
        .in = "iii",
        .out = "iiii",
};
static const struct stmt QUIET_QUOTED = {
        .name = "quiet_quoted",
        .text = "SELECT quote_of FROM post WHERE id = $1 AND quote_of IS NOT NULL",
        .in = "i",
        .out = "i",
};
static const struct stmt QUIET_GET = {
        .name = "quiet_get",
        .text = "SELECT quiet_from, quiet_until, quiet_line FROM login WHERE account = $1",
        .in = "i",
        .out = "iis",
};

_Static_assert(HAND_CO_AUTHOR == 2, "the statement above carries the role as a number");

bool quiet_is_on(const struct cx *cx, int64_t from, int64_t until)
{
        return from && (!until || until > cx_now(cx));
}

struct thread_facts {
        int64_t author;
        enum alerts alerts;
        bool own, through;
};

static enum err read_thread(struct cx *cx, const struct quiet_asked *q, struct thread_facts *f)
{
        struct row r;
        bool found;
        int64_t post = q->post;
        if (q->kind == NOTIFICATION_QUOTE) {
                TRY(db_find(cx->db, &QUIET_QUOTED, NULL, BIND(V(post)), &r, &found));
                if (found) {
                        post = row_int(&r);
                        TRY(row_end(&r));
                }
        }
        TRY(db_find(cx->db, &QUIET_THREAD, NULL, BIND(V(post), V(q->account), V(q->sender)), &r,
                    &found));
        if (!found) /* the root is gone */
                return OK;
        f->author = row_int(&r);
        f->own = row_int(&r) != 0;
        f->alerts = (enum alerts)row_int(&r);
        f->through = row_int(&r) != 0;
        return row_end(&r);
}

static bool from_moderators(enum notification_kind k)
{
        return k == NOTIFICATION_WARNING || k == NOTIFICATION_REPORT || k == NOTIFICATION_SIGN_UP ||
               k == NOTIFICATION_SEVERED;
}

/* In quiet time what concerns one's own posts is gathered too, and strangers wait. */
static enum notification_wait by_quiet_time(const struct quiet_asked *q,
                                            const struct thread_facts *f)
{
        if (q->kind == NOTIFICATION_FOLLOW || q->kind == NOTIFICATION_FOLLOW_REQUEST)
                return WAIT_QUIET;
        if (q->kind == NOTIFICATION_MENTION && !q->following)
                return WAIT_QUIET;
        if (f->own)
                return f->alerts == ALERTS_WHEN_OPENED ? WAIT_OPENED : WAIT_DIGEST;
        return WAIT_NOT;
}

enum err quiet_wait(struct cx *cx, const struct quiet_asked *q, enum notification_wait *ret,
                    bool *drop)
{
        struct thread_facts f = {0};
        *ret = WAIT_NOT;
        *drop = false;
        if (from_moderators(q->kind) || (!q->quiet && !q->switches))
                return OK;
        if (q->post)
                TRY(read_thread(cx, q, &f));
        if (q->kind == NOTIFICATION_STATUS)
                *drop = f.author == q->sender && f.alerts != ALERTS_NORMAL;
        else if (q->quiet)
                *ret = by_quiet_time(q, &f);
        else if (f.own && f.alerts != ALERTS_NORMAL && !f.through)
                *ret = f.alerts == ALERTS_DIGEST ? WAIT_DIGEST : WAIT_OPENED;
        return OK;
}

enum err quiet_get(struct cx *cx, int64_t account, struct quiet_time *ret)
{
        struct row r;
        bool found;
        *ret = (struct quiet_time){.line = S("")};
        TRY(db_find(cx->db, &QUIET_GET, cx->arena, BIND(V(account)), &r, &found));
        if (!found)
                return OK;
        ret->from = row_int(&r);
        ret->until = row_int(&r);
        ret->line = row_str(&r);
        ret->on = quiet_is_on(cx, ret->from, ret->until);
        ret->ended = ret->from && !ret->on;
        return row_end(&r);
}

enum err quiet_on(struct cx *cx, int64_t account, bool *ret)
{
        struct quiet_time q;
        TRY(quiet_get(cx, account, &q));
        *ret = q.on;
        return OK;
}

enum err quiet_unmute(struct cx *cx, const struct viewer *by, int64_t post)
{
        struct post *p;
        struct switches s;
        TRY(post_get(cx, by, post, &p));
        if (p->account != by->account || p->thread != p->id || !(p->has & POST_HAS_SWITCHES))
                return OK;
        TRY(switches_get(cx, p->id, &s));
        if (s.alerts == ALERTS_NORMAL)
                return OK;
        s.alerts = ALERTS_NORMAL;
        s.preset = PRESET_CUSTOM;
        return switches_set(cx, p->id, &s);
}

const struct stmt_list QUIET_STATEMENTS = {
        (const struct stmt *const[]){&QUIET_THREAD, &QUIET_QUOTED, &QUIET_GET},
        3,
};
