/* Warnings and appeals: see warning.h. Written by moderation.c; read by the person concerned and by
 * the moderators' pages. */
#include "social/warning.h"
#include "lib/text/unicode.h"
#include "social/mailing.h"
#include "social/notification.h"
#include "social/page_run.h"

#define COLUMNS                                                                                    \
        "id, account, COALESCE(moderator, 0), COALESCE(report, 0), created_at, act, text, posts,"  \
        " appeal_state, appeal, COALESCE(appealed_at, 0)"
#define LETTERS "iiiiiissisi"
static const struct stmt ADD = {
        .name = "warning_add",
        .text = "INSERT INTO warning (id, account, moderator, act, text, posts, report, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        .in = "iiIissIi",
};
static const struct stmt APPEAL = {
        .name = "warning_appeal",
        .text = "UPDATE warning SET appeal = $3, appeal_state = 1, appealed_at = $4"
                " WHERE id = $1 AND account = $2 AND appeal_state = 0",
        .in = "iisi",
};
static const struct stmt ANSWER = {
        .name = "warning_answer",
        .text = "UPDATE warning SET appeal_state = $2 WHERE id = $1 AND appeal_state = 1",
        .in = "ii",
};
static const struct stmt GET = {
        .name = "warning_get",
        .text = "SELECT " COLUMNS " FROM warning WHERE id = $1",
        .in = "i",
        .out = LETTERS,
};
#define LIST_TEXT(order)                                                                           \
        "SELECT " COLUMNS                                                                          \
        " FROM warning WHERE account = $1 AND id > $2 AND id < $3 ORDER BY id " order " LIMIT $4"
static const struct stmt LIST = {
        .name = "warning_list", .text = LIST_TEXT("DESC"), .in = "iiii", .out = LETTERS};
static const struct stmt LIST_UP = {
        .name = "warning_list_up", .text = LIST_TEXT("ASC"), .in = "iiii", .out = LETTERS};
static const struct stmt APPEALS = {
        .name = "warning_appeals",
        .text = "SELECT " COLUMNS " FROM warning WHERE appeal_state = 1 ORDER BY id LIMIT $1",
        .in = "i",
        .out = LETTERS,
        .scans = true, /* an index of what waits for a moderator alone */
};

static const char *const act_names[ACT_COUNT_] = {
        [ACT_NONE] = "none",
        [ACT_DISABLE] = "disable",
        [ACT_MARK_POSTS_SENSITIVE] = "mark_statuses_as_sensitive",
        [ACT_DELETE_POSTS] = "delete_statuses",
        [ACT_SENSITIVE] = "sensitive",
        [ACT_SILENCE] = "silence",
        [ACT_SUSPEND] = "suspend",
        [ACT_ASK_VEIL] = "ask_veil",
};

const char *moderation_act_name(enum moderation_act a)
{
        return act_names[a];
}

const char *moderation_act_known(enum moderation_act a)
{
        return act_names[a == ACT_ASK_VEIL ? ACT_NONE : a];
}

bool moderation_act_read(struct str name, enum moderation_act *ret)
{
        for (int i = 0; i < ACT_COUNT_; i++)
                if (str_eq(name, str_of(act_names[i]))) {
                        *ret = (enum moderation_act)i;
                        return true;
                }
        return false;
}

const char *warning_told(enum moderation_act act)
{
        static const char *const words[ACT_COUNT_] = {
                [ACT_NONE] = "A word from the moderators",
                [ACT_DISABLE] = "Your sign-in was ended",
                [ACT_MARK_POSTS_SENSITIVE] = "Photos of some posts are covered now",
                [ACT_DELETE_POSTS] = "Some posts were deleted",
                [ACT_SENSITIVE] = "All your photos are covered now",
                [ACT_SILENCE] = ("Your account is limited: only people who follow you meet what "
                                 "you write"),
                [ACT_SUSPEND] = "Your account was suspended",
                [ACT_ASK_VEIL] = "The moderators ask for a veil over photos of some posts",
        };
        return words[act];
}

