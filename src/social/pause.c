/* Topic pauses: see pause.h. What they hide is left out by sift.c; their rows are filters with
 * keywords, and a row beside each. */
#include "social/pause.h"
#include "lib/text/unicode.h"
#include "social/home.h"
#include "social/ids.h"
#include "social/post.h"
#include "social/sift.h"

enum {
        EVERYWHERE =
                FILTER_HOME | FILTER_NOTIFICATIONS | FILTER_PUBLIC | FILTER_THREAD | FILTER_ACCOUNT
};
static const int64_t DAY_MS = INT64_C(24) * 3600 * 1000;

static const struct stmt PAUSE_ADD = {
        .name = "pause_add",
        .text = "INSERT INTO pause (filter, account, days) VALUES ($1, $2, $3)",
        .in = "iii",
};
static const struct stmt PAUSE_TOPIC_ADD = {
        .name = "pause_topic_add",
        .text = "INSERT INTO pause_topic (filter, topic) SELECT $1, id FROM topic WHERE id = $2 ON "
                "CONFLICT DO NOTHING",
        .in = "ii",
};
static const struct stmt PAUSE_SPARE = {
        .name = "pause_spare",
        .text = "INSERT INTO pause_spared (filter, account) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "ii",
};
static const struct stmt PAUSE_SPARE_NOT = {
        .name = "pause_spare_not",
        .text = "DELETE FROM pause_spared WHERE filter = $1 AND account = $2",
        .in = "ii",
};

/* What a draft comes to: its name and its words. */
struct made {
        struct str name;
        struct str_list words;
};

static bool has_word(const struct str_list *l, struct str word)
{
        for (size_t i = 0; i < l->n; i++)
                if (str_eq_nocase(l->v[i], word))
                        return true;
        return false;
}

static void add_words(struct made *m, const struct str_list *words)
{
        for (size_t i = 0; i < words->n && m->words.n < FILTER_KEYWORDS_MAX; i++)
                if (!has_word(&m->words, words->v[i]))
                        m->words.v[m->words.n++] = words->v[i];
}

static void add_name(struct cx *cx, struct made *m, struct str name)
{
        m->name = m->name.n ? str_fmt(cx->arena, "%.*s, %.*s", STR_ARG(m->name), STR_ARG(name))
                            : name;
}

/* A topic is named in the first of the languages that has it. */
static enum err add_topics(struct cx *cx, const struct pause_draft *d, struct made *m)
{
        bool *named = make_n(cx->arena, d->n_topics + 1, bool);
        for (size_t l = 0; l < d->languages.n; l++) {
                struct topic *all;
                size_t n;
                TRY(topic_list(cx, d->languages.v[l], &all, &n));
                for (size_t i = 0; i < n; i++) {
                        size_t at = ids_find(d->topics, d->n_topics, all[i].id);
                        if (at == d->n_topics)
                                continue;
                        struct str_list words = topic_split(cx->arena, all[i].words);
                        if (!named[at])
                                add_name(cx, m, all[i].name);
                        named[at] = true;
                        add_words(m, &words);
                }
        }
        return OK;
}

static enum err add_own(struct cx *cx, struct str own, struct made *m)
{
        struct str clean;
        if (own.n > (size_t)PAUSE_OWN_MAX * FILTER_TEXT_MAX * 4 ||
            !text_clean(cx->arena, own.p ? own : S(""), &clean))
                return fail_field(cx, "own", ERR_INPUT, "That is too long.");
        struct str_list l = topic_split(cx->arena, clean);
        if (l.n > PAUSE_OWN_MAX)
                return fail_field(cx, "own", ERR_INPUT, "At most %d words of your own.",
                                  PAUSE_OWN_MAX);
        for (size_t i = 0; i < l.n; i++) {
                if (utf8_count(l.v[i]) > FILTER_TEXT_MAX)
                        return fail_field(cx, "own", ERR_INPUT, "A word has at most %d characters.",
                                          FILTER_TEXT_MAX);
                add_name(cx, m, str_fmt(cx->arena, "“%.*s”", STR_ARG(l.v[i])));
        }
        add_words(m, &l);
        return OK;
}

static enum err make_of(struct cx *cx, const struct pause_draft *d, struct made *m)
{
        *m = (struct made){.words = {make_n(cx->arena, FILTER_KEYWORDS_MAX, struct str), 0}};
        if (d->n_topics > PAUSE_TOPICS_MAX || d->n_spared > PAUSE_SPARED_MAX)
                return fail(cx, ERR_INPUT, "At most %d topics and %d people.", PAUSE_TOPICS_MAX,
                            PAUSE_SPARED_MAX);
        TRY(add_topics(cx, d, m));
        TRY(add_own(cx, d->own, m));
        if (!m->words.n)
                return fail_field(cx, "topic", ERR_INPUT,
                                  "Choose a topic, or write words of your own.");
        if (utf8_count(m->name) > FILTER_TEXT_MAX - 20)
                m->name =
                        str_join(cx->arena, utf8_cut_count(m->name, FILTER_TEXT_MAX - 20), S("…"));
        return OK;
}

