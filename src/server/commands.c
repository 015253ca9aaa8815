/* The commands of architecture's contract. Each opens the data directory, calls social once or
 * twice, prints. */
#include "lib/base/rand.h"
#include "photobox/photobox.h"
#include "server/command.h"
#include "server/exit.h"
#include "server/metrics.h"
#include "server/open.h"
#include "server/serve.h"
#include "social/app.h"
#include "social/invite.h"
#include "social/leave.h"
#include "social/login.h"
#include "social/media_sweep.h"
#include "social/server_list.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Says what went wrong in the rule's own words. */
static int report(const struct cx *cx, enum err e)
{
        struct str s = cx->fault.n ? cx->fault : str_of(err_text(e));
        fprintf(stderr, "tidings: %.*s\n", STR_ARG(s));
        switch (e) {
        case ERR_INPUT:
        case ERR_MISSING:
        case ERR_CONFLICT:
        case ERR_DENIED:
                return EXIT_BAD_DATA;
        case ERR_BUSY:
        case ERR_LIMIT:
                return EXIT_TRY_AGAIN;
        default:
                return EXIT_UNAVAILABLE;
        }
}

/* Runs f with an opened data directory and turns its result into an exit code. */
static int with_data_at(const struct arguments *a, const struct config *config, unsigned flags,
                        enum err (*f)(struct cx *cx, const struct arguments *a))
{
        struct opened o;
        int code;
        if (!open_data(config, flags, &o, &code)) {
                enum err e = f(&o.cx, a);
                code = e ? report(&o.cx, e) : EXIT_GOOD;
        }
        open_close(&o);
        return code;
}

static int with_data(const struct arguments *a, const struct config *config,
                     enum err (*f)(struct cx *cx, const struct arguments *a))
{
        return with_data_at(a, config, OPEN_EXISTING, f);
}

static int cmd_serve(const struct arguments *a, const struct config *config)
{
        (void)a;
        return serve(config);
}

/* From standard input (first line), or a fresh one that show_password prints once. */
static enum err read_password(struct cx *cx, const struct arguments *a, struct str *ret)
{
        enum { MADE_BYTES = 12 };
        char line[2048];
        if (!a->password_stdin) {
                *ret = rand_token(cx->arena, MADE_BYTES);
                return OK;
        }
        if (!fgets(line, sizeof line, stdin))
                return fail(cx, ERR_INPUT, "No password came on standard input.");
        struct str s = str_of(line);
        while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
                s.n--;
        *ret = str_dup(cx->arena, s);
        return OK;
}

static void show_password(const struct arguments *a, struct str password)
{
        if (!a->password_stdin)
                printf("password: %.*s\n", STR_ARG(password));
}

static void read_role(struct str s, enum role *ret)
{
        static const char *const names[] = {"member", "moderator", "owner"};
        for (size_t i = 0; i < countof(names); i++)
                if (str_eq(s, str_of(names[i])))
                        *ret = (enum role)i;
}

static enum err do_account_create(struct cx *cx, const struct arguments *a)
{
        struct login_draft d = {
                .username = a->operand,
                .email = a->email,
                .confirmed = true,
                .approved = true,
                .locale = cx->settings->language,
        };
        int64_t id;
        read_role(a->role, &d.role);
        if (a->approve_followers.n)
                d.locked = str_eq(a->approve_followers, S("yes")) ? LOCKED_YES : LOCKED_NO;
        d.no_password = a->no_password;
        if (a->no_password && a->password_stdin)
                return fail(cx, ERR_INPUT, "Either --no-password or --password-stdin.");
        if (!d.no_password)
                TRY(read_password(cx, a, &d.password));
        TRY(login_create(cx, &d, &id));
        if (!d.no_password)
                show_password(a, d.password);
        printf("@%.*s is here.\n", STR_ARG(a->operand));
        return OK;
}

static int cmd_account_create(const struct arguments *a, const struct config *config)
{
        return with_data_at(a, config, 0, do_account_create);
}

static void print_login(const struct login *l)
{
        static const char *const roles[] = {"member", "moderator", "owner"};
        printf("%-30.*s %-10s %-9s %.*s\n", STR_ARG(l->username), roles[l->role],
               l->disabled    ? "disabled"
               : l->suspended ? "suspended"
               : !l->approved ? "waiting"
                              : "active",
               STR_ARG(l->email));
}

static enum err do_account_list(struct cx *cx, const struct arguments *a)
{
        enum { PAGE = 100 };
        struct login **v;
        size_t n;
        int64_t after = 0;
        (void)a;
        do {
                TRY(login_list(cx, false, after, PAGE, &v, &n));
                for (size_t i = 0; i < n; i++)
                        print_login(v[i]);
                if (n)
                        after = v[n - 1]->account;
        } while (n == PAGE);
        return OK;
}

