/* The writer: isolation of pieces, order of the reports, group commit, other processes, failures.
 */
#include "lib/db/writer.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct stmt INSERT = {
        .name = "insert", .text = "INSERT INTO thing (id) VALUES ($1)", .in = "i"};
static const struct stmt LATE = {
        .name = "late", .text = "INSERT INTO late (thing) VALUES ($1)", .in = "i"};
static const struct stmt COUNT = {
        .name = "count", .text = "SELECT count(*) FROM thing", .out = "i", .scans = true};

struct fixture {
        char dir[64], path[96];
        struct db *db; /* the writer's; for db_fail_at only */
        struct writer *writer;
        struct db *reader;
        atomic_int committed, foreign, rolled_back, done;
        atomic_llong finishing; /* the row to insert before each commit; 0: none */
};

static void on_commit(void *owner)
{
        ((struct fixture *)owner)->committed++;
}

static void on_foreign(void *owner)
{
        ((struct fixture *)owner)->foreign++;
}

static void on_rollback(void *owner)
{
        ((struct fixture *)owner)->rolled_back++;
}

static enum err on_finish(void *owner, struct db *db)
{
        int64_t id = ((struct fixture *)owner)->finishing;
        return id ? db_run(db, &INSERT, BIND(V(id)), NULL) : OK;
}

static int open_fixture(void **state)
{
        struct fixture *f = calloc(1, sizeof *f);
        snprintf(f->dir, sizeof f->dir, "/tmp/writer-test-XXXXXX");
        assert_non_null(mkdtemp(f->dir));
        snprintf(f->path, sizeof f->path, "%s/db", f->dir);
        assert_int_equal(db_open(&(struct db_settings){.path = f->path}, &f->db), OK);
        assert_int_equal(db_script(f->db, S("CREATE TABLE thing (id INTEGER PRIMARY KEY);"
                                            "CREATE TABLE late (thing INTEGER REFERENCES thing (id)"
                                            " DEFERRABLE INITIALLY DEFERRED);")),
                         OK);
        assert_int_equal(
                db_open(&(struct db_settings){.path = f->path, .read_only = true}, &f->reader), OK);
        struct writer_hooks hooks = {f, on_commit, on_foreign, on_rollback, on_finish};
        assert_int_equal(writer_open(f->db, &hooks, &f->writer), OK);
        *state = f;
        return 0;
}

static int close_fixture(void **state)
{
        struct fixture *f = *state;
        char command[128];
        writer_close(&f->writer);
        assert_null(f->writer);
        db_close(&f->reader);
        snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
        assert_int_equal(system(command), 0);
        free(f);
        return 0;
}

static int64_t count(struct db *db)
{
        struct row r;
        assert_int_equal(db_one(db, &COUNT, NULL, NO_BIND, &r), OK);
        int64_t n = row_int(&r);
        assert_int_equal(row_end(&r), OK);
        return n;
}

static enum err insert(void *arg, struct db *db)
{
        return db_run(db, &INSERT, BIND(V(*(int64_t *)arg)), NULL);
}

static enum err insert_then_fail(void *arg, struct db *db)
{
        TRY(insert(arg, db));
        return ERR_DENIED;
}

static enum err insert_late(void *arg, struct db *db)
{
        return db_run(db, &LATE, BIND(V(*(int64_t *)arg)), NULL);
}

static void test_do(void **state)
{
        struct fixture *f = *state;
        int64_t id = 1;
        assert_int_equal(writer_do(f->writer, insert, &id), OK);
        assert_int_equal(count(f->reader), 1);
        assert_int_equal(writer_do(f->writer, insert, &id), ERR_CONFLICT);
        id = 2;
        assert_int_equal(writer_do(f->writer, insert_then_fail, &id), ERR_DENIED);
        assert_int_equal(count(f->reader), 1);
        assert_int_equal(writer_do(f->writer, insert_late, &id), ERR_CONFLICT);
        assert_int_equal(writer_do(f->writer, insert, &id), OK);
        assert_int_equal(count(f->reader), 2);
        assert_int_equal(f->committed, 2);
        assert_int_equal(f->rolled_back, 3);
}

/* What is left for the end of a batch is in its commit, and takes the batch along when it fails. */
static void test_finish(void **state)
{
        struct fixture *f = *state;
        int64_t id = 1;
        f->finishing = 100;
        assert_int_equal(writer_do(f->writer, insert, &id), OK);
        assert_int_equal(count(f->reader), 2);
        id = 2;
        assert_int_equal(writer_do(f->writer, insert, &id), ERR_CONFLICT);
        assert_int_equal(count(f->reader), 2);
        assert_int_equal(f->committed, 1);
        assert_int_equal(f->rolled_back, 1);
        f->finishing = 0;
        assert_int_equal(writer_do(f->writer, insert, &id), OK);
        assert_int_equal(count(f->reader), 3);
}

