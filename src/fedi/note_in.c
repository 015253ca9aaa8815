/* Reading a post of another server: see note_in.h. Called for what inboxes get and for what is
 * fetched. This file holds who wrote it and who may see it; words are in note_in_words.c, the rest
 * in note_in_parts.c. */
#include "fedi/note_in.h"
#include "lib/text/date.h"
#include "social/coauthor.h"

enum err reading_refuse(struct reading *r, const char *why)
{
        r->why = why;
        return ERR_INPUT;
}

/* What becomes a post. Stories vanish after a day and chat messages are no posts at their origin,
 * so they are left alone. */
static const char *const types[] = {"Note",  "Question", "Article", "Page",
                                    "Image", "Audio",    "Video",   "Event"};

bool note_in_is(const struct json_value *object)
{
        for (size_t i = 0; i < countof(types); i++)
                if (as_is(object, types[i]))
                        return true;
        return false;
}

int64_t note_in_time(struct reading *r, const struct json_value *v, int64_t otherwise)
{
        int64_t ms;
        struct str s = json_text(v);
        if (!s.p || !date_read_iso(s, &ms))
                return otherwise;
        return ms > r->now ? otherwise : ms;
}

/* ---- who may see it ---- */

static bool names(const struct json_value *note, const struct json_value *activity, const char *key,
                  struct str id)
{
        const struct json_value *p = json_get(note, key);
        /* What says nothing itself goes where its activity goes. */
        if (!json_get(note, "to") && !json_get(note, "cc"))
                p = json_get(activity, key);
        return id.p ? as_names(p, id) : as_names_public(p);
}

enum audience note_in_audience(const struct json_value *note, const struct json_value *activity,
                               struct str followers)
{
        if (names(note, activity, "to", STR_NONE))
                return AUDIENCE_PUBLIC;
        if (names(note, activity, "cc", STR_NONE))
                return AUDIENCE_QUIET;
        if (followers.n &&
            (names(note, activity, "to", followers) || names(note, activity, "cc", followers)))
                return AUDIENCE_FOLLOWERS;
        return AUDIENCE_MENTIONED;
}

/* For some, though no private mention: Mastodon's rule is that its author says so, or that more
 * people are addressed than named (but Lemmy's private messages name nobody). So people of a chosen
 * audience keep it as what it is. */
static bool is_for_some(const struct json_value *note, const struct note_in *n)
{
        const struct json_value *direct = json_get(note, "directMessage");
        size_t others = 0;
        if (direct && (direct->type == JSON_TRUE || direct->type == JSON_FALSE))
                return direct->type == JSON_FALSE;
        for (size_t i = 0; i < n->n_addressed; i++) {
                bool counts = !str_eq(n->addressed[i], n->author);
                for (size_t k = 0; k < i && counts; k++)
                        counts = !str_eq(n->addressed[i], n->addressed[k]);
                others += counts ? 1 : 0;
        }
        return n->n_mentions && others > n->n_mentions;
}

static void add_addressed(struct note_in *n, const struct json_value *property)
{
        for (const struct json_value *v = as_first(property); v; v = as_next(property, v)) {
                struct str id = as_id(v);
                if (id.n && id.n <= ADDRESS_MAX && !as_is_public(id) &&
                    n->n_addressed < NOTE_ADDRESSED_MAX)
                        n->addressed[n->n_addressed++] = id;
        }
}

static void read_addressed(struct reading *r, const struct json_value *note,
                           const struct json_value *activity, struct note_in *n)
{
        n->addressed = make_n(r->arena, NOTE_ADDRESSED_MAX, struct str);
        add_addressed(n, json_get(note, "to"));
        add_addressed(n, json_get(note, "cc"));
        add_addressed(n, json_get(note, "audience"));
        add_addressed(n, json_get(activity, "to"));
        add_addressed(n, json_get(activity, "cc"));
}

/* ---- who wrote it ---- */

/* PeerTube names a person and a channel; a person is the better author. Whoever it is must live
 * where the post lives. Some leave the author out where the activity has one. */
