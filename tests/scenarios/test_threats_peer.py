"""A server elsewhere that behaves as badly as servers can: silent, slow, endless, lying, redirecting, forging. What is asked of it,
and what is not believed."""
import gzip
import json
import sqlite3
import threading
import time

import pytest

from harness.common import uri
from harness.peer import AS, PUBLIC, TYPE, Peer, eventually


@pytest.fixture
def make_peer(server, keys):
    made = []

    def make(address="127.0.0.1", of=None):
        made.append(Peer(keys, of or server, address))
        return made[-1]

    yield make
    for peer in made:
        peer.close()


@pytest.fixture
def peer(make_peer):
    return make_peer()


@pytest.fixture
def other(make_peer):
    """A second server elsewhere, of another origin."""
    return make_peer("127.0.0.2")


@pytest.fixture
def fay(peer):
    return peer.actor("fay")


def greets(peer, actor, server, person, content="<p>Hello there</p>", **more):
    tag = [{"type": "Mention", "href": uri(server, person), "name": f"@{person.name}@{server.host}"}]
    return peer.note(actor, content, cc=[uri(server, person)], **{"tag": tag, **more})


def mentions(person):
    return [n["status"]["content"] for n in person.get("/api/v1/notifications").ok() if n["type"] == "mention"]


def resolves(person, text):
    """The ids, elsewhere, of what is found for an address."""
    said = person.get("/api/v2/search", q=text, resolve="true").ok()
    return [a["uri"] for a in said["accounts"] + said["statuses"]]


def rows(server, text, *values):
    db = sqlite3.connect(server.data / "tidings.db", timeout=20)
    try:
        with db:
            return db.execute(text, values).fetchall()
    finally:
        db.close()


def head_of(handler, status=200, kind=TYPE, length=None, more=()):
    handler.close_connection = True
    handler.wfile.write(f"HTTP/1.1 {status} So\r\nContent-Type: {kind}\r\n".encode())
    if length is not None:
        handler.wfile.write(f"Content-Length: {length}\r\n".encode())
    for name, value in more:
        handler.wfile.write(f"{name}: {value}\r\n".encode())
    handler.wfile.write(b"\r\n")


def note_bytes(peer, path, actor):
    return json.dumps({"@context": AS, "id": peer.url + path, "type": "Note", "attributedTo": actor, "content": "<p>played</p>",
                       "to": [PUBLIC], "published": "2026-01-01T00:00:00Z"}).encode()


# Slow, silent, endless.


