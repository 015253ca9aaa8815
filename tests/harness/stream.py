"""Streams as apps hold them: server-sent events and WebSocket (RFC 6455), each a list of what came."""
import base64
import json
import os
import re
import struct
import time

EVENT = re.compile(rb"event: ([a-z_.]+)\ndata: ([^\n]*)\n\n")


class Stream:
    """person.server's stream at path; .next(kind) waits for an event, .rest() gives what came until it is quiet."""

    def __init__(self, person, path="user", **query):
        self.events = []
        self.came = b""
        host, tail = person.server.host, "".join(f"&{k}={v}" for k, v in query.items())
        self.socket = person.server.socket(timeout=5)
        self.open(host, path, tail, person.token)

    def open(self, host, path, tail, token):
        """Server-sent events."""
        self.socket.sendall((f"GET /api/v1/streaming/{path}?{tail[1:]} HTTP/1.1\r\nHost: {host}\r\n"
                             f"Authorization: Bearer {token}\r\n\r\n").encode())
        while b":)" not in self.came:
            self.read()

    def read(self):
        part = self.socket.recv(65536)
        assert part, ("the stream ended", self.came)
        self.came += part

    def take(self):
        """Moves whole events from what came to the list."""
        end = 0
        for found in EVENT.finditer(self.came):
            self.events.append((found[1].decode(), found[2].decode()))
            end = found.end()
        self.came = self.came[end:]

    def until(self, wanted, seconds):
        end = time.monotonic() + seconds
        while not wanted():
            left = end - time.monotonic()
            if left <= 0:
                return False
            self.socket.settimeout(left)
            try:
                self.read()
            except TimeoutError:
                return wanted()
            self.take()
        return True

    def next(self, kind, seconds=5):
        """The payload of the first event of this kind, taken out of the list."""
        def here():
            return any(e[0] == kind for e in self.events)
        self.take()
        assert self.until(here, seconds), (kind, self.events)
        at = next(i for i, e in enumerate(self.events) if e[0] == kind)
        text = self.events.pop(at)[1]
        return json.loads(text) if text[:1] in "{[" else text

    def rest(self, seconds=0.6):
        """What else came, waiting a moment for more."""
        self.until(lambda: False, seconds)
        events, self.events = self.events, []
        return events

    def close(self):
        self.socket.close()


class WebSocket(Stream):
    def open(self, host, path, tail, token):
        key = base64.b64encode(os.urandom(16)).decode()
        stream = f"&stream={path}" if path else ""
        self.socket.sendall((f"GET /api/v1/streaming?access_token={token}{stream}{tail} HTTP/1.1\r\nHost: {host}\r\n"
                             f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                             "Sec-WebSocket-Version: 13\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.came:
            self.read()
        head, self.came = self.came.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101 "), head

    def take(self):
        while len(self.came) >= 2:
            n, at = self.came[1] & 127, 2
            if n == 126:
                n, at = struct.unpack(">H", self.came[2:4])[0], 4
            elif n == 127:
                n, at = struct.unpack(">Q", self.came[2:10])[0], 10
            if len(self.came) < at + n:
                return
            kind, data, self.came = self.came[0] & 15, self.came[at:at + n], self.came[at + n:]
            if kind == 1:
                said = json.loads(data)
                self.events.append((said.get("event", "error"), said.get("payload", "") if "event" in said else data.decode()))

    def say(self, **what):
        data, mask = json.dumps(what).encode(), os.urandom(4)
        assert len(data) < 126
        self.socket.sendall(bytes([0x81, 0x80 | len(data)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))
