/* Matching a page of posts against all keywords of a person at once: keywords lie in buckets by
 * their first bytes, so the text is walked once, whatever their number. Everything is compared
 * folded and without marks on letters. */
#include "lib/text/unicode.h"
#include "social/filter.h"

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
        struct filter_set *s = make(cx->arena, struct filter_set);
        s->filters = v;
        s->n = n;
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < v[i].n_keywords; k++)
                        add_needle(s, cx->arena, &v[i].keywords[k], i);
        *ret = s;
        return OK;
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
                m->keywords.v = make_n(a, FILTER_KEYWORDS_MAX, struct str);
        for (size_t i = 0; i < m->keywords.n; i++)
                if (str_eq(m->keywords.v[i], keyword))
                        return;
        m->filter = f;
        if (m->keywords.n < FILTER_KEYWORDS_MAX)
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

void filter_set_match(struct filter_set *s, struct arena *a, struct str text, int64_t post,
                      struct filter_match **ret, size_t *n)
{
        struct filter_match *by_filter = make_n(a, s->n, struct filter_match);
        struct str folded = text_fold_plain(a, text);
        for (size_t i = 0; i < folded.n; i++) {
                size_t two = bucket_of(folded.p + i, folded.n - i),
                       one = bucket_of(folded.p + i, 1);
                match_chain(s, a, s->buckets[two], folded, i, by_filter);
                if (one != two)
                        match_chain(s, a, s->buckets[one], folded, i, by_filter);
        }
        match_posts(s, post, by_filter);
        *n = 0;
        for (size_t i = 0; i < s->n; i++)
                if (by_filter[i].filter)
                        by_filter[(*n)++] = by_filter[i];
        *ret = by_filter;
}