def test_t118_silent_and_slow_servers_are_given_up(server, ann, peer, fay):
    """Neither holds anything for longer than ten seconds, and whoever asks something else meanwhile does not notice."""
    body = note_bytes(peer, "/drip", fay)

    def silent(handler):
        time.sleep(25)

    def drip(handler):
        head_of(handler, length=len(body))
        for i in range(len(body)):
            handler.wfile.write(body[i:i + 1])
            handler.wfile.flush()
            time.sleep(0.1)

    def drip_head(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for i in range(300):
            handler.wfile.write(f"X-{i}: y\r\n".encode())
            handler.wfile.flush()
            time.sleep(0.1)

    addresses = [peer.play("/silent", silent), peer.play("/drip", drip), peer.play("/head", drip_head)]
    took = {}

    def ask(address):
        began = time.monotonic()
        assert resolves(ann, address) == []
        took[address] = time.monotonic() - began

    threads = [threading.Thread(target=ask, args=(a,)) for a in addresses]
    [t.start() for t in threads]
    time.sleep(0.5)
    began = time.monotonic()
    server.get("/api/v2/instance").ok()
    ann.say("meanwhile")
    assert time.monotonic() - began < 2
    [t.join() for t in threads]
    assert sorted(took) == sorted(addresses) and max(took.values()) < 15, took
    assert rows(server, "SELECT count(*) FROM post WHERE uri LIKE ?", peer.url + "%") == [(0,)]


def test_t119_endless_and_lying_answers(server, ann, peer, fay):
    """What is longer than a document, or than it says, or has no end, is cut off while it comes."""
    sent = {}

    def endless(handler):
        head_of(handler)
        sent["endless"] = 0
        while sent["endless"] < 200 << 20:
            sent["endless"] += handler.wfile.write(b" " * 65536)

    def endless_head(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        sent["head"] = 0
        while sent["head"] < 64 << 20:
            sent["head"] += handler.wfile.write(b"X-More: " + b"y" * 1000 + b"\r\n")

    body = note_bytes(peer, "/short", fay)
    plays = {"/endless": endless, "/head": endless_head,
             "/short": lambda h: (head_of(h, length=len(body) // 2), h.wfile.write(body)),  # more comes than was said
             "/long": lambda h: (head_of(h, length=10_000_000), h.wfile.write(note_bytes(peer, "/long", fay))),  # less, then nothing
             "/huge": lambda h: (head_of(h, length=1 << 40), h.wfile.write(b"{")),
             "/negative": lambda h: (head_of(h, length=-5), h.wfile.write(body)),
             "/two": lambda h: (head_of(h, length=5, more=[("Content-Length", len(body))]), h.wfile.write(body)),
             "/chunks": lambda h: (head_of(h, more=[("Transfer-Encoding", "chunked")]), h.wfile.write(b"FFFFFFFFFFFFFFFFF\r\n{"))}
    for path, script in plays.items():
        began = time.monotonic()
        assert resolves(ann, peer.play(path, script)) == [], path
        assert time.monotonic() - began < 12, path
    assert sent["endless"] < 16 << 20 and sent["head"] < 16 << 20, sent  # what the sockets hold is lost on the way
    assert rows(server, "SELECT count(*) FROM post WHERE uri LIKE ?", peer.url + "%") == [(0,)]


def test_t120_compressed_bombs(server, ann, peer, fay):
    """No compressed answer is asked for, and none is taken."""
    bomb = gzip.compress(note_bytes(peer, "/gzip", fay) + b" " * (50 << 20))
    for encoding in ("gzip", "deflate", "gzip, gzip", "br", "zstd"):
        path = "/" + encoding.replace(", ", "-")
        peer.put(path, bomb, headers={"Content-Encoding": encoding})
        assert resolves(ann, peer.url + path) == []
    assert {h.get("Accept-Encoding", "identity") for _, h in peer.heads} == {"identity"}


def test_t121_deep_and_wide_documents(server, ann, peer, fay):
    """Depth has a limit, contexts are never fetched, and wrong types are absent."""
    deep = note_bytes(peer, "/deep", fay)[:-1] + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    peer.put("/deep", deep)
    assert resolves(ann, peer.url + "/deep") == []
    document = peer.note(fay, "<p>wide</p>")
    path = document["id"].removeprefix(peer.url)
    peer.put(path, {**document, "@context": [AS] + [f"{peer.url}/contexts/{i}" for i in range(200)], "tag": 7, "attachment": "x",
                    "summary": [], "inReplyTo": {}, "replies": 5, "published": {"x": 1}, "cc": {"id": []}})
    assert resolves(ann, document["id"]) == [document["id"]]
    assert not [p for p in peer.asked if "context" in p]


def test_t122_everything_at_once(server, ann, peer, fay):
    """Thousands of everything in one note: what is past the limits is cut, the rest stays."""
    tags = [{"type": "Mention", "href": uri(server, ann), "name": "@ann"}]
    tags += [{"type": "Hashtag", "name": f"#t{i}"} for i in range(600)]
    tags += [{"type": "Mention", "href": f"{peer.url}/users/m{i}", "name": f"@m{i}"} for i in range(600)]
    tags += [{"type": "Emoji", "name": f":e{i}:", "icon": {"type": "Image", "url": f"{peer.url}/e{i}.png"}} for i in range(300)]
    files = [{"type": "Document", "mediaType": "image/png", "url": f"{peer.url}/p{i}.png"} for i in range(300)]
    note = greets(peer, fay, server, ann, "<p>" + "word " * 1000 + "</p>", tag=tags, attachment=files)
    wide = peer.activity("Create", fay, {**note, "id": note["id"] + "w", "tag": tags * 10})
    assert peer.send(wide).status in (400, 413), "more members than any document has"
    peer.creates(note)
    said = ann.get("/api/v1/notifications").ok()[0]["status"]
    assert len(said["tags"]) <= 100 and len(said["mentions"]) <= 50 and len(said["media_attachments"]) <= 16 and len(said["emojis"]) <= 100
    assert len([p for p in peer.asked if p.startswith("/users/m")]) <= 32


# Redirects, and addresses nobody should ask.


def test_t087_a_redirect_does_not_lend_its_name(server, ann, peer, other, fay):
    """A document that was found through a redirect is the final address's, never that of the one who sent us there."""
    gil = other.actor("gil")
    for status in (301, 302, 303, 307, 308):
        there = other.note(gil, f"<p>{status}</p>")
        path = f"/moved/{status}"
        peer.put(path, b"", status=status, headers={"Location": there["id"]})
        assert resolves(ann, peer.url + path) == [there["id"]]
        forged = f"/forged/{status}"
        other.put(forged, note_bytes(peer, forged, fay))  # says that it is the peer's
        peer.put(f"/open/{status}", b"", status=status, headers={"Location": other.url + forged})
        assert resolves(ann, f"{peer.url}/open/{status}") == []
    assert rows(server, "SELECT count(*) FROM post WHERE uri LIKE ?", peer.url + "%") == [(0,)]


def test_t117_redirects_that_never_end(server, ann, peer):
    """Three are followed, no address twice; and what failed is not asked for again."""
    peer.put("/loop", b"", status=302, headers={"Location": "/loop"})
    for i in range(10):
        peer.put(f"/hop{i}", b"", status=302, headers={"Location": f"/hop{i + 1}"})
    peer.put("/hop10", note_bytes(peer, "/hop10", f"{peer.url}/users/fay"))
    for path, most in (("/loop", 1), ("/hop0", 4)):
        peer.asked.clear()
        assert resolves(ann, peer.url + path) == []
        assert 1 <= len(peer.asked) <= most
        peer.asked.clear()
        assert resolves(ann, peer.url + path) == [] and peer.asked == []


def test_t054_t055_t056_t059_addresses_inside(new_server, make_peer):
    """Without the switch for tests no packet goes to an address inside, however it is spelled and whoever leads there."""
    strict = new_server(federation_allow_private_addresses="no")
    ann = strict.person("ann")
    inside = make_peer(of=strict)
    inside.actor("fay")
    port = inside.http.server_port
    hosts = ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "localhost.", "LOCALHOST", "[::1]",
             "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "0.0.0.0", "[::]", "１２７.０.０.１", "127.0.0.1.", "ⓛocalhost",
             "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "user@127.0.0.1", "127.0.0.1%2f@x.example"]
    for host in hosts:
        for scheme in ("https", "http"):
            for address in (f"{scheme}://{host}:{port}/users/fay", f"{scheme}://{host}/users/fay"):
                assert resolves(ann, address) == [], address
    for odd in ("file:///etc/passwd", f"gopher://127.0.0.1:{port}/", f"dict://127.0.0.1:{port}/", f"ftp://127.0.0.1:{port}/x", "data:,x",
                f"https://127.0.0.1:{port}\\@x.example/", f"https://x.example\r\nHost: 127.0.0.1:{port}/"):
        assert resolves(ann, odd) == [], odd
    assert resolves(ann, f"@fay@127.0.0.1:{port}") == [] and resolves(ann, f"@fay@localhost:{port}") == []
    key_id = f"{inside.url}/users/fay#main-key"
    assert inside.send(inside.activity("Create", f"{inside.url}/users/fay", greets(inside, f"{inside.url}/users/fay", strict, ann)),
                       key_id=key_id).status in (400, 401)
    assert inside.asked == [] and inside.inbox == []


def test_t058_t060_only_web_addresses_are_kept(server, ann, peer):
    """A profile's pictures, inboxes and links of other schemes are no addresses."""
    odd = peer.actor("odd", icon={"type": "Image", "url": "file:///etc/passwd"}, image={"type": "Image", "url": "gopher://x.example/1"},
                     url="javascript:alert(1)", outbox="dict://x.example/", featured="ftp://x.example/",
                     endpoints={"sharedInbox": "file:///dev/null"})
    assert resolves(ann, odd) == [odd]
    kept = rows(server, "SELECT inbox, shared_inbox, outbox, featured_uri, avatar_remote, header_remote, url FROM account WHERE uri = ?", odd)[0]
    assert kept[0] == odd + "/inbox" and not [x for x in kept if x and not x.startswith("http")], kept
    bad = peer.actor("bad", inbox="file:///dev/null")
    assert resolves(ann, bad) == []


# Whose word is it?


def test_t083_a_document_with_an_id_elsewhere(server, ann, peer, other, fay):
    """An id on another host than it came from is asked there, once; what is said there counts."""
    gil = other.actor("gil")
    real = other.note(gil, "<p>what gil says</p>")
    peer.put("/copy", {**real, "content": "<p>what fay makes of it</p>"})
    assert resolves(ann, peer.url + "/copy") == [real["id"]]
    assert [s["content"] for s in ann.get("/api/v2/search", q=real["id"], resolve="true").ok()["statuses"]] == ["<p>what gil says</p>"]
    peer.put("/made-up", {**real, "id": other.url + "/notes/never"})
    assert resolves(ann, peer.url + "/made-up") == []
    other.put("/notes/turns", {**real, "id": peer.url + "/notes/back"})
    peer.put("/turns", {**real, "id": other.url + "/notes/turns"})
    assert resolves(ann, peer.url + "/turns") == [], "an id was followed to a third place"


def test_t084_t085_whose_it_is(server, ann, peer, other, fay):
    """An author elsewhere, and ids that are lists, objects, null or missing: nothing is made of them."""
    gil = other.actor("gil")
    for more in ({"attributedTo": gil}, {"attributedTo": None}, {"attributedTo": []}, {"attributedTo": [gil, {"id": gil}]}, {"id": None},
                 {"id": ["x"]}, {"id": {"id": "x"}}, {"id": 5}, {"id": ""}, {"id": "not an address"}, {"type": "Nothing"}):
        document = peer.note(fay, "<p>forged</p>")
        path = document["id"].removeprefix(peer.url)
        peer.put(path, {**document, **more})
        assert resolves(ann, peer.url + path) == [], more
    note = greets(peer, fay, server, ann, "<p>forged</p>")
    create = peer.activity("Create", fay, note)
    for more in ({"actor": [fay]}, {"actor": [fay, gil]}, {"actor": None}, {"actor": ""}, {"id": [create["id"]]}, {"actor": 7}):
        assert peer.send({**create, **more}, key_id=fay + "#main-key").status in (202, 400), more
    peer.delivers(peer.activity("Create", fay, {**note, "attributedTo": gil}))
    peer.delivers(peer.activity("Create", fay, [note, note]))
    assert [m for m in mentions(ann) if "forged" in m] in ([], ["<p>forged</p>"]), "more than what fay may say herself"
    assert rows(server, "SELECT count(*) FROM post p JOIN account a ON a.id = p.account WHERE a.uri = ?", gil) == [(0,)]


def test_t086_only_what_is_served_as_a_document(server, ann, peer, fay):
    """A file on an honest server that looks like a document is none."""
    kinds = ["text/html", "text/plain", "application/json", "application/octet-stream", "image/png", "application/ld+json",
             'application/ld+json; profile="https://example.example/other"', "application/activity+jsonx", "", "application/xml"]
    for i, kind in enumerate(kinds):
        path = f"/files/{i}"
        peer.put(path, note_bytes(peer, path, fay), kind=kind)
        assert resolves(ann, peer.url + path) == [], kind
    for i, kind in enumerate([TYPE, TYPE + "; charset=utf-8", 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
                              'Application/LD+JSON;profile="https://www.w3.org/ns/activitystreams";charset=utf-8']):
        path = f"/documents/{i}"
        peer.put(path, note_bytes(peer, path, fay), kind=kind)
        assert resolves(ann, peer.url + path) == [peer.url + path], kind


def test_t088_pages_that_point_elsewhere(server, ann, peer, other):
    """A page's or a header's hint to a document of another origin is not followed."""
    gil = other.actor("gil")
    there = other.note(gil, "<p>there</p>")
    page = f'<html><head><link rel="alternate" type="{TYPE}" href="{there["id"]}"></head></html>'
    peer.put("/page", page, kind="text/html", headers={"Link": f'<{there["id"]}>; rel="alternate"; type="{TYPE}"'})
    assert resolves(ann, peer.url + "/page") == [] and not other.asked


def test_t089_a_key_that_names_a_victim(server, ann, peer, other, fay):
    """A key document that says whose it is proves nothing: the owner's own document must list it."""
    gil = other.actor("gil")
    peer.put("/keys/1", {"@context": AS, "id": peer.url + "/keys/1", "type": "CryptographicKey", "owner": gil, "publicKeyPem": peer.public})
    forged = greets(other, gil, server, ann, "<p>forged</p>")
    create = other.activity("Create", gil, forged)
    assert peer.send(create, key_id=peer.url + "/keys/1").status == 401
    assert peer.send(create, key_id=fay + "#main-key").status in (202, 401)  # somebody else's key: at most a hint to ask gil
    peer.put("/keys/3", {"@context": AS, "id": peer.url + "/keys/2", "type": "CryptographicKey", "owner": fay, "publicKeyPem": peer.public})
    assert peer.send(peer.activity("Create", fay, greets(peer, fay, server, ann, "<p>odd key</p>")), key_id=peer.url + "/keys/3").status == 401
    assert "<p>odd key</p>" not in mentions(ann)


def test_t091_an_audience_never_grows(server, ann, ben, peer, fay):
    """A private note that comes again as a public one, from another or from its author, opens nothing."""
    gil = peer.actor("gil")
    tag = [{"type": "Mention", "href": uri(server, ann), "name": "@ann"}]
    note = peer.note(fay, "<p>between us</p>", to=[uri(server, ann)], cc=[], tag=tag)
    peer.creates(note)
    told = ann.get("/api/v1/notifications").ok()[0]["status"]
    wider = {**note, "to": [PUBLIC], "cc": [fay + "/followers"]}
    peer.delivers(peer.activity("Create", gil, {**wider, "attributedTo": gil}))
    peer.delivers(peer.activity("Create", fay, wider))
    peer.delivers(peer.activity("Update", fay, {**wider, "updated": "2036-01-01T00:00:00Z"}))
    assert ann.show(told).ok()["visibility"] == "direct" and not ben.sees(told)


def followed(server, person, peer, actor):
    """person follows somebody there, who says yes; the account's id."""
    far = far_id(person, actor)
    person.post(f"/api/v1/accounts/{far}/follow").ok()
    asked = eventually(lambda: [a for _, a in peer.inbox if a["type"] == "Follow" and a["object"] == actor])[0]
    peer.delivers(peer.activity("Accept", actor, asked))
    return far


def test_t092_a_boost_of_what_was_never_said(server, ann, peer, other, fay):
    """The inline copy of a boosted note is ignored; what its own server says is shown."""
    followed(server, ann, peer, fay)
    gil = other.actor("gil")
    real = other.note(gil, "<p>what gil said</p>")
    peer.delivers(peer.activity("Announce", fay, {**real, "content": "<p>what gil never said</p>"}, to=[PUBLIC], cc=[fay + "/followers"]))
    eventually(lambda: rows(server, "SELECT 1 FROM post WHERE uri = ?", real["id"]))
    assert "never" not in json.dumps(ann.get("/api/v2/search", q=real["id"], resolve="true").ok())
    peer.delivers(peer.activity("Announce", fay, {**real, "id": other.url + "/notes/invented"}, to=[PUBLIC], cc=[fay + "/followers"]))
    eventually(lambda: "/notes/invented" in other.asked)
    assert rows(server, "SELECT 1 FROM post WHERE uri = ?", other.url + "/notes/invented") == []


def test_t093_answers_to_what_was_never_asked(server, ann, ben, peer, fay):
    """A yes without a question, a no by a stranger, a pin in somebody else's list: nothing changes."""
    gil = peer.actor("gil")
    far = ann.get("/api/v2/search", q=fay, resolve="true").ok()["accounts"][0]
    follow = {"type": "Follow", "id": f"{server.url}/users/{ann.name}#follows/1", "actor": uri(server, ann), "object": fay}
    peer.delivers(peer.activity("Accept", fay, follow))
    knows = ann.get("/api/v1/accounts/relationships", **{"id[]": [far["id"]]}).ok()[0]
    assert not knows["following"] and not knows["requested"]
    ann.post(f"/api/v1/accounts/{far['id']}/follow").ok()
    asked = eventually(lambda: [a for _, a in peer.inbox if a["type"] == "Follow"])[0]
    peer.delivers(peer.activity("Accept", gil, asked))
    peer.delivers(peer.activity("Accept", gil, asked["id"]))
    peer.delivers(peer.activity("Reject", gil, asked))
    knows = ann.get("/api/v1/accounts/relationships", **{"id[]": [far["id"]]}).ok()[0]
    assert knows["requested"] and not knows["following"]
    peer.delivers(peer.activity("Accept", fay, asked["id"]))
    assert ann.get("/api/v1/accounts/relationships", **{"id[]": [far["id"]]}).ok()[0]["following"]
    note = peer.creates(greets(peer, fay, server, ann))
    peer.delivers(peer.activity("Add", gil, note["id"], target=fay + "/collections/featured"))
    assert ann.get(f"/api/v1/accounts/{far['id']}/statuses", pinned="true").ok() == []


def test_t094_names_that_are_not_theirs(server, ann, peer, other):
    """A name on another host must be confirmed there."""
    host, there = peer.url.removeprefix("http://"), other.url.removeprefix("http://")
    eve = peer.actor("eve")
    peer.webfinger("eve", subject=f"acct:victim@{there}", actor=eve)
    assert resolves(ann, f"@eve@{host}") == [] or \
        ann.get("/api/v2/search", q=eve, resolve="true").ok()["accounts"][0]["acct"] == f"eve@{host}"
    other.actor("victim")
    other.webfinger("victim")
    mallory = peer.actor("mallory", webfinger=f"victim@{there}")
    assert resolves(ann, mallory) == [mallory]
    assert ann.get("/api/v2/search", q=mallory, resolve="true").ok()["accounts"][0]["acct"] == f"mallory@{host}"


def test_t095_nobody_elsewhere_is_of_here(server, ann, peer, fay):
    """A document that says it lives here, in any spelling, and a name that claims our host."""
    port = server.host.split(":")[1]
    for i, host in enumerate([server.host, f"127.0.0.1.:{port}", f"127.1:{port}", f"2130706433:{port}", f"0x7f.0.0.1:{port}"]):
        own = f"http://{host}/users/{ann.name}"
        peer.put(f"/fake/{i}", {"@context": AS, "id": own, "type": "Person", "preferredUsername": ann.name, "inbox": peer.url + "/inbox",
                                "publicKey": {"id": own + "#main-key", "owner": own, "publicKeyPem": peer.public}})
        ann.get("/api/v2/search", q=f"{peer.url}/fake/{i}", resolve="true").ok()
        note = {**greets(peer, fay, server, ann), "id": f"http://{host}/notes/{i}", "attributedTo": own}
        status = peer.send(peer.activity("Create", own, note), key_id=own + "#main-key").status
        assert status in (400, 401, 403), (host, status)
    twin = peer.actor("twin", preferredUsername=ann.name, webfinger=f"{ann.name}@{server.host}")
    assert resolves(ann, twin) == [twin]
    assert ann.get("/api/v2/search", q=twin, resolve="true").ok()["accounts"][0]["acct"] != ann.name
    assert rows(server, "SELECT count(*) FROM account WHERE username = ? AND domain = ''", ann.name) == [(1,)]
    assert mentions(ann) == []


@pytest.mark.parametrize("key", ["@graph", "@included", "@reverse"])
def test_t096_documents_that_mean_two_things(server, ann, peer, fay, key):
    """Words by which JSON-LD rearranges a document are refused, at any depth."""
    create = peer.activity("Create", fay, greets(peer, fay, server, ann))
    assert peer.send({**create, key: [{"id": "x"}]}).status in (202, 400)
    assert peer.send({**create, "object": {**create["object"], "tag": [*create["object"]["tag"], {key: {}}]}}).status in (202, 400)
    document = peer.note(fay)
    peer.put(document["id"].removeprefix(peer.url), {**document, key: {}})
    assert resolves(ann, document["id"]) == [] and mentions(ann) == []


def test_t097_collections_in_the_inbox(server, ann, peer, other, fay):
    """A bundle of activities is nothing, whoever signs it."""
    gil = other.actor("gil")
    inner = [peer.activity("Create", fay, greets(peer, fay, server, ann)), other.activity("Create", gil, greets(other, gil, server, ann))]
    for kind in ("Collection", "OrderedCollection", "CollectionPage"):
        for key in ("items", "orderedItems"):
            bundle = {"@context": AS, "id": f"{peer.url}/bundle/{kind}/{key}", "type": kind, "actor": fay, key: inner}
            assert peer.send(bundle).status in (202, 400)
    assert mentions(ann) == [] and other.asked == []


def test_t098_a_move_nobody_confirms(server, ann, peer, other, fay):
    """Without the old address in the new account's own document nobody is moved."""
    followed(server, ann, peer, fay)
    gil = other.actor("gil", alsoKnownAs=[peer.url + "/users/somebody"])
    peer.delivers(peer.activity("Move", fay, fay, target=gil))
    eventually(lambda: "/users/gil" in other.asked)
    peer.delivers(peer.activity("Move", fay, fay, target=fay))
    time.sleep(1)
    assert rows(server, "SELECT moved_to FROM account WHERE uri = ?", fay) == [(None,)]
    assert not [a for _, a in other.inbox if a["type"] == "Follow"]


def test_t099_who_was_suspended_stays_away(server, ann, peer, other, fay):
    """By no new post, changed profile, new look or somebody else's boost does a suspended account of elsewhere come back."""
    owner = server.person("owner", role="owner", scopes="read write follow admin:read admin:write")
    gil = other.actor("gil")
    followed(server, ann, other, gil)
    before = peer.creates(greets(peer, fay, server, ann, "<p>before</p>"))
    far = far_id(ann, fay)
    assert owner.post(f"/api/v1/admin/accounts/{far}/action", form={"type": "suspend"}).status == 200
    for sent in (peer.activity("Create", fay, greets(peer, fay, server, ann, "<p>after</p>")),
                 peer.activity("Update", fay, {**json.loads(peer.documents["/users/fay"][2]), "name": "Fay Again"}),
                 peer.activity("Announce", fay, before["id"], to=[PUBLIC])):
        assert peer.send(sent).status in (202, 401, 403)
    fresh = peer.note(fay, "<p>boosted</p>")
    for said in (before, fresh):
        other.delivers(other.activity("Announce", gil, said["id"], to=[PUBLIC], cc=[gil + "/followers"]))
    time.sleep(1.5)
    resolves(ann, fay)
    for text in (json.dumps(ann.get("/api/v1/timelines/home").ok()), json.dumps(ann.get("/api/v1/notifications").ok())):
        assert not [w for w in ("before", "after", "boosted", "Fay Again") if f">{w}<" in text or f'"{w}"' in text], text[:600]


def test_t100_an_approval_from_the_wrong_hand(server, ann, peer, other, fay):
    """A quote is shown as approved only with a stamp that the quoted author's own server shows, and that names both posts."""
    said = ann.say("quote me not")
    stamp = peer.url + "/stamps/1"
    note = greets(peer, fay, server, ann, "<p>look</p>", quote=said["uri"], quoteAuthorization=stamp)
    peer.put("/stamps/1", {"@context": AS, "id": stamp, "type": "QuoteAuthorization", "attributedTo": uri(server, ann),
                           "interactingObject": note["id"], "interactionTarget": said["uri"]})
    peer.creates(note)
    time.sleep(0.5)
    quote = ann.get("/api/v1/notifications").ok()[0]["status"].get("quote")
    assert not quote or quote["state"] != "accepted", quote


# Signatures.


def test_t106_algorithms_are_the_keys_business(server, ann, peer, fay):
    """What the header calls the algorithm changes nothing; a check with the public key as a password does not exist."""
    import base64, email.utils, hashlib, hmac
    from harness import wire
    create = peer.activity("Create", fay, greets(peer, fay, server, ann))
    body = json.dumps(create).encode()
    date = email.utils.formatdate(usegmt=True)
    digest = "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()
    text = f"(request-target): post /inbox\nhost: {server.host}\ndate: {date}\ndigest: {digest}"
    keyed = base64.b64encode(hmac.new(peer.public.encode(), text.encode(), "sha256").digest()).decode()
    for algorithm, value in (("hmac-sha256", keyed), ("none", ""), ("none", "AAAA"), ("rsa-sha1", keyed), ("ed25519", keyed)):
        headers = {"Host": server.host, "Date": date, "Digest": digest, "Content-Type": TYPE,
                   "Signature": f'keyId="{fay}#main-key",algorithm="{algorithm}",headers="(request-target) host date digest",signature="{value}"'}
        assert wire.send(server.port, "POST", "/inbox", body, headers).status == 401, algorithm
    assert mentions(ann) == []


def test_t108_a_key_that_was_changed(new_server, make_peer):
    """A key that does not fit any more is asked for once at its actor's own address, and the new one is kept."""
    server = new_server()
    ann, peer = server.person("ann"), make_peer(of=server)
    fay = peer.actor("fay")
    peer.creates(greets(peer, fay, server, ann, "<p>one</p>"))
    server.stop()
    old, new = peer.private, peer.other_private
    from harness.peer import make_key
    _, public = make_key(str(peer.private.parent), 1)
    server.start()
    rows(server, "UPDATE account SET fetched_at = 0 WHERE uri = ?", fay)
    peer.public = public
    peer.actor("fay")
    peer.asked.clear()
    peer.creates(greets(peer, fay, server, ann, "<p>two</p>"), private=new)
    assert peer.asked == ["/users/fay"] and mentions(ann) == ["<p>two</p>", "<p>one</p>"]
    assert peer.send(peer.activity("Create", fay, greets(peer, fay, server, ann, "<p>three</p>")), private=old).status == 401
    assert peer.asked == ["/users/fay"], "asked again within minutes"


def test_t109_unknown_keys_are_asked_for_slowly(new_server, make_peer):
    """A key that is not there is not asked for again for an hour, and an address may name ten unknown ones a minute."""
    server = new_server(rate_limits="on")
    ann, peer = server.person("ann"), make_peer(of=server)
    note = greets(peer, f"{peer.url}/users/x", server, ann)
    key_id = f"{peer.url}/users/missing#main-key"
    for _ in range(3):
        assert peer.send(peer.activity("Create", f"{peer.url}/users/missing", note), key_id=key_id).status == 401
    assert peer.asked == ["/users/missing"]
    answers = [peer.send(peer.activity("Create", f"{peer.url}/users/n{i}", note), key_id=f"{peer.url}/users/n{i}#main-key").status
               for i in range(15)]
    assert answers[:9] == [401] * 9 and answers[-1] == 429 and len(peer.asked) <= 10


def test_t110_t111_long_and_empty_signatures(server, ann, peer, fay):
    """Headers past their limits are refused before anything is asked; an empty list of parts covers nothing."""
    from harness import wire
    create = json.dumps(peer.activity("Create", fay, greets(peer, fay, server, ann))).encode()
    many = " ".join(["host"] * 10_000)
    for headers, statuses in [
            ({"Signature": "x" * 500_000}, (400, 401, 431)),
            ({"Signature": f'keyId="{fay}#main-key",headers="{many}",signature="AAAA"'}, (401, 431)),
            ({"Signature": f'keyId="{fay}#main-key",headers="",signature="AAAA"'}, (401,)),
            ({"Signature": f'keyId="{fay}#main-key",headers="(request-target) host date digest",signature="!!!"'}, (401,)),
            ({"Signature-Input": f'sig=();created={int(time.time())};keyid="{fay}#main-key"', "Signature": "sig=:AAAA:"}, (401,)),
            ({"Signature-Input": f'sig=("@method" "@target-uri");created={int(time.time())};keyid="{fay}#main-key"',
              "Signature": "sig=:AAAA:"}, (401,))]:
        try:
            status = wire.send(server.port, "POST", "/inbox", create, {"Host": server.host, "Content-Type": TYPE, **headers}).status
        except ConnectionError:
            status = 431  # closed while the head was still being sent
        assert status in statuses, (list(headers), status)
    assert peer.asked == [] and mentions(ann) == []


# Floods.


def test_t113_people_who_name_people(server, ann, peer):
    """Everybody names fifty others who do not exist before they are asked for: one activity costs 32 requests at most."""
    class Endless(dict):
        def get(self, path, otherwise=None):
            if path.startswith("/users/"):
                name = path.removeprefix("/users/")
                peer.actor_of(name)
            return dict.get(self, path, otherwise)

    def actor_of(name):
        actor = f"{peer.url}/users/{name}"
        about = "".join(f'<a href="{peer.url}/users/{name}{i}" class="u-url mention">@{name}{i}</a>' for i in range(50))
        peer.actor(name, summary=about, featured=actor + "/featured", movedTo=f"{peer.url}/users/{name}x",
                   alsoKnownAs=[f"{peer.url}/users/{name}{i}" for i in range(50)],
                   tag=[{"type": "Mention", "href": f"{peer.url}/users/{name}{i}"} for i in range(50)])
    peer.documents, peer.actor_of = Endless(peer.documents), actor_of
    actor_of("a")
    fay = f"{peer.url}/users/a"
    tag = [{"type": "Mention", "href": uri(server, ann), "name": "@ann"}]
    tag += [{"type": "Mention", "href": f"{peer.url}/users/b{i}", "name": f"@b{i}"} for i in range(100)]
    peer.creates(greets(peer, fay, server, ann, tag=tag))
    time.sleep(3)
    asked = len(peer.asked)
    assert asked <= 1 + 32 + 6, asked  # its own key, and what the activity may cause
    time.sleep(1)
    assert len(peer.asked) == asked, "it goes on"


def test_t115_threads_without_an_end(server, ann, peer, fay):
    """Answers to answers to answers: some are fetched, in one go, and then it stops."""
    class Endless(dict):
        def get(self, path, otherwise=None):
            if path.startswith("/chain/"):
                i = int(path.removeprefix("/chain/"))
                peer.put(path, {"@context": AS, "id": peer.url + path, "type": "Note", "attributedTo": fay, "to": [PUBLIC],
                                "content": f"<p>{i}</p>", "inReplyTo": f"{peer.url}/chain/{i + 1}"})
            return dict.get(self, path, otherwise)
    peer.documents = Endless(peer.documents)
    peer.creates(greets(peer, fay, server, ann, inReplyTo=f"{peer.url}/chain/1"))

    def chain():
        return [p for p in peer.asked if p.startswith("/chain/")]
    eventually(lambda: len(chain()) > 3)
    time.sleep(2)
    assert len(chain()) <= 40
    loop = {"@context": AS, "id": peer.url + "/loop/1", "type": "Note", "attributedTo": fay, "to": [PUBLIC], "content": "<p>loop</p>"}
    peer.put("/loop/1", {**loop, "inReplyTo": peer.url + "/loop/2"})
    peer.put("/loop/2", {**loop, "id": peer.url + "/loop/2", "inReplyTo": peer.url + "/loop/1"})
    peer.creates(greets(peer, fay, server, ann, inReplyTo=peer.url + "/loop/1"))
    time.sleep(1)
    assert len([p for p in peer.asked if p.startswith("/loop/")]) <= 2


def far_id(person, address):
    return person.get("/api/v2/search", q=address, resolve="true").ok()["accounts"][0]["id"]


def test_t114_pinned_posts_are_read_when_somebody_looks(server, ann, peer, other):
    """The pins of a profile: twenty at most, of the same author only, asked for once however often it is looked at."""
    gil = other.actor("gil")
    pete = peer.actor("pete", featured=f"{peer.url}/users/pete/featured")
    notes = [peer.note(pete, f"<p>pin {i}</p>") for i in range(30)]
    others = [other.note(gil, "<p>not pete's</p>")]
    peer.put("/users/pete/featured", {"@context": AS, "id": pete + "/featured", "type": "OrderedCollection",
                                      "orderedItems": [n["id"] for n in others + notes]})
    far = far_id(ann, pete)
    assert not [p for p in peer.asked if "featured" in p]
    server.get(f"/api/v1/accounts/{far}/statuses", query={"pinned": "true"})
    time.sleep(0.5)
    assert not [p for p in peer.asked if "featured" in p], "a visitor made us ask"
    for _ in range(3):
        ann.get(f"/api/v1/accounts/{far}/statuses", pinned="true").ok()
    got = eventually(lambda: len(p := ann.get(f"/api/v1/accounts/{far}/statuses", pinned="true").ok()) >= 5 and p)
    time.sleep(1)
    assert len([p for p in peer.asked if p.startswith("/notes/")]) <= 20 and {p["account"]["id"] for p in got} == {far}
    assert peer.asked.count("/users/pete/featured") == 1


def test_t116_replies_without_an_end(server, ann, peer, fay):
    """Somebody looks at a thread: its replies are read, five pages and a hundred at most, and no page twice."""
    class Endless(dict):
        def get(self, path, otherwise=None):
            if path.startswith("/replies?page="):
                i = int(path.split("=")[1])
                items = [peer.note(fay, f"<p>reply {i} {k}</p>", inReplyTo=root["id"]) for k in range(3)]
                peer.put(path, {"@context": AS, "id": peer.url + path, "type": "CollectionPage", "partOf": peer.url + "/replies",
                                "items": items, "next": f"{peer.url}/replies?page={i + 1}"})
            return dict.get(self, path, otherwise)
    root = peer.note(fay, "<p>root</p>", replies=peer.url + "/replies")
    peer.put("/replies", {"@context": AS, "id": peer.url + "/replies", "type": "Collection", "first": peer.url + "/replies?page=1"})
    peer.documents = Endless(peer.documents)
    status = ann.get("/api/v2/search", q=root["id"], resolve="true").ok()["statuses"][0]
    for _ in range(3):
        ann.context(status)
    eventually(lambda: len(ann.context(status)[1]) >= 9)
    time.sleep(1)
    pages = [p for p in peer.asked if p.startswith("/replies?")]
    assert 2 <= len(pages) <= 5 and len(set(pages)) == len(pages) and len(ann.context(status)[1]) <= 100
    loop = peer.note(fay, "<p>round</p>", replies=peer.url + "/round")
    peer.put("/round", {"@context": AS, "id": peer.url + "/round", "type": "Collection", "items": [], "first": peer.url + "/round",
                        "next": peer.url + "/round"})
    ann.context(ann.get("/api/v2/search", q=loop["id"], resolve="true").ok()["statuses"][0])
    time.sleep(1)
    assert peer.asked.count("/round") <= 1


def test_t123_collections_are_not_counted(server, ann, peer):
    """A follower list of 10^15 is a number that is cut, and is never walked."""
    big = peer.actor("big")
    peer.put("/users/big/followers", {"@context": AS, "id": big + "/followers", "type": "OrderedCollection", "totalItems": 10 ** 15,
                                      "first": big + "/followers?page=1"})
    assert resolves(ann, big) == [big]
    far = ann.get("/api/v2/search", q=big, resolve="true").ok()["accounts"][0]
    assert 0 <= far["followers_count"] <= 2 ** 31
    assert not [p for p in peer.asked if "page" in p]


def test_t130_a_profile_that_never_fits(server, ann, peer):
    """What is too long is cut and stored, and it is not asked for again and again."""
    huge = peer.actor("huge", name="n" * 100_000, summary="<p>" + "s" * 400_000 + "</p>",
                      attachment=[{"type": "PropertyValue", "name": f"f{i}", "value": "v" * 9000} for i in range(50)])
    assert resolves(ann, huge) == [huge]
    far = ann.get("/api/v2/search", q=huge, resolve="true").ok()["accounts"][0]
    assert len(far["display_name"]) <= 500 and len(far["note"]) <= 20600 and len(far["fields"]) <= 50
    asked = len(peer.asked)
    for _ in range(5):
        peer.delivers(peer.activity("Update", huge, huge))
        ann.get(f"/api/v1/accounts/{far['id']}").ok()
    time.sleep(1)
    assert len(peer.asked) - asked <= 1


# Deliveries.


def follower(server, ann, peer, name="fay", **more):
    actor = peer.actor(name, **more)
    peer.delivers(peer.activity("Follow", actor, uri(server, ann)))
    eventually(lambda: [a for _, a in peer.inbox if a["type"] == "Accept"])
    peer.inbox.clear()
    return actor


def far_server(server, peer):
    return rows(server, "SELECT failures, due_at, pause_until, scheme FROM far_server WHERE host = ?", peer.url.removeprefix("http://"))


def due_now(server, peer):
    """As if the pause were over."""
    rows(server, "UPDATE far_server SET due_at = 1, pause_until = 0 WHERE host = ?", peer.url.removeprefix("http://"))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 408])
def test_t126_a_server_that_cannot_now(server, ann, peer, status):
    """It is left alone for as long as it asks, else for a minute and then twice as long each time; nothing is lost."""
    follower(server, ann, peer)
    tries = []
    peer.takes = lambda h, body: (tries.append(body), h.answer(status, "text/plain", "", {"Retry-After": "600"} if status == 429 else {}))
    ann.say("try this")
    eventually(lambda: far_server(server, peer)[0][0] == 1)
    _, due, pause, _ = far_server(server, peer)[0]
    wait = due / 1000 - time.time()
    assert pause == due and (590 < wait <= 605 if status == 429 else 30 < wait <= 121), wait
    assert len(tries) == 1
    due_now(server, peer)
    eventually(lambda: far_server(server, peer)[0][0] == 2)
    wait2 = far_server(server, peer)[0][1] / 1000 - time.time()
    assert wait2 > wait - 15 if status == 429 else wait2 > wait + 20
    peer.takes = None
    due_now(server, peer)
    got = eventually(lambda: [a for _, a in peer.inbox if a["type"] == "Create"])
    assert len(got) == 1 and json.loads(tries[0])["id"] == json.loads(tries[1])["id"] == got[0]["id"]
    eventually(lambda: far_server(server, peer)[0][0] == 0)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 422, 501, 301, 302, 308])
