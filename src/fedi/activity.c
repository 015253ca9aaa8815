/* Activities about posts: see activity.h. Called by the delivery jobs, and by document.c and
 * collections for those who ask for one by its id. */
#include "fedi/activity.h"
#include "fedi/actor.h"

static const struct recipients everybody = {(struct str[]){S_ROW(AS_PUBLIC)}, 1, 1};

/* Each reader of a chosen audience is sent an activity of their own: servers leave out an id they
 * know. */
static struct str id_of(struct cx *cx, const struct note_out *n, struct str id)
{
        const char *sign = str_has_char(id, '#') ? "/" : "#";
        return n->reader ? words_number(cx, id, sign, n->reader) : id;
}

struct str activity_create(struct cx *cx, const struct note_out *n)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_NOTE);
        words_head(&j, id_of(cx, n, words_of(cx, n->post->uri, "/activity")), "Create",
                   n->author->uri);
        words_time(&j, "published", n->post->created_at);
        words_list(&j, "to", &n->to);
        words_list(&j, "cc", &n->cc);
        note_put(&j, "object", cx, n);
        return words_end(cx, &j, &b);
}

struct str activity_update(struct cx *cx, const struct note_out *n, int64_t at)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_NOTE);
        words_head(&j, id_of(cx, n, words_number(cx, n->post->uri, "#updates/", at)), "Update",
                   n->author->uri);
        words_list(&j, "to", &n->to);
        words_list(&j, "cc", &n->cc);
        note_put(&j, "object", cx, n);
        return words_end(cx, &j, &b);
}

struct str activity_update_actor(struct cx *cx, const struct account *a, int64_t at)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_ACTOR);
        words_head(&j, words_number(cx, a->uri, "#updates/", at), "Update", a->uri);
        words_list(&j, "to", &everybody);
        if (actor_put(&j, "object", cx, a)) {
                buf_free(&b);
                return STR_NONE;
        }
        return words_end(cx, &j, &b);
}

struct str activity_delete(struct cx *cx, const struct account *author, struct str uri)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_GONE);
        words_head(&j, words_of(cx, uri, "#delete"), "Delete", author->uri);
        words_list(&j, "to", &everybody);
        json_object(&j, "object");
        json_str(&j, "id", uri);
        json_z(&j, "type", "Tombstone");
        json_str(&j, "atomUri", uri);
        json_end(&j);
        return words_end(cx, &j, &b);
}

struct str activity_delete_actor(struct cx *cx, struct str uri)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_PLAIN);
        words_head(&j, words_of(cx, uri, "#delete"), "Delete", uri);
        words_list(&j, "to", &everybody);
        json_str(&j, "object", uri);
        return words_end(cx, &j, &b);
}

struct str activity_move(struct cx *cx, const struct account *from, struct str to, int64_t at)
{
        struct buf b = {0};
        struct json j;
        struct recipients followers = {(struct str[]){words_of(cx, from->uri, "/followers")}, 1, 1};
        words_begin(&j, &b, WORDS_PLAIN);
        words_head(&j, words_number(cx, from->uri, "#moves/", at), "Move", from->uri);
        words_list(&j, "to", &followers);
        json_str(&j, "object", from->uri);
        json_str(&j, "target", to);
        return words_end(cx, &j, &b);
}

void activity_put_announce(struct json *j, struct cx *cx, const struct activity_boost *b)
{
        words_head(j, words_of(cx, b->wrapper->uri, "/activity"), "Announce", b->author->uri);
        words_time(j, "published", b->wrapper->created_at);
        words_list(j, "to", &b->to);
        words_list(j, "cc", &b->cc);
        if (b->boosted.n)
                json_str(j, "object", b->boosted);
        if (b->approved_by.n) {
                json_str(j, "approvedBy", b->approved_by);
                json_str(j, "announceAuthorization", b->approved_by);
        }
}

struct str activity_announce(struct cx *cx, const struct activity_boost *x, bool undo)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, x->approved_by.n ? WORDS_ASKING : WORDS_PLAIN);
        if (!undo) {
                activity_put_announce(&j, cx, x);
                return words_end(cx, &j, &b);
        }
        words_head(&j, words_of(cx, x->wrapper->uri, "/undo"), "Undo", x->author->uri);
        words_list(&j, "to", &x->to);
        words_list(&j, "cc", &x->cc);
        json_object(&j, "object");
        activity_put_announce(&j, cx, x);
        json_end(&j);
        return words_end(cx, &j, &b);
}

struct str activity_pin(struct cx *cx, const struct account *author, struct str uri, bool on,
                        int64_t at)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_PLAIN);
        words_head(&j, words_number(cx, uri, on ? "#pins/" : "#unpins/", at), on ? "Add" : "Remove",
                   author->uri);
        words_list(&j, "to", &everybody);
        json_str(&j, "object", uri);
        json_str(&j, "target", words_of(cx, author->uri, "/collections/featured"));
        return words_end(cx, &j, &b);
}

struct str activity_quote_request(struct cx *cx, const struct note_out *quote, struct str quoted)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_NOTE);
        words_head(&j, words_of(cx, quote->post->uri, "#quote-request"), "QuoteRequest",
                   quote->author->uri);
        json_str(&j, "object", quoted);
        note_put(&j, "instrument", cx, quote);
        return words_end(cx, &j, &b);
}
