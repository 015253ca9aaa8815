/* GET /api/oembed and GET /@name/ID/embed: a plain frame that loads the living post, so that edits
 * and deletion carry through. Only posts whose authors allow it have one; for all others the answer
 * is that of an address that never was. A frame shows what a stranger sees, whoever looks. */
#include "web/embed.h"
#include "lib/base/die.h"
#include "lib/base/encode.h"
#include "lib/text/json.h"
#include "lib/text/url.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/card.h"
#include "web/embed.html.h"
#include "web/web.h"

/* What a site's column usually leaves; it may say less, and the frame is no wider than that. */
enum { WIDTH = 560, WIDTH_LEAST = 220, HEIGHT = 480, HEIGHT_LEAST = 120 };

const char *web_wish_word(enum wish wish)
{
        static const char *const words[] = {[WISH_NONE] = "",
                                            [WISH_FREE] = "free-with-link",
                                            [WISH_ASK] = "ask-first",
                                            [WISH_NO] = "please-dont"};
        return words[wish];
}

struct str web_oembed_path(struct arena *a, const struct post *p)
{
        size_t host = str_find(p->url, S("/@"));
        return str_fmt(a, "%.*s/api/oembed?url=%.*s", STR_ARG(str_cut(p->url, 0, host)),
                       STR_ARG(percent_encode(a, p->url)));
}

/* The post as a stranger sees it, if it may be framed. */
static enum err find(struct req *rq, int64_t id, struct card *ret)
{
        struct cards c;
        bool may;
        TRY(cards_load(rq->cx, &STRANGER, &id, id ? 1 : 0, &c));
        if (c.n != 1 || c.v[0].booster)
                return ERR_MISSING;
        TRY(switches_embeds(rq->cx, c.v[0].post, &may));
        *ret = c.v[0];
        return may ? OK : ERR_MISSING;
}

struct input {
        struct str url, format;
        struct opt_int width, height;
};
static const struct field fields[] = {
        {"url", F_STR, offsetof(struct input, url), 2048},
        {"format", F_STR, offsetof(struct input, format), 16},
        {"maxwidth", F_INT, offsetof(struct input, width), 0},
        {"maxheight", F_INT, offsetof(struct input, height), 0},
};

static int64_t at_most(struct opt_int asked, int64_t usual, int64_t least)
{
        if (!asked.given || asked.v >= usual)
                return usual;
        return asked.v < least ? least : asked.v;
}

static struct str frame_of(struct req *rq, const struct card *c, int64_t width, int64_t height)
{
        struct buf b = {0};
        buf_add(&b, S("<iframe src=\""));
        html_escape(&b, str_join(rq->arena, c->post->url, S("/embed")));
        buf_add(&b, S("\" title=\"A post by "));
        html_escape(&b, account_name(c->author));
        buf_addf(&b, "\" width=\"%lld\" height=\"%lld\" style=\"border: 0; max-width: 100%%\" ",
                 (long long)width, (long long)height);
        buf_add(&b, S("loading=\"lazy\" referrerpolicy=\"no-referrer\"></iframe>"));
        return buf_take(rq->arena, &b);
}

/* GET /api/oembed?url=: https://oembed.com. */
static enum err oembed(struct req *rq)
{
        struct input in = {0};
        struct card c;
        int64_t id;
        TRY(req_read(rq, fields, countof(fields), &in));
        if (in.format.n && !str_eq(in.format, S("json")))
                return ERR_MISSING;
        struct str url = str_cut(in.url, 0, str_find_char(in.url, '#'));
        TRY(post_by_uri(rq->cx, str_cut(url, 0, str_find_char(url, '?')), &id));
        TRY(find(rq, id, &c));
        int64_t width = at_most(in.width, WIDTH, WIDTH_LEAST),
                height = at_most(in.height, HEIGHT, HEIGHT_LEAST);
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_z(j, "type", "rich");
        json_z(j, "version", "1.0");
        json_str(j, "title", str_fmt(rq->arena, "A post by %.*s", STR_ARG(account_name(c.author))));
        json_str(j, "author_name", account_name(c.author));
        json_str(j, "author_url", c.author->url);
        json_str(j, "provider_name", rq->cx->settings->title);
        json_str(j, "provider_url", rq->cx->settings->url);
        json_int(j, "cache_age", 3600);
        json_str(j, "html", frame_of(rq, &c, width, height));
        json_int(j, "width", width);
        json_int(j, "height", height);
        json_end(j);
        return OK;
}

static enum err embed(struct req *rq)
{
        struct card c;
        TRY(find(rq, req_path_id(rq, "id"), &c));
        if (!str_eq_nocase(account_acct(rq->arena, c.author), req_path(rq, "name")))
                return ERR_MISSING;
        struct html *head = web_aside(rq);
        web_embed_head(head);
        rq->viewer = make(rq->arena, struct viewer);
        struct web_page p = {
                .title = str_fmt(rq->arena, "A post by %.*s", STR_ARG(account_name(c.author))),
                .alone = true,
                .head = web_aside_markup(head)};
        /* The older header knows only "nobody" and "ourselves"; a word it does not know lets the
         * newer one decide. */
        reply_header(rq, "X-Frame-Options", S("ALLOWALL"));
        reply_header(rq, "Content-Security-Policy",
                     S("default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; "
                       "base-uri 'none'; form-action 'none'; frame-ancestors *"));
        struct html *h = web_open_plain(rq, 200, &p);
        web_embed_body(h, &p, &c);
        return web_close(h, &p);
}

static const struct route frames[] = {
        {"GET", "/@:name/:id/embed", SCOPE_NONE, LIMIT_PAGE, LANE_READ, embed, 0, 0},
};
const struct route_list WEB_EMBED_ROUTES = {DOOR_PAGE, frames, countof(frames)};
static const struct route api[] = {
        {"GET", "/api/oembed", SCOPE_NONE, LIMIT_READ, LANE_READ, oembed, 0, 0},
};
const struct route_list WEB_OEMBED_ROUTES = {DOOR_API, api, countof(api)};
