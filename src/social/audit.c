/* What moderators did: see audit.h. Written by every verb of moderation, in its transaction, so
 * that nothing is done without a line; read by the pages. */
#include "social/audit.h"
#include "lib/base/id.h"
#include "lib/text/unicode.h"
#include "social/page_run.h"

static const struct stmt ADD = {
        .name = "audit_add",
        .text = "INSERT INTO audit (id, moderator, act, target, what) VALUES ($1, $2, $3, $4, $5)",
        .in = "iIsIs",
};
#define LIST_TEXT(where, order)                                                                    \
        "SELECT id, moderator, act, target, what FROM audit WHERE " where                          \
        " id > $1 AND id < $2 ORDER BY id " order " LIMIT $3"
static const struct stmt LIST = {
        .name = "audit_list", .text = LIST_TEXT("", "DESC"), .in = "iii", .out = "iIsIs"};
static const struct stmt LIST_UP = {
        .name = "audit_list_up", .text = LIST_TEXT("", "ASC"), .in = "iii", .out = "iIsIs"};
static const struct stmt LIST_BY = {.name = "audit_list_by",
                                    .text = LIST_TEXT("moderator = $4 AND", "DESC"),
                                    .in = "iiii",
                                    .out = "iIsIs"};
static const struct stmt LIST_BY_UP = {.name = "audit_list_by_up",
                                       .text = LIST_TEXT("moderator = $4 AND", "ASC"),
                                       .in = "iiii",
                                       .out = "iIsIs"};
static const struct stmt LIST_OF = {.name = "audit_list_of",
                                    .text = LIST_TEXT("target = $4 AND", "DESC"),
                                    .in = "iiii",
                                    .out = "iIsIs"};
static const struct stmt LIST_OF_UP = {.name = "audit_list_of_up",
                                       .text = LIST_TEXT("target = $4 AND", "ASC"),
                                       .in = "iiii",
                                       .out = "iIsIs"};

enum err audit_note(struct cx *cx, const struct viewer *by, const char *act, int64_t target,
                    struct str what)
{
        return db_run(cx->db, &ADD,
                      BIND(V(cx_id(cx)), V_ID(by->account), V(str_of(act)), V_ID(target),
                           V(what.p ? what : S(""))),
                      NULL);
}

enum err audit_text(struct cx *cx, const struct viewer *by, const char *act, struct str text)
{
        cx_event(cx, EVENT_INSTANCE, 0, 0);
        return audit_note(cx, by, act, 0, utf8_cut_count(text, 80));
}

static int64_t read_row(struct row *r, void *to)
{
        struct audit *a = to;
        a->id = row_int(r);
        a->created_at = id_ms(a->id);
        a->moderator = row_int(r);
        a->act = row_str(r);
        a->target = row_int(r);
        a->what = row_str(r);
        return a->id;
}

enum err audit_list(struct cx *cx, int64_t moderator, int64_t target, struct page *page,
                    struct audit **ret, size_t *n)
{
        static const struct stmt *const all[3][2] = {
                {&LIST, &LIST_UP}, {&LIST_BY, &LIST_BY_UP}, {&LIST_OF, &LIST_OF_UP}};
        int which = moderator ? 1 : target ? 2 : 0;
        struct audit *v = make_n(cx->arena, (size_t)page->limit, struct audit);
        struct value in[] = {V(page_above(page)), V(page_below(page)), V(page->limit),
                             V(moderator ? moderator : target)};
        TRY(page_rows(cx, page, all[which][page_up(page)], in, which ? 4 : 3, read_row, v,
                      sizeof *v, n));
        *ret = v;
        return OK;
}

static const struct stmt *const statements[] = {&LIST,    &LIST_UP,    &LIST_BY, &LIST_BY_UP,
                                                &LIST_OF, &LIST_OF_UP, &ADD};
const struct stmt_list AUDIT_STATEMENTS = {statements, countof(statements)};
