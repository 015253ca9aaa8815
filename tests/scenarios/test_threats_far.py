"""Names that lead inside, small sites that must not be stampeded, and accounts of many posts that go."""
import os
import pathlib
import sqlite3
import subprocess
import threading
import time

import pytest

import harness
from harness.peer import Peer, eventually
from harness.server import SLOW


@pytest.fixture
def make_peer(keys):
    made = []

    def make(server):
        made.append(Peer(keys, server))
        return made[-1]

    yield make
    for peer in made:
        peer.close()


@pytest.fixture(scope="session")
def names(tmp_path_factory):
    """The library that answers for a name as it is told."""
    out = tmp_path_factory.mktemp("names") / "names.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", out, pathlib.Path(harness.__file__).parent / "names.c", "-ldl"], check=True)
    return out


def rows(server, text, *values):
    db = sqlite3.connect(server.data / "tidings.db", timeout=20)
    try:
        with db:
            return db.execute(text, values).fetchall()
    finally:
        db.close()


PUBLIC_ADDRESS, INSIDE = "93.184.215.14", "127.0.0.1"


@pytest.mark.parametrize("order", ["i", "pi", "b", "B", "ppiBb"])
def test_t057_a_name_that_leads_inside(new_server, make_peer, names, tmp_path, order):
    """A name whose answers change, or mix public and private ones: what is connected to is judged, so no packet goes inside."""
    server = new_server(start=False, federation_allow_private_addresses="no")
    peer, log = make_peer(server), tmp_path / "connected"
    server.environment.update(LD_PRELOAD=str(names), NAMES_ORDER=order, NAMES_LOG=str(log), NAMES_PORT=str(peer.http.server_port),
                              ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0")
    server.start()
    ann = server.person("ann")
    for address in ("https://rebind.example/users/fay", "https://rebind.example/notes/1", "@fay@rebind.example", "@gil@rebind.example",
                    "https://rebind.example/x"):
        said = ann.get("/api/v2/search", q=address, resolve="true").ok()
        assert said["accounts"] + said["statuses"] == []
    connected = log.read_text().split() if log.exists() else []
    assert INSIDE not in connected, "a packet went inside"
    assert (PUBLIC_ADDRESS in connected) == (order != "i")
    assert peer.asked == []


def test_t125_previews_come_one_at_a_time(new_server, make_peer):
    """A site that several posts link to: each page once, over one connection, however many posts name it."""
    server = new_server(link_preview_delay="0")
    peer, ann = make_peer(server), server.person("ann")
    lock, now, most = threading.Lock(), [0], [0]

    def slow(handler):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.3)
        handler.answer(200, "text/html", "<title>A page</title>")
        with lock:
            now[0] -= 1
    urls = [peer.play(f"/page/{n}", slow) for n in range(6)]
    posts = [ann.say(f"look {url}") for url in urls for _ in range(2)]
    for post in posts:
        assert eventually(lambda: ann.show(post).ok()["card"], 20)["title"] == "A page"
    assert most[0] == 1 and sorted(peer.asked) == sorted(f"/page/{n}" for n in range(6))
    # Not again within seven days.
    assert ann.say(f"once more {urls[0]}")["id"] and rows(server, "SELECT count(*) FROM job WHERE kind = 'link_card'") == [(0,)]
    rows(server, "UPDATE link_card SET fetched_at = fetched_at - 8 * 86400000")
    ann.say(f"a week later {urls[0]}")
    eventually(lambda: peer.asked.count("/page/0") == 2)


def test_t125_who_waits_is_not_behind_previews(new_server, make_peer):
    """While a slow page of a site is read, its people are looked up and their deliveries let in all the same."""
    server = new_server(link_preview_delay="0")
    peer, ann = make_peer(server), server.person("ann")
    stop = threading.Event()
    url = peer.play("/page", lambda handler: stop.wait(8) or handler.answer(200, "text/html", "<title>A page</title>"))
    ann.say(f"look {url}")
    eventually(lambda: "/page" in peer.asked)
    fay, me, began = peer.actor("fay"), f"{server.url}/users/{ann.name}", time.monotonic()
    peer.creates(peer.note(fay, "<p>hello</p>", cc=[me], tag=[{"type": "Mention", "href": me, "name": f"@{ann.name}@{server.host}"}]))
    gil = peer.actor("gil")
    assert ann.get("/api/v2/search", q=gil, resolve="true").ok()["accounts"][0]["uri"] == gil
    assert time.monotonic() - began < 4
    stop.set()


