/* Posts of other servers: fetched with their authors; threads filled up and down; pinned posts;
 * approvals of quotes. See remote.h. */
#include "fedi/fedi.h"
#include "fedi/remote.h"
#include "social/mark.h"
#include "social/post_far.h"
#include "social/quote.h"

struct finding {
        struct str uri;
        int64_t id;
};

static enum err find(struct cx *cx, void *arg)
{
        struct finding *f = arg;
        enum err e = post_by_uri(cx, f->uri, &f->id);
        return e == ERR_MISSING ? OK : e;
}

struct loading {
        int64_t id;
        struct account_known known;
};

static enum err load_author(struct cx *cx, void *arg)
{
        struct loading *l = arg;
        return account_known_get(cx, l->id, &l->known);
}

struct storing {
        struct store_note s;
        int64_t id;
        bool known;
};

/* A known post belongs to its author, whoever brings a newer version (T090). */
static enum err store(struct cx *cx, void *arg)
{
        struct storing *s = arg;
        struct post *old;
        if (!s->known)
                return store_note(cx, &s->s, &s->id);
        TRY(post_load(cx, s->id, &old));
        return old->account == s->s.author->id ? store_note_again(cx, &s->s, s->id) : ERR_DENIED;
}

/* What carries the post: itself, or the activity that published it. */
static enum err unwrap(struct remote *r, struct remote_document *d)
{
        const struct json_value *object = as_only(json_get(d->json, "object"));
        struct address a;
        if (!as_is(d->json, "Create") && !as_is(d->json, "Announce") && !as_is(d->json, "Update"))
                return OK;
        if (object && object->type == JSON_OBJECT && !as_is(d->json, "Announce") &&
            address_read_far(r->cx->arena, r->cx->settings, as_id(object), &a) &&
            address_same_origin(&a, &d->id)) {
                d->json = object;
                d->id = a;
                return OK;
        }
        return remote_document(r, as_id(object), d);
}

enum err remote_post_document(struct remote *r, struct remote_document *d, enum remote_how fresh,
                              unsigned how, int64_t *id)
{
        struct reading reading = reading_of(r->cx);
        struct note_about about = {0};
        struct note_in n;
        struct loading by = {0};
        TRY(unwrap(r, d));
        struct finding f = {.uri = d->id.text};
        TRY(cx_read(r->cx, find, &f));
        *id = f.id;
        if (f.id && fresh == REMOTE_KNOWN)
                return OK;
        enum err e = note_in_read(&reading, d->json, &about, &n);
        r->why = reading.why;
        TRY(e);
        if (n.vote)
                return ERR_INPUT;
        TRY(remote_actor(r, n.author, REMOTE_KNOWN, &by.id));
        TRY(cx_read(r->cx, load_author, &by));
        if (by.known.suspended) {
                r->why = "author_suspended";
                return ERR_DENIED;
        }
        n.audience = note_in_audience(d->json, NULL, by.known.followers_uri);
        if (n.audience == AUDIENCE_MENTIONED && n.for_some)
                n.audience = AUDIENCE_CIRCLE;
        struct storing s = {.s = {.note = &n,
                                  .author = &by.known,
                                  .how = how,
                                  .budget = how & STORE_QUIET ? 0 : r->left},
                            .id = f.id,
                            .known = f.id != 0};
        TRY(cx_write(r->cx, store, &s));
        *id = s.id;
        return OK;
}

static enum err erase(struct cx *cx, void *arg)
{
        struct finding *f = arg;
        struct post *p;
        TRY(post_load(cx, f->id, &p));
        return p->local ? OK : post_erase(cx, f->id, true);
}

enum err remote_post(struct remote *r, struct str uri, enum remote_how fresh, unsigned how,
                     int64_t *id)
{
        struct finding f = {.uri = uri};
        struct remote_document d;
        TRY(cx_read(r->cx, find, &f));
        *id = f.id;
        if (f.id && fresh == REMOTE_KNOWN)
                return OK;
        enum err e = remote_document(r, uri, &d);
        if (e == ERR_GONE && f.id)
                TRY(cx_write(r->cx, erase, &f));
        return e ? e : remote_post_document(r, &d, fresh, how, id);
}

