/* One hop of a request: whether we ask this address at all, how curl is told, what its callbacks
 * take in, and where a redirect leads. curl is kept to HTTP/1.1 and to what is set here: no
 * proxies, credentials, cookies or redirects of its own, and one handle a hop (connections are kept
 * by the multi handle), so nothing of one request can reach another. */
#include "lib/base/clock.h"
#include "lib/base/die.h"
#include "lib/http/fetch_parts.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
        HOP_ARENA = 1 << 20,
        HEADERS_MAX = 256,
        IGNORED_BYTES = 64 << 10,
        SEND_BUFFER_BYTES = 16 << 10 /* curl's own 64 KiB is made for uploads */
};

static struct str without_port(struct str host_port)
{
        size_t bracket = str_find_char(host_port, ']'), from = bracket < host_port.n ? bracket : 0;
        size_t colon = str_find_char(str_after(host_port, from), ':');
        return str_cut(host_port, 0, from + colon);
}

/* With private addresses allowed, several servers share a host and differ in the port. */
static bool is_own(const struct fetcher *f, const struct url *u, struct str host_port)
{
        struct str host = u->host;
        if (str_ends(host, S(".")))
                host = str_cut(host, 0, host.n - 1);
        for (size_t i = 0; i < f->n_own; i++) {
                struct str own = str_of(f->own[i]);
                if (str_eq_nocase(host_port, own) ||
                    (!f->allow_private && str_eq_nocase(host, without_port(own))))
                        return true;
        }
        return false;
}

static enum fetch_end check_url(const struct fetcher *f, const struct url *u, struct str host_port)
{
        if (!url_is_http(u) || !u->host.n)
                return FETCH_ADDRESS;
        if (is_own(f, u, host_port))
                return FETCH_REFUSED;
        if (f->allow_private)
                return FETCH_OK;
        if (!str_eq(u->scheme, S("https")))
                return FETCH_REFUSED;
        return u->port == 0 || u->port == 80 ? FETCH_OK : FETCH_REFUSED;
}

/* Values may come from elsewhere (an ETag), and must not become a second header. */
static bool add_header(struct curl_slist **list, struct str name, struct str value)
{
        for (size_t i = 0; i < value.n; i++)
                if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f)
                        return false;
        char *line;
        if (asprintf(&line, "%.*s: %.*s", STR_ARG(name), STR_ARG(value)) < 0)
                die("out of memory");
        struct curl_slist *longer = curl_slist_append(*list, line);
        free(line);
        if (!longer)
                die("out of memory");
        *list = longer;
        return true;
}

static enum fetch_end make_headers(struct fetch_job *job, struct arena *a, const struct url *u)
{
        const struct fetch_request *rq = &job->rq;
        curl_slist_free_all(job->headers);
        job->headers = NULL;
        /* curl would wait a second for the 100 that few servers send */
        bool good = add_header(&job->headers, S("Expect"), S("")) &&
                    add_header(&job->headers, S("Accept-Encoding"), S("identity"));
        if (rq->accept.n)
                good = good && add_header(&job->headers, S("Accept"), rq->accept);
        else
                good = good && add_header(&job->headers, S("Accept"), S(""));
        for (size_t i = 0; i < rq->n_headers; i++)
                good = good && add_header(&job->headers, rq->headers[i].name, rq->headers[i].value);
        if (!rq->sign || !good)
                return good ? FETCH_OK : FETCH_SIGN;
        struct fetch_hop hop = {
                .method = rq->method,
                .url = url_text(a, u),
                .host = url_host_port(a, u),
                .target = str_fmt(a, "%.*s%s%.*s", STR_ARG(u->path), u->has_query ? "?" : "",
                                  STR_ARG(u->query)),
                .body = rq->body,
        };
        struct fetch_added added = {.n = 0};
        if (rq->sign(rq->sign_arg, a, &hop, &added))
                return FETCH_SIGN;
        for (size_t i = 0; i < added.n; i++)
                good = good && add_header(&job->headers, added.v[i].name, added.v[i].value);
        return good ? FETCH_OK : FETCH_SIGN;
}

static enum fetch_end prepare(struct fetch_job *job, struct arena *a, struct str text)
{
        struct url u;
        if (!url_read(a, text, &u))
                return FETCH_ADDRESS;
        u.has_fragment = false;
        u.fragment = STR_NONE;
        struct str host_port = url_host_port(a, &u);
        enum fetch_end end = check_url(job->f, &u, host_port);
        if (end)
                return end;
        struct str whole = url_text(a, &u);
        job->urls[job->hops] = strndup(whole.p, whole.n);
        free(job->host_name);
        job->host_name = strndup(host_port.p, host_port.n);
        if (!job->urls[job->hops++] || !job->host_name)
                die("out of memory");
        if (!u.path.n)
                u.path = S("/"); /* as it is sent */
        return make_headers(job, a, &u);
}

