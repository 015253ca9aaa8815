/* Asking linked pages: see link_take.h. What comes is read as text only; nothing of a page's own
 * markup is kept (T038). Addresses inside private networks are refused by the fetcher,
 * whatever name or redirect leads there. */
#include "social/link_take.h"
#include "lib/base/log.h"
#include "lib/http/fetch.h"
#include "lib/text/json.h"
#include "lib/text/page_facts.h"
#include "lib/text/url.h"
#include "social/far_take.h"
#include "social/link_card.h"
#include "social/server_policy.h"

static const struct stmt NAMED = {
        .name = "link_card_named",
        .text = "SELECT 1 FROM post_link WHERE link = $1 LIMIT 1",
        .in = "i",
        .out = "i",
};

/* While one job asks, others that come see a page asked just now; it is free again soon when the
 * server stops in the middle. */
static const struct stmt CLAIM = {
        .name = "link_card_claim",
        .text = "UPDATE link_card SET fetched_at = $2 WHERE id = $1",
        .in = "ii",
};
enum { CLAIM_MS = 60000 };
static const int64_t FRESH_MS = (int64_t)LINK_FRESH_DAYS * 24 * 3600 * 1000;

struct asking {
        int64_t id;
        struct link_card card, *found;
        bool wanted, no_media;
};

/* Somebody may have asked meanwhile, and whoever named it may have thought better. */
static enum err look(struct cx *cx, void *arg)
{
        struct asking *a = arg;
        struct server_policy policy;
        struct row r;
        struct url u;
        int64_t fetched_at, old = cx_now(cx) - FRESH_MS;
        TRY(link_card_get(cx, a->id, &a->card, &fetched_at));
        TRY(db_find(cx->db, &NAMED, NULL, BIND(V(a->id)), &r, &a->wanted));
        if (!a->wanted)
                return OK;
        row_int(&r);
        TRY(row_end(&r));
        a->wanted = fetched_at < old && url_read(cx->arena, a->card.url, &u) && url_is_http(&u);
        if (!a->wanted)
                return OK;
        TRY(server_policy_said(cx, url_host_port(cx->arena, &u), &policy));
        a->wanted = policy.severity != SERVER_REFUSED;
        a->no_media = policy.no_media;
        return a->wanted ? db_run(cx->db, &CLAIM, BIND(V(a->id), V(old + CLAIM_MS)), NULL) : OK;
}

static enum err release(struct cx *cx, void *arg)
{
        return db_run(cx->db, &CLAIM, BIND(V(((const struct asking *)arg)->id), V(0)), NULL);
}

static enum err put(struct cx *cx, void *arg)
{
        const struct asking *a = arg;
        return link_card_put(cx, a->id, a->found);
}

/* Behind redirects, too, there may be a server that moderators refuse. */
static enum err check_end(struct cx *cx, void *arg)
{
        const struct str *url = arg;
        struct server_policy policy;
        struct url u;
        if (!url_read(cx->arena, *url, &u) || !url_is_http(&u))
                return ERR_INPUT;
        TRY(server_policy_said(cx, url_host_port(cx->arena, &u), &policy));
        return policy.severity == SERVER_REFUSED ? ERR_DENIED : OK;
}

static struct link_card *card_of(struct cx *cx, const struct asking *a, struct fetch_answer *answer)
{
        struct page_facts f;
        struct url u;
        struct arena *m = cx->arena;
        struct str html =
                page_text(m, answer->body, fetch_answer_header(answer, m, "content-type"));
        page_facts_read(m, html, answer->url, &f);
        if (!f.title.n || !url_read(m, answer->url, &u))
                return NULL;
        struct link_card *c = make(m, struct link_card);
        *c = (struct link_card){.title = f.title,
                                .description = f.description,
                                .language = f.language,
                                .author_name = f.author,
                                .author_url = f.author_url,
                                .provider_name = f.site.n ? f.site : u.host,
                                .provider_url = str_join(m, url_origin(m, &u), S("/")),
                                .image_url = a->no_media ? STR_NONE : f.image,
                                .image_description = f.image_words,
                                .published_at = f.published_at};
        return c;
}

static enum err read_image(struct cx *cx, void *arg)
{
        struct far_file *f = arg;
        TRY(far_file_get(cx, f->kind, f->owner, f));
        return far_file_may(cx, f);
}

static enum err show_again(struct cx *cx, void *arg)
{
        return link_card_tell(cx, ((const struct asking *)arg)->id);
}

/* With its size and colours the preview keeps its place while it loads. Without the picture it is
 * shown all the same. */
static enum err take_image(struct job *job, struct asking *a)
{
        struct far_file f = {.kind = FAR_LINK, .owner = a->id};
        struct far_take *t = job->cx->instance->far_take;
        if (!a->found || !a->found->image_url.n || !t || cx_read(job->cx, read_image, &f) ||
            far_take_now(t, &f))
                return OK;
        return cx_write(job->cx, show_again, a);
}

enum err link_card_run(struct job *job)
{
        static const struct fetch_type types[] = {{S_ROW("text/html"), {NULL, 0}},
                                                  {S_ROW("application/xhtml+xml"), {NULL, 0}}};
        struct cx *cx = job->cx;
        const struct json_value *j;
        struct asking a = {0};
        struct fetch_answer answer;
        TRY(json_read(cx->arena, job->payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "link"), &a.id))
                return ERR_INPUT;
        enum err e = cx_write(cx, look, &a);
        if (e || !a.wanted)
                return e == ERR_MISSING ? OK : e;
        struct fetch_request rq = {.url = a.card.url,
                                   .accept = S("text/html, application/xhtml+xml"),
                                   .types = types,
                                   .n_types = countof(types),
                                   .max_bytes = LINK_PAGE_BYTES,
                                   .cut = true,
                                   .total_ms = LINK_FETCH_MS,
                                   .follow = FETCH_FOLLOW_ANY};
        e = fetch_wait(cx->instance->fetcher, cx->arena, &rq, &answer);
        if (e == ERR_BUSY) {
                TRY(cx_write(cx, release, &a));
                return e;
        }
        if (!e && answer.status == 200 && !cx_read(cx, check_end, &answer.url))
                a.found = card_of(cx, &a, &answer);
        log_event(LOG_DEBUG, "link_card", LOG_Z("end", fetch_end_name(answer.end)),
                  LOG_N("found", a.found != NULL));
        TRY(cx_write(cx, put, &a));
        return take_image(job, &a);
}

static const struct stmt *const statements[] = {&NAMED, &CLAIM};
const struct stmt_list LINK_TAKE_STATEMENTS = {statements, countof(statements)};
