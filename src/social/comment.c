/* The states of comments, and all that follows when one changes: see comment.h. Called by the gate,
 * by who sorts comments, and by marks and answers of authors. */
#include "social/comment.h"
#include "social/home.h"
#include "social/ids.h"
#include "social/outbox_comment.h"
#include "social/post_parts.h"

static const struct stmt MOVE_POST = {
        .name = "comment_move_post",
        .text = "UPDATE post SET state = $2 WHERE id = $1",
        .in = "ii",
};
/* One that never waited gets its row when it is hidden. */
static const struct stmt MOVE_ROW = {
        .name = "comment_move_row",
        .text = "INSERT INTO comment (post, thread, owner, account, pile, state, under, hidden, "
                "held_at) VALUES ($1, $2, COALESCE((SELECT account FROM post WHERE id = $2), 0), "
                "$3, "
                "1, $4, $5, $6, $7) ON CONFLICT (post) DO UPDATE SET state = $4, under = $5, "
                "hidden = $6",
        .in = "iiiiIii",
};
static const struct stmt MOVE_MENTIONS = {
        .name = "comment_mentions",
        .text = "SELECT account, silent FROM mention WHERE post = $1",
        .in = "i",
        .out = "ii",
};
static const struct stmt MOVE_TAGS = {
        .name = "comment_tags_used",
        .text = "UPDATE tag SET used_at = $2 WHERE id IN (SELECT tag FROM post_tag WHERE post = "
                "$1) AND used_at < $2",
        .in = "ii",
};
static const struct stmt MOVE_TAGS_GONE = {
        .name = "comment_tags_gone",
        .text = "UPDATE tag SET used_at = 0 WHERE id IN (SELECT tag FROM post_tag WHERE post = $1) "
                "AND NOT EXISTS (SELECT 1 FROM post_tag x JOIN post q ON q.id = x.post WHERE x.tag "
                "= tag.id AND x.post <> $1 AND q.audience <= 1 AND q.state = 0)",
        .in = "i",
};
static const struct stmt MOVE_HANDS = {
        .name = "comment_hands",
        .text = "SELECT account FROM post WHERE id = $1 UNION SELECT account FROM hand WHERE post "
                "= $1",
        .in = "i",
        .out = "i",
};
static const struct stmt MOVE_UNTELL = {
        .name = "comment_untell",
        .text = "DELETE FROM notification WHERE post = $1 AND account <> (SELECT account FROM post "
                "WHERE id = $2) AND account <> $3",
        .in = "iii",
};
/* What goes with it, and what comes back with it. */
static const struct stmt MOVE_BENEATH = {
        .name = "comment_beneath",
        .text = "SELECT id FROM post WHERE reply_to = $1 AND state = 0 AND boost_of IS NULL AND "
                "audience <= 3 LIMIT 1000",
        .in = "i",
        .out = "i",
};
static const struct stmt MOVE_UNDER = {
        .name = "comment_under",
        .text = "SELECT post FROM comment WHERE under = $1 AND state = 1 LIMIT 1000",
        .in = "i",
        .out = "i",
};
static const struct stmt APPS_SHOW = {
        .name = "comment_apps_show",
        .text = "SELECT apps_show FROM login WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt APPS_SHOW_SET = {
        .name = "comment_apps_show_set",
        .text = "UPDATE login SET apps_show = $2 WHERE account = $1",
        .in = "ii",
};
#define NOTES_TEXT(ids)                                                                            \
        "SELECT c.post FROM " ids " JOIN comment c ON c.post = ids.value WHERE c.hidden = 0"
static const struct stmt NOTES = {
        .name = "comment_notes",
        .text = NOTES_TEXT(IDS_SQLITE),
        .text_pg = NOTES_TEXT(IDS_PG),
        .in = "s",
        .out = "i",
};
static const struct stmt PRINT = {
        .name = "comment_not_in_print",
        .text = "INSERT INTO not_in_print (post) VALUES ($1) ON CONFLICT DO NOTHING",
        .in = "i",
};
static const struct stmt PRINT_AGAIN = {
        .name = "comment_in_print",
        .text = "DELETE FROM not_in_print WHERE post = $1",
        .in = "i",
};
static const struct stmt PRINT_ASK = {
        .name = "comment_print_ask",
        .text = "SELECT COUNT(*) FROM not_in_print WHERE post = $1",
        .in = "i",
        .out = "i",
};

