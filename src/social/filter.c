/* Filters and their rows: see filter.h. Matching is in filter_match.c. */
#include "social/filter.h"
#include "lib/text/unicode.h"

static const struct stmt LIST = {
        .name = "filter_list",
        .text = "SELECT f.id, f.title, f.contexts, f.action, f.expires_at, CASE WHEN EXISTS "
                "(SELECT 1 FROM pause x WHERE x.filter = f.id) THEN 1 ELSE 0 END FROM filter f "
                "WHERE f.account = $1"
                " AND ($2 = 0 OR f.expires_at IS NULL OR f.expires_at > $2) ORDER BY f.id LIMIT "
                "100",
        .in = "ii",
        .out = "isiiIi",
};
static const struct stmt KEYWORDS = {
        .name = "filter_keywords",
        .text = "SELECT k.id, k.filter, k.keyword, k.whole_word FROM filter f JOIN filter_keyword "
                "k ON k.filter = f.id"
                " WHERE f.account = $1 ORDER BY f.id, k.id",
        .in = "i",
        .out = "iisi",
};
static const struct stmt STATUSES = {
        .name = "filter_statuses",
        .text = "SELECT s.id, s.filter, s.post FROM filter f JOIN filter_status s ON s.filter = "
                "f.id"
                " WHERE f.account = $1 ORDER BY f.id, s.id",
        .in = "i",
        .out = "iii",
};

static struct filter *of_id(struct filter *v, size_t n, int64_t id)
{
        for (size_t i = 0; i < n; i++)
                if (v[i].id == id)
                        return &v[i];
        return NULL;
}

static enum err read_filters(struct cx *cx, int64_t account, bool active, struct filter **ret,
                             size_t *n)
{
        struct row r;
        struct filter *v = make_n(cx->arena, FILTERS_MAX, struct filter);
        *n = 0;
        TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(account), V(active ? cx_now(cx) : 0)), &r));
        while (*n < FILTERS_MAX && row_next(&r)) {
                struct filter *f = &v[(*n)++];
                f->id = row_int(&r);
                f->title = row_str(&r);
                f->contexts = (unsigned)row_int(&r);
                f->action = (enum filter_action)row_int(&r);
                f->expires_at = row_int(&r);
                f->pause = row_int(&r) != 0;
        }
        *ret = v;
        return row_end(&r);
}

static enum err read_keywords(struct cx *cx, int64_t account, struct filter *v, size_t n)
{
        struct row r;
        TRY(db_all(cx->db, &KEYWORDS, cx->arena, BIND(V(account)), &r));
        while (row_next(&r)) {
                struct filter_keyword k = {.id = row_int(&r), .filter = row_int(&r)};
                k.keyword = row_str(&r);
                k.whole_word = row_int(&r);
                struct filter *f = of_id(v, n, k.filter);
                if (!f)
                        continue;
                /* Room doubles: most filters have a word or two. */
                if ((f->n_keywords & (f->n_keywords - 1)) == 0) {
                        size_t room = f->n_keywords ? f->n_keywords * 2 : 1;
                        struct filter_keyword *more =
                                make_n(cx->arena, room, struct filter_keyword);
                        if (f->n_keywords)
                                memcpy(more, f->keywords, f->n_keywords * sizeof *more);
                        f->keywords = more;
                }
                if (f->n_keywords < FILTER_KEYWORDS_MAX)
                        f->keywords[f->n_keywords++] = k;
        }
        return row_end(&r);
}

static enum err read_statuses(struct cx *cx, int64_t account, struct filter *v, size_t n)
{
        struct row r;
        TRY(db_all(cx->db, &STATUSES, cx->arena, BIND(V(account)), &r));
        while (row_next(&r)) {
                struct filter_status s = {.id = row_int(&r), .filter = row_int(&r)};
                s.post = row_int(&r);
                struct filter *f = of_id(v, n, s.filter);
                if (!f)
                        continue;
                if (!f->statuses)
                        f->statuses = make_n(cx->arena, FILTER_STATUSES_MAX, struct filter_status);
                if (f->n_statuses < FILTER_STATUSES_MAX)
                        f->statuses[f->n_statuses++] = s;
        }
        return row_end(&r);
}

enum err filter_list(struct cx *cx, int64_t account, bool active, struct filter **ret, size_t *n)
{
        TRY(read_filters(cx, account, active, ret, n));
        if (!*n)
                return OK;
        TRY(read_keywords(cx, account, *ret, *n));
        return read_statuses(cx, account, *ret, *n);
}

enum err filter_get(struct cx *cx, int64_t account, int64_t id, struct filter **ret)
{
        struct filter *v;
        size_t n;
        TRY(filter_list(cx, account, false, &v, &n));
        *ret = of_id(v, n, id);
        return *ret ? OK : ERR_MISSING;
}

