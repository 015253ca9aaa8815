/* Block lists of servers out and in: see server_list.h. Called by the moderators' page and the
 * command line. */
#include "social/server_list.h"
#include "lib/text/csv.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include "social/audit.h"

enum { COLUMNS = 6, PAGE = 200 };
enum column { DOMAIN, SEVERITY, NO_MEDIA, NO_REPORTS, COMMENT, OBFUSCATE };

static const char *const headings[COLUMNS] = {
        [DOMAIN] = "#domain",          [SEVERITY] = "#severity",
        [NO_MEDIA] = "#reject_media",  [NO_REPORTS] = "#reject_reports",
        [COMMENT] = "#public_comment", [OBFUSCATE] = "#obfuscate"};
static const char *const severities[] = {
        [SERVER_FINE] = "noop", [SERVER_LIMITED] = "silence", [SERVER_REFUSED] = "suspend"};

/* ---- out ---- */

static void put_row(struct buf *out, const struct server_policy_row *p)
{
        buf_addf(out, "%.*s,%s,%s,%s,", STR_ARG(p->domain), severities[p->policy.severity],
                 p->policy.no_media ? "True" : "False", p->policy.no_reports ? "True" : "False");
        csv_put(out, p->public_comment);
        buf_addf(out, ",%s\n", p->obfuscate ? "True" : "False");
}

enum err server_list_export(struct cx *cx, struct buf *out)
{
        struct page page = {.limit = PAGE};
        struct server_policy_row *v;
        size_t n;
        for (int i = 0; i < COLUMNS; i++)
                buf_addf(out, "%s%s", i ? "," : "", headings[i]);
        buf_add_char(out, '\n');
        do {
                struct page next = {.limit = PAGE, .max_id = page.oldest};
                TRY(server_policy_list(cx, SERVER_POLICY_BLOCKS, STR_NONE, &next, &v, &n));
                for (size_t i = 0; i < n; i++)
                        put_row(out, &v[i]);
                page = next;
        } while (page.more);
        return out->failed ? ERR_FAULT : OK;
}

/* ---- in ---- */

struct importing {
        struct cx *cx;
        const struct viewer *by;
        int place[COLUMNS]; /* of each column in a row; -1: it is not there */
        struct server_import *count;
};

static bool read_heading(struct importing *m, const struct str *fields, size_t n)
{
        bool any = false;
        for (int c = 0; c < COLUMNS; c++) {
                m->place[c] = -1;
                for (size_t i = 0; i < n; i++)
                        if (str_eq_nocase(fields[i], str_of(headings[c])) ||
                            str_eq_nocase(fields[i], str_of(headings[c] + 1))) {
                                m->place[c] = (int)i;
                                any = true;
                        }
        }
        return any && m->place[DOMAIN] >= 0;
}

static struct str get(const struct importing *m, const struct str *fields, size_t n, enum column c)
{
        int at = m->place[c];
        return at >= 0 && (size_t)at < n ? fields[at] : STR_NONE;
}

static bool yes(struct str s)
{
        return str_eq_nocase(s, S("true")) || str_eq_nocase(s, S("yes")) || str_eq(s, S("1"));
}

static bool read_severity(struct str s, enum server_severity *ret)
{
        *ret = SERVER_REFUSED; /* a bare name */
        for (size_t i = 0; s.n && i < countof(severities); i++)
                if (str_eq_nocase(s, str_of(severities[i]))) {
                        *ret = (enum server_severity)i;
                        return true;
                }
        return !s.n;
}

/* The stricter of what is here and what the file says; false when nothing changes. */
static bool merge(struct server_policy_row *here, const struct server_policy *there)
{
        struct server_policy was = here->policy;
        if (there->severity > here->policy.severity)
                here->policy.severity = there->severity;
        here->policy.no_media = was.no_media || there->no_media;
        here->policy.no_reports = was.no_reports || there->no_reports;
        return here->policy.severity != was.severity || here->policy.no_media != was.no_media ||
               here->policy.no_reports != was.no_reports;
}

static enum err take_row(struct importing *m, const struct str *fields, size_t n)
{
        struct server_policy there = {.no_media = yes(get(m, fields, n, NO_MEDIA)),
                                      .no_reports = yes(get(m, fields, n, NO_REPORTS))};
        struct str name = get(m, fields, n, DOMAIN), domain;
        struct server_policy_row *row;
        int64_t id;
        if (!read_severity(get(m, fields, n, SEVERITY), &there.severity) ||
            !host_to_ascii(m->cx->arena, name, &domain) || !str_has_char(domain, '.')) {
                m->count->bad++;
                return OK;
        }
        enum err e = server_policy_by_domain(m->cx, domain, &row);
        if (e && e != ERR_MISSING)
                return e;
        if (e) {
                row = make(m->cx->arena, struct server_policy_row);
                row->domain = domain;
                row->obfuscate = yes(get(m, fields, n, OBFUSCATE));
        }
        if (!merge(row, &there)) {
                m->count->kept++;
                return OK;
        }
        if (!row->public_comment.n)
                row->public_comment = utf8_cut_count(get(m, fields, n, COMMENT), 2000);
        e = server_policy_set(m->cx, row, &id);
        if (e && e != ERR_INPUT)
                return e;
        (*(e ? &m->count->bad : &m->count->taken))++; /* our own name is in no list of ours */
        return OK;
}

enum err server_list_import(struct cx *cx, const struct viewer *by, struct str text,
                            struct server_import *ret)
{
        struct importing m = {cx, by, {0, -1, -1, -1, -1, -1}, ret};
        struct str fields[32], rest = text;
        *ret = (struct server_import){0};
        if (text.n > SERVER_LIST_BYTES || !utf8_valid(text))
                return fail(cx, ERR_INPUT, "The list has to be a text of at most 1 MiB.");
        size_t n;
        for (int rows = 0; csv_row(cx->arena, &rest, fields, countof(fields), &n); rows++) {
                if (rows > SERVER_LIST_ROWS)
                        return fail(cx, ERR_INPUT, "A list has at most %d rows.", SERVER_LIST_ROWS);
                if (!rows && read_heading(&m, fields, n))
                        continue;
                if (!rows)
                        m.place[DOMAIN] = 0;
                if (fields[0].n || n > 1)
                        TRY(take_row(&m, fields, n));
        }
        return audit_note(cx, by, "servers_imported", 0, str_int(cx->arena, ret->taken));
}
