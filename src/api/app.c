/* POST /api/v1/apps and GET /api/v1/apps/verify_credentials. Every app does the first before
 * anything else, some on behalf of all their users, so what comes is taken kindly: JSON, form,
 * query; one redirect address, several by line, or a list. */
#include "social/app.h"
#include "api/oauth.h"
#include "lib/http/req.h"
#include "lib/text/json.h"
#include "store/limits.h"

enum { REDIRECTS_BYTES = 32 * 1024 };

/* redirect_uris as text with line ends, or as a list. */
static struct str read_redirects(struct req *rq)
{
        struct buf b = {.cap = REDIRECTS_BYTES};
        for (size_t i = 0; i < rq->n_params; i++) {
                const struct req_param *p = &rq->params[i];
                if (!str_eq(p->name, S("redirect_uris[]")) &&
                    !str_eq(p->name, S("redirect_uris")) && !str_eq(p->name, S("redirect_uri")))
                        continue;
                buf_add(&b, p->text);
                buf_add_char(&b, '\n');
        }
        struct str s = str_replace(rq->arena, str_dup(rq->arena, buf_str(&b)), S("\r"), S("\n"));
        if (b.failed)
                s = S("");
        buf_free(&b);
        return s;
}

/* The keys Application and CredentialApplication share. */
static void write_app(struct json *j, struct req *rq, const struct app *a)
{
        struct str rest = a->redirect_uris, one;
        json_id(j, "id", a->id);
        json_str(j, "name", a->name);
        json_str(j, "website", a->website);
        json_array(j, "scopes");
        struct str words = a->scopes_text;
        while (scope_next(&words, &one))
                json_str(j, NULL, one);
        json_end(j);
        json_array(j, "redirect_uris");
        while (str_next(&rest, '\n', &one))
                json_str(j, NULL, one);
        json_end(j);
        json_str(j, "redirect_uri", a->redirect_uris);
        json_str(j, "vapid_key",
                 rq->cx->instance->vapid_public.p ? rq->cx->instance->vapid_public : S(""));
}

static enum err api_app_create(struct req *rq)
{
        struct app_draft d = {.name = req_param(rq, "client_name"),
                              .website = req_param(rq, "website"),
                              .redirect_uris = read_redirects(rq),
                              .scopes = req_param(rq, "scopes")};
        struct app *a;
        struct str secret;
        TRY(app_register(rq->cx, &d, &a, &secret));
        reply_cache(rq, "no-store");
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        write_app(j, rq, a);
        json_str(j, "client_id", a->client_id);
        json_str(j, "client_secret", secret);
        json_int(j, "client_secret_expires_at", 0);
        json_end(j);
        return OK;
}

static enum err api_app_verify(struct req *rq)
{
        struct app *a;
        TRY(app_get(rq->cx, rq->viewer->app, &a));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        write_app(j, rq, a);
        json_end(j);
        return OK;
}

static const struct route app_routes[] = {
        {"POST", "/api/v1/apps", SCOPE_NONE, LIMIT_APP, LANE_WRITE, api_app_create, 0, 0},
        {"GET", "/api/v1/apps/verify_credentials", SCOPE_APP, LIMIT_READ, LANE_READ, api_app_verify,
         0, 0},
};
const struct route_list API_APP_ROUTES = {DOOR_API, app_routes, countof(app_routes)};
