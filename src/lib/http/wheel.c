/* The timer wheel of one loop: see wheel.h. */
#include "lib/http/wheel.h"

void wheel_open(struct wheel *w, int64_t now_ms)
{
        *w = (struct wheel){.tick = now_ms / WHEEL_TICK_MS};
        for (size_t i = 0; i < WHEEL_SLOTS; i++)
                w->slots[i].next = w->slots[i].prev = &w->slots[i];
}

static size_t slot_of(int64_t tick)
{
        return (size_t)tick % WHEEL_SLOTS;
}

static void unlink_node(struct wheel *w, struct wheel_node *node)
{
        size_t slot = slot_of(node->tick);
        node->next->prev = node->prev;
        node->prev->next = node->next;
        node->next = node->prev = NULL;
        if (w->slots[slot].next == &w->slots[slot])
                w->used[slot / 64] &= ~(1ull << slot % 64);
}

static void place(struct wheel *w, struct wheel_node *node)
{
        int64_t tick = (node->due_ms + WHEEL_TICK_MS - 1) / WHEEL_TICK_MS;
        if (tick < w->tick)
                tick = w->tick;
        if (tick >= w->tick + WHEEL_SLOTS)
                tick = w->tick + WHEEL_SLOTS - 1;
        struct wheel_node *head = &w->slots[slot_of(tick)];
        node->tick = tick;
        node->next = head->next;
        node->prev = head;
        head->next->prev = node;
        head->next = node;
        w->used[slot_of(tick) / 64] |= 1ull << slot_of(tick) % 64;
}

void wheel_set(struct wheel *w, struct wheel_node *node, int64_t due_ms)
{
        node->due_ms = due_ms;
        if (node->next && node->tick * WHEEL_TICK_MS <= due_ms)
                return; /* it will be looked at in time */
        if (node->next)
                unlink_node(w, node);
        place(w, node);
}

void wheel_clear(struct wheel *w, struct wheel_node *node)
{
        if (node->next)
                unlink_node(w, node);
}

int wheel_wait(const struct wheel *w, int64_t now_ms)
{
        size_t start = slot_of(w->tick);
        for (size_t i = 0; i <= WHEEL_SLOTS / 64; i++) {
                size_t word = (start / 64 + i) % (WHEEL_SLOTS / 64);
                uint64_t bits = w->used[word];
                if (i == 0)
                        bits &= ~0ull << start % 64;
                if (!bits)
                        continue;
                size_t slot = word * 64 + (size_t)__builtin_ctzll(bits);
                int64_t ahead = (int64_t)((slot + WHEEL_SLOTS - start) % WHEEL_SLOTS);
                int64_t wait = (w->tick + ahead) * WHEEL_TICK_MS - now_ms;
                return wait > 0 ? (int)wait : 0;
        }
        return -1;
}

void wheel_run(struct wheel *w, int64_t now_ms, void (*due)(struct wheel_node *node, void *arg),
               void *arg)
{
        int64_t last = now_ms / WHEEL_TICK_MS;
        if (last - w->tick > WHEEL_SLOTS) /* the process slept: every slot once is enough */
                w->tick = last - WHEEL_SLOTS;
        while (w->tick <= last) {
                size_t slot =
                        slot_of(w->tick++); /* first, so that what due() sets lands further on */
                struct wheel_node *head = &w->slots[slot], todo;
                if (head->next == head)
                        continue;
                /* The slot's nodes move to a list of their own, since due() may put one back in it.
                 */
                todo = *head;
                todo.next->prev = &todo;
                todo.prev->next = &todo;
                head->next = head->prev = head;
                w->used[slot / 64] &= ~(1ull << slot % 64);
                while (todo.next != &todo) {
                        struct wheel_node *node = todo.next;
                        unlink_node(w, node);
                        if (node->due_ms <= now_ms)
                                due(node, arg);
                        else
                                place(w, node);
                }
        }
}
