/* Copies of an audience's posts: see sent.h. Called by the delivery of posts, and by what takes
 * people out of audiences: lists, follows, blocks, and a post's own page. */
#include "social/sent.h"
#include "lib/text/json.h"
#include "social/audience.h"
#include "social/ids.h"
#include "social/outbox.h"
#include "store/job.h"

enum { CHUNK = 200 /* copies looked at in one transaction */, MEMBERS = 5000 };

#define PUT_TEXT(ids)                                                                              \
        "INSERT INTO sent (account, post) SELECT a.id, p.id FROM " ids                             \
        " CROSS JOIN account a JOIN post p ON p.id = $2 JOIN account pa ON pa.id = p.account "     \
        "WHERE a.id = ids.value AND a.domain <> '' AND " VISIBLE_TO("a.id") " ON CONFLICT DO "     \
                                                                            "NOTHING"
static const struct stmt PUT = {
        .name = "sent_put",
        .text = PUT_TEXT(IDS_SQLITE),
        .text_pg = PUT_TEXT(IDS_PG),
        .in = "si",
};
#define THESE_TEXT(ids)                                                                            \
        "SELECT s.account FROM " ids                                                               \
        " CROSS JOIN sent s WHERE s.post = $2 AND s.account = ids.value"
static const struct stmt THESE = {
        .name = "sent_these",
        .text = THESE_TEXT(IDS_SQLITE),
        .text_pg = THESE_TEXT(IDS_PG),
        .in = "si",
        .out = "i",
};
static const struct stmt ANY = {
        .name = "sent_any",
        .text = "SELECT post FROM sent WHERE account = $1 LIMIT 1",
        .in = "i",
        .out = "i",
};
static const struct stmt MEMBERS_FAR = {
        .name = "sent_members_far",
        .text = "SELECT m.account FROM list_member m JOIN account a ON a.id = m.account WHERE "
                "m.list = $1 AND a.domain <> '' LIMIT $2",
        .in = "ii",
        .out = "i",
};
#define LOST                                                                                       \
        "SELECT s.account, s.post FROM sent s JOIN post p ON p.id = s.post JOIN account pa ON "    \
        "pa.id = p.account WHERE NOT " VISIBLE_TO("s.account")
static const struct stmt LOST_BY = {
        .name = "sent_lost_by",
        .text = LOST " AND s.account = $1 AND p.account = $2 LIMIT $3",
        .in = "iii",
        .out = "ii",
};
static const struct stmt LOST_OF = {
        .name = "sent_lost_of",
        .text = LOST " AND s.post = $1 LIMIT $2",
        .in = "ii",
        .out = "ii",
};
/* Somebody else on that server may still see it. */
static const struct stmt STILL = {
        .name = "sent_still",
        .text = "SELECT s.account FROM sent s JOIN account a ON a.id = s.account JOIN account b ON "
                "b.id = $2 JOIN post p ON p.id = s.post JOIN account pa ON pa.id = p.account WHERE "
                "s.post = $1 AND s.account <> $2 AND a.domain = b.domain AND " VISIBLE_TO(
                        "s.account") " LIMIT 1",
        .in = "ii",
        .out = "i",
};
static const struct stmt DROP = {
        .name = "sent_drop",
        .text = "DELETE FROM sent WHERE account = $1 AND post = $2",
        .in = "ii",
};

enum err sent_put(struct cx *cx, int64_t post, int64_t *accounts, size_t *n)
{
        struct str ids = ids_json(cx->arena, accounts, *n);
        struct row r;
        size_t got = 0;
        TRY(db_run(cx->db, &PUT, BIND(V(ids), V(post)), NULL));
        TRY(db_all(cx->db, &THESE, NULL, BIND(V(ids), V(post)), &r));
        while (got < *n && row_next(&r))
                accounts[got++] = row_int(&r);
        *n = got;
        return row_end(&r);
}

/* ---- telling ---- */

static enum err add_job(struct cx *cx, struct str payload)
{
        return job_add(cx, "sent_left", payload, payload, 0);
}

static enum err found(struct cx *cx, const struct stmt *s, int64_t x, int64_t y, bool *ret)
{
        struct row r;
        if (y)
                TRY(db_find(cx->db, s, NULL, BIND(V(x), V(y)), &r, ret));
        else
                TRY(db_find(cx->db, s, NULL, BIND(V(x)), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

enum err sent_left(struct cx *cx, int64_t author, int64_t account)
{
        bool any;
        TRY(found(cx, &ANY, account, 0, &any));
        return any ? add_job(cx, str_fmt(cx->arena, "{\"author\":\"%lld\",\"account\":\"%lld\"}",
                                         (long long)author, (long long)account))
                   : OK;
}

enum err sent_left_all(struct cx *cx, int64_t author, int64_t list)
{
        int64_t *v = make_n(cx->arena, MEMBERS, int64_t);
        size_t n = 0;
        struct row r;
        TRY(db_all(cx->db, &MEMBERS_FAR, NULL, BIND(V(list), V(MEMBERS)), &r));
        while (n < MEMBERS && row_next(&r))
                v[n++] = row_int(&r);
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++)
                TRY(sent_left(cx, author, v[i]));
        return OK;
}

enum err sent_narrowed(struct cx *cx, int64_t post)
{
        return add_job(cx, str_fmt(cx->arena, "{\"post\":\"%lld\"}", (long long)post));
}

/* To the server of that one person, as if the post were for them alone. */
static enum err ask(struct cx *cx, int64_t account, int64_t post)
{
        struct post *p;
        bool still;
        TRY(found(cx, &STILL, post, account, &still));
        TRY(db_run(cx->db, &DROP, BIND(V(account), V(post)), NULL));
        if (still)
                return OK;
        TRY(post_load(cx, post, &p));
        struct post gone = *p;
        gone.audience = AUDIENCE_MENTIONED;
        gone.audience_list = 0;
        gone.has = 0;
        return outbox_post(cx, OUTBOX_DELETE, &gone, &account, 1);
}

enum err sent_left_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct {
                int64_t account, post;
        } v[CHUNK];
        int64_t author = 0, account = 0, post = 0;
        size_t n = 0;
        struct row r;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (str_to_i64(json_get_text(j, "post"), &post))
                TRY(db_all(cx->db, &LOST_OF, NULL, BIND(V(post), V(CHUNK)), &r));
        else if (str_to_i64(json_get_text(j, "author"), &author) &&
                 str_to_i64(json_get_text(j, "account"), &account))
                TRY(db_all(cx->db, &LOST_BY, NULL, BIND(V(account), V(author), V(CHUNK)), &r));
        else
                return ERR_INPUT;
        while (n < CHUNK && row_next(&r)) {
                v[n].account = row_int(&r);
                v[n++].post = row_int(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++)
                TRY(ask(cx, v[i].account, v[i].post));
        return n == CHUNK ? add_job(cx, payload) : OK;
}

static const struct stmt *const statements[] = {&PUT,     &THESE,   &ANY,   &MEMBERS_FAR,
                                                &LOST_BY, &LOST_OF, &STILL, &DROP};
const struct stmt_list SENT_STATEMENTS = {statements, countof(statements)};
