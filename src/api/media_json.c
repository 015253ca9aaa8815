/* MediaAttachment and Poll, as they stand inside a Status and alone. */
#include "api/account_json.h"
#include "api/post_json.h"
#include "social/account.h"
#include "social/far_file.h"

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
        struct media_offer o = media_offered(m);
        if (o.width > 0 && o.height > 0)
                put_size(j, "original", o.width, o.height, cx);
        if (m->preview_width > 0 && m->preview_height > 0)
                put_size(j, "small", m->preview_width, m->preview_height, cx);
        json_end(j);
}

/* Addresses of the file and of a small picture of it. Apps want an address in a post whatever
 * happens, so a picture of ours stands in where there is none. */
static void put_urls(struct json *j, struct cx *cx, const struct media *m)
{
        struct str none = str_fmt(cx->arena, "%.*s/static/missing.png", STR_ARG(cx->settings->url));
        struct str url = STR_NONE, small = STR_NONE;
        if (m->far.n && m->kind != MEDIA_UNKNOWN) {
                url = far_url(cx, m->far, FAR_FULL);
                small = m->kind == MEDIA_IMAGE ? far_url(cx, m->far, FAR_SMALL)
                        : m->far_picture.n     ? far_url(cx, m->far_picture, FAR_SMALL)
                                               : none;
        } else if (m->far.n) {
                url = small = none; /* a file of a kind we do not know: remote_url names it */
        } else if (m->state == MEDIA_READY && m->file.n) {
                url = media_url(cx, media_offered(m).file);
                small = m->preview.n ? media_url(cx, m->preview) : url;
        }
        json_str(j, "url", url);
        bool silent = m->kind == MEDIA_AUDIO && !m->far_picture.n;
        json_str(j, "preview_url", silent ? STR_NONE : small);
        json_str(j, "remote_url", m->remote_url.n ? m->remote_url : STR_NONE);
        json_str(j, "preview_remote_url", m->film_picture.n ? m->film_picture : STR_NONE);
        json_null(j, "text_url");
}

void api_media_json(struct json *j, const char *key, struct cx *cx, const struct media *m)
{
        static const char *const kinds[] = {"unknown", "image", "gifv", "video", "audio"};
        json_object(j, key);
        json_id(j, "id", m->id);
        json_z(j, "type", kinds[m->kind]);
        put_urls(j, cx, m);
        put_meta(j, cx, m);
        json_str(j, "description", m->description.n ? m->description : STR_NONE);
        json_str(j, "blurhash", m->blurhash.n ? m->blurhash : STR_NONE);
        if (m->caption.n && !m->veil) /* our own word; a veil covers it with the photo */
                json_str(j, "caption", m->caption);
        json_end(j);
}

static enum err put_poll_emoji(struct json *j, struct cx *cx, const struct poll *p)
{
        struct str *titles = make_n(cx->arena, p->n_options, struct str);
        struct account *author;
        struct emoji *v = NULL;
        size_t n = 0, named = 0;
        for (size_t i = 0; i < p->n_options; i++)
                if (emoji_named(p->options[i].title))
                        titles[named++] = p->options[i].title;
        if (named) {
                TRY(account_get(cx, p->author, &author));
                TRY(emoji_find(cx, author->domain, titles, named, &v, &n));
        }
        api_emoji_list(j, "emojis", v, n);
        return OK;
}

enum err api_poll_json(struct json *j, const char *key, struct cx *cx, const struct poll *p,
                       bool signed_in)
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
        TRY(put_poll_emoji(j, cx, p));
        if (signed_in) {
                json_bool(j, "voted", p->voted);
                json_array(j, "own_votes");
                for (size_t i = 0; i < p->n_options; i++)
                        if (p->own_votes >> i & 1)
                                json_int(j, NULL, (int64_t)i);
                json_end(j);
        }
        json_end(j);
        return OK;
}