/* ---- threads ---- */

struct context {
        int64_t post;
        struct post_far far;
        struct str uri;
        bool local;
};

static enum err load_context(struct cx *cx, void *arg)
{
        struct context *c = arg;
        struct post *p;
        TRY(post_load(cx, c->post, &p));
        c->uri = p->uri;
        c->local = p->local;
        enum err e = post_far_get(cx, c->post, &c->far);
        if (e == ERR_MISSING)
                c->far = (struct post_far){0};
        return e == ERR_MISSING ? OK : e;
}

/* Each that comes joins what waits for it (post_far_arrived), so the loop only walks up. */
enum err remote_ancestors(struct remote *r, int64_t post)
{
        struct context c = {.post = post};
        for (int i = 0; i < REMOTE_ANCESTORS; i++) {
                TRY(cx_read(r->cx, load_context, &c));
                if (!c.far.reply_uri.n)
                        return OK;
                enum err e = remote_post(r, c.far.reply_uri, REMOTE_KNOWN, STORE_QUIET, &c.post);
                if (e)
                        return e == ERR_REMOTE ? e : OK; /* the thread begins where it is known */
        }
        return OK;
}

struct answers {
        struct remote *r;
        struct str origin;
};

/* What the collection's own server writes into it about its own people is as good as fetched. */
static bool is_own_word(const struct answers *a, const struct json_value *item,
                        struct remote_document *d)
{
        const struct cx *cx = a->r->cx;
        struct address by;
        d->json = item;
        return item->type == JSON_OBJECT && note_in_is(item) &&
               address_read_far(cx->arena, cx->settings, as_id(item), &d->id) &&
               address_read_far(cx->arena, cx->settings, as_only_id(json_get(item, "attributedTo")),
                                &by) &&
               str_eq(d->id.origin, a->origin) && str_eq(by.origin, a->origin);
}

/* One that cannot be had does not keep the others away. */
static bool take_reply(void *arg, const struct json_value *item)
{
        struct answers *a = arg;
        struct remote_document d;
        int64_t id;
        struct str uri = as_id(item);
        if (is_own_word(a, item, &d))
                (void)!remote_post_document(a->r, &d, REMOTE_KNOWN, STORE_QUIET, &id);
        else if (uri.n)
                (void)!remote_post(a->r, uri, REMOTE_KNOWN, STORE_QUIET, &id);
        return a->r->left > 0;
}

static enum err replies_read(struct cx *cx, void *arg)
{
        return post_far_replies_read(cx, *(int64_t *)arg);
}

enum err remote_replies(struct remote *r, int64_t post)
{
        struct context c = {.post = post};
        struct remote_document d;
        struct address a;
        struct answers answers = {.r = r};
        TRY(cx_read(r->cx, load_context, &c));
        if (c.local || cx_now(r->cx) - c.far.replies_at < REMOTE_REPLIES_MS)
                return OK;
        TRY(cx_write(r->cx, replies_read, &post));
        if (!address_read_far(r->cx->arena, r->cx->settings, c.far.replies_uri, &a))
                return OK;
        enum err e = remote_document(r, c.far.replies_uri, &d);
        if (e)
                return e == ERR_REMOTE ? e : OK;
        answers.origin = a.origin;
        return remote_collection(r, d.json, REMOTE_ITEMS, take_reply, &answers);
}

/* ---- pinned posts ---- */

struct pinning {
        int64_t account, post;
};

static enum err pin(struct cx *cx, void *arg)
{
        const struct pinning *p = arg;
        struct post *post;
        TRY(post_load(cx, p->post, &post));
        if (post->account != p->account || post->boost_of)
                return OK;
        return mark_add(cx, p->account, p->post, MARK_PIN, STR_NONE);
}

struct featured {
        struct remote *r;
        int64_t account;
};

