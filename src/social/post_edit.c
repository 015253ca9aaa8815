/* Editing an own post, and reading its history and source. */
#include "social/journal.h"
#include "social/media.h"
#include "social/post_finish.h"
#include "social/post_parts.h"
#include "social/veil.h"
#include "social/way.h"

static const struct stmt EDIT_HISTORY = {
        .name = "edit_history",
        .text = "SELECT created_at, content, spoiler, sensitive, media, poll FROM post_edit WHERE "
                "post = $1 "
                "ORDER BY created_at",
        .in = "i",
        .out = "issisS",
};
static const struct stmt EDIT_MEDIA = {
        .name = "edit_media",
        .text = "SELECT id FROM media WHERE post = $1 ORDER BY position",
        .in = "i",
        .out = "i",
};

/* The post, when it is the viewer's own, or of a journal they own, and has words of its own. `as`
 * is whom it belongs to.
 */
static enum err own(struct cx *cx, const struct viewer *by, int64_t id, struct viewer *as,
                    struct post **ret)
{
        *as = *by;
        enum err e = post_get(cx, by, id, ret);
        if (e && e != ERR_MISSING)
                return e;
        if (e || (*ret)->account != by->account) {
                TRY(journal_stand_in(cx, by, id, as));
                TRY(post_get(cx, as, id, ret));
        }
        return (*ret)->boost_of ? ERR_MISSING : OK;
}

static enum err change_media(struct cx *cx, const struct viewer *by, const struct draft *d,
                             bool *changed)
{
        for (size_t i = 0; i < d->n_media_changes; i++) {
                const struct media_change *m = &d->media_changes[i];
                bool named = false;
                for (size_t k = 0; k < d->media.n; k++)
                        named = named || d->media.v[k] == m->id;
                if (!named)
                        continue;
                TRY(media_change(cx, by, m->id, m->description, m->focus));
                if (m->set) {
                        struct media *photo;
                        TRY(media_get(cx, by, m->id, &photo));
                        TRY(photo_set(cx, photo, m->set));
                }
                *changed = true;
        }
        return OK;
}

/* A poll that is sent again unchanged keeps its end and its votes. */
static bool differs(const struct post *old, const struct composed *c, const struct draft *d,
                    const int64_t *media, size_t n_media)
{
        bool same_media = n_media == d->media.n &&
                          (!n_media || !memcmp(media, d->media.v, n_media * sizeof *media));
        bool polls = (old->has & POST_HAS_POLL) || d->poll.options.n;
        return !same_media || polls || !str_eq(old->text, c->text) ||
               !str_eq(old->spoiler, c->spoiler) || old->sensitive != c->sensitive ||
               !str_eq(old->language, c->language);
}

/* Versions are told apart by their time, and other servers are told whole seconds: of two changes
 * in one second they would keep the first. */
static int64_t time_of_edit(const struct post *old, int64_t now)
{
        enum { SECOND = 1000 };
        if (old->edited_at && now / SECOND <= old->edited_at / SECOND)
                return (old->edited_at / SECOND + 1) * SECOND;
        return now > old->created_at ? now : old->created_at + 1;
}

static void fill(struct post_new *n, const struct post *old, const struct draft *d,
                 const struct composed *c, struct poll_new *poll, int64_t now)
{
        n->post = *old;
        n->post.text = c->text;
        n->post.content = c->content;
        n->post.spoiler = c->spoiler;
        n->post.sensitive = c->sensitive;
        n->post.language = c->language;
        n->post.edited_at = time_of_edit(old, now);
        n->media = d->media.v;
        n->n_media = d->media.n;
        n->mentions = c->mentions;
        n->n_mentions = c->n_mentions;
        n->tags = c->tags;
        n->n_tags = c->n_tags;
        n->poll = poll;
}

enum err post_edit(struct cx *cx, const struct viewer *by, int64_t id, const struct draft *d,
                   struct post **ret)
{
        enum { MEDIA_MOST = 64 };
        struct post *old;
        struct composed c;
        struct poll_new *poll;
        struct post_new n = {0};
        int64_t media[MEDIA_MOST];
        size_t n_media;
        bool changed = false;
        struct viewer as;
        TRY(own(cx, by, id, &as, &old));
        if (d->media.n && d->poll.options.n)
                return fail_field(cx, "media_ids", ERR_INPUT,
                                  "Validation failed: A post has either files or a poll");
        TRY(media_check(cx, by->account, id, d->media.v, d->media.n));
        TRY(post_compose_poll(cx, d, &poll));
        TRY(post_compose(cx, d, d->media.n != 0, old->language, old->sensitive && !old->spoiler.n,
                         &c));
        if (old->has & POST_HAS_JOURNAL)
                TRY(journal_sign(cx, id, &c.content));
        if (old->has & POST_HAS_WAYS)
                TRY(way_sign(cx, old, &c.content));
        TRY(db_ints(cx->db, &EDIT_MEDIA, BIND(V(id)), media, countof(media), &n_media));
        fill(&n, old, d, &c, poll, cx_now(cx));
        if (differs(old, &c, d, media, n_media) || d->n_media_changes) {
                TRY(post_replace(cx, old, &n, true));
                if (as.account != by->account && d->media.n)
                        TRY(journal_take_media(cx, id, as.account));
                TRY(change_media(cx, by, d, &changed));
                if (changed)
                        TRY(post_index_words(cx, &n.post));
        }
        return post_get(cx, &as, id, ret);
}

enum err post_history(struct cx *cx, const struct viewer *by, int64_t id, struct post_version **ret,
                      size_t *n)
{
        struct post *p;
        struct row r;
        size_t got = 0, most = POST_HISTORY_MAX + 1;
        TRY(post_get(cx, by, id, &p));
        struct post_version *v = make_n(cx->arena, most + 1, struct post_version);
        TRY(db_all(cx->db, &EDIT_HISTORY, cx->arena, BIND(V(id)), &r));
        while (got < most && row_next(&r)) {
                struct post_version *x = &v[got++];
                x->created_at = row_int(&r);
                x->content = (struct markup){row_str(&r)};
                x->spoiler = row_str(&r);
                x->sensitive = row_int(&r) != 0;
                x->media = row_str(&r);
                x->poll = row_str(&r);
        }
        TRY(row_end(&r));
        v[got++] = (struct post_version){
                .created_at = p->edited_at ? p->edited_at : p->created_at,
                .content = p->content,
                .spoiler = p->spoiler,
                .sensitive = p->sensitive,
                .media = S(""),
                .poll = STR_NONE,
        };
        *ret = v;
        *n = got;
        return OK;
}

enum err post_source(struct cx *cx, const struct viewer *by, int64_t id, struct str *text,
                     struct str *spoiler)
{
        struct viewer as;
        struct post *p;
        TRY(own(cx, by, id, &as, &p));
        *text = p->text;
        *spoiler = p->spoiler;
        return OK;
}

const struct stmt_list POST_EDIT_STATEMENTS = {
        (const struct stmt *const[]){&EDIT_HISTORY, &EDIT_MEDIA},
        2,
};
