/* Jobs and the pool that runs them: once, again after a failure, given up, unique, after a crash,
 * on time. */
#include "lib/db/writer.h"
#include "store/migrate.h"
#include "store/worker.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static atomic_int runs, now_running, most_running;

static enum err run_well(struct job *job)
{
        (void)job;
        runs++;
        return OK;
}

static enum err run_badly(struct job *job)
{
        runs++;
        job->cx->fault = S("it did not answer");
        return ERR_REMOTE;
}

static enum err run_denied(struct job *job)
{
        (void)job;
        runs++;
        return ERR_DENIED;
}

static enum err run_slowly(struct job *job)
{
        int n = ++now_running;
        if (n > most_running)
                most_running = n;
        for (int i = 0; i < 20 && !job_must_stop(job); i++)
                usleep(1000);
        now_running--;
        runs++;
        return OK;
}

static enum err add_another(struct cx *cx, void *arg)
{
        (void)arg;
        return job_add(cx, "well", S("{}"), STR_NONE, 0);
}

static enum err run_chained(struct job *job)
{
        return job_end(job, add_another, NULL);
}

enum { WELL, BADLY, DENIED, SLOWLY, CHAINED, OFTEN, TIDILY, KINDS };

static const struct job_kind kinds[KINDS] = {
        [WELL] = {.name = "well", .run = run_well},
        [BADLY] = {.name = "badly", .run = run_badly, .max_attempts = 3, .retry_ms = 1000},
        [DENIED] = {.name = "denied", .run = run_denied, .max_attempts = 3},
        [SLOWLY] = {.name = "slowly", .run = run_slowly, .at_once = 2},
        [CHAINED] = {.name = "chained", .run = run_chained},
        [OFTEN] = {.name = "often", .run = run_well, .every_ms = 60000},
        [TIDILY] = {.name = "tidily", .run = run_well, .every_ms = 60000, .ends_old = true},
};

/* The time, chosen by the test while threads read it. */
static atomic_llong ahead_ms;

static int64_t wall_ms(const struct clock *clock)
{
        (void)clock;
        return clock_now(&clock_real) + ahead_ms;
}

static int64_t steady_ms(const struct clock *clock)
{
        (void)clock;
        return clock_steady(&clock_real);
}

struct fixture {
        char dir[64], path[96];
        struct clock clock;
        struct settings settings;
        struct instance instance;
        struct arena arena;
        struct cx cx;
        struct workers *workers;
};

static int open_fixture(void **state)
{
        struct fixture *f = calloc(1, sizeof *f);
        struct db *db = NULL;
        int version;
        runs = most_running = 0;
        ahead_ms = 0;
        snprintf(f->dir, sizeof f->dir, "/tmp/worker-test-XXXXXX");
        assert_non_null(mkdtemp(f->dir));
        snprintf(f->path, sizeof f->path, "%s/db", f->dir);
        assert_int_equal(db_open(&(struct db_settings){.path = f->path}, &db), OK);
        assert_int_equal(migrate(db, &clock_real, &version), OK);
        f->clock = (struct clock){wall_ms, steady_ms, 0};
        f->instance.clock = &f->clock;
        f->instance.settings = &f->settings;
        assert_int_equal(writer_open(db, NULL, &f->instance.writer), OK);
        arena_open(&f->arena, 1 << 20);
        f->cx = (struct cx){.arena = &f->arena,
                            .clock = &f->clock,
                            .settings = &f->settings,
                            .instance = &f->instance};
        assert_int_equal(
                db_open(&(struct db_settings){.path = f->path, .read_only = true}, &f->cx.db), OK);
        *state = f;
        return 0;
}

static void open_workers(struct fixture *f, size_t first, size_t n)
{
        struct worker_settings s = {
                .kinds = &kinds[first], .n_kinds = n, .threads = 4, .db = {.path = f->path}};
        assert_int_equal(workers_open(&f->instance, &s, &f->workers), OK);
}

static int close_fixture(void **state)
{
        struct fixture *f = *state;
        char command[128];
        workers_close(&f->workers);
        assert_null(f->workers);
        writer_close(&f->instance.writer);
        db_close(&f->cx.db);
        arena_close(&f->arena);
        snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
        assert_int_equal(system(command), 0);
        free(f);
        return 0;
}

struct addition {
        const char *kind;
        struct str payload, key;
        int64_t run_at;
};

static enum err add_one(struct cx *cx, void *arg)
{
        struct addition *a = arg;
        return job_add(cx, a->kind, a->payload, a->key, a->run_at);
}

static void add(struct fixture *f, const char *kind, int64_t run_at, struct str key,
                struct str payload)
{
        struct addition a = {kind, payload, key, run_at};
        assert_int_equal(cx_write(&f->cx, add_one, &a), OK);
}

