/* Names that look like somebody else's: see login_alike.h. Asked by the moderators' overview. */
#include "social/login_alike.h"
#include "lib/base/id.h"

enum { NAME_MOST = 32, PEOPLE_MOST = 20000 };

static const struct stmt NAMES = {
        .name = "login_alike_names",
        .text = "SELECT a.id, a.username_fold FROM account a JOIN login l ON l.account = a.id"
                " WHERE a.domain = '' ORDER BY a.id DESC LIMIT $1",
        .in = "i",
        .out = "is",
        .scans = true, /* a row a person here, when a moderator looks */
};

/* The name without what the eye passes over. */
static struct str bare(struct str s, char to[NAME_MOST])
{
        static const char from[] = "01i35", into[] = "olles";
        size_t n = 0;
        for (size_t i = 0; i < s.n && n < NAME_MOST; i++) {
                char c = s.p[i];
                const char *at = memchr(from, c, sizeof from - 1);
                if (at)
                        c = into[at - from];
                if (c >= 'A' && c <= 'Z')
                        c = (char)(c + 'a' - 'A');
                if (c != '_' && (!n || to[n - 1] != c))
                        to[n++] = c;
        }
        return (struct str){to, n};
}

/* One letter more, less or other. */
static bool one_letter(struct str a, struct str b)
{
        if (a.n > b.n) {
                struct str c = a;
                a = b;
                b = c;
        }
        if (b.n - a.n > 1)
                return false;
        size_t i = 0;
        while (i < a.n && a.p[i] == b.p[i])
                i++;
        struct str rest = str_after(b, i + 1);
        return str_eq(str_after(a, a.n == b.n ? i + 1 : i), rest);
}

bool names_alike(struct str a, struct str b)
{
        enum { LONG = 5 };
        char x[NAME_MOST], y[NAME_MOST];
        struct str p = bare(a, x), q = bare(b, y);
        if (!p.n || str_eq(a, b))
                return false;
        return str_eq(p, q) || (p.n >= LONG && q.n >= LONG && one_letter(p, q));
}

struct named {
        int64_t id;
        struct str name;
};

static enum err read_all(struct cx *cx, struct named **ret, size_t *n)
{
        size_t room = 256, k = 0;
        struct named *v = make_n(cx->arena, room, struct named);
        struct row r;
        TRY(db_all(cx->db, &NAMES, cx->arena, BIND(V(PEOPLE_MOST)), &r));
        while (row_next(&r)) {
                if (k == room) {
                        struct named *more = make_n(cx->arena, room * 2, struct named);
                        memcpy(more, v, room * sizeof *v);
                        v = more;
                        room *= 2;
                }
                v[k].id = row_int(&r);
                v[k++].name = row_str(&r);
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

enum err login_alike(struct cx *cx, struct alike *ret, size_t *n)
{
        enum { NEW_MOST = 200 };
        int64_t since = id_at(cx_now(cx) - (int64_t)ALIKE_DAYS * 86400000);
        struct named *v;
        size_t all;
        *n = 0;
        TRY(read_all(cx, &v, &all));
        for (size_t i = 0; i < all && i < NEW_MOST && v[i].id >= since && *n < ALIKE_MOST; i++)
                for (size_t k = i + 1; k < all; k++)
                        if (names_alike(v[i].name, v[k].name)) {
                                ret[(*n)++] = (struct alike){v[i].id, v[k].id};
                                break;
                        }
        return OK;
}

static const struct stmt *const statements[] = {&NAMES};
const struct stmt_list LOGIN_ALIKE_STATEMENTS = {statements, countof(statements)};
