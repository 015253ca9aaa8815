/* Quotes (FEP-044f): requests to quote a post from here, answered by its author's policy; and the
 * answers of others to requests from here. See receive.h. */
#include "fedi/receive.h"
#include "social/outbox_quote.h"
#include "social/post_far.h"
#include "social/quoting.h"

/* ---- somebody asks ---- */

static enum err answer(struct cx *cx, struct incoming *in, const struct post *quoted,
                       struct str quote, bool allowed)
{
        struct quote_answer a = {.account = quoted->account,
                                 .to = in->by.id,
                                 .post = quoted->id,
                                 .request = json_get_text(in->activity, "id"),
                                 .quote = quote};
        int64_t stamp;
        if (allowed) {
                TRY(quote_stamp_give(cx, quoted, in->by.id, quote, &stamp));
                a.stamp = quote_stamp_uri(cx, quoted->author, stamp);
        }
        return outbox_quote_answer(cx, &a);
}

/* The quoting post came along: it is stored, so that the author here can read it. */
static enum err store_instrument(struct cx *cx, struct incoming *in,
                                 const struct json_value *instrument)
{
        struct reading r = reading_of(cx);
        struct note_about about = {NULL, in->by.uri, in->by.followers_uri};
        struct note_in n;
        int64_t id;
        if (instrument->type != JSON_OBJECT || note_in_read(&r, instrument, &about, &n) || n.vote)
                return OK;
        struct store_note s = {.note = &n, .author = &in->by, .budget = in->budget};
        enum err e = store_note(cx, &s, &id);
        return e == ERR_GONE ? OK : e;
}

/* A quote that came before its approval was given. */
static enum err judge_again(struct cx *cx, struct str quote, const struct post *quoted)
{
        struct post *p;
        int64_t id;
        TRY(store_find_post(cx, quote, &id));
        if (!id)
                return OK;
        TRY(post_load(cx, id, &p));
        return store_quote(cx, id, p->account, quoted->uri, STR_NONE);
}

enum err receive_quote_request(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        const struct json_value *instrument = as_only(json_get(in->activity, "instrument"));
        struct str quote = as_id(instrument);
        struct post *quoted;
        int64_t id;
        bool allowed;
        if (!receive_is_own(cx, in, quote))
                return receive_refuse(in, "object_elsewhere");
        TRY(store_find_post(cx, as_id(object), &id));
        if (!id)
                return receive_ignore(in, "unknown_object");
        TRY(post_load(cx, id, &quoted));
        if (!quoted->local || quoted->boost_of || quoted->local_only)
                return receive_ignore(in, "unknown_object");
        TRY(quote_allowed(cx, quoted, in->by.id, &allowed));
        TRY(answer(cx, in, quoted, quote, allowed));
        if (!allowed)
                return receive_done(in);
        TRY(store_instrument(cx, in, instrument));
        TRY(judge_again(cx, quote, quoted));
        return receive_done(in);
}

/* ---- somebody answers ---- */

/* A boost's document and what carried it are named alike. */
static bool names_made(struct cx *cx, struct str said, struct str made)
{
        return said.n &&
               (str_eq(said, made) || str_eq(said, str_join(cx->arena, made, S("/activity"))));
}

static struct str said_of(const struct json_value *proof, const char *newer, const char *older)
{
        struct str id = as_only_id(json_get(proof, newer));
        return id.n ? id : as_only_id(json_get(proof, older));
}

enum err receive_prove(struct cx *cx, struct incoming *in, const struct claim *c, bool *good)
{
        const struct json_value *d = in->proof;
        *good = false;
        if (!receive_is_own(cx, in, c->stamp))
                return receive_refuse(in, "approval_elsewhere");
        if (!in->asked)
                return receive_later(in, NEED_PROOF, c->stamp);
        if (!d || !str_eq(as_only_id(json_get(d, "id")), c->stamp))
                return receive_refuse(in, "approval_not_there");
        *good = (as_is(d, c->types[0]) || as_is(d, c->types[1])) &&
                str_eq(as_only_id(json_get(d, "attributedTo")), in->by.uri) &&
                names_made(cx, said_of(d, "interactingObject", "object"), c->made) &&
                str_eq(said_of(d, "interactionTarget", "target"), c->target);
        return *good ? OK : receive_refuse(in, "approval_of_something_else");
}

/* Our quoting post and the quoted one, as the request named them, or as our own row knows them. */
static enum err find_pair(struct cx *cx, const struct json_value *request, struct post **quote,
                          struct post **quoted)
{
        int64_t id, of;
        *quote = *quoted = NULL;
        TRY(store_find_post(cx, as_only_id(json_get(request, "instrument")), &id));
        TRY(store_find_post(cx, as_only_id(json_get(request, "object")), &of));
        if (!id || !of)
                return OK;
        TRY(post_load(cx, id, quote));
        return post_load(cx, of, quoted);
}

enum err receive_quote_answer(struct cx *cx, struct incoming *in, const struct json_value *object,
                              bool accepted, bool *taken)
{
        struct post *quote, *quoted;
        struct str stamp = as_only_id(json_get(in->activity, "result"));
        *taken = object->type == JSON_OBJECT && as_is(object, "QuoteRequest");
        if (!*taken)
                return OK;
        TRY(find_pair(cx, object, &quote, &quoted));
        if (!quote || !quote->local || quoted->account != in->by.id ||
            quote->quote_of != quoted->id || quote->quote_state != QUOTE_PENDING)
                return receive_ignore(in, "nobody_asked");
        const struct claim claim = {
                {"QuoteAuthorization", "QuoteApproval"}, stamp, quote->uri, quoted->uri};
        bool good = true;
        if (accepted)
                TRY(receive_prove(cx, in, &claim, &good));
        if (!good)
                return OK;
        TRY(quote_set(cx, quote->id, quoted->id, accepted ? QUOTE_ACCEPTED : QUOTE_REJECTED));
        struct post_far far = {.quote_uri = quoted->uri,
                               .quote_approval = accepted ? stamp : STR_NONE};
        TRY(post_far_put(cx, quote->id, &far));
        TRY(quoting_told(cx, quote));
        return receive_done(in);
}
