/* Stewards on the pages: naming one, answering, ending; and /@name/steward, where they look after
 * the account of somebody who has died. The password is asked for before anybody is named. */
#include "lib/base/die.h"
#include "social/login.h"
#include "social/media_take.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/memorial.h"
#include "web/memorial.html.h"
#include "web/trust.h"
#include "web/web.h"

enum { BODY_BYTES = 34 * 1024 * 1024, ASKING_SHOWN = 80 };

static bool ticked(struct req *rq, const char *name, const char *value)
{
        return str_eq(req_param(rq, name), str_of(value));
}

/* ---- rows of People I trust ---- */

static enum err rows(struct req *rq, bool mine, bool asked, struct trust_row **ret, size_t *n)
{
        struct steward *v;
        size_t all;
        TRY(steward_list(rq->cx, rq->viewer->account, mine, &v, &all));
        *ret = make_n(rq->arena, all + 1, struct trust_row);
        *n = 0;
        for (size_t i = 0; i < all; i++) {
                struct account *a;
                if (!mine && (v[i].state == STEWARD_ASKED) != asked)
                        continue;
                TRY(account_get(rq->cx, mine ? v[i].steward : v[i].account, &a));
                struct str path = path_of_account(rq->arena, a);
                struct trust_row *r = &(*ret)[(*n)++];
                *r = (struct trust_row){.who = account_name(a),
                                        .href = path,
                                        .action =
                                                str_fmt(rq->arena, "/settings/people/steward/%lld",
                                                        (long long)v[i].id),
                                        .field = "do",
                                        .value = asked ? S("decline") : S("end")};
                if (asked) {
                        r->word = "No";
                        r->second_value = "accept";
                        r->second_word = "Yes, I will";
                }
                r->what = mine && v[i].state == STEWARD_ASKED
                                  ? S("Looks after your account once you have died. Has not "
                                      "answered yet.")
                          : mine ? S("Looks after your account once you have died. Sees and may "
                                     "nothing until then.")
                          : a->memorial ? S("Their account is kept in memory of them. You look "
                                            "after it.")
                                        : S("Would have you look after their account once they "
                                            "have died. Until then there is nothing to do.");
                if (!mine && !asked && a->memorial) {
                        r->more = str_join(rq->arena, path, S("/steward"));
                        r->more_word = "Look after it";
                }
        }
        return OK;
}

static enum err list_asked(struct req *rq, struct trust_row **ret, size_t *n)
{
        return rows(rq, false, true, ret, n);
}
static enum err list_mine(struct req *rq, struct trust_row **ret, size_t *n)
{
        return rows(rq, true, false, ret, n);
}
static enum err list_of(struct req *rq, struct trust_row **ret, size_t *n)
{
        return rows(rq, false, false, ret, n);
}
const struct trust_section TRUST_STEWARD_ASKED = {.title = "They ask you to be a steward",
                                                  .list = list_asked};
const struct trust_section TRUST_STEWARDS = {.title = "Stewards",
                                             .empty = "Nobody is named to look after your account "
                                                      "once you have died.",
                                             .add_path = "/settings/people/steward",
                                             .add_word = "Name somebody",
                                             .list = list_mine};
const struct trust_section TRUST_STEWARD_OF = {.title = "You are a steward for", .list = list_of};

/* ---- naming ---- */

static enum err show_form(struct req *rq, int status, struct steward_form *f, bool with_banner)
{
        if (!with_banner)
                TRY(memorial_wish(rq->cx, rq->viewer->account, &f->banner));
        struct web_page p = {.title = S("Steward"), .here = HERE_SETTINGS, .told = web_done(rq)};
        struct html *h;
        f->name.name = "name";
        f->name.label = "Their name here";
        f->name.hint = "Like @name. They are asked, and have to say yes.";
        f->name.complete = "off";
        f->name.plain = f->name.required = true;
        f->password.name = "password";
        f->password.label = "Your password";
        f->password.type = "password";
        f->password.complete = "current-password";
        f->password.required = true;
        TRY(web_open(rq, status, &p, &h));
        web_steward_form(h, &p, f);
        return web_close(h, &p);
}

