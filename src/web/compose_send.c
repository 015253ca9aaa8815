/* What the page for writing sends: photos to take in, an order to change, or the post itself.
 * Whatever is wrong, the page comes back with everything that was typed and every photo that was
 * taken in. Photos are decoded in the SLOW lane; the post is then one write. */
#include "lib/base/die.h"
#include "lib/text/date.h"
#include "lib/text/link.h"
#include "lib/text/unicode.h"
#include "social/login.h"
#include "social/media_take.h"
#include "social/scheduled.h"
#include "social/scope.h"
#include "social/waiting.h"
#include "store/limits.h"
#include "web/compose.h"
#include "web/compose.html.h"
#include "web/done.h"
#include "web/form.h"
#include "web/web.h"
#include "web/when.h"

enum { BODY_BYTES = 170 * 1024 * 1024 }; /* ten photos of 16 MiB each, and the words */

struct input {
        struct str text, note, language, visibility, key, back, ends_in;
        enum tri sensitive, local_only, multiple, signs;
        struct id_list media, topics;
        struct str_list options;
        int64_t reply_to, quote, draft, journal;
        struct str send_at, co_author;
};
/* Words of any length that is stored at all: the setting's limit is told with the form still
 * filled. */
static const struct field fields[] = {
        {"text", F_STR, offsetof(struct input, text), POST_BYTES_MAX},
        {"spoiler_text", F_STR, offsetof(struct input, note), POST_BYTES_MAX},
        {"language", F_STR, offsetof(struct input, language), 35},
        {"visibility", F_STR, offsetof(struct input, visibility), 32},
        {"key", F_STR, offsetof(struct input, key), 64},
        {"back", F_STR, offsetof(struct input, back), 4096},
        {"poll[expires_in]", F_STR, offsetof(struct input, ends_in), 16},
        {"sensitive", F_BOOL, offsetof(struct input, sensitive), 0},
        {"local_only", F_BOOL, offsetof(struct input, local_only), 0},
        {"poll[multiple]", F_BOOL, offsetof(struct input, multiple), 0},
        {"media", F_IDS, offsetof(struct input, media), COMPOSE_PHOTOS},
        {"poll[options]", F_STRS, offsetof(struct input, options), COMPOSE_OPTIONS},
        {"reply_to", F_ID, offsetof(struct input, reply_to), 1},
        {"quote", F_ID, offsetof(struct input, quote), 1},
        {"co_author", F_STR, offsetof(struct input, co_author), 300},
        {"draft", F_ID, offsetof(struct input, draft), 1},
        {"journal", F_ID, offsetof(struct input, journal), 1},
        {"signs", F_BOOL, offsetof(struct input, signs), 0},
        {"send_at", F_STR, offsetof(struct input, send_at), 32},
        {"topic", F_IDS, offsetof(struct input, topics), TOPICS_MAX},
};

static bool has_photo(const struct compose *c, int64_t id)
{
        for (size_t i = 0; i < c->n_photos; i++)
                if (c->photos[i].media->id == id)
                        return true;
        return false;
}

/* A photo of the form, with the words beside it; one that is gone is left out. */
static enum err add_photo(struct req *rq, struct compose *c, int64_t id)
{
        struct media *m;
        if (c->n_photos == COMPOSE_PHOTOS || has_photo(c, id))
                return OK;
        enum err e = media_get(rq->cx, rq->viewer, id, &m);
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        compose_photo_add(c, m);
        compose_photo_read(rq, &c->photos[c->n_photos - 1]);
        return OK;
}

/* "drop_quote" is a button: the words go on without it. */
static enum err read_quote(struct req *rq, struct compose *c, int64_t quote)
{
        if (!quote || str_eq(req_param(rq, "do"), S("drop_quote")))
                return OK;
        enum err e = compose_quote(rq, c, quote);
        if (e == ERR_MISSING)
                c->error = S("What you quote is gone, or its author does not let it be quoted any "
                             "more. Your words are still here; sent now, they stand by "
                             "themselves.");
        return e == ERR_MISSING ? OK : e;
}

static enum err find_co_author(struct req *rq, struct compose *c)
{
        struct str who = c->co_author;
        struct account *a;
        if (!who.n)
                return OK;
        enum err e = account_by_name(rq->cx, str_starts(who, S("@")) ? str_after(who, 1) : who, &a);
        if (e && e != ERR_MISSING)
                return e;
        if (e || !account_is_local(a))
                c->co_author_error = S("Nobody here has that name.");
        else if (a->id == rq->viewer->account)
                c->co_author_error = S("You are its author already.");
        else
                c->co_author_id = a->id;
        return OK;
}

