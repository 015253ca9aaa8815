/* Collections of a person and of a post. Favourites and boosts are told as numbers at most, and
 * only where the person shows numbers; who follows and is followed only where the person also shows
 * that. */
#include "fedi/activity.h"
#include "fedi/document.h"
#include "fedi/sync.h"
#include "social/follow.h"
#include "social/post_show.h"
#include "social/scope.h"
#include "social/switches.h"
#include "social/tag_feature.h"
#include "store/limits.h"

enum { OUTBOX_PAGE = 20, REPLIES_PAGE = 40, PEOPLE_PAGE = 40 };

static const struct stmt COLLECTION_REPLIES = {
        .name = "collection_replies",
        .text = "SELECT p.id FROM post p JOIN account pa ON pa.id = p.account"
                " WHERE p.reply_to = $1 AND p.id > $2 AND p.audience <= 1 AND p.local_only = 0"
                " AND " VISIBLE_TO("$3") " ORDER BY p.id LIMIT $4",
        .in = "iiii",
        .out = "i",
};

/* Of a thread. What is for fewer is told only of our own posts, to who may see them. */
static const struct stmt COLLECTION_THREAD = {
        .name = "collection_thread",
        .text = "SELECT p.id FROM post p JOIN account pa ON pa.id = p.account"
                " WHERE p.thread = $1 AND p.id > $2 AND p.boost_of IS NULL AND p.local_only = 0"
                " AND (p.audience <= 1 OR p.local = 1) AND " VISIBLE_TO(
                        "$3") " ORDER BY p.id LIMIT $4",
        .in = "iiii",
        .out = "i",
};

/* Activities inside bring their own words, posts and hashtags need them here. */
static void begin(struct json *j, struct buf *b, struct str id, const char *type)
{
        json_open(j, b);
        json_object(j, NULL);
        words_context(j, str_has(id, S("/collections/")) ? WORDS_NOTE : WORDS_PLAIN);
        json_str(j, "id", id);
        json_z(j, "type", type);
}

static enum err shows_counts(struct cx *cx, const struct account *a, bool *ret)
{
        return post_authors_show(cx, &a->id, 1, ret);
}

/* A collection of which only the number may be known. */
static enum err number(struct req *rq, struct str id, bool shown, int64_t n, bool open)
{
        struct buf b = {0};
        struct json j;
        begin(&j, &b, id, "OrderedCollection");
        if (shown)
                json_int(&j, "totalItems", n);
        json_end(&j);
        return document_reply(rq, &b, open);
}

struct crowd {
        const char *tail;
        int64_t n;
        bool followers;
};

static enum err put_people(struct json *j, struct cx *cx, const struct account *a,
                           const struct crowd *c, struct str id, struct page *page)
{
        const struct viewer anybody = STRANGER;
        int64_t *ids;
        struct account **v;
        size_t n;
        TRY(c->followers ? follow_followers(cx, &anybody, a->id, page, &ids, &n)
                         : follow_following(cx, &anybody, a->id, page, &ids, &n));
        if (page->more)
                json_str(j, "next", words_number(cx, id, "?page=true&max_id=", page->oldest));
        TRY(account_get_many(cx, ids, n, &v, &n));
        json_array(j, "orderedItems");
        for (size_t i = 0; i < n; i++)
                json_str(j, NULL, v[i]->uri);
        json_end(j);
        return OK;
}

static enum err people_page(struct req *rq, const struct account *a, const struct crowd *c,
                            struct str id)
{
        struct cx *cx = rq->cx;
        struct buf b = {0};
        struct json j;
        struct page page = {.limit = PEOPLE_PAGE};
        (void)str_to_i64(req_param(rq, "max_id"), &page.max_id);
        begin(&j, &b,
              page.max_id ? words_number(cx, id, "?page=true&max_id=", page.max_id)
                          : words_of(cx, id, "?page=true"),
              "OrderedCollectionPage");
        json_str(&j, "partOf", id);
        enum err e = put_people(&j, cx, a, c, id, &page);
        json_end(&j);
        if (!e)
                return document_reply(rq, &b, true);
        buf_free(&b);
        return e;
}

