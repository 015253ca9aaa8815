/* A scripted server on loopback for tests of the fetcher: a thread a connection, one function that answers. */
#pragma once
#include "lib/base/buf.h"
#include "lib/base/str.h"
#include <pthread.h>
#include <stdatomic.h>

struct peer;

struct peer_request {
        struct peer *peer;
        int fd;
        const char *method, *target, *head; /* head: all of it */
        struct str body;
        bool close; /* set by the script: no further request on this connection */
};

struct peer {
        void (*script)(struct peer_request *rq);
        int listener, port;
        pthread_t thread;
        atomic_int connections, requests, at_once, most_at_once, stopping;
};

void peer_open(struct peer *p, const char *address, int port, void (*script)(struct peer_request *rq));
void peer_close(struct peer *p);
/* Writes all; false when the other side is gone. */
bool peer_send(int fd, struct str s);
bool peer_sendf(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A complete answer with its length. */
void peer_answer(struct peer_request *rq, int status, const char *headers, struct str body);
void peer_sleep_ms(int ms);
