/* HTML of strangers as a stream of tokens, by the rules browsers use to find tags, attributes and comments (WHATWG
 * section 13.2.5). It builds no tree; the sanitiser and whoever looks for a tag in a fetched page do with the tokens
 * what they need. Linear time, no memory; everything points into the text. */
#pragma once
#include "lib/base/str.h"

enum html_kind { HTML_TEXT, HTML_OPEN, HTML_CLOSE };

struct html_token {
        enum html_kind kind;
        struct str name;   /* of a tag, as written: compare with str_eq_nocase */
        struct str attrs;  /* of a tag, for html_attr */
        struct str text;   /* HTML_TEXT: raw, references not decoded */
        bool raw;          /* HTML_TEXT inside script, style, title...: no markup */
        bool self_closing; /* HTML_OPEN ended by "/>" */
};

struct html_reader {
        struct str rest;
        struct str inside; /* the raw element whose text comes next */
};

void html_read_open(struct html_reader *r, struct str html);
/* The next token; false at the end. Comments, declarations and an unfinished last tag are left out. */
bool html_read(struct html_reader *r, struct html_token *ret);
/* Takes the next attribute off *attrs: its name, and its value as written (references not decoded). */
bool html_attr(struct str *attrs, struct str *name, struct str *value);
/* The value of one attribute of a tag, the first where it is given twice; STR_NONE when absent. */
struct str html_attr_get(const struct html_token *t, const char *name);
/* A value or text with its references decoded. */
struct str html_decode(struct arena *a, struct str raw);
