/* How others find us: WebFinger (RFC 7033), host-meta (RFC 6415), nodeinfo. Asked by every server
 * that meets a name of ours, so all may be cached for a while. */
#include "api/instance.h"
#include "lib/text/json.h"
#include "lib/text/url.h"
#include "social/account.h"
#include "social/instance.h"
#include "social/leave.h"
#include "social/scope.h"
#include "store/limits.h"

static struct str address(struct cx *cx, const char *path)
{
        return str_fmt(cx->arena, "%.*s%s", STR_ARG(cx->settings->url), path);
}

/* ---- WebFinger ---- */

static bool is_ours(struct cx *cx, struct str domain)
{
        return str_eq_nocase(domain, cx->settings->account_domain) ||
               str_eq_nocase(domain, cx->settings->host);
}

/* The user name in acct:name@domain, name@domain, https://host/@name, https://host/users/name; none
 * when it is not ours. */
static struct str name_of_resource(struct cx *cx, struct str resource)
{
        static const char *const heads[] = {"/@", "/users/"};
        if (str_starts_nocase(resource, S("acct:")))
                resource = str_after(resource, 5);
        for (size_t i = 0; i < countof(heads); i++) {
                struct str head = address(cx, heads[i]);
                if (str_starts(resource, head) && resource.n > head.n)
                        return str_after(resource, head.n);
        }
        if (str_starts(resource, S("@")))
                resource = str_after(resource, 1);
        size_t at = str_find_char(resource, '@');
        if (at == resource.n || !is_ours(cx, str_after(resource, at + 1)))
                return STR_NONE;
        return str_cut(resource, 0, at);
}

static void write_link(struct json *j, const char *rel, const char *type, const char *key,
                       struct str target)
{
        json_object(j, NULL);
        json_z(j, "rel", rel);
        if (type)
                json_z(j, "type", type);
        json_str(j, key, target);
        json_end(j);
}

static void write_finger(struct json *j, struct cx *cx, const struct account *a)
{
        json_object(j, NULL);
        json_str(j, "subject",
                 str_fmt(cx->arena, "acct:%.*s@%.*s", STR_ARG(a->username),
                         STR_ARG(cx->settings->account_domain)));
        json_array(j, "aliases");
        json_str(j, NULL, a->url);
        json_str(j, NULL, a->uri);
        json_end(j);
        json_array(j, "links");
        write_link(j, "http://webfinger.net/rel/profile-page", "text/html", "href", a->url);
        write_link(j, "self", "application/activity+json", "href", a->uri);
        write_link(j, "http://ostatus.org/schema/1.0/subscribe", NULL, "template",
                   address(cx, "/authorize_interaction?uri={uri}"));
        json_end(j);
        json_end(j);
}

static enum err reply_finger(struct req *rq, const struct account *a)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        write_finger(&j, rq->cx, a);
        reply_cache(rq, "public, max-age=3600");
        reply_text(rq, 200, "application/jrd+json; charset=utf-8", buf_str(&b));
        buf_free(&b);
        return OK;
}

/* The server's own actor is named like its host, which no person can be: a dot or a colon is in it.
 */
static bool is_server(const struct settings *s, struct str resource, struct str name)
{
        struct str actor = str_after(resource, s->url.n);
        return (name.n && str_eq_nocase(name, s->host)) ||
               (str_starts(resource, s->url) && str_eq(actor, S("/actor")));
}

static enum err api_webfinger(struct req *rq)
{
        struct cx *cx = rq->cx;
        struct account *a;
        struct str resource = req_param(rq, "resource");
        if (!resource.n)
                return fail(cx, ERR_MALFORMED, "The parameter \"resource\" is missing.");
        struct str name = name_of_resource(cx, resource);
        if (is_server(cx->settings, resource, name))
                return reply_finger(rq, &(struct account){.username = cx->settings->host,
                                                          .url = address(cx, "/about"),
                                                          .uri = address(cx, "/actor")});
        if (!name.n || str_has_char(name, '@') || str_has_char(name, '/'))
                return ERR_MISSING;
        bool gone;
        TRY(leave_was_here(cx, name, &gone));
        if (gone)
                return ERR_GONE;
        TRY(account_by_name(cx, name, &a));
        TRY(account_shown(cx, 0, a->id));
        if (a->suspended)
                return ERR_GONE;
        return reply_finger(rq, a);
}

/* ---- host-meta: the web host behind the domain of a handle ---- */

static enum err api_host_meta_json(struct req *rq)
{
        reply_cache(rq, "public, max-age=86400");
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_array(j, "links");
        write_link(j, "lrdd", NULL, "template",
                   address(rq->cx, "/.well-known/webfinger?resource={uri}"));
        json_end(j);
        json_end(j);
        return OK;
}

