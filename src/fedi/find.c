/* A person here typed a name or an address of another server: asked for at once, with a few fetches
 * at most. Every reason why nothing is found looks the same to them. Or looks at what came from
 * elsewhere: then a job asks what is new there, at most once in a quarter of an hour. */
#include "fedi/find.h"
#include "fedi/fedi.h"
#include "fedi/inbox_job.h"
#include "fedi/remote.h"
#include "lib/db/writer.h"
#include <stdlib.h>

enum { FETCHES = 8 };

enum err find_far(struct cx *cx, struct str text, int64_t *account, int64_t *post)
{
        struct remote r = remote_of(cx, FETCHES);
        struct remote_found found = {0};
        r.urgent = true;
        enum err e = remote_find(&r, text, &found);
        if (e == ERR_FAULT || e == ERR_FULL)
                return e;
        *account = found.account;
        *post = found.post;
        return e || (!found.account && !found.post) ? ERR_MISSING : OK;
}

/* ---- looking ---- */

enum { LOOK_ARENA = 1 << 20 };

struct looked {
        struct write_job job; /* first: the writer hands back its address */
        struct instance *instance;
        enum far_look what;
        int64_t id;
};

static enum err add_job(struct write_job *job, struct db *db)
{
        const struct looked *l = (const struct looked *)job;
        struct arena arena;
        arena_open(&arena, LOOK_ARENA);
        struct cx cx = {.db = db,
                        .arena = &arena,
                        .clock = l->instance->clock,
                        .settings = l->instance->settings,
                        .instance = l->instance,
                        .events = &l->instance->batch};
        enum err e = l->what == FAR_THREAD ? thread_job_add(&cx, l->id)
                                           : far_account_job_add(&cx, l->id, false);
        arena_close(&arena);
        return e;
}

static void added(struct write_job *job, enum err e)
{
        (void)e; /* it is asked for when somebody looks again */
        free(job);
}

void look_far(struct cx *cx, enum far_look what, int64_t id)
{
        struct limit_state ignored;
        struct str key =
                str_fmt(cx->arena, "%c%lld", what == FAR_THREAD ? 't' : 'a', (long long)id);
        if (cx->events || !cx->instance->fedi ||
            !limiter_take(cx->instance->fedi->limits, FEDI_LIMIT_LOOKS, key, &ignored))
                return;
        struct looked *l = must_alloc(1, sizeof *l);
        *l = (struct looked){.job = {.run = add_job, .done = added},
                             .instance = cx->instance,
                             .what = what,
                             .id = id};
        writer_submit(cx->instance->writer, &l->job);
}
