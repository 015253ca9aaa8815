/* Asking for a keepsake, its link and its end: see keepsake.h. Called by its pages, by the job that
 * makes it and by the hourly tidying. The file is thrown away with its row, through media_trash. */
#include "social/keepsake.h"
#include "lib/base/die.h"
#include "lib/base/rand.h"
#include "lib/text/unicode.h"
#include "social/input.h"
#include "social/journal.h"
#include "social/media_take.h"
#include "social/steward.h"
#include "store/job.h"

static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;
enum { TIDY_AT_ONCE = 100, SECRET_BYTES = 16, GIVEN_UP_DAYS = 1 };

#define COLUMNS                                                                                    \
        "k.id, k.account, k.subject, k.kind, k.state, k.form, k.paper, k.newest_first, k.parts, "  \
        "k.from_at, k.until_at, k.title, k.words, k.memory, k.secret, k.file, k.fault, k.bytes, "  \
        "k.created_at, k.ends_at"
#define COLUMNS_OUT "iiiiiiiiiiissssSsiii"
static const struct stmt ADD = {
        .name = "keepsake_add",
        .text = "INSERT INTO keepsake (id, account, subject, kind, form, paper, newest_first, "
                "parts, from_at, until_at, title, words, memory, secret, created_at, ends_at) "
                "VALUES "
                "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        .in = "iiiiiiiiiissssii",
};
static const struct stmt COUNT = {
        .name = "keepsake_count",
        .text = "SELECT count(*) FROM keepsake WHERE account = $1 AND ends_at > $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt LIST = {
        .name = "keepsake_list",
        .text = "SELECT " COLUMNS " FROM keepsake k WHERE k.account = $1 AND k.ends_at > $2 ORDER "
                "BY k.id DESC LIMIT $3",
        .in = "iii",
        .out = COLUMNS_OUT,
};
/* Who is suspended hands nothing out. */
static const struct stmt GET = {
        .name = "keepsake_get",
        .text = "SELECT " COLUMNS " FROM keepsake k JOIN account a ON a.id = k.account WHERE k.id "
                "= $1 AND k.ends_at > $2 AND a.suspended_at IS NULL",
        .in = "ii",
        .out = COLUMNS_OUT,
};
static const struct stmt MADE = {
        .name = "keepsake_made",
        .text = "UPDATE keepsake SET state = 1, file = $2, bytes = $3, ends_at = $4 WHERE id = $1 "
                "AND state = 0",
        .in = "isii",
};
static const struct stmt NAMED = {
        .name = "keepsake_named",
        .text = "UPDATE keepsake SET file = $2 WHERE id = $1 AND state = 0",
        .in = "is",
};
static const struct stmt FAILED = {
        .name = "keepsake_failed",
        .text = "UPDATE keepsake SET state = 2, fault = $2 WHERE id = $1 AND state = 0",
        .in = "is",
};
static const struct stmt FILE_OF = {
        .name = "keepsake_file",
        .text = "SELECT COALESCE(file, '') FROM keepsake WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "s",
};
static const struct stmt DROP = {
        .name = "keepsake_drop",
        .text = "DELETE FROM keepsake WHERE id = $1",
        .in = "i",
};
static const struct stmt OVER = {
        .name = "keepsake_over",
        .text = "SELECT id, COALESCE(file, '') FROM keepsake WHERE ends_at <= $1 ORDER BY ends_at "
                "LIMIT $2",
        .in = "ii",
        .out = "is",
};
static const struct stmt OF_ACCOUNT = {
        .name = "keepsake_of_account",
        .text = "SELECT id, COALESCE(file, '') FROM keepsake WHERE account = $1 LIMIT $2",
        .in = "ii",
        .out = "is",
};
static const struct stmt FILES = {
        .name = "keepsake_files",
        .text = "SELECT id, COALESCE(file, '') FROM keepsake WHERE id > $1 ORDER BY id LIMIT $2",
        .in = "ii",
        .out = "is",
};
/* Its job was given up without a word: the process died each time. Of the books there are now a
 * few. */