static enum err form_page(struct req *rq)
{
        struct steward_form f = {0};
        return show_form(rq, 200, &f, false);
}

struct naming {
        const struct viewer *by;
        struct str name, banner;
        int64_t id;
};

static enum err name_one(struct cx *cx, void *arg)
{
        struct naming *n = arg;
        return steward_name(cx, n->by, n->name, &n->id);
}

static enum err save_banner(struct cx *cx, void *arg)
{
        struct naming *n = arg;
        return memorial_wish_set(cx, n->by->account, n->banner);
}

static enum err form_banner(struct req *rq)
{
        struct naming n = {.by = rq->viewer, .banner = req_param(rq, "banner")};
        enum err e = cx_write(rq->cx, save_banner, &n);
        if (e == ERR_INPUT) {
                struct steward_form f = {.banner = n.banner, .error = rq->cx->fault};
                return show_form(rq, 422, &f, true);
        }
        TRY(e);
        reply_redirect(rq, S("/settings/people/steward?done=saved"));
        return OK;
}

static enum err form_send(struct req *rq)
{
        struct steward_form f = {.name.value = str_trim(req_param(rq, "name"))};
        struct naming n = {.by = rq->viewer, .name = f.name.value};
        if (ticked(rq, "do", "banner"))
                return form_banner(rq);
        enum err e = login_confirm_password(rq->cx, rq->viewer->account, req_param(rq, "password"),
                                            rq->peer);
        if (e == ERR_LIMIT || e == ERR_DENIED || e == ERR_INPUT) {
                f.password.error = e == ERR_LIMIT ? rq->cx->fault
                                                  : S("This is not your password. Nobody was "
                                                      "asked.");
                return show_form(rq, e == ERR_LIMIT ? 429 : 422, &f, false);
        }
        TRY(e);
        e = cx_write(rq->cx, name_one, &n);
        if (e == ERR_INPUT) {
                f.name.error = rq->cx->fault;
                return show_form(rq, 422, &f, false);
        }
        TRY(e);
        reply_redirect(rq, S("/settings/people?done=steward"));
        return OK;
}

static enum err grant_act(struct req *rq)
{
        int64_t id = req_path_id(rq, "id"), me = rq->viewer->account;
        const char *done = "ended";
        if (ticked(rq, "do", "accept")) {
                TRY(steward_answer(rq->cx, me, id, true));
                done = "stewarding";
        } else if (ticked(rq, "do", "decline")) {
                TRY(steward_answer(rq->cx, me, id, false));
                done = "not_keeping";
        } else if (ticked(rq, "do", "end")) {
                TRY(steward_end(rq->cx, rq->viewer, id));
        } else
                return fail(rq->cx, ERR_INPUT, "The form did not say what to do.");
        reply_redirect(rq, web_done_path(rq->arena, S("/settings/people"), done));
        return OK;
}

/* ---- looking after it ---- */

static struct str act_words(struct req *rq, const struct steward_act *a)
{
        static const char *const did[STEWARD_VERBS_] = {
                [STEWARD_WORDS] = "changed the pinned words",
                [STEWARD_AVATAR] = "changed the picture",
                [STEWARD_HEADER] = "changed the banner",
                [STEWARD_LET_IN] = "accepted",
                [STEWARD_TURN_AWAY] = "declined",
                [STEWARD_SHOW] = "showed a tribute",
                [STEWARD_PUT_AWAY] = "put a tribute away",
                [STEWARD_WAYS] = "changed the ways to help",
                [STEWARD_REMOVAL] = "asked for removal",
        };
        struct account *who, *about;
        struct str name =
                account_get(rq->cx, a->actor, &who) ? S("Somebody who left") : account_name(who);
        bool request = a->verb == STEWARD_LET_IN || a->verb == STEWARD_TURN_AWAY;
        if (request && account_get(rq->cx, a->subject, &about) == OK)
                return str_fmt(rq->arena, "%.*s %s %.*s", STR_ARG(name), did[a->verb],
                               STR_ARG(account_name(about)));
        return str_fmt(rq->arena, "%.*s %s%s", STR_ARG(name), did[a->verb],
                       request ? " somebody" : "");
}

