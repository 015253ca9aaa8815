/* Custom emoji: found by the :shortcodes: in texts, and listed. Called by the API's renderers and
 * the emoji page. */
#include "social/emoji.h"
#include "lib/text/html.h"
#include "lib/text/json.h"
#include "social/far_file.h"

enum { FIND_MOST = 50, LIST_MOST = 5000 };

/* Only those with a picture: an address that does not load empties whole pages in some apps. */
#define FIND(names)                                                                                \
        "SELECT e.id, e.shortcode, e.file, e.still, e.category, e.visible, e.remote_url "          \
        "FROM " names " JOIN emoji e ON e.domain = $2 AND e.shortcode = names.value"               \
        " WHERE (e.file IS NOT NULL OR e.remote_url IS NOT NULL) AND e.off = 0"
static const struct stmt EMOJI_FIND = {
        .name = "emoji_find",
        .text = FIND("json_each($1) AS names"),
        .text_pg = FIND("(SELECT x AS value FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS "
                        "x) AS names"),
        .in = "ss",
        .out = "isSSSiS",
};

static const struct stmt EMOJI_LIST = {
        .name = "emoji_list",
        .text = "SELECT id, shortcode, file, still, category, visible, remote_url FROM emoji"
                " WHERE domain = '' AND file IS NOT NULL AND off = 0 ORDER BY shortcode LIMIT 5000",
        .out = "isSSSiS",
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

/* The next shortcode from *at; *at goes behind it. */
static bool next_name(struct str s, size_t *at, size_t *from, struct str *name)
{
        for (size_t i = *at; i < s.n;) {
                if (s.p[i] != ':') {
                        i++;
                        continue;
                }
                size_t start = ++i;
                while (i < s.n && code_byte(s.p[i]))
                        i++;
                if (i < s.n && s.p[i] == ':' && i - start >= 2 && i - start <= 64) {
                        *from = start - 1;
                        *name = str_cut(s, start, i - start);
                        *at = i + 1;
                        return true;
                }
        }
        return false;
}

/* A colon that ends one may begin the next: ":a:b:" names a and, where there is no a, b. */
static void find_names(struct str s, struct names *names)
{
        struct str name;
        for (size_t at = 0, from; next_name(s, &at, &from, &name); at--)
                add_name(names, name);
}

bool emoji_named(struct str text)
{
        size_t at = 0, from;
        struct str name;
        return next_name(text, &at, &from, &name);
}

static void read_emoji(struct cx *cx, struct row *r, struct emoji *e)
{
        int64_t id = row_int(r);
        e->shortcode = row_str(r);
        struct str file = row_str(r), still = row_str(r);
        e->category = row_str(r);
        e->visible = row_int(r) != 0;
        struct str elsewhere = row_str(r);
        if (elsewhere.n) {
                struct str path = far_path(cx, FAR_EMOJI, id, elsewhere);
                e->url = far_url(cx, path, FAR_FULL);
                e->static_url = far_url(cx, path, FAR_STILL);
                e->path = far_form_path(cx->arena, path, FAR_STILL);
                return;
        }
        e->url = media_url(cx, file);
        e->static_url = still.n ? media_url(cx, still) : e->url;
        e->path = str_join(cx->arena, S("/media/"), still.n ? still : file);
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
        TRY(db_all(cx->db, &EMOJI_FIND, cx->arena,
                   BIND(V(json_strings(cx->arena, names.v, names.n)), V(domain)), &r));
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

/* ---- pictures in text ---- */

static const struct emoji *named(const struct emoji_list *l, struct str name)
{
        for (size_t i = 0; i < l->n; i++)
                if (str_eq(l->v[i].shortcode, name))
                        return &l->v[i];
        return NULL;
}

static void put_picture(struct buf *b, const struct emoji *e)
{
        buf_add(b, S("<img class=\"emoji\" src=\""));
        html_escape(b, e->path);
        buf_add(b, S("\" alt=\":"));
        html_escape(b, e->shortcode);
        buf_add(b, S(":\" title=\":"));
        html_escape(b, e->shortcode);
        buf_add(b, S(":\" width=\"20\" height=\"20\" loading=\"lazy\">"));
}

static void put_text(struct buf *b, struct str text, const struct emoji_list *l, bool escape)
{
        size_t at = 0, from, done = 0;
        struct str name;
        while (next_name(text, &at, &from, &name)) {
                const struct emoji *e = named(l, name);
                if (!e) {
                        at--;
                        continue;
                }
                struct str before = str_cut(text, done, from - done);
                if (escape)
                        html_escape(b, before);
                else
                        buf_add(b, before);
                put_picture(b, e);
                done = at;
        }
        if (escape)
                html_escape(b, str_after(text, done));
        else
                buf_add(b, str_after(text, done));
}

static struct markup finish(struct arena *a, struct buf *b, struct markup otherwise)
{
        struct markup m = b->failed ? otherwise : (struct markup){str_dup(a, buf_str(b))};
        buf_free(b);
        return m;
}

struct markup emoji_in_markup(struct arena *a, struct markup m, const struct emoji_list *l)
{
        struct buf b = {0};
        struct str rest = m.html;
        if (!l || !l->n)
                return m;
        while (rest.n) {
                size_t text = str_find_char(rest, '<');
                put_text(&b, str_cut(rest, 0, text), l, false);
                rest = str_after(rest, text);
                size_t tag = str_find_char(rest, '>'); /* in attributes it is escaped */
                buf_add(&b, str_cut(rest, 0, tag + 1));
                rest = str_after(rest, tag + 1);
        }
        return finish(a, &b, m);
}

struct markup emoji_in_text(struct arena *a, struct str text, const struct emoji_list *l)
{
        static const struct emoji_list none = {0};
        struct buf b = {0};
        put_text(&b, text, l ? l : &none, true);
        return finish(a, &b, MARKUP_NONE);
}

static const struct stmt *const statements[] = {&EMOJI_FIND, &EMOJI_LIST};
const struct stmt_list EMOJI_STATEMENTS = {statements, countof(statements)};
