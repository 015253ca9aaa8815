/* The row of a journal: coming to be, its form, hiding it, closing its comments. Owners are in
 * journal_owner.c, acting for it in journal_post.c. Called by the pages of journals. */
#include "social/journal.h"
#include "lib/text/unicode.h"
#include "social/follow.h"
#include "social/input.h"
#include "social/leave.h"
#include "social/login.h"
#include "social/outbox_relation.h"
#include "social/switches.h"

#define COLUMNS                                                                                    \
        "account, reach, state, banner, memory, memory_from, memory_to, signs, comments_closed, "  \
        "preset, COALESCE(hidden_at, 0), COALESCE(end_at, 0), COALESCE(end_by, 0)"
#define LETTERS "iiissssiiiiii"

static const struct stmt GET = {
        .name = "journal_get",
        .text = "SELECT " COLUMNS " FROM journal WHERE account = $1",
        .in = "i",
        .out = LETTERS,
};
static const struct stmt ADD = {
        .name = "journal_add",
        .text = "INSERT INTO journal (account, reach, state, banner, memory, memory_from, "
                "memory_to, signs, preset) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .in = "iiissssii",
};
static const struct stmt ADD_OWNER = {
        .name = "journal_add_first",
        .text = "INSERT INTO journal_owner (journal, account, state, since) VALUES ($1, $2, 1, $3)",
        .in = "iii",
};
static const struct stmt KIND = {
        .name = "journal_kind",
        .text = "UPDATE account SET kind = 5 WHERE id = $1",
        .in = "i",
};
_Static_assert(ACCOUNT_JOURNAL == 5, "the statement above carries the kind as a number");
static const struct stmt CHANGE = {
        .name = "journal_change",
        .text = "UPDATE journal SET reach = $2, state = $3, banner = $4, memory = $5, memory_from "
                "= $6, memory_to = $7, signs = $8, preset = $9 WHERE account = $1",
        .in = "iiissssii",
};
static const struct stmt COUNT_OWNED = {
        .name = "journal_count_owned",
        .text = "SELECT count(*) FROM journal_owner WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt TAKEN = {
        .name = "journal_name_taken",
        .text = "SELECT 1 FROM account WHERE username_fold = $1 AND domain = ''",
        .in = "s",
        .out = "i",
};
static const struct stmt SET_HIDDEN = {
        .name = "journal_set_hidden",
        .text = "UPDATE journal SET hidden_at = $2 WHERE account = $1",
        .in = "iI",
};
/* What moderators suspended stays suspended: the two times differ then. */
static const struct stmt HIDE = {
        .name = "journal_hide",
        .text = "UPDATE account SET suspended_at = $2 WHERE id = $1 AND suspended_at IS NULL",
        .in = "ii",
};
static const struct stmt UNHIDE = {
        .name = "journal_unhide",
        .text = "UPDATE account SET suspended_at = NULL WHERE id = $1 AND suspended_at = $2",
        .in = "ii",
};
static const struct stmt COMMENTS = {
        .name = "journal_comments",
        .text = "UPDATE journal SET comments_closed = $2 WHERE account = $1",
        .in = "ii",
};

enum err journal_get(struct cx *cx, int64_t account, struct journal **ret)
{
        struct row r;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(account)), &r));
        struct journal *j = make(cx->arena, struct journal);
        j->account = row_int(&r);
        j->reach = (enum journal_reach)row_int(&r);
        j->state = (enum journal_state)row_int(&r);
        j->banner = row_str(&r);
        j->memory = row_str(&r);
        j->memory_from = row_str(&r);
        j->memory_to = row_str(&r);
        j->signs = row_int(&r) != 0;
        j->comments_closed = row_int(&r) != 0;
        j->preset = row_int(&r);
        j->hidden_at = row_int(&r);
        j->end_at = row_int(&r);
        j->end_by = row_int(&r);
        TRY(row_end(&r));
        *ret = j;
        return OK;
}

/* ---- the form ---- */

static enum err read_words(struct cx *cx, const struct journal_form *f, struct journal_form *c)
{
        *c = *f;
        TRY(input_line(cx, "name", "The name", f->name, ACCOUNT_NAME_MAX, &c->name));
        if (!c->name.n)
                return fail_field(cx, "name", ERR_INPUT, "A journal needs a name.");
        TRY(input_line(cx, "memory", "This name", f->memory, JOURNAL_MEMORY_MAX, &c->memory));
        TRY(input_line(cx, "memory_from", "This date", f->memory_from, JOURNAL_DATE_MAX,
                       &c->memory_from));
        TRY(input_line(cx, "memory_to", "This date", f->memory_to, JOURNAL_DATE_MAX,
                       &c->memory_to));
        if (!c->memory.n && (c->memory_from.n || c->memory_to.n))
                return fail_field(cx, "memory", ERR_INPUT, "Dates need the name they belong to.");
        TRY(input_line(cx, "banner", "The line", f->banner, JOURNAL_BANNER_MAX, &c->banner));
        if (f->reach > JOURNAL_HERE || f->state > JOURNAL_CLOSED || f->preset < PRESET_EVERYDAY ||
            f->preset > PRESET_HARD_NEWS)
                return fail(cx, ERR_INPUT, "There is no such choice.");
        return OK;
}

