/* Rows that end by themselves: see tidy.h. Called hourly. */
#include "social/tidy.h"
#include "social/keepsake.h"
#include "social/not_now.h"
#include "social/pause.h"

enum { HOUR_MS = 3600 * 1000 };
static const int64_t TOMBSTONE_MS = (int64_t)90 * 24 * HOUR_MS;

static const struct stmt KEYS = {
        .name = "tidy_idempotency",
        .text = "DELETE FROM idempotency WHERE at < $1",
        .in = "i",
        .out = "",
};
static const struct stmt TOMBSTONES = {
        .name = "tidy_tombstones",
        .text = "DELETE FROM tombstone WHERE at < $1",
        .in = "i",
        .out = "",
};

enum err tidy_rows(struct cx *cx)
{
        int64_t now = cx_now(cx);
        TRY(db_run(cx->db, &KEYS, BIND(V(now - HOUR_MS)), NULL));
        TRY(db_run(cx->db, &TOMBSTONES, BIND(V(now - TOMBSTONE_MS)), NULL));
        TRY(not_now_tidy(cx));
        TRY(keepsake_tidy(cx));
        return pause_tidy(cx);
}

static const struct stmt *const statements[] = {&KEYS, &TOMBSTONES};
const struct stmt_list TIDY_STATEMENTS = {statements, countof(statements)};
