/* One row a reader of the quiet inbox: see quiet_place.h. Called by its pages. */
#include "social/quiet_place.h"

static const struct stmt PLACE_GET = {
        .name = "quiet_place_get",
        .text = "SELECT place, visited, numbers FROM quiet_place WHERE account = $1",
        .in = "i",
        .out = "sii",
};
static const struct stmt PLACE_SET = {
        .name = "quiet_place_set",
        .text = "INSERT INTO quiet_place (account, place, visited, numbers) VALUES ($1, $2, $3, "
                "$4) ON CONFLICT (account) DO UPDATE SET place = $2, visited = $3, numbers = $4",
        .in = "isii",
};

enum err quiet_place_get(struct cx *cx, int64_t account, struct quiet_place *ret)
{
        struct row r;
        bool found;
        *ret = (struct quiet_place){.place = S("")};
        TRY(db_find(cx->db, &PLACE_GET, cx->arena, BIND(V(account)), &r, &found));
        if (!found)
                return OK;
        ret->place = row_str(&r);
        ret->visited = row_int(&r) != 0;
        ret->numbers = row_int(&r) != 0;
        return row_end(&r);
}

enum err quiet_place_set(struct cx *cx, int64_t account, const struct quiet_place *p)
{
        return db_run(cx->db, &PLACE_SET,
                      BIND(V(account), V(p->place), V(p->visited), V(p->numbers)), NULL);
}

const struct stmt_list QUIET_PLACE_STATEMENTS = {
        (const struct stmt *const[]){&PLACE_GET, &PLACE_SET},
        2,
};