enum err pause_begin(struct cx *cx, const struct viewer *by, const struct pause_draft *d,
                     int64_t *filter)
{
        struct made m;
        TRY(make_of(cx, d, &m));
        if (d->days < 1 || d->days > PAUSE_DAYS_MAX)
                return fail_field(cx, "days", ERR_INPUT, "A rest lasts 1 to %d days.",
                                  PAUSE_DAYS_MAX);
        struct filter f = {.title = str_join(cx->arena, S("Rest from "), m.name),
                           .contexts = EVERYWHERE,
                           .action = FILTER_HIDE,
                           .expires_at = cx_now(cx) + d->days * DAY_MS};
        TRY(filter_save(cx, by->account, &f));
        TRY(db_run(cx->db, &PAUSE_ADD, BIND(V(f.id), V(by->account), V(d->days)), NULL));
        TRY(filter_words_add(cx, f.id, &m.words));
        for (size_t i = 0; i < d->n_topics; i++)
                TRY(db_run(cx->db, &PAUSE_TOPIC_ADD, BIND(V(f.id), V(d->topics[i])), NULL));
        for (size_t i = 0; i < d->n_spared; i++)
                TRY(db_run(cx->db, &PAUSE_SPARE, BIND(V(f.id), V(d->spared[i])), NULL));
        *filter = f.id;
        return filter_note(cx, by->account);
}

enum err pause_preview(struct cx *cx, const struct viewer *by, const struct pause_draft *d,
                       int64_t *ids, size_t *n)
{
        struct made m;
        struct page page = {.limit = PAUSE_LOOKED_AT};
        int64_t *home, spared[PAUSE_SPARED_MAX], topics[PAUSE_TOPICS_MAX];
        size_t n_home;
        *n = 0;
        TRY(make_of(cx, d, &m));
        struct filter f = {.contexts = EVERYWHERE, .action = FILTER_HIDE, .pause = true};
        f.keywords = make_n(cx->arena, m.words.n + 1, struct filter_keyword);
        for (; f.n_keywords < m.words.n; f.n_keywords++)
                f.keywords[f.n_keywords] = (struct filter_keyword){
                        .keyword = m.words.v[f.n_keywords], .whole_word = true};
        memcpy(spared, d->spared, d->n_spared * sizeof *spared);
        memcpy(topics, d->topics, d->n_topics * sizeof *topics);
        f.spared = spared;
        f.n_spared = d->n_spared;
        f.topics = topics;
        f.n_topics = d->n_topics;
        TRY(home_list(cx, by, &page, &home, &n_home));
        bool *hidden = make_n(cx->arena, n_home + 1, bool);
        TRY(sift_judge(cx, sift_of(cx, by, &f, FILTER_HOME), home, n_home, hidden));
        for (size_t i = 0; i < n_home && *n < PAUSE_PREVIEW; i++)
                if (hidden[i])
                        ids[(*n)++] = home[i];
        return OK;
}

/* ---- those there are ---- */

#define PAUSE_COLUMNS "p.filter, f.expires_at, p.days, f.title, p.answered"
static const struct stmt PAUSE_LIST = {
        .name = "pause_list",
        .text = "SELECT " PAUSE_COLUMNS " FROM pause p JOIN filter f ON f.id = p.filter WHERE "
                "p.account = $1 ORDER BY p.filter LIMIT 100",
        .in = "i",
        .out = "iIisi",
};
static const struct stmt PAUSE_SPARED = {
        .name = "pause_spared",
        .text = "SELECT account FROM pause_spared WHERE filter = $1 LIMIT 50",
        .in = "i",
        .out = "i",
};
static const struct stmt PAUSE_LONGER = {
        .name = "pause_longer",
        .text = "UPDATE filter SET expires_at = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt PAUSE_ANSWER = {
        .name = "pause_answer",
        .text = "UPDATE pause SET answered = $3 WHERE filter = $1 AND account = $2",
        .in = "iii",
};
static const struct stmt PAUSE_OVER = {
        .name = "pause_over",
        .text = "SELECT p.account, p.filter FROM pause p JOIN filter f ON f.id = p.filter WHERE "
                "p.answered = 1 AND f.expires_at < $1 LIMIT 500",
        .in = "i",
        .out = "ii",
};

static struct str after_title(struct str title)
{
        return str_starts(title, S("Rest from ")) ? str_after(title, 10) : title;
}

