/* Opening a data directory: see open.h. */
#include "server/open.h"
#include "lib/base/id.h"
#include "lib/base/log.h"
#include "photobox/photobox.h"
#include "server/exit.h"
#include "social/post_finish.h"
#include "store/cache.h"
#include "store/files.h"
#include "store/migrate.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
        ARENA_CAP = 64 << 20,
        CACHE_BYTES = 24 << 20,
        WRITER_SHARE = 6 /* the writer touches the ends of many tables in each batch */
};

static struct str path_in(struct arena *a, const struct settings *s, const char *name)
{
        return str_fmt(a, "%.*s/%s", STR_ARG(s->data), name);
}

static struct db_settings database_of(struct arena *a, const struct settings *s)
{
        return (struct db_settings){
                .path = str_z(a, path_in(a, s, "tidings.db")),
                .read_only = true,
                .cache_bytes = s->database_cache_bytes,
                .mmap_bytes = 1 << 30,
                .busy_ms = 10000,
        };
}

static const struct stmt GREATEST_ID = {
        .name = "greatest_id",
        .text = "SELECT COALESCE(max((SELECT max(id) FROM post), (SELECT max(id) FROM account)), "
                "0)",
        .text_pg = "SELECT COALESCE(greatest((SELECT max(id) FROM post), (SELECT max(id) FROM "
                   "account)), 0)",
        .in = "",
        .out = "i",
};

/* Ids must rise even after a restart with the clock set back. */
static enum err raise_ids(struct db *db, struct arena *a, const struct clock *clock)
{
        struct row r;
        TRY(db_one(db, &GREATEST_ID, a, NO_BIND, &r));
        int64_t seen = row_int(&r), day = (int64_t)24 * 3600 * 1000;
        if (id_ms(seen) <
            clock_now(clock) + day) /* a wrong far-future id must not pull all others along */
                id_floor(seen);
        return row_end(&r);
}

static enum err take_lock(struct opened *o, const struct settings *s, int *exit_code)
{
        char *path = str_z(&o->arena, path_in(&o->arena, s, "lock"));
        o->lock = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        if (o->lock >= 0 && flock(o->lock, LOCK_EX | LOCK_NB) == 0)
                return OK;
        fprintf(stderr, "tidings: another server runs on the data directory %.*s.\n",
                STR_ARG(s->data));
        *exit_code = EXIT_TRY_AGAIN;
        return ERR_BUSY;
}

void open_arm(struct db *db)
{
#ifdef TIDINGS_TEST_BUILD
        int64_t n;
        if (str_to_i64(str_of(getenv("TIDINGS_FAIL_DB_AT")), &n))
                db_fail_at(db, n, n % 2 ? ERR_FAULT : ERR_FULL);
#else
        (void)db;
#endif
}

static enum err open_database(struct opened *o, const struct settings *s, int *exit_code)
{
        struct db *db;
        int version;
        struct db_settings writing = database_of(&o->arena, s);
        o->instance.reader = writing;
        writing.read_only = false;
        writing.cache_bytes *= WRITER_SHARE;
        enum err e = db_open(&writing, &db);
        if (e) {
                fprintf(stderr, "tidings: the database in %.*s cannot be opened.\n",
                        STR_ARG(s->data));
                *exit_code = EXIT_UNAVAILABLE;
                return e;
        }
        e = migrate(db, o->instance.clock, &version);
        if (e) {
                if (e == ERR_VERSION)
                        fprintf(stderr,
                                "tidings: the database was written by a newer version (schema %d). "
                                "Nothing was changed.\n",
                                version);
                else
                        fprintf(stderr,
                                "tidings: the database schema could not be brought up to date.\n");
                *exit_code = e == ERR_VERSION ? EXIT_CONFIGURATION : EXIT_UNAVAILABLE;
                db_close(&db);
                return e;
        }
        o->instance.events = events_open();
        *exit_code = EXIT_UNAVAILABLE;
        e = raise_ids(db, &o->arena, o->instance.clock);
        if (!e)
                e = db_open(&o->instance.reader, &o->cx.db);
        if (e) {
                db_close(&db);
                return e;
        }
        if (o->lock >= 0)
                open_arm(db);
        struct writer_hooks hooks = {
                .owner = &o->instance,
                .committed = instance_committed,
                .foreign_commit = instance_foreign_commit,
                .rolled_back = instance_rolled_back,
                .finish = instance_finish,
        };
        o->instance.finish_post = post_finish;
        return writer_open(db, &hooks, &o->instance.writer);
}

enum err open_data(const struct config *config, unsigned flags, struct opened *o, int *exit_code)
{
        const struct settings *s = &config->settings;
        *o = (struct opened){.lock = -1};
        *exit_code = EXIT_UNAVAILABLE;
        arena_open(&o->arena, ARENA_CAP);
        o->instance.settings = s;
        o->instance.clock = &clock_real;
        if (flags & OPEN_EXISTING &&
            access(str_z(&o->arena, path_in(&o->arena, s, "tidings.db")), F_OK)) {
                fprintf(stderr, "tidings: there is no server's data in %.*s.\n", STR_ARG(s->data));
                *exit_code = EXIT_CONFIGURATION;
                return ERR_MISSING;
        }
        if (mkdir(str_z(&o->arena, s->data), 0700) && errno != EEXIST) {
                fprintf(stderr, "tidings: the data directory %.*s cannot be made.\n",
                        STR_ARG(s->data));
                return ERR_FAULT;
        }
        if (flags & OPEN_SERVE)
                TRY(take_lock(o, s, exit_code));
        TRY(open_database(o, s, exit_code));
        TRY(files_open(s->data, &o->instance.files));
        o->instance.cache = cache_open(CACHE_BYTES);
        events_listen(o->instance.events, cache_on_event, o->instance.cache);
        if (flags & OPEN_PICTURES) {
                char program[4096] = "";
                if (s->photobox.n)
                        snprintf(program, sizeof program, "%.*s", STR_ARG(s->photobox));
                else if (!photobox_find(program, sizeof program))
                        snprintf(program, sizeof program, "tidings-photobox");
                if (photobox_open(program, 0, &o->instance.photobox)) {
                        fprintf(stderr,
                                "tidings: %s cannot be started; pictures will be refused.\n",
                                program);
                        o->instance.photobox = NULL;
                }
        }
        o->cx.arena = &o->arena;
        o->cx.clock = o->instance.clock;
        o->cx.settings = s;
        o->cx.instance = &o->instance;
        *exit_code = 0;
        return OK;
}

void open_close(struct opened *o)
{
        if (o->instance.writer)
                writer_close(&o->instance.writer);
        if (o->cx.db)
                db_close(&o->cx.db);
        if (o->instance.photobox)
                photobox_close(&o->instance.photobox);
        if (o->instance.cache)
                cache_close(&o->instance.cache);
        if (o->instance.files)
                files_close(&o->instance.files);
        if (o->instance.events)
                events_close(&o->instance.events);
        free(o->instance.batch.v);
        if (o->lock >= 0)
                close(o->lock);
        arena_close(&o->arena);
}