enum fetch_end fetch_hop_prepare(struct fetch_job *job, struct str url)
{
        struct arena a;
        arena_open(&a, HOP_ARENA);
        enum fetch_end end = prepare(job, &a, url);
        arena_close(&a);
        return end;
}

/* Taking in. */

static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *at)
{
        struct fetch_job *job = arg;
        struct fetcher *f = job->f;
        bool ip = at->family == AF_INET || at->family == AF_INET6;
        bool ok = f->address_ok ? f->address_ok(&at->addr)
                                : f->allow_private || fetch_address_ok(&at->addr);
        if (purpose != CURLSOCKTYPE_IPCXN || !ip || !ok) {
                job->refused = true;
                f->refused_addresses++;
                return CURL_SOCKET_BAD;
        }
        f->connections++;
        return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

static size_t stop(struct fetch_job *job, enum fetch_end why)
{
        job->why = why;
        return 0;
}

static bool keep_header(struct fetch_job *job, struct str line)
{
        size_t colon = str_find_char(line, ':');
        if (colon == line.n || colon == 0 || line.p[0] == ' ' || line.p[0] == '\t')
                return true; /* neither a header nor anything we look for */
        struct str value = str_trim(str_after(line, colon + 1));
        for (size_t i = 0; i < colon; i++) {
                char c = line.p[i];
                buf_add_char(&job->head, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
        }
        buf_add_char(&job->head, 0);
        buf_add(&job->head, value);
        buf_add_char(&job->head, 0);
        return ++job->n_headers <= HEADERS_MAX && !job->head.failed;
}

/* A line each; 1xx answers come before the one that counts, trailers after its body. */
static size_t on_header(char *p, size_t one, size_t n, void *arg)
{
        struct fetch_job *job = arg;
        struct str line = str_trim((struct str){p, n});
        int64_t status = 0;
        (void)one;
        if (n > FETCH_HEAD_BYTES - job->head_seen)
                return stop(job, FETCH_LARGE);
        job->head_seen += n;
        if (job->body_begun)
                return n;
        if (str_starts(line, S("HTTP/"))) {
                struct str after = str_after(line, str_find_char(line, ' ') + 1);
                if (!str_to_i64(str_cut(after, 0, 3), &status))
                        return stop(job, FETCH_BROKEN);
                job->status = (int)status;
                buf_clear(&job->head);
                job->n_headers = 0;
                job->head_ended = false;
                return n;
        }
        job->head_ended |= line.n == 0;
        return keep_header(job, line) ? n : stop(job, FETCH_LARGE);
}

static bool is_success(const struct fetch_job *job)
{
        return job->status >= 200 && job->status <= 299;
}

static enum fetch_end begin_body(struct fetch_job *job)
{
        int64_t length;
        job->body_begun = true;
        if (!is_success(job))
                return FETCH_OK;
        if (str_to_i64(fetch_job_header(job, "content-length"), &length) &&
            (uint64_t)length > job->rq.max_bytes && !job->rq.cut)
                return FETCH_LARGE;
        bool wanted = fetch_answer_wanted(&job->rq, fetch_job_header(job, "content-type"),
                                          fetch_job_header(job, "content-encoding"));
        return wanted ? FETCH_OK : FETCH_TYPE;
}

static bool write_all(int fd, const char *p, size_t n)
{
        while (n) {
                ssize_t wrote = write(fd, p, n);
                if (wrote < 0 && errno == EINTR)
                        continue;
                if (wrote <= 0)
                        return false;
                p += wrote;
                n -= (size_t)wrote;
        }
        return true;
}

/* Of an answer that is no success only the start is kept; more than a little of it is not even
 * waited for. */
static size_t take_other(struct fetch_job *job, const char *p, size_t n)
{
        struct str some = {p, n};
        if (job->body.n < FETCH_ERROR_BYTES)
                buf_add(&job->body, str_cut(some, 0, FETCH_ERROR_BYTES - job->body.n));
        job->size += n;
        job->enough = job->size > IGNORED_BYTES;
        return job->enough ? 0 : n;
}

static size_t on_body(char *p, size_t one, size_t n, void *arg)
{
        struct fetch_job *job = arg;
        (void)one;
        job->f->bytes_in += (long long)n;
        enum fetch_end end = job->body_begun ? FETCH_OK : begin_body(job);
        if (end)
                return stop(job, end);
        if (!is_success(job))
                return take_other(job, p, n);
        size_t room = job->rq.max_bytes - job->size, take = n;
        if (n > room && !job->rq.cut)
                return stop(job, FETCH_LARGE);
        if (n > room) {
                take = room;
                job->enough = true;
        }
        job->size += take;
        if (job->rq.fd && !write_all(job->rq.fd, p, take))
                return stop(job, FETCH_DISK);
        if (!job->rq.fd)
                buf_add(&job->body, (struct str){p, take});
        if (job->body.failed)
                return stop(job, FETCH_LARGE);
        return job->enough ? 0 : n;
}

/* Asking. */

static void set_callbacks(struct fetch_job *job)
{
        CURL *c = job->curl;
        curl_easy_setopt(c, CURLOPT_PRIVATE, job);
        curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_open);
        curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, job);
        curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
        curl_easy_setopt(c, CURLOPT_HEADERDATA, job);
        curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
        curl_easy_setopt(c, CURLOPT_WRITEDATA, job);
        curl_easy_setopt(c, CURLOPT_ERRORBUFFER, job->error);
}

