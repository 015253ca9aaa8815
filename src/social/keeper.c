/* Grants to keepers: offering, answering, ending, and what they allow. Called by the pages, by
 * joining, by blocks and by jobs; the hands that stand for a grant are in keeper_hand.c. */
#include "lib/text/json.h"
#include "social/block.h"
#include "social/comment.h"
#include "social/invite.h"
#include "social/journal.h"
#include "social/keeper_parts.h"
#include "social/login.h"
#include "social/mailing.h"
#include "store/job.h"

enum { DAY_MS = 86400000, LIST_MOST = 50 };

#define COLUMNS                                                                                    \
        "id, author, COALESCE(keeper, 0), COALESCE(invite, 0), scope, target, letters, help, "     \
        "state, ends_at, ended_at, ended_by, created_at"
#define LETTERS "iiiiiiiiiiiii"

static const struct stmt ADD = {
        .name = "keeper_add",
        .text = "INSERT INTO keeper (id, author, keeper, invite, scope, target, letters, help, "
                "ends_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        .in = "iiIIiiiiii",
};
static const struct stmt GET = {
        .name = "keeper_get",
        .text = "SELECT " COLUMNS " FROM keeper WHERE id = $1",
        .in = "i",
        .out = LETTERS,
};
static const struct stmt OF_AUTHOR = {
        .name = "keeper_of_author",
        .text = "SELECT " COLUMNS " FROM keeper WHERE author = $1 AND state >= $2 AND state <= $3 "
                "ORDER BY id DESC LIMIT 50",
        .in = "iii",
        .out = LETTERS,
};
static const struct stmt OF_KEEPER = {
        .name = "keeper_of_keeper",
        .text = "SELECT " COLUMNS " FROM keeper WHERE keeper = $1 AND state >= $2 AND state <= $3 "
                "ORDER BY id DESC LIMIT 50",
        .in = "iii",
        .out = LETTERS,
};
static const struct stmt OF_JOURNAL = {
        .name = "keeper_of_journal",
        .text = "SELECT " COLUMNS " FROM keeper WHERE target = $1 AND target > 0 AND scope = 1 AND "
                "state < 2 ORDER BY id DESC LIMIT 60",
        .in = "i",
        .out = LETTERS,
};
static const struct stmt OF_INVITE = {
        .name = "keeper_of_invite",
        .text = "SELECT " COLUMNS " FROM keeper WHERE invite = $1 AND state = 0 AND ends_at > $2",
        .in = "ii",
        .out = LETTERS,
};
static const struct stmt ACCEPT = {
        .name = "keeper_accept",
        .text = "UPDATE keeper SET state = 1 WHERE id = $1 AND state = 0 AND keeper = $2 AND "
                "ends_at > $3",
        .in = "iii",
};
static const struct stmt END = {
        .name = "keeper_end",
        .text = "UPDATE keeper SET state = 2, ended_at = $2, ended_by = $3 WHERE id = $1 AND state "
                "< 2",
        .in = "iii",
};
static const struct stmt JOINED = {
        .name = "keeper_joined",
        .text = "UPDATE keeper SET keeper = $2 WHERE invite = $1 AND keeper IS NULL AND state = 0",
        .in = "ii",
};
static const struct stmt MAY = {
        .name = "keeper_may",
        .text = "SELECT COALESCE(MAX(k.letters), 0), COALESCE(MAX(k.help), 0) FROM post p JOIN "
                "keeper k ON k.keeper = $2 AND k.state = 1 AND k.ends_at > $3 AND ((k.scope = 0 "
                "AND "
                "k.target = p.id) OR (k.scope = 1 AND k.target = p.account) OR (k.scope = 2 AND "
                "k.author = p.account)) WHERE p.id = $1",
        .in = "iii",
        .out = "ii",
};
static const struct stmt MAY_JOURNAL = {
        .name = "keeper_may_journal",
        .text = "SELECT COALESCE(MAX(letters), 0), COALESCE(MAX(help), 0) FROM keeper WHERE keeper "
                "= $2 AND state = 1 AND ends_at > $3 AND scope = 1 AND target = $1",
        .in = "iii",
        .out = "ii",
};
static const struct stmt COUNTS = {
        .name = "keeper_counts",
        .text = "SELECT x.act, COUNT(*) FROM comment_act x JOIN post r ON r.id = x.thread WHERE "
                "x.actor = $2 AND r.account = $1 AND x.role = 3 AND x.undone_at = 0 GROUP BY x.act",
        .in = "ii",
        .out = "ii",
};

