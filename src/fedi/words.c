/* Pieces of our own documents: see words.h. Called by actor.c, note.c, activity.c, collection.c. */
#include "fedi/words.h"
#include "lib/text/date.h"

#define AS "\"https://www.w3.org/ns/activitystreams\""

static const char actor_words[] =
        "[" AS
        ",\"https://w3id.org/security/v1\",\"https://purl.archive.org/socialweb/webfinger\",{"
        "\"manuallyApprovesFollowers\":\"as:manuallyApprovesFollowers\","
        "\"movedTo\":{\"@id\":\"as:movedTo\",\"@type\":\"@id\"},"
        "\"alsoKnownAs\":{\"@id\":\"as:alsoKnownAs\",\"@type\":\"@id\"},"
        "\"toot\":\"http://joinmastodon.org/ns#\","
        "\"featured\":{\"@id\":\"toot:featured\",\"@type\":\"@id\"},"
        "\"featuredTags\":{\"@id\":\"toot:featuredTags\",\"@type\":\"@id\"},"
        "\"discoverable\":\"toot:discoverable\",\"indexable\":\"toot:indexable\","
        "\"memorial\":\"toot:memorial\",\"suspended\":\"toot:suspended\","
        "\"Emoji\":\"toot:Emoji\",\"schema\":\"http://schema.org#\","
        "\"PropertyValue\":\"schema:PropertyValue\",\"value\":\"schema:value\"}]";

/* Without its end, for asking_words. */
#define NOTE_WORDS                                                                                 \
        "[" AS ",{\"ostatus\":\"http://ostatus.org#\",\"conversation\":\"ostatus:conversation\","  \
        "\"atomUri\":\"ostatus:atomUri\",\"inReplyToAtomUri\":\"ostatus:inReplyToAtomUri\","       \
        "\"sensitive\":\"as:sensitive\",\"Hashtag\":\"as:Hashtag\","                               \
        "\"toot\":\"http://joinmastodon.org/ns#\",\"Emoji\":\"toot:Emoji\","                       \
        "\"votersCount\":\"toot:votersCount\",\"blurhash\":\"toot:blurhash\","                     \
        "\"focalPoint\":{\"@container\":\"@list\",\"@id\":\"toot:focalPoint\"},"                   \
        "\"schema\":\"http://schema.org#\",\"caption\":\"schema:caption\","                        \
        "\"litepub\":\"http://litepub.social/ns#\",\"directMessage\":\"litepub:directMessage\","   \
        "\"quote\":{\"@id\":\"https://w3id.org/fep/044f#quote\",\"@type\":\"@id\"},"               \
        "\"quoteAuthorization\":{\"@id\":\"https://w3id.org/fep/044f#quoteAuthorization\","        \
        "\"@type\":\"@id\"},\"quoteUri\":\"http://fedibird.com/ns#quoteUri\","                     \
        "\"_misskey_quote\":\"https://misskey-hub.net/ns#_misskey_quote\","                        \
        "\"quoteUrl\":\"as:quoteUrl\","                                                            \
        "\"QuoteRequest\":\"https://w3id.org/fep/044f#QuoteRequest\","                             \
        "\"QuoteAuthorization\":\"https://w3id.org/fep/044f#QuoteAuthorization\","                 \
        "\"gts\":\"https://gotosocial.org/ns#\","                                                  \
        "\"interactionPolicy\":{\"@id\":\"gts:interactionPolicy\",\"@type\":\"@id\"},"             \
        "\"canLike\":{\"@id\":\"gts:canLike\",\"@type\":\"@id\"},"                                 \
        "\"canReply\":{\"@id\":\"gts:canReply\",\"@type\":\"@id\"},"                               \
        "\"canAnnounce\":{\"@id\":\"gts:canAnnounce\",\"@type\":\"@id\"},"                         \
        "\"canQuote\":{\"@id\":\"gts:canQuote\",\"@type\":\"@id\"},"                               \
        "\"approvedBy\":{\"@id\":\"gts:approvedBy\",\"@type\":\"@id\"},"                           \
        "\"replyAuthorization\":{\"@id\":\"gts:replyAuthorization\",\"@type\":\"@id\"},"           \
        "\"ReplyApproval\":\"gts:ReplyApproval\","                                                 \
        "\"automaticApproval\":{\"@id\":\"gts:automaticApproval\",\"@type\":\"@id\"},"             \
        "\"manualApproval\":{\"@id\":\"gts:manualApproval\",\"@type\":\"@id\"},"                   \
        "\"always\":{\"@id\":\"gts:always\",\"@type\":\"@id\"},"                                   \
        "\"approvalRequired\":{\"@id\":\"gts:approvalRequired\",\"@type\":\"@id\"},"               \
        "\"interactingObject\":{\"@id\":\"gts:interactingObject\",\"@type\":\"@id\"},"             \
        "\"interactionTarget\":{\"@id\":\"gts:interactionTarget\",\"@type\":\"@id\"}"

