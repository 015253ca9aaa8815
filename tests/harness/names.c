/* Loaded before everything else: answers for the name rebind.example, as a name server of bad will
 * does, and keeps every connection on this machine. NAMES_ORDER: what the first, the second...
 * question is answered with, by letter: "p" a public address, "i" one inside, "b" both, "B" both
 * the other way round; the last goes for all that follow. What was connected to is written to
 * NAMES_LOG; a connection to the public address arrives at port NAMES_PORT here. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PUBLIC "93.184.215.14"
#define INSIDE "127.0.0.1"

static atomic_int asked;

static struct addrinfo *answer(const char *address, const char *service, struct addrinfo *next)
{
        struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM},
                        *ai = NULL;
        int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
                dlsym(RTLD_NEXT, "getaddrinfo");
        if (real(address, service, &hints, &ai))
                abort();
        ai->ai_next = next;
        return ai;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **ret)
{
        int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
                dlsym(RTLD_NEXT, "getaddrinfo");
        if (!name || strcmp(name, "rebind.example") != 0)
                return real(name, service, hints, ret);
        const char *order = getenv("NAMES_ORDER");
        size_t at = (size_t)asked++, n = strlen(order);
        switch (order[at < n ? at : n - 1]) {
        case 'i':
                *ret = answer(INSIDE, service, NULL);
                break;
        case 'b':
                *ret = answer(PUBLIC, service, answer(INSIDE, service, NULL));
                break;
        case 'B':
                *ret = answer(INSIDE, service, answer(PUBLIC, service, NULL));
                break;
        default:
                *ret = answer(PUBLIC, service, NULL);
                break;
        }
        return 0;
}

int connect(int fd, const struct sockaddr *to, socklen_t size)
{
        int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
        struct sockaddr_in here;
        char address[64], line[96];
        if (to->sa_family != AF_INET)
                return real(fd, to, size);
        memcpy(&here, to, sizeof here);
        inet_ntop(AF_INET, &here.sin_addr, address, sizeof address);
        int log = open(getenv("NAMES_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
        int n = snprintf(line, sizeof line, "%s\n", address);
        if (write(log, line, (size_t)n) != n)
                abort();
        close(log);
        if (strcmp(address, PUBLIC) == 0) {
                here.sin_port = htons((unsigned short)atoi(getenv("NAMES_PORT")));
                here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        }
        return real(fd, (struct sockaddr *)&here, sizeof here);
}
