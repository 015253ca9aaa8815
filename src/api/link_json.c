/* PreviewCard: what a linked page says of itself, as it stands inside a Status. */
#include "api/post_json.h"
#include "social/far_file.h"

/* Authors are names and addresses only: whether they are accounts, nobody has proven. */
static void put_authors(struct json *j, const struct link_card *c)
{
        json_array(j, "authors");
        if (c->author_name.n) {
                json_object(j, NULL);
                json_str(j, "name", c->author_name);
                json_str(j, "url", c->author_url);
                json_null(j, "account");
                json_end(j);
        }
        json_end(j);
}

void api_link_json(struct json *j, const char *key, struct cx *cx, const struct link_card *c)
{
        bool pictured = c->image.n > 0;
        json_object(j, key);
        json_str(j, "url", c->url);
        json_str(j, "title", c->title);
        json_str(j, "description", c->description);
        json_str(j, "language", c->language.n ? c->language : STR_NONE);
        json_z(j, "type", "link");
        put_authors(j, c);
        json_str(j, "author_name", c->author_name);
        json_str(j, "author_url", c->author_url);
        json_str(j, "provider_name", c->provider_name);
        json_str(j, "provider_url", c->provider_url);
        json_z(j, "html", ""); /* no foreign markup, ever */
        json_int(j, "width", pictured ? c->width : 0);
        json_int(j, "height", pictured ? c->height : 0);
        json_str(j, "image", pictured ? far_url(cx, c->image, FAR_FULL) : STR_NONE);
        json_str(j, "image_description", c->image_description);
        json_z(j, "embed_url", "");
        json_str(j, "blurhash", c->blurhash.n ? c->blurhash : STR_NONE);
        json_time(j, "published_at", c->published_at);
        json_end(j);
}
