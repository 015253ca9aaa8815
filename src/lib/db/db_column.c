/* Statements of one column, read in one call: ids, counts and names, which is what most questions
 * to the database come to. */
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

enum err db_texts(struct db *db, const struct stmt *s, struct arena *a, const struct value *in,
                  size_t n_in, size_t room, struct str_list *ret)
{
        struct row r;
        *ret = (struct str_list){make_n(a, room + 1, struct str), 0};
        TRY(db_all(db, s, a, in, n_in, &r));
        while (ret->n < room && row_next(&r))
                ret->v[ret->n++] = row_str(&r);
        return row_end(&r);
}
