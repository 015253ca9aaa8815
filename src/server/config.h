/* Settings: one table says name, kind, default and reason; the file tidings.conf, the environment and flags are read
 * by it, and the reference page is printed from it. Unknown names are errors that say which name was meant. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "store/settings.h"

struct config {
        struct arena arena;
        struct settings settings;
        struct str file;      /* the configuration file read, STR_NONE when there is none */
        struct str complaint; /* what is wrong, for the person who starts it */
};

/* Order: defaults, file, environment, the overrides "name=value" of the command line. ERR_INPUT with a complaint. */
MUST_USE enum err config_read(struct config *c, struct str file, const struct str_list *overrides);
/* One "name = value" line each, secrets left out. */
void config_print(const struct config *c, struct buf *out);
/* The reference page. */
void config_print_reference(struct buf *out);
void config_close(struct config *c);
