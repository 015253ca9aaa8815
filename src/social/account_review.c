/* Finding accounts for moderators: see account_review.h. Each kind of list walks an index of its
 * own, newest first, and the rest of the filter judges the rows on the way. */
#include "social/account_review.h"
#include "social/page_run.h"

/* $3 limit; $4 how the name begins, $5 display name, $6 domain, $7 e-mail, $8 address, $9 staff,
 * $10 state. */
#define FILTER                                                                                     \
        "($4 = '' OR a.username_fold LIKE $4 || '%')"                                              \
        " AND ($5 = '' OR a.display_name LIKE '%' || $5 || '%')"                                   \
        " AND ($6 = '' OR a.domain = $6)"                                                          \
        " AND ($7 = '' OR l.email_fold LIKE '%' || $7 || '%')"                                     \
        " AND ($8 = '' OR EXISTS (SELECT 1 FROM session s WHERE s.account = a.id"                  \
        " AND s.address = $8)) AND ($9 = 0 OR l.role >= 1)"                                        \
        " AND CASE $10 WHEN 1 THEN a.suspended_at IS NULL AND a.silenced_at IS NULL"               \
        " AND COALESCE(l.disabled, 0) = 0 AND COALESCE(l.approved, 1) = 1"                         \
        " WHEN 2 THEN l.approved = 0 WHEN 3 THEN l.disabled = 1"                                   \
        " WHEN 4 THEN a.silenced_at IS NOT NULL WHEN 5 THEN a.suspended_at IS NOT NULL"            \
        " WHEN 6 THEN a.sensitized_at IS NOT NULL ELSE 1 = 1 END"
#define LIST_TEXT(where, order)                                                                    \
        "SELECT a.id FROM account a LEFT JOIN login l ON l.account = a.id WHERE " where            \
        " a.id > $1 AND a.id < $2 AND " FILTER " ORDER BY a.id " order " LIMIT $3"
#define LETTERS "iiisssssii"
static const struct stmt ALL = {
        .name = "review_all", .text = LIST_TEXT("", "DESC"), .in = LETTERS, .out = "i"};
static const struct stmt ALL_UP = {
        .name = "review_all_up", .text = LIST_TEXT("", "ASC"), .in = LETTERS, .out = "i"};
static const struct stmt HERE = {.name = "review_here",
                                 .text = LIST_TEXT("a.domain = '' AND", "DESC"),
                                 .in = LETTERS,
                                 .out = "i"};
static const struct stmt HERE_UP = {.name = "review_here_up",
                                    .text = LIST_TEXT("a.domain = '' AND", "ASC"),
                                    .in = LETTERS,
                                    .out = "i"};
static const struct stmt ELSEWHERE = {.name = "review_elsewhere",
                                      .text = LIST_TEXT("a.domain <> '' AND", "DESC"),
                                      .in = LETTERS,
                                      .out = "i"};
static const struct stmt ELSEWHERE_UP = {.name = "review_elsewhere_up",
                                         .text = LIST_TEXT("a.domain <> '' AND", "ASC"),
                                         .in = LETTERS,
                                         .out = "i"};
static const struct stmt LIMITED = {.name = "review_limited",
                                    .text = LIST_TEXT("a.silenced_at IS NOT NULL AND", "DESC"),
                                    .in = LETTERS,
                                    .out = "i"};
static const struct stmt LIMITED_UP = {.name = "review_limited_up",
                                       .text = LIST_TEXT("a.silenced_at IS NOT NULL AND", "ASC"),
                                       .in = LETTERS,
                                       .out = "i"};
static const struct stmt SUSPENDED = {.name = "review_suspended",
                                      .text = LIST_TEXT("a.suspended_at IS NOT NULL AND", "DESC"),
                                      .in = LETTERS,
                                      .out = "i"};
static const struct stmt SUSPENDED_UP = {.name = "review_suspended_up",
                                         .text = LIST_TEXT("a.suspended_at IS NOT NULL AND", "ASC"),
                                         .in = LETTERS,
                                         .out = "i"};

static const struct stmt COVERED = {
        .name = "review_covered",
        .text = "SELECT CASE WHEN sensitized_at IS NULL THEN 0 ELSE 1 END FROM account WHERE id ="
                " $1",
        .in = "i",
        .out = "i",
};

static const struct stmt *statement_of(const struct review_filter *f, bool up)
{
        bool here = f->origin == REVIEW_HERE || f->staff || f->email.n || f->address.n ||
                    f->state == REVIEW_WAITING || f->state == REVIEW_DISABLED;
        if (f->state == REVIEW_LIMITED && f->origin == REVIEW_ANYWHERE)
                return up ? &LIMITED_UP : &LIMITED;
        if (f->state == REVIEW_SUSPENDED && f->origin == REVIEW_ANYWHERE)
                return up ? &SUSPENDED_UP : &SUSPENDED;
        if (here)
                return up ? &HERE_UP : &HERE;
        if (f->origin == REVIEW_ELSEWHERE)
                return up ? &ELSEWHERE_UP : &ELSEWHERE;
        return up ? &ALL_UP : &ALL;
}

static struct str folded(struct cx *cx, struct str s)
{
        return s.n ? str_lower(cx->arena, str_cut(s, 0, 256)) : S("");
}

enum err review_list(struct cx *cx, const struct review_filter *f, struct page *page, int64_t **ret,
                     size_t *n)
{
        struct str name = str_starts(f->name, S("@")) ? str_after(f->name, 1) : f->name;
        struct str domain = f->domain;
        size_t at = str_find_char(name, '@');
        if (at < name.n) {
                domain = str_after(name, at + 1);
                name = str_cut(name, 0, at);
        }
        int64_t *v = make_n(cx->arena, (size_t)page->limit, int64_t);
        TRY(page_rows(cx, page, statement_of(f, page_up(page)),
                      BIND(V(page_above(page)), V(page_below(page)), V(page->limit),
                           V(folded(cx, name)), V(f->display.n ? f->display : S("")),
                           V(folded(cx, domain)), V(folded(cx, f->email)),
                           V(f->address.n ? f->address : S("")), V(f->staff), V(f->state)),
                      page_read_id, v, sizeof *v, n));
        *ret = v;
        return OK;
}

enum err review_get(struct cx *cx, int64_t id, struct review *ret)
{
        struct row r;
        *ret = (struct review){0};
        TRY(account_get(cx, id, &ret->account));
        TRY(db_one(cx->db, &COVERED, NULL, BIND(V(id)), &r));
        ret->covered = row_int(&r) != 0;
        TRY(row_end(&r));
        if (!account_is_local(ret->account))
                return OK;
        enum err e = login_get(cx, id, &ret->login);
        if (e)
                return e == ERR_MISSING ? OK : e;
        return session_list(cx, id, &ret->sessions, &ret->n_sessions);
}

static const struct stmt *const statements[] = {&ALL,     &ALL_UP,     &HERE,        &HERE_UP,
                                                &LIMITED, &LIMITED_UP, &ELSEWHERE,   &ELSEWHERE_UP,
                                                &COVERED, &SUSPENDED,  &SUSPENDED_UP};
const struct stmt_list ACCOUNT_REVIEW_STATEMENTS = {statements, countof(statements)};
