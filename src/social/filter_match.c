/* Matching a page of posts against all keywords of a person at once: keywords lie in buckets by
 * their first bytes, so the text is walked once, whatever their number. Everything is compared
 * folded and without marks on letters. */
#include "lib/text/unicode.h"
#include "social/filter.h"
#include "social/ids.h"

enum { BUCKETS = 4096 };

struct needle {
        const struct filter_keyword *keyword;
        size_t filter; /* index */
        struct str folded;
        struct needle *next;
};

struct filter_set {
        struct filter *filters;
        size_t n;
        struct filter_match *found; /* of the post at hand, beside the filters */
        struct needle *buckets[BUCKETS];
};

static size_t bucket_of(const char *p, size_t n)
{
        unsigned a = (unsigned char)p[0], b = n > 1 ? (unsigned char)p[1] : 0;
        return (a * 31 + b * 131) % BUCKETS;
}

static void add_needle(struct filter_set *s, struct arena *a, const struct filter_keyword *k,
                       size_t filter)
{
        struct needle *x = make(a, struct needle);
        x->keyword = k;
        x->filter = filter;
        x->folded = text_fold_plain(a, k->keyword);
        if (!x->folded.n)
                return;
        size_t at = bucket_of(x->folded.p, x->folded.n);
        x->next = s->buckets[at];
        s->buckets[at] = x;
}

static const struct stmt FILTER_TOPICS = {
        .name = "filter_topics",
        .text = "SELECT t.filter, t.topic FROM pause x JOIN pause_topic t ON t.filter = x.filter "
                "WHERE x.account = $1",
        .in = "i",
        .out = "ii",
};
static const struct stmt FILTER_SPARED = {
        .name = "filter_spared",
        .text = "SELECT s.filter, s.account FROM pause x JOIN pause_spared s ON s.filter = "
                "x.filter WHERE x.account = $1",
        .in = "i",
        .out = "ii",
};

struct pair {
        int64_t filter, value;
};

static enum err read_pairs(struct cx *cx, const struct stmt *s, int64_t account, struct pair **ret,
                           size_t *n)
{
        enum { MOST = FILTERS_MAX * FILTER_KEYWORDS_MAX };
        size_t room = 16;
        struct row r;
        *ret = make_n(cx->arena, room, struct pair);
        *n = 0;
        TRY(db_all(cx->db, s, NULL, BIND(V(account)), &r));
        while (*n < MOST && row_next(&r)) {
                if (*n == room) {
                        struct pair *more = make_n(cx->arena, room * 2, struct pair);
                        memcpy(more, *ret, room * sizeof *more);
                        *ret = more;
                        room *= 2;
                }
                (*ret)[*n].filter = row_int(&r);
                (*ret)[(*n)++].value = row_int(&r);
        }
        return row_end(&r);
}

static int64_t *of_filter(struct arena *a, const struct pair *v, size_t n, int64_t filter,
                          size_t *n_ret)
{
        int64_t *ids = make_n(a, n + 1, int64_t);
        for (size_t i = 0; i < n; i++)
                if (v[i].filter == filter)
                        ids[(*n_ret)++] = v[i].value;
        return ids;
}

/* Asked only for people with a topic pause. */
static enum err read_pauses(struct cx *cx, int64_t account, struct filter *v, size_t n)
{
        struct pair *topics, *spared;
        size_t n_topics, n_spared, i = 0;
        while (i < n && !v[i].pause)
                i++;
        if (i == n)
                return OK;
        TRY(read_pairs(cx, &FILTER_TOPICS, account, &topics, &n_topics));
        TRY(read_pairs(cx, &FILTER_SPARED, account, &spared, &n_spared));
        for (; i < n; i++) {
                if (!v[i].pause)
                        continue;
                v[i].topics = of_filter(cx->arena, topics, n_topics, v[i].id, &v[i].n_topics);
                v[i].spared = of_filter(cx->arena, spared, n_spared, v[i].id, &v[i].n_spared);
        }
        return OK;
}

static struct filter_set *set_of(struct cx *cx, struct filter *v, size_t n)
{
        struct filter_set *s = make(cx->arena, struct filter_set);
        s->found = make_n(cx->arena, n, struct filter_match);
        s->filters = v;
        s->n = n;
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < v[i].n_keywords; k++)
                        add_needle(s, cx->arena, &v[i].keywords[k], i);
        return s;
}

