/* A post's document. Called by document.c for those who ask, by the delivery jobs, and by
 * collections. */
#include "fedi/note.h"
#include "lib/text/html.h"
#include "social/coauthor.h"
#include "social/earlier.h"
#include "social/emoji.h"
#include "social/ids.h"
#include "social/media.h"
#include "social/mention.h"
#include "social/poll.h"
#include "social/post_far.h"
#include "social/quote.h"
#include "social/switches.h"
#include "social/tag.h"
#include "social/veil.h"

static const struct stmt NOTE_AGREED = {
        .name = "note_agreed",
        .text = "SELECT quote_approval, approved_by FROM post_far WHERE post = $1",
        .in = "i",
        .out = "SS",
};

struct note_mention_out {
        struct str href, name;
};
struct note_parts {
        struct media *media;
        size_t n_media;
        struct tag_of_post *tags;
        size_t n_tags;
        struct emoji *emoji;
        size_t n_emoji;
        struct note_mention_out *mentions;
        size_t n_mentions;
        struct poll *poll;
        const struct switches *switches; /* of its thread; NULL: an everyday one */
        struct str reply_to, conversation, context, quote, quote_url, approval, approved_by;
        struct str later_words, later_url; /* the line before the words; none: no line */
        int64_t later_at;                  /* when copies were last asked to change; 0: never */
        struct account **beside;           /* its second authors */
        size_t n_beside;
};

static enum err load_mentions(struct cx *cx, const struct post *p, struct note_parts *x)
{
        struct mention *m;
        size_t n, got;
        struct account **v;
        TRY(mention_of_posts(cx, &p->id, 1, &m, &n));
        int64_t *ids = make_n(cx->arena, n + x->n_beside + 1, int64_t);
        size_t k = 0;
        for (size_t i = 0; i < n; i++)
                if (!m[i].silent)
                        ids[k++] = m[i].account;
        for (size_t i = 0; i < x->n_beside; i++)
                if (ids_find(ids, k, x->beside[i]->id) == k)
                        ids[k++] = x->beside[i]->id;
        TRY(account_get_many(cx, ids, k, &v, &got));
        x->mentions = make_n(cx->arena, got + 1, struct note_mention_out);
        for (size_t i = 0; i < got; i++) {
                struct str domain =
                        account_is_local(v[i]) ? cx->settings->account_domain : v[i]->domain;
                x->mentions[x->n_mentions++] = (struct note_mention_out){
                        v[i]->uri,
                        str_fmt(cx->arena, "@%.*s@%.*s", STR_ARG(v[i]->username), STR_ARG(domain))};
        }
        return OK;
}

/* What is answered may be gone by now, or never have been here. */
static enum err find_uri(struct cx *cx, int64_t id, struct str *uri, struct str *url)
{
        struct post *p;
        *uri = STR_NONE;
        if (!id)
                return OK;
        enum err e = post_load(cx, id, &p);
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        *uri = p->uri;
        if (url)
                *url = p->url.n ? p->url : p->uri;
        return OK;
}

/* What authors elsewhere said to it. */
static enum err load_agreed(struct cx *cx, const struct post *p, struct note_parts *x)
{
        struct row r;
        bool found;
        if (!p->quote_of && !p->reply_to)
                return OK;
        TRY(db_find(cx->db, &NOTE_AGREED, cx->arena, BIND(V(p->id)), &r, &found));
        if (!found)
                return OK;
        x->approval = row_str(&r);
        x->approved_by = row_str(&r);
        return row_end(&r);
}

enum err note_approved_by(struct cx *cx, int64_t post, struct str *ret)
{
        struct row r;
        bool found;
        *ret = STR_NONE;
        TRY(db_find(cx->db, &NOTE_AGREED, cx->arena, BIND(V(post)), &r, &found));
        if (!found)
                return OK;
        row_str(&r);
        *ret = row_str(&r);
        return row_end(&r);
}

static enum err load_quote(struct cx *cx, const struct post *p, struct note_parts *x)
{
        struct post *quoted;
        int64_t stamp;
        if (!p->quote_of || p->quote_state == QUOTE_REJECTED || p->quote_state == QUOTE_REVOKED)
                return OK;
        TRY(find_uri(cx, p->quote_of, &x->quote, &x->quote_url));
        if (!x->quote.n)
                return OK;
        TRY(post_load(cx, p->quote_of, &quoted));
        if (!quoted->local || x->approval.n)
                return OK;
        TRY(quote_stamp_find(cx, quoted->id, p->uri, &stamp));
        if (stamp)
                x->approval = quote_stamp_uri(cx, quoted->author, stamp);
        return OK;
}

