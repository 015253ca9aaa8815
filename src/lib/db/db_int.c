/* Statements whose rows are one number, read in one call: ids and counts, which is what most
 * questions to the database come to. */
#include "lib/db/db.h"

enum err db_int(struct db *db, const struct stmt *s, const struct value *in, size_t n_in,
                int64_t *ret)
{
        struct row r;
        TRY(db_one(db, s, NULL, in, n_in, &r));
        *ret = row_int(&r);
        return row_end(&r);
}

enum err db_find_int(struct db *db, const struct stmt *s, const struct value *in, size_t n_in,
                     int64_t *ret)
{
        struct row r;
        bool found;
        *ret = 0;
        TRY(db_find(db, s, NULL, in, n_in, &r, &found));
        if (!found)
                return OK;
        *ret = row_int(&r);
        return row_end(&r);
}

enum err db_ints(struct db *db, const struct stmt *s, const struct value *in, size_t n_in,
                 int64_t *v, size_t room, size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(db, s, NULL, in, n_in, &r));
        while (*n < room && row_next(&r))
                v[(*n)++] = row_int(&r);
        return row_end(&r);
}
