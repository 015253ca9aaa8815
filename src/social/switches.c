/* The rows of switches and hands, and the built-in presets: see switches.h. Called wherever a rule
 * asks what a post's author wished. */
#include "social/switches.h"
#include "social/ids.h"
#include "social/post_show.h"

#define SWITCHES_COLUMNS                                                                           \
        "preset, comments, review, alerts, close_through, counts_others, counts_me, boosts, "      \
        "embeds, "                                                                                 \
        "indexing, wish, closes_at, letters, thinking, careful, reminders, COALESCE(thanks, 0)"
#define SWITCHES_OUT "iiiiiiiiiiiiiiiii"

static const struct stmt GET = {
        .name = "switches_get",
        .text = "SELECT " SWITCHES_COLUMNS " FROM switches WHERE post = $1",
        .in = "i",
        .out = SWITCHES_OUT,
};
#define OF_POSTS_TEXT(ids)                                                                         \
        "SELECT post, " SWITCHES_COLUMNS " FROM " ids " JOIN switches s ON s.post = ids.value"
static const struct stmt OF_POSTS = {
        .name = "switches_of_posts",
        .text = OF_POSTS_TEXT(IDS_SQLITE),
        .text_pg = OF_POSTS_TEXT(IDS_PG),
        .in = "s",
        .out = "i" SWITCHES_OUT,
};
static const struct stmt SET = {
        .name = "switches_set",
        .text = "INSERT INTO switches (post, preset, comments, review, alerts, close_through, "
                "counts_others, counts_me, boosts, embeds, indexing, wish, closes_at, letters, "
                "thinking, careful, reminders, thanks) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
                "$10, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT (post) DO UPDATE SET "
                "preset = $2, comments = $3, review = $4, alerts = $5, close_through = $6, "
                "counts_others = $7, counts_me = $8, boosts = $9, embeds = $10, indexing = $11, "
                "wish = $12, closes_at = $13, letters = $14, thinking = $15, careful = $16, "
                "reminders = $17, thanks = $18",
        .in = "iiiiiiiiiiiiiiiiiI",
};
static const struct stmt UNSET = {
        .name = "switches_unset",
        .text = "DELETE FROM switches WHERE post = $1",
        .in = "i",
};
static const struct stmt MARK = {
        .name = "switches_mark",
        .text = "UPDATE post SET has = has + 64 WHERE thread = $1 AND boost_of IS NULL AND has % "
                "128 < 64",
        .in = "i",
};
static const struct stmt UNMARK = {
        .name = "switches_unmark",
        .text = "UPDATE post SET has = has - 64 WHERE thread = $1 AND boost_of IS NULL AND has % "
                "128 >= 64",
        .in = "i",
};
static const struct stmt HAND = {
        .name = "hand_find",
        .text = "SELECT CASE WHEN p.account = $2 THEN 1 ELSE COALESCE((SELECT h.role FROM hand h "
                "WHERE "
                "h.post = p.id AND h.account = $2), (SELECT 1 FROM journal_owner o WHERE o.journal "
                "= "
                "p.account AND o.account = $2 AND o.state = 1), 0) END FROM post p WHERE p.id = $1",
        .in = "ii",
        .out = "i",
};
static const struct stmt HAND_ADD = {
        .name = "hand_add",
        .text = "INSERT INTO hand (post, account, role) VALUES ($1, $2, $3) ON CONFLICT (post, "
                "account) "
                "DO UPDATE SET role = $3",
        .in = "iii",
};
static const struct stmt HAND_END = {
        .name = "hand_end",
        .text = "DELETE FROM hand WHERE post = $1 AND account = $2",
        .in = "ii",
};

static const struct stmt EMBEDS = {
        .name = "switches_embeds",
        .text = "SELECT embeds FROM login WHERE account = $1",
        .in = "i",
        .out = "i",
};

_Static_assert(POST_HAS_SWITCHES == 64, "the statements above carry the bit as a number");

