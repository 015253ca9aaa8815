/* MediaAttachment and Poll, as they stand inside a Status and alone. */
#include "api/post_json.h"
#include "social/account.h"

static void put_size(struct json *j, const char *key, int64_t width, int64_t height, struct cx *cx)
{
        json_object(j, key);
        json_int(j, "width", width);
        json_int(j, "height", height);
        json_str(j, "size", str_fmt(cx->arena, "%lldx%lld", (long long)width, (long long)height));
        json_real(j, "aspect", (double)width / (double)height);
        json_end(j);
}

static void put_meta(struct json *j, struct cx *cx, const struct media *m)
{
        json_object(j, "meta");
        if (m->kind == MEDIA_IMAGE || m->kind == MEDIA_GIFV || m->kind == MEDIA_VIDEO) {
                json_object(j, "focus");
                json_real(j, "x", m->focus_x);
                json_real(j, "y", m->focus_y);
                json_end(j);
        }
        if (m->width > 0 && m->height > 0)
                put_size(j, "original", m->width, m->height, cx);
        if (m->preview_width > 0 && m->preview_height > 0)
                put_size(j, "small", m->preview_width, m->preview_height, cx);
        json_end(j);
}

void api_media_json(struct json *j, const char *key, struct cx *cx, const struct media *m)
{
        static const char *const kinds[] = {"unknown", "image", "gifv", "video", "audio"};
        bool ready = m->state == MEDIA_READY;
        /* A file elsewhere is named (remote_url) and not shown: an app that loads `url` would tell
         * a stranger's server who reads what. Apps want an address in a post, so a picture of ours
         * stands in. */
        bool elsewhere = !m->file.n && m->remote_url.n;
        struct str url = ready && m->file.n ? media_url(cx, m->file) : STR_NONE;
        if (elsewhere)
                url = str_fmt(cx->arena, "%.*s/static/missing.png", STR_ARG(cx->settings->url));
        struct str small = ready && m->preview.n ? media_url(cx, m->preview) : STR_NONE;
        json_object(j, key);
        json_id(j, "id", m->id);
        json_z(j, "type", kinds[elsewhere ? MEDIA_UNKNOWN : m->kind]);
        json_str(j, "url", url.n ? url : STR_NONE);
        json_str(j, "preview_url",
                 small.n                            ? small
                 : m->kind == MEDIA_AUDIO || !url.n ? STR_NONE
                                                    : url);
        json_str(j, "remote_url", m->remote_url.n ? m->remote_url : STR_NONE);
        json_null(j, "preview_remote_url");
        json_null(j, "text_url");
        put_meta(j, cx, m);
        json_str(j, "description", m->description.n ? m->description : STR_NONE);
        json_str(j, "blurhash", m->blurhash.n ? m->blurhash : STR_NONE);
        json_end(j);
}

void api_poll_json(struct json *j, const char *key, const struct poll *p, bool signed_in)
{
        json_object(j, key);
        json_id(j, "id", p->id);
        json_time(j, "expires_at", p->expires_at);
        json_bool(j, "expired", p->expired);
        json_bool(j, "multiple", p->multiple);
        json_int(j, "votes_count", p->votes);
        if (p->multiple)
                json_int(j, "voters_count", p->voters);
        else
                json_null(j, "voters_count");
        json_array(j, "options");
        for (size_t i = 0; i < p->n_options; i++) {
                json_object(j, NULL);
                json_str(j, "title", p->options[i].title);
                if (p->options[i].votes < 0)
                        json_null(j, "votes_count");
                else
                        json_int(j, "votes_count", p->options[i].votes);
                json_end(j);
        }
        json_end(j);
        json_array(j, "emojis");
        json_end(j);
        if (signed_in) {
                json_bool(j, "voted", p->voted);
                json_array(j, "own_votes");
                for (size_t i = 0; i < p->n_options; i++)
                        if (p->own_votes >> i & 1)
                                json_int(j, NULL, (int64_t)i);
                json_end(j);
        }
        json_end(j);
}
