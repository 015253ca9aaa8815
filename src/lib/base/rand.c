/* Random bytes: getrandom(2), which cannot fail once the kernel is up. */
#include "lib/base/rand.h"
#include "lib/base/arena.h"
#include "lib/base/encode.h"
#include <errno.h>
#include <sys/random.h>

void rand_bytes(void *p, size_t n)
{
        unsigned char *to = p;
        while (n) {
                ssize_t got = getrandom(to, n, 0);
                if (got < 0 && errno != EINTR)
                        die("getrandom failed");
                if (got > 0) {
                        to += got;
                        n -= (size_t)got;
                }
        }
}

uint64_t rand_u64(void)
{
        uint64_t v;
        rand_bytes(&v, sizeof v);
        return v;
}

struct str rand_token(struct arena *a, size_t n)
{
        char *bytes = make_n(a, n, char);
        rand_bytes(bytes, n);
        return base64url_encode(a, (struct str){bytes, n});
}