/* What only a post of its own has. A bundle that was just chosen brings its visibility along,
 * unless the writer had chosen another already; pressing Send at once changes nothing about who
 * sees it. */
static enum err read_news(struct req *rq, struct compose *c, const struct input *in)
{
        struct login *me;
        TRY(login_get(rq->cx, rq->viewer->account, &me));
        TRY(compose_offer(rq, c, me));
        const struct preset *before = c->switches.of;
        int64_t of;
        if (str_to_i64(req_param(rq, "switches_of"), &of))
                for (size_t i = 0; i < c->switches.n; i++)
                        if (c->switches.all[i].id == of)
                                before = &c->switches.all[i];
        switches_form_read(rq, &c->switches);
        c->draft = in->draft;
        c->about = in->topics;
        c->journal = in->journal;
        c->signs = in->signs == TRI_TRUE;
        c->send_at = in->send_at;
        c->co_author = str_trim(in->co_author);
        TRY(find_co_author(rq, c));
        TRY(read_quote(rq, c, in->quote));
        if (!str_eq(req_param(rq, "do"), S("preset")) || before == c->switches.of)
                return OK;
        enum audience was = before->visibility < 0 ? me->visibility
                                                   : (enum audience)before->visibility,
                      now = c->switches.of->visibility < 0
                                    ? me->visibility
                                    : (enum audience)c->switches.of->visibility;
        if (str_eq(c->visibility, audience_form_name(was)))
                c->visibility = audience_form_name(now);
        return OK;
}

static enum err read_form(struct req *rq, struct compose *c)
{
        struct input in = {0};
        TRY(req_read(rq, fields, countof(fields), &in));
        c->text = in.text;
        c->note = in.note;
        c->language = in.language;
        c->visibility = in.visibility.n ? in.visibility : S("unlisted");
        c->key = in.key;
        c->back = web_own_path(in.back, STR_NONE);
        c->ends_in = in.ends_in.n ? in.ends_in : S("86400");
        c->sensitive = in.sensitive == TRI_TRUE;
        c->local_only = in.local_only == TRI_TRUE;
        c->multiple = in.multiple == TRI_TRUE;
        for (size_t i = 0; i < in.options.n; i++)
                c->options[i] = in.options.v[i];
        for (size_t i = 0; i < in.media.n; i++)
                TRY(add_photo(rq, c, in.media.v[i]));
        compose_photos_read(rq, c);
        struct cards answered;
        if (!in.reply_to && !c->edits)
                TRY(read_news(rq, c, &in));
        if (in.reply_to) {
                TRY(cards_load(rq->cx, rq->viewer, &in.reply_to, 1, &answered));
                if (answered.n)
                        c->answers = make(rq->arena, struct card);
                if (answered.n)
                        *(struct card *)c->answers = answered.v[0];
                else
                        c->error = S("What you answer is gone. Your words are still here; sent "
                                     "now, they stand by "
                                     "themselves.");
        }
        return OK;
}

/* Takes in what was chosen. One that cannot be taken is told; the others are kept. */
static enum err take_photos(struct req *rq, struct compose *c)
{
        int nth = 0;
        for (size_t i = 0; i < rq->n_params; i++) {
                const struct req_param *p = &rq->params[i];
                int64_t id;
                if (!p->file || p->file->size == 0 || !str_eq(p->name, S("photo")))
                        continue;
                nth++;
                if ((int64_t)c->n_photos >= rq->cx->settings->photos_per_post) {
                        c->error = str_fmt(
                                rq->arena,
                                "A post can have %lld photos. The others were not taken in.",
                                (long long)rq->cx->settings->photos_per_post);
                        return OK;
                }
                enum err e = media_take(rq->cx, rq->viewer, p->file, STR_NONE, STR_NONE, &id);
                if (e == ERR_INPUT || e == ERR_TOO_LARGE || e == ERR_MEDIA_TYPE)
                        c->error = str_fmt(rq->arena,
                                           "Photo %d of those you chose was not taken in. %.*s",
                                           nth, STR_ARG(rq->cx->fault));
                else if (e)
                        return e;
                else
                        TRY(add_photo(rq, c, id));
        }
        return OK;
}

