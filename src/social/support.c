/* Support services, and the words beneath hard news: see support.h. Called by their pages, the
 * owner's pages and the comment form. */
#include "social/support.h"
#include "lib/text/language.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include "social/audit.h"

static const struct stmt SUPPORT_LIST = {
        .name = "support_list",
        .text = "SELECT id, language, country, name, words, phone, link, hours FROM support ORDER "
                "BY CASE WHEN language = $1 THEN 0 ELSE 1 END, language, country, position, id "
                "LIMIT $2",
        .in = "si",
        .out = "isssssss",
        .scans = true, /* some rows, written by the administrator */
};
static const struct stmt SUPPORT_ANY = {
        .name = "support_any",
        .text = "SELECT CASE WHEN EXISTS (SELECT 1 FROM support) THEN 1 ELSE 0 END",
        .out = "i",
        .scans = true, /* its first row */
};
static const struct stmt SUPPORT_ADD = {
        .name = "support_add",
        .text = "INSERT INTO support (id, language, country, name, words, phone, link, hours, "
                "position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $1)",
        .in = "isssssss",
};
static const struct stmt SUPPORT_CHANGE = {
        .name = "support_change",
        .text = "UPDATE support SET language = $2, country = $3, name = $4, words = $5, phone = "
                "$6, link = $7, hours = $8 WHERE id = $1",
        .in = "isssssss",
};
static const struct stmt SUPPORT_DROP = {
        .name = "support_drop",
        .text = "DELETE FROM support WHERE id = $1 RETURNING name",
        .in = "i",
        .out = "s",
};

