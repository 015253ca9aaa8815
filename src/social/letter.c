/* Sending and sorting letters: see letter.h. Called by the pages beneath a post and the quiet
 * inbox. */
#include "social/letter.h"
#include "lib/base/hash.h"
#include "lib/text/json.h"
#include "lib/text/link.h"
#include "lib/text/unicode.h"
#include "social/input.h"
#include "social/login.h"
#include "social/mailing.h"

static const struct stmt LETTER_ROOT = {
        .name = "letter_root",
        .text = "SELECT r.id, r.account, CASE WHEN EXISTS (SELECT 1 FROM account a WHERE a.id = "
                "r.account AND a.memorial = 1) THEN 0 ELSE COALESCE(s.letters, 1) END, "
                "COALESCE(l.visitor_letters, 0) FROM post r LEFT JOIN switches s ON s.post = r.id "
                "LEFT JOIN login l ON l.account "
                "= r.account WHERE r.id = $1 AND r.local = 1 AND r.thread = r.id AND r.boost_of IS "
                "NULL AND r.audience <= 3",
        .in = "i",
        .out = "iiii",
};
static const struct stmt LETTER_ADD = {
        .name = "letter_add",
        .text = "INSERT INTO letter (id, thread, owner, sender, name, email, text, created_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        .in = "iiiIsssi",
};
static const struct stmt LETTER_NAME = {
        .name = "letter_name",
        .text = "SELECT CASE WHEN display_name = '' THEN username ELSE display_name END FROM "
                "account WHERE id = $1",
        .in = "i",
        .out = "s",
};
static const struct stmt LETTER_SENT = {
        .name = "letter_sent",
        .text = "SELECT COUNT(*) FROM letter WHERE sender = $1 AND id > $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt LETTER_SAME = {
        .name = "letter_same",
        .text = "SELECT COUNT(*) FROM letter WHERE sender = $1 AND id > $2 AND thread = $3 AND "
                "text = $4",
        .in = "iiis",
        .out = "i",
};
static const struct stmt LETTER_TRIES = {
        .name = "letter_tries",
        .text = "SELECT COUNT(*) FROM letter_try WHERE hash = $1 AND at > $2",
        .in = "bi",
        .out = "i",
};
static const struct stmt LETTER_TRY = {
        .name = "letter_try",
        .text = "INSERT INTO letter_try (hash, at, id) VALUES ($1, $2, $3)",
        .in = "bii",
};
static const struct stmt LETTER_TRY_TIDY = {
        .name = "letter_try_tidy",
        .text = "DELETE FROM letter_try WHERE at < $1",
        .in = "i",
};
static const struct stmt LETTER_VISITORS = {
        .name = "letter_visitors",
        .text = "SELECT visitor_letters FROM login WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt LETTER_VISITORS_SET = {
        .name = "letter_visitors_set",
        .text = "UPDATE login SET visitor_letters = $2 WHERE account = $1",
        .in = "ii",
};
#define LETTER_COLUMNS                                                                             \
        "t.id, t.thread, t.owner, COALESCE(t.sender, 0), t.name, t.text, t.state, t.thanked_at, "  \
        "t.created_at, CASE WHEN t.email = '' THEN 0 ELSE 1 END"
#define LETTER_OUT "iiiissiiii"
/* Authors, co-authors, a journal's owners; keepers who were allowed to. */
#define LETTER_READER(who)                                                                         \
        "(t.owner = " who " OR t.owner IN (SELECT o.journal FROM journal_owner o WHERE o.account " \
        "= " who " AND o.state = 1) OR EXISTS (SELECT 1 FROM hand h WHERE h.post = t.thread AND "  \
        "h.account = " who " AND (h.role = 2 OR h.letters = 1)))"
