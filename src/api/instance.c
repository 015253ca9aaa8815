/* GET /api/v1/instance and /api/v2/instance: the first thing every app reads, and what it decides
 * by (see the notes at each number). Never behind a token. */
#include "api/instance.h"
#include "api/account_json.h"
#include "api/old.h"
#include "lib/text/json.h"
#include "photobox/picture.h"
#include "social/instance.h"
#include "social/media.h"
#include "social/poll.h"
#include "social/rule.h"
#include "social/scope.h"
#include "store/cache.h"
#include "store/limits.h"

/* The level of Mastodon's API reached: apps switch features on by it (Mastodon.py refuses calls
 * that are newer). */
#define LEVEL "4.5.0"
enum { API_LEVEL = 7, FRESH_MS = 10 * 1000, VIDEO_RATE = 120 };

static const char version[] = LEVEL " (compatible; Tidings " TIDINGS_VERSION ")";

static enum err render_document(struct cx *cx, document *render, struct buf *b)
{
        struct json j;
        json_open(&j, b);
        TRY(render(&j, cx));
        return b->failed ? ERR_FAULT : OK;
}

enum err api_document(struct req *rq, int64_t id, document *render)
{
        return api_document_as(rq, id, render, NULL);
}

enum err api_document_as(struct req *rq, int64_t id, document *render, const char *type)
{
        struct cx *cx = rq->cx;
        struct cache *cache = cx->instance ? cx->instance->cache : NULL;
        struct buf b = {0};
        int64_t now = cx_now(cx), made = 0;
        enum err e = OK;
        bool fresh = cache && cache_get(cache, CACHE_DOCUMENT, id, &made, sizeof made, &b) &&
                     made <= now && now - made < FRESH_MS;
        if (!fresh) {
                buf_clear(&b);
                e = render_document(cx, render, &b);
                if (!e && cache)
                        cache_put(cache, CACHE_DOCUMENT, id, &now, sizeof now, buf_str(&b),
                                  cx->snapshot);
        }
        if (!e && type)
                reply_text(rq, 200, type, buf_str(&b));
        else if (!e)
                json_raw(reply_json(rq, 200), NULL, buf_str(&b));
        buf_free(&b);
        return e;
}

/* ---- shared by both ---- */

static struct str address(struct cx *cx, const char *path)
{
        return str_fmt(cx->arena, "%.*s%s", STR_ARG(cx->settings->url), path);
}

static struct str streaming(struct cx *cx)
{
        return str_fmt(cx->arena, "%s://%.*s", cx->settings->https ? "wss" : "ws",
                       STR_ARG(cx->settings->host));
}

static void write_languages(struct json *j, struct cx *cx)
{
        json_array(j, "languages");
        json_str(j, NULL, cx->settings->language.n ? cx->settings->language : S("en"));
        json_end(j);
}

static void write_statuses(struct json *j, const struct settings *s)
{
        json_object(j, "statuses");
        json_int(j, "max_characters", s->post_characters);
        json_int(j, "max_media_attachments", s->photos_per_post);
        json_int(j, "characters_reserved_per_url", 23);
        json_array(j, "supported_mime_types");
        json_z(j, NULL, "text/plain");
        json_end(j);
        json_end(j);
}

static void write_media(struct json *j, const struct settings *s)
{
        json_object(j, "media_attachments");
        json_array(j, "supported_mime_types");
        for (int k = PICTURE_NONE + 1; k < PICTURE_KINDS; k++)
                json_z(j, NULL, picture_mime((enum picture_kind)k));
        json_end(j);
        json_int(j, "description_limit", MEDIA_DESCRIPTION_MAX);
        json_int(j, "image_size_limit", s->image_bytes);
        json_int(j, "image_matrix_limit", PICTURE_PIXELS_MAX);
        json_int(j, "video_size_limit", s->video_bytes);
        json_int(j, "video_frame_rate_limit", VIDEO_RATE);
        json_int(j, "video_matrix_limit", 8294400);
        json_end(j);
}

static void write_polls(struct json *j)
{
        json_object(j, "polls");
        json_int(j, "max_options", POLL_OPTIONS_MAX);
        json_int(j, "max_characters_per_option", POLL_OPTION_MAX);
        json_int(j, "min_expiration", POLL_SECONDS_MIN);
        json_int(j, "max_expiration", POLL_SECONDS_MAX);
        json_end(j);
}