static const struct stmt COUNT = {
        .name = "filter_count",
        .text = "SELECT count(*) FROM filter WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt ADD = {
        .name = "filter_add",
        .text = "INSERT INTO filter (id, account, title, contexts, action, expires_at) VALUES ($1, "
                "$2, $3, $4, $5, $6)",
        .in = "iisiiI",
        .out = "",
};
static const struct stmt CHANGE = {
        .name = "filter_change",
        .text = "UPDATE filter SET title = $1, contexts = $2, action = $3, expires_at = $4 WHERE "
                "id = $5 AND account = $6",
        .in = "siiIii",
        .out = "",
};
static const struct stmt DROP = {
        .name = "filter_drop",
        .text = "DELETE FROM filter WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "",
};
/* The flags spare everybody without filters the question on each page. */
static const struct stmt FLAG = {
        .name = "filter_flag",
        .text = "UPDATE login SET has_filters = CASE WHEN EXISTS (SELECT 1 FROM filter WHERE "
                "account = $1) THEN 1 ELSE 0 END, sifts = CASE WHEN EXISTS (SELECT 1 FROM filter "
                "WHERE account = $1 AND action = 1) OR EXISTS (SELECT 1 FROM put_away WHERE "
                "account = $1) THEN 1 ELSE 0 END, rest_ends = COALESCE((SELECT MIN(f.expires_at) "
                "FROM pause x JOIN filter f ON f.id = x.filter WHERE x.account = $1 AND "
                "x.answered = 0), 0) WHERE account = $1",
        .in = "i",
        .out = "",
};

enum err filter_note(struct cx *cx, int64_t account)
{
        TRY(db_run(cx->db, &FLAG, BIND(V(account)), NULL));
        cx_event(cx, EVENT_FILTERS, account, 0);
        return OK;
}

static enum err check_text(struct cx *cx, const char *field, struct str *text)
{
        struct str clean;
        if (!text_clean(cx->arena, *text, &clean) || !str_trim(clean).n)
                return fail_field(cx, field, ERR_INPUT, "Validation failed: %s can't be blank",
                                  field);
        if (utf8_count(clean) > FILTER_TEXT_MAX)
                return fail_field(cx, field, ERR_INPUT,
                                  "Validation failed: %s is too long (maximum is %d characters)",
                                  field, FILTER_TEXT_MAX);
        *text = str_trim(clean);
        return OK;
}

static enum err count_below(struct cx *cx, const struct stmt *s, int64_t key, int64_t max)
{
        struct row r;
        TRY(db_one(cx->db, s, cx->arena, BIND(V(key)), &r));
        int64_t n = row_int(&r);
        TRY(row_end(&r));
        return n < max ? OK
                       : fail(cx, ERR_INPUT, "There can be at most %lld of these.", (long long)max);
}

enum err filter_save(struct cx *cx, int64_t account, struct filter *f)
{
        int64_t rows = 1;
        TRY(check_text(cx, "title", &f->title));
        if (!f->contexts)
                return fail_field(cx, "context", ERR_INPUT,
                                  "Validation failed: Context None or invalid context supplied");
        if (f->id) {
                TRY(db_run(cx->db, &CHANGE,
                           BIND(V(f->title), V(f->contexts), V(f->action), V_ID(f->expires_at),
                                V(f->id), V(account)),
                           &rows));
        } else {
                TRY(count_below(cx, &COUNT, account, FILTERS_MAX));
                f->id = cx_id(cx);
                TRY(db_run(cx->db, &ADD,
                           BIND(V(f->id), V(account), V(f->title), V(f->contexts), V(f->action),
                                V_ID(f->expires_at)),
                           NULL));
        }
        return rows ? filter_note(cx, account) : ERR_MISSING;
}

enum err filter_drop(struct cx *cx, int64_t account, int64_t id)
{
        int64_t rows;
        TRY(db_run(cx->db, &DROP, BIND(V(id), V(account)), &rows));
        return rows ? filter_note(cx, account) : ERR_MISSING;
}

static const struct stmt OWNED = {
        .name = "filter_owned",
        .text = "SELECT 1 FROM filter WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "i",
};

static enum err own(struct cx *cx, int64_t account, int64_t filter)
{
        struct row r;
        TRY(db_one(cx->db, &OWNED, cx->arena, BIND(V(filter), V(account)), &r));
        row_int(&r);
        return row_end(&r);
}

static const struct stmt KEYWORD = {
        .name = "filter_keyword",
        .text = "SELECT k.filter, k.keyword, k.whole_word FROM filter_keyword k JOIN filter f ON "
                "f.id = k.filter"
                " WHERE k.id = $1 AND f.account = $2",
        .in = "ii",
        .out = "isi",
};
static const struct stmt KEYWORD_COUNT = {
        .name = "filter_keyword_count",
        .text = "SELECT count(*) FROM filter_keyword WHERE filter = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt KEYWORD_ADD = {
        .name = "filter_keyword_add",
        .text = "INSERT INTO filter_keyword (id, filter, keyword, whole_word) VALUES ($1, $2, $3, "
                "$4)",
        .in = "iisi",
        .out = "",
};
static const struct stmt KEYWORD_CHANGE = {
        .name = "filter_keyword_change",
        .text = "UPDATE filter_keyword SET keyword = $1, whole_word = $2 WHERE id = $3",
        .in = "sii",
        .out = "",
};
static const struct stmt KEYWORD_DROP = {
        .name = "filter_keyword_drop",
        .text = "DELETE FROM filter_keyword WHERE id = $1",
        .in = "i",
        .out = "",
};

