/* Topics: bundles of words that an administrator keeps, per language, for topic pauses; and what authors state their posts
 * to be about. That is used here only: it is shown to nobody but the author and never leaves the server. */
#pragma once
#include "social/audience.h"

enum {
        TOPICS_MAX = 60,        /* in a language: a list that a person can read through */
        TOPIC_NAME_MAX = 60,
        TOPIC_WORDS_MAX = 60,   /* words of a topic in one language */
        TOPIC_WORD_MAX = 80,    /* characters of a word */
        TOPICS_A_POST = 5       /* more would be a way to hide a post from everybody */
};
struct topic {
        int64_t id;
        struct str name, words; /* in one language; words have commas between them */
};
/* Languages that have topics, sorted. */
MUST_USE enum err topic_languages(struct cx *cx, struct str_list *ret);
/* Of the languages that have topics the one for a reader of `locale` ("de-AT"): theirs, else the server's, else the first;
 * STR_NONE when there are none. */
MUST_USE enum err topic_language(struct cx *cx, struct str locale, struct str *ret);
/* In one language, in the order in which they were made. */
MUST_USE enum err topic_list(struct cx *cx, struct str language, struct topic **ret, size_t *n);
/* The words apart, trimmed, each once. */
struct str_list topic_split(struct arena *a, struct str words);

/* For the owner; in a write transaction, with a line in the log. id 0: a new one. ERR_INPUT with a sentence. */
MUST_USE enum err topic_save(struct cx *cx, const struct viewer *by, struct str language, struct topic *t);
/* In this language; a topic that is left in none goes. ERR_MISSING. */
MUST_USE enum err topic_drop(struct cx *cx, const struct viewer *by, struct str language, int64_t id);

/* What their authors state posts to be about, for posts that carry POST_HAS_TOPICS. */
struct post_topic {
        int64_t post, topic;
};
MUST_USE enum err topic_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct post_topic **ret, size_t *n_ret);
/* Writes what is stated about a post, and POST_HAS_TOPICS of its row. Unknown topics are left out; ERR_INPUT: more than
 * TOPICS_A_POST. Whoever calls has checked whose post it is. */
MUST_USE enum err topic_state(struct cx *cx, int64_t post, const int64_t *topics, size_t n);
extern const struct stmt_list TOPIC_STATEMENTS;
