/* Reading what a server's WebFinger says about a name: see actor_in.h. Called when somebody is
 * looked up by name, and to confirm the name a newly met actor goes by. */
#include "fedi/actor_in.h"

/* Several may stand there: Lemmy lists a person and a community of one name. */
static bool is_self(const struct json_value *link)
{
        struct str type = json_get_text(link, "type");
        struct str essence = str_trim(str_cut(type, 0, str_find_char(type, ';')));
        if (!str_eq(json_get_text(link, "rel"), S("self")))
                return false;
        if (str_eq_nocase(essence, S("application/activity+json")))
                return true;
        return str_eq_nocase(essence, S("application/ld+json")) &&
               str_has(type, S("https://www.w3.org/ns/activitystreams"));
}

/* Hubzilla's subject lacks the domain, which is then where the question went. */
static bool read_subject(struct reading *r, struct str subject, struct str asked,
                         struct webfinger_in *w)
{
        if (handle_read(r->arena, subject, &w->name, &w->domain))
                return true;
        if (str_has_char(subject, '@') || str_has_char(subject, '/'))
                return false;
        if (str_starts_nocase(subject, S("acct:")))
                subject = str_after(subject, 5);
        return handle_read(r->arena,
                           str_fmt(r->arena, "%.*s@%.*s", STR_ARG(subject), STR_ARG(asked)),
                           &w->name, &w->domain);
}

enum err webfinger_in_read(struct reading *r, const struct json_value *answer, struct str asked,
                           struct webfinger_in *ret)
{
        const struct json_value *links = json_get(answer, "links");
        struct address a;
        *ret = (struct webfinger_in){0};
        r->why = NULL;
        if (!read_subject(r, json_get_text(answer, "subject"), asked, ret))
                return reading_refuse(r, "no_subject");
        for (const struct json_value *v = as_first(links); v; v = as_next(links, v)) {
                struct str href = json_get_text(v, "href");
                if (!is_self(v) || ret->n_self == WEBFINGER_SELF_MAX ||
                    !address_read_far(r->arena, r->settings, href, &a))
                        continue;
                ret->self[ret->n_self++] = href;
        }
        return ret->n_self ? OK : reading_refuse(r, "no_self");
}

bool webfinger_in_names(const struct webfinger_in *w, struct str actor)
{
        for (size_t i = 0; i < w->n_self; i++)
                if (str_eq(w->self[i], actor))
                        return true;
        return false;
}
