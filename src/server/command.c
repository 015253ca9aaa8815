/* Reading the command line by its tables: see command.h. */
#include "server/command.h"
#include "server/exit.h"
#include <stdio.h>
#include <stdlib.h>

enum option_kind { OPTION_TEXT, OPTION_YES, OPTION_OVERRIDE, OPTION_SET };

struct option {
        const char *name, *value, *about;
        enum option_kind kind;
        size_t at;
        bool everywhere;     /* every command takes it */
        const char *choices; /* the words it takes; NULL: any text */
        int64_t most;        /* a number from 0 to this; 0: any text */
};

#define AT(member) offsetof(struct arguments, member)
static const struct option options[] = {
        {"config", "FILE", "Read settings from this file instead of ./tidings.conf.", OPTION_TEXT,
         AT(config_file), true, NULL, 0},
        {"data", "DIR", "Data directory; the setting `data`.", OPTION_OVERRIDE, 0, true, NULL, 0},
        {"set", "NAME=VALUE", "Any setting; may be given several times.", OPTION_SET, 0, true, NULL,
         0},
        {"listen", "ADDR:PORT", "The setting `listen`.", OPTION_OVERRIDE, 0, false, NULL, 0},
        {"url", "URL", "The setting `url`.", OPTION_OVERRIDE, 0, true, NULL, 0},
        {"email", "ADDR", "E-mail address of the new account.", OPTION_TEXT, AT(email), false, NULL,
         0},
        {"role", "ROLE", "owner, moderator or member (the default).", OPTION_TEXT, AT(role), false,
         "owner moderator member", 0},
        {"approve-followers", "yes|no",
         "Whether the account approves followers by hand; otherwise as the setting "
         "`new-accounts-approve-followers` says.",
         OPTION_TEXT, AT(approve_followers), false, "yes no", 0},
        {"password-stdin", NULL,
         "Read the password from the first line of standard input; otherwise one is made and "
         "printed.",
         OPTION_YES, AT(password_stdin), false, NULL, 0},
        {"no-password", NULL,
         "Make no password: nobody can sign in, only tokens work, until one is set (for programs).",
         OPTION_YES, AT(no_password), false, NULL, 0},
        {"scopes", "SCOPES", "Scopes of the token, \"read write follow push\" unless given.",
         OPTION_TEXT, AT(scopes), false, NULL, 0},
        {"uses", "N", "How many people may use the invitation; 1 unless given, 0 is any number.",
         OPTION_TEXT, AT(uses), false, NULL, 10000},
        {"days", "N", "Days until the invitation ends; 7 unless given, 0 is never.", OPTION_TEXT,
         AT(days), false, NULL, 3650},
        {"yes", NULL, "Yes, for good.", OPTION_YES, AT(yes), false, NULL, 0},
        {"selftest", NULL,
         "Try every forbidden thing from inside the box; exit 0 only if all are refused.",
         OPTION_YES, AT(selftest), false, NULL, 0},
};

static bool listed(const char *list, struct str name)
{
        struct str rest = str_of(list ? list : ""), word;
        while (str_next(&rest, ' ', &word))
                if (str_eq(word, name))
                        return true;
        return false;
}

static const struct option *find_option(const struct command *c, struct str name)
{
        for (size_t i = 0; i < countof(options); i++)
                if (str_eq(name, str_of(options[i].name)))
                        return options[i].everywhere || listed(c->options, name) ? &options[i]
                                                                                 : NULL;
        return NULL;
}

static int usage(const struct command *c, const char *what, const char *word)
{
        fprintf(stderr, "tidings: %s%s%s\n", what, word ? ": " : "", word ? word : "");
        fprintf(stderr, "Try `tidings %s%s--help`.\n", c ? c->words : "", c ? " " : "");
        return EXIT_USAGE;
}

static bool override_with(struct arguments *a, struct str text)
{
        if (a->overrides.n == COMMAND_OVERRIDES)
                return false;
        a->overrides.v = a->override_room;
        a->overrides.v[a->overrides.n++] = text;
        return true;
}

static bool take(struct arguments *a, const struct option *o, struct str value, struct arena *arena)
{
        switch (o->kind) {
        case OPTION_TEXT:
                *(struct str *)(void *)((char *)a + o->at) = value;
                return true;
        case OPTION_YES:
                *(bool *)((char *)a + o->at) = true;
                return true;
        case OPTION_SET:
                return override_with(a, value);
        case OPTION_OVERRIDE:
                return override_with(a, str_fmt(arena, "%s=%.*s", o->name, STR_ARG(value)));
        }
        return false;
}