static const struct stmt GIVE_UP = {
        .name = "keepsake_give_up",
        .text = "UPDATE keepsake SET state = 2, fault = $3 WHERE ends_at > $2 AND state = 0 AND "
                "created_at < $1",
        .in = "iis",
};

static void read_keepsake(struct row *r, struct keepsake *k)
{
        k->id = row_int(r);
        k->account = row_int(r);
        k->subject = row_int(r);
        k->kind = (enum keepsake_kind)row_int(r);
        k->state = (enum keepsake_state)row_int(r);
        k->form = (enum keepsake_form)row_int(r);
        k->paper = (enum keepsake_paper)row_int(r);
        k->newest_first = row_int(r) != 0;
        k->parts = (unsigned)row_int(r);
        k->from_at = row_int(r);
        k->until_at = row_int(r);
        k->title = row_str(r);
        k->words = row_str(r);
        k->memory = row_str(r);
        k->secret = row_str(r);
        k->file = row_str(r);
        k->fault = row_str(r);
        k->bytes = row_int(r);
        k->created_at = row_int(r);
        k->ends_at = row_int(r);
}

/* ---- who ---- */

enum err keepsake_kind(struct cx *cx, const struct viewer *by, int64_t subject,
                       enum keepsake_kind *ret)
{
        struct memorial *m;
        bool owns;
        if (!by->account || !subject)
                return ERR_MISSING;
        *ret = KEEPSAKE_OF_OWN;
        if (subject == by->account)
                return OK;
        TRY(journal_owns(cx, subject, by->account, &owns));
        *ret = KEEPSAKE_OF_JOURNAL;
        if (owns)
                return OK;
        *ret = KEEPSAKE_OF_MEMORIAL;
        return steward_must(cx, by->account, subject, &m);
}

enum err keepsake_subjects(struct cx *cx, const struct viewer *by, int64_t *ret, size_t *n)
{
        int64_t *journals;
        struct steward *stewards;
        size_t n_journals, n_stewards;
        TRY(journal_list(cx, by->account, false, &journals, &n_journals));
        TRY(steward_list(cx, by->account, false, &stewards, &n_stewards));
        *n = 0;
        ret[(*n)++] = by->account;
        for (size_t i = 0; i < n_journals && *n < KEEPSAKE_SUBJECTS_MAX; i++)
                ret[(*n)++] = journals[i];
        for (size_t i = 0; i < n_stewards && *n < KEEPSAKE_SUBJECTS_MAX; i++) {
                struct memorial *m;
                enum err e = steward_must(cx, by->account, stewards[i].account, &m);
                if (e && e != ERR_MISSING)
                        return e;
                if (!e)
                        ret[(*n)++] = stewards[i].account;
        }
        return OK;
}

unsigned keepsake_parts_of(enum keepsake_kind kind)
{
        unsigned all = KEEPSAKE_PARTS;
        return kind == KEEPSAKE_OF_MEMORIAL ? all & ~(unsigned)(KEEPSAKE_LETTERS | KEEPSAKE_SELF)
                                            : all;
}

unsigned keepsake_parts_usual(enum keepsake_kind kind)
{
        unsigned usual = KEEPSAKE_COMMENTS | KEEPSAKE_PHOTOS | KEEPSAKE_CAPTIONS | KEEPSAKE_LIMITED;
        return kind == KEEPSAKE_OF_MEMORIAL ? usual : usual | KEEPSAKE_VEILED;
}

/* ---- asking ---- */

