/* Reading values that may be written in several ways: see as.h. Called by everything that reads
 * others' documents. One accessor for a thing, used both where it is checked and where it is used:
 * servers were taken over by documents that their validator and their reader understood
 * differently. */
#include "fedi/as.h"

const struct json_value *as_first(const struct json_value *property)
{
        if (!property || property->type == JSON_NULL)
                return NULL;
        if (property->type != JSON_ARRAY)
                return property;
        const struct json_value *v = property->child;
        while (v && v->type == JSON_NULL)
                v = v->next;
        return v;
}

const struct json_value *as_next(const struct json_value *property, const struct json_value *v)
{
        if (property->type != JSON_ARRAY)
                return NULL;
        do
                v = v->next;
        while (v && v->type == JSON_NULL);
        return v;
}

const struct json_value *as_only(const struct json_value *property)
{
        const struct json_value *v = as_first(property);
        return v && !as_next(property, v) ? v : NULL;
}

struct str as_id(const struct json_value *v)
{
        if (v && v->type == JSON_OBJECT)
                return json_get_text(v, "id");
        return json_text(v);
}

struct str as_only_id(const struct json_value *property)
{
        return as_id(as_only(property));
}

struct str as_href(const struct json_value *v)
{
        if (!v || v->type != JSON_OBJECT)
                return json_text(v);
        struct str href = json_get_text(v, "href");
        return href.p ? href : json_get_text(v, "url");
}

bool as_is(const struct json_value *object, const char *type)
{
        const struct json_value *types = json_get(object, "type");
        for (const struct json_value *v = as_first(types); v; v = as_next(types, v))
                if (v->type == JSON_STRING && str_eq(v->text, str_of(type)))
                        return true;
        return false;
}

bool as_is_public(struct str id)
{
        return str_eq(id, S("https://www.w3.org/ns/activitystreams#Public")) ||
               str_eq(id, S("as:Public")) || str_eq(id, S("Public"));
}

bool as_names(const struct json_value *property, struct str id)
{
        for (const struct json_value *v = as_first(property); id.n && v; v = as_next(property, v))
                if (str_eq(as_id(v), id))
                        return true;
        return false;
}

bool as_names_public(const struct json_value *property)
{
        for (const struct json_value *v = as_first(property); v; v = as_next(property, v))
                if (as_is_public(as_id(v)))
                        return true;
        return false;
}

int64_t as_count(const struct json_value *v)
{
        int64_t n;
        if (!json_i64(v, &n) || n < 0)
                return 0;
        return n > INT32_MAX ? INT32_MAX : n;
}

/* As deep as the reader lets documents be, which is 64. */
bool as_is_plain(const struct json_value *v)
{
        if (!v)
                return true;
        if (str_eq(v->key, S("@graph")) || str_eq(v->key, S("@included")) ||
            str_eq(v->key, S("@reverse")))
                return false;
        for (const struct json_value *c = v->child; c; c = c->next)
                if (!as_is_plain(c))
                        return false;
        return true;
}