def test_t126_a_server_that_refuses_for_good(server, ann, peer, other, status):
    """It is not tried again, a redirect of a delivery is not followed, and the next delivery goes out as ever."""
    follower(server, ann, peer)
    tries = []
    headers = {"Location": other.url + "/inbox"} if status < 400 else {}
    peer.takes = lambda h, body: (tries.append(body), h.answer(status, "text/plain", "", headers))
    ann.say("first")
    eventually(lambda: tries)
    eventually(lambda: rows(server, "SELECT count(*) FROM delivery WHERE host = ?", peer.url.removeprefix("http://")) == [(0,)])
    assert len(tries) == (2 if status == 400 else 1)  # 400: the other form of signature is tried
    assert other.inbox == [] and far_server(server, peer)[0][0] == 0
    peer.takes = None
    ann.say("second")
    eventually(lambda: [a for _, a in peer.inbox if a["type"] == "Create"])
    assert len(tries) <= 2


def test_the_other_form_of_signature(server, ann, peer):
    """A server that answers 401 to the older form gets the newer one, and from then on that first; for documents, too."""
    fay = follower(server, ann, peer)
    forms = []

    def strict(handler, body=None):
        forms.append("new" if handler.headers.get("Signature-Input") else "old")
        if forms[-1] == "new":
            return False
        handler.answer(401, "text/plain", "")
        return True
    peer.takes = strict
    ann.say("one")
    eventually(lambda: len([a for _, a in peer.inbox if a["type"] == "Create"]) == 1)
    assert forms == ["old", "new"]
    eventually(lambda: far_server(server, peer)[0][3] == 1)
    ann.say("two")
    eventually(lambda: len([a for _, a in peer.inbox if a["type"] == "Create"]) == 2)
    assert forms == ["old", "new", "new"]
    forms.clear()
    for i in range(3):
        path = f"/strict/{i}"
        body = note_bytes(peer, path, fay)
        peer.play(path, lambda h, body=body: strict(h) or h.answer(200, TYPE, body))
        assert resolves(ann, peer.url + path) == [peer.url + path]
    assert forms == ["old", "new", "new", "new"], "which form it takes was forgotten"