enum { HARD_PAUSE_S = 120, HARD_CLOSES_DAYS = 30 };

const struct preset PRESETS[3] = {
        [PRESET_EVERYDAY] = {.id = PRESET_EVERYDAY,
                             .name = {"Everyday", 8},
                             .visibility = -1,
                             .quote_policy = QUOTE_FOLLOWERS,
                             .switches = {.counts_me = true,
                                          .boosts = true,
                                          .letters = true,
                                          .reminders = true}},
        [PRESET_GOOD_NEWS] = {.id = PRESET_GOOD_NEWS,
                              .name = {"Good news", 9},
                              .visibility = -1,
                              .quote_policy = QUOTE_FOLLOWERS,
                              .switches = {.preset = PRESET_GOOD_NEWS,
                                           .alerts = ALERTS_DIGEST,
                                           .boosts = true,
                                           .letters = true,
                                           .reminders = true}},
        [PRESET_HARD_NEWS] = {.id = PRESET_HARD_NEWS,
                              .name = {"Hard news", 9},
                              .visibility = AUDIENCE_QUIET,
                              .quote_policy = QUOTE_NOBODY,
                              .pause = HARD_PAUSE_S,
                              .closes_in = HARD_CLOSES_DAYS,
                              .switches = {.preset = PRESET_HARD_NEWS,
                                           .review = true,
                                           .alerts = ALERTS_WHEN_OPENED,
                                           .boosts = true,
                                           .wish = WISH_ASK,
                                           .letters = true,
                                           .thinking = true,
                                           .careful = true,
                                           .reminders = true}},
};

struct switches switches_everyday(bool author_shows_counts)
{
        struct switches s = PRESETS[PRESET_EVERYDAY].switches;
        s.counts_others = author_shows_counts;
        return s;
}

bool switches_usual(const struct switches *s)
{
        return !s->preset && !s->comments && !s->review && !s->alerts && !s->wish && s->counts_me &&
               s->boosts && !s->counts_others && !s->embeds && !s->indexing && s->letters &&
               !s->thinking && !s->careful && s->reminders && !s->closes_at && !s->thanks;
}

static void read_switches(struct row *r, struct switches *s)
{
        s->preset = row_int(r);
        s->comments = (enum who_comments)row_int(r);
        s->review = row_int(r) != 0;
        s->alerts = (enum alerts)row_int(r);
        s->close_through = row_int(r) != 0;
        s->counts_others = row_int(r) != 0;
        s->counts_me = row_int(r) != 0;
        s->boosts = row_int(r) != 0;
        s->embeds = row_int(r) != 0;
        s->indexing = row_int(r) != 0;
        s->wish = (enum wish)row_int(r);
        s->closes_at = row_int(r);
        s->letters = row_int(r) != 0;
        s->thinking = row_int(r) != 0;
        s->careful = row_int(r) != 0;
        s->reminders = row_int(r) != 0;
        s->thanks = row_int(r);
}

enum err switches_get(struct cx *cx, int64_t root, struct switches *ret)
{
        struct row r;
        bool found;
        *ret = switches_everyday(false);
        TRY(db_find(cx->db, &GET, NULL, BIND(V(root)), &r, &found));
        if (!found)
                return OK;
        read_switches(&r, ret);
        return row_end(&r);
}

/* A comment follows its thread in who may comment, but is boosted and counted by itself. */
static bool has_own(const struct post *p)
{
        return (p->has & POST_HAS_SWITCHES) && p->thread == p->id;
}

enum err switches_boosts(struct cx *cx, const struct post *p, bool *ret)
{
        struct switches s;
        *ret = true;
        if (!has_own(p))
                return OK;
        TRY(switches_get(cx, p->id, &s));
        *ret = s.boosts;
        return OK;
}

bool switches_asks(const struct switches *s)
{
        return s && (s->wish == WISH_ASK || s->wish == WISH_NO);
}

