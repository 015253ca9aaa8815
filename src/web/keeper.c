/* Keepers on the pages: asking one, answering, ending, and what a keeper did with its undo. The
 * author's password is asked for before anybody is given sight. */
#include "lib/base/die.h"
#include "lib/text/date.h"
#include "social/comment.h"
#include "social/invite.h"
#include "social/login.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/card.h"
#include "web/done.h"
#include "web/form.h"
#include "web/trust.h"
#include "web/trust.html.h"
#include "web/web.h"
#include "web/when.h"

enum { ACTS_SHOWN = 200, DAY_MS = 86400000, EXCERPT = 120 };

static struct str keeper_path(struct arena *a, int64_t id)
{
        return str_fmt(a, "/settings/people/keeper/%lld", (long long)id);
}

/* ---- words ---- */

static enum err what_words(struct req *rq, const struct keeper *k, struct str *ret)
{
        struct account *a;
        struct post *p;
        *ret = S("all posts");
        if (k->scope == KEEPER_JOURNAL) {
                enum err e = account_get(rq->cx, k->target, &a);
                *ret = e ? S("a journal that is gone")
                         : str_fmt(rq->arena, "the journal “%.*s”", STR_ARG(account_name(a)));
                return e == ERR_MISSING ? OK : e;
        }
        if (k->scope != KEEPER_POST)
                return OK;
        enum err e = post_get(rq->cx, rq->viewer, k->target, &p);
        if (e == ERR_MISSING) {
                *ret = S("one post");
                return OK;
        }
        TRY(e);
        struct str words = p->spoiler.n ? p->spoiler : markup_to_text(rq->arena, p->content);
        *ret = post_in_words(rq->arena, cut_words(rq->arena, words, EXCERPT));
        return OK;
}

enum err keeper_words(struct req *rq, const struct keeper *k, bool mine, struct str *ret)
{
        struct str scope;
        TRY(what_words(rq, k, &scope));
        const char *also = k->letters && k->help ? " May read letters and change ways to help."
                           : k->letters          ? " May read letters."
                           : k->help             ? " May change ways to help."
                                                 : "";
        *ret = str_fmt(rq->arena, "%s held comments: %.*s.%s", mine ? "Sorts" : "You sort",
                       STR_ARG(scope), also);
        return OK;
}

/* ---- the sections of People I trust ---- */

static enum err fill_row(struct req *rq, const struct keeper *k, bool mine, struct trust_row *r)
{
        struct account *a;
        int64_t other = mine ? k->keeper : k->author;
        enum err e = other ? account_get(rq->cx, other, &a) : ERR_MISSING;
        if (e && e != ERR_MISSING)
                return e;
        r->who = e ? S("Whoever opens your link") : account_name(a);
        r->href = e ? STR_NONE : path_of_account(rq->arena, a);
        TRY(keeper_words(rq, k, mine, &r->what));
        if (mine && k->state == KEEPER_OFFERED)
                r->what = str_join(rq->arena, r->what, S(" Not answered yet."));
        r->ends_at = k->ends_at;
        r->action = r->more = keeper_path(rq->arena, k->id);
        r->more_word = mine ? "What was done" : "More";
        r->field = "do";
        r->value = S("end");
        if (!mine && k->state == KEEPER_OFFERED) {
                r->value = S("decline");
                r->word = "No";
                r->second_value = "accept";
                r->second_word = "Yes, I will";
        }
        return OK;
}

static enum err list_side(struct req *rq, enum keeper_side side, bool offered,
                          struct trust_row **ret, size_t *n)
{
        struct keeper *v;
        size_t all;
        bool mine = side == KEEPER_SIDE_AUTHOR;
        TRY(keeper_list(rq->cx, rq->viewer->account, side, false, &v, &all));
        *ret = make_n(rq->arena, all + 1, struct trust_row);
        *n = 0;
        for (size_t i = 0; i < all; i++)
                if (mine || (v[i].state == KEEPER_OFFERED) == offered)
                        TRY(fill_row(rq, &v[i], mine, &(*ret)[(*n)++]));
        return OK;
}