static const struct stmt LETTER_GET = {
        .name = "letter_get",
        .text = "SELECT " LETTER_COLUMNS " FROM letter t WHERE t.id = $1 AND " LETTER_READER("$2"),
        .in = "ii",
        .out = LETTER_OUT,
};
static const struct stmt LETTER_OF_THREAD = {
        .name = "letter_of_thread",
        .text = "SELECT " LETTER_COLUMNS " FROM letter t WHERE t.thread = $1 AND t.state = $2 AND "
                "t.id > $3 AND " LETTER_READER("$4") " ORDER BY t.id LIMIT $5",
        .in = "iiiii",
        .out = LETTER_OUT,
};
#define LETTER_IDS                                                                                 \
        "SELECT x.id FROM letter x WHERE x.state = $2 AND x.id > $3 AND x.owner IN (SELECT $1 "    \
        "UNION ALL SELECT o.journal FROM journal_owner o WHERE o.account = $1 AND o.state = 1) "   \
        "UNION SELECT y.id FROM hand h JOIN letter y ON y.thread = h.post AND y.state = $2 AND "   \
        "y.id > $3 WHERE h.account = $1 AND (h.role = 2 OR h.letters = 1)"
static const struct stmt LETTER_OF_ALL = {
        .name = "letter_of_all",
        .text = "SELECT " LETTER_COLUMNS " FROM letter t WHERE t.id IN (" LETTER_IDS ") ORDER BY "
                "t.id LIMIT $4",
        .in = "iiii",
        .out = LETTER_OUT,
};
/* The thread stands where the first id does: all of them when it is 0. */
static const struct stmt LETTER_COUNT = {
        .name = "letter_count",
        .text = "SELECT COUNT(*) FROM (SELECT id FROM (" LETTER_IDS ") AS mine LIMIT $4) AS waits",
        .in = "iiii",
        .out = "i",
};
static const struct stmt LETTER_COUNT_THREAD = {
        .name = "letter_count_thread",
        .text = "SELECT COUNT(*) FROM (SELECT t.id FROM letter t WHERE t.thread = $3 AND t.state = "
                "$2 AND " LETTER_READER("$1") " LIMIT $4) AS waits",
        .in = "iiii",
        .out = "i",
};
static const struct stmt LETTER_STATE = {
        .name = "letter_state",
        .text = "UPDATE letter SET state = $3 WHERE id = $1 AND state = $2",
        .in = "iii",
};
static const struct stmt LETTER_ACT = {
        .name = "letter_act",
        .text = "INSERT INTO comment_act (id, batch, thread, letter, actor, role, act, was, "
                "became, at) VALUES ($1, $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .in = "iiiiiiiii",
};

enum { DAY_MS = 86400000, LINK_MS = DAY_MS };
#define PURPOSE "letter"

/* The post's root, as far as letters are concerned. */
struct letter_root {
        int64_t id, owner;
        bool letters, visitors;
};

static enum err find_root(struct cx *cx, int64_t post, struct letter_root *ret)
{
        struct row r;
        TRY(db_one(cx->db, &LETTER_ROOT, NULL, BIND(V(post)), &r));
        ret->id = row_int(&r);
        ret->owner = row_int(&r);
        ret->letters = row_int(&r) != 0;
        ret->visitors = row_int(&r) != 0;
        return row_end(&r);
}

/* A member's, about a post they may see; letters to oneself are none. */
static enum err root_for(struct cx *cx, const struct viewer *by, int64_t post,
                         struct letter_root *ret)
{
        struct post *p;
        enum hand_role role;
        TRY(post_get(cx, by, post, &p));
        TRY(find_root(cx, post, ret));
        TRY(hand_of(cx, post, by->account, &role));
        if (role == HAND_AUTHOR || role == HAND_CO_AUTHOR)
                ret->letters = false;
        return OK;
}

enum err letter_may(struct cx *cx, const struct viewer *by, int64_t post, bool *ret)
{
        struct letter_root root;
        enum err e = root_for(cx, by, post, &root);
        *ret = !e && root.letters;
        return e == ERR_MISSING ? OK : e;
}

static enum err clean_letter(struct cx *cx, struct str text, struct str *ret)
{
        TRY(input_words(cx, text, ret));
        if (text_count(*ret) > LETTER_MAX)
                return fail_field(cx, "text", ERR_INPUT,
                                  "A letter has room for %d characters. Nothing has been sent.",
                                  LETTER_MAX);
        return OK;
}

