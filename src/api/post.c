/* /api/v1/statuses: writing, reading, changing, deleting posts. */
#include "api/post.h"
#include "api/account_json.h"
#include "api/paging.h"
#include "api/post_json.h"
#include "social/filter.h"
#include "social/ids.h"
#include "social/scheduled.h"
#include "social/scope.h"
#include "social/thread.h"
#include "social/veil.h"
#include "store/limits.h"

enum { STATUSES_AT_ONCE = 40, MEDIA_IDS_MOST = 64 };

struct post_input {
        struct draft draft;
        struct opt_int scheduled_at;
        int64_t quoted;
};
#define AT(member) offsetof(struct post_input, draft.member)
static const struct field post_fields[] = {
        {"status", F_STR, AT(text), 0},
        {"spoiler_text", F_STR, AT(spoiler), 0},
        {"language", F_STR, AT(language), 35},
        {"visibility", F_STR, AT(visibility), 32},
        {"sensitive", F_BOOL, AT(sensitive), 0},
        {"local_only", F_BOOL, AT(local_only), 0},
        {"journal", F_ID, AT(journal), 0},
        {"signed", F_BOOL, AT(signs), 0},
        {"in_reply_to_id", F_ID, AT(reply_to), 0},
        {"media_ids", F_IDS, AT(media), MEDIA_IDS_MOST},
        {"poll[options]", F_STRS, AT(poll.options), 64},
        {"poll[expires_in]", F_INT, AT(poll.expires_in), 0},
        {"poll[multiple]", F_BOOL, AT(poll.multiple), 0},
        {"poll[hide_totals]", F_BOOL, AT(poll.hide_totals), 0},
        {"quote_approval_policy", F_STR, AT(quote_policy), 16},
        {"quoted_status_id", F_ID, offsetof(struct post_input, quoted), 0},
        {"scheduled_at", F_TIME, offsetof(struct post_input, scheduled_at), 0},
};

static struct str media_param(struct req *rq, size_t i, const char *key)
{
        return req_param(rq,
                         str_z(rq->arena, str_fmt(rq->arena, "media_attributes[%zu][%s]", i, key)));
}

/* media_attributes[0][id], [description], [focus]: only when editing. */
static enum err read_media_changes(struct req *rq, struct draft *d)
{
        size_t n = req_count(rq, "media_attributes");
        if (n > MEDIA_IDS_MOST)
                return fail(rq->cx, ERR_INPUT, "Too many media attributes.");
        d->media_changes = make_n(rq->arena, n, struct media_change);
        for (size_t i = 0; i < n; i++) {
                struct media_change *m = &d->media_changes[i];
                if (!str_to_i64(media_param(rq, i, "id"), &m->id))
                        continue;
                m->description = media_param(rq, i, "description");
                m->focus = media_param(rq, i, "focus");
                d->n_media_changes = i + 1;
        }
        return OK;
}

static enum err schedule(struct req *rq, const struct post_input *in)
{
        struct scheduled *s;
        TRY(scheduled_create(rq->cx, rq->viewer, &in->draft, in->scheduled_at.v, &s));
        return api_scheduled_json(reply_json(rq, 200), NULL, rq, s);
}

/* POST /api/v1/statuses: publishes a post as the signed-in person; a time that lies ahead has it
 * wait. */
static enum err api_post_create(struct req *rq)
{
        struct post_input in = {0};
        struct post *post;
        TRY(req_read(rq, post_fields, countof(post_fields), &in));
        in.draft.idempotency_key = req_header(rq, "idempotency-key");
        in.draft.quote_of = in.quoted;
        if (in.scheduled_at.given && in.scheduled_at.v > cx_now(rq->cx))
                return schedule(rq, &in);
        TRY(post_publish(rq->cx, rq->viewer, &in.draft, &post));
        return api_post_answer(rq, post->id);
}

/* How this reader meets the photos, as one thing. */
static enum err face_of(struct req *rq, const struct post *p, const struct media *v, size_t n,
                        struct veil_face *ret)
{
        enum veil_eye eye = EYE_STRANGER;
        *ret = (struct veil_face){.words = S("")};
        if (!veil_any(v, n))
                return OK;
        TRY(veil_eyes(rq->cx, rq->viewer, &p->account, 1, &eye));
        *ret = veil_face(rq->arena, v, n, eye);
        return OK;
}

/* An app that changes a post sends back what it was shown. What was a veil there must not become a
 * content note. */
