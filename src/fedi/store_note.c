/* Storing a post: see store.h. Called for what arrives at an inbox and for what is fetched. What a
 * post names but is not here yet never keeps it waiting: it is stored as it is, and a job brings
 * the rest. */
#include "fedi/store.h"
#include "lib/base/id.h"
#include "social/coauthor.h"
#include "social/home.h"
#include "social/link_card.h"
#include "social/mention.h"
#include "social/post_far.h"
#include "social/post_reach.h"
#include "social/quote.h"
#include "social/server_policy.h"
#include "social/tag.h"
#include "store/job.h"

enum { OLD_MS = 14 * 24 * 3600 * 1000 /* older ones are told to nobody */, QUOTERS = 20 };

static const struct stmt ID_TAKEN = {
        .name = "store_id_taken",
        .text = "SELECT 1 FROM post WHERE id = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt MENTION_ADD = {
        .name = "store_mention_add",
        .text = "INSERT INTO mention (post, account, silent) VALUES ($1, $2, 0)"
                " ON CONFLICT DO NOTHING",
        .in = "ii",
};
static const struct stmt ADDRESSED_ADD = {
        .name = "store_addressed_add",
        .text = "INSERT INTO mention (post, account, silent) SELECT p.id, $2, 1 FROM post p WHERE "
                "p.id = $1 AND p.account = $3 AND p.audience IN (3, 4) ON CONFLICT DO NOTHING",
        .in = "iii",
};
static const struct stmt HAS_MENTIONS = {
        .name = "store_has_mentions",
        .text = "UPDATE post SET has = has + 4 WHERE id = $1 AND has / 4 % 2 = 0",
        .in = "i",
};

/* ---- people ---- */

struct people {
        struct mention_new v[NOTE_MENTIONS_MAX + NOTE_ADDRESSED_MAX];
        size_t n;
        struct str missing[NOTE_MENTIONS_MAX]; /* named, and not known here */
        size_t n_missing;
};

static void add_person(struct people *p, int64_t account, bool silent)
{
        for (size_t i = 0; i < p->n; i++)
                if (p->v[i].account == account)
                        return;
        p->v[p->n++] = (struct mention_new){account, silent};
}

enum err store_find_post(struct cx *cx, struct str uri, int64_t *id)
{
        *id = 0;
        if (!uri.n)
                return OK;
        enum err e = post_by_uri(cx, uri, id);
        return e == ERR_MISSING ? OK : e;
}

/* href wins; the name is for those who leave it out, and for links to a profile's page. A name
 * without a server is of the author's. */
static enum err find_person(struct cx *cx, const struct note_mention *m,
                            const struct account_known *by, int64_t *id)
{
        struct str name, domain, text = m->name;
        TRY(account_find_uri(cx, m->href, id));
        if (*id || !text.n)
                return OK;
        if (!str_has_char(text, '@'))
                text = str_fmt(cx->arena, "%.*s@%.*s", STR_ARG(text), STR_ARG(by->domain));
        if (!handle_read(cx->arena, text, &name, &domain))
                return OK;
        return account_find_name(cx, name, domain, id);
}

static enum err find_people(struct cx *cx, const struct store_note *s, struct people *p)
{
        const struct note_in *n = s->note;
        int64_t id;
        *p = (struct people){0};
        for (size_t i = 0; i < n->n_mentions; i++) {
                TRY(find_person(cx, &n->mentions[i], s->author, &id));
                if (id)
                        add_person(p, id, false);
                else if (n->mentions[i].href.n)
                        p->missing[p->n_missing++] = n->mentions[i].href;
        }
        /* Addressed without being named: they may read it, but are not told. */
        for (size_t i = 0; i < n->n_addressed; i++) {
                if (!address_own_name(cx->settings, n->addressed[i]).n)
                        continue;
                TRY(account_find_uri(cx, n->addressed[i], &id));
                if (id)
                        add_person(p, id, true);
        }
        return OK;
}

/* ---- the other pieces ---- */

static enum err find_tags(struct cx *cx, const struct note_in *n, struct post_new *to)
{
        struct tag_new *v = make_n(cx->arena, n->n_tags + 1, struct tag_new);
        size_t k = 0;
        for (size_t i = 0; i < n->n_tags; i++) {
                struct str folded;
                enum err e = tag_fold(cx, n->tags[i], &folded);
                bool twice = e != OK;
                for (size_t m = 0; m < k && !twice; m++)
                        twice = str_eq(v[m].name, folded);
                if (!twice)
                        v[k++] = (struct tag_new){folded, n->tags[i]};
        }
        to->tags = v;
        to->n_tags = k;
        return OK;
}

