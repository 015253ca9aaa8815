/* What stands between one person and a page of others: one statement, each part a probe of a
 * primary key. Called by the API's relationships and by every answer of a follow, block or mute. */
#include "social/relationship.h"
#include "social/ids.h"

#define TEXT(ids)                                                                                  \
        "SELECT a.id, f.state, f.boosts, f.notify, f.languages, g.state,"                          \
        " EXISTS (SELECT 1 FROM block b WHERE b.account = $2 AND b.target = a.id),"                \
        " EXISTS (SELECT 1 FROM block b WHERE b.account = a.id AND b.target = $2),"                \
        " m.id, m.notifications, m.expires_at,"                                                    \
        " EXISTS (SELECT 1 FROM domain_block d WHERE d.account = $2 AND d.domain = a.domain),"     \
        " EXISTS (SELECT 1 FROM endorsement e WHERE e.account = $2 AND e.target = a.id), n.text"   \
        " FROM " ids " JOIN account a ON a.id = ids.value"                                         \
        " LEFT JOIN follow f ON f.account = $2 AND f.target = a.id"                                \
        " LEFT JOIN follow g ON g.account = a.id AND g.target = $2"                                \
        " LEFT JOIN mute m ON m.account = $2 AND m.target = a.id"                                  \
        " AND (m.expires_at IS NULL OR m.expires_at > $3)"                                         \
        " LEFT JOIN account_note n ON n.account = $2 AND n.target = a.id"                          \
        " WHERE $4 = 1 OR a.suspended_at IS NULL"
static const struct stmt RELATIONSHIP_MANY = {
        .name = "relationship_many",
        .text = TEXT(IDS_SQLITE),
        .text_pg = TEXT(IDS_PG),
        .in = "siii",
        .out = "iIIISIiiIIIiiS",
};

static void read_relationship(struct row *r, struct relationship *x)
{
        x->id = row_int(r);
        bool any = !row_null(r);
        int64_t state = row_int(r);
        x->following = any && state == 1;
        x->requested = any && state == 0;
        x->boosts = row_int(r) != 0 && any;
        x->notifying = row_int(r) != 0 && any;
        x->languages = row_str(r);
        any = !row_null(r);
        state = row_int(r);
        x->followed_by = any && state == 1;
        x->requested_by = any && state == 0;
        x->blocking = row_int(r) != 0;
        x->blocked_by = row_int(r) != 0;
        x->muting = row_int(r) != 0;
        x->muting_notifications = row_int(r) != 0 && x->muting;
        x->muting_expires_at = row_int(r);
        x->domain_blocking = row_int(r) != 0;
        x->endorsed = row_int(r) != 0;
        x->note = row_str(r);
}

enum err relationship_get_many(struct cx *cx, int64_t me, const int64_t *ids, size_t n,
                               bool with_suspended, struct relationship **ret, size_t *n_ret)
{
        struct relationship *v = make_n(cx->arena, n, struct relationship), x;
        struct row r;
        TRY(db_all(cx->db, &RELATIONSHIP_MANY, cx->arena,
                   BIND(V(ids_json(cx->arena, ids, n)), V(me), V(cx_now(cx)), V(with_suspended)),
                   &r));
        while (row_next(&r)) {
                read_relationship(&r, &x);
                size_t i = ids_find(ids, n, x.id); /* the answer has the order of the question */
                if (i < n)
                        v[i] = x;
        }
        TRY(row_end(&r));
        size_t k = 0;
        for (size_t i = 0; i < n; i++)
                if (v[i].id)
                        v[k++] = v[i];
        *ret = v;
        *n_ret = k;
        return OK;
}

enum err relationship_get(struct cx *cx, int64_t me, int64_t other, struct relationship **ret)
{
        size_t n;
        TRY(relationship_get_many(cx, me, &other, 1, true, ret, &n));
        return n ? OK : ERR_MISSING;
}

static const struct stmt *const statements[] = {&RELATIONSHIP_MANY};
const struct stmt_list RELATIONSHIP_STATEMENTS = {statements, countof(statements)};
