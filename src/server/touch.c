/* Last use: see touch.h. A person who comes back after a day also gets their kept home timeline
 * again. */
#include "server/touch.h"
#include "lib/base/die.h"
#include "lib/db/writer.h"
#include "social/access.h"
#include "social/home.h"
#include "social/memorial.h"
#include <stdlib.h>

struct touching {
        struct write_job job;
        struct instance *instance;
        struct viewer viewer;
        bool present; /* they did something, and were said to have died */
        struct arena arena;
};

enum { ARENA_CAP = 16 << 20 };

static enum err run(struct write_job *job, struct db *db)
{
        struct touching *t = job->owner;
        struct instance *i = t->instance;
        struct cx cx = {.db = db,
                        .arena = &t->arena,
                        .clock = i->clock,
                        .settings = i->settings,
                        .instance = i,
                        .events = &i->batch};
        size_t before = cx.events->n;
        enum err e = access_touch(&cx, &t->viewer);
        if (!e && t->present)
                e = memorial_seen(&cx, t->viewer.account);
        if (!e)
                e = home_wake(&cx, t->viewer.account);
        if (e)
                event_cut(cx.events, before);
        return e;
}

static void done(struct write_job *job, enum err e)
{
        struct touching *t = job->owner;
        (void)e;
        arena_close(&t->arena);
        free(t);
}

void touch(struct instance *instance, const struct viewer *by, enum method method)
{
        bool present = by && by->memorial_waits && method != METHOD_GET && method != METHOD_HEAD;
        if (!by || !by->account || !(present || access_touch_due(by)))
                return;
        struct touching *t = must_alloc(1, sizeof *t);
        t->instance = instance;
        t->viewer = *by;
        t->present = present;
        t->viewer.locale = STR_NONE; /* of the request's arena, which ends before this */
        arena_open(&t->arena, ARENA_CAP);
        t->job = (struct write_job){.run = run, .done = done, .owner = t};
        writer_submit(instance->writer, &t->job);
}
