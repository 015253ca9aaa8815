/* Grouped notifications. A page scans the list as it is and gathers rows of one key under the
 * newest of them. */
#include "social/notification_group.h"

enum { SCAN = 400 /* rows a page looks at: five for each of 80 groups */ };

static const struct stmt GROUP_SENDERS = {
        .name = "group_senders",
        .text = "SELECT n.id, n.sender FROM notification n JOIN account s ON s.id = n.sender WHERE "
                "n.account = $1 "
                "AND n.group_key = $2 AND n.id > $3 AND n.id < $4 AND s.suspended_at IS NULL ORDER "
                "BY n.id DESC LIMIT $5",
        .in = "isiii",
        .out = "ii",
};
static const struct stmt GROUP_COUNT = {
        .name = "group_count",
        .text = "SELECT COUNT(*) FROM notification WHERE account = $1 AND group_key = $2",
        .in = "is",
        .out = "i",
};
static const struct stmt GROUP_NEWEST = {
        .name = "group_newest",
        .text = "SELECT id FROM notification WHERE account = $1 AND group_key = $2 ORDER BY id "
                "DESC LIMIT 1",
        .in = "is",
        .out = "i",
};
static const struct stmt GROUP_DISMISS = {
        .name = "group_dismiss",
        .text = "DELETE FROM notification WHERE account = $1 AND group_key = $2",
        .in = "is",
};

static bool stands_alone(const struct notification *n, uint32_t grouped)
{
        return str_starts(n->group_key, S("ungrouped")) || !(grouped >> n->kind & 1);
}

static struct str key_of(struct cx *cx, const struct notification *n, uint32_t grouped)
{
        if (!stands_alone(n, grouped))
                return n->group_key;
        return str_fmt(cx->arena, "ungrouped-%lld", (long long)n->id);
}

/* The id in "ungrouped-ID", or 0. */
static int64_t alone_id(struct str key)
{
        int64_t id = 0;
        if (str_starts(key, S("ungrouped-")))
                str_to_i64(str_after(key, 10), &id);
        return id;
}

static enum err senders(struct cx *cx, int64_t account, struct str key, struct page *page,
                        int64_t *to, size_t room, size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &GROUP_SENDERS, NULL,
                   BIND(V(account), V(key), V(page_above(page)), V(page_below(page)), V(room)),
                   &r));
        while (*n < room && row_next(&r)) {
                page_saw(page, row_int(&r));
                to[(*n)++] = row_int(&r);
        }
        page->more = *n == room;
        return row_end(&r);
}

static enum err fill(struct cx *cx, int64_t account, struct notification_group *g)
{
        struct page all = {.limit = GROUP_SAMPLE};
        struct row r;
        g->count = 1;
        g->sample[0] = g->newest.sender;
        g->n_sample = 1;
        if (alone_id(g->key))
                return OK;
        TRY(senders(cx, account, g->key, &all, g->sample, GROUP_SAMPLE, &g->n_sample));
        TRY(db_one(cx->db, &GROUP_COUNT, NULL, BIND(V(account), V(g->key)), &r));
        g->count = row_int(&r);
        return row_end(&r);
}

static struct notification_group *find(struct notification_group *v, size_t n, struct str key)
{
        for (size_t i = 0; i < n; i++)
                if (str_eq(v[i].key, key))
                        return &v[i];
        return NULL;
}

enum err notification_groups(struct cx *cx, const struct viewer *by,
                             const struct notification_filter *f, uint32_t grouped,
                             struct page *page, struct notification_group **ret, size_t *n)
{
        const uint32_t usual = 1u << NOTIFICATION_FAVOURITE | 1u << NOTIFICATION_REBLOG |
                               1u << NOTIFICATION_FOLLOW;
        size_t want = (size_t)page->limit, got = 0, rows, i = 0;
        struct notification_group *v = make_n(cx->arena, want, struct notification_group);
        struct page scan = *page;
        struct notification *list;
        bool up = page_up(page);
        scan.limit = SCAN;
        TRY(notification_list(cx, by, f, &scan, &list, &rows));
        /* The list is newest first either way; going up it is gathered from its old end. */
        for (; i < rows; i++) {
                const struct notification *x = &list[up ? rows - 1 - i : i];
                struct str key = key_of(cx, x, grouped ? grouped : usual);
                struct notification_group *g = find(v, got, key);
                if (!g && got == want)
                        break;
                if (!g) {
                        g = &v[got++];
                        *g = (struct notification_group){.key = key,
                                                         .newest = *x,
                                                         .page_min_id = x->id,
                                                         .page_max_id = x->id};
                }
                if (up)
                        g->newest = *x;
                g->page_min_id = x->id < g->page_min_id ? x->id : g->page_min_id;
                g->page_max_id = x->id > g->page_max_id ? x->id : g->page_max_id;
                page_saw(page, x->id);
        }
        page->more = i < rows || scan.more;
        if (up)
                PAGE_REVERSE(v, got);
        for (size_t k = 0; k < got; k++)
                TRY(fill(cx, by->account, &v[k]));
        *ret = v;
        *n = got;
        return OK;
}

enum err notification_group_get(struct cx *cx, const struct viewer *by, struct str key,
                                struct notification_group **ret)
{
        struct notification_group *g = make(cx->arena, struct notification_group);
        struct notification *x;
        int64_t id = alone_id(key);
        struct row r;
        if (!id) {
                TRY(db_one(cx->db, &GROUP_NEWEST, NULL, BIND(V(by->account), V(key)), &r));
                id = row_int(&r);
                TRY(row_end(&r));
        }
        TRY(notification_get(cx, by, id, &x));
        *g = (struct notification_group){
                .key = key, .newest = *x, .page_min_id = id, .page_max_id = id};
        *ret = g;
        return fill(cx, by->account, g);
}

enum err notification_group_senders(struct cx *cx, const struct viewer *by, struct str key,
                                    struct page *page, int64_t **ret, size_t *n)
{
        struct notification *x;
        int64_t id = alone_id(key);
        *ret = make_n(cx->arena, (size_t)page->limit, int64_t);
        if (!id)
                return senders(cx, by->account, key, page, *ret, (size_t)page->limit, n);
        TRY(notification_get(cx, by, id, &x));
        (*ret)[0] = x->sender;
        *n = 1;
        return OK;
}

enum err notification_group_dismiss(struct cx *cx, const struct viewer *by, struct str key)
{
        int64_t id = alone_id(key);
        if (id)
                return notification_dismiss(cx, by, id);
        return db_run(cx->db, &GROUP_DISMISS, BIND(V(by->account), V(key)), NULL);
}

const struct stmt_list NOTIFICATION_GROUP_STATEMENTS = {
        (const struct stmt *const[]){&GROUP_SENDERS, &GROUP_COUNT, &GROUP_NEWEST, &GROUP_DISMISS},
        4,
};
