/* Thanks: to one person alone, to everyone in one pinned comment, and the private list of people
 * who wrote. Called by the quiet inbox and the post's page. */
#include "lib/text/link.h"
#include "lib/text/unicode.h"
#include "social/account.h"
#include "social/input.h"
#include "social/letter.h"
#include "social/mailing.h"

static const struct stmt THANK_VISITOR = {
        .name = "thank_visitor",
        .text = "SELECT t.email, CASE WHEN a.display_name = '' THEN a.username ELSE a.display_name "
                "END FROM letter t JOIN account a ON a.id = t.owner WHERE t.id = $1",
        .in = "i",
        .out = "ss",
};
static const struct stmt THANK_LETTER = {
        .name = "thank_letter",
        .text = "UPDATE letter SET thanked_at = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt THANKED = {
        .name = "thanked_add",
        .text = "INSERT INTO thanked (thread, account, at) VALUES ($1, $2, $3) ON CONFLICT DO "
                "NOTHING",
        .in = "iii",
};
static const struct stmt UNTHANKED = {
        .name = "thanked_drop",
        .text = "DELETE FROM thanked WHERE thread = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt THANKED_LETTERS = {
        .name = "thanked_letters",
        .text = "UPDATE letter SET thanked_at = $3 WHERE thread = $1 AND sender = $2 AND state IN "
                "(0, 1, 2)",
        .in = "iii",
};
/* Comments in any state and letters; the authors themselves are left out by $2. */
static const struct stmt WROTE = {
        .name = "people_who_wrote",
        .text = "SELECT w.account, w.letter, w.name, w.at, CASE WHEN w.account > 0 THEN (SELECT "
                "COUNT(*) FROM thanked k WHERE k.thread = $1 AND k.account = w.account) ELSE "
                "w.thanked END FROM (SELECT a.id AS account, 0 AS letter, CASE WHEN a.display_name "
                "= '' THEN a.username ELSE a.display_name END AS name, MAX(x.at) AS at, 0 AS "
                "thanked FROM (SELECT p.account AS who, p.id AS at FROM post p WHERE p.thread = $1 "
                "AND p.id <> $1 AND p.boost_of IS NULL AND p.audience <= 3 UNION ALL SELECT "
                "t.sender, t.id FROM letter t WHERE t.thread = $1 AND t.state IN (0, 1, 2) AND "
                "t.sender IS NOT NULL) AS x JOIN account a ON a.id = x.who WHERE a.id <> $2 AND "
                "NOT EXISTS (SELECT 1 FROM hand h WHERE h.post = $1 AND h.account = a.id AND "
                "h.role <= 2) GROUP BY a.id, a.display_name, a.username UNION ALL SELECT 0, t.id, "
                "t.name, t.id, CASE WHEN t.thanked_at > 0 THEN 1 ELSE 0 END FROM letter t WHERE "
                "t.thread = $1 AND t.state IN (0, 1, 2) AND t.sender IS NULL) AS w WHERE w.at < $3 "
                "ORDER BY w.at DESC LIMIT $4",
        .in = "iiii",
        .out = "iisii",
};

static enum err clean_thanks(struct cx *cx, struct str text, struct str *ret)
{
        TRY(input_words(cx, text, ret));
        if (text_count(*ret) > THANK_MAX)
                return fail_field(cx, "text", ERR_INPUT,
                                  "There is room for %d characters. Nothing has been sent.",
                                  THANK_MAX);
        return OK;
}

static enum err must_be_author(struct cx *cx, const struct viewer *by, int64_t thread)
{
        enum hand_role role;
        TRY(hand_of(cx, thread, by->account, &role));
        return role == HAND_AUTHOR || role == HAND_CO_AUTHOR ? OK : ERR_MISSING;
}

/* A form sent twice is one act: the same words about the same post to the same person. */
static struct str once(struct cx *cx, int64_t thread, int64_t to, struct str text)
{
        return str_fmt(cx->arena, "thanks %lld %lld %.*s", (long long)thread, (long long)to,
                       STR_ARG(text));
}

/* A private mention of its own, in no thread: it tells nobody that there was a comment. */
static enum err send_private(struct cx *cx, const struct viewer *by, int64_t thread, int64_t to,
                             struct str text)
{
        struct account *a;
        struct post *p;
        TRY(account_get(cx, to, &a));
        struct draft d = {
                .text = str_fmt(cx->arena, "@%.*s %.*s", STR_ARG(account_acct(cx->arena, a)),
                                STR_ARG(text)),
                .visibility = S("direct"),
                .idempotency_key = once(cx, thread, to, text),
        };
        return post_publish(cx, by, &d, &p);
}