enum { MOVED_MOST = 4000, NAMED_MOST = POST_MENTIONS_MAX * 4, HANDS_MOST = 100 };

static enum err put_state(struct cx *cx, struct post *p, enum comment_state to, int64_t under,
                          bool hidden)
{
        TRY(db_run(cx->db, &MOVE_POST, BIND(V(p->id), V(to)), NULL));
        TRY(db_run(cx->db, &MOVE_ROW,
                   BIND(V(p->id), V(p->thread), V(p->account), V(to), V_ID(under), V(hidden),
                        V(cx_now(cx))),
                   NULL));
        p->state = to;
        return OK;
}

/* To whom it goes now that it is shown. The hands know it already; its writer is told nothing. */
static enum err appear(struct cx *cx, struct post *p)
{
        struct post_new n = {.post = *p};
        struct mention_new *named = make_n(cx->arena, NAMED_MOST, struct mention_new);
        int64_t *hands = make_n(cx->arena, HANDS_MOST, int64_t);
        struct row r;
        TRY(db_ints(cx->db, &MOVE_HANDS, BIND(V(p->thread)), hands, HANDS_MOST, &n.n_not_told));
        n.not_told = hands;
        n.mentions = named;
        TRY(db_all(cx->db, &MOVE_MENTIONS, NULL, BIND(V(p->id)), &r));
        while (n.n_mentions < NAMED_MOST && row_next(&r)) {
                named[n.n_mentions].account = row_int(&r);
                named[n.n_mentions++].silent = row_int(&r) != 0;
        }
        TRY(row_end(&r));
        if ((p->has & POST_HAS_TAGS) && p->audience <= AUDIENCE_QUIET)
                TRY(db_run(cx->db, &MOVE_TAGS, BIND(V(p->id), V(p->created_at)), NULL));
        TRY(post_count(cx, p));
        TRY(post_spread(cx, &n));
        TRY(outbox_comment(cx, p, true));
        TRY(home_add(cx, p));
        cx_event(cx, EVENT_POST_SHOWN, p->account, p->id);
        cx_event(cx, EVENT_POST_CHANGED, 0, p->id);
        return OK;
}

/* p->state still says shown. */
static enum err disappear(struct cx *cx, const struct post *p)
{
        if (p->has & POST_HAS_TAGS)
                TRY(db_run(cx->db, &MOVE_TAGS_GONE, BIND(V(p->id)), NULL));
        TRY(post_uncount(cx, p));
        TRY(post_take_back(cx, p));
        TRY(outbox_comment(cx, p, false));
        TRY(db_run(cx->db, &MOVE_UNTELL, BIND(V(p->id), V(p->thread), V(p->account)), NULL));
        cx_event(cx, EVENT_POST_HIDDEN, p->account, p->id);
        cx_event(cx, EVENT_POST_CHANGED, 0, p->id);
        return OK;
}

/* One alone. */
static enum err move_one(struct cx *cx, struct post *p, enum comment_state to, int64_t under)
{
        bool was_shown = p->state == COMMENT_SHOWN;
        if (was_shown && to != COMMENT_SHOWN)
                TRY(disappear(cx, p));
        TRY(put_state(cx, p, to, under, was_shown));
        return !was_shown && to == COMMENT_SHOWN ? appear(cx, p) : OK;
}

