"""Malformed, smuggled, slow and endless requests: each row of the threats on the wire."""
import socket
import threading
import time

import pytest

from harness.common import status

LINE = b"GET /health HTTP/1.1\r\n"


def head(server, *lines, start=b"GET /health HTTP/1.1"):
    return b"\r\n".join([start, b"Host: " + server.host.encode(), *lines, b"", b""])


def refused(server, data, *codes):
    """Answered once with one of the codes, then closed."""
    began = time.monotonic()
    said = server.shout(data)
    assert status(said) in codes, (data[:120], said[:200])
    assert said.count(b"HTTP/1.1 ") == 1, f"a second answer: {said[:400]!r}"
    assert time.monotonic() - began < 4, "not closed"


@pytest.mark.parametrize("name, data", [
    ("no version", b"GET /health\r\n\r\n"), ("two words", b"GET HTTP/1.1\r\n\r\n"), ("blank method", b" /health HTTP/1.1\r\n\r\n"),
    ("odd method", b"G@T /health HTTP/1.1\r\nHost: x\r\n\r\n"), ("two spaces", b"GET  /health HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("NUL in the target", b"GET /hea\0lth HTTP/1.1\r\nHost: x\r\n\r\n"), ("control byte in the target", b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("raw UTF-8 in the target", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n"), ("relative target", b"GET health HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("no host", LINE + b"\r\n"), ("two hosts", LINE + b"Host: a\r\nHost: b\r\n\r\n"), ("odd host", LINE + b"Host: a b\r\n\r\n"),
    ("NUL in a value", LINE + b"Host: x\r\nA: b\0c\r\n\r\n"), ("control byte in a value", LINE + b"Host: x\r\nA: b\x07c\r\n\r\n"),
    ("no colon", LINE + b"Host: x\r\nnonsense\r\n\r\n"), ("blank name", LINE + b"Host: x\r\n: v\r\n\r\n"),
    ("space in a name", LINE + b"Host: x\r\na b: c\r\n\r\n"), ("folded line", LINE + b"Host: x\r\nA: b\r\n c\r\n\r\n"),
    ("bare LF", b"GET /health HTTP/1.1\nHost: x\n\n"), ("bare CR", LINE + b"Host: x\r\nA: b\rc\r\n\r\n"),
    ("noise", bytes(range(256)) * 4 + b"\r\n\r\n"), ("TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500 + b"\r\n\r\n"),
])
def test_t061_malformed_heads(server, name, data):
    """A head that is no head is answered 400 and the connection closed."""
    refused(server, data.replace(b"Host: x\r\n", b"Host: " + server.host.encode() + b"\r\n"), 400, 421, 505)


@pytest.mark.parametrize("lines", [
    [b"Content-Length: 5", b"Transfer-Encoding: chunked"], [b"Content-Length: 5", b"Content-Length: 6"], [b"Content-Length: 5, 6"],
    [b"Content-Length: 5", b"Content-Length: 5"], [b"Transfer-Encoding : chunked"], [b"Transfer-Encoding: xchunked"],
    [b"Transfer-Encoding: chunked, identity"], [b"Transfer-Encoding: gzip, chunked"], [b"Transfer-Encoding: identity"],
    [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"], [b"Transfer-Encoding:\x0bchunked"], [b"Transfer-Encoding: \"chunked\""],
    [b"X: y\rContent-Length: 5"], [b"X: y\nContent-Length: 5"],
])
def test_t062_smuggling(server, lines):
    """Two opinions on where a request ends are refused; the rest is never taken for a second request."""
    data = head(server, *lines, start=b"POST /oauth/token HTTP/1.1")
    refused(server, data + b"0\r\n\r\n" + head(server), 400, 501)


@pytest.mark.parametrize("chunks", [b"5 \r\nhello\r\n0\r\n\r\n", b"+5\r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"5\nhello\n0\n\n",
                                    b"5\r\nhelloX\r\n0\r\n\r\n", b"-1\r\n\r\n", b"\r\n\r\n", b"g\r\n\r\n", b"5\r\nhello\r\n0\r\nX: y\nZ: w\r\n\r\n",
                                    b"5;a=\x00\r\nhello\r\n0\r\n\r\n"])
def test_t062_chunk_junk(server, chunks):
    """Chunks that are not exactly chunks end the connection."""
    data = head(server, b"Transfer-Encoding: chunked", b"Content-Type: application/json", start=b"POST /oauth/token HTTP/1.1")
    refused(server, data + chunks + head(server), 400, 413)


@pytest.mark.parametrize("size", ["2147483648", "4294967296", "9223372036854775808", "18446744073709551616", "18446744073709551621", "-1", "+5",
                                  "0x5", "5a", "", " ", "1e3", "00000000000000000005", "٥"])
def test_t063_odd_lengths(server, size):
    """A Content-Length is at most twelve digits, and more than the route takes is 413."""
    data = head(server, b"Content-Length: " + size.encode(), b"Content-Type: application/json", start=b"POST /oauth/token HTTP/1.1")
    refused(server, data, 400, 413)


@pytest.mark.parametrize("size", [b"80000000", b"8000000000000000", b"10000000000000000", b"ffffffffffffffff5", b"F" * 100])
def test_t063_odd_chunk_sizes(server, size):
    """A chunk larger than the route takes is refused at its size line."""
    data = head(server, b"Transfer-Encoding: chunked", b"Content-Type: application/json", start=b"POST /oauth/token HTTP/1.1")
    refused(server, data + size + b"\r\n", 400, 413)


def test_t064_large_heads(server):
    """8 KiB of request line, 32 KiB and 100 lines of headers, 4 blank lines before: more is 414, 431 or 400."""
    host = b"Host: " + server.host.encode() + b"\r\n"
    refused(server, b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n" + host + b"\r\n", 414)
    refused(server, LINE + host + b"A: " + b"b" * 70000 + b"\r\n\r\n", 431)
    refused(server, LINE + host + b"A: b\r\n" * 2000 + b"\r\n", 431)
    refused(server, LINE + host + b"A: b\r\n" * 120 + b"\r\n", 431)
    refused(server, b"\r\n" * 5000 + LINE + host + b"\r\n", 400)
    assert status(server.shout(LINE + host + b"A: " + b"b" * 8000 + b"\r\nConnection: close\r\n\r\n")) == 200
    assert status(server.shout(LINE + host + b"A: b\r\n" * 80 + b"Connection: close\r\n\r\n")) == 200


def test_t065_pipelining_keeps_order(server):
    """Requests sent at once are answered in order."""
    paths = [b"/health", b"/robots.txt", b"/api/v1/nothing", b"/health"] * 5
    data = b"".join(head(server, start=b"GET " + p + b" HTTP/1.1") for p in paths)
    with server.socket() as s:
        s.sendall(data)
        got, codes = b"", []
        while len(codes) < len(paths):
            part = s.recv(65536)
            assert part, got[:300]
            got += part
            codes = [int(x[:3]) for x in got.split(b"HTTP/1.1 ")[1:] if x[:3].isdigit()]
    assert codes == [200, 200, 404, 200] * 5


def test_t065_keep_alive_ends(server):
    """A connection that asks to be closed is closed; HTTP/1.0 without keep-alive too."""
    said = server.shout(head(server, b"Connection: close"))
    assert said.startswith(b"HTTP/1.1 200") and b"connection: close" in said.lower()


def test_t066_http2_is_not_spoken(server):
    """The preface of HTTP/2 is refused."""
    said = server.shout(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    assert status(said) in (400, 505)
    assert status(server.shout(b"GET /health HTTP/2.0\r\nHost: x\r\n\r\n")) in (400, 505)


def test_t067_slow_heads(server):
    """A head that does not come to its end within ten seconds is closed, and meanwhile others are answered."""
    def drip(results):
        with server.socket(timeout=20) as s:
            began = time.monotonic()
            s.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
            try:
                while time.monotonic() - began < 18:
                    s.sendall(b"X: y\r\n")
                    s.settimeout(1)
                    try:
                        if not s.recv(100):
                            break
                    except socket.timeout:
                        pass
            except OSError:
                pass
            results.append(time.monotonic() - began)
    results = []
    threads = [threading.Thread(target=drip, args=(results,)) for _ in range(30)]
    [t.start() for t in threads]
    for _ in range(20):
        began = time.monotonic()
        assert server.raw("GET", "/health").status == 200
        assert time.monotonic() - began < 1
        time.sleep(0.1)
    [t.join() for t in threads]
    assert max(results) < 16, results


def test_t068_slow_bodies(server, ann):
    """A body that comes at a byte a second is given up with 408 or a closed connection."""
    with server.socket(timeout=25) as s:
        s.sendall(head(server, b"Content-Length: 1000", b"Content-Type: application/json",
                       b"Authorization: Bearer " + ann.token.encode(), start=b"POST /api/v1/statuses HTTP/1.1"))
        began, said = time.monotonic(), b""
        s.settimeout(1)
        while time.monotonic() - began < 22:
            try:
                s.sendall(b"{")
                part = s.recv(1000)
                if not part:
                    break
                said += part
            except socket.timeout:
                continue
            except OSError:
                break
        assert time.monotonic() - began < 20 and (not said or status(said) == 408)


def test_t070_many_idle_connections(server):
    """Hundreds of idle connections keep nobody else out for long."""
    idle = []
    try:
        for _ in range(300):
            try:
                idle.append(server.socket())
            except OSError:
                break
        time.sleep(0.2)
    finally:
        [s.close() for s in idle]
    for _ in range(50):
        try:
            if server.raw("GET", "/health").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("not answering after idle connections went")


@pytest.mark.crowd
def test_t183_clients_that_leave(server, ann):
    """Clients that hang up in the middle of anything leave nothing behind."""
    requests = [head(server), head(server, b"Authorization: Bearer " + ann.token.encode(), start=b"GET /api/v1/timelines/home HTTP/1.1"),
                head(server, b"Authorization: Bearer " + ann.token.encode(), b"Content-Type: application/json", b"Content-Length: 17",
                     start=b"POST /api/v1/statuses HTTP/1.1") + b'{"status":"gone"}']

    def leave(seed):
        for i in range(60):
            data = requests[(seed + i) % 3]
            try:
                with server.socket(timeout=0.05) as s:
                    s.sendall(data[:1 + (seed * 61 + i * 37) % len(data)])
                    if i % 4 == 0:
                        s.recv(1)
                    # A reset rather than a farewell.
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            except OSError:
                pass

    threads = [threading.Thread(target=leave, args=(n,)) for n in range(8)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert server.raw("GET", "/health").status == 200


def test_t023_the_host_is_not_believed(server, ann):
    """A foreign Host is refused, and no address is ever made from it or from a forwarded one."""
    said = server.raw("GET", "/api/v1/instance", headers={"Host": "evil.example"})
    assert said.status in (400, 421) and b"evil" not in said.body
    post = ann.say("hello")
    said = server.raw("GET", f"/api/v1/statuses/{post['id']}", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert said.status in (200, 400) and b"evil" not in said.body


@pytest.mark.parametrize("target", [
    "/static/../../etc/passwd", "/static/%2e%2e%2f%2e%2e%2fetc/passwd", "/static/..%2f..%2fetc%2fpasswd", "/static/%252e%252e/etc/passwd",
    "/static/..\\..\\etc\\passwd", "/static/%c0%ae%c0%ae/etc/passwd", "/media/../tidings.db", "/media/%2e%2e/tidings.db", "/media/..;/tidings.db",
    "/media/", "/static/", "/static/.", "/media/%00", "/media//etc/passwd", "/static/a%0d%0aSet-Cookie:%20x=y"])
def test_t051_paths_stay_inside(server, target):
    """No spelling of dots and slashes leads out of the folders that are served, and no folder is listed."""
    said = server.shout(f"GET {target} HTTP/1.1\r\nHost: {server.host}\r\nConnection: close\r\n\r\n".encode())
    assert status(said) in (400, 403, 404), said[:200]
    assert b"root:" not in said and b"SQLite" not in said and b"Set-Cookie" not in said


@pytest.mark.parametrize("path", ["/.git/config", "/.env", "/tidings.db", "/data/tidings.db", "/core", "/tidings.conf", "/server-status",
                                  "/wp-login.php", "/../tidings.db"])
def test_t052_nothing_else_is_served(server, path):
    """Database, settings and folders of tools are not there."""
    assert server.raw("GET", path).status in (400, 404)


def test_t050_packed_bodies(server, ann):
    """A packed body is refused and not unpacked."""
    import gzip
    said = server.raw("POST", "/api/v1/statuses", gzip.compress(b"status=" + b"a" * 1000000),
                      {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Bearer {ann.token}"})
    assert said.status == 415


def test_t002_forwarded_addresses_from_strangers(new_server):
    """Somebody who is no trusted proxy cannot choose their address: the limit counts the true one."""
    server = new_server(rate_limits="on")
    codes = []
    for i in range(40):
        said = server.raw("POST", "/oauth/token", b"grant_type=authorization_code&code=x&client_id=y", {
            "Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": f"203.0.113.{i}", "Client-IP": f"203.0.113.{i}",
            "True-Client-IP": f"203.0.113.{i}"})
        codes.append(said.status)
    proxied = new_server(rate_limits="on", trusted_proxies="127.0.0.1")
    first = proxied.raw("GET", "/api/v2/instance", headers={"X-Forwarded-For": "203.0.113.1"}).headers["X-RateLimit-Remaining"]
    second = proxied.raw("GET", "/api/v2/instance", headers={"X-Forwarded-For": "203.0.113.2"}).headers["X-RateLimit-Remaining"]
    assert first == second, "behind a trusted proxy each client has its own count"
    left = [server.raw("GET", "/api/v2/instance", headers={"X-Forwarded-For": f"203.0.113.{i}"}).headers["X-RateLimit-Remaining"] for i in range(2)]
    assert int(left[1]) == int(left[0]) - 1, "a stranger chose their address"


def test_a_polite_end_finishes_what_is_in_work(new_server):
    """SIGTERM while a request is in work: it is answered, then the server ends with code 0 within ten seconds."""
    import signal
    server = new_server()
    ann = server.person("ann", password="correct horse 4")
    from harness.photos import png
    got = []
    thread = threading.Thread(target=lambda: got.append(ann.upload(png(2000, 1500)).status))
    thread.start()
    time.sleep(0.15)
    server.process.send_signal(signal.SIGTERM)
    thread.join()
    assert server.process.wait(12) == 0
    assert got[0] in (200, 503)
