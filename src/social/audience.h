/* Who may see a post is decided here, in one place: the SQL predicate and its C twin side by side. Every read of posts
 * goes through one of them with a struct viewer; a test compares both over every kind of viewer and post. */
#pragma once
#include "lib/base/str.h"
#include "store/cx.h"

enum audience { AUDIENCE_PUBLIC, AUDIENCE_QUIET, AUDIENCE_FOLLOWERS, AUDIENCE_CIRCLE, AUDIENCE_MENTIONED, AUDIENCE_SELF };
enum comment_state { COMMENT_SHOWN, COMMENT_HELD, COMMENT_KEPT, COMMENT_DECLINED };
/* Who may quote a post. */
enum quote_policy {
        QUOTE_PUBLIC,
        QUOTE_FOLLOWERS,
        QUOTE_NOBODY,
        QUOTE_ASKS_ALL,            /* these of posts elsewhere alone: nobody without asking, everybody may ask; */
        QUOTE_ASKS_FOLLOWERS,      /* the followers may ask; */
        QUOTE_FOLLOWERS_ASKS_ALL   /* the followers may, everybody else may ask */
};
enum role { ROLE_MEMBER, ROLE_MODERATOR, ROLE_OWNER };

/* Whether the person may act at all; everything but VIEWER_FINE is refused by access_check. */
enum viewer_state { VIEWER_FINE, VIEWER_UNCONFIRMED, VIEWER_WAITING, VIEWER_DISABLED };

/* Who asks. Account 0 is a stranger. */
struct viewer {
        int64_t account;
        enum role role;
        int64_t token, app, session; /* what they came with; 0 for none */
        uint64_t scopes;
        bool has_filters;            /* copied from login */
        bool sifts;                  /* the same: lists leave something out, see sift.h */
        struct str locale;
        enum viewer_state state;
        bool no_network_refused;     /* no network is shut out, so that whose address it is need not be asked */
        bool memorial_waits;         /* somebody said that they have died: what they write proves otherwise */
        bool touch_due;              /* the stored time of last use is old, see access_touch */
};
#define STRANGER ((struct viewer){0})

/* What the rule looks at, from the post's row. */
struct post_reach {
        int64_t id, account, audience_list;
        enum audience audience;
        enum comment_state state;
        bool author_suspended;
};

/* The predicate over `p` (table post) and `pa` (its author's account row), for the viewer bound at $n (0: stranger). Use:
 *   SELECT ... FROM post p JOIN account pa ON pa.id = p.account WHERE ... AND VISIBLE_TO("$2")
 * For a boost wrapper it judges the wrapper; the boosted post is judged by its own row (alias it as p again, or
 * VISIBLE_TO_AS). */
#define VISIBLE_TO(viewer) VISIBLE_TO_AS("p", "pa", viewer)
#define VISIBLE_TO_AS(p, pa, viewer)                                                               \
        "(" pa ".suspended_at IS NULL"                                                             \
        " AND (" p ".state = 0 OR " p ".account = " viewer ")"                                     \
        " AND (" p ".audience <= 1 OR " p ".account = " viewer                                     \
        " OR (" p ".audience = 2 AND EXISTS (SELECT 1 FROM follow vf WHERE vf.account = " viewer   \
        " AND vf.target = " p ".account AND vf.state = 1))"                                        \
        " OR (" p ".audience = 3 AND EXISTS (SELECT 1 FROM list_member vl"                         \
        " WHERE vl.list = " p ".audience_list AND vl.account = " viewer "))"                       \
        " OR (" p ".audience IN (2, 3, 4) AND EXISTS (SELECT 1 FROM mention vm"                    \
        " WHERE vm.post = " p ".id AND vm.account = " viewer ")))"                                 \
        " AND (" viewer " = 0 OR NOT EXISTS (SELECT 1 FROM block vb"                               \
        " WHERE vb.account = " p ".account AND vb.target = " viewer ")))"

/* What lists show: the wrapper's rule and, for a boost, also that of what it brings. With POST_JOINS. */
#define POST_JOINS                                                                                 \
        " JOIN account pa ON pa.id = p.account"                                                    \
        " LEFT JOIN post q ON q.id = p.boost_of LEFT JOIN account qa ON qa.id = q.account"
#define SHOWN_TO(viewer)                                                                           \
        "(" VISIBLE_TO(viewer) " AND (p.boost_of IS NULL OR " VISIBLE_TO_AS("q", "qa", viewer) "))"

/* Whether the viewer bound at $n wants to meet this author in timelines, threads, search and notifications: neither
 * blocked nor muted, nor the server blocked. Mutes that ended are removed by the tidying. `pa` is the author's row. */
#define WANTED_BY_AS(pa, viewer)                                                                   \
        "(" viewer " = 0 OR (NOT EXISTS (SELECT 1 FROM block wb WHERE wb.account = " viewer        \
        " AND wb.target = " pa ".id) AND NOT EXISTS (SELECT 1 FROM mute wm WHERE wm.account = "    \
        viewer " AND wm.target = " pa ".id) AND (" pa ".domain = '' OR NOT EXISTS ("               \
        "SELECT 1 FROM domain_block wd WHERE wd.account = " viewer " AND wd.domain = " pa          \
        ".domain))))"
#define WANTED_BY(viewer)                                                                          \
        "(" WANTED_BY_AS("pa", viewer) " AND (p.boost_of IS NULL OR " WANTED_BY_AS("qa", viewer) "))"

/* The C twin, for one post whose row is at hand (asks the database only what the audience needs). */
MUST_USE enum err audience_allows(struct cx *cx, const struct viewer *by, const struct post_reach *post, bool *ret);

/* Names on the wire: Mastodon's four (circle and self are "private" and "direct" there), and ours. */
struct str audience_api_name(enum audience a);
bool audience_read(struct str api_name, enum audience *ret); /* public unlisted private direct */
/* In words, for pages: "Public", "Quiet public", "Followers", "Only people mentioned". */
struct str audience_words(enum audience a);
extern const struct stmt_list AUDIENCE_STATEMENTS;