enum err pause_list(struct cx *cx, int64_t account, struct pause **ret, size_t *n)
{
        struct row r;
        struct pause *v = make_n(cx->arena, FILTERS_MAX, struct pause);
        size_t k = 0;
        TRY(db_all(cx->db, &PAUSE_LIST, cx->arena, BIND(V(account)), &r));
        while (k < FILTERS_MAX && row_next(&r)) {
                v[k].filter = row_int(&r);
                v[k].ends_at = row_int(&r);
                v[k].days = row_int(&r);
                v[k].name = after_title(row_str(&r));
                v[k].answered = row_int(&r) != 0;
                v[k].ended = v[k].ends_at && v[k].ends_at <= cx_now(cx);
                k++;
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

enum err pause_get(struct cx *cx, int64_t account, int64_t filter, struct pause **ret)
{
        struct pause *v, *p = NULL;
        struct row r;
        size_t n;
        TRY(pause_list(cx, account, &v, &n));
        for (size_t i = 0; i < n; i++)
                if (v[i].filter == filter)
                        p = &v[i];
        if (!p)
                return ERR_MISSING;
        p->spared = make_n(cx->arena, PAUSE_SPARED_MAX, int64_t);
        TRY(db_all(cx->db, &PAUSE_SPARED, NULL, BIND(V(filter)), &r));
        while (p->n_spared < PAUSE_SPARED_MAX && row_next(&r))
                p->spared[p->n_spared++] = row_int(&r);
        *ret = p;
        return row_end(&r);
}

enum err pause_keep(struct cx *cx, int64_t account, int64_t filter)
{
        struct pause *p;
        TRY(pause_get(cx, account, filter, &p));
        int64_t now = cx_now(cx), from = p->ends_at > now ? p->ends_at : now;
        TRY(db_run(cx->db, &PAUSE_LONGER, BIND(V(filter), V(from + p->days * DAY_MS)), NULL));
        TRY(db_run(cx->db, &PAUSE_ANSWER, BIND(V(filter), V(account), V(0)), NULL));
        return filter_note(cx, account);
}

enum err pause_let_end(struct cx *cx, int64_t account, int64_t filter)
{
        struct pause *p;
        TRY(pause_get(cx, account, filter, &p));
        if (p->ended)
                return filter_drop(cx, account, filter);
        TRY(db_run(cx->db, &PAUSE_ANSWER, BIND(V(filter), V(account), V(1)), NULL));
        return filter_note(cx, account);
}

enum err pause_end(struct cx *cx, int64_t account, int64_t filter)
{
        struct pause *p;
        TRY(pause_get(cx, account, filter, &p));
        return filter_drop(cx, account, filter);
}

enum err pause_spare(struct cx *cx, int64_t account, int64_t filter, int64_t whom, bool on)
{
        struct pause *p;
        TRY(pause_get(cx, account, filter, &p));
        if (on && p->n_spared >= PAUSE_SPARED_MAX)
                return fail_field(cx, "name", ERR_INPUT, "At most %d people.", PAUSE_SPARED_MAX);
        TRY(db_run(cx->db, on ? &PAUSE_SPARE : &PAUSE_SPARE_NOT, BIND(V(filter), V(whom)), NULL));
        return filter_note(cx, account);
}

enum err pause_ending(struct cx *cx, int64_t account, int64_t ends, struct pause **ret)
{
        struct pause *v;
        size_t n;
        *ret = NULL;
        if (!ends || ends - cx_now(cx) > DAY_MS)
                return OK;
        TRY(pause_list(cx, account, &v, &n));
        for (size_t i = 0; i < n; i++)
                if (!v[i].answered && v[i].ends_at == ends)
                        *ret = &v[i];
        return OK;
}

enum err pause_tidy(struct cx *cx)
{
        enum { MOST = 500 };
        int64_t who[MOST], filter[MOST];
        size_t n = 0;
        struct row r;
        TRY(db_all(cx->db, &PAUSE_OVER, NULL, BIND(V(cx_now(cx))), &r));
        while (n < MOST && row_next(&r)) {
                who[n] = row_int(&r);
                filter[n++] = row_int(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++)
                TRY(filter_drop(cx, who[i], filter[i]));
        return OK;
}

static const struct stmt *const statements[] = {
        &PAUSE_ADD,    &PAUSE_TOPIC_ADD, &PAUSE_SPARE,  &PAUSE_SPARE_NOT, &PAUSE_LIST,
        &PAUSE_SPARED, &PAUSE_LONGER,    &PAUSE_ANSWER, &PAUSE_OVER,
};
const struct stmt_list PAUSE_STATEMENTS = {statements, countof(statements)};