/* "up:ID", "down:ID", "remove:ID". */
static void arrange(struct compose *c, struct str what)
{
        int64_t id;
        size_t colon = str_find_char(what, ':'), at = 0;
        struct str verb = str_cut(what, 0, colon);
        if (colon == what.n || !str_to_i64(str_after(what, colon + 1), &id))
                return;
        while (at < c->n_photos && c->photos[at].media->id != id)
                at++;
        if (at == c->n_photos)
                return;
        struct compose_photo moved = c->photos[at];
        if (str_eq(verb, S("remove"))) {
                memmove(&c->photos[at], &c->photos[at + 1], (--c->n_photos - at) * sizeof(moved));
                return;
        }
        bool up = str_eq(verb, S("up"));
        size_t other = up ? at - 1 : at + 1;
        if ((up && at == 0) || other >= c->n_photos)
                return;
        c->photos[at] = c->photos[other];
        c->photos[other] = moved;
}

static size_t options_given(const struct compose *c)
{
        size_t n = 0;
        while (n < COMPOSE_OPTIONS && c->options[n].n)
                n++;
        return n;
}

/* What can be told better here than by the rules: nothing typed, too much typed, photos without
 * words. */
static bool mend(struct req *rq, struct compose *c, const struct login *me)
{
        struct arena *a = rq->arena;
        int64_t most = rq->cx->settings->post_characters;
        int64_t n = (int64_t)(link_count(a, c->text) + utf8_count(c->note));
        bool bad = c->error.n > 0 || c->co_author_error.n > 0;
        if (!str_trim(c->text).n && !str_trim(c->note).n && !c->n_photos && !c->quotes) {
                c->text_error = S("Nothing is written yet.");
                bad = true;
        }
        if (c->about.n > TOPICS_A_POST) {
                c->error = str_fmt(a, "A post has at most %d topics.", TOPICS_A_POST);
                bad = true;
        }
        if (n > most) {
                c->text_error = str_fmt(a, "This is too long: %.*s characters, and %.*s fit.",
                                        STR_ARG(grouped(a, n)), STR_ARG(grouped(a, most)));
                bad = true;
        }
        for (size_t i = 0; me->need_alt && i < c->n_photos; i++)
                if (!str_trim(c->photos[i].alt).n) {
                        c->photos[i].alone_wrong = true;
                        c->error = S("A photo has no description yet. Settings, Posting can stop "
                                     "asking for them.");
                        bad = true;
                }
        bad = compose_photos_mend(c) || bad;
        if (options_given(c) && c->n_photos) {
                c->error = S("A post has either photos or a question. Take one of them out.");
                bad = true;
        }
        return bad;
}

struct sending {
        const struct viewer *by;
        const struct compose *c;
        struct draft draft;
        int64_t at, pause_s; /* when it is to be sent; how long it waits before; 0: now */
        struct post *post;   /* what it became, */
        struct scheduled *scheduled;
        int64_t waiting; /* or as what it waits */
};

static enum err write_words(struct cx *cx, const struct sending *s)
{
        const struct compose *c = s->c;
        for (size_t i = 0; i < c->n_photos; i++) {
                const struct compose_photo *p = &c->photos[i];
                TRY(media_change(cx, s->by, p->media->id, p->alt.p ? p->alt : S(""), p->focus));
                TRY(photo_set(cx, p->media, compose_photo_set(cx->arena, c, p)));
        }
        return OK;
}

static enum err write_post(struct cx *cx, void *arg)
{
        struct sending *s = arg;
        const struct compose *c = s->c;
        if (c->edits)
                return post_edit(cx, s->by, c->edits->post->id, &s->draft, &s->post);
        TRY(write_words(cx, s));
        if (s->at)
                TRY(scheduled_create(cx, s->by, &s->draft, s->at, &s->scheduled));
        else if (s->pause_s)
                TRY(waiting_create(cx, s->by, &s->draft, s->pause_s, &s->waiting));
        else
                TRY(post_publish(cx, s->by, &s->draft, &s->post));
        return c->draft ? draft_delete(cx, s->by, c->draft) : OK;
}