static int64_t waiting(struct fixture *f, const char *kind)
{
        struct job_counts c;
        assert_int_equal(job_count(&f->cx, kind, &c), OK);
        return c.waiting;
}

static int64_t dead(struct fixture *f)
{
        int64_t n;
        assert_int_equal(job_count_dead(&f->cx, &n), OK);
        return n;
}

static void later(struct fixture *f, int64_t ms)
{
        ahead_ms += ms;
        assert_true(workers_settle(f->workers, 5000));
}

static void test_runs_once(void **state)
{
        struct fixture *f = *state;
        for (int i = 0; i < 100; i++)
                add(f, "well", 0, STR_NONE, S("{}"));
        assert_int_equal(waiting(f, "well"), 100);
        open_workers(f, 0, OFTEN);
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 100);
        assert_int_equal(waiting(f, "well"), 0);
        assert_int_equal(workers_count(f->workers, WELL).done, 100);
        add(f, "chained", 0, STR_NONE, S("{}"));
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 101);
        assert_int_equal(waiting(f, "chained") + waiting(f, "well"), 0);
}

static void test_later(void **state)
{
        struct fixture *f = *state;
        open_workers(f, 0, OFTEN);
        add(f, "well", clock_now(&f->clock) + 3600 * 1000, STR_NONE, S("{}"));
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 0);
        later(f, 3601 * 1000);
        assert_int_equal(runs, 1);
}

static void test_retried_and_given_up(void **state)
{
        struct fixture *f = *state;
        open_workers(f, 0, OFTEN);
        add(f, "badly", 0, STR_NONE, S("{\"n\":1}"));
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 1);
        later(f, 500); /* not yet */
        assert_int_equal(runs, 1);
        later(f, 700);
        assert_int_equal(runs, 2);
        later(f, 2300); /* twice as long */
        assert_int_equal(runs, 3);
        assert_int_equal(waiting(f, "badly"), 0);
        assert_int_equal(dead(f), 1);
        assert_int_equal(workers_count(f->workers, BADLY).failed, 3);

        struct job_row *rows;
        size_t n;
        assert_int_equal(job_list_dead(&f->cx, 0, 40, &rows, &n), OK);
        assert_int_equal(n, 1);
        assert_true(str_eq(rows[0].kind, S("badly")));
        assert_true(str_eq(rows[0].last_error, S("REMOTE")));
        assert_int_equal(job_list_dead(&f->cx, rows[0].id, 40, &rows, &n), OK);
        assert_int_equal(n, 0);
}

static enum err revive(struct cx *cx, void *arg)
{
        return job_revive(cx, *(int64_t *)arg);
}

static enum err tidy(struct cx *cx, void *arg)
{
        (void)arg;
        return job_tidy(cx);
}

static void test_dead(void **state)
{
        struct fixture *f = *state;
        struct job_row *rows;
        size_t n;
        open_workers(f, 0, OFTEN);
        add(f, "denied", 0, STR_NONE, S("{}")); /* no sense in trying again */
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 1);
        assert_int_equal(dead(f), 1);
        assert_int_equal(job_list_dead(&f->cx, 0, 1, &rows, &n), OK);
        assert_int_equal(cx_write(&f->cx, revive, &rows[0].id), OK);
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 2);
        assert_int_equal(dead(f), 1);
        assert_int_equal(cx_write(&f->cx, tidy, NULL), OK);
        assert_int_equal(dead(f), 1);
        ahead_ms += (int64_t)31 * 24 * 3600 * 1000;
        assert_int_equal(cx_write(&f->cx, tidy, NULL), OK);
        assert_int_equal(dead(f), 0);
        assert_int_equal(cx_write(&f->cx, revive, &rows[0].id), ERR_MISSING);
}

struct taking {
        struct leased rows[4];
        size_t n;
};

static enum err take_badly(struct cx *cx, void *arg)
{
        struct taking *t = arg;
        return job_lease(cx, &kinds[BADLY], 4, t->rows, &t->n);
}

static enum err take(struct cx *cx, void *arg)
{
        struct taking *t = arg;
        return job_lease(cx, &kinds[WELL], 4, t->rows, &t->n);
}

static enum err drop(struct cx *cx, void *arg)
{
        return job_cancel(cx, "well", str_of(arg));
}

static void test_unique(void **state)
{
        struct fixture *f = *state;
        int64_t now = clock_now(&f->clock);
        add(f, "well", now + 5000, S("k"), S("1"));
        add(f, "well", now - 1, S("k"), S("2"));
        add(f, "well", now + 9000, S("k"), S("3"));
        add(f, "slowly", now, S("k"), S("{}"));
        assert_int_equal(waiting(f, "well"), 1);
        struct taking t;
        assert_int_equal(cx_write(&f->cx, take, &t), OK); /* the earliest time, the newest words */
        assert_int_equal(t.n, 1);
        assert_true(str_eq(t.rows[0].payload, S("3")));
        /* it runs: the next one waits beside it */
        add(f, "well", now, S("k"), S("4"));
        assert_int_equal(waiting(f, "well"), 2);
        assert_int_equal(cx_write(&f->cx, drop, (void *)(uintptr_t) "k"), OK);
        assert_int_equal(waiting(f, "well"), 1);
        assert_int_equal(waiting(f, "slowly"), 1);
}