static enum err need_media(struct cx *cx, const struct store_note *s, int64_t post,
                           struct post_new *to)
{
        const struct note_in *n = s->note;
        int64_t *ids = make_n(cx->arena, n->n_files + 1, int64_t);
        for (size_t i = 0; i < n->n_files; i++) {
                const struct note_file *f = &n->files[i];
                struct media_far m = {.kind = f->kind,
                                      .url = f->url,
                                      .type = f->type,
                                      .description = f->description,
                                      .caption = f->caption,
                                      .blurhash = f->blurhash,
                                      .picture = f->kind == MEDIA_IMAGE ? STR_NONE : f->preview,
                                      .width = f->width,
                                      .height = f->height,
                                      .focus_x = f->focus_x,
                                      .focus_y = f->focus_y};
                TRY(media_far_need(cx, s->author->id, post, &m, &ids[i]));
        }
        to->media = ids;
        to->n_media = n->n_files;
        return OK;
}

static void put_poll(struct cx *cx, const struct note_in *n, struct post_new *to)
{
        struct poll_new *p;
        if (!n->poll)
                return;
        p = make(cx->arena, struct poll_new);
        *p = (struct poll_new){.options = n->poll->options,
                               .n = n->poll->n,
                               .expires_at = n->poll->ends_at,
                               .multiple = n->poll->multiple,
                               .votes = n->poll->votes,
                               .voters = n->poll->voters};
        to->poll = p;
}

static enum err put_emoji(struct cx *cx, const struct store_note *s)
{
        for (size_t i = 0; i < s->note->n_emoji; i++) {
                const struct note_emoji *e = &s->note->emoji[i];
                TRY(emoji_far_seen(cx, s->author->domain, e->shortcode, e->url, e->updated_at));
        }
        return OK;
}

/* The id carries the time of publication, so that every timeline is simply by id. */
static enum err free_id(struct cx *cx, int64_t at, int64_t *ret)
{
        bool taken = true;
        while (taken) {
                struct row r;
                *ret = id_at(at);
                TRY(db_find(cx->db, &ID_TAKEN, NULL, BIND(V(*ret)), &r, &taken));
                if (taken) {
                        row_int(&r);
                        TRY(row_end(&r));
                }
        }
        return OK;
}

static struct post_far beside(const struct note_in *n, int64_t reply_to)
{
        return (struct post_far){.replies_uri = n->replies,
                                 .context_uri = n->context,
                                 .reply_uri = reply_to ? STR_NONE : n->reply_to,
                                 .quote_uri = n->quote,
                                 .quote_approval = n->quote_approval,
                                 .policy = n->policy};
}

/* ---- quotes ---- */

enum err store_quote(struct cx *cx, int64_t post, int64_t author, struct str quote_uri,
                     struct str approval)
{
        struct post *quoted, *p;
        int64_t id, stamp = 0;
        TRY(store_find_post(cx, quote_uri, &id));
        if (!id)
                return OK;
        TRY(post_load(cx, id, &quoted));
        TRY(post_load(cx, post, &p));
        if (quoted->boost_of || (quoted->audience > AUDIENCE_QUIET && quoted->account != author))
                return OK;
        enum quote_state state = quoted->account == author ? QUOTE_ACCEPTED : QUOTE_PENDING;
        if (quoted->local && state == QUOTE_PENDING) {
                TRY(quote_stamp_find(cx, id, p->uri, &stamp));
                if (stamp)
                        state = QUOTE_ACCEPTED;
        }
        if (p->quote_of == id && p->quote_state != QUOTE_PENDING && state == QUOTE_PENDING)
                return OK; /* an answer is known already */
        (void)approval;    /* of somebody elsewhere: asked for by the job */
        return quote_set(cx, post, id, state);
}

static enum err quoters(struct cx *cx, struct str uri)
{
        int64_t ids[QUOTERS];
        size_t n;
        TRY(quote_waiting(cx, uri, ids, QUOTERS, &n));
        for (size_t i = 0; i < n; i++) {
                struct post *p;
                TRY(post_load(cx, ids[i], &p));
                TRY(store_quote(cx, p->id, p->account, uri, STR_NONE));
        }
        return OK;
}

/* ---- storing ---- */

/* What is to be done once more with time: people, the parent, the quoted post and its approval. */
static enum err add_rest_job(struct cx *cx, const struct store_note *s, const struct people *p,
                             int64_t id)
{
        struct buf b = {0};
        struct json j;
        if (s->budget <= 0)
                return OK;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "post", id);
        json_int(&j, "budget", s->budget);
        json_array(&j, "mentions");
        for (size_t i = 0; i < p->n_missing; i++)
                json_str(&j, NULL, p->missing[i]);
        json_end(&j);
        json_array(&j, "authors");
        for (size_t i = 0; i < s->note->n_authors; i++)
                json_str(&j, NULL, s->note->authors[i]);
        json_end(&j);
        json_end(&j);
        return job_add_buf(cx, "note_rest", &b, str_int(cx->arena, id));
}

