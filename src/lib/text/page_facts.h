/* What a web page says of itself in its head: title, description, picture, author (OpenGraph, Twitter cards, plain meta
 * elements). Only text comes out, none of it markup; a strange page gives little, never an error. Linear time. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"

enum { /* bytes; what is longer is cut between characters */
        PAGE_TITLE_BYTES = 500,
        PAGE_DESCRIPTION_BYTES = 1000,
        PAGE_NAME_BYTES = 200,
        PAGE_ADDRESS_BYTES = 2048
};

struct page_facts { /* STR_NONE: not said. All is clean text of one line. */
        struct str title, description, language, site, author, author_url, image, image_words;
        int64_t published_at; /* 0: not said */
};
/* The text is UTF-8 (page_text); `base` is the page's own address, for those it gives without one. */
void page_facts_read(struct arena *a, struct str html, struct str base, struct page_facts *ret);
/* Bytes as they came, as UTF-8: by the Content-Type's charset, else by what the page says, else as UTF-8; what does not
 * fit becomes U+FFFD. */
struct str page_text(struct arena *a, struct str bytes, struct str content_type);
/* An address that a page at `base` means by `href`: http or https, whole; STR_NONE for any other. */
struct str page_address(struct arena *a, struct str base, struct str href);