enum err keepsake_check(struct cx *cx, const struct viewer *by, struct keepsake *k)
{
        TRY(keepsake_kind(cx, by, k->subject, &k->kind));
        k->account = by->account;
        k->parts &= keepsake_parts_of(k->kind);
        if ((unsigned)k->form >= KEEPSAKE_FORMS_ || (unsigned)k->paper >= KEEPSAKE_PAPERS_)
                return fail_field(cx, "form", ERR_INPUT, "Choose one of the three forms.");
        TRY(memorial_clean(cx, "title", KEEPSAKE_TITLE_MAX, k->title, &k->title));
        TRY(memorial_clean(cx, "words", KEEPSAKE_WORDS_MAX, k->words, &k->words));
        TRY(memorial_clean(cx, "memory", KEEPSAKE_MEMORY_MAX, k->memory, &k->memory));
        if (!k->title.n)
                return fail_field(cx, "title", ERR_INPUT, "A book needs a title.");
        if (k->from_at && k->until_at && k->from_at >= k->until_at)
                return fail_field(cx, "until", ERR_INPUT, "The last day is before the first.");
        return OK;
}

static enum err must_hold_something(struct cx *cx, const struct keepsake *k)
{
        struct keepsake_reader r;
        int64_t *ids;
        size_t n;
        TRY(keepsake_reader(cx, k, &r));
        TRY(keepsake_posts(cx, &r, 0, 1, &ids, &n));
        return n ? OK
                 : fail_field(cx, "until", ERR_INPUT,
                              "Nothing would be in it. Choose other dates, or more posts.");
}

enum err keepsake_ask(struct cx *cx, const struct viewer *by, struct keepsake *k)
{
        int64_t now = cx_now(cx), waiting;
        TRY(keepsake_check(cx, by, k));
        TRY(db_int(cx->db, &COUNT, BIND(V(by->account), V(now)), &waiting));
        if (waiting >= KEEPSAKES_MAX)
                return fail_field(cx, "form", ERR_INPUT,
                                  "You have %d keepsakes already. Delete one, or wait until one "
                                  "ends.",
                                  KEEPSAKES_MAX);
        TRY(must_hold_something(cx, k));
        k->id = cx_id(cx);
        k->secret = rand_token(cx->arena, SECRET_BYTES);
        k->created_at = now;
        k->ends_at = now + KEEPSAKE_DAYS * DAY_MS;
        TRY(db_run(cx->db, &ADD,
                   BIND(V(k->id), V(k->account), V(k->subject), V(k->kind), V(k->form), V(k->paper),
                        V(k->newest_first), V(k->parts), V(k->from_at), V(k->until_at), V(k->title),
                        V(k->words), V(k->memory), V(k->secret), V(k->created_at), V(k->ends_at)),
                   NULL));
        struct str id = str_int(cx->arena, k->id);
        return job_add(cx, "keepsake", str_fmt(cx->arena, "{\"keepsake\":\"%.*s\"}", STR_ARG(id)),
                       id, 0);
}

enum err keepsake_list(struct cx *cx, const struct viewer *by, struct keepsake **ret, size_t *n)
{
        struct row r;
        *ret = make_n(cx->arena, KEEPSAKES_MAX, struct keepsake);
        *n = 0;
        TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(by->account), V(cx_now(cx)), V(KEEPSAKES_MAX)),
                   &r));
        while (*n < KEEPSAKES_MAX && row_next(&r))
                read_keepsake(&r, &(*ret)[(*n)++]);
        return row_end(&r);
}

/* ---- its end ---- */

static enum err throw_away(struct cx *cx, int64_t id, struct str file)
{
        if (file.n)
                TRY(media_trash(cx, file));
        TRY(job_cancel(cx, "keepsake", str_int(cx->arena, id)));
        return db_run(cx->db, &DROP, BIND(V(id)), NULL);
}

enum err keepsake_drop(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct row r;
        TRY(db_one(cx->db, &FILE_OF, cx->arena, BIND(V(id), V(by->account)), &r));
        struct str file = row_str(&r);
        TRY(row_end(&r));
        return throw_away(cx, id, file);
}

