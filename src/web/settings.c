/* Settings that are small switches: privacy, posting, reading; and the frame of all settings pages.
 * Each page is one form with one Save; a box that is not ticked is not sent, and means no. */
#include "web/settings.h"
#include "lib/base/die.h"
#include "lib/text/language.h"
#include "social/account.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/form.h"
#include "web/settings.html.h"
#include "web/web.h"

const struct settings_section SETTINGS_SECTIONS[] = {
        {"profile", "Profile"},
        {"privacy", "Privacy and reach"},
        {"posting", "Posting and presets"},
        {"quiet", "Quiet and digest"},
        {"days", "Days to remember"},
        {"notifications", "Notifications"},
        {"words", "Words I’d rather not read"},
        {"letters", "Letters"},
        {"apps", "Apps"},
        {"people", "People I trust"},
        {"reading", "Reading"},
        {"password", "Password"},
        {"sessions", "Sessions and apps"},
        {"invites", "Invites"},
        {"export", "Import, export, move"},
        {"leave", "Leave"},
};
const size_t SETTINGS_SECTIONS_COUNT = countof(SETTINGS_SECTIONS);

enum err settings_open(struct req *rq, int status, const char *path, struct web_page *p,
                       struct html **ret)
{
        for (size_t i = 0; i < countof(SETTINGS_SECTIONS); i++)
                if (strcmp(SETTINGS_SECTIONS[i].path, path) == 0)
                        p->title = str_of(SETTINGS_SECTIONS[i].word);
        if (strcmp(path, "move") == 0) /* a page of its own behind that section */
                p->title = S("Move");
        p->here = HERE_SETTINGS;
        if (!p->told.n)
                p->told = web_done(rq);
        TRY(web_open(rq, status, p, ret));
        web_settings_top(*ret, p->title, path);
        return OK;
}

static enum err web_settings(struct req *rq)
{
        struct web_page p = {.title = S("Settings"), .here = HERE_SETTINGS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_settings_index(h);
        return web_close(h, &p);
}

static enum tri tick_of(struct req *rq, const char *name)
{
        return web_ticked(rq, name) ? TRI_TRUE : TRI_FALSE;
}

static enum err saved(struct req *rq)
{
        reply_redirect(rq, str_join(rq->arena, rq->path, S("?done=saved")));
        return OK;
}

static enum err privacy_page(struct req *rq)
{
        struct account *me;
        TRY(account_get(rq->cx, rq->viewer->account, &me));
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, 200, "privacy", &p, &h));
        web_settings_privacy(h, &p, me);
        return web_close(h, &p);
}

static enum quote_policy quote_policy_of(struct str name)
{
        return str_eq(name, S("public"))   ? QUOTE_PUBLIC
               : str_eq(name, S("nobody")) ? QUOTE_NOBODY
                                           : QUOTE_FOLLOWERS;
}

static enum err privacy_save(struct req *rq)
{
        struct account_change a = {.locked = tick_of(rq, "locked"),
                                   .hide_collections = tick_of(rq, "hide_collections"),
                                   .indexable = tick_of(rq, "indexable"),
                                   .discoverable = tick_of(rq, "discoverable")};
        enum audience visibility;
        enum quote_policy quotes = quote_policy_of(req_param(rq, "quote_policy"));
        bool counts = web_ticked(rq, "show_counts"), embeds = web_ticked(rq, "embeds");
        struct login_change c = {
                .quote_policy = &quotes, .show_counts = &counts, .embeds = &embeds};
        if (audience_read(req_param(rq, "visibility"), &visibility))
                c.visibility = &visibility;
        TRY(account_update(rq->cx, rq->viewer->account, &a));
        TRY(login_change(rq->cx, rq->viewer->account, &c));
        return saved(rq);
}

static enum err posting_show(struct req *rq, int status, int64_t wrong, struct str error)
{
        struct preset *all;
        struct posting_page v = {.wrong = wrong, .error = error};
        TRY(preset_list(rq->cx, rq->viewer->account, &all, &v.n));
        v.all = all;
        TRY(photo_habits_get(rq->cx, rq->viewer->account, &v.habits));
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, status, "posting", &p, &h));
        web_settings_posting(h, &p, &v);
        return web_close(h, &p);
}