static enum err count_sent(struct cx *cx, int64_t sender, int64_t thread, struct str text,
                           bool *twice)
{
        int64_t since = (cx_now(cx) - DAY_MS) * 65536;
        struct row r;
        TRY(db_one(cx->db, &LETTER_SENT, NULL, BIND(V(sender), V(since)), &r));
        int64_t n = row_int(&r);
        TRY(row_end(&r));
        if (n >= LETTERS_A_DAY)
                return fail(cx, ERR_LIMIT,
                            "These are many letters for one day. Nothing has been "
                            "sent; please go on tomorrow.");
        TRY(db_one(cx->db, &LETTER_SAME, NULL, BIND(V(sender), V(since), V(thread), V(text)), &r));
        *twice = row_int(&r) != 0;
        return row_end(&r);
}

static enum err add(struct cx *cx, const struct letter_root *root, int64_t sender, struct str name,
                    struct str email, struct str text)
{
        return db_run(cx->db, &LETTER_ADD,
                      BIND(V(cx_id(cx)), V(root->id), V(root->owner), V_ID(sender), V(name),
                           V(email), V(text), V(cx_now(cx))),
                      NULL);
}

enum err letter_send(struct cx *cx, const struct viewer *by, int64_t post, struct str text)
{
        struct letter_root root;
        struct str clean, name;
        struct row r;
        bool twice = false;
        if (!by->account)
                return ERR_DENIED;
        TRY(root_for(cx, by, post, &root));
        if (!root.letters)
                return fail(cx, ERR_INPUT,
                            "The author takes no letters about this post. Nothing "
                            "has been sent.");
        TRY(clean_letter(cx, text, &clean));
        TRY(count_sent(cx, by->account, post, clean, &twice));
        if (twice)
                return OK; /* the form sent once more */
        TRY(db_one(cx->db, &LETTER_NAME, cx->arena, BIND(V(by->account)), &r));
        name = row_str(&r);
        TRY(row_end(&r));
        return add(cx, &root, by->account, name, S(""), clean);
}

/* ---- visitors ---- */

enum err letter_visitors(struct cx *cx, int64_t account, bool *ret)
{
        struct row r;
        TRY(db_one(cx->db, &LETTER_VISITORS, NULL, BIND(V(account)), &r));
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

enum err letter_visitors_set(struct cx *cx, int64_t account, bool on)
{
        return db_run(cx->db, &LETTER_VISITORS_SET, BIND(V(account), V(on)), NULL);
}

enum err letter_visitors_may(struct cx *cx, int64_t post, bool *ret)
{
        struct letter_root root;
        struct post *p;
        *ret = false;
        if (!mailing_possible(cx))
                return OK;
        enum err e = post_get(cx, &STRANGER, post, &p);
        if (!e)
                e = find_root(cx, post, &root);
        *ret = !e && root.letters && root.visitors;
        return e == ERR_MISSING ? OK : e;
}

static bool has_link(struct cx *cx, struct str text)
{
        struct link_list l = link_find(cx->arena, text);
        for (size_t i = 0; i < l.n; i++)
                if (l.v[i].kind == LINK_URL)
                        return true;
        return str_has(str_lower(cx->arena, text), S("www."));
}

static struct str address_hash(struct cx *cx, struct str email)
{
        return sha256(cx->arena, str_join(cx->arena, S("letter:"), str_lower(cx->arena, email)));
}

static enum err tries(struct cx *cx, struct str hash, int64_t *ret)
{
        TRY(db_run(cx->db, &LETTER_TRY_TIDY, BIND(V(cx_now(cx) - DAY_MS)), NULL));
        return db_int(cx->db, &LETTER_TRIES, BIND(V_BYTES(hash), V(cx_now(cx) - DAY_MS)), ret);
}

static enum err check_visitor(struct cx *cx, const struct visitor_letter *v, struct str *name,
                              struct str *email, struct str *text)
{
        if (!name_clean(cx->arena, v->name, name) || !name->n ||
            text_count(*name) > LETTER_NAME_MAX)
                return fail_field(cx, "name", ERR_INPUT, "Please say who you are.");
        *email = str_trim(v->email);
        size_t at = str_find_char(*email, '@');
        if (email->n > 254 || at == 0 || at + 1 >= email->n || str_has_char(*email, ' ') ||
            str_has_char(*email, '\n') || str_has_char(str_after(*email, at + 1), '@'))
                return fail_field(cx, "email", ERR_INPUT, "This is not an e-mail address.");
        TRY(clean_letter(cx, v->text, text));
        if (has_link(cx, *text) || has_link(cx, *name))
                return fail_field(cx, "text", ERR_INPUT,
                                  "Letters of visitors hold no links. Nothing has been sent.");
        return OK;
}

static struct str put_detail(struct cx *cx, int64_t post, struct str name, struct str email,
                             struct str text)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "post", post);
        json_str(&j, "name", name);
        json_str(&j, "email", email);
        json_str(&j, "text", text);
        json_end(&j);
        return buf_take(cx->arena, &b);
}