def test_t127_a_slow_server_holds_up_nobody(server, ann, peer, other):
    """While one does not answer at all, the others get what is new at once."""
    follower(server, ann, peer)
    follower(server, ann, other, "gil")
    stop = threading.Event()
    peer.takes = lambda h, body: stop.wait(20) or True
    for i in range(6):
        ann.say(f"number {i}")
    began = time.monotonic()
    eventually(lambda: len([a for _, a in other.inbox if a["type"] == "Create"]) == 6)
    assert time.monotonic() - began < 5
    stop.set()


def test_somebody_who_is_gone(server, ann, peer):
    """410 to a delivery: whoever lived there is looked for, and when their own address says so too, follows no longer."""
    fay = follower(server, ann, peer, endpoints={})
    ann.say("still there?")
    eventually(lambda: [a for _, a in peer.inbox if a["type"] == "Create"])
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 1
    peer.takes = lambda h, body: h.answer(410, "text/plain", "") or True
    ann.say("and now?")
    time.sleep(1)
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 1, "one inbox's word was enough"
    peer.put("/users/fay", {"@context": AS, "id": fay, "type": "Tombstone"}, status=410)
    rows(server, "UPDATE account_far SET tried_at = 0")
    ann.say("well then")
    eventually(lambda: ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 0)


