/* What stewards do for a memorial account: each verb checks that they are one, does it, and lists
 * it with what was there before, so that it can be taken back. Called by the stewards' page, by
 * way.c, and when a memorial is taken back. */
#include "lib/text/json.h"
#include "social/steward_parts.h"

static const struct stmt ADD = {
        .name = "steward_act_add",
        .text = "INSERT INTO steward_act (id, memorial, actor, act, subject, was, became, at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        .in = "iiiiissi",
};
#define COLUMNS "id, actor, act, subject, was, became, at, undone_at, undone_by"
#define LETTERS "iiiissiii"
static const struct stmt LIST = {
        .name = "steward_act_list",
        .text = "SELECT " COLUMNS " FROM steward_act WHERE memorial = $1 ORDER BY id DESC LIMIT $2",
        .in = "ii",
        .out = LETTERS,
};
static const struct stmt OPEN = {
        .name = "steward_act_open",
        .text = "SELECT " COLUMNS " FROM steward_act WHERE memorial = $1 AND id < $2 AND undone_at "
                "= 0 ORDER BY id DESC LIMIT $3",
        .in = "iii",
        .out = LETTERS,
};
static const struct stmt GET = {
        .name = "steward_act_get",
        .text = "SELECT " COLUMNS " FROM steward_act WHERE id = $1 AND memorial = $2",
        .in = "ii",
        .out = LETTERS,
};
static const struct stmt UNDONE = {
        .name = "steward_act_undone",
        .text = "UPDATE steward_act SET undone_at = $2, undone_by = $3 WHERE id = $1",
        .in = "iii",
};
static const struct stmt FILE_KEEP = {
        .name = "steward_file_keep",
        .text = "INSERT INTO steward_file (id, name, still, portrait, type, words) SELECT "
                "CAST($1 AS BIGINT), avatar, avatar_static, avatar_portrait, avatar_type, "
                "avatar_description FROM account WHERE id = $2",
        .in = "ii",
};
static const struct stmt FILE_KEEP_HEADER = {
        .name = "steward_file_keep_header",
        .text = "INSERT INTO steward_file (id, name, still, portrait, type, words) SELECT "
                "CAST($1 AS BIGINT), header, header_static, NULL, header_type, header_description "
                "FROM account WHERE id = $2",
        .in = "ii",
};
static const struct stmt FILE_GET = {
        .name = "steward_file_get",
        .text = "SELECT name, still, portrait, type, words FROM steward_file WHERE id = $1",
        .in = "i",
        .out = "SSSSs",
};
static const struct stmt FILE_DROP = {
        .name = "steward_file_drop",
        .text = "DELETE FROM steward_file WHERE id = $1",
        .in = "i",
};

enum err steward_note(struct cx *cx, const struct viewer *by, const struct memorial *m,
                      enum steward_verb verb, int64_t subject, struct str was, struct str became,
                      int64_t *id)
{
        *id = cx_id(cx);
        return db_run(cx->db, &ADD,
                      BIND(V(*id), V(m->id), V(by->account), V(verb), V(subject),
                           V(was.p ? was : S("")), V(became.p ? became : S("")), V(cx_now(cx))),
                      NULL);
}

/* ---- words, pictures ---- */

enum err steward_words(struct cx *cx, const struct viewer *by, int64_t account, struct str words)
{
        struct memorial *m;
        struct str clean;
        int64_t id;
        TRY(steward_must(cx, by->account, account, &m));
        TRY(memorial_clean(cx, "words", MEMORIAL_WORDS_MAX, words, &clean));
        if (str_eq(clean, m->words))
                return OK;
        TRY(memorial_set_words(cx, m->id, clean));
        return steward_note(cx, by, m, STEWARD_WORDS, 0, m->words, clean, &id);
}

static struct account_change with_picture(bool header, const struct account_picture *p,
                                          struct str shows)
{
        struct account_change c = {.keep_files = true};
        if (header) {
                c.header = *p;
                c.header_description = shows;
        } else {
                c.avatar = *p;
                c.avatar_description = shows;
        }
        return c;
}

enum err steward_picture(struct cx *cx, const struct viewer *by, int64_t account, bool header,
                         const struct account_picture *p, struct str shows)
{
        struct memorial *m;
        int64_t id;
        TRY(steward_must(cx, by->account, account, &m));
        struct account_change c = with_picture(header, p, shows.p ? shows : S(""));
        TRY(steward_note(cx, by, m, header ? STEWARD_HEADER : STEWARD_AVATAR, 0, S(""),
                         p->name.n ? p->name : S(""), &id));
        TRY(db_run(cx->db, header ? &FILE_KEEP_HEADER : &FILE_KEEP, BIND(V(id), V(account)), NULL));
        return account_update(cx, account, &c);
}

