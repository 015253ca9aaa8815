"""The wire rules of the client API: encodings, parameters, verbs, headers, errors."""
import json

import pytest


def test_every_encoding_is_taken(ann):
    """JSON, form and multipart mean the same, and the query is merged with the body."""
    for what in ({"json_body": {"status": "hi", "visibility": "private"}}, {"form": {"status": "hi", "visibility": "private"}},
                 {"fields": {"status": "hi", "visibility": "private"}}, {"query": {"status": "hi"}, "form": {"visibility": "private"}},
                 {"query": {"status": "hi", "visibility": "private"}},
                 {"query": {"status": "hi", "visibility": "public"}, "form": {"visibility": "private"}}):
        said = ann.post("/api/v1/statuses", **what).ok()
        assert said["content"] == "<p>hi</p>" and said["visibility"] == "private", what


def test_arrays(ann, ben):
    """id[]=1, id=1 and JSON lists are all lists."""
    ann.follows(ben)
    for path in (f"/api/v1/accounts/relationships?id[]={ben.id}", f"/api/v1/accounts/relationships?id={ben.id}",
                 f"/api/v1/accounts/relationships?id%5B%5D={ben.id}"):
        assert [r["id"] for r in ann.get(path).ok()] == [ben.id], path
    made = ann.post("/api/v1/lists", form={"title": "x"}).ok()["id"]
    ann.post(f"/api/v1/lists/{made}/accounts", json_body={"account_ids": [ben.id]}).ok()
    ann.delete(f"/api/v1/lists/{made}/accounts", json_body={"account_ids": [ben.id]}).ok()
    ann.post(f"/api/v1/lists/{made}/accounts?account_ids[]={ben.id}").ok()
    assert len(ann.get(f"/api/v1/lists/{made}/accounts").ok()) == 1


@pytest.mark.parametrize("yes", ["true", "1", "on", "t", "True"])
def test_true(ann, yes):
    """true, 1, on, t and True are all true."""
    assert ann.post("/api/v1/statuses", form={"status": "x", "sensitive": yes}).ok()["sensitive"] is True


@pytest.mark.parametrize("no", ["false", "0", "off", "f", "False", ""])
def test_false(ann, no):
    """false, 0, off, f, False and a blank are all false or not given."""
    assert ann.post("/api/v1/statuses", form={"status": "x", "sensitive": no}).ok()["sensitive"] is False


@pytest.mark.parametrize("path", ["/api/v1/instance/", "/api/v2/instance/", "/api/v1/conversations/", "/api/v1/tags/tree/"])
def test_trailing_slash(ann, path):
    """Addresses with a slash at the end are the same addresses."""
    assert ann.get(path).status == 200


@pytest.mark.parametrize("method, path", [
    ("GET", "/api/v1/nothing"), ("POST", "/api/v3/statuses"), ("GET", "/api/v1/accounts/x/y/z"), ("GET", "/api"), ("GET", "/api/"),
    ("GET", "/api/v1/statuses/abc"), ("GET", "/api/v1/statuses/0"), ("GET", "/api/v1/accounts/999999999999999999999999"),
    ("PUT", "/api/v2/media/1")])
def test_unknown_paths(ann, method, path):
    """An unknown address of the API is a JSON 404, never a page or a redirect."""
    ann.request(method, path).fails(404)


def test_without_a_token(server):
    """Without a token, or with one that is none, a person's routes say 401 in Mastodon's words."""
    for path in ("/api/v1/timelines/home", "/api/v1/notifications", "/api/v1/accounts/verify_credentials", "/api/v1/preferences"):
        server.get(path).fails(401, 422)
        assert server.get(path, token="nonsense").fails(401) == "The access token is invalid"


def test_no_token_is_asked_where_none_is_needed(server):
    """The documents about the server need no token, and a wrong one does not stop them from being read as a stranger or says 401."""
    for path in ("/api/v1/instance", "/api/v2/instance", "/api/v1/custom_emojis", "/nodeinfo/2.0"):
        assert server.get(path).status == 200


def test_scopes_are_checked(server, ann):
    """A token for reading cannot write; the answer is 403 with a sentence."""
    token = server.token(ann.name, "read")
    server.post("/api/v1/statuses", token=token, form={"status": "x"}).fails(403)
    assert server.get("/api/v1/timelines/home", token=token).status == 200
    narrow = server.token(ann.name, "read:accounts")
    server.get("/api/v1/timelines/home", token=narrow).fails(403)
    assert server.get("/api/v1/accounts/verify_credentials", token=narrow).status == 200