static enum err posting_page(struct req *rq)
{
        return posting_show(rq, 200, 0, STR_NONE);
}

/* A preset of one's own: another name, or gone. Posts keep what it gave them. */
static enum err presets_save(struct req *rq)
{
        int64_t id, me = rq->viewer->account;
        struct str what = req_param(rq, "do");
        enum err e = ERR_MISSING;
        if (!str_to_i64(req_param(rq, "preset"), &id))
                return ERR_MISSING;
        if (str_eq(what, S("rename")))
                e = preset_rename(rq->cx, me, id, req_param(rq, "preset_name"));
        else if (str_eq(what, S("delete")))
                e = preset_delete(rq->cx, me, id);
        if (e == ERR_INPUT)
                return posting_show(rq, 422, id, rq->cx->fault);
        TRY(e);
        reply_redirect(rq, S("/settings/posting?done=saved"));
        return OK;
}

static enum err posting_save(struct req *rq)
{
        bool need_alt = web_ticked(rq, "need_alt"), sensitive = web_ticked(rq, "sensitive");
        struct str language = STR_NONE, given = req_param(rq, "language");
        struct login_change c = {.need_alt = &need_alt, .sensitive = &sensitive};
        if (given.n && language_read(rq->arena, given, &language))
                c.language = language;
        c.no_language = !language.n;
        int64_t preset;
        if (str_to_i64(req_param(rq, "preset"), &preset))
                TRY(preset_choose(rq->cx, rq->viewer->account, preset));
        TRY(login_change(rq->cx, rq->viewer->account, &c));
        TRY(photos_stay_set(rq->cx, rq->viewer->account, web_ticked(rq, "photos_stay")));
        return saved(rq);
}

static enum err reading_page(struct req *rq)
{
        struct web_page p = {0};
        struct html *h;
        struct str_list zones = zone_names(rq->arena);
        struct photo_habits habits;
        TRY(photo_habits_get(rq->cx, rq->viewer->account, &habits));
        TRY(settings_open(rq, 200, "reading", &p, &h));
        web_settings_reading(h, &p, &zones, &habits);
        return web_close(h, &p);
}

/* One of the words, or the first. */
static struct str one_of(struct str given, const char *const *words, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (str_eq(given, str_of(words[i])))
                        return str_of(words[i]);
        return str_of(words[0]);
}

static enum err reading_save(struct req *rq)
{
        static const char *const themes[] = {"", "light", "dark"},
                                 *const sizes[] = {"", "large", "larger"},
                                 *const media[] = {"default", "show_all", "hide_all"};
        bool expand = web_ticked(rq, "expand_notes");
        struct str zone = req_param(rq, "zone");
        struct login_change c = {
                .theme = one_of(req_param(rq, "theme"), themes, countof(themes)),
                .text_size = one_of(req_param(rq, "text_size"), sizes, countof(sizes)),
                .show_media = one_of(req_param(rq, "show_media"), media, countof(media)),
                .zone = zone.n && zone_known(rq->arena, zone) ? zone : S(""),
                .expand_notes = &expand,
        };
        TRY(login_change(rq->cx, rq->viewer->account, &c));
        TRY(veils_open_set(rq->cx, rq->viewer->account, web_ticked(rq, "open_veils")));
        return saved(rq);
}

static const struct route routes[] = {
        {"GET", "/settings", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_settings, 0, 0},
        {"GET", "/settings/privacy", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, privacy_page, 0,
         0},
        {"POST", "/settings/privacy", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, privacy_save,
         0, 0},
        {"GET", "/settings/posting", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, posting_page, 0,
         0},
        {"POST", "/settings/posting", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, posting_save,
         0, 0},
        {"POST", "/settings/presets", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, presets_save,
         0, 0},
        {"GET", "/settings/reading", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, reading_page, 0,
         0},
        {"POST", "/settings/reading", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, reading_save,
         0, 0},
};
const struct route_list WEB_SETTINGS_ROUTES = {DOOR_PAGE, routes, countof(routes)};