enum err letter_ask(struct cx *cx, const struct visitor_letter *v)
{
        struct str name = STR_NONE, email = STR_NONE, text = STR_NONE, secret, hash;
        int64_t n;
        bool may;
        TRY(letter_visitors_may(cx, v->post, &may));
        if (!may)
                return fail(cx, ERR_INPUT,
                            "The author takes no letters of visitors. Nothing has "
                            "been sent.");
        TRY(check_visitor(cx, v, &name, &email, &text));
        hash = address_hash(cx, email);
        TRY(tries(cx, hash, &n));
        if (n >= VISITOR_LETTERS)
                return fail(cx, ERR_LIMIT,
                            "From one address %d letters a day are taken. Nothing "
                            "has been sent; please go on tomorrow.",
                            VISITOR_LETTERS);
        TRY(db_run(cx->db, &LETTER_TRY, BIND(V_BYTES(hash), V(cx_now(cx)), V(cx_id(cx))), NULL));
        TRY(single_use_create(cx, PURPOSE, 0, put_detail(cx, v->post, name, email, text), LINK_MS,
                              &secret));
        struct mailing m = {
                .to = email,
                .subject = S("Your letter"),
                .text = str_fmt(cx->arena,
                                "You, we hope, wrote a letter with this address. It is sent when "
                                "you open this link within a day and press the button:\n\n"
                                "%.*s/letters/%.*s\n\nIf it was not you, do nothing; then nothing "
                                "is sent.",
                                STR_ARG(cx->settings->url), STR_ARG(secret)),
        };
        return mailing_add(cx, &m, STR_NONE);
}

enum err letter_confirm_look(struct cx *cx, struct str secret)
{
        int64_t account;
        struct str detail;
        return single_use_look(cx, PURPOSE, secret, &account, &detail);
}

enum err letter_confirm(struct cx *cx, struct str secret)
{
        const struct json_value *j;
        struct letter_root root;
        struct str detail;
        int64_t account, post;
        bool may;
        TRY(single_use_take(cx, PURPOSE, secret, &account, &detail));
        TRY(json_read(cx->arena, detail, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "post"), &post))
                return ERR_MISSING;
        TRY(letter_visitors_may(cx, post, &may));
        if (!may)
                return fail(cx, ERR_INPUT,
                            "The author takes no letters of visitors any more. "
                            "Nothing has been sent.");
        TRY(find_root(cx, post, &root));
        return add(cx, &root, 0, json_get_text(j, "name"), json_get_text(j, "email"),
                   json_get_text(j, "text"));
}

/* ---- for the authors ---- */

static void read_letter(struct row *r, struct letter *l)
{
        l->id = row_int(r);
        l->thread = row_int(r);
        l->owner = row_int(r);
        l->sender = row_int(r);
        l->name = row_str(r);
        l->text = row_str(r);
        l->state = (enum letter_state)row_int(r);
        l->thanked_at = row_int(r);
        l->created_at = row_int(r);
        l->visitor = row_int(r) != 0;
}

