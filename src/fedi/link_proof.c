/* Proving links in profiles: see link_proof.h. Run by a worker after a profile's lines changed.
 * What was proven stays so while the line stays (account_profile.c). Only the page at the very
 * address counts, or where it leads on its own origin, and only a whole address in rel="me" (T040).
 */
#include "fedi/link_proof.h"
#include "fedi/address.h"
#include "fedi/fedi.h"
#include "lib/text/html_read.h"
#include "lib/text/json.h"
#include "social/account.h"

static bool says_me(struct str rel)
{
        struct str word;
        while (str_next(&rel, ' ', &word))
                if (str_eq_nocase(str_trim(word), S("me")))
                        return true;
        return false;
}

bool link_proof_in(struct arena *a, struct str html, struct str address)
{
        struct html_reader r;
        struct html_token t;
        html_read_open(&r, html);
        while (html_read(&r, &t)) {
                if (t.kind != HTML_OPEN ||
                    !(str_eq_nocase(t.name, S("a")) || str_eq_nocase(t.name, S("link"))))
                        continue;
                struct str rel = html_attr_get(&t, "rel"), href = html_attr_get(&t, "href");
                if (rel.n && href.n && href.n < ADDRESS_MAX && says_me(html_decode(a, rel)) &&
                    str_eq(str_trim(html_decode(a, href)), address))
                        return true;
        }
        return false;
}

struct proving {
        int64_t id, at;
        struct account *account;
        struct str value;
};

static enum err load(struct cx *cx, void *arg)
{
        struct proving *p = arg;
        return account_get(cx, p->id, &p->account);
}

static enum err keep(struct cx *cx, void *arg)
{
        const struct proving *p = arg;
        return account_field_proven(cx, p->id, p->value);
}

/* A line that is one address and nothing else. */
static bool is_address(struct str value)
{
        return (str_starts(value, S("https://")) || str_starts(value, S("http://"))) &&
               !str_has_char(value, ' ') && value.n <= ADDRESS_MAX;
}

/* A page that cannot be had proves nothing; *later: perhaps another time. */
static bool proves(struct cx *cx, const struct proving *p, bool *later)
{
        static const struct fetch_type types[] = {{S_ROW("text/html"), {0}},
                                                  {S_ROW("application/xhtml+xml"), {0}}};
        struct fetch_answer answer;
        struct fetch_request rq = {.url = address_link(cx->arena, p->value),
                                   .accept = S("text/html, application/xhtml+xml"),
                                   .types = types,
                                   .n_types = countof(types),
                                   .max_bytes = LINK_PROOF_BYTES,
                                   .follow = FETCH_FOLLOW_ORIGIN};
        if (!rq.url.n)
                return false;
        enum err e = fetch_wait(cx->instance->fedi->fetcher, cx->arena, &rq, &answer);
        *later = *later || e == ERR_REMOTE || e == ERR_BUSY || (!e && answer.status >= 500);
        return !e && answer.status == 200 &&
               (link_proof_in(cx->arena, answer.body, p->account->url) ||
                link_proof_in(cx->arena, answer.body, p->account->uri));
}

enum err link_proof_run(struct job *job)
{
        const struct json_value *j;
        struct proving p = {0};
        bool later = false;
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "account"), &p.id))
                return ERR_INPUT;
        enum err e = cx_read(job->cx, load, &p);
        if (e)
                return e == ERR_MISSING ? OK : e;
        for (size_t i = 0; i < p.account->n_fields; i++) {
                const struct account_field *f = &p.account->fields[i];
                p.value = f->value;
                if (f->verified_at || !is_address(f->value) || !proves(job->cx, &p, &later))
                        continue;
                TRY(cx_write(job->cx, keep, &p));
        }
        return later ? ERR_REMOTE : OK;
}
