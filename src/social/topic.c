/* Topics and what is stated about posts: see topic.h. Called by topic pauses, the composer and the
 * owner's page of topics. */
#include "social/topic.h"
#include "lib/text/language.h"
#include "lib/text/unicode.h"
#include "social/audit.h"
#include "social/ids.h"
#include "social/post.h"

static const struct stmt TOPIC_LANGUAGES = {
        .name = "topic_languages",
        .text = "SELECT DISTINCT language FROM topic_words ORDER BY language",
        .out = "s",
        .scans = true, /* some rows, written by the administrator */
};
static const struct stmt TOPIC_LIST = {
        .name = "topic_list",
        .text = "SELECT topic, name, words FROM topic_words WHERE language = $1 ORDER BY topic "
                "LIMIT $2",
        .in = "si",
        .out = "iss",
        .scans = true, /* likewise */
};

enum err topic_languages(struct cx *cx, struct str_list *ret)
{
        enum { MOST = 200 };
        return db_texts(cx->db, &TOPIC_LANGUAGES, cx->arena, NO_BIND, MOST, ret);
}

static struct str among(const struct str_list *all, struct str tag)
{
        for (size_t i = 0; i < all->n; i++)
                if (str_eq_nocase(all->v[i], tag))
                        return all->v[i];
        struct str head = str_cut(tag, 0, str_find_char(tag, '-'));
        for (size_t i = 0; i < all->n; i++)
                if (str_eq_nocase(all->v[i], head))
                        return all->v[i];
        return STR_NONE;
}

enum err topic_language(struct cx *cx, struct str locale, struct str *ret)
{
        struct str_list all;
        TRY(topic_languages(cx, &all));
        *ret = among(&all, locale);
        if (!ret->n)
                *ret = among(&all, cx->settings->language);
        if (!ret->n && all.n)
                *ret = all.v[0];
        return OK;
}

