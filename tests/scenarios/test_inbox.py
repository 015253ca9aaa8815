"""What other servers send: whose word is believed, who wants it, and that it counts once."""
import json

import pytest

from harness.common import uri
from harness.peer import PUBLIC, Peer, eventually


@pytest.fixture
def fay(peer):
    """Somebody elsewhere whom the server knows, because a first activity of hers came."""
    return peer.actor("fay")


def greets(peer, actor, server, person, content="<p>Hello there</p>", **more):
    """A public note that mentions somebody here, so that it is wanted."""
    tag = [{"type": "Mention", "href": uri(server, person), "name": f"@{person.name}@{server.host}"}]
    return peer.note(actor, content, cc=[uri(server, person)], tag=tag, **more)


def mentions(person):
    return [n["status"]["content"] for n in person.get("/api/v1/notifications").ok() if n["type"] == "mention"]


def test_a_note_with_a_mention_arrives(server, ann, peer, fay):
    """The first activity of an unknown actor: the key is asked for once, the post is stored, the one named is told."""
    note = peer.creates(greets(peer, fay, server, ann))
    assert mentions(ann) == ["<p>Hello there</p>"]
    asked = len(peer.asked)
    peer.creates(greets(peer, fay, server, ann, "<p>Again</p>"))
    assert len(mentions(ann)) == 2 and len(peer.asked) == asked
    told = ann.get("/api/v1/notifications").ok()[0]
    assert told["status"]["uri"] != note["id"] and told["account"]["acct"].startswith("fay@")
    assert told["account"]["display_name"] == "Fay"


def test_t105_the_same_activity_counts_once(server, ann, peer, fay):
    """A redelivery, to whichever inbox, is 202 and changes nothing."""
    note = greets(peer, fay, server, ann)
    create = peer.activity("Create", fay, note)
    for inbox in ["/inbox", "/inbox", f"/users/{ann.name}/inbox"]:
        peer.delivers(create, inbox=inbox)
    assert len(mentions(ann)) == 1
    peer.delivers({**create, "id": create["id"] + "x"})
    assert len(mentions(ann)) == 1


def test_t101_t102_t103_t104_t107_bad_signatures(server, ann, peer, fay):
    """Nothing that is not signed, well, now, for us and for this body is believed."""
    peer.creates(greets(peer, fay, server, ann, "<p>known now</p>"))
    create = peer.activity("Create", fay, greets(peer, fay, server, ann, "<p>forged</p>"))
    assert peer.send(create, private=peer.other_private).status == 401
    assert peer.send(create, digest="SHA-256=" + "A" * 43 + "=").status == 401
    assert peer.send(create, age=13 * 3600).status == 401
    assert peer.send(create, age=-2 * 3600).status == 401
    assert peer.send(create, path="/users/somebody/inbox").status == 401
    for left_out in ["(request-target)", "host", "date", "digest"]:
        assert peer.send(create, leave_out=[left_out]).status == 401, left_out
    assert server.raw("POST", "/inbox", json.dumps(create), {"Content-Type": "application/activity+json"}).status == 401
    assert peer.send(create, key_id=f"{peer.url}/users/nobody#main-key").status == 401
    assert mentions(ann) == ["<p>known now</p>"]


def test_bad_bodies(server, ann, peer, fay):
    """What is no activity is refused; what is too large, too; a missing inbox is missing."""
    for body, status in [(b"{", 400), (b"[]", 400), (b'{"type":"Create"}', 400), (b"{" + b" " * (1 << 20) + b"}", 413)]:
        assert peer.send(body, key_id=fay + "#main-key").status == status, body[:40]
    create = peer.activity("Create", fay, greets(peer, fay, server, ann))
    assert peer.send({**create, "id": "https://elsewhere.example/1"}).status == 400
    assert peer.send({**create, "actor": [fay, fay]}, key_id=fay + "#main-key").status == 400
    assert peer.send(create, inbox="/users/nobody_at_all/inbox").status == 404
    assert mentions(ann) == []


def test_only_what_somebody_wants(server, ann, peer, fay):
    """A post that no one here follows, is named by or knows the thread of is not kept."""
    note = peer.creates(peer.note(fay))
    said = ann.say("Soup is ready")
    answer = peer.creates(peer.note(fay, "<p>I am hungry</p>", inReplyTo=said["uri"]))
    _, below = ann.context(said)
    assert len(below) == 1
    reply = ann.show({"id": below[0]}).ok()
    assert reply["uri"] == answer["id"] and reply["content"] == "<p>I am hungry</p>"
    assert ann.show(said).ok()["replies_count"] == 1
    peer.delivers(peer.activity("Delete", fay, {"id": answer["id"], "type": "Tombstone"}))
    assert ann.context(said)[1] == []
    peer.delivers(peer.activity("Create", fay, {**answer}))
    assert ann.context(said)[1] == [], "it came back after its deletion"
    assert note["id"] not in server.log_text()