static enum err list_asked(struct req *rq, struct trust_row **ret, size_t *n)
{
        return list_side(rq, KEEPER_SIDE_KEEPER, true, ret, n);
}
static enum err list_keepers(struct req *rq, struct trust_row **ret, size_t *n)
{
        return list_side(rq, KEEPER_SIDE_AUTHOR, false, ret, n);
}
static enum err list_keeping(struct req *rq, struct trust_row **ret, size_t *n)
{
        return list_side(rq, KEEPER_SIDE_KEEPER, false, ret, n);
}
const struct trust_section TRUST_ASKED = {.title = "They ask you to keep comments",
                                          .list = list_asked};
const struct trust_section TRUST_KEEPERS = {.title = "Keepers",
                                            .empty = "Nobody keeps comments for you.",
                                            .add_path = "/settings/people/keeper",
                                            .add_word = "Ask somebody",
                                            .list = list_keepers};
const struct trust_section TRUST_KEEPING = {.title = "You keep comments for them",
                                            .list = list_keeping};

/* ---- asking ---- */

static enum err zone_of(struct req *rq, struct zone *ret)
{
        struct login *me;
        TRY(login_get(rq->cx, rq->viewer->account, &me));
        *ret = zone_open(rq->arena, me->zone.n ? me->zone : rq->cx->settings->zone);
        return OK;
}

static enum err prepare(struct req *rq, struct keeper_form *f)
{
        struct zone z;
        int64_t id;
        TRY(zone_of(rq, &z));
        *f = (struct keeper_form){.may_link = rq->cx->settings->keeper_invites, .scope = "all"};
        f->name = (struct web_field){.name = "name",
                                     .label = "Their name here",
                                     .hint = "As in @name.",
                                     .max = 60,
                                     .plain = true};
        f->until = (struct web_field){
                .name = "until",
                .label = "Until",
                .hint = "It ends by itself as that day begins.",
                .type = "date",
                .value = when_iso_day(rq->arena, &z,
                                      cx_now(rq->cx) + (int64_t)KEEPER_DAYS * DAY_MS)};
        f->password = (struct web_field){.name = "password",
                                         .label = "Your password",
                                         .hint = "So that nobody else can give this away.",
                                         .type = "password",
                                         .complete = "current-password",
                                         .required = true};
        if (str_to_i64(req_param(rq, "post"), &id))
                f->scope = "post";
        else if (str_to_i64(req_param(rq, "journal"), &id))
                f->scope = "journal";
        else
                return OK;
        f->target = id;
        return OK;
}

static enum err show_form(struct req *rq, int status, struct keeper_form *f)
{
        struct keeper k = {.scope = strcmp(f->scope, "journal") == 0 ? KEEPER_JOURNAL : KEEPER_POST,
                           .target = f->target};
        if (f->target)
                TRY(what_words(rq, &k, &f->what));
        struct web_page p = {.title = S("Ask somebody to keep"), .here = HERE_SETTINGS};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_keeper_form(h, &p, f);
        return web_close(h, &p);
}

static enum err keeper_new(struct req *rq)
{
        struct keeper_form f;
        TRY(prepare(rq, &f));
        return show_form(rq, 200, &f);
}

static enum err read_form(struct req *rq, struct keeper_form *f, struct keeper_draft *d)
{
        struct zone z;
        TRY(prepare(rq, f));
        TRY(zone_of(rq, &z));
        f->by_link = f->may_link && web_chose(rq, "by", "link");
        f->letters = web_ticked(rq, "letters");
        f->help = web_ticked(rq, "help");
        f->name.value = str_trim(req_param(rq, "name"));
        f->until.value = req_param(rq, "until");
        f->scope = web_chose(rq, "scope", "post")      ? "post"
                   : web_chose(rq, "scope", "journal") ? "journal"
                                                       : "all";
        if (!str_to_i64(req_param(rq, "target"), &f->target))
                f->target = 0;
        *d = (struct keeper_draft){.name = f->by_link ? STR_NONE : f->name.value,
                                   .scope = *f->scope == 'p'   ? KEEPER_POST
                                            : *f->scope == 'j' ? KEEPER_JOURNAL
                                                               : KEEPER_ALL,
                                   .target = f->target,
                                   .letters = f->letters,
                                   .help = f->help};
        if (!f->by_link && !f->name.value.n)
                return fail_field(rq->cx, "name", ERR_INPUT, "Say who.");
        if (!zone_read_day(&z, f->until.value, &d->ends_at))
                return fail_field(rq->cx, "until", ERR_INPUT, "Choose a day.");
        return OK;
}