static enum err api_host_meta(struct req *rq)
{
        struct str accept = req_header(rq, "accept");
        reply_header(rq, "Vary", S("Accept"));
        if (str_has(accept, S("json")) && !str_has(accept, S("xml")))
                return api_host_meta_json(rq);
        struct str url = str_replace(rq->arena, rq->cx->settings->url, S("&"), S("&amp;"));
        reply_cache(rq, "public, max-age=86400");
        reply_text(rq, 200, "application/xrd+xml; charset=utf-8",
                   str_fmt(rq->arena,
                           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n"
                           "  <Link rel=\"lrdd\" "
                           "template=\"%.*s/.well-known/webfinger?resource={uri}\"/>\n"
                           "</XRD>\n",
                           STR_ARG(url)));
        return OK;
}

/* ---- nodeinfo ---- */

/* Phanpy takes the first and knows no schema above 2.0; the last leads to the server's own actor
 * (FEP-2677). */
static enum err api_nodeinfo_links(struct req *rq)
{
        reply_cache(rq, "public, max-age=86400");
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_array(j, "links");
        write_link(j, "http://nodeinfo.diaspora.software/ns/schema/2.0", NULL, "href",
                   address(rq->cx, "/nodeinfo/2.0"));
        write_link(j, "http://nodeinfo.diaspora.software/ns/schema/2.1", NULL, "href",
                   address(rq->cx, "/nodeinfo/2.1"));
        write_link(j, "https://www.w3.org/ns/activitystreams#Application", NULL, "href",
                   address(rq->cx, "/actor"));
        json_end(j);
        json_end(j);
        return OK;
}

static void write_strings(struct json *j, const char *key, const char *one)
{
        json_array(j, key);
        if (one)
                json_z(j, NULL, one);
        json_end(j);
}

static enum err write_nodeinfo(struct json *j, struct cx *cx, bool newer)
{
        struct instance_counts c;
        TRY(instance_count(cx, &c));
        json_object(j, NULL);
        json_z(j, "version", newer ? "2.1" : "2.0");
        json_object(j, "software");
        json_z(j, "name", "tidings");
        json_z(j, "version", TIDINGS_VERSION);
        if (newer) {
                json_str(j, "repository", cx->settings->source_url);
                json_str(j, "homepage", cx->settings->source_url);
        }
        json_end(j);
        write_strings(j, "protocols", "activitypub");
        json_object(j, "services");
        write_strings(j, "inbound", NULL);
        write_strings(j, "outbound", NULL);
        json_end(j);
        json_object(j, "usage");
        json_object(j, "users");
        json_int(j, "total", c.people);
        json_int(j, "activeMonth", c.active_month);
        json_int(j, "activeHalfyear", c.active_halfyear);
        json_end(j);
        json_int(j, "localPosts", c.posts);
        json_end(j);
        json_bool(j, "openRegistrations", cx->settings->registration == REGISTRATION_OPEN);
        json_object(j, "metadata");
        json_str(j, "nodeName", cx->settings->title);
        json_str(j, "nodeDescription",
                 cx->settings->description.p ? cx->settings->description : S(""));
        json_object(j, "upstream"); /* lets megalodon treat a name it does not know as Mastodon */
        json_z(j, "name", "mastodon");
        json_end(j);
        json_end(j);
        json_end(j);
        return OK;
}

static enum err render_nodeinfo(struct json *j, struct cx *cx)
{
        return write_nodeinfo(j, cx, false);
}

static enum err render_nodeinfo_21(struct json *j, struct cx *cx)
{
        return write_nodeinfo(j, cx, true);
}

#define NODEINFO_TYPE(version)                                                                     \
        "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/" version "#\";"  \
        " charset=utf-8"

static enum err api_nodeinfo(struct req *rq)
{
        return api_document_as(rq, DOCUMENT_NODEINFO, render_nodeinfo, NODEINFO_TYPE("2.0"));
}

static enum err api_nodeinfo_21(struct req *rq)
{
        return api_document_as(rq, DOCUMENT_NODEINFO_21, render_nodeinfo_21, NODEINFO_TYPE("2.1"));
}

#define READS SCOPE_NONE, LIMIT_READ, LANE_READ
static const struct route routes[] = {
        {"GET", "/.well-known/webfinger", READS, api_webfinger, 0, 0},
        {"GET", "/.well-known/host-meta", READS, api_host_meta, 0, 0},
        {"GET", "/.well-known/host-meta.json", READS, api_host_meta_json, 0, 0},
        {"GET", "/.well-known/nodeinfo", READS, api_nodeinfo_links, 0, 0},
        {"GET", "/nodeinfo/2.0", READS, api_nodeinfo, 0, 0},
        {"GET", "/nodeinfo/2.1", READS, api_nodeinfo_21, 0, 0},
};
const struct route_list API_WELL_KNOWN_ROUTES = {DOOR_API, routes, countof(routes)};