static enum err load_poll(struct cx *cx, const struct post *p, struct note_parts *x)
{
        const struct viewer anybody = STRANGER;
        struct poll *v;
        size_t n;
        TRY(poll_of_posts(cx, &anybody, &p->id, 1, &v, &n));
        x->poll = n ? v : NULL;
        return OK;
}

/* There is later news, if the author asked for it to be said on copies too. */
static enum err load_later(struct cx *cx, const struct post *p, struct note_parts *x)
{
        struct later *l;
        struct post *news;
        size_t n;
        TRY(later_of_posts(cx, &p->id, 1, &l, &n));
        if (!n || !l->far)
                return OK;
        x->later_words = l->words;
        x->later_at = l->at;
        enum err e = l->news ? post_load(cx, l->news, &news) : ERR_MISSING;
        if (e)
                return e == ERR_MISSING ? OK : e;
        if (news->audience <= AUDIENCE_QUIET)
                x->later_url = news->url;
        return OK;
}

/* What groups a thread is copied from where it began (FEP-7888), else our own word for it. */
static enum err load_context(struct cx *cx, const struct post *p, struct note_parts *x)
{
        struct post_far root = {0};
        x->conversation = words_number(cx, cx->settings->url, "/contexts/", p->thread);
        enum err e = p->thread == p->id ? OK : post_far_get(cx, p->thread, &root);
        x->context = root.context_uri.n ? root.context_uri : x->conversation;
        return e == ERR_MISSING ? OK : e;
}

static enum err load_parts(struct cx *cx, const struct post *p, struct note_parts *x)
{
        struct str texts[] = {p->content.html, p->spoiler};
        if (p->has & POST_HAS_MEDIA)
                TRY(media_of_posts(cx, &p->id, 1, &x->media, &x->n_media));
        if (p->has & POST_HAS_TAGS)
                TRY(tag_of_posts(cx, &p->id, 1, &x->tags, &x->n_tags));
        if (p->has & POST_HAS_AUTHORS)
                TRY(coauthor_people(cx, p->id, &x->beside, &x->n_beside));
        if (p->has & (POST_HAS_MENTIONS | POST_HAS_AUTHORS))
                TRY(load_mentions(cx, p, x));
        if (p->has & POST_HAS_POLL)
                TRY(load_poll(cx, p, x));
        if (p->has & POST_HAS_SWITCHES) {
                struct switches *s = make(cx->arena, struct switches);
                TRY(switches_get(cx, p->thread, s));
                x->switches = s;
        }
        if (p->has & POST_HAS_LATER)
                TRY(load_later(cx, p, x));
        TRY(emoji_find(cx, S(""), texts, countof(texts), &x->emoji, &x->n_emoji));
        TRY(find_uri(cx, p->reply_to, &x->reply_to, NULL));
        TRY(load_context(cx, p, x));
        TRY(load_agreed(cx, p, x));
        return load_quote(cx, p, x);
}

enum err note_out_load(struct cx *cx, const struct post *p, int64_t reader, struct note_out **ret)
{
        struct note_out *n = make(cx->arena, struct note_out);
        struct note_parts *x = make(cx->arena, struct note_parts);
        struct account *author;
        TRY(account_get(cx, p->account, &author));
        n->post = p;
        n->author = author;
        n->parts = x;
        n->reader = reader;
        TRY(note_address(cx, p, author, reader, &n->to, &n->cc));
        TRY(load_parts(cx, p, x));
        *ret = n;
        return OK;
}

/* ---- writing ---- */

static void put_tag(struct json *j, const char *type, struct str href, struct str name)
{
        json_object(j, NULL);
        json_z(j, "type", type);
        json_str(j, "href", href);
        json_str(j, "name", name);
        json_end(j);
}

