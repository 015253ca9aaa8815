/* What moderators do with reports: see report.h. Called by their pages, by the admin API, and by
 * moderation.c when an act answers a report. */
#include "lib/base/id.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "social/audit.h"
#include "social/ids.h"
#include "social/page_run.h"
#include "social/report.h"

enum { NOTES_MOST = 100, NOTE_MAX = 2000, OPEN_MOST = 1000 };

#define COLUMNS                                                                                    \
        "id, account, target, posts, rules, category, comment, forwarded,"                         \
        " COALESCE(assigned, 0), COALESCE(resolved_at, 0), COALESCE(resolved_by, 0), created_at,"  \
        " updated_at, kind, first"
#define LETTERS "iiissssiiiiiisi"
static const struct stmt GET = {
        .name = "report_get",
        .text = "SELECT " COLUMNS " FROM report WHERE id = $1",
        .in = "i",
        .out = LETTERS,
};
/* $4: 0 open, 1 resolved, 2 both; $5 who reported, $6 who was reported. */
#define LIST_TEXT(where, order)                                                                    \
        "SELECT " COLUMNS " FROM report WHERE id > $1 AND id < $2 AND ($4 = 2 OR"                  \
        " (resolved_at IS NOT NULL) = ($4 = 1)) AND ($5 = 0 OR account = $5)"                      \
        " AND ($6 = 0 OR target = $6)" where " ORDER BY id " order " LIMIT $3"
static const struct stmt LIST = {
        .name = "report_list", .text = LIST_TEXT("", "DESC"), .in = "iiiiii", .out = LETTERS};
static const struct stmt LIST_UP = {
        .name = "report_list_up", .text = LIST_TEXT("", "ASC"), .in = "iiiiii", .out = LETTERS};
/* The open ones have an index of their own: they are few however many there were. */
static const struct stmt LIST_OPEN = {.name = "report_list_open",
                                      .text = LIST_TEXT(" AND resolved_at IS NULL", "DESC"),
                                      .in = "iiiiii",
                                      .out = LETTERS};
static const struct stmt LIST_OPEN_UP = {.name = "report_list_open_up",
                                         .text = LIST_TEXT(" AND resolved_at IS NULL", "ASC"),
                                         .in = "iiiiii",
                                         .out = LETTERS};
static const struct stmt LIST_FIRST = {
        .name = "report_list_first",
        .text = "SELECT " COLUMNS " FROM report WHERE first = 1 AND resolved_at IS NULL ORDER BY id"
                " LIMIT $1",
        .in = "i",
        .out = LETTERS,
        .scans = true, /* an index of those that wait alone */
};
static const struct stmt ASSIGN = {
        .name = "report_assign",
        .text = "UPDATE report SET assigned = $2, updated_at = $3 WHERE id = $1",
        .in = "iIi",
};
static const struct stmt RESOLVE = {
        .name = "report_resolve",
        .text = "UPDATE report SET resolved_at = $2, resolved_by = $3, updated_at = $4 WHERE id ="
                " $1",
        .in = "iIIi",
};
static const struct stmt SORT = {
        .name = "report_sort",
        .text = "UPDATE report SET category = $2, rules = $3, updated_at = $4 WHERE id = $1",
        .in = "issi",
};
static const struct stmt NOTE_ADD = {
        .name = "report_note_add",
        .text = "INSERT INTO report_note (id, report, account, text) VALUES ($1, $2, $3, $4)",
        .in = "iiIs",
};
static const struct stmt NOTES = {
        .name = "report_notes",
        .text = "SELECT id, COALESCE(account, 0), text FROM report_note WHERE report = $1"
                " ORDER BY id LIMIT $2",
        .in = "ii",
        .out = "iis",
};
static const struct stmt COUNT_OPEN = {
        .name = "report_count_open",
        .text = "SELECT count(*) FROM (SELECT 1 FROM report WHERE resolved_at IS NULL LIMIT $1)"
                " AS x",
        .in = "i",
        .out = "i",
        .scans = true, /* the index of the open ones, up to the limit */
};

static int64_t read_row(struct row *r, void *to)
{
        struct report *x = to;
        x->id = row_int(r);
        x->account = row_int(r);
        x->target = row_int(r);
        x->posts = row_str(r);
        x->rules = row_str(r);
        x->category = row_str(r);
        x->comment = row_str(r);
        x->forwarded = row_int(r) != 0;
        x->assigned = row_int(r);
        x->resolved_at = row_int(r);
        x->resolved_by = row_int(r);
        x->created_at = row_int(r);
        x->updated_at = row_int(r);
        x->kind = row_str(r);
        x->first = row_int(r) != 0;
        return x->id;
}

enum err report_get(struct cx *cx, int64_t id, struct report **ret)
{
        struct row r;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(id)), &r));
        *ret = make(cx->arena, struct report);
        read_row(&r, *ret);
        return row_end(&r);
}