struct offer {
        const struct viewer *by;
        const struct keeper_draft *draft;
        int64_t id;
        struct str link;
};

static enum err offer(struct cx *cx, void *arg)
{
        struct offer *o = arg;
        return keeper_offer(cx, o->by, o->draft, &o->id, &o->link);
}

static enum err refuse(struct req *rq, struct keeper_form *f, enum err e)
{
        struct str field = rq->cx->fault_field, fault = rq->cx->fault;
        if (str_eq(field, S("until")))
                f->until.error = fault;
        else if (str_eq(field, S("password")))
                f->password.error = fault;
        else if (str_eq(field, S("name")))
                f->name.error = fault;
        else
                f->error = fault;
        return show_form(rq, e == ERR_LIMIT ? 429 : 422, f);
}

static enum err keeper_ask(struct req *rq)
{
        struct keeper_form f;
        struct keeper_draft d;
        enum err e = read_form(rq, &f, &d);
        if (e == ERR_INPUT)
                return refuse(rq, &f, e);
        TRY(e);
        e = login_confirm_password(rq->cx, rq->viewer->account, req_param(rq, "password"),
                                   rq->peer);
        if (e == ERR_LIMIT || e == ERR_DENIED || e == ERR_INPUT) {
                f.password.error = e == ERR_LIMIT ? rq->cx->fault
                                                  : S("This is not your password. Nobody was "
                                                      "asked.");
                return show_form(rq, e == ERR_LIMIT ? 429 : 422, &f);
        }
        TRY(e);
        struct offer o = {.by = rq->viewer, .draft = &d};
        e = cx_write(rq->cx, offer, &o);
        if (e == ERR_INPUT)
                return refuse(rq, &f, e);
        TRY(e);
        reply_redirect(rq, str_join(rq->arena, keeper_path(rq->arena, o.id), S("?done=keeper")));
        return OK;
}

/* ---- one grant ---- */

static struct str act_words(struct arena *a, const struct comment_act *x, struct str writer)
{
        static const char *const verbs[COMMENT_VERBS_] = {
                [COMMENT_SHOW] = "Showed",      [COMMENT_KEEP] = "Kept",
                [COMMENT_DECLINE] = "Declined", [COMMENT_HIDE] = "Hid",
                [COMMENT_UNDO] = "Took back",   [COMMENT_THANK] = "Thanked for",
        };
        return writer.n ? str_fmt(a, "%s a comment by %.*s", verbs[x->verb], STR_ARG(writer))
                        : str_fmt(a, "%s a comment that is gone", verbs[x->verb]);
}

/* Whose threads it is about: the author's, or a journal's. */
static enum err owner_of(struct req *rq, const struct keeper *k, struct viewer *ret)
{
        struct post *p;
        *ret = *rq->viewer;
        if (k->scope == KEEPER_JOURNAL)
                ret->account = k->target;
        if (k->scope != KEEPER_POST)
                return OK;
        enum err e = post_load(rq->cx, k->target, &p);
        if (!e)
                ret->account = p->account;
        return e == ERR_MISSING ? OK : e;
}

static enum err load_acts(struct req *rq, const struct keeper *k, struct keeper_page *v)
{
        struct comment_act *acts;
        struct viewer as;
        size_t n;
        TRY(owner_of(rq, k, &as));
        TRY(comment_acts(rq->cx, &as, k->keeper, 0, ACTS_SHOWN, &acts, &n));
        v->v = make_n(rq->arena, n + 1, struct keeper_act);
        for (size_t i = 0; i < n; i++) {
                struct post *p = NULL;
                struct account *a = NULL;
                if (acts[i].role != HAND_KEEPER)
                        continue;
                if (acts[i].post && post_load(rq->cx, acts[i].post, &p) == OK)
                        TRY(account_get(rq->cx, p->account, &a));
                struct keeper_act *x = &v->v[v->n++];
                *x = (struct keeper_act){
                        .batch = acts[i].batch, .at = acts[i].at, .undone_at = acts[i].undone_at};
                x->words = act_words(rq->arena, &acts[i], a ? account_name(a) : STR_NONE);
                x->path = a ? path_of_post(rq->arena, a, p->id) : STR_NONE;
        }
        return OK;
}

