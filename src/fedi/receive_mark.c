/* What somebody elsewhere does with a post: Like, reactions, pins; and reports. See receive.h. */
#include "fedi/receive.h"
#include "lib/text/html.h"
#include "lib/text/sanitize.h"
#include "lib/text/unicode.h"
#include "social/follow_far.h"
#include "social/mark.h"
#include "social/report.h"
#include "social/server_policy.h"

enum { PINS_MOST = 20 };

static const struct stmt PINS = {
        .name = "receive_pins",
        .text = "SELECT COUNT(*) FROM mark WHERE account = $1 AND kind = 3",
        .in = "i",
        .out = "i",
};

/* ---- favourites ---- */

/* What was not shown to them cannot be liked (T132). */
enum err receive_find_visible(struct cx *cx, const struct incoming *in, struct str uri,
                              struct post **ret)
{
        const struct viewer by = {.account = in->by.id};
        int64_t id;
        *ret = NULL;
        TRY(store_find_post(cx, uri, &id));
        if (!id)
                return OK;
        enum err e = post_get(cx, &by, id, ret);
        if (!e && (*ret)->boost_of)
                e = post_get(cx, &by, (*ret)->boost_of, ret);
        if (e == ERR_MISSING)
                *ret = NULL;
        return e == ERR_MISSING ? OK : e;
}

enum err receive_like(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct post *p;
        TRY(receive_find_visible(cx, in, as_id(object), &p));
        if (!p)
                return receive_ignore(in, "unknown_object");
        TRY(mark_add(cx, in->by.id, p->id, MARK_FAVOURITE, json_get_text(in->activity, "id")));
        return receive_done(in);
}

enum err receive_undo_like(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        int64_t post = 0;
        TRY(mark_far_by_uri(cx, in->by.id, as_id(object), &post));
        if (!post && object->type == JSON_OBJECT)
                TRY(store_find_post(cx, as_only_id(json_get(object, "object")), &post));
        if (!post)
                return receive_ignore(in, "unknown_object");
        TRY(mark_remove(cx, in->by.id, post, MARK_FAVOURITE));
        return receive_done(in);
}

/* ":blob:" of our letters. */
static bool is_shortcode(struct str s)
{
        if (s.n < 4 || s.n > 130 || s.p[0] != ':' || s.p[s.n - 1] != ':')
                return false;
        for (size_t i = 1; i + 1 < s.n; i++) {
                char c = s.p[i];
                if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
                    c != '_' && c != '@' && c != '.' && c != '-')
                        return false;
        }
        return true;
}

/* One character as a person sees it, that is a picture: some code point of the symbol blocks, and
 * none that makes words (FEP-c0e0). */
static bool is_emoji(struct str s)
{
        bool picture = false;
        if (!s.n || s.n > 128 || !utf8_valid(s))
                return false;
        for (size_t i = 0, n; i < s.n; i += n) {
                uint32_t c = 0;
                n = utf8_read(s.p + i, s.n - i, &c);
                if (unicode_is_letter(c) && c < 0x2000)
                        return false;
                picture = picture || (c >= 0x203C && !unicode_is_letter(c)) || c == 0x20E3 ||
                          c == 0xA9 || c == 0xAE;
        }
        return picture && text_count(s) == 1;
}

/* Shown as a favourite: a count of hearts needs no alphabet of pictures. */
enum err receive_react(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct str content = json_get_text(in->activity, "content");
        if (content.p && !is_emoji(content) && !is_shortcode(content))
                return receive_refuse(in, "no_emoji");
        return receive_like(cx, in, object);
}

/* ---- pins ---- */

/* Only the collection of pinned posts is understood; Lemmy adds moderators, others members. */
static bool is_featured(const struct incoming *in)
{
        struct str target = as_only_id(json_get(in->activity, "target"));
        return target.n && str_eq(target, in->by.featured_uri);
}