def test_following_somebody_here(server, ann, peer, fay):
    """A Follow makes a follower, its Undo takes it back; a repeated Follow is answered again."""
    follow = peer.activity("Follow", fay, uri(server, ann))
    peer.delivers(follow)
    assert ("follow", True) in [(n["type"], n["account"]["acct"].startswith("fay@")) for n in ann.get("/api/v1/notifications").ok()]
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 1
    peer.delivers(peer.activity("Follow", fay, uri(server, ann)))
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 1
    peer.delivers(peer.activity("Undo", fay, {"type": "Follow", "actor": fay, "object": uri(server, ann)}))
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 0


def test_likes_boosts_and_edits(server, ann, peer, fay):
    """What somebody elsewhere does with a post here."""
    said = ann.say("Look, swifts")
    like = peer.delivers(peer.activity("Like", fay, said["uri"]))
    peer.delivers(peer.activity("Announce", fay, said["uri"], to=[PUBLIC]))
    now = ann.show(said).ok()
    assert (now["favourites_count"], now["reblogs_count"]) == (1, 1)
    peer.delivers(peer.activity("Undo", fay, like["id"]))
    assert ann.show(said).ok()["favourites_count"] == 0
    note = peer.creates(greets(peer, fay, server, ann, "<p>first</p>"))
    peer.delivers(peer.activity("Update", fay, {**note, "content": "<p>second<script>x</script></p>", "updated": "2036-01-01T00:00:00Z"}))
    assert mentions(ann)[0] == "<p>second</p>"


def test_t090_nobody_touches_what_is_not_theirs(server, ann, peer, fay):
    """Update, Delete and Undo by another actor, of the same server or not, leave everything as it was."""
    gil = peer.actor("gil")
    note = peer.creates(greets(peer, fay, server, ann, "<p>mine</p>"))
    said = ann.say("Also mine")
    like = peer.delivers(peer.activity("Like", fay, said["uri"]))
    peer.delivers(peer.activity("Update", gil, {**note, "content": "<p>yours</p>", "updated": "2036-01-01T00:00:00Z"}))
    peer.delivers(peer.activity("Update", gil, {**note, "attributedTo": gil, "content": "<p>yours</p>"}))
    peer.delivers(peer.activity("Delete", gil, note["id"]))
    peer.delivers(peer.activity("Delete", gil, fay))
    peer.delivers(peer.activity("Delete", gil, said["uri"]))
    peer.delivers(peer.activity("Undo", gil, like))
    peer.delivers(peer.activity("Undo", gil, like["id"]))
    assert mentions(ann) == ["<p>mine</p>"]
    assert ann.show(said).ok()["favourites_count"] == 1
    forged = {**greets(peer, fay, server, ann, "<p>forged</p>"), "attributedTo": fay}
    peer.delivers(peer.activity("Create", gil, forged))
    elsewhere = {**forged, "id": "https://victim.example/notes/1", "attributedTo": "https://victim.example/users/v"}
    peer.delivers(peer.activity("Create", gil, elsewhere))
    assert mentions(ann) == ["<p>mine</p>"]


def test_t112_strangers_who_leave(server, peer):
    """The end of an account that was never known costs no fetch and no row."""
    ghost = f"{peer.url}/users/ghost"
    assert peer.send(peer.activity("Delete", ghost, ghost)).status == 202
    assert peer.asked == []


def test_accounts_that_leave(server, ann, peer, fay):
    """A deleted account is hidden at once, with all it wrote."""
    said = ann.say("Anybody home?")
    peer.creates(peer.note(fay, "<p>me</p>", inReplyTo=said["uri"]))
    assert len(ann.context(said)[1]) == 1
    peer.delivers(peer.activity("Delete", fay, fay))
    assert ann.context(said)[1] == []
    eventually(lambda: ann.show(said).ok()["replies_count"] == 0)


def test_a_thread_is_fetched(server, ann, peer, fay):
    """An answer whose own parents are unknown brings them along, in order."""
    root = peer.note(fay, "<p>root</p>")
    middle = peer.note(fay, "<p>middle</p>", inReplyTo=root["id"])
    peer.creates(greets(peer, fay, server, ann, "<p>leaf</p>", inReplyTo=middle["id"]))
    leaf = ann.get("/api/v1/notifications").ok()[0]["status"]

    def above():
        up, _ = ann.context(leaf)
        return len(up) == 2 and [ann.show({"id": i}).ok()["content"] for i in up]
    assert eventually(above) == ["<p>root</p>", "<p>middle</p>"]
    assert ann.show(leaf).ok()["in_reply_to_id"]