/* Pieces that wait while a gate piece holds the writer make one batch. */
struct piece {
        struct write_job job;
        struct fixture *f;
        enum err (*run)(void *arg, struct db *db);
        int64_t id;
        int order, commits_before;
        enum err result;
};

static enum err piece_run(struct write_job *job, struct db *db)
{
        struct piece *p = job->owner;
        return p->run(&p->id, db);
}

static void piece_done(struct write_job *job, enum err e)
{
        struct piece *p = job->owner;
        p->result = e;
        p->commits_before = p->f->committed;
        p->order = p->f->done;
        p->f->done++; /* the test may go on and the piece be gone */
}

static enum err gate(void *arg, struct db *db)
{
        (void)arg;
        (void)db;
        usleep(20000);
        return OK;
}

static void run_batch(struct fixture *f, struct piece *pieces, int n)
{
        struct piece first = {.f = f, .run = gate};
        first.job = (struct write_job){.run = piece_run, .done = piece_done, .owner = &first};
        writer_submit(f->writer, &first.job);
        usleep(5000);
        for (int i = 0; i < n; i++) {
                pieces[i].f = f;
                pieces[i].job = (struct write_job){
                        .run = piece_run, .done = piece_done, .owner = &pieces[i]};
                writer_submit(f->writer, &pieces[i].job);
        }
        while (f->done < n + 1)
                usleep(1000);
}

static void test_isolation(void **state)
{
        struct fixture *f = *state;
        struct piece p[] = {
                {.run = insert, .id = 1},       {.run = insert_then_fail, .id = 2},
                {.run = insert_late, .id = 77}, {.run = insert, .id = 1},
                {.run = insert, .id = 3},       {.run = insert_then_fail, .id = 4},
        };
        static const enum err want[] = {OK, ERR_DENIED, ERR_CONFLICT, ERR_CONFLICT, OK, ERR_DENIED};
        run_batch(f, p, countof(p));
        for (int i = 0; i < (int)countof(p); i++) {
                assert_int_equal(p[i].result, want[i]);
                assert_int_equal(p[i].order, i + 1);
                assert_true(p[i].commits_before >= 1); /* the hook ran before any report */
        }
        assert_int_equal(count(f->reader), 2);
}

/* No room in the middle of a batch: all of it is reported, nothing stays, and the writer goes on.
 */
static void test_no_room(void **state)
{
        struct fixture *f = *state;
        for (int at = 1; at <= 12; at++) {
                struct piece p[4] = {0};
                for (int i = 0; i < 4; i++)
                        p[i] = (struct piece){.run = insert, .id = at * 10 + i};
                int64_t before = count(f->reader);
                f->done = 0;
                db_fail_at(f->db, at, ERR_FULL);
                run_batch(f, p, 4);
                db_fail_at(f->db, 0, OK);
                int ok = 0;
                for (int i = 0; i < 4; i++) {
                        assert_true(p[i].result == OK || p[i].result == ERR_FULL);
                        ok += p[i].result == OK;
                }
                assert_int_equal(count(f->reader), before + ok);
        }
        int64_t id = 1;
        assert_int_equal(writer_do(f->writer, insert, &id), OK);
        assert_true(f->rolled_back > 0);
}

/* ---- many threads ---- */

enum { THREADS = 64, EACH = 20 };

struct submitter {
        struct fixture *f;
        pthread_t thread;
        int64_t from;
        int failed;
};

static void *submit_many(void *arg)
{
        struct submitter *s = arg;
        for (int64_t id = s->from; id < s->from + EACH; id++)
                s->failed += writer_do(s->f->writer, insert, &id) != OK;
        return NULL;
}

static void test_group_commit(void **state)
{
        struct fixture *f = *state;
        static struct submitter s[THREADS];
        struct db_counters before = db_counters();
        for (int i = 0; i < THREADS; i++) {
                s[i] = (struct submitter){.f = f, .from = i * EACH};
                assert_int_equal(pthread_create(&s[i].thread, NULL, submit_many, &s[i]), 0);
        }
        int failed = 0;
        for (int i = 0; i < THREADS; i++) {
                pthread_join(s[i].thread, NULL);
                failed += s[i].failed;
        }
        struct db_counters after = db_counters();
        assert_int_equal(failed, 0);
        assert_int_equal(count(f->reader), THREADS * EACH);
        assert_int_equal(writer_waiting(f->writer), 0);
        print_message("%d pieces, %d commits, %d fsyncs\n", THREADS * EACH,
                      (int)(after.commits - before.commits), (int)(after.fsyncs - before.fsyncs));
        /* 25 to 50 commits on a quiet machine; a busy one wakes the threads one by one */
        assert_true((after.fsyncs - before.fsyncs) * 2 <= THREADS * EACH);
}

