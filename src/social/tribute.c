/* Tributes: words of remembrance that members leave for a memorial account; its stewards say which
 * of them are shown. Called by the page of tributes and by the stewards' page. */
#include "social/block.h"
#include "social/steward_parts.h"

#define COLUMNS "id, account, writer, words, state, created_at"
#define LETTERS "iiisii"
static const struct stmt ADD = {
        .name = "tribute_add",
        .text = "INSERT INTO tribute (id, account, writer, words, created_at) VALUES ($1, $2, $3, "
                "$4, $5)",
        .in = "iiisi",
};
static const struct stmt LIST = {
        .name = "tribute_list",
        .text = "SELECT " COLUMNS
                " FROM tribute WHERE account = $1 AND state = $2 ORDER BY id LIMIT $3",
        .in = "iii",
        .out = LETTERS,
};
static const struct stmt LIST_OF = {
        .name = "tribute_list_of",
        .text = "SELECT " COLUMNS " FROM tribute WHERE writer = $1 AND account = $2 AND state = $3 "
                "ORDER BY id LIMIT $4",
        .in = "iiii",
        .out = LETTERS,
};
static const struct stmt DROP = {
        .name = "tribute_drop",
        .text = "DELETE FROM tribute WHERE id = $1 AND writer = $2",
        .in = "ii",
};
static const struct stmt MOVE = {
        .name = "tribute_move",
        .text = "UPDATE tribute SET state = $4 WHERE id = $1 AND account = $2 AND state = $3",
        .in = "iiii",
};
static const struct stmt STATE = {
        .name = "tribute_state",
        .text = "SELECT state FROM tribute WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "i",
};

enum err tribute_list(struct cx *cx, int64_t account, enum tribute_state state, int64_t writer,
                      struct tribute **ret, size_t *n)
{
        struct tribute *v = make_n(cx->arena, TRIBUTES_LISTED, struct tribute);
        struct row r;
        *n = 0;
        if (writer)
                TRY(db_all(cx->db, &LIST_OF, cx->arena,
                           BIND(V(writer), V(account), V(state), V(TRIBUTES_LISTED)), &r));
        else
                TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(account), V(state), V(TRIBUTES_LISTED)),
                           &r));
        while (*n < TRIBUTES_LISTED && row_next(&r)) {
                struct tribute *t = &v[(*n)++];
                t->id = row_int(&r);
                t->account = row_int(&r);
                t->writer = row_int(&r);
                t->words = row_str(&r);
                t->state = (enum tribute_state)row_int(&r);
                t->created_at = row_int(&r);
        }
        *ret = v;
        return row_end(&r);
}

enum err tribute_write(struct cx *cx, const struct viewer *by, int64_t account, struct str words)
{
        struct memorial *m;
        struct tribute *v;
        struct str clean;
        size_t n;
        bool blocked;
        TRY(memorial_of(cx, account, &m));
        TRY(block_between(cx, by->account, account, &blocked));
        if (blocked)
                return ERR_MISSING;
        TRY(memorial_clean(cx, "words", TRIBUTE_MAX, words, &clean));
        if (!clean.n)
                return fail_field(cx, "words", ERR_INPUT, "There are no words yet.");
        TRY(tribute_list(cx, account, TRIBUTE_WAITS, by->account, &v, &n));
        for (size_t i = 0; i < n; i++)
                if (str_eq(v[i].words, clean))
                        return OK; /* the form, sent twice */
        if (n >= TRIBUTES_WAITING)
                return fail_field(cx, "words", ERR_INPUT,
                                  "Some of your words wait already. They have to be read first.");
        return db_run(cx->db, &ADD,
                      BIND(V(cx_id(cx)), V(account), V(by->account), V(clean), V(cx_now(cx))),
                      NULL);
}

enum err tribute_take_back(struct cx *cx, const struct viewer *by, int64_t id)
{
        int64_t changed;
        TRY(db_run(cx->db, &DROP, BIND(V(id), V(by->account)), &changed));
        return changed ? OK : ERR_MISSING;
}

enum err tribute_move(struct cx *cx, int64_t account, int64_t id, enum tribute_state was,
                      enum tribute_state to)
{
        int64_t changed;
        TRY(db_run(cx->db, &MOVE, BIND(V(id), V(account), V(was), V(to)), &changed));
        return changed ? OK
                       : fail(cx, ERR_CONFLICT,
                              "It was changed again since, or its writer took it back.");
}

enum err tribute_sort(struct cx *cx, const struct viewer *by, int64_t account, int64_t id,
                      bool show)
{
        static const char *const names[] = {"waits", "shown", "away"};
        struct memorial *m;
        struct row r;
        enum tribute_state to = show ? TRIBUTE_SHOWN : TRIBUTE_AWAY;
        int64_t act;
        TRY(steward_must(cx, by->account, account, &m));
        TRY(db_one(cx->db, &STATE, NULL, BIND(V(id), V(account)), &r));
        enum tribute_state was = (enum tribute_state)row_int(&r);
        TRY(row_end(&r));
        if (was == to)
                return OK;
        TRY(tribute_move(cx, account, id, was, to));
        return steward_note(cx, by, m, show ? STEWARD_SHOW : STEWARD_PUT_AWAY, id,
                            str_of(names[was]), str_of(names[to]), &act);
}

static const struct stmt *const statements[] = {&ADD, &LIST, &LIST_OF, &DROP, &MOVE, &STATE};
const struct stmt_list TRIBUTE_STATEMENTS = {statements, countof(statements)};
