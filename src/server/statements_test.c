/* Every named statement of the program, prepared on SQLite with our schema, its parameters and
 * columns counted, its plan read; and prepared on PostgreSQL when one is there (tools/with-postgres
 * gives one).
 *
 * A plan may SCAN only what cannot grow with the number of people, posts and servers. Who must read
 * a whole table says so with .scans and a comment. */
#include "server/statements_test.h"
#include "lib/db/postgres_check.h"
#include "store/migrate.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Tables of a few rows, written by the administrator. */
static const char *const small_tables[] = {"announcement", "emoji", "rule", "schema_version",
                                           "secret"};

/* Indexes of only what waits for somebody. */
static const char *const small_indexes[] = {"login_waiting", "pause_answered", "report_open"};

static struct db *db;
static struct arena arena;

static int open_all(void **state)
{
        int version;
        (void)state;
        arena_open(&arena, 256 << 20);
        return db_open(&(struct db_settings){.path = ":memory:"}, &db) ||
               migrate(db, &clock_real, &version);
}

static int close_all(void **state)
{
        (void)state;
        db_close(&db);
        arena_close(&arena);
        return 0;
}

/* Calls f for every statement; how many it found wrong. */
static int each(bool (*f)(void *arg, const struct stmt *s, struct str *why), void *arg)
{
        int wrong = 0;
        for (size_t i = 0; i < ALL_STATEMENTS_COUNT; i++) {
                const struct named_list *l = &ALL_STATEMENTS[i];
                for (size_t k = 0; k < l->list->n; k++) {
                        struct str why = S("");
                        if (f(arg, l->list->v[k], &why))
                                continue;
                        wrong++;
                        print_error("%s: %s: %.*s\n", l->name, l->list->v[k]->name, STR_ARG(why));
                }
        }
        return wrong;
}

static void test_all_are_listed(void **state)
{
        (void)state;
        int n = 0;
        for (; UNLISTED_STATEMENTS[n]; n++)
                print_error("src/%s is in no list of its file\n", UNLISTED_STATEMENTS[n]);
        assert_int_equal(n, 0);
        assert_true(ALL_STATEMENTS_COUNT > 0);
}

static bool name_is_new(void *arg, const struct stmt *s, struct str *why)
{
        struct str_list *seen = arg;
        *why = S("another statement has this name");
        for (size_t i = 0; i < seen->n; i++)
                if (str_eq(seen->v[i], str_of(s->name)))
                        return false;
        assert_true(seen->n < 2000);
        seen->v[seen->n++] = str_of(s->name);
        return true;
}

static void test_names(void **state)
{
        (void)state;
        struct str_list seen = {make_n(&arena, 2000, struct str), 0};
        assert_int_equal(each(name_is_new, &seen), 0);
}

static bool sqlite_takes(void *arg, const struct stmt *s, struct str *why)
{
        (void)arg;
        *why = S("see the line above");
        return db_check(db, s) == OK;
}

static void test_sqlite(void **state)
{
        (void)state;
        assert_int_equal(each(sqlite_takes, NULL), 0);
}

/* ---- plans ---- */

static bool is_one_of(struct str name, const char *const *names, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (str_eq(name, str_of(names[i])))
                        return true;
        return false;
}

static bool is_small(struct str table, struct str how)
{
        size_t at = str_find(how, S("INDEX "));
        return is_one_of(table, small_tables, countof(small_tables)) ||
               is_one_of(str_after(how, at + 6), small_indexes, countof(small_indexes));
}

/* A subquery or WITH that the plan computes: its own steps are judged by themselves. */
static bool is_computed(const struct str_list *plan, struct str name)
{
        for (size_t i = 0; i < plan->n; i++) {
                struct str step = plan->v[i];
                if ((str_starts(step, S("CO-ROUTINE ")) && str_eq(str_after(step, 11), name)) ||
                    (str_starts(step, S("MATERIALIZE ")) && str_eq(str_after(step, 12), name)))
                        return true;
        }
        return false;
}

