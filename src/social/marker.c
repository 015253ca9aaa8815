/* Read markers: see marker.h. */
#include "social/marker.h"

static const struct stmt FIND = {
        .name = "marker_find",
        .text = "SELECT last_read, version, updated_at FROM marker WHERE account = $1 AND timeline "
                "= $2",
        .in = "is",
        .out = "iii",
};
static const struct stmt SET = {
        .name = "marker_set",
        .text = "INSERT INTO marker (account, timeline, last_read, version, updated_at) VALUES "
                "($1, $2, $3, 1, $4)"
                " ON CONFLICT (account, timeline) DO UPDATE SET last_read = excluded.last_read,"
                " version = marker.version + 1, updated_at = excluded.updated_at",
        .in = "isii",
        .out = "",
};

enum err marker_find(struct cx *cx, int64_t account, struct str timeline, struct marker *ret,
                     bool *found)
{
        struct row r;
        TRY(db_find(cx->db, &FIND, cx->arena, BIND(V(account), V(timeline)), &r, found));
        if (!*found)
                return OK;
        ret->timeline = timeline;
        ret->last_read = row_int(&r);
        ret->version = row_int(&r);
        ret->updated_at = row_int(&r);
        return row_end(&r);
}

enum err marker_set(struct cx *cx, int64_t account, struct str timeline, int64_t last_read,
                    struct marker *ret)
{
        bool found;
        TRY(db_run(cx->db, &SET, BIND(V(account), V(timeline), V(last_read), V(cx_now(cx))), NULL));
        return marker_find(cx, account, timeline, ret, &found);
}

static const struct stmt *const statements[] = {&FIND, &SET};
const struct stmt_list MARKER_STATEMENTS = {statements, countof(statements)};