static int check_value(const struct command *c, const struct option *o, struct str value)
{
        char text[160];
        int64_t n;
        if (o->choices && !listed(o->choices, value)) {
                snprintf(text, sizeof text, "--%s takes one of %s, not \"%.*s\"", o->name,
                         o->choices, STR_ARG(str_cut(value, 0, 40)));
                return usage(c, text, NULL);
        }
        if (o->most && (!str_to_i64(value, &n) || n < 0 || n > o->most)) {
                snprintf(text, sizeof text, "--%s takes a number from 0 to %lld", o->name,
                         (long long)o->most);
                return usage(c, text, NULL);
        }
        return 0;
}

/* One "--name", "--name value" or "--name=value" at argv[*i]; 0 when it went well, else the exit
 * code. */
static int take_option(const struct command *c, struct arguments *a, struct arena *arena, int argc,
                       char **argv, int *i)
{
        struct str word = str_after(str_of(argv[*i]), 2), name = STR_NONE;
        struct str value = word;
        str_next(&value, '=', &name);
        const struct option *o = find_option(c, name);
        if (!o)
                return usage(c, "this command does not take", argv[*i]);
        if (o->kind == OPTION_YES)
                return value.p ? usage(c, "this option takes no value", argv[*i])
                       : take(a, o, STR_NONE, arena) ? 0
                                                     : EXIT_USAGE;
        if (!value.p && *i + 1 >= argc)
                return usage(c, "a value is missing after", argv[*i]);
        if (!value.p)
                value = str_of(argv[++*i]);
        int bad = check_value(c, o, value);
        if (bad)
                return bad;
        return take(a, o, value, arena) ? 0 : usage(c, "too many settings", NULL);
}

enum form { PLAIN, ROFF, MARKDOWN };

static void add_option(struct buf *out, enum form form, const char *name, const char *about)
{
        switch (form) {
        case PLAIN:
                buf_addf(out, "  %-28s %s\n", name, about);
                break;
        case ROFF:
                buf_addf(out, ".TP\n.B %s\n%s\n", name, about);
                break;
        case MARKDOWN:
                buf_addf(out, "- `%s`: %s\n", name, about);
                break;
        }
}

static void add_options(struct buf *out, const struct command *c, enum form form)
{
        for (size_t i = 0; i < countof(options); i++) {
                char name[64];
                if (!find_option(c, str_of(options[i].name)))
                        continue;
                snprintf(name, sizeof name, "--%s%s%s", options[i].name,
                         options[i].value ? " " : "", options[i].value ? options[i].value : "");
                add_option(out, form, name, options[i].about);
        }
}

static const char *operand_of(const struct command *c)
{
        return c->operand ? c->operand : "";
}

/* Those that begin with these words; how many there are. */
static size_t list_commands(struct buf *out, struct str head)
{
        size_t n = 0;
        for (size_t i = 0; i < commands_count; i++) {
                char left[64];
                if (!str_starts(str_of(commands[i].words), head))
                        continue;
                snprintf(left, sizeof left, "%s %s", commands[i].words, operand_of(&commands[i]));
                buf_addf(out, "  %-24s %s\n", left, commands[i].about);
                n++;
        }
        return n;
}

void command_print_help(struct buf *out, const struct command *one)
{
        if (one) {
                buf_addf(out, "tidings %s%s%s [OPTIONS]\n\n%s\n\n", one->words,
                         one->operand ? " " : "", operand_of(one), one->about);
                add_options(out, one, PLAIN);
                return;
        }
        buf_add(out, S("Tidings " TIDINGS_VERSION ", a self-hosted social server.\n\nCommands:\n"));
        list_commands(out, S(""));
        buf_add(out, S("\n`tidings COMMAND --help` says more. Exit codes: 0 done, 64 wrong usage, "
                       "65 bad data,\n"
                       "69 unavailable, 75 try again, 78 configuration or a newer database.\n"));
}

void command_print_man(struct buf *out)
{
        buf_add(out, S(".TH TIDINGS 1 \"\" \"Tidings " TIDINGS_VERSION
                       "\"\n.SH NAME\ntidings \\- a self-hosted social server\n"
                       ".SH SYNOPSIS\n.B tidings\n.I COMMAND\n[OPTIONS]\n.SH COMMANDS\n"));
        for (size_t i = 0; i < commands_count; i++) {
                buf_addf(out, ".SS \"%s %s\"\n%s\n", commands[i].words, operand_of(&commands[i]),
                         commands[i].about);
                add_options(out, &commands[i], ROFF);
        }
        buf_add(out, S(".SH EXIT STATUS\n0 done, 64 wrong usage, 65 bad data, 69 unavailable, 75 "
                       "try again, 78 configuration or a newer database.\n"));
}