static int cmd_account_list(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, do_account_list);
}

/* A person here by user name; anything else is "There is no account ...". */
static enum err login_of(struct cx *cx, const struct arguments *a, struct login **ret)
{
        struct str name = str_starts(a->operand, S("@")) ? str_after(a->operand, 1) : a->operand;
        enum err e = login_by_name(cx, name, ret);
        return e == ERR_MISSING ? fail(cx, e, "There is no account \"%.*s\" here.", STR_ARG(name))
                                : e;
}

static enum err do_account_show(struct cx *cx, const struct arguments *a)
{
        struct login *l;
        TRY(login_of(cx, a, &l));
        print_login(l);
        return OK;
}

static int cmd_account_show(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, do_account_show);
}

static enum err write_disable(struct cx *cx, void *account)
{
        return login_disable(cx, *(int64_t *)account);
}

static enum err do_account_disable(struct cx *cx, const struct arguments *a)
{
        struct login *l;
        TRY(login_of(cx, a, &l));
        return cx_write(cx, write_disable, &l->account);
}

static int cmd_account_disable(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, do_account_disable);
}

static enum err write_enable(struct cx *cx, void *account)
{
        return login_enable(cx, *(int64_t *)account);
}

static enum err do_account_enable(struct cx *cx, const struct arguments *a)
{
        struct login *l;
        TRY(login_of(cx, a, &l));
        return cx_write(cx, write_enable, &l->account);
}

static int cmd_account_enable(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, do_account_enable);
}

static enum err do_account_password(struct cx *cx, const struct arguments *a)
{
        struct login *l;
        struct str password = STR_NONE;
        TRY(login_of(cx, a, &l));
        TRY(read_password(cx, a, &password));
        TRY(login_set_password(cx, l->account, password, 0));
        show_password(a, password);
        return OK;
}

static int cmd_account_password(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, do_account_password);
}

static enum err write_leave(struct cx *cx, void *account)
{
        return leave_now(cx, *(int64_t *)account);
}

static enum err do_account_delete(struct cx *cx, const struct arguments *a)
{
        struct login *l;
        TRY(login_of(cx, a, &l));
        TRY(cx_write(cx, write_leave, &l->account));
        printf("@%.*s is gone. What is left is removed while the server runs.\n",
               STR_ARG(l->username));
        return OK;
}

static int cmd_account_delete(const struct arguments *a, const struct config *config)
{
        if (!a->yes) {
                fputs("tidings: this cannot be undone. Add --yes if you mean it.\n", stderr);
                return EXIT_USAGE;
        }
        return with_data(a, config, do_account_delete);
}

struct token_wish {
        int64_t account;
        struct str scopes;
        struct token *token;
};

static enum err do_token(struct cx *cx, void *arg)
{
        struct token_wish *w = arg;
        int64_t app;
        TRY(app_command_line(cx, &app));
        return token_create(cx, app, w->account, w->scopes, &w->token);
}

static enum err token_make(struct cx *cx, const struct arguments *a)
{
        struct login *l;
        TRY(login_of(cx, a, &l));
        struct token_wish w = {l->account, a->scopes.n ? a->scopes : S("read write follow push"),
                               NULL};
        TRY(cx_write(cx, do_token, &w));
        printf("%.*s\n", STR_ARG(w.token->secret));
        return OK;
}

static int cmd_token_create(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, token_make);
}

struct invite_wish {
        struct invite_draft draft;
        struct invite *invite;
};

static enum err do_invite(struct cx *cx, void *arg)
{
        struct invite_wish *w = arg;
        return invite_create(cx, &w->draft, &w->invite);
}

static enum err invite_make(struct cx *cx, const struct arguments *a)
{
        struct invite_wish w = {.draft = {.uses_max = 1, .days = 7}};
        if ((a->uses.n && !str_to_i64(a->uses, &w.draft.uses_max)) ||
            (a->days.n && !str_to_i64(a->days, &w.draft.days)))
                return ERR_INPUT; /* the table of options has seen that they are numbers */
        TRY(cx_write(cx, do_invite, &w));
        printf("%.*s\n", STR_ARG(w.invite->url));
        return OK;
}

static int cmd_invite_create(const struct arguments *a, const struct config *config)
{
        return with_data_at(a, config, 0, invite_make);
}

/* ---- other servers ---- */

/* Whoever has the data directory acts with the owner's rank; the log says "the command line". */
static const struct viewer command_line = {.role = ROLE_OWNER};

