/* Reading settings: see config.h. The table is settings.def; a row knows where its value lives and
 * how it is read. */
#include "server/config.h"
#include "lib/base/die.h"
#include "lib/base/log.h"
#include "lib/text/url.h"
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum kind { TEXT, SECRET, FLAG, NUMBER, SIZE, LIST, REGISTRATION, SHOWN };

struct setting {
        const char *name;
        enum kind kind;
        size_t at;
        const char *value; /* the default */
        int64_t least, most;
        const char *reason;
};

#define AT(member) offsetof(struct settings, member)
static const struct setting table[] = {
#include "server/settings.def"
};

static const char *const registration_names[] = {"invite", "open", "closed"};
static const char *const shown_names[] = {"everybody", "members", "nobody"};

static enum err complain(struct config *c, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static enum err complain(struct config *c, const char *format, ...)
{
        char text[512];
        va_list ap;
        va_start(ap, format);
        vsnprintf(text, sizeof text, format, ap);
        va_end(ap);
        c->complaint = str_dup(&c->arena, str_of(text));
        return ERR_INPUT;
}

/* Edit distance, for "which name was meant"; names are short. */
static int distance(struct str a, struct str b)
{
        int row[64];
        if (a.n >= countof(row) || b.n >= countof(row))
                return 99;
        for (size_t k = 0; k <= b.n; k++)
                row[k] = (int)k;
        for (size_t i = 1; i <= a.n; i++) {
                int diagonal = row[0];
                row[0] = (int)i;
                for (size_t k = 1; k <= b.n; k++) {
                        int cost = diagonal + (a.p[i - 1] != b.p[k - 1]);
                        diagonal = row[k];
                        if (row[k] + 1 < cost)
                                cost = row[k] + 1;
                        if (row[k - 1] + 1 < cost)
                                cost = row[k - 1] + 1;
                        row[k] = cost;
                }
        }
        return row[b.n];
}

static const struct setting *find(struct str name, const struct setting **nearest)
{
        int best = 99;
        *nearest = &table[0];
        for (size_t i = 0; i < countof(table); i++) {
                int d = distance(name, str_of(table[i].name));
                if (d == 0)
                        return &table[i];
                if (d < best) {
                        best = d;
                        *nearest = &table[i];
                }
        }
        return NULL;
}

static bool read_flag(struct str v, bool *ret)
{
        *ret = str_eq(v, S("yes")) || str_eq(v, S("on")) || str_eq(v, S("true")) ||
               str_eq(v, S("1"));
        return *ret || str_eq(v, S("no")) || str_eq(v, S("off")) || str_eq(v, S("false")) ||
               str_eq(v, S("0"));
}

/* "64", "16 MiB", "2GiB". */
static bool read_number(struct str v, bool size, int64_t *ret)
{
        static const struct {
                const char *unit;
                int64_t factor;
        } units[] = {{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
        int64_t factor = 1;
        for (size_t i = 0; size && i < countof(units); i++)
                if (str_ends(v, str_of(units[i].unit))) {
                        factor = units[i].factor;
                        v = str_trim(str_cut(v, 0, v.n - 3));
                }
        return str_to_i64(v, ret) && !__builtin_mul_overflow(*ret, factor, ret);
}

static struct str_list read_list(struct arena *a, struct str v)
{
        struct str_list l = {make_n(a, v.n / 2 + 1, struct str), 0};
        struct str part;
        while (str_next(&v, ',', &part)) {
                part = str_trim(part);
                if (part.n)
                        l.v[l.n++] = str_dup(a, part);
        }
        return l;
}

static bool read_registration(struct str v, enum registration *ret)
{
        for (size_t i = 0; i < countof(registration_names); i++)
                if (str_eq(v, str_of(registration_names[i]))) {
                        *ret = (enum registration)i;
                        return true;
                }
        return false;
}

static bool read_shown(struct str v, enum shown *ret)
{
        for (size_t i = 0; i < countof(shown_names); i++)
                if (str_eq(v, str_of(shown_names[i]))) {
                        *ret = (enum shown)i;
                        return true;
                }
        return false;
}

static const char *words_of(enum kind kind)
{
        return kind == FLAG    ? "yes or no"
               : kind == SHOWN ? "everybody, members or nobody"
                               : "invite, open or closed";
}

static enum err set(struct config *c, const struct setting *s, struct str v, const char *where)
{
        char *base = (char *)&c->settings + s->at;
        int64_t number;
        bool good = true;
        v = str_trim(v);
        switch (s->kind) {
        case TEXT:
        case SECRET:
                *(struct str *)(void *)base = str_dup(&c->arena, v);
                break;
        case FLAG:
                good = read_flag(v, (bool *)base);
                break;
        case NUMBER:
        case SIZE:
                good = read_number(v, s->kind == SIZE, &number) && number >= s->least &&
                       number <= s->most;
                if (good)
                        *(int64_t *)(void *)base = number;
                break;
        case LIST:
                *(struct str_list *)(void *)base = read_list(&c->arena, v);
                break;
        case REGISTRATION:
                good = read_registration(v, (enum registration *)(void *)base);
                break;
        case SHOWN:
                good = read_shown(v, (enum shown *)(void *)base);
                break;
        }
        if (good)
                return OK;
        if (s->kind == NUMBER || s->kind == SIZE)
                return complain(c, "%s: %s takes a number from %lld to %lld, not \"%.*s\".", where,
                                s->name, (long long)s->least, (long long)s->most, STR_ARG(v));
        return complain(c, "%s: %s takes %s, not \"%.*s\".", where, s->name, words_of(s->kind),
                        STR_ARG(v));
}

static enum err set_named(struct config *c, struct str name, struct str value, const char *where)
{
        const struct setting *nearest, *s = find(name, &nearest);
        if (!s)
                return complain(c, "%s: there is no setting \"%.*s\". Did you mean \"%s\"?", where,
                                STR_ARG(name), nearest->name);
        return set(c, s, value, where);
}

static int on_line(void *owner, const char *section, const char *name, const char *value)
{
        struct config *c = owner;
        if (c->complaint.p)
                return 0;
        if (section[0]) {
                (void)complain(c, "%s: sections are not used here: [%s].",
                               str_z(&c->arena, c->file), section);
                return 0;
        }
        return set_named(c, str_of(name), str_of(value), str_z(&c->arena, c->file)) == OK;
}

static enum err read_file(struct config *c, struct str file)
{
        char *path = str_z(&c->arena, file);
        c->file = str_of(path);
        int line = ini_parse(path, on_line, c);
        if (c->complaint.p)
                return ERR_INPUT;
        if (line == -1)
                return complain(c, "%s cannot be read.", path);
        return line ? complain(c, "%s: line %d cannot be understood.", path, line) : OK;
}

/* A name that is nearly one of ours is a mistake; others are left alone, because container systems
 * set some (TIDINGS_PORT, TIDINGS_SERVICE_HOST for a service called so). */
static enum err check_environment(struct config *c)
{
        enum { NEARLY = 2 };
        const struct str head = S("TIDINGS_");
        for (char **e = environ; *e; e++) {
                struct str rest = str_of(*e), name;
                const struct setting *nearest;
                if (!str_next(&rest, '=', &name) || !str_starts(name, head))
                        continue;
                struct str meant = str_lower(
                        &c->arena, str_replace(&c->arena, str_after(name, head.n), S("_"), S("-")));
                if (!find(meant, &nearest) && distance(meant, str_of(nearest->name)) <= NEARLY)
                        return complain(c, "%.*s: there is no such setting. Did you mean \"%s\"?",
                                        STR_ARG(name), nearest->name);
        }
        return OK;
}

static enum err read_environment(struct config *c)
{
        for (size_t i = 0; i < countof(table); i++) {
                char name[80] = "TIDINGS_";
                size_t n = strlen(name);
                for (const char *p = table[i].name; *p && n + 1 < sizeof name; p++)
                        name[n++] = (char)(*p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? *p - 32 : *p);
                name[n] = 0;
                const char *value = getenv(name); /* before any thread starts */
                if (value)
                        TRY(set(c, &table[i], str_of(value), name));
        }
        return check_environment(c);
}

static enum err check_listen(struct config *c)
{
        struct str listen = c->settings.listen;
        size_t colon = listen.n;
        int64_t port;
        while (colon && listen.p[colon - 1] != ':')
                colon--;
        if (str_starts(listen, S("unix:"))
                    ? listen.n > 5
                    : colon > 1 && str_to_i64(str_after(listen, colon), &port) && port >= 0 &&
                              port <= 65535)
                return OK;
        return complain(c,
                        "listen: \"%.*s\" is not an address and port like 127.0.0.1:8080, nor "
                        "unix:/path.",
                        STR_ARG(listen));
}

/* What follows from other settings, and what must fit together. */
static enum err complete(struct config *c)
{
        struct settings *s = &c->settings;
        struct url u;
        TRY(check_listen(c));
        if (!s->url.n && str_starts(s->listen, S("unix:")))
                return complain(
                        c, "url: the public address must be set when listening on a socket file.");
        if (!s->url.n)
                s->url = str_fmt(
                        &c->arena, "http://%.*s",
                        STR_ARG(str_replace(&c->arena, s->listen, S("127.0.0.1"), S("localhost"))));
        if (str_ends(s->url, S("/")))
                s->url.n--;
        if (!url_read(&c->arena, s->url, &u) || !url_is_http(&u) || u.path.n || u.has_query ||
            u.has_fragment)
                return complain(c, "url: \"%.*s\" is not an address like https://social.example.",
                                STR_ARG(s->url));
        s->url = url_origin(&c->arena, &u);
        s->https = str_eq(u.scheme, S("https"));
        s->host = url_host_port(&c->arena, &u);
        if (!s->account_domain.n)
                s->account_domain = s->host;
        if (!s->title.n)
                s->title = s->host;
        return OK;
}

enum err config_read(struct config *c, struct str file, const struct str_list *overrides)
{
        *c = (struct config){0};
        arena_open(&c->arena, 1 << 20);
        for (size_t i = 0; i < countof(table); i++)
                TRY(set(c, &table[i], str_of(table[i].value), "default"));
        if (file.p)
                TRY(read_file(c, file));
        else if (access("tidings.conf", R_OK) == 0)
                TRY(read_file(c, S("tidings.conf")));
        TRY(read_environment(c));
        for (size_t i = 0; i < overrides->n; i++) {
                struct str rest = overrides->v[i], name = STR_NONE;
                if (str_next(&rest, '=', &name))
                        TRY(set_named(c, name, rest.p ? rest : S(""), "command line"));
        }
        return complete(c);
}

static void print_value(const struct config *c, const struct setting *s, struct buf *out)
{
        const char *base = (const char *)&c->settings + s->at;
        switch (s->kind) {
        case TEXT:
                buf_add(out, *(const struct str *)(const void *)base);
                break;
        case SECRET:
                buf_add(out, ((const struct str *)(const void *)base)->n ? S("(set, not shown)")
                                                                         : S(""));
                break;
        case FLAG:
                buf_add(out, *(const bool *)base ? S("yes") : S("no"));
                break;
        case NUMBER:
        case SIZE:
                buf_add_i64(out, *(const int64_t *)(const void *)base);
                break;
        case LIST: {
                const struct str_list *l = (const struct str_list *)(const void *)base;
                for (size_t i = 0; i < l->n; i++)
                        buf_addf(out, "%s%.*s", i ? ", " : "", STR_ARG(l->v[i]));
                break;
        }
        case REGISTRATION:
                buf_add(out,
                        str_of(registration_names[*(const enum registration *)(const void *)base]));
                break;
        case SHOWN:
                buf_add(out, str_of(shown_names[*(const enum shown *)(const void *)base]));
                break;
        }
}

void config_print(const struct config *c, struct buf *out)
{
        for (size_t i = 0; i < countof(table); i++) {
                buf_addf(out, "%s = ", table[i].name);
                print_value(c, &table[i], out);
                buf_add_char(out, '\n');
        }
}

void config_print_reference(struct buf *out)
{
        buf_add(out, S("# Settings\n\nOne file, `tidings.conf`, `name = value`. Each is also read "
                       "from the environment\n"
                       "(`rate-limits` is `TIDINGS_RATE_LIMITS`) and can be given as `--set "
                       "name=value`; the command line\n"
                       "wins over the environment, the environment over the file.\n\n"
                       "| Setting | Default | What it does, and why |\n| --- | --- | --- |\n"));
        for (size_t i = 0; i < countof(table); i++)
                buf_addf(out, "| `%s` | %s%s%s | %s |\n", table[i].name,
                         table[i].value[0] ? "`" : "", table[i].value,
                         table[i].value[0] ? "`" : "none", table[i].reason);
}

void config_close(struct config *c)
{
        arena_close(&c->arena);
}