def test_a_goodbye_that_nobody_can_sign(server, ann, peer, fay):
    """The end of a known account whose key is gone with it (410) is believed; of one that is merely missing (404) it is not."""
    gil = peer.actor("gil")
    for actor in (fay, gil):
        peer.creates(greets(peer, actor, server, ann, f"<p>{actor[-3:]}</p>"))
    rows(server, "UPDATE account SET public_key = NULL, key_id = NULL WHERE uri IN (?, ?)", fay, gil)
    server.stop()
    server.start()
    peer.put("/users/fay", "", status=410)
    peer.put("/users/gil", "", status=404)
    assert peer.send(peer.activity("Delete", fay, fay)).status == 202
    assert peer.send(peer.activity("Delete", gil, gil)).status == 401
    assert mentions(ann) == ["<p>gil</p>"]


def test_t124_documents_are_not_sent_twice(server, ann):
    """A document that did not change is 304 to whoever has it."""
    said = ann.say("popular")
    for path in (f"/users/{ann.name}", f"/users/{ann.name}/statuses/{said['id']}"):
        first = server.get(path, headers={"Accept": TYPE})
        again = server.get(path, headers={"Accept": TYPE, "If-None-Match": first.headers["ETag"]})
        assert (first.status, again.status, again.body) == (200, 304, b"")


