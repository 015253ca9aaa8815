/* What belongs into a home timeline: one rule for giving out a new post, for rebuilding and for reading without kept
 * rows. Inside social/ only. */
#pragma once
#include "social/audience.h"

/* Over p, pa, q, qa (POST_JOINS) and f (what the reader follows: boosts, languages), for the reader's id as an SQL
 * expression. The reader follows p.account or is it. */
#define HOME_ADDRESSED(r)                                                                          \
        "(p.audience <= 2 OR p.account = " r                                                       \
        " OR (p.audience = 3 AND EXISTS (SELECT 1 FROM list_member hl WHERE hl.list = p.audience_list "    \
        "AND hl.account = " r ")) OR (p.audience IN (3, 4) AND EXISTS (SELECT 1 FROM mention hm "  \
        "WHERE hm.post = p.id AND hm.account = " r ")))"
/* Answers only when the reader follows the person answered, or is it (Mastodon's rule). */
#define HOME_REPLY(r)                                                                              \
        "(p.reply_account IS NULL OR p.reply_account = p.account OR p.reply_account = " r          \
        " OR p.account = " r " OR EXISTS (SELECT 1 FROM follow hf WHERE hf.account = " r           \
        " AND hf.target = p.reply_account AND hf.state = 1))"
#define HOME_NOT_MUTED(r, a)                                                                       \
        "NOT EXISTS (SELECT 1 FROM mute hu WHERE hu.account = " r " AND hu.target = " a ")"
#define HOME_BOOST(r)                                                                              \
        "(p.boost_of IS NULL OR p.account = " r " OR (f.boosts = 1 AND " HOME_NOT_MUTED(r, "q.account")    \
        " AND NOT EXISTS (SELECT 1 FROM block hb WHERE hb.account = " r " AND hb.target = q.account)"      \
        " AND NOT EXISTS (SELECT 1 FROM block hc WHERE hc.account = q.account AND hc.target = " r ")"      \
        " AND (qa.domain = '' OR NOT EXISTS (SELECT 1 FROM domain_block hd WHERE hd.account = " r  \
        " AND hd.domain = qa.domain)) AND qa.suspended_at IS NULL))"
#define HOME_LANGUAGE                                                                              \
        "(f.languages IS NULL OR COALESCE(q.language, p.language) IS NULL "                        \
        "OR f.languages LIKE '%\"' || COALESCE(q.language, p.language) || '\"%')"
/* Not what an exclusive list of the reader holds. */
#define HOME_NOT_EXCLUSIVE(r)                                                                      \
        "NOT EXISTS (SELECT 1 FROM list hx CROSS JOIN list_member hy WHERE hx.account = " r        \
        " AND hx.exclusive = 1 AND hy.list = hx.id AND hy.account = p.account AND p.account <> " r ")"

#define HOME_RULE(r)                                                                               \
        "(" HOME_ADDRESSED(r) " AND (p.state = 0 OR p.account = " r ") AND " HOME_REPLY(r)         \
        " AND " HOME_NOT_MUTED(r, "p.account") " AND " HOME_BOOST(r) " AND " HOME_LANGUAGE         \
        " AND " HOME_NOT_EXCLUSIVE(r) " AND pa.suspended_at IS NULL)"

/* What the reader bound at $n follows, and the reader itself, as f. */
#define HOME_FOLLOWED(r)                                                                           \
        "(SELECT target AS who, boosts, languages FROM follow WHERE account = " r " AND state = 1" \
        " UNION ALL SELECT " r ", 1, NULL) AS f"
