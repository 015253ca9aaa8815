/* Making reports: see report.h. What moderators do with them is in report_work.c. */
#include "social/report.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "social/account.h"
#include "social/ids.h"
#include "social/letter.h"
#include "social/notification.h"
#include "social/outbox_report.h"
#include "social/post.h"
#include "social/switches.h"

static const struct stmt ADD = {
        .name = "report_add",
        .text = "INSERT INTO report (id, account, target, posts, rules, category, comment, "
                "forwarded, created_at, updated_at, kind, first)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11)",
        .in = "iiissssiisi",
        .out = "",
};
static const struct stmt MODERATORS = {
        .name = "report_moderators",
        .text = "SELECT account FROM login WHERE role >= 1 AND disabled = 0",
        .in = "",
        .out = "i",
        .scans = true, /* one row a person here, on an act that is rare */
};

static const struct stmt LETTER_ADD = {
        .name = "report_letter_add",
        .text = "INSERT INTO report_letter (report, name, text, written_at) VALUES ($1, $2, $3, "
                "$4)",
        .in = "issi",
};
static const struct stmt LETTER = {
        .name = "report_letter",
        .text = "SELECT name, text, written_at FROM report_letter WHERE report = $1",
        .in = "i",
        .out = "ssi",
};

static enum err check_posts(struct cx *cx, const struct viewer *by, const struct report_draft *d)
{
        if (d->posts.n > REPORT_POSTS_MAX)
                return fail(cx, ERR_INPUT, "A report can name at most %d posts.", REPORT_POSTS_MAX);
        for (size_t i = 0; i < d->posts.n; i++) {
                struct post *p;
                TRY(post_get(cx, by, d->posts.v[i], &p));
                if (p->account != d->target)
                        return ERR_MISSING;
        }
        return OK;
}

static enum err tell_moderators(struct cx *cx, int64_t sender, int64_t report)
{
        int64_t ids[64];
        size_t n = 0;
        TRY(db_ints(cx->db, &MODERATORS, NO_BIND, ids, countof(ids), &n));
        for (size_t i = 0; i < n; i++)
                TRY(notification_add_report(cx, ids[i], sender, report));
        return OK;
}

const struct report_kind REPORT_KINDS[] = {
        {"unkind", "Unkind to somebody who grieves"},
        {"fundraiser", "A fundraiser or stream that is not real"},
        {"pretending", "Pretends to be somebody"},
        {"private_photo", "A photo that is private"},
};
const size_t REPORT_KINDS_COUNT = countof(REPORT_KINDS);

const char *report_words(const struct report *r)
{
        static const struct report_kind categories[] = {
                {"spam", "Spam"}, {"legal", "Against the law"}, {"violation", "Against a rule"}};
        for (size_t i = 0; i < countof(REPORT_KINDS); i++)
                if (str_eq(r->kind, str_of(REPORT_KINDS[i].name)))
                        return REPORT_KINDS[i].words;
        for (size_t i = 0; i < countof(categories); i++)
                if (str_eq(r->category, str_of(categories[i].name)))
                        return categories[i].words;
        return "Something else";
}

/* Who sits with hard news and meets something unkind beneath it waits behind nobody. */
static enum err hard_and_theirs(struct cx *cx, const struct viewer *by, int64_t thread, bool *ret)
{
        struct switches s;
        enum hand_role role;
        TRY(switches_get(cx, thread, &s));
        TRY(hand_of(cx, thread, by->account, &role));
        *ret = role != HAND_NONE && (s.careful || s.preset == PRESET_HARD_NEWS);
        return OK;
}

static enum err comes_first(struct cx *cx, const struct viewer *by, const struct report_draft *d,
                            const struct letter *letter, bool *ret)
{
        *ret = false;
        if (letter)
                TRY(hard_and_theirs(cx, by, letter->thread, ret));
        for (size_t i = 0; i < d->posts.n && !*ret; i++) {
                struct post *p;
                TRY(post_get(cx, by, d->posts.v[i], &p));
                if (p->has & POST_HAS_SWITCHES)
                        TRY(hard_and_theirs(cx, by, p->thread, ret));
        }
        return OK;
}

/* Whoever may read the letter may show it; of a visitor there is no account to be told about. */
static enum err find_letter(struct cx *cx, const struct viewer *by, const struct report_draft *d,
                            struct letter **ret)
{
        *ret = NULL;
        if (!d->letter)
                return OK;
        TRY(letter_get(cx, by, d->letter, ret));
        return (*ret)->sender && (*ret)->sender == d->target ? OK : ERR_MISSING;
}

enum err report_create(struct cx *cx, const struct viewer *by, const struct report_draft *d,
                       struct report *ret)
{
        static const char *const categories[] = {"other", "spam", "legal", "violation"};
        struct account *target;
        struct letter *letter;
        struct report r = {.id = cx_id(cx),
                           .account = by->account,
                           .target = d->target,
                           .created_at = cx_now(cx)};
        TRY(account_get(cx, d->target, &target));
        TRY(check_posts(cx, by, d));
        TRY(find_letter(cx, by, d, &letter));
        if (!text_clean(cx->arena, d->comment.p ? d->comment : S(""), &r.comment) ||
            utf8_count(r.comment) > REPORT_COMMENT_MAX)
                return fail_field(cx, "comment", ERR_INPUT,
                                  "Comment is too long (maximum is %d characters)",
                                  REPORT_COMMENT_MAX);
        r.category = d->rules.n ? S("violation") : S("other");
        for (size_t i = 0; i < countof(categories); i++)
                if (str_eq(d->category, str_of(categories[i])))
                        r.category = str_of(categories[i]);
        r.kind = S("");
        for (size_t i = 0; i < REPORT_KINDS_COUNT; i++)
                if (str_eq(d->category, str_of(REPORT_KINDS[i].name)))
                        r.kind = str_of(REPORT_KINDS[i].name);
        TRY(comes_first(cx, by, d, letter, &r.first));
        r.forwarded = d->forward == TRI_TRUE && !account_is_local(target);
        r.posts = ids_json_texts(cx->arena, d->posts.v, d->posts.n);
        r.rules = ids_json_texts(cx->arena, d->rules.v, d->rules.n);
        TRY(db_run(cx->db, &ADD,
                   BIND(V(r.id), V(r.account), V(r.target), V(r.posts), V(r.rules), V(r.category),
                        V(r.comment), V(r.forwarded), V(r.created_at), V(r.kind), V(r.first)),
                   NULL));
        if (letter)
                TRY(db_run(cx->db, &LETTER_ADD,
                           BIND(V(r.id), V(letter->name), V(letter->text), V(letter->created_at)),
                           NULL));
        TRY(tell_moderators(cx, by->account, r.id));
        if (r.forwarded)
                TRY(outbox_report(cx, &r, &d->posts));
        *ret = r;
        return OK;
}

enum err report_letter(struct cx *cx, int64_t report, struct report_letter **ret)
{
        struct row r;
        bool found;
        *ret = NULL;
        TRY(db_find(cx->db, &LETTER, cx->arena, BIND(V(report)), &r, &found));
        if (!found)
                return OK;
        *ret = make(cx->arena, struct report_letter);
        (*ret)->name = row_str(&r);
        (*ret)->text = row_str(&r);
        (*ret)->written_at = row_int(&r);
        return row_end(&r);
}

static const struct stmt *const statements[] = {&ADD, &MODERATORS, &LETTER_ADD, &LETTER};
const struct stmt_list REPORT_STATEMENTS = {statements, countof(statements)};
