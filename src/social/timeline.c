/* Timelines read straight from the posts. Rows are judged one by one while the index is walked
 * downwards; what the viewer hides is scanned and not shown. Called by the API, the pages and the
 * feeds. */
#include "social/timeline.h"
#include "social/ids.h"
#include "social/page_run.h"
#include "social/sift.h"

/* What limited people write is there for themselves and for those who follow them. */
#define SHOWN_IN_PUBLIC                                                                            \
        "CASE WHEN p.state = 0 AND pa.suspended_at IS NULL AND (pa.silenced_at IS NULL OR "        \
        "pa.id = $3 OR EXISTS (SELECT 1 FROM follow fl WHERE fl.account = $3 AND fl.target = "     \
        "pa.id AND fl.state = 1)) AND " VISIBLE_TO("$3") " AND " WANTED_BY_AS(                     \
                "pa", "$3") " AND ($4 = 0 OR p.has % 2 = 1) THEN 1 ELSE 0 END"
/* Answers to others are conversations, not announcements: they stay out, as on Mastodon. */
#define TIMELINE_PUBLIC_TEXT(which, order)                                                         \
        "SELECT p.id, p.id, " SHOWN_IN_PUBLIC " FROM post p JOIN account pa ON pa.id = p.account " \
        "WHERE p.audience = 0 AND p.boost_of IS NULL" which " AND p.id > $1 AND p.id < $2 "        \
        "AND (p.reply_account IS NULL OR p.reply_account = p.account) ORDER BY p.id " order        \
        " LIMIT 2000"
static const struct stmt TIMELINE_PUBLIC = {
        .name = "timeline_public",
        .text = TIMELINE_PUBLIC_TEXT("", "DESC"),
        .in = "iiii",
        .out = "iii",
};
static const struct stmt TIMELINE_PUBLIC_UP = {
        .name = "timeline_public_up",
        .text = TIMELINE_PUBLIC_TEXT("", "ASC"),
        .in = "iiii",
        .out = "iii",
};
static const struct stmt TIMELINE_LOCAL = {
        .name = "timeline_local",
        .text = TIMELINE_PUBLIC_TEXT(" AND p.local = 1", "DESC"),
        .in = "iiii",
        .out = "iii",
};
static const struct stmt TIMELINE_LOCAL_UP = {
        .name = "timeline_local_up",
        .text = TIMELINE_PUBLIC_TEXT(" AND p.local = 1", "ASC"),
        .in = "iiii",
        .out = "iii",
};
static const struct stmt TIMELINE_REMOTE = {
        .name = "timeline_remote",
        .text = TIMELINE_PUBLIC_TEXT(" AND p.local = 0", "DESC"),
        .in = "iiii",
        .out = "iii",
};
static const struct stmt TIMELINE_REMOTE_UP = {
        .name = "timeline_remote_up",
        .text = TIMELINE_PUBLIC_TEXT(" AND p.local = 0", "ASC"),
        .in = "iiii",
        .out = "iii",
};

/* $5 local, $6 remote; $7 all of and $8 none of these tags, as JSON lists of ids; $9 any of them.
 */
#define TAG_ALL                                                                                    \
        "NOT EXISTS (SELECT 1 FROM json_each($7) w WHERE NOT EXISTS (SELECT 1 FROM post_tag x "    \
        "WHERE x.tag = w.value "                                                                   \
        "AND x.post = p.id))"
#define TAG_NONE                                                                                   \
        "NOT EXISTS (SELECT 1 FROM json_each($8) w JOIN post_tag x ON x.tag = w.value AND x.post " \
        "= p.id)"
#define TAG_ALL_PG                                                                                 \
        "NOT EXISTS (SELECT 1 FROM jsonb_array_elements_text(CAST($7 AS jsonb)) AS w WHERE NOT "   \
        "EXISTS (SELECT 1 FROM "                                                                   \
        "post_tag x WHERE x.tag = CAST(w AS BIGINT) AND x.post = p.id))"
#define TAG_NONE_PG                                                                                \
        "NOT EXISTS (SELECT 1 FROM jsonb_array_elements_text(CAST($8 AS jsonb)) AS w JOIN "        \
        "post_tag x "                                                                              \
        "ON x.tag = CAST(w AS BIGINT) AND x.post = p.id)"