/* The person to write to, or null. */
static enum err write_contact(struct json *j, const char *key, struct cx *cx)
{
        struct account *a;
        enum err e = cx->settings->contact_account.n
                             ? account_by_name(cx, cx->settings->contact_account, &a)
                             : ERR_MISSING;
        if (e == ERR_MISSING) {
                json_null(j, key);
                return OK;
        }
        TRY(e);
        return api_account_json(j, key, cx, a);
}

enum err api_rules_json(struct json *j, const char *key, struct cx *cx)
{
        struct rule *v;
        size_t n;
        TRY(rule_list(cx, &v, &n));
        json_array(j, key);
        for (size_t i = 0; i < n; i++) {
                json_object(j, NULL);
                json_id(j, "id", v[i].id);
                json_str(j, "text", v[i].text);
                json_str(j, "hint", v[i].hint.p ? v[i].hint : S(""));
                json_object(j, "translations");
                json_end(j);
                json_end(j);
        }
        json_end(j);
        return OK;
}

/* ---- version 2 ---- */

static void write_access(struct json *j, const char *key, const char *local, const char *remote)
{
        json_object(j, key);
        json_z(j, "local", local);
        json_z(j, "remote", remote);
        json_end(j);
}

static void write_accounts(struct json *j)
{
        json_object(j, "accounts");
        json_int(j, "max_display_name_length", ACCOUNT_NAME_MAX);
        json_int(j, "max_note_length", ACCOUNT_NOTE_HTML_MAX);
        json_int(j, "max_avatar_description_length", PICTURE_WORDS_MAX);
        json_int(j, "max_header_description_length", PICTURE_WORDS_MAX);
        json_int(j, "max_featured_tags", 10);
        json_int(j, "max_pinned_statuses", POST_PINS_MAX);
        json_int(j, "max_profile_fields", ACCOUNT_FIELDS);
        json_int(j, "profile_field_name_limit", ACCOUNT_FIELD_MAX);
        json_int(j, "profile_field_value_limit", ACCOUNT_FIELD_MAX);
        json_end(j);
}

static void write_configuration(struct json *j, struct cx *cx)
{
        const struct settings *s = cx->settings;
        json_object(j, "configuration");
        json_object(j, "urls");
        json_str(j, "streaming", streaming(cx));
        json_null(j, "status");
        json_str(j, "about", address(cx, "/about"));
        json_str(j, "privacy_policy", address(cx, "/about"));
        json_null(j, "terms_of_service");
        json_end(j);
        json_object(j, "vapid");
        json_str(j, "public_key",
                 cx->instance->vapid_public.p ? cx->instance->vapid_public : S(""));
        json_end(j);
        write_accounts(j);
        write_statuses(j, s);
        write_media(j, s);
        write_polls(j);
        json_object(j, "translation");
        json_bool(j, "enabled", false);
        json_end(j);
        const char *local = s->local_timeline_for_visitors ? "public" : "authenticated";
        json_object(j, "timelines_access");
        write_access(j, "live_feeds", local, "authenticated");
        write_access(j, "hashtag_feeds", local, "authenticated");
        write_access(j, "trending_link_feeds", "authenticated", "authenticated");
        json_end(j);
        json_bool(j, "limited_federation", false);
        json_end(j);
}

static void write_pictures(struct json *j, struct cx *cx)
{
        json_object(j, "thumbnail");
        json_str(j, "url", address(cx, "/static/icon.png"));
        json_z(j, "description", "");
        json_end(j);
        json_array(j, "icon");
        json_object(j, NULL);
        json_str(j, "src", address(cx, "/static/icon.png"));
        json_z(j, "size", "192x192");
        json_end(j);
        json_end(j);
}

static void write_registrations(struct json *j, const struct settings *s)
{
        json_object(j, "registrations");
        json_bool(j, "enabled", s->registration == REGISTRATION_OPEN);
        json_bool(j, "approval_required", s->registration_approval);
        json_bool(j, "reason_required", s->registration_approval);
        json_null(j, "message");
        json_null(j, "min_age");
        json_null(j, "url");
        json_end(j);
}

