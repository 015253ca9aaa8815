/* For unit tests of rules: a fresh database of our schema in a temporary folder, a cx inside one write transaction, a clock the
 * test moves. */
#pragma once
#include "social/audience.h"

struct testing {
        struct cx cx;
        struct arena arena;
        struct settings settings;
        struct instance instance;
        struct event_list events; /* what would have been published */
        struct clock clock;       /* starts at 2026-01-01; add to offset_ms */
        struct db *db;
        char folder[64];
};

void testing_open(struct testing *t); /* fails the test when it cannot */
void testing_close(struct testing *t);
/* A person here with a login: password "correct horse", unlocked. */
int64_t testing_person(struct testing *t, const char *name);
/* A person elsewhere. */
int64_t testing_stranger(struct testing *t, const char *name, const char *domain);
struct viewer testing_viewer(int64_t account);
/* How often an event of this kind for this account was noted. */
size_t testing_events(const struct testing *t, enum event_kind kind, int64_t account);
/* The first column of the first row: for looking at what a rule wrote. */
int64_t testing_number(struct testing *t, const char *sql);