static enum err find_parent(struct cx *cx, const struct note_in *n, struct post *p)
{
        int64_t id;
        struct post *parent;
        TRY(store_find_post(cx, n->reply_to, &id));
        if (!id)
                return OK;
        TRY(post_load(cx, id, &parent));
        if (parent->boost_of)
                TRY(post_load(cx, parent->boost_of, &parent));
        p->reply_to = parent->id;
        p->reply_account = parent->account;
        p->thread = parent->thread;
        return OK;
}

static enum err fill(struct cx *cx, const struct store_note *s, int64_t id, struct people *people,
                     struct post_new *to)
{
        const struct note_in *n = s->note;
        struct server_policy policy;
        to->post = (struct post){.id = id,
                                 .account = s->author->id,
                                 .uri = n->id.text,
                                 .url = n->url,
                                 .audience = n->audience,
                                 .content = n->content,
                                 .text = S(""),
                                 .spoiler = n->spoiler,
                                 .sensitive = n->sensitive,
                                 .language = n->language,
                                 .quote_policy = n->quote_policy,
                                 .has = (n->n_emoji ? POST_HAS_EMOJI : 0) |
                                        (n->page.url.n ? POST_HAS_CARD : 0),
                                 .created_at = n->created_at,
                                 .edited_at = n->edited_at};
        TRY(find_people(cx, s, people));
        to->mentions = people->v;
        to->n_mentions = people->n;
        TRY(find_tags(cx, n, to));
        put_poll(cx, n, to);
        if (!n->n_emoji && !n->n_files)
                return OK;
        TRY(server_policy_get(cx, s->author->domain, &policy));
        if (policy.no_media)
                return OK;
        TRY(put_emoji(cx, s));
        return need_media(cx, s, id, to);
}

/* What the post's own server says of the page spares us from asking it. */
static enum err store_page(struct cx *cx, const struct store_note *s, int64_t id)
{
        const struct note_page *p = &s->note->page;
        struct server_policy policy;
        if (!p->url.n)
                return OK;
        TRY(server_policy_get(cx, s->author->domain, &policy));
        const struct link_card said = {.url = p->url,
                                       .title = p->title,
                                       .description = p->description,
                                       .image_url = policy.no_media ? STR_NONE : p->image};
        return link_card_given(cx, id, &said);
}

/* Those not known yet stand in `mentions` of the job, and are written down when it has them. */
static enum err put_authors(struct cx *cx, const struct store_note *s, int64_t post, bool quiet)
{
        int64_t ids[COAUTHORS_MAX];
        size_t n = 0;
        for (size_t i = 0; i < s->note->n_authors; i++) {
                TRY(account_find_uri(cx, s->note->authors[i], &ids[n]));
                n += ids[n] ? 1 : 0;
        }
        return coauthor_given(cx, post, ids, n, quiet);
}

/* It came before, for somebody else here: people of a chosen audience are each sent a document of
 * their own. */
static enum err address_too(struct cx *cx, const struct store_note *s, int64_t post)
{
        const struct note_in *n = s->note;
        for (size_t i = 0; i < n->n_addressed; i++) {
                int64_t account, added = 0;
                bool home;
                if (!address_own_name(cx->settings, n->addressed[i]).n)
                        continue;
                TRY(account_find_uri(cx, n->addressed[i], &account));
                if (account)
                        TRY(db_run(cx->db, &ADDRESSED_ADD,
                                   BIND(V(post), V(account), V(s->author->id)), &added));
                if (!added)
                        continue;
                TRY(db_run(cx->db, &HAS_MENTIONS, BIND(V(post)), NULL));
                TRY(home_follow_started(cx, account, s->author->id));
                TRY(home_has(cx, account, post, &home));
                if (home)
                        cx_event(cx, EVENT_HOME, account, post);
        }
        return OK;
}

enum err store_note(struct cx *cx, const struct store_note *s, int64_t *id)
{
        const struct note_in *n = s->note;
        struct post_new *to = make(cx->arena, struct post_new);
        struct people *people = make(cx->arena, struct people);
        bool gone;
        if (!s->is_new) {
                TRY(store_find_post(cx, n->id.text, id));
                if (*id)
                        return address_too(cx, s, *id);
        }
        TRY(tombstone_find(cx, n->id.text, &gone));
        if (gone)
                return ERR_GONE;
        TRY(free_id(cx, n->created_at, id));
        TRY(fill(cx, s, *id, people, to));
        TRY(find_parent(cx, n, &to->post));
        to->quiet = s->how & STORE_QUIET || n->created_at < cx_now(cx) - (int64_t)OLD_MS;
        TRY(post_store(cx, to));
        TRY(put_authors(cx, s, *id, to->quiet));
        TRY(store_page(cx, s, *id));
        struct post_far far = beside(n, to->post.reply_to);
        TRY(post_far_put(cx, *id, &far));
        TRY(post_far_arrived(cx, *id, n->id.text));
        TRY(quoters(cx, n->id.text));
        TRY(store_quote(cx, *id, s->author->id, n->quote, n->quote_approval));
        bool whole = !people->n_missing && !far.reply_uri.n && !n->quote.n;
        return whole ? OK : add_rest_job(cx, s, people, *id);
}