void command_print_reference(struct buf *out)
{
        buf_add(out,
                S("# Commands\n\nExit codes: 0 done, 64 wrong usage, 65 bad data, 69 unavailable, "
                  "75 try again, 78\n"
                  "configuration or a newer database. The commands work while the server runs.\n"));
        for (size_t i = 0; i < commands_count; i++) {
                buf_addf(out, "\n## tidings %s%s%s\n\n%s\n\n", commands[i].words,
                         commands[i].operand ? " " : "", operand_of(&commands[i]),
                         commands[i].about);
                add_options(out, &commands[i], MARKDOWN);
        }
}

/* The longest command whose words begin argv; *used gets their number. */
static const struct command *find_command(int argc, char **argv, int *used)
{
        for (int n = COMMAND_WORDS; n > 0; n--) {
                char typed[64] = "";
                if (argc - 1 < n)
                        continue;
                snprintf(typed, sizeof typed, "%s%s%s", argv[1], n == 2 ? " " : "",
                         n == 2 ? argv[2] : "");
                for (size_t i = 0; i < commands_count; i++)
                        if (!strcmp(typed, commands[i].words)) {
                                *used = n;
                                return &commands[i];
                        }
        }
        return NULL;
}

static int print_and_end(struct buf *b, int code)
{
        fwrite(b->p, 1, b->n, stdout);
        buf_free(b);
        return code;
}

static int run(const struct command *c, const struct arguments *a)
{
        struct config config;
        if (c->without_config)
                return c->run(a, NULL);
        if (config_read(&config, a->config_file, &a->overrides)) {
                fprintf(stderr, "tidings: %.*s\n", STR_ARG(config.complaint));
                config_close(&config);
                return EXIT_CONFIGURATION;
        }
        int code = c->run(a, &config);
        config_close(&config);
        return code;
}

static int read_and_run(const struct command *c, struct arena *arena, int argc, char **argv,
                        int used)
{
        struct arguments a = {0};
        struct buf help = {0};
        for (int i = used + 1; i < argc; i++) {
                if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
                        command_print_help(&help, c);
                        return print_and_end(&help, EXIT_GOOD);
                }
                if (!strncmp(argv[i], "--", 2)) {
                        int bad = take_option(c, &a, arena, argc, argv, &i);
                        if (bad)
                                return bad;
                } else if (!c->operand || a.operand.p) {
                        return usage(c, "one word too many", argv[i]);
                } else {
                        a.operand = str_of(argv[i]);
                }
        }
        if (c->operand && c->operand[0] != '[' && !a.operand.p)
                return usage(c, "something is missing", c->operand);
        for (size_t i = 0; i < countof(options); i++)
                if (listed(c->needs, str_of(options[i].name)) &&
                    !((struct str *)(void *)((char *)&a + options[i].at))->p)
                        return usage(c, "something is missing", options[i].name);
        return run(c, &a);
}

/* `tidings account` lists the commands of accounts. */
static int no_command(int argc, char **argv)
{
        char head[64];
        struct buf help = {0};
        snprintf(head, sizeof head, "%s ", argv[1]);
        bool asked = argc > 2 && (!strcmp(argv[2], "--help") || !strcmp(argv[2], "-h"));
        if (argc > 3 || (argc == 3 && !asked) || !list_commands(&help, str_of(head))) {
                buf_free(&help);
                return usage(NULL, "there is no such command", argv[1]);
        }
        return print_and_end(&help, asked ? EXIT_GOOD : EXIT_USAGE);
}

int command_main(int argc, char **argv)
{
        struct buf help = {0};
        struct arena arena;
        int used;
        if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
            !strcmp(argv[1], "help")) {
                command_print_help(&help, NULL);
                return print_and_end(&help, argc < 2 ? EXIT_USAGE : EXIT_GOOD);
        }
        if (!strcmp(argv[1], "--version")) {
                puts("tidings " TIDINGS_VERSION);
                return EXIT_GOOD;
        }
        const struct command *c = find_command(argc, argv, &used);
        if (!c)
                return no_command(argc, argv);
        arena_open(&arena, 1 << 20);
        int code = read_and_run(c, &arena, argc, argv, used);
        arena_close(&arena);
        return code;
}
