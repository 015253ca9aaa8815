/* /moderation/servers: what was decided about other servers, those known here, one of them, and
 * lists as files. */
#include "lib/base/die.h"
#include "lib/text/url.h"
#include "social/scope.h"
#include "social/server_list.h"
#include "store/limits.h"
#include "web/form.h"
#include "web/moderate.h"
#include "web/moderate_servers.html.h"
#include "web/web.h"
#include <unistd.h>

enum { SERVERS_A_PAGE = 40 };

static enum err show_list(struct req *rq, int status, struct server_list_page *v)
{
        struct page page = pager_read(rq, SERVERS_A_PAGE);
        struct server_policy_row *rows;
        struct server_known *known;
        v->find = str_trim(req_param(rq, "find"));
        v->allow_list = rq->cx->settings->federation_allow_list;
        TRY(server_policy_list(rq->cx, SERVER_POLICY_ALL, v->find, &page, &rows, &v->n_decided));
        TRY(server_known_list(rq->cx, v->find, req_param(rq, "after"), SERVERS_A_PAGE, &known,
                              &v->n_known));
        v->decided = rows;
        v->known = known;
        if (v->n_known == SERVERS_A_PAGE)
                v->next = known[v->n_known - 1].domain;
        v->pager =
                pager_of(rq->arena, &page, S("/moderation/servers"),
                         str_fmt(rq->arena, "find=%.*s",
                                 STR_ARG(percent_encode(rq->arena, v->find.n ? v->find : S("")))));
        v->pager.older_word = "Earlier decisions";
        v->pager.newer_word = "Later decisions";
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, status, "servers", &p, &h));
        web_moderate_servers(h, &p, v);
        return web_close(h, &p);
}

static enum err list_page(struct req *rq)
{
        struct server_list_page v = {0};
        return show_list(rq, 200, &v);
}

/* ---- files ---- */

static enum err list_export(struct req *rq)
{
        struct buf b = {0};
        enum err e = server_list_export(rq->cx, &b);
        if (!e) {
                reply_text(rq, 200, "text/csv; charset=utf-8", buf_str(&b));
                reply_header(rq, "Content-Disposition", S("attachment; filename=\"servers.csv\""));
        }
        buf_free(&b);
        return e;
}

static enum err read_upload(struct req *rq, const struct upload *file, struct str *ret)
{
        if (!file || !file->size)
                return fail(rq->cx, ERR_INPUT, "Choose a file first.");
        if (file->size > SERVER_LIST_BYTES)
                return fail(rq->cx, ERR_INPUT, "The list has to be a text of at most 1 MiB.");
        char *p = make_n(rq->arena, (size_t)file->size + 1, char);
        size_t n = 0;
        while (n < (size_t)file->size) {
                ssize_t got = pread(file->fd, p + n, (size_t)file->size - n, (off_t)n);
                if (got <= 0)
                        return ERR_FAULT;
                n += (size_t)got;
        }
        *ret = (struct str){p, n};
        return OK;
}

static enum err list_import(struct req *rq)
{
        struct server_list_page v = {0};
        struct server_import count;
        struct str text = STR_NONE;
        enum err e = read_upload(rq, req_file(rq, "file"), &text);
        if (!e)
                e = server_list_import(rq->cx, rq->viewer, text, &count);
        if (e == ERR_INPUT) {
                v.error = rq->cx->fault;
                return show_list(rq, 422, &v);
        }
        TRY(e);
        return moderate_done(rq, rq->path, "taken");
}

/* ---- one ---- */

static struct str above(struct str domain)
{
        return str_after(domain, str_find_char(domain, '.') + 1);
}

static enum err load_one(struct req *rq, struct str domain, struct server_page *v)
{
        struct server_policy_row *row;
        v->domain = domain;
        v->allow_list = rq->cx->settings->federation_allow_list;
        enum err e = server_policy_by_domain(rq->cx, domain, &row);
        if (e && e != ERR_MISSING)
                return e;
        v->decided = e == OK;
        if (e) {
                row = make(rq->arena, struct server_policy_row);
                row->domain = domain;
        }
        v->row = row;
        for (struct str up = above(domain); up.n && !v->above; up = above(up)) {
                e = server_policy_by_domain(rq->cx, up, &row);
                if (e && e != ERR_MISSING)
                        return e;
                v->above = e ? NULL : row;
        }
        return OK;
}

static enum err show_one(struct req *rq, int status, const struct server_page *v)
{
        struct web_page p = {.title = v->domain};
        struct html *h;
        TRY(moderate_open(rq, status, "servers", &p, &h));
        web_moderate_server(h, &p, v);
        return web_close(h, &p);
}

static bool server_asked(struct req *rq, struct str *ret)
{
        struct str name = str_trim(req_param(rq, "name"));
        return host_to_ascii(rq->arena, str_cut(name, 0, str_find_char(name, ':')), ret);
}

static enum err one_page(struct req *rq)
{
        struct server_list_page list = {0};
        struct server_page v = {0};
        struct str domain;
        if (!server_asked(rq, &domain)) {
                list.error = S("This is not the name of a server.");
                return show_list(rq, 422, &list);
        }
        TRY(load_one(rq, domain, &v));
        return show_one(rq, 200, &v);
}

static enum err one_save(struct req *rq)
{
        struct server_page v = {0};
        struct str domain;
        int64_t id;
        if (!server_asked(rq, &domain))
                return ERR_MISSING;
        TRY(load_one(rq, domain, &v));
        struct server_policy_row row = *v.row;
        if (!server_severity_read(req_param(rq, "severity"), &row.policy.severity))
                row.policy.severity = SERVER_FINE;
        row.policy.allowed = web_ticked(rq, "allowed");
        row.policy.no_media = web_ticked(rq, "no_media");
        row.policy.no_reports = web_ticked(rq, "no_reports");
        row.obfuscate = web_ticked(rq, "obfuscate");
        row.public_comment = str_trim(req_param(rq, "public_comment"));
        row.private_comment = str_trim(req_param(rq, "private_comment"));
        enum err e = !server_policy_empty(&row) ? server_policy_save(rq->cx, rq->viewer, &row, &id)
                     : v.decided                ? server_policy_remove(rq->cx, rq->viewer, row.id)
                                                : OK;
        if (e == ERR_INPUT) {
                v.error = rq->cx->fault;
                v.row = &row;
                return show_one(rq, 422, &v);
        }
        TRY(e);
        return moderate_done(rq,
                             str_fmt(rq->arena, "/moderation/server?name=%.*s",
                                     STR_ARG(percent_encode(rq->arena, domain))),
                             "saved");
}

#define READ SCOPE_PAGE_MODERATOR, LIMIT_PAGE, LANE_READ
#define WRITE SCOPE_PAGE_MODERATOR, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/moderation/servers", READ, list_page, 0, 0},
        {"GET", "/moderation/servers.csv", READ, list_export, 0, 0},
        {"POST", "/moderation/servers", WRITE, list_import, BODY_UPLOAD, SERVER_LIST_BYTES + 65536},
        {"GET", "/moderation/server", READ, one_page, 0, 0},
        {"POST", "/moderation/server", WRITE, one_save, 0, 0},
};
const struct route_list WEB_MODERATE_SERVERS_ROUTES = {DOOR_PAGE, routes, countof(routes)};