static enum err open_page(struct req *rq, struct steward_page *v)
{
        struct account *a;
        struct memorial *m;
        TRY(web_account_find(rq, &a));
        TRY(steward_must(rq->cx, rq->viewer->account, a->id, &m));
        *v = (struct steward_page){.account = a,
                                   .memorial = m,
                                   .words = m->words,
                                   .path = path_of_account(rq->arena, a)};
        return OK;
}

static enum err show_page(struct req *rq, int status, struct steward_page *v)
{
        struct steward_act *acts;
        struct page page = {.limit = ASKING_SHOWN};
        int64_t *ids, of = v->account->id;
        size_t n;
        TRY(follow_requests(rq->cx, of, &page, &ids, &n));
        TRY(account_get_many(rq->cx, ids, n, &v->asking, &v->n_asking));
        TRY(tribute_lines(rq, of, TRIBUTE_WAITS, 0, &v->waiting, &v->n_waiting));
        TRY(tribute_lines(rq, of, TRIBUTE_SHOWN, 0, &v->shown, &v->n_shown));
        TRY(steward_acts(rq->cx, v->memorial->id, &acts, &v->n_acts));
        v->acts = make_n(rq->arena, v->n_acts + 1, struct steward_line);
        for (size_t i = 0; i < v->n_acts; i++)
                v->acts[i] = (struct steward_line){&acts[i], act_words(rq, &acts[i])};
        struct web_page p = {.title = S("Looking after an account"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_steward_body(h, &p, v);
        return web_close(h, &p);
}

static enum err page(struct req *rq)
{
        struct steward_page v;
        TRY(open_page(rq, &v));
        return show_page(rq, 200, &v);
}

static enum err act(struct req *rq, struct steward_page *v, const char **done)
{
        struct cx *cx = rq->cx;
        int64_t of = v->account->id, id = 0;
        *done = "saved";
        if (ticked(rq, "do", "words")) {
                v->words = req_param(rq, "words");
                return steward_words(cx, rq->viewer, of, v->words);
        }
        if (ticked(rq, "do", "removal")) {
                v->why = req_param(rq, "why");
                *done = "answered";
                return steward_removal(cx, rq->viewer, of, v->why);
        }
        if (ticked(rq, "do", "undo") && str_to_i64(req_param(rq, "act"), &id)) {
                *done = "taken_back";
                return steward_undo(cx, rq->viewer, of, id);
        }
        if (str_to_i64(req_param(rq, "tribute"), &id)) {
                *done = "chosen";
                return tribute_sort(cx, rq->viewer, of, id, ticked(rq, "do", "show"));
        }
        if (str_to_i64(req_param(rq, "account"), &id)) {
                bool yes = ticked(rq, "do", "accept");
                *done = yes ? "accepted_for" : "declined";
                return steward_request(cx, rq->viewer, of, id, yes);
        }
        return fail(cx, ERR_INPUT, "The form did not say what to do.");
}

static enum err again(struct req *rq, struct steward_page *v, enum err e)
{
        v->error = rq->cx->fault;
        v->wrong = rq->cx->fault_field;
        return show_page(rq, e == ERR_CONFLICT ? 409 : 422, v);
}

static enum err page_act(struct req *rq)
{
        struct steward_page v;
        const char *done;
        TRY(open_page(rq, &v));
        enum err e = act(rq, &v, &done);
        if (e == ERR_INPUT || e == ERR_CONFLICT)
                return again(rq, &v, e);
        TRY(e);
        reply_redirect(rq,
                       web_done_path(rq->arena, str_join(rq->arena, v.path, S("/steward")), done));
        return OK;
}

struct input {
        struct str avatar_words, header_words;
        struct upload *avatar, *header;
};
static const struct field fields[] = {
        {"avatar_description", F_STR, offsetof(struct input, avatar_words), 10000},
        {"header_description", F_STR, offsetof(struct input, header_words), 10000},
        {"avatar", F_FILE, offsetof(struct input, avatar), 0},
        {"header", F_FILE, offsetof(struct input, header), 0},
};

struct picturing {
        const struct viewer *by;
        int64_t account;
        struct account_picture picture[2];
        struct str words[2];
};

static enum err write_pictures(struct cx *cx, void *arg)
{
        struct picturing *w = arg;
        for (int i = 0; i < 2; i++)
                if (w->picture[i].given)
                        TRY(steward_picture(cx, w->by, w->account, i == 1, &w->picture[i],
                                            w->words[i]));
        return OK;
}

static enum err take(struct cx *cx, const struct upload *file, enum photobox_mode mode,
                     struct account_picture *p)
{
        struct media_renditions r;
        if (!file || !file->size)
                return OK;
        TRY(media_render(cx, file, mode, &r));
        *p = (struct account_picture){.given = true,
                                      .name = r.full,
                                      .still = r.still.n ? r.still : r.full,
                                      .portrait = r.preview,
                                      .type = str_of(picture_mime(r.about.full.kind))};
        return OK;
}

static enum err change_pictures(struct req *rq, struct steward_page *v)
{
        struct input in = {0};
        struct picturing w = {.by = rq->viewer, .account = v->account->id};
        TRY(req_read(rq, fields, countof(fields), &in));
        w.words[0] = in.avatar_words;
        w.words[1] = in.header_words;
        TRY(take(rq->cx, in.avatar, PHOTOBOX_PORTRAIT, &w.picture[0]));
        TRY(take(rq->cx, in.header, PHOTOBOX_HEADER, &w.picture[1]));
        if (!w.picture[0].given && !w.picture[1].given)
                return fail(rq->cx, ERR_INPUT, "No picture was chosen.");
        return cx_write(rq->cx, write_pictures, &w);
}

static enum err pictures_send(struct req *rq)
{
        struct steward_page v;
        TRY(open_page(rq, &v));
        enum err e = change_pictures(rq, &v);
        if (e == ERR_INPUT || e == ERR_TOO_LARGE || e == ERR_MEDIA_TYPE)
                return again(rq, &v, ERR_INPUT);
        TRY(e);
        reply_redirect(
                rq, web_done_path(rq->arena, str_join(rq->arena, v.path, S("/steward")), "saved"));
        return OK;
}

#define SIGNED SCOPE_PAGE_SIGNED_IN
static const struct route routes[] = {
        {"GET", "/settings/people/steward", SIGNED, LIMIT_PAGE, LANE_READ, form_page, 0, 0},
        {"POST", "/settings/people/steward", SIGNED, LIMIT_SIGN_IN, LANE_SLOW, form_send, 0, 0},
        {"POST", "/settings/people/steward/:id", SIGNED, LIMIT_WRITE, LANE_WRITE, grant_act, 0, 0},
        {"GET", "/@:name/steward", SIGNED, LIMIT_PAGE, LANE_READ, page, 0, 0},
        {"POST", "/@:name/steward", SIGNED, LIMIT_WRITE, LANE_WRITE, page_act, 0, 0},
        {"POST", "/@:name/steward/pictures", SIGNED, LIMIT_WRITE, LANE_SLOW, pictures_send,
         BODY_UPLOAD, BODY_BYTES},
};
const struct route_list WEB_STEWARD_ROUTES = {DOOR_PAGE, routes, countof(routes)};