static void set_limits(struct fetch_job *job, int64_t now_ms)
{
        CURL *c = job->curl;
        int64_t left = job->deadline_ms - now_ms;
        curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left : 1));
        curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)FETCH_CONNECT_MS);
        if (!job->rq.body.p) { /* who is sent something may think for a while */
                curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)FETCH_SLOW_BYTES);
                curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)FETCH_SLOW_S);
        }
        curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(c, CURLOPT_UPLOAD_BUFFERSIZE, (long)SEND_BUFFER_BYTES);
        /* a name server that does not answer would hold this thread until it does */
        curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
}

/* Those whose failure would open something; false then. */
static bool set_guards(struct fetch_job *job)
{
        CURL *c = job->curl;
        const struct fetcher *f = job->f;
        int bad = 0;
        bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
                                f->allow_private ? "http,https" : "https");
        bad |= curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https");
        bad |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
        bad |= curl_easy_setopt(c, CURLOPT_UNRESTRICTED_AUTH, 0L);
        bad |= curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
        bad |= curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
        bad |= curl_easy_setopt(c, CURLOPT_PROXY, "");
        bad |= curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L);
        bad |= curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
        bad |= curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
        bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
        bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
        /* the path is signed as it stands, so it must be sent so */
        bad |= curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
        bad |= curl_easy_setopt(c, CURLOPT_URL, job->urls[job->hops - 1]);
        /* parsed authorities are kept by the multi handle only without a folder of them */
        curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
        if (f->ca_file)
                bad |= curl_easy_setopt(c, CURLOPT_CAINFO, f->ca_file);
        return !bad;
}

static void set_request(struct fetch_job *job)
{
        CURL *c = job->curl;
        const struct fetch_request *rq = &job->rq;
        if (strcmp(rq->method, "HEAD") == 0)
                curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
        else if (strcmp(rq->method, "GET") != 0 || rq->body.p) {
                curl_easy_setopt(c, CURLOPT_POST, 1L);
                curl_easy_setopt(c, CURLOPT_POSTFIELDS, rq->body.n ? rq->body.p : "");
                curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rq->body.n);
                curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, rq->method);
        }
        curl_easy_setopt(c, CURLOPT_USERAGENT, job->f->user_agent);
        curl_easy_setopt(c, CURLOPT_HTTPHEADER, job->headers);
        if (job->f->resolve)
                curl_easy_setopt(c, CURLOPT_RESOLVE, job->f->resolve);
}

bool fetch_hop_start(struct fetch_job *job, int64_t now_ms)
{
        job->why = FETCH_OK;
        job->refused = job->enough = job->head_ended = job->body_begun = false;
        job->status = 0;
        job->head_seen = job->n_headers = job->size = 0;
        buf_clear(&job->head);
        buf_clear(&job->body);
        job->curl = curl_easy_init();
        if (!job->curl)
                return false;
        set_callbacks(job);
        set_limits(job, now_ms);
        set_request(job);
        if (!set_guards(job))
                return false;
        job->f->bytes_out += (long long)job->rq.body.n;
        return curl_multi_add_handle(job->f->multi, job->curl) == CURLM_OK;
}

