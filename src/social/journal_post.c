/* Writing as a journal: an owner's post stored as the journal's own, signed with the writer's name,
 * sorted by all owners. Called by post_publish and post_edit, and by whoever asks whether an owner
 * may act on a post. */
#include "lib/text/html.h"
#include "social/journal.h"
#include "social/mail_follow.h"
#include "social/switches.h"

static const struct stmt AUTHOR = {
        .name = "journal_author",
        .text = "SELECT a.username, a.suspended_at, j.state, j.reach, j.preset, l.language "
                "FROM journal j JOIN account a ON a.id = j.account "
                "LEFT JOIN login l ON l.account = $2 WHERE j.account = $1",
        .in = "ii",
        .out = "sIiiiS",
};
static const struct stmt STAND_IN = {
        .name = "journal_stand_in",
        .text = "SELECT o.journal FROM post p JOIN journal_owner o ON o.journal = p.account "
                "WHERE p.id = $1 AND o.account = $2 AND o.state = 1",
        .in = "ii",
        .out = "i",
};
static const struct stmt WROTE = {
        .name = "journal_wrote",
        .text = "INSERT INTO journal_post (post, writer, signature) VALUES ($1, $2, $3) "
                "ON CONFLICT DO NOTHING",
        .in = "iis",
};
static const struct stmt SIGNATURE = {
        .name = "journal_signature",
        .text = "SELECT signature FROM journal_post WHERE post = $1",
        .in = "i",
        .out = "s",
};
static const struct stmt HANDS = {
        .name = "journal_hands",
        .text = "INSERT INTO hand (post, account, role) SELECT CAST($1 AS BIGINT), account, 1 FROM "
                "journal_owner "
                "WHERE journal = $2 AND state = 1 ON CONFLICT DO NOTHING",
        .in = "ii",
};
static const struct stmt TAKE_MEDIA = {
        .name = "journal_take_media",
        .text = "UPDATE media SET account = $2 WHERE post = $1",
        .in = "ii",
};
static const struct stmt REFUSES = {
        .name = "journal_refuses",
        .text = "SELECT j.state FROM post p JOIN journal j ON j.account = p.account WHERE p.id = "
                "$1",
        .in = "i",
        .out = "i",
};

enum err journal_author(struct cx *cx, int64_t account, int64_t writer, struct journal_author *ret)
{
        struct row r;
        TRY(db_one(cx->db, &AUTHOR, cx->arena, BIND(V(account), V(writer)), &r));
        ret->username = row_str(&r);
        ret->stopped = row_int(&r) != 0;
        enum journal_state state = (enum journal_state)row_int(&r);
        enum journal_reach reach = (enum journal_reach)row_int(&r);
        ret->preset = row_int(&r);
        ret->language = row_str(&r);
        ret->audience = reach == JOURNAL_PUBLIC ? AUDIENCE_PUBLIC : AUDIENCE_FOLLOWERS;
        TRY(row_end(&r));
        return state == JOURNAL_CLOSED
                       ? fail(cx, ERR_DENIED, "This journal is closed. It can be read only.")
                       : OK;
}

enum err journal_stand_in(struct cx *cx, const struct viewer *by, int64_t post, struct viewer *ret)
{
        struct row r;
        if (!by->account)
                return ERR_MISSING;
        TRY(db_one(cx->db, &STAND_IN, NULL, BIND(V(post), V(by->account)), &r));
        *ret = *by;
        ret->account = row_int(&r);
        return row_end(&r);
}

/* ---- publishing ---- */

/* A line of its own at the end: "— Maren Holt", leading to her profile. Rendered once: it stays as
 * it was signed. */
static enum err write_signature(struct cx *cx, int64_t writer, struct str *ret)
{
        struct account *a;
        struct buf b = {0};
        TRY(account_get(cx, writer, &a));
        buf_add(&b, S("<p>— <a href=\""));
        html_escape(&b, a->url);
        buf_add(&b, S("\" class=\"u-url\">"));
        html_escape(&b, account_name(a));
        buf_add(&b, S("</a></p>"));
        *ret = str_dup(cx->arena, buf_str(&b));
        bool failed = b.failed;
        buf_free(&b);
        return failed ? ERR_BUSY : OK;
}