def test_answers_go_on_to_followers(server, ann, peer, keys, fay):
    """A signed answer to a public post here goes on, as it came, to servers of its author's followers; so do its change and its end.
    One that signs nothing itself, that is for some alone or that answers such a post does not."""
    third = Peer(keys, server, "127.0.0.2")
    try:
        hal = third.actor("hal")
        third.delivers(third.activity("Follow", hal, uri(server, ann)))
        post, close = ann.say("Who is hungry?"), ann.say("for followers", visibility="private")
        proof = {"type": "RsaSignature2017", "creator": fay + "#main-key", "created": "2026-01-01T00:00:00Z", "signatureValue": "b\u00e9=="}

        def came(kind):
            return [a for _, a in third.inbox if a["type"] == kind and a["actor"] == fay]

        def sends(kind, note, **more):
            return peer.delivers(peer.activity(kind, fay, note, to=note.get("to", [PUBLIC]), cc=note.get("cc", []), **more))
        sends("Create", greets(peer, fay, server, ann, "<p>unsigned</p>", inReplyTo=post["uri"]))
        sends("Create", peer.note(fay, "<p>whispered</p>", to=[uri(server, ann)], cc=[], inReplyTo=post["uri"]), signature=proof)
        sends("Create", greets(peer, fay, server, ann, "<p>beneath</p>", inReplyTo=close["uri"]), signature=proof)
        sends("Create", greets(peer, fay, server, ann, "<p>elsewhere</p>"), signature=proof)
        note = greets(peer, fay, server, ann, "<p>Me! \u00e9 \u2028</p>", inReplyTo=post["uri"])
        create = sends("Create", note, signature=proof)
        assert eventually(lambda: came("Create")) == [create]
        peer.delivers(create)
        update = sends("Update", {**note, "content": "<p>Not me</p>", "updated": "2026-11-22T00:00:00Z"}, signature=proof)
        delete = sends("Delete", {"type": "Tombstone", "id": note["id"]}, signature=proof)
        assert eventually(lambda: came("Delete")) == [delete] and came("Update") == [update] and came("Create") == [create]
    finally:
        third.close()


def test_answers_stay_in_their_thread(server, ann, ben, peer, fay):
    """An answer names the context of the thread it stands in, also one further down; a thread from here has a name of its own."""
    note = greets(peer, fay, server, ann, context=peer.url + "/contexts/7")
    peer.creates(note)
    copy = eventually(lambda: [n["status"] for n in ann.get("/api/v1/notifications").ok() if n["type"] == "mention"])[0]
    answer = ann.answer(copy, "Hello to you")
    further = ben.answer(answer, "And to you")
    own = ann.say("Something else")

    def context(post):
        return server.get(post["uri"][len(server.url):], headers={"Accept": "application/activity+json"}).json()["context"]
    assert context(answer) == context(further) == note["context"]
    assert context(own).startswith(server.url + "/contexts/")


def test_a_private_note_stays_private(server, ann, ben, peer, fay):
    """Only whoever is addressed sees it."""
    tag = [{"type": "Mention", "href": uri(server, ann), "name": f"@{ann.name}"}]
    peer.creates(peer.note(fay, "<p>between us</p>", to=[uri(server, ann)], cc=[], tag=tag))
    told = ann.get("/api/v1/notifications").ok()[0]["status"]
    assert told["visibility"] == "direct"
    assert not ben.sees(told) and server.get(f"/api/v1/statuses/{told['id']}").status == 404


def test_a_poll_is_voted_in(server, ann, peer, fay):
    """A vote is counted, once, and is no post."""
    said = ann.say("Which?", poll={"options": ["Tea", "Coffee"], "expires_in": 3600})
    vote = {"id": f"{peer.url}/votes/1", "type": "Note", "name": "Coffee", "attributedTo": fay, "inReplyTo": said["uri"],
            "to": uri(server, ann)}
    peer.delivers(peer.activity("Create", fay, vote))
    peer.delivers(peer.activity("Create", fay, {**vote, "id": vote["id"] + "b"}))
    poll = ann.show(said).ok()["poll"]
    assert [o["votes_count"] for o in poll["options"]] == [0, 1] and poll["votes_count"] == 1
    assert ann.context(said)[1] == []


def test_t108_a_key_that_changes_at_once(server, ann, peer, fay):
    """A known key is not asked for again within minutes, however often its owner signs with others."""
    peer.creates(greets(peer, fay, server, ann, "<p>one</p>"))
    asked = len(peer.asked)
    for _ in range(3):
        note = greets(peer, fay, server, ann, "<p>two</p>")
        assert peer.send(peer.activity("Create", fay, note), private=peer.other_private).status == 401
    assert len(peer.asked) == asked and mentions(ann) == ["<p>one</p>"]
