/* The schema: applied once, whole or not at all, refused when newer. */
#include "store/migrate.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct db *open_memory(void)
{
        struct db *db = NULL;
        assert_int_equal(db_open(&(struct db_settings){.path = ":memory:"}, &db), OK);
        return db;
}

static int64_t number(struct db *db, const char *text)
{
        struct stmt s = {.name = "number", .text = text, .out = "i"};
        struct row r;
        assert_int_equal(db_one(db, &s, NULL, NO_BIND, &r), OK);
        int64_t n = row_int(&r);
        assert_int_equal(row_end(&r), OK);
        return n;
}

static void test_own_schema(void **state)
{
        (void)state;
        struct db *db = open_memory();
        int version = -1;
        assert_int_equal(migrate(db, &clock_real, &version), OK);
        assert_int_equal(version, MIGRATION_COUNT);
        assert_int_equal(number(db, "SELECT count(*) FROM schema_version"), MIGRATION_COUNT);
        assert_int_equal(migrate(db, &clock_real, &version), OK);
        assert_int_equal(version, MIGRATION_COUNT);
        assert_int_equal(db_integrity(db), OK);
        db_close(&db);
}

static const struct migration steps[] = {
        {"one", "CREATE TABLE a (id BIGINT PRIMARY KEY);\n--pg CREATE TABLE p (x TEXT);\n"},
        {"two", "--sqlite CREATE TABLE s (x TEXT);\nINSERT INTO a VALUES (7);"},
        {"bad", "CREATE TABLE b (id BIGINT PRIMARY KEY); INSERT INTO a VALUES (8); SELEKT;"},
};

static void test_steps(void **state)
{
        (void)state;
        struct db *db = open_memory();
        int version = -1;
        assert_int_equal(migrate_with(db, &clock_real, steps, 1, &version), OK);
        assert_int_equal(version, 1);
        assert_int_equal(number(db, "SELECT count(*) FROM sqlite_master WHERE name IN ('p', 's')"),
                         0);
        /* the third fails: it leaves nothing behind, the second stays */
        assert_int_equal(migrate_with(db, &clock_real, steps, 3, &version), ERR_FAULT);
        assert_int_equal(version, 2);
        assert_int_equal(number(db, "SELECT count(*) FROM a"), 1);
        assert_int_equal(number(db, "SELECT count(*) FROM sqlite_master WHERE name IN ('b', 's')"),
                         1);
        assert_int_equal(migrate_with(db, &clock_real, steps, 2, &version), OK);
        /* an older program */
        assert_int_equal(migrate_with(db, &clock_real, steps, 1, &version), ERR_VERSION);
        assert_int_equal(version, 2);
        db_close(&db);
}

/* A stop at any call leaves a database that the next start completes. */
static void test_interrupted(void **state)
{
        (void)state;
        bool finished = false;
        for (int at = 1; !finished; at++) {
                struct db *db = open_memory();
                int version = -1;
                db_fail_at(db, at, ERR_FULL);
                finished = migrate_with(db, &clock_real, steps, 2, &version) == OK;
                db_fail_at(db, 0, OK);
                assert_int_equal(migrate_with(db, &clock_real, steps, 2, &version), OK);
                assert_int_equal(version, 2);
                assert_int_equal(number(db, "SELECT count(*) FROM a"), 1);
                db_close(&db);
                assert_true(at < 50);
        }
}

static void test_text(void **state)
{
        (void)state;
        struct arena a;
        arena_open(&a, 1 << 20);
        static const char text[] = "--pg one\n--sqlite two\n-- three\n"
                                   "id BIGINT PRIMARY KEY\n) WITHOUT ROWID;";
        assert_true(
                str_eq(migration_text(&a, text, ENGINE_SQLITE),
                       S("--pg one\ntwo\n-- three\nid INTEGER PRIMARY KEY\n) WITHOUT ROWID;\n")));
        assert_true(str_eq(migration_text(&a, text, ENGINE_POSTGRES),
                           S("one\n--sqlite two\n-- three\nid BIGINT PRIMARY KEY\n);\n")));
        arena_close(&a);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_own_schema),
                cmocka_unit_test(test_steps),
                cmocka_unit_test(test_interrupted),
                cmocka_unit_test(test_text),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
