/* What one row of an imported list means: see import.h. Nothing here goes round the rules: a follow
 * is asked for like any other, a list takes whom it would take on its page, a bookmark is of what
 * may be seen. */
#include "lib/text/url.h"
#include "social/account.h"
#include "social/account_extra.h"
#include "social/block.h"
#include "social/follow.h"
#include "social/import.h"
#include "social/list.h"
#include "social/mark.h"
#include "social/mute.h"
#include "social/post.h"
#include "social/search.h"

enum { DROP_AT_ONCE = 50 };

#define NOT_NAMED(key)                                                                             \
        " AND NOT EXISTS (SELECT 1 FROM import_row r WHERE r.import = $2 AND r.key = " key ")"     \
        " LIMIT 50"

static const struct stmt UNNAMED_FOLLOWS = {
        .name = "import_unnamed_follows",
        .text = "SELECT '', f.target, 0 FROM follow f"
                " WHERE f.account = $1" NOT_NAMED("CAST(f.target AS TEXT)"),
        .in = "ii",
        .out = "sii",
};
static const struct stmt UNNAMED_MUTES = {
        .name = "import_unnamed_mutes",
        .text = "SELECT '', m.target, 0 FROM mute m"
                " WHERE m.account = $1" NOT_NAMED("CAST(m.target AS TEXT)"),
        .in = "ii",
        .out = "sii",
};
static const struct stmt UNNAMED_BLOCKS = {
        .name = "import_unnamed_blocks",
        .text = "SELECT '', b.target, 0 FROM block b"
                " WHERE b.account = $1" NOT_NAMED("CAST(b.target AS TEXT)"),
        .in = "ii",
        .out = "sii",
};
static const struct stmt UNNAMED_DOMAINS = {
        .name = "import_unnamed_domains",
        .text = "SELECT d.domain, 0, 0 FROM domain_block d"
                " WHERE d.account = $1" NOT_NAMED("d.domain"),
        .in = "ii",
        .out = "sii",
};
static const struct stmt UNNAMED_BOOKMARKS = {
        .name = "import_unnamed_bookmarks",
        .text = "SELECT '', k.post, 0 FROM mark k"
                " WHERE k.account = $1 AND k.kind = 1" NOT_NAMED("CAST(k.post AS TEXT)"),
        .in = "ii",
        .out = "sii",
};
/* Only in lists that the file names. */
static const struct stmt UNNAMED_MEMBERS = {
        .name = "import_unnamed_members",
        .text = "SELECT '', m.account, m.list FROM list l JOIN list_member m ON m.list = l.id"
                " WHERE l.account = $1 AND EXISTS (SELECT 1 FROM import_row n WHERE n.import = $2"
                " AND n.list = l.id)" NOT_NAMED(
                        "CAST(m.list AS TEXT) || ':' || CAST(m.account AS TEXT)"),
        .in = "ii",
        .out = "sii",
};

/* ---- whom and what ---- */

static struct str name_in(const struct import_row *r)
{
        bool second = r->import.kind == IMPORT_LISTS || r->import.kind == IMPORT_AUDIENCES;
        return r->fields[second];
}

static enum err here(struct cx *cx, void *arg)
{
        struct import_row *r = arg;
        struct account *a;
        struct str name = name_in(r);
        if (str_starts(name, S("https://")) || str_starts(name, S("http://")))
                TRY(account_by_uri(cx, name, &a));
        else
                TRY(account_by_name(cx, str_after(name, str_starts(name, S("@"))), &a));
        r->account = a->id;
        return OK;
}

static enum err find_account(struct cx *cx, struct import_row *r)
{
        int64_t post;
        enum err e = cx_read(cx, here, r);
        if (e != ERR_MISSING)
                return e;
        TRY(search_far(cx, name_in(r), &r->account, &post));
        return r->account ? OK : ERR_MISSING;
}

static enum err post_here(struct cx *cx, void *arg)
{
        struct import_row *r = arg;
        return post_by_uri(cx, r->fields[0], &r->post);
}

static enum err find_post(struct cx *cx, struct import_row *r)
{
        int64_t account;
        enum err e = cx_read(cx, post_here, r);
        if (e != ERR_MISSING)
                return e;
        TRY(search_far(cx, r->fields[0], &account, &r->post));
        return r->post ? OK : ERR_MISSING;
}

static bool yes(struct str s)
{
        return str_eq_nocase(s, S("true")) || str_eq_nocase(s, S("yes")) || str_eq(s, S("1"));
}

enum err import_find(struct cx *cx, struct import_row *r)
{
        if (r->import.kind == IMPORT_DOMAINS)
                return OK;
        return r->import.kind == IMPORT_BOOKMARKS ? find_post(cx, r) : find_account(cx, r);
}

/* ---- taking ---- */

static enum err take_follow(struct cx *cx, struct import_row *r)
{
        struct str rest = r->fields[3], word, languages[20];
        struct follow_options o = {.boosts = !r->fields[1].n || yes(r->fields[1]) ? TRI_TRUE
                                                                                  : TRI_FALSE,
                                   .notify = yes(r->fields[2]) ? TRI_TRUE : TRI_FALSE,
                                   .languages_given = r->fields[3].n > 0,
                                   .languages = {languages, 0}};
        while (o.languages.n < countof(languages) && str_next(&rest, ',', &word))
                if (str_trim(word).n)
                        languages[o.languages.n++] = str_trim(word);
        return follow_start(cx, r->import.account, r->account, &o);
}