/* Only what the journal's reach allows: nothing wider than it, and nothing for a few by name, which
 * belongs to a person.
 */
static enum err narrow(struct cx *cx, const struct journal *j, struct draft *d)
{
        bool open = !d->visibility.n || str_eq(d->visibility, S("public")) ||
                    str_eq(d->visibility, S("unlisted"));
        if (!open && !str_eq(d->visibility, S("private")))
                return fail_field(cx, "visibility", ERR_INPUT,
                                  "A journal writes to everybody, or to its followers.");
        if (j->reach != JOURNAL_PUBLIC && open)
                d->visibility = S("private");
        if (j->reach == JOURNAL_HERE)
                d->local_only = TRI_TRUE;
        return OK;
}

enum err journal_take_media(struct cx *cx, int64_t post, int64_t journal)
{
        return db_run(cx->db, &TAKE_MEDIA, BIND(V(post), V(journal)), NULL);
}

static enum err wrote(struct cx *cx, const struct post *p, int64_t writer, bool signs)
{
        struct str signature = S("");
        if (signs)
                TRY(write_signature(cx, writer, &signature));
        TRY(db_run(cx->db, &WROTE, BIND(V(p->id), V(writer), V(signature)), NULL));
        if (p->has & POST_HAS_MEDIA)
                TRY(journal_take_media(cx, p->id, p->account));
        if (p->reply_to)
                return OK;
        TRY(db_run(cx->db, &HANDS, BIND(V(p->id), V(p->account)), NULL));
        return mail_follow_post(cx, p);
}

enum err journal_publish(struct cx *cx, const struct viewer *by, const struct draft *d, bool check,
                         struct post **ret)
{
        struct viewer as = *by;
        struct draft mine = *d;
        struct journal *j;
        if (journal_must_own(cx, d->journal, by->account))
                return fail_field(cx, "journal", ERR_INPUT, "You do not write in this journal.");
        TRY(journal_get(cx, d->journal, &j));
        TRY(narrow(cx, j, &mine));
        as.account = d->journal;
        mine.journal = 0;
        mine.writer = by->account;
        bool signs = d->signs == TRI_UNSET ? j->signs : d->signs == TRI_TRUE;
        mine.signs = signs ? TRI_TRUE : TRI_FALSE;
        if (check)
                return post_publish_check(cx, &as, &mine);
        TRY(post_publish(cx, &as, &mine, ret));
        return wrote(cx, *ret, by->account, signs);
}

enum err journal_sign_new(struct cx *cx, int64_t writer, struct markup *content)
{
        struct str signature;
        TRY(write_signature(cx, writer, &signature));
        content->html = str_join(cx->arena, content->html, signature);
        return OK;
}

enum err journal_sign(struct cx *cx, int64_t post, struct markup *content)
{
        struct row r;
        bool found;
        TRY(db_find(cx->db, &SIGNATURE, cx->arena, BIND(V(post)), &r, &found));
        if (!found)
                return OK;
        content->html = str_join(cx->arena, content->html, row_str(&r));
        return row_end(&r);
}

enum err journal_refuses(struct cx *cx, int64_t thread, struct str *ret)
{
        struct row r;
        bool found;
        *ret = STR_NONE;
        TRY(db_find(cx->db, &REFUSES, NULL, BIND(V(thread)), &r, &found));
        if (!found)
                return OK;
        if (row_int(&r) == JOURNAL_CLOSED)
                *ret = S("This journal is closed. It can be read only.");
        return row_end(&r);
}

const struct stmt_list JOURNAL_POST_STATEMENTS = {
        (const struct stmt *const[]){&AUTHOR, &STAND_IN, &WROTE, &SIGNATURE, &HANDS, &TAKE_MEDIA,
                                     &REFUSES},
        7,
};
