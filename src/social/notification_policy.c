/* The policy about strangers and their requests. Called by notification_add and by the routes of
 * settings. */
#include "social/notification_policy.h"
#include "lib/text/json.h"
#include "social/page_run.h"
#include "social/quiet.h"
#include "social/sift.h"

static const struct stmt POLICY_GET = {
        .name = "policy_get",
        .text = "SELECT policy FROM login WHERE account = $1",
        .in = "i",
        .out = "s",
};
static const struct stmt POLICY_SET = {
        .name = "policy_set",
        .text = "UPDATE login SET policy = $2 WHERE account = $1",
        .in = "is",
};
static const struct stmt POLICY_PENDING = {
        .name = "policy_pending",
        .text = "SELECT COUNT(*), COALESCE(SUM(notifications), 0) FROM (SELECT notifications FROM "
                "notification_request "
                "WHERE account = $1 AND dismissed = 0 ORDER BY id DESC LIMIT 1000) AS waiting",
        .in = "i",
        .out = "ii",
        .text_pg = "SELECT COUNT(*), CAST(COALESCE(SUM(notifications), 0) AS BIGINT) FROM (SELECT "
                   "notifications FROM "
                   "notification_request WHERE account = $1 AND dismissed = 0 ORDER BY id DESC "
                   "LIMIT 1000) AS waiting",
};
#define REQUEST_COLUMNS                                                                            \
        " r.id, r.sender, r.last_post, r.notifications, r.created_at, r.updated_at, CASE WHEN "    \
        "EXISTS (SELECT 1 FROM notification n WHERE n.sender = r.sender AND n.account = "          \
        "r.account AND n.filtered = 1) THEN 1 ELSE 0 END "
#define REQUEST_LIST_TEXT(order)                                                                   \
        "SELECT" REQUEST_COLUMNS "FROM notification_request r JOIN account s ON s.id = r.sender "  \
        "WHERE r.account = $1 AND r.dismissed = 0 AND r.id > $2 AND r.id < $3 AND s.suspended_at " \
        "IS NULL "                                                                                 \
        "ORDER BY r.id " order " LIMIT $4"
static const struct stmt REQUEST_LIST = {
        .name = "request_list",
        .text = REQUEST_LIST_TEXT("DESC"),
        .in = "iiii",
        .out = "iiIiiii",
};
static const struct stmt REQUEST_LIST_UP = {
        .name = "request_list_up",
        .text = REQUEST_LIST_TEXT("ASC"),
        .in = "iiii",
        .out = "iiIiiii",
};
static const struct stmt REQUEST_GET = {
        .name = "request_get",
        .text = "SELECT" REQUEST_COLUMNS
                "FROM notification_request r WHERE r.id = $1 AND r.account = $2",
        .in = "ii",
        .out = "iiIiiii",
};
/* What waits of one sender, newest first. */
static const struct stmt REQUEST_POSTS = {
        .name = "request_posts",
        .text = "SELECT post FROM notification WHERE sender = $1 AND account = $2 AND filtered > 0 "
                "ORDER BY id DESC LIMIT $3",
        .in = "iii",
        .out = "I",
};
static const struct stmt REQUEST_PERMIT = {
        .name = "request_permit",
        .text = "INSERT INTO notification_permission (account, sender) VALUES ($1, $2) ON CONFLICT "
                "DO NOTHING",
        .in = "ii",
};
static const struct stmt REQUEST_BRING_IN = {
        .name = "request_bring_in",
        .text = "UPDATE notification SET filtered = 0 WHERE account = $1 AND sender = $2 AND "
                "filtered > 0",
        .in = "ii",
};
static const struct stmt REQUEST_DROP = {
        .name = "request_drop",
        .text = "DELETE FROM notification_request WHERE account = $1 AND sender = $2",
        .in = "ii",
};
static const struct stmt REQUEST_DISMISS = {
        .name = "request_dismiss",
        .text = "UPDATE notification_request SET dismissed = 1 WHERE account = $1 AND sender = $2",
        .in = "ii",
};

_Static_assert(WAIT_REQUEST == 1, "the statements above carry it as a number");

