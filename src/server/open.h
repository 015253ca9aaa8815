/* Opening a data directory: what the server and every command need before they can do anything. */
#pragma once
#include "lib/db/writer.h"
#include "server/config.h"
#include "store/cx.h"

struct opened {
        struct instance instance;
        struct cx cx;        /* of the opening thread: its read connection and arena */
        struct arena arena;
        int lock;            /* descriptor of the lock file; -1 for commands */
};

enum open_flags {
        OPEN_SERVE = 1,   /* takes the lock: one server a data directory */
        OPEN_PICTURES = 2, /* starts the photobox */
        OPEN_EXISTING = 4  /* makes nothing: a command about what is there, so a mistyped folder is told */
};

/* Creates the directory and the database when they are not there, and brings the schema up to date. *exit_code gets
 * what the command should end with when this fails; the reason is printed. */
MUST_USE enum err open_data(const struct config *config, unsigned flags, struct opened *ret, int *exit_code);
void open_close(struct opened *o);
/* In a test build the n-th call on this connection fails when TIDINGS_FAIL_DB_AT says n; otherwise nothing. */
void open_arm(struct db *db);