static struct draft draft_of(struct arena *a, const struct compose *c)
{
        int64_t seconds;
        struct draft d = {.text = c->text.p ? c->text : S(""),
                          .spoiler = c->note.p ? c->note : S(""),
                          .language = c->language,
                          .visibility = c->visibility,
                          .sensitive = c->sensitive ? TRI_TRUE : TRI_FALSE,
                          .local_only = c->local_only ? TRI_TRUE : TRI_FALSE,
                          .reply_to = c->answers ? c->answers->post->id : 0,
                          .journal = c->journal,
                          .signs = c->signs ? TRI_TRUE : TRI_FALSE,
                          .idempotency_key = c->key};
        d.media = (struct id_list){
                .v = make_n(a, c->n_photos + 1, int64_t), .n = c->n_photos, .given = true};
        d.media_changes = make_n(a, c->n_photos + 1, struct media_change);
        for (size_t i = 0; i < c->n_photos; i++) {
                const struct compose_photo *p = &c->photos[i];
                d.media.v[i] = p->media->id;
                if (!c->edits || compose_photo_same(c, p))
                        continue;
                d.media_changes[d.n_media_changes++] =
                        (struct media_change){p->media->id, p->alt.p ? p->alt : S(""), p->focus,
                                              compose_photo_set(a, c, p)};
        }
        d.poll.options =
                (struct str_list){make_n(a, COMPOSE_OPTIONS, struct str), options_given(c)};
        memcpy(d.poll.options.v, c->options, sizeof(c->options));
        d.poll.multiple = c->multiple ? TRI_TRUE : TRI_FALSE;
        if (str_to_i64(c->ends_in, &seconds))
                d.poll.expires_in = (struct opt_int){true, seconds};
        if (c->news) {
                d.bundle = switches_form_bundle(a, &c->switches);
                d.co_author = c->co_author_id;
                d.quote_of = c->quotes ? c->quotes->post->id : 0;
                d.topics = c->about;
        }
        return d;
}

/* Where a sent post leads: an answer to its place under what it answers, any other to its own page.
 */
static enum err lead_on(struct req *rq, const struct compose *c, const struct post *post)
{
        struct account *me;
        TRY(account_get(rq->cx, post->account, &me));
        struct str path = path_of_post(rq->arena, me, post->id);
        if (c->answers && !c->edits) {
                struct str above =
                        c->back.n ? c->back
                                  : path_of_post(rq->arena, c->answers->author, post->reply_to);
                above = str_cut(above, 0, str_find_char(above, '#'));
                path = str_fmt(rq->arena, "%.*s#p%lld", STR_ARG(above), (long long)post->id);
        }
        reply_redirect(rq, web_done_path(rq->arena, path, c->edits ? "changed" : "sent"));
        return OK;
}

/* "2026-11-23T08:40" on the writer's clock, in milliseconds. Twice, because the hour may change in
 * between. */
static bool read_local_time(struct req *rq, const struct login *me, struct str text, int64_t *ret)
{
        enum { MINUTE_MS = 60 * 1000, BARE = 16 };
        struct str name = me->zone.n ? me->zone : rq->cx->settings->zone;
        struct zone zone = zone_open(rq->arena, name);
        int64_t local;
        if (text.n < BARE ||
            !date_read_iso(str_join(rq->arena, str_cut(text, 0, BARE), S(":00Z")), &local))
                return false;
        *ret = local - (int64_t)zone_minutes(&zone, local) * MINUTE_MS;
        *ret = local - (int64_t)zone_minutes(&zone, *ret) * MINUTE_MS;
        return true;
}

/* When it leaves: at a time that was chosen, after the pause, or now. */
static bool set_time(struct req *rq, struct compose *c, const struct login *me, struct sending *s)
{
        if (c->send_at.n && !read_local_time(rq, me, c->send_at, &s->at)) {
                c->send_at_error = S("This is no date and time.");
                return false;
        }
        if (s->at && s->at < cx_now(rq->cx) + SCHEDULED_AHEAD_MS) {
                c->send_at_error = S("Choose a time at least five minutes from now.");
                return false;
        }
        s->pause_s = s->at || !c->news ? 0 : s->draft.bundle->pause;
        return true;
}

static enum err fault(struct req *rq, struct compose *c, enum err e)
{
        if (e != ERR_INPUT && e != ERR_MISSING && e != ERR_DENIED && e != ERR_LIMIT)
                return e;
        c->error = rq->cx->fault.n ? web_plain_fault(rq->cx->fault)
                                   : S("This could not be sent: what it answers, or a photo, is "
                                       "gone.");
        return compose_show(rq, 422, c, STR_NONE);
}

static enum err send(struct req *rq, struct compose *c)
{
        struct login *me;
        TRY(login_get(rq->cx, rq->viewer->account, &me));
        if (mend(rq, c, me))
                return compose_show(rq, 422, c, STR_NONE);
        struct sending s = {.by = rq->viewer, .c = c, .draft = draft_of(rq->arena, c)};
        if (!set_time(rq, c, me, &s))
                return compose_show(rq, 422, c, STR_NONE);
        enum err e = cx_write(rq->cx, write_post, &s);
        if (e)
                return fault(rq, c, e);
        if (s.scheduled)
                reply_redirect(rq, S("/drafts?done=later"));
        else if (s.waiting)
                reply_redirect(rq, str_fmt(rq->arena, "/waiting/%lld", (long long)s.waiting));
        else
                return lead_on(rq, c, s.post);
        return OK;
}

