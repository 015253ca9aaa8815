/* A post, a comment or a boost (boost_of set: the wrapper has no words of its own): publishing, reading, changing,
 * deleting. Each verb is one transaction's worth of work and takes the viewer who asks. What a viewer may not see is
 * ERR_MISSING, the same as what never was. */
#pragma once
#include "lib/http/req.h"
#include "lib/text/markup.h"
#include "social/audience.h"
#include "social/page.h"

enum post_has { /* bits of post.has */
        POST_HAS_MEDIA = 1,
        POST_HAS_POLL = 2,
        POST_HAS_MENTIONS = 4,
        POST_HAS_TAGS = 8,
        POST_HAS_EMOJI = 16,
        POST_HAS_CARD = 32,
        POST_HAS_SWITCHES = 64, /* the thread's root has a row of switches, see switches.h; on the root and its comments */
        POST_HAS_JOURNAL = 128, /* the root is a journal's, see journal.h; on the root and its comments */
        POST_HAS_WAYS = 256,    /* ways to help, see way.h */
        POST_HAS_TOPICS = 4096, /* its author states what it is about, see topic.h */
        POST_HAS_LATER = 1024,  /* there is later news, or search leaves it out: see earlier.h */
        POST_HAS_AUTHORS = 512  /* more than one: the others are in hand, see coauthor.h */
};
enum quote_state { QUOTE_NONE, QUOTE_PENDING, QUOTE_ACCEPTED, QUOTE_REJECTED, QUOTE_REVOKED };

enum { /* each is at least five times what honest clients were seen to need */
        POST_BYTES_MAX = 65536,
        POST_MENTIONS_MAX = 50,
        POST_TAGS_MAX = 100,
        POST_LINKS_MAX = 20, /* more stay plain text */
        POST_PINS_MAX = 5,
        POST_HISTORY_MAX = 200 /* kept versions; the first and the newest stay */
};

struct post {
        int64_t id, account, app;
        struct str uri, url; /* complete, also for posts here */
        struct str author;   /* user name; with author_domain "" for people here */
        struct str author_domain;
        enum audience audience;
        int64_t audience_list;
        enum comment_state state;
        bool local, local_only, sensitive, author_suspended;
        struct str text; /* as written, here only */
        struct markup content;
        struct str spoiler, language; /* language STR_NONE: not known */
        int64_t reply_to, reply_account, thread, boost_of, quote_of;
        enum quote_state quote_state;
        enum quote_policy quote_policy;
        unsigned has; /* enum post_has */
        int64_t replies_count, boosts_count, favourites_count, quotes_count; /* the real ones, see post_counts */
        int64_t created_at, edited_at;
};

struct poll_draft {
        struct str_list options;
        struct opt_int expires_in; /* seconds */
        enum tri multiple, hide_totals;
};
struct photo_set;
struct media_change { /* of an attachment, while editing */
        int64_t id;
        struct str description, focus; /* STR_NONE: as it is; focus is "x,y" */
        const struct photo_set *set;   /* veil and the like, see veil.h; NULL: as they are */
};

struct preset;
struct switches;

/* What a person sends: for publishing and editing alike. Strings with p == NULL are not given. */
struct draft {
        struct str text, spoiler, language;
        struct str visibility; /* public unlisted private direct self, or list:ID (an audience); none: the login's */
        enum tri sensitive, local_only;
        int64_t reply_to, quote_of;
        int64_t journal;            /* written into this one; 0: the writer's own */
        enum tri signs;             /* the writer's name stands under it; unset: as the journal does */
        int64_t writer;             /* filled by journal_publish */
        struct id_list media;
        struct poll_draft poll;
        struct str quote_policy;    /* public followers nobody */
        struct str idempotency_key; /* "" or none: no protection */
        struct id_list topics; /* what it is stated to be about, see topic.h */
        int64_t co_author; /* who is asked to be one, once it is published; 0: nobody */
        const struct preset *bundle; /* the switches chosen, of a post that answers nothing; NULL: the login's preset */
        struct media_change *media_changes;
        size_t n_media_changes;
};

