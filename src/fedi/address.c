/* Checking addresses before they are believed, stored or asked for: see address.h. The origin rule
 * (an activity may touch only what lives on its actor's own origin) rests on these functions. */
#include "fedi/address.h"

/* In production there is one server to a host name, whatever the port; tests run several on one
 * machine. */
static bool is_ours(const struct settings *s, struct str host)
{
        struct str names[] = {s->host, s->account_domain};
        bool ports = s->federation_allow_private_addresses;
        for (size_t i = 0; i < countof(names); i++) {
                struct str name = names[i];
                if (!ports)
                        name = str_cut(name, 0, str_find_char(name, ':'));
                if (name.n && str_eq_nocase(host, name))
                        return true;
        }
        return false;
}

bool address_read(struct arena *a, const struct settings *s, struct str text, struct address *ret)
{
        struct url u;
        bool test = s->federation_allow_private_addresses;
        if (!text.n || text.n > ADDRESS_MAX || !url_read(a, text, &u) || !url_is_http(&u))
                return false;
        if (!test && (!str_eq(u.scheme, S("https")) || u.port))
                return false;
        if (str_ends(u.host,
                     S("."))) /* a second spelling of the same name, past every block list */
                return false;
        ret->text = text;
        ret->origin = url_origin(a, &u);
        ret->host = url_host_port(a, &u);
        ret->ours = is_ours(s, ret->host);
        return true;
}

bool address_read_far(struct arena *a, const struct settings *s, struct str text,
                      struct address *ret)
{
        return address_read(a, s, text, ret) && !ret->ours;
}

bool address_same_origin(const struct address *x, const struct address *y)
{
        return x->origin.n && str_eq(x->origin, y->origin);
}

struct str address_link(struct arena *a, struct str text)
{
        struct url u;
        if (!text.n || text.n > ADDRESS_MAX || !url_read(a, text, &u) || !url_is_http(&u))
                return STR_NONE;
        return url_text(a, &u);
}

struct str address_own_name(const struct settings *s, struct str text)
{
        if (!str_starts(text, s->url))
                return STR_NONE;
        struct str rest = str_after(text, s->url.n);
        if (!str_starts(rest, S("/users/")))
                return STR_NONE;
        rest = str_after(rest, 7);
        return rest.n && str_find_char(rest, '/') == rest.n ? rest : STR_NONE;
}