/* Where numbers or names are hidden, there is nothing behind the address. */
static enum err people(struct req *rq, const char *tail, bool followers)
{
        struct account *a;
        struct buf b = {0};
        struct json j;
        bool shown;
        TRY(document_account(rq, &a));
        if (!a)
                return OK;
        struct crowd c = {tail, followers ? a->followers_count : a->following_count, followers};
        struct str id = words_of(rq->cx, a->uri, tail);
        TRY(shows_counts(rq->cx, a, &shown));
        shown = shown && !a->hide_collections;
        if (!shown)
                return number(rq, id, false, 0, true);
        if (req_param(rq, "page").n)
                return people_page(rq, a, &c, id);
        begin(&j, &b, id, "OrderedCollection");
        json_int(&j, "totalItems", c.n);
        json_str(&j, "first", words_of(rq->cx, id, "?page=true"));
        json_end(&j);
        return document_reply(rq, &b, true);
}

static enum err fedi_followers(struct req *rq)
{
        return people(rq, "/followers", true);
}

static enum err fedi_following(struct req *rq)
{
        return people(rq, "/following", false);
}

/* The followers on one server, for that server alone (FEP-8fcf): it knows them anyway. */
static enum err fedi_followers_there(struct req *rq)
{
        struct cx *cx = rq->cx;
        struct account *a;
        struct viewer by;
        struct str host;
        bool unknown;
        struct buf b = {0};
        struct json j;
        TRY(document_account(rq, &a));
        if (!a)
                return OK;
        TRY(asker_of(rq, &by, &unknown));
        if (unknown)
                return asker_later(rq);
        if (!by.account)
                return ERR_NO_TOKEN;
        TRY(asker_host(cx, by.account, &host));
        begin(&j, &b, words_of(cx, a->uri, "/followers_synchronization"), "OrderedCollection");
        json_array(&j, "orderedItems");
        enum err e = sync_put_followers(&j, cx, a->id, host);
        json_end(&j);
        json_end(&j);
        if (!e)
                return document_reply(rq, &b, false);
        buf_free(&b);
        return e;
}

/* ---- posts of a person ---- */

static bool may_leave(const struct post *p)
{
        return p->local && !p->local_only && p->audience <= AUDIENCE_QUIET;
}

static enum err put_item(struct json *j, struct cx *cx, const struct account *a,
                         const struct post *p)
{
        struct note_out *n;
        struct activity_boost b = {.author = a, .wrapper = p};
        struct post *shown;
        if (!p->boost_of) {
                TRY(note_out_load(cx, p, 0, &n));
                json_raw(j, NULL, activity_create(cx, n));
                return OK;
        }
        TRY(post_load(cx, p->boost_of, &shown));
        if (shown->local_only)
                return OK;
        b.boosted = shown->uri;
        TRY(note_address(cx, p, a, 0, &b.to, &b.cc));
        json_raw(j, NULL, activity_announce(cx, &b, false));
        return OK;
}

static enum err outbox_items(struct json *j, struct cx *cx, const struct account *a,
                             struct page *page)
{
        const struct viewer anybody = STRANGER;
        struct post_list_options all = {0};
        int64_t *ids;
        size_t n;
        struct post **posts;
        TRY(post_list(cx, &anybody, a->id, &all, page, &ids, &n));
        TRY(post_get_many(cx, &anybody, ids, n, &posts, &n));
        json_array(j, "orderedItems");
        for (size_t i = 0; i < n; i++)
                if (may_leave(posts[i]))
                        TRY(put_item(j, cx, a, posts[i]));
        json_end(j);
        return OK;
}

static enum err outbox_page(struct req *rq, const struct account *a, struct str id)
{
        struct cx *cx = rq->cx;
        struct buf b = {0};
        struct json j;
        struct page page = {.limit = OUTBOX_PAGE};
        (void)str_to_i64(req_param(rq, "max_id"), &page.max_id);
        begin(&j, &b,
              page.max_id ? words_number(cx, id, "?page=true&max_id=", page.max_id)
                          : words_of(cx, id, "?page=true"),
              "OrderedCollectionPage");
        json_str(&j, "partOf", id);
        enum err e = outbox_items(&j, cx, a, &page);
        if (e) {
                buf_free(&b);
                return e;
        }
        if (page.more)
                json_str(&j, "next", words_number(cx, id, "?page=true&max_id=", page.oldest));
        json_end(&j);
        return document_reply(rq, &b, true);
}

