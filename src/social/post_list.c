/* Posts of one account, as a viewer may see them: the profile's tabs. */
#include "social/page_run.h"
#include "social/post.h"
#include "social/sift.h"
#include "social/switches.h"

#define SHOWN_ON_PROFILE                                                                           \
        "CASE WHEN " SHOWN_TO("$3") " AND (p.boost_of IS NULL OR " WANTED_BY_AS(                   \
                "qa", "$3") ") THEN 1 ELSE 0 END"
/* Own ones, and those they are a second author of. */
#define POST_LIST_TEXT(index, order)                                                               \
        "SELECT p.id, p.id, " SHOWN_ON_PROFILE " FROM post p" POST_JOINS                           \
        " WHERE p.account = $4" index                                                              \
        " AND p.id > $1 AND p.id < $2 AND ($5 = 0 OR p.reply_account IS NULL "                     \
        "OR p.reply_account = p.account) AND ($6 = 0 OR p.boost_of IS NULL) UNION ALL SELECT "     \
        "p.id, p.id, " SHOWN_ON_PROFILE " FROM hand h JOIN post p ON p.id = h.post" POST_JOINS     \
        " WHERE h.account = $4 AND h.role = 2 AND h.post > $1 AND h.post < $2" index               \
        " ORDER BY 1 " order " LIMIT 2000"
static const struct stmt POST_LIST = {
        .name = "post_list",
        .text = POST_LIST_TEXT("", "DESC"),
        .in = "iiiiii",
        .out = "iii",
};
static const struct stmt POST_LIST_UP = {
        .name = "post_list_up",
        .text = POST_LIST_TEXT("", "ASC"),
        .in = "iiiiii",
        .out = "iii",
};
static const struct stmt POST_LIST_MEDIA = {
        .name = "post_list_media",
        .text = POST_LIST_TEXT(" AND p.has % 2 = 1", "DESC"),
        .in = "iiiiii",
        .out = "iii",
};
static const struct stmt POST_LIST_MEDIA_UP = {
        .name = "post_list_media_up",
        .text = POST_LIST_TEXT(" AND p.has % 2 = 1", "ASC"),
        .in = "iiiiii",
        .out = "iii",
};
#define POST_LIST_TAG_TEXT(order)                                                                  \
        "SELECT p.id, p.id, " SHOWN_ON_PROFILE                                                     \
        " FROM tag t CROSS JOIN post_tag pt JOIN post p ON p.id = pt.post" POST_JOINS              \
        " WHERE t.name = $5 AND pt.tag = t.id AND pt.post > $1 AND pt.post < $2 AND p.account = "  \
        "$4 "                                                                                      \
        "AND ($6 = 0 OR p.has % 2 = 1) ORDER BY pt.post " order " LIMIT 2000"
static const struct stmt POST_LIST_TAG = {
        .name = "post_list_tag",
        .text = POST_LIST_TAG_TEXT("DESC"),
        .in = "iiiisi",
        .out = "iii",
};
static const struct stmt POST_LIST_TAG_UP = {
        .name = "post_list_tag_up",
        .text = POST_LIST_TAG_TEXT("ASC"),
        .in = "iiiisi",
        .out = "iii",
};
#define POST_LIST_PINNED_TEXT(order)                                                               \
        "SELECT k.id, p.id, " SHOWN_ON_PROFILE                                                     \
        " FROM mark k JOIN post p ON p.id = k.post" POST_JOINS                                     \
        " WHERE k.account = $4 AND k.kind = 3 AND k.id > $1 AND k.id < $2 ORDER BY k.id " order    \
        " LIMIT 2000"
static const struct stmt POST_LIST_PINNED = {
        .name = "post_list_pinned",
        .text = POST_LIST_PINNED_TEXT("DESC"),
        .in = "iiii",
        .out = "iii",
};
static const struct stmt POST_LIST_PINNED_UP = {
        .name = "post_list_pinned_up",
        .text = POST_LIST_PINNED_TEXT("ASC"),
        .in = "iiii",
        .out = "iii",
};

_Static_assert(HAND_CO_AUTHOR == 2, "the statements above carry the role as a number");

struct asked {
        struct cx *cx;
        const struct viewer *by;
        int64_t account;
        const struct post_list_options *o;
};

static enum err list_posts(void *of, struct page *page, int64_t **ret, size_t *n)
{
        static const struct page_query all = {&POST_LIST, &POST_LIST_UP};
        static const struct page_query media = {&POST_LIST_MEDIA, &POST_LIST_MEDIA_UP};
        static const struct page_query tag = {&POST_LIST_TAG, &POST_LIST_TAG_UP};
        const struct asked *asked = of;
        const struct post_list_options *o = asked->o;
        int64_t by = asked->by->account, account = asked->account;
        if (o->tag.n)
                return page_run(asked->cx, &tag, page,
                                BIND(V(by), V(account), V(o->tag), V(o->only_media)), ret, n);
        return page_run(asked->cx, o->only_media ? &media : &all, page,
                        BIND(V(by), V(account), V(o->no_replies), V(o->no_boosts)), ret, n);
}

/* There are few, and their cursors are those of the pins. */
static enum err list_pinned(struct cx *cx, const struct viewer *by, int64_t account,
                            struct page *page, int64_t **ret, size_t *n)
{
        static const struct page_query pinned = {&POST_LIST_PINNED, &POST_LIST_PINNED_UP};
        if (by->account && cx->instance->look_far)
                cx->instance->look_far(cx, FAR_ACCOUNT, account);
        TRY(page_run(cx, &pinned, page, BIND(V(by->account), V(account)), ret, n));
        return sift_list(cx, by, FILTER_ACCOUNT, *ret, n);
}

enum err post_list(struct cx *cx, const struct viewer *by, int64_t account,
                   const struct post_list_options *o, struct page *page, int64_t **ret, size_t *n)
{
        struct asked asked = {cx, by, account, o};
        if (o->pinned)
                return list_pinned(cx, by, account, page, ret, n);
        if (by->account == account) /* nothing of one's own is left out */
                return list_posts(&asked, page, ret, n);
        return sift_page(cx, by, FILTER_ACCOUNT, list_posts, &asked, page, ret, n);
}

const struct stmt_list POST_LIST_STATEMENTS = {
        (const struct stmt *const[]){&POST_LIST, &POST_LIST_UP, &POST_LIST_MEDIA,
                                     &POST_LIST_MEDIA_UP, &POST_LIST_TAG, &POST_LIST_TAG_UP,
                                     &POST_LIST_PINNED, &POST_LIST_PINNED_UP},
        8,
};