static enum err read_author(struct reading *r, const struct json_value *note,
                            const struct json_value *activity, struct str wanted, struct note_in *n)
{
        const struct json_value *by = json_get(note, "attributedTo");
        struct address a;
        bool person = false;
        if (!as_first(by))
                by = json_get(note, "actor");
        if (!as_first(by) && activity)
                by = json_get(activity, "actor");
        if (!as_first(by))
                return reading_refuse(r, "no_author");
        for (const struct json_value *v = as_first(by); v; v = as_next(by, v)) {
                struct str id = as_id(v);
                if (wanted.p && !str_eq(id, wanted))
                        continue;
                if (!address_read_far(r->arena, r->settings, id, &a) ||
                    !address_same_origin(&a, &n->id))
                        continue;
                if (n->author.p && (person || !as_is(v, "Person")))
                        continue;
                n->author = id;
                person = v->type == JSON_STRING || as_is(v, "Person");
        }
        return n->author.p ? OK : reading_refuse(r, "author_elsewhere");
}

/* An address that may stand in the database: http, whoever's it is. */
static struct str reference(struct reading *r, struct str id)
{
        struct address a;
        return id.n && address_read(r->arena, r->settings, id, &a) ? id : STR_NONE;
}

static struct str read_url(struct reading *r, const struct json_value *note,
                           const struct note_in *n)
{
        const struct json_value *urls = json_get(note, "url");
        struct str found = STR_NONE;
        struct address a;
        for (const struct json_value *v = as_first(urls); v; v = as_next(urls, v)) {
                struct str type = json_get_text(v, "mediaType");
                bool page = !type.p || str_eq_nocase(type, S("text/html"));
                struct str link = address_link(r->arena, as_href(v));
                if (!link.n || (found.p && !(page && type.p)))
                        continue;
                if (page || v->type == JSON_STRING)
                        found = link;
        }
        /* A page elsewhere may not be shown as this post's own (T030). */
        if (!found.p || !address_read(r->arena, r->settings, found, &a) ||
            !address_same_origin(&a, &n->id))
                return n->id.text;
        return found;
}

/* ---- quotes and policy ---- */

static struct str tagged_quote(const struct json_value *tags)
{
        for (const struct json_value *v = as_first(tags); v; v = as_next(tags, v)) {
                struct str rel = json_get_text(v, "rel");
                if (as_is(v, "Link") &&
                    (str_eq(rel, S("https://misskey-hub.net/ns#_misskey_quote")) ||
                     str_eq(rel, S("https://w3id.org/fep/044f#quote"))))
                        return json_get_text(v, "href");
        }
        return STR_NONE;
}

/* In the order Mastodon reads them. */
static void read_quote(struct reading *r, const struct json_value *note, struct note_in *n)
{
        static const char *const keys[] = {"quote", "_misskey_quote", "quoteUrl", "quoteUri"};
        for (size_t i = 0; i < countof(keys) && !n->quote.p; i++)
                n->quote = reference(r, as_only_id(json_get(note, keys[i])));
        if (!n->quote.p)
                n->quote = reference(r, tagged_quote(json_get(note, "tag")));
        n->quote_approval = reference(r, as_only_id(json_get(note, "quoteAuthorization")));
}

/* Whoever says nothing about quotes does not know them, and is not quoted. */
static enum quote_policy read_quote_policy(const struct json_value *policy, struct str followers)
{
        const struct json_value *rule = json_get(policy, "canQuote"),
                                *may = json_get(rule, "automaticApproval"),
                                *asks = json_get(rule, "manualApproval");
        may = may ? may : json_get(rule, "always"); /* GoToSocial's older words */
        asks = asks ? asks : json_get(rule, "approvalRequired");
        if (as_names_public(may))
                return QUOTE_PUBLIC;
        if (as_names(may, followers))
                return as_names_public(asks) ? QUOTE_FOLLOWERS_ASKS_ALL : QUOTE_FOLLOWERS;
        if (as_names_public(asks))
                return QUOTE_ASKS_ALL;
        return as_names(asks, followers) ? QUOTE_ASKS_FOLLOWERS : QUOTE_NOBODY;
}