enum err letter_get(struct cx *cx, const struct viewer *by, int64_t id, struct letter **ret)
{
        struct row r;
        struct letter *l = make(cx->arena, struct letter);
        TRY(db_one(cx->db, &LETTER_GET, cx->arena, BIND(V(id), V(by->account)), &r));
        read_letter(&r, l);
        *ret = l;
        return row_end(&r);
}

enum err letter_list(struct cx *cx, const struct viewer *by, int64_t thread,
                     enum letter_state state, int64_t after, size_t most, struct letter **ret,
                     size_t *n)
{
        struct letter *v = make_n(cx->arena, most, struct letter);
        struct row r;
        *n = 0;
        TRY(thread ? db_all(cx->db, &LETTER_OF_THREAD, cx->arena,
                            BIND(V(thread), V(state), V(after), V(by->account), V(most)), &r)
                   : db_all(cx->db, &LETTER_OF_ALL, cx->arena,
                            BIND(V(by->account), V(state), V(after), V(most)), &r));
        while (*n < most && row_next(&r))
                read_letter(&r, &v[(*n)++]);
        *ret = v;
        return row_end(&r);
}

enum err letter_pile(struct cx *cx, const struct viewer *by, int64_t thread, struct pile_row *ret)
{
        struct letter *v;
        struct row r;
        size_t n;
        TRY(letter_list(cx, by, thread, LETTER_WAITS, 0, PILE_NAMES + 1, &v, &n));
        struct str *names = make_n(cx->arena, n + 1, struct str);
        for (size_t i = 0; i < n; i++)
                names[i] = v[i].name;
        *ret = (struct pile_row){(int64_t)n, pile_name_line(cx->arena, names, n)};
        if (n <= PILE_NAMES)
                return OK;
        TRY(db_one(cx->db, thread ? &LETTER_COUNT_THREAD : &LETTER_COUNT, NULL,
                   BIND(V(by->account), V(LETTER_WAITS), V(thread), V(PILE_COUNTED)), &r));
        ret->count = row_int(&r);
        return row_end(&r);
}

enum err letter_undo(struct cx *cx, int64_t id, enum letter_state now, enum letter_state before)
{
        int64_t changed;
        TRY(db_run(cx->db, &LETTER_STATE, BIND(V(id), V(now), V(before)), &changed));
        return changed ? OK
                       : fail(cx, ERR_CONFLICT,
                              "This letter was put elsewhere since. Nothing was "
                              "changed.");
}

enum err letter_sort(struct cx *cx, const struct viewer *by, int64_t id, enum letter_state to,
                     int64_t *batch)
{
        struct letter *l;
        enum hand_role role;
        int64_t changed;
        *batch = 0;
        TRY(letter_get(cx, by, id, &l));
        if (l->state == to)
                return OK;
        TRY(db_run(cx->db, &LETTER_STATE, BIND(V(id), V(l->state), V(to)), &changed));
        TRY(hand_of(cx, l->thread, by->account, &role));
        *batch = cx_id(cx);
        return db_run(cx->db, &LETTER_ACT,
                      BIND(V(*batch), V(l->thread), V(id), V(by->account), V(role),
                           V(to == LETTER_AWAY ? COMMENT_DECLINE : COMMENT_KEEP), V(l->state),
                           V(to), V(cx_now(cx))),
                      NULL);
}

static const struct stmt *const statements[] = {
        &LETTER_ROOT,     &LETTER_ADD,          &LETTER_NAME,  &LETTER_SENT,      &LETTER_SAME,
        &LETTER_TRIES,    &LETTER_TRY,          &LETTER_GET,   &LETTER_OF_THREAD, &LETTER_OF_ALL,
        &LETTER_VISITORS, &LETTER_VISITORS_SET, &LETTER_STATE, &LETTER_ACT,       &LETTER_TRY_TIDY,
        &LETTER_COUNT,    &LETTER_COUNT_THREAD};
const struct stmt_list LETTER_STATEMENTS = {statements, countof(statements)};