static bool step_is_fine(const struct str_list *plan, struct str step)
{
        struct str rest = str_after(step, 5), name;
        if (!str_starts(step, S("SCAN ")))
                return true;
        if (str_has(rest, S("CONSTANT ROW")) || str_has(rest, S("-ROW VALUES CLAUSE")) ||
            str_starts(rest, S("(")))
                return true;
        if (!str_next(&rest, ' ', &name))
                return true;
        if (str_starts(rest,
                       S("VIRTUAL TABLE INDEX"))) /* json_each; a search must be asked for words */
                return !str_has(name, S("search")) || str_has(rest, S(":M")) ||
                       str_has(rest, S(":="));
        return is_small(name, rest) || is_computed(plan, name);
}

static bool plan_is_fine(void *arg, const struct stmt *s, struct str *why)
{
        struct str_list plan;
        (void)arg;
        if (s->scans || db_plan(db, s, &arena, &plan))
                return true;
        for (size_t i = 0; i < plan.n; i++)
                if (!step_is_fine(&plan, plan.v[i])) {
                        *why = plan.v[i];
                        return false;
                }
        return true;
}

static void test_plans(void **state)
{
        (void)state;
        assert_int_equal(each(plan_is_fine, NULL), 0);
}

/* That this test finds what it should. */
static void test_finds(void **state)
{
        (void)state;
        static const struct stmt wrong[] = {
                {.name = "scan",
                 .text = "SELECT id FROM post WHERE text = $1",
                 .in = "s",
                 .out = "i"},
                {.name = "alias", .text = "SELECT p.id FROM post AS p LIMIT 5", .out = "i"},
                {.name = "join",
                 .text = "SELECT p.id FROM account AS a JOIN post AS p ON p.text = a.note WHERE "
                         "a.id = $1",
                 .in = "i",
                 .out = "i"},
                {.name = "index", .text = "SELECT count(*) FROM post", .out = "i"},
                {.name = "all_words", .text = "SELECT rowid FROM post_search", .out = "i"},
                {.name = "in_with",
                 .text = "WITH x AS MATERIALIZED (SELECT id FROM account) SELECT id FROM x",
                 .out = "i"},
        };
        static const struct stmt fine[] = {
                {.name = "json",
                 .text = "SELECT p.id FROM json_each($1) AS j JOIN post AS p ON p.id = j.value",
                 .in = "s",
                 .out = "i"},
                {.name = "words",
                 .text = "SELECT rowid FROM post_search WHERE post_search MATCH $1 ORDER BY rowid "
                         "LIMIT 9",
                 .in = "s",
                 .out = "i"},
                {.name = "small", .text = "SELECT id FROM rule ORDER BY position", .out = "i"},
                {.name = "with",
                 .text = "WITH x AS MATERIALIZED (SELECT id FROM post WHERE account = $1) SELECT "
                         "id FROM x",
                 .in = "i",
                 .out = "i"},
                {.name = "values",
                 .text = "INSERT INTO rule (id, position, text) VALUES (1, 1, 'a'), (2, 2, 'b')"},
        };
        struct str why;
        for (size_t i = 0; i < countof(wrong); i++) {
                assert_int_equal(db_check(db, &wrong[i]), OK);
                if (plan_is_fine(NULL, &wrong[i], &why))
                        fail_msg("%s was not found", wrong[i].name);
        }
        for (size_t i = 0; i < countof(fine); i++) {
                assert_int_equal(db_check(db, &fine[i]), OK);
                if (!plan_is_fine(NULL, &fine[i], &why))
                        fail_msg("%s: %.*s", fine[i].name, STR_ARG(why));
        }
}

/* ---- foreign keys ---- */

static const struct stmt FOREIGN_KEYS = {
        .name = "foreign_keys",
        .text = "SELECT m.name, f.\"from\" FROM sqlite_master AS m, "
                "pragma_foreign_key_list(m.name) AS f"
                " WHERE m.type = 'table'",
        .out = "ss",
};

