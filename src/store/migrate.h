/* Bringing a database to the schema of this program: numbered SQL files of store/schema/, embedded when the program is
 * built, forward only. Each is applied in one transaction together with its row in schema_version, so a stop in the
 * middle leaves the step undone. */
#pragma once
#include "lib/base/clock.h"
#include "lib/db/db.h"

/* Applies what is missing. *ret_version gets the version the database has then, whatever is returned. ERR_VERSION when
 * a newer program wrote it; nothing is changed then. */
MUST_USE enum err migrate(struct db *db, const struct clock *clock, int *ret_version);

struct migration {
        const char *name, *text;
};
extern const struct migration MIGRATIONS[]; /* [0] is version 1 */
extern const size_t MIGRATION_COUNT;
/* The same with a table of one's own, for tests. */
MUST_USE enum err migrate_with(struct db *db, const struct clock *clock, const struct migration *steps, size_t n,
                               int *ret_version);

enum engine { ENGINE_SQLITE, ENGINE_POSTGRES };
/* One text serves both engines: a line that starts with "--sqlite " or "--pg " is taken by that engine alone; "BIGINT
 * PRIMARY KEY" becomes "INTEGER PRIMARY KEY" for SQLite (only then is it the key of the table's own tree, which saves
 * an index); "WITHOUT ROWID" is left out for PostgreSQL. */
struct str migration_text(struct arena *a, const char *text, enum engine engine);

extern const struct stmt_list MIGRATE_STATEMENTS;