_Static_assert(KEEPER_VERBS == (int)COMMENT_VERBS_, "one number for each verb");

static void read_keeper(struct row *r, struct keeper *k)
{
        k->id = row_int(r);
        k->author = row_int(r);
        k->keeper = row_int(r);
        k->invite = row_int(r);
        k->scope = (enum keeper_scope)row_int(r);
        k->target = row_int(r);
        k->letters = row_int(r) != 0;
        k->help = row_int(r) != 0;
        k->state = (enum keeper_state)row_int(r);
        k->ends_at = row_int(r);
        k->ended_at = row_int(r);
        k->ended_by = row_int(r);
        k->created_at = row_int(r);
}

/* Its day may have come before its job has run. */
static void see_day(struct cx *cx, struct keeper *k)
{
        if (k->state != KEEPER_ENDED && k->ends_at <= cx_now(cx)) {
                k->state = KEEPER_ENDED;
                k->ended_at = k->ends_at;
        }
}

static enum err get(struct cx *cx, const struct stmt *s, const struct value *in, size_t n,
                    struct keeper **ret)
{
        struct row r;
        TRY(db_one(cx->db, s, cx->arena, in, n, &r));
        struct keeper *k = make(cx->arena, struct keeper);
        read_keeper(&r, k);
        TRY(row_end(&r));
        *ret = k;
        return OK;
}

enum err keeper_get(struct cx *cx, int64_t account, int64_t id, struct keeper **ret)
{
        TRY(get(cx, &GET, BIND(V(id)), ret));
        if (!account || ((*ret)->author != account && (*ret)->keeper != account))
                return ERR_MISSING;
        see_day(cx, *ret);
        return OK;
}

enum err keeper_of_invite(struct cx *cx, int64_t invite, struct keeper **ret)
{
        return get(cx, &OF_INVITE, BIND(V(invite), V(cx_now(cx))), ret);
}

