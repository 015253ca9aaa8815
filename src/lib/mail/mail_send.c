/* Handing a mail to the mail server by libcurl: see mail.h. Called by a worker's thread, which
 * waits. */
#include "lib/base/buf.h"
#include "lib/base/die.h"
#include "lib/mail/mail.h"
#include "lib/text/url.h"
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONNECT_MS = 10 * 1000 };

struct reading {
        struct str left;
};

static size_t give(char *to, size_t size, size_t n, void *arg)
{
        struct reading *r = arg;
        size_t most = size * n, some = r->left.n < most ? r->left.n : most;
        if (some)
                memcpy(to, r->left.p, some);
        r->left = str_after(r->left, some);
        return some;
}

/* The system's authorities and the extra ones, in one piece: curl takes one. */
static void add_file(struct buf *b, const char *path)
{
        char part[16384];
        size_t n;
        FILE *f = path ? fopen(path, "re") : NULL;
        if (!f)
                return;
        while ((n = fread(part, 1, sizeof part, f)) > 0)
                buf_add(b, (struct str){part, n});
        fclose(f);
        buf_add_char(b, '\n');
}

static void trust(CURL *c, struct arena *a, struct str extra)
{
        char *system = NULL;
        struct buf b = {0};
        if (!extra.n)
                return;
        curl_easy_getinfo(c, CURLINFO_CAINFO, &system);
        add_file(&b, system);
        add_file(&b, str_z(a, extra));
        struct curl_blob blob = {(void *)(uintptr_t)b.p, b.n, CURL_BLOB_COPY};
        curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &blob);
        buf_free(&b);
}

/* Without TLS a password goes to this machine only. */
static long encryption(struct arena *a, struct str url)
{
        size_t from = str_find(url, S("//")) + 2;
        struct str rest = str_after(url, from < url.n ? from : url.n);
        struct str place = str_cut(rest, 0, str_find_char(rest, '/'));
        size_t at = place.n;
        while (at > 0 && place.p[at - 1] != '@')
                at--;
        bool secret = at > 0;
        struct str host = str_lower(a, str_after(place, at));
        bool near = str_starts(host, S("127.")) || str_starts(host, S("localhost")) ||
                    str_starts(host, S("[::1]"));
        return secret && !near ? CURLUSESSL_ALL : CURLUSESSL_TRY;
}

/* curl says hello with what stands behind the host. */
static struct str with_hello(struct arena *a, const struct mail_server *s)
{
        size_t from = str_find(s->url, S("//")) + 2;
        bool has_path = from < s->url.n && str_has_char(str_after(s->url, from), '/');
        if (has_path || !s->hello.n)
                return s->url;
        return str_fmt(a, "%.*s/%.*s", STR_ARG(s->url), STR_ARG(s->hello));
}

static void prepare(CURL *c, struct arena *a, const struct mail_server *s)
{
        long ms = s->total_ms > 0 && s->total_ms < 600000 ? (long)s->total_ms : 60000;
        curl_easy_setopt(c, CURLOPT_URL, str_z(a, with_hello(a, s)));
        curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(c, CURLOPT_USE_SSL, encryption(a, s->url));
        curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
        curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ms);
        curl_easy_setopt(c, CURLOPT_PROXY, "");
        trust(c, a, s->extra_ca_file);
}

static enum err judge(CURL *c, CURLcode code, int *said)
{
        long status = 0;
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
        *said = (int)status;
        if (code == CURLE_OK)
                return OK;
        /* A refused login is the operator's to put right; a refused address or message stays so. */
        if (code != CURLE_LOGIN_DENIED && status >= 550 && status < 560)
                return ERR_INPUT;
        return ERR_REMOTE;
}

enum err mail_send(struct arena *a, const struct mail_server *s, const struct mail *m, int *said)
{
        struct reading r;
        *said = 0;
        TRY(mail_write(a, m, &r.left));
        CURL *c = curl_easy_init();
        if (!c)
                return ERR_FAULT;
        struct curl_slist *to =
                curl_slist_append(NULL, str_z(a, str_fmt(a, "<%.*s>", STR_ARG(m->to))));
        prepare(c, a, s);
        curl_easy_setopt(c, CURLOPT_MAIL_FROM, str_z(a, str_fmt(a, "<%.*s>", STR_ARG(m->from))));
        curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
        curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
        curl_easy_setopt(c, CURLOPT_READDATA, &r);
        curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
        enum err e = to ? judge(c, curl_easy_perform(c), said) : ERR_FAULT;
        curl_slist_free_all(to);
        curl_easy_cleanup(c);
        return e;
}
