/* The fetcher over TLS: whose certificates it believes, and that https stays https. The test is its
 * own authority. */
#include "lib/http/fetch.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static EVP_PKEY *key;
static X509 *authority;
static SSL_CTX *server;
static int listener, port;
static pthread_t thread;
static atomic_int handshakes;
static char authority_file[] = "/tmp/tidings-authority-XXXXXX";

static void extend(X509 *cert, int nid, const char *value)
{
        X509V3_CTX c;
        X509V3_set_ctx(&c, cert, cert, NULL, NULL, 0);
        X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &c, nid, value);
        assert_non_null(e);
        X509_add_ext(cert, e, -1);
        X509_EXTENSION_free(e);
}

/* Signed by the authority, or by itself as one. Valid for `days` from now; negative: expired. */
static X509 *certificate(const char *name, X509 *by, int days)
{
        static long serial = 1;
        X509 *cert = X509_new();
        X509_set_version(cert, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
        X509_gmtime_adj(X509_getm_notBefore(cert), -86400L * 30);
        X509_gmtime_adj(X509_getm_notAfter(cert), 86400L * days);
        X509_set_pubkey(cert, key);
        X509_NAME *subject = X509_get_subject_name(cert);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1,
                                   0);
        X509_set_issuer_name(cert, by ? X509_get_subject_name(by) : subject);
        if (by) {
                char names[100];
                snprintf(names, sizeof names, "DNS:%s", name);
                extend(cert, NID_subject_alt_name, names);
        } else {
                extend(cert, NID_basic_constraints, "critical,CA:TRUE");
        }
        assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
        return cert;
}

static void serve_with(const char *name, X509 *by, int days, int most)
{
        X509 *cert = certificate(name, by, days);
        SSL_CTX_free(server);
        server = SSL_CTX_new(TLS_server_method());
        SSL_CTX_set_security_level(server, 0);
        SSL_CTX_set_min_proto_version(server, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(server, most);
        SSL_CTX_use_certificate(server, cert);
        SSL_CTX_use_PrivateKey(server, key);
        X509_free(cert);
}

/* One connection after the other; any request gets the same answer, /plain a redirect to http. */
static void answer(SSL *ssl)
{
        char head[4096];
        int n;
        while ((n = SSL_read(ssl, head, sizeof head - 1)) > 0) {
                head[n] = 0;
                const char *ok = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
                const char *plain = "HTTP/1.1 302 Found\r\nLocation: "
                                    "http://peer.example/\r\nContent-Length: 0\r\n\r\n";
                const char *said = strstr(head, "/plain") ? plain : ok;
                SSL_write(ssl, said, (int)strlen(said));
        }
}

static void *serve(void *arg)
{
        (void)arg;
        for (;;) {
                int fd = accept(listener, NULL, NULL);
                if (fd < 0)
                        return NULL;
                SSL *ssl = SSL_new(server);
                SSL_set_fd(ssl, fd);
                if (SSL_accept(ssl) == 1) {
                        handshakes++;
                        answer(ssl);
                }
                SSL_free(ssl);
                close(fd);
        }
}

static struct fetcher *fetcher;

static enum fetch_end ask(const char *host, const char *path)
{
        struct fetch_answer a;
        struct str url = str_fmt(&arena, "https://%s:%d%s", host, port, path);
        struct fetch_request rq = {.url = url, .follow = FETCH_FOLLOW_ANY};
        (void)!fetch_wait(fetcher, &arena, &rq, &a);
        if (!a.end)
                assert_true(str_eq(a.body, S("secret")));
        return a.end;
}

static void open_with(bool extra)
{
        char one[64], two[64];
        snprintf(one, sizeof one, "peer.example:%d:127.0.0.1", port);
        snprintf(two, sizeof two, "other.example:%d:127.0.0.1", port);
        const char *const names[] = {one, two};
        struct fetch_settings s = {.allow_private = true,
                                   .user_agent = S("Tidings/test"),
                                   .extra_ca_file = extra ? str_of(authority_file) : STR_NONE,
                                   .resolve = names,
                                   .n_resolve = 2};
        fetch_close(&fetcher);
        assert_int_equal(fetch_open(&s, &fetcher), OK);
}

static void believes_the_extra_authority(void **state)
{
        (void)state;
        serve_with("peer.example", authority, 30, TLS1_3_VERSION);
        open_with(false);
        assert_int_equal(ask("peer.example", "/"), FETCH_TLS);
        open_with(true);
        handshakes = 0;
        for (int i = 0; i < 5; i++)
                assert_int_equal(ask("peer.example", "/"), FETCH_OK);
        assert_int_equal(handshakes, 1); /* the connection is kept */
        assert_int_equal(ask("peer.example", "/plain"), FETCH_REDIRECT);
}

static void refuses_others(void **state)
{
        (void)state;
        serve_with("peer.example", authority, 30, TLS1_3_VERSION);
        open_with(true);
        assert_int_equal(ask("other.example", "/"), FETCH_TLS);
        serve_with("peer.example", authority, -1, TLS1_3_VERSION);
        open_with(true);
        assert_int_equal(ask("peer.example", "/"), FETCH_TLS);
        serve_with("peer.example", authority, 30, TLS1_1_VERSION);
        open_with(true);
        assert_int_equal(ask("peer.example", "/"), FETCH_TLS);
        X509 *stranger = certificate("authority.example", NULL, 30);
        serve_with("other.example", stranger, 30, TLS1_3_VERSION);
        X509_free(stranger);
        open_with(true);
        assert_int_equal(ask("peer.example", "/"), FETCH_TLS);
}

static void needs_the_file(void **state)
{
        (void)state;
        struct fetcher *f;
        struct fetch_settings s = {.user_agent = S("x"),
                                   .extra_ca_file = S("/nowhere/authority.pem")};
        assert_int_equal(fetch_open(&s, &f), ERR_INPUT);
}

static int setup(void **state)
{
        (void)state;
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        socklen_t n = sizeof at;
        signal(SIGPIPE, SIG_IGN); /* for the server above; the fetcher blocks it */
        arena_open(&arena, 1 << 20);
        key = EVP_EC_gen("P-256");
        authority = certificate("Tidings test authority", NULL, 30);
        FILE *f = fdopen(mkstemp(authority_file), "w");
        if (!f || !PEM_write_X509(f, authority) || fclose(f))
                return -1;
        listener = socket(AF_INET, SOCK_STREAM, 0);
        if (bind(listener, (struct sockaddr *)&at, n) || listen(listener, 8) ||
            getsockname(listener, (struct sockaddr *)&at, &n))
                return -1;
        port = ntohs(at.sin_port);
        return pthread_create(&thread, NULL, serve, NULL) ? -1 : 0;
}

static int teardown(void **state)
{
        (void)state;
        fetch_close(&fetcher);
        shutdown(listener, SHUT_RDWR);
        pthread_join(thread, NULL);
        close(listener);
        SSL_CTX_free(server);
        unlink(authority_file);
        X509_free(authority);
        EVP_PKEY_free(key);
        arena_close(&arena);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(believes_the_extra_authority),
                cmocka_unit_test(refuses_others),
                cmocka_unit_test(needs_the_file),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
