/* The server's rules. Who writes them is the owner; who reads them is everybody, so there is
 * nothing to decide here. */
#include "social/rule.h"

enum { RULES_MAX = 50 };

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

static const struct stmt *const all[] = {&RULE_LIST};
const struct stmt_list RULE_STATEMENTS = {all, sizeof(all) / sizeof(all[0])};