/* "Sam showed 12, kept 3, declined 1": what one asks to know of a person who acts for one. */
static enum err load_summary(struct req *rq, const struct keeper *k, struct keeper_page *v)
{
        static const char *const verbs[] = {
                [COMMENT_SHOW] = "showed", [COMMENT_KEEP] = "kept", [COMMENT_DECLINE] = "declined"};
        int64_t counts[KEEPER_VERBS];
        struct viewer as;
        TRY(owner_of(rq, k, &as));
        TRY(keeper_counts(rq->cx, as.account, k->keeper, counts));
        counts[COMMENT_KEEP] += counts[COMMENT_HIDE];
        for (size_t i = 0; i < countof(verbs); i++)
                if (counts[i])
                        v->summary = v->summary.n ? str_fmt(rq->arena, "%.*s, %s %lld",
                                                            STR_ARG(v->summary), verbs[i],
                                                            (long long)counts[i])
                                                  : str_fmt(rq->arena, "%.*s %s %lld",
                                                            STR_ARG(account_name(v->other)),
                                                            verbs[i], (long long)counts[i]);
        if (v->summary.n)
                v->summary = str_join(rq->arena, v->summary, S("."));
        return OK;
}

static enum err keeper_show(struct req *rq)
{
        struct keeper *k;
        struct keeper_page v = {0};
        struct account *other;
        TRY(keeper_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &k));
        v.k = k;
        v.mine = k->author == rq->viewer->account;
        int64_t who = v.mine ? k->keeper : k->author;
        if (who) {
                TRY(account_get(rq->cx, who, &other));
                v.other = other;
        }
        TRY(keeper_words(rq, k, v.mine, &v.what));
        if (v.mine && k->invite && !k->keeper) {
                struct invite *invites;
                size_t n;
                TRY(invite_list(rq->cx, k->author, &invites, &n));
                for (size_t i = 0; i < n; i++)
                        if (invites[i].id == k->invite)
                                v.link = invites[i].url;
        }
        if (v.mine && k->keeper) {
                TRY(load_acts(rq, k, &v));
                TRY(load_summary(rq, k, &v));
        }
        struct web_page p = {.title = S("Keeper"), .here = HERE_SETTINGS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_keeper_body(h, &p, &v);
        return web_close(h, &p);
}

static enum err keeper_act(struct req *rq)
{
        int64_t me = rq->viewer->account, id = req_path_id(rq, "id"), batch;
        struct str to = S("/settings/people?done=ended");
        struct keeper *k;
        TRY(keeper_get(rq->cx, me, id, &k));
        if (web_chose(rq, "do", "accept")) {
                TRY(keeper_answer(rq->cx, me, id, true));
                to = S("/settings/people?done=keeping");
        } else if (web_chose(rq, "do", "decline")) {
                TRY(keeper_answer(rq->cx, me, id, false));
                to = S("/settings/people?done=not_keeping");
        } else if (web_chose(rq, "do", "end")) {
                TRY(keeper_end(rq->cx, me, id));
        } else if (web_chose(rq, "do", "undo") && str_to_i64(req_param(rq, "batch"), &batch)) {
                if (k->author != me)
                        return ERR_MISSING;
                TRY(comment_undo(rq->cx, rq->viewer, batch));
                to = str_join(rq->arena, keeper_path(rq->arena, id), S("?done=taken_back"));
        } else
                return fail(rq->cx, ERR_INPUT, "The form did not say what to do.");
        reply_redirect(rq, to);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/settings/people/keeper", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, keeper_new,
         0, 0},
        {"POST", "/settings/people/keeper", SCOPE_PAGE_SIGNED_IN, LIMIT_SIGN_IN, LANE_SLOW,
         keeper_ask, 0, 0},
        {"GET", "/settings/people/keeper/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ,
         keeper_show, 0, 0},
        {"POST", "/settings/people/keeper/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         keeper_act, 0, 0},
};
const struct route_list WEB_KEEPER_ROUTES = {DOOR_PAGE, routes, countof(routes)};
