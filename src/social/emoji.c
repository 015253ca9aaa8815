/* Custom emoji: found by the :shortcodes: in texts, and listed. Called by the API's renderers and
 * the emoji page. */
#include "social/emoji.h"
#include "lib/text/json.h"

enum { FIND_MOST = 50, LIST_MOST = 5000 };

/* Only those whose picture is in our store: an address that does not load empties whole pages in
 * some apps. */
#define FIND(names)                                                                                \
        "SELECT e.shortcode, e.file, e.still, e.category, e.visible FROM " names                   \
        " JOIN emoji e ON e.domain = $2 AND e.shortcode = names.value WHERE e.file IS NOT NULL"
static const struct stmt EMOJI_FIND = {
        .name = "emoji_find",
        .text = FIND("json_each($1) AS names"),
        .text_pg = FIND("(SELECT x AS value FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS "
                        "x) AS names"),
        .in = "ss",
        .out = "ssSSi",
};

static const struct stmt EMOJI_LIST = {
        .name = "emoji_list",
        .text = "SELECT shortcode, file, still, category, visible FROM emoji WHERE domain = '' AND "
                "file IS NOT NULL"
                " ORDER BY shortcode LIMIT 5000",
        .out = "ssSSi",
};

static bool code_byte(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
}

struct names {
        struct str v[FIND_MOST];
        size_t n;
};

static void add_name(struct names *names, struct str name)
{
        for (size_t i = 0; i < names->n; i++)
                if (str_eq(names->v[i], name))
                        return;
        if (names->n < FIND_MOST)
                names->v[names->n++] = name;
}

static void find_names(struct str s, struct names *names)
{
        for (size_t i = 0; i < s.n;) {
                if (s.p[i] != ':') {
                        i++;
                        continue;
                }
                size_t from = ++i;
                while (i < s.n && code_byte(s.p[i]))
                        i++;
                if (i < s.n && s.p[i] == ':' && i - from >= 2 && i - from <= 64)
                        add_name(names, str_cut(s, from, i - from));
        }
}

static void read_emoji(struct cx *cx, struct row *r, struct emoji *e)
{
        e->shortcode = row_str(r);
        e->url = media_url(cx, row_str(r));
        struct str still = row_str(r);
        e->static_url = still.n ? media_url(cx, still) : e->url;
        e->category = row_str(r);
        e->visible = row_int(r) != 0;
}

static struct str names_json(struct cx *cx, const struct names *names)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_array(&j, NULL);
        for (size_t i = 0; i < names->n; i++)
                json_str(&j, NULL, names->v[i]);
        json_end(&j);
        struct str s = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return s;
}

enum err emoji_find(struct cx *cx, struct str domain, const struct str *texts, size_t n_texts,
                    struct emoji **ret, size_t *n)
{
        struct names names = {.n = 0};
        for (size_t i = 0; i < n_texts; i++)
                find_names(texts[i], &names);
        *ret = NULL;
        *n = 0;
        if (!names.n)
                return OK;
        struct emoji *v = make_n(cx->arena, names.n, struct emoji);
        struct row r;
        TRY(db_all(cx->db, &EMOJI_FIND, cx->arena, BIND(V(names_json(cx, &names)), V(domain)), &r));
        while (*n < names.n && row_next(&r))
                read_emoji(cx, &r, &v[(*n)++]);
        *ret = v;
        return row_end(&r);
}

enum err emoji_list(struct cx *cx, struct emoji **ret, size_t *n)
{
        size_t k = 0, room = 64;
        struct emoji *v = make_n(cx->arena, room, struct emoji);
        struct row r;
        TRY(db_all(cx->db, &EMOJI_LIST, cx->arena, NO_BIND, &r));
        while (k < LIST_MOST && row_next(&r)) {
                if (k == room) {
                        struct emoji *more = make_n(cx->arena, room * 2, struct emoji);
                        memcpy(more, v, room * sizeof *v);
                        v = more;
                        room *= 2;
                }
                read_emoji(cx, &r, &v[k++]);
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

static const struct stmt *const statements[] = {&EMOJI_FIND, &EMOJI_LIST};
const struct stmt_list EMOJI_STATEMENTS = {statements, countof(statements)};