/* Who was suspended or cannot sign in any more learns it by mail alone. */
static enum err mail_warning(struct cx *cx, const struct warning *w)
{
        bool in = w->act != ACT_SUSPEND && w->act != ACT_DISABLE;
        struct str contact = cx->settings->contact_email, how = S("");
        struct mailing m = {.account = w->account, .subject = S("A word from the moderators")};
        if (in)
                how = str_fmt(cx->arena,
                              "\n\nYou can read it, and ask them to look again, at %.*s/warnings",
                              STR_ARG(cx->settings->url));
        else if (contact.n)
                how = str_fmt(cx->arena, "\n\nIf you want them to look again, write to %.*s",
                              STR_ARG(contact));
        m.text = str_fmt(cx->arena, "%s.%s%.*s%.*s", warning_told(w->act), w->text.n ? "\n\n" : "",
                         STR_ARG(w->text), STR_ARG(how));
        return mailing_add(cx, &m, STR_NONE);
}

enum err warning_add(struct cx *cx, struct warning *w)
{
        w->id = cx_id(cx);
        w->created_at = cx_now(cx);
        TRY(db_run(cx->db, &ADD,
                   BIND(V(w->id), V(w->account), V_ID(w->moderator), V(w->act), V(w->text),
                        V(w->posts.n ? w->posts : S("[]")), V_ID(w->report), V(w->created_at)),
                   NULL));
        TRY(mail_warning(cx, w));
        return notification_add_about(cx, w->account, NOTIFICATION_WARNING, w->account, w->id);
}

enum err warning_appeal(struct cx *cx, int64_t account, int64_t id, struct str text)
{
        struct warning *w;
        int64_t changed;
        TRY(warning_get(cx, id, &w));
        if (w->account != account)
                return ERR_MISSING;
        if (!text_clean(cx->arena, text, &text) || !str_trim(text).n ||
            utf8_count(text) > APPEAL_TEXT_MAX)
                return fail_field(cx, "text", ERR_INPUT, "Write why, in at most %d characters.",
                                  APPEAL_TEXT_MAX);
        if (w->appeal_state != APPEAL_NONE)
                return fail(cx, ERR_INPUT, "You have asked them to look again already.");
        if (w->created_at < cx_now(cx) - (int64_t)APPEAL_DAYS * 24 * 3600 * 1000)
                return fail(cx, ERR_INPUT, "This is more than %d days ago.", APPEAL_DAYS);
        TRY(db_run(cx->db, &APPEAL, BIND(V(id), V(account), V(str_trim(text)), V(cx_now(cx))),
                   &changed));
        return changed ? OK : ERR_MISSING;
}

enum err warning_answer(struct cx *cx, int64_t id, bool approve)
{
        int64_t changed;
        TRY(db_run(cx->db, &ANSWER, BIND(V(id), V(approve ? APPEAL_APPROVED : APPEAL_REJECTED)),
                   &changed));
        return changed ? OK : ERR_MISSING;
}

static int64_t read_row(struct row *r, void *to)
{
        struct warning *w = to;
        w->id = row_int(r);
        w->account = row_int(r);
        w->moderator = row_int(r);
        w->report = row_int(r);
        w->created_at = row_int(r);
        w->act = (enum moderation_act)row_int(r);
        w->text = row_str(r);
        w->posts = row_str(r);
        w->appeal_state = (enum appeal_state)row_int(r);
        w->appeal = row_str(r);
        w->appealed_at = row_int(r);
        return w->id;
}

enum err warning_get(struct cx *cx, int64_t id, struct warning **ret)
{
        struct row r;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(id)), &r));
        *ret = make(cx->arena, struct warning);
        read_row(&r, *ret);
        return row_end(&r);
}

enum err warning_list(struct cx *cx, int64_t account, struct page *page, struct warning **ret,
                      size_t *n)
{
        struct warning *v = make_n(cx->arena, (size_t)page->limit, struct warning);
        TRY(page_rows(cx, page, page_up(page) ? &LIST_UP : &LIST,
                      BIND(V(account), V(page_above(page)), V(page_below(page)), V(page->limit)),
                      read_row, v, sizeof *v, n));
        *ret = v;
        return OK;
}

enum err warning_appeals(struct cx *cx, int64_t limit, struct warning **ret, size_t *n)
{
        struct warning *v = make_n(cx->arena, (size_t)limit, struct warning);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &APPEALS, cx->arena, BIND(V(limit)), &r));
        while (*n < (size_t)limit && row_next(&r))
                read_row(&r, &v[(*n)++]);
        *ret = v;
        return row_end(&r);
}

static const struct stmt *const statements[] = {&ADD,  &APPEAL,  &ANSWER, &GET,
                                                &LIST, &LIST_UP, &APPEALS};
const struct stmt_list WARNING_STATEMENTS = {statements, countof(statements)};