enum err switches_embeds(struct cx *cx, const struct post *p, bool *ret)
{
        struct switches s;
        struct row r;
        bool found;
        *ret = false;
        if (!p->local || p->local_only || p->audience > AUDIENCE_QUIET || p->thread != p->id ||
            p->boost_of || p->author_suspended || p->state != COMMENT_SHOWN)
                return OK;
        if (has_own(p)) {
                TRY(switches_get(cx, p->id, &s));
                *ret = s.embeds && !switches_asks(&s);
                return OK;
        }
        TRY(db_find(cx->db, &EMBEDS, NULL, BIND(V(p->account)), &r, &found));
        if (!found)
                return OK;
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

enum err switches_counts_others(struct cx *cx, const struct post *p, bool *ret)
{
        struct switches s;
        if (!has_own(p))
                return post_authors_show(cx, &p->account, 1, ret);
        TRY(switches_get(cx, p->id, &s));
        *ret = s.counts_others;
        return OK;
}

enum err switches_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct switches *ret,
                           bool *found)
{
        struct row r;
        memset(found, 0, n * sizeof *found);
        TRY(db_all(cx->db, &OF_POSTS, NULL, BIND(V(ids_json(cx->arena, posts, n))), &r));
        while (row_next(&r)) {
                int64_t post = row_int(&r);
                struct switches s;
                read_switches(&r, &s);
                for (size_t i = 0; i < n; i++)
                        if (posts[i] == post) {
                                ret[i] = s;
                                found[i] = true;
                        }
        }
        return row_end(&r);
}

enum err switches_put(struct cx *cx, int64_t root, const struct switches *s)
{
        return db_run(cx->db, &SET,
                      BIND(V(root), V(s->preset), V(s->comments), V(s->review), V(s->alerts),
                           V(s->close_through), V(s->counts_others), V(s->counts_me), V(s->boosts),
                           V(s->embeds), V(s->indexing), V(s->wish), V(s->closes_at), V(s->letters),
                           V(s->thinking), V(s->careful), V(s->reminders), V_ID(s->thanks)),
                      NULL);
}

/* Their author asks for none. Whose they were find none; login.remind_next only says when to look.
 */
static const struct stmt NO_REMINDERS = {
        .name = "switches_no_reminders",
        .text = "DELETE FROM reminder WHERE post = $1",
        .in = "i",
};

enum err switches_set(struct cx *cx, int64_t root, const struct switches *s)
{
        if (switches_usual(s)) {
                TRY(db_run(cx->db, &UNSET, BIND(V(root)), NULL));
                TRY(db_run(cx->db, &UNMARK, BIND(V(root)), NULL));
        } else {
                TRY(switches_put(cx, root, s));
                if (!s->reminders)
                        TRY(db_run(cx->db, &NO_REMINDERS, BIND(V(root)), NULL));
                TRY(db_run(cx->db, &MARK, BIND(V(root)), NULL));
        }
        cx_event(cx, EVENT_POST_CHANGED, 0, root);
        return OK;
}

enum err hand_of(struct cx *cx, int64_t root, int64_t account, enum hand_role *ret)
{
        struct row r;
        *ret = HAND_NONE;
        if (!account)
                return OK;
        TRY(db_one(cx->db, &HAND, NULL, BIND(V(root), V(account)), &r));
        *ret = (enum hand_role)row_int(&r);
        return row_end(&r);
}

enum err hand_add(struct cx *cx, int64_t root, int64_t account, enum hand_role role)
{
        return db_run(cx->db, &HAND_ADD, BIND(V(root), V(account), V(role)), NULL);
}

enum err hand_end(struct cx *cx, int64_t root, int64_t account)
{
        return db_run(cx->db, &HAND_END, BIND(V(root), V(account)), NULL);
}

const struct stmt_list SWITCHES_STATEMENTS = {
        (const struct stmt *const[]){&EMBEDS, &GET, &OF_POSTS, &SET, &UNSET, &MARK, &UNMARK, &HAND,
                                     &HAND_ADD, &HAND_END, &NO_REMINDERS},
        11,
};
