/* Full-text search over FTS5 (SQLite) or tsvector (PostgreSQL): see search.h. What a person types
 * is never query syntax: every word is quoted. Ordered by id, so a common word costs no more than a
 * rare one. */
#include "social/search.h"
#include "lib/text/unicode.h"
#include "social/sift.h"

static const struct stmt POST_OUT = {
        .name = "search_post_out",
        .text = "DELETE FROM post_search WHERE rowid = $1",
        .in = "i",
        .out = "",
};
static const struct stmt POST_IN = {
        .name = "search_post_in",
        .text = "INSERT OR REPLACE INTO post_search (rowid, text) VALUES ($1, $2)",
        .text_pg = "INSERT INTO post_search (rowid, text) VALUES ($1, $2) ON CONFLICT (rowid) DO "
                   "UPDATE SET text = $2",
        .in = "is",
        .out = "",
};
static const struct stmt ACCOUNT_OUT = {
        .name = "search_account_out",
        .text = "DELETE FROM account_search WHERE rowid = $1",
        .in = "i",
        .out = "",
};
static const struct stmt ACCOUNT_IN = {
        .name = "search_account_in",
        .text = "INSERT INTO account_search (rowid, text) VALUES ($1, $2)",
        .in = "is",
        .out = "",
};

enum err search_index_post(struct cx *cx, int64_t post, struct str text)
{
        return text.n ? db_run(cx->db, &POST_IN, BIND(V(post), V(text)), NULL)
                      : db_run(cx->db, &POST_OUT, BIND(V(post)), NULL);
}

enum err search_index_account(struct cx *cx, int64_t account, struct str text)
{
        TRY(db_run(cx->db, &ACCOUNT_OUT, BIND(V(account)), NULL));
        return text.n ? db_run(cx->db, &ACCOUNT_IN, BIND(V(account), V(text)), NULL) : OK;
}

static bool separates(char c)
{
        return (unsigned char)c <= ' ' || c == '"';
}

/* Each word as "word" (quotes doubled away by splitting at them), `prefix` adds * to the last one.
 * PostgreSQL's plainto_tsquery reads the same text: quotes and stars mean nothing to it. */
static struct str quoted_words(struct arena *a, struct str query, bool prefix)
{
        struct buf b = {.cap = 16384};
        for (size_t i = 0; i < query.n;) {
                size_t end = i;
                while (end < query.n && !separates(query.p[end]))
                        end++;
                if (end > i) {
                        buf_add(&b, b.n ? S(" \"") : S("\""));
                        buf_add(&b, str_cut(query, i, end - i));
                        buf_add_char(&b, '"');
                }
                i = end + 1;
        }
        if (prefix && b.n)
                buf_add_char(&b, '*');
        return buf_take(a, &b);
}

/* Words with nothing a tokenizer keeps ("!!!") would be a syntax error in FTS5; they find nothing.
 */
static bool has_letters(struct str s)
{
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'))
                        return true;
        }
        return false;
}

static enum err take_ids(struct row *r, struct arena *a, int64_t limit, int64_t **ret, size_t *n)
{
        int64_t *v = make_n(a, (size_t)limit + 1, int64_t);
        *n = 0;
        while (*n < (size_t)limit && row_next(r))
                v[(*n)++] = row_int(r);
        *ret = v;
        return row_end(r);
}

#define SEARCHABLE                                                                                 \
        VISIBLE_TO("$2")                                                                           \
        " AND (p.account = $2 OR (p.audience = 0 AND pa.indexable = 1 AND pa.silenced_at IS NULL)" \
        " OR EXISTS (SELECT 1 FROM follow f WHERE f.account = $2 AND f.target = p.account AND "    \
        "f.state = 1)"                                                                             \
        " OR EXISTS (SELECT 1 FROM mention m WHERE m.post = p.id AND m.account = $2)"              \
        " OR EXISTS (SELECT 1 FROM mark k WHERE k.account = $2 AND k.post = p.id))"                \
        " AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account = $2 AND b.target = p.account)"    \
        " AND NOT EXISTS (SELECT 1 FROM mute mu WHERE mu.account = $2 AND mu.target = p.account)"  \
        " AND ($3 = 0 OR p.account = $3) AND p.id < $4 AND p.id > $5"                              \
        " ORDER BY p.id DESC LIMIT $6 OFFSET $7"