static enum err forget_echo(struct req *rq, struct draft *d)
{
        int64_t id = req_path_id(rq, "id");
        struct post *p;
        struct media *v;
        struct veil_face face;
        size_t n;
        enum err e = post_get(rq->cx, rq->viewer, id, &p);
        if (e || !(p->has & POST_HAS_MEDIA))
                return e == ERR_MISSING ? OK : e; /* post_edit judges whose it is */
        TRY(media_of_posts(rq->cx, &id, 1, &v, &n));
        TRY(face_of(rq, p, v, n, &face));
        bool words = face.words.n && !p->spoiler.n && str_eq(d->spoiler, face.words);
        if (words)
                d->spoiler = S("");
        if (face.covered && !p->sensitive && !d->spoiler.n && d->sensitive == TRI_TRUE)
                d->sensitive = TRI_FALSE;
        return OK;
}

/* PUT /api/v1/statuses/:id. What is not sent is empty, as on Mastodon: apps always send everything.
 */
static enum err api_post_update(struct req *rq)
{
        struct post_input in = {0};
        struct post *post;
        TRY(req_read(rq, post_fields, countof(post_fields), &in));
        TRY(read_media_changes(rq, &in.draft));
        TRY(forget_echo(rq, &in.draft));
        TRY(post_edit(rq->cx, rq->viewer, req_path_id(rq, "id"), &in.draft, &post));
        return api_post_answer(rq, post->id);
}

static enum err api_post_show(struct req *rq)
{
        return api_post_answer(rq, req_path_id(rq, "id"));
}

struct ids_input {
        struct id_list ids;
};
static const struct field ids_fields[] = {
        {"id", F_IDS, offsetof(struct ids_input, ids), STATUSES_AT_ONCE}};

/* GET /api/v1/statuses?id[]=: several at once; those not visible are left out. */
static enum err api_post_list(struct req *rq)
{
        struct ids_input in = {0};
        size_t n = 0;
        TRY(req_read(rq, ids_fields, countof(ids_fields), &in));
        int64_t *ids = make_n(rq->arena, in.ids.n, int64_t);
        if (in.ids.n)
                TRY(post_visible(rq->cx, rq->viewer, in.ids.v, in.ids.n, ids, &n));
        return api_posts_json(reply_json(rq, 200), NULL, rq->cx, rq->viewer, ids, n);
}

/* DELETE: the answer is the post as it was, with its source, so that apps can offer it for writing
 * anew. */
static enum err api_post_delete(struct req *rq)
{
        int64_t id = req_path_id(rq, "id");
        struct post *post;
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        enum err e = api_post_json(&j, NULL, rq->cx, rq->viewer, id);
        if (!e)
                e = post_delete(rq->cx, rq->viewer, id, api_flag(rq, "delete_media", false), &post);
        struct str was = str_dup(rq->arena, str_cut(buf_str(&b), 0, b.n ? b.n - 1 : 0));
        buf_free(&b);
        TRY(e);
        struct json *out = reply_json(rq, 200);
        json_raw(out, NULL, was);
        buf_add(out->out, S(",\"text\":"));
        json_quote(out->out, post->text);
        buf_add(out->out, S("}"));
        return OK;
}

static enum err api_post_context(struct req *rq)
{
        struct thread t;
        TRY(thread_get(rq->cx, rq->viewer, req_path_id(rq, "id"), &t));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        TRY(api_posts_json_in(j, "ancestors", rq->cx, rq->viewer, FILTER_THREAD, t.up, t.n_up));
        TRY(api_posts_json_in(j, "descendants", rq->cx, rq->viewer, FILTER_THREAD, t.down,
                              t.n_down));
        json_end(j);
        return OK;
}

static enum err api_post_source(struct req *rq)
{
        struct str text, spoiler;
        int64_t id = req_path_id(rq, "id");
        TRY(post_source(rq->cx, rq->viewer, id, &text, &spoiler));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_id(j, "id", id);
        json_str(j, "text", text);
        json_str(j, "spoiler_text", spoiler);
        json_end(j);
        return OK;
}

/* ---- history ---- */

static const struct media *media_with(const struct media *v, size_t n, int64_t id)
{
        for (size_t i = 0; i < n; i++)
                if (v[i].id == id)
                        return &v[i];
        return NULL;
}

/* An older version names its attachments and how they were described then; those gone since are
 * left out. */
