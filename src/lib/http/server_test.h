/* A server on a free port of loopback with a few small handlers, and a client that speaks raw bytes. */
#pragma once
#include "lib/http/http.h"
#include "lib/http/stream.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct test_server {
        struct http *http;
        int port;
        int admitted, deferred, finished_late, streams_closed; /* counted by the hooks */
};
extern struct test_server server;

/* Starts with these settings (routes, limits and temp_dir are filled in); ends the one before. */
void server_start(struct http_settings s);
void server_end(void);

int client_open(void);
void client_send(int fd, const char *text);
void client_send_bytes(int fd, const void *p, size_t n);
/* Reads until `until` was seen or the peer closed (until NULL: only that); what came is kept until the next call. */
const char *client_read(int fd, const char *until);
/* Opens, sends, reads to the end, closes. */
const char *exchange(const char *text);
int client_closed(int fd, int within_ms); /* did the peer close? */
int64_t test_ms(void);

void assert_has(const char *text, const char *part);
void assert_lacks(const char *text, const char *part);
int count_of(const char *text, const char *part);
