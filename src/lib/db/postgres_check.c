/* See postgres_check.h. The types of parameters are declared from the letters, as a driver would,
 * so that the server never guesses from the first place where one appears. */
#include "lib/db/postgres_check.h"
#include "lib/base/die.h"
#include <ctype.h>
#include <stdlib.h>

#ifdef HAVE_LIBPQ
#include <libpq-fe.h>

/* From pg_type.dat; these numbers never change. */
enum {
        PG_BOOL = 16,
        PG_BYTEA = 17,
        PG_INT8 = 20,
        PG_INT2 = 21,
        PG_INT4 = 23,
        PG_TEXT = 25,
        PG_FLOAT4 = 700,
        PG_FLOAT8 = 701,
        PG_VARCHAR = 1043,
        PG_NUMERIC = 1700,
};

struct postgres {
        PGconn *connection;
};

struct postgres *postgres_open(void)
{
        if (!getenv("PGHOST"))
                return NULL;
        struct postgres *p = must_alloc(1, sizeof *p);
        p->connection = PQconnectdb("");
        if (PQstatus(p->connection) != CONNECTION_OK)
                die("PGHOST is set, but: %s", PQerrorMessage(p->connection));
        return p;
}

void postgres_close(struct postgres **pp)
{
        if (*pp)
                PQfinish((*pp)->connection);
        free(*pp);
        *pp = NULL;
}

static bool ended_well(PGresult *r, struct arena *a, struct str *why)
{
        ExecStatusType status = PQresultStatus(r);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
                return true;
        *why = str_trim(str_dup(a, str_of(PQresultErrorMessage(r))));
        return false;
}

bool postgres_script(struct postgres *p, struct arena *a, struct str sql, struct str *why)
{
        PGresult *r = PQexec(p->connection, str_z(a, sql));
        bool well = ended_well(r, a, why);
        PQclear(r);
        return well;
}

static Oid type_of_letter(char letter)
{
        switch (tolower((unsigned char)letter)) {
        case 'i':
                return PG_INT8;
        case 'r':
                return PG_FLOAT8;
        case 'b':
                return PG_BYTEA;
        default:
                return PG_TEXT;
        }
}

/* sum() of integers is numeric there; a comparison is a boolean there and an integer in SQLite. */
static bool fits(Oid type, char letter)
{
        switch (tolower((unsigned char)letter)) {
        case 'i':
                return type == PG_INT8 || type == PG_INT4 || type == PG_INT2 || type == PG_BOOL ||
                       type == PG_NUMERIC;
        case 'r':
                return type == PG_FLOAT8 || type == PG_FLOAT4 || type == PG_NUMERIC;
        case 'b':
                return type == PG_BYTEA;
        default:
                return type == PG_TEXT || type == PG_VARCHAR;
        }
}

static bool columns_fit(const PGresult *r, struct arena *a, const char *out, struct str *why)
{
        int n = (int)strlen(out);
        if (PQnfields(r) != n) {
                *why = str_fmt(a, "%d columns, .out has %d", PQnfields(r), n);
                return false;
        }
        for (int i = 0; i < n; i++)
                if (!fits(PQftype(r, i), out[i])) {
                        *why = str_fmt(a, "column %d has type %u, .out has %c", i + 1,
                                       PQftype(r, i), out[i]);
                        return false;
                }
        return true;
}

bool postgres_takes(struct postgres *p, struct arena *a, const struct stmt *s, struct str *why)
{
        const char *in = s->in ? s->in : "";
        size_t n = strlen(in);
        Oid *types = make_n(a, n + 1, Oid);
        for (size_t i = 0; i < n; i++)
                types[i] = type_of_letter(in[i]);
        PGresult *r =
                PQprepare(p->connection, "", s->text_pg ? s->text_pg : s->text, (int)n, types);
        bool well = ended_well(r, a, why);
        PQclear(r);
        if (!well)
                return false;
        r = PQdescribePrepared(p->connection, "");
        well = ended_well(r, a, why) && columns_fit(r, a, s->out ? s->out : "", why);
        if (well && PQnparams(r) != (int)n) {
                *why = str_fmt(a, "%d parameters, .in has %d", PQnparams(r), (int)n);
                well = false;
        }
        PQclear(r);
        return well;
}

#else

struct postgres *postgres_open(void)
{
        if (getenv("PGHOST"))
                die("PGHOST is set, but this was built without libpq");
        return NULL;
}

void postgres_close(struct postgres **pp)
{
        *pp = NULL;
}

bool postgres_script(struct postgres *p, struct arena *a, struct str sql, struct str *why)
{
        (void)p, (void)a, (void)sql, (void)why;
        return false;
}

bool postgres_takes(struct postgres *p, struct arena *a, const struct stmt *s, struct str *why)
{
        (void)p, (void)a, (void)s, (void)why;
        return false;
}

#endif