static enum err undo_picture(struct cx *cx, const struct memorial *m, const struct steward_act *s)
{
        struct account *a;
        struct row r;
        bool header = s->verb == STEWARD_HEADER;
        TRY(account_get(cx, m->account, &a));
        struct str now = header ? a->header : a->avatar;
        if (!str_eq(now.p ? now : S(""), s->became))
                return fail(cx, ERR_CONFLICT, "It was changed again since.");
        TRY(db_one(cx->db, &FILE_GET, cx->arena, BIND(V(s->id)), &r));
        struct account_picture p = {.given = true};
        p.name = row_str(&r);
        p.still = row_str(&r);
        p.portrait = row_str(&r);
        p.type = row_str(&r);
        struct str words = row_str(&r);
        TRY(row_end(&r));
        struct account_change c = with_picture(header, &p, words);
        c.keep_files = false; /* the steward's own is of no more use */
        TRY(db_run(cx->db, &FILE_DROP, BIND(V(s->id)), NULL));
        return account_update(cx, m->account, &c);
}

/* ---- follow requests, removal ---- */

enum err steward_request(struct cx *cx, const struct viewer *by, int64_t account, int64_t who,
                         bool let_in)
{
        struct memorial *m;
        int64_t id;
        TRY(steward_must(cx, by->account, account, &m));
        TRY(let_in ? follow_accept(cx, account, who) : follow_reject(cx, account, who));
        return steward_note(cx, by, m, let_in ? STEWARD_LET_IN : STEWARD_TURN_AWAY, who, S(""),
                            S(""), &id);
}

/* Who was let in goes; who was turned away is let ask again, as far as that is ours to do. */
static enum err undo_request(struct cx *cx, const struct memorial *m, const struct steward_act *s)
{
        struct account *who;
        struct follow_options o = {0};
        enum err e = account_get(cx, s->subject, &who);
        if (e)
                return e == ERR_MISSING ? OK : e;
        if (s->verb == STEWARD_LET_IN)
                return follow_remove_follower(cx, m->account, s->subject);
        if (!account_is_local(who))
                return fail(cx, ERR_CONFLICT,
                            "They asked from another server: only they can ask again.");
        e = follow_start(cx, s->subject, m->account, &o);
        return e == ERR_DENIED || e == ERR_MISSING ? OK : e;
}

enum err steward_removal(struct cx *cx, const struct viewer *by, int64_t account, struct str why)
{
        struct memorial *m;
        struct str clean;
        int64_t id;
        TRY(steward_must(cx, by->account, account, &m));
        TRY(memorial_clean(cx, "why", MEMORIAL_WORDS_MAX, why, &clean));
        if (!clean.n)
                return fail_field(cx, "why", ERR_INPUT, "Say in a few words why.");
        if (m->removal_by)
                return OK; /* they have been asked */
        TRY(memorial_set_removal(cx, m->id, by->account, clean));
        return steward_note(cx, by, m, STEWARD_REMOVAL, 0, S(""), clean, &id);
}

/* ---- ways to help ---- */

static struct str ways_json(struct cx *cx, const struct way *v, size_t n)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_array(&j, NULL);
        for (size_t i = 0; i < n; i++) {
                json_object(&j, NULL);
                json_int(&j, "kind", v[i].kind);
                json_int(&j, "state", v[i].state);
                json_str(&j, "label", v[i].label);
                json_str(&j, "link", v[i].link);
                json_str(&j, "words", v[i].words);
                json_end(&j);
        }
        json_end(&j);
        struct str s = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return s;
}

enum err steward_ways(struct cx *cx, const struct viewer *by, int64_t account,
                      const struct way *was, size_t n)
{
        struct memorial *m;
        struct way *now;
        size_t n_now;
        int64_t id;
        TRY(steward_must(cx, by->account, account, &m));
        TRY(way_list(cx, (struct way_of){.memorial = account}, &now, &n_now));
        struct str before = ways_json(cx, was, n), after = ways_json(cx, now, n_now);
        if (str_eq(before, after))
                return OK;
        return steward_note(cx, by, m, STEWARD_WAYS, 0, before, after, &id);
}

static enum err undo_ways(struct cx *cx, const struct memorial *m, const struct steward_act *s)
{
        const struct json_value *j;
        struct way_of of = {.memorial = m->account};
        struct way *now, back[WAYS_MAX] = {0};
        size_t n_now, n = 0;
        TRY(way_list(cx, of, &now, &n_now));
        if (!str_eq(ways_json(cx, now, n_now), s->became))
                return fail(cx, ERR_CONFLICT, "It was changed again since.");
        TRY(json_read(cx->arena, s->was, NULL, &j, NULL));
        for (const struct json_value *v = j->child; v && n < WAYS_MAX; v = v->next) {
                int64_t kind = 0, state = 0;
                if (!json_i64(json_get(v, "kind"), &kind) ||
                    !json_i64(json_get(v, "state"), &state))
                        return ERR_FAULT;
                back[n++] = (struct way){.kind = (enum way_kind)kind,
                                         .state = (enum way_state)state,
                                         .label = json_get_text(v, "label"),
                                         .link = json_get_text(v, "link"),
                                         .words = json_get_text(v, "words")};
        }
        return way_replace(cx, of, back, n);
}

