/* /settings/profile: name, words, pictures, facts. Pictures are rendered in the box before the row
 * is written, so what is stored is durable when the profile names it. */
#include "lib/base/die.h"
#include "social/account.h"
#include "social/media_take.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/settings.h"
#include "web/settings.html.h"
#include "web/web.h"

enum { BODY_BYTES = 34 * 1024 * 1024 }; /* two pictures of 16 MiB each, and the words */

static enum err show(struct req *rq, int status, struct profile_form *f)
{
        struct account *me;
        TRY(account_get(rq->cx, rq->viewer->account, &me));
        f->me = me;
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, status, "profile", &p, &h));
        web_settings_profile(h, &p, f);
        return web_close(h, &p);
}

static enum err profile_page(struct req *rq)
{
        struct account *me;
        TRY(account_get(rq->cx, rq->viewer->account, &me));
        struct profile_form f = {.display_name = me->display_name,
                                 .note = me->note,
                                 .avatar_words = me->avatar_description,
                                 .header_words = me->header_description,
                                 .bot = me->kind == ACCOUNT_BOT,
                                 .gallery = me->gallery};
        for (size_t i = 0; i < me->n_fields && i < ACCOUNT_FIELDS; i++) {
                f.names[i] = me->fields[i].name;
                f.values[i] = me->fields[i].value;
        }
        return show(rq, 200, &f);
}

struct input {
        struct str display_name, note, avatar_words, header_words;
        enum tri bot, no_avatar, no_header, gallery;
        struct upload *avatar, *header;
};
static const struct field fields[] = {
        {"display_name", F_STR, offsetof(struct input, display_name), 1000},
        {"note", F_STR, offsetof(struct input, note), 10000},
        {"avatar_description", F_STR, offsetof(struct input, avatar_words), 10000},
        {"header_description", F_STR, offsetof(struct input, header_words), 10000},
        {"bot", F_BOOL, offsetof(struct input, bot), 0},
        {"no_avatar", F_BOOL, offsetof(struct input, no_avatar), 0},
        {"no_header", F_BOOL, offsetof(struct input, no_header), 0},
        {"gallery", F_BOOL, offsetof(struct input, gallery), 0},
        {"avatar", F_FILE, offsetof(struct input, avatar), 0},
        {"header", F_FILE, offsetof(struct input, header), 0},
};

static void read_facts(struct req *rq, struct profile_form *f)
{
        for (int i = 0; i < ACCOUNT_FIELDS; i++) {
                f->names[i] =
                        req_param(rq, str_z(rq->arena, str_fmt(rq->arena, "fields[%d][name]", i)));
                f->values[i] =
                        req_param(rq, str_z(rq->arena, str_fmt(rq->arena, "fields[%d][value]", i)));
        }
}

struct writing {
        int64_t account;
        struct account_change change;
};

static enum err write_profile(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        return account_update(cx, w->account, &w->change);
}

static enum err save(struct req *rq, const struct input *in, const struct profile_form *f)
{
        struct account_field facts[ACCOUNT_FIELDS] = {0};
        for (int i = 0; i < ACCOUNT_FIELDS; i++) {
                facts[i].name = f->names[i].p ? f->names[i] : S("");
                facts[i].value = f->values[i].p ? f->values[i] : S("");
        }
        struct writing w = {.account = rq->viewer->account,
                            .change = {.display_name = in->display_name,
                                       .note = in->note,
                                       .avatar_description = in->avatar_words,
                                       .header_description = in->header_words,
                                       .bot = in->bot == TRI_TRUE ? TRI_TRUE : TRI_FALSE,
                                       .gallery = in->gallery == TRI_TRUE ? TRI_TRUE : TRI_FALSE,
                                       .fields_given = true,
                                       .fields = facts,
                                       .n_fields = ACCOUNT_FIELDS}};
        TRY(media_take_picture(rq->cx, in->avatar, in->no_avatar == TRI_TRUE, PHOTOBOX_PORTRAIT,
                               &w.change.avatar));
        TRY(media_take_picture(rq->cx, in->header, in->no_header == TRI_TRUE, PHOTOBOX_HEADER,
                               &w.change.header));
        return cx_write(rq->cx, write_profile, &w);
}

static enum err profile_save(struct req *rq)
{
        struct input in = {0};
        TRY(req_read(rq, fields, countof(fields), &in));
        struct profile_form f = {.display_name = in.display_name,
                                 .note = in.note,
                                 .avatar_words = in.avatar_words,
                                 .header_words = in.header_words,
                                 .bot = in.bot == TRI_TRUE,
                                 .gallery = in.gallery == TRI_TRUE};
        read_facts(rq, &f);
        enum err e = save(rq, &in, &f);
        if (e == ERR_INPUT || e == ERR_TOO_LARGE || e == ERR_MEDIA_TYPE) {
                struct str head = S("Validation failed: "), fault = rq->cx->fault;
                f.error = str_starts(fault, head) ? str_after(fault, head.n) : fault;
                return show(rq, 422, &f);
        }
        TRY(e);
        reply_redirect(rq, S("/settings/profile?done=saved"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/settings/profile", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, profile_page, 0,
         0},
        {"POST", "/settings/profile", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_SLOW, profile_save,
         BODY_UPLOAD, BODY_BYTES},
};
const struct route_list WEB_SETTINGS_PROFILE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
