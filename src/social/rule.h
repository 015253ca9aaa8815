/* The server's rules, in the order its owner gave them: shown on the about page, at sign-up, in
 * reports and to apps. */
#pragma once
#include "store/cx.h"

struct rule {
        int64_t id;
        struct str text, hint;
};
MUST_USE enum err rule_list(struct cx *cx, struct rule **ret, size_t *n);
extern const struct stmt_list RULE_STATEMENTS;