static const char note_words[] = NOTE_WORDS "}]";

/* As https://gotosocial.org/ns has them, with its one odd name. */
static const char asking_words[] = NOTE_WORDS
        ",\"LikeRequest\":\"gts:LikeRequest\",\"ReplyRequest\":\"gts:ReplyRequest\","
        "\"AnnounceRequest\":\"gts:AnnounceRequest\","
        "\"LikeAuthorization\":\"gts:LikeApproval\","
        "\"ReplyAuthorization\":\"gts:ReplyAuthorization\","
        "\"AnnounceAuthorization\":\"gts:AnnounceAuthorization\","
        "\"likeAuthorization\":{\"@id\":\"gts:likeAuthorization\",\"@type\":\"@id\"},"
        "\"announceAuthorization\":{\"@id\":\"gts:announceAuthorization\",\"@type\":\"@id\"}}]";

static const char gone_words[] =
        "[" AS ",{\"ostatus\":\"http://ostatus.org#\",\"atomUri\":\"ostatus:atomUri\"}]";

void words_context(struct json *j, enum words w)
{
        static const char *const all[] = {[WORDS_PLAIN] = AS,
                                          [WORDS_ACTOR] = actor_words,
                                          [WORDS_NOTE] = note_words,
                                          [WORDS_GONE] = gone_words,
                                          [WORDS_ASKING] = asking_words};
        json_raw(j, "@context", str_of(all[w]));
}

void words_time(struct json *j, const char *key, int64_t ms)
{
        char iso[24];
        if (!ms)
                return;
        date_put_iso(iso, ms);
        iso[19] = 'Z'; /* some readers refuse fractions */
        json_str(j, key, (struct str){iso, 20});
}

struct str words_of(struct cx *cx, struct str actor, const char *tail)
{
        return str_join(cx->arena, actor, str_of(tail));
}

struct str words_number(struct cx *cx, struct str base, const char *middle, int64_t id)
{
        return str_fmt(cx->arena, "%.*s%s%lld", STR_ARG(base), middle, (long long)id);
}

void recipients_add(struct arena *a, struct recipients *r, struct str id)
{
        if (!id.n)
                return;
        for (size_t i = 0; i < r->n; i++)
                if (str_eq(r->v[i], id))
                        return;
        if (r->n == r->size) {
                struct str *more = make_n(a, r->size * 2 + 8, struct str);
                if (r->n)
                        memcpy(more, r->v, r->n * sizeof *more);
                r->v = more;
                r->size = r->size * 2 + 8;
        }
        r->v[r->n++] = id;
}

void words_list(struct json *j, const char *key, const struct recipients *r)
{
        json_array(j, key);
        for (size_t i = 0; i < r->n; i++)
                json_str(j, NULL, r->v[i]);
        json_end(j);
}

void words_begin(struct json *j, struct buf *b, enum words w)
{
        json_open(j, b);
        json_object(j, NULL);
        words_context(j, w);
}

void words_head(struct json *j, struct str id, const char *type, struct str actor)
{
        json_str(j, "id", id);
        json_z(j, "type", type);
        json_str(j, "actor", actor);
}

struct str words_end(struct cx *cx, struct json *j, struct buf *b)
{
        json_end(j);
        return buf_take(cx->arena, b);
}