#define TIMELINE_TAG_TEXT(from, where, all, none, order)                                           \
        "SELECT pt.post, p.id, CASE WHEN p.audience = 0 AND p.boost_of IS NULL AND ($5 = 0 OR "    \
        "p.local = 1) "                                                                            \
        "AND ($6 = 0 OR p.local = 0) AND " SHOWN_IN_PUBLIC " = 1 AND " all " AND " none            \
        " THEN 1 ELSE 0 END "                                                                      \
        "FROM " from " JOIN post p ON p.id = pt.post JOIN account pa ON pa.id = p.account "        \
        "WHERE " where " ORDER BY pt.post " order " LIMIT 2000"
/* One tag walks its own index; several are merged first. */
#define TAG_ONE "post_tag pt"
#define TAG_ONE_WHERE "pt.tag = $9 AND pt.post > $1 AND pt.post < $2"
#define TAG_ANY(order)                                                                             \
        "(SELECT DISTINCT y.post FROM json_each($9) v CROSS JOIN post_tag y WHERE y.tag = "        \
        "v.value "                                                                                 \
        "AND y.post > $1 AND y.post < $2 ORDER BY y.post " order " LIMIT 400) AS pt"
#define TAG_ANY_PG(order)                                                                          \
        "(SELECT DISTINCT y.post FROM jsonb_array_elements_text(CAST($9 AS jsonb)) AS v CROSS "    \
        "JOIN post_tag y "                                                                         \
        "WHERE y.tag = CAST(v AS BIGINT) AND y.post > $1 AND y.post < $2 ORDER BY y.post " order   \
        " LIMIT 400) AS pt"
static const struct stmt TIMELINE_TAG = {
        .name = "timeline_tag",
        .text = TIMELINE_TAG_TEXT(TAG_ONE, TAG_ONE_WHERE, TAG_ALL, TAG_NONE, "DESC"),
        .text_pg = TIMELINE_TAG_TEXT(TAG_ONE, TAG_ONE_WHERE, TAG_ALL_PG, TAG_NONE_PG, "DESC"),
        .in = "iiiiiissi",
        .out = "iii",
};
static const struct stmt TIMELINE_TAG_UP = {
        .name = "timeline_tag_up",
        .text = TIMELINE_TAG_TEXT(TAG_ONE, TAG_ONE_WHERE, TAG_ALL, TAG_NONE, "ASC"),
        .text_pg = TIMELINE_TAG_TEXT(TAG_ONE, TAG_ONE_WHERE, TAG_ALL_PG, TAG_NONE_PG, "ASC"),
        .in = "iiiiiissi",
        .out = "iii",
};
static const struct stmt TIMELINE_TAGS = {
        .name = "timeline_tags",
        .text = TIMELINE_TAG_TEXT(TAG_ANY("DESC"), "1 = 1", TAG_ALL, TAG_NONE, "DESC"),
        .text_pg = TIMELINE_TAG_TEXT(TAG_ANY_PG("DESC"), "1 = 1", TAG_ALL_PG, TAG_NONE_PG, "DESC"),
        .in = "iiiiiisss",
        .out = "iii",
};
static const struct stmt TIMELINE_TAGS_UP = {
        .name = "timeline_tags_up",
        .text = TIMELINE_TAG_TEXT(TAG_ANY("ASC"), "1 = 1", TAG_ALL, TAG_NONE, "ASC"),
        .text_pg = TIMELINE_TAG_TEXT(TAG_ANY_PG("ASC"), "1 = 1", TAG_ALL_PG, TAG_NONE_PG, "ASC"),
        .in = "iiiiiisss",
        .out = "iii",
};
static const struct stmt TIMELINE_TAG_ID = {
        .name = "timeline_tag_id",
        .text = "SELECT id FROM tag WHERE name = $1",
        .in = "s",
        .out = "i",
};

