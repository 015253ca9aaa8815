/* Rows of link previews: see link_card.h. Read by the API's renderers and the pages, written by
 * link_wish.c and by the job. */
#include "social/link_card.h"
#include "lib/text/url.h"
#include "social/far_file.h"
#include "social/ids.h"
#include "social/media_take.h"
#include "social/server_policy.h"

enum { TOLD_MOST = 500, TIDY_BATCH = 200 };

#define COLUMNS                                                                                    \
        "l.id, l.url, l.title, l.description, l.language, l.author_name, l.author_url,"            \
        " l.provider_name, l.provider_url, l.published_at, l.image_url, l.image_description,"      \
        " l.width, l.height, l.blurhash"
#define LETTERS "isssSssssISsiiS"

#define OF_POSTS(ids)                                                                              \
        "SELECT p.post, " COLUMNS " FROM " ids                                                     \
        " CROSS JOIN post_link p JOIN link_card l ON l.id = p.link"                                \
        " WHERE p.post = ids.value AND l.state = 1"
static const struct stmt OF_POSTS_STMT = {
        .name = "link_card_of_posts",
        .text = OF_POSTS(IDS_SQLITE),
        .text_pg = OF_POSTS(IDS_PG),
        .in = "s",
        .out = "i" LETTERS,
};
static const struct stmt GET = {
        .name = "link_card_get",
        .text = "SELECT l.fetched_at, " COLUMNS " FROM link_card l WHERE l.id = $1",
        .in = "i",
        .out = "i" LETTERS,
};
static const struct stmt PUT = {
        .name = "link_card_put",
        .text = "UPDATE link_card SET state = $2, title = $3, description = $4, language = $5,"
                " author_name = $6, author_url = $7, provider_name = $8, provider_url = $9,"
                " published_at = $10, image_url = $11, image_description = $12, width = 0,"
                " height = 0, blurhash = NULL, fetched_at = $13 WHERE id = $1",
        .in = "iissSssssISsi",
};
static const struct stmt NOTHING = {
        .name = "link_card_nothing",
        .text = "UPDATE link_card SET state = CASE WHEN state = 1 THEN 1 ELSE 2 END,"
                " fetched_at = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt POSTS_OF = {
        .name = "link_card_posts",
        .text = "SELECT post FROM post_link WHERE link = $1 ORDER BY post DESC LIMIT $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt UNUSED = {
        .name = "link_card_unused",
        .text = "SELECT l.id FROM link_card l WHERE l.fetched_at < $1 AND l.post IS NULL"
                " AND NOT EXISTS (SELECT 1 FROM post_link p WHERE p.link = l.id)"
                " ORDER BY l.fetched_at LIMIT $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt DROP = {
        .name = "link_card_drop",
        .text = "DELETE FROM link_card WHERE id = $1",
        .in = "i",
};

static void read_card(struct cx *cx, struct row *r, struct link_card *c)
{
        c->id = row_int(r);
        c->url = row_str(r);
        c->title = row_str(r);
        c->description = row_str(r);
        c->language = row_str(r);
        c->author_name = row_str(r);
        c->author_url = row_str(r);
        c->provider_name = row_str(r);
        c->provider_url = row_str(r);
        c->published_at = row_int(r);
        c->image_url = row_str(r);
        c->image_description = row_str(r);
        c->width = row_int(r);
        c->height = row_int(r);
        c->blurhash = row_str(r);
        c->image = c->image_url.n ? far_path(cx, FAR_LINK, c->id, c->image_url) : STR_NONE;
}

static enum err refused(struct cx *cx, struct str url, bool *ret)
{
        struct url u;
        struct server_policy policy;
        *ret = !url_read(cx->arena, url, &u) || !url_is_http(&u);
        if (*ret)
                return OK;
        TRY(server_policy_said(cx, url_host_port(cx->arena, &u), &policy));
        *ret = policy.severity == SERVER_REFUSED;
        return OK;
}

enum err link_card_of_posts(struct cx *cx, const int64_t *posts, size_t n,
                            struct link_of_post **ret, size_t *n_ret)
{
        struct link_of_post *v = make_n(cx->arena, n + 1, struct link_of_post);
        struct row r;
        size_t got = 0, kept = 0;
        TRY(db_all(cx->db, &OF_POSTS_STMT, cx->arena, BIND(V(ids_json(cx->arena, posts, n))), &r));
        while (got < n && row_next(&r)) {
                struct link_card *c = make(cx->arena, struct link_card);
                v[got].post = row_int(&r);
                read_card(cx, &r, c);
                v[got++].card = c;
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < got; i++) {
                bool no;
                TRY(refused(cx, v[i].card->url, &no));
                if (!no)
                        v[kept++] = v[i];
        }
        *ret = v;
        *n_ret = kept;
        return OK;
}

enum err link_card_get(struct cx *cx, int64_t id, struct link_card *ret, int64_t *fetched_at)
{
        struct row r;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(id)), &r));
        *fetched_at = row_int(&r);
        read_card(cx, &r, ret);
        return row_end(&r);
}

/* Posts of long ago keep what is cached of them a while longer. */
enum err link_card_tell(struct cx *cx, int64_t id)
{
        struct row r;
        TRY(db_all(cx->db, &POSTS_OF, NULL, BIND(V(id), V(TOLD_MOST)), &r));
        while (row_next(&r))
                cx_event(cx, EVENT_POST_CHANGED, 0, row_int(&r));
        return row_end(&r);
}

static struct str text(struct str s)
{
        return s.p ? s : S("");
}

enum err link_card_put(struct cx *cx, int64_t id, const struct link_card *c)
{
        if (!c)
                return db_run(cx->db, &NOTHING, BIND(V(id), V(cx_now(cx))), NULL);
        TRY(far_file_forget(cx, FAR_LINK, id)); /* the picture may be another now */
        TRY(db_run(cx->db, &PUT,
                   BIND(V(id), V(LINK_SHOWN), V(text(c->title)), V(text(c->description)),
                        V(c->language.n ? c->language : STR_NONE), V(text(c->author_name)),
                        V(text(c->author_url)), V(text(c->provider_name)), V(text(c->provider_url)),
                        V_ID(c->published_at), V(c->image_url.n ? c->image_url : STR_NONE),
                        V(text(c->image_description)), V(cx_now(cx))),
                   NULL));
        return link_card_tell(cx, id);
}

enum err link_card_tidy(struct cx *cx, int64_t *dropped)
{
        int64_t old = cx_now(cx) - (int64_t)LINK_FRESH_DAYS * 24 * 3600 * 1000, ids[TIDY_BATCH];
        size_t n = 0;
        TRY(db_ints(cx->db, &UNUSED, BIND(V(old), V(TIDY_BATCH)), ids, TIDY_BATCH, &n));
        for (size_t i = 0; i < n; i++) {
                TRY(far_file_forget(cx, FAR_LINK, ids[i]));
                TRY(db_run(cx->db, &DROP, BIND(V(ids[i])), NULL));
        }
        *dropped = (int64_t)n;
        return OK;
}

static const struct stmt *const statements[] = {&OF_POSTS_STMT, &GET,    &PUT, &NOTHING,
                                                &POSTS_OF,      &UNUSED, &DROP};
const struct stmt_list LINK_CARD_STATEMENTS = {statements, countof(statements)};
