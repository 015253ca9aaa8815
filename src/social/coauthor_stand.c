/* What follows from a post having more than one author: homes, other servers, alerts, and the line
 * that names them where nothing else does: see coauthor.h. */
#include "lib/text/html.h"
#include "social/coauthor.h"
#include "social/home.h"
#include "social/ids.h"
#include "social/notification.h"
#include "social/outbox.h"
#include "social/post_parts.h"
#include "social/switches.h"

#define LINE "<p class=\"co-authors\">"

/* ---- the line ---- */

struct markup coauthor_line(struct cx *cx, struct markup content, struct account *const *v,
                            size_t n)
{
        struct buf b = {0};
        if (!n)
                return content;
        buf_add(&b, content.html);
        buf_add(&b, S(LINE "With "));
        for (size_t i = 0; i < n; i++) {
                buf_add(&b, !i ? S("") : i + 1 == n ? S(" and ") : S(", "));
                buf_add(&b, S("<span class=\"h-card\"><a href=\""));
                html_escape(&b, v[i]->url);
                buf_add(&b, S("\" class=\"u-url mention\">@<span>"));
                html_escape(&b, v[i]->username);
                buf_add(&b, S("</span></a></span>"));
        }
        buf_add(&b, S("</p>"));
        struct markup ret = {str_dup(cx->arena, buf_str(&b))};
        buf_free(&b);
        return ret;
}

struct str coauthor_line_cut(struct arena *a, struct str html)
{
        size_t from = str_find(html, S(LINE));
        struct str rest = str_after(html, from);
        return str_join(a, str_cut(html, 0, from), str_after(rest, str_find(rest, S("</p>")) + 4));
}

/* ---- homes and other servers ---- */

static enum err show(struct cx *cx, const struct post *p, int64_t account, bool on)
{
        struct account *a;
        bool may;
        TRY(switches_boosts(cx, p, &may));
        if (p->audience > AUDIENCE_QUIET || p->local_only || (on && !may))
                return OK;
        TRY(account_get(cx, account, &a));
        struct post as = {.id = p->id,
                          .account = account,
                          .uri = post_uri(cx, a->username, p->id),
                          .audience = p->audience,
                          .boost_of = p->id,
                          .local = true};
        return outbox_post(cx, on ? OUTBOX_BESIDE : OUTBOX_UNDO_BESIDE, &as, NULL, 0);
}

static enum err tell_others(struct cx *cx, const struct post *p, int64_t account, bool on)
{
        struct post *now;
        int64_t *to;
        size_t n;
        cx_event(cx, EVENT_POST_EDITED, p->account, p->id);
        if (!p->local)
                return OK;
        TRY(post_load(cx, p->id, &now));
        TRY(post_people_far(cx, now, &to, &n));
        TRY(outbox_post(cx, OUTBOX_AUTHORS, now, to, n));
        return show(cx, p, account, on);
}

enum err coauthor_stands(struct cx *cx, const struct post *p, int64_t account)
{
        TRY(home_beside(cx, p->id, account));
        return tell_others(cx, p, account, true);
}

enum err coauthor_stands_no_more(struct cx *cx, const struct post *p, int64_t account)
{
        TRY(home_beside_ended(cx, p->id, account));
        return tell_others(cx, p, account, false);
}

/* ---- alerts ---- */

/* What waits they may read as hands, whoever it is addressed to. */
enum err coauthor_tell(struct cx *cx, const struct post *c)
{
        const struct post_reach reach = {.id = c->id,
                                         .account = c->account,
                                         .audience_list = c->audience_list,
                                         .audience = c->audience,
                                         .state = c->state};
        struct coauthor *v;
        size_t n;
        TRY(coauthor_of_posts(cx, &c->thread, 1, &v, &n));
        for (size_t i = 0; i < n; i++) {
                const struct viewer by = {.account = v[i].account};
                bool may = c->state == COMMENT_HELD;
                if (!may)
                        TRY(audience_allows(cx, &by, &reach, &may));
                if (may && v[i].account != c->account)
                        TRY(notification_add(cx, v[i].account, NOTIFICATION_MENTION, c->account,
                                             c->id));
        }
        return OK;
}

/* ---- posts of other servers ---- */

static size_t place(const struct coauthor *v, size_t n, int64_t account)
{
        size_t i = 0;
        while (i < n && v[i].account != account)
                i++;
        return i;
}

enum err coauthor_given(struct cx *cx, int64_t post, const int64_t *accounts, size_t n, bool quiet)
{
        struct coauthor *had;
        struct post *p;
        size_t n_had;
        TRY(post_load(cx, post, &p));
        if (!n && !(p->has & POST_HAS_AUTHORS))
                return OK;
        TRY(coauthor_of_posts(cx, &post, 1, &had, &n_had));
        for (size_t i = 0; i < n_had; i++)
                if (ids_find(accounts, n, had[i].account) == n)
                        TRY(hand_end(cx, post, had[i].account));
        for (size_t i = 0; i < n; i++)
                TRY(hand_add(cx, post, accounts[i], HAND_CO_AUTHOR));
        TRY(coauthor_mark(cx, post));
        for (size_t i = 0; i < n_had; i++)
                if (ids_find(accounts, n, had[i].account) == n)
                        TRY(coauthor_stands_no_more(cx, p, had[i].account));
        for (size_t i = 0; i < n && !quiet; i++)
                if (place(had, n_had, accounts[i]) == n_had)
                        TRY(coauthor_stands(cx, p, accounts[i]));
        return OK;
}
