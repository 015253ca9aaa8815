/* Who may see a post: the C twin of the SQL predicate in audience.h, for a post whose row is at
 * hand, and the names of audiences. Called by whatever judges a single post: streams, media files,
 * votes, ActivityPub. */
#include "social/audience.h"

static const struct stmt AUDIENCE_FOLLOWS = {
        .name = "audience_follows",
        .text = "SELECT EXISTS (SELECT 1 FROM follow WHERE account = $1 AND target = $2 AND state "
                "= 1)",
        .in = "ii",
        .out = "i",
        .text_pg = "SELECT CAST(EXISTS (SELECT 1 FROM follow WHERE account = $1 AND target = $2 "
                   "AND state = 1) "
                   "AS INT)",
};
static const struct stmt AUDIENCE_MEMBER = {
        .name = "audience_member",
        .text = "SELECT EXISTS (SELECT 1 FROM list_member WHERE list = $1 AND account = $2)",
        .in = "ii",
        .out = "i",
        .text_pg = "SELECT CAST(EXISTS (SELECT 1 FROM list_member WHERE list = $1 AND account = "
                   "$2) AS INT)",
};
static const struct stmt AUDIENCE_MENTIONED_IN = {
        .name = "audience_mentioned",
        .text = "SELECT EXISTS (SELECT 1 FROM mention WHERE post = $1 AND account = $2)",
        .in = "ii",
        .out = "i",
        .text_pg = "SELECT CAST(EXISTS (SELECT 1 FROM mention WHERE post = $1 AND account = $2) AS "
                   "INT)",
};
static const struct stmt AUDIENCE_BLOCKED = {
        .name = "audience_blocked",
        .text = "SELECT EXISTS (SELECT 1 FROM block WHERE account = $1 AND target = $2)",
        .in = "ii",
        .out = "i",
        .text_pg = "SELECT CAST(EXISTS (SELECT 1 FROM block WHERE account = $1 AND target = $2) AS "
                   "INT)",
};

static enum err holds(struct cx *cx, const struct stmt *s, int64_t x, int64_t y, bool *ret)
{
        struct row r;
        TRY(db_one(cx->db, s, NULL, BIND(V(x), V(y)), &r));
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

/* Is the viewer, who is not the author, among those the post is for? */
static enum err addressed(struct cx *cx, int64_t viewer, const struct post_reach *p, bool *ret)
{
        *ret = p->audience == AUDIENCE_PUBLIC || p->audience == AUDIENCE_QUIET;
        if (*ret || !viewer || p->audience == AUDIENCE_SELF)
                return OK;
        if (p->audience == AUDIENCE_FOLLOWERS)
                TRY(holds(cx, &AUDIENCE_FOLLOWS, viewer, p->account, ret));
        if (p->audience == AUDIENCE_CIRCLE)
                TRY(holds(cx, &AUDIENCE_MEMBER, p->audience_list, viewer, ret));
        return *ret ? OK : holds(cx, &AUDIENCE_MENTIONED_IN, p->id, viewer, ret);
}

enum err audience_allows(struct cx *cx, const struct viewer *by, const struct post_reach *p,
                         bool *ret)
{
        int64_t viewer = by->account;
        bool own = viewer && viewer == p->account, blocked = false;
        *ret = !p->author_suspended && (p->state == COMMENT_SHOWN || own);
        if (!*ret || own)
                return OK;
        TRY(addressed(cx, viewer, p, ret));
        if (*ret && viewer)
                TRY(holds(cx, &AUDIENCE_BLOCKED, p->account, viewer, &blocked));
        *ret = *ret && !blocked;
        return OK;
}

struct str audience_api_name(enum audience a)
{
        switch (a) {
        case AUDIENCE_PUBLIC:
                return S("public");
        case AUDIENCE_QUIET:
                return S("unlisted");
        case AUDIENCE_FOLLOWERS:
        case AUDIENCE_CIRCLE:
                return S("private");
        case AUDIENCE_MENTIONED:
        case AUDIENCE_SELF:
                break;
        }
        return S("direct");
}

bool audience_read(struct str name, enum audience *ret)
{
        static const enum audience all[] = {AUDIENCE_PUBLIC, AUDIENCE_QUIET, AUDIENCE_FOLLOWERS,
                                            AUDIENCE_MENTIONED};
        for (size_t i = 0; i < countof(all); i++)
                if (str_eq(name, audience_api_name(all[i]))) {
                        *ret = all[i];
                        return true;
                }
        return false;
}

struct str audience_words(enum audience a)
{
        switch (a) {
        case AUDIENCE_PUBLIC:
                return S("Public");
        case AUDIENCE_QUIET:
                return S("Quiet public");
        case AUDIENCE_FOLLOWERS:
                return S("Followers");
        case AUDIENCE_CIRCLE:
                return S("An audience");
        case AUDIENCE_MENTIONED:
                return S("Only people mentioned");
        case AUDIENCE_SELF:
                break;
        }
        return S("Only me");
}

const struct stmt_list AUDIENCE_STATEMENTS = {
        (const struct stmt *const[]){&AUDIENCE_FOLLOWS, &AUDIENCE_MEMBER, &AUDIENCE_MENTIONED_IN,
                                     &AUDIENCE_BLOCKED},
        4,
};
