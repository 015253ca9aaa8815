/* Deadlines of connections: a wheel of 512 slots of 50 ms. Moving a deadline further away only notes it; the node is
 * put in its new slot when the old one comes round, so a busy connection costs nothing. */
#pragma once
#include "lib/base/str.h"

enum { WHEEL_SLOTS = 512, WHEEL_TICK_MS = 50 };

struct wheel_node {
        struct wheel_node *next, *prev; /* NULL: in no slot */
        int64_t due_ms;
        int64_t tick; /* of its slot */
};

struct wheel {
        struct wheel_node slots[WHEEL_SLOTS];
        uint64_t used[WHEEL_SLOTS / 64];
        int64_t tick; /* all slots before it are done */
};

void wheel_open(struct wheel *w, int64_t now_ms);
void wheel_set(struct wheel *w, struct wheel_node *node, int64_t due_ms);
void wheel_clear(struct wheel *w, struct wheel_node *node);
/* Milliseconds to the next slot in use; -1 when there is none. */
int wheel_wait(const struct wheel *w, int64_t now_ms);
/* Calls due() for each node whose time has come; it is in no slot then, and due() may set or clear any node. */
void wheel_run(struct wheel *w, int64_t now_ms, void (*due)(struct wheel_node *node, void *arg), void *arg);