enum err topic_list(struct cx *cx, struct str language, struct topic **ret, size_t *n)
{
        struct row r;
        struct topic *v = make_n(cx->arena, TOPICS_MAX, struct topic);
        size_t k = 0;
        TRY(db_all(cx->db, &TOPIC_LIST, cx->arena, BIND(V(language), V(TOPICS_MAX)), &r));
        while (k < TOPICS_MAX && row_next(&r)) {
                v[k].id = row_int(&r);
                v[k].name = row_str(&r);
                v[k++].words = row_str(&r);
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

struct str_list topic_split(struct arena *a, struct str words)
{
        struct str rest = str_replace(a, words, S("\n"), S(",")), word;
        struct str_list l = {make_n(a, words.n + 1, struct str), 0};
        while (str_next(&rest, ',', &word)) {
                size_t i = 0;
                word = str_trim(word);
                while (i < l.n && !str_eq_nocase(l.v[i], word))
                        i++;
                if (word.n && i == l.n)
                        l.v[l.n++] = word;
        }
        return l;
}

/* ---- what the owner changes ---- */

static const struct stmt TOPIC_ADD = {
        .name = "topic_add",
        .text = "INSERT INTO topic (id) VALUES ($1)",
        .in = "i",
};
static const struct stmt TOPIC_HAS = {
        .name = "topic_has",
        .text = "SELECT id FROM topic WHERE id = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt TOPIC_PUT = {
        .name = "topic_put",
        .text = "INSERT INTO topic_words (topic, language, name, words) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (topic, language) DO UPDATE SET name = $3, words = $4",
        .in = "isss",
};
static const struct stmt TOPIC_DROP = {
        .name = "topic_drop",
        .text = "DELETE FROM topic_words WHERE topic = $1 AND language = $2 RETURNING name",
        .in = "is",
        .out = "s",
};
static const struct stmt TOPIC_DROP_BARE = {
        .name = "topic_drop_bare",
        .text = "DELETE FROM topic WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM topic_words WHERE "
                "topic = $1)",
        .in = "i",
};

static enum err check(struct cx *cx, struct str language, struct topic *t)
{
        struct str clean;
        if (!language_read(cx->arena, language, &clean) || !str_eq(clean, language))
                return fail_field(cx, "language", ERR_INPUT, "There is no such language.");
        if (!text_clean(cx->arena, str_trim(t->name.p ? t->name : S("")), &t->name) || !t->name.n ||
            utf8_count(t->name) > TOPIC_NAME_MAX)
                return fail_field(cx, "name", ERR_INPUT, "A topic’s name has 1 to %d characters.",
                                  TOPIC_NAME_MAX);
        if (t->words.n > (size_t)TOPIC_WORDS_MAX * TOPIC_WORD_MAX * 4 ||
            !text_clean(cx->arena, t->words.p ? t->words : S(""), &clean))
                return fail_field(cx, "words", ERR_INPUT, "That is too long.");
        struct str_list l = topic_split(cx->arena, clean);
        if (!l.n || l.n > TOPIC_WORDS_MAX)
                return fail_field(cx, "words", ERR_INPUT,
                                  "A topic has 1 to %d words in a language.", TOPIC_WORDS_MAX);
        t->words = S("");
        for (size_t i = 0; i < l.n; i++) {
                if (utf8_count(l.v[i]) > TOPIC_WORD_MAX)
                        return fail_field(cx, "words", ERR_INPUT,
                                          "One of the words has more than %d characters.",
                                          TOPIC_WORD_MAX);
                t->words = i ? str_fmt(cx->arena, "%.*s, %.*s", STR_ARG(t->words), STR_ARG(l.v[i]))
                             : l.v[i];
        }
        return OK;
}

enum err topic_save(struct cx *cx, const struct viewer *by, struct str language, struct topic *t)
{
        struct topic *all;
        struct row r;
        size_t n;
        TRY(check(cx, language, t));
        TRY(topic_list(cx, language, &all, &n));
        for (size_t i = 0; i < n; i++)
                if (all[i].id != t->id && str_eq_nocase(all[i].name, t->name))
                        return fail_field(cx, "name", ERR_INPUT,
                                          "There is another topic of that name.");
        if (!t->id && n >= TOPICS_MAX)
                return fail(cx, ERR_INPUT, "There can be at most %d topics.", TOPICS_MAX);
        if (t->id) {
                TRY(db_one(cx->db, &TOPIC_HAS, NULL, BIND(V(t->id)), &r));
                row_int(&r);
                TRY(row_end(&r));
        } else {
                t->id = cx_id(cx);
                TRY(db_run(cx->db, &TOPIC_ADD, BIND(V(t->id)), NULL));
        }
        TRY(db_run(cx->db, &TOPIC_PUT, BIND(V(t->id), V(language), V(t->name), V(t->words)), NULL));
        return audit_note(cx, by, "topic_written", 0, t->name);
}

enum err topic_drop(struct cx *cx, const struct viewer *by, struct str language, int64_t id)
{
        struct row r;
        TRY(db_one(cx->db, &TOPIC_DROP, cx->arena, BIND(V(id), V(language)), &r));
        struct str name = row_str(&r);
        TRY(row_end(&r));
        TRY(db_run(cx->db, &TOPIC_DROP_BARE, BIND(V(id)), NULL));
        return audit_note(cx, by, "topic_deleted", 0, name);
}

/* ---- what authors state ---- */

#define OF_POSTS_TEXT(ids)                                                                         \
        "SELECT t.post, t.topic FROM " ids " CROSS JOIN post_topic t WHERE t.post = ids.value"
static const struct stmt TOPIC_OF_POSTS = {
        .name = "topic_of_posts",
        .text = OF_POSTS_TEXT(IDS_SQLITE),
        .text_pg = OF_POSTS_TEXT(IDS_PG),
        .in = "s",
        .out = "ii",
};
static const struct stmt TOPIC_UNSTATE = {
        .name = "topic_unstate",
        .text = "DELETE FROM post_topic WHERE post = $1",
        .in = "i",
};
static const struct stmt TOPIC_STATE = {
        .name = "topic_state",
        .text = "INSERT INTO post_topic (post, topic) SELECT $1, id FROM topic WHERE id = $2 ON "
                "CONFLICT DO NOTHING",
        .in = "ii",
};
_Static_assert(POST_HAS_TOPICS == 4096, "the statement below carries it as a number");
static const struct stmt TOPIC_FLAG = {
        .name = "topic_flag",
        .text = "UPDATE post SET has = has - (has / 4096) % 2 * 4096 + CASE WHEN EXISTS (SELECT 1 "
                "FROM post_topic WHERE post = $1) THEN 4096 ELSE 0 END WHERE id = $1",
        .in = "i",
};

enum err topic_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct post_topic **ret,
                        size_t *n_ret)
{
        struct row r;
        size_t room = n * TOPICS_A_POST, k = 0;
        struct post_topic *v = make_n(cx->arena, room + 1, struct post_topic);
        TRY(db_all(cx->db, &TOPIC_OF_POSTS, NULL, BIND(V(ids_json(cx->arena, posts, n))), &r));
        while (k < room && row_next(&r)) {
                v[k].post = row_int(&r);
                v[k++].topic = row_int(&r);
        }
        *ret = v;
        *n_ret = k;
        return row_end(&r);
}

enum err topic_state(struct cx *cx, int64_t post, const int64_t *topics, size_t n)
{
        if (n > TOPICS_A_POST)
                return fail_field(cx, "topic", ERR_INPUT, "A post has at most %d topics.",
                                  TOPICS_A_POST);
        TRY(db_run(cx->db, &TOPIC_UNSTATE, BIND(V(post)), NULL));
        for (size_t i = 0; i < n; i++)
                TRY(db_run(cx->db, &TOPIC_STATE, BIND(V(post), V(topics[i])), NULL));
        return db_run(cx->db, &TOPIC_FLAG, BIND(V(post)), NULL);
}

static const struct stmt *const statements[] = {
        &TOPIC_LANGUAGES, &TOPIC_LIST,     &TOPIC_ADD,     &TOPIC_HAS,   &TOPIC_PUT,  &TOPIC_DROP,
        &TOPIC_DROP_BARE, &TOPIC_OF_POSTS, &TOPIC_UNSTATE, &TOPIC_STATE, &TOPIC_FLAG,
};
const struct stmt_list TOPIC_STATEMENTS = {statements, countof(statements)};
