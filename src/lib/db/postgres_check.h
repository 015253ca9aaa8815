/* For tests alone: does PostgreSQL take our schema and our statements? Uses the server that libpq's environment names
 * (tools/with-postgres starts a throw-away one). */
#pragma once
#include "lib/db/db.h"

struct postgres;

/* NULL without libpq or without PGHOST. */
struct postgres *postgres_open(void);
void postgres_close(struct postgres **p);
/* On failure *why is what the server said. */
bool postgres_script(struct postgres *p, struct arena *a, struct str sql, struct str *why);
/* Prepares it with the types of .in and compares the columns with .out. */
bool postgres_takes(struct postgres *p, struct arena *a, const struct stmt *s, struct str *why);