struct server_wish {
        struct str name, text;
        enum server_severity severity;
        struct server_import count;
};

static enum err decide_server(struct cx *cx, void *arg)
{
        const struct server_wish *w = arg;
        struct server_policy_row *row;
        int64_t id;
        enum err e = server_policy_by_domain(cx, w->name, &row);
        if (e && e != ERR_MISSING)
                return e;
        if (e)
                row = make(cx->arena, struct server_policy_row);
        row->domain = w->name;
        row->policy.severity = w->severity;
        if (w->severity == SERVER_FINE)
                row->policy = (struct server_policy){.allowed = row->policy.allowed};
        if (!server_policy_empty(row))
                return server_policy_save(cx, &command_line, row, &id);
        return e ? fail(cx, e, "Nothing was decided about \"%.*s\".", STR_ARG(w->name))
                 : server_policy_remove(cx, &command_line, row->id);
}

static enum err server_decide(struct cx *cx, const struct arguments *a, enum server_severity to)
{
        struct server_wish w = {.name = a->operand, .severity = to};
        return cx_write(cx, decide_server, &w);
}

static enum err server_refuse(struct cx *cx, const struct arguments *a)
{
        return server_decide(cx, a, SERVER_REFUSED);
}

static enum err server_limit(struct cx *cx, const struct arguments *a)
{
        return server_decide(cx, a, SERVER_LIMITED);
}

static enum err server_forget(struct cx *cx, const struct arguments *a)
{
        return server_decide(cx, a, SERVER_FINE);
}

static int cmd_server_refuse(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, server_refuse);
}

static int cmd_server_limit(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, server_limit);
}

static int cmd_server_forget(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, server_forget);
}

static enum err server_export(struct cx *cx, const struct arguments *a)
{
        struct buf b = {0};
        (void)a;
        enum err e = server_list_export(cx, &b);
        if (!e)
                fwrite(b.p, 1, b.n, stdout);
        buf_free(&b);
        return e;
}

static int cmd_server_export(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, server_export);
}

static enum err import_servers(struct cx *cx, void *arg)
{
        struct server_wish *w = arg;
        return server_list_import(cx, &command_line, w->text, &w->count);
}

static enum err server_import(struct cx *cx, const struct arguments *a)
{
        struct server_wish w = {0};
        char *text = make_n(cx->arena, SERVER_LIST_BYTES + 2, char);
        FILE *f = fopen(str_z(cx->arena, a->operand), "re");
        if (!f)
                return fail(cx, ERR_INPUT, "%.*s cannot be read.", STR_ARG(a->operand));
        w.text = (struct str){text, fread(text, 1, SERVER_LIST_BYTES + 1, f)};
        fclose(f);
        TRY(cx_write(cx, import_servers, &w));
        printf("%lld taken in, %lld as strict already, %lld not understood.\n",
               (long long)w.count.taken, (long long)w.count.kept, (long long)w.count.bad);
        return OK;
}

static int cmd_server_import(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, server_import);
}

static enum err data_check(struct cx *cx, const struct arguments *a)
{
        (void)a;
        enum err e = db_integrity(cx->db);
        if (e)
                return fail(cx, e, "The database is damaged. Restore a backup.");
        puts("The database is sound.");
        return OK;
}

static int cmd_check(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, data_check);
}

static enum err sweep_media(struct cx *cx, const struct arguments *a)
{
        struct sweep_count n;
        (void)a;
        TRY(media_sweep(cx, NULL, &n));
        if (n.doubtful)
                return fail(cx, ERR_CONFLICT,
                            "Most of the %lld files have no row, as if the database were another "
                            "server's. Nothing was removed.",
                            (long long)n.files);
        printf("%lld files; %lld without a row removed; %lld missing for good; %lld copies to be "
               "fetched again.\n",
               (long long)n.files, (long long)n.removed, (long long)n.missing,
               (long long)n.forgotten);
        return OK;
}

static int cmd_media_sweep(const struct arguments *a, const struct config *config)
{
        return with_data(a, config, sweep_media);
}

static enum err data_migrated(struct cx *cx, const struct arguments *a)
{
        (void)cx;
        (void)a;
        puts("The database is up to date.");
        return OK;
}

static int cmd_migrate(const struct arguments *a, const struct config *config)
{
        return with_data_at(a, config, 0, data_migrated);
}

static int cmd_config_show(const struct arguments *a, const struct config *config)
{
        struct buf b = {0};
        (void)a;
        config_print(config, &b);
        fwrite(b.p, 1, b.n, stdout);
        buf_free(&b);
        return EXIT_GOOD;
}