def test_t125_previews_of_posts_from_elsewhere_wait(new_server, make_peer):
    """Every server that gets a post would ask at once: each waits for a time of its own, 5 to 60 seconds."""
    server = new_server()
    peer, ann = make_peer(server), server.person("ann")
    fay = peer.actor("fay")
    me = f"{server.url}/users/{ann.name}"
    for n in range(12):
        peer.creates(peer.note(fay, f'<p><a href="{peer.url}/page/{n}">a page</a></p>', cc=[me],
                               tag=[{"type": "Mention", "href": me, "name": f"@{ann.name}@{server.host}"}]))
    waits = sorted((run - made) / 1000 for run, made in rows(server, "SELECT run_at, created_at FROM job WHERE kind = 'link_card'"))
    assert len(waits) == 12 and waits[0] >= 5 and waits[-1] <= 60.5 and waits[-1] - waits[0] > 5, waits


def memory(server):
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) * 1024


def test_t128_an_account_of_many_posts_goes(new_server, make_peer):
    """At once for readers, in batches behind, on after a crash, with flat memory, while others post as ever."""
    server = new_server()
    peer, ann = make_peer(server), server.person("ann")
    fay, me = peer.actor("fay"), f"{server.url}/users/{ann.name}"
    tag = [{"type": "Mention", "href": me, "name": f"@{ann.name}@{server.host}"}]
    peer.creates(peer.note(fay, "<p>" + "first " * 300 + "</p>", cc=[me], tag=tag))
    columns = [name for _, name, *_ in rows(server, "PRAGMA table_info(post)")]
    many = 6000
    copy = ", ".join({"id": "p.id - n.v * 65536", "uri": "p.uri || '-' || n.v", "url": "p.url || '-' || n.v",
                      "thread": "p.id - n.v * 65536"}.get(c, f"p.{c}") for c in columns)
    rows(server, f"WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < {many})"
                 f" INSERT INTO post ({', '.join(columns)}) SELECT {copy} FROM post p, n WHERE p.uri LIKE '{peer.url}/%'")
    count = "SELECT count(*) FROM post WHERE uri LIKE ?"
    assert rows(server, count, peer.url + "/%") == [(many + 1,)]
    before = memory(server)
    peer.delivers(peer.activity("Delete", fay, fay))
    assert ann.get("/api/v1/notifications").ok() == []
    eventually(lambda: rows(server, count, peer.url + "/%")[0][0] < many, 30)
    server.kill()
    server.start()
    left, slowest = many, 0
    while left:
        began = time.monotonic()
        ann.say("as ever")
        slowest = max(slowest, time.monotonic() - began)
        left = rows(server, count, peer.url + "/%")[0][0]
        assert memory(server) < before + (64 << 20) * SLOW  # what a sanitizer keeps of freed memory counts too
    assert slowest < 2, slowest


def test_a_domain_whose_names_are_kept_elsewhere(server, make_peer):
    """No WebFinger there (404): its host-meta says who answers, whose word then has to hold like any other; what is not there is not asked for again."""
    home, far, ann = make_peer(server), make_peer(server), server.person("ann")
    host = home.url.removeprefix("http://")
    gil = far.actor("gil", webfinger=f"gil@{host}")
    home.put("/.well-known/host-meta", f'''<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
      <Link rel="lrdd" type="application/xrd+xml" template="{far.url}/finger?of={{uri}}&amp;x=1"/></XRD>''', kind="application/xrd+xml")
    for name, actor in (("gil", gil), ("eve", gil)):
        far.put(f"/finger?of=acct%3A{name}%40{host.replace(':', '%3A')}&x=1",
                {"subject": f"acct:gil@{host}", "links": [{"rel": "self", "type": "application/activity+json", "href": actor}]},
                kind="application/jrd+json")

    def looks_up(name):
        return [a["acct"] for a in ann.get("/api/v2/search", q=f"@{name}@{host}", resolve="true").ok()["accounts"]]
    assert looks_up("gil") == [f"gil@{host}"], (home.asked, far.asked, server.log_tail())
    assert looks_up("nobody") == [] and looks_up("nobody") == []
    assert len([a for a in far.asked if "nobody" in a]) == 1, "asked in vain twice"
