/* Values of ActivityStreams documents as other programs write them: plain JSON with known names, never expanded, never
 * looked up. Any property may be absent, null, one value or a list; these functions hide that. All take NULL. */
#pragma once
#include "lib/text/json.h"

/* for (v = as_first(p); v; v = as_next(p, v)): the values of a property, written as one or as a list; null is none. */
const struct json_value *as_first(const struct json_value *property);
const struct json_value *as_next(const struct json_value *property, const struct json_value *v);
/* The only value: NULL when there are several, so that two readers can never disagree which one is meant. */
const struct json_value *as_only(const struct json_value *property);
/* What a value names: the string itself, or the "id" of an object. Lists name nothing. */
struct str as_id(const struct json_value *v);
/* The id of the only value. */
struct str as_only_id(const struct json_value *property);
/* An address: the string itself, or the "href" (else the "url") of an object. */
struct str as_href(const struct json_value *v);
bool as_is(const struct json_value *object, const char *type); /* "type" may be a list */
bool as_is_public(struct str id); /* the public collection, in its three spellings */
/* Does the property name this id, or the public collection? */
bool as_names(const struct json_value *property, struct str id);
bool as_names_public(const struct json_value *property);
/* A whole number, cut to 0...2^31: counts of strangers. */
int64_t as_count(const struct json_value *v);
/* A document that tries to mean something else to a JSON-LD processor than to us (@graph, @included, @reverse, at any
 * depth). */
bool as_is_plain(const struct json_value *document);