static void put_quote_tag(struct json *j, const struct note_parts *x)
{
        json_object(j, NULL);
        json_z(j, "type", "Link");
        json_z(j, "mediaType",
               "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"");
        json_z(j, "rel", "https://misskey-hub.net/ns#_misskey_quote");
        json_str(j, "href", x->quote);
        json_end(j);
}

static void put_tags(struct json *j, struct cx *cx, const struct note_parts *x)
{
        json_array(j, "tag");
        for (size_t i = 0; i < x->n_mentions; i++)
                put_tag(j, "Mention", x->mentions[i].href, x->mentions[i].name);
        for (size_t i = 0; i < x->n_tags; i++)
                put_tag(j, "Hashtag", tag_url(cx, x->tags[i].name),
                        str_join(cx->arena, S("#"), x->tags[i].name));
        for (size_t i = 0; i < x->n_emoji; i++) {
                json_object(j, NULL);
                json_z(j, "type", "Emoji");
                json_str(j, "name", str_fmt(cx->arena, ":%.*s:", STR_ARG(x->emoji[i].shortcode)));
                json_object(j, "icon");
                json_z(j, "type", "Image");
                json_str(j, "url", x->emoji[i].url);
                json_end(j);
                json_end(j);
        }
        if (x->quote.n)
                put_quote_tag(j, x);
        json_end(j);
}

static void put_file(struct json *j, struct cx *cx, const struct media *m, bool archive)
{
        json_object(j, NULL);
        struct media_offer o = media_offered(m);
        if (archive)
                o = (struct media_offer){m->file, m->type, m->width, m->height};
        json_z(j, "type", "Document");
        json_str(j, "mediaType", o.type);
        json_str(j, "url",
                 archive ? str_join(cx->arena, S("media_attachments/files/"), o.file)
                         : media_url(cx, o.file));
        json_str(j, "name", m->description.n ? m->description : STR_NONE);
        /* schema.org's word: Mastodon since 3.2 takes "summary" for what describes the picture, in
         * the place of "name". Nobody there could cover it with the photo, so a veil keeps it. */
        if (m->caption.n && !m->veil)
                json_str(j, "caption", m->caption);
        if (o.width > 0 && o.height > 0) {
                json_int(j, "width", o.width);
                json_int(j, "height", o.height);
        }
        if (m->blurhash.n)
                json_str(j, "blurhash", m->blurhash);
        if (m->kind == MEDIA_IMAGE) {
                json_array(j, "focalPoint");
                json_real(j, NULL, m->focus_x);
                json_real(j, NULL, m->focus_y);
                json_end(j);
        }
        if (m->preview.n && m->kind != MEDIA_IMAGE) {
                json_object(j, "icon");
                json_z(j, "type", "Image");
                json_str(j, "mediaType", m->preview_type);
                json_str(j, "url", media_url(cx, m->preview));
                json_end(j);
        }
        json_end(j);
}

static void put_poll(struct json *j, const struct poll *p)
{
        json_array(j, p->multiple ? "anyOf" : "oneOf");
        for (size_t i = 0; i < p->n_options; i++) {
                json_object(j, NULL);
                json_z(j, "type", "Note");
                json_str(j, "name", p->options[i].title);
                json_object(j, "replies");
                json_z(j, "type", "Collection");
                json_int(j, "totalItems", p->options[i].votes > 0 ? p->options[i].votes : 0);
                json_end(j);
                json_end(j);
        }
        json_end(j);
        words_time(j, "endTime", p->expires_at);
        if (p->expired)
                words_time(j, "closed", p->expires_at);
        json_int(j, "votersCount", p->voters > 0 ? p->voters : 0);
}

static void put_quote(struct json *j, const struct note_parts *x)
{
        if (!x->quote.n)
                return;
        json_str(j, "quote", x->quote);
        json_str(j, "quoteUri", x->quote);
        json_str(j, "quoteUrl", x->quote);
        json_str(j, "_misskey_quote", x->quote);
        if (x->approval.n)
                json_str(j, "quoteAuthorization", x->approval);
}

/* Who has a right of GoToSocial's interaction policy, or may ask for it. */
struct may {
        struct str who; /* the author, a collection, or the public */
        const struct note_mention_out *named;
        size_t n_named;
        bool ask;
};

static void put_people(struct json *j, const char *key, const struct may *m)
{
        json_array(j, key);
        if (m) {
                json_str(j, NULL, m->who);
                for (size_t i = 0; i < m->n_named; i++)
                        json_str(j, NULL, m->named[i].href);
        }
        json_end(j);
}

/* `older`: GoToSocial before 0.21 reads its first words for these. */
static void put_may(struct json *j, const char *key, const struct note_out *n, const struct may *m,
                    bool older)
{
        const struct may me = {.who = n->author->uri};
        const struct may *sure = m->ask ? &me : m, *asked = m->ask ? m : NULL;
        json_object(j, key);
        put_people(j, "automaticApproval", sure);
        put_people(j, "manualApproval", asked);
        if (older) {
                put_people(j, "always", sure);
                put_people(j, "approvalRequired", asked);
        }
        json_end(j);
}

/* Who may comment, as the thread's author set it; those who are reviewed may ask. */
static struct may can_reply(struct cx *cx, const struct note_out *n)
{
        const struct switches *s = n->parts->switches;
        struct may m = {.who = n->author->uri,
                        .named = n->parts->mentions,
                        .n_named = n->parts->n_mentions,
                        .ask = s && s->review};
        if (!s)
                return (struct may){.who = S(AS_PUBLIC)};
        if (s->comments == COMMENTS_NOBODY || (s->closes_at && s->closes_at <= cx_now(cx)))
                return (struct may){.who = n->author->uri};
        if (s->comments == COMMENTS_ANYONE)
                return (struct may){.who = S(AS_PUBLIC), .ask = s->review};
        if (s->comments == COMMENTS_FOLLOWERS)
                m.who = words_of(cx, n->author->uri, "/followers");
        if (s->comments == COMMENTS_FOLLOWED)
                m.who = words_of(cx, n->author->uri, "/following");
        return m;
}

/* On every post: GoToSocial before 0.21 takes a right that a policy does not name for one that
 * nobody has (mastodon#36004). */
static void put_rights(struct json *j, struct cx *cx, const struct note_out *n)
{
        const struct post *p = n->post;
        const struct switches *s = n->parts->switches;
        const struct may all = {.who = S(AS_PUBLIC)}, me = {.who = n->author->uri};
        const struct may reply = can_reply(cx, n);
        bool boosts = p->audience <= AUDIENCE_QUIET && (!s || p->thread != p->id || s->boosts);
        put_may(j, "canLike", n, &all, true);
        put_may(j, "canReply", n, &reply, true);
        put_may(j, "canAnnounce", n, boosts ? &all : &me, true);
}

/* Who may quote it without asking: everybody, the followers, or nobody but the author (FEP-044f).
 */
static void put_policy(struct json *j, struct cx *cx, const struct note_out *n)
{
        struct str allowed = n->author->uri;
        if (n->post->audience <= AUDIENCE_QUIET && n->post->quote_policy == QUOTE_PUBLIC)
                allowed = S(AS_PUBLIC);
        else if (n->post->audience <= AUDIENCE_QUIET && n->post->quote_policy == QUOTE_FOLLOWERS)
                allowed = words_of(cx, n->author->uri, "/followers");
        json_object(j, "interactionPolicy");
        put_may(j, "canQuote", n, &(struct may){.who = allowed}, false);
        put_rights(j, cx, n);
        json_end(j);
}

static struct markup with_later(struct cx *cx, const struct note_parts *x, struct markup content)
{
        struct buf b = {0};
        if (!x->later_words.n)
                return content;
        html_escape(&b, x->later_words);
        struct str words = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        if (x->later_url.n)
                words = str_fmt(cx->arena, "%.*s <a href=\"%.*s\">%.*s</a>", STR_ARG(words),
                                STR_ARG(x->later_url), STR_ARG(x->later_url));
        return (struct markup){
                str_fmt(cx->arena, "<p>%.*s</p>%.*s", STR_ARG(words), STR_ARG(content.html))};
}

/* Servers that know no quotes show the line; those that do hide it by its class. */
static struct markup content_of(struct cx *cx, const struct note_out *n)
{
        const struct note_parts *x = n->parts;
        if (!x->quote.n)
                return n->post->content;
        struct str url = str_replace(cx->arena, x->quote_url, S("&"), S("&amp;"));
        url = str_replace(cx->arena, url, S("\""), S("&quot;"));
        url = str_replace(cx->arena, url, S("<"), S("&lt;"));
        return (struct markup){str_fmt(
                cx->arena, "<p class=\"quote-inline\">RE: <a href=\"%.*s\">%.*s</a></p>%.*s",
                STR_ARG(url), STR_ARG(url), STR_ARG(n->post->content.html))};
}

/* Mastodon shows four; the others are on our page. */
static struct markup with_all_photos(struct cx *cx, const struct note_out *n, struct markup content)
{
        enum { SHOWN_ELSEWHERE = 4 };
        const struct note_parts *x = n->parts;
        size_t photos = 0;
        for (size_t i = 0; i < x->n_media; i++)
                photos += x->media[i].state == MEDIA_READY && x->media[i].kind == MEDIA_IMAGE;
        if (photos <= SHOWN_ELSEWHERE)
                return content;
        return (struct markup){str_fmt(cx->arena, "%.*s<p><a href=\"%.*s\">All %zu photos</a></p>",
                                       STR_ARG(content.html), STR_ARG(n->post->url), photos)};
}

static void put_content(struct json *j, struct cx *cx, const struct note_out *n)
{
        const struct post *p = n->post;
        struct veil_face face =
                veil_face(cx->arena, n->parts->media, n->parts->n_media, EYE_STRANGER);
        struct str note = p->spoiler.n ? p->spoiler : face.words;
        struct markup content = with_later(cx, n->parts, content_of(cx, n));
        content = coauthor_line(cx, content, n->parts->beside, n->parts->n_beside);
        content = with_all_photos(cx, n, content);
        json_markup(j, "content", content);
        if (p->language.n) {
                json_object(j, "contentMap");
                json_key_str(j, p->language, content.html.p ? content.html : S(""));
                json_end(j);
        }
        json_str(j, "summary", note.n ? note : STR_NONE);
        json_bool(j, "sensitive", p->sensitive || face.covered);
}

/* One author in attributedTo: lists there are read by few, and as owners by some. Servers of this
 * kind read this (an absolute IRI, so that it needs no context) and leave the line out. */
static void put_authors(struct json *j, const struct note_parts *x)
{
        if (!x->n_beside)
                return;
        json_array(j, "tidings:coAuthors");
        for (size_t i = 0; i < x->n_beside; i++)
                json_str(j, NULL, x->beside[i]->uri);
        json_end(j);
}

static void put_about(struct json *j, struct cx *cx, const struct note_out *n)
{
        const struct post *p = n->post;
        json_str(j, "attributedTo", n->author->uri);
        put_authors(j, n->parts);
        words_time(j, "published", p->created_at);
        int64_t later_at = n->parts->later_at;
        int64_t updated_at = later_at > p->edited_at ? later_at : p->edited_at;
        words_time(j, "updated", n->updated_at > updated_at ? n->updated_at : updated_at);
        json_str(j, "url", p->url);
        words_list(j, "to", &n->to);
        words_list(j, "cc", &n->cc);
        if (p->audience >= AUDIENCE_CIRCLE)
                json_bool(j, "directMessage", p->audience >= AUDIENCE_MENTIONED);
        json_str(j, "inReplyTo", n->parts->reply_to.n ? n->parts->reply_to : STR_NONE);
        /* Mastodon's older words, which some still read first. */
        json_str(j, "atomUri", p->uri);
        json_str(j, "inReplyToAtomUri", n->parts->reply_to.n ? n->parts->reply_to : STR_NONE);
        json_str(j, "conversation", n->parts->conversation);
        json_str(j, "context", n->parts->context);
        json_str(j, "replies", words_of(cx, p->uri, "/replies"));
        json_str(j, "likes", words_of(cx, p->uri, "/likes"));
        json_str(j, "shares", words_of(cx, p->uri, "/shares"));
}

void note_put(struct json *j, const char *key, struct cx *cx, const struct note_out *n)
{
        const struct note_parts *x = n->parts;
        json_object(j, key);
        if (!key)
                words_context(j, WORDS_NOTE);
        json_str(j, "id", n->post->uri);
        json_z(j, "type", x->poll ? "Question" : "Note");
        put_about(j, cx, n);
        put_content(j, cx, n);
        put_tags(j, cx, x);
        json_array(j, "attachment");
        for (size_t i = 0; i < x->n_media; i++)
                if (x->media[i].state == MEDIA_READY && x->media[i].file.n)
                        put_file(j, cx, &x->media[i], n->archive);
        json_end(j);
        put_quote(j, x);
        if (x->approved_by.n) { /* the older name, and the one of GoToSocial 0.21 */
                json_str(j, "approvedBy", x->approved_by);
                json_str(j, "replyAuthorization", x->approved_by);
        }
        put_policy(j, cx, n);
        if (x->poll)
                put_poll(j, x->poll);
        json_end(j);
}

const struct stmt_list NOTE_STATEMENTS = {(const struct stmt *const[]){&NOTE_AGREED}, 1};
