/* Writing the archive: see archive.h. Called by the job "export" (server/export.c). A page of posts
 * at a time is read in one snapshot and handed on as bytes. */
#include "fedi/archive.h"
#include "fedi/activity.h"
#include "fedi/actor.h"
#include "social/export.h"

enum { AT_ONCE = 50 };

struct writing {
        const struct account *account;
        int64_t cursor;
        int64_t total;
        size_t n; /* rows of the last page */
        enum mark kind;
        struct buf b;
        struct json j;
};

static enum err hand_on(struct cx *cx, struct writing *w, struct export_sink *to)
{
        enum err e = w->b.failed ? ERR_BUSY : to->take(to, buf_str(&w->b));
        buf_clear(&w->b);
        arena_reset(cx->arena);
        return e;
}

/* ---- the actor ---- */

/* The same picture, where it lies in the archive. */
static void put_picture(struct json *j, const char *key, const struct json_value *v,
                        struct str name)
{
        json_object(j, key);
        for (const struct json_value *m = v->child; m; m = m->next)
                if (str_eq(m->key, S("url")))
                        json_str(j, "url", name);
                else
                        json_key_str(j, m->key, m->text);
        json_end(j);
}

static void put_member(struct json *j, struct cx *cx, const struct account *a,
                       const struct json_value *m)
{
        if (str_eq(m->key, S("outbox")))
                json_z(j, "outbox", "outbox.json");
        else if (str_eq(m->key, S("icon")) && m->type == JSON_OBJECT)
                put_picture(j, "icon", m, export_picture(cx->arena, "avatar", a->avatar));
        else if (str_eq(m->key, S("image")) && m->type == JSON_OBJECT)
                put_picture(j, "image", m, export_picture(cx->arena, "header", a->header));
        else
                json_write_value(j, str_z(cx->arena, m->key), m);
}

static enum err write_actor(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        struct account a = *w->account;
        struct buf b = {0};
        struct json j;
        const struct json_value *document;
        a.suspended = false; /* others are told nothing of them; they themselves are */
        json_open(&j, &b);
        enum err e = actor_put(&j, NULL, cx, &a);
        struct str text = buf_take(cx->arena, &b);
        TRY(e);
        TRY(json_read(cx->arena, text, NULL, &document, NULL));
        json_object(&w->j, NULL);
        for (const struct json_value *m = document->child; m; m = m->next)
                put_member(&w->j, cx, &a, m);
        json_z(&w->j, "likes", "likes.json");
        json_z(&w->j, "bookmarks", "bookmarks.json");
        json_end(&w->j);
        return OK;
}

enum err archive_actor(struct cx *cx, const struct account *a, struct export_sink *to)
{
        struct writing w = {.account = a};
        json_open(&w.j, &w.b);
        enum err e = cx_read(cx, write_actor, &w);
        if (!e)
                e = hand_on(cx, &w, to);
        buf_free(&w.b);
        return e;
}

/* ---- posts and boosts ---- */

static enum err put_boost(struct cx *cx, struct writing *w, const struct post *p)
{
        const struct viewer as = {.account = w->account->id};
        struct activity_boost b = {.author = w->account, .wrapper = p};
        struct post *shown;
        enum err e = post_get(cx, &as, p->boost_of, &shown);
        if (e)
                return e == ERR_MISSING ? OK : e;
        b.boosted = shown->uri;
        TRY(note_address(cx, p, w->account, 0, &b.to, &b.cc));
        w->total++;
        json_raw(&w->j, NULL, activity_announce(cx, &b, false));
        return OK;
}

static enum err put_post(struct cx *cx, struct writing *w, const struct post *p)
{
        struct note_out *n;
        if (p->boost_of)
                return put_boost(cx, w, p);
        TRY(note_out_load(cx, p, 0, &n));
        n->archive = true;
        w->total++;
        json_raw(&w->j, NULL, activity_create(cx, n));
        return OK;
}

static enum err outbox_page(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        int64_t ids[AT_ONCE];
        struct post *posts;
        size_t n;
        TRY(export_posts(cx, w->account->id, w->cursor, ids, AT_ONCE, &w->n));
        if (w->n)
                w->cursor = ids[w->n - 1];
        TRY(post_load_many(cx, ids, w->n, &posts, &n));
        for (size_t i = 0; i < n; i++)
                TRY(put_post(cx, w, &posts[i]));
        return OK;
}

/* ---- favourites and bookmarks ---- */

static enum err marks_page(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        const struct viewer as = {.account = w->account->id};
        struct page page = {.limit = AT_ONCE, .max_id = w->cursor};
        int64_t *ids;
        struct post *posts;
        size_t n;
        TRY(mark_list(cx, &as, w->kind, &page, &ids, &n));
        w->n = page.more ? AT_ONCE : 0;
        w->cursor = page.oldest;
        TRY(post_load_many(cx, ids, n, &posts, &n));
        for (size_t i = 0; i < n; i++, w->total++)
                json_str(&w->j, NULL, posts[i].uri);
        return OK;
}

/* ---- */

static enum err write_collection(struct cx *cx, struct writing *w, const char *name,
                                 enum err (*page)(struct cx *cx, void *arg), struct export_sink *to)
{
        json_open(&w->j, &w->b);
        json_object(&w->j, NULL);
        words_context(&w->j, WORDS_NOTE);
        json_z(&w->j, "id", name);
        json_z(&w->j, "type", "OrderedCollection");
        json_array(&w->j, "orderedItems");
        do {
                TRY(cx_read(cx, page, w));
                TRY(hand_on(cx, w, to));
        } while (w->n == AT_ONCE);
        json_end(&w->j);
        json_int(&w->j, "totalItems", w->total);
        json_end(&w->j);
        return hand_on(cx, w, to);
}

enum err archive_outbox(struct cx *cx, const struct account *a, struct export_sink *to)
{
        struct writing w = {.account = a, .cursor = -1};
        enum err e = write_collection(cx, &w, "outbox.json", outbox_page, to);
        buf_free(&w.b);
        return e;
}

enum err archive_marks(struct cx *cx, const struct account *a, enum mark kind, const char *name,
                       struct export_sink *to)
{
        struct writing w = {.account = a, .kind = kind};
        enum err e = write_collection(cx, &w, name, marks_page, to);
        buf_free(&w.b);
        return e;
}