/* The list of this name, made when there is none. */
static enum err list_named(struct cx *cx, struct import_row *r, bool audience)
{
        struct list *all, *made;
        size_t n;
        const struct list draft = {
                .title = r->fields[0], .audience = audience, .replies_policy = LIST_REPLIES_LIST};
        TRY(audience ? list_audiences(cx, r->import.account, &all, &n)
                     : list_all(cx, r->import.account, &all, &n));
        for (size_t i = 0; i < n; i++)
                if (str_eq(all[i].title, r->fields[0])) {
                        r->list = all[i].id;
                        return OK;
                }
        TRY(list_create(cx, r->import.account, &draft, &made));
        r->list = made->id;
        return OK;
}

static enum err take_member(struct cx *cx, struct import_row *r)
{
        bool there;
        TRY(list_named(cx, r, r->import.kind == IMPORT_AUDIENCES));
        TRY(list_has(cx, r->import.account, r->list, r->account, &there));
        if (!there)
                TRY(list_add(cx, r->import.account, r->list, &r->account, 1));
        r->key = str_fmt(cx->arena, "%lld:%lld", (long long)r->list, (long long)r->account);
        return OK;
}

static enum err take_domain(struct cx *cx, struct import_row *r)
{
        struct str domain;
        if (!host_to_ascii(cx->arena, r->fields[0], &domain) || !str_has_char(domain, '.'))
                return ERR_INPUT;
        r->key = domain;
        return domain_block_add(cx, r->import.account, domain);
}

static enum err take_bookmark(struct cx *cx, struct import_row *r)
{
        const struct viewer as = {.account = r->import.account};
        r->key = str_int(cx->arena, r->post);
        return mark_set(cx, &as, r->post, MARK_BOOKMARK, true);
}

enum err import_take(struct cx *cx, struct import_row *r)
{
        int64_t me = r->import.account;
        r->key = str_int(cx->arena, r->account);
        if (r->account == me)
                return ERR_DENIED;
        switch (r->import.kind) {
        case IMPORT_FOLLOWING:
                return take_follow(cx, r);
        case IMPORT_LISTS:
        case IMPORT_AUDIENCES:
                return take_member(cx, r);
        case IMPORT_MUTED:
                return mute_start(cx, me, r->account, !r->fields[1].n || yes(r->fields[1]), 0);
        case IMPORT_BLOCKED:
                return block_start(cx, me, r->account);
        case IMPORT_DOMAINS:
                return take_domain(cx, r);
        case IMPORT_BOOKMARKS:
                return take_bookmark(cx, r);
        case IMPORT_KINDS_:
                break;
        }
        return ERR_FAULT;
}

/* ---- overwriting ---- */

struct unnamed {
        struct str text;
        int64_t id, list;
};

static enum err drop_one(struct cx *cx, const struct import *m, const struct unnamed *u)
{
        switch (m->kind) {
        case IMPORT_FOLLOWING:
                return follow_end(cx, m->account, u->id);
        case IMPORT_LISTS:
        case IMPORT_AUDIENCES:
                return list_remove(cx, m->account, u->list, &u->id, 1);
        case IMPORT_MUTED:
                return mute_end(cx, m->account, u->id);
        case IMPORT_BLOCKED:
                return block_end(cx, m->account, u->id);
        case IMPORT_DOMAINS:
                return domain_block_remove(cx, m->account, u->text);
        case IMPORT_BOOKMARKS:
                return mark_remove(cx, m->account, u->id, MARK_BOOKMARK);
        case IMPORT_KINDS_:
                break;
        }
        return ERR_FAULT;
}

enum err import_drop(struct cx *cx, const struct import *m, bool *more)
{
        static const struct stmt *const unnamed[] = {
                [IMPORT_FOLLOWING] = &UNNAMED_FOLLOWS,  [IMPORT_LISTS] = &UNNAMED_MEMBERS,
                [IMPORT_AUDIENCES] = &UNNAMED_MEMBERS,  [IMPORT_MUTED] = &UNNAMED_MUTES,
                [IMPORT_BLOCKED] = &UNNAMED_BLOCKS,     [IMPORT_DOMAINS] = &UNNAMED_DOMAINS,
                [IMPORT_BOOKMARKS] = &UNNAMED_BOOKMARKS};
        struct unnamed v[DROP_AT_ONCE];
        struct row r;
        size_t n = 0;
        TRY(db_all(cx->db, unnamed[m->kind], cx->arena, BIND(V(m->account), V(m->id)), &r));
        while (n < DROP_AT_ONCE && row_next(&r)) {
                v[n].text = row_str(&r);
                v[n].id = row_int(&r);
                v[n++].list = row_int(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++)
                TRY(drop_one(cx, m, &v[i]));
        *more = n == DROP_AT_ONCE;
        return OK;
}

static const struct stmt *const statements[] = {&UNNAMED_FOLLOWS, &UNNAMED_MUTES,
                                                &UNNAMED_BLOCKS,  &UNNAMED_DOMAINS,
                                                &UNNAMED_MEMBERS, &UNNAMED_BOOKMARKS};
const struct stmt_list IMPORT_TAKE_STATEMENTS = {statements, countof(statements)};
