"""The server is killed while activities pour in, and while its own pour out."""
import os
import random
import sqlite3
import threading
import time

import pytest

from harness.peer import PUBLIC, Peer, eventually

ROUNDS = max(3, int(os.environ.get("CRASH_ROUNDS", "20")) // 5)


@pytest.fixture
def make_peer(keys):
    made = []

    def make(server, address="127.0.0.1"):
        made.append(Peer(keys, server, address))
        return made[-1]

    yield make
    for peer in made:
        peer.close()


def rows(server, text, *values):
    db = sqlite3.connect(server.data / "tidings.db", timeout=30)
    try:
        with db:
            return db.execute(text, values).fetchall()
    finally:
        db.close()


class Pouring:
    """Notes for somebody here, sent by several people elsewhere at once; what was answered 202, and what was not answered."""

    def __init__(self, peer, server, person, lanes=4):
        self.peer, self.server, self.to, self.lanes = peer, server, f"{server.url}/users/{person.name}", lanes
        self.acknowledged, self.unsure, self.lock = {}, {}, threading.Lock()
        self.actors = [peer.actor(f"fay{i}") for i in range(lanes)]

    def begin(self):
        self.over = False
        self.threads = [threading.Thread(target=self.pour, args=(a,)) for a in self.actors]
        [t.start() for t in self.threads]

    def end(self):
        self.over = True
        [t.join() for t in self.threads]

    def pour(self, actor):
        while not self.over:
            with self.lock:
                note = self.peer.note(actor, cc=[self.to], tag=[{"type": "Mention", "href": self.to}])
                create = self.peer.activity("Create", actor, note, to=[PUBLIC])
            if not self.send(create):
                return

    def send(self, create):
        uri = create["object"]["id"]
        try:
            answer = self.peer.send(create)
        except Exception:  # the line broke: nobody knows whether it was stored
            self.unsure[uri] = create
            return False
        assert answer.status in (202, 503), (answer.status, answer.body[:200])
        if answer.status == 202:
            self.acknowledged[uri] = create
            self.unsure.pop(uri, None)
        return True

    def check(self):
        """All that was acknowledged is there once; all of it again, and what was unsure, changes nothing but that."""
        self.stored_once()
        for create in list(self.unsure.values()) + list(self.acknowledged.values())[-50:]:
            assert self.send(create)
        self.stored_once()
        self.server.command("check")

    def stored_once(self):
        stored = dict(rows(self.server, "SELECT uri, count(*) FROM post WHERE uri LIKE ? GROUP BY uri", self.peer.url + "%"))
        assert set(stored.values()) <= {1}
        missing = [u for u in self.acknowledged if u not in stored]
        assert not missing, f"{len(missing)} of {len(self.acknowledged)} acknowledged are not there"


def test_kill_in_an_inbox_storm(fast_server, make_peer):
    """Killed while others deliver: every activity that was answered with 202 is stored, once, however often it comes."""
    server = fast_server()
    ann, peer = server.person("ann"), make_peer(server)
    random.seed(7)
    pouring = Pouring(peer, server, ann)
    for _ in range(ROUNDS):
        pouring.begin()
        time.sleep(random.uniform(0.1, 1.0))
        server.kill()
        pouring.end()
        server.start()
        pouring.check()
    assert len(pouring.acknowledged) > 20 * ROUNDS
    told = rows(server, "SELECT count(*), count(DISTINCT post) FROM notification WHERE post IS NOT NULL")
    assert told[0][0] == told[0][1], "somebody was told twice"
    server.stop()


def test_kill_in_a_delivery_storm(fast_server, make_peer):
    """Killed while it delivers: every acknowledged post arrives everywhere at least once, and a server like ours keeps it once."""
    here, there = fast_server(), fast_server()
    people, ben = here.people("ann", "cat", "dan"), there.person("ben")
    peers = [make_peer(here, f"127.0.0.{2 + i}") for i in range(4)]
    for i, peer in enumerate(peers):
        actor = peer.actor(f"gil{i}")
        for person in people:
            peer.delivers(peer.activity("Follow", actor, f"{here.url}/users/{person.name}"))
    for person in people:
        far = ben.get("/api/v2/search", q=f"@{person.name}@{here.host}", resolve="true").ok()["accounts"][0]
        ben.post(f"/api/v1/accounts/{far['id']}/follow").ok()
    eventually(lambda: rows(here, "SELECT count(*) FROM follow WHERE state = 1") == [(len(people) * (len(peers) + 1),)], 20)
    said, over = [], False

    def talk(person):
        n = 0
        while not over:
            try:
                said.append(person.say(f"{person.name} says {n}")["uri"])
            except Exception:  # the line broke: it was not acknowledged
                return
            n += 1
            time.sleep(0.005)

    random.seed(11)
    for _ in range(ROUNDS):
        over = False
        threads = [threading.Thread(target=talk, args=(p,)) for p in people]
        [t.start() for t in threads]
        time.sleep(random.uniform(0.2, 0.8))
        here.kill()
        over = True
        [t.join() for t in threads]
        here.start()
    assert len(said) > 10 * ROUNDS
    eventually(lambda: rows(here, "SELECT count(*) FROM delivery") == [(0,)] and
               rows(here, "SELECT count(*) FROM job WHERE kind = 'deliver_post'") == [(0,)], 120)
    for peer in peers:
        came = [a["object"]["id"] for _, a in list(peer.inbox) if a["type"] == "Create"]
        missing = set(said) - set(came)
        assert not missing, f"{len(missing)} of {len(said)} never came"
        assert len({a["id"] for _, a in list(peer.inbox) if a["type"] == "Create"}) == len(set(came)), "one post under two activity ids"
    stored = dict(rows(there, "SELECT uri, count(*) FROM post WHERE uri LIKE ? GROUP BY uri", here.url + "%"))
    assert set(said) <= set(stored) and set(stored.values()) == {1}
    here.command("check")
    there.command("check")
