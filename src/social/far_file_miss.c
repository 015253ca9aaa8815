/* Files of other servers that could not be had: see far_file.h. What failed is not asked for again
 * before a pause is over; the pause doubles with each failure. */
#include "lib/base/hash.h"
#include "social/far_file.h"

enum { HASH_BYTES = 16, DOUBLINGS = 14 };
static const int64_t MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

static const struct stmt GET = {
        .name = "far_file_miss_get",
        .text = "SELECT tries, until, final FROM far_file_miss WHERE hash = $1",
        .in = "b",
        .out = "iii",
};
static const struct stmt PUT = {
        .name = "far_file_miss_put",
        .text = "INSERT INTO far_file_miss (hash, tries, until, final) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (hash) DO UPDATE SET tries = $2, until = $3, final = $4",
        .in = "biii",
};
static const struct stmt TIDY = {
        .name = "far_file_miss_tidy",
        .text = "DELETE FROM far_file_miss WHERE until < $1",
        .in = "i",
};

struct miss {
        int64_t tries, until;
        bool final;
};

static enum err find(struct cx *cx, struct str hash, struct miss *m)
{
        struct row r;
        bool found;
        *m = (struct miss){0};
        TRY(db_find(cx->db, &GET, NULL, BIND(V_BYTES(hash)), &r, &found));
        if (!found)
                return OK;
        m->tries = row_int(&r);
        m->until = row_int(&r);
        m->final = row_int(&r) != 0;
        return row_end(&r);
}

enum err far_file_missed(struct cx *cx, struct str url)
{
        struct miss m;
        TRY(find(cx, str_cut(sha256(cx->arena, url), 0, HASH_BYTES), &m));
        return m.until <= cx_now(cx) ? OK : m.final ? ERR_MISSING : ERR_REMOTE;
}

enum err far_file_miss(struct cx *cx, struct str url, bool final, int64_t least_ms)
{
        struct str hash = str_cut(sha256(cx->arena, url), 0, HASH_BYTES);
        struct miss m;
        TRY(find(cx, hash, &m));
        m.tries = m.tries < DOUBLINGS ? m.tries + 1 : DOUBLINGS;
        int64_t pause = (final ? HOUR : MINUTE) << (m.tries - 1), most = final ? 7 * DAY : DAY;
        pause = pause > most ? most : pause;
        pause = pause < least_ms ? least_ms : pause;
        return db_run(cx->db, &PUT,
                      BIND(V_BYTES(hash), V(m.tries), V(cx_now(cx) + pause), V(final)), NULL);
}

enum err far_file_tidy(struct cx *cx)
{
        return db_run(cx->db, &TIDY, BIND(V(cx_now(cx) - 7 * DAY)), NULL);
}

static const struct stmt *const statements[] = {&GET, &PUT, &TIDY};
const struct stmt_list FAR_FILE_MISS_STATEMENTS = {statements, countof(statements)};
