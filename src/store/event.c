/* Collecting events in the writer's transaction and handing them out after its commit. */
#include "store/event.h"
#include "lib/base/die.h"
#include <stdlib.h>

enum { LISTENERS = 8 };

struct events {
        struct {
                event_listener *f;
                void *owner;
        } listeners[LISTENERS];
        size_t n;
};

void event_add(struct event_list *l, struct event e)
{
        if (l->n == l->size) {
                l->size = l->size ? l->size * 2 : 64;
                l->v = must_realloc(l->v, l->size * sizeof *l->v);
        }
        l->v[l->n++] = e;
}

void event_cut(struct event_list *l, size_t n)
{
        if (n < l->n)
                l->n = n;
}

struct events *events_open(void)
{
        return must_alloc(1, sizeof(struct events));
}

void events_listen(struct events *s, event_listener *f, void *owner)
{
        if (s->n == LISTENERS)
                die("events: too many listeners");
        s->listeners[s->n].f = f;
        s->listeners[s->n++].owner = owner;
}

void events_publish(struct events *s, const struct event_list *l)
{
        for (size_t i = 0; i < l->n; i++)
                for (size_t k = 0; k < s->n; k++)
                        s->listeners[k].f(s->listeners[k].owner, &l->v[i]);
}

void events_close(struct events **s)
{
        free(*s);
        *s = NULL;
}
