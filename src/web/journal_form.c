/* /journals/new and /@name/journal: the words, picture, reach and state of a journal. Keys and
 * pictures are made in the SLOW lane, before the one write that stores them. */
#include "lib/base/die.h"
#include "social/media_take.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/form.h"
#include "web/journal.h"
#include "web/journal.html.h"
#include "web/web.h"

enum { BODY_BYTES = 18 * 1024 * 1024 }; /* a picture of 16 MiB, and the words */

struct input {
        struct str username, name, words, memory, memory_from, memory_to, banner, shows;
        struct str reach, state, preset;
        enum tri signs, no_avatar;
        struct upload *avatar;
};
static const struct field fields[] = {
        {"username", F_STR, offsetof(struct input, username), 100},
        {"name", F_STR, offsetof(struct input, name), 1000},
        {"words", F_STR, offsetof(struct input, words), 10000},
        {"memory", F_STR, offsetof(struct input, memory), 1000},
        {"memory_from", F_STR, offsetof(struct input, memory_from), 1000},
        {"memory_to", F_STR, offsetof(struct input, memory_to), 1000},
        {"banner", F_STR, offsetof(struct input, banner), 3000},
        {"avatar_description", F_STR, offsetof(struct input, shows), 10000},
        {"reach", F_STR, offsetof(struct input, reach), 16},
        {"state", F_STR, offsetof(struct input, state), 16},
        {"preset", F_STR, offsetof(struct input, preset), 16},
        {"signs", F_BOOL, offsetof(struct input, signs), 0},
        {"no_avatar", F_BOOL, offsetof(struct input, no_avatar), 0},
        {"avatar", F_FILE, offsetof(struct input, avatar), 0},
};

static enum journal_reach read_reach(struct str s)
{
        return str_eq(s, S("public")) ? JOURNAL_PUBLIC
               : str_eq(s, S("here")) ? JOURNAL_HERE
                                      : JOURNAL_APPROVAL;
}

static enum journal_state read_state(struct str s)
{
        return str_eq(s, S("resting"))  ? JOURNAL_RESTING
               : str_eq(s, S("closed")) ? JOURNAL_CLOSED
                                        : JOURNAL_OPEN;
}

static void read_form(const struct input *in, struct journal_form *f)
{
        *f = (struct journal_form){.username = str_trim(in->username),
                                   .name = in->name,
                                   .words = in->words,
                                   .memory = in->memory,
                                   .memory_from = in->memory_from,
                                   .memory_to = in->memory_to,
                                   .banner = in->banner,
                                   .avatar_description = in->shows,
                                   .reach = read_reach(in->reach),
                                   .state = read_state(in->state),
                                   .signs = in->signs == TRI_TRUE};
        if (!str_to_i64(in->preset, &f->preset))
                f->preset = 0;
}

static enum err show(struct req *rq, int status, const struct journal_words *w)
{
        struct web_page p = {.title = w->new ? S("Start a journal") : account_name(w->account),
                             .here = HERE_JOURNALS,
                             .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_journal_form(h, &p, w);
        return web_close(h, &p);
}

struct writing {
        int64_t by, journal;
        const struct journal_form *form;
        struct account_keys keys;
};

static enum err write_new(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        return journal_create(cx, w->by, w->form, &w->keys, &w->journal);
}

static enum err write_change(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        return journal_change(cx, w->by, w->journal, w->form);
}

static enum err save(struct req *rq, const struct input *in, struct journal_form *f,
                     struct writing *w)
{
        struct cx *cx = rq->cx;
        bool new = !w->journal;
        TRY(journal_check(cx, w->by, f, new));
        TRY(media_take_picture(cx, in->avatar, in->no_avatar == TRI_TRUE, PHOTOBOX_PORTRAIT,
                               &f->avatar));
        if (!new)
                return cx_write(cx, write_change, w);
        TRY(account_make_keys(rq->arena, &w->keys));
        return cx_write(cx, write_new, w);
}

/* What was wrong is told with the form still filled. */
static enum err save_or_show(struct req *rq, struct journal_words *words, int64_t journal,
                             int64_t *ret)
{
        struct input in = {0};
        TRY(req_read(rq, fields, countof(fields), &in));
        read_form(&in, &words->form);
        struct writing w = {.by = rq->viewer->account, .journal = journal, .form = &words->form};
        enum err e = save(rq, &in, &words->form, &w);
        *ret = e ? 0 : w.journal;
        if (e != ERR_INPUT && e != ERR_TOO_LARGE && e != ERR_MEDIA_TYPE && e != ERR_CONFLICT)
                return e;
        words->error =
                e == ERR_CONFLICT ? S("This address is taken.") : web_plain_fault(rq->cx->fault);
        words->wrong = rq->cx->fault_field;
        return show(rq, 422, words);
}

static enum err web_journal_new(struct req *rq)
{
        const struct journal_words w = {.new = true,
                                        .action = S("/journals/new"),
                                        .form = {.reach = JOURNAL_APPROVAL, .signs = true}};
        return show(rq, 200, &w);
}

static enum err web_journal_make(struct req *rq)
{
        struct journal_words w = {.new = true, .action = S("/journals/new")};
        struct account *a;
        int64_t made;
        TRY(save_or_show(rq, &w, 0, &made));
        if (!made)
                return OK;
        TRY(account_get(rq->cx, made, &a));
        reply_redirect(rq, web_done_path(rq->arena, path_of_account(rq->arena, a), "made"));
        return OK;
}

static enum err open_own(struct req *rq, struct journal_words *w, struct journal **j)
{
        struct account *a;
        TRY(web_journal_own(rq, &a, j));
        *w = (struct journal_words){.account = a, .path = path_of_account(rq->arena, a)};
        w->action = str_join(rq->arena, w->path, S("/journal"));
        return OK;
}

static enum err web_journal_edit(struct req *rq)
{
        struct journal_words w;
        struct journal *j;
        TRY(open_own(rq, &w, &j));
        w.form = (struct journal_form){.name = w.account->display_name,
                                       .words = w.account->note,
                                       .memory = j->memory,
                                       .memory_from = j->memory_from,
                                       .memory_to = j->memory_to,
                                       .banner = j->banner,
                                       .avatar_description = w.account->avatar_description,
                                       .reach = j->reach,
                                       .state = j->state,
                                       .signs = j->signs,
                                       .preset = j->preset};
        return show(rq, 200, &w);
}

static enum err web_journal_save(struct req *rq)
{
        struct journal_words w;
        struct journal *j;
        int64_t saved;
        TRY(open_own(rq, &w, &j));
        TRY(save_or_show(rq, &w, j->account, &saved));
        if (saved)
                reply_redirect(rq, web_done_path(rq->arena, w.action, "saved"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/journals/new", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_journal_new, 0,
         0},
        {"POST", "/journals/new", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_SLOW, web_journal_make,
         BODY_UPLOAD, BODY_BYTES},
        {"GET", "/@:name/journal", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_journal_edit, 0,
         0},
        {"POST", "/@:name/journal", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_SLOW, web_journal_save,
         BODY_UPLOAD, BODY_BYTES},
};
const struct route_list WEB_JOURNAL_FORM_ROUTES = {DOOR_PAGE, routes, countof(routes)};