static enum err fedi_outbox(struct req *rq)
{
        struct cx *cx = rq->cx;
        struct account *a;
        struct buf b = {0};
        struct json j;
        bool shown;
        TRY(document_account(rq, &a));
        if (!a)
                return OK;
        struct str id = words_of(cx, a->uri, "/outbox");
        if (req_param(rq, "page").n)
                return outbox_page(rq, a, id);
        TRY(shows_counts(cx, a, &shown));
        begin(&j, &b, id, "OrderedCollection");
        if (shown)
                json_int(&j, "totalItems", a->posts_count);
        json_str(&j, "first", words_of(cx, id, "?page=true"));
        json_end(&j);
        return document_reply(rq, &b, true);
}

static enum err featured_items(struct json *j, struct cx *cx, const struct account *a)
{
        const struct viewer anybody = STRANGER;
        struct post_list_options pinned = {.pinned = true};
        struct page page = {.limit = POST_PINS_MAX};
        int64_t *ids;
        size_t n;
        struct post **posts;
        struct note_out *note;
        TRY(post_list(cx, &anybody, a->id, &pinned, &page, &ids, &n));
        TRY(post_get_many(cx, &anybody, ids, n, &posts, &n));
        for (size_t i = 0; i < n; i++)
                if (may_leave(posts[i]) && !posts[i]->boost_of) {
                        TRY(note_out_load(cx, posts[i], 0, &note));
                        note_put(j, NULL, cx, note);
                }
        return OK;
}

static enum err fedi_featured(struct req *rq)
{
        struct account *a;
        struct buf b = {0};
        struct json j;
        TRY(document_account(rq, &a));
        if (!a)
                return OK;
        begin(&j, &b, words_of(rq->cx, a->uri, "/collections/featured"), "OrderedCollection");
        json_array(&j, "orderedItems");
        enum err e = featured_items(&j, rq->cx, a);
        json_end(&j);
        json_end(&j);
        if (!e)
                return document_reply(rq, &b, true);
        buf_free(&b);
        return e;
}

static enum err fedi_featured_tags(struct req *rq)
{
        struct account *a;
        struct tag_feature *tags;
        size_t n;
        struct buf b = {0};
        struct json j;
        TRY(document_account(rq, &a));
        if (!a)
                return OK;
        TRY(tag_feature_list(rq->cx, a->id, &tags, &n));
        begin(&j, &b, words_of(rq->cx, a->uri, "/collections/tags"), "Collection");
        json_array(&j, "items");
        for (size_t i = 0; i < n; i++) {
                json_object(&j, NULL);
                json_z(&j, "type", "Hashtag");
                json_str(&j, "href", tag_url(rq->cx, tags[i].name));
                json_str(&j, "name", str_join(rq->arena, S("#"), tags[i].display));
                json_end(&j);
        }
        json_end(&j);
        json_end(&j);
        return document_reply(rq, &b, true);
}

/* ---- of a post ---- */

/* A list of posts that is read page by page, oldest first. */
struct shelf {
        const struct stmt *stmt;
        int64_t of, viewer;
        struct str id, author; /* author STR_NONE: not told */
        bool open, ordered;
};

static enum err put_posts(struct json *j, struct cx *cx, const struct shelf *s, int64_t after)
{
        int64_t ids[REPLIES_PAGE];
        size_t n = 0;
        struct post *posts;
        TRY(db_ints(cx->db, s->stmt, BIND(V(s->of), V(after), V(s->viewer), V(REPLIES_PAGE)), ids,
                    REPLIES_PAGE, &n));
        if (n == REPLIES_PAGE)
                json_str(j, "next", words_number(cx, s->id, "?page=true&min_id=", ids[n - 1]));
        TRY(post_load_many(cx, ids, n, &posts, &n));
        json_array(j, s->ordered ? "orderedItems" : "items");
        for (size_t i = 0; i < n; i++)
                json_str(j, NULL, posts[i].uri);
        json_end(j);
        return OK;
}

static struct str page_id(struct cx *cx, struct str id, int64_t after)
{
        return after ? words_number(cx, id, "?page=true&min_id=", after)
                     : words_of(cx, id, "?page=true");
}