static const struct stmt POSTS = {
        .name = "search_posts",
        .text = "SELECT p.id FROM post_search s JOIN post p ON p.id = s.rowid JOIN account pa ON "
                "pa.id = p.account"
                " WHERE post_search MATCH $1 AND " SEARCHABLE,
        .text_pg = "SELECT p.id FROM post_search s JOIN post p ON p.id = s.rowid JOIN account pa "
                   "ON pa.id = p.account"
                   " WHERE to_tsvector('simple', s.text) @@ plainto_tsquery('simple', $1) "
                   "AND " SEARCHABLE,
        .in = "siiiiii",
        .out = "i",
        .scans = true, /* the full-text index is a virtual table, which the plan calls a scan */
};

struct asked {
        struct str words;
        int64_t from, max_id, min_id, limit, offset;
};

static enum err find_posts(struct cx *cx, const struct viewer *by, const struct asked *q,
                           int64_t **ret, size_t *n)
{
        struct row r;
        TRY(db_all(cx->db, &POSTS, cx->arena,
                   BIND(V(q->words), V(by->account), V(q->from), V(q->max_id), V(q->min_id),
                        V(q->limit), V(q->offset)),
                   &r));
        return take_ids(&r, cx->arena, q->limit, ret, n);
}

/* For people who do not want to meet all of them: pages are counted in what they do meet, so that
 * none is short and none is met twice. */
static enum err find_sifted(struct cx *cx, const struct viewer *by, const struct sift *s,
                            const struct asked *q, int64_t **ret, size_t *n)
{
        enum { BATCH = 100, STEPS = 40 /* a reader who gets so far narrows the words */ };
        int64_t *v = make_n(cx->arena, (size_t)q->limit + 1, int64_t), *ids;
        struct asked step = *q;
        int64_t passed = 0;
        size_t got = 0, found;
        step.limit = BATCH;
        step.offset = 0;
        for (int i = 0; i < STEPS && got < (size_t)q->limit; i++) {
                TRY(find_posts(cx, by, &step, &ids, &found));
                bool last = found < BATCH;
                if (found)
                        step.max_id = ids[found - 1];
                TRY(sift_keep(cx, s, ids, &found));
                for (size_t k = 0; k < found && got < (size_t)q->limit; k++)
                        if (passed++ >= q->offset)
                                v[got++] = ids[k];
                if (last)
                        break;
        }
        *ret = v;
        *n = got;
        return OK;
}

enum err search_posts(struct cx *cx, const struct viewer *by, struct str query, int64_t from,
                      int64_t max_id, int64_t min_id, int64_t limit, int64_t offset, int64_t **ret,
                      size_t *n)
{
        struct sift *s;
        *ret = NULL;
        *n = 0;
        query = utf8_cut_count(query, SEARCH_QUERY_MAX);
        const struct asked q = {.words = quoted_words(cx->arena, query, false),
                                .from = from,
                                .max_id = max_id ? max_id : INT64_MAX,
                                .min_id = min_id,
                                .limit = limit,
                                .offset = offset};
        if (!by->account || !has_letters(query))
                return OK;
        TRY(sift_load(cx, by, FILTER_PUBLIC, &s));
        return s ? find_sifted(cx, by, s, &q, ret, n) : find_posts(cx, by, &q, ret, n);
}

#define FINDABLE                                                                                   \
        " a.suspended_at IS NULL AND (a.silenced_at IS NULL OR a.id = $2 OR EXISTS (SELECT 1 FROM" \
        " follow fl WHERE fl.account = $2 AND fl.target = a.id AND fl.state = 1))"                 \
        " AND ($3 = 0 OR EXISTS (SELECT 1 FROM follow f WHERE f.account = $2 AND f.target = a.id " \
        "AND f.state = 1))"                                                                        \
        " AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account = a.id AND b.target = $2)"         \
        " ORDER BY EXISTS (SELECT 1 FROM follow f WHERE f.account = $2 AND f.target = a.id AND "   \
        "f.state = 1) DESC,"                                                                       \
        " a.id DESC LIMIT $4 OFFSET $5"

