"""Clients that are slow on purpose, and more of them than there are descriptors: nobody else notices, and it passes."""
import os
import resource
import socket
import threading
import time

import pytest

from harness import photos, wire
from harness.common import status


def head(server, start, *lines):
    return b"\r\n".join([start, b"Host: " + server.host.encode(), *lines, b"", b""])


def drip(server, data, seconds, results, every=1.0):
    """Sends the head, then a byte a second; notes (seconds until the end, what came)."""
    with server.socket(timeout=5) as s:
        s.sendall(data)
        began, said = time.monotonic(), b""
        s.settimeout(every)
        while time.monotonic() - began < seconds:
            try:
                s.sendall(b"x")
                part = s.recv(1000)
                if not part:
                    break
                said += part
            except socket.timeout:
                continue
            except OSError:
                break
        results.append((time.monotonic() - began, said))


def memory(server):
    with open(f"/proc/{server.process.pid}/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def seconds_of_work(server):
    with open(f"/proc/{server.process.pid}/stat") as f:
        parts = f.read().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.crowd
def test_t068_slow_bodies_of_every_kind(server, ann):
    """A byte a second into an inbox, an upload or a post: given up with 408 some ten seconds on; an honest slow one is taken."""
    token = b"Authorization: Bearer " + ann.token.encode()
    kinds = [
        (b"POST /inbox HTTP/1.1", b"Content-Type: application/activity+json"),
        (b"POST /api/v2/media HTTP/1.1", token, b"Content-Type: multipart/form-data; boundary=edge"),
        (b"POST /api/v1/statuses HTTP/1.1", token, b"Content-Type: application/json"),
    ]
    results = []
    threads = [threading.Thread(target=drip, args=(server, head(server, *kind, b"Content-Length: 16000"), 22, results)) for kind in kinds * 4]
    [t.start() for t in threads]
    # Meanwhile: others are served at once, and who sends 16 KiB over five seconds is in time.
    body = b'{"status":"slow but honest","visibility":"public"}' + b" " * 16000
    with server.socket(timeout=15) as s:
        s.sendall(head(server, b"POST /api/v1/statuses HTTP/1.1", token, b"Content-Type: application/json",
                       b"Content-Length: " + str(len(body)).encode()))
        for i in range(0, len(body), 3300):
            s.sendall(body[i:i + 3300])
            began = time.monotonic()
            assert server.raw("GET", "/health").status == 200 and time.monotonic() - began < 1
            time.sleep(1)
        assert status(s.recv(65536)) == 200
    [t.join() for t in threads]
    assert len(results) == 12
    for seconds, said in results:
        assert 8 < seconds < 18, seconds
        assert not said or status(said) == 408, said[:200]


@pytest.mark.crowd
def test_t069_readers_who_do_not_read(server, ann):
    """Who asks for much and reads nothing is closed within some twenty seconds, and holds little memory until then."""
    for i in range(40):
        ann.say(f"post {i} " + "word " * 300)
    token = b"Authorization: Bearer " + ann.token.encode()
    much = head(server, b"GET /api/v1/timelines/home?limit=40 HTTP/1.1", token) * 30
    before, idle = memory(server), []
    try:
        for _ in range(30):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect(("127.0.0.1", server.port))
            s.setblocking(False)
            try:
                s.send(much)
            except BlockingIOError:
                pass
            idle.append(s)
        most, began, closed = 0, time.monotonic(), 0
        while time.monotonic() - began < 35:
            most = max(most, memory(server))
            asked = time.monotonic()
            assert server.raw("GET", "/health").status == 200 and time.monotonic() - asked < 2
            # A socket that was reset tells so when asked, without our reading anything.
            closed = sum(bool(s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)) or s.fileno() < 0 or gone(server, s) for s in idle)
            if closed == len(idle):
                break
            time.sleep(0.5)
        assert closed == len(idle), f"{len(idle) - closed} still open"
        assert most - before < 96 * 1024 * 1024, (before, most)
    finally:
        [s.close() for s in idle]


def gone(server, s):
    """Has the server no connection to this socket any more? Told by the kernel's table."""
    mine = f":{s.getsockname()[1]:04X}"
    with open("/proc/net/tcp") as f:
        for line in f:
            parts = line.split()
            if len(parts) > 3 and parts[2].endswith(mine) and parts[1].endswith(f":{server.port:04X}"):
                return parts[3] != "01"  # ESTABLISHED
    return True


def limit_files(server, most):
    old = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, old[1]))
    return old


def open_files(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


@pytest.mark.crowd
def test_t070_out_of_descriptors(new_server):
    """Without descriptors newcomers get 503 or wait, who is here is served, nothing spins, and all is well when they come back."""
    server = new_server()
    ann = server.person("ann")
    steady = server.socket(timeout=10)
    ask = head(server, b"GET /api/v1/timelines/home HTTP/1.1", b"Authorization: Bearer " + ann.token.encode())

    def served():
        steady.sendall(ask)
        return status(steady.recv(65536)) == 200
    assert served()
    photo = photos.png(64, 64)
    assert ann.upload(photo).status == 200
    time.sleep(0.5)
    old = limit_files(server, open_files(server) + 8)
    crowd = []
    try:
        for _ in range(60):
            s = socket.socket()
            s.settimeout(0.2)
            try:
                s.connect(("127.0.0.1", server.port))
            except OSError:
                pass
            crowd.append(s)
        time.sleep(0.5)
        refused = 0
        for s in crowd:
            try:
                refused += status(s.recv(1000)) == 503
            except OSError:
                pass
        assert refused >= 30, refused
        assert served(), "who was here before is not served"
        # What needs a file says so, to who is connected, and the server lives on.
        body, kind = wire.multipart([], [("file", ("x.png", "image/png", photo))])
        steady.sendall(head(server, b"POST /api/v2/media HTTP/1.1", b"Authorization: Bearer " + ann.token.encode(),
                            b"Content-Type: " + kind.encode(), b"Content-Length: " + str(len(body)).encode()) + body)
        assert status(steady.recv(65536)) in (500, 503, 507)
        steady.close()
        steady = None
        work = seconds_of_work(server)
        time.sleep(3)
        assert seconds_of_work(server) - work < 0.3, "it spins"
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, old)
        [s.close() for s in crowd]
        if steady:
            steady.close()
    until = time.monotonic() + 10
    while True:
        try:
            if server.raw("GET", "/health").status == 200 and ann.upload(photo).status == 200:
                break
        except OSError:
            pass
        assert time.monotonic() < until, "not well again"
        time.sleep(0.2)
    ann.say("and on it goes")


@pytest.mark.crowd
def test_t070_fewer_descriptors_than_are_open(new_server):
    """Even when not one can be opened, accepting rests without spinning, and goes on when there are some."""
    server = new_server()
    ann = server.person("ann")
    ann.say("before")
    old = limit_files(server, 5)
    waiting = []
    try:
        for _ in range(20):
            s = socket.socket()
            s.settimeout(1)
            s.connect(("127.0.0.1", server.port))  # the kernel takes it in; the server cannot
            s.sendall(head(server, b"GET /health HTTP/1.1", b"Connection: close"))
            waiting.append(s)
        time.sleep(0.5)
        work = seconds_of_work(server)
        time.sleep(3)
        assert seconds_of_work(server) - work < 0.3, "it spins"
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, old)
    answered = 0
    for s in waiting:
        s.settimeout(10)
        try:
            answered += status(s.recv(1000)) in (200, 503)
        except OSError:
            pass
        s.close()
    assert answered >= 15, answered
    assert server.raw("GET", "/health").status == 200
    ann.say("after")
