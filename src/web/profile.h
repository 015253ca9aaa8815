/* A profile: what its pages show. */
#pragma once
#include "social/page.h"
#include "social/memorial.h"
#include "social/relationship.h"
#include "social/way.h"
#include "web/post.h"
#include "web/remember.h"

enum profile_tab { PROFILE_POSTS, PROFILE_PHOTOS, PROFILE_JOURNALS, PROFILE_ABOUT };
struct profile_photo {
        const struct media *media;
        const struct card *card;
};
struct album_listed;
struct letter;
/* The sentence on its cover; none: it is open. */
struct str profile_cover(const struct web_page *p, const struct profile_photo *at);
struct profile {
        const struct account *account;
        struct str path, acct; /* acct: name@domain, also for people here */
        enum profile_tab tab;
        bool mine, ours; /* the reader; a journal of theirs */
        const struct relationship *relation; /* NULL for strangers and oneself */
        const struct account *moved_to;
        const struct memorial *memorial; /* NULL: none, or of somebody elsewhere */
        bool steward;                    /* the reader looks after it */
        struct way *ways;                /* to help, of a memorial */
        size_t n_ways;
        struct days_shown days;
        struct str quiet_line; /* what they wish said in their quiet time; "" for nothing */
        struct cards pinned, posts;
        const struct album_listed *albums; /* of the page of photos */
        size_t n_albums;
        bool keeps_albums; /* they are the reader's, or of a journal they own */
        const struct card *reported; /* the post that the report would be about; NULL: none */
        const struct letter *letter; /* or the letter */
        struct page page;
        bool paged; /* not the newest page */
};

/* Links to the pages before and after this one of a list: "?max_id=", "?min_id=". */
struct pager {
        struct str newer, older; /* STR_NONE: none */
        const char *newer_word, *older_word;
};
struct pager pager_of(struct arena *a, const struct page *page, struct str path, struct str query);
void web_pager(struct html *h, const struct pager *g);
/* Reads max_id and min_id. */
struct page pager_read(struct req *rq, int64_t limit);

/* A profile's page, opened: account, path, relation; and its window. */
MUST_USE enum err web_profile_open(struct req *rq, enum profile_tab tab, struct profile *f);
struct web_page web_profile_page(struct req *rq, const struct profile *f);

/* The account of /@name; ERR_MISSING also for suspended ones; ERR_GONE for people here who left or are suspended. */
MUST_USE enum err web_account_find(struct req *rq, struct account **ret);