static enum err mail_visitor(struct cx *cx, const struct letter *l, struct str text)
{
        struct row r;
        TRY(db_one(cx->db, &THANK_VISITOR, cx->arena, BIND(V(l->id)), &r));
        struct mailing m = {.to = row_str(&r)};
        struct str author = row_str(&r);
        TRY(row_end(&r));
        m.subject = str_fmt(cx->arena, "%.*s thanks you for your letter", STR_ARG(author));
        m.text = str_fmt(cx->arena,
                         "%.*s\n\n%.*s\n\nThis came through the server; neither of you sees the "
                         "other's address.",
                         STR_ARG(text), STR_ARG(author));
        return mailing_add(cx, &m, str_fmt(cx->arena, "thanks-%lld", (long long)l->id));
}

enum err thank_send(struct cx *cx, const struct viewer *by, int64_t comment, int64_t letter,
                    struct str text)
{
        struct str clean;
        struct letter *l = NULL;
        struct post *p = NULL;
        int64_t thread, to;
        TRY(clean_thanks(cx, text, &clean));
        if (letter) {
                TRY(letter_get(cx, by, letter, &l));
                thread = l->thread;
                to = l->sender;
        } else {
                TRY(post_get(cx, by, comment, &p));
                thread = p->thread;
                to = p->account;
        }
        TRY(must_be_author(cx, by, thread));
        if (!to && !(l && l->visitor))
                return fail(cx, ERR_INPUT,
                            "Whoever wrote this has no account any more. Nothing "
                            "has been sent.");
        TRY(to ? send_private(cx, by, thread, to, clean) : mail_visitor(cx, l, clean));
        TRY(thanked_set(cx, by, thread, to, to ? 0 : letter, true));
        return comment_act_add(cx, by, thread, comment, COMMENT_THANK);
}

enum err thank_everyone(struct cx *cx, const struct viewer *by, int64_t thread, struct str text,
                        int64_t *post)
{
        struct str clean;
        struct post *root, *p;
        TRY(must_be_author(cx, by, thread));
        TRY(clean_thanks(cx, text, &clean));
        struct link_list l = link_find(cx->arena, clean);
        for (size_t i = 0; i < l.n; i++)
                if (l.v[i].kind == LINK_MENTION)
                        return fail_field(cx, "text", ERR_INPUT,
                                          "This is for everyone, so it names nobody. Please leave "
                                          "the @names out.");
        TRY(post_get(cx, by, thread, &root));
        struct draft d = {.text = clean,
                          .idempotency_key = once(cx, thread, 0, clean),
                          .reply_to = thread,
                          .visibility = root->audience == AUDIENCE_CIRCLE
                                                ? str_fmt(cx->arena, "list:%lld",
                                                          (long long)root->audience_list)
                                                : audience_api_name(root->audience)};
        TRY(post_publish(cx, by, &d, &p));
        *post = p->id;
        return comment_pin(cx, by, thread, p->id);
}

enum err people_who_wrote(struct cx *cx, const struct viewer *by, int64_t thread, int64_t before,
                          size_t most, struct person_wrote **ret, size_t *n)
{
        struct person_wrote *v = make_n(cx->arena, most, struct person_wrote);
        struct post *root;
        struct row r;
        *n = 0;
        TRY(must_be_author(cx, by, thread));
        TRY(post_load(cx, thread, &root));
        TRY(db_all(cx->db, &WROTE, cx->arena,
                   BIND(V(thread), V(root->account), V(before ? before : INT64_MAX), V(most)), &r));
        while (*n < most && row_next(&r)) {
                v[*n].account = row_int(&r);
                v[*n].letter = row_int(&r);
                v[*n].name = row_str(&r);
                v[*n].at = row_int(&r);
                v[(*n)++].thanked = row_int(&r) != 0;
        }
        *ret = v;
        return row_end(&r);
}

enum err thanked_set(struct cx *cx, const struct viewer *by, int64_t thread, int64_t account,
                     int64_t letter, bool on)
{
        struct letter *l;
        int64_t at = on ? cx_now(cx) : 0;
        TRY(must_be_author(cx, by, thread));
        if (letter) {
                TRY(letter_get(cx, by, letter, &l));
                if (l->thread != thread)
                        return ERR_MISSING;
                return db_run(cx->db, &THANK_LETTER, BIND(V(letter), V(at)), NULL);
        }
        TRY(db_run(cx->db, &THANKED_LETTERS, BIND(V(thread), V(account), V(at)), NULL));
        return on ? db_run(cx->db, &THANKED, BIND(V(thread), V(account), V(at)), NULL)
                  : db_run(cx->db, &UNTHANKED, BIND(V(thread), V(account)), NULL);
}

static const struct stmt *const statements[] = {&THANK_VISITOR, &THANK_LETTER,    &THANKED,
                                                &UNTHANKED,     &THANKED_LETTERS, &WROTE};
const struct stmt_list THANK_STATEMENTS = {statements, countof(statements)};
