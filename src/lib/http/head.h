/* The head of a request: found in the bytes that came so far, then read strictly (RFC 9112) as a whole. Whatever two
 * readers could understand differently is refused, so that nothing can be smuggled past a proxy. */
#pragma once
#include "lib/base/err.h"
#include "lib/http/req.h"

enum {
        HEAD_LINE_MAX = 8 * 1024,    /* request line; clients keep addresses under 4 KiB */
        HEAD_FIELDS_MAX = 32 * 1024, /* all header lines; a browser with cookies sends 2 KiB */
        HEAD_MAX = HEAD_LINE_MAX + 2 + HEAD_FIELDS_MAX,
        HEAD_HEADERS = 100,
        HEAD_BLANK_LINES = 4, /* before the request line: RFC 9112 section 2.2 asks for one */
        HEAD_LENGTH_DIGITS = 12,
};

/* Where a search for the end of the head stands; zeroed at its start. */
struct head_scan {
        size_t from, line, at; /* start of the request line, of the current line, of what is not looked at yet */
        size_t end;            /* just past the empty line */
        int blanks;
};

/* Looks at what is new in `seen` (all bytes so far, from the same start every time). *done when the head is complete:
 * bytes from..end. ERR_MALFORMED, ERR_TARGET_LONG or ERR_HEAD_LARGE as soon as it cannot become a good one. */
MUST_USE enum err head_find(struct head_scan *s, struct str seen, bool *done);

struct head {
        enum method method;
        int minor; /* HTTP/1.minor */
        struct str target, path, query; /* raw; query without its '?', p == NULL without one */
        struct str host;                /* STR_NONE: an HTTP/1.0 request without one */
        int64_t length;                 /* Content-Length; -1 without one */
        bool chunked, keep_alive, upgrade, expect_continue;
        size_t n;
        struct req_header headers[HEAD_HEADERS];
};

/* Reads a complete head; lower-cases the names in place. Everything in *ret points into p. */
MUST_USE enum err head_read(char *p, size_t n, struct head *ret);

bool head_is_token(struct str s); /* RFC 9110 token: one or more tchar */
/* Is `token` (lower case) in a comma-separated list? */
bool head_list_has(struct str list, struct str token);
