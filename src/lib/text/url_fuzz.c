/* The URL reader: its answer is one form, and curl, which opens these addresses, sees the same host
 * in it. */
#include "lib/base/arena.h"
#include "lib/text/url.h"
#include <curl/curl.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena arena;

static bool same_part(CURLU *curl, CURLUPart part, struct str ours)
{
        char *theirs = NULL;
        if (curl_url_get(curl, part, &theirs, 0))
                return ours.n == 0;
        bool same = str_eq(str_of(theirs), ours);
        curl_free(theirs);
        return same;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (!arena.cap)
                arena_open(&arena, 64 << 20);
        arena_reset(&arena);
        struct url u, again;
        if (!url_read(&arena, (struct str){(const char *)data, size}, &u))
                return 0;
        struct str text = url_text(&arena, &u);
        for (size_t i = 0; i < text.n; i++)
                if (text.p[i] <= ' ' || text.p[i] > '~' || strchr("<>\"\\^`{|}", text.p[i]))
                        abort();
        if (text.n <= 2048 &&
            (!url_read(&arena, text, &again) || !str_eq(url_text(&arena, &again), text)))
                abort();
        if (!url_is_http(&u))
                return 0;
        CURLU *curl = curl_url();
        if (curl_url_set(curl, CURLUPART_URL, str_z(&arena, text), 0) ||
            !same_part(curl, CURLUPART_HOST, u.host) ||
            !same_part(curl, CURLUPART_SCHEME, u.scheme) ||
            !same_part(curl, CURLUPART_USER, STR_NONE) ||
            !same_part(curl, CURLUPART_PORT, u.port ? str_fmt(&arena, "%d", u.port) : STR_NONE))
                abort();
        curl_url_cleanup(curl);
        return 0;
}