static const char *const about_names[POLICY_COUNT_] = {
        [POLICY_NOT_FOLLOWING] = "for_not_following",
        [POLICY_NOT_FOLLOWERS] = "for_not_followers",
        [POLICY_NEW_ACCOUNTS] = "for_new_accounts",
        [POLICY_PRIVATE_MENTIONS] = "for_private_mentions",
        [POLICY_LIMITED_ACCOUNTS] = "for_limited_accounts",
        [POLICY_BOTS] = "for_bots",
};
static const char *const fate_names[] = {
        [FATE_TELL] = "accept", [FATE_HOLD] = "filter", [FATE_DROP] = "drop"};

const char *policy_name(enum policy_about a)
{
        return about_names[a];
}

const char *fate_name(enum notification_fate f)
{
        return fate_names[f];
}

bool fate_read(struct str name, enum notification_fate *ret)
{
        for (int i = FATE_TELL; i <= FATE_DROP; i++)
                if (str_eq(name, str_of(fate_names[i]))) {
                        *ret = (enum notification_fate)i;
                        return true;
                }
        return false;
}

void policy_read(struct cx *cx, struct str json, struct notification_policy *p)
{
        const struct json_value *v;
        *p = (struct notification_policy){.about[POLICY_LIMITED_ACCOUNTS] = FATE_HOLD};
        if (json.n <= 2 || json_read(cx->arena, json, NULL, &v, NULL))
                return;
        for (int i = 0; i < POLICY_COUNT_; i++)
                fate_read(json_get_text(v, about_names[i]), &p->about[i]);
}

enum err policy_get(struct cx *cx, const struct viewer *by, struct notification_policy *ret)
{
        struct row r;
        TRY(db_one(cx->db, &POLICY_GET, cx->arena, BIND(V(by->account)), &r));
        policy_read(cx, row_str(&r), ret);
        return row_end(&r);
}

enum err policy_set(struct cx *cx, const struct viewer *by, const struct notification_policy *p)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        for (int i = 0; i < POLICY_COUNT_; i++)
                if (p->about[i] != FATE_TELL)
                        json_z(&j, about_names[i], fate_names[p->about[i]]);
        json_end(&j);
        enum err e =
                b.failed ? ERR_FAULT
                         : db_run(cx->db, &POLICY_SET, BIND(V(by->account), V(buf_str(&b))), NULL);
        buf_free(&b);
        return e;
}

static int64_t read_row(struct row *r, void *to)
{
        struct notification_request *q = to;
        q->id = row_int(r);
        q->sender = row_int(r);
        q->last_post = row_int(r);
        q->notifications = row_int(r);
        q->created_at = row_int(r);
        q->updated_at = row_int(r);
        q->stranger = row_int(r) != 0;
        return q->id;
}

static enum err list_all(struct cx *cx, const struct viewer *by, struct page *page,
                         struct notification_request **ret, size_t *n)
{
        struct notification_request *v =
                make_n(cx->arena, (size_t)page->limit, struct notification_request);
        TRY(page_rows(
                cx, page, page_up(page) ? &REQUEST_LIST_UP : &REQUEST_LIST,
                BIND(V(by->account), V(page_above(page)), V(page_below(page)), V(page->limit)),
                read_row, v, sizeof *v, n));
        *ret = v;
        return OK;
}

/* The request as its owner meets it: without what they rest from, in its number too; *stays is
 * false when that is all there was. Looks at the newest ones only. */
static enum err sift_request(struct cx *cx, const struct sift *s, int64_t account,
                             struct notification_request *q, bool *stays)
{
        enum { LOOKED_AT = 40 };
        int64_t posts[LOOKED_AT];
        bool hidden[LOOKED_AT];
        size_t n = 0, away = 0;
        struct row r;
        *stays = true;
        TRY(db_all(cx->db, &REQUEST_POSTS, NULL, BIND(V(q->sender), V(account), V(LOOKED_AT)), &r));
        while (n < LOOKED_AT && row_next(&r))
                posts[n++] = row_int(&r);
        TRY(row_end(&r));
        if (!n)
                return OK;
        TRY(sift_judge(cx, s, posts, n, hidden));
        q->last_post = 0;
        for (size_t i = n; i-- > 0;) {
                away += posts[i] && hidden[i];
                if (posts[i] && !hidden[i])
                        q->last_post = posts[i];
        }
        *stays = away < n;
        q->notifications = q->notifications > (int64_t)away ? q->notifications - (int64_t)away : 1;
        return OK;
}

