/* Request objects: taken from a loop's pool when a head is complete, back in it when the answer is
 * sent. */
#include "lib/http/server.h"
#include <stdlib.h>

static void new_id(struct loop *l, char *to, size_t size)
{
        static const char hex[] = "0123456789abcdef";
        size_t n = strlen(l->id_start);
        uint64_t v = l->id_next++;
        memcpy(to, l->id_start, n);
        for (int shift = 28; shift >= 0 && n + 1 < size; shift -= 4)
                to[n++] = hex[v >> shift & 15];
        to[n] = 0;
}

struct request *request_take(struct loop *l)
{
        struct request *r = l->pool;
        if (r) {
                l->pool = r->next;
                l->n_pool--;
        } else {
                r = must_alloc(1, sizeof *r);
                arena_open(&r->arena, REQUEST_ARENA_MAX);
                r->out.cap = ANSWER_MAX;
        }
        r->next = NULL;
        r->loop = l;
        new_id(l, r->id, sizeof r->id);
        r->rq.arena = &r->arena;
        r->rq.out = &r->out;
        r->rq.id = r->id;
        r->params.arena = &r->arena;
        answer_clear(r);
        r->rq.answer = &r->answer;
        return r;
}

static void trim(struct buf *b)
{
        if (b->size > KEPT_BYTES)
                buf_free(b);
        buf_clear(b);
}

void request_free(struct request *r)
{
        struct loop *l = r->loop;
        body_release(r);
        while (r->defers) {
                struct defer *d = r->defers;
                r->defers = d->next;
                d->run(d->arg);
        }
        arena_reset(&r->arena);
        trim(&r->out);
        trim(&r->body.bytes);
        if (l->n_pool >= KEPT_REQUESTS) {
                arena_close(&r->arena);
                buf_free(&r->out);
                buf_free(&r->body.bytes);
                free(r);
                return;
        }
        struct request clean = {.arena = r->arena, .out = r->out, .body.bytes = r->body.bytes};
        *r = clean;
        r->next = l->pool;
        l->pool = r;
        l->n_pool++;
}