static int cmd_photobox(const struct arguments *a, const struct config *config)
{
        char path[4096];
        if (!a->selftest) {
                fputs("tidings: photobox takes --selftest.\n", stderr);
                return EXIT_USAGE;
        }
        if (config->settings.photobox.n)
                snprintf(path, sizeof path, "%.*s", STR_ARG(config->settings.photobox));
        else if (!photobox_find(path, sizeof path))
                snprintf(path, sizeof path, "tidings-photobox");
        if (access(path, X_OK)) {
                fprintf(stderr, "tidings: there is no program %s.\n", path);
                return EXIT_UNAVAILABLE;
        }
        return photobox_selftest(path);
}

static int cmd_docs(const struct arguments *a, const struct config *config)
{
        static const struct {
                const char *name;
                void (*print)(struct buf *);
        } pages[] = {
                {"settings", config_print_reference},
                {"commands", command_print_reference},
                {"metrics", metrics_print_reference},
                {"man", command_print_man},
        };
        struct buf b = {0};
        (void)config;
        for (size_t i = 0; i < countof(pages); i++)
                if (str_eq(a->operand, str_of(pages[i].name)))
                        pages[i].print(&b);
        if (!b.n) {
                fputs("tidings: docs takes settings, commands, metrics or man.\n", stderr);
                return EXIT_USAGE;
        }
        fwrite(b.p, 1, b.n, stdout);
        buf_free(&b);
        return EXIT_GOOD;
}

int cmd_backup(const struct arguments *a, const struct config *config);
int cmd_restore(const struct arguments *a, const struct config *config);

const struct command commands[] = {
        {"serve", NULL, "listen", "Runs the server until SIGTERM; ready when GET /health says 200.",
         cmd_serve, false, NULL},
        {"account create", "NAME", "email password-stdin no-password role approve-followers",
         "Makes an account.", cmd_account_create, false, "email"},
        {"account list", NULL, "", "Lists the accounts here: name, role, state, e-mail.",
         cmd_account_list, false, NULL},
        {"account show", "NAME", "", "Shows one account.", cmd_account_show, false, NULL},
        {"account disable", "NAME", "",
         "Ends all access of an account but to fetching a copy of what is theirs; undone by "
         "enable.",
         cmd_account_disable, false, NULL},
        {"account enable", "NAME", "", "Lets a disabled account in again.", cmd_account_enable,
         false, NULL},
        {"account password", "NAME", "password-stdin",
         "Sets a new password and ends all other access.", cmd_account_password, false, NULL},
        {"account delete", "NAME", "yes",
         "Deletes an account and all it wrote, at once and for good; other servers are told.",
         cmd_account_delete, false, NULL},
        {"token create", "NAME", "scopes",
         "Prints one bearer token of the account and nothing else.", cmd_token_create, false, NULL},
        {"invite create", NULL, "uses days", "Prints the address of a new invitation.",
         cmd_invite_create, false, NULL},
        {"server refuse", "NAME", "",
         "Refuses another server and all names below it: nothing comes or goes, follows end.",
         cmd_server_refuse, false, NULL},
        {"server limit", "NAME", "",
         "Limits another server: only followers meet what its people write.", cmd_server_limit,
         false, NULL},
        {"server forget", "NAME", "", "Takes back what was decided about another server.",
         cmd_server_forget, false, NULL},
        {"server export", NULL, "",
         "Prints the refused and limited servers as CSV, as other servers read it.",
         cmd_server_export, false, NULL},
        {"server import", "FILE", "",
         "Takes in such a list, or names to refuse, one a line. What is stricter here stays.",
         cmd_server_import, false, NULL},
        {"media sweep", NULL, "",
         "Removes stored files that belong to nothing, and names those that are missing.",
         cmd_media_sweep, false, NULL},
        {"backup", "FILE", "",
         "Writes everything (database, media) into one file while the server runs.", cmd_backup,
         false, NULL},
        {"restore", "FILE", "", "Fills an empty data directory from a backup.", cmd_restore, false,
         NULL},
        {"check", NULL, "", "Checks the database.", cmd_check, false, NULL},
        {"migrate", NULL, "", "Brings the database schema up to date.", cmd_migrate, false, NULL},
        {"config show", NULL, "listen", "Prints every setting with its value in force.",
         cmd_config_show, false, NULL},
        {"photobox", NULL, "selftest", "Proves the box in which pictures are decoded.",
         cmd_photobox, false, NULL},
        {"docs", "PAGE", "", "Prints a reference page: settings, commands, metrics or man.",
         cmd_docs, true, NULL},
};
const size_t commands_count = countof(commands);
