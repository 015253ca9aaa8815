/* Backup and restore: one tar file with the database (copied online, in small steps, while the
 * server writes) and the media folder. The database is copied first: a stored file is never
 * changed, so every file the copy names is there when the folder is read, except those that
 * somebody deletes meanwhile. Copies of other servers' files are left out: they come back when
 * somebody looks. So are keepsakes, which are kept nowhere else. tar is part of every Debian
 * system. */
#include "lib/base/die.h"
#include "lib/db/db.h"
#include "server/command.h"
#include "server/exit.h"
#include "server/open.h"
#include "social/far_file.h"
#include "social/keepsake.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* `most`: the exit code that is still good; 1 says that files came or went while they were read. */
static bool run_tar(char *const argv[], int most)
{
        pid_t pid;
        int status;
        if (posix_spawnp(&pid, "tar", NULL, NULL, argv, environ))
                return false;
        while (waitpid(pid, &status, 0) < 0)
                if (errno != EINTR)
                        return false;
        return WIFEXITED(status) && WEXITSTATUS(status) <= most;
}

static bool sync_path(const char *path)
{
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        bool good = fd >= 0 && fsync(fd) == 0;
        if (fd >= 0)
                close(fd);
        return good;
}

static int failed(const char *what, const char *path)
{
        fprintf(stderr, "tidings: %s %s\n", what, path);
        return EXIT_UNAVAILABLE;
}

struct copies {
        FILE *list;
        struct far_row after;
        int64_t keepsake; /* the last one listed */
        size_t n;
};

/* Keepsakes are kept for their week and nowhere else. */
static enum err list_keepsakes(struct cx *cx, void *arg)
{
        enum { PAGE = 500 };
        struct copies *c = arg;
        struct str v[PAGE];
        TRY(keepsake_files(cx, c->keepsake, v, PAGE, &c->keepsake, &c->n));
        for (size_t i = 0; i < c->n; i++)
                if (v[i].n >= 2)
                        fprintf(c->list, "media/%c/%c/%.*s\n", v[i].p[0], v[i].p[1], STR_ARG(v[i]));
        return OK;
}

static enum err list_page(struct cx *cx, void *arg)
{
        enum { PAGE = 500 };
        struct copies *c = arg;
        struct far_row v[PAGE];
        TRY(far_file_list(cx, c->after, v, PAGE, &c->n));
        for (size_t i = 0; i < c->n; i++) {
                struct far_file f;
                enum err e = far_file_get(cx, v[i].kind, v[i].owner, &f);
                if (e && e != ERR_MISSING)
                        return e;
                for (size_t k = 0; k < FAR_FORMS && !e; k++)
                        if (f.names[k].n >= 2)
                                fprintf(c->list, "media/%c/%c/%.*s\n", f.names[k].p[0],
                                        f.names[k].p[1], STR_ARG(f.names[k]));
                c->after = v[i];
        }
        return OK;
}

/* Their names, for tar to leave out. */
static bool list_copies(struct cx *cx, const char *path)
{
        struct copies c = {.list = fopen(path, "we"), .after = {0, INT64_MIN}};
        struct arena own, *arena = cx->arena;
        enum err e = c.list ? OK : ERR_FAULT;
        arena_open(&own, 64 << 20);
        cx->arena = &own;
        do {
                e = e ? e : cx_read(cx, list_page, &c);
                arena_reset(&own);
        } while (!e && c.n);
        do {
                e = e ? e : cx_read(cx, list_keepsakes, &c);
                arena_reset(&own);
        } while (!e && c.n);
        cx->arena = arena;
        arena_close(&own);
        return c.list && !fclose(c.list) && !e;
}

static int write_backup(struct opened *o, const char *data, const char *file)
{
        struct arena *a = o->cx.arena;
        char *dir = str_z(a, str_fmt(a, "%s/backup.XXXXXX", data));
        char *partial = str_z(a, str_fmt(a, "%s.partial", file));
        if (!mkdtemp(dir))
                return failed("cannot write in", data);
        char *copy = str_z(a, str_fmt(a, "%s/tidings.db", dir));
        char *without = str_z(a, str_fmt(a, "%s/copies", dir));
        int code = EXIT_GOOD;
        int fd = open(partial, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0)
                code = failed("cannot write", partial);
        else
                close(fd);
        if (!code && db_backup(o->cx.db, copy))
                code = failed("the database could not be copied to", copy);
        if (!code && !list_copies(&o->cx, without))
                code = failed("cannot write", without);
        char *argv[] = {
                "tar",   "--create",    "--file", partial,      "--anchored",  "--exclude-from",
                without, "--directory", dir,      "tidings.db", "--directory", (char *)data,
                "media", NULL};
        if (!code && !run_tar(argv, 1))
                code = failed("tar could not write", partial);
        if (!code && (!sync_path(partial) || rename(partial, file)))
                code = failed("cannot keep", file);
        if (code)
                unlink(partial);
        unlink(copy);
        unlink(without);
        rmdir(dir);
        if (!code)
                printf("Everything is in %s.\n", file);
        return code;
}

/* tar changes folders, so a relative name would no longer mean the same file. */
static char *absolute(struct arena *a, struct str file)
{
        char here[4096];
        if (str_starts(file, S("/")) || !getcwd(here, sizeof here))
                return str_z(a, file);
        return str_z(a, str_fmt(a, "%s/%.*s", here, STR_ARG(file)));
}

int cmd_backup(const struct arguments *args, const struct config *config)
{
        struct opened o;
        int code;
        if (!open_data(config, OPEN_EXISTING, &o, &code)) {
                char *data = absolute(&o.arena, config->settings.data);
                code = write_backup(&o, data, absolute(&o.arena, args->operand));
        }
        open_close(&o);
        return code;
}

static int check_restored(struct arena *a, const char *dir)
{
        struct db *db;
        struct db_settings d = {.path = str_z(a, str_fmt(a, "%s/tidings.db", dir)),
                                .busy_ms = 1000};
        if (access(d.path, R_OK) || db_open(&d, &db))
                return EXIT_BAD_DATA;
        enum err e = db_integrity(db);
        db_close(&db);
        return e ? EXIT_BAD_DATA : EXIT_GOOD;
}

static int read_backup(struct arena *a, const char *data, const char *file)
{
        char *fresh = str_z(a, str_fmt(a, "%s.restoring", data));
        if (access(file, R_OK))
                return failed("cannot read", file);
        if (rmdir(data) && errno != ENOENT) {
                fprintf(stderr, "tidings: %s is not empty. Nothing was changed.\n", data);
                return EXIT_BAD_DATA;
        }
        if (mkdir(fresh, 0700))
                return failed("cannot make", fresh);
        char *argv[] = {"tar",         "--extract", "--no-same-owner", "--file", (char *)file,
                        "--directory", fresh,       "tidings.db",      "media",  NULL};
        if (!run_tar(argv, 0) || check_restored(a, fresh)) {
                fprintf(stderr, "tidings: %s is not a whole backup. What could be read is in %s.\n",
                        file, fresh);
                return EXIT_BAD_DATA;
        }
        if (rename(fresh, data))
                return failed("cannot make", data);
        printf("%s is restored.\n", data);
        return EXIT_GOOD;
}

int cmd_restore(const struct arguments *args, const struct config *config)
{
        struct arena a;
        arena_open(&a, 1 << 20);
        int code =
                read_backup(&a, absolute(&a, config->settings.data), absolute(&a, args->operand));
        arena_close(&a);
        return code;
}
