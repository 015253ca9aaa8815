/* Reading the later-news lines: see earlier.h. Called by the cards of the pages, by the search
 * index, and for copies on other servers. */
#include "social/earlier.h"
#include "social/ids.h"

#define OF_POSTS_TEXT(ids)                                                                         \
        "SELECT l.post, COALESCE(l.news, 0), l.at, l.words, l.unsearched, l.far FROM " ids         \
        " JOIN later l ON l.post = ids.value"
static const struct stmt LATER_OF_POSTS = {
        .name = "later_of_posts",
        .text = OF_POSTS_TEXT(IDS_SQLITE),
        .text_pg = OF_POSTS_TEXT(IDS_PG),
        .in = "s",
        .out = "iiisii",
};

enum err later_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct later **ret,
                        size_t *n_ret)
{
        struct later *v = make_n(cx->arena, n + 1, struct later);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, &LATER_OF_POSTS, cx->arena, BIND(V(ids_json(cx->arena, posts, n))), &r));
        while (k < n && row_next(&r)) {
                struct later *l = &v[k++];
                l->post = row_int(&r);
                l->news = row_int(&r);
                l->at = row_int(&r);
                l->words = row_str(&r);
                l->unsearched = row_int(&r) != 0;
                l->far = row_int(&r) != 0;
        }
        *ret = v;
        *n_ret = k;
        return row_end(&r);
}

const struct stmt_list LATER_STATEMENTS = {(const struct stmt *const[]){&LATER_OF_POSTS}, 1};