enum err support_list(struct cx *cx, struct str language, struct support **ret, size_t *n)
{
        struct row r;
        struct support *v = make_n(cx->arena, SUPPORT_MAX, struct support);
        size_t k = 0;
        TRY(db_all(cx->db, &SUPPORT_LIST, cx->arena,
                   BIND(V(language.p ? language : S("")), V(SUPPORT_MAX)), &r));
        while (k < SUPPORT_MAX && row_next(&r)) {
                v[k].id = row_int(&r);
                v[k].language = row_str(&r);
                v[k].country = row_str(&r);
                v[k].name = row_str(&r);
                v[k].words = row_str(&r);
                v[k].phone = row_str(&r);
                v[k].link = row_str(&r);
                v[k++].hours = row_str(&r);
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

enum err support_any(struct cx *cx, bool *ret)
{
        struct row r;
        TRY(db_one(cx->db, &SUPPORT_ANY, NULL, NO_BIND, &r));
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

/* Parameters that only say where somebody comes from. */
static bool follows_people(struct str name)
{
        static const char *const exact[] = {
                "fbclid",  "gclid",    "gclsrc",  "dclid",       "gbraid",    "wbraid", "msclkid",
                "yclid",   "twclid",   "ttclid",  "igshid",      "igsh",      "mc_cid", "mc_eid",
                "ref",     "ref_src",  "ref_url", "si",          "_hsenc",    "_hsmi",  "mkt_tok",
                "vero_id", "wickedid", "s_cid",   "campaign_id", "li_fat_id", "epik",   "srsltid",
        };
        if (str_starts_nocase(name, S("utm_")) || str_starts_nocase(name, S("pk_")) ||
            str_starts_nocase(name, S("mtm_")))
                return true;
        for (size_t i = 0; i < countof(exact); i++)
                if (str_eq_nocase(name, str_of(exact[i])))
                        return true;
        return false;
}

struct str support_clean_link(struct arena *a, struct str link)
{
        size_t hash = str_find_char(link, '#');
        struct str tail = str_after(link, hash), whole = str_cut(link, 0, hash);
        size_t mark = str_find_char(whole, '?');
        struct str head = str_cut(whole, 0, mark), rest = str_after(whole, mark + 1), part;
        struct str kept = S("");
        while (rest.n && str_next(&rest, '&', &part)) {
                if (!part.n || follows_people(str_cut(part, 0, str_find_char(part, '='))))
                        continue;
                kept = str_fmt(a, "%.*s%c%.*s", STR_ARG(kept), kept.n ? '&' : '?', STR_ARG(part));
        }
        return str_fmt(a, "%.*s%.*s%.*s", STR_ARG(head), STR_ARG(kept), STR_ARG(tail));
}

static enum err check_text(struct cx *cx, const char *field, const char *what, struct str *text,
                           int64_t most, bool needed)
{
        if (!text_clean(cx->arena, str_trim(text->p ? *text : S("")), text) ||
            utf8_count(*text) > (size_t)most || (needed && !text->n))
                return fail_field(cx, field, ERR_INPUT, "%s has %s%lld characters.", what,
                                  needed ? "1 to " : "at most ", (long long)most);
        return OK;
}

static enum err check_language(struct cx *cx, struct str language)
{
        struct str clean;
        if (!language_read(cx->arena, language, &clean) || !str_eq(clean, language))
                return fail_field(cx, "language", ERR_INPUT, "There is no such language.");
        return OK;
}

static enum err check(struct cx *cx, struct support *s, bool *cleaned)
{
        struct url u;
        TRY(check_language(cx, s->language));
        TRY(check_text(cx, "country", "A country", &s->country, SUPPORT_SHORT_MAX, true));
        TRY(check_text(cx, "name", "A name", &s->name, SUPPORT_NAME_MAX, true));
        TRY(check_text(cx, "words", "What it says", &s->words, SUPPORT_WORDS_MAX, false));
        TRY(check_text(cx, "phone", "A phone number", &s->phone, SUPPORT_SHORT_MAX, false));
        TRY(check_text(cx, "hours", "When one can call", &s->hours, SUPPORT_SHORT_MAX, false));
        TRY(check_text(cx, "link", "A link", &s->link, SUPPORT_LINK_MAX, false));
        *cleaned = false;
        if (!s->link.n)
                return s->phone.n || s->words.n
                               ? OK
                               : fail_field(cx, "phone", ERR_INPUT,
                                            "Give a phone number, a link or some words.");
        if (!url_read(cx->arena, s->link, &u) || !url_is_http(&u))
                return fail_field(cx, "link", ERR_INPUT,
                                  "A link begins with https:// and names a site.");
        struct str clean = support_clean_link(cx->arena, s->link);
        *cleaned = !str_eq(clean, s->link);
        s->link = clean;
        return OK;
}

enum err support_save(struct cx *cx, const struct viewer *by, struct support *s, bool *cleaned)
{
        struct support *all;
        size_t n;
        int64_t rows = 1;
        TRY(check(cx, s, cleaned));
        TRY(support_list(cx, s->language, &all, &n));
        if (!s->id && n >= SUPPORT_MAX)
                return fail(cx, ERR_INPUT, "There can be at most %d of them.", SUPPORT_MAX);
        bool new = !s->id;
        if (new)
                s->id = cx_id(cx);
        TRY(db_run(cx->db, new ? &SUPPORT_ADD : &SUPPORT_CHANGE,
                   BIND(V(s->id), V(s->language), V(s->country), V(s->name), V(s->words),
                        V(s->phone), V(s->link), V(s->hours)),
                   &rows));
        return rows ? audit_text(cx, by, "support_written", s->name) : ERR_MISSING;
}

enum err support_drop(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct row r;
        TRY(db_one(cx->db, &SUPPORT_DROP, cx->arena, BIND(V(id)), &r));
        struct str name = row_str(&r);
        TRY(row_end(&r));
        return audit_text(cx, by, "support_deleted", name);
}

/* ---- beneath hard news ---- */

static const struct stmt GENTLE_GET = {
        .name = "gentle_get",
        .text = "SELECT suggestions, helpful, leave_out FROM gentle WHERE language = $1",
        .in = "s",
        .out = "sss",
};
static const struct stmt GENTLE_LANGUAGES = {
        .name = "gentle_languages",
        .text = "SELECT language FROM gentle ORDER BY language LIMIT 200",
        .out = "s",
        .scans = true, /* a row for each language that the administrator writes */
};
static const struct stmt GENTLE_PUT = {
        .name = "gentle_put",
        .text = "INSERT INTO gentle (language, suggestions, helpful, leave_out) VALUES ($1, $2, "
                "$3, $4) ON CONFLICT (language) DO UPDATE SET suggestions = $2, helpful = $3, "
                "leave_out = $4",
        .in = "ssss",
};
static const struct stmt GENTLE_DROP = {
        .name = "gentle_drop",
        .text = "DELETE FROM gentle WHERE language = $1",
        .in = "s",
};

static struct str_list lines_of(struct arena *a, struct str text)
{
        struct str_list l = {make_n(a, GENTLE_LINES_MAX, struct str), 0};
        struct str rest = text, line;
        while (l.n < GENTLE_LINES_MAX && str_next(&rest, '\n', &line)) {
                line = str_trim(line);
                if (line.n)
                        l.v[l.n++] = line;
        }
        return l;
}

enum err gentle_of(struct cx *cx, struct str language, struct gentle *ret)
{
        struct row r;
        bool found;
        *ret = (struct gentle){0};
        if (!language.n)
                return OK;
        TRY(db_find(cx->db, &GENTLE_GET, cx->arena, BIND(V(language)), &r, &found));
        if (!found)
                return OK;
        ret->language = language;
        ret->suggestions = lines_of(cx->arena, row_str(&r));
        ret->helpful = lines_of(cx->arena, row_str(&r));
        ret->leave_out = lines_of(cx->arena, row_str(&r));
        return row_end(&r);
}

enum err gentle_get(struct cx *cx, struct str post_language, struct str locale, struct gentle *ret)
{
        const struct str tries[] = {
                post_language,
                str_cut(post_language, 0, str_find_char(post_language, '-')),
                locale,
                str_cut(locale, 0, str_find_char(locale, '-')),
                cx->settings->language,
                S("en"),
        };
        *ret = (struct gentle){0};
        for (size_t i = 0; i < countof(tries) && !ret->language.n; i++)
                TRY(gentle_of(cx, tries[i], ret));
        return OK;
}

enum err gentle_languages(struct cx *cx, struct str_list *ret)
{
        enum { MOST = 200 };
        return db_texts(cx->db, &GENTLE_LANGUAGES, cx->arena, NO_BIND, MOST, ret);
}

static enum err check_lines(struct cx *cx, const char *field, struct str *text)
{
        struct str all = S(""), clean;
        size_t most = (size_t)GENTLE_LINES_MAX * GENTLE_LINE_MAX * 4, lines = 0;
        struct str rest = text->p ? *text : S(""), line;
        if (rest.n > most)
                return fail_field(cx, field, ERR_INPUT, "That is too long.");
        while (str_next(&rest, '\n', &line)) {
                if (!text_clean(cx->arena, str_trim(line), &clean) ||
                    utf8_count(clean) > GENTLE_LINE_MAX)
                        return fail_field(cx, field, ERR_INPUT, "A line has at most %d characters.",
                                          GENTLE_LINE_MAX);
                if (!clean.n)
                        continue;
                if (++lines > GENTLE_LINES_MAX)
                        return fail_field(cx, field, ERR_INPUT, "At most %d lines.",
                                          GENTLE_LINES_MAX);
                all = all.n ? str_fmt(cx->arena, "%.*s\n%.*s", STR_ARG(all), STR_ARG(clean))
                            : clean;
        }
        *text = all;
        return OK;
}

enum err gentle_save(struct cx *cx, const struct viewer *by, struct str language,
                     struct str suggestions, struct str helpful, struct str leave_out)
{
        TRY(check_language(cx, language));
        TRY(check_lines(cx, "suggestions", &suggestions));
        TRY(check_lines(cx, "helpful", &helpful));
        TRY(check_lines(cx, "leave_out", &leave_out));
        if (suggestions.n || helpful.n || leave_out.n)
                TRY(db_run(cx->db, &GENTLE_PUT,
                           BIND(V(language), V(suggestions), V(helpful), V(leave_out)), NULL));
        else
                TRY(db_run(cx->db, &GENTLE_DROP, BIND(V(language)), NULL));
        return audit_text(cx, by, "gentle_written", language);
}

static const struct stmt *const statements[] = {
        &SUPPORT_LIST, &SUPPORT_ANY, &SUPPORT_ADD,      &SUPPORT_CHANGE, &SUPPORT_DROP,
        &GENTLE_GET,   &GENTLE_PUT,  &GENTLE_LANGUAGES, &GENTLE_DROP,
};
const struct stmt_list SUPPORT_STATEMENTS = {statements, countof(statements)};
