/* One request from head to answer: what a handler reads and writes. Everything in it lives as long as the request. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/http/route.h"
#include "lib/text/markup.h"

struct cx;     /* what handlers work with (store/cx.h); set by the lane that runs the request */
struct viewer; /* who asks (social/audience.h); set by admit */
struct json;
struct html;

struct req_header {
        struct str name, value; /* name in lower case */
};

/* One parameter. Names are in bracket form whatever the encoding: JSON {"poll":{"options":["a"]}} and a form's
 * poll[options][]=a both become name "poll[options][]"; objects in arrays count up: fields_attributes[0][name]
 * (JSON and "[]" forms alike). Query parameters come first; the body's win where one value is asked for. */
enum param_type { PARAM_TEXT, PARAM_NULL, PARAM_NUMBER, PARAM_BOOL, PARAM_FILE, PARAM_EMPTY_LIST };
struct req_param {
        struct str name, text;
        enum param_type type;
        bool from_body;
        struct upload *file; /* PARAM_FILE */
};

/* A file that came in a multipart body, in a temporary file that goes with the request. The client's name for it is
 * not kept: it is never a path and never echoed. */
struct upload {
        int fd; /* open for reading and writing, position anywhere; closed with the request */
        int64_t size;
        struct str type; /* as the client said; not to be believed */
};

enum { ROUTE_PARAMS = 6 };

struct req {
        struct arena *arena;
        struct cx *cx;
        struct viewer *viewer; /* never NULL in a handler; a stranger has account 0 */
        uint64_t scopes;       /* what the credential grants */
        void *session;         /* the application's own, set by admit */
        const struct route *route;
        enum door door;
        enum method method;
        struct str path;  /* decoded, as matched */
        struct str target; /* raw, with the query */
        struct str query; /* raw */
        struct str host;  /* as sent, checked against the configured names */
        struct str peer;  /* the client's address as text, believed from trusted proxies only */
        bool secure;      /* reached us by https, likewise */
        const struct req_header *headers;
        size_t n_headers;
        const struct req_param *params;
        size_t n_params;
        struct str path_names[ROUTE_PARAMS], path_values[ROUTE_PARAMS];
        struct str body;      /* BODY_RAW */
        struct str limit_key; /* set by admit; the peer's address otherwise */
        size_t body_max;      /* set by admit to allow this request less than its route does; 0: as the route */
        const char *id;       /* of the request, for X-Request-Id and the log */
        /* The answer. */
        int status;
        struct buf *out;
        struct str fault;     /* a sentence for the person, set by req_fail */
        enum err (*next)(struct req *rq); /* set by req_go_on */
        enum lane next_lane;
        void (*hold)(struct req *rq); /* set by req_hold */
        void (*resume)(void *lanes, struct req *rq); /* set by the lanes before they call hold */
        void *lanes;
        struct http_conn *conn; /* lib/http's own from here */
        struct http_answer *answer;
};

/* Reading. */
struct str req_header(const struct req *rq, const char *name_lower); /* STR_NONE when absent; several joined with ", " */
struct str req_path(const struct req *rq, const char *name);         /* a ":name" of the route */
int64_t req_path_id(const struct req *rq, const char *name);         /* 0 when it is no id */
struct str req_param(const struct req *rq, const char *name);        /* the last one given, or STR_NONE */
int64_t req_param_id(const struct req *rq, const char *name);        /* 0 when it is no id */
struct upload *req_file(const struct req *rq, const char *name);     /* NULL when not given */
struct str req_cookie(const struct req *rq, const char *name);

/* The declared inputs of a route, read into a struct at the given offsets. Blank values count as not given for every
 * type but F_STR. A value of the wrong type or out of range is ERR_INPUT with a sentence naming the field; unknown
 * parameters are ignored. */
enum field_type {
        F_STR,  /* struct str; p == NULL: not given (JSON null: not given); max: most code points, else ERR_INPUT */
        F_ID,   /* int64_t; 0: not given */
        F_INT,  /* struct opt_int; max: greatest value allowed (0: none); negative is ERR_INPUT unless max < 0 */
        F_BOOL, /* enum tri */
        F_STRS, /* struct str_list; name[] and a bare name; max: most items */
        F_IDS,  /* struct id_list; items that are no ids are ERR_INPUT */
        F_FILE, /* struct upload * */
        F_TIME, /* struct opt_int: ISO 8601 to milliseconds */
};
enum tri { TRI_UNSET, TRI_FALSE, TRI_TRUE };
struct opt_int {
        bool given;
        int64_t v;
};
struct id_list {
        int64_t *v;
        size_t n;
        bool given; /* an empty list was sent */
};
struct field {
        const char *name;
        enum field_type type;
        size_t at; /* offsetof */
        int64_t max;
};
MUST_USE enum err req_read(struct req *rq, const struct field *fields, size_t n, void *into);
/* How many objects an indexed array parameter has: 2 for fields_attributes[0][name], fields_attributes[1][name]. Their
 * parameters are then read by full name (str_fmt). Indexes are renumbered from 0 in order of appearance. */
size_t req_count(const struct req *rq, const char *name);

/* Answering. The last call of a kind wins; an error from the handler throws the body away. */
struct json *reply_json(struct req *rq, int status);  /* application/json; write one value */
struct html *reply_html(struct req *rq, int status);  /* text/html; the strict CSP and the other page headers are added */
void reply_text(struct req *rq, int status, const char *type, struct str body); /* the body is copied */
void reply_static(struct req *rq, int status, const char *type, struct str body); /* the body outlives the process's requests: not copied */
void reply_empty_object(struct req *rq); /* 200 {} */
/* 303 to a path of ours: anything that is not one (no leading '/', "//", '\\', control bytes) becomes "/". */
void reply_redirect(struct req *rq, struct str path);
/* 302 to an address elsewhere that was checked before (OAuth). */
void reply_redirect_out(struct req *rq, struct str url);
/* A file by descriptor, which is then the reply's: Range (one), ETag, If-None-Match, HEAD. */
void reply_file(struct req *rq, int fd, int64_t size, const char *type, struct str etag);
/* Values with bytes below 0x20 or 0x7f are dropped with a log line (never sent). */
void reply_header(struct req *rq, const char *name, struct str value);
void reply_cookie(struct req *rq, const char *name, struct str value, int64_t max_age_s); /* HttpOnly, SameSite=Lax, Secure on https, Path=/ */
/* Sets ETag; true when the request already has it, and then the answer is 304 and the handler returns OK. */
bool reply_not_changed(struct req *rq, struct str etag);
void reply_cache(struct req *rq, const char *cache_control);

/* The sentence a person sees; returns e. */
enum err req_fail(struct req *rq, enum err e, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The handler has done what it could where it is: once it returned OK, f goes on in that lane, and answers. From LANE_READ
 * to SLOW or WRITE, from LANE_SLOW to WRITE. */
void req_go_on(struct req *rq, enum lane lane, enum err (*f)(struct req *rq));
/* The same without a thread that waits: once the handler returned OK, `hold` is called and keeps the request somewhere; when
 * what it waits for is there, req_resume has f go on in the SLOW lane. */
void req_hold(struct req *rq, void (*hold)(struct req *rq), enum err (*f)(struct req *rq));
void req_resume(struct req *rq); /* from any thread, once */
/* Runs f(p) when the request ends, whatever happens; last first. */
void req_defer(struct req *rq, void (*f)(void *), void *p);