static const struct stmt TIMELINE_LIST_OWN = {
        .name = "timeline_list_own",
        .text = "SELECT replies_policy FROM list WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "i",
};
/* Members' posts; answers by the list's policy: $5 0 to people followed, 1 to members, 2 none. */
#define TIMELINE_LIST_TEXT(order)                                                                  \
        "SELECT p.id FROM list_member m CROSS JOIN post p" POST_JOINS                              \
        " WHERE m.list = $4 AND p.account = m.account AND p.id > $1 AND p.id < $2 AND " SHOWN_TO(  \
                "$3") " AND " WANTED_BY("$3") " AND (p.account = $3 OR EXISTS (SELECT 1 FROM "     \
                                              "follow lf WHERE lf.account = $3 "                   \
                                              "AND lf.target = p.account AND lf.state = 1)) AND "  \
                                              "(p.reply_account IS NULL OR p.reply_account = "     \
                                              "p.account "                                         \
                                              "OR ($5 <> 2 AND p.reply_account = $3) OR ($5 = 0 "  \
                                              "AND EXISTS (SELECT 1 FROM follow lg WHERE "         \
                                              "lg.account = $3 "                                   \
                                              "AND lg.target = p.reply_account AND lg.state = "    \
                                              "1)) OR ($5 = 1 AND EXISTS (SELECT 1 FROM "          \
                                              "list_member ln "                                    \
                                              "WHERE ln.list = $4 AND ln.account = "               \
                                              "p.reply_account))) ORDER BY p.id " order            \
                                              " LIMIT $6"
static const struct stmt TIMELINE_LIST = {
        .name = "timeline_list",
        .text = TIMELINE_LIST_TEXT("DESC"),
        .in = "iiiiii",
        .out = "i",
};
static const struct stmt TIMELINE_LIST_UP = {
        .name = "timeline_list_up",
        .text = TIMELINE_LIST_TEXT("ASC"),
        .in = "iiiiii",
        .out = "i",
};

/* A timeline as it is asked for, before the reader's filters leave anything out. */
struct asked {
        struct cx *cx;
        const struct viewer *by;
        const struct timeline_options *o;
        struct str name;
        int64_t list;
};

static enum err list_public(void *of, struct page *page, int64_t **ret, size_t *n)
{
        const struct asked *asked = of;
        const struct timeline_options *o = asked->o;
        static const struct page_query all = {&TIMELINE_PUBLIC, &TIMELINE_PUBLIC_UP};
        static const struct page_query local = {&TIMELINE_LOCAL, &TIMELINE_LOCAL_UP};
        static const struct page_query remote = {&TIMELINE_REMOTE, &TIMELINE_REMOTE_UP};
        const struct page_query *q = o->local ? &local : o->remote ? &remote : &all;
        return page_run(asked->cx, q, page, BIND(V(asked->by->account), V(o->only_media)), ret, n);
}

enum err timeline_public(struct cx *cx, const struct viewer *by, const struct timeline_options *o,
                         struct page *page, int64_t **ret, size_t *n)
{
        struct asked asked = {.cx = cx, .by = by, .o = o};
        return sift_page(cx, by, FILTER_PUBLIC, list_public, &asked, page, ret, n);
}

/* Ids of those tags that exist, as a JSON list; *missing: one of them does not. */
static enum err tag_ids(struct cx *cx, const struct str_list *names, struct str *ret, size_t *n,
                        bool *missing)
{
        int64_t *v = make_n(cx->arena, names->n + 1, int64_t);
        *n = 0;
        for (size_t i = 0; i < names->n; i++) {
                struct row r;
                bool found;
                TRY(db_find(cx->db, &TIMELINE_TAG_ID, NULL, BIND(V(names->v[i])), &r, &found));
                *missing = *missing || !found;
                if (!found)
                        continue;
                v[(*n)++] = row_int(&r);
                TRY(row_end(&r));
        }
        *ret = ids_json(cx->arena, v, *n);
        return OK;
}

