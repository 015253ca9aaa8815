/* Keeping the custom emoji of this server: see emoji.h. Called by the owner's page. */
#include "lib/text/unicode.h"
#include "social/audit.h"
#include "social/emoji.h"
#include "social/media_take.h"

enum { ROWS_MOST = 2000, CATEGORY_MAX = 60 };

static const struct stmt ROWS = {
        .name = "emoji_rows",
        .text = "SELECT id, shortcode, COALESCE(still, file), category, visible, off FROM emoji"
                " WHERE domain = '' AND file IS NOT NULL ORDER BY shortcode LIMIT $1",
        .in = "i",
        .out = "isSSii",
};
static const struct stmt TAKEN = {
        .name = "emoji_taken",
        .text = "SELECT id FROM emoji WHERE domain = '' AND shortcode = $1",
        .in = "s",
        .out = "i",
};
static const struct stmt ADD = {
        .name = "emoji_add",
        .text = "INSERT INTO emoji (id, shortcode, domain, file, still, type, category, updated_at)"
                " VALUES ($1, $2, '', $3, $4, $5, $6, $7)",
        .in = "issSsSi",
};
static const struct stmt CHANGE = {
        .name = "emoji_change",
        .text = "UPDATE emoji SET category = $2, visible = $3, off = $4, updated_at = $5"
                " WHERE id = $1 AND domain = '' RETURNING shortcode",
        .in = "iSiii",
        .out = "s",
};
static const struct stmt DROP = {
        .name = "emoji_drop",
        .text = "DELETE FROM emoji WHERE id = $1 AND domain = '' RETURNING shortcode, file, still",
        .in = "i",
        .out = "sSS",
};

enum err emoji_rows(struct cx *cx, struct emoji_row **ret, size_t *n)
{
        size_t room = 64, k = 0;
        struct emoji_row *v = make_n(cx->arena, room, struct emoji_row);
        struct row r;
        TRY(db_all(cx->db, &ROWS, cx->arena, BIND(V(ROWS_MOST)), &r));
        while (row_next(&r)) {
                if (k == room) {
                        struct emoji_row *more = make_n(cx->arena, room * 2, struct emoji_row);
                        memcpy(more, v, room * sizeof *v);
                        v = more;
                        room *= 2;
                }
                v[k].id = row_int(&r);
                v[k].shortcode = row_str(&r);
                v[k].path = str_join(cx->arena, S("/media/"), row_str(&r));
                v[k].category = row_str(&r);
                v[k].visible = row_int(&r) != 0;
                v[k++].off = row_int(&r) != 0;
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

static bool code_good(struct str s)
{
        bool good = s.n >= 2 && s.n <= 64;
        for (size_t i = 0; good && i < s.n; i++) {
                char c = s.p[i];
                good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_';
        }
        return good;
}

enum err emoji_check(struct cx *cx, struct str shortcode)
{
        struct row r;
        bool found;
        if (!code_good(shortcode))
                return fail_field(cx, "shortcode", ERR_INPUT,
                                  "A name has 2 to 64 letters, digits and _.");
        TRY(db_find(cx->db, &TAKEN, NULL, BIND(V(shortcode)), &r, &found));
        if (!found)
                return OK;
        row_int(&r);
        TRY(row_end(&r));
        return fail_field(cx, "shortcode", ERR_INPUT, "There is an emoji of this name already.");
}

static enum err clean_category(struct cx *cx, struct str given, struct str *ret)
{
        if (!name_clean(cx->arena, given.p ? given : S(""), ret) || utf8_count(*ret) > CATEGORY_MAX)
                return fail_field(cx, "category", ERR_INPUT,
                                  "A group's name has at most %d characters.", CATEGORY_MAX);
        if (!ret->n)
                *ret = STR_NONE;
        return OK;
}

static enum err changed(struct cx *cx, const struct viewer *by, const char *act, struct str name)
{
        cx_event(cx, EVENT_EVERYTHING, 0, 0); /* kept renderings name them */
        return audit_note(cx, by, act, 0, str_fmt(cx->arena, ":%.*s:", STR_ARG(name)));
}

enum err emoji_add(struct cx *cx, const struct viewer *by, const struct emoji_draft *d)
{
        struct str category;
        TRY(emoji_check(cx, d->shortcode));
        TRY(clean_category(cx, d->category, &category));
        TRY(db_run(cx->db, &ADD,
                   BIND(V(cx_id(cx)), V(d->shortcode), V(d->file),
                        V(d->still.n ? d->still : STR_NONE), V(d->type), V(category),
                        V(cx_now(cx))),
                   NULL));
        return changed(cx, by, "emoji_added", d->shortcode);
}

enum err emoji_change(struct cx *cx, const struct viewer *by, int64_t id, struct str category,
                      bool visible, bool off)
{
        struct row r;
        TRY(clean_category(cx, category, &category));
        TRY(db_one(cx->db, &CHANGE, cx->arena,
                   BIND(V(id), V(category), V(visible), V(off), V(cx_now(cx))), &r));
        struct str name = row_str(&r);
        TRY(row_end(&r));
        return changed(cx, by, "emoji_changed", name);
}

enum err emoji_drop(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct row r;
        TRY(db_one(cx->db, &DROP, cx->arena, BIND(V(id)), &r));
        struct str name = row_str(&r), file = row_str(&r), still = row_str(&r);
        TRY(row_end(&r));
        if (file.n)
                TRY(media_trash(cx, file));
        if (still.n && !str_eq(still, file))
                TRY(media_trash(cx, still));
        return changed(cx, by, "emoji_deleted", name);
}

static const struct stmt *const statements[] = {&ROWS, &TAKEN, &ADD, &CHANGE, &DROP};
const struct stmt_list EMOJI_KEEP_STATEMENTS = {statements, countof(statements)};