struct listing {
        struct cx *cx;
        const struct viewer *by;
        const struct sift *s;
};

static enum err list_step(void *of, struct page *step, void **rows, size_t *n)
{
        const struct listing *l = of;
        struct notification_request *v;
        size_t all, k = 0;
        TRY(list_all(l->cx, l->by, step, &v, &all));
        for (size_t i = 0; i < all; i++) {
                bool stays;
                TRY(sift_request(l->cx, l->s, l->by->account, &v[i], &stays));
                if (stays)
                        v[k++] = v[i];
        }
        *rows = v;
        *n = k;
        return OK;
}

enum err request_list(struct cx *cx, const struct viewer *by, struct page *page,
                      struct notification_request **ret, size_t *n)
{
        struct sift *s;
        void *v;
        TRY(sift_load(cx, by, FILTER_NOTIFICATIONS, &s));
        if (!s)
                return list_all(cx, by, page, ret, n);
        struct listing of = {cx, by, s};
        TRY(page_refill(cx, page, list_step, &of, sizeof **ret, &v, n));
        *ret = v;
        return OK;
}

/* Of the newest requests, what their owner does not meet is not counted either. */
static enum err pending_sifted(struct cx *cx, const struct viewer *by, const struct sift *s,
                               int64_t *requests, int64_t *notifications)
{
        struct page page = {.limit = 80};
        struct notification_request *v;
        size_t n;
        TRY(list_all(cx, by, &page, &v, &n));
        for (size_t i = 0; i < n; i++) {
                int64_t all = v[i].notifications;
                bool stays;
                TRY(sift_request(cx, s, by->account, &v[i], &stays));
                *requests -= !stays;
                *notifications -= stays ? all - v[i].notifications : all;
        }
        return OK;
}

enum err policy_pending(struct cx *cx, const struct viewer *by, int64_t *requests,
                        int64_t *notifications)
{
        struct sift *s;
        struct row r;
        TRY(db_one(cx->db, &POLICY_PENDING, NULL, BIND(V(by->account)), &r));
        *requests = row_int(&r);
        *notifications = row_int(&r);
        TRY(row_end(&r));
        TRY(sift_load(cx, by, FILTER_NOTIFICATIONS, &s));
        return s && *requests ? pending_sifted(cx, by, s, requests, notifications) : OK;
}

static enum err request_get(struct cx *cx, const struct viewer *by, int64_t id,
                            struct notification_request **ret)
{
        struct row r;
        TRY(db_one(cx->db, &REQUEST_GET, NULL, BIND(V(id), V(by->account)), &r));
        struct notification_request *q = make(cx->arena, struct notification_request);
        read_row(&r, q);
        TRY(row_end(&r));
        *ret = q;
        return OK;
}

enum err request_show(struct cx *cx, const struct viewer *by, int64_t id,
                      struct notification_request **ret)
{
        struct sift *s;
        bool stays = true;
        TRY(request_get(cx, by, id, ret));
        TRY(sift_load(cx, by, FILTER_NOTIFICATIONS, &s));
        if (s)
                TRY(sift_request(cx, s, by->account, *ret, &stays));
        return stays ? OK : ERR_MISSING;
}

enum err request_accept(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct notification_request *q;
        TRY(request_get(cx, by, id, &q));
        TRY(db_run(cx->db, &REQUEST_PERMIT, BIND(V(by->account), V(q->sender)), NULL));
        TRY(db_run(cx->db, &REQUEST_BRING_IN, BIND(V(by->account), V(q->sender)), NULL));
        return db_run(cx->db, &REQUEST_DROP, BIND(V(by->account), V(q->sender)), NULL);
}

enum err request_dismiss(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct notification_request *q;
        TRY(request_get(cx, by, id, &q));
        return db_run(cx->db, &REQUEST_DISMISS, BIND(V(by->account), V(q->sender)), NULL);
}

const struct stmt_list NOTIFICATION_POLICY_STATEMENTS = {
        (const struct stmt *const[]){&POLICY_GET, &POLICY_SET, &POLICY_PENDING, &REQUEST_LIST,
                                     &REQUEST_LIST_UP, &REQUEST_GET, &REQUEST_POSTS,
                                     &REQUEST_PERMIT, &REQUEST_BRING_IN, &REQUEST_DROP,
                                     &REQUEST_DISMISS},
        11,
};
