/* Which page a post's preview is of, and asking for it: see link_card.h. Called where posts are
 * stored and changed, in their transaction. */
#include "lib/base/rand.h"
#include "lib/text/html_read.h"
#include "lib/text/url.h"
#include "social/link_card.h"
#include "store/job.h"

enum { SECOND = 1000, OLD_DAYS = 7, LOCAL_PART = 10, LEAST_PART = 12 };

static const struct stmt NEED = {
        .name = "link_card_need",
        .text = "INSERT INTO link_card (id, url) VALUES ($1, $2)"
                " ON CONFLICT (url) WHERE post IS NULL DO UPDATE SET url = $2"
                " RETURNING id, fetched_at",
        .in = "is",
        .out = "ii",
};
static const struct stmt SET = {
        .name = "post_link_set",
        .text = "INSERT INTO post_link (post, link) VALUES ($1, $2)"
                " ON CONFLICT (post) DO UPDATE SET link = $2",
        .in = "ii",
};
static const struct stmt UNSET = {
        .name = "post_link_unset",
        .text = "DELETE FROM post_link WHERE post = $1",
        .in = "i",
};
static const struct stmt UNGIVE = {
        .name = "link_card_ungive",
        .text = "DELETE FROM link_card WHERE post = $1",
        .in = "i",
};
static const struct stmt GIVE = {
        .name = "link_card_give",
        .text = "INSERT INTO link_card (id, url, post, state, title, description, provider_name,"
                " image_url, fetched_at) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8)"
                " ON CONFLICT (post) WHERE post IS NOT NULL DO UPDATE SET url = $2, title = $4,"
                " description = $5, provider_name = $6, image_url = $7, fetched_at = $8"
                " RETURNING id",
        .in = "isisssSi",
        .out = "i",
};

/* ---- which link ---- */

static bool names_somebody(struct str classes)
{
        static const char *const words[] = {"mention", "hashtag", "u-url", "quote-inline"};
        struct str word;
        while (str_next(&classes, ' ', &word))
                for (size_t i = 0; i < countof(words); i++)
                        if (str_eq_nocase(word, str_of(words[i])))
                                return true;
        return false;
}

static bool is_ours(struct cx *cx, const struct url *u)
{
        struct str host = url_host_port(cx->arena, u);
        return str_eq(host, cx->settings->host) || str_eq(host, cx->settings->account_domain);
}

static bool ends_with_sign(struct str text)
{
        return str_ends(text, S("@")) || str_ends(text, S("#"));
}

/* A quote as servers that know none are told of it. */
static bool announces_quote(struct str text)
{
        text = str_trim(text);
        return str_ends(text, S("RE:")) || str_ends(text, S("QT:"));
}

static struct str address_of(struct cx *cx, const struct html_token *t)
{
        struct url u;
        struct str href = html_decode(cx->arena, html_attr_get(t, "href"));
        if (!href.n || href.n > LINK_URL_BYTES || !url_read(cx->arena, href, &u) ||
            !url_is_http(&u) || is_ours(cx, &u))
                return STR_NONE;
        u.has_fragment = false;
        u.fragment = S("");
        href = url_text(cx->arena, &u);
        return href.n <= LINK_URL_BYTES ? href : STR_NONE; /* escapes make it longer */
}

/* Programs mark mentions and hashtags in many ways: by class, by rel, or only by the sign before or
 * inside the link. */
struct str link_card_find(struct cx *cx, struct markup content)
{
        struct html_reader r;
        struct html_token t;
        struct str before = S(""), href = STR_NONE;
        html_read_open(&r, content.html);
        while (html_read(&r, &t)) {
                if (t.kind == HTML_TEXT) {
                        struct str words = str_trim(t.text);
                        if (href.n && !str_starts(words, S("@")) && !str_starts(words, S("#")))
                                return href;
                        if (words.n) {
                                href = STR_NONE;
                                before = t.text;
                        }
                        continue;
                }
                if (t.kind != HTML_OPEN || !str_eq_nocase(t.name, S("a")))
                        continue;
                struct str rel = html_attr_get(&t, "rel");
                bool other = names_somebody(html_attr_get(&t, "class")) || str_has(rel, S("tag")) ||
                             ends_with_sign(before) || announces_quote(before);
                href = other ? STR_NONE : address_of(cx, &t);
        }
        return STR_NONE;
}

/* ---- asking ---- */

/* Local posts soon, others within the whole time; and never both at once. */
static int64_t moment(struct cx *cx, bool local)
{
        int64_t most = cx->settings->link_preview_delay_s * SECOND, least = most / LEAST_PART;
        if (local) {
                most /= LOCAL_PART;
                least = 0;
        }
        return cx_now(cx) + least + (int64_t)(rand_u64() % (uint64_t)(most - least + 1));
}

static enum err ask(struct cx *cx, const struct post *p, struct str url)
{
        struct row r;
        TRY(db_one(cx->db, &NEED, NULL, BIND(V(cx_id(cx)), V(url)), &r));
        int64_t link = row_int(&r), fetched_at = row_int(&r);
        TRY(row_end(&r));
        TRY(db_run(cx->db, &SET, BIND(V(p->id), V(link)), NULL));
        if (fetched_at > cx_now(cx) - (int64_t)LINK_FRESH_DAYS * 24 * 3600 * SECOND)
                return OK;
        struct str id = str_int(cx->arena, link);
        return job_add(cx, "link_card", str_fmt(cx->arena, "{\"link\":\"%.*s\"}", STR_ARG(id)), id,
                       moment(cx, p->local));
}

enum err link_card_wish(struct cx *cx, const struct post *p, struct str url)
{
        bool wanted = url.n && cx->settings->link_previews && p->audience <= AUDIENCE_QUIET &&
                      p->created_at > cx_now(cx) - (int64_t)OLD_DAYS * 24 * 3600 * SECOND;
        if (wanted)
                return ask(cx, p, url);
        TRY(db_run(cx->db, &UNSET, BIND(V(p->id)), NULL));
        return db_run(cx->db, &UNGIVE, BIND(V(p->id)), NULL);
}

enum err link_card_given(struct cx *cx, int64_t post, const struct link_card *said)
{
        struct row r;
        struct url u;
        if (!said->url.n || !said->title.n || !cx->settings->link_previews ||
            !url_read(cx->arena, said->url, &u) || !url_is_http(&u))
                return OK;
        struct str none = S("");
        TRY(db_one(cx->db, &GIVE, NULL,
                   BIND(V(cx_id(cx)), V(said->url), V(post), V(said->title),
                        V(said->description.p ? said->description : none), V(u.host),
                        V(said->image_url.n ? said->image_url : STR_NONE), V(cx_now(cx))),
                   &r));
        int64_t link = row_int(&r);
        TRY(row_end(&r));
        return db_run(cx->db, &SET, BIND(V(post), V(link)), NULL);
}

static const struct stmt *const statements[] = {&NEED, &SET, &UNSET, &UNGIVE, &GIVE};
const struct stmt_list LINK_WISH_STATEMENTS = {statements, countof(statements)};
