/* /moderation/rules, announcements and invites: what the owner tells everybody, and who was invited
 * by whom. */
#include "lib/base/die.h"
#include "lib/text/date.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/moderate.h"
#include "web/moderate_texts.html.h"
#include "web/web.h"

enum { INVITES_A_PAGE = 50 };

/* ---- rules ---- */

static enum err show_rules(struct req *rq, int status, struct str error)
{
        struct rule *v;
        size_t n;
        TRY(rule_list(rq->cx, &v, &n));
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, status, "rules", &p, &h));
        web_moderate_rules(h, &p, v, n, error);
        return web_close(h, &p);
}

static enum err rules_page(struct req *rq)
{
        return show_rules(rq, 200, STR_NONE);
}

static enum err rules_do(struct req *rq)
{
        struct str what = req_param(rq, "do");
        struct rule r = {.text = req_param(rq, "text"), .hint = req_param(rq, "hint")};
        str_to_i64(req_param(rq, "id"), &r.id);
        if (str_eq(what, S("delete")))
                return rule_drop(rq->cx, rq->viewer, r.id);
        if (str_eq(what, S("up")) || str_eq(what, S("down")))
                return rule_move(rq->cx, rq->viewer, r.id, str_eq(what, S("up")));
        return rule_save(rq->cx, rq->viewer, &r);
}

static enum err rules_change(struct req *rq)
{
        enum err e = rules_do(rq);
        if (e == ERR_INPUT)
                return show_rules(rq, 422, rq->cx->fault);
        TRY(e);
        return moderate_done(rq, rq->path, "saved");
}

/* ---- announcements ---- */

static enum err show_announcements(struct req *rq, int status, struct str text, struct str error)
{
        struct announcement *v;
        size_t n;
        TRY(announcement_all(rq->cx, &v, &n));
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, status, "announcements", &p, &h));
        web_moderate_announcements(h, &p, v, n, text, error);
        return web_close(h, &p);
}

static enum err announcements_page(struct req *rq)
{
        return show_announcements(rq, 200, STR_NONE, STR_NONE);
}

/* A day of the reader's form; the whole of it. */
static bool read_day(struct req *rq, const char *name, bool end, int64_t *ret)
{
        struct str day = str_trim(req_param(rq, name));
        *ret = 0;
        if (!day.n)
                return true;
        return date_read_iso(
                str_fmt(rq->arena, "%.*s%s", STR_ARG(day), end ? "T23:59:59Z" : "T00:00:00Z"), ret);
}

static enum err announcements_do(struct req *rq)
{
        struct announcement a = {.text = req_param(rq, "text"), .all_day = true};
        int64_t id = 0;
        if (str_eq(req_param(rq, "do"), S("delete"))) {
                str_to_i64(req_param(rq, "id"), &id);
                TRY(announcement_delete(rq->cx, id));
                return audit_note(rq->cx, rq->viewer, "announcement_deleted", 0,
                                  str_int(rq->arena, id));
        }
        if (!read_day(rq, "from", false, &a.starts_at) || !read_day(rq, "until", true, &a.ends_at))
                return fail(rq->cx, ERR_INPUT, "A day is written like 2026-11-22.");
        if (!str_trim(a.text).n)
                return fail(rq->cx, ERR_INPUT, "Write what everybody is to read.");
        TRY(announcement_write(rq->cx, &a));
        return audit_note(rq->cx, rq->viewer, "announcement_written", 0,
                          cut_words(rq->arena, a.text, 80));
}

static enum err announcements_change(struct req *rq)
{
        enum err e = announcements_do(rq);
        if (e == ERR_INPUT)
                return show_announcements(rq, 422, req_param(rq, "text"), rq->cx->fault);
        TRY(e);
        return moderate_done(rq, rq->path, "saved");
}

/* ---- invites ---- */

static enum err invites_page(struct req *rq)
{
        struct page page = pager_read(rq, INVITES_A_PAGE);
        struct invite *v;
        size_t n;
        TRY(invite_all(rq->cx, &page, &v, &n));
        const struct account **by = make_n(rq->arena, n + 1, const struct account *);
        for (size_t i = 0; i < n; i++) {
                struct account *a = NULL;
                enum err e = v[i].creator ? account_get(rq->cx, v[i].creator, &a) : OK;
                if (e && e != ERR_MISSING)
                        return e;
                by[i] = a;
        }
        struct pager g = pager_of(rq->arena, &page, rq->path, STR_NONE);
        g.older_word = "Earlier";
        g.newer_word = "Later";
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, 200, "invites", &p, &h));
        web_moderate_invites(h, &p, v, by, n, &g);
        return web_close(h, &p);
}

static enum err invites_end(struct req *rq)
{
        int64_t id = 0;
        str_to_i64(req_param(rq, "id"), &id);
        TRY(invite_stop(rq->cx, rq->viewer, id));
        return moderate_done(rq, rq->path, "ended");
}

#define READ SCOPE_PAGE_OWNER, LIMIT_PAGE, LANE_READ
#define WRITE SCOPE_PAGE_OWNER, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/moderation/rules", READ, rules_page, 0, 0},
        {"POST", "/moderation/rules", WRITE, rules_change, 0, 0},
        {"GET", "/moderation/announcements", READ, announcements_page, 0, 0},
        {"POST", "/moderation/announcements", WRITE, announcements_change, 0, 0},
        {"GET", "/moderation/invites", SCOPE_PAGE_MODERATOR, LIMIT_PAGE, LANE_READ, invites_page, 0,
         0},
        {"POST", "/moderation/invites", SCOPE_PAGE_MODERATOR, LIMIT_WRITE, LANE_WRITE, invites_end,
         0, 0},
};
const struct route_list WEB_MODERATE_TEXTS_ROUTES = {DOOR_PAGE, routes, countof(routes)};