static enum err check_username(struct cx *cx, struct str name)
{
        struct row r;
        bool taken;
        if (!login_name_good(name))
                return fail_field(cx, "username", ERR_INPUT,
                                  "An address has up to 30 letters, numbers and underscores.");
        if (login_name_reserved(name))
                return fail_field(cx, "username", ERR_INPUT, "This address is reserved.");
        TRY(db_find(cx->db, &TAKEN, NULL, BIND(V(str_lower(cx->arena, name))), &r, &taken));
        if (taken) {
                row_int(&r);
                TRY(row_end(&r));
        } else {
                TRY(leave_was_here(cx, name, &taken));
                if (!taken)
                        return OK;
        }
        return fail_field(cx, "username", ERR_INPUT, "This address is taken.");
}

static enum err check_room(struct cx *cx, int64_t by)
{
        struct row r;
        TRY(db_one(cx->db, &COUNT_OWNED, NULL, BIND(V(by)), &r));
        int64_t n = row_int(&r);
        TRY(row_end(&r));
        return n < JOURNALS_OWNED_MAX
                       ? OK
                       : fail(cx, ERR_INPUT, "You can look after %d journals.", JOURNALS_OWNED_MAX);
}

enum err journal_check(struct cx *cx, int64_t by, const struct journal_form *f, bool new)
{
        struct journal_form clean;
        TRY(read_words(cx, f, &clean));
        if (!new)
                return OK;
        TRY(check_username(cx, f->username));
        return check_room(cx, by);
}

static enum err write_account(struct cx *cx, int64_t id, const struct journal_form *f)
{
        const struct account_change c = {
                .display_name = f->name,
                .note = f->words.p ? f->words : S(""),
                .avatar_description = f->avatar_description,
                .avatar = f->avatar,
                .locked = f->reach == JOURNAL_APPROVAL ? TRI_TRUE : TRI_FALSE,
        };
        return account_update(cx, id, &c);
}

enum err journal_create(struct cx *cx, int64_t by, const struct journal_form *f,
                        const struct account_keys *keys, int64_t *ret)
{
        struct journal_form c;
        const struct account_draft d = {
                .username = f->username, .locked = f->reach == JOURNAL_APPROVAL, .keys = *keys};
        const struct follow_options follow = {.skip_approval = true};
        int64_t id;
        TRY(journal_check(cx, by, f, true)); /* again: the name may be taken meanwhile */
        TRY(read_words(cx, f, &c));
        TRY(account_create(cx, &d, &id));
        TRY(db_run(cx->db, &KIND, BIND(V(id)), NULL));
        TRY(db_run(cx->db, &ADD,
                   BIND(V(id), V(c.reach), V(c.state), V(c.banner), V(c.memory), V(c.memory_from),
                        V(c.memory_to), V(c.signs), V(c.preset)),
                   NULL));
        TRY(db_run(cx->db, &ADD_OWNER, BIND(V(id), V(by), V(cx_now(cx))), NULL));
        TRY(write_account(cx, id, &c));
        TRY(follow_start(cx, by, id, &follow));
        *ret = id;
        return OK;
}

enum err journal_change(struct cx *cx, int64_t by, int64_t journal, const struct journal_form *f)
{
        struct journal_form c;
        TRY(journal_must_own(cx, journal, by));
        TRY(read_words(cx, f, &c));
        TRY(db_run(cx->db, &CHANGE,
                   BIND(V(journal), V(c.reach), V(c.state), V(c.banner), V(c.memory),
                        V(c.memory_from), V(c.memory_to), V(c.signs), V(c.preset)),
                   NULL));
        return write_account(cx, journal, &c);
}

/* ---- at once, by any owner ---- */

enum err journal_hide(struct cx *cx, int64_t by, int64_t journal, bool on)
{
        struct journal *j;
        TRY(journal_must_own(cx, journal, by));
        TRY(journal_get(cx, journal, &j));
        if (on == (j->hidden_at != 0))
                return OK;
        int64_t now = cx_now(cx);
        TRY(db_run(cx->db, &SET_HIDDEN, BIND(V(journal), V_ID(on ? now : 0)), NULL));
        TRY(db_run(cx->db, on ? &HIDE : &UNHIDE, BIND(V(journal), V(on ? now : j->hidden_at)),
                   NULL));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, journal, 0);
        return outbox_profile(cx, journal);
}

enum err journal_close_comments(struct cx *cx, int64_t by, int64_t journal, bool on)
{
        TRY(journal_must_own(cx, journal, by));
        TRY(db_run(cx->db, &COMMENTS, BIND(V(journal), V(on)), NULL));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, journal, 0);
        return OK;
}

const struct stmt_list JOURNAL_STATEMENTS = {
        (const struct stmt *const[]){&GET, &ADD, &ADD_OWNER, &KIND, &CHANGE, &COUNT_OWNED, &TAKEN,
                                     &SET_HIDDEN, &HIDE, &UNHIDE, &COMMENTS},
        11,
};
