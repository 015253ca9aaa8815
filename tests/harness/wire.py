"""One request, one answer, over the standard library; the wire rules that hold for every answer are checked here."""
import http.client
import json
import secrets
import urllib.parse

from . import entities

TIMEOUT = 60


class Answer:
    def __init__(self, method, path, status, headers, body):
        self.method, self.path, self.status, self.headers, self.body = method, path, status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        """The body as JSON, its shape checked against the table of entities."""
        value = json.loads(self.body)
        entities.check_answer(self.method, self.path, self.status, value)
        return value

    def ok(self, status=200):
        assert self.status == status, f"{self.method} {self.path}: {self.status}, not {status}: {self.body[:400]!r}"
        return self.json()

    def fails(self, *status):
        """A failure with one of these codes and a sentence; gives the sentence."""
        assert self.status in status, f"{self.method} {self.path}: {self.status}, not {status}: {self.body[:400]!r}"
        said = self.json()["error"]
        assert said.strip(), "an error without a sentence"
        return said

    def link(self, rel):
        """Path and query of a page of the Link header, or None."""
        for part in (self.headers.get("Link") or "").split(", "):
            if f'rel="{rel}"' in part:
                address = part[part.index("<") + 1:part.index(">")]
                assert address.startswith("http"), f"Link is not absolute: {part}"
                split = urllib.parse.urlsplit(address)
                return split.path + "?" + split.query
        return None


def send(port, method, target, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return Answer(method, target, answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def multipart(fields, files):
    """fields: pairs; files: name -> (file name, type, bytes)."""
    edge = "edge" + secrets.token_hex(8)
    parts = []
    for name, value in fields:
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, (filename, kind, data) in files:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def pairs(params):
    """{"a": 1, "b[]": [1, 2]} as pairs of text; booleans as true and false, None left out."""
    for key, value in (params.items() if isinstance(params, dict) else params or []):
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not None:
                yield key, ("true" if one else "false") if isinstance(one, bool) else str(one)


def request(port, method, path, query=None, form=None, json_body=None, files=None, fields=None, token=None, headers=None):
    headers = dict(headers or {})
    body = None
    if query:
        path += ("&" if "?" in path else "?") + urllib.parse.urlencode(list(pairs(query)))
    if files is not None or fields is not None:
        body, headers["Content-Type"] = multipart(list(pairs(fields)), list((files or {}).items()))
    elif json_body is not None:
        body, headers["Content-Type"] = json.dumps(json_body).encode(), "application/json"
    elif form is not None:
        body = urllib.parse.urlencode(list(pairs(form))).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    answer = send(port, method, path, body, headers)
    check_wire(answer)
    return answer


def check_wire(answer):
    """What holds for every answer of the client API."""
    path = answer.path.split("?")[0]
    assert answer.status != 500, f"{answer.method} {answer.path}: {answer.body[:300]!r}"
    if not path.startswith("/api/") or path.startswith("/api/v1/streaming") or path == "/api/oembed":
        return
    at = f"{answer.method} {path}"
    if answer.method != "HEAD" and answer.status != 304:
        kind = answer.headers.get("Content-Type", "")
        assert kind.replace(" ", "").lower() == "application/json;charset=utf-8", f"{at}: Content-Type {kind!r}"
        assert answer.body, f"{at}: an empty body; {{}} was to come"
    # A target that cannot be read is refused before anybody knows whose it was.
    assert answer.status == 400 or answer.headers.get("Access-Control-Allow-Origin") == "*", f"{at}: no CORS"
    assert not answer.headers.get("Set-Cookie"), f"{at}: the API sets a cookie"
    assert answer.headers.get("X-Content-Type-Options") == "nosniff", f"{at}: no nosniff"
    for part in (answer.headers.get("Link") or "").split(", "):
        assert part.count(";") <= 1, f"{at}: Link part with more than one ';': {part}"
