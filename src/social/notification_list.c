/* Reading one's notifications. What became hidden since (a block, a mute, a suspended sender) is
 * left out when reading. */
#include "lib/base/id.h"
#include "social/notification.h"
#include "social/page_run.h"
#include "social/sift.h"

#define NOTIFICATION_COLUMNS                                                                       \
        " n.id, n.account, n.kind, n.sender, n.post, n.report, n.group_key, n.filtered "
#define NOTIFICATION_OUT "iiiiIIsi"
#define NOTIFICATION_FROM " FROM notification n JOIN account s ON s.id = n.sender "
/* Shown to the owner bound at $3. */
#define NOTIFICATION_SHOWN                                                                         \
        " s.suspended_at IS NULL AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account = $3 "      \
        "AND b.target = n.sender) AND NOT EXISTS (SELECT 1 FROM mute m WHERE m.account = $3 "      \
        "AND m.target = n.sender AND m.notifications = 1) "
#define NOTIFICATION_LIST_TEXT(order, filtered)                                                    \
        "SELECT" NOTIFICATION_COLUMNS NOTIFICATION_FROM "WHERE n.account = $3" filtered            \
        " AND n.id > $1 AND n.id < $2 AND ($4 >> n.kind) & 1 = 1 "                                 \
        "AND ($5 = 0 OR n.sender = $5) AND" NOTIFICATION_SHOWN "ORDER BY n.id " order " LIMIT $6"

static const struct stmt NOTIFICATION_LIST = {
        .name = "notification_list",
        .text = NOTIFICATION_LIST_TEXT("DESC", " AND n.filtered = 0"),
        .in = "iiiiii",
        .out = NOTIFICATION_OUT,
};
static const struct stmt NOTIFICATION_LIST_UP = {
        .name = "notification_list_up",
        .text = NOTIFICATION_LIST_TEXT("ASC", " AND n.filtered = 0"),
        .in = "iiiiii",
        .out = NOTIFICATION_OUT,
};
/* With those that wait among the requests: a range of the index each, sorted. */
static const struct stmt NOTIFICATION_LIST_ALL = {
        .name = "notification_list_all",
        .text = NOTIFICATION_LIST_TEXT("DESC", " AND n.filtered IN (0, 1, 2, 3, 4)"),
        .in = "iiiiii",
        .out = NOTIFICATION_OUT,
};
static const struct stmt NOTIFICATION_LIST_ALL_UP = {
        .name = "notification_list_all_up",
        .text = NOTIFICATION_LIST_TEXT("ASC", " AND n.filtered IN (0, 1, 2, 3, 4)"),
        .in = "iiiiii",
        .out = NOTIFICATION_OUT,
};
/* What one digest brought. */
static const struct stmt NOTIFICATION_OF_DIGEST = {
        .name = "notification_of_digest",
        .text = "SELECT" NOTIFICATION_COLUMNS NOTIFICATION_FROM
                "WHERE n.account = $3 AND n.digest = $1 AND" NOTIFICATION_SHOWN
                "ORDER BY n.id DESC LIMIT $2",
        .in = "iii",
        .out = NOTIFICATION_OUT,
};
/* What waits ($1) and is told of already or soon. */
static const struct stmt NOTIFICATION_WAITING = {
        .name = "notification_waiting",
        .text = "SELECT" NOTIFICATION_COLUMNS NOTIFICATION_FROM
                "WHERE n.account = $3 AND n.filtered = $1 AND" NOTIFICATION_SHOWN
                "ORDER BY n.id DESC LIMIT $2",
        .in = "iii",
        .out = NOTIFICATION_OUT,
};
static const struct stmt NOTIFICATION_GET = {
        .name = "notification_get",
        .text = "SELECT" NOTIFICATION_COLUMNS
                "FROM notification n WHERE n.id = $1 AND n.account = $2",
        .in = "ii",
        .out = NOTIFICATION_OUT,
};
static const struct stmt NOTIFICATION_DISMISS = {
        .name = "notification_dismiss",
        .text = "DELETE FROM notification WHERE id = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt NOTIFICATION_CLEAR = {
        .name = "notification_clear",
        .text = "DELETE FROM notification WHERE account = $1",
        .in = "i",
};
static const struct stmt NOTIFICATION_UNREAD = {
        .name = "notification_unread",
        .text = "SELECT COUNT(*) FROM (SELECT n.id FROM notification n JOIN account s ON s.id = "
                "n.sender "
                "WHERE n.account = $3 AND n.filtered = 0 AND n.id > COALESCE((SELECT last_read "
                "FROM marker "
                "WHERE account = $3 AND timeline = 'notifications'), 0) AND ($1 >> n.kind) & 1 = 1 "
                "AND ($2 = 0 OR n.sender = $2) AND" NOTIFICATION_SHOWN "LIMIT $4) AS newest",
        .in = "iiii",
        .out = "i",
};