static enum err put_media(struct json *j, struct cx *cx, const struct post_version *v,
                          const struct media *media, size_t n)
{
        const struct json_value *was = NULL;
        json_array(j, "media_attachments");
        if (!v->media.n)
                for (size_t i = 0; i < n; i++)
                        api_media_json(j, NULL, cx, &media[i]);
        else
                TRY(json_read(cx->arena, v->media, NULL, &was, NULL));
        for (const struct json_value *x = was ? was->child : NULL; x; x = x->next) {
                int64_t id;
                const struct media *m;
                if (!str_to_i64(json_get_text(x, "id"), &id) || !(m = media_with(media, n, id)))
                        continue;
                struct media then = *m;
                then.description = json_get_text(x, "description");
                api_media_json(j, NULL, cx, &then);
        }
        json_end(j);
        return OK;
}

static enum err put_poll(struct json *j, struct cx *cx, struct str options)
{
        const struct json_value *v;
        if (!options.n)
                return OK;
        TRY(json_read(cx->arena, options, NULL, &v, NULL));
        if (v->type != JSON_ARRAY)
                return OK;
        json_object(j, "poll");
        json_array(j, "options");
        for (const struct json_value *x = v->child; x; x = x->next) {
                json_object(j, NULL);
                json_str(j, "title", json_text(x));
                json_end(j);
        }
        json_end(j);
        json_end(j);
        return OK;
}

static enum err put_version(struct json *j, struct cx *cx, const struct post *p,
                            const struct post_version *v, const struct media *media, size_t n,
                            const struct veil_face *face)
{
        const struct str texts[] = {v->content.html, v->spoiler};
        struct emoji *emoji;
        size_t n_emoji;
        json_object(j, NULL);
        json_markup(j, "content", v->content);
        json_str(j, "spoiler_text", v->spoiler.n || !face->words.n ? v->spoiler : face->words);
        json_bool(j, "sensitive", v->sensitive || face->covered);
        json_time(j, "created_at", v->created_at);
        TRY(api_account_put(j, "account", cx, p->account));
        TRY(put_media(j, cx, v, media, n));
        TRY(put_poll(j, cx, v->poll));
        TRY(emoji_find(cx, p->author_domain, texts, countof(texts), &emoji, &n_emoji));
        api_emoji_list(j, "emojis", emoji, n_emoji);
        json_end(j);
        return OK;
}

static enum err api_post_history(struct req *rq)
{
        int64_t id = req_path_id(rq, "id");
        struct post_version *v;
        struct post *p;
        struct media *media;
        size_t n, n_media;
        TRY(post_get(rq->cx, rq->viewer, id, &p));
        TRY(post_history(rq->cx, rq->viewer, id, &v, &n));
        struct veil_face face;
        TRY(media_of_posts(rq->cx, &id, 1, &media, &n_media));
        TRY(face_of(rq, p, media, n_media, &face));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                TRY(put_version(j, rq->cx, p, &v[i], media, n_media, &face));
        json_end(j);
        return OK;
}

static const struct route routes[] = {
        {"POST", "/api/v1/statuses", SCOPE_WRITE_STATUSES, LIMIT_POST, LANE_WRITE, api_post_create,
         0, 0},
        {"GET", "/api/v1/statuses", SCOPE_OPTIONAL | SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         api_post_list, 0, 0},
        {"GET", "/api/v1/statuses/:id", SCOPE_OPTIONAL | SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         api_post_show, 0, 0},
        {"PUT", "/api/v1/statuses/:id", SCOPE_WRITE_STATUSES, LIMIT_POST, LANE_WRITE,
         api_post_update, 0, 0},
        {"PATCH", "/api/v1/statuses/:id", SCOPE_WRITE_STATUSES, LIMIT_POST, LANE_WRITE,
         api_post_update, 0, 0},
        {"DELETE", "/api/v1/statuses/:id", SCOPE_WRITE_STATUSES, LIMIT_DELETE, LANE_WRITE,
         api_post_delete, 0, 0},
        {"GET", "/api/v1/statuses/:id/context", SCOPE_OPTIONAL | SCOPE_READ_STATUSES, LIMIT_READ,
         LANE_READ, api_post_context, 0, 0},
        {"GET", "/api/v1/statuses/:id/source", SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         api_post_source, 0, 0},
        {"GET", "/api/v1/statuses/:id/history", SCOPE_OPTIONAL | SCOPE_READ_STATUSES, LIMIT_READ,
         LANE_READ, api_post_history, 0, 0},
};
const struct route_list API_POST_ROUTES = {DOOR_API, routes, countof(routes)};
