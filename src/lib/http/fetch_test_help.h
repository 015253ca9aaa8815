/* What the tests of the fetcher share: a server that behaves as badly as servers can, names that this file resolves
 * itself, and a fetcher that may ask loopback. */
#pragma once
#include "lib/http/fetch.h"
#include "lib/http/fetch_test_peer.h"

#define assert_str(s, lit) assert_true(str_eq((s), S(lit)))

extern struct arena arena;
extern struct peer peer;
extern struct fetcher *fetcher;
extern char last_head[4096]; /* as the server saw it */
extern atomic_int hanging;   /* threads that still resolve hangs.example, which takes 2.5 s */

int fetch_setup(void **state);
int fetch_teardown(void **state);
#define FETCH_TEST(f) cmocka_unit_test_setup_teardown(f, fetch_setup, fetch_teardown)
void open_with(struct fetch_settings s);
void test_script(struct peer_request *rq);
struct str url(const char *path); /* of the server */
struct fetch_answer ask(const char *path, const struct fetch_request *like);
enum fetch_end end_of(const char *address);
