/* Numbers about the server: see instance.h. Called by the API's instance documents and nodeinfo,
 * whose rendered forms are kept for seconds, so a scan of the few rows of people here is fine. */
#include "social/instance.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/base/id.h"
#include "social/audience.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static const struct stmt INSTANCE_PEOPLE = {
        .name = "instance_people",
        .text = "SELECT count(*), sum(CASE WHEN seen_at > $1 THEN 1 ELSE 0 END),"
                " sum(CASE WHEN seen_at > $2 THEN 1 ELSE 0 END) FROM login WHERE approved = 1",
        .in = "ii",
        .out = "iII",
        .scans = true,
};

static const struct stmt INSTANCE_POSTS = {
        .name = "instance_posts",
        .text = "SELECT sum(posts_count) FROM account WHERE domain = ''",
        .out = "I",
        .scans = true,
};

/* Hops from one name to the next in the index: the cost grows with servers, not with accounts. */
#define HOP(first)                                                                                 \
        "WITH RECURSIVE d(domain) AS (SELECT min(domain) FROM account WHERE domain <> '' "         \
        "AND " first " UNION ALL SELECT (SELECT min(a.domain) FROM account a WHERE a.domain <> "   \
        "'' AND a.domain > d.domain)"                                                              \
        " FROM d WHERE d.domain IS NOT NULL)"
static const struct stmt INSTANCE_DOMAINS = {
        .name = "instance_domains",
        .text = HOP("domain > $1") " SELECT count(*) FROM d WHERE d.domain IS NOT NULL",
        .in = "s",
        .out = "i",
        .scans = true,
};

static const struct stmt INSTANCE_PEERS = {
        .name = "instance_peers",
        .text = HOP("domain >= $1") " SELECT d.domain FROM d WHERE d.domain IS NOT NULL LIMIT $2",
        .in = "si",
        .out = "s",
        .scans = true,
};

static const struct stmt INSTANCE_WEEK = {
        .name = "instance_week",
        .text = "SELECT (SELECT count(*) FROM post WHERE audience = 0 AND boost_of IS NULL AND "
                "local = 1"
                " AND id >= $1 AND id < $2), (SELECT count(*) FROM login WHERE seen_at >= $3),"
                " (SELECT count(*) FROM login WHERE account >= $1 AND account < $2)",
        .in = "iii",
        .out = "iii",
        .scans = true,
};

enum err instance_count(struct cx *cx, struct instance_counts *ret)
{
        int64_t now = cx_now(cx);
        struct row r;
        TRY(db_one(cx->db, &INSTANCE_PEOPLE, cx->arena,
                   BIND(V(now - 30 * (int64_t)DAY_MS), V(now - 182 * (int64_t)DAY_MS)), &r));
        ret->people = row_int(&r);
        ret->active_month = row_int(&r);
        ret->active_halfyear = row_int(&r);
        TRY(row_end(&r));
        TRY(db_int(cx->db, &INSTANCE_POSTS, NO_BIND, &ret->posts));
        return db_int(cx->db, &INSTANCE_DOMAINS, BIND(V(S(""))), &ret->domains);
}

enum err instance_activity(struct cx *cx, struct instance_week *ret)
{
        enum { WEEK_MS = 7 * DAY_MS };
        /* Weeks begin on Mondays; 1970-01-05 was one. */
        int64_t monday =
                (cx_now(cx) - 4 * (int64_t)DAY_MS) / WEEK_MS * WEEK_MS + 4 * (int64_t)DAY_MS;
        for (int i = 0; i < INSTANCE_WEEKS; i++) {
                struct instance_week *w = &ret[i];
                struct row r;
                w->from_ms = monday - i * (int64_t)WEEK_MS;
                TRY(db_one(
                        cx->db, &INSTANCE_WEEK, cx->arena,
                        BIND(V(w->from_ms << 16), V((w->from_ms + WEEK_MS) << 16), V(w->from_ms)),
                        &r));
                w->posts = row_int(&r);
                w->active = row_int(&r);
                w->joined = row_int(&r);
                TRY(row_end(&r));
        }
        return OK;
}

enum err instance_peers(struct cx *cx, struct str head, int64_t limit, struct str_list *ret)
{
        struct row r;
        size_t room = (size_t)(limit > 0 ? limit : 1);
        struct str_list l = {make_n(cx->arena, room, struct str), 0};
        TRY(db_all(cx->db, &INSTANCE_PEERS, cx->arena,
                   BIND(V(head.p ? head : S("")), V((int64_t)room)), &r));
        while (l.n < room && row_next(&r)) {
                struct str s = row_str(&r);
                if (!str_starts(s, head))
                        break;
                l.v[l.n++] = s;
        }
        *ret = l;
        return row_end(&r);
}

static const struct stmt INSTANCE_BLOCKS = {
        .name = "instance_blocks",
        .text = "SELECT domain, public_comment, obfuscate, severity FROM server_policy WHERE "
                "severity > 0"
                " ORDER BY domain LIMIT 5000",
        .out = "ssii",
        .scans = true, /* a list kept by hand */
};

/* The middle half in stars, as Mastodon shows it. */
static struct str with_stars(struct arena *a, struct str domain)
{
        char *z = str_z(a, domain);
        size_t edge = domain.n / 4;
        for (size_t i = edge + 1; i + edge < domain.n; i++)
                if (z[i] != '.')
                        z[i] = '*';
        return (struct str){z, domain.n};
}

enum err instance_blocks(struct cx *cx, struct instance_block **ret, size_t *n)
{
        size_t k = 0, room = 64;
        struct instance_block *v = make_n(cx->arena, room, struct instance_block);
        struct row r;
        TRY(db_all(cx->db, &INSTANCE_BLOCKS, cx->arena, NO_BIND, &r));
        while (row_next(&r)) {
                if (k == room) {
                        struct instance_block *more =
                                make_n(cx->arena, room * 2, struct instance_block);
                        memcpy(more, v, room * sizeof *v);
                        v = more;
                        room *= 2;
                }
                struct instance_block *b = &v[k++];
                b->domain = row_str(&r);
                b->comment = row_str(&r);
                b->digest = hex_encode(cx->arena, sha256(cx->arena, b->domain));
                if (row_int(&r))
                        b->domain = with_stars(cx->arena, b->domain);
                b->refused = row_int(&r) == 2;
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

bool instance_shown_to(enum shown to, const struct viewer *by)
{
        return to == SHOWN_EVERYBODY || (to == SHOWN_MEMBERS && by->account);
}

static const struct stmt *const statements[] = {&INSTANCE_PEOPLE,  &INSTANCE_POSTS,
                                                &INSTANCE_DOMAINS, &INSTANCE_PEERS,
                                                &INSTANCE_WEEK,    &INSTANCE_BLOCKS};
const struct stmt_list INSTANCE_STATEMENTS = {statements, countof(statements)};