static const struct stmt NOTIFICATION_READ_UNTIL = {
        .name = "notification_read_until",
        .text = "SELECT COALESCE(MAX(last_read), 0) FROM marker WHERE account = $1 AND timeline = "
                "'notifications'",
        .in = "i",
        .out = "i",
};

static int64_t read_row(struct row *r, void *to)
{
        struct notification *n = to;
        n->id = row_int(r);
        n->account = row_int(r);
        n->kind = (enum notification_kind)row_int(r);
        n->sender = row_int(r);
        n->post = row_int(r);
        n->report = row_int(r);
        n->group_key = row_str(r);
        n->filtered = row_int(r) != 0;
        n->created_at = id_ms(n->id);
        return n->id;
}

static int64_t kinds_of(const struct notification_filter *f)
{
        return f->kinds ? (int64_t)f->kinds : (INT64_C(1) << NOTIFICATION_KINDS_) - 1;
}

static enum err list_all(struct cx *cx, const struct viewer *by,
                         const struct notification_filter *f, struct page *page,
                         struct notification **ret, size_t *n)
{
        bool up = page_up(page);
        const struct stmt *s = f->include_filtered
                                       ? up ? &NOTIFICATION_LIST_ALL_UP : &NOTIFICATION_LIST_ALL
                               : up ? &NOTIFICATION_LIST_UP
                                    : &NOTIFICATION_LIST;
        struct notification *v = make_n(cx->arena, (size_t)page->limit, struct notification);
        TRY(page_rows(cx, page, s,
                      BIND(V(page_above(page)), V(page_below(page)), V(by->account), V(kinds_of(f)),
                           V(f->sender), V(page->limit)),
                      read_row, v, sizeof *v, n));
        *ret = v;
        return OK;
}

/* Keeps what the reader wants to meet. */
static enum err sift(struct cx *cx, const struct sift *s, struct notification *v, size_t *n)
{
        int64_t *posts = make_n(cx->arena, *n + 1, int64_t);
        bool *hidden = make_n(cx->arena, *n + 1, bool);
        size_t k = 0;
        for (size_t i = 0; i < *n; i++)
                posts[i] = v[i].post;
        TRY(sift_judge(cx, s, posts, *n, hidden));
        for (size_t i = 0; i < *n; i++)
                if (!v[i].post || !hidden[i])
                        v[k++] = v[i];
        *n = k;
        return OK;
}

struct listing {
        struct cx *cx;
        const struct viewer *by;
        const struct notification_filter *f;
        const struct sift *s;
};

static enum err list_step(void *of, struct page *step, void **rows, size_t *n)
{
        const struct listing *l = of;
        struct notification *v;
        TRY(list_all(l->cx, l->by, l->f, step, &v, n));
        *rows = v;
        return sift(l->cx, l->s, v, n);
}

enum err notification_list(struct cx *cx, const struct viewer *by,
                           const struct notification_filter *f, struct page *page,
                           struct notification **ret, size_t *n)
{
        struct sift *s;
        void *v;
        TRY(sift_load(cx, by, FILTER_NOTIFICATIONS, &s));
        if (!s)
                return list_all(cx, by, f, page, ret, n);
        struct listing of = {cx, by, f, s};
        TRY(page_refill(cx, page, list_step, &of, sizeof **ret, &v, n));
        *ret = v;
        return OK;
}