/* A shown comment stands beneath a shown one: what answers p goes and comes with it. */
static enum err move_rest(struct cx *cx, const struct post *p, bool show)
{
        int64_t *todo = make_n(cx->arena, MOVED_MOST + 1, int64_t);
        size_t n = 1;
        todo[0] = p->id;
        for (size_t i = 0; i < n; i++) {
                size_t first = n, more;
                TRY(db_ints(cx->db, show ? &MOVE_UNDER : &MOVE_BENEATH, BIND(V(todo[i])), todo + n,
                            MOVED_MOST - n, &more));
                n += more;
                for (size_t k = first; k < n; k++) {
                        struct post *answer;
                        TRY(post_load(cx, todo[k], &answer));
                        TRY(move_one(cx, answer, show ? COMMENT_SHOWN : COMMENT_HELD,
                                     show ? 0 : todo[i]));
                }
        }
        return OK;
}

enum err comment_move(struct cx *cx, struct post *p, enum comment_state to)
{
        bool was_shown = p->state == COMMENT_SHOWN;
        if (p->state == to)
                return OK;
        TRY(move_one(cx, p, to, 0));
        return was_shown || to == COMMENT_SHOWN ? move_rest(cx, p, to == COMMENT_SHOWN) : OK;
}

enum err comment_apps_show(struct cx *cx, int64_t account, bool *ret)
{
        struct row r;
        bool found;
        *ret = true; /* a journal has no login */
        TRY(db_find(cx->db, &APPS_SHOW, NULL, BIND(V(account)), &r, &found));
        if (!found)
                return OK;
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

enum err comment_apps_show_set(struct cx *cx, int64_t account, bool on)
{
        return db_run(cx->db, &APPS_SHOW_SET, BIND(V(account), V(on)), NULL);
}

enum err comment_touched(struct cx *cx, int64_t account, struct post *p)
{
        const struct viewer by = {.account = account};
        enum hand_role role;
        int64_t batch;
        bool like;
        if (p->state != COMMENT_HELD)
                return OK;
        TRY(hand_of(cx, p->thread, account, &role));
        if (role != HAND_AUTHOR && role != HAND_CO_AUTHOR)
                return OK;
        TRY(comment_apps_show(cx, account, &like));
        if (!like)
                return OK;
        TRY(comment_sort(cx, &by, p->id, COMMENT_SHOW, COMMENT_HELD, &batch));
        struct post *now;
        TRY(post_load(cx, p->id, &now));
        *p = *now;
        return OK;
}

enum err comment_notes(struct cx *cx, const struct viewer *by, struct post *const *posts, size_t n,
                       bool *ret)
{
        int64_t *ids = make_n(cx->arena, n + 1, int64_t);
        size_t k = 0;
        struct row r;
        memset(ret, 0, n * sizeof *ret);
        for (size_t i = 0; i < n; i++)
                if (posts[i]->state != COMMENT_SHOWN && posts[i]->account == by->account)
                        ids[k++] = posts[i]->id;
        if (!k)
                return OK;
        TRY(db_all(cx->db, &NOTES, NULL, BIND(V(ids_json(cx->arena, ids, k))), &r));
        while (row_next(&r)) {
                int64_t id = row_int(&r);
                for (size_t i = 0; i < n; i++)
                        ret[i] = ret[i] || posts[i]->id == id;
        }
        return row_end(&r);
}

enum err comment_print(struct cx *cx, const struct viewer *by, int64_t post, bool not_in_print)
{
        struct post *p;
        TRY(post_load(cx, post, &p));
        if (!by->account || p->account != by->account)
                return ERR_MISSING;
        return db_run(cx->db, not_in_print ? &PRINT : &PRINT_AGAIN, BIND(V(post)), NULL);
}

enum err comment_not_in_print(struct cx *cx, int64_t post, bool *ret)
{
        struct row r;
        TRY(db_one(cx->db, &PRINT_ASK, NULL, BIND(V(post)), &r));
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

static const struct stmt *const statements[] = {
        &MOVE_POST,     &MOVE_ROW,       &MOVE_MENTIONS, &MOVE_HANDS,  &MOVE_UNTELL,
        &MOVE_TAGS,     &MOVE_TAGS_GONE, &MOVE_BENEATH,  &MOVE_UNDER,  &APPS_SHOW,
        &APPS_SHOW_SET, &NOTES,          &PRINT,         &PRINT_AGAIN, &PRINT_ASK};
const struct stmt_list COMMENT_STATEMENTS = {statements, countof(statements)};