/* Deleting a row looks for those that refer to it; without an index on the column that reads the
 * whole table. */
static void test_foreign_keys(void **state)
{
        (void)state;
        struct row r;
        int wrong = 0;
        assert_int_equal(db_all(db, &FOREIGN_KEYS, &arena, NO_BIND, &r), OK);
        while (row_next(&r)) {
                struct str table = row_str(&r), column = row_str(&r);
                struct stmt find = {.name = "find", .in = "i", .out = "i"};
                find.text =
                        str_z(&arena, str_fmt(&arena, "SELECT 1 FROM \"%.*s\" WHERE \"%.*s\" = $1",
                                              STR_ARG(table), STR_ARG(column)));
                struct str_list plan;
                assert_int_equal(db_plan(db, &find, &arena, &plan), OK);
                for (size_t i = 0; i < plan.n; i++)
                        if (!step_is_fine(&plan, plan.v[i])) {
                                wrong++;
                                print_error("%.*s.%.*s: a foreign key without an index\n",
                                            STR_ARG(table), STR_ARG(column));
                        }
        }
        assert_int_equal(row_end(&r), OK);
        assert_int_equal(wrong, 0);
}

/* ---- PostgreSQL ---- */

static bool postgres_is_fine(void *arg, const struct stmt *s, struct str *why)
{
        return postgres_takes(arg, &arena, s, why);
}

static const struct stmt wrong_there[] = {
        {.name = "function", .text = "SELECT ifnull(note, '') FROM account", .out = "s"},
        {.name = "type", .text = "SELECT id FROM account WHERE note = $1", .in = "i", .out = "i"},
        {.name = "column", .text = "SELECT note FROM account", .out = "i"},
        {.name = "columns", .text = "SELECT id, note FROM account", .out = "i"},
        {.name = "few", .text = "SELECT id FROM account WHERE id = $2", .in = "i", .out = "i"},
};

static int count_all(void)
{
        size_t n = 0;
        for (size_t i = 0; i < ALL_STATEMENTS_COUNT; i++)
                n += ALL_STATEMENTS[i].list->n;
        return (int)n;
}

static void test_postgres(void **state)
{
        (void)state;
        struct postgres *p = postgres_open();
        if (!p) {
                print_message("no PostgreSQL here: run tools/with-postgres with this program\n");
                skip();
        }
        int wrong = 0;
        struct str why;
        static const char version_table[] =
                "CREATE TABLE schema_version (version BIGINT PRIMARY KEY, "
                "name TEXT NOT NULL, at BIGINT NOT NULL)";
        assert_true(postgres_script(p, &arena, str_of(version_table), &why));
        for (size_t i = 0; i < MIGRATION_COUNT && !wrong; i++)
                if (!postgres_script(p, &arena,
                                     migration_text(&arena, MIGRATIONS[i].text, ENGINE_POSTGRES),
                                     &why)) {
                        print_error("schema %s: %.*s\n", MIGRATIONS[i].name, STR_ARG(why));
                        wrong++;
                }
        if (!wrong)
                wrong = each(postgres_is_fine, p);
        print_message("postgres: %d passed, %d failed\n", count_all() - wrong, wrong);
        for (size_t i = 0; i < countof(wrong_there); i++)
                if (postgres_takes(p, &arena, &wrong_there[i], &why))
                        fail_msg("%s was not found", wrong_there[i].name);
        postgres_close(&p);
        assert_int_equal(wrong, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_all_are_listed), cmocka_unit_test(test_names),
                cmocka_unit_test(test_sqlite),         cmocka_unit_test(test_plans),
                cmocka_unit_test(test_finds),          cmocka_unit_test(test_foreign_keys),
                cmocka_unit_test(test_postgres),
        };
        return cmocka_run_group_tests(tests, open_all, close_all);
}