static enum err shelf(struct req *rq, const struct shelf *s)
{
        struct cx *cx = rq->cx;
        struct buf b = {0};
        struct json j;
        int64_t after = 0;
        const char *pages = s->ordered ? "OrderedCollectionPage" : "CollectionPage";
        bool page = req_param(rq, "page").n > 0;
        (void)str_to_i64(req_param(rq, "min_id"), &after);
        begin(&j, &b, page ? page_id(cx, s->id, after) : s->id,
              page         ? pages
              : s->ordered ? "OrderedCollection"
                           : "Collection");
        if (s->author.n)
                json_str(&j, "attributedTo", s->author);
        if (!page) {
                json_object(&j, "first");
                json_str(&j, "id", page_id(cx, s->id, 0));
                json_z(&j, "type", pages);
        }
        json_str(&j, "partOf", s->id);
        enum err e = put_posts(&j, cx, s, page ? after : 0);
        if (!page)
                json_end(&j);
        json_end(&j);
        if (!e)
                return document_reply(rq, &b, s->open);
        buf_free(&b);
        return e;
}

/* What everybody may see of the answers. */
static enum err fedi_replies(struct req *rq)
{
        struct post *p;
        struct viewer by;
        TRY(document_post(rq, &p, &by));
        if (!p)
                return OK;
        struct shelf s = {.stmt = &COLLECTION_REPLIES,
                          .of = p->id,
                          .id = words_of(rq->cx, p->uri, "/replies"),
                          .open = p->audience <= AUDIENCE_QUIET};
        return shelf(rq, &s);
}

/* A thread as far as whoever asks may see it (FEP-7888); of one that began elsewhere, what is known
 * here. */
static enum err fedi_context(struct req *rq)
{
        struct post *p;
        struct viewer by;
        struct account *author;
        TRY(document_thread(rq, &p, &by));
        if (!p)
                return OK;
        TRY(account_get(rq->cx, p->account, &author));
        struct shelf s = {.stmt = &COLLECTION_THREAD,
                          .of = p->id,
                          .viewer = by.account,
                          .id = words_number(rq->cx, rq->cx->settings->url, "/contexts/", p->id),
                          .author = p->local ? author->uri : STR_NONE,
                          .open = !by.account && p->audience <= AUDIENCE_QUIET,
                          .ordered = true};
        return shelf(rq, &s);
}

static enum err marks(struct req *rq, const char *tail, bool likes)
{
        struct post *p;
        struct viewer by;
        bool shown;
        TRY(document_post(rq, &p, &by));
        if (!p)
                return OK;
        TRY(switches_counts_others(rq->cx, p, &shown));
        return number(rq, words_of(rq->cx, p->uri, tail), shown,
                      likes ? p->favourites_count : p->boosts_count, p->audience <= AUDIENCE_QUIET);
}

static enum err fedi_likes(struct req *rq)
{
        return marks(rq, "/likes", true);
}

static enum err fedi_shares(struct req *rq)
{
        return marks(rq, "/shares", false);
}

const struct stmt_list COLLECTION_STATEMENTS = {
        (const struct stmt *const[]){&COLLECTION_REPLIES, &COLLECTION_THREAD}, 2};

#define READS SCOPE_NONE, LIMIT_FILE, LANE_READ
static const struct route routes[] = {
        {"GET", "/contexts/:id", READS, fedi_context, 0, 0},
        {"GET", "/users/:name/followers", READS, fedi_followers, 0, 0},
        {"GET", "/users/:name/followers_synchronization", READS, fedi_followers_there, 0, 0},
        {"GET", "/users/:name/following", READS, fedi_following, 0, 0},
        {"GET", "/users/:name/outbox", READS, fedi_outbox, 0, 0},
        {"GET", "/users/:name/collections/featured", READS, fedi_featured, 0, 0},
        {"GET", "/users/:name/collections/tags", READS, fedi_featured_tags, 0, 0},
        {"GET", "/users/:name/statuses/:id/replies", READS, fedi_replies, 0, 0},
        {"GET", "/users/:name/statuses/:id/likes", READS, fedi_likes, 0, 0},
        {"GET", "/users/:name/statuses/:id/shares", READS, fedi_shares, 0, 0},
};
const struct route_list COLLECTION_ROUTES = {DOOR_FEDI, routes, countof(routes)};