static enum err list_tag(void *of, struct page *page, int64_t **ret, size_t *n)
{
        const struct asked *asked = of;
        struct cx *cx = asked->cx;
        const struct viewer *by = asked->by;
        const struct timeline_options *o = asked->o;
        static const struct page_query one = {&TIMELINE_TAG, &TIMELINE_TAG_UP};
        static const struct page_query several = {&TIMELINE_TAGS, &TIMELINE_TAGS_UP};
        struct str_list names = {make_n(cx->arena, o->any.n + 1, struct str), o->any.n + 1};
        struct str any, all, none;
        size_t n_any, ignored;
        bool dont_care = false, impossible = false;
        names.v[0] = asked->name;
        for (size_t i = 0; i < o->any.n; i++)
                names.v[i + 1] = o->any.v[i];
        TRY(tag_ids(cx, &names, &any, &n_any, &dont_care));
        TRY(tag_ids(cx, &o->all, &all, &ignored, &impossible));
        TRY(tag_ids(cx, &o->none, &none, &ignored, &dont_care));
        *ret = NULL;
        *n = 0;
        if (!n_any || impossible)
                return OK;
        int64_t only = 0;
        if (n_any == 1)
                str_to_i64(str_cut(any, 1, any.n - 2), &only);
        return page_run(cx, only ? &one : &several, page,
                        BIND(V(by->account), V(o->only_media), V(o->local), V(o->remote), V(all),
                             V(none), only ? V(only) : V(any)),
                        ret, n);
}

enum err timeline_tag(struct cx *cx, const struct viewer *by, struct str name,
                      const struct timeline_options *o, struct page *page, int64_t **ret, size_t *n)
{
        struct asked asked = {.cx = cx, .by = by, .o = o, .name = name};
        return sift_page(cx, by, FILTER_PUBLIC, list_tag, &asked, page, ret, n);
}

static const struct stmt TIMELINE_OPEN_TO = {
        .name = "timeline_open_to",
        .text = "SELECT CASE WHEN a.suspended_at IS NULL AND (a.silenced_at IS NULL OR a.id = $2 "
                "OR EXISTS (SELECT 1 FROM follow fl WHERE fl.account = $2 AND fl.target = a.id AND "
                "fl.state = 1)) THEN 1 ELSE 0 END FROM account a WHERE a.id = $1",
        .in = "ii",
        .out = "i",
};

enum err timeline_open_to(struct cx *cx, const struct viewer *by, int64_t author, bool *ret)
{
        struct row r;
        TRY(db_one(cx->db, &TIMELINE_OPEN_TO, NULL, BIND(V(author), V(by->account)), &r));
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

static enum err list_list(void *of, struct page *page, int64_t **ret, size_t *n)
{
        const struct asked *asked = of;
        struct cx *cx = asked->cx;
        const struct viewer *by = asked->by;
        int64_t list = asked->list;
        struct row r;
        TRY(db_one(cx->db, &TIMELINE_LIST_OWN, NULL, BIND(V(list), V(by->account)), &r));
        int64_t policy = row_int(&r);
        TRY(row_end(&r));
        int64_t *v = make_n(cx->arena, (size_t)page->limit, int64_t);
        TRY(page_rows(cx, page, page_up(page) ? &TIMELINE_LIST_UP : &TIMELINE_LIST,
                      BIND(V(page_above(page)), V(page_below(page)), V(by->account), V(list),
                           V(policy), V(page->limit)),
                      page_read_id, v, sizeof *v, n));
        *ret = v;
        return OK;
}

enum err timeline_list(struct cx *cx, const struct viewer *by, int64_t list, struct page *page,
                       int64_t **ret, size_t *n)
{
        struct asked asked = {.cx = cx, .by = by, .list = list};
        return sift_page(cx, by, FILTER_HOME, list_list, &asked, page, ret, n);
}

const struct stmt_list TIMELINE_STATEMENTS = {
        (const struct stmt *const[]){&TIMELINE_PUBLIC, &TIMELINE_PUBLIC_UP, &TIMELINE_LOCAL,
                                     &TIMELINE_LOCAL_UP, &TIMELINE_REMOTE, &TIMELINE_REMOTE_UP,
                                     &TIMELINE_TAG, &TIMELINE_TAG_UP, &TIMELINE_TAGS,
                                     &TIMELINE_TAGS_UP, &TIMELINE_TAG_ID, &TIMELINE_LIST_OWN,
                                     &TIMELINE_LIST, &TIMELINE_LIST_UP, &TIMELINE_OPEN_TO},
        15,
};