def test_cors(server, ann):
    """Any page may ask: any verb, any request header, and the headers of paging and limits can be read."""
    asked = server.raw("OPTIONS", "/api/v1/statuses", headers={
        "Origin": "https://elk.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key,x-odd"})
    assert asked.status in (200, 204) and asked.headers["Access-Control-Allow-Origin"] == "*"
    allowed = asked.headers["Access-Control-Allow-Headers"].lower()
    assert allowed == "*" or all(h in allowed for h in ("authorization", "content-type", "idempotency-key", "x-odd"))
    for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        assert verb in asked.headers["Access-Control-Allow-Methods"]
    assert not asked.headers.get("Access-Control-Allow-Credentials")
    said = server.raw("GET", "/api/v1/instance", headers={"Origin": "https://elk.example"})
    exposed = said.headers["Access-Control-Expose-Headers"].lower()
    for name in ("link", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id"):
        assert name in exposed
    for path in ("/.well-known/nodeinfo", "/nodeinfo/2.0", "/.well-known/host-meta", "/.well-known/oauth-authorization-server",
                 "/.well-known/webfinger?resource=x"):
        assert server.raw("GET", path).headers["Access-Control-Allow-Origin"] == "*", path
    for path in ("/oauth/token", "/oauth/revoke"):
        assert server.raw("POST", path).headers["Access-Control-Allow-Origin"] == "*", path
    assert not server.raw("GET", "/oauth/authorize").headers.get("Access-Control-Allow-Origin")
    assert not server.raw("GET", "/sign-in").headers.get("Access-Control-Allow-Origin")


def test_errors_are_sentences(ann):
    """A value that cannot be names its field in the sentence."""
    said = ann.post("/api/v1/statuses", json_body={"status": "x" * 3000}).fails(422)
    assert len(said) > 10


def test_head(server):
    """HEAD answers as GET does, without the body, and with a date."""
    for path in ("/", "/api/v1/instance", "/about"):
        get, head = server.raw("GET", path), server.raw("HEAD", path)
        assert head.status == get.status and head.body == b"" and head.headers["Date"]


def test_wrong_method(server, ann):
    """A method that an address does not take is refused with a JSON error."""
    assert ann.request("PATCH", "/api/v1/timelines/home").status in (404, 405)


def test_ids_in_json_may_be_numbers(ann):
    """An id sent as a JSON number is the same id where it fits."""
    post = ann.say("root")
    said = ann.post("/api/v1/statuses", json_body={"status": "x", "in_reply_to_id": int(post["id"])})
    assert said.ok()["in_reply_to_id"] == post["id"]


def test_rate_limit_headers(new_server):
    """With limits on, every answer says how many requests are left and when that starts again."""
    server = new_server(rate_limits="on")
    ann = server.person("ann")
    left = []
    for _ in range(2):
        said = ann.get("/api/v1/timelines/home")
        assert said.headers["X-RateLimit-Limit"].isdigit() and "T" in said.headers["X-RateLimit-Reset"]
        left.append(int(said.headers["X-RateLimit-Remaining"]))
    assert left[1] == left[0] - 1


def test_a_request_has_an_id(server):
    """Every answer carries the id under which the log knows it."""
    one, two = (server.raw("GET", "/api/v1/instance").headers["X-Request-Id"] for _ in range(2))
    assert one and two and one != two


def test_etag(server):
    """What has not changed is answered 304."""
    for path in ("/api/v2/instance", "/about", "/robots.txt"):
        tag = server.raw("GET", path).headers.get("ETag")
        if tag:
            assert server.raw("GET", path, headers={"If-None-Match": tag}).status == 304
    assert server.raw("GET", "/robots.txt").headers.get("ETag")


def test_json_in_odd_places(ann):
    """A charset, capitals or a vendor's type do not matter; a body that is no JSON is 400."""
    body = json.dumps({"status": "hi"}).encode()
    for kind in ("application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"):
        said = ann.server.raw("POST", "/api/v1/statuses", body, {"Content-Type": kind, "Authorization": f"Bearer {ann.token}"})
        assert said.status == 200, kind
    for bad in (b"{", b"[]", b'"x"', b"{} x", b"\xff"):
        said = ann.server.raw("POST", "/api/v1/statuses", bad, {"Content-Type": "application/json", "Authorization": f"Bearer {ann.token}"})
        assert said.status in (400, 422), bad
