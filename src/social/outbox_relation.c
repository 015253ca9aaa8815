/* Delivery jobs of relations and profiles. Called by follow.c, block.c, account_profile.c, in their
 * transaction. */
#include "social/outbox_relation.h"
#include "lib/text/json.h"
#include "store/job.h"

enum { GATHER_MS = 20 * 1000 /* somebody who edits a profile saves it twice */ };

static const struct stmt RELATION_OUTWARD = {
        .name = "outbox_outward",
        .text = "SELECT 1 FROM account a JOIN account t ON t.id = $2"
                " WHERE a.id = $1 AND a.domain = '' AND t.domain <> ''",
        .in = "ii",
        .out = "i",
};

static const struct stmt RELATION_FOLLOWED_FAR = {
        .name = "outbox_profile_far",
        .text = "SELECT 1 FROM follow f JOIN account a ON a.id = f.account"
                " WHERE f.target = $1 AND f.state = 1 AND a.domain <> '' LIMIT 1",
        .in = "i",
        .out = "i",
};

static const char *const act_names[] = {
        [RELATION_FOLLOW] = "follow", [RELATION_UNDO_FOLLOW] = "undo_follow",
        [RELATION_ACCEPT] = "accept", [RELATION_REJECT] = "reject",
        [RELATION_BLOCK] = "block",   [RELATION_UNDO_BLOCK] = "undo_block",
};

static enum err is_there(struct cx *cx, const struct stmt *s, const struct value *in, size_t n,
                         bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, s, cx->arena, in, n, &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

enum err outbox_relation(struct cx *cx, enum relation_act act, int64_t account, int64_t target,
                         int64_t id, struct str uri)
{
        bool outward;
        TRY(is_there(cx, &RELATION_OUTWARD, BIND(V(account), V(target)), &outward));
        if (!outward)
                return OK;
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_z(&j, "act", act_names[act]);
        json_id(&j, "account", account);
        json_id(&j, "target", target);
        json_id(&j, "id", id);
        json_str(&j, "uri", uri);
        json_end(&j);
        return job_add_buf(cx, "deliver_relation", &b, STR_NONE);
}

enum err outbox_profile(struct cx *cx, int64_t account)
{
        bool far;
        TRY(is_there(cx, &RELATION_FOLLOWED_FAR, BIND(V(account)), &far));
        if (!far)
                return OK;
        struct str key = str_int(cx->arena, account);
        struct str payload = str_fmt(cx->arena, "{\"account\":\"%lld\"}", (long long)account);
        return job_add(cx, "deliver_profile", payload, key, cx_now(cx) + GATHER_MS);
}

static const struct stmt *const statements[] = {&RELATION_OUTWARD, &RELATION_FOLLOWED_FAR};
const struct stmt_list OUTBOX_RELATION_STATEMENTS = {statements, countof(statements)};
