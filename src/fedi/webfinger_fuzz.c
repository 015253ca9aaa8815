/* Any bytes as what a server says about a name, and as a name that somebody types: what is read has
 * a name, a domain of ASCII, and addresses that are not ours. */
#include "fedi/actor_in.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct settings settings = {
        .url = S_ROW("https://tidings.example"),
        .host = S_ROW("tidings.example"),
        .account_domain = S_ROW("tidings.example"),
};

static void check_name(struct str name, struct str domain)
{
        if (!name.n || !domain.n)
                abort();
        for (size_t i = 0; i < domain.n; i++)
                if (domain.p[i] <= ' ' || domain.p[i] >= 127 || domain.p[i] == '/' ||
                    domain.p[i] == '@' || (domain.p[i] >= 'A' && domain.p[i] <= 'Z'))
                        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        struct arena a;
        struct str text = {(const char *)data, n}, name, domain;
        const struct json_value *answer;
        struct webfinger_in w;
        struct address self;
        if (n > 1 << 20)
                return 0;
        arena_open(&a, 256 << 20);
        struct reading r = {.arena = &a, .settings = &settings, .now = 1893456000000};
        if (handle_read(&a, text, &name, &domain))
                check_name(name, domain);
        if (!json_read(&a, text, NULL, &answer, NULL) &&
            !webfinger_in_read(&r, answer, S("far.example"), &w)) {
                check_name(w.name, w.domain);
                if (!w.n_self || w.n_self > WEBFINGER_SELF_MAX)
                        abort();
                for (size_t i = 0; i < w.n_self; i++)
                        if (!address_read_far(&a, &settings, w.self[i], &self) ||
                            !webfinger_in_names(&w, w.self[i]))
                                abort();
        }
        arena_close(&a);
        return 0;
}
