/* /keepsake: choosing what goes into a book, looking at it before it is made, and those that were
 * made, each with its link and its end. Choosing and looking are one form whose buttons lead on and
 * back, so that nothing is typed twice and nothing of it stands in an address. */
#include "web/keepsake.h"
#include "lib/base/die.h"
#include "lib/base/encode.h"
#include "lib/text/date.h"
#include "social/journal.h"
#include "social/login.h"
#include "social/scope.h"
#include "store/files.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/keepsake.html.h"
#include "web/web.h"
#include "web/when.h"
#include <unistd.h>

enum { LINES_SHOWN = 12, LINE_BYTES = 90, MINUTE_MS = 60 * 1000, DAY_MS = 24 * 3600 * 1000 };

const char *keepsake_form_words(enum keepsake_form form)
{
        static const char *const words[] = {"A page to print", "An EPUB book",
                                            "An archive with the originals"};
        return words[form];
}

/* ---- those there are ---- */

static enum err load_choices(struct req *rq, struct keepsake_page *v)
{
        int64_t ids[KEEPSAKE_SUBJECTS_MAX];
        TRY(keepsake_subjects(rq->cx, rq->viewer, ids, &v->n_choices));
        struct keepsake_choice *c = make_n(rq->arena, v->n_choices, struct keepsake_choice);
        for (size_t i = 0; i < v->n_choices; i++) {
                struct account *a;
                TRY(account_get(rq->cx, ids[i], &a));
                TRY(keepsake_kind(rq->cx, rq->viewer, ids[i], &c[i].kind));
                c[i].account = a;
        }
        v->choices = c;
        return OK;
}

static enum err load_rows(struct req *rq, struct keepsake_page *v)
{
        struct keepsake *k;
        TRY(keepsake_list(rq->cx, rq->viewer, &k, &v->n));
        struct keepsake_row *rows = make_n(rq->arena, v->n + 1, struct keepsake_row);
        for (size_t i = 0; i < v->n; i++) {
                rows[i].k = &k[i];
                rows[i].url = str_fmt(rq->arena, "%.*s/keepsake/%lld/%.*s",
                                      STR_ARG(rq->cx->settings->url), (long long)k[i].id,
                                      STR_ARG(k[i].secret));
                v->waits = v->waits || k[i].state == KEEPSAKE_WAITS;
        }
        v->rows = rows;
        return OK;
}