enum err report_list(struct cx *cx, const struct report_filter *f, struct page *page,
                     struct report **ret, size_t *n)
{
        bool open = f->resolved == TRI_FALSE, up = page_up(page);
        const struct stmt *s = open ? up ? &LIST_OPEN_UP : &LIST_OPEN : up ? &LIST_UP : &LIST;
        int resolved = open ? 0 : f->resolved == TRI_TRUE ? 1 : 2;
        struct report *v = make_n(cx->arena, (size_t)page->limit, struct report);
        TRY(page_rows(cx, page, s,
                      BIND(V(page_above(page)), V(page_below(page)), V(page->limit), V(resolved),
                           V(f->account), V(f->target)),
                      read_row, v, sizeof *v, n));
        *ret = v;
        return OK;
}

enum err report_list_first(struct cx *cx, int64_t limit, struct report **ret, size_t *n)
{
        struct report *v = make_n(cx->arena, (size_t)limit, struct report);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &LIST_FIRST, cx->arena, BIND(V(limit)), &r));
        while (*n < (size_t)limit && row_next(&r))
                read_row(&r, &v[(*n)++]);
        *ret = v;
        return row_end(&r);
}

static enum err note_act(struct cx *cx, const struct viewer *by, const char *act,
                         const struct report *r)
{
        return audit_note(cx, by, act, r->target, str_int(cx->arena, r->id));
}

enum err report_assign(struct cx *cx, const struct viewer *by, int64_t id, bool to_me)
{
        struct report *r;
        TRY(report_get(cx, id, &r));
        TRY(db_run(cx->db, &ASSIGN, BIND(V(id), V_ID(to_me ? by->account : 0), V(cx_now(cx))),
                   NULL));
        return note_act(cx, by, to_me ? "report_assigned" : "report_unassigned", r);
}

enum err report_resolve(struct cx *cx, const struct viewer *by, int64_t id, bool resolved)
{
        struct report *r;
        TRY(report_get(cx, id, &r));
        if ((r->resolved_at != 0) == resolved)
                return OK;
        TRY(db_run(cx->db, &RESOLVE,
                   BIND(V(id), V_ID(resolved ? cx_now(cx) : 0), V_ID(resolved ? by->account : 0),
                        V(cx_now(cx))),
                   NULL));
        return note_act(cx, by, resolved ? "report_resolved" : "report_reopened", r);
}

enum err report_sort(struct cx *cx, const struct viewer *by, int64_t id, struct str category,
                     const struct id_list *rules)
{
        static const char *const known[] = {"other", "spam", "legal", "violation"};
        struct report *r;
        bool good = !category.n;
        TRY(report_get(cx, id, &r));
        for (size_t i = 0; i < countof(known); i++)
                good = good || str_eq(category, str_of(known[i]));
        if (!good)
                return fail_field(cx, "category", ERR_INPUT,
                                  "Validation failed: Category is not included in the list");
        struct str kept = rules->given ? ids_json_texts(cx->arena, rules->v, rules->n) : r->rules;
        if (category.n && !str_eq(category, S("violation")))
                kept = S("[]");
        TRY(db_run(cx->db, &SORT,
                   BIND(V(id), V(category.n ? category : r->category), V(kept), V(cx_now(cx))),
                   NULL));
        return note_act(cx, by, "report_sorted", r);
}

enum err report_note_add(struct cx *cx, const struct viewer *by, int64_t report, struct str text)
{
        struct report *r;
        TRY(report_get(cx, report, &r));
        if (!text_clean(cx->arena, text, &text) || !str_trim(text).n || utf8_count(text) > NOTE_MAX)
                return fail_field(cx, "note", ERR_INPUT, "A note has 1 to %d characters.",
                                  NOTE_MAX);
        return db_run(cx->db, &NOTE_ADD,
                      BIND(V(cx_id(cx)), V(r->id), V_ID(by->account), V(str_trim(text))), NULL);
}

enum err report_notes(struct cx *cx, int64_t report, struct report_note **ret, size_t *n)
{
        struct report_note *v = make_n(cx->arena, NOTES_MOST, struct report_note);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &NOTES, cx->arena, BIND(V(report), V(NOTES_MOST)), &r));
        while (*n < NOTES_MOST && row_next(&r)) {
                struct report_note *x = &v[(*n)++];
                x->id = row_int(&r);
                x->account = row_int(&r);
                x->text = row_str(&r);
                x->created_at = id_ms(x->id);
        }
        *ret = v;
        return row_end(&r);
}

enum err report_ids(struct cx *cx, struct str list, struct id_list *ret)
{
        const struct json_value *j;
        *ret = (struct id_list){0};
        if (json_read(cx->arena, list, NULL, &j, NULL) || j->type != JSON_ARRAY)
                return OK;
        ret->v = make_n(cx->arena, j->count + 1, int64_t);
        ret->given = true;
        for (const struct json_value *v = j->child; v; v = v->next)
                if (str_to_i64(json_text(v), &ret->v[ret->n]))
                        ret->n++;
        return OK;
}

enum err report_count_open(struct cx *cx, int64_t *ret)
{
        return db_int(cx->db, &COUNT_OPEN, BIND(V(OPEN_MOST)), ret);
}

static const struct stmt *const statements[] = {&GET,       &LIST_FIRST,   &LIST,   &LIST_UP,
                                                &LIST_OPEN, &LIST_OPEN_UP, &ASSIGN, &RESOLVE,
                                                &SORT,      &NOTE_ADD,     &NOTES,  &COUNT_OPEN};
const struct stmt_list REPORT_WORK_STATEMENTS = {statements, countof(statements)};