/* Publishes as `by`. The same idempotency key within an hour gives the first post again. */
MUST_USE enum err post_publish(struct cx *cx, const struct viewer *by, const struct draft *d, struct post **ret);
/* The checks of post_publish alone, for what is to be published later. */
MUST_USE enum err post_publish_check(struct cx *cx, const struct viewer *by, const struct draft *d);
/* Changes words, photos, poll and note of an own post; keeps the former version. Nothing changed: nothing happens. */
MUST_USE enum err post_edit(struct cx *cx, const struct viewer *by, int64_t id, const struct draft *d, struct post **ret);
/* Deletes an own post (or an own boost's wrapper). `ret` is the post as it was, for writing it anew; its media become
 * loose, or are thrown away when delete_media. ret may be NULL. */
MUST_USE enum err post_delete(struct cx *cx, const struct viewer *by, int64_t id, bool delete_media, struct post **ret);
/* Without asking whose it is: for moderation, expiry and what other servers delete. */
MUST_USE enum err post_erase(struct cx *cx, int64_t id, bool delete_media);
/* Of somebody who leaves, with its media: other servers were told that all of theirs goes. */
MUST_USE enum err post_erase_silently(struct cx *cx, int64_t id);

/* post_get, post_get_many and post_visible also let the hands of a thread (switches.h) read comments that wait there: what
 * is asked for by its id. Lists, threads and streams do not. */
MUST_USE enum err post_get(struct cx *cx, const struct viewer *by, int64_t id, struct post **ret);
/* Several, in the order asked; those not visible are left out. One statement. */
MUST_USE enum err post_get_many(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n, struct post ***ret,
                                size_t *n_ret);
/* Which of the ids this viewer may see, in the order asked (also judging what a boost brings). */
MUST_USE enum err post_visible(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n, int64_t *ret,
                               size_t *n_ret);
/* Without a viewer: for delivery, jobs and our own bookkeeping; never for showing. */
MUST_USE enum err post_load(struct cx *cx, int64_t id, struct post **ret);
MUST_USE enum err post_load_many(struct cx *cx, const int64_t *ids, size_t n, struct post **ret, size_t *n_ret);
MUST_USE enum err post_by_uri(struct cx *cx, struct str uri, int64_t *ret); /* ERR_MISSING; also knows our own addresses */

/* The counts as this viewer may see them: where they are hidden they are 0, and 0 or 1 for replies (apps need to know
 * whether a thread exists). `others` and `me`: whether others see them, and the author. */
struct post_counts {
        int64_t replies, boosts, favourites, quotes;
};
struct post_counts post_counts(const struct viewer *by, int64_t author, bool others, bool me, struct post_counts real);

/* Older versions, oldest first, the present one last. */
struct post_version {
        int64_t created_at;
        struct markup content;
        struct str spoiler;
        bool sensitive;
        struct str media; /* JSON: attachments as they were; "" for the present version: ask media_of_posts */
        struct str poll;  /* JSON: option titles, or STR_NONE */
};
MUST_USE enum err post_history(struct cx *cx, const struct viewer *by, int64_t id, struct post_version **ret, size_t *n);
/* Text and note as they were written, for the author's editor. */
MUST_USE enum err post_source(struct cx *cx, const struct viewer *by, int64_t id, struct str *text, struct str *spoiler);

/* Posts of one account as `by` may see them. */
struct post_list_options {
        bool only_media, no_replies, no_boosts, pinned;
        struct str tag; /* folded; STR_NONE: any */
};
MUST_USE enum err post_list(struct cx *cx, const struct viewer *by, int64_t account, const struct post_list_options *o,
                            struct page *page, int64_t **ret, size_t *n);

struct str post_uri(struct cx *cx, struct str username, int64_t id); /* https://host/users/NAME/statuses/ID */
struct str post_url(struct cx *cx, struct str username, int64_t id); /* https://host/@NAME/ID */
extern const struct stmt_list POST_STATEMENTS;
extern const struct stmt_list POST_PUBLISH_STATEMENTS;
extern const struct stmt_list POST_STORE_STATEMENTS;
extern const struct stmt_list POST_EDIT_STATEMENTS;
extern const struct stmt_list POST_REPLACE_STATEMENTS;
extern const struct stmt_list POST_DELETE_STATEMENTS;
extern const struct stmt_list POST_LIST_STATEMENTS;
