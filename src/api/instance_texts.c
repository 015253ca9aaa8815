/* The smaller documents about the server: rules, description, privacy, peers, activity, languages,
 * custom emoji. */
#include "api/account_json.h"
#include "api/instance.h"
#include "api/paging.h"
#include "lib/text/html.h"
#include "lib/text/json.h"
#include "lib/text/language.h"
#include "social/emoji.h"
#include "social/instance.h"
#include "social/scope.h"
#include "store/limits.h"

enum { PEERS_MOST = 20000, PEERS_FOUND = 10 };

static enum err api_texts_rules(struct req *rq)
{
        return api_rules_json(reply_json(rq, 200), NULL, rq->cx);
}

/* When the texts below were last changed. */
static const char texts_date[] = "2026-11-22T00:00:00.000Z";

static void write_text(struct req *rq, struct markup m)
{
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_z(j, "updated_at", texts_date);
        json_markup(j, "content", m);
        json_end(j);
}

static enum err api_texts_description(struct req *rq)
{
        struct str text = rq->cx->settings->description;
        write_text(rq, text.n ? markup_of_text(rq->arena, text) : MARKUP_NONE);
        return OK;
}

/* What this program does, in the same words as the page /about. */
static enum err api_texts_privacy(struct req *rq)
{
        write_text(rq, (struct markup){
                               S("<p>This server keeps what you give it: your name, your e-mail "
                                 "address, a hash of your password, what you"
                                 " write and upload, whom you follow, and what you mark.</p>"
                                 "<p>Addresses of visitors and technical logs are kept for seven "
                                 "days. Photos lose the place and device they"
                                 " were taken with before they are stored.</p>"
                                 "<p>What you publish goes to the people you choose. Public posts "
                                 "and posts to followers on other servers are"
                                 " sent to those servers, which keep copies by their own rules.</p>"
                                 "<p>There is no advertising, no tracking, and nothing is sold or "
                                 "given away. You can take all your data with"
                                 " you, and delete it.</p>")});
        return OK;
}

static enum err api_texts_terms(struct req *rq)
{
        (void)rq;
        return ERR_MISSING; /* as Mastodon's answer where none were published */
}

/* ---- other servers ---- */

static enum err render_peers(struct json *j, struct cx *cx)
{
        struct str_list l;
        TRY(instance_peers(cx, S(""), PEERS_MOST, &l));
        json_array(j, NULL);
        for (size_t i = 0; i < l.n; i++)
                json_str(j, NULL, l.v[i]);
        json_end(j);
        return OK;
}

static enum err api_texts_peers(struct req *rq)
{
        return api_document(rq, DOCUMENT_PEERS, render_peers);
}

static enum err api_texts_peers_search(struct req *rq)
{
        struct str_list l = {0};
        struct str head = str_lower(rq->arena, str_cut(str_trim(req_param(rq, "q")), 0, 255));
        if (head.n)
                TRY(instance_peers(rq->cx, head, PEERS_FOUND, &l));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < l.n; i++)
                json_str(j, NULL, l.v[i]);
        json_end(j);
        return OK;
}

static enum err api_texts_blocks(struct req *rq)
{
        const struct settings *s = rq->cx->settings;
        struct instance_block *v;
        size_t n;
        if (!instance_shown_to(s->show_server_blocks, rq->viewer))
                return s->show_server_blocks == SHOWN_NOBODY ? ERR_MISSING : ERR_NO_TOKEN;
        TRY(instance_blocks(rq->cx, &v, &n));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++) {
                json_object(j, NULL);
                json_str(j, "domain", v[i].domain);
                json_str(j, "digest", v[i].digest);
                json_z(j, "severity", v[i].refused ? "suspend" : "silence");
                if (v[i].comment.n && instance_shown_to(s->show_server_block_reasons, rq->viewer))
                        json_str(j, "comment", v[i].comment);
                json_end(j);
        }
        json_end(j);
        return OK;
}

/* Numbers as strings, weeks as seconds: Mastodon's form. */
static enum err render_activity(struct json *j, struct cx *cx)
{
        struct instance_week w[INSTANCE_WEEKS];
        TRY(instance_activity(cx, w));
        json_array(j, NULL);
        for (size_t i = 0; i < INSTANCE_WEEKS; i++) {
                json_object(j, NULL);
                json_str(j, "week", str_fmt(cx->arena, "%lld", (long long)w[i].from_ms / 1000));
                json_str(j, "statuses", str_int(cx->arena, w[i].posts));
                json_str(j, "logins", str_int(cx->arena, w[i].active));
                json_str(j, "registrations", str_int(cx->arena, w[i].joined));
                json_end(j);
        }
        json_end(j);
        return OK;
}

static enum err api_texts_activity(struct req *rq)
{
        return api_document(rq, DOCUMENT_ACTIVITY, render_activity);
}

/* ---- lists of words ---- */

static enum err api_texts_languages(struct req *rq)
{
        reply_cache(rq, "public, max-age=86400");
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < languages_count; i++) {
                json_object(j, NULL);
                json_z(j, "code", languages[i].code);
                json_z(j, "name", languages[i].name);
                json_end(j);
        }
        json_end(j);
        return OK;
}

/* No translator is configured: an empty map, and instance says translation.enabled = false. */
static enum err api_texts_translations(struct req *rq)
{
        reply_empty_object(rq);
        return OK;
}

static enum err api_texts_emojis(struct req *rq)
{
        struct emoji *v;
        size_t n;
        TRY(emoji_list(rq->cx, &v, &n));
        api_emoji_list(reply_json(rq, 200), NULL, v, n);
        return OK;
}

#define READS SCOPE_NONE, LIMIT_READ, LANE_READ
static const struct route routes[] = {
        {"GET", "/api/v1/instance/rules", READS, api_texts_rules, 0, 0},
        {"GET", "/api/v1/instance/extended_description", READS, api_texts_description, 0, 0},
        {"GET", "/api/v1/instance/privacy_policy", READS, api_texts_privacy, 0, 0},
        {"GET", "/api/v1/instance/terms_of_service", READS, api_texts_terms, 0, 0},
        {"GET", "/api/v1/instance/terms_of_service/:date", READS, api_texts_terms, 0, 0},
        {"GET", "/api/v1/instance/peers", READS, api_texts_peers, 0, 0},
        {"GET", "/api/v1/peers/search", READS, api_texts_peers_search, 0, 0},
        {"GET", "/api/v1/instance/domain_blocks", SCOPE_OPTIONAL, LIMIT_READ, LANE_READ,
         api_texts_blocks, 0, 0},
        {"GET", "/api/v1/instance/activity", READS, api_texts_activity, 0, 0},
        {"GET", "/api/v1/instance/languages", READS, api_texts_languages, 0, 0},
        {"GET", "/api/v1/instance/translation_languages", READS, api_texts_translations, 0, 0},
        {"GET", "/api/v1/custom_emojis", READS, api_texts_emojis, 0, 0},
};
const struct route_list API_TEXTS_ROUTES = {DOOR_API, routes, countof(routes)};
