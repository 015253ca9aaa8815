/* Featured hashtags. Called by the API and the profile pages. Their numbers are counted when asked
 * for: ten tags at most, each a walk over the person's own posts with it. */
#include "social/tag_feature.h"

enum { SUGGEST_MOST = 10 };

/* What everybody may see of them: public and quiet posts, no boosts. */
#define LIST(which)                                                                                \
        "SELECT x.id, t.name, t.display, count(p.id), max(p.id) FROM tag_feature x JOIN tag t ON " \
        "t.id = x.tag"                                                                             \
        " LEFT JOIN post_tag pt ON pt.tag = t.id LEFT JOIN post p ON p.id = pt.post AND "          \
        "p.account = x.account"                                                                    \
        " AND p.audience <= 1 AND p.state = 0 WHERE x.account = $1" which                          \
        " GROUP BY x.id, t.name, t.display ORDER BY x.id"
static const struct stmt FEATURE_LIST = {
        .name = "tag_feature_list",
        .text = LIST(""),
        .in = "i",
        .out = "issiI",
};

static const struct stmt FEATURE_ONE = {
        .name = "tag_feature_one",
        .text = LIST(" AND x.tag = $2"),
        .in = "ii",
        .out = "issiI",
};

static const struct stmt FEATURE_COUNT = {
        .name = "tag_feature_count",
        .text = "SELECT count(*) FROM tag_feature WHERE account = $1 AND tag <> $2",
        .in = "ii",
        .out = "i",
};

static const struct stmt FEATURE_ADD = {
        .name = "tag_feature_add",
        .text = "INSERT INTO tag_feature (id, account, tag) VALUES ($1, $2, $3) ON CONFLICT DO "
                "NOTHING",
        .in = "iii",
};

static const struct stmt FEATURE_REMOVE = {
        .name = "tag_feature_remove",
        .text = "DELETE FROM tag_feature WHERE id = $1 AND account = $2",
        .in = "ii",
};

static const struct stmt FEATURE_REMOVE_NAME = {
        .name = "tag_feature_remove_name",
        .text = "DELETE FROM tag_feature WHERE account = $1 AND tag = (SELECT id FROM tag WHERE "
                "name = $2)",
        .in = "is",
};

/* Over the newest hundred posts. */
static const struct stmt FEATURE_SUGGEST = {
        .name = "tag_feature_suggest",
        .text = "SELECT t.name FROM (SELECT id FROM post WHERE account = $1 AND boost_of IS NULL "
                "ORDER BY id DESC LIMIT 100) AS p"
                " JOIN post_tag pt ON pt.post = p.id JOIN tag t ON t.id = pt.tag"
                " WHERE NOT EXISTS (SELECT 1 FROM tag_feature x WHERE x.account = $1 AND x.tag = "
                "t.id)"
                " GROUP BY t.name ORDER BY count(*) DESC, t.name LIMIT 10",
        .in = "i",
        .out = "s",
        .scans = true, /* those hundred */
};

static void read_feature(struct row *r, struct tag_feature *f)
{
        f->id = row_int(r);
        f->name = row_str(r);
        f->display = row_str(r);
        f->posts = row_int(r);
        f->last_post = row_int(r);
}

enum err tag_feature_list(struct cx *cx, int64_t account, struct tag_feature **ret, size_t *n)
{
        struct tag_feature *v = make_n(cx->arena, TAG_FEATURES_MAX, struct tag_feature);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, &FEATURE_LIST, cx->arena, BIND(V(account)), &r));
        while (k < TAG_FEATURES_MAX && row_next(&r))
                read_feature(&r, &v[k++]);
        *ret = v;
        *n = k;
        return row_end(&r);
}

enum err tag_feature_add(struct cx *cx, int64_t account, struct str name, struct tag_feature **ret)
{
        struct str folded;
        int64_t tag, others;
        enum err e = tag_fold(cx, name, &folded);
        if (e == ERR_MISSING)
                return fail_field(cx, "name", ERR_INPUT, "Validation failed: Hashtag is invalid");
        TRY(e);
        TRY(tag_need(cx, folded, str_starts(name, S("#")) ? str_after(name, 1) : name, &tag));
        struct row r;
        TRY(db_one(cx->db, &FEATURE_COUNT, cx->arena, BIND(V(account), V(tag)), &r));
        others = row_int(&r);
        TRY(row_end(&r));
        if (others >= TAG_FEATURES_MAX)
                return fail(cx, ERR_INPUT,
                            "Validation failed: You have already featured the maximum number of "
                            "hashtags");
        TRY(db_run(cx->db, &FEATURE_ADD, BIND(V(cx_id(cx)), V(account), V(tag)), NULL));
        TRY(db_one(cx->db, &FEATURE_ONE, cx->arena, BIND(V(account), V(tag)), &r));
        struct tag_feature *f = make(cx->arena, struct tag_feature);
        read_feature(&r, f);
        *ret = f;
        return row_end(&r);
}

enum err tag_feature_remove(struct cx *cx, int64_t account, int64_t id)
{
        int64_t changed;
        TRY(db_run(cx->db, &FEATURE_REMOVE, BIND(V(id), V(account)), &changed));
        return changed ? OK : ERR_MISSING;
}

enum err tag_feature_remove_name(struct cx *cx, int64_t account, struct str name)
{
        struct str folded;
        TRY(tag_fold(cx, name, &folded));
        return db_run(cx->db, &FEATURE_REMOVE_NAME, BIND(V(account), V(folded)), NULL);
}

enum err tag_feature_suggest(struct cx *cx, int64_t account, struct str_list *ret)
{
        return db_texts(cx->db, &FEATURE_SUGGEST, cx->arena, BIND(V(account)), SUGGEST_MOST, ret);
}

static const struct stmt *const statements[] = {
        &FEATURE_LIST,   &FEATURE_ONE,         &FEATURE_COUNT,   &FEATURE_ADD,
        &FEATURE_REMOVE, &FEATURE_REMOVE_NAME, &FEATURE_SUGGEST,
};
const struct stmt_list TAG_FEATURE_STATEMENTS = {statements, countof(statements)};