enum err keeper_list(struct cx *cx, int64_t account, enum keeper_side side, bool ended,
                     struct keeper **ret, size_t *n)
{
        struct keeper *v = make_n(cx->arena, LIST_MOST, struct keeper);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, side == KEEPER_SIDE_AUTHOR ? &OF_AUTHOR : &OF_KEEPER, NULL,
                   BIND(V(account), V(ended ? KEEPER_ENDED : KEEPER_OFFERED),
                        V(ended ? KEEPER_ENDED : KEEPER_ACCEPTED)),
                   &r));
        while (k < LIST_MOST && row_next(&r)) {
                read_keeper(&r, &v[k]);
                see_day(cx, &v[k]);
                if (ended || v[k].state != KEEPER_ENDED)
                        k++;
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

/* ---- offering ---- */

static enum err find_person(struct cx *cx, const struct viewer *by, struct str name, int64_t *ret)
{
        static const char none[] = "Nobody here has this name.";
        struct account *a;
        struct login *l;
        bool blocked;
        if (str_starts(name, S("@")))
                name = str_after(name, 1);
        enum err e = account_by_name(cx, name, &a);
        if (e == ERR_MISSING || (!e && (!account_is_local(a) || a->suspended)))
                return fail_field(cx, "name", ERR_INPUT, "%s", none);
        TRY(e);
        if (a->id == by->account)
                return fail_field(cx, "name", ERR_INPUT, "You keep your own comments anyway.");
        e = login_get(cx, a->id, &l); /* a journal has none */
        if (e == ERR_MISSING || (!e && (!l->approved || l->disabled || a->memorial)))
                return fail_field(cx, "name", ERR_INPUT, "%s", none);
        TRY(e);
        TRY(block_between(cx, by->account, a->id, &blocked));
        if (blocked)
                return fail_field(cx, "name", ERR_INPUT, "%s", none);
        *ret = a->id;
        return OK;
}

/* A post must be one's own, or of a journal one owns; so must the journal. */
static enum err check_target(struct cx *cx, const struct viewer *by, const struct keeper_draft *d)
{
        struct post *p;
        if (d->scope == KEEPER_ALL)
                return OK;
        if (d->scope == KEEPER_JOURNAL)
                return journal_must_own(cx, d->target, by->account);
        TRY(post_get(cx, by, d->target, &p));
        if (p->boost_of || p->thread != p->id)
                return ERR_MISSING;
        return p->account == by->account ? OK : journal_must_own(cx, p->account, by->account);
}

static enum err check_day(struct cx *cx, int64_t ends_at)
{
        int64_t now = cx_now(cx);
        if (ends_at <= now)
                return fail_field(cx, "until", ERR_INPUT, "Choose a day that is still to come.");
        if (ends_at > now + (int64_t)KEEPER_DAYS_MAX * DAY_MS)
                return fail_field(cx, "until", ERR_INPUT, "Choose a day within a year.");
        return OK;
}

static enum err check_room(struct cx *cx, const struct viewer *by, const struct keeper_draft *d,
                           int64_t keeper)
{
        struct keeper *v;
        size_t n;
        TRY(keeper_list(cx, by->account, KEEPER_SIDE_AUTHOR, false, &v, &n));
        if (n >= KEEPERS_MAX)
                return fail_field(cx, "name", ERR_INPUT,
                                  "You can have up to %d keepers at a time. End one first.",
                                  KEEPERS_MAX);
        for (size_t i = 0; i < n; i++) {
                if (!keeper && v[i].invite)
                        return fail_field(cx, "name", ERR_INPUT,
                                          "You have invited a keeper by link already. End that "
                                          "first.");
                if (keeper && v[i].keeper == keeper && v[i].scope == d->scope &&
                    v[i].target == d->target)
                        return fail_field(cx, "name", ERR_INPUT,
                                          "They are asked, or keep these, already.");
        }
        return OK;
}

static enum err tell(struct cx *cx, const struct viewer *by, int64_t keeper)
{
        struct account *author;
        if (!mailing_possible(cx))
                return OK;
        TRY(account_get(cx, by->account, &author));
        struct str name = account_name(author), url = cx->settings->url;
        struct mailing m = {
                .account = keeper,
                .subject = str_fmt(cx->arena, "%.*s asks you to keep comments", STR_ARG(name)),
                .text = str_fmt(cx->arena,
                                "%.*s would like you to look after held comments for a while. You "
                                "can say yes or no here:\n\n%.*s/settings/people",
                                STR_ARG(name), STR_ARG(url)),
        };
        return mailing_add(cx, &m, STR_NONE);
}

static struct str payload_of(struct cx *cx, int64_t id)
{
        return str_fmt(cx->arena, "{\"keeper\":\"%lld\"}", (long long)id);
}

enum err keeper_offer(struct cx *cx, const struct viewer *by, const struct keeper_draft *d,
                      int64_t *id, struct str *link)
{
        struct invite *invite = NULL;
        int64_t keeper = 0;
        struct str name = str_trim(d->name.p ? d->name : S(""));
        *link = STR_NONE;
        if (!by->account)
                return ERR_DENIED;
        if (name.n)
                TRY(find_person(cx, by, name, &keeper));
        else if (!cx->settings->keeper_invites)
                return fail_field(cx, "name", ERR_INPUT, "Name somebody who has an account here.");
        TRY(check_target(cx, by, d));
        TRY(check_day(cx, d->ends_at));
        TRY(check_room(cx, by, d, keeper));
        if (!keeper) {
                struct invite_draft i = {.creator = by->account,
                                         .uses_max = 1,
                                         .days = KEEPER_INVITE_DAYS,
                                         .role = ROLE_MEMBER};
                TRY(invite_create(cx, &i, &invite));
                *link = invite->url;
        }
        *id = cx_id(cx);
        TRY(db_run(cx->db, &ADD,
                   BIND(V(*id), V(by->account), V_ID(keeper), V_ID(invite ? invite->id : 0),
                        V(d->scope), V(d->scope == KEEPER_ALL ? 0 : d->target), V(d->letters),
                        V(d->help), V(d->ends_at), V(cx_now(cx))),
                   NULL));
        TRY(job_add(cx, "keeper_end", payload_of(cx, *id), str_int(cx->arena, *id), d->ends_at));
        return keeper ? tell(cx, by, keeper) : OK;
}

enum err keeper_joined(struct cx *cx, int64_t invite, int64_t account)
{
        return db_run(cx->db, &JOINED, BIND(V(invite), V(account)), NULL);
}

/* ---- answering and ending ---- */

static enum err finish(struct cx *cx, const struct keeper *k, int64_t by)
{
        int64_t changed;
        TRY(db_run(cx->db, &END, BIND(V(k->id), V(cx_now(cx)), V(by)), &changed));
        if (!changed)
                return OK;
        TRY(job_cancel(cx, "keeper_end", str_int(cx->arena, k->id)));
        if (k->invite && !k->keeper) {
                enum err e = invite_end(cx, k->author, k->invite);
                return e == ERR_MISSING ? OK : e;
        }
        if (k->state == KEEPER_OFFERED)
                return OK;
        TRY(keeper_empty(cx, k));
        return keeper_note(cx, k->author);
}

enum err keeper_answer(struct cx *cx, int64_t account, int64_t id, bool accept)
{
        struct keeper *k;
        struct post *about;
        int64_t changed;
        TRY(keeper_get(cx, account, id, &k));
        if (k->keeper != account || k->state == KEEPER_ENDED)
                return ERR_MISSING;
        if (!accept)
                return k->state == KEEPER_OFFERED ? finish(cx, k, account) : ERR_MISSING;
        if (k->scope == KEEPER_POST)
                TRY(post_load(cx, k->target, &about)); /* deleted since */
        TRY(db_run(cx->db, &ACCEPT, BIND(V(id), V(account), V(cx_now(cx))), &changed));
        if (!changed)
                return OK; /* a form sent twice */
        k->state = KEEPER_ACCEPTED;
        TRY(keeper_fill(cx, k, INT64_MAX));
        return keeper_note(cx, k->author);
}

static enum err load(struct cx *cx, int64_t id, struct keeper **ret)
{
        return get(cx, &GET, BIND(V(id)), ret);
}

enum err keeper_end(struct cx *cx, int64_t account, int64_t id)
{
        struct keeper *k;
        TRY(keeper_get(cx, account, id, &k));
        TRY(load(cx, id, &k)); /* as stored: its job may not have run */
        return finish(cx, k, account);
}

enum err keeper_end_between(struct cx *cx, int64_t a, int64_t b)
{
        const int64_t sides[2][2] = {{a, b}, {b, a}};
        for (int i = 0; i < 2; i++) {
                struct keeper *v;
                size_t n;
                TRY(keeper_list(cx, sides[i][0], KEEPER_SIDE_AUTHOR, false, &v, &n));
                for (size_t j = 0; j < n; j++)
                        if (v[j].keeper == sides[i][1])
                                TRY(finish(cx, &v[j], a));
        }
        return OK;
}

/* What a grant is about: a journal, also by way of one of its posts; 0: neither. */
static enum err journal_of(struct cx *cx, const struct keeper *k, int64_t *ret)
{
        struct post *p;
        *ret = k->scope == KEEPER_JOURNAL ? k->target : 0;
        if (k->scope != KEEPER_POST)
                return OK;
        enum err e = post_load(cx, k->target, &p);
        if (!e)
                *ret = p->account;
        return e == ERR_MISSING ? OK : e;
}

enum err keeper_end_owner(struct cx *cx, int64_t owner, int64_t journal)
{
        struct keeper *v;
        size_t n;
        int64_t about;
        TRY(keeper_list(cx, owner, KEEPER_SIDE_AUTHOR, false, &v, &n));
        for (size_t i = 0; i < n; i++) {
                TRY(journal_of(cx, &v[i], &about));
                if (about == journal)
                        TRY(finish(cx, &v[i], owner));
        }
        return OK;
}

enum err keeper_end_all(struct cx *cx, int64_t account)
{
        struct keeper *v;
        size_t n, k = 0;
        struct row r;
        for (int side = KEEPER_SIDE_AUTHOR; side <= KEEPER_SIDE_KEEPER; side++) {
                TRY(keeper_list(cx, account, (enum keeper_side)side, false, &v, &n));
                for (size_t i = 0; i < n; i++)
                        TRY(finish(cx, &v[i], account));
        }
        v = make_n(cx->arena, JOURNAL_OWNERS_MAX * KEEPERS_MAX, struct keeper);
        TRY(db_all(cx->db, &OF_JOURNAL, NULL, BIND(V(account)), &r));
        while (k < JOURNAL_OWNERS_MAX * KEEPERS_MAX && row_next(&r))
                read_keeper(&r, &v[k++]);
        TRY(row_end(&r));
        for (size_t i = 0; i < k; i++)
                TRY(finish(cx, &v[i], 0));
        return OK;
}

static enum err read_job(struct cx *cx, struct str payload, struct keeper **k, int64_t *before)
{
        const struct json_value *j;
        int64_t id;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "keeper"), &id))
                return ERR_INPUT;
        if (!str_to_i64(json_get_text(j, "before"), before))
                *before = 0;
        return load(cx, id, k);
}