static enum err throw_all(struct cx *cx, const struct stmt *which, int64_t what)
{
        int64_t ids[TIDY_AT_ONCE];
        struct str files[TIDY_AT_ONCE];
        size_t n = 0;
        struct row r;
        TRY(db_all(cx->db, which, cx->arena, BIND(V(what), V(TIDY_AT_ONCE)), &r));
        while (n < TIDY_AT_ONCE && row_next(&r)) {
                ids[n] = row_int(&r);
                files[n++] = row_str(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++)
                TRY(throw_away(cx, ids[i], files[i]));
        return OK;
}

enum err keepsake_tidy(struct cx *cx)
{
        int64_t now = cx_now(cx);
        TRY(db_run(cx->db, &GIVE_UP,
                   BIND(V(now - GIVEN_UP_DAYS * DAY_MS), V(now),
                        V(S("It could not be made. Ask for it once more, perhaps for fewer "
                            "days."))),
                   NULL));
        return throw_all(cx, &OVER, now);
}

enum err keepsake_files(struct cx *cx, int64_t after, struct str *ret, size_t most, int64_t *last,
                        size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &FILES, cx->arena, BIND(V(after), V(most)), &r));
        while (*n < most && row_next(&r)) {
                *last = row_int(&r);
                ret[(*n)++] = row_str(&r);
        }
        return row_end(&r);
}

enum err keepsake_leave(struct cx *cx, int64_t account)
{
        return throw_all(cx, &OF_ACCOUNT, account);
}

/* ---- the link, and the making ---- */

static enum err get(struct cx *cx, int64_t id, struct keepsake **ret)
{
        struct row r;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(id), V(cx_now(cx))), &r));
        struct keepsake *k = make(cx->arena, struct keepsake);
        read_keepsake(&r, k);
        *ret = k;
        return row_end(&r);
}

enum err keepsake_open(struct cx *cx, int64_t id, struct str secret, struct keepsake **ret)
{
        struct keepsake *k;
        struct memorial *m;
        TRY(get(cx, id, &k));
        if (!str_same_secret(k->secret, secret) || k->state != KEEPSAKE_READY)
                return ERR_MISSING;
        /* Who left a journal keeps the copy they took; a steward's sight ends with the steward. */
        if (k->kind == KEEPSAKE_OF_MEMORIAL)
                TRY(steward_must(cx, k->account, k->subject, &m));
        *ret = k;
        return OK;
}

enum err keepsake_begin(struct cx *cx, int64_t id, struct keepsake **ret)
{
        struct keepsake_reader r;
        TRY(get(cx, id, ret));
        return (*ret)->state == KEEPSAKE_WAITS ? keepsake_reader(cx, *ret, &r) : ERR_MISSING;
}

enum err keepsake_named(struct cx *cx, int64_t id, struct str file)
{
        int64_t changed;
        TRY(db_run(cx->db, &NAMED, BIND(V(id), V(file)), &changed));
        return changed ? OK : ERR_MISSING;
}

enum err keepsake_made(struct cx *cx, int64_t id, struct str file, int64_t bytes)
{
        int64_t changed;
        TRY(db_run(cx->db, &MADE,
                   BIND(V(id), V(file), V(bytes), V(cx_now(cx) + KEEPSAKE_DAYS * DAY_MS)),
                   &changed));
        return changed ? OK : ERR_MISSING;
}

enum err keepsake_failed(struct cx *cx, int64_t id, struct str why)
{
        return db_run(cx->db, &FAILED, BIND(V(id), V(why)), NULL);
}

static const struct stmt *const statements[] = {
        &ADD,  &COUNT, &LIST,       &GET,     &MADE,  &FAILED, &FILE_OF,
        &DROP, &OVER,  &OF_ACCOUNT, &GIVE_UP, &NAMED, &FILES,
};
const struct stmt_list KEEPSAKE_STATEMENTS = {statements, countof(statements)};
