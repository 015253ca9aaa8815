/* The ground that unit tests of rules stand on: see testing.h. Linked into tests only. */
#include "social/testing.h"
#include "lib/base/id.h"
#include "social/account.h"
#include "social/password.h"
#include "store/migrate.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int64_t wall(const struct clock *c)
{
        return INT64_C(1767225600000) + c->offset_ms;
}

static void must(enum err e, const char *what)
{
        if (e)
                die("testing: %s: %s", what, err_name(e));
}

static void set(struct testing *t)
{
        t->settings = (struct settings){.url = S("https://here.example"),
                                        .host = S("here.example"),
                                        .account_domain = S("here.example"),
                                        .https = true,
                                        .title = S("Here"),
                                        .language = S("en"),
                                        .rate_limits = true,
                                        .post_characters = 2000,
                                        .photos_per_post = 10,
                                        .image_bytes = 16 << 20,
                                        .far_media_bytes = 64 << 20,
                                        .link_previews = true,
                                        .link_preview_delay_s = 60};
        t->clock = (struct clock){.wall_ms = wall, .steady_ms = wall};
        t->instance = (struct instance){.settings = &t->settings, .clock = &t->clock};
        t->cx = (struct cx){.db = t->db,
                            .arena = &t->arena,
                            .clock = &t->clock,
                            .settings = &t->settings,
                            .instance = &t->instance,
                            .events = &t->events};
}

void testing_open(struct testing *t)
{
        int version;
        *t = (struct testing){.folder = "/tmp/tidings-test-XXXXXX"};
        password_make_cheap();
        if (!mkdtemp(t->folder))
                die("testing: no temporary folder");
        char path[96];
        snprintf(path, sizeof path, "%s/t.db", t->folder);
        arena_open(&t->arena, 256 << 20);
        must(db_open(&(struct db_settings){.path = path}, &t->db), "open");
        set(t);
        must(migrate(t->db, &t->clock, &version), "migrate");
        must(db_begin_write(t->db), "begin");
}

void testing_close(struct testing *t)
{
        static const char *const names[] = {"t.db", "t.db-wal", "t.db-shm"};
        db_rollback(t->db);
        db_close(&t->db);
        arena_close(&t->arena);
        free(t->events.v);
        for (size_t i = 0; i < countof(names); i++) {
                char path[128];
                snprintf(path, sizeof path, "%s/%s", t->folder, names[i]);
                unlink(path);
        }
        rmdir(t->folder);
}

static const struct stmt TESTING_LOGIN = {
        .name = "testing_login",
        .text = "INSERT INTO login (account, email, email_fold, password, confirmed_at, "
                "created_at, seen_at)"
                " VALUES ($1, $2, $2, $3, $4, $4, $4)",
        .in = "issi",
};

static const struct stmt TESTING_FAR = {
        .name = "testing_far",
        .text = "INSERT INTO account (id, username, username_fold, domain, uri, inbox, created_at, "
                "updated_at)"
                " VALUES ($1, $2, $2, $3, $4, $5, $6, $6)",
        .in = "issssi",
};

int64_t testing_person(struct testing *t, const char *name)
{
        struct cx *cx = &t->cx;
        int64_t id;
        struct str hash, email = str_fmt(&t->arena, "%s@mail.example", name);
        const struct account_draft d = {.username = str_of(name),
                                        .keys = {S("public"), S("private")}};
        must(account_create(cx, &d, &id), "account");
        must(password_hash(&t->arena, S("correct horse"), &hash), "password");
        must(db_run(cx->db, &TESTING_LOGIN, BIND(V(id), V(email), V(hash), V(cx_now(cx))), NULL),
             "login");
        return id;
}

int64_t testing_stranger(struct testing *t, const char *name, const char *domain)
{
        struct cx *cx = &t->cx;
        int64_t id = cx_id(cx);
        struct str uri = str_fmt(&t->arena, "https://%s/users/%s", domain, name);
        must(db_run(cx->db, &TESTING_FAR,
                    BIND(V(id), V(str_of(name)), V(str_of(domain)), V(uri),
                         V(str_join(&t->arena, uri, S("/inbox"))), V(cx_now(cx))),
                    NULL),
             "stranger");
        return id;
}

struct viewer testing_viewer(int64_t account)
{
        return (struct viewer){.account = account, .scopes = UINT64_MAX};
}

size_t testing_events(const struct testing *t, enum event_kind kind, int64_t account)
{
        size_t n = 0;
        for (size_t i = 0; i < t->events.n; i++)
                n += t->events.v[i].kind == kind && t->events.v[i].account == account;
        return n;
}

int64_t testing_number(struct testing *t, const char *sql)
{
        /* A connection knows statements by their address, so this one has to stay. */
        struct stmt *s = make(&t->arena, struct stmt);
        struct row r;
        *s = (struct stmt){.name = "testing_number", .text = sql, .in = "", .out = "I"};
        must(db_one(t->db, s, &t->arena, NO_BIND, &r), sql);
        int64_t n = row_int(&r);
        must(row_end(&r), sql);
        return n;
}
