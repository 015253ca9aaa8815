"""Small acts reach the servers they concern and no others: pins, blocks, profiles, deletions; what stays here never leaves."""
import pytest

from harness.common import sent
from harness.peer import PUBLIC, Peer, eventually


@pytest.fixture
def other(server, keys):
    made = Peer(keys, server)
    yield made
    made.close()


def followed(server, ann, peer, name="fay"):
    fay = peer.actor(name)
    peer.delivers(peer.activity("Follow", fay, f"{server.url}/users/{ann.name}"))
    eventually(lambda: sent(peer, "Accept"))
    return fay


def far_id(person, uri):
    return person.get("/api/v2/search", q=uri, resolve="true", type="accounts").ok()["accounts"][0]["id"]


def test_pins(server, ann, peer, other):
    """Add and Remove name the post and the collection, and go to followers' servers alone."""
    followed(server, ann, peer)
    other.actor("nobody")
    post = ann.say("to be pinned")
    ann.does(post, "pin")
    ann.does(post, "unpin")
    me = f"{server.url}/users/{ann.name}"
    removed = eventually(lambda: sent(peer, "Remove"))[0]
    for activity in (sent(peer, "Add")[0], removed):
        assert (activity["actor"], activity["object"], activity["target"]) == (me, post["uri"], f"{me}/collections/featured")
    assert other.inbox == []


def test_blocks(server, ann, peer, other):
    """Block goes to the one who is blocked and to nobody else; so does its Undo, by the same id."""
    followed(server, ann, other)
    fay = followed(server, ann, peer)
    who = far_id(ann, fay)
    ann.post(f"/api/v1/accounts/{who}/block").ok()
    block = eventually(lambda: sent(peer, "Block"))[0]
    assert block["object"] == fay and block["actor"] == f"{server.url}/users/{ann.name}"
    ann.post(f"/api/v1/accounts/{who}/unblock").ok()
    undo = eventually(lambda: sent(peer, "Undo"))[-1]
    assert undo["object"]["id"] == block["id"] and undo["object"]["type"] == "Block"
    assert not sent(other, "Block") and not sent(other, "Undo")


def test_a_changed_profile(server, ann, peer, other):
    """Update carries the whole actor, once for changes in a row, to followers' servers."""
    followed(server, ann, peer)
    other.actor("nobody")
    for name in ("Anna", "Annabel"):
        ann.patch("/api/v1/accounts/update_credentials", json_body={"display_name": name}).ok()
    update = eventually(lambda: sent(peer, "Update"), 40)
    assert [u["object"]["name"] for u in update] == ["Annabel"] and other.inbox == []
    assert update[0]["object"]["id"] == update[0]["actor"] and PUBLIC in update[0]["to"]


def test_deletions_reach_whoever_got_it(server, ann, peer, other):
    """Followers, people mentioned, and servers of those who boosted or answered it hear of the end of a post."""
    followed(server, ann, peer)
    gil = other.actor("gil")
    post = ann.say("for everybody")
    other.delivers(other.activity("Announce", gil, post["uri"], to=[PUBLIC], cc=[f"{server.url}/users/{ann.name}"]))
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    for server_ in (peer, other):
        gone = eventually(lambda: sent(server_, "Delete"))[0]
        assert gone["object"]["id"] == post["uri"] and gone["object"]["type"] == "Tombstone"
    other.inbox.clear()
    peer.inbox.clear()
    other.webfinger("gil")
    whisper = ann.say(f"only you @gil@{other.url.removeprefix('http://')}", visibility="direct")
    eventually(lambda: sent(other, "Create"))
    ann.delete(f"/api/v1/statuses/{whisper['id']}").ok()
    eventually(lambda: sent(other, "Delete"))
    assert not sent(peer, "Create") and not sent(peer, "Delete")


def test_what_stays_here(server, ann, peer):
    """A post for this server alone is written, edited, pinned, boosted and deleted without a word to anybody elsewhere."""
    fay = followed(server, ann, peer)
    name = f"@fay@{peer.url.removeprefix('http://')}"
    peer.webfinger("fay")
    peer.inbox.clear()
    post = ann.say(f"among us {name}", local_only=True)
    assert post["local_only"] is True
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": f"still among us {name}"}).ok()
    for verb in ("pin", "unpin", "reblog", "unreblog"):
        ann.act(post, verb)
    answer = ann.answer(post, "an answer")
    ann.delete(f"/api/v1/statuses/{answer['id']}").ok()
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    last = ann.say("for everybody")
    eventually(lambda: sent(peer, "Create"))
    assert [a["object"]["id"] for a in sent(peer, "Create")] == [last["uri"]] and len(peer.inbox) == 1
    assert fay
