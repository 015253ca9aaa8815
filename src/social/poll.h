/* Polls of posts: reading and voting. */
#pragma once
#include "social/post.h"

enum {
        POLL_OPTIONS_MAX = 10,   /* Mastodon takes 4; more do no harm, all clients list them */
        POLL_OPTIONS_READ = 50,  /* of polls from elsewhere */
        POLL_OPTION_MAX = 50,    /* characters */
        POLL_SECONDS_MIN = 300,  /* 5 minutes */
        POLL_SECONDS_MAX = 2592000 /* 30 days */
};

struct poll_option {
        struct str title;
        int64_t votes; /* -1: not told while the poll runs (hide_totals) */
};
struct poll {
        int64_t id, post, author, expires_at; /* expires_at 0: never */
        bool expired, multiple, hide_totals;
        int64_t votes, voters;
        struct poll_option *options;
        size_t n_options;
        bool voted; /* by the viewer; the author counts as having voted */
        uint64_t own_votes; /* bit an option */
};
MUST_USE enum err poll_get(struct cx *cx, const struct viewer *by, int64_t id, struct poll **ret);
/* Those of posts judged visible, in any order; one statement for polls and options, one for the viewer's votes. */
MUST_USE enum err poll_of_posts(struct cx *cx, const struct viewer *by, const int64_t *posts, size_t n,
                                struct poll **ret, size_t *n_ret);
/* ERR_INPUT: own poll, ended, voted already, no such choice, several where one is asked for. */
MUST_USE enum err poll_vote(struct cx *cx, const struct viewer *by, int64_t id, const int64_t *choices, size_t n,
                            struct poll **ret);
/* A vote of somebody elsewhere for the option so named; those that do not fit change nothing. */
MUST_USE enum err poll_vote_named(struct cx *cx, int64_t account, int64_t post, struct str option, struct str uri);
/* Checks what a person sent. */
MUST_USE enum err poll_check(struct cx *cx, struct poll_draft *d); /* also cleans the options */
struct poll_new;
MUST_USE enum err poll_store(struct cx *cx, int64_t post, const struct poll_new *p);
MUST_USE enum err poll_drop(struct cx *cx, int64_t post);
/* The job "poll_end": payload {"post":"ID"}. Tells the author and those who voted. */
MUST_USE enum err poll_end_job(struct cx *cx, struct str payload);
/* How a poll from here stands, for servers of followers, of those named in it and of those who voted: now, or by the job
 * "poll_news" (payload {"post":"ID"}) a few minutes from now, however many votes there are until then. */
struct post;
MUST_USE enum err poll_news(struct cx *cx, const struct post *post);
MUST_USE enum err poll_news_soon(struct cx *cx, const struct post *post);
MUST_USE enum err poll_news_job(struct cx *cx, struct str payload);
extern const struct stmt_list POLL_STATEMENTS, POLL_NEWS_STATEMENTS;