/* The process died in the middle: the job comes back when its lease is over; one that always does
 * that is given up. */
static void test_lease_runs_out(void **state)
{
        struct fixture *f = *state;
        struct taking t;
        add(f, "well", 0, STR_NONE, S("{}"));
        assert_int_equal(cx_write(&f->cx, take, &t), OK);
        assert_int_equal(t.n, 1);
        assert_int_equal(cx_write(&f->cx, take, &t), OK);
        assert_int_equal(t.n, 0);
        ahead_ms += 3600 * 1000;
        assert_int_equal(cx_write(&f->cx, take, &t), OK);
        assert_int_equal(t.n, 0);
        assert_int_equal(dead(f), 1);

        add(f, "badly", 0, STR_NONE, S("{}"));
        open_workers(f, 0, OFTEN);
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 1);
}

/* Where one process alone runs jobs, a start frees what the last one held; a job that only waits
 * for its time goes on waiting. */
static void test_lease_of_the_dead(void **state)
{
        struct fixture *f = *state;
        struct taking t;
        add(f, "badly", 0, STR_NONE, S("{}"));
        assert_int_equal(cx_write(&f->cx, take_badly, &t), OK);
        assert_int_equal(t.n, 1);
        add(f, "badly", clock_now(&f->clock) + 3600 * 1000, STR_NONE, S("{}"));
        struct worker_settings s = {.kinds = kinds,
                                    .n_kinds = OFTEN,
                                    .threads = 4,
                                    .alone = true,
                                    .db = {.path = f->path}};
        assert_int_equal(workers_open(&f->instance, &s, &f->workers), OK);
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 1);
        assert_int_equal(waiting(f, "badly"), 2);
}

static void test_at_once(void **state)
{
        struct fixture *f = *state;
        for (int i = 0; i < 12; i++)
                add(f, "slowly", 0, STR_NONE, S("{}"));
        add(f, "well", 0, STR_NONE, S("{}"));
        open_workers(f, 0, OFTEN);
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 13);
        assert_int_equal(most_running, 2);
}

static void test_every(void **state)
{
        struct fixture *f = *state;
        open_workers(f, OFTEN, 1);
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 1);
        later(f, 30000);
        assert_int_equal(runs, 1);
        later(f, 31000);
        assert_int_equal(runs, 2);
        assert_int_equal(waiting(f, "often"), 1);
        workers_close(&f->workers);
        open_workers(f, OFTEN, 1);
        assert_int_equal(waiting(f, "often"), 1);
}

/* T177: nothing is deleted for its age by a clock that leapt, and all goes on when it is back. */
static void test_clock_leaps(void **state)
{
        struct fixture *f = *state;
        const int64_t years = INT64_C(10) * 365 * 24 * 3600 * 1000;
        open_workers(f, TIDILY, 1);
        assert_true(workers_settle(f->workers, 5000));
        later(f, 61000);
        assert_int_equal(runs, 2);
        later(f, years);
        assert_int_equal(runs, 2);
        later(f, -years);
        assert_int_equal(runs, 3);
        later(f, 61000);
        assert_int_equal(runs, 4);
        /* A start believes the clock it finds. */
        later(f, years);
        assert_int_equal(runs, 4);
        workers_close(&f->workers);
        open_workers(f, TIDILY, 1);
        later(f, 61000);
        assert_int_equal(runs, 5);
}

/* Closing waits for what runs and puts the rest back, with its tries. */
static void test_close(void **state)
{
        struct fixture *f = *state;
        for (int i = 0; i < 20; i++)
                add(f, "slowly", 0, STR_NONE, S("{}"));
        open_workers(f, 0, OFTEN);
        while (!now_running)
                usleep(500);
        workers_close(&f->workers);
        assert_int_equal(now_running, 0);
        assert_int_equal(waiting(f, "slowly"), 20 - runs);
        open_workers(f, 0, OFTEN);
        assert_true(workers_settle(f->workers, 5000));
        assert_int_equal(runs, 20);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
        const struct CMUnitTest tests[] = {
                T(test_runs_once),
                T(test_later),
                T(test_retried_and_given_up),
                T(test_dead),
                T(test_unique),
                T(test_lease_runs_out),
                T(test_at_once),
                T(test_every),
                T(test_clock_leaps),
                T(test_close),
                T(test_lease_of_the_dead),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
