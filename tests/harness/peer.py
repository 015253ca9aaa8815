"""Another server, played over loopback: answers for its documents, keeps what it is sent, and signs what it sends, well or
badly. Its people are made up as they are named."""
import base64
import email.utils
import functools
import hashlib
import http.server
import json
import pathlib
import subprocess
import threading
import time
import urllib.parse

from . import wire

AS = "https://www.w3.org/ns/activitystreams"
PUBLIC = AS + "#Public"
TYPE = "application/activity+json"


@functools.cache
def make_key(folder, number=0):
    """Paths of a private key and the text of its public half; made once, since that takes a while."""
    private = pathlib.Path(folder) / f"key{number}.pem"
    subprocess.run(["openssl", "genrsa", "-out", private, "2048"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "rsa", "-in", private, "-pubout"], check=True, capture_output=True, text=True).stdout
    return private, public


def sign(private, text):
    done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", private], input=text.encode(), check=True, capture_output=True)
    return base64.b64encode(done.stdout).decode()


class Peer:
    def __init__(self, place, server, address="127.0.0.1"):
        self.server, self.documents, self.asked, self.inbox = server, {}, [], []
        self.private, self.public = make_key(place)
        self.other_private, _ = make_key(place, 1)
        self.serial, self.heads, self.takes = 0, [], None
        self.http = http.server.ThreadingHTTPServer((address, 0), functools.partial(Handler, self))
        self.url = f"http://{address}:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    # Documents.

    def play(self, path, script):
        """script(handler) answers this path, as badly as it likes."""
        self.documents[path] = script
        return self.url + path

    def put(self, path, document, status=200, kind=TYPE, headers=None):
        self.documents[path] = (status, kind, document if isinstance(document, (str, bytes)) else json.dumps(document), headers or {})

    def actor(self, name, /, **more):
        """The id of somebody here, whose document is there to be read."""
        actor = f"{self.url}/users/{name}"
        document = {
            "@context": [AS, "https://w3id.org/security/v1"], "id": actor, "type": "Person", "preferredUsername": name,
            "name": name.title(), "inbox": f"{actor}/inbox", "outbox": f"{actor}/outbox", "followers": f"{actor}/followers",
            "following": f"{actor}/following", "url": f"{self.url}/@{name}", "endpoints": {"sharedInbox": f"{self.url}/inbox"},
            "publicKey": {"id": f"{actor}#main-key", "owner": actor, "publicKeyPem": self.public}, **more}
        self.put(f"/users/{name}", document)
        return actor

    def webfinger(self, name, subject=None, actor=None):
        host = self.url.removeprefix("http://")
        self.put(f"/.well-known/webfinger?resource={urllib.parse.quote(f'acct:{name}@{host}', safe='')}",
                 {"subject": subject or f"acct:{name}@{host}",
                  "links": [{"rel": "self", "type": TYPE, "href": actor or f"{self.url}/users/{name}"}]},
                 kind="application/jrd+json")
        return f"{name}@{host}"

    def note(self, actor, content="<p>Bread is in the oven.</p>", to=(PUBLIC,), cc=None, **more):
        self.serial += 1
        path = f"/notes/{self.serial}"
        document = {"@context": AS, "id": self.url + path, "type": "Note", "attributedTo": actor, "content": content,
                    "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "to": list(to),
                    "cc": [actor + "/followers"] if cc is None else cc, **more}
        self.put(path, document)
        return document

    def activity(self, kind, actor, target, /, **more):
        self.serial += 1
        return {"@context": AS, "id": f"{self.url}/activities/{self.serial}", "type": kind, "actor": actor, "object": target, **more}

    # Sending.

    def send(self, activity, inbox="/inbox", key_id=None, private=None, age=0, digest=None, leave_out=(), headers=None, path=None):
        """POSTs, signed as Mastodon signs; what the keywords name is done wrong. Gives the answer."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        actor = key_id and key_id.split("#")[0] or json.loads(body)["actor"]
        parts = {"host": self.server.host, "date": email.utils.formatdate(time.time() - age, usegmt=True),
                 "digest": digest or "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode(), "content-type": TYPE}
        names = [n for n in ["(request-target)", *parts] if n not in leave_out]
        lines = [f"(request-target): post {path or inbox}" if n == "(request-target)" else f"{n}: {parts[n]}" for n in names]
        signature = sign(private or self.private, "\n".join(lines))
        parts["signature"] = (f'keyId="{key_id or actor + "#main-key"}",algorithm="rsa-sha256",headers="{" ".join(names)}",'
                              f'signature="{signature}"')
        return wire.send(self.server.port, "POST", inbox, body, {**parts, **(headers or {})})

    def get(self, path, actor):
        """Reads a document of the server, signed in this person's name."""
        parts = {"host": self.server.host, "date": email.utils.formatdate(time.time(), usegmt=True)}
        signature = sign(self.private, "\n".join([f"(request-target): get {path}", *(f"{n}: {v}" for n, v in parts.items())]))
        parts["signature"] = f'keyId="{actor}#main-key",algorithm="rsa-sha256",headers="(request-target) host date",signature="{signature}"'
        return wire.send(self.server.port, "GET", path, None, {**parts, "accept": TYPE})

    def delivers(self, activity, **what):
        answer = self.send(activity, **what)
        assert answer.status == 202, f"{answer.status} {answer.body[:300]!r}\n{self.server.log_tail()}"
        return activity

    def creates(self, note, **what):
        self.delivers(self.activity("Create", note["attributedTo"], note, to=note["to"], cc=note["cc"]), **what)
        return note


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, peer, *rest):
        self.peer = peer
        super().__init__(*rest)

    def log_message(self, *_):
        pass

    def answer(self, status, kind, body, headers=None):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in body.pieces() if hasattr(body, "pieces") else [body]:  # one that comes slowly
            self.wfile.write(piece)

    def do_GET(self):
        self.peer.asked.append(self.path)
        self.peer.heads.append((self.path, self.headers))
        found = self.peer.documents.get(self.path, (404, "text/plain", "", {}))
        if not callable(found):
            self.answer(*found)
            return
        try:
            found(self)
        except OSError:
            self.close_connection = True  # the other side had enough

    def do_POST(self):
        """`takes` of the peer, when it has one, answers instead: takes(handler, body); True: it did."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.peer.heads.append((self.path, self.headers))
        if self.peer.takes and self.peer.takes(self, body):
            return
        self.peer.inbox.append((self.path, json.loads(body)))
        self.answer(202, "text/plain", "")


def eventually(f, seconds=10):
    """The first true value of f within so many seconds."""
    until = time.monotonic() + seconds
    while not (value := f()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)
    return value
