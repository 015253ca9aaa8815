/* The server's rules. Who writes them is the owner; who reads them is everybody. */
#include "social/rule.h"
#include "lib/text/unicode.h"
#include "social/audit.h"

static const struct stmt RULE_LIST = {
        .name = "rule_list",
        .text = "SELECT id, text, hint FROM rule ORDER BY position, id LIMIT $1",
        .in = "i",
        .out = "iss",
        .scans = true, /* a handful of rows, written by hand */
};

enum err rule_list(struct cx *cx, struct rule **ret, size_t *n)
{
        struct row r;
        TRY(db_all(cx->db, &RULE_LIST, cx->arena, BIND(V(RULES_MAX)), &r));
        struct rule *v = make_n(cx->arena, RULES_MAX, struct rule);
        size_t k = 0;
        while (k < RULES_MAX && row_next(&r)) {
                v[k].id = row_int(&r);
                v[k].text = row_str(&r);
                v[k].hint = row_str(&r);
                k++;
        }
        TRY(row_end(&r));
        *ret = v;
        *n = k;
        return OK;
}

static const struct stmt RULE_ADD = {
        .name = "rule_add",
        .text = "INSERT INTO rule (id, position, text, hint) SELECT $1,"
                " COALESCE(max(position), 0) + 1, $2, $3 FROM rule",
        .in = "iss",
        .scans = true, /* likewise */
};
static const struct stmt RULE_CHANGE = {
        .name = "rule_change",
        .text = "UPDATE rule SET text = $2, hint = $3 WHERE id = $1",
        .in = "iss",
};
static const struct stmt RULE_DROP = {
        .name = "rule_drop",
        .text = "DELETE FROM rule WHERE id = $1 RETURNING text",
        .in = "i",
        .out = "s",
};
static const struct stmt RULE_PLACE = {
        .name = "rule_place",
        .text = "UPDATE rule SET position = $2 WHERE id = $1",
        .in = "ii",
};

enum err rule_save(struct cx *cx, const struct viewer *by, struct rule *r)
{
        struct rule *all_rules;
        size_t count;
        int64_t n = 1;
        if (!text_clean(cx->arena, str_trim(r->text.p ? r->text : S("")), &r->text) || !r->text.n ||
            utf8_count(r->text) > RULE_TEXT_MAX)
                return fail_field(cx, "text", ERR_INPUT, "A rule has 1 to %d characters.",
                                  RULE_TEXT_MAX);
        if (!text_clean(cx->arena, str_trim(r->hint.p ? r->hint : S("")), &r->hint) ||
            utf8_count(r->hint) > RULE_HINT_MAX)
                return fail_field(cx, "hint", ERR_INPUT,
                                  "The words beneath have at most %d characters.", RULE_HINT_MAX);
        TRY(rule_list(cx, &all_rules, &count));
        if (!r->id && count >= RULES_MAX)
                return fail(cx, ERR_INPUT, "There can be at most %d rules.", RULES_MAX);
        if (r->id) {
                TRY(db_run(cx->db, &RULE_CHANGE, BIND(V(r->id), V(r->text), V(r->hint)), &n));
        } else {
                r->id = cx_id(cx);
                TRY(db_run(cx->db, &RULE_ADD, BIND(V(r->id), V(r->text), V(r->hint)), NULL));
        }
        return n ? audit_text(cx, by, "rule_written", r->text) : ERR_MISSING;
}

enum err rule_drop(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct row r;
        TRY(db_one(cx->db, &RULE_DROP, cx->arena, BIND(V(id)), &r));
        struct str text = row_str(&r);
        TRY(row_end(&r));
        return audit_text(cx, by, "rule_deleted", text);
}

/* Places are written anew, so that rows of the same place get apart. */
enum err rule_move(struct cx *cx, const struct viewer *by, int64_t id, bool up)
{
        struct rule *v;
        size_t n, at = 0;
        TRY(rule_list(cx, &v, &n));
        while (at < n && v[at].id != id)
                at++;
        if (at == n)
                return ERR_MISSING;
        if (up ? at == 0 : at + 1 == n)
                return OK;
        size_t other = up ? at - 1 : at + 1;
        struct rule moved = v[at];
        v[at] = v[other];
        v[other] = moved;
        for (size_t i = 0; i < n; i++)
                TRY(db_run(cx->db, &RULE_PLACE, BIND(V(v[i].id), V((int64_t)i + 1)), NULL));
        return audit_text(cx, by, "rule_written", moved.text);
}

static const struct stmt *const all[] = {&RULE_LIST, &RULE_ADD, &RULE_CHANGE, &RULE_DROP,
                                         &RULE_PLACE};
const struct stmt_list RULE_STATEMENTS = {all, sizeof(all) / sizeof(all[0])};