static enum err web_keepsakes(struct req *rq)
{
        struct keepsake_page v = {0};
        TRY(load_choices(rq, &v));
        TRY(load_rows(rq, &v));
        struct web_page p = {.title = S("Keepsakes"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_keepsakes_body(h, &p, &v);
        return web_close(h, &p);
}

/* ---- the form ---- */

static enum err zone_of(struct req *rq, struct zone *ret, struct str *locale)
{
        struct login *me;
        TRY(login_get(rq->cx, rq->viewer->account, &me));
        *ret = zone_open(rq->arena, me->zone.n ? me->zone : rq->cx->settings->zone);
        *locale = me->locale;
        return OK;
}

static enum err show_form(struct req *rq, int status, struct keepsake_form_page *v)
{
        struct web_page p = {.title = S("A keepsake")};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_keepsake_form(h, &p, v);
        return web_close(h, &p);
}

static enum err web_keepsake_new(struct req *rq)
{
        struct keepsake_form_page v = {0};
        struct account *a;
        struct journal *j;
        struct zone zone;
        struct str locale;
        int64_t of = req_param_id(rq, "of");
        v.k.subject = of ? of : rq->viewer->account;
        TRY(keepsake_kind(rq->cx, rq->viewer, v.k.subject, &v.k.kind));
        TRY(account_get(rq->cx, v.k.subject, &a));
        TRY(zone_of(rq, &zone, &locale));
        v.subject = a;
        v.k.title = account_name(a);
        v.k.parts = keepsake_parts_usual(v.k.kind);
        v.k.paper = str_ends(locale, S("-US")) || str_ends(locale, S("-CA")) ? KEEPSAKE_LETTER
                                                                             : KEEPSAKE_A5;
        if (v.k.kind == KEEPSAKE_OF_MEMORIAL)
                v.k.memory = account_name(a);
        if (v.k.kind == KEEPSAKE_OF_JOURNAL) {
                TRY(journal_get(rq->cx, a->id, &j));
                v.k.memory = j->memory;
        }
        return show_form(rq, 200, &v);
}

static const struct {
        const char *name;
        enum keepsake_part part;
} parts[] = {
        {"comments", KEEPSAKE_COMMENTS}, {"kept", KEEPSAKE_KEPT},
        {"letters", KEEPSAKE_LETTERS},   {"photos", KEEPSAKE_PHOTOS},
        {"captions", KEEPSAKE_CAPTIONS}, {"veiled", KEEPSAKE_VEILED},
        {"limited", KEEPSAKE_LIMITED},   {"alone", KEEPSAKE_SELF},
};

/* Until the end of the day that was named, as clocks there go. */
static int64_t day_after(const struct zone *z, int64_t day)
{
        int64_t next = day + DAY_MS;
        return next + (int64_t)(zone_minutes(z, day) - zone_minutes(z, next)) * MINUTE_MS;
}

static enum err read_days(struct req *rq, struct keepsake_form_page *v)
{
        struct zone zone;
        struct str locale;
        TRY(zone_of(rq, &zone, &locale));
        v->from = str_trim(req_param(rq, "from"));
        v->until = str_trim(req_param(rq, "until"));
        if (v->from.n && !zone_read_day(&zone, v->from, &v->k.from_at))
                return fail_field(rq->cx, "from", ERR_INPUT, "A day is written like 2026-03-09.");
        if (v->until.n && !zone_read_day(&zone, v->until, &v->k.until_at))
                return fail_field(rq->cx, "until", ERR_INPUT, "A day is written like 2026-03-09.");
        if (v->until.n)
                v->k.until_at = day_after(&zone, v->k.until_at);
        return OK;
}

static int choice(struct req *rq, const char *name, const char *const *words, int n)
{
        for (int i = 0; i < n; i++)
                if (str_eq(req_param(rq, name), str_of(words[i])))
                        return i;
        return n;
}

/* What was typed; days that are none are told with the field. */
static enum err read_form(struct req *rq, struct keepsake_form_page *v)
{
        static const char *const forms[] = {"html", "epub", "zip"};
        static const char *const papers[] = {"a5", "a4", "letter"};
        struct account *a;
        *v = (struct keepsake_form_page){0};
        v->k.subject = req_param_id(rq, "of");
        TRY(keepsake_kind(rq->cx, rq->viewer, v->k.subject, &v->k.kind));
        TRY(account_get(rq->cx, v->k.subject, &a));
        v->subject = a;
        v->k.title = req_param(rq, "title");
        v->k.words = req_param(rq, "words");
        v->k.memory = req_param(rq, "memory");
        v->k.form = (enum keepsake_form)choice(rq, "form", forms, KEEPSAKE_FORMS_);
        v->k.paper = (enum keepsake_paper)choice(rq, "paper", papers, KEEPSAKE_PAPERS_);
        if (v->k.form == KEEPSAKE_FORMS_)
                v->k.form = KEEPSAKE_HTML;
        if (v->k.paper == KEEPSAKE_PAPERS_)
                v->k.paper = KEEPSAKE_A5;
        v->k.newest_first = web_chose(rq, "order", "newest");
        for (size_t i = 0; i < countof(parts); i++)
                if (web_ticked(rq, parts[i].name))
                        v->k.parts |= parts[i].part;
        return OK;
}

static enum err again(struct req *rq, struct keepsake_form_page *v)
{
        v->error = web_plain_fault(rq->cx->fault);
        v->wrong = rq->cx->fault_field;
        return show_form(rq, 422, v);
}

/* ---- the preview ---- */

static void say(struct buf *b, const char *words)
{
        if (b->n)
                buf_add(b, S("; "));
        buf_add(b, str_of(words));
}

static struct str sentence(struct arena *a, struct buf *b)
{
        if (!b->n)
                return STR_NONE;
        buf_add_char(b, '.');
        struct str s = buf_take(a, b);
        if (s.n && s.p[0] >= 'a' && s.p[0] <= 'z') {
                char *p = str_z(a, s);
                p[0] = (char)(p[0] - 'a' + 'A');
                s.p = p;
        }
        return s;
}

static void say_parts(struct req *rq, struct keepsake_form_page *v)
{
        static const struct {
                unsigned part;
                const char *in, *out;
        } words[] = {
                {KEEPSAKE_LIMITED, "also those for followers and audiences",
                 "posts for followers and audiences"},
                {KEEPSAKE_SELF, "also those that only you see", "posts that only you see"},
                {KEEPSAKE_PHOTOS, "their photos", "photos"},
                {KEEPSAKE_CAPTIONS, "what the photos show, in words beneath them",
                 "what the photos show, in words"},
                {KEEPSAKE_VEILED, "photos under a veil, with its sentence",
                 "photos under a veil; the sentence stands in their place"},
                {KEEPSAKE_COMMENTS, "the comments that are shown", "comments"},
                {KEEPSAKE_KEPT, "comments you kept", "comments you kept"},
                {KEEPSAKE_LETTERS, "letters you kept", "letters"},
        };
        struct buf in = {0}, out = {0};
        unsigned had = v->k.parts, theirs = keepsake_parts_of(v->k.kind);
        say(&in, v->k.newest_first ? "posts, the newest first" : "posts, the oldest first");
        for (size_t i = 0; i < countof(words); i++) {
                bool needs = words[i].part & (KEEPSAKE_CAPTIONS | KEEPSAKE_VEILED);
                if (needs && !(had & KEEPSAKE_PHOTOS))
                        continue;
                if (had & words[i].part)
                        say(&in, words[i].in);
                else if (theirs & words[i].part)
                        say(&out, words[i].out);
        }
        say(&out, "private mentions");
        say(&out, "comments that wait or were declined");
        say(&out, "comments whose writers asked “Please not in print”");
        if (v->k.kind == KEEPSAKE_OF_MEMORIAL)
                say(&out, "letters");
        v->in = sentence(rq->arena, &in);
        v->out = sentence(rq->arena, &out);
}

static enum err load_preview(struct req *rq, struct keepsake_form_page *v)
{
        struct keepsake_reader r;
        struct cards c;
        int64_t *ids;
        size_t n;
        TRY(keepsake_reader(rq->cx, &v->k, &r));
        TRY(keepsake_posts(rq->cx, &r, 0, LINES_SHOWN + 1, &ids, &n));
        v->more = n > LINES_SHOWN;
        TRY(cards_load(rq->cx, &r.as, ids, v->more ? LINES_SHOWN : n, &c));
        struct keepsake_line *lines = make_n(rq->arena, c.n + 1, struct keepsake_line);
        for (size_t i = 0; i < c.n; i++) {
                struct str words = card_excerpt(rq->arena, &c.v[i]);
                lines[i].at = c.v[i].post->created_at;
                lines[i].first = words.n          ? cut_words(rq->arena, words, LINE_BYTES)
                                 : c.v[i].n_media ? S("A photo")
                                                  : S("");
        }
        v->lines = lines;
        v->n_lines = c.n;
        say_parts(rq, v);
        return n ? OK
                 : fail_field(rq->cx, "until", ERR_INPUT,
                              "Nothing would be in it. Choose other dates, or more posts.");
}

static enum err look(struct req *rq, struct keepsake_form_page *v)
{
        TRY(keepsake_check(rq->cx, rq->viewer, &v->k));
        TRY(load_preview(rq, v));
        struct web_page p = {.title = S("A keepsake")};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_keepsake_preview(h, &p, v);
        return web_close(h, &p);
}

/* ---- making it ---- */

static enum err make_it(struct req *rq)
{
        struct keepsake_form_page v;
        TRY(read_form(rq, &v));
        enum err e = read_days(rq, &v);
        if (!e)
                e = keepsake_ask(rq->cx, rq->viewer, &v.k);
        if (e)
                return e == ERR_INPUT ? again(rq, &v) : e;
        reply_redirect(rq, S("/keepsake?done=keepsake"));
        return OK;
}

static enum err web_keepsake_send(struct req *rq)
{
        struct keepsake_form_page v;
        if (web_chose(rq, "do", "make")) {
                req_go_on(rq, LANE_WRITE, make_it);
                return OK;
        }
        TRY(read_form(rq, &v));
        enum err e = read_days(rq, &v);
        if (!e && web_chose(rq, "do", "change"))
                return show_form(rq, 200, &v);
        if (!e)
                e = look(rq, &v);
        return e == ERR_INPUT ? again(rq, &v) : e;
}

static enum err web_keepsake_drop(struct req *rq)
{
        TRY(keepsake_drop(rq->cx, rq->viewer, req_path_id(rq, "id")));
        reply_redirect(rq, S("/keepsake?done=keepsake_gone"));
        return OK;
}

/* ---- the link ---- */

static void file_name(struct req *rq, const struct keepsake *k, const char *extension)
{
        struct str name = percent_encode(rq->arena, k->title);
        reply_header(rq, "Content-Disposition",
                     str_fmt(rq->arena,
                             "attachment; filename=\"keepsake.%s\"; "
                             "filename*=UTF-8''%.*s.%s",
                             extension, STR_ARG(name), extension));
}

/* Whoever has the link may read it: that is what it is for. So it is in no list, no search engine
 * keeps it, and nothing in it runs. */
static enum err web_keepsake_file(struct req *rq)
{
        static const char *const types[] = {"text/html; charset=utf-8", "application/epub+zip",
                                            "application/zip"};
        static const char *const extensions[] = {"html", "epub", "zip"};
        struct keepsake *k;
        int fd;
        int64_t size;
        TRY(keepsake_open(rq->cx, req_path_id(rq, "id"), req_path(rq, "secret"), &k));
        TRY(files_read(rq->cx->instance->files, k->file, &fd, &size));
        file_name(rq, k, extensions[k->form]);
        reply_cache(rq, "private, no-store");
        reply_header(rq, "X-Robots-Tag", S("noindex, noarchive, nosnippet"));
        reply_header(rq, "Referrer-Policy", S("no-referrer"));
        reply_header(rq, "Content-Security-Policy",
                     S("default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri "
                       "'none'; form-action 'none'; frame-ancestors 'none'; sandbox"));
        reply_file(rq, fd, size, types[k->form], STR_NONE);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/keepsake", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_keepsakes, 0, 0},
        {"GET", "/keepsake/new", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_keepsake_new, 0,
         0},
        {"POST", "/keepsake", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_READ, web_keepsake_send, 0,
         0},
        {"POST", "/keepsake/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, web_keepsake_drop,
         0, 0},
        {"GET", "/keepsake/:id/:secret", SCOPE_PAGE_PUBLIC, LIMIT_COPY, LANE_READ,
         web_keepsake_file, ROUTE_SECRET_PATH, 0},
};
const struct route_list WEB_KEEPSAKE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
