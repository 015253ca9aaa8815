/* One's own profile and preferences: update_credentials, preferences, the 4.6 profile entity,
 * taking pictures away. A picture is decoded first, outside any transaction; then everything
 * changes in one. */
#include "api/account.h"
#include "api/account_json.h"
#include "lib/text/json.h"
#include "photobox/photobox.h"
#include "social/login.h"
#include "social/media_take.h"
#include "social/quoting.h"
#include "social/scope.h"
#include "store/limits.h"

enum { UPLOAD_MAX = 36 << 20 /* two pictures of 16 MiB and their words */ };

struct profile_input {
        struct str display_name, note, avatar_description, header_description;
        enum tri locked, bot, discoverable, indexable, hide_collections, sensitive;
        struct upload *avatar, *header;
        struct str privacy, language, quote_policy;
};
#define AT(member) offsetof(struct profile_input, member)
static const struct field profile_fields[] = {
        {"display_name", F_STR, AT(display_name), 0},
        {"note", F_STR, AT(note), 0},
        {"avatar_description", F_STR, AT(avatar_description), 0},
        {"header_description", F_STR, AT(header_description), 0},
        {"locked", F_BOOL, AT(locked), 0},
        {"bot", F_BOOL, AT(bot), 0},
        {"discoverable", F_BOOL, AT(discoverable), 0},
        {"indexable", F_BOOL, AT(indexable), 0},
        {"hide_collections", F_BOOL, AT(hide_collections), 0},
        {"avatar", F_FILE, AT(avatar), 0},
        {"header", F_FILE, AT(header), 0},
        {"source[privacy]", F_STR, AT(privacy), 16},
        {"source[sensitive]", F_BOOL, AT(sensitive), 0},
        {"source[language]", F_STR, AT(language), 35},
        {"source[quote_policy]", F_STR, AT(quote_policy), 16},
};

struct profile_change {
        struct account_change account;
        struct login_change login;
        bool login_given;
        enum audience visibility;
        enum quote_policy quote_policy;
        bool sensitive;
        int64_t id;
};

/* fields_attributes[0][name], [0][value]...; sent as list, as object with numbers for keys, or as
 * form. */
static enum err read_fields(struct req *rq, struct account_change *c)
{
        size_t n = req_count(rq, "fields_attributes");
        if (!n)
                return OK;
        if (n > 16)
                return fail_field(rq->cx, "fields", ERR_INPUT,
                                  "Validation failed: Profile fields can be at most %d",
                                  ACCOUNT_FIELDS);
        struct account_field *v = make_n(rq->arena, n, struct account_field);
        for (size_t i = 0; i < n; i++) {
                v[i].name =
                        req_param(rq, str_z(rq->arena,
                                            str_fmt(rq->arena, "fields_attributes[%zu][name]", i)));
                v[i].value = req_param(
                        rq,
                        str_z(rq->arena, str_fmt(rq->arena, "fields_attributes[%zu][value]", i)));
        }
        c->fields_given = true;
        c->fields = v;
        c->n_fields = n;
        return OK;
}

static enum err read_source(struct req *rq, const struct profile_input *in,
                            struct profile_change *c)
{
        if (in->privacy.n) {
                if (!audience_read(in->privacy, &c->visibility))
                        return fail_field(rq->cx, "privacy", ERR_INPUT,
                                          "Validation failed: Privacy is not included in the list");
                c->login.visibility = &c->visibility;
        }
        if (in->quote_policy.n) {
                if (!quoting_policy_read(in->quote_policy, &c->quote_policy))
                        return fail_field(
                                rq->cx, "quote_policy", ERR_INPUT,
                                "Validation failed: Quote policy is not included in the list");
                c->login.quote_policy = &c->quote_policy;
        }
        if (in->sensitive != TRI_UNSET) {
                c->sensitive = in->sensitive == TRI_TRUE;
                c->login.sensitive = &c->sensitive;
        }
        c->login.no_language = in->language.p && !in->language.n;
        c->login.language = in->language.n ? in->language : STR_NONE;
        c->login_given =
                in->privacy.n || in->quote_policy.n || in->sensitive != TRI_UNSET || in->language.p;
        return OK;
}

static enum err write_profile(struct cx *cx, void *arg)
{
        struct profile_change *c = arg;
        TRY(account_update(cx, c->id, &c->account));
        return c->login_given ? login_change(cx, c->id, &c->login) : OK;
}

static enum err answer_credential(struct cx *cx, void *arg)
{
        struct req *rq = arg;
        return api_account_credential(reply_json(rq, 200), cx, rq->viewer->account);
}

static enum err change_profile(struct req *rq)
{
        struct profile_input in = {0};
        struct profile_change c = {.id = rq->viewer->account};
        TRY(req_read(rq, profile_fields, countof(profile_fields), &in));
        c.account = (struct account_change){.display_name = in.display_name,
                                            .note = in.note,
                                            .avatar_description = in.avatar_description,
                                            .header_description = in.header_description,
                                            .locked = in.locked,
                                            .bot = in.bot,
                                            .discoverable = in.discoverable,
                                            .indexable = in.indexable,
                                            .hide_collections = in.hide_collections};
        TRY(read_fields(rq, &c.account));
        TRY(read_source(rq, &in, &c));
        TRY(media_take_picture(rq->cx, in.avatar, false, PHOTOBOX_PORTRAIT, &c.account.avatar));
        TRY(media_take_picture(rq->cx, in.header, false, PHOTOBOX_HEADER, &c.account.header));
        return cx_write(rq->cx, write_profile, &c);
}

/* PATCH /api/v1/accounts/update_credentials. */
static enum err api_profile_update(struct req *rq)
{
        TRY(change_profile(rq));
        return cx_read(rq->cx, answer_credential, rq);
}

