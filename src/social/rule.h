/* The server's rules, in the order its owner gave them: shown on the about page, at sign-up, in
 * reports and to apps. */
#pragma once
#include "social/audience.h"

struct rule {
        int64_t id;
        struct str text, hint;
};
enum { RULE_TEXT_MAX = 300, RULE_HINT_MAX = 1000, RULES_MAX = 50 };
MUST_USE enum err rule_list(struct cx *cx, struct rule **ret, size_t *n);
/* For the owner; in a write transaction, with a line in the log. id 0: a new one, at the end. ERR_INPUT with a sentence. */
MUST_USE enum err rule_save(struct cx *cx, const struct viewer *by, struct rule *r);
MUST_USE enum err rule_drop(struct cx *cx, const struct viewer *by, int64_t id); /* ERR_MISSING */
/* One place up (or down); at the end of the list nothing happens. */
MUST_USE enum err rule_move(struct cx *cx, const struct viewer *by, int64_t id, bool up);
extern const struct stmt_list RULE_STATEMENTS;