enum err filter_set_load(struct cx *cx, const struct viewer *by, struct filter_set **ret)
{
        struct filter *v;
        size_t n;
        *ret = NULL;
        if (!by->account || !by->has_filters)
                return OK;
        TRY(filter_list(cx, by->account, true, &v, &n));
        if (!n)
                return OK;
        TRY(read_pauses(cx, by->account, v, n));
        *ret = set_of(cx, v, n);
        return OK;
}

struct filter_set *filter_set_of(struct cx *cx, struct filter *f)
{
        return set_of(cx, f, 1);
}

/* A letter or digit, or any byte of a character outside ASCII: good enough for word borders in
 * folded text. */
static bool word_byte(char c)
{
        return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               c == '_';
}

static bool stands_alone(struct str text, size_t at, struct str word)
{
        bool before = at > 0 && word_byte(text.p[at - 1]) && word_byte(word.p[0]);
        size_t end = at + word.n;
        bool after = end < text.n && word_byte(text.p[end]) && word_byte(word.p[word.n - 1]);
        return !before && !after;
}

static void note(struct filter_match *m, struct arena *a, const struct filter *f,
                 struct str keyword)
{
        if (!m->keywords.v)
                m->keywords.v = make_n(a, f->n_keywords, struct str);
        for (size_t i = 0; i < m->keywords.n; i++)
                if (str_eq(m->keywords.v[i], keyword))
                        return;
        m->filter = f;
        if (m->keywords.n < f->n_keywords)
                m->keywords.v[m->keywords.n++] = keyword;
}

static void match_chain(const struct filter_set *s, struct arena *a, const struct needle *x,
                        struct str text, size_t at, struct filter_match *by_filter)
{
        for (; x; x = x->next)
                if (str_eq(str_cut(text, at, x->folded.n), x->folded) &&
                    (!x->keyword->whole_word || stands_alone(text, at, x->folded)))
                        note(&by_filter[x->filter], a, &s->filters[x->filter], x->keyword->keyword);
}

static void match_posts(const struct filter_set *s, int64_t post, struct filter_match *by_filter)
{
        for (size_t i = 0; i < s->n; i++)
                for (size_t k = 0; k < s->filters[i].n_statuses; k++)
                        if (s->filters[i].statuses[k].post == post) {
                                by_filter[i].filter = &s->filters[i];
                                by_filter[i].post = post;
                        }
}

static bool has_any(const int64_t *v, size_t n, const int64_t *of, size_t n_of)
{
        for (size_t i = 0; i < n; i++)
                if (ids_find(of, n_of, v[i]) < n_of)
                        return true;
        return false;
}

void filter_set_match(struct filter_set *s, struct arena *a, const struct filter_asked *q,
                      struct filter_match **ret, size_t *n)
{
        struct filter_match *by_filter = s->found;
        struct str folded = text_fold_plain(a, q->text);
        memset(by_filter, 0, s->n * sizeof *by_filter);
        for (size_t i = 0; i < folded.n; i++) {
                size_t two = bucket_of(folded.p + i, folded.n - i),
                       one = bucket_of(folded.p + i, 1);
                match_chain(s, a, s->buckets[two], folded, i, by_filter);
                if (one != two)
                        match_chain(s, a, s->buckets[one], folded, i, by_filter);
        }
        match_posts(s, q->post, by_filter);
        *n = 0;
        for (size_t i = 0; i < s->n; i++) {
                const struct filter *f = &s->filters[i];
                if (has_any(q->topics, q->n_topics, f->topics, f->n_topics))
                        by_filter[i].filter = f;
                if (by_filter[i].filter &&
                    ids_find(f->spared, f->n_spared, q->author) == f->n_spared)
                        by_filter[(*n)++] = by_filter[i];
        }
        *ret = make_n(a, *n + 1, struct filter_match);
        memcpy(*ret, by_filter, *n * sizeof **ret);
}

bool filter_set_hides(const struct filter_set *s, unsigned contexts)
{
        for (size_t i = 0; i < s->n; i++)
                if (s->filters[i].action == FILTER_HIDE && (s->filters[i].contexts & contexts))
                        return true;
        return false;
}

static const struct stmt *const statements[] = {&FILTER_TOPICS, &FILTER_SPARED};
const struct stmt_list FILTER_MATCH_STATEMENTS = {statements, countof(statements)};
