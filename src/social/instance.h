/* What the server can say of itself in numbers, and the servers it knows. All of it is asked rarely and cached by who shows it. */
#pragma once
#include "store/cx.h"

struct instance_counts {
        int64_t people;       /* with a login here */
        int64_t active_month; /* of them, seen in 30 days */
        int64_t active_halfyear;
        int64_t posts;        /* by people here */
        int64_t domains;      /* other servers seen */
};
MUST_USE enum err instance_count(struct cx *cx, struct instance_counts *ret);

/* One week of the last twelve, newest first. */
enum { INSTANCE_WEEKS = 12 };
struct instance_week {
        int64_t from_ms, posts, active, joined;
};
MUST_USE enum err instance_activity(struct cx *cx, struct instance_week *ret /* INSTANCE_WEEKS */);
/* Names of other servers, in order; those that begin with `head` ("" for all). */
MUST_USE enum err instance_peers(struct cx *cx, struct str head, int64_t limit, struct str_list *ret);
/* Servers that moderators limited or refuse, as told to everybody. */
struct instance_block {
        struct str domain, comment; /* with stars where the moderators chose so */
        struct str digest;          /* SHA-256 of the whole name, hex */
        bool refused;
};
MUST_USE enum err instance_blocks(struct cx *cx, struct instance_block **ret, size_t *n);
struct viewer;
bool instance_shown_to(enum shown to, const struct viewer *by); /* a list that not everybody may read */
extern const struct stmt_list INSTANCE_STATEMENTS;
