/* Apps and authors' choices for a page of posts. Called by whoever writes posts out. */
#include "social/post_show.h"
#include "social/ids.h"

#define POST_APPS_TEXT(ids)                                                                        \
        "SELECT a.id, a.name, a.website FROM " ids " CROSS JOIN app a WHERE a.id = ids.value"
static const struct stmt POST_APPS = {
        .name = "post_apps",
        .text = POST_APPS_TEXT(IDS_SQLITE),
        .text_pg = POST_APPS_TEXT(IDS_PG),
        .in = "s",
        .out = "isS",
};
#define POST_AUTHORS_HIDE_TEXT(ids)                                                                \
        "SELECT l.account FROM " ids                                                               \
        " CROSS JOIN login l WHERE l.account = ids.value AND l.show_counts = 0"
static const struct stmt POST_AUTHORS_HIDE = {
        .name = "post_authors_hide",
        .text = POST_AUTHORS_HIDE_TEXT(IDS_SQLITE),
        .text_pg = POST_AUTHORS_HIDE_TEXT(IDS_PG),
        .in = "s",
        .out = "i",
};

enum err post_apps(struct cx *cx, const int64_t *ids, size_t n, struct post_app **ret,
                   size_t *n_ret)
{
        struct post_app *v = make_n(cx->arena, n, struct post_app);
        size_t got = 0;
        struct row r;
        TRY(db_all(cx->db, &POST_APPS, cx->arena, BIND(V(ids_json(cx->arena, ids, n))), &r));
        while (got < n && row_next(&r)) {
                v[got].id = row_int(&r);
                v[got].name = row_str(&r);
                v[got++].website = row_str(&r);
        }
        *ret = v;
        *n_ret = got;
        return row_end(&r);
}

enum err post_authors_show(struct cx *cx, const int64_t *accounts, size_t n, bool *ret)
{
        struct row r;
        for (size_t i = 0; i < n; i++)
                ret[i] = true;
        TRY(db_all(cx->db, &POST_AUTHORS_HIDE, NULL, BIND(V(ids_json(cx->arena, accounts, n))),
                   &r));
        while (row_next(&r)) {
                int64_t id = row_int(&r);
                for (size_t i = 0; i < n; i++)
                        ret[i] = ret[i] && accounts[i] != id;
        }
        return row_end(&r);
}

const struct stmt_list POST_SHOW_STATEMENTS = {
        (const struct stmt *const[]){&POST_APPS, &POST_AUTHORS_HIDE},
        2,
};
