"""Floods from other servers: how many activities a server and an actor may send, and how many people of one name are met."""
import base64
import email.utils
import hashlib
import http.client
import json
import time

import pytest

from harness.peer import TYPE, Peer, eventually, sign


@pytest.fixture
def limited(new_server, keys):
    """A server with its limits on, and one elsewhere."""
    server = new_server(rate_limits="yes")
    peer = Peer(keys, server)
    yield server, peer
    peer.close()


def signed(peer, activity, inbox="/inbox"):
    """One signed request, to be sent many times: what is counted is counted before it is known that it came before."""
    body = json.dumps(activity).encode()
    parts = {"host": peer.server.host, "date": email.utils.formatdate(usegmt=True),
             "digest": "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode(), "content-type": TYPE}
    names = ["(request-target)", *parts]
    lines = [f"(request-target): post {inbox}" if n == "(request-target)" else f"{n}: {parts[n]}" for n in names]
    signature = sign(peer.private, "\n".join(lines))
    parts["signature"] = (f'keyId="{activity["actor"]}#main-key",algorithm="rsa-sha256",headers="{" ".join(names)}",'
                          f'signature="{signature}"')
    return inbox, body, parts


def send_many(server, request, times):
    """Codes and how many of each, over connections that are kept."""
    inbox, body, headers = request
    codes, connection = {}, None
    for _ in range(times):
        for _ in range(2):
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
                connection.request("POST", inbox, body, headers)
                answer = connection.getresponse()
                answer.read()
                break
            except (http.client.HTTPException, OSError):
                connection = None
        codes[answer.status] = codes.get(answer.status, 0) + 1
        if answer.headers.get("Connection") == "close":
            connection = None
    return codes


def like(peer, actor, server, person):
    return peer.activity("Like", actor, f"{server.url}/users/{person.name}/statuses/1")


@pytest.mark.crowd
def test_an_actor_in_a_flood(limited):
    """An actor may send 1,500 activities in five minutes; what is more is 429, and others of its server are still heard."""
    server, peer = limited
    ann = server.person("ann")
    fay, gus = peer.actor("fay"), peer.actor("gus")
    codes = send_many(server, signed(peer, like(peer, fay, server, ann)), 1600)
    assert codes == {202: 1500, 429: 100}, codes
    assert peer.send(like(peer, gus, server, ann)).status == 202


@pytest.mark.crowd
def test_a_server_in_a_flood(limited):
    """A server may send 9,000 activities in five minutes, whoever of it sends them."""
    server, peer = limited
    ann = server.person("ann")
    done, actor = {202: 0, 429: 0}, 0
    for actor in range(7):
        codes = send_many(server, signed(peer, like(peer, peer.actor(f"p{actor}"), server, ann)), 1400)
        for code, n in codes.items():
            done[code] += n
    assert done == {202: 9000, 429: 800}, done
    began = time.monotonic()
    assert server.raw("GET", "/health").status == 200 and time.monotonic() - began < 1


def test_t129_new_people_without_end(limited):
    """One server brings at most fifty new people an hour; those known before are heard all the same."""
    server, peer = limited
    boss = server.person("boss", role="moderator", scopes="read admin:read")
    ann = server.person("ann")
    fay = peer.actor("fay")
    mine = {"type": "Mention", "href": f"{server.url}/users/{ann.name}", "name": f"@{ann.name}@{server.host}"}
    for i in range(5):
        names = [peer.actor(f"n{i}x{k}") for k in range(20)]
        note = peer.note(fay, f"<p>Round {i}</p>", cc=[mine["href"]], tag=[mine] + [{"type": "Mention", "href": n, "name": n} for n in names])
        peer.creates(note)
    eventually(lambda: len(peer.asked) >= 80)
    time.sleep(1)

    def met():
        found, page = [], "/api/v1/admin/accounts?remote=true&limit=200"
        while page:
            answer = boss.get(page)
            found += answer.ok()
            page = answer.link("next")
        return len(found)
    assert 40 <= met() <= 50
    peer.creates(peer.note(fay, "<p>Still here</p>", cc=[mine["href"]], tag=[mine]))
    assert "Still here" in str(ann.get("/api/v1/notifications").ok()[0]["status"]["content"])