def test_every_shape_there_is(server, ann, peer):
    """Each document of the collection, its people moved to this peer and signed by them: an answer from the table, never a fault."""
    import pathlib
    import re
    here = pathlib.Path(__file__).resolve().parent.parent / "corpus" / "activities"
    there = here.parents[3] / "shared" / "corpus" / "activitypub"
    files = sorted(here.glob("*.json")) + (sorted(there.rglob("*.json")) if there.exists() else [])
    tried = 0
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        try:
            actor = json.loads(text).get("actor")
        except (ValueError, AttributeError):
            continue
        actor = actor.get("id") if isinstance(actor, dict) else actor
        if not isinstance(actor, str) or not actor.startswith("https://"):
            continue
        origin = re.match(r"https://[^/]+", actor)[0]
        text = text.replace(origin, peer.url).replace("https://tidings.example", server.url)
        moved = actor.replace(origin, peer.url)
        path = moved.removeprefix(peer.url).split("#")[0]
        peer.put(path, {"@context": AS, "id": moved, "type": "Person", "preferredUsername": f"p{tried}", "inbox": moved + "/inbox",
                        "publicKey": {"id": moved + "#main-key", "owner": moved, "publicKeyPem": peer.public}})
        answer = peer.send(text.encode(), key_id=moved + "#main-key")
        assert answer.status in (202, 400, 401, 403), (str(file), answer.status, answer.body[:200])
        tried += 1
    assert tried >= 25