/* A list without pages, of either statement above. */
static enum err list_of(struct cx *cx, const struct viewer *by, const struct stmt *stmt,
                        int64_t which, size_t most, struct notification **ret, size_t *n)
{
        struct notification *v = make_n(cx->arena, most, struct notification);
        size_t got = 0;
        struct row r;
        TRY(db_all(cx->db, stmt, cx->arena, BIND(V(which), V(most), V(by->account)), &r));
        while (got < most && row_next(&r))
                read_row(&r, &v[got++]);
        TRY(row_end(&r));
        struct sift *s;
        TRY(sift_load(cx, by, FILTER_NOTIFICATIONS, &s));
        TRY(sift(cx, s, v, &got));
        *ret = v;
        *n = got;
        return OK;
}

enum err notification_of_digest(struct cx *cx, const struct viewer *by, int64_t digest, size_t most,
                                struct notification **ret, size_t *n)
{
        return list_of(cx, by, &NOTIFICATION_OF_DIGEST, digest, most, ret, n);
}

enum err notification_waiting(struct cx *cx, const struct viewer *by, int64_t wait, size_t most,
                              struct notification **ret, size_t *n)
{
        return list_of(cx, by, &NOTIFICATION_WAITING, wait, most, ret, n);
}

enum err notification_get(struct cx *cx, const struct viewer *by, int64_t id,
                          struct notification **ret)
{
        struct row r;
        TRY(db_one(cx->db, &NOTIFICATION_GET, cx->arena, BIND(V(id), V(by->account)), &r));
        struct notification *n = make(cx->arena, struct notification);
        read_row(&r, n);
        TRY(row_end(&r));
        *ret = n;
        return OK;
}

enum err notification_dismiss(struct cx *cx, const struct viewer *by, int64_t id)
{
        int64_t changed;
        TRY(db_run(cx->db, &NOTIFICATION_DISMISS, BIND(V(id), V(by->account)), &changed));
        return changed ? OK : ERR_MISSING;
}

enum err notification_clear(struct cx *cx, const struct viewer *by)
{
        return db_run(cx->db, &NOTIFICATION_CLEAR, BIND(V(by->account)), NULL);
}

/* For those who do not meet all of them: what they do not meet is not counted. */
static enum err count_unread(struct cx *cx, const struct viewer *by,
                             const struct notification_filter *f, int max, int64_t *ret)
{
        struct page page = {.limit = max};
        struct notification *v;
        size_t n;
        TRY(notification_read_until(cx, by, &page.since_id));
        TRY(notification_list(cx, by, f, &page, &v, &n));
        *ret = (int64_t)n;
        return OK;
}

enum err notification_unread(struct cx *cx, const struct viewer *by,
                             const struct notification_filter *f, int max, int64_t *ret)
{
        if (by->sifts)
                return count_unread(cx, by, f, max, ret);
        return db_int(cx->db, &NOTIFICATION_UNREAD,
                      BIND(V(kinds_of(f)), V(f->sender), V(by->account), V(max)), ret);
}

enum err notification_read_until(struct cx *cx, const struct viewer *by, int64_t *ret)
{
        return db_int(cx->db, &NOTIFICATION_READ_UNTIL, BIND(V(by->account)), ret);
}

const struct stmt_list NOTIFICATION_LIST_STATEMENTS = {
        (const struct stmt *const[]){&NOTIFICATION_LIST, &NOTIFICATION_LIST_UP,
                                     &NOTIFICATION_LIST_ALL, &NOTIFICATION_LIST_ALL_UP,
                                     &NOTIFICATION_GET, &NOTIFICATION_DISMISS, &NOTIFICATION_CLEAR,
                                     &NOTIFICATION_UNREAD, &NOTIFICATION_READ_UNTIL,
                                     &NOTIFICATION_OF_DIGEST, &NOTIFICATION_WAITING},
        11,
};