static bool take_featured(void *arg, const struct json_value *item)
{
        struct featured *f = arg;
        struct pinning p = {.account = f->account};
        struct str uri = as_id(item);
        if (uri.n && !remote_post(f->r, uri, REMOTE_KNOWN, STORE_QUIET, &p.post))
                (void)!cx_write(f->r->cx, pin, &p);
        return f->r->left > 0;
}

enum err remote_featured(struct remote *r, int64_t account)
{
        struct loading by = {.id = account};
        struct remote_document d;
        struct featured f = {r, account};
        TRY(cx_read(r->cx, load_author, &by));
        if (by.known.local || by.known.suspended || !by.known.featured_uri.n)
                return OK;
        enum err e = remote_document(r, by.known.featured_uri, &d);
        if (e)
                return e == ERR_REMOTE ? e : OK;
        return remote_collection(r, d.json, REMOTE_FEATURED, take_featured, &f);
}

/* ---- quotes ---- */

struct quoting {
        int64_t post, quoted;
        struct str uri, quoted_uri, quoted_author;
        struct post_far far;
        bool waits; /* known, and not yet judged by whoever may */
};

static enum err load_quote(struct cx *cx, void *arg)
{
        struct quoting *q = arg;
        struct post *p, *quoted;
        struct account_known by;
        TRY(post_load(cx, q->post, &p));
        TRY(post_far_get(cx, q->post, &q->far));
        q->uri = p->uri;
        q->quoted = p->quote_of;
        if (!q->quoted)
                return OK;
        TRY(post_load(cx, q->quoted, &quoted));
        TRY(account_known_get(cx, quoted->account, &by));
        q->quoted_uri = quoted->uri;
        q->quoted_author = by.uri;
        q->waits = p->quote_state == QUOTE_PENDING && !quoted->local;
        return OK;
}

static enum err judge_quote(struct cx *cx, void *arg)
{
        const struct quoting *q = arg;
        struct post *p;
        TRY(post_load(cx, q->post, &p));
        return store_quote(cx, q->post, p->account, q->far.quote_uri, STR_NONE);
}

static enum err accept_quote(struct cx *cx, void *arg)
{
        const struct quoting *q = arg;
        return quote_set(cx, q->post, q->quoted, QUOTE_ACCEPTED);
}

/* FEP-044f: the approval lives where the quoted author lives, and names both posts. */
static bool approves(struct remote *r, const struct quoting *q, const struct remote_document *d)
{
        struct address author;
        return as_is(d->json, "QuoteAuthorization") &&
               address_read(r->cx->arena, r->cx->settings, q->quoted_author, &author) &&
               address_same_origin(&author, &d->id) &&
               str_eq(as_only_id(json_get(d->json, "attributedTo")), q->quoted_author) &&
               str_eq(as_only_id(json_get(d->json, "interactingObject")), q->uri) &&
               str_eq(as_only_id(json_get(d->json, "interactionTarget")), q->quoted_uri);
}

enum err remote_quote(struct remote *r, int64_t post)
{
        struct quoting q = {.post = post};
        struct remote_document d;
        int64_t ignored;
        enum err e = cx_read(r->cx, load_quote, &q);
        if (e == ERR_MISSING || !q.far.quote_uri.n)
                return e == ERR_MISSING ? OK : e;
        if (!q.quoted) {
                e = remote_post(r, q.far.quote_uri, REMOTE_KNOWN, STORE_QUIET, &ignored);
                if (e)
                        return e == ERR_REMOTE ? e : OK;
                TRY(cx_write(r->cx, judge_quote, &q));
                TRY(cx_read(r->cx, load_quote, &q));
        }
        if (!q.waits || !q.far.quote_approval.n)
                return OK;
        e = remote_document(r, q.far.quote_approval, &d);
        if (e)
                return e == ERR_REMOTE ? e : OK;
        return approves(r, &q, &d) ? cx_write(r->cx, accept_quote, &q) : OK;
}