/* ---- the list, and taking back ---- */

static void read_act(struct row *r, struct steward_act *a)
{
        a->id = row_int(r);
        a->actor = row_int(r);
        a->verb = (enum steward_verb)row_int(r);
        a->subject = row_int(r);
        a->was = row_str(r);
        a->became = row_str(r);
        a->at = row_int(r);
        a->undone_at = row_int(r);
        a->undone_by = row_int(r);
}

static enum err read_acts(struct cx *cx, struct row *r, struct steward_act **ret, size_t *n)
{
        struct steward_act *v = make_n(cx->arena, STEWARD_ACTS, struct steward_act);
        *n = 0;
        while (*n < STEWARD_ACTS && row_next(r))
                read_act(r, &v[(*n)++]);
        *ret = v;
        return row_end(r);
}

enum err steward_acts(struct cx *cx, int64_t memorial, struct steward_act **ret, size_t *n)
{
        struct row r;
        TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(memorial), V(STEWARD_ACTS)), &r));
        return read_acts(cx, &r, ret, n);
}

static enum err take_back(struct cx *cx, const struct memorial *m, const struct steward_act *s)
{
        switch (s->verb) {
        case STEWARD_WORDS:
                if (!str_eq(m->words, s->became))
                        return fail(cx, ERR_CONFLICT, "It was changed again since.");
                return memorial_set_words(cx, m->id, s->was);
        case STEWARD_AVATAR:
        case STEWARD_HEADER:
                return undo_picture(cx, m, s);
        case STEWARD_LET_IN:
        case STEWARD_TURN_AWAY:
                return undo_request(cx, m, s);
        case STEWARD_SHOW:
        case STEWARD_PUT_AWAY:
                return tribute_move(cx, m->account, s->subject,
                                    s->verb == STEWARD_SHOW ? TRIBUTE_SHOWN : TRIBUTE_AWAY,
                                    str_eq(s->was, S("waits"))   ? TRIBUTE_WAITS
                                    : str_eq(s->was, S("shown")) ? TRIBUTE_SHOWN
                                                                 : TRIBUTE_AWAY);
        case STEWARD_WAYS:
                return undo_ways(cx, m, s);
        case STEWARD_REMOVAL:
                return memorial_set_removal(cx, m->id, 0, S(""));
        case STEWARD_VERBS_:
                break;
        }
        return ERR_MISSING;
}

enum err steward_undo(struct cx *cx, const struct viewer *by, int64_t account, int64_t act)
{
        struct memorial *m;
        struct steward_act s;
        struct row r;
        TRY(steward_must(cx, by->account, account, &m));
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(act), V(m->id)), &r));
        read_act(&r, &s);
        TRY(row_end(&r));
        if (s.undone_at)
                return fail(cx, ERR_CONFLICT, "This was taken back already.");
        TRY(take_back(cx, m, &s));
        return db_run(cx->db, &UNDONE, BIND(V(act), V(cx_now(cx)), V(by->account)), NULL);
}

/* From the newest, so that each finds what it left. What cannot come back (a request from another
 * server, words their writer took away) stays as it is. */
enum err steward_undo_acts(struct cx *cx, const struct viewer *by, const struct memorial *now)
{
        int64_t before = INT64_MAX;
        for (size_t n = STEWARD_ACTS; n == STEWARD_ACTS;) {
                struct steward_act *v;
                struct row r;
                TRY(db_all(cx->db, &OPEN, cx->arena, BIND(V(now->id), V(before), V(STEWARD_ACTS)),
                           &r));
                TRY(read_acts(cx, &r, &v, &n));
                for (size_t i = 0; i < n; i++) {
                        struct memorial *m;
                        before = v[i].id;
                        TRY(memorial_get(cx, now->id, &m));
                        enum err e = take_back(cx, m, &v[i]);
                        if (e && e != ERR_CONFLICT)
                                return e;
                        TRY(db_run(cx->db, &UNDONE, BIND(V(before), V(cx_now(cx)), V(by->account)),
                                   NULL));
                }
        }
        return OK;
}

static const struct stmt *const statements[] = {
        &ADD, &LIST, &OPEN, &GET, &UNDONE, &FILE_KEEP, &FILE_GET, &FILE_KEEP_HEADER, &FILE_DROP};
const struct stmt_list STEWARD_ACT_STATEMENTS = {statements, countof(statements)};