static void test_fsyncs_of_a_batch(void **state)
{
        struct fixture *f = *state;
        struct piece p[64] = {0};
        int64_t before = db_counters().fsyncs;
        for (int round = 0; round < 10; round++) {
                for (int i = 0; i < 64; i++)
                        p[i] = (struct piece){.run = insert, .id = round * 64 + i};
                f->done = 0;
                run_batch(f, p, 64);
        }
        assert_int_equal(count(f->reader), 640);
        assert_true((db_counters().fsyncs - before) * 10 <= 640);
}

static void test_foreign_commit(void **state)
{
        struct fixture *f = *state;
        struct db *other = NULL;
        int64_t id = 5;
        assert_int_equal(db_open(&(struct db_settings){.path = f->path}, &other), OK);
        assert_int_equal(f->foreign, 0);
        assert_int_equal(insert(&id, other), OK);
        for (int i = 0; i < 100 && !f->foreign; i++)
                usleep(10000);
        assert_int_equal(f->foreign, 1);
        /* its own commits are not foreign; others' are seen before the next piece runs */
        id = 6;
        assert_int_equal(writer_do(f->writer, insert, &id), OK);
        assert_int_equal(f->foreign, 1);
        id = 7;
        assert_int_equal(insert(&id, other), OK);
        id = 8;
        assert_int_equal(writer_do(f->writer, insert, &id), OK);
        assert_int_equal(f->foreign, 2);
        db_close(&other);
}

/* ---- kill -9 ---- */

/* The other process: writes rising ids, and says each only once it was acknowledged. */
static void write_until_killed(const char *path, int out, int64_t from)
{
        struct db *db = NULL;
        struct writer *w = NULL;
        if (db_open(&(struct db_settings){.path = path}, &db) || writer_open(db, NULL, &w))
                _exit(1);
        for (int64_t id = from;; id++)
                if (writer_do(w, insert, &id) || write(out, &id, sizeof id) != sizeof id)
                        _exit(1);
}

static int64_t kill_in_the_middle(struct fixture *f, int64_t from, int after_us)
{
        int ends[2];
        int64_t last = from - 1, id;
        assert_int_equal(pipe(ends), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (!pid)
                write_until_killed(f->path, ends[1], from);
        close(ends[1]);
        usleep((useconds_t)after_us);
        kill(pid, SIGKILL);
        while (read(ends[0], &id, sizeof id) == sizeof id)
                last = id;
        close(ends[0]);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        return last;
}

static void test_killed(void **state)
{
        struct fixture *f = *state;
        int64_t acknowledged = 0;
        writer_close(&f->writer);
        db_close(&f->reader);
        for (int round = 0; round < 8; round++) {
                acknowledged = kill_in_the_middle(f, acknowledged + 1, 20000 + round * 7001);
                assert_int_equal(db_open(&(struct db_settings){.path = f->path}, &f->db), OK);
                int64_t n = count(f->db); /* one more may have been committed than was said */
                assert_true(n == acknowledged || n == acknowledged + 1);
                assert_int_equal(db_integrity(f->db), OK);
                db_close(&f->db);
                acknowledged = n;
        }
        assert_true(acknowledged > 0);
}

static void test_close_finishes(void **state)
{
        struct fixture *f = *state;
        static struct piece p[50];
        for (int i = 0; i < 50; i++) {
                p[i] = (struct piece){.f = f, .run = insert, .id = i};
                p[i].job = (struct write_job){.run = piece_run, .done = piece_done, .owner = &p[i]};
                writer_submit(f->writer, &p[i].job);
        }
        writer_close(&f->writer);
        assert_int_equal(f->done, 50);
        assert_int_equal(count(f->reader), 50);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
        const struct CMUnitTest tests[] = {
                T(test_do),
                T(test_finish),
                T(test_isolation),
                T(test_no_room),
                T(test_group_commit),
                T(test_fsyncs_of_a_batch),
                T(test_foreign_commit),
                T(test_killed),
                T(test_close_finishes),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
