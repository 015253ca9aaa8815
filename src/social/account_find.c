/* The directory, and the counts of an account. Called by the API's directory and by the rules that
 * change who follows whom. Finding by words is in search.c. */
#include "social/account.h"

/* Over the few who asked to be found, so the order is made by sorting. */
#define PAGE(order)                                                                                \
        "SELECT id FROM account WHERE discoverable = 1 AND memorial = 0 AND suspended_at IS NULL"  \
        " AND silenced_at IS NULL AND moved_to IS NULL AND ($1 = 0 OR domain = '')"                \
        " ORDER BY " order " LIMIT $2 OFFSET $3"
static const struct stmt FIND_ACTIVE = {
        .name = "account_find_active",
        .text = PAGE("last_post_at DESC, id DESC"),
        .in = "iii",
        .out = "i",
        .scans = true,
};

static const struct stmt FIND_NEWEST = {
        .name = "account_find_newest",
        .text = PAGE("id DESC"),
        .in = "iii",
        .out = "i",
        .scans = true,
};

static const struct stmt FIND_COUNT = {
        .name = "account_count",
        .text = "UPDATE account SET followers_count ="
                " CASE WHEN followers_count + $2 < 0 THEN 0 ELSE followers_count + $2 END,"
                " following_count ="
                " CASE WHEN following_count + $3 < 0 THEN 0 ELSE following_count + $3 END"
                " WHERE id = $1",
        .in = "iii",
};

enum err account_count(struct cx *cx, int64_t id, int followers, int following)
{
        if (!followers && !following)
                return OK;
        TRY(db_run(cx->db, &FIND_COUNT, BIND(V(id), V(followers), V(following)), NULL));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, id, 0);
        return OK;
}

enum err account_directory(struct cx *cx, bool newest, bool only_local, int64_t limit,
                           int64_t offset, int64_t **ids, size_t *n)
{
        size_t room = (size_t)(limit > 0 ? limit : 1), k = 0;
        int64_t *v = make_n(cx->arena, room, int64_t);
        TRY(db_ints(cx->db, newest ? &FIND_NEWEST : &FIND_ACTIVE,
                    BIND(V(only_local), V(limit), V(offset)), v, room, &k));
        *ids = v;
        *n = k;
        return OK;
}

static const struct stmt FIND_URI = {
        .name = "account_by_uri",
        .text = "SELECT id FROM account WHERE uri = $1",
        .in = "s",
        .out = "i",
};

/* "NAME" of https://host/users/NAME or https://host/@NAME; none for other addresses. */
static struct str local_name(struct cx *cx, struct str uri)
{
        static const char *const heads[] = {"/users/", "/@"};
        if (!str_starts(uri, cx->settings->url))
                return STR_NONE;
        struct str path = str_after(uri, cx->settings->url.n);
        for (size_t i = 0; i < countof(heads); i++)
                if (str_starts(path, str_of(heads[i])))
                        return str_after(path, strlen(heads[i]));
        return STR_NONE;
}

enum err account_by_uri(struct cx *cx, struct str uri, struct account **ret)
{
        struct row r;
        struct str name = local_name(cx, uri);
        if (name.n)
                return account_by_name(cx, name, ret);
        TRY(db_one(cx->db, &FIND_URI, cx->arena, BIND(V(uri)), &r));
        int64_t id = row_int(&r);
        TRY(row_end(&r));
        return account_get(cx, id, ret);
}

static const struct stmt *const statements[] = {&FIND_ACTIVE, &FIND_NEWEST, &FIND_COUNT, &FIND_URI};
const struct stmt_list ACCOUNT_FIND_STATEMENTS = {statements, countof(statements)};