static void read_policy(struct reading *r, const struct json_value *note, struct str followers,
                        struct note_in *n)
{
        const struct json_value *policy = json_get(note, "interactionPolicy");
        struct buf b = {.cap = NOTE_POLICY_BYTES};
        struct json j;
        n->quote_policy = read_quote_policy(policy, followers);
        if (!policy || policy->type != JSON_OBJECT)
                return;
        json_open(&j, &b);
        json_write_value(&j, NULL, policy);
        if (!b.failed)
                n->policy = str_dup(r->arena, buf_str(&b));
        buf_free(&b);
}

/* ---- the whole ---- */

/* A vote names an option and says nothing else. */
static void read_vote(struct reading *r, const struct json_value *note, struct note_in *n)
{
        struct str name = json_get_text(note, "name");
        if (!as_is(note, "Note") || !name.n || !n->reply_to.p || json_get_text(note, "content").n ||
            json_get(note, "contentMap"))
                return;
        n->vote = true;
        n->vote_option = note_in_text(r, name, NOTE_TITLE_BYTES);
}

static void read_links(struct reading *r, const struct json_value *note, struct note_in *n)
{
        const struct json_value *parents = json_get(note, "inReplyTo");
        n->reply_to = reference(r, as_id(as_first(parents)));
        n->replies = reference(r, as_only_id(json_get(note, "replies")));
        n->context = reference(r, as_only_id(json_get(note, "context")));
        n->url = read_url(r, note, n);
        read_quote(r, note, n);
}

/* A server speaks for its own people alone: one elsewhere in the list has not been asked by it, and
 * the list says nothing then. */
static void read_authors(struct reading *r, const struct json_value *note, struct note_in *n)
{
        const struct json_value *list = json_get(note, "tidings:coAuthors");
        struct str *v = make_n(r->arena, COAUTHORS_MAX, struct str);
        size_t k = 0;
        for (const struct json_value *x = as_first(list); x && k < COAUTHORS_MAX;
             x = as_next(list, x)) {
                struct address a;
                struct str id = as_id(x);
                if (!id.n || !address_read(r->arena, r->settings, id, &a) ||
                    !address_same_origin(&a, &n->id) || str_eq(id, n->author))
                        return;
                v[k++] = id;
        }
        n->authors = v;
        n->n_authors = k;
}

enum err note_in_read(struct reading *r, const struct json_value *note,
                      const struct note_about *about, struct note_in *ret)
{
        *ret = (struct note_in){0};
        r->why = NULL;
        if (!note || note->type != JSON_OBJECT || !note_in_is(note))
                return reading_refuse(r, "no_post");
        if (!as_is_plain(note))
                return reading_refuse(r, "graph");
        if (!json_get_text(note, "id").n)
                return reading_refuse(r, "no_id");
        if (!address_read(r->arena, r->settings, json_get_text(note, "id"), &ret->id))
                return reading_refuse(r, "bad_id");
        if (ret->id.ours)
                return reading_refuse(r, "our_id");
        TRY(read_author(r, note, about->activity, about->author, ret));
        ret->audience = note_in_audience(note, about->activity, about->followers);
        ret->says_who = json_get(note, "to") || json_get(note, "cc");
        read_addressed(r, note, about->activity, ret);
        ret->created_at = note_in_time(r, json_get(note, "published"), r->now);
        ret->edited_at = note_in_time(r, json_get(note, "updated"), 0);
        if (ret->edited_at <= ret->created_at)
                ret->edited_at = 0;
        read_links(r, note, ret);
        read_vote(r, note, ret);
        if (ret->vote)
                return OK;
        read_policy(r, note, about->followers, ret);
        read_authors(r, note, ret);
        note_in_tags(r, json_get(note, "tag"), ret);
        ret->for_some = is_for_some(note, ret);
        if (ret->audience == AUDIENCE_MENTIONED && ret->for_some)
                ret->audience = AUDIENCE_CIRCLE;
        note_in_files(r, note, ret);
        note_in_page(r, note, ret);
        note_in_poll(r, note, ret);
        return note_in_words(r, note, ret);
}