static enum err write_draft(struct cx *cx, void *arg)
{
        struct sending *s = arg;
        TRY(write_words(cx, s));
        return draft_keep(cx, s->by, s->c->draft, &s->draft, &s->waiting);
}

static enum err keep_draft(struct req *rq, struct compose *c)
{
        struct sending s = {.by = rq->viewer, .c = c, .draft = draft_of(rq->arena, c)};
        enum err e = cx_write(rq->cx, write_draft, &s);
        if (e)
                return fault(rq, c, e);
        reply_redirect(rq, S("/drafts?done=draft"));
        return OK;
}

struct keeping {
        int64_t account, id;
        const struct preset *preset;
};

static enum err write_preset(struct cx *cx, void *arg)
{
        struct keeping *k = arg;
        return preset_create(cx, k->account, k->preset, &k->id);
}

/* The switches as they are, under a name: for the next time. */
static enum err keep_preset(struct req *rq, struct compose *c)
{
        struct preset p = *switches_form_bundle(rq->arena, &c->switches);
        enum audience audience;
        p.name = c->switches.name.p ? c->switches.name : S("");
        p.visibility = -1;
        if (audience_read(c->visibility, &audience))
                p.visibility = (int)audience;
        struct keeping k = {rq->viewer->account, 0, &p};
        enum err e = cx_write(rq->cx, write_preset, &k);
        if (e == ERR_INPUT) {
                c->switches.name_error = rq->cx->fault;
                return compose_show(rq, 422, c, STR_NONE);
        }
        TRY(e);
        TRY(switches_form_open(rq->cx, rq->viewer->account, NULL, k.id, &c->switches));
        return compose_show(rq, 200, c, S("Kept. You can choose it from now on."));
}

/* Words to begin with, since they were asked for: they stand in the form after what is there. */
static enum err say(struct req *rq, struct compose *c, struct str which)
{
        const struct gentle_form *f = NULL;
        int64_t i;
        if (c->answers)
                TRY(web_gentle_load(rq, c->answers->switches, c->answers->post->language, &f));
        if (!f || !str_to_i64(which, &i) || i < 0 || (size_t)i >= f->words.suggestions.n)
                return ERR_MISSING;
        bool apart =
                c->text.n && c->text.p[c->text.n - 1] != ' ' && c->text.p[c->text.n - 1] != '\n';
        c->text = str_fmt(rq->arena, "%.*s%s%.*s", STR_ARG(c->text), apart ? " " : "",
                          STR_ARG(f->words.suggestions.v[i]));
        return compose_show(rq, 200, c, S("Nothing has been sent yet."));
}

static enum err take(struct req *rq, struct compose *c)
{
        struct str what = req_param(rq, "do");
        TRY(read_form(rq, c));
        size_t before = c->n_photos;
        TRY(take_photos(rq, c));
        compose_photos_begin(c, before);
        if (str_eq(what, S("send")))
                return send(rq, c);
        if (str_eq(what, S("draft")) && c->news)
                return keep_draft(rq, c);
        if (str_eq(what, S("keep_preset")) && c->news)
                return keep_preset(rq, c);
        if (str_starts(what, S("say:")))
                return say(rq, c, str_after(what, 4));
        arrange(c, what);
        return compose_show(rq, c->error.n ? 422 : 200, c, STR_NONE);
}

static enum err web_compose_send(struct req *rq)
{
        if (rq->viewer->account) {
                struct compose c = {.action = S("/write")};
                return take(rq, &c);
        }
        /* The session ended while they wrote: their words come back, whatever else is lost. */
        struct web_page p = {.title = S("Write"), .alone = true};
        struct html *h;
        TRY(web_open(rq, 401, &p, &h));
        web_compose_lost(h, &p, req_param(rq, "text"));
        return web_close(h, &p);
}

static enum err web_compose_change(struct req *rq)
{
        struct card card;
        TRY(web_post_find_own(rq, &card));
        struct compose c = {.edits = &card};
        c.action = str_join(rq->arena, path_of_post(rq->arena, card.author, card.post->id),
                            S("/edit"));
        return take(rq, &c);
}

static const struct route routes[] = {
        {"POST", "/write", SCOPE_PAGE_PUBLIC, LIMIT_POST, LANE_SLOW, web_compose_send, BODY_UPLOAD,
         BODY_BYTES},
        {"POST", "/@:name/:id/edit", SCOPE_PAGE_SIGNED_IN, LIMIT_POST, LANE_SLOW,
         web_compose_change, BODY_UPLOAD, BODY_BYTES},
};
const struct route_list WEB_COMPOSE_SEND_ROUTES = {DOOR_PAGE, routes, countof(routes)};
