/* Follows and favourites found by what other servers call them: see follow_far.h. Called by fedi
 * for answers and for what is undone. */
#include "social/follow_far.h"

static const struct stmt RENAME = {
        .name = "follow_far_rename",
        .text = "UPDATE follow SET uri = $3 WHERE account = $1 AND target = $2",
        .in = "iiS",
};
static const struct stmt BY_URI = {
        .name = "follow_far_by_uri",
        .text = "SELECT target FROM follow WHERE account = $1 AND uri = $2 LIMIT 1",
        .in = "is",
        .out = "i",
};
static const struct stmt BY_ID = {
        .name = "follow_far_by_id",
        .text = "SELECT account FROM follow WHERE target = $1 AND state IN (0, 1) AND id = $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt STATE = {
        .name = "follow_far_state",
        .text = "SELECT state, id FROM follow WHERE account = $1 AND target = $2",
        .in = "ii",
        .out = "ii",
};
static const struct stmt MARK_BY_URI = {
        .name = "mark_far_by_uri",
        .text = "SELECT post FROM mark WHERE account = $1 AND kind = 0 AND uri = $2 LIMIT 1",
        .in = "is",
        .out = "i",
};

static const struct stmt MARK_URI = {
        .name = "mark_far_uri",
        .text = "SELECT uri FROM mark WHERE account = $1 AND post = $2 AND kind = 0",
        .in = "ii",
        .out = "S",
};

enum err follow_far_renamed(struct cx *cx, int64_t account, int64_t target, struct str uri)
{
        return db_run(cx->db, &RENAME, BIND(V(account), V(target), V(uri)), NULL);
}

enum err follow_far_by_uri(struct cx *cx, int64_t account, struct str uri, int64_t *target)
{
        *target = 0;
        return uri.n ? db_find_int(cx->db, &BY_URI, BIND(V(account), V(uri)), target) : OK;
}

enum err follow_far_by_id(struct cx *cx, int64_t target, int64_t relation, int64_t *account)
{
        return db_find_int(cx->db, &BY_ID, BIND(V(target), V(relation)), account);
}

enum err follow_far_state(struct cx *cx, int64_t account, int64_t target, enum follow_state *ret,
                          int64_t *relation)
{
        struct row r;
        bool found;
        *ret = FOLLOW_NONE;
        *relation = 0;
        TRY(db_find(cx->db, &STATE, NULL, BIND(V(account), V(target)), &r, &found));
        if (!found)
                return OK;
        *ret = row_int(&r) ? FOLLOW_ACCEPTED : FOLLOW_ASKED;
        *relation = row_int(&r);
        return row_end(&r);
}

enum err mark_far_by_uri(struct cx *cx, int64_t account, struct str uri, int64_t *post)
{
        *post = 0;
        return uri.n ? db_find_int(cx->db, &MARK_BY_URI, BIND(V(account), V(uri)), post) : OK;
}

enum err mark_far_uri(struct cx *cx, int64_t account, int64_t post, struct str *uri)
{
        struct row r;
        TRY(db_one(cx->db, &MARK_URI, cx->arena, BIND(V(account), V(post)), &r));
        *uri = row_str(&r);
        TRY(row_end(&r));
        return uri->n ? OK : ERR_MISSING;
}

static const struct stmt *const statements[] = {&RENAME, &BY_URI,      &BY_ID,
                                                &STATE,  &MARK_BY_URI, &MARK_URI};
const struct stmt_list FOLLOW_FAR_STATEMENTS = {statements, countof(statements)};
