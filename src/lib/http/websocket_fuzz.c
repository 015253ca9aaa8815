/* WebSocket bytes of strangers: the same events whatever the pieces they come in. */
#include "lib/base/hash.h"
#include "lib/http/websocket.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static uint64_t digest(struct str all, size_t step)
{
        struct websocket w = {.message.cap = WEBSOCKET_MESSAGE_MAX};
        enum websocket_event e = WEBSOCKET_MORE;
        uint64_t sum = 0;
        while (all.n && e < WEBSOCKET_CLOSE) {
                struct str piece = str_cut(all, 0, step), payload;
                int code = 0;
                all = str_after(all, step);
                while (e < WEBSOCKET_CLOSE &&
                       (e = websocket_read(&w, &piece, &payload, &code)) != WEBSOCKET_MORE) {
                        assert(payload.n <= WEBSOCKET_MESSAGE_MAX);
                        assert(e < WEBSOCKET_CLOSE || code >= 1000);
                        sum = sum * 31 + (e == WEBSOCKET_BAD ? 0 : hash_keyed(payload)) +
                              (uint64_t)e + (uint64_t)code;
                }
        }
        websocket_free(&w);
        return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        struct str all = {(const char *)data, n};
        assert(digest(all, n + 1) == digest(all, 1 + n % 5));
        return 0;
}