static enum err pins_of(struct cx *cx, int64_t account, int64_t *ret)
{
        return db_int(cx->db, &PINS, BIND(V(account)), ret);
}

enum err receive_add(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct str uri = as_id(object);
        struct post *p;
        int64_t id, pins;
        bool followed;
        if (!is_featured(in))
                return receive_ignore(in, "unknown_target");
        if (as_is(object, "Hashtag"))
                return receive_ignore(in, "unknown_object");
        if (!receive_is_own(cx, in, uri))
                return receive_refuse(in, "object_elsewhere");
        TRY(store_find_post(cx, uri, &id));
        if (!id) {
                TRY(account_followed_here(cx, in->by.id, &followed));
                return followed ? receive_later(in, NEED_POST, uri)
                                : receive_ignore(in, "unwanted");
        }
        TRY(post_load(cx, id, &p));
        if (p->account != in->by.id || p->boost_of)
                return receive_refuse(in, "somebody_elses");
        TRY(pins_of(cx, in->by.id, &pins));
        if (pins >= PINS_MOST)
                return receive_ignore(in, "too_many_pins");
        TRY(mark_add(cx, in->by.id, id, MARK_PIN, STR_NONE));
        return receive_done(in);
}

enum err receive_remove(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        int64_t id;
        if (!is_featured(in))
                return receive_ignore(in, "unknown_target");
        TRY(store_find_post(cx, as_id(object), &id));
        if (!id)
                return receive_ignore(in, "unknown_object");
        TRY(mark_remove(cx, in->by.id, id, MARK_PIN));
        return receive_done(in);
}

/* ---- reports ---- */

/* The first person here that it names, or whose post it names. */
static enum err find_accused(struct cx *cx, const struct json_value *objects, int64_t *ret)
{
        int n = 0;
        *ret = 0;
        for (const struct json_value *v = as_first(objects); v && !*ret && n < REPORT_POSTS_MAX;
             v = as_next(objects, v), n++) {
                struct post *p;
                int64_t id;
                TRY(receive_find_local(cx, as_id(v), ret));
                TRY(store_find_post(cx, as_id(v), &id));
                if (*ret || !id)
                        continue;
                TRY(post_load(cx, id, &p));
                *ret = p->local ? p->account : 0;
        }
        return OK;
}

static enum err find_posts(struct cx *cx, const struct incoming *in,
                           const struct json_value *objects, struct report_draft *d)
{
        d->posts.v = make_n(cx->arena, REPORT_POSTS_MAX, int64_t);
        for (const struct json_value *v = as_first(objects); v && d->posts.n < REPORT_POSTS_MAX;
             v = as_next(objects, v)) {
                struct post *p;
                TRY(receive_find_visible(cx, in, as_id(v), &p));
                if (p && p->account == d->target)
                        d->posts.v[d->posts.n++] = p->id;
        }
        return OK;
}

enum err receive_flag(struct cx *cx, struct incoming *in, const struct json_value *objects)
{
        const struct viewer by = {.account = in->by.id};
        struct report_draft d = {.category = S("other")};
        struct report report;
        struct server_policy policy;
        struct str words = json_get_text(in->activity, "content");
        TRY(server_policy_get(cx, in->by.domain, &policy));
        if (policy.no_reports)
                return receive_ignore(in, "reports_off");
        TRY(find_accused(cx, objects, &d.target));
        if (!d.target)
                return receive_ignore(in, "unknown_object");
        TRY(find_posts(cx, in, objects, &d));
        if (!text_clean(cx->arena, utf8_cut(words, 20000), &words))
                words = S("");
        words = markup_to_text(cx->arena, sanitize(cx->arena, words, NULL));
        d.comment = utf8_cut_count(words, REPORT_COMMENT_MAX);
        TRY(report_create(cx, &by, &d, &report));
        return receive_done(in);
}

static const struct stmt *const statements[] = {&PINS};
const struct stmt_list RECEIVE_MARK_STATEMENTS = {statements, countof(statements)};
