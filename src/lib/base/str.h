/* Strings carry their length. A struct str points at bytes somebody else owns and is not NUL-terminated.
 * p == NULL means "no string" (NULL in the database, a key not given); n == 0 with p set means empty. */
#pragma once
#include "lib/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
        const char *p;
        size_t n;
};

#define S(lit) ((struct str){"" lit, sizeof(lit) - 1})
#define S_ROW(lit) {"" lit, sizeof(lit) - 1} /* the same in a constant table */
#define STR_NONE ((struct str){NULL, 0})
#define STR_ARG(s) (int)(s).n, (s).n ? (s).p : "" /* for "%.*s" */

/* A list of strings, as inputs and rows give them. */
struct str_list {
        struct str *v;
        size_t n;
};

/* Looking. */
struct str str_of(const char *z); /* of a NUL-terminated string; NULL gives STR_NONE */
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII only */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str head);
bool str_ends(struct str s, struct str tail);
bool str_starts_nocase(struct str s, struct str head);
bool str_has(struct str s, struct str part);
bool str_has_char(struct str s, char c);
size_t str_find(struct str s, struct str part); /* offset, or s.n when absent */
size_t str_find_char(struct str s, char c);     /* offset, or s.n when absent */

/* Slicing; none leaves the bounds. */
struct str str_cut(struct str s, size_t from, size_t n); /* clamped */
struct str str_after(struct str s, size_t from);         /* clamped */
struct str str_trim(struct str s);                       /* ASCII white space at both ends */
/* Takes everything before the first `sep` off *rest (all of it when there is none); false when *rest is used up. */
bool str_next(struct str *rest, char sep, struct str *ret);

/* Copies in the arena. str_z is for the libc call that wants a terminated string; a NUL inside ends it there. */
struct str str_dup(struct arena *a, struct str s);
char *str_z(struct arena *a, struct str s);
struct str str_fmt(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str str_int(struct arena *a, int64_t n); /* in decimal */
struct str str_join(struct arena *a, struct str x, struct str y);
struct str str_lower(struct arena *a, struct str s); /* ASCII only */
struct str str_replace(struct arena *a, struct str s, struct str what, struct str with);

/* Decimal digits only (a leading '-' where the type allows), the whole string, range checked; false otherwise. */
bool str_to_i64(struct str s, int64_t *ret);
bool str_to_u64(struct str s, uint64_t *ret);
bool str_to_double(struct str s, double *ret); /* JSON number grammar, finite */

/* Whether a and b hold the same bytes, in time that does not depend on where they differ. */
bool str_same_secret(struct str a, struct str b);