enum err filter_keyword_get(struct cx *cx, int64_t account, int64_t id, struct filter_keyword *ret)
{
        struct row r;
        TRY(db_one(cx->db, &KEYWORD, cx->arena, BIND(V(id), V(account)), &r));
        ret->id = id;
        ret->filter = row_int(&r);
        ret->keyword = row_str(&r);
        ret->whole_word = row_int(&r);
        return row_end(&r);
}

enum err filter_keyword_save(struct cx *cx, int64_t account, struct filter_keyword *k)
{
        struct filter_keyword now;
        TRY(check_text(cx, "keyword", &k->keyword));
        if (k->id) {
                TRY(filter_keyword_get(cx, account, k->id, &now));
                k->filter = now.filter;
                TRY(db_run(cx->db, &KEYWORD_CHANGE, BIND(V(k->keyword), V(k->whole_word), V(k->id)),
                           NULL));
        } else {
                TRY(own(cx, account, k->filter));
                TRY(count_below(cx, &KEYWORD_COUNT, k->filter, FILTER_KEYWORDS_MAX));
                k->id = cx_id(cx);
                TRY(db_run(cx->db, &KEYWORD_ADD,
                           BIND(V(k->id), V(k->filter), V(k->keyword), V(k->whole_word)), NULL));
        }
        return filter_note(cx, account);
}

enum err filter_words_add(struct cx *cx, int64_t filter, const struct str_list *words)
{
        for (size_t i = 0; i < words->n; i++)
                TRY(db_run(cx->db, &KEYWORD_ADD,
                           BIND(V(cx_id(cx)), V(filter), V(words->v[i]), V(1)), NULL));
        return OK;
}

enum err filter_keyword_drop(struct cx *cx, int64_t account, int64_t id)
{
        struct filter_keyword k;
        TRY(filter_keyword_get(cx, account, id, &k));
        TRY(db_run(cx->db, &KEYWORD_DROP, BIND(V(id)), NULL));
        return filter_note(cx, account);
}

static const struct stmt STATUS = {
        .name = "filter_status",
        .text = "SELECT s.filter, s.post FROM filter_status s JOIN filter f ON f.id = s.filter "
                "WHERE s.id = $1 AND f.account = $2",
        .in = "ii",
        .out = "ii",
};
static const struct stmt STATUS_COUNT = {
        .name = "filter_status_count",
        .text = "SELECT count(*) FROM filter_status WHERE filter = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt STATUS_ADD = {
        .name = "filter_status_add",
        .text = "INSERT INTO filter_status (id, filter, post) VALUES ($1, $2, $3)",
        .in = "iii",
        .out = "",
};
static const struct stmt STATUS_DROP = {
        .name = "filter_status_drop",
        .text = "DELETE FROM filter_status WHERE id = $1",
        .in = "i",
        .out = "",
};

enum err filter_status_get(struct cx *cx, int64_t account, int64_t id, struct filter_status *ret)
{
        struct row r;
        TRY(db_one(cx->db, &STATUS, cx->arena, BIND(V(id), V(account)), &r));
        ret->id = id;
        ret->filter = row_int(&r);
        ret->post = row_int(&r);
        return row_end(&r);
}

enum err filter_status_add(struct cx *cx, int64_t account, int64_t filter, int64_t post,
                           struct filter_status *ret)
{
        TRY(own(cx, account, filter));
        TRY(count_below(cx, &STATUS_COUNT, filter, FILTER_STATUSES_MAX));
        *ret = (struct filter_status){cx_id(cx), filter, post};
        enum err e = db_run(cx->db, &STATUS_ADD, BIND(V(ret->id), V(filter), V(post)), NULL);
        if (e == ERR_CONFLICT)
                return fail(cx, ERR_INPUT, "Validation failed: Status has already been taken");
        TRY(e);
        return filter_note(cx, account);
}

enum err filter_status_drop(struct cx *cx, int64_t account, int64_t id)
{
        struct filter_status s;
        TRY(filter_status_get(cx, account, id, &s));
        TRY(db_run(cx->db, &STATUS_DROP, BIND(V(id)), NULL));
        return filter_note(cx, account);
}

static const struct stmt *const statements[] = {
        &LIST,           &KEYWORDS,     &STATUSES, &COUNT,        &ADD,           &CHANGE,
        &DROP,           &FLAG,         &OWNED,    &KEYWORD,      &KEYWORD_COUNT, &KEYWORD_ADD,
        &KEYWORD_CHANGE, &KEYWORD_DROP, &STATUS,   &STATUS_COUNT, &STATUS_ADD,    &STATUS_DROP,
};
const struct stmt_list FILTER_STATEMENTS = {statements, countof(statements)};