void fetch_hop_close(struct fetch_job *job)
{
        if (!job->curl)
                return;
        curl_multi_remove_handle(job->f->multi, job->curl);
        curl_easy_cleanup(job->curl);
        job->curl = NULL;
}

/* The end. */

static enum fetch_end of_timeout(const struct fetch_job *job)
{
        curl_off_t resolved = 0, connected = 0;
        if (str_has(str_of(job->error), S("too slow")))
                return FETCH_SLOW;
        curl_easy_getinfo(job->curl, CURLINFO_NAMELOOKUP_TIME_T, &resolved);
        curl_easy_getinfo(job->curl, CURLINFO_PRETRANSFER_TIME_T, &connected);
        if (connected)
                return FETCH_TIMEOUT;
        return resolved ? FETCH_CONNECT : FETCH_RESOLVE;
}

static enum fetch_end of_code(const struct fetch_job *job, CURLcode code)
{
        if (job->why)
                return job->why;
        if (job->enough)
                return FETCH_OK;
        switch (code) {
        case CURLE_OK:
                return FETCH_OK;
        case CURLE_COULDNT_RESOLVE_HOST:
                return FETCH_RESOLVE;
        case CURLE_COULDNT_CONNECT:
                return job->refused ? FETCH_REFUSED : FETCH_CONNECT;
        case CURLE_OPERATION_TIMEDOUT:
                return of_timeout(job);
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_USE_SSL_FAILED:
                return FETCH_TLS;
        case CURLE_URL_MALFORMAT:
                return FETCH_ADDRESS;
        case CURLE_OUT_OF_MEMORY:
                return FETCH_BUSY;
        default:
                return FETCH_BROKEN;
        }
}

static bool redirects(const struct fetch_job *job)
{
        static const int statuses[] = {301, 302, 303, 307, 308};
        if (job->rq.follow == FETCH_FOLLOW_NONE || job->rq.body.p ||
            !fetch_job_header(job, "location").p)
                return false;
        for (size_t i = 0; i < countof(statuses); i++)
                if (job->status == statuses[i])
                        return true;
        return false;
}

static bool may_follow(struct fetch_job *job, struct arena *a, struct str to)
{
        struct url old, new;
        if (job->hops > FETCH_REDIRECTS || !url_read(a, to, &new) ||
            !url_read(a, str_of(job->urls[job->hops - 1]), &old))
                return false;
        if (str_eq(old.scheme, S("https")) && !str_eq(new.scheme, S("https")))
                return false;
        if (job->rq.follow == FETCH_FOLLOW_ORIGIN &&
            !str_eq(url_origin(a, &old), url_origin(a, &new)))
                return false;
        new.has_fragment = false;
        new.fragment = STR_NONE;
        struct str whole = url_text(a, &new);
        for (int i = 0; i < job->hops; i++)
                if (str_eq(whole, str_of(job->urls[i])))
                        return false;
        return true;
}

static enum fetch_end follow(struct fetch_job *job)
{
        struct arena a;
        char *to = NULL;
        struct str location = fetch_job_header(job, "location");
        for (size_t i = 0; i < location.n; i++)
                if ((unsigned char)location.p[i] <= ' ' || location.p[i] == '\\')
                        return FETCH_REDIRECT;
        curl_easy_getinfo(job->curl, CURLINFO_REDIRECT_URL, &to); /* made absolute */
        if (!to)
                return FETCH_REDIRECT;
        arena_open(&a, HOP_ARENA);
        struct str next = str_dup(&a, str_of(to)); /* it goes with the handle */
        enum fetch_end end = FETCH_REDIRECT;
        if (may_follow(job, &a, next)) {
                fetch_hop_close(job);
                end = fetch_hop_prepare(job, next);
        }
        arena_close(&a);
        return end;
}

enum fetch_end fetch_hop_end(struct fetch_job *job, CURLcode code, bool *again)
{
        enum fetch_end end = of_code(job, code);
        long status = 0;
        *again = false;
        curl_easy_getinfo(job->curl, CURLINFO_RESPONSE_CODE, &status);
        if (end)
                return end;
        if (status != job->status || status < 200 || !job->head_ended)
                return FETCH_BROKEN;
        if (redirects(job)) {
                end = follow(job);
                *again = !end;
                return end;
        }
        if (is_success(job) && !job->body_begun &&
            !fetch_answer_wanted(&job->rq, fetch_job_header(job, "content-type"), STR_NONE))
                return FETCH_TYPE;
        return FETCH_OK;
}