static enum err render_v2(struct json *j, struct cx *cx)
{
        const struct settings *s = cx->settings;
        struct instance_counts c;
        TRY(instance_count(cx, &c));
        json_object(j, NULL);
        json_str(j, "domain", s->account_domain);
        json_str(j, "title", s->title);
        json_z(j, "version", version);
        json_str(j, "source_url", s->source_url);
        json_str(j, "description", s->description.p ? s->description : S(""));
        json_null(j, "wrapstodon");
        json_object(j, "usage");
        json_object(j, "users");
        json_int(j, "active_month", c.active_month);
        json_end(j);
        json_end(j);
        write_pictures(j, cx);
        write_languages(j, cx);
        write_configuration(j, cx);
        write_registrations(j, s);
        json_object(j, "api_versions");
        json_int(j, "mastodon", API_LEVEL);
        json_end(j);
        json_object(j, "contact");
        json_str(j, "email", s->contact_email.p ? s->contact_email : S(""));
        TRY(write_contact(j, "account", cx));
        json_end(j);
        TRY(api_rules_json(j, "rules", cx));
        json_end(j);
        return OK;
}

/* ---- version 1 ---- */

static void write_v1_configuration(struct json *j, const struct settings *s)
{
        json_object(j, "configuration");
        json_object(j, "accounts");
        json_int(j, "max_featured_tags", 10);
        json_int(j, "max_pinned_statuses", POST_PINS_MAX);
        json_end(j);
        write_statuses(j, s);
        write_media(j, s);
        write_polls(j);
        json_end(j);
}

/* Keys of Pleroma and glitch that Semaphore and Tusky read. */
static void write_fork_keys(struct json *j, const struct settings *s)
{
        json_int(j, "max_toot_chars", s->post_characters);
        json_object(j, "poll_limits");
        json_int(j, "max_options", POLL_OPTIONS_MAX);
        json_int(j, "max_option_chars", POLL_OPTION_MAX);
        json_int(j, "min_expiration", POLL_SECONDS_MIN);
        json_int(j, "max_expiration", POLL_SECONDS_MAX);
        json_end(j);
}

static enum err render_v1(struct json *j, struct cx *cx)
{
        const struct settings *s = cx->settings;
        struct instance_counts c;
        struct str description = s->description.p ? s->description : S("");
        TRY(instance_count(cx, &c));
        json_object(j, NULL);
        json_str(j, "uri", s->host); /* a bare host: Pleroma's URL here broke toot */
        json_str(j, "title", s->title);
        json_str(j, "short_description", description);
        json_str(j, "description", description);
        json_str(j, "email", s->contact_email.p ? s->contact_email : S(""));
        json_z(j, "version", version);
        json_object(j, "urls");
        json_str(j, "streaming_api", streaming(cx));
        json_end(j);
        json_object(j, "stats");
        json_int(j, "user_count", c.people);
        json_int(j, "status_count", c.posts);
        json_int(j, "domain_count", c.domains);
        json_end(j);
        json_str(j, "thumbnail", address(cx, "/static/icon.png"));
        write_languages(j, cx);
        json_bool(j, "registrations", s->registration == REGISTRATION_OPEN);
        json_bool(j, "approval_required", s->registration_approval);
        json_bool(j, "invites_enabled", s->registration != REGISTRATION_CLOSED);
        write_v1_configuration(j, s);
        TRY(write_contact(j, "contact_account", cx));
        TRY(api_rules_json(j, "rules", cx));
        write_fork_keys(j, s);
        json_end(j);
        return OK;
}

static enum err api_instance_v1(struct req *rq)
{
        api_old(rq, OLD_FILTERS);
        return api_document(rq, DOCUMENT_V1, render_v1);
}

static enum err api_instance_v2(struct req *rq)
{
        return api_document(rq, DOCUMENT_V2, render_v2);
}

static const struct route routes[] = {
        {"GET", "/api/v1/instance", SCOPE_NONE, LIMIT_READ, LANE_READ, api_instance_v1, 0, 0},
        {"GET", "/api/v2/instance", SCOPE_NONE, LIMIT_READ, LANE_READ, api_instance_v2, 0, 0},
};
const struct route_list API_INSTANCE_ROUTES = {DOOR_API, routes, countof(routes)};
