/* Who is addressed by a post: resolving the names in its text, and listing them for a page of
 * posts. Called by post_publish, post_edit and whoever writes posts out. */
#include "social/mention.h"
#include "social/account.h"
#include "social/ids.h"

static const struct stmt MENTION_FIND = {
        .name = "mention_find",
        .text = "SELECT id, username, url FROM account WHERE username_fold = $1 AND domain = $2 "
                "AND suspended_at IS NULL",
        .in = "ss",
        .out = "isS",
};

#define MENTION_OF_POSTS_TEXT(ids)                                                                 \
        "SELECT m.post, m.account, m.silent, a.username, a.domain, a.url FROM " ids                \
        " CROSS JOIN mention m JOIN account a ON a.id = m.account WHERE m.post = ids.value "       \
        "ORDER BY m.post, m.account"
static const struct stmt MENTION_OF_POSTS = {
        .name = "mention_of_posts",
        .text = MENTION_OF_POSTS_TEXT(IDS_SQLITE),
        .text_pg = MENTION_OF_POSTS_TEXT(IDS_PG),
        .in = "s",
        .out = "iiissS",
};

enum err mention_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct mention **ret,
                          size_t *n_ret)
{
        size_t size = 16, got = 0;
        struct mention *v = make_n(cx->arena, size, struct mention);
        struct row r;
        TRY(db_all(cx->db, &MENTION_OF_POSTS, cx->arena, BIND(V(ids_json(cx->arena, posts, n))),
                   &r));
        while (row_next(&r)) {
                if (got == size) {
                        struct mention *more = make_n(cx->arena, size * 2, struct mention);
                        memcpy(more, v, got * sizeof *v);
                        v = more;
                        size *= 2;
                }
                struct mention *m = &v[got++];
                m->post = row_int(&r);
                m->account = row_int(&r);
                m->silent = row_int(&r) != 0;
                m->username = row_str(&r);
                m->domain = row_str(&r);
                m->url = row_str(&r);
                if (!m->domain.n)
                        m->url = account_url(cx, m->username);
        }
        TRY(row_end(&r));
        *ret = v;
        *n_ret = got;
        return OK;
}

static bool is_here(const struct cx *cx, struct str domain)
{
        return !domain.n || str_eq_nocase(domain, cx->settings->account_domain) ||
               str_eq_nocase(domain, cx->settings->host);
}

/* The same name earlier in the text, or NULL. */
static const struct link_span *earlier(const struct link_list *links, size_t i)
{
        const struct link_span *s = &links->v[i];
        for (size_t k = 0; k < i; k++) {
                const struct link_span *t = &links->v[k];
                if (t->kind == LINK_MENTION && str_eq_nocase(t->name, s->name) &&
                    str_eq_nocase(t->domain, s->domain))
                        return t;
        }
        return NULL;
}

static enum err look_up(struct cx *cx, struct link_span *s, int64_t *id)
{
        bool here = is_here(cx, s->domain), found;
        struct str domain = here ? S("") : str_lower(cx->arena, s->domain);
        struct row r;
        *id = 0;
        TRY(db_find(cx->db, &MENTION_FIND, cx->arena,
                    BIND(V(str_lower(cx->arena, s->name)), V(domain)), &r, &found));
        if (!found)
                return OK;
        *id = row_int(&r);
        s->label = row_str(&r);
        s->href = row_str(&r);
        if (here)
                s->href = account_url(cx, s->label);
        else if (!s->href.n)
                s->href = str_fmt(cx->arena, "https://%.*s/@%.*s", STR_ARG(domain),
                                  STR_ARG(s->label));
        return row_end(&r);
}

enum err mention_resolve(struct cx *cx, struct link_list *links, int64_t **ret, size_t *n)
{
        int64_t *v = make_n(cx->arena, POST_MENTIONS_MAX, int64_t);
        size_t got = 0;
        for (size_t i = 0; i < links->n; i++) {
                struct link_span *s = &links->v[i];
                if (s->kind != LINK_MENTION)
                        continue;
                const struct link_span *before = earlier(links, i);
                if (before) {
                        s->href = before->href;
                        s->label = before->label;
                        continue;
                }
                int64_t id;
                TRY(look_up(cx, s, &id));
                if (!id || ids_find(v, got, id) < got)
                        continue;
                if (got == POST_MENTIONS_MAX)
                        return fail_field(cx, "status", ERR_INPUT,
                                          "A post can mention at most %d people.",
                                          POST_MENTIONS_MAX);
                v[got++] = id;
        }
        *ret = v;
        *n = got;
        return OK;
}

const struct stmt_list MENTION_STATEMENTS = {
        (const struct stmt *const[]){&MENTION_FIND, &MENTION_OF_POSTS},
        2,
};