enum err keeper_end_job(struct cx *cx, struct str payload)
{
        struct keeper *k;
        int64_t before;
        enum err e = read_job(cx, payload, &k, &before);
        if (e)
                return e == ERR_MISSING ? OK : e;
        if (k->ends_at > cx_now(cx)) /* the clock was put back */
                return job_add(cx, "keeper_end", payload, str_int(cx->arena, k->id), k->ends_at);
        return finish(cx, k, 0);
}

enum err keeper_fill_job(struct cx *cx, struct str payload)
{
        struct keeper *k;
        int64_t before;
        enum err e = read_job(cx, payload, &k, &before);
        if (e)
                return e == ERR_MISSING ? OK : e;
        see_day(cx, k);
        return k->state == KEEPER_ACCEPTED ? keeper_fill(cx, k, before) : OK;
}

/* ---- what they may, and did ---- */

static enum err may(struct cx *cx, const struct stmt *s, int64_t subject, int64_t account,
                    bool *letters, bool *help)
{
        struct row r;
        TRY(db_one(cx->db, s, NULL, BIND(V(subject), V(account), V(cx_now(cx))), &r));
        *letters = row_int(&r) != 0;
        *help = row_int(&r) != 0;
        return row_end(&r);
}

enum err keeper_may_letters(struct cx *cx, int64_t thread, int64_t account, bool *ret)
{
        bool help;
        return may(cx, &MAY, thread, account, ret, &help);
}

enum err keeper_may_help(struct cx *cx, int64_t thread, int64_t journal, int64_t account, bool *ret)
{
        bool letters;
        return thread ? may(cx, &MAY, thread, account, &letters, ret)
                      : may(cx, &MAY_JOURNAL, journal, account, &letters, ret);
}

enum err keeper_counts(struct cx *cx, int64_t author, int64_t keeper, int64_t ret[KEEPER_VERBS])
{
        struct row r;
        memset(ret, 0, KEEPER_VERBS * sizeof *ret);
        TRY(db_all(cx->db, &COUNTS, NULL, BIND(V(author), V(keeper)), &r));
        while (row_next(&r)) {
                int64_t verb = row_int(&r), n = row_int(&r);
                if (verb >= 0 && verb < KEEPER_VERBS)
                        ret[verb] = n;
        }
        return row_end(&r);
}

const struct stmt_list KEEPER_STATEMENTS = {
        (const struct stmt *const[]){&ADD, &GET, &OF_AUTHOR, &OF_KEEPER, &OF_JOURNAL, &OF_INVITE,
                                     &ACCEPT, &END, &JOINED, &MAY, &MAY_JOURNAL, &COUNTS},
        12,
};