static const struct stmt ACCOUNTS = {
        .name = "search_accounts",
        .text = "SELECT a.id FROM account a WHERE a.id IN (SELECT rowid FROM account_search WHERE "
                "account_search MATCH $1"
                " ORDER BY rowid DESC LIMIT 1000) AND" FINDABLE,
        .text_pg =
                "SELECT a.id FROM account a WHERE a.id IN (SELECT rowid FROM account_search WHERE"
                " to_tsvector('simple', text) @@ plainto_tsquery('simple', $1) ORDER BY rowid DESC "
                "LIMIT 1000) AND" FINDABLE,
        .in = "siiii",
        .out = "i",
        .scans = true, /* the full-text index, as above */
};

/* An address names one account; it comes first, even when its owner is blocked, as in Mastodon. */
static enum err exact(struct cx *cx, struct str query, int64_t *ret)
{
        struct account *a;
        struct str name = str_starts(query, S("@")) ? str_after(query, 1) : query;
        *ret = 0;
        enum err e = account_by_name(cx, name, &a);
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        *ret = a->suspended ? 0 : a->id;
        return OK;
}

enum err search_accounts(struct cx *cx, const struct viewer *by, struct str query,
                         bool only_followed, int64_t limit, int64_t offset, int64_t **ret,
                         size_t *n)
{
        struct row r;
        int64_t first = 0, *found = NULL;
        size_t n_found = 0;
        query = str_trim(utf8_cut_count(query, SEARCH_QUERY_MAX));
        int64_t *v = make_n(cx->arena, (size_t)limit + 2, int64_t);
        struct str words =
                quoted_words(cx->arena, str_replace(cx->arena, query, S("@"), S(" ")), true);
        *n = 0;
        *ret = v;
        if (!has_letters(query))
                return OK;
        if (!only_followed)
                TRY(exact(cx, query, &first));
        TRY(db_all(cx->db, &ACCOUNTS, cx->arena,
                   BIND(V(words), V(by->account), V(only_followed), V(limit), V(offset)), &r));
        TRY(take_ids(&r, cx->arena, limit, &found, &n_found));
        if (first && !offset && limit)
                v[(*n)++] = first;
        for (size_t i = 0; i < n_found && *n < (size_t)limit; i++)
                if (found[i] != first)
                        v[(*n)++] = found[i];
        return OK;
}

/* A tag is a word somebody wrote: it is named while a public post that everybody sees has it, and
 * not because one had it before it was narrowed or deleted. */
static const struct stmt TAGS = {
        .name = "search_tags",
        .text = "SELECT t.name FROM tag t WHERE t.name >= $1 AND t.name < $2 AND t.used_at > 0 AND "
                "EXISTS (SELECT 1 FROM post_tag x JOIN post p ON p.id = x.post JOIN account pa ON "
                "pa.id = p.account WHERE x.tag = t.id AND p.audience = 0 AND p.state = 0 AND "
                "pa.suspended_at IS NULL) ORDER BY t.name LIMIT $3 OFFSET $4",
        .in = "ssii",
        .out = "s",
};

enum err search_tags(struct cx *cx, struct str query, int64_t limit, int64_t offset,
                     struct str_list *ret)
{
        query = str_trim(utf8_cut_count(query, SEARCH_QUERY_MAX));
        if (str_starts(query, S("#")))
                query = str_after(query, 1);
        *ret = (struct str_list){0};
        struct str low = text_fold(cx->arena, query);
        if (!low.n || str_has_char(low, ' '))
                return OK;
        struct str high = str_join(cx->arena, low,
                                   S("\xf4\x8f\xbf\xbf")); /* above every name that begins so */
        return db_texts(cx->db, &TAGS, cx->arena, BIND(V(low), V(high), V(limit), V(offset)),
                        (size_t)limit, ret);
}

bool search_is_far(struct str text)
{
        if (str_starts(text, S("https://")) || str_starts(text, S("http://")))
                return !str_has_char(text, ' ');
        text = str_after(text, str_starts(text, S("@")));
        size_t at = str_find_char(text, '@');
        return at > 0 && at + 1 < text.n && !str_has_char(text, ' ');
}

enum err search_far(struct cx *cx, struct str text, int64_t *account, int64_t *post)
{
        *account = *post = 0;
        if (!cx->instance->find_far || !search_is_far(text))
                return ERR_MISSING;
        return cx->instance->find_far(cx, text, account, post);
}

static const struct stmt *const statements[] = {&POST_OUT, &POST_IN,  &ACCOUNT_OUT, &ACCOUNT_IN,
                                                &POSTS,    &ACCOUNTS, &TAGS};
const struct stmt_list SEARCH_STATEMENTS = {statements, countof(statements)};
