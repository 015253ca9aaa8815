/* WebSocket framing: messages whole and in pieces, and what must be refused (RFC 6455). */
#include "lib/base/arena.h"
#include "lib/http/websocket.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct buf wire;

/* Adds a masked frame as a client sends it. */
static void client(unsigned first, struct str payload, unsigned length_form)
{
        static const char mask[4] = {0x11, 0x22, 0x33, 0x44};
        buf_add_char(&wire, (char)first);
        size_t extra = length_form == 126 ? 2 : length_form == 127 ? 8 : 0;
        buf_add_char(&wire, (char)(128 | (extra ? length_form : payload.n)));
        for (size_t i = extra; i > 0; i--)
                buf_add_char(&wire, (char)(payload.n >> (8 * (i - 1)) & 255));
        buf_add(&wire, (struct str){mask, 4});
        for (size_t i = 0; i < payload.n; i++)
                buf_add_char(&wire, (char)(payload.p[i] ^ mask[i & 3]));
}

/* The events of `wire`, read in pieces of `step`: "text:hello ping:x close:1000 ...". */
static void events(size_t step, struct buf *out)
{
        static const char *const names[] = {"more", "text", "ping", "pong", "close", "bad"};
        struct websocket w = {.message.cap = WEBSOCKET_MESSAGE_MAX};
        struct str left = buf_str(&wire), payload;
        buf_clear(out);
        while (left.n) {
                struct str in = str_cut(left, 0, step);
                left = str_after(left, step);
                enum websocket_event e;
                int code = 0;
                while ((e = websocket_read(&w, &in, &payload, &code)) != WEBSOCKET_MORE) {
                        buf_addf(out, "%s:", names[e]);
                        if (e >= WEBSOCKET_CLOSE)
                                buf_addf(out, "%d ", code);
                        else if (payload.n > 100)
                                buf_addf(out, "%zu ", payload.n);
                        else
                                buf_addf(out, "%.*s ", STR_ARG(payload));
                        if (e >= WEBSOCKET_CLOSE) {
                                websocket_free(&w);
                                return;
                        }
                }
        }
        websocket_free(&w);
}

static void expect(const char *want)
{
        struct buf out = {0};
        for (size_t step = 1; step < wire.n + 2; step += step < 40 ? 1 : wire.n / 3) {
                events(step, &out);
                if (!str_eq(buf_str(&out), str_of(want)))
                        fail_msg("%.*s instead of %s (steps of %zu)", STR_ARG(buf_str(&out)), want,
                                 step);
        }
        buf_free(&out);
        buf_clear(&wire);
}

static struct str long_text(struct arena *a, size_t n)
{
        return (struct str){memset(make_n(a, n, char), 'x', n), n};
}

static void reads_messages(void **state)
{
        (void)state;
        struct arena a;
        arena_open(&a, 1 << 20);
        client(0x81, S("hello"), 0);
        client(0x81, S(""), 0);
        client(0x89, S("p"), 0);
        client(0x01, S("fra"), 0);
        client(0x8a, S(""), 0);
        client(0x00, S("g"), 0);
        client(0x80, S("ment"), 0);
        client(0x81, long_text(&a, 126), 126);
        client(0x81, long_text(&a, 65535), 126);
        client(0x81, long_text(&a, 65536), 127);
        client(0x88,
               S("\x03\xe8"
                 "bye"),
               0);
        expect("text:hello text: ping:p pong: text:fragment text:126 text:65535 text:65536 "
               "close:1000 ");
        arena_close(&a);
}

static void refuses(void **state)
{
        (void)state;
        struct arena a;
        arena_open(&a, 1 << 20);
        client(0xc1, S("x"), 0); /* a reserved bit */
        expect("bad:1002 ");
        client(0x82, S("x"), 0);
        expect("bad:1003 ");
        client(0x83, S("x"), 0);
        expect("bad:1002 ");
        client(0x8b, S("x"), 0);
        expect("bad:1002 ");
        client(0x09, S("x"), 0); /* a control frame in pieces */
        expect("bad:1002 ");
        client(0x89, long_text(&a, 126), 126);
        expect("bad:1002 ");
        client(0x80, S("x"), 0); /* nothing to continue */
        expect("bad:1002 ");
        client(0x01, S("x"), 0);
        client(0x81, S("x"), 0); /* a message within a message */
        expect("bad:1002 ");
        client(0x81, S("\xff"), 0);
        expect("bad:1007 ");
        client(0x81, S("x"), 126); /* not the shortest length */
        expect("bad:1002 ");
        client(0x81, long_text(&a, 65537), 127);
        expect("bad:1009 ");
        client(0x01, long_text(&a, 65536), 127);
        client(0x80, S("x"), 0);
        expect("bad:1009 ");
        buf_add(&wire, S("\x81\x01x")); /* not masked */
        expect("bad:1002 ");
        client(0x88, S("\x03"), 0);
        expect("close:1002 ");
        client(0x88, S("\x03\xed"), 0); /* 1005 is never sent */
        expect("close:1002 ");
        client(0x88, S(""), 0);
        expect("close:1000 ");
        arena_close(&a);
}

static void writes_frames(void **state)
{
        (void)state;
        struct arena a;
        struct str key;
        struct buf b = {0};
        arena_open(&a, 1 << 20);
        websocket_write(&b, WS_TEXT, S("hi"));
        websocket_write_close(&b, 1001);
        assert_true(str_eq(buf_str(&b), S("\x81\x02hi\x88\x02\x03\xe9")));
        static const size_t sizes[] = {0, 125, 126, 65535, 65536};
        for (size_t i = 0; i < countof(sizes); i++) {
                buf_clear(&b);
                websocket_write(&b, WS_TEXT, long_text(&a, sizes[i]));
                assert_int_equal(b.n, websocket_frame_size(sizes[i]));
        }
        assert_true(websocket_accept(&a, S("dGhlIHNhbXBsZSBub25jZQ=="), &key)); /* RFC 6455 1.3 */
        assert_true(str_eq(key, S("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
        assert_false(websocket_accept(&a, S("dGhlIHNhbXBsZSBub25j"), &key));
        assert_false(websocket_accept(&a, STR_NONE, &key));
        buf_free(&b);
        arena_close(&a);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(reads_messages),
                cmocka_unit_test(refuses),
                cmocka_unit_test(writes_frames),
        };
        int failed = cmocka_run_group_tests_name("http_websocket", tests, NULL, NULL);
        buf_free(&wire);
        return failed;
}
