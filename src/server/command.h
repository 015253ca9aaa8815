/* The command line: one table of commands and one of options; --help and the man page are printed from them. */
#pragma once
#include "lib/base/buf.h"
#include "server/config.h"

enum { COMMAND_WORDS = 2, COMMAND_OVERRIDES = 32 };

/* What was typed after the command's words. */
struct arguments {
        struct str operand; /* NAME or FILE */
        struct str email, role, approve_followers, scopes, uses, days;
        bool password_stdin, no_password, selftest, markdown, yes;
        struct str config_file;
        struct str_list overrides; /* name=value */
        struct str override_room[COMMAND_OVERRIDES];
};

struct command {
        const char *words;    /* "account create" */
        const char *operand;  /* "NAME"; NULL: none. "[NAME]": may be left out */
        const char *options;  /* names of its own options, separated by spaces */
        const char *about;
        int (*run)(const struct arguments *a, const struct config *config); /* gives the exit code */
        bool without_config;  /* runs without reading settings */
        const char *needs;    /* names of its options that must be given; NULL: none */
};
extern const struct command commands[];
extern const size_t commands_count;

/* Runs what argv says and gives the exit code. */
int command_main(int argc, char **argv);
void command_print_help(struct buf *out, const struct command *one); /* NULL: all */
void command_print_man(struct buf *out);
void command_print_reference(struct buf *out);