static enum err remove_picture(struct req *rq, bool avatar)
{
        struct account_change c = {.avatar.given = avatar, .header.given = !avatar};
        if (avatar)
                c.avatar_description = S("");
        else
                c.header_description = S("");
        TRY(account_update(rq->cx, rq->viewer->account, &c));
        return answer_credential(rq->cx, rq);
}

static enum err api_profile_no_avatar(struct req *rq)
{
        return remove_picture(rq, true);
}

static enum err api_profile_no_header(struct req *rq)
{
        return remove_picture(rq, false);
}

/* ---- the Profile entity of 4.6 ---- */

static void write_fields(struct json *j, const char *key, const struct account *a, bool formatted)
{
        json_array(j, key);
        for (size_t i = 0; i < a->n_fields; i++) {
                json_object(j, NULL);
                json_str(j, "name", a->fields[i].name);
                if (formatted)
                        json_markup(j, "value", a->fields[i].html);
                else
                        json_str(j, "value", a->fields[i].value);
                json_time(j, "verified_at", a->fields[i].verified_at);
                json_end(j);
        }
        json_end(j);
}

static void write_picture(struct json *j, struct cx *cx, const char *key, struct str name)
{
        if (name.n)
                json_str(j, key, media_url(cx, name));
        else
                json_null(j, key);
}

static enum err answer_profile(struct cx *cx, void *arg)
{
        struct req *rq = arg;
        struct account *a;
        TRY(account_get(cx, rq->viewer->account, &a));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_id(j, "id", a->id);
        json_str(j, "display_name", a->display_name);
        json_str(j, "note", a->note);
        json_markup(j, "formatted_note", a->note_html);
        write_fields(j, "fields", a, false);
        write_fields(j, "formatted_fields", a, true);
        write_picture(j, cx, "avatar", a->avatar);
        write_picture(j, cx, "avatar_static", a->avatar_static.n ? a->avatar_static : a->avatar);
        json_str(j, "avatar_description", a->avatar_description);
        write_picture(j, cx, "header", a->header);
        write_picture(j, cx, "header_static", a->header_static.n ? a->header_static : a->header);
        json_str(j, "header_description", a->header_description);
        json_bool(j, "locked", a->locked);
        json_bool(j, "bot", a->kind == ACCOUNT_BOT);
        json_bool(j, "hide_collections", a->hide_collections);
        json_bool(j, "discoverable", a->discoverable);
        json_bool(j, "indexable", a->indexable);
        json_bool(j, "show_media", true);
        json_bool(j, "show_media_replies", true);
        json_bool(j, "show_featured", true);
        json_array(j, "attribution_domains");
        json_end(j);
        json_array(j, "featured_tags");
        json_end(j);
        json_end(j);
        return OK;
}

static enum err api_profile_show(struct req *rq)
{
        return answer_profile(rq->cx, rq);
}

static enum err api_profile_change(struct req *rq)
{
        TRY(change_profile(rq));
        return cx_read(rq->cx, answer_profile, rq);
}

/* GET /api/v1/preferences: flat keys with colons. */
static enum err api_profile_preferences(struct req *rq)
{
        static const char *const quote_names[] = {"public", "followers", "nobody"};
        struct login *l;
        TRY(login_get(rq->cx, rq->viewer->account, &l));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_str(j, "posting:default:visibility", audience_api_name(l->visibility));
        json_bool(j, "posting:default:sensitive", l->sensitive);
        json_str(j, "posting:default:language", l->language);
        json_z(j, "posting:default:quote_policy", quote_names[l->quote_policy]);
        json_str(j, "reading:expand:media", l->show_media);
        json_bool(j, "reading:expand:spoilers", l->expand_notes);
        json_bool(j, "reading:autoplay:gifs", false);
        json_end(j);
        return OK;
}

#define UPLOAD LIMIT_WRITE, LANE_SLOW
static const struct route routes[] = {
        {"PATCH", "/api/v1/accounts/update_credentials", SCOPE_WRITE_ACCOUNTS, UPLOAD,
         api_profile_update, BODY_UPLOAD, UPLOAD_MAX},
        {"PUT", "/api/v1/accounts/update_credentials", SCOPE_WRITE_ACCOUNTS, UPLOAD,
         api_profile_update, BODY_UPLOAD, UPLOAD_MAX},
        {"POST", "/api/v1/accounts/update_credentials", SCOPE_WRITE_ACCOUNTS, UPLOAD,
         api_profile_update, BODY_UPLOAD, UPLOAD_MAX},
        {"DELETE", "/api/v1/profile/avatar", SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, LANE_WRITE,
         api_profile_no_avatar, 0, 0},
        {"DELETE", "/api/v1/profile/header", SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, LANE_WRITE,
         api_profile_no_header, 0, 0},
        {"GET", "/api/v1/profile", SCOPE_PROFILE | SCOPE_READ_ACCOUNTS, LIMIT_READ, LANE_READ,
         api_profile_show, 0, 0},
        {"PATCH", "/api/v1/profile", SCOPE_WRITE_ACCOUNTS, UPLOAD, api_profile_change, BODY_UPLOAD,
         UPLOAD_MAX},
        {"PUT", "/api/v1/profile", SCOPE_WRITE_ACCOUNTS, UPLOAD, api_profile_change, BODY_UPLOAD,
         UPLOAD_MAX},
        {"GET", "/api/v1/preferences", SCOPE_READ_ACCOUNTS, LIMIT_READ, LANE_READ,
         api_profile_preferences, 0, 0},
};
const struct route_list API_PROFILE_ROUTES = {DOOR_API, routes, countof(routes)};