static enum err count_poll(struct cx *cx, const struct note_in *n, const struct post *old)
{
        if (!n->poll || !(old->has & POST_HAS_POLL))
                return OK;
        return post_far_poll(cx, old->id, n->poll->votes, n->poll->n, n->poll->voters,
                             n->poll->ends_at);
}

/* An Update without a newer date only moves the counts of a poll, unless the words differ: some
 * servers never say when. */
static bool is_edit(const struct note_in *n, const struct post *old)
{
        if (n->edited_at)
                return n->edited_at > old->edited_at;
        return !str_eq(n->content.html, old->content.html) || !str_eq(n->spoiler, old->spoiler);
}

/* Beside its words: fewer may see it than before, and who may answer, boost or quote it. What is
 * said later opens nothing (T091), and what was said earlier comes too late. */
static enum err store_rules(struct cx *cx, const struct note_in *n, const struct post *old)
{
        struct post_far far;
        if (n->edited_at < old->edited_at)
                return OK;
        TRY(post_reach_far(cx, old, n->says_who ? n->audience : old->audience, n->quote_policy));
        enum err e = post_far_get(cx, old->id, &far);
        if (e || str_eq(far.policy, n->policy))
                return e == ERR_MISSING ? OK : e;
        far.policy = n->policy;
        return post_far_put(cx, old->id, &far);
}

/* Dates are in seconds: who wrote it may have changed in the same one. */
static enum err not_edited(struct cx *cx, const struct store_note *s, const struct post *old,
                           struct people *people)
{
        if (s->note->n_authors || (old->has & POST_HAS_AUTHORS)) {
                TRY(find_people(cx, s, people));
                TRY(put_authors(cx, s, old->id, false));
                if (s->note->n_authors && people->n_missing)
                        TRY(add_rest_job(cx, s, people, old->id));
        }
        TRY(store_rules(cx, s->note, old));
        return count_poll(cx, s->note, old);
}

enum err store_note_again(struct cx *cx, const struct store_note *s, int64_t id)
{
        const struct note_in *n = s->note;
        struct post_new *to = make(cx->arena, struct post_new);
        struct people *people = make(cx->arena, struct people);
        struct post *old;
        TRY(post_load(cx, id, &old));
        if (!is_edit(n, old))
                return not_edited(cx, s, old, people);
        TRY(fill(cx, s, id, people, to));
        if (!to->post.edited_at)
                to->post.edited_at = cx_now(cx);
        to->post.reply_to = old->reply_to;
        to->post.reply_account = old->reply_account;
        to->post.thread = old->thread;
        to->post.has |= old->has & POST_HAS_AUTHORS;
        to->post.audience = old->audience; /* what is said later opens nothing (T091) */
        TRY(post_replace(cx, old, to, true));
        TRY(post_reach_far(cx, old, n->says_who ? n->audience : old->audience, n->quote_policy));
        TRY(put_authors(cx, s, id, false));
        TRY(store_page(cx, s, id));
        TRY(count_poll(cx, n, old));
        struct post_far far = beside(n, old->reply_to);
        TRY(post_far_put(cx, id, &far));
        TRY(store_quote(cx, id, s->author->id, n->quote, n->quote_approval));
        return people->n_missing || n->quote.n ? add_rest_job(cx, s, people, id) : OK;
}

enum err store_mention(struct cx *cx, int64_t post, int64_t account)
{
        int64_t changed;
        TRY(db_run(cx->db, &MENTION_ADD, BIND(V(post), V(account)), &changed));
        if (!changed)
                return OK;
        TRY(db_run(cx->db, &HAS_MENTIONS, BIND(V(post)), NULL));
        cx_event(cx, EVENT_POST_CHANGED, 0, post);
        return OK;
}

_Static_assert(AUDIENCE_CIRCLE == 3 && AUDIENCE_MENTIONED == 4,
               "a statement above carries the audiences as numbers");

static const struct stmt *const statements[] = {&ID_TAKEN, &MENTION_ADD, &ADDRESSED_ADD,
                                                &HAS_MENTIONS};
const struct stmt_list STORE_STATEMENTS = {statements, countof(statements)};
