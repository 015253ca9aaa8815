"""A push service on loopback, and devices that can open what was sealed for them: RFC 8291, the draft before it, and the
claim of RFC 8292. Nothing here is the server's own code."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import re
import threading
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def text_of(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(text):
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(text))


def stretch(salt, secret, info, n):
    key = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(key, info + b"\1", hashlib.sha256).digest()[:n]


class Device:
    """One subscription: keys of its own, and an address at the service."""

    def __init__(self, service, path, standard=True):
        self.service, self.path, self.standard = service, path, standard
        self.pair, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.public = self.pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def endpoint(self):
        return self.service.url + self.path

    def subscription(self, **data):
        return {"subscription": {"endpoint": self.endpoint, "standard": self.standard,
                                 "keys": {"p256dh": text_of(self.public), "auth": text_of(self.auth)}}, **({"data": data} if data else {})}

    def wakes(self, person, **data):
        """Subscribes this person's token; alerts as keywords, policy too."""
        policy = data.pop("policy", None)
        more = {**({"alerts": data} if data else {}), **({"policy": policy} if policy else {})}
        return person.post("/api/v1/push/subscription", json_body=self.subscription(**more)).ok()

    def came(self):
        """Every message so far, opened."""
        return [self.open(*m) for m in self.service.taken if m[0] == self.path]

    def waits_for(self, n=1, seconds=15):
        until = time.monotonic() + seconds
        while len(found := self.came()) < n:
            assert time.monotonic() < until, f"{len(found)} of {n} messages came"
            time.sleep(0.05)
        return found[n - 1]

    def open(self, path, head, body):
        """The message, as JSON. Whoever sent it must have proven who they are."""
        assert head["Content-Type"] == "application/octet-stream" and int(head["TTL"]) > 0
        assert head["Urgency"] in ("very-low", "low", "normal", "high")
        claims = self.service.proves(head)
        assert claims["aud"] == self.service.url and re.match("https?://|mailto:", claims["sub"])
        assert time.time() < claims["exp"] < time.time() + 86400
        return json.loads(self.standard_text(head, body) if self.standard else self.draft_text(head, body))

    def shared(self, theirs):
        return self.pair.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

    def standard_text(self, head, body):
        assert head["Content-Encoding"] == "aes128gcm" and "Crypto-Key" not in head
        salt, size, n = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, record = body[21:21 + n], body[21 + n:]
        assert len(record) <= size and len(body) <= 4096
        secret = stretch(self.auth, self.shared(theirs), b"WebPush: info\0" + self.public + theirs, 32)
        key = stretch(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = stretch(salt, secret, b"Content-Encoding: nonce\0", 12)
        text = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert text[-1] == 2
        return text[:-1]

    def draft_text(self, head, body):
        assert head["Content-Encoding"] == "aesgcm"
        salt = bytes_of(re.fullmatch(r"salt=(\S+)", head["Encryption"])[1])
        theirs = bytes_of(re.search(r"dh=([\w-]+)", head["Crypto-Key"])[1])
        context = b"\0P-256\0\0\x41" + self.public + b"\0\x41" + theirs
        secret = stretch(self.auth, self.shared(theirs), b"Content-Encoding: auth\0", 32)
        key = stretch(salt, secret, b"Content-Encoding: aesgcm" + context, 16)
        nonce = stretch(salt, secret, b"Content-Encoding: nonce" + context, 12)
        text = AESGCM(key).decrypt(nonce, body, None)
        return text[2 + int.from_bytes(text[:2], "big"):]


class PushService:
    """`answers`: path -> a list of answers to give first: a status, (status, headers), or a function of the handler."""

    def __init__(self, address="127.0.0.1"):
        self.taken, self.asked, self.answers, self.serial = [], [], {}, 0
        self.now, self.most, self.lock = 0, 0, threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def say(self, status, headers=None, body=b""):
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                outer.asked.append(("GET", self.path))
                self.say(200)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.lock:
                    outer.asked.append(("POST", self.path))
                    outer.now += 1
                    outer.most = max(outer.most, outer.now)
                try:
                    first = outer.answers.get(self.path, [])
                    answer = (first.pop(0) if len(first) > 1 or first and not first[0] == "always" else None)
                    self.answer(answer, body)
                except OSError:
                    self.close_connection = True
                finally:
                    with outer.lock:
                        outer.now -= 1

            def answer(self, answer, body):
                if callable(answer):
                    answer(self)
                elif isinstance(answer, tuple):
                    self.say(*answer)
                elif answer and answer != 201:
                    self.say(answer)
                else:
                    outer.taken.append((self.path, self.headers, body))
                    self.say(201)

        self.http = http.server.ThreadingHTTPServer((address, 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://{address}:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def device(self, standard=True):
        self.serial += 1
        return Device(self, f"/wake/{self.serial}", standard)

    def posts(self, path=None):
        return [p for how, p in self.asked if how == "POST" and (path is None or p == path)]

    def proves(self, head):
        """The claims of VAPID, checked against the key that came along."""
        said = head["Authorization"]
        if found := re.fullmatch(r"vapid t=([\w.-]+),k=([\w-]+)", said):
            token, self.key = found.groups()
        else:
            token = re.fullmatch(r"WebPush ([\w.-]+)", said)[1]
            self.key = re.search(r"p256ecdsa=([\w-]+)", head["Crypto-Key"])[1]
        first, claims, signature = token.split(".")
        assert json.loads(bytes_of(first)) == {"typ": "JWT", "alg": "ES256"}
        raw = bytes_of(signature)
        numbers = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        point(self.key).verify(numbers, f"{first}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        return json.loads(bytes_of(claims))
